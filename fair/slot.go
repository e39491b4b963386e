package fair

import (
	"slices"
	"time"
)

// Channel is how two people meet.
type Channel string

// The channels of an interview.
const (
	Video Channel = "video"
	Phone Channel = "phone"
)

// SlotState is where a slot stands.
type SlotState string

// The states of a slot. An opening slot waits for its recruiter's calendar and
// is nobody's yet. A held slot whose hold has lapsed is as good as free.
const (
	SlotOpening   SlotState = "opening"
	SlotFree      SlotState = "free"
	SlotHeld      SlotState = "held"
	SlotBooked    SlotState = "booked"
	SlotWithdrawn SlotState = "withdrawn"
)

// HoldTime is how long a booking may take between claiming the slot and
// confirming it.
const HoldTime = 10 * time.Second

// HoldMargin is how much of a hold must be left for the write that relies on
// it: longer than any write may be on its way.
const HoldMargin = 3 * time.Second

// Slot is one bookable place in time with one recruiter: one seat.
type Slot struct {
	ID        ID        `bson:"_id"`
	Fair      ID        `bson:"fair"`
	Stand     ID        `bson:"stand"`
	Recruiter ID        `bson:"recruiter"`
	Start     time.Time `bson:"start"`
	End       time.Time `bson:"end"`
	Channels  []Channel `bson:"channels"`
	State     SlotState `bson:"state"`
	Hold      *Hold     `bson:"hold,omitempty"`
	Booking   *Booking  `bson:"booking,omitempty"`
	Handover  *Handover `bson:"handover,omitempty"`
	// ReleaseAt is when the slot can be booked, where the organiser releases in
	// waves, and Kept that it waits for a draw: until then it is nobody's.
	ReleaseAt *time.Time `bson:"releaseAt,omitempty"`
	Kept      bool       `bson:"kept,omitempty"`
	// Rule and Edition are the weekly availability that made the slot, if one did.
	Rule    ID  `bson:"rule,omitempty"`
	Edition int `bson:"edition,omitempty"`
	Meta    `bson:",inline"`
}

// Handover is a booked slot on its way to a colleague, while that one's calendar
// is asked.
type Handover struct {
	Recruiter ID        `bson:"recruiter"`
	Until     time.Time `bson:"until"`
}

// To reports whether the slot is on its way to that recruiter at now.
func (h *Handover) To(recruiter ID, now time.Time) bool {
	return h != nil && h.Recruiter == recruiter && now.Before(h.Until)
}

// Hold is a short claim on a slot while somebody's own calendar is asked: the
// candidate's for a held slot, the recruiter's (Candidate is empty) for an
// opening one.
type Hold struct {
	Candidate ID        `bson:"candidate,omitempty"`
	Key       string    `bson:"key,omitempty"`  // the idempotency key
	Draw      ID        `bson:"draw,omitempty"` // on behalf of a draw: a kept slot may be held
	Until     time.Time `bson:"until"`
}

// Lapsed reports whether the hold counts for nothing any more.
func (h *Hold) Lapsed(now time.Time) bool { return h == nil || !now.Before(h.Until) }

// Booking is a kept seat. Key is the idempotency key it was made with: the
// same account and key get the same answer again, the same key with another
// channel is refused.
type Booking struct {
	ID        ID        `bson:"id"`
	Candidate ID        `bson:"candidate"`
	Interview ID        `bson:"interview"`
	Channel   Channel   `bson:"channel"`
	Offer     ID        `bson:"offer,omitempty"`
	Draw      ID        `bson:"draw,omitempty"` // the draw that gave it
	Key       string    `bson:"key"`
	At        time.Time `bson:"at"`
	From      ID        `bson:"from,omitempty"` // the slot its interview is moved from
	Extra     *Extra    `bson:"extra,omitempty"`
}

// BookingIDs are the ids of the booking and the interview that this candidate
// makes on that slot with that key: derived, so that doing it twice gives the
// same ones.
func BookingIDs(slot, candidate ID, key string) (booking, interview ID) {
	return DeriveID("booking", string(slot), string(candidate), key),
		DeriveID("interview", string(slot), string(candidate), key)
}

// Offers reports whether the slot can be held on that channel.
func (s Slot) Offers(c Channel) bool {
	return slices.Contains(s.Channels, c)
}

// Released reports whether the organiser's rules let the slot be booked at now.
func (s Slot) Released(now time.Time) bool {
	return !s.Kept && (s.ReleaseAt == nil || !now.Before(*s.ReleaseAt))
}

// Claimable reports whether somebody could take the slot at now.
func (s Slot) Claimable(now time.Time) bool {
	if !s.Start.After(now) || !s.Released(now) {
		return false
	}
	return s.State == SlotFree || s.State == SlotHeld && s.Hold.Lapsed(now)
}

// Backs reports whether the slot justifies an entry in the calendar of that
// account at now. An entry that its slot does not back is an orphan: somebody
// died between two steps, or the slot was given back. One that begins when the
// slot is over is of extra time, which a booking has or a hold may come to.
func (s Slot) Backs(account ID, b Busy, now time.Time) bool {
	if !b.Start.Before(s.End) && !s.takes(b, now) {
		return false
	}
	if s.State == SlotBooked && s.Handover.To(account, now) {
		return true
	}
	if s.Recruiter == account {
		return s.State != SlotWithdrawn && (s.State != SlotOpening || !s.Hold.Lapsed(now))
	}
	switch s.State {
	case SlotHeld:
		return s.Hold != nil && s.Hold.Candidate == account && !s.Hold.Lapsed(now)
	case SlotBooked:
		return s.Booking != nil && s.Booking.Candidate == account
	}
	return false
}

// SlotQuery selects slots of a fair in order of time.
type SlotQuery struct {
	Stand ID
	Free  bool // only those that can be taken now
	// Unreleased asks for those that nobody has and nobody can take yet.
	Unreleased bool
	// Taken asks for those that somebody has, or is being offered.
	Taken bool
	From  time.Time
	To    time.Time
	Page  int
	Limit int
}

// SlotPlan asks for a run of equal slots, back to back with Buffer between.
type SlotPlan struct {
	Recruiter ID // empty: the actor
	Start     time.Time
	Duration  time.Duration // 10 to 90 minutes
	Buffer    time.Duration // 0 to 30 minutes
	Count     int           // 1 to 40
	Channels  []Channel
}

// Check refuses a plan nobody could keep.
func (p SlotPlan) Check(now time.Time) error {
	switch {
	case !p.Start.After(now):
		return Refuse("starts_at", "slot.past")
	case p.Start.After(now.AddDate(1, 0, 0)):
		return Refuse("starts_at", "slot.far")
	case p.Duration < 10*time.Minute || p.Duration > 90*time.Minute:
		return Refuse("minutes", "slot.minutes")
	case p.Buffer < 0 || p.Buffer > 30*time.Minute:
		return Refuse("buffer_minutes", "slot.buffer")
	case p.Count < 1 || p.Count > 40:
		return Refuse("count", "slot.count")
	case len(p.Channels) == 0 || len(p.Channels) > 2:
		return Refuse("channels", "slot.channels")
	}
	for i, c := range p.Channels {
		if c != Video && c != Phone || slices.Contains(p.Channels[:i], c) {
			return Refuse("channels", "slot.channels")
		}
	}
	return nil
}

// Times lists the starts and ends the plan asks for.
func (p SlotPlan) Times() [][2]time.Time {
	times := make([][2]time.Time, 0, p.Count)
	for start, i := p.Start, 0; i < p.Count; i++ {
		times = append(times, [2]time.Time{start, start.Add(p.Duration)})
		start = start.Add(p.Duration + p.Buffer)
	}
	return times
}
