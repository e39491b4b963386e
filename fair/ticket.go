package fair

import "time"

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
	GraceUntil *time.Time  `bson:"graceUntil,omitempty"` // the turn came while away: missed then
	WarnedAt   *time.Time  `bson:"warnedAt,omitempty"`   // told that the turn is near
	Call       *Call       `bson:"call,omitempty"`       // of the last call
	DueAt      *time.Time  `bson:"dueAt,omitempty"`      // when the sweeper has to look: the call's or the grace's end
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
