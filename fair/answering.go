package fair

import (
	"slices"
	"time"
)

// Answering is the clock of the answer that a stand owes after an interview.
// An interview with a final answer has none.
type Answering struct {
	Due       time.Time  `bson:"due"`            // a final answer is owed by then
	Next      *time.Time `bson:"next,omitempty"` // when the sweeper has to remind; nil: everybody was
	Reminders int        `bson:"reminders"`      // 1: the recruiter was reminded, 2: the organisers too
}

// remindBefore is how long before the day of an answer its recruiter is
// reminded; half the time there is when it is shorter.
const remindBefore = 24 * time.Hour

// OweAnswer starts the clock of an answer due at a time.
func OweAnswer(now, due time.Time) *Answering {
	next := due.Add(-min(remindBefore, due.Sub(now)/2)).Truncate(time.Millisecond)
	return &Answering{Due: due, Next: &next}
}

// Reminded is the clock after the reminder that was due: the recruiter's is
// followed by the organisers' as soon as the day has passed.
func (a Answering) Reminded() Answering {
	a.Reminders++
	a.Next = nil
	if a.Reminders == 1 {
		due := a.Due
		a.Next = &due
	}
	return a
}

// Final reports whether the outcome is an answer, and no promise of one.
func (o *Outcome) Final() bool { return o != nil && o.Kind != OutcomeLater }

// AfterOutcome is the clock once o was said at now, nil once nothing is owed:
// a promise is owed at its date, silence after days.
func AfterOutcome(o *Outcome, now time.Time, days int) *Answering {
	switch {
	case o.Final():
		return nil
	case o != nil && o.By != nil:
		return OweAnswer(now, *o.By)
	}
	return OweAnswer(now, now.AddDate(0, 0, days))
}

// Awaits reports whether the candidate of an interview that has been held waits
// for an answer. Nobody does after a part that somebody else went on with.
func (i Interview) Awaits() bool { return i.State == InterviewEnded && i.Answering != nil }

// AnswerFigure is how a stand answers those it has met.
type AnswerFigure struct {
	Held     int           // interviews that took place
	Answered int           // with a final answer
	Promised int           // with the date of an answer, still to come
	Open     int           // without a word, still in time
	Late     int           // without an answer though it was due
	Median   time.Duration // from the end to the first final answer; 0 when there is none
}

// CountAnswers counts over interviews that took place; the others are left out, and
// so are the parts that somebody else went on with.
func CountAnswers(list []Interview, now time.Time) AnswerFigure {
	var f AnswerFigure
	var times []time.Duration
	for _, i := range list {
		if i.StartedAt == nil || i.State == InterviewCancelled || i.State == InterviewEnded && i.Outcome == nil && !i.Awaits() {
			continue
		}
		f.Held++
		switch {
		case i.Outcome.Final():
			f.Answered++
			if i.EndedAt != nil && i.AnsweredAt != nil {
				times = append(times, max(0, i.AnsweredAt.Sub(*i.EndedAt)))
			}
		case i.Answering != nil && !now.Before(i.Answering.Due):
			f.Late++
		case i.Outcome != nil:
			f.Promised++
		default:
			f.Open++
		}
	}
	if len(times) > 0 {
		slices.Sort(times)
		f.Median = times[len(times)/2]
	}
	return f
}
