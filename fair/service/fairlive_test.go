package service_test

import (
	"slices"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// boardNow is the organiser's live board, which must be there, a while later.
func (h *house) boardNow() service.FairLive {
	h.t.Helper()
	h.clock.Pass(time.Minute)
	live, err := h.FairLive(h.t.Context(), h.boss, h.fair.Slug)
	h.must(err)
	return live
}

func TestTheLiveBoardIsForTheOrganisersOfTheFair(t *testing.T) {
	h := newHouse(t)
	for name, c := range map[string]struct {
		who  fair.Actor
		kind fair.Kind
		code string
	}{
		"a visitor":                    {fair.Actor{}, fair.Unauthenticated, "sign.in"},
		"a candidate":                  {h.demo(fair.Candidate, 1), fair.Forbidden, "not.organiser"},
		"a recruiter":                  {h.demo(fair.Recruiter, 1), fair.Forbidden, "not.organiser"},
		"an organiser of another fair": {fair.Actor{Account: "x", Roles: []fair.Role{{Kind: fair.Organiser, Fair: fair.NewID()}}}, fair.Forbidden, "not.organiser"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := h.FairLive(t.Context(), c.who, h.fair.Slug)
			refused(t, err, c.kind, c.code)
		})
	}
}

func TestTheLiveBoardShowsWhereNobodyCalls(t *testing.T) {
	q, sight := newSeenQueue(t)
	ctx := t.Context()
	other := q.demo(fair.Recruiter, 2)
	otherStand := q.onDuty(other)
	q.people(q.stand, 3)
	q.join(q.demo(fair.Candidate, 9), otherStand)

	live := q.boardNow()
	if live.Waiting != 4 || len(live.Stands) != 3 || live.Stands[0].Stand != q.stand || len(live.Stands[0].Troubles(live.At)) != 0 {
		t.Fatalf("all is well: %+v", live.Stands)
	}
	first := live.Stands[0]
	if first.Waiting != 3 || first.OnDuty != 1 || !first.Since.Equal(opening) || live.Named[q.stand].Name == "" {
		t.Errorf("the stand with a line: %+v", first)
	}
	sight.set(other.Account, false)
	q.must(q.AccountCame(ctx, other.Account, q.clock.Now()))
	q.must(q.AccountGone(ctx, other.Account, q.clock.Now()))
	live = q.boardNow()
	if top := live.Stands[0]; top.Stand != otherStand || top.Away != 1 || top.OnDuty != 0 || !slices.Equal(top.Troubles(live.At), []fair.Trouble{fair.TroubleUnmanned}) {
		t.Errorf("a recruiter lost the connection: %+v", live.Stands)
	}
	c := q.next(q.recruiter, q.stand)
	live = q.boardNow()
	if at := slices.IndexFunc(live.Stands, func(s fair.StandLive) bool { return s.Stand == q.stand }); live.Stands[at].InCall != 1 || live.Stands[at].Waiting != 2 {
		t.Errorf("one is called: %+v", live.Stands[at])
	}
	if live.Today.Held != 0 || live.Today.Waits != 0 {
		t.Errorf("nobody has met yet: %+v, call %s", live.Today, c.Interview.ID)
	}
}

func TestTheLiveBoardIsReadOnceASecondUnlessALineChanged(t *testing.T) {
	q := newQueue(t)
	ctx := t.Context()
	read := func() int {
		t.Helper()
		live, err := q.FairLive(ctx, q.boss, q.fair.Slug)
		q.must(err)
		return live.Waiting
	}
	if n := read(); n != 0 {
		t.Fatalf("%d wait", n)
	}
	q.join(q.demo(fair.Candidate, 1), q.stand)
	if n := read(); n != 0 {
		t.Errorf("within the second it was read again: %d wait", n)
	}
	q.dispatch() // the change of the line is told
	if n := read(); n != 1 {
		t.Errorf("after the line was shown, %d wait", n)
	}
	q.join(q.demo(fair.Candidate, 2), q.stand)
	q.clock.Pass(time.Second)
	if n := read(); n != 2 {
		t.Errorf("a second later, %d wait", n)
	}
}

// The figures of a day count what ended, what was answered, and how long people
// waited; the day before is counted until the same hour.
func TestTheFiguresOfADay(t *testing.T) {
	q := newQueue(t)
	ctx := t.Context()
	meet := func(n int, wait time.Duration, outcome *fair.Outcome) {
		t.Helper()
		who := q.demo(fair.Candidate, n)
		ticket := q.join(who, q.stand)
		q.clock.Pass(wait)
		c := q.next(q.recruiter, q.stand)
		q.answer(who, ticket.ID, fair.AnswerReady)
		q.dispatch()
		room := fair.RoomID(fair.InterviewRoom, c.Interview.ID)
		for _, account := range []fair.ID{who.Account, q.recruiter.Account} {
			q.must(q.RoomJoined(ctx, room, account, q.clock.Now()))
		}
		q.clock.Pass(time.Minute)
		_, err := q.EndInterview(ctx, q.recruiter, c.Interview.ID, outcome)
		q.must(err)
		q.dispatch()
	}
	meet(1, 4*time.Minute, &fair.Outcome{Kind: fair.OutcomePool})
	meet(2, 2*time.Minute, nil)
	meet(3, 9*time.Minute, nil)
	today := q.boardNow().Today
	if today.Held != 3 || today.Answered != 1 || today.Waits != 3 || today.MedianWait != 4*time.Minute {
		t.Errorf("today: %+v", today)
	}
	if late := q.boardNow().Stands[0].Late; late != 0 {
		t.Errorf("%d answers are late on the day", late)
	}
	q.clock.Pass(24*time.Hour - 16*time.Minute) // yesterday at this hour, the last one had not begun
	live := q.boardNow()
	if live.Today.Held != 0 || live.Yesterday.Held == 0 || live.Yesterday.Held == 3 {
		t.Errorf("a day later: today %+v, yesterday %+v", live.Today, live.Yesterday)
	}
	q.clock.Pass(time.Duration(q.fair.Rules().Book.AnswerDays) * 24 * time.Hour)
	live = q.boardNow()
	if top := live.Stands[0]; top.Stand != q.stand || top.Late != 2 || !slices.Contains(top.Troubles(live.At), fair.TroubleLate) {
		t.Errorf("answers that never came: %+v", top)
	}
}

func TestTheFiguresOfADayCountWhoDidNotCome(t *testing.T) {
	a := strict(t)
	a.clock.Pass(time.Hour)
	a.enter(a.recruiter)
	if today := a.boardNow().Today; today.Appointments != 1 || today.NoShows != 0 {
		t.Errorf("they may still come: %+v", today)
	}
	a.clock.Pass(4 * time.Minute)
	if state := a.sweep(); state != fair.InterviewMissed {
		t.Fatalf("after five minutes: %s", state)
	}
	if today := a.boardNow().Today; today.Appointments != 1 || today.NoShows != 1 || today.Held != 0 {
		t.Errorf("nobody came: %+v", today)
	}
}
