package fair

import "time"

// Report says that a message was not right: by whom, about whom, which words. The
// words are kept as they stood. Organisers of the fair decide.
type Report struct {
	ID        ID         `bson:"_id"` // follows from message and reporter: said twice, it is one
	Fair      ID         `bson:"fair"`
	Stand     ID         `bson:"stand"`
	Thread    ID         `bson:"thread"`
	Message   ID         `bson:"message"`
	Text      string     `bson:"text"` // of the message
	By        ID         `bson:"by"`
	BySide    Side       `bson:"bySide"`
	About     ID         `bson:"about"`
	Why       ReportWhy  `bson:"why"`
	Words     string     `bson:"words,omitempty"` // the reporter's own, at most ReportLength characters
	Open      bool       `bson:"open,omitempty"`
	At        time.Time  `bson:"at"`
	Decision  Decision   `bson:"decision,omitempty"`
	Answer    string     `bson:"answer,omitempty"` // the organiser's words, to the reporter and to who is warned
	DecidedBy ID         `bson:"decidedBy,omitempty"`
	DecidedAt *time.Time `bson:"decidedAt,omitempty"`
	Lifted    *Lift      `bson:"lifted,omitempty"` // of a bar
	Meta      `bson:",inline"`
}

// ReportWhy is what somebody reports.
type ReportWhy string

// What may be reported.
const (
	ReportInsult         ReportWhy = "insult"
	ReportHarassment     ReportWhy = "harassment"
	ReportDiscrimination ReportWhy = "discrimination" // Code du travail, L1132-1
	ReportFraud          ReportWhy = "fraud"          // money asked, an offer that does not exist
	ReportOther          ReportWhy = "other"
)

// ReportWhys lists them.
func ReportWhys() []ReportWhy {
	return []ReportWhy{ReportInsult, ReportHarassment, ReportDiscrimination, ReportFraud, ReportOther}
}

// Decision is what organisers make of a report.
type Decision string

// The decisions.
const (
	DecideNothing Decision = "nothing"
	DecideWarn    Decision = "warn"
	DecideBar     Decision = "bar" // from writing, taking places and booking in the fair
)

// Lift ends a bar: who did, and in which words, which are for the log and the
// organisers alone.
type Lift struct {
	By     ID        `bson:"by"`
	At     time.Time `bson:"at"`
	Reason string    `bson:"reason,omitempty"` // at most ReportLength characters; taken with who it is about
}

// The limits of reports.
const (
	ReportLength = 600
	MaxBlocks    = 20 // of one thread
)

// ReportID is the id of somebody's report of a message.
func ReportID(thread, message, by ID) ID {
	return DeriveID("report", string(thread), string(message), string(by))
}

// Block keeps somebody from the other side of a thread: a candidate from the
// stand, or one recruiter from the candidate.
type Block struct {
	Of   ID        `bson:"of"`
	By   ID        `bson:"by"`
	Side Side      `bson:"side"` // of who blocks; any of that side may lift it
	At   time.Time `bson:"at"`
}

// Blocks reports whether somebody is kept from the other side.
func (t Thread) Blocks(account ID) bool {
	for _, b := range t.Blocked {
		if b.Of == account && account != "" {
			return true
		}
	}
	return false
}

// Message finds one by its id.
func (t Thread) Message(id ID) (Message, bool) {
	for _, m := range t.Messages {
		if m.ID == id {
			return m, true
		}
	}
	return Message{}, false
}
