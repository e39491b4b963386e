package fair

import "time"

// Consent is something a person has said yes or no to, under which wording. The
// last one of a kind counts; the earlier ones are the proof.
type Consent struct {
	Kind    ConsentKind `bson:"kind"`
	Given   bool        `bson:"given"`
	Version string      `bson:"version"` // of the wording, as ConsentVersion was then
	At      time.Time   `bson:"at"`
}

// ConsentKind is what a consent is about. Its wording is "consent.<kind>" in the
// locale files.
type ConsentKind string

// The kinds of consent.
const (
	ConsentNeeds ConsentKind = "needs" // what one needs for an interview, which may say something of one's health
	ConsentCV    ConsentKind = "cv"    // that stands read the CV
	ConsentSMS   ConsentKind = "sms"   // text messages to one's number
)

// ConsentVersion is the day on which the wordings of consents were last changed.
const ConsentVersion = "2026-11-25"

// maxConsents is how many consents are kept of one person; the oldest give way.
const maxConsents = 60

// Consent is the account after its owner has said yes or no. Saying the same
// again changes nothing.
func (a Account) Consent(kind ConsentKind, given bool, at time.Time) Account {
	for i := len(a.Consents) - 1; i >= 0; i-- {
		if c := a.Consents[i]; c.Kind == kind {
			if c.Given == given && c.Version == ConsentVersion {
				return a
			}
			break
		}
	}
	list := append(append([]Consent{}, a.Consents...), Consent{Kind: kind, Given: given, Version: ConsentVersion, At: at})
	a.Consents = list[max(0, len(list)-maxConsents):]
	return a
}

// Objection is a use of their data that a person does not want (GDPR, article 21).
type Objection struct {
	Kind ObjectionKind `bson:"kind"`
	At   time.Time     `bson:"at"`
}

// ObjectionKind is a use somebody may object to.
type ObjectionKind string

// The uses that can be objected to: each is obeyed where it would happen.
const (
	ObjectMails      ObjectionKind = "mails"      // mails nobody needs: reminders, and what a notification would say too
	ObjectStatistics ObjectionKind = "statistics" // being counted in the measures of lines and interviews
)

// ObjectionKinds lists them.
func ObjectionKinds() []ObjectionKind { return []ObjectionKind{ObjectMails, ObjectStatistics} }

// Objects reports whether the owner has objected to a use.
func (a Account) Objects(kind ObjectionKind) bool {
	for _, o := range a.Objections {
		if o.Kind == kind {
			return true
		}
	}
	return false
}

// Objecting is the account once its owner objects to exactly these uses. What was
// objected to before keeps its date.
func (a Account) Objecting(kinds []ObjectionKind, at time.Time) (Account, error) {
	list := []Objection{}
	for _, kind := range kinds {
		o := Objection{Kind: kind, At: at}
		known := false
		for _, k := range ObjectionKinds() {
			known = known || k == kind
		}
		if !known {
			return a, Refuse("objections", "objection.kind")
		}
		for _, before := range a.Objections {
			if before.Kind == kind {
				o = before
			}
		}
		list = append(list, o)
	}
	a.Objections = list
	return a, nil
}
