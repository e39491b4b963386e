package fair

import "time"

// Mail is a message to one person, rendered and ready to go. Its ID is the
// effect's, and becomes the Message-ID: sent twice, it is recognised. What goes
// another way than by mail has an entry too, so that it goes once, but no To:
// neither a number nor a device is kept here.
type Mail struct {
	ID       ID     `bson:"_id"`
	To       string `bson:"to"`
	Account  ID     `bson:"account,omitempty"`
	About    []ID   `bson:"about,omitempty"` // people it names beside its reader: it goes with them too
	Via      Via    `bson:"via,omitempty"`
	Subject  string `bson:"subject"`
	Text     string `bson:"text"`
	HTML     string `bson:"html,omitempty"`
	Calendar []byte `bson:"calendar,omitempty"` // iCalendar, RFC 5545
	Method   string `bson:"method,omitempty"`   // of the calendar: REQUEST or CANCEL
	// Unsubscribe is the address that ends messages of this kind with one click (RFC 8058).
	Unsubscribe string     `bson:"unsubscribe,omitempty"`
	At          time.Time  `bson:"at"`
	SentAt      *time.Time `bson:"sentAt,omitempty"`
	Claim       *time.Time `bson:"claim,omitempty"` // until when one dispatcher is at it
	Meta        `bson:",inline"`
}

// Via is the way of a message when it is not mail.
type Via string

// The ways beside mail.
const (
	ByPush Via = "push"
	BySMS  Via = "sms"
)
