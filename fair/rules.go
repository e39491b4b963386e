package fair

import (
	"slices"
	"time"
)

// Rules are what an organiser settles for a whole fair: how its lines move, how
// its slots are given out, what recruiters note down. The zero value means the
// defaults; read them through Fair.Rules, which fills them in.
type Rules struct {
	Line      LineRules   `bson:"line"`
	Book      BookRules   `bson:"book"`
	Scorecard []Criterion `bson:"scorecard,omitempty"` // at most MaxCriteria; empty: no scorecard
	Anonymous bool        `bson:"anonymous,omitempty"` // recruiters see "candidate 14" until they meet
	Keep      int         `bson:"keep,omitempty"`      // months that personal data is kept after the end, 1 to MaxRetain; RetainMonths

	Encryption Encryption `bson:"encryption,omitempty"` // of interviews by video, end to end; when possible
}

// Months is how many months personal data is kept after the end of the fair.
func (r Rules) Months() int {
	if r.Keep == 0 {
		return RetainMonths
	}
	return min(max(r.Keep, 1), MaxRetain)
}

// Encryption is whether interviews by video are encrypted from browser to browser, so
// that the server which carries them can neither see nor hear them.
type Encryption string

// What an organiser may choose.
const (
	EncryptionOff      Encryption = "off"      // never: it is encrypted up to the server only
	EncryptionPossible Encryption = "possible" // whenever all browsers in the room can
	EncryptionRequired Encryption = "required" // a browser that cannot is not let in
)

// LineRules are the rules of every line of a fair.
type LineRules struct {
	MaxTickets int           `bson:"maxTickets,omitempty"` // open tickets of one person, 1 to 10; 5
	Answer     time.Duration `bson:"answer,omitempty"`     // to answer "ready now?", 20 s to 5 min; 60 s
	Grace      time.Duration `bson:"grace,omitempty"`      // a place is kept for somebody away, 1 to 60 min; 10 min
	Length     time.Duration `bson:"length,omitempty"`     // of a walk-in interview, 5 to 60 min; 10 min
	Guard      time.Duration `bson:"guard,omitempty"`      // between a walk-in and the next appointment, 0 to 15 min; 2 min
	Postpone   time.Duration `bson:"postpone,omitempty"`   // a postponed ticket is not called for so long, 2 to 30 min; 10 min
	Warn       time.Duration `bson:"warn,omitempty"`       // "your turn in about ..." comes so long before, 2 to 30 min; 10 min
	MaxDelay   time.Duration `bson:"maxDelay,omitempty"`   // an extension may delay the next person by so much, 0 to 15 min; 5 min
	Escalate   time.Duration `bson:"escalate,omitempty"`   // an unanswered request goes to colleagues, then to the organiser, 2 to 120 min; 10 min
}

// BookRules are the rules of every appointment book of a fair.
type BookRules struct {
	Release    Release       `bson:"release,omitempty"`    // how new slots become bookable; at once
	Waves      []time.Time   `bson:"waves,omitempty"`      // with ReleaseWaves: when; at most MaxWaves, in order
	CapFair    int           `bson:"capFair,omitempty"`    // appointments of one person at the fair, 1 to 50; 10
	CapStand   int           `bson:"capStand,omitempty"`   // and at one stand, 1 to 5; 1
	OfferTime  time.Duration `bson:"offerTime,omitempty"`  // a freed seat waits for one person of the waiting list, 5 to 240 min; 30 min
	NoShow     time.Duration `bson:"noShow,omitempty"`     // after which an absent person's time goes to the line, 3 to 30 min; 5 min
	AnswerDays int           `bson:"answerDays,omitempty"` // within which every interview is to be answered, 1 to 30; 7
}

// Release is how slots become bookable.
type Release string

// The ways of release.
const (
	ReleaseNow   Release = "now"   // as soon as a recruiter opens them
	ReleaseWaves Release = "waves" // a part of them at each of the times the organiser has set
	ReleaseDraw  Release = "draw"  // by a draw among those who wish for them; what is left is free afterwards
)

// Limits of what an organiser may settle.
const (
	MaxWaves    = 12
	MaxCriteria = 6
)

// Nothing is how a duration is stored that was settled to be none; a zero one
// was not settled. Only LineRules.Guard and LineRules.MaxDelay may be none.
const Nothing time.Duration = -1

// Criterion is one line of a scorecard: what a recruiter rates from 1 to 4.
type Criterion struct {
	ID    string `bson:"id"` // [a-z0-9-]{1,40}, unique within the fair
	Label Text   `bson:"label"`
}

// WithDefaults fills in what was not settled.
func (r Rules) WithDefaults() Rules {
	for _, d := range []struct {
		at   *time.Duration
		what time.Duration
	}{
		{&r.Line.Answer, time.Minute}, {&r.Line.Grace, 10 * time.Minute}, {&r.Line.Length, 10 * time.Minute},
		{&r.Line.Guard, 2 * time.Minute}, {&r.Line.Postpone, 10 * time.Minute}, {&r.Line.Warn, 10 * time.Minute},
		{&r.Line.MaxDelay, 5 * time.Minute}, {&r.Line.Escalate, 10 * time.Minute},
		{&r.Book.OfferTime, 30 * time.Minute}, {&r.Book.NoShow, 5 * time.Minute},
	} {
		switch *d.at {
		case 0:
			*d.at = d.what
		case Nothing:
			*d.at = 0
		}
	}
	for _, d := range []struct {
		at   *int
		what int
	}{{&r.Line.MaxTickets, 5}, {&r.Book.CapFair, 10}, {&r.Book.CapStand, 1}, {&r.Book.AnswerDays, 7}} {
		if *d.at == 0 {
			*d.at = d.what
		}
	}
	if r.Book.Release == "" {
		r.Book.Release = ReleaseNow
	}
	if r.Encryption == "" {
		r.Encryption = EncryptionPossible
	}
	return r
}

// Settle is the rules as they are stored, when every field of r is meant as it
// stands: the inverse of WithDefaults.
func (r Rules) Settle() Rules {
	for _, at := range []*time.Duration{&r.Line.Guard, &r.Line.MaxDelay} {
		if *at == 0 {
			*at = Nothing
		}
	}
	return r
}

// Check refuses rules nobody could keep, as WithDefaults gives them. Errors:
// Invalid, naming the field.
func (r Rules) Check() error {
	for _, b := range []struct {
		field    string
		is       time.Duration
		from, to time.Duration
	}{
		{"answer_seconds", r.Line.Answer, 20 * time.Second, 5 * time.Minute},
		{"grace_minutes", r.Line.Grace, time.Minute, time.Hour},
		{"length_minutes", r.Line.Length, 5 * time.Minute, time.Hour},
		{"guard_minutes", r.Line.Guard, 0, 15 * time.Minute},
		{"postpone_minutes", r.Line.Postpone, 2 * time.Minute, 30 * time.Minute},
		{"warn_minutes", r.Line.Warn, 2 * time.Minute, 30 * time.Minute},
		{"max_delay_minutes", r.Line.MaxDelay, 0, 15 * time.Minute},
		{"escalate_minutes", r.Line.Escalate, 2 * time.Minute, 2 * time.Hour},
		{"offer_minutes", r.Book.OfferTime, 5 * time.Minute, 4 * time.Hour},
		{"no_show_minutes", r.Book.NoShow, 3 * time.Minute, 30 * time.Minute},
	} {
		if b.is < b.from || b.is > b.to {
			return Refuse(b.field, "rules.range")
		}
	}
	for _, b := range []struct {
		field        string
		is, from, to int
	}{
		{"max_tickets", r.Line.MaxTickets, 1, 10}, {"cap_fair", r.Book.CapFair, 1, 50},
		{"cap_stand", r.Book.CapStand, 1, 5}, {"answer_days", r.Book.AnswerDays, 1, 30},
	} {
		if b.is < b.from || b.is > b.to {
			return Refuse(b.field, "rules.range")
		}
	}
	if r.Keep < 0 || r.Keep > MaxRetain {
		return Refuse("keep_months", "rules.range")
	}
	switch r.Book.Release {
	case ReleaseNow, ReleaseDraw:
	case ReleaseWaves:
		if len(r.Book.Waves) == 0 || len(r.Book.Waves) > MaxWaves || !slices.IsSortedFunc(r.Book.Waves, time.Time.Compare) {
			return Refuse("waves", "rules.waves")
		}
	default:
		return Refuse("release", "rules.release")
	}
	switch r.Encryption {
	case EncryptionOff, EncryptionPossible, EncryptionRequired:
	default:
		return Refuse("encryption", "rules.encryption")
	}
	return r.checkScorecard()
}

func (r Rules) checkScorecard() error {
	if len(r.Scorecard) > MaxCriteria {
		return Refuse("scorecard", "rules.scorecard")
	}
	for i, c := range r.Scorecard {
		if c.ID != Slug(c.ID, 40) || c.ID == "" || slices.ContainsFunc(r.Scorecard[:i], func(o Criterion) bool { return o.ID == c.ID }) {
			return Refuse("scorecard", "rules.scorecard")
		}
		if err := CheckText("scorecard", c.Label, 80, true); err != nil {
			return err
		}
	}
	return nil
}
