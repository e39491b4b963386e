package service_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/mongostore"
	"salon/fair/service"
)

// strict is an appointment at a fair where the hours count.
func strict(t *testing.T) appointment {
	t.Helper()
	a := newAppointment(t)
	a.Stores.Fairs = undemo{a.store.Fairs}
	return a
}

// undemo is a fair store without demo fairs.
type undemo struct{ *mongostore.Fairs }

func (u undemo) Get(ctx context.Context, id fair.ID) (fair.Fair, error) {
	f, err := u.Fairs.Get(ctx, id)
	f.Demo = false
	return f, err
}

func (a appointment) room() string { return fair.RoomID(fair.InterviewRoom, a.interview) }

func (a appointment) enter(who fair.Actor) {
	a.t.Helper()
	a.must(a.RoomJoined(a.t.Context(), a.room(), who.Account, a.clock.Now()))
}

// missed checks that the interview is missed, its time free and its candidate
// told once.
func (a appointment) missed() {
	a.t.Helper()
	a.dispatch()
	a.dispatch()
	i, err := a.store.Interviews.Get(a.t.Context(), a.interview)
	a.must(err)
	slot, err := a.store.Slots.Get(a.t.Context(), a.slots[0].ID)
	a.must(err)
	if i.State != fair.InterviewMissed || slot.State != fair.SlotWithdrawn || slot.Booking != nil {
		a.t.Errorf("the interview is %s, its slot %s", i.State, slot.State)
	}
	for _, who := range []fair.Actor{a.candidate, a.recruiter} {
		p, err := a.store.Persons.Get(a.t.Context(), who.Account)
		a.must(err)
		if p.Has(slot.ID) || len(p.Seats[slot.Stand]) != 0 {
			a.t.Errorf("a calendar still has it: %+v %+v", p.Busy, p.Seats)
		}
	}
	if n := a.world.sent(fair.EffectMailMissed); n != 1 {
		a.t.Errorf("%d told that it was missed, want the candidate", n)
	}
	if n := owed(a.house); n != 0 {
		a.t.Errorf("%d effects are still owed", n)
	}
}

func (a appointment) sweep() fair.InterviewState {
	a.t.Helper()
	a.must(a.Sweep(a.t.Context()))
	i, err := a.store.Interviews.Get(a.t.Context(), a.interview)
	a.must(err)
	return i.State
}

func TestWhoNeverComesMissesTheInterview(t *testing.T) {
	a := strict(t)
	a.clock.Pass(time.Hour)
	a.enter(a.recruiter)
	_, err := a.MissInterview(t.Context(), a.recruiter, a.interview)
	refused(t, err, fair.Conflict, "interview.waiting")
	a.clock.Pass(4*time.Minute + 59*time.Second)
	if state := a.sweep(); state != fair.InterviewBooked {
		t.Fatalf("before its time: %s", state)
	}
	a.clock.Pass(time.Second)
	if state := a.sweep(); state != fair.InterviewMissed {
		t.Fatalf("after five minutes: %s", state)
	}
	a.missed()
	if !a.world.heard("closed " + a.room()) {
		t.Error("the recruiter still waits in the room")
	}
	_, err = a.JoinInterview(t.Context(), a.candidate, a.interview, "", false)
	refused(t, err, fair.Gone, "interview.missed")
	if _, err := a.book(a.candidate, a.slots[1].ID, "again"); err != nil {
		t.Errorf("who missed it may not book again: %v", err)
	}
}

func TestOnlyARecruiterWhoIsThereMakesItMissed(t *testing.T) {
	for name, c := range map[string]struct {
		before func(a appointment)
		want   fair.InterviewState
	}{
		"nobody is there": {func(a appointment) {}, fair.InterviewBooked},
		"on duty": {func(a appointment) {
			_, err := a.SetDuty(t.Context(), a.recruiter, a.slots[0].Stand, fair.OnDuty, 0)
			a.must(err)
		}, fair.InterviewMissed},
		"on a break": {func(a appointment) {
			_, err := a.SetDuty(t.Context(), a.recruiter, a.slots[0].Stand, fair.OnBreak, 30)
			a.must(err)
		}, fair.InterviewBooked},
		"on duty, in another call": {func(a appointment) {
			_, err := a.SetDuty(t.Context(), a.recruiter, a.slots[0].Stand, fair.OnDuty, 0)
			a.must(err)
			_, err = a.store.Persons.Enter(t.Context(), a.recruiter.Account, fair.Live{Interview: fair.NewID(), Until: a.clock.Now().Add(time.Hour)}, a.clock.Now())
			a.must(err)
		}, fair.InterviewBooked},
		"the candidate came and went": {func(a appointment) {
			a.enter(a.candidate)
			a.must(a.RoomLeft(t.Context(), a.room(), a.candidate.Account, a.clock.Now()))
			a.enter(a.recruiter)
		}, fair.InterviewBooked},
		"by phone, whatever happens": {func(a appointment) {
			_, err := a.EditProfile(t.Context(), a.candidate, service.ProfileEdit{Phone: new("01 99 00 00 17")})
			a.must(err)
			_, err = a.SwitchChannel(t.Context(), a.candidate, a.interview, fair.Phone)
			a.must(err)
			_, err = a.SetDuty(t.Context(), a.recruiter, a.slots[0].Stand, fair.OnDuty, 0)
			a.must(err)
		}, fair.InterviewBooked},
	} {
		t.Run(name, func(t *testing.T) {
			a := strict(t)
			a.clock.Pass(time.Hour)
			c.before(a)
			a.clock.Pass(6 * time.Minute)
			if state := a.sweep(); state != c.want {
				t.Errorf("the interview is %s, want %s", state, c.want)
			}
		})
	}
}

func TestARecruiterSaysThatNobodyAnsweredThePhone(t *testing.T) {
	a := strict(t)
	_, err := a.EditProfile(t.Context(), a.candidate, service.ProfileEdit{Phone: new("01 99 00 00 17")})
	a.must(err)
	_, err = a.SwitchChannel(t.Context(), a.candidate, a.interview, fair.Phone)
	a.must(err)
	a.clock.Pass(65 * time.Minute)
	_, err = a.MissInterview(t.Context(), a.candidate, a.interview)
	refused(t, err, fair.Forbidden, "not.recruiter")
	for range 2 {
		_, err = a.MissInterview(t.Context(), a.recruiter, a.interview)
		a.must(err)
	}
	a.missed()
}

func TestAPhoneThatNobodyAnswersIsMissedOnceItWasRung(t *testing.T) {
	a := strict(t)
	_, err := a.EditProfile(t.Context(), a.candidate, service.ProfileEdit{Phone: new("01 99 00 00 17")})
	a.must(err)
	_, err = a.SwitchChannel(t.Context(), a.candidate, a.interview, fair.Phone)
	a.must(err)
	a.clock.Pass(61 * time.Minute)
	_, err = a.StartInterview(t.Context(), a.recruiter, a.interview)
	a.must(err)
	_, err = a.MissInterview(t.Context(), a.recruiter, a.interview)
	refused(t, err, fair.Conflict, "interview.waiting")
	a.clock.Pass(4 * time.Minute)
	missed, err := a.MissInterview(t.Context(), a.recruiter, a.interview)
	a.must(err)
	if missed.StartedAt != nil || missed.Answering != nil {
		t.Errorf("nobody was met, and yet: begun %v, owed %+v", missed.StartedAt, missed.Answering)
	}
	a.missed()
	for _, who := range []fair.Actor{a.candidate, a.recruiter} {
		if p, err := a.store.Persons.Get(t.Context(), who.Account); err != nil || p.Live != nil {
			t.Errorf("still in a call: %+v (%v)", p.Live, err)
		}
	}
}

func TestSomebodyWhoCameIsNotMissed(t *testing.T) {
	a := strict(t)
	a.enter(a.candidate)
	a.clock.Pass(70 * time.Minute)
	_, err := a.MissInterview(t.Context(), a.recruiter, a.interview)
	refused(t, err, fair.Conflict, "interview.came")
	a.must(a.RoomLeft(t.Context(), a.room(), a.candidate.Account, a.clock.Now()))
	_, err = a.MissInterview(t.Context(), a.recruiter, a.interview)
	refused(t, err, fair.Conflict, "interview.came")
}

func TestAMissKilledBetweenAnyTwoStepsFreesTheTimeAllTheSame(t *testing.T) {
	for _, step := range []string{"release.slot", "release.calendar"} {
		t.Run("before "+step, func(t *testing.T) {
			a := strict(t)
			a.clock.Pass(66 * time.Minute)
			if _, err := a.dying(step).MissInterview(t.Context(), a.recruiter, a.interview); err != nil && !errors.Is(err, errKilled) {
				t.Fatal(err)
			}
			a.missed()
		})
	}
}

func TestComingInTheLastMomentIsEitherInTimeOrMissed(t *testing.T) {
	for round := range 10 {
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			a := strict(t)
			a.clock.Pass(time.Hour)
			a.enter(a.recruiter)
			a.clock.Pass(5 * time.Minute)
			var wg sync.WaitGroup
			wg.Go(func() { _ = a.RoomJoined(t.Context(), a.room(), a.candidate.Account, a.clock.Now()) })
			wg.Go(func() { _ = a.Sweep(t.Context()) })
			wg.Go(func() { _, _ = a.MissInterview(t.Context(), a.recruiter, a.interview) })
			wg.Wait()
			switch state := a.sweep(); state {
			case fair.InterviewMissed:
				a.missed()
			case fair.InterviewLive:
			default:
				t.Errorf("both were there, and it is %s", state)
			}
		})
	}
}
