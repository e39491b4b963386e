package frontend

import "time"

// SearchesPage is "Mes recherches": the searches somebody keeps.
type SearchesPage struct {
	Page
	Searches []SearchItem
	Objects  bool // to mails they can do without: no search sends any
}

// SearchItem is a search that is kept.
type SearchItem struct {
	ID, Name, Fair, Slug string
	Query                string // as the page of offers takes it
	Mail                 bool   // whether new offers are told
	At                   time.Time
}

// StopPage asks whether the mails of a search shall end, or says that they have.
type StopPage struct {
	Page
	Token   string
	Search  SearchItem
	Stopped bool
}
