package service_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"salon/fair"
)

func (a appointment) give(h *house) error {
	_, err := h.GiveInterview(a.t.Context(), a.recruiter, a.interview, a.colleague.Account)
	return err
}

func TestAnInterviewGivenToAColleagueIsTheirsEverywhere(t *testing.T) {
	a := newAppointment(t)
	a.must(a.give(a.house))
	a.must(a.give(a.dying("none")))
	if i := a.standsAt(a.slots[0]); i.Recruiter != a.colleague.Account || i.Sequence != 1 {
		t.Errorf("the interview is %+v", i)
	}
	if moved, given := a.world.sent(fair.EffectMailMoved), a.world.sent(fair.EffectMailGiven); moved != 2 || given != 1 {
		t.Errorf("%d were told of the change and %d that it is theirs no more, want 2 and 1", moved, given)
	}
	if _, err := a.Interview(t.Context(), a.recruiter, a.interview); fair.KindOf(err) != fair.NotFound {
		t.Errorf("who gave it away still reads it: %v", err)
	}
	plan := a.slots[0]
	if _, _, err := a.OpenSlots(t.Context(), a.recruiter, plan.Stand, planAt(plan.Start)); err != nil {
		t.Errorf("the hour is not free for who gave it away: %v", err)
	}
	if _, _, err := a.OpenSlots(t.Context(), a.colleague, plan.Stand, planAt(plan.Start)); err == nil {
		t.Error("the colleague has two things at once")
	}
}

func TestWhoMayGiveAnInterviewToWhom(t *testing.T) {
	a := newAppointment(t)
	stranger := a.demo(fair.Recruiter, 2)
	for _, c := range []struct {
		name    string
		who, to fair.Actor
		kind    fair.Kind
		code    string
	}{
		{"the candidate", a.candidate, a.colleague, fair.Forbidden, "not.recruiter"},
		{"a recruiter of another stand", stranger, a.colleague, fair.NotFound, "interview.unknown"},
		{"to somebody of another stand", a.recruiter, stranger, fair.Invalid, "slot.recruiter"},
		{"to nobody", a.recruiter, fair.Actor{Account: fair.NewID()}, fair.Invalid, "slot.recruiter"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := a.GiveInterview(t.Context(), c.who, a.interview, c.to.Account)
			refused(t, err, c.kind, c.code)
		})
	}
	if _, err := a.GiveInterview(t.Context(), a.colleague, a.interview, a.colleague.Account); err != nil {
		t.Errorf("a colleague takes it over: %v", err)
	}
	a.standsAt(a.slots[0])
}

func TestAColleagueWhoHasSomethingElseIsNotGivenMore(t *testing.T) {
	a := newAppointment(t)
	_, _, err := a.OpenSlots(t.Context(), a.colleague, a.slots[0].Stand, planAt(a.slots[0].Start))
	a.must(err)
	refused(t, a.give(a.house), fair.Conflict, "slot.colleague")
	a.standsAt(a.slots[0])
}

func TestAHandoverKilledBetweenAnyTwoStepsIsCompletedOrUndone(t *testing.T) {
	for _, step := range []string{"give.hand", "give.claim", "give.slot", "give.interview", "release.slot", "release.calendar"} {
		for _, again := range []bool{true, false} {
			t.Run(fmt.Sprintf("before %s, asked again: %v", step, again), func(t *testing.T) {
				a := newAppointment(t)
				err := a.give(a.dying(step))
				if early := step[:4] == "give"; early != errors.Is(err, errKilled) {
					t.Fatalf("killed before %s: %v", step, err)
				}
				if again {
					a.must(a.give(a.house))
				} else {
					a.clock.Pass(fair.HoldTime)
					a.must(a.Sweep(t.Context()))
				}
				i := a.standsAt(a.slots[0])
				undone := !again && slices.Contains([]string{"give.hand", "give.claim", "give.slot"}, step)
				if (i.Recruiter == a.recruiter.Account) != undone {
					t.Errorf("the interview is with %s", i.Recruiter)
				}
			})
		}
	}
}

func TestGivingMovingAndCancellingAtOnceLeaveOneStory(t *testing.T) {
	for range 10 {
		a := newAppointment(t)
		var wg sync.WaitGroup
		wg.Go(func() { _ = a.give(a.house) })
		wg.Go(func() { _, _ = a.move(a.house, a.slots[1]) })
		wg.Go(func() { _, _ = a.GiveInterview(t.Context(), a.colleague, a.interview, a.colleague.Account) })
		wg.Wait()
		a.clock.Pass(fair.HoldTime)
		a.must(a.Sweep(t.Context()))
		a.dispatch()
		i, err := a.store.Interviews.Get(t.Context(), a.interview)
		a.must(err)
		at, err := a.store.Slots.Get(t.Context(), i.Slot)
		a.must(err)
		a.standsAt(at)
		wg.Go(func() { _, _ = a.move(a.house, a.slots[2]) })
		wg.Go(func() { _, _ = a.CancelInterview(t.Context(), a.candidate, a.interview) })
		wg.Wait()
		a.clock.Pass(fair.HoldTime)
		a.must(a.Sweep(t.Context()))
		a.dispatch()
		a.dispatch()
		p, err := a.store.Persons.Get(t.Context(), a.candidate.Account)
		a.must(err)
		if i, err = a.store.Interviews.Get(t.Context(), a.interview); err != nil || i.State != fair.InterviewCancelled || len(p.Busy) != 0 {
			t.Fatalf("cancelled while moved: %s, calendar %+v, %v", i.State, p.Busy, err)
		}
	}
}

// planAt is one slot of half an hour.
func planAt(start time.Time) fair.SlotPlan {
	return fair.SlotPlan{Start: start, Duration: 30 * time.Minute, Count: 1, Channels: []fair.Channel{fair.Video}}
}
