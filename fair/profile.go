package fair

import (
	"slices"
	"time"
)

// InterviewNeeds is what somebody needs for an interview. It is shown to the recruiter of
// an interview that is booked or under way, and to nobody else: it may say
// something of a person's health.
type InterviewNeeds struct {
	Captions    bool `bson:"captions,omitempty"`
	Interpreter bool `bson:"interpreter,omitempty"`
	ExtraTime   bool `bson:"extraTime,omitempty"`
}

// Any reports whether something is needed.
func (n InterviewNeeds) Any() bool { return n != InterviewNeeds{} }

// ExtraShare is what extra time adds to a length: a third, as in French exams (Code
// de l'éducation, D351-27).
const ExtraShare = 3

// Extra is how much longer something lasts that is planned to take so long, in whole
// minutes: nothing for those who need no extra time.
func (n InterviewNeeds) Extra(planned time.Duration) time.Duration {
	if !n.ExtraTime {
		return 0
	}
	return (planned/ExtraShare + time.Minute - 1).Truncate(time.Minute)
}

// The limits of a profile's lists.
const (
	MaxSkills    = 12
	MaxLanguages = 8
	ItemLength   = 60  // characters of one skill or language
	MaxRadius    = 200 // kilometres
)

// Contracts lists the contracts one may wish for.
func Contracts() []string {
	return []string{"CDI", "CDD", "alternance", "interim", "saisonnier", "stage"}
}

// CheckItems tidies a list of short texts: what is empty or said twice is left
// out. Errors: Invalid "text.long", "profile.many".
func CheckItems(field string, items []string, limit int) ([]string, error) {
	var kept []string
	for _, item := range items {
		item = CleanLine(item)
		switch {
		case TooLong(item, ItemLength):
			return nil, Refuse(field, "text.long")
		case item != "" && !slices.Contains(kept, item):
			kept = append(kept, item)
		}
	}
	if len(kept) > limit {
		return nil, Refuse(field, "profile.many")
	}
	return kept, nil
}
