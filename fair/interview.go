package fair

import (
	"slices"
	"time"
)

// InterviewState is where an interview stands.
type InterviewState string

// The states of an interview. A called one waits for its candidate to say
// "ready"; it is nobody's appointment and its room is closed. It is live from the moment both are there (or
// the recruiter starts a phone interview) until the recruiter ends it.
const (
	InterviewCalled    InterviewState = "called"
	InterviewBooked    InterviewState = "booked"
	InterviewLive      InterviewState = "live"
	InterviewEnded     InterviewState = "ended"
	InterviewCancelled InterviewState = "cancelled"
	InterviewMissed    InterviewState = "missed" // the candidate never came
)

// Interview is a meeting between a candidate and a recruiter.
type Interview struct {
	ID          ID             `bson:"_id"`
	Fair        ID             `bson:"fair"`
	Stand       ID             `bson:"stand"`
	Slot        ID             `bson:"slot,omitempty"`
	Ticket      ID             `bson:"ticket,omitempty"`   // of a walk-in
	Open        bool           `bson:"open,omitempty"`     // a walk-in that is not over; at most one for a ticket
	AnswerBy    *time.Time     `bson:"answerBy,omitempty"` // of a called one
	Offer       ID             `bson:"offer,omitempty"`    // the offer it is about, when one was named
	Recruiter   ID             `bson:"recruiter"`
	Candidate   ID             `bson:"candidate"`
	Channel     Channel        `bson:"channel"`
	State       InterviewState `bson:"state"`
	StartsAt    time.Time      `bson:"startsAt"`
	EndsAt      time.Time      `bson:"endsAt"`
	StartedAt   *time.Time     `bson:"startedAt,omitempty"`
	EndedAt     *time.Time     `bson:"endedAt,omitempty"`
	Outcome     *Outcome       `bson:"outcome,omitempty"`
	Notes       string         `bson:"notes,omitempty"`       // the recruiter's; never shown to the candidate
	Scores      map[string]int `bson:"scores,omitempty"`      // the recruiter's, by Criterion.ID; shown to the candidate in the copy of their data alone
	SoundOnly   bool           `bson:"soundOnly,omitempty"`   // both have put their cameras out
	PhoneAsked  *time.Time     `bson:"phoneAsked,omitempty"`  // since when the candidate is asked for a number, so that they go on by phone
	Extensions  []Extension    `bson:"extensions,omitempty"`  // at most MaxExtensions, the latest last
	Guests      []Guest        `bson:"guests,omitempty"`      // at most MaxGuests
	Answering   *Answering     `bson:"answering,omitempty"`   // the answer owed; nil: none, or given
	AnsweredAt  *time.Time     `bson:"answeredAt,omitempty"`  // the first final answer
	Sequence    int            `bson:"sequence"`              // of its calendar entry, RFC 5545 3.8.7.4
	Generation  int64          `bson:"generation"`            // raised when rights in its room change; older tokens are void
	Generations Generations    `bson:"generations,omitempty"` // by guest: how often they were put out of it
	Present     []ID           `bson:"present,omitempty"`
	Strains     Strains        `bson:"strains,omitempty"`  // of those in its room whose call goes badly
	Came        []ID           `bson:"came,omitempty"`     // who has been in its room since it was given its time
	Check       *Check         `bson:"check,omitempty"`    // the candidate's devices, as last tried
	Proposal    *Proposal      `bson:"proposal,omitempty"` // another time, asked of the candidate
	RemindAt    *time.Time     `bson:"remindAt,omitempty"` // when the candidate's next reminder is due
	DeskAt      *time.Time     `bson:"deskAt,omitempty"`   // and the recruiter's
	BookedAt    time.Time      `bson:"bookedAt"`
	Meta        `bson:",inline"`
}

// GenerationOf is the generation a token of that account must carry.
func (i Interview) GenerationOf(account ID) int64 { return i.Generation + i.Generations[account] }

// The hours of an interview's room.
const (
	JoinEarly = 15 * time.Minute // before the start
	JoinLate  = 2 * time.Hour    // after the planned end
	LiveGrace = 2 * time.Minute  // how long somebody counts as in a call after its planned end
)

// Party reports whether the account is one of the two who meet.
func (i Interview) Party(account ID) bool {
	return account != "" && (account == i.Candidate || account == i.Recruiter)
}

// Other is the party that account is not.
func (i Interview) Other(account ID) ID {
	if account == i.Candidate {
		return i.Recruiter
	}
	return i.Candidate
}

// Walkin reports whether the interview came from a line and has no slot.
func (i Interview) Walkin() bool { return i.Ticket != "" }

// CandidateCame reports whether the candidate has been in the room since the
// interview was given its time.
func (i Interview) CandidateCame() bool {
	return slices.Contains(i.Came, i.Candidate) || slices.Contains(i.Present, i.Candidate)
}

// Missable reports whether the candidate may still be said not to have come: to
// an appointment that has not begun, or that is a phone nobody answers.
func (i Interview) Missable() bool {
	unmet := i.State == InterviewBooked || i.State == InterviewLive && i.Channel == Phone
	return unmet && !i.Walkin() && !i.CandidateCame()
}

// Over reports whether nobody meets any more.
func (i Interview) Over() bool {
	return i.State == InterviewEnded || i.State == InterviewCancelled || i.State == InterviewMissed
}

// ReadsCV reports whether the recruiter may read the candidate's CV for this
// interview: from its booking until the answer should have been given.
func (i Interview) ReadsCV(now time.Time) bool {
	switch i.State {
	case InterviewBooked, InterviewLive:
		return true
	case InterviewEnded:
		return i.StartedAt != nil && i.EndedAt != nil && now.Before(i.EndedAt.Add(CVAfter))
	}
	return false
}

// ReadsProfile reports whether the recruiter reads more of the candidate than the
// name: while the CV may be read, and while the candidate is asked to come.
func (i Interview) ReadsProfile(now time.Time) bool {
	return i.State == InterviewCalled || i.ReadsCV(now)
}

// Met reports whether the two have met, or meet.
func (i Interview) Met() bool {
	return i.State == InterviewLive || i.State == InterviewEnded && i.StartedAt != nil
}

// ShowsNeeds reports whether the recruiter sees what the candidate needs: while
// they are going to meet, or meet.
func (i Interview) ShowsNeeds() bool { return i.State == InterviewBooked || i.State == InterviewLive }

// PlannedEnd is when the interview should end: as written in the calendar, or
// after its length when it was started before its hours (as a demo allows);
// later when more time was given.
func (i Interview) PlannedEnd() time.Time {
	if n := len(i.Extensions); n > 0 {
		return i.Extensions[n-1].Until
	}
	if i.StartedAt != nil && i.StartedAt.Before(i.StartsAt.Add(-JoinEarly)) {
		return i.StartedAt.Add(i.EndsAt.Sub(i.StartsAt))
	}
	return i.EndsAt
}

// Meetable tells whether the two may meet at now: nil, or why not. With
// anytime the hours do not count, only the state. Errors: Gone
// "interview.cancelled", "interview.ended", "interview.missed",
// "interview.late"; Conflict "interview.early", "interview.called" while the
// candidate has not said "ready".
func (i Interview) Meetable(now time.Time, anytime bool) error {
	switch {
	case i.State == InterviewCancelled:
		return E(Gone, "interview.cancelled")
	case i.State == InterviewEnded:
		return E(Gone, "interview.ended")
	case i.State == InterviewCalled:
		return E(Conflict, "interview.called")
	case i.State == InterviewMissed:
		return E(Gone, "interview.missed")
	case anytime:
		return nil
	case now.Before(i.StartsAt.Add(-JoinEarly)):
		return E(Conflict, "interview.early")
	case now.After(i.EndsAt.Add(JoinLate)):
		return E(Gone, "interview.late")
	}
	return nil
}

// OutcomeKind is what comes after an interview.
type OutcomeKind string

// The outcomes, each seen by the candidate.
const (
	OutcomeNext     OutcomeKind = "next"     // a next step, with words and perhaps a date
	OutcomePool     OutcomeKind = "pool"     // kept in the pool
	OutcomeDeclined OutcomeKind = "declined" // with a decent reason
	OutcomeLater    OutcomeKind = "later"    // an answer by a date
)

// Outcome is what the company answers.
type Outcome struct {
	Kind    OutcomeKind `bson:"kind"`
	Message string      `bson:"message,omitempty"` // to the candidate, at most 600 characters
	By      *time.Time  `bson:"by,omitempty"`      // the date of the next step or of the answer
	At      time.Time   `bson:"at"`
}

// Says reports whether o tells the candidate the same as other, whenever it was
// written.
func (o Outcome) Says(other Outcome) bool {
	sameDate := o.By == nil && other.By == nil || o.By != nil && other.By != nil && o.By.Equal(*other.By)
	return o.Kind == other.Kind && o.Message == other.Message && sameDate
}

// OutcomeLimit is the length of an outcome's message, in characters.
const OutcomeLimit = 600

// Check refuses an outcome that tells the candidate too little.
func (o Outcome) Check(now time.Time) error {
	switch o.Kind {
	case OutcomeNext, OutcomeDeclined:
		if o.Message == "" {
			return Refuse("message", "outcome.message")
		}
	case OutcomeLater:
		if o.By == nil {
			return Refuse("by", "outcome.by")
		}
	case OutcomePool:
	default:
		return Refuse("kind", "outcome.kind")
	}
	if TooLong(o.Message, OutcomeLimit) {
		return Refuse("message", "text.long")
	}
	if o.By != nil && !o.By.After(now) {
		return Refuse("by", "outcome.past")
	}
	return nil
}
