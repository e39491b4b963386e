package service_test

import (
	"context"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/mongostore"
	"salon/fair/service"
)

// ear keeps the last line shown.
type ear struct {
	service.Notifier
	last fair.LineShow
}

func (e *ear) LineChanged(_ context.Context, l fair.LineShow) error {
	e.last = l
	return nil
}

// rangeOf is what somebody's board says of their only place.
func (q *queue) rangeOf(a fair.Actor) fair.Range {
	q.t.Helper()
	board, err := q.Board(q.t.Context(), a, "")
	q.must(err)
	return board.Tickets[0].Range
}

// joining is what the stand's page says.
func (q *queue) joining() fair.Range {
	q.t.Helper()
	stand, err := q.store.Stands.Get(q.t.Context(), q.stand)
	q.must(err)
	facts, err := q.StandLine(q.t.Context(), stand)
	q.must(err)
	return facts.Range
}

func TestTheSameRangeIsToldEverywhere(t *testing.T) {
	heard := &ear{}
	q := newQueue(t, func(c *service.Config) { heard.Notifier, c.Notifier = c.Notifier, heard })
	who, tickets := q.people(q.stand, 3)
	q.dispatch()
	if len(heard.last.Order) != 3 || heard.last.Order[2] != tickets[2].ID || heard.last.Ranges[2] != q.rangeOf(who[2]) {
		t.Errorf("the line tells %+v, the board %+v", heard.last, q.rangeOf(who[2]))
	}
	lines, err := q.FairLines(t.Context(), fair.Actor{}, q.fair.Slug)
	q.must(err)
	joining := q.joining()
	if lines[0].Range != joining || !joining.Known {
		t.Errorf("the fair's page tells %+v, the stand's %+v", lines[0].Range, joining)
	}
	late := q.demo(fair.Candidate, 9)
	b, _, err := q.JoinLine(t.Context(), late, q.stand, service.JoinRequest{Channel: fair.Video})
	q.must(err)
	if b.Range != joining {
		t.Errorf("who joins is told %+v, the stand's page told %+v", b.Range, joining)
	}
}

func TestARangeKnowsWhatRecruitersAreAt(t *testing.T) {
	q := newQueue(t)
	who, tickets := q.people(q.stand, 2)
	first, second := who[0], who[1]
	idle := q.rangeOf(first)
	if idle.Low != 0 || idle.High > 5*time.Minute {
		t.Errorf("first before an idle recruiter: %+v", idle)
	}
	called := q.next(q.recruiter, q.stand)
	q.answer(first, tickets[0].ID, fair.AnswerReady)
	meeting := q.rangeOf(second)
	if meeting.Low < time.Minute || meeting.High < 8*time.Minute {
		t.Errorf("first while the recruiter meets somebody: %+v", meeting)
	}
	q.clock.Pass(9 * time.Minute)
	if later := q.rangeOf(second); later.High >= meeting.High {
		t.Errorf("nine minutes on: %+v, it was %+v", later, meeting)
	}
	_, err := q.EndInterview(t.Context(), q.recruiter, called.Interview.ID, nil)
	q.must(err)

	_, err = q.SetDuty(t.Context(), q.recruiter, q.stand, fair.OnBreak, 20)
	q.must(err)
	if r := q.rangeOf(second); r.Low < 17*time.Minute || r.High > 26*time.Minute {
		t.Errorf("during a break of 20 minutes: %+v", r)
	}
	for _, state := range []fair.DutyState{fair.OnBreak, fair.OffDuty} {
		_, err = q.SetDuty(t.Context(), q.recruiter, q.stand, state, 0)
		q.must(err)
		if r, joining := q.rangeOf(second), q.joining(); r.Known || joining.Known {
			t.Errorf("%s with no end: %+v, and to those who join %+v", state, r, joining)
		}
	}
	q.onDuty(q.recruiter)
	_, err = q.SetLine(t.Context(), q.recruiter, q.stand, service.LineEdit{State: fair.LinePaused, Minutes: 30})
	q.must(err)
	if r := q.rangeOf(second); r.Low < 26*time.Minute {
		t.Errorf("while the line rests for 30 minutes: %+v", r)
	}
	_, err = q.SetLine(t.Context(), q.recruiter, q.stand, service.LineEdit{State: fair.LinePaused})
	q.must(err)
	if r := q.rangeOf(second); r.Known {
		t.Errorf("while the line rests with no end: %+v", r)
	}
}

func TestOnlyBookedSlotsStandBeforeTheLine(t *testing.T) {
	q := newQueue(t)
	who, _ := q.people(q.stand, 1)
	slots := q.slots(q.recruiter, 2) // in an hour
	q.clock.Pass(50 * time.Minute)
	if r := q.rangeOf(who[0]); r.Low != 0 || r.High > 5*time.Minute {
		t.Errorf("before slots nobody has booked: %+v", r)
	}
	_, err := q.book(q.demo(fair.Candidate, 8), slots[0].ID, "key")
	q.must(err)
	q.clock.Pass(20 * time.Second) // nothing was written to the line itself
	if r := q.rangeOf(who[0]); r.Low < 28*time.Minute {
		t.Errorf("ten minutes before a booked slot of thirty: %+v", r)
	}
	busy := q.demo(fair.Candidate, 7)
	elsewhere := q.slots(q.demo(fair.Recruiter, 2), 1)[0] // in an hour, of another stand
	_, err = q.book(busy, elsewhere.ID, "key")
	q.must(err)
	q.clock.Pass(50 * time.Minute)
	q.join(busy, q.stand)
	if r := q.rangeOf(busy); r.Low < 40*time.Minute {
		t.Errorf("ten minutes before one's own appointment of thirty: %+v", r)
	}
	if first := q.rangeOf(who[0]); first.High > 10*time.Minute {
		t.Errorf("the appointment of somebody behind delays the first: %+v", first)
	}
}

// countedPersons counts the reads of calendars: together, and one by one.
type countedPersons struct {
	*mongostore.Persons
	together, alone *int
}

func (c countedPersons) Calendars(ctx context.Context, ids []fair.ID) ([]fair.Person, error) {
	*c.together++
	return c.Persons.Calendars(ctx, ids)
}

func (c countedPersons) Get(ctx context.Context, id fair.ID) (fair.Person, error) {
	*c.alone++
	return c.Persons.Get(ctx, id)
}

func TestCalendarsOfAllLinesAreReadAtOnce(t *testing.T) {
	var together, alone int
	q := newQueue(t, func(c *service.Config) {
		c.Stores.Persons = countedPersons{c.Stores.Persons.(*mongostore.Persons), &together, &alone}
	})
	q.people(q.stand, 5)
	other := q.onDuty(q.demo(fair.Recruiter, 2))
	q.join(q.demo(fair.Candidate, 1), other)
	together, alone = 0, 0
	lines, err := q.FairLines(t.Context(), fair.Actor{}, q.fair.Slug)
	q.must(err)
	if together != 1 || alone != 0 || !lines[0].Range.Known || !lines[1].Range.Known {
		t.Errorf("%d reads together, %d alone: %+v", together, alone, lines)
	}
}

func TestALineLearnsHowPeopleWait(t *testing.T) {
	q := newQueue(t)
	who, tickets := q.people(q.stand, 3)
	began := q.clock.Now()
	q.clock.Pass(10 * time.Minute)
	q.answer(who[1], tickets[1].ID, fair.AnswerLeave)
	q.next(q.recruiter, q.stand)
	q.pass(2 * time.Minute) // nobody answers
	q.next(q.recruiter, q.stand)
	line, err := q.store.Lines.Get(t.Context(), q.stand)
	q.must(err)
	want := fair.Habits{Left: 1, Calls: 2, Unanswered: 1}
	for i, ended := range []time.Duration{10 * time.Minute, 10 * time.Minute, 12 * time.Minute} {
		want.Borne += fair.Waited(began.Add(ended).Sub(tickets[[]int{1, 0, 2}[i]].JoinedAt)).Borne
	}
	if line.Habits != want {
		t.Errorf("learned %+v, want %+v", line.Habits, want)
	}
}
