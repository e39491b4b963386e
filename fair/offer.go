package fair

import "time"

// OfferState is where an offer stands.
type OfferState string

// The states of an offer.
const (
	OfferDraft   OfferState = "draft"   // its desk alone sees it
	OfferWaiting OfferState = "waiting" // an organiser is asked before it is published
	OfferOpen    OfferState = "open"
	OfferClosed  OfferState = "closed"
)

// Offer is a job offer.
type Offer struct {
	ID          ID            `bson:"_id"`
	Fair        ID            `bson:"fair"`
	Stand       ID            `bson:"stand"`
	Company     ID            `bson:"company"`
	CompanyName string        `bson:"companyName"`
	Source      string        `bson:"source"`   // "import" or "desk"
	SourceID    string        `bson:"sourceId"` // the record's own id; unique within fair and source
	State       OfferState    `bson:"state"`
	Title       string        `bson:"title"`
	Description string        `bson:"description"` // plain text, paragraphs by blank lines
	Work        Work          `bson:"work"`
	Place       Place         `bson:"place"`
	Pay         Pay           `bson:"pay"`
	Needs       Needs         `bson:"needs"`
	Positions   int           `bson:"positions"`
	PublishedAt time.Time     `bson:"publishedAt"`
	OpenedAt    *time.Time    `bson:"openedAt,omitempty"` // when it was first open here
	ClosesAt    time.Time     `bson:"closesAt"`
	Proposed    *OfferText    `bson:"proposed,omitempty"` // what shall take the place of a published text
	Refused     *Refusal      `bson:"refused,omitempty"`
	History     []OfferChange `bson:"history,omitempty"`
	Raw         []byte        `bson:"raw,omitempty"` // the imported record as it came, JSON
	RawHash     []byte        `bson:"rawHash,omitempty"`
	Meta        `bson:",inline"`
}

// Work is what kind of work it is.
type Work struct {
	ROME          string   `bson:"rome"`       // code, "J1501"
	Occupation    string   `bson:"occupation"` // its label
	Appellation   string   `bson:"appellation,omitempty"`
	Contract      string   `bson:"contract"` // CDI CDD MIS SAI ... as in Offres v2
	ContractLabel string   `bson:"contractLabel"`
	Nature        string   `bson:"nature,omitempty"`
	Alternance    bool     `bson:"alternance,omitempty"`
	HoursLabel    string   `bson:"hoursLabel,omitempty"` // "35H Horaires normaux"
	FullTime      *bool    `bson:"fullTime,omitempty"`   // nil: not said
	Schedule      []string `bson:"schedule,omitempty"`
	Conditions    []string `bson:"conditions,omitempty"`
	Travel        string   `bson:"travel,omitempty"`
	Qualification string   `bson:"qualification,omitempty"`
	Accessible    bool     `bson:"accessible,omitempty"` // accessibleTH
}

// Place is where the work is done.
type Place struct {
	Label    string   `bson:"label"`
	Commune  string   `bson:"commune,omitempty"` // INSEE code
	Postcode string   `bson:"postcode,omitempty"`
	Lat      *float64 `bson:"lat,omitempty"` // degrees
	Lon      *float64 `bson:"lon,omitempty"`
}

// Pay is what is said about pay, in the employer's words: amounts are never
// guessed from them.
type Pay struct {
	Label   string   `bson:"label,omitempty"`
	Comment string   `bson:"comment,omitempty"`
	Extras  []string `bson:"extras,omitempty"`
}

// Needs is what is asked of the person; Required tells required from wished.
type Needs struct {
	Experience string `bson:"experience,omitempty"` // in words
	Beginner   bool   `bson:"beginner,omitempty"`
	Skills     []Need `bson:"skills,omitempty"`
	Training   []Need `bson:"training,omitempty"`
	Languages  []Need `bson:"languages,omitempty"`
	Licences   []Need `bson:"licences,omitempty"`
	Qualities  []Need `bson:"qualities,omitempty"`
}

// Need is one thing asked.
type Need struct {
	Label    string `bson:"label"`
	Required bool   `bson:"required"`
}

// OfferQuery is a search among the open offers of a fair.
type OfferQuery struct {
	Text        string
	Contract    string  // code, empty for any
	ROME        string  // code, empty for any
	Commune     string  // INSEE code, empty for anywhere
	Radius      float64 // km around the commune's centroid; 0 means the commune itself
	Stand       ID
	Hours       string // "full", "part", empty for any
	Experience  string // "beginner", "experienced", empty for any
	Accessible  bool   // only those open to people with a recognised disability
	Now         bool   // only those of OpenStands: whom one can meet now
	OpenStands  []ID   // filled in by service
	OpenedSince time.Time
	Sort        OfferSort
	Page        int // from 1
	Limit       int // 1 to 100
}

// OfferSort is the order of what a search finds.
type OfferSort string

// The orders. SortBest is the default: by relevance where there are words, else
// by date. By distance, the commune says from where, and nothing is left out for
// being elsewhere unless a radius says so.
const (
	SortBest     OfferSort = ""
	SortDate     OfferSort = "date"
	SortDistance OfferSort = "distance"
)

// The values of OfferQuery.Hours and .Experience.
const (
	FullTime    = "full"
	PartTime    = "part"
	Beginner    = "beginner"
	Experienced = "experienced"
)

// Empty reports whether the query names no criterion: the default listing.
func (q OfferQuery) Empty() bool {
	return q.Text == "" && q.Contract == "" && q.ROME == "" && q.Commune == "" && q.Stand == "" && q.Hours == "" &&
		q.Experience == "" && !q.Accessible && !q.Now && q.OpenedSince.IsZero()
}

// OfferFacets says for each criterion of a search how many offers each of its
// values would leave, the commonest first.
type OfferFacets struct {
	Contracts, Occupations, Communes, Stands, Hours, Experience []FacetCount

	Accessible, Now int
}

// FacetCount is one value of a criterion.
type FacetCount struct {
	Value  string
	Label  string // as the offers name it
	Offers int
}

// Suggestion completes what somebody types into a search.
type Suggestion struct {
	Kind   SuggestionKind
	Label  string
	Value  string // the title itself, a stand's id, an INSEE code
	Offers int    // how many open offers it leads to
}

// SuggestionKind says what a suggestion names.
type SuggestionKind string

// The kinds of suggestion.
const (
	SuggestTitle   SuggestionKind = "title"
	SuggestCompany SuggestionKind = "company"
	SuggestCommune SuggestionKind = "commune"
)

// Hours is "full", "part", or "" where the offer does not say.
func (w Work) Hours() string {
	switch {
	case w.FullTime == nil:
		return ""
	case *w.FullTime:
		return FullTime
	}
	return PartTime
}

// Level is "beginner" where beginners are welcome, "experienced" where something
// else is asked, or "" where nothing is said.
func (n Needs) Level() string {
	switch {
	case n.Beginner:
		return Beginner
	case n.Experience != "":
		return Experienced
	}
	return ""
}

// OccupationFigure is how many open offers there are for an occupation.
type OccupationFigure struct {
	ROME   string `bson:"_id"` // code
	Offers int    `bson:"offers"`
}

// Published reports whether people other than its desk have seen the offer.
func (o Offer) Published() bool { return o.State == OfferOpen || o.State == OfferClosed }

// OpenAt reports whether one can apply at now.
func (o Offer) OpenAt(now time.Time) bool {
	return o.State == OfferOpen && (o.ClosesAt.IsZero() || now.Before(o.ClosesAt))
}

// Opened is when the offer first could be found here.
func (o Offer) Opened() time.Time {
	if o.OpenedAt != nil {
		return *o.OpenedAt
	}
	return o.PublishedAt
}
