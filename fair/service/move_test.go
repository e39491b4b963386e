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

// dying is another process on the same data that dies before a step, once or
// each time it comes there.
func (h *house) dying(step string) *house {
	return newHouseOn(h, func(c *service.Config) { c.Step = stopAt(step) })
}

// appointment is a booked interview of candidate 1 with recruiter 1, who has
// four slots; recruiter 61 is of the same stand and has two later ones.
type appointment struct {
	*house
	candidate, recruiter, colleague fair.Actor
	slots, theirs                   []fair.Slot
	interview                       fair.ID
}

func newAppointment(t *testing.T) appointment {
	t.Helper()
	h := newHouse(t)
	a := appointment{house: h, candidate: h.demo(fair.Candidate, 1), recruiter: h.demo(fair.Recruiter, 1)}
	a.slots = h.slots(a.recruiter, 4)
	a.colleague = h.demo(fair.Recruiter, 61)
	h.clock.Pass(4 * time.Hour)
	a.theirs = h.slots(a.colleague, 2)
	h.clock.Pass(-4 * time.Hour)
	booked, err := h.book(a.candidate, a.slots[0].ID, "key")
	h.must(err)
	a.interview = booked.Interview.ID
	h.dispatch()
	return a
}

func (a appointment) move(h *house, to fair.Slot) (fair.Interview, error) {
	return h.MoveInterview(a.t.Context(), a.candidate, a.interview, service.MoveRequest{Slot: to.ID})
}

// standsAt checks that interview, slots and calendars tell one story: the
// appointment is on that slot, and every other one is free.
func (a appointment) standsAt(at fair.Slot) fair.Interview {
	a.t.Helper()
	a.dispatch()
	a.dispatch() // what the first owed
	i, err := a.store.Interviews.Get(a.t.Context(), a.interview)
	a.must(err)
	for _, s := range append(slices.Clone(a.slots), a.theirs...) {
		slot, err := a.store.Slots.Get(a.t.Context(), s.ID)
		a.must(err)
		if slot.ID != at.ID {
			if slot.State != fair.SlotFree || slot.Booking != nil || slot.Hold != nil {
				a.t.Errorf("slot %s is left %s, %+v, %+v", slot.Start.Format("15:04"), slot.State, slot.Booking, slot.Hold)
			}
			continue
		}
		if slot.State != fair.SlotBooked || slot.Booking.Interview != a.interview || slot.Handover != nil {
			a.t.Errorf("the appointment's slot tells %s %+v %+v", slot.State, slot.Booking, slot.Handover)
		}
		if i.Slot != slot.ID || !i.StartsAt.Equal(slot.Start) || !i.EndsAt.Equal(slot.End) || i.Recruiter != slot.Recruiter {
			a.t.Errorf("the interview tells %+v", i)
		}
	}
	p, err := a.store.Persons.Get(a.t.Context(), a.candidate.Account)
	a.must(err)
	if len(p.Busy) != 1 || p.Busy[0].ID != at.ID || !slices.Equal(p.Seats[at.Stand], []fair.ID{at.ID}) || !slices.Equal(p.Seats[at.Fair], []fair.ID{at.ID}) {
		a.t.Errorf("the candidate's calendar tells %+v %+v", p.Busy, p.Seats)
	}
	for _, who := range []fair.Actor{a.recruiter, a.colleague} {
		p, err := a.store.Persons.Get(a.t.Context(), who.Account)
		a.must(err)
		for _, b := range p.Busy {
			if slot, err := a.store.Slots.Get(a.t.Context(), b.ID); err != nil || slot.Recruiter != who.Account {
				a.t.Errorf("a recruiter's calendar has %+v of somebody else", b)
			}
		}
	}
	if n := owed(a.house); n != 0 {
		a.t.Errorf("%d effects are still owed", n)
	}
	return i
}

func TestAMoveKeepsTheInterviewAndTellsBoth(t *testing.T) {
	a := newAppointment(t)
	moved, err := a.move(a.house, a.slots[2])
	a.must(err)
	if moved.ID != a.interview || moved.Sequence != 1 {
		t.Errorf("moved to %+v", moved)
	}
	again, err := a.move(a.house, a.slots[2])
	a.must(err)
	if again.Sequence != 1 {
		t.Errorf("moved twice: SEQUENCE %d", again.Sequence)
	}
	a.dispatch()
	a.standsAt(a.slots[2])
	if n := a.world.sent(fair.EffectMailMoved); n != 2 {
		t.Errorf("%d mails, want one to each", n)
	}
	if _, err := a.book(a.demo(fair.Candidate, 2), a.slots[0].ID, "key"); err != nil {
		t.Errorf("the slot that was left is not free: %v", err)
	}
	kept, err := a.book(a.candidate, a.slots[0].ID, "key")
	a.must(err)
	if !kept.Again || kept.Interview.ID != a.interview || kept.Slot.ID != a.slots[2].ID {
		t.Errorf("the first request again: %+v", kept)
	}
	_, err = a.CancelInterview(t.Context(), a.candidate, a.interview)
	a.must(err)
	if _, err = a.book(a.candidate, a.slots[2].ID, "new"); err != nil {
		t.Errorf("cancelled after a move, its slot is not free: %v", err)
	}
}

func TestAMoveToAColleaguesSlotTellsThreePeople(t *testing.T) {
	a := newAppointment(t)
	_, err := a.move(a.house, a.theirs[0])
	a.must(err)
	a.dispatch()
	if i := a.standsAt(a.theirs[0]); i.Recruiter != a.colleague.Account {
		t.Errorf("the interview is with %s", i.Recruiter)
	}
	if moved, given := a.world.sent(fair.EffectMailMoved), a.world.sent(fair.EffectMailGiven); moved != 2 || given != 1 {
		t.Errorf("%d moved and %d given", moved, given)
	}
}

func TestWhoMayMoveWhere(t *testing.T) {
	a := newAppointment(t)
	elsewhere := a.house.slots(a.demo(fair.Recruiter, 2), 1)[0]
	_, err := a.book(a.demo(fair.Candidate, 2), a.slots[1].ID, "key")
	a.must(err)
	for _, c := range []struct {
		name string
		who  fair.Actor
		to   fair.ID
		kind fair.Kind
		code string
	}{
		{"somebody else", a.demo(fair.Candidate, 2), a.slots[2].ID, fair.NotFound, "interview.unknown"},
		{"the recruiter", a.recruiter, a.slots[2].ID, fair.Forbidden, "not.candidate"},
		{"to another stand", a.candidate, elsewhere.ID, fair.Invalid, "slot.elsewhere"},
		{"to a taken slot", a.candidate, a.slots[1].ID, fair.Conflict, "slot.taken"},
		{"to no slot", a.candidate, "x", fair.Invalid, "slot.unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := a.MoveInterview(t.Context(), c.who, a.interview, service.MoveRequest{Slot: c.to})
			refused(t, err, c.kind, c.code)
		})
	}
	a.clock.Pass(time.Hour)
	_, err = a.move(a.house, a.slots[2])
	refused(t, err, fair.Conflict, "interview.begun")
}

func TestAMoveKilledBetweenAnyTwoStepsIsCompletedOrUndone(t *testing.T) {
	for _, step := range []string{"move.hold", "move.claim", "move.confirm", "move.interview", "release.slot", "release.calendar"} {
		for _, again := range []bool{true, false} {
			t.Run(fmt.Sprintf("before %s, asked again: %v", step, again), func(t *testing.T) {
				a := newAppointment(t)
				_, err := a.move(a.dying(step), a.slots[2])
				if early := step[:4] == "move"; early != errors.Is(err, errKilled) {
					t.Fatalf("killed before %s: %v", step, err)
				}
				if again {
					_, err = a.move(a.house, a.slots[2])
					a.must(err)
				} else {
					a.clock.Pass(fair.HoldTime)
					a.must(a.Sweep(t.Context()))
				}
				a.dispatch()
				want := a.slots[2]
				if !again && slices.Contains([]string{"move.hold", "move.claim", "move.confirm"}, step) {
					want = a.slots[0]
				}
				a.standsAt(want)
			})
		}
	}
}

func TestAMoveThatIsOvertakenIsUndone(t *testing.T) {
	a := newAppointment(t)
	_, err := a.move(a.dying("move.interview"), a.slots[1]) // slot 1 is booked, the interview has yet to follow
	if !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	if _, err = a.move(a.house, a.slots[3]); err != nil {
		t.Fatal(err)
	}
	a.dispatch()
	a.standsAt(a.slots[3])
}

func TestOfManyMovesAtOnceOneWins(t *testing.T) {
	a := newAppointment(t)
	for range 5 {
		var wg sync.WaitGroup
		for _, to := range append(slices.Clone(a.slots), a.theirs...) {
			wg.Go(func() {
				_, err := a.move(a.house, to)
				if err != nil && fair.KindOf(err) != fair.Conflict {
					t.Errorf("a move answers %v", err)
				}
			})
		}
		wg.Wait()
		a.clock.Pass(fair.HoldTime)
		a.must(a.Sweep(t.Context()))
		i, err := a.store.Interviews.Get(t.Context(), a.interview)
		a.must(err)
		at, err := a.store.Slots.Get(t.Context(), i.Slot)
		a.must(err)
		a.standsAt(at)
	}
}

// crossing is an interview store where three moves meet: each waits for the others
// to have read the interview. Loose, it moves wherever the interview is by then.
type crossing struct {
	*mongostore.Interviews
	met   *sync.WaitGroup
	loose bool
}

func (c crossing) Move(ctx context.Context, i fair.Interview, to fair.Slot, effects ...fair.Effect) (fair.Interview, bool, error) {
	c.met.Done()
	c.met.Wait()
	for {
		moved, ok, err := c.Interviews.Move(ctx, i, to, effects...)
		if ok || err != nil || !c.loose {
			return moved, ok, err
		}
		if i, err = c.Get(ctx, i.ID); err != nil {
			return i, false, err
		}
	}
}

func TestOfThreeMovesThatCrossOneIsMade(t *testing.T) {
	for _, loose := range []bool{false, true} {
		t.Run(fmt.Sprintf("without the guard: %v", loose), func(t *testing.T) {
			a := newAppointment(t)
			met := &sync.WaitGroup{}
			met.Add(3)
			crossed := newHouseOn(a.house, func(c *service.Config) {
				c.Stores.Interviews = crossing{a.store.Interviews, met, loose}
			})
			var wg sync.WaitGroup
			for _, to := range a.slots[1:] {
				wg.Go(func() { _, _ = a.move(crossed, to) })
			}
			wg.Wait()
			i, err := a.store.Interviews.Get(t.Context(), a.interview)
			a.must(err)
			if !loose {
				at, err := a.store.Slots.Get(t.Context(), i.Slot)
				a.must(err)
				a.standsAt(at)
			}
			if made := i.Sequence; loose == (made == 1) {
				t.Errorf("%d moves were made", made)
			}
		})
	}
}
