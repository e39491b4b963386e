package fair

import "time"

// AuditEntry is one line of the append-only audit log. Its ID is derived from
// the effect that caused it, so that a second delivery changes nothing.
type AuditEntry struct {
	ID      ID        `bson:"_id"`
	At      time.Time `bson:"at"`
	Account ID        `bson:"account"` // who
	Action  string    `bson:"action"`  // "phone.revealed", "interview.booked"
	Object  ID        `bson:"object"`  // on what
	About   ID        `bson:"about"`   // concerning whom
	Fair    ID        `bson:"fair,omitempty"`
	Why     Noun      `bson:"why,omitempty"` // of a reading: what Object is, which gave the right
	// Reason is in the words of who acted, where a rule asks for one. An erasure
	// takes it and leaves the entry.
	Reason string `bson:"reason,omitempty"`
	Meta   `bson:",inline"`
}

// Read is what of a person was read, as an action of the audit log.
type Read string

// What can be read of a person; ReadPhone is written by the use case that
// reveals a number.
const (
	ReadProfile Read = "profile.read"
	ReadCV      Read = "cv.read"
	ReadPhone   Read = "phone.revealed"
)

// Reading is one look at what belongs to a person: of whom, what, and by which
// right, named by the interview, application, ticket or thread that gave it.
type Reading struct {
	What   Read
	Of     ID
	Why    Noun
	Object ID
	Fair   ID
}
