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
	Meta    `bson:",inline"`
}
