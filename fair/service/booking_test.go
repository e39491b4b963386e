package service_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/mongostore"
	"salon/fair/service"
)

// unguarded is a slot store without its guard: whoever asks holds the slot and
// confirms it, whatever its state. It exists to see the race test fail.
type unguarded struct{ *mongostore.Slots }

func (u unguarded) Hold(ctx context.Context, id fair.ID, h fair.Hold, _ time.Time, _ ...fair.Effect) (fair.Slot, bool, error) {
	slot, err := u.Get(ctx, id)
	slot.Hold = &h
	return slot, true, err
}

func (u unguarded) Confirm(ctx context.Context, id fair.ID, b fair.Booking, _ time.Time, _ ...fair.Effect) (fair.Slot, bool, error) {
	slot, err := u.Get(ctx, id)
	slot.State, slot.Booking = fair.SlotBooked, &b
	return slot, true, err
}

// rush lets 200 candidates book 20 slots at once, ten at each, and counts the
// winners of each slot.
func rush(t *testing.T, h *house) (winners map[fair.ID]int, refusals []error) {
	t.Helper()
	const candidates, count = 200, 20
	slots := h.slots(h.demo(fair.Recruiter, 1), count)
	people := make([]fair.Actor, candidates)
	for i := range people {
		people[i] = h.demo(fair.Candidate, i+1)
	}
	winners = map[fair.ID]int{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i, who := range people {
		wg.Go(func() {
			<-start
			slot := slots[i%count].ID
			_, err := h.book(who, slot, "rush")
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				winners[slot]++
			} else {
				refusals = append(refusals, err)
			}
		})
	}
	close(start)
	wg.Wait()
	return winners, refusals
}

func TestTwoHundredCandidatesOnTwentySlotsHaveTwentyWinners(t *testing.T) {
	h := newHouse(t)
	winners, refusals := rush(t, h)
	for slot, n := range winners {
		if n != 1 {
			t.Errorf("slot %s has %d winners", slot, n)
		}
	}
	if len(winners) != 20 || len(refusals) != 180 {
		t.Errorf("%d winners and %d refused, want 20 and 180", len(winners), len(refusals))
	}
	for _, err := range refusals {
		if !matches(err, fair.E(fair.Conflict, "slot.taken")) {
			t.Errorf("a loser is told %v", err)
		}
		if _, ok := errors.AsType[*service.SlotTaken](err); !ok {
			t.Errorf("a loser is offered nothing instead: %T", err)
		}
	}
}

// The test above is worth something only if it can fail: with the state of the
// slot taken out of the filters, several people win one slot.
func TestWithoutTheGuardTheSameRushOverbooks(t *testing.T) {
	h := newHouse(t)
	loose := newHouseOn(h, func(c *service.Config) { c.Stores.Slots = unguarded{h.store.Slots} })
	winners, _ := rush(t, loose)
	total := 0
	for _, n := range winners {
		total += n
	}
	if total <= 20 {
		t.Errorf("%d winners on 20 slots without a guard: the race test proves nothing", total)
	}
}

func TestADoubleClickIsOneBooking(t *testing.T) {
	h := newHouse(t)
	slot := h.slots(h.demo(fair.Recruiter, 1), 1)[0]
	candidate := h.demo(fair.Candidate, 1)
	answers := make([]service.Booked, 12)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() {
			var err error
			if answers[i], err = h.book(candidate, slot.ID, "click"); err != nil {
				t.Errorf("click %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	for _, a := range answers {
		if a.Slot.Booking == nil || a.Slot.Booking.ID != answers[0].Slot.Booking.ID || a.Interview.ID != answers[0].Interview.ID {
			t.Errorf("the clicks got different answers: %+v and %+v", a, answers[0])
		}
	}
	h.dispatch()
	if n := h.world.sent(fair.EffectMailBooked); n != 2 {
		t.Errorf("%d invitations were sent, want one to each of the two", n)
	}
	list, err := h.MyInterviews(t.Context(), candidate, time.Time{}, time.Time{})
	h.must(err)
	if len(list) != 1 {
		t.Errorf("the candidate has %d interviews", len(list))
	}
}

func TestNobodyBooksTwoOverlappingSlotsAtOnce(t *testing.T) {
	h := newHouse(t)
	first, second := h.slots(h.demo(fair.Recruiter, 1), 1)[0], h.slots(h.demo(fair.Recruiter, 2), 1)[0]
	for round := range 20 {
		candidate := h.demo(fair.Candidate, round+1)
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i, slot := range []fair.Slot{first, second} {
			wg.Go(func() { _, errs[i] = h.book(candidate, slot.ID, "once") })
		}
		wg.Wait()
		if errs[0] == nil && errs[1] == nil {
			t.Fatal("one person has two appointments at once")
		}
		for i, slot := range []fair.Slot{first, second} {
			if errs[i] != nil {
				refused(t, errs[i], fair.Conflict, "booking.overlap")
				continue
			}
			booked, err := h.store.Slots.Get(t.Context(), slot.ID)
			h.must(err)
			_, err = h.CancelInterview(t.Context(), candidate, booked.Booking.Interview)
			h.must(err)
		}
	}
}

func TestWhoMayBookWhat(t *testing.T) {
	h := newHouse(t)
	recruiter := h.demo(fair.Recruiter, 1)
	slots := h.slots(recruiter, 3)
	candidate, other := h.demo(fair.Candidate, 1), h.demo(fair.Candidate, 2)
	phoneless := h.person("nadia@example.org")
	_, err := h.book(other, slots[1].ID, "mine")
	h.must(err)
	both := recruiter
	both.Roles = append(slices.Clone(recruiter.Roles), fair.Role{Kind: fair.Candidate})
	video := service.BookRequest{Channel: fair.Video, Key: "k"}
	for _, c := range []struct {
		name string
		who  fair.Actor
		slot fair.ID
		r    service.BookRequest
		kind fair.Kind
		code string
	}{
		{"a visitor", fair.Actor{}, slots[0].ID, video, fair.Unauthenticated, "sign.in"},
		{"a recruiter", recruiter, slots[0].ID, video, fair.Forbidden, "not.candidate"},
		{"the recruiter of the slot as a candidate", both, slots[0].ID, video, fair.Conflict, "booking.own"},
		{"no key", candidate, slots[0].ID, service.BookRequest{Channel: fair.Video}, fair.Invalid, "key.missing"},
		{"a key with spaces", candidate, slots[0].ID, service.BookRequest{Channel: fair.Video, Key: "a b"}, fair.Invalid, "key.invalid"},
		{"no such slot", candidate, fair.NewID(), video, fair.NotFound, "slot.unknown"},
		{"a channel nobody has", candidate, slots[0].ID, service.BookRequest{Channel: "fax", Key: "k"}, fair.Invalid, "channel.unknown"},
		{"by phone without a number", phoneless, slots[0].ID, service.BookRequest{Channel: fair.Phone, Key: "k"}, fair.Invalid, "phone.missing"},
		{"an offer of another stand", candidate, slots[0].ID, service.BookRequest{Channel: fair.Video, Key: "k", Offer: fair.NewID()}, fair.Invalid, "offer.unknown"},
		{"a slot somebody has", candidate, slots[1].ID, video, fair.Conflict, "slot.taken"},
		{"one's own key with another channel", other, slots[1].ID, service.BookRequest{Channel: fair.Phone, Key: "mine"}, fair.Invalid, "key.reused"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := h.Book(t.Context(), c.who, c.slot, c.r)
			refused(t, err, c.kind, c.code)
			if c.code == "slot.taken" {
				taken, _ := errors.AsType[*service.SlotTaken](err)
				if len(taken.Next) != 2 || taken.Next[0].ID != slots[0].ID {
					t.Errorf("offered instead: %+v", taken.Next)
				}
			}
		})
	}
	h.clock.Pass(2 * time.Hour)
	_, err = h.book(candidate, slots[0].ID, "late")
	refused(t, err, fair.Conflict, "slot.past")
}

// errKilled stands for the death of the process between two steps.
var errKilled = errors.New("killed")

// bookingSteps are the names of the steps Book announces.
var bookingSteps = []string{"hold", "claim", "confirm", "interview"}

// killedAt books with a process that dies before that step.
func killedAt(h *house, step string, who fair.Actor, slot fair.ID, key string) {
	h.t.Helper()
	if _, err := h.dying(step).book(who, slot, key); !errors.Is(err, errKilled) {
		h.t.Fatalf("killed before %s: %v", step, err)
	}
}

func TestABookingKilledBetweenAnyTwoStepsIsCompletedByTheSameKey(t *testing.T) {
	for _, step := range bookingSteps {
		for _, wait := range []time.Duration{0, fair.HoldTime + time.Second} {
			t.Run(fmt.Sprintf("before %s, again after %s", step, wait), func(t *testing.T) {
				h := newHouse(t)
				slot := h.slots(h.demo(fair.Recruiter, 1), 1)[0]
				candidate := h.demo(fair.Candidate, 1)
				killedAt(h, step, candidate, slot.ID, "key")
				h.clock.Pass(wait)
				booked, err := h.book(candidate, slot.ID, "key")
				h.must(err)
				h.dispatch()
				if n := h.world.sent(fair.EffectMailBooked); n != 2 {
					t.Errorf("%d invitations, want 2", n)
				}
				consistent(h, slot.ID, candidate, booked.Interview.ID)
			})
		}
	}
}

func TestABookingKilledBetweenAnyTwoStepsIsUndoneOrCompletedWithoutAnybody(t *testing.T) {
	for _, step := range bookingSteps {
		t.Run("before "+step, func(t *testing.T) {
			h := newHouse(t)
			slot := h.slots(h.demo(fair.Recruiter, 1), 1)[0]
			candidate := h.demo(fair.Candidate, 1)
			killedAt(h, step, candidate, slot.ID, "key")
			h.clock.Pass(fair.HoldTime)
			h.must(h.Sweep(t.Context()))
			h.dispatch()
			after, err := h.store.Slots.Get(t.Context(), slot.ID)
			h.must(err)
			if step == "interview" {
				consistent(h, slot.ID, candidate, after.Booking.Interview)
				if n := h.world.sent(fair.EffectMailBooked); n != 2 {
					t.Errorf("%d invitations, want 2", n)
				}
				return
			}
			if after.State != fair.SlotFree || after.Hold != nil {
				t.Errorf("the slot is %s, hold %+v", after.State, after.Hold)
			}
			if p, err := h.store.Persons.Get(t.Context(), candidate.Account); err != nil || len(p.Busy) != 0 {
				t.Errorf("the candidate's calendar holds %+v (%v)", p.Busy, err)
			}
		})
	}
}

func TestAnOrphanInTheCalendarGivesWayOnceItsHoldHasLapsed(t *testing.T) {
	h := newHouse(t)
	first, second := h.slots(h.demo(fair.Recruiter, 1), 1)[0], h.slots(h.demo(fair.Recruiter, 2), 1)[0]
	candidate := h.demo(fair.Candidate, 1)
	killedAt(h, "confirm", candidate, first.ID, "key")
	_, err := h.book(candidate, second.ID, "other")
	refused(t, err, fair.Conflict, "booking.overlap") // on doubt the answer is no
	h.clock.Pass(fair.HoldTime)
	booked, err := h.book(candidate, second.ID, "other")
	h.must(err)
	consistent(h, second.ID, candidate, booked.Interview.ID)
	if _, err := h.book(h.demo(fair.Candidate, 2), first.ID, "key"); err != nil {
		t.Errorf("the slot of the lapsed hold is not free: %v", err)
	}
}

// consistent checks that slot, calendar and interview tell one story.
func consistent(h *house, slot fair.ID, candidate fair.Actor, interview fair.ID) {
	h.t.Helper()
	sl, err := h.store.Slots.Get(h.t.Context(), slot)
	h.must(err)
	p, err := h.store.Persons.Get(h.t.Context(), candidate.Account)
	h.must(err)
	i, err := h.store.Interviews.Get(h.t.Context(), interview)
	h.must(err)
	switch {
	case sl.State != fair.SlotBooked || sl.Booking.Interview != interview || sl.Hold != nil:
		h.t.Errorf("the slot tells %s %+v", sl.State, sl.Booking)
	case len(p.Busy) != 1 || p.Busy[0].ID != slot || !p.Busy[0].Start.Equal(sl.Start):
		h.t.Errorf("the calendar tells %+v", p.Busy)
	case i.Slot != slot || i.Candidate != candidate.Account || i.State != fair.InterviewBooked:
		h.t.Errorf("the interview tells %+v", i)
	}
}

func TestCancellingFreesSlotAndCalendarEvenWhenKilled(t *testing.T) {
	for _, step := range []string{"", "release.slot", "release.calendar"} {
		t.Run("killed before "+step, func(t *testing.T) {
			h := newHouse(t)
			slot := h.slots(h.demo(fair.Recruiter, 1), 1)[0]
			candidate := h.demo(fair.Candidate, 1)
			booked, err := h.book(candidate, slot.ID, "key")
			h.must(err)
			cancelled, err := h.dying(step).CancelInterview(t.Context(), candidate, booked.Interview.ID)
			h.must(err)
			if cancelled.State != fair.InterviewCancelled || cancelled.Sequence != 1 {
				t.Errorf("the interview is %+v", cancelled)
			}
			_, err = h.book(candidate, slot.ID, "key") // also before the slot is free
			refused(t, err, fair.Conflict, "booking.cancelled")
			h.dispatch()
			if n := h.world.sent(fair.EffectMailCancelled); n != 2 {
				t.Errorf("%d cancellations were sent, want 2", n)
			}
			_, err = h.book(candidate, slot.ID, "key")
			refused(t, err, fair.Conflict, "booking.cancelled")
			again, err := h.book(candidate, slot.ID, "another-key")
			h.must(err)
			consistent(h, slot.ID, candidate, again.Interview.ID)
		})
	}
}

func TestSlotsAreOpenedOnlyWhereTheRecruiterIsFree(t *testing.T) {
	h := newHouse(t)
	recruiter := h.demo(fair.Recruiter, 1)
	stand := recruiter.Roles[0].Stand
	slots := h.slots(recruiter, 2)
	plan := fair.SlotPlan{Start: slots[1].Start, Duration: 30 * time.Minute, Count: 2, Channels: []fair.Channel{fair.Video}}
	made, skipped, err := h.OpenSlots(t.Context(), recruiter, stand, plan)
	h.must(err)
	if len(made) != 1 || skipped != 1 || !made[0].Start.Equal(slots[1].End) {
		t.Errorf("made %+v, skipped %d", made, skipped)
	}
	_, _, err = h.OpenSlots(t.Context(), recruiter, stand, plan)
	refused(t, err, fair.Conflict, "slot.overlap")
	h.must(h.WithdrawSlot(t.Context(), recruiter, slots[1].ID))
	plan.Count = 1
	if _, _, err = h.OpenSlots(t.Context(), recruiter, stand, plan); err != nil {
		t.Errorf("a withdrawn slot still blocks: %v", err)
	}
	_, err = h.book(h.demo(fair.Candidate, 1), slots[0].ID, "key")
	h.must(err)
	refused(t, h.WithdrawSlot(t.Context(), recruiter, slots[0].ID), fair.Conflict, "slot.booked")
	refused(t, h.WithdrawSlot(t.Context(), h.demo(fair.Recruiter, 2), slots[0].ID), fair.Forbidden, "not.recruiter")
}

func TestAnOpeningKilledBetweenTwoStepsLeavesNothing(t *testing.T) {
	for _, step := range []string{"slot.claim", "slot.open"} {
		t.Run("before "+step, func(t *testing.T) {
			h := newHouse(t)
			recruiter := h.demo(fair.Recruiter, 1)
			plan := fair.SlotPlan{Start: h.clock.Now().Add(time.Hour), Duration: 30 * time.Minute, Count: 1, Channels: []fair.Channel{fair.Video}}
			if _, _, err := h.dying(step).OpenSlots(t.Context(), recruiter, recruiter.Roles[0].Stand, plan); !errors.Is(err, errKilled) {
				t.Fatal(err)
			}
			h.clock.Pass(fair.HoldTime)
			h.must(h.Sweep(t.Context()))
			p, err := h.store.Persons.Get(t.Context(), recruiter.Account)
			h.must(err)
			page, err := h.Slots(t.Context(), recruiter, h.fair.Slug, fair.SlotQuery{})
			h.must(err)
			if len(p.Busy) != 0 || page.Total != 0 {
				t.Errorf("left behind: calendar %+v, slots %+v", p.Busy, page.Items)
			}
			h.slots(recruiter, 1)
		})
	}
}

func TestEachStandHasItsOwnNextSlotHoweverManyOthersHaveBefore(t *testing.T) {
	h := newHouse(t)
	first, second := h.demo(fair.Recruiter, 1), h.demo(fair.Recruiter, 2)
	open := func(recruiter fair.Actor, start time.Time, count int) []fair.Slot {
		t.Helper()
		plan := fair.SlotPlan{Start: start, Duration: 10 * time.Minute, Count: count, Channels: []fair.Channel{fair.Video}}
		slots, _, err := h.OpenSlots(t.Context(), recruiter, recruiter.Roles[0].Stand, plan)
		h.must(err)
		return slots
	}
	start := h.clock.Now().Add(time.Hour).Truncate(10 * time.Minute)
	for n := range 3 {
		open(first, start.Add(time.Duration(n)*400*time.Minute), 40)
	}
	late := open(second, start.Add(24*time.Hour), 1)[0]
	next := func() map[fair.ID]time.Time {
		t.Helper()
		found, err := h.NextSlots(t.Context(), fair.Actor{}, h.fair.ID)
		h.must(err)
		return found
	}
	a, b := first.Roles[0].Stand, second.Roles[0].Stand
	if found := next(); len(found) != 2 || !found[a].Equal(start) || !found[b].Equal(late.Start) {
		t.Errorf("the next slots are %v, want %v and %v", found, start, late.Start)
	}
	_, err := h.book(h.demo(fair.Candidate, 1), late.ID, "key")
	h.must(err)
	if found := next(); len(found) != 1 || !found[a].Equal(start) {
		t.Errorf("after the last is booked: %v", found)
	}
}
