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
