package fair

import (
	"slices"
	"time"
)

// Application is a candidate's wish to work: for one offer or, when Offer is
// empty, for a stand without naming one. At most one is open for a person and
// an offer, or a person and a stand (a unique index on Target).
type Application struct {
	ID        ID               `bson:"_id"`
	Fair      ID               `bson:"fair"`
	Stand     ID               `bson:"stand"`
	Offer     ID               `bson:"offer,omitempty"`
	Target    ID               `bson:"target"` // the offer, or the stand
	Candidate ID               `bson:"candidate"`
	CV        ID               `bson:"cv,omitempty"` // the version that came with it
	Text      string           `bson:"text"`         // three lines: at most ApplicationLength characters
	State     ApplicationState `bson:"state"`
	Open      bool             `bson:"open,omitempty"` // neither closed nor withdrawn; what the unique index covers
	// Place is which of the OpenApplications it takes while it is open, from 1: a
	// unique index for each person.
	Place     int              `bson:"place,omitempty"`
	At        time.Time        `bson:"at"`
	By        *time.Time       `bson:"by,omitempty"`        // until when the stand promised to answer
	Answer    string           `bson:"answer,omitempty"`    // the stand's words to the candidate
	Promiser  ID               `bson:"promiser,omitempty"`  // who promised By
	Answering *Answering       `bson:"answering,omitempty"` // the clock of that promise
	History   []ApplicationLog `bson:"history,omitempty"`
	Meta      `bson:",inline"`
}

// ApplicationLog is one change of an application.
type ApplicationLog struct {
	State ApplicationState `bson:"state"`
	By    ID               `bson:"by"`
	At    time.Time        `bson:"at"`
}

// ApplicationState is where an application stands.
type ApplicationState string

// The states of an application. The first four are open.
const (
	ApplicationReceived  ApplicationState = "received"
	ApplicationMeet      ApplicationState = "meet" // the stand wants to meet
	ApplicationMet       ApplicationState = "met"
	ApplicationNext      ApplicationState = "next" // a next step is agreed on
	ApplicationClosed    ApplicationState = "closed"
	ApplicationWithdrawn ApplicationState = "withdrawn" // by the candidate
)

// Inviter is who of the stand last said that it wants to meet.
func (a Application) Inviter() ID {
	for _, log := range slices.Backward(a.History) {
		if log.State == ApplicationMeet {
			return log.By
		}
	}
	return ""
}

// ApplicationStates lists those a stand may set, in order.
func ApplicationStates() []ApplicationState {
	return []ApplicationState{ApplicationReceived, ApplicationMeet, ApplicationMet, ApplicationNext, ApplicationClosed}
}

// The limits of applications.
const (
	OpenApplications   = 50                  // of one person at once
	ApplicationLength  = 600                 // characters of the candidate's text
	AnswerLength       = 600                 // and of the stand's answer
	ApplicationChanges = 50                  // after which an application is history
	PromiseWithin      = 60 * 24 * time.Hour // how far an answer may be promised
)

// Move is the application after the stand has set it to a state, with words and
// a promised date where it gives them. Errors: Invalid; Gone when it is over.
func (a Application) Move(to ApplicationState, answer string, by *time.Time, who ID, now time.Time) (Application, error) {
	switch {
	case !a.Open:
		return a, E(Gone, "application.over")
	case !slices.Contains(ApplicationStates(), to):
		return a, Refuse("state", "application.state")
	case TooLong(answer, AnswerLength):
		return a, Refuse("answer", "text.long")
	case to == ApplicationClosed && answer == "":
		return a, Refuse("answer", "application.reason")
	case by != nil && (!by.After(now) || by.After(now.Add(PromiseWithin))):
		return a, Refuse("by", "application.by")
	case len(a.History) >= ApplicationChanges:
		return a, E(Conflict, "application.changes")
	}
	if to != a.State {
		a.History = append(slices.Clone(a.History), ApplicationLog{State: to, By: who, At: now})
	}
	was := a.By
	a.State, a.Answer, a.By, a.Open = to, answer, by, to != ApplicationClosed
	if !a.Open {
		a.By = nil
	}
	return a.promise(was, who, now), nil
}

// promise sets the clock of an answer by what is promised now: another day
// begins it anew, the same goes on, none ends it.
func (a Application) promise(was *time.Time, who ID, now time.Time) Application {
	switch {
	case a.By == nil:
		a.Promiser, a.Answering = "", nil
	case was == nil || !was.Equal(*a.By):
		a.Promiser, a.Answering = who, OweAnswer(now, *a.By)
	}
	return a
}

// Withdraw is the application after its candidate took it back. Errors: Gone.
func (a Application) Withdraw(now time.Time) (Application, error) {
	if !a.Open {
		return a, E(Gone, "application.over")
	}
	a.History = append(slices.Clone(a.History), ApplicationLog{State: ApplicationWithdrawn, By: a.Candidate, At: now})
	a.State, a.Open, a.By, a.Promiser, a.Answering = ApplicationWithdrawn, false, nil, "", nil
	return a, nil
}
