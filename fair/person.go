package fair

import (
	"slices"
	"time"
)

// Person is the calendar-and-line state of one human, candidate or recruiter,
// over all fairs: everything the rules read about that human in one document,
// so that one conditional update can decide. ID is the account's. It is made
// with the account and never upserted by a conditional write.
type Person struct {
	ID   ID     `bson:"_id"`
	Live *Live  `bson:"live,omitempty"`
	Busy []Busy `bson:"busy"`
	// Open are the open tickets by fair, at most LineRules.MaxTickets each.
	Open map[ID][]OpenTicket `bson:"open,omitempty"`
	// Seats are the slots booked as a candidate, by fair and again by stand: what
	// the caps of the appointment book count.
	Seats map[ID][]ID `bson:"seats,omitempty"`
	// CameAt is since when the person has had a live connection; nil while there
	// is none. AwayAt is since when there has been none; nil while there is one,
	// and before the first.
	CameAt *time.Time `bson:"cameAt,omitempty"`
	AwayAt *time.Time `bson:"awayAt,omitempty"`
	// Barred are the fairs whose organisers keep the person from writing, taking
	// places and booking.
	Barred []ID `bson:"barred,omitempty"`
	Meta   `bson:",inline"`
}

// OpenTicket is a place in a line as its owner's calendar knows it. An entry
// whose ticket is not there after HoldTime was left by somebody who died
// between two steps.
type OpenTicket struct {
	Ticket ID        `bson:"ticket"`
	At     time.Time `bson:"at"`
}

// Live is the interview somebody is in, or is being called to. It counts as
// absent once Until has passed.
type Live struct {
	Interview ID        `bson:"interview"`
	Until     time.Time `bson:"until"`
	// End is when a walk-in should be over, counted from the question "ready
	// now?": nothing that begins before is promised to anybody. Zero for an
	// appointment, which stands in Busy.
	End time.Time `bson:"end,omitempty"`
	// Ask is the wish for more time that moved Until last: who made it may move it
	// back, unless another wish came since.
	Ask ID `bson:"ask,omitempty"`
}

// Busy is a promised stretch of time, half-open [Start, End). ID is that of
// the slot it stands for.
type Busy struct {
	ID    ID        `bson:"id"`
	Start time.Time `bson:"start"`
	End   time.Time `bson:"end"`
	Fair  ID        `bson:"fair"`
	Role  RoleKind  `bson:"role"`
	Stand ID        `bson:"stand,omitempty"` // of an appointment as a candidate: it counts there
}

// Caps are how many appointments somebody may have as a candidate.
type Caps struct{ Fair, Stand int }

// SeatClaim asks for an entry in a candidate's calendar that counts as an
// appointment.
type SeatClaim struct {
	Busy
	Caps Caps
	// Instead is the entry this one takes the place of: the two may overlap, and
	// the caps, which it has passed, are not asked again.
	Instead ID
}

// Full says which cap leaves no room for one more appointment at the stand, or
// nil. Errors: Conflict "booking.capstand", "booking.capfair".
func (p Person) Full(c SeatClaim) error {
	switch {
	case c.Instead != "":
		return nil
	case len(p.Seats[c.Stand]) >= c.Caps.Stand:
		return E(Conflict, "booking.capstand")
	case len(p.Seats[c.Fair]) >= c.Caps.Fair:
		return E(Conflict, "booking.capfair")
	}
	return nil
}

// Overlaps reports whether b and [start, end) share an instant.
func (b Busy) Overlaps(start, end time.Time) bool {
	return b.Start.Before(end) && start.Before(b.End)
}

// Has reports whether the calendar has an entry of that id.
func (p Person) Has(busy ID) bool {
	return slices.ContainsFunc(p.Busy, func(b Busy) bool { return b.ID == busy })
}

// Queues reports whether the calendar knows that ticket of a fair as open.
func (p Person) Queues(fair, ticket ID) bool {
	return slices.ContainsFunc(p.Open[fair], func(o OpenTicket) bool { return o.Ticket == ticket })
}

// FreeFor reports whether the person is in no call at now and has promised
// nothing from now until a time.
func (p Person) FreeFor(now, until time.Time) bool {
	if p.Live != nil && now.Before(p.Live.Until) {
		return false
	}
	return !slices.ContainsFunc(p.Busy, func(b Busy) bool { return b.Overlaps(now, until) })
}
