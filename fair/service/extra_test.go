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

// beyond checks that slots, both calendars and the interview tell one story of an
// appointment, and answers how long it takes beyond its slot.
func (h *house) beyond(interview fair.ID) time.Duration {
	h.t.Helper()
	i, err := h.store.Interviews.Get(h.t.Context(), interview)
	h.must(err)
	slot, err := h.store.Slots.Get(h.t.Context(), i.Slot)
	h.must(err)
	longer := i.EndsAt.Sub(slot.End)
	if !slot.Ends().Equal(i.EndsAt) || i.Recruiter != slot.Recruiter {
		h.t.Errorf("the interview ends at %s, the slot says %s", i.EndsAt, slot.Ends())
	}
	for _, person := range []fair.ID{i.Recruiter, i.Candidate} {
		p, err := h.store.Persons.Get(h.t.Context(), person)
		h.must(err)
		taken := time.Duration(0)
		for _, b := range p.Busy {
			if b.ID == slot.ID && !b.Start.Before(slot.End) {
				taken += b.End.Sub(b.Start)
			}
			if b.ID == slot.ID || !b.Overlaps(slot.End, i.EndsAt) {
				continue
			}
			if next, err := h.store.Slots.Get(h.t.Context(), b.ID); err != nil || next.State != fair.SlotHeld || next.Hold.Key != fair.ExtraKey(slot.ID, slot.Booking.ID) {
				h.t.Errorf("slot %s is %s in the time of another appointment (%v)", b.ID, next.State, err)
			}
		}
		if taken != longer {
			h.t.Errorf("the calendar of %s has %s beyond the slot, the appointment %s", person, taken, longer)
		}
	}
	return longer
}

// untouched checks that nothing of extra time is left anywhere: slots free, and one
// entry each in the recruiter's calendar.
func (h *house) untouched(slots ...fair.Slot) {
	h.t.Helper()
	for _, s := range slots {
		slot, err := h.store.Slots.Get(h.t.Context(), s.ID)
		h.must(err)
		p, err := h.store.Persons.Get(h.t.Context(), slot.Recruiter)
		h.must(err)
		entries := 0
		for _, b := range p.Busy {
			if b.ID == slot.ID {
				entries++
			}
		}
		if slot.State != fair.SlotFree || slot.Hold != nil || entries != 1 {
			h.t.Errorf("the slot at %s is %s, %+v, with %d entries", slot.Start, slot.State, slot.Hold, entries)
		}
	}
}

func TestExtraTimeIsTakenWithTheAppointment(t *testing.T) {
	for _, c := range []struct {
		name   string
		buffer time.Duration
		which  int
	}{
		{"the next slot follows at once", 0, 0},
		{"the next slot follows after a few minutes", 5 * time.Minute, 0},
		{"nothing follows for long", 15 * time.Minute, 0},
		{"the last slot", 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			recruiter := h.demo(fair.Recruiter, 1)
			slots := h.spaced(recruiter, c.buffer, 2)
			candidate := h.needs(h.demo(fair.Candidate, 1))
			booked, err := h.book(candidate, slots[c.which].ID, "k")
			h.must(err)
			if got := h.beyond(booked.Interview.ID); got != 10*time.Minute {
				t.Errorf("the appointment is %s longer", got)
			}
			seen, err := h.Interview(t.Context(), recruiter, booked.Interview.ID)
			h.must(err)
			if seen.Extra != 10*time.Minute || !seen.Candidate.Needs.ExtraTime {
				t.Errorf("the recruiter is told %s, %+v", seen.Extra, seen.Candidate.Needs)
			}
			if seen, err = h.Interview(t.Context(), candidate, booked.Interview.ID); err != nil || seen.Extra != 0 {
				t.Errorf("the candidate is told %s, %v", seen.Extra, err)
			}
			made, skipped, err := h.OpenSlots(t.Context(), recruiter, slots[0].Stand, fair.SlotPlan{
				Start: booked.Slot.End, Duration: 10 * time.Minute, Count: 1, Channels: []fair.Channel{fair.Video},
			})
			if fair.KindOf(err) != fair.Conflict && (err != nil || len(made) != 0 || skipped != 1) {
				t.Errorf("a slot was opened in the extra time: %v, %v", made, err)
			}
			if c.which == 0 && c.buffer < 10*time.Minute {
				_, err = h.book(h.demo(fair.Candidate, 2), slots[1].ID, "k")
				refused(t, err, fair.Conflict, "slot.taken")
			}
			h.clock.Pass(2 * fair.HoldTime)
			h.must(h.Sweep(t.Context()))
			h.dispatch()
			h.beyond(booked.Interview.ID)
			_, err = h.CancelInterview(t.Context(), candidate, booked.Interview.ID)
			h.must(err)
			h.untouched(slots...)
			if p, err := h.store.Persons.Get(t.Context(), candidate.Account); err != nil || len(p.Busy) != 0 {
				t.Errorf("the candidate's calendar has %+v (%v)", p.Busy, err)
			}
		})
	}
}

func TestWhereTheNextSlotIsTakenOthersAreOffered(t *testing.T) {
	h := newHouse(t)
	recruiter := h.demo(fair.Recruiter, 1)
	slots := h.spaced(recruiter, 5*time.Minute, 4)
	_, err := h.book(h.demo(fair.Candidate, 2), slots[1].ID, "k")
	h.must(err)
	candidate := h.needs(h.demo(fair.Candidate, 1))
	_, err = h.book(candidate, slots[0].ID, "k")
	refused(t, err, fair.Conflict, "booking.extra")
	taken, ok := errors.AsType[*service.SlotTaken](err)
	if !ok || len(taken.Next) != 2 || taken.Next[0].ID != slots[2].ID || taken.Next[1].ID != slots[3].ID {
		t.Fatalf("offered instead: %+v", taken)
	}
	h.untouched(slots[0], slots[2], slots[3])
	if p, err := h.store.Persons.Get(t.Context(), candidate.Account); err != nil || len(p.Busy) != 0 {
		t.Errorf("the candidate's calendar has %+v (%v)", p.Busy, err)
	}
	short, err := h.Book(t.Context(), candidate, slots[0].ID, service.BookRequest{Channel: fair.Video, Key: "again", Short: true})
	h.must(err)
	if got := h.beyond(short.Interview.ID); got != 5*time.Minute {
		t.Errorf("a short one is %s longer, want what there is", got)
	}
}

func TestExtraTimeFollowsTheAppointmentAndTheNeed(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(h *house, candidate, recruiter, colleague fair.Actor, i fair.Interview, slots []fair.Slot) error
		want time.Duration
		free []int
	}{
		{"moved", func(h *house, candidate, _, _ fair.Actor, i fair.Interview, slots []fair.Slot) error {
			_, err := h.MoveInterview(h.t.Context(), candidate, i.ID, service.MoveRequest{Slot: slots[2].ID})
			return err
		}, 10 * time.Minute, []int{0, 1}},
		{"the need is withdrawn", func(h *house, candidate, _, _ fair.Actor, _ fair.Interview, _ []fair.Slot) error {
			_, err := h.EditProfile(h.t.Context(), candidate, service.ProfileEdit{SearchEdit: service.SearchEdit{Needs: &fair.InterviewNeeds{}}})
			return err
		}, 0, []int{1, 2, 3}},
		{"given to a colleague", func(h *house, _, recruiter, colleague fair.Actor, i fair.Interview, _ []fair.Slot) error {
			_, err := h.GiveInterview(h.t.Context(), recruiter, i.ID, colleague.Account)
			return err
		}, 10 * time.Minute, []int{1, 2, 3}},
		{"given to a colleague who has something else then", func(h *house, _, recruiter, colleague fair.Actor, i fair.Interview, slots []fair.Slot) error {
			made, _, err := h.OpenSlots(h.t.Context(), colleague, slots[0].Stand, fair.SlotPlan{
				Start: slots[0].End.Add(5 * time.Minute), Duration: 30 * time.Minute, Count: 1, Channels: []fair.Channel{fair.Video},
			})
			h.must(err)
			_, err = h.book(h.demo(fair.Candidate, 7), made[0].ID, "k")
			h.must(err)
			_, err = h.GiveInterview(h.t.Context(), recruiter, i.ID, colleague.Account)
			return err
		}, 5 * time.Minute, []int{1, 2, 3}},
		{"nobody came", func(h *house, candidate, recruiter, _ fair.Actor, i fair.Interview, slots []fair.Slot) error {
			h.clock.Pass(slots[0].Start.Add(15 * time.Minute).Sub(h.clock.Now()))
			_, err := h.MissInterview(h.t.Context(), recruiter, i.ID)
			return err
		}, -1, []int{1, 2, 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			recruiter := h.demo(fair.Recruiter, 1)
			slots := h.spaced(recruiter, 0, 4)
			colleague := h.demo(fair.Recruiter, 61)
			candidate := h.needs(h.demo(fair.Candidate, 1))
			booked, err := h.book(candidate, slots[0].ID, "k")
			h.must(err)
			h.beyond(booked.Interview.ID)
			h.must(c.do(h, candidate, recruiter, colleague, booked.Interview, slots))
			for range 2 {
				if c.want >= 0 {
					if got := h.beyond(booked.Interview.ID); got != c.want {
						t.Errorf("it is %s longer, want %s", got, c.want)
					}
				}
				for _, n := range c.free {
					h.untouched(slots[n])
				}
				h.clock.Pass(fair.HoldTime + 2*time.Second) // and nothing that is owed changes that
				h.must(h.Sweep(t.Context()))
				h.dispatch()
			}
		})
	}
}

func TestANeedAddedAfterwardsLengthensWhatIsBooked(t *testing.T) {
	for _, taken := range []bool{false, true} {
		t.Run(fmt.Sprintf("the next slot is taken: %v", taken), func(t *testing.T) {
			h := newHouse(t)
			slots := h.spaced(h.demo(fair.Recruiter, 1), 5*time.Minute, 2)
			candidate, want := h.demo(fair.Candidate, 1), 10*time.Minute
			booked, err := h.book(candidate, slots[0].ID, "k")
			h.must(err)
			if taken {
				_, err = h.book(h.demo(fair.Candidate, 2), slots[1].ID, "k")
				h.must(err)
				want = 5 * time.Minute
			}
			h.needs(candidate)
			for range 3 {
				if got := h.beyond(booked.Interview.ID); got != want {
					t.Errorf("it is %s longer, want %s", got, want)
				}
				h.dispatch()
				h.clock.Pass(fair.HoldTime + 2*time.Second)
			}
			if n := owed(h); n != 0 {
				t.Errorf("%d effects are still owed", n)
			}
		})
	}
}

// careless is a slot store that takes a slot beyond another one whoever has it. It
// exists to see the race test fail.
type careless struct{ *mongostore.Slots }

func (c careless) Hold(ctx context.Context, id fair.ID, h fair.Hold, now time.Time, effects ...fair.Effect) (fair.Slot, bool, error) {
	if _, _, extra := fair.ExtraOf(h.Key); extra {
		slot, err := c.Get(ctx, id)
		return slot, true, err
	}
	return c.Slots.Hold(ctx, id, h, now, effects...)
}

// rounds has two people book slots that follow each other at once, one of whom
// needs extra time, and counts how often both have them.
func rounds(t *testing.T, h *house, count int) (both int) {
	t.Helper()
	first, second := h.needs(h.demo(fair.Candidate, 1)), h.demo(fair.Candidate, 2)
	for range count {
		slots := h.spaced(h.demo(fair.Recruiter, 1), 0, 2)
		var booked [2]service.Booked
		var failed [2]error
		var wg sync.WaitGroup
		for i, who := range []fair.Actor{first, second} {
			wg.Go(func() { booked[i], failed[i] = h.book(who, slots[i].ID, "k") })
		}
		wg.Wait()
		won := 0
		for i, err := range failed {
			if err == nil {
				won++
				_, err = h.CancelInterview(t.Context(), []fair.Actor{first, second}[i], booked[i].Interview.ID)
				h.must(err)
			} else if fair.KindOf(err) != fair.Conflict {
				t.Errorf("person %d is told %v", i+1, err)
			}
		}
		if won == 2 {
			both++
		}
		if won == 0 {
			t.Error("nobody won")
		}
		h.clock.Pass(3 * time.Hour)
	}
	return both
}

func TestTwoWhoRaceForATimeAndWhatFollowsNeverBothHaveIt(t *testing.T) {
	if both := rounds(t, newHouse(t), 20); both != 0 {
		t.Errorf("both had it in %d rounds of 20", both)
	}
}

func TestWithoutTheGuardBothHaveTheTime(t *testing.T) {
	h := newHouse(t)
	loose := newHouseOn(h, func(c *service.Config) { c.Stores.Slots = careless{h.store.Slots} })
	if both := rounds(t, loose, 20); both == 0 {
		t.Error("without a guard nobody collided: the race test proves nothing")
	}
}

func TestExtraTimeKilledBetweenAnyTwoStepsIsTakenOrGivenBack(t *testing.T) {
	for _, step := range []string{"extra.hold", "extra.claim", "confirm", "interview"} {
		t.Run("a booking, before "+step, func(t *testing.T) {
			h := newHouse(t)
			slots := h.spaced(h.demo(fair.Recruiter, 1), 0, 2)
			candidate := h.needs(h.demo(fair.Candidate, 1))
			killedAt(h, step, candidate, slots[0].ID, "key")
			for range 2 {
				h.clock.Pass(fair.HoldTime + 2*time.Second)
				h.must(h.Sweep(t.Context()))
				h.dispatch()
			}
			if step != "interview" {
				h.untouched(slots...)
				return
			}
			slot, err := h.store.Slots.Get(t.Context(), slots[0].ID)
			h.must(err)
			if got := h.beyond(slot.Booking.Interview); got != 10*time.Minute {
				t.Errorf("it is %s longer", got)
			}
		})
	}
	for _, step := range []string{"extra.hold", "extra.claim", "extra.take"} {
		t.Run("a need added, before "+step, func(t *testing.T) {
			h := newHouse(t)
			slots := h.spaced(h.demo(fair.Recruiter, 1), 0, 2)
			candidate := h.demo(fair.Candidate, 1)
			booked, err := h.book(candidate, slots[0].ID, "k")
			h.must(err)
			if _, err := dying(h, step).EditProfile(t.Context(), candidate, needy); !errors.Is(err, errKilled) {
				t.Fatalf("killed before %s: %v", step, err)
			}
			for range 2 {
				h.clock.Pass(fair.HoldTime + 2*time.Second)
				h.must(h.Sweep(t.Context()))
				h.dispatch()
			}
			if got := h.beyond(booked.Interview.ID); got != 10*time.Minute {
				t.Errorf("it is %s longer", got)
			}
		})
	}
}

// What is held is given up only when nobody can be taking it any more.
func TestWhatIsBeingTakenBeyondAnAppointmentStaysHeld(t *testing.T) {
	held := func(h *house, slot fair.Slot) {
		t.Helper()
		if err := service.NewDispatcher(h.Service).Dispatch(t.Context()); err != nil && !errors.Is(err, errKilled) {
			t.Error(err)
		}
		if now, err := h.store.Slots.Get(t.Context(), slot.ID); err != nil || now.State != fair.SlotHeld {
			t.Errorf("slot %s is %s (%v)", slot.ID, now.State, err)
		}
	}
	h := newHouse(t)
	slots := h.spaced(h.demo(fair.Recruiter, 1), 0, 2)
	candidate := h.needs(h.demo(fair.Candidate, 1))
	killedAt(h, "extra.claim", candidate, slots[0].ID, "key")
	held(h, slots[1]) // the booking may still be on its way

	h = newHouse(t)
	slots, candidate = h.spaced(h.demo(fair.Recruiter, 1), 0, 2), h.demo(fair.Candidate, 1)
	_, err := h.book(candidate, slots[0].ID, "k")
	h.must(err)
	stuck := h.dying("extra.take")
	if _, err := stuck.EditProfile(t.Context(), candidate, needy); !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	for range 3 {
		h.clock.Pass(fair.HoldTime + 2*time.Second)
		held(stuck, slots[1]) // however often it fails, the appointment means to have it
	}
}

func TestANeedAddedWhileOneBooksOrMovesIsFollowed(t *testing.T) {
	for _, step := range []string{"confirm", "move.confirm"} {
		t.Run("before "+step, func(t *testing.T) {
			h := newHouse(t)
			slots, candidate := h.spaced(h.demo(fair.Recruiter, 1), 10*time.Minute, 2), h.demo(fair.Candidate, 1)
			added := false
			meanwhile := newHouseOn(h, func(c *service.Config) {
				c.Step = func(name string) error {
					if name == step && !added {
						added = true
						h.needs(candidate)
					}
					return nil
				}
			})
			booked, err := meanwhile.book(candidate, slots[0].ID, "k")
			h.must(err)
			if !added {
				_, err = meanwhile.MoveInterview(t.Context(), candidate, booked.Interview.ID, service.MoveRequest{Slot: slots[1].ID})
				h.must(err)
			}
			h.dispatch()
			if got := h.beyond(booked.Interview.ID); !added || got != 10*time.Minute {
				t.Errorf("it is %s longer", got)
			}
		})
	}
}

func TestANeedAddedDuringAnInterviewLeavesItsEnd(t *testing.T) {
	h := newHouse(t)
	recruiter, candidate := h.demo(fair.Recruiter, 1), h.demo(fair.Candidate, 1)
	booked, err := h.book(candidate, h.spaced(recruiter, 5*time.Minute, 1)[0].ID, "k")
	h.must(err)
	h.both(booked.Interview, candidate, recruiter) // people of a demo may meet before the hour
	h.needs(candidate)
	if got := h.beyond(booked.Interview.ID); got != 0 {
		t.Errorf("it is %s longer", got)
	}
}

func TestWhatIsHeldBeyondAnAppointmentIsInNobodysWay(t *testing.T) {
	h := newHouse(t)
	recruiter := h.demo(fair.Recruiter, 1)
	slots := h.spaced(recruiter, 0, 2)
	candidate := h.needs(h.demo(fair.Candidate, 1))
	booked, err := h.book(candidate, slots[0].ID, "k")
	h.must(err)
	h.clock.Pass(slots[0].Start.Sub(h.clock.Now()))
	stand := h.onDuty(recruiter)
	h.both(booked.Interview, candidate, recruiter)
	h.clock.Pass(39 * time.Minute)
	i, err := h.ExtendInterview(t.Context(), candidate, booked.Interview.ID, booked.Interview.EndsAt)
	h.must(err)
	if got := i.PlannedEnd().Sub(slots[0].End); got != 15*time.Minute {
		t.Errorf("it goes on for %s", got)
	}
	_, err = h.EndInterview(t.Context(), recruiter, i.ID, nil)
	h.must(err)
	h.dispatch()
	h.join(h.demo(fair.Candidate, 2), stand)
	if _, err := h.CallNext(t.Context(), recruiter, stand, service.CallRequest{}); err != nil {
		t.Errorf("nobody can be called in the time of what is over: %v", err)
	}
}
