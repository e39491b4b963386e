package fair

import (
	"strings"
	"time"
)

// Meta is what every stored document carries beside its own facts.
type Meta struct {
	Rev         int64      `bson:"rev"`                   // grows by one with every change
	UpdatedAt   time.Time  `bson:"updatedAt"`             // set with every change
	Schema      int        `bson:"schema"`                // version of the document's shape, for migrations
	RetainUntil *time.Time `bson:"retainUntil,omitempty"` // personal data: erased after this time
	Effects     []Effect   `bson:"effects,omitempty"`     // what the last changes still owe the world
}

// Revision says that a document exists and how often it has changed, without what it says.
type Revision struct {
	ID        ID        `bson:"_id"`
	Rev       int64     `bson:"rev"`
	UpdatedAt time.Time `bson:"updatedAt"`
}

// Effect is something a change owes the world: a mail, a push, a line in the
// audit log. It is written in the same document update as the change itself,
// delivered at least once by a dispatcher, then pulled. Its ID makes the
// delivery recognisable when it happens twice.
type Effect struct {
	ID       ID         `bson:"id"`
	Kind     EffectKind `bson:"kind"`
	Account  ID         `bson:"account,omitempty"` // whom it concerns
	Action   string     `bson:"action,omitempty"`  // for the audit log, "interview.booked"
	By       ID         `bson:"by,omitempty"`      // for the audit log, who acted
	Object   ID         `bson:"object,omitempty"`  // what else it concerns: an interview, a stand
	Sequence int        `bson:"sequence,omitempty"`
	Slot     ID         `bson:"slot,omitempty"` // the slot to be given back
	Key      string     `bson:"key,omitempty"`  // of the hold or the booking it was taken with
	At       time.Time  `bson:"at"`             // when the change happened
}

// EffectKind says what is owed.
type EffectKind string

// The kinds of effect.
const (
	EffectMailCode        EffectKind = "mail.code"        // the sign-in code
	EffectMailBooked      EffectKind = "mail.booked"      // invitation with a calendar file, METHOD REQUEST
	EffectMailCancelled   EffectKind = "mail.cancelled"   // the same UID, METHOD CANCEL
	EffectMailOutcome     EffectKind = "mail.outcome"     // an answer is there to be read
	EffectMailAnswer      EffectKind = "mail.answer"      // a recruiter is reminded of answers
	EffectMailLate        EffectKind = "mail.late"        // an organiser is told of late answers
	EffectMailGuest       EffectKind = "mail.guest"       // an interpreter is invited, or told that it is off
	EffectMailCompanion   EffectKind = "mail.companion"   // an adviser is asked
	EffectMailMoved       EffectKind = "mail.moved"       // the same UID at another time or with somebody else, METHOD REQUEST
	EffectMailGiven       EffectKind = "mail.given"       // to the recruiter whose interview a colleague takes, METHOD CANCEL
	EffectMailProposal    EffectKind = "mail.proposal"    // another time is proposed to the candidate
	EffectMailKept        EffectKind = "mail.kept"        // nothing came of a proposal: the appointment stands
	EffectMailMissed      EffectKind = "mail.missed"      // the candidate did not come, and may book again
	EffectMailReminder    EffectKind = "mail.reminder"    // the day before and the hour before
	EffectMailSeat        EffectKind = "mail.seat"        // a seat is offered to somebody on the waiting list
	EffectMailSeatGone    EffectKind = "mail.seatgone"    // the time to answer is over
	EffectMailInvited     EffectKind = "mail.invited"     // somebody is asked to take a role
	EffectMailAddress     EffectKind = "mail.address"     // a new address is asked to confirm
	EffectMailAddressed   EffectKind = "mail.addressed"   // the old one is told
	EffectMailAddressBack EffectKind = "mail.addressback" // and told that it counts again
	EffectAddress         EffectKind = "address"          // a confirmed address is to be the account's
	EffectMailReport      EffectKind = "mail.report"      // to who reported a message: what was decided
	EffectMailWarned      EffectKind = "mail.warned"      // to who wrote it, when warned or barred
	EffectMailLifted      EffectKind = "mail.lifted"      // to who was barred: no longer
	EffectMailLiftedBy    EffectKind = "mail.liftedby"    // to who reported them: the same
	EffectBar             EffectKind = "bar"              // somebody is to be kept from a fair
	EffectUnbar           EffectKind = "unbar"            // and is no longer, unless another report keeps them out
	EffectApart           EffectKind = "apart"            // what is booked or waiting with somebody who is blocked is to end
	EffectMailWatch       EffectKind = "mail.watch"       // the day's new offers of a search that is kept
	EffectGrant           EffectKind = "grant"            // the role of a taken invitation is to be given
	EffectPushReminder    EffectKind = "push.reminder"    // the same as the mails of these names, to a device
	EffectPushSeat        EffectKind = "push.seat"        //
	EffectPushFirst       EffectKind = "push.first"       // a recruiter's first appointment of the day
	EffectPushSoon        EffectKind = "push.soon"        // one of a recruiter's begins in a few minutes
	EffectFollow          EffectKind = "follow"           // the interview of a slot goes where its slot is, or the slot is freed
	EffectExtra           EffectKind = "extra"            // an appointment takes what it needs beyond its slot, and ends then
	EffectHeld            EffectKind = "held"             // a long hold needs its reason, or is given up
	EffectUnhold          EffectKind = "unhold"           // a hold is to be given up
	EffectNotify          EffectKind = "notify"           // the screens concerned
	EffectIndex           EffectKind = "index"            // the offer index and the stand's count of offers
	EffectAudit           EffectKind = "audit"            // the audit log
	EffectInterview       EffectKind = "interview"        // the interview of a booked slot is to be made
	EffectRelease         EffectKind = "release"          // slot and calendar of a cancelled interview are to be freed
	EffectProlong         EffectKind = "prolong"          // the marks of the two are to follow the planned end
	EffectMember          EffectKind = "member"           // a room must hear that a right has changed
	EffectRoomClosed      EffectKind = "room.closed"      // a room must be emptied
	EffectLoggedOut       EffectKind = "login.ended"      // the sockets of a login must be closed
	EffectLine            EffectKind = "line"             // the line of stand Object is to be shown anew
	EffectBegin           EffectKind = "begin"            // interview Object, answered "ready", begins
	EffectTicket          EffectKind = "ticket"           // the ticket of an interview that is over becomes Action
	EffectDisband         EffectKind = "line.disband"     // everybody who waits is offered something instead
	EffectMoveLine        EffectKind = "line.move"        // everybody who waits goes to stand Object

	EffectPushTurn        EffectKind = "push.turn"        // "it is your turn at the stand X"
	EffectPushNear        EffectKind = "push.near"        // "your turn in about ten minutes"
	EffectPushMissed      EffectKind = "push.missed"      // the turn came while away
	EffectPushMessage     EffectKind = "push.message"     // somebody wrote to the person
	EffectPushAsked       EffectKind = "push.asked"       // a question waits for whoever is on duty
	EffectPushUnanswered  EffectKind = "push.unanswered"  // nobody answered yet: for all colleagues
	EffectPushNobody      EffectKind = "push.nobody"      // nobody of the stand answered: for the organisers
	EffectPushApplication EffectKind = "push.application" // the stand changed an application
	EffectPushMeet        EffectKind = "push.meet"        // the stand wants to meet who applied
	EffectPushPhone       EffectKind = "push.phone"       // the stand asks for a number, to go on by phone
	EffectBook            EffectKind = "book"             // the slots of a fair are to follow its rules; see Action
	EffectMailDraw        EffectKind = "mail.draw"        // what became of somebody's wishes
	EffectMailClosing     EffectKind = "mail.closing"     // the draw somebody wishes in closes later
	EffectClosing         EffectKind = "draw.closing"     // all who wish in a draw are told when it closes now
)

// Mail reports whether the effect is a message to somebody's mail server.
func (k EffectKind) Mail() bool { return strings.HasPrefix(string(k), "mail.") }

// Push reports whether the effect reaches for somebody whose page may be closed.
func (k EffectKind) Push() bool { return strings.HasPrefix(string(k), "push.") }

// Debt is a document that still owes effects.
type Debt struct {
	Noun    Noun
	Doc     ID
	Effects []Effect
}

// Noun names a kind of document that can owe effects.
type Noun string

// The nouns that owe effects.
const (
	NounCode          Noun = "code"
	NounLogin         Noun = "login"
	NounOffer         Noun = "offer"
	NounFair          Noun = "fair"
	NounSlot          Noun = "slot"
	NounDraw          Noun = "draw"
	NounWish          Noun = "wish"
	NounInterview     Noun = "interview"
	NounWebconference Noun = "webconference"
	NounTicket        Noun = "ticket"
	NounLine          Noun = "line"
	NounThread        Noun = "thread"
	NounApplication   Noun = "application"
	NounCompanion     Noun = "companion"
	NounStandby       Noun = "standby"
	NounInvitation    Noun = "invitation"
	NounWatch         Noun = "watch"
	NounAddress       Noun = "address"
	NounReport        Noun = "report"
)

// Nouns lists them.
func Nouns() []Noun {
	return []Noun{
		NounCode, NounInvitation, NounAddress, NounLogin, NounFair, NounSlot, NounDraw, NounWish, NounInterview, NounStandby, NounWebconference, NounTicket, NounLine, NounThread, NounApplication, NounCompanion, NounReport, NounWatch, NounOffer,
	}
}
