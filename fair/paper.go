package fair

import (
	"slices"
	"time"
)

// Paper is one of the texts a fair's organiser answers for: what becomes of
// people's data, how accessible the fair is, who publishes it. ID follows from
// fair and kind.
type Paper struct {
	ID          ID              `bson:"_id"`
	Fair        ID              `bson:"fair"`
	Kind        PaperKind       `bson:"kind"`
	State       Conformity      `bson:"state,omitempty"` // of an accessibility declaration
	Fields      map[string]Text `bson:"fields"`          // by the names of PaperFields
	Version     int             `bson:"version"`         // grows by one with each publication
	PublishedAt time.Time       `bson:"publishedAt"`
	Past        []PaperEdition  `bson:"past,omitempty"` // at most MaxEditions, the latest last
	Meta        `bson:",inline"`
}

// PaperEdition is a paper as it stood before.
type PaperEdition struct {
	Version     int             `bson:"version"`
	PublishedAt time.Time       `bson:"publishedAt"`
	State       Conformity      `bson:"state,omitempty"`
	Fields      map[string]Text `bson:"fields"`
}

// PaperKind says which text it is.
type PaperKind string

// The papers of a fair.
const (
	PaperPrivacy       PaperKind = "privacy"       // GDPR, articles 13 and 14
	PaperAccessibility PaperKind = "accessibility" // RGAA 4, model of declaration
	PaperLegal         PaperKind = "legal"         // loi n° 2004-575, article 1-1
)

// PaperKinds lists them.
func PaperKinds() []PaperKind { return []PaperKind{PaperPrivacy, PaperAccessibility, PaperLegal} }

// Conformity is how far a site keeps the rules of accessibility (RGAA 4).
type Conformity string

// The states a declaration may give; without an audit it is none.
const (
	ConformFully  Conformity = "full"
	ConformPartly Conformity = "partial"
	ConformNot    Conformity = "none"
)

// The limits of papers.
const (
	PaperLength = 3000 // characters of one field
	MaxEditions = 20
)

// PaperFields are what an organiser fills in, in the order of the page.
func PaperFields(kind PaperKind) []string {
	switch kind {
	case PaperPrivacy:
		return []string{"controller", "officer", "recipients", "more"}
	case PaperAccessibility:
		return []string{"audit", "failures", "tested", "contact"}
	case PaperLegal:
		return []string{"publisher", "director", "host", "contact"}
	}
	return nil
}

// PaperID is the id of a fair's paper.
func PaperID(fair ID, kind PaperKind) ID { return DeriveID("paper", string(fair), string(kind)) }

// Publish is the paper with another content: the one before is kept. Publishing
// the same again changes nothing. Errors: Invalid.
func (p Paper) Publish(state Conformity, fields map[string]Text, now time.Time) (Paper, error) {
	known := PaperFields(p.Kind)
	switch {
	case len(known) == 0:
		return p, Refuse("kind", "paper.kind")
	case p.Kind == PaperAccessibility && !slices.Contains([]Conformity{ConformFully, ConformPartly, ConformNot}, state):
		return p, Refuse("state", "paper.state")
	case p.Kind != PaperAccessibility:
		state = ""
	}
	clean := map[string]Text{}
	for name, text := range fields {
		if !slices.Contains(known, name) {
			return p, Refuse("fields", "paper.field")
		}
		text = Text{FR: Clean(text.FR), EN: Clean(text.EN)}
		if TooLong(text.FR, PaperLength) || TooLong(text.EN, PaperLength) {
			return p, Refuse(name, "text.long")
		}
		if text != (Text{}) {
			clean[name] = text
		}
	}
	if p.Version > 0 && state == p.State && sameFields(clean, p.Fields) {
		return p, nil
	}
	if p.Version > 0 {
		past := append(slices.Clone(p.Past), PaperEdition{p.Version, p.PublishedAt, p.State, p.Fields})
		p.Past = past[max(0, len(past)-MaxEditions):]
	}
	p.State, p.Fields, p.Version, p.PublishedAt = state, clean, p.Version+1, now
	return p, nil
}

func sameFields(a, b map[string]Text) bool {
	if len(a) != len(b) {
		return false
	}
	for name, text := range a {
		if b[name] != text {
			return false
		}
	}
	return true
}
