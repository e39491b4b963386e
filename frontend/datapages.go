package frontend

import "time"

// DataPage is "Mes données": what is held of a person, for that person.
type DataPage struct {
	Page
	// Problem is why the last form was refused.
	Problem string
	// Consents are what was agreed to or refused, the latest first.
	Consents   []ConsentItem
	Objections []ObjectionItem
	// What erasing the account would end.
	Appointments               []PlannedItem
	Tickets, Applications, CVs int
	Stands                     []string
	// Alone are the fairs that would have no organiser any more.
	Alone []string
}

// ConsentItem is something agreed to or refused.
type ConsentItem struct {
	Kind    string // "needs", "cv", "sms"
	Given   bool
	Version string
	At      time.Time
}

// ObjectionItem is a use of data one may object to.
type ObjectionItem struct {
	Kind  string    // "mails", "statistics"
	Since time.Time // zero: no objection
}

// PlannedItem is an appointment to come.
type PlannedItem struct {
	Stand string
	Start time.Time
	Desk  bool // as its recruiter
}

// ReportPage is where somebody tells the organisers of a message that was not
// right, and blocks who wrote it.
type ReportPage struct {
	Page
	// Problem is why the form was refused; Chosen, Why and Words what was entered.
	Problem, Chosen, Why, Words string
	// With is the other side; Desk tells that the stand reports.
	With     string
	Desk     bool
	Messages []ReportedItem // the other side's
	Whys     []string
	// Blocks tells that this side has blocked somebody.
	Blocks bool
}

// ReportedItem is one message of the other side.
type ReportedItem struct {
	ID, Text, By string
	At           time.Time
	Blocked      bool // who wrote it
}

// PaperPage is one of the texts an organiser answers for.
type PaperPage struct {
	Page
	Kind, State string
	Fields      []PaperField
	// Version is 0 while the organiser has published nothing.
	Version   int
	Published time.Time
	// Months is how long data is kept after the end, Until the day that makes.
	Months int
	Until  time.Time
}

// PaperField is a field that was filled in.
type PaperField struct {
	Name string
	Text []string // paragraphs
}
