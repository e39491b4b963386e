package service_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"salon/fair"
	"salon/fair/mongostore"
	"salon/fair/service"
)

// ruled is a fair store whose fairs have rules of the test's own.
type ruled struct {
	*mongostore.Fairs
	change func(*fair.Rules)
}

func (r ruled) Get(ctx context.Context, id fair.ID) (fair.Fair, error) {
	f, err := r.Fairs.Get(ctx, id)
	r.change(&f.Settled)
	return f, err
}

// settle changes the rules of the fair the house holds.
func (h *house) settle(change func(*fair.Rules)) {
	h.Stores.Fairs = ruled{h.store.Fairs, change}
}

func TestCapsPerStandAndFairAreKept(t *testing.T) {
	h := newHouse(t)
	h.settle(func(r *fair.Rules) { r.Book.CapFair, r.Book.CapStand = 3, 2 })
	first, second := h.slots(h.demo(fair.Recruiter, 1), 3), h.slots(h.demo(fair.Recruiter, 2), 6)
	candidate := h.demo(fair.Candidate, 1)
	book := func(slot fair.Slot, code string) (b service.Booked) {
		t.Helper()
		b, err := h.book(candidate, slot.ID, "key")
		if code == "" {
			h.must(err)
			return b
		}
		refused(t, err, fair.Conflict, code)
		after, err := h.store.Slots.Get(t.Context(), slot.ID)
		h.must(err)
		if after.State != fair.SlotFree {
			t.Errorf("the refused slot is %s", after.State)
		}
		return b
	}
	book(first[0], "")
	kept := book(first[1], "")
	book(first[2], "booking.capstand")
	refused(t, h.SeatLeft(t.Context(), candidate, h.fair, first[0].Stand), fair.Conflict, "booking.capstand")
	h.must(h.SeatLeft(t.Context(), candidate, h.fair, second[0].Stand)) // one may ask before
	book(second[0], "booking.overlap")                                  // and not the cap, which leaves room
	book(second[3], "")
	book(second[4], "booking.capfair")
	_, err := h.CancelInterview(t.Context(), candidate, kept.Interview.ID)
	h.must(err)
	book(second[4], "")
	book(first[2], "booking.capfair")
	p, err := h.store.Persons.Get(t.Context(), candidate.Account)
	h.must(err)
	if n := len(p.Seats[h.fair.ID]); n != 3 || len(p.Busy) != 3 {
		t.Errorf("%d seats and %d entries, want 3 each", n, len(p.Busy))
	}
}

func TestWhatNobodyConfirmedCountsAgainstNoCap(t *testing.T) {
	h := newHouse(t)
	slots := h.slots(h.demo(fair.Recruiter, 1), 2)
	candidate := h.demo(fair.Candidate, 1)
	killedAt(h, "confirm", candidate, slots[0].ID, "key")
	_, err := h.book(candidate, slots[1].ID, "other")
	refused(t, err, fair.Conflict, "booking.capstand") // on doubt the answer is no
	h.clock.Pass(fair.HoldTime)
	_, err = h.book(candidate, slots[1].ID, "other")
	h.must(err)
}

// uncapped is a person store that counts first and writes afterwards; ten claims
// wait for each other in between.
type uncapped struct {
	*mongostore.Persons
	counted *atomic.Int32
	all     chan struct{}
}

func (u uncapped) ClaimSeat(ctx context.Context, id fair.ID, c fair.SeatClaim) (fair.Person, bool, error) {
	p, err := u.Get(ctx, id)
	if u.counted.Add(1) == 10 {
		close(u.all)
	}
	<-u.all
	if err != nil || p.Full(c) != nil {
		return p, false, err
	}
	c.Caps = fair.Caps{Fair: 50, Stand: 50}
	return u.Persons.ClaimSeat(ctx, id, c)
}

// clickEverywhere lets one candidate book ten slots of as many stands' hours at
// once and counts what was kept. Who is told that the store is down, as a machine
// with much else to do may make it, tries again.
func clickEverywhere(h *house) (kept int) {
	slots := h.slots(h.demo(fair.Recruiter, 1), 10)
	candidate := h.demo(fair.Candidate, 1)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i, slot := range slots {
		wg.Go(func() {
			_, err := h.book(candidate, slot.ID, fmt.Sprint("key", i))
			for range 10 {
				if fair.KindOf(err) != fair.Unavailable {
					break
				}
				_, err = h.book(candidate, slot.ID, fmt.Sprint("key", i))
			}
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				kept++
			case fair.KindOf(err) != fair.Conflict:
				h.t.Errorf("slot %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	return kept
}

func TestTenBookingsAtOnceStayUnderTheCap(t *testing.T) {
	h := newHouse(t)
	h.settle(func(r *fair.Rules) { r.Book.CapStand = 2 })
	if kept := clickEverywhere(h); kept != 2 {
		t.Errorf("%d bookings were kept, want 2", kept)
	}
	loose := newHouse(t)
	loose.settle(func(r *fair.Rules) { r.Book.CapStand = 2 })
	open := newHouseOn(loose, func(c *service.Config) {
		c.Stores.Persons = uncapped{loose.store.Persons, new(atomic.Int32), make(chan struct{})}
	})
	if over := clickEverywhere(open); over <= 2 {
		t.Errorf("%d bookings without the guard: the race proves nothing", over)
	}
}
