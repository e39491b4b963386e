package frontend

import (
	"html/template"
	"time"
)

// The views below are the contract between package web, which fills them, and the
// files in pages, which show them. Rules common to all:
//
//   - texts are in the language of the page already when they come from data; words
//     of the interface come from the locale files;
//   - every time.Time is in the time zone of the fair (a zero time is not shown);
//   - an id is used only to make an address; addresses are made by Path.

// View is one of the page structs of this file.
type View interface {
	page() *Page
	template() string
}

// Page is what surrounds the content of every page; each view embeds one.
type Page struct {
	// Lang is "fr" or "en".
	Lang string
	// Origin is the public address of the site without a final slash (SALON_URL).
	Origin string
	// Path is the address of this page without its language and its query, such as
	// "/fairs/rencontres-2021/offers".
	Path string
	// Query is the encoded query of the request, kept when the language changes.
	Query string
	// Head is what a search engine or a shared link shows.
	Head Head
	// Fair is the fair the page belongs to, nil outside a fair.
	Fair *FairLink
	// Me is who is signed in, nil for a visitor.
	Me *Me
	// Notice is what has just happened (the result of a form), nil for nothing.
	Notice *Notice
	// Demo tells the visitor that people, companies and offers are invented.
	Demo bool
}

func (p *Page) page() *Page { return p }

// Head is what the <head> says beyond what follows from the address.
type Head struct {
	// Title is the page's own title; the name of the fair is added to it.
	Title string
	// Description is one or two sentences, plain text.
	Description string
	// NoIndex keeps the page out of search engines; private pages must set it.
	NoIndex bool
	// Picture is the address of what other sites show of the page, usually the fair's.
	Picture string
	// Refresh is an address the page goes on to by itself; usually empty.
	Refresh string
	// CanonicalQuery is what remains of the query in the canonical address, such as
	// "page=2"; usually empty.
	CanonicalQuery string
	// JSONLD is one object made by encoding/json (which escapes "<"); on an open
	// offer only.
	JSONLD template.JS
}

// FairLink names a fair.
type FairLink struct{ Slug, Name string }

// Me is the person signed in, as the header shows them.
type Me struct {
	// Name is what the person is called; never an address.
	Name string
	// Candidate, Recruiter, Organiser and Adviser tell which spaces are theirs.
	Candidate, Recruiter, Organiser, Adviser bool
	// StageID is the webconference this person speaks at now or next, or "".
	StageID string
}

// Notice is the result of a form.
type Notice struct {
	// Kind is "done" or "problem".
	Kind string
	// Title says what happened, Text what to do next; both in the page's language.
	Title, Text string
	// Way leads to where that is done; usually nowhere.
	Way Way
}

// Way is a link to a next step: its address and its words. Empty, it is not shown.
type Way struct{ Href, Words string }

// FairsPage lists the fairs at "/".
type FairsPage struct {
	Page
	Fairs []FairItem
}

// FairItem is one fair in a list.
type FairItem struct {
	Slug, Name, Organiser string
	Starts, Ends          time.Time
	// State is "before", "open" or "ended".
	State string
}

// FairPage is the home of a fair.
type FairPage struct {
	Page
	Name, Organiser string
	// About is a few short paragraphs.
	About        []string
	Starts, Ends time.Time
	// State is "before", "open" or "ended".
	State string
	// DaysLeft counts the days until the fair opens, when State is "before".
	DaysLeft int
	// Live are the webconferences on air now; Today those of today not yet begun.
	Live, Today []TalkItem
	// Open are stands whose line is open now, the shortest wait first; OpenTotal
	// counts those not shown, too.
	Open      []StandItem
	OpenTotal int
	// Soon are stands with free slots in the next hours, the earliest first.
	Soon []StandItem
	// Release says how more slots come, over all stands.
	Release ReleaseView
	// Searches are for the occupations with the most offers, at most three.
	Searches []SearchLink
	Sectors  []Sector
	// Offers, Stands and Talks are the figures of the fair.
	Offers, Stands, Talks int
}

// SearchLink is a ready-made search of offers.
type SearchLink struct {
	Label string
	// Query is an encoded query for the offers page, such as "q=cuisine".
	Query string
}

// Sector groups the stands of one field of activity.
type Sector struct {
	Name   string
	Stands []StandItem
}

// StandItem is one stand in a list.
type StandItem struct {
	ID, Name, Sector, Place string
	Offers                  int
	// NextSlot is the start of the earliest free slot.
	NextSlot time.Time
	// Open tells whether one may take a place in its line now.
	Open bool
	// Wait is how long one may wait there, in words; "" when nobody can tell.
	Wait string
	// Paused tells that the line is open and rests.
	Paused bool
}

// OfferItem is one offer in a list.
type OfferItem struct {
	ID, Title, Company, Place string
	// Contract is in words: "CDI", "CDD de 6 mois".
	Contract string
	// Pay is in words, "" when it is not said.
	Pay string
	// Posted is the day of publication.
	Posted time.Time
	// NextSlot is the start of the company's earliest free slot.
	NextSlot time.Time
}

// OffersPage is the list of offers with its search form.
type OffersPage struct {
	Page
	Search OfferSearch
	// Contracts and Communes fill the two lists of the form that come first; the
	// others are folded away. Labels say how many offers a choice would leave.
	Contracts, Communes, Occupations, Companies, Hours, Experience []Option
	// Accessible and Now are how many offers the two boxes would leave.
	Accessible, Now int
	// Active are the criteria that hold, each with the search without it.
	Active []SearchLink
	// Sorts are the orders, the one in use without a query.
	Sorts  []SearchLink
	Offers []OfferItem
	Total  int
	// PageNumber counts from 1; Pages is how many there are.
	PageNumber, Pages int
	// Looser are searches that find something, offered when Total is 0.
	Looser []SearchLink
	// Without says why there is no offer at all, whatever is searched: "" when there
	// are some, "before" while they are still to come, "over" after the fair.
	Without string
}

// OfferSearch is what was asked, as in the query of the address.
type OfferSearch struct {
	Q, Contract, Rome, Commune string
	// Radius is in kilometres around Commune; 0 means the commune alone.
	Radius int
	// Stand is the id of a company's stand; Hours and Experience are as in the API.
	Stand, Hours, Experience string
	Accessible, Now          bool
	// Sort is "date", "distance" or "" for the best first.
	Sort string
}

// Option is one choice of a list.
type Option struct {
	Value, Label string
	// Name is the label without what is counted.
	Name string
}

// OfferPage is one offer.
type OfferPage struct {
	Page
	ID, Title, Place, Occupation string
	// Contract, Pay, Hours and Experience are in words; "" is not shown.
	Contract, Pay, Hours, Experience string
	Posted                           time.Time
	// Reference is the number the company or the employment service gave.
	Reference string
	Positions int
	// Closed offers are answered with 410 and say so; they show no way to meet.
	Closed bool
	// Preview is the page of an offer that its desk alone sees.
	Preview bool
	// Description is the text of the offer, one string per paragraph; a paragraph
	// whose lines begin with "-" becomes a list.
	Description []string
	// Required and Wished are skills, training and languages.
	Required, Wished []string
	Company          CompanyView
	// Line is the stand's line, ready to be joined for this offer.
	Line LineView
	// Booking is the stand's free slots, ready to be taken for this offer.
	Booking BookingView
	// Words is what one may do beside meeting.
	Words   WordsView
	Similar []OfferItem
}

// LineView is a stand's line, with the form to take a place in it.
type LineView struct {
	// StandID and OfferID are what the meeting is about; OfferID may be "".
	StandID, OfferID string
	// State is "open", "paused", "closed", or "" where nothing is said of a line.
	State string
	// Open tells whether one may take a place now.
	Open bool
	// Message is what the stand says to those who wait.
	Message string
	// Waiting and Recruiters are how many wait and how many call them.
	Waiting, Recruiters int
	// Wait is how long somebody who takes a place now may wait, in words.
	Wait string
	// Until is when a pause ends, Next when the line opens by its hours.
	Until, Next time.Time
	// Mine is the place this person has there already, nil for none.
	Mine *PlaceView
	// Many is how many places this person has, in other lines, when that is all one
	// may have; 0 otherwise.
	Many int
	// AskPhone asks for a number: this person has given none yet; AskNeeds what they
	// need for an interview: they have said nothing yet.
	AskPhone, AskNeeds bool
	// Confirm tells that this person meant to take a place, and has signed in since.
	Confirm bool
	// Kept is what was chosen before a refusal, shown again with it.
	Kept LineChoice
}

// Says tells whether there is anything to say of the line.
func (l LineView) Says() bool { return l.State != "" }

// First tells whether taking a place is the first thing to do on the page.
func (l LineView) First() bool { return l.Mine != nil || l.Open && l.Many == 0 }

// LineChoice is what was sent and refused: Problem says why, in words, and is ""
// on a fresh form; Phone tells that the number was what did not fit.
type LineChoice struct {
	Channel, Number, Problem string
	Phone                    bool
}

// PlaceView is somebody's own place in a line, in words.
type PlaceView struct {
	// State is "waiting", "called" or "meeting".
	State, Position, Wait string
}

// WordsView is what one may do beside meeting: ask, apply, keep.
type WordsView struct {
	// StandID and OfferID are what it is about; OfferID may be "".
	StandID, OfferID string
	// Key names the question, so that one sent twice is asked once.
	Key string
	// Candidate may ask and apply. Applied says that an application is open,
	// Favourite that it is kept.
	Candidate, Applied, Favourite bool
	// CV and CVName are the CV that may go with an application; "" for none.
	CV, CVName string
	// Kept is what was written before a refusal, shown again with it.
	Kept WordsChoice
}

// WordsChoice is what was written and refused: Problem says why, in words, and is
// "" on a fresh form. Asking or Applying tells which form it was.
type WordsChoice struct {
	Question, Application, Problem string
	Way                            Way // out of the problem
	Asking, Applying               bool
}

// CompanyView is the company behind an offer.
type CompanyView struct {
	StandID, Name, Sector, Place, Size, Website string
	About                                       []string
}

// BookingView is a form with one button per free slot.
type BookingView struct {
	// StandID and OfferID are what the meeting is about; OfferID may be "".
	StandID, OfferID string
	// Key is the idempotency key of this form, new at each rendering.
	Key  string
	Days []SlotDay
	// Short is the slot that was refused for want of extra time: chosen again, it is
	// booked as it is.
	Short string
	// Taken is the start of the appointment this person already has there.
	Taken time.Time
	// Full says why this person can book nothing more there, "" when they can:
	// "capstand" or "capfair", for the appointments one may have at this stand or
	// at the fair, which are Cap.
	Full string
	Cap  int
	// Standby is the waiting list for a seat.
	Standby StandbyView
	// AskPhone asks for a number: this person has given none yet; AskNeeds what they
	// need for an interview: they have said nothing yet.
	AskPhone, AskNeeds bool
	// Kept is what was chosen before a refusal, shown again with it.
	Kept BookingChoice
	// Release says how more slots come.
	Release ReleaseView
}

// StandbyView is what one waits for at a stand, and what one may wait for.
type StandbyView struct {
	// Any tells that this person waits for any seat, For lists the single ones.
	Any bool
	For []time.Time
	// Days are the slots that somebody else has.
	Days []SlotDay
	// Kept is what was chosen before a refusal, shown again with it.
	Kept BookingChoice
}

// ReleaseView says when and how more slots can be had; the zero value says
// nothing.
type ReleaseView struct {
	// NextWave is when some become bookable.
	NextWave time.Time
	// Draw is the id of a draw in which one may wish, until DrawCloses.
	Draw       string
	DrawCloses time.Time
	// Kept tells that slots of this stand wait for a draw.
	Kept bool
}

// DrawPage explains a draw and shows its result, by lottery number.
type DrawPage struct {
	Page
	ID string
	// State is "open", "closed" (the result is being made), "done" or "cancelled".
	State  string
	Closes time.Time
	Drawn  time.Time
	// Wished counts people, Slots and Given places.
	Wished, Slots, Given int
	Hash, Seed           string
	// Places are the first PlacesShown places given, by number.
	Places []DrawPlace
}

// PlacesShown is how many places a page of a draw lists.
const PlacesShown = 500

// DrawPlace is one place given in a draw.
type DrawPlace struct {
	Number, Stand string
	Start         time.Time
	// Wish is which wish it grants, from 1.
	Wish int
}

// BookingChoice is what was chosen in a form of slots and sent and refused: Problem says why, in words, and is
// "" on a fresh form.
type BookingChoice struct{ Slot, Channel, Phone, Problem string }

// SlotDay is slots of one day.
type SlotDay struct {
	Day   time.Time
	Slots []SlotItem
}

// SlotItem is one slot.
type SlotItem struct {
	ID         string
	Start, End time.Time
	// Video and Phone tell which channels it may be booked for.
	Video, Phone bool
}

// StandPage is one stand.
type StandPage struct {
	Page
	ID, Name, Sector, Place, Size, Website string
	// About is at most three short paragraphs.
	About []string
	// Links are further addresses the stand shows.
	Links []LinkItem
	// People are the recruiters one will meet.
	People     []PersonItem
	Offers     []OfferItem
	OfferTotal int
	Line       LineView
	Words      WordsView
	Booking    BookingView
	Talks      []TalkItem
	// Hours are when the stand is present, in its own words.
	Hours string
}

// LinkItem is an address with its name.
type LinkItem struct{ Label, URL string }

// PersonItem is somebody one will meet.
type PersonItem struct{ Name, Role string }

// TalkItem is one webconference in a list.
type TalkItem struct {
	ID, Title  string
	Start, End time.Time
	// State is "planned", "open" or "ended".
	State    string
	Speakers []string
	// Stand names the company that gives it, "" when it is the organiser.
	Stand, StandID string
	// Language is the spoken language, in words.
	Language string
	// Access is what is provided for those who need it, in words.
	Access string
}

// ProgrammePage is the programme of one day, or of all of them.
type ProgrammePage struct {
	Page
	Days  []ProgrammeDay
	Talks []TalkItem
}

// ProgrammeDay is one tab of the programme.
type ProgrammeDay struct {
	Date    time.Time
	Talks   int
	Current bool
}

// WebconferencePage is one webconference: its description, and the place where the
// picture appears when it is on air.
type WebconferencePage struct {
	Page
	Talk  TalkItem
	About []string
	// Stands are the stands linked to the talk.
	Stands []StandItem
	// Others are the next webconferences.
	Others []TalkItem
	// Boot is what the viewer's script is told, as for ShellPage.
	Boot Boot
}

// SignInPage is the sign-in by mail, in two steps.
type SignInPage struct {
	Page
	// Next is the local path to return to.
	Next string
	// Step is "mail", "code", "password" or "factor".
	Step string
	// Mail is what was typed, shown back in step "code".
	Mail string
	// Problem says what is wrong with what was typed, "" when nothing is.
	Problem string
	// Passkey tells that browsers give this site passkeys.
	Passkey bool
	// Issuers are the other sites one may come through.
	Issuers []IssuerItem
	// Outbox tells that messages can be read at /demo/outbox.
	Outbox bool
}

// DemoPage offers to enter the demo fair as one of four people.
type DemoPage struct{ Page }

// OutboxPage shows the messages the demo would have sent.
type OutboxPage struct {
	Page
	Messages []MessageItem
}

// MessageItem is one message of the outbox.
type MessageItem struct {
	To, Subject, Text string
	Sent              time.Time
	// Attachments are the names of the attached files.
	Attachments []string
}

// ErrorPage says what happened and what to do next. The words follow from Status
// (400, 401, 403, 404, 409, 410, 413, 422, 429, 500, 503) unless What is set.
type ErrorPage struct {
	Page
	Status int
	// What and Next, when set, replace the words that follow from Status.
	What, Next string
	// Way leads to a next step; usually nowhere.
	Way Way
	// RetryAfter is in seconds, 0 when unknown.
	RetryAfter int
	// Again says that the same page may be there in a moment.
	Again bool
	// Request is the id to give to whoever helps, "" when there is none.
	Request string
}

// ShellPage is a page whose content is drawn by a script.
type ShellPage struct {
	Page
	// Entry names the script: "candidate", "interview", "stage", "recruiter" or
	// "organiser".
	Entry string
	// Dark is the calm stage of rooms.
	Dark bool
	Boot Boot
}

// Boot is what a script is told when it starts, as JSON in the page. It holds
// nothing a person may not know about themselves.
type Boot struct {
	Lang string `json:"lang"`
	// Fair is the slug, or "".
	Fair string `json:"fair,omitempty"`
	// Zone is the IANA name of the fair's time zone.
	Zone string `json:"zone,omitempty"`
	// Account is the id of who is signed in, or "".
	Account string `json:"account,omitempty"`
	// Name is what they are called.
	Name string `json:"name,omitempty"`
	// ID is the interview, webconference or stand the page is about.
	ID string `json:"id,omitempty"`
	// Guest says that the person is a third one in the interview.
	Guest bool `json:"guest,omitempty"`
}
