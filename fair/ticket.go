package fair

import (
	"cmp"
	"slices"
	"time"
)

// Ticket is a place in a stand's line. Its rank is JoinedAt, then ID: written
// once, never touched. At most one is open for a person at a stand (a unique
// index).
type Ticket struct {
	ID         ID          `bson:"_id"`
	Fair       ID          `bson:"fair"`
	Stand      ID          `bson:"stand"`
	Candidate  ID          `bson:"candidate"`
	Channel    Channel     `bson:"channel"`
	Offer      ID          `bson:"offer,omitempty"` // the offer it is about
	State      TicketState `bson:"state"`
	Open       bool        `bson:"open,omitempty"` // waiting, called or meeting; what the unique index covers
	JoinedAt   time.Time   `bson:"joinedAt"`
	Recruiter  ID          `bson:"recruiter,omitempty"`  // only that one calls it: handed to a colleague
	NotBefore  *time.Time  `bson:"notBefore,omitempty"`  // postponed until
	Postpones  int         `bson:"postpones"`            // at most one
	Skips      int         `bson:"skips"`                // calls nobody answered
	GraceAt    *time.Time  `bson:"graceAt,omitempty"`    // since when the person counts as gone: the turn came and nobody answered
	GraceUntil *time.Time  `bson:"graceUntil,omitempty"` // missed then; lengthened by our own outages
	WarnedAt   *time.Time  `bson:"warnedAt,omitempty"`   // told that the turn is near
	Call       *Call       `bson:"call,omitempty"`       // of the last call
	DueAt      *time.Time  `bson:"dueAt,omitempty"`      // when the sweeper has to look: the call's or the grace's end
	Extra      bool        `bson:"extra,omitempty"`      // the person needs extra time; counts in estimates and is shown to nobody
	Number     int         `bson:"number,omitempty"`     // what an anonymous fair calls the person by
	Reason     string      `bson:"reason,omitempty"`     // why it was called out of its turn; the recruiter's words
	Note       string      `bson:"note,omitempty"`       // the stand's own; never shown to the candidate
	Handoffs   []Handoff   `bson:"handoffs,omitempty"`   // where it was before
	Handing    *Handing    `bson:"handing,omitempty"`    // a handoff onto a line where the person is already, being done
	ClosedAt   *time.Time  `bson:"closedAt,omitempty"`   //
	Instead    *Instead    `bson:"instead,omitempty"`    // what was offered when the stand closed it
	Meta       `bson:",inline"`
}

// TicketState is where a ticket stands.
type TicketState string

// The states of a ticket. The first three are open.
const (
	TicketWaiting TicketState = "waiting"
	TicketCalled  TicketState = "called"  // asked "ready now?"
	TicketMeeting TicketState = "meeting" // said ready; in the interview
	TicketDone    TicketState = "done"    // the interview was held
	TicketLeft    TicketState = "left"    // by the person
	TicketMissed  TicketState = "missed"  // away for longer than the grace period when the turn had come
	TicketMoved   TicketState = "moved"   // joined with the person's ticket on another line
	TicketClosed  TicketState = "closed"  // by the stand, with something offered instead
)

// Call is one "ready now?".
type Call struct {
	Interview ID        `bson:"interview"`
	Recruiter ID        `bson:"recruiter"`
	At        time.Time `bson:"at"`
	Until     time.Time `bson:"until"` // the answer's deadline
}

// Handoff is one move of a ticket, with its rank.
type Handoff struct {
	Stand     ID        `bson:"stand"` // where it was
	Recruiter ID        `bson:"recruiter,omitempty"`
	By        ID        `bson:"by"`
	At        time.Time `bson:"at"`
	Note      string    `bson:"note,omitempty"` // for the colleague
}

// Handing is a handoff onto a line where the person waits already: the target
// takes the better rank, then the source closes as moved.
type Handing struct {
	Target ID        `bson:"target"` // the ticket there
	Stand  ID        `bson:"stand"`
	By     ID        `bson:"by"`
	At     time.Time `bson:"at"`
}

// Instead is what a stand offers those it can no longer call.
type Instead struct {
	Kind    InsteadKind `bson:"kind"`
	Message string      `bson:"message,omitempty"` // to the candidate, at most 300 characters
	Slot    ID          `bson:"slot,omitempty"`    // held for the person until Until
	Until   *time.Time  `bson:"until,omitempty"`
}

// InsteadKind is a way of making up for a line that closed.
type InsteadKind string

// What may be offered instead of a turn.
const (
	InsteadSlot     InsteadKind = "slot"     // the stand's free slots, or one held for the person
	InsteadCallback InsteadKind = "callback" // the stand calls back by phone
	InsteadNothing  InsteadKind = "nothing"  // with words only
)

// Limits of what is said about a ticket, in characters.
const (
	ReasonLimit = 300
	NoteLimit   = 2000
)

// TicketStates lists the states of a ticket, the open ones first.
func TicketStates() []TicketState {
	return []TicketState{TicketWaiting, TicketCalled, TicketMeeting, TicketDone, TicketLeft, TicketMissed, TicketMoved, TicketClosed}
}

// Open reports whether a ticket in that state is a place in a line.
func (s TicketState) Open() bool {
	return s == TicketWaiting || s == TicketCalled || s == TicketMeeting
}

// CompareRank orders tickets by rank: who joined first, then by id.
func CompareRank(a, b Ticket) int {
	return cmp.Or(a.JoinedAt.Compare(b.JoinedAt), cmp.Compare(a.ID, b.ID))
}

// CallableBy tells whether that recruiter may call the ticket at a moment: nil,
// or why not. Whether the two people are free is for their calendars to say.
// Errors: Conflict "ticket.called", "ticket.closed", "ticket.handed" (to a
// colleague), "ticket.moving", "ticket.postponed".
func (t Ticket) CallableBy(recruiter ID, now time.Time) error {
	switch {
	case !t.State.Open():
		return E(Conflict, "ticket.closed")
	case t.State != TicketWaiting:
		return E(Conflict, "ticket.called")
	case t.Handing != nil:
		return E(Conflict, "ticket.moving")
	case t.Recruiter != "" && t.Recruiter != recruiter:
		return E(Conflict, "ticket.handed")
	case t.NotBefore != nil && now.Before(*t.NotBefore):
		return E(Conflict, "ticket.postponed")
	}
	return nil
}

// Gone reports whether the person's turn has come and found nobody: they are
// asked again only when nobody else can be.
func (t Ticket) Gone() bool { return t.GraceAt != nil }

// CallOrder is the order in which a recruiter calls the tickets of a line at a
// moment: those who are there by rank, then those who are away by rank. Away
// knows who has no live connection; who is not in it counts as there.
func CallOrder(tickets []Ticket, recruiter ID, away map[ID]bool, now time.Time) []Ticket {
	order := slices.DeleteFunc(slices.Clone(tickets), func(t Ticket) bool { return t.CallableBy(recruiter, now) != nil })
	slices.SortFunc(order, func(a, b Ticket) int {
		return cmp.Or(cmpBool(absent(a, away), absent(b, away)), CompareRank(a, b))
	})
	return order
}

func absent(t Ticket, away map[ID]bool) bool { return t.Gone() || away[t.Candidate] }

func cmpBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// PassedOver are the tickets whose turn has come while their person was away,
// when the one called is this: everybody before it who is away and was not yet
// known to be gone.
func PassedOver(tickets []Ticket, called Ticket, recruiter ID, away map[ID]bool, now time.Time) (passed []Ticket) {
	for _, t := range tickets {
		if CompareRank(t, called) < 0 && away[t.Candidate] && !t.Gone() && t.CallableBy(recruiter, now) == nil {
			passed = append(passed, t)
		}
	}
	return passed
}

// Answer is what a candidate says about a ticket.
type Answer string

// The answers.
const (
	AnswerReady    Answer = "ready"    // to "ready now?"
	AnswerPostpone Answer = "postpone" // once; the rank stays
	AnswerLeave    Answer = "leave"
	AnswerHere     Answer = "here" // back again: the place is kept
)

// May tells whether the ticket's owner may say that at a moment: nil, or why
// not. Errors: Invalid "answer.unknown"; Gone "ticket.closed"; Conflict
// "ticket.notcalled", "call.over" (too late), "ticket.postponedonce",
// "ticket.meeting" (the interview has begun).
func (t Ticket) May(a Answer, now time.Time) error {
	if !slices.Contains([]Answer{AnswerReady, AnswerPostpone, AnswerLeave, AnswerHere}, a) {
		return Refuse("answer", "answer.unknown")
	}
	if !t.State.Open() {
		return E(Gone, "ticket.closed")
	}
	late := t.State == TicketCalled && t.Call != nil && !now.Before(t.Call.Until)
	switch a {
	case AnswerReady:
		switch {
		case t.State == TicketWaiting && t.Skips > 0 && t.GraceAt != nil, late:
			return E(Conflict, "call.over")
		case t.State == TicketWaiting:
			return E(Conflict, "ticket.notcalled")
		}
	case AnswerPostpone:
		switch {
		case t.State == TicketMeeting:
			return E(Conflict, "ticket.meeting")
		case t.Postpones > 0:
			return E(Conflict, "ticket.postponedonce")
		case late:
			return E(Conflict, "call.over")
		}
	}
	return nil
}

// Postponable reports whether the owner may still let others pass.
func (t Ticket) Postponable(now time.Time) bool { return t.May(AnswerPostpone, now) == nil }

// Outage is a time in which no node looked after the lines.
type Outage struct {
	From time.Time `bson:"from"`
	To   time.Time `bson:"to"`
}

// GraceEnds is when a grace of that length ends that began at a moment: our own
// outages do not count, nor what they overlap twice.
func GraceEnds(began time.Time, grace time.Duration, outages []Outage) time.Time {
	end := began.Add(grace)
	slices.SortFunc(outages, func(a, b Outage) int { return a.From.Compare(b.From) })
	counted := began
	for _, o := range outages {
		from, to := o.From, o.To
		if from.Before(counted) {
			from = counted
		}
		if !from.Before(end) || !from.Before(to) {
			continue
		}
		end, counted = end.Add(to.Sub(from)), to
	}
	return end
}
