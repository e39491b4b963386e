package fair

import "time"

// Meta is what every stored document carries beside its own facts.
type Meta struct {
	Rev         int64      `bson:"rev"`                   // grows by one with every change
	UpdatedAt   time.Time  `bson:"updatedAt"`             // set with every change
	Schema      int        `bson:"schema"`                // version of the document's shape, for migrations
	RetainUntil *time.Time `bson:"retainUntil,omitempty"` // personal data: erased after this time
	Effects     []Effect   `bson:"effects,omitempty"`     // what the last changes still owe the world
}

// Effect is something a change owes the world: a mail, a push, a line in the
// audit log. It is written in the same document update as the change itself,
// delivered at least once by a dispatcher, then pulled. Its ID makes the
// delivery recognisable when it happens twice.
type Effect struct {
	ID       ID         `bson:"id"`
	Kind     EffectKind `bson:"kind"`
	Account  ID         `bson:"account,omitempty"` // whom it concerns
	Sequence int        `bson:"sequence,omitempty"`
	At       time.Time  `bson:"at"` // when the change happened
}

// EffectKind says what is owed.
type EffectKind string

// The kinds of effect.
const (
	EffectMailCode      EffectKind = "mail.code"      // the sign-in code
	EffectMailBooked    EffectKind = "mail.booked"    // invitation with a calendar file, METHOD REQUEST
	EffectMailCancelled EffectKind = "mail.cancelled" // the same UID, METHOD CANCEL
	EffectMailOutcome   EffectKind = "mail.outcome"   // an answer is there to be read
	EffectNotify        EffectKind = "notify"         // the screens concerned
	EffectIndex         EffectKind = "index"          // the offer index
	EffectAudit         EffectKind = "audit"          // the audit log
)
