package fair

import "time"

// InterviewState is where an interview stands.
type InterviewState string

// The states of an interview. It is live from the moment both are there (or
// the recruiter starts a phone interview) until the recruiter ends it.
const (
	InterviewBooked    InterviewState = "booked"
	InterviewLive      InterviewState = "live"
	InterviewEnded     InterviewState = "ended"
	InterviewCancelled InterviewState = "cancelled"
)

// Interview is a meeting between a candidate and a recruiter.
type Interview struct {
	ID          ID             `bson:"_id"`
	Fair        ID             `bson:"fair"`
	Stand       ID             `bson:"stand"`
	Slot        ID             `bson:"slot,omitempty"`
	Offer       ID             `bson:"offer,omitempty"` // the offer it is about, when one was named
	Recruiter   ID             `bson:"recruiter"`
	Candidate   ID             `bson:"candidate"`
	Channel     Channel        `bson:"channel"`
	State       InterviewState `bson:"state"`
	StartsAt    time.Time      `bson:"startsAt"`
	EndsAt      time.Time      `bson:"endsAt"`
	StartedAt   *time.Time     `bson:"startedAt,omitempty"`
	EndedAt     *time.Time     `bson:"endedAt,omitempty"`
	Outcome     *Outcome       `bson:"outcome,omitempty"`
	Notes       string         `bson:"notes,omitempty"` // the recruiter's; never shown to the candidate
	Sequence    int            `bson:"sequence"`        // of its calendar entry, RFC 5545 3.8.7.4
	Generations Generations    `bson:"generations,omitempty"`
	Meta        `bson:",inline"`
}

// Generations counts, per account, how often a right in the room was
// withdrawn or changed. Tokens of an older generation are void.
type Generations map[ID]int64

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
