package service_test

import (
	"sync"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// bookedAhead books an interview so far ahead.
func bookedAhead(t *testing.T, ahead time.Duration) (*house, fair.Interview, fair.Actor) {
	t.Helper()
	h := newHouse(t)
	recruiter, candidate := h.demo(fair.Recruiter, 1), h.demo(fair.Candidate, 1)
	made, _, err := h.OpenSlots(t.Context(), recruiter, recruiter.Roles[0].Stand, planAt(h.clock.Now().Add(ahead)))
	h.must(err)
	booked, err := h.book(candidate, made[0].ID, "key")
	h.must(err)
	h.dispatch()
	return h, booked.Interview, candidate
}

// wait passes time and sweeps, and answers how many reminders there are by then.
func (h *house) wait(d time.Duration) int {
	h.t.Helper()
	h.clock.Pass(d)
	var wg sync.WaitGroup
	for range 3 { // several nodes sweep
		wg.Go(func() {
			if err := h.Sweep(h.t.Context()); err != nil {
				h.t.Error(err)
			}
		})
	}
	wg.Wait()
	h.dispatch()
	return h.world.sent(fair.EffectMailReminder)
}

func TestRemindersComeTheDayAndTheHourBefore(t *testing.T) {
	for _, c := range []struct {
		name  string
		ahead time.Duration
		waits []time.Duration
		sent  []int
	}{
		{"booked long before", 50 * time.Hour, []time.Duration{0, 26*time.Hour - time.Second, time.Second, time.Hour, 22 * time.Hour, time.Hour}, []int{0, 0, 1, 1, 2, 2}},
		{"booked the day before", 20 * time.Hour, []time.Duration{0, 18 * time.Hour, time.Hour, time.Hour}, []int{0, 0, 1, 1}},
		{"booked for soon", 40 * time.Minute, []time.Duration{0, 30 * time.Minute, 30 * time.Minute}, []int{0, 0, 0}},
		{"after a standstill of a day, the one that is true", 50 * time.Hour, []time.Duration{49*time.Hour + 30*time.Minute, time.Minute, time.Hour}, []int{1, 1, 1}},
		{"after a standstill over the start, none", 50 * time.Hour, []time.Duration{50 * time.Hour, time.Hour}, []int{0, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, _, _ := bookedAhead(t, c.ahead)
			for i, wait := range c.waits {
				if n := h.wait(wait); n != c.sent[i] {
					t.Errorf("after wait %d: %d reminders, want %d", i+1, n, c.sent[i])
				}
			}
		})
	}
}

func TestAMovedInterviewIsRemindedOfAnewAndACancelledOneNot(t *testing.T) {
	h, i, candidate := bookedAhead(t, 26*time.Hour)
	made, _, err := h.OpenSlots(t.Context(), h.demo(fair.Recruiter, 1), i.Stand, planAt(h.clock.Now().Add(50*time.Hour)))
	h.must(err)
	if n := h.wait(2 * time.Hour); n != 1 {
		t.Fatalf("%d reminders", n)
	}
	_, err = h.MoveInterview(t.Context(), candidate, i.ID, service.MoveRequest{Slot: made[0].ID})
	h.must(err)
	if n := h.wait(23 * time.Hour); n != 1 {
		t.Errorf("%d reminders of an hour that it was moved from", n)
	}
	if n := h.wait(2 * time.Hour); n != 2 {
		t.Errorf("%d reminders after the move", n)
	}
	_, err = h.CancelInterview(t.Context(), candidate, i.ID)
	h.must(err)
	if n := h.wait(22 * time.Hour); n != 2 {
		t.Errorf("reminded of a cancelled interview: %d", n)
	}
}

func TestRecruitersAreRemindedOfTheFirstOfTheDayAndOfEachThatBegins(t *testing.T) {
	h, s := newSight(t)
	recruiter := h.demo(fair.Recruiter, 1)
	y, m, d := h.clock.Now().AddDate(0, 0, 2).Date()
	nine := time.Date(y, m, d, 9, 0, 0, 0, time.UTC)
	var booked []service.Booked
	for n := range 3 { // at 9, 10 and 11
		made, _, err := h.OpenSlots(t.Context(), recruiter, recruiter.Roles[0].Stand, planAt(nine.Add(time.Duration(n)*time.Hour)))
		h.must(err)
		b, err := h.book(h.demo(fair.Candidate, n+1), made[0].ID, "key")
		h.must(err)
		booked = append(booked, b)
	}
	h.dispatch()
	s.set(recruiter.Account, false)
	told := func(at time.Time, first, soon int) {
		t.Helper()
		h.wait(at.Sub(h.clock.Now()))
		if f, b := h.world.sent(fair.EffectPushFirst), h.world.sent(fair.EffectPushSoon); f != first || b != soon {
			t.Errorf("at %s told of the first %d times, of one that begins %d times, want %d and %d", at.Format("15:04"), f, b, first, soon)
		}
	}
	told(nine.Add(-time.Hour-time.Second), 0, 0)
	told(nine.Add(-time.Hour), 1, 0)
	told(nine.Add(-10*time.Minute), 1, 1)
	told(nine, 1, 1) // an hour before ten, which is not the first
	s.set(recruiter.Account, true)
	told(nine.Add(50*time.Minute), 1, 1) // whose screen is open sees it there
	s.set(recruiter.Account, false)
	_, err := h.CancelInterview(t.Context(), h.demo(fair.Candidate, 3), booked[2].Interview.ID)
	h.must(err)
	told(nine.Add(2*time.Hour-10*time.Minute), 1, 1) // cancelled
}

func TestACheckIsTheCandidatesAndTheRecruiterSeesIt(t *testing.T) {
	h, i, candidate := bookedAhead(t, 26*time.Hour)
	weak := fair.Check{Camera: fair.DeviceOK, Microphone: fair.DeviceOK, Network: fair.NetworkPoor}
	_, err := h.SetCheck(t.Context(), h.demo(fair.Recruiter, 1), i.ID, weak)
	refused(t, err, fair.Forbidden, "not.candidate")
	_, err = h.SetCheck(t.Context(), candidate, i.ID, fair.Check{Camera: "well", Microphone: fair.DeviceOK, Network: fair.NetworkGood})
	refused(t, err, fair.Invalid, "check.device")
	_, err = h.SetCheck(t.Context(), candidate, i.ID, fair.Check{Camera: fair.DeviceOK, Microphone: fair.DeviceOK, Network: "5G"})
	refused(t, err, fair.Invalid, "check.network")
	_, err = h.SetCheck(t.Context(), candidate, i.ID, weak)
	h.must(err)
	seen, err := h.Interview(t.Context(), h.demo(fair.Recruiter, 1), i.ID)
	h.must(err)
	if c := seen.Interview.Check; c == nil || c.Suggests() != fair.Phone || !c.At.Equal(h.clock.Now()) {
		t.Errorf("the recruiter sees %+v", c)
	}
	_, err = h.CancelInterview(t.Context(), candidate, i.ID)
	h.must(err)
	_, err = h.SetCheck(t.Context(), candidate, i.ID, weak)
	refused(t, err, fair.Gone, "interview.cancelled")
}

func TestAFeedShowsAllThatIsAndWasCancelled(t *testing.T) {
	h, i, candidate := bookedAhead(t, 26*time.Hour)
	token, err := h.CalendarFeed(t.Context(), candidate)
	if err != nil || token != "" {
		t.Fatalf("a feed nobody asked for: %q, %v", token, err)
	}
	token, err = h.RenewCalendarFeed(t.Context(), candidate)
	h.must(err)
	_, err = h.CancelInterview(t.Context(), candidate, i.ID)
	h.must(err)
	_, err = h.book(candidate, i.Slot, "anew")
	h.must(err)
	feed, err := h.ReadCalendarFeed(t.Context(), token)
	if err != nil || string(feed) != "BEGIN:VCALENDAR 2" {
		t.Errorf("%s, %v", feed, err)
	}
	h.must(h.DropCalendarFeed(t.Context(), candidate))
	_, err = h.ReadCalendarFeed(t.Context(), token)
	refused(t, err, fair.NotFound, "feed.unknown")
	again, err := h.RenewCalendarFeed(t.Context(), candidate)
	if err != nil || again == token {
		t.Errorf("a dropped address comes back: %v", err)
	}
	_, err = h.ReadCalendarFeed(t.Context(), token)
	refused(t, err, fair.NotFound, "feed.unknown")
}
