package service_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// weekly is "every day from 10 to 11, 30 minutes", in Paris: two slots a day.
func weekly(change ...func(*fair.SlotRule)) fair.SlotRule {
	r := fair.SlotRule{Days: []time.Weekday{0, 1, 2, 3, 4, 5, 6}, From: 600, To: 660, Duration: 30 * time.Minute, Channels: []fair.Channel{fair.Video}}
	for _, c := range change {
		c(&r)
	}
	return r
}

// ruled are the slots of a rule in a state, all of them when none is named.
func (h *house) ruled(rule fair.ID, state fair.SlotState) []fair.Slot {
	h.t.Helper()
	slots, err := h.store.Slots.OfRule(h.t.Context(), rule, h.clock.Now())
	h.must(err)
	return slices.DeleteFunc(slots, func(s fair.Slot) bool { return state != "" && s.State != state })
}

// The house opens on 20 January 2021 at 10 in Paris; the fair lasts 12 days more.
func TestARuleMakesItsSlotsAheadOnce(t *testing.T) {
	h := newHouse(t)
	recruiter := h.demo(fair.Recruiter, 1)
	stand := recruiter.Roles[0].Stand
	preview, err := h.PreviewSlotRule(t.Context(), recruiter, stand, weekly())
	h.must(err)
	rule, err := h.CreateSlotRule(t.Context(), recruiter, stand, weekly())
	h.must(err)
	slots := h.ruled(rule.ID, fair.SlotFree)
	if len(slots) != preview.Total-1 || preview.Total == 0 { // the one that begins this very moment is not made
		t.Errorf("%d slots, %d were foretold", len(slots), preview.Total)
	}
	for range 3 {
		h.clock.Pass(2 * time.Hour)
		h.must(h.Sweep(t.Context()))
	}
	p, err := h.store.Persons.Get(t.Context(), recruiter.Account)
	h.must(err)
	if again := h.ruled(rule.ID, ""); len(again) != len(slots)-1 || len(p.Busy) != len(slots) { // 10:30 has passed
		t.Errorf("%d slots and %d entries after sweeps, %d before", len(again), len(p.Busy), len(slots))
	}
}

func TestTheSlotsOfARuleRollOn(t *testing.T) {
	h := newHouse(t)
	var err error
	h.fair, err = h.CreateFair(t.Context(), fair.Fair{Slug: "long", Name: fair.Text{FR: "Long"}, TimeZone: "America/Guadeloupe",
		StartsAt: opening, EndsAt: opening.AddDate(0, 0, 40)})
	h.must(err)
	stand := fair.Stand{ID: fair.NewID(), Fair: h.fair.ID, Number: 1, Slug: "a", Name: "A", People: []fair.Host{}}
	h.must(h.store.Stands.Insert(t.Context(), stand))
	recruiter := h.person("recruiter@example.org")
	_, err = h.Recruit(t.Context(), stand.ID, recruiter.Account)
	h.must(err)
	recruiter = h.again(recruiter)
	rule, err := h.CreateSlotRule(t.Context(), recruiter, stand.ID, weekly())
	h.must(err)
	first := h.ruled(rule.ID, fair.SlotFree)
	if len(first) != 28 || first[0].Start.Hour() != 14 {
		t.Fatalf("%d slots, the first at %s", len(first), first[0].Start)
	}
	h.clock.Pass(5 * 24 * time.Hour)
	h.must(h.Sweep(t.Context()))
	later := h.ruled(rule.ID, fair.SlotFree)
	if len(later) != 28 || !later[27].Start.Equal(first[27].Start.AddDate(0, 0, 5)) {
		t.Errorf("%d slots five days later, the last at %s", len(later), later[len(later)-1].Start)
	}
	h.clock.Pass(40 * 24 * time.Hour)
	h.must(h.Sweep(t.Context()))
	if n := len(h.ruled(rule.ID, "")); n != 0 {
		t.Errorf("%d slots after the fair", n)
	}
}

func TestWhatOverlapsIsLeftOutAndWhatWasTakenBackStaysSo(t *testing.T) {
	h := newHouse(t)
	recruiter := h.demo(fair.Recruiter, 1)
	stand := recruiter.Roles[0].Stand
	tomorrow := opening.AddDate(0, 0, 1)
	_, _, err := h.OpenSlots(t.Context(), recruiter, stand, fair.SlotPlan{Start: tomorrow, Duration: 30 * time.Minute, Count: 1, Channels: []fair.Channel{fair.Video}})
	h.must(err)
	rule, err := h.CreateSlotRule(t.Context(), recruiter, stand, weekly())
	h.must(err)
	slots := h.ruled(rule.ID, fair.SlotFree)
	if slices.ContainsFunc(slots, func(s fair.Slot) bool { return s.Start.Equal(tomorrow) }) {
		t.Error("a slot stands where the recruiter was busy")
	}
	back := slots[len(slots)-1]
	h.must(h.WithdrawSlot(t.Context(), recruiter, back.ID))
	h.clock.Pass(2 * time.Hour)
	h.must(h.Sweep(t.Context()))
	if slices.ContainsFunc(h.ruled(rule.ID, fair.SlotFree), func(s fair.Slot) bool { return s.Start.Equal(back.Start) }) {
		t.Error("a slot that was taken back came back")
	}
	edit := weekly(func(r *fair.SlotRule) { r.Channels, r.Rev = []fair.Channel{fair.Phone}, h.rev(rule.ID) })
	_, err = h.EditSlotRule(t.Context(), recruiter, rule.ID, edit)
	h.must(err)
	if slices.ContainsFunc(h.ruled(rule.ID, fair.SlotFree), func(s fair.Slot) bool { return s.Start.Equal(back.Start) }) {
		t.Error("a slot that was taken back came back with an edit")
	}
}

// rev is the revision a rule has now.
func (h *house) rev(rule fair.ID) int64 {
	h.t.Helper()
	r, err := h.store.SlotRules.Get(h.t.Context(), rule)
	h.must(err)
	return r.Rev
}

func TestAnEditedOrDeletedRuleTakesItsFreeSlotsBackAndLeavesTheBooked(t *testing.T) {
	h := newHouse(t)
	recruiter := h.demo(fair.Recruiter, 1)
	rule, err := h.CreateSlotRule(t.Context(), recruiter, recruiter.Roles[0].Stand, weekly())
	h.must(err)
	slots := h.ruled(rule.ID, fair.SlotFree)
	booked := slots[1]
	_, err = h.book(h.demo(fair.Candidate, 1), booked.ID, "k")
	h.must(err)
	_, err = h.EditSlotRule(t.Context(), recruiter, rule.ID, weekly(func(r *fair.SlotRule) { r.Rev = rule.Rev + 99 }))
	refused(t, err, fair.Conflict, "edit.stale")
	edited, err := h.EditSlotRule(t.Context(), recruiter, rule.ID, weekly(func(r *fair.SlotRule) {
		r.Duration, r.Rev = 20*time.Minute, h.rev(rule.ID)
	}))
	h.must(err)
	for _, s := range h.ruled(rule.ID, fair.SlotFree) {
		if s.Edition != edited.Edition || s.End.Sub(s.Start) != 20*time.Minute {
			t.Errorf("left over: %+v", s)
		}
		if s.Start.Before(booked.End) && booked.Start.Before(s.End) {
			t.Errorf("a new slot overlaps the booked one: %+v", s)
		}
	}
	refused(t, h.DeleteSlotRule(t.Context(), h.demo(fair.Recruiter, 2), rule.ID), fair.Forbidden, "not.recruiter")
	h.must(h.DeleteSlotRule(t.Context(), recruiter, rule.ID))
	h.must(h.DeleteSlotRule(t.Context(), recruiter, rule.ID))
	p, err := h.store.Persons.Get(t.Context(), recruiter.Account)
	h.must(err)
	if n := len(h.ruled(rule.ID, fair.SlotFree)); n != 0 || len(p.Busy) != 1 {
		t.Errorf("%d free slots and %d entries after the rule is gone", n, len(p.Busy))
	}
	if left := h.ruled(rule.ID, fair.SlotBooked); len(left) != 1 || left[0].ID != booked.ID {
		t.Errorf("the booked ones: %+v", left)
	}
	if list, err := h.SlotRules(t.Context(), recruiter, recruiter.Roles[0].Stand); err != nil || len(list) != 0 {
		t.Errorf("still listed: %+v %v", list, err)
	}
}

func TestARuleKilledAnywhereIsCompletedByAnotherNode(t *testing.T) {
	for _, step := range []string{"slot.claim", "slot.open", "rule.withdraw", "rule.tended"} {
		t.Run("before "+step, func(t *testing.T) {
			h := newHouse(t)
			recruiter := h.demo(fair.Recruiter, 1)
			var mu sync.Mutex
			passed := 0
			dying := newHouseOn(h, func(c *service.Config) {
				c.Step = func(name string) error {
					mu.Lock()
					defer mu.Unlock()
					if name == step {
						if passed++; passed > 3 || step == "rule.tended" {
							return errKilled
						}
					}
					return nil
				}
			})
			rule, err := h.CreateSlotRule(t.Context(), recruiter, recruiter.Roles[0].Stand, weekly(func(r *fair.SlotRule) { r.From, r.To = 720, 780 }))
			h.must(err)
			edit := weekly(func(r *fair.SlotRule) { r.Rev = h.rev(rule.ID) })
			if _, err := dying.EditSlotRule(t.Context(), recruiter, rule.ID, edit); !errors.Is(err, errKilled) {
				t.Fatal(err)
			}
			h.clock.Pass(fair.HoldTime + time.Second)
			for range 2 {
				h.must(h.Sweep(t.Context()))
			}
			slots := h.ruled(rule.ID, fair.SlotFree)
			p, err := h.store.Persons.Get(t.Context(), recruiter.Account)
			h.must(err)
			if len(slots) != 23 || len(p.Busy) != len(slots) {
				t.Errorf("%d slots of 23, %d entries", len(slots), len(p.Busy))
			}
			for _, s := range slots {
				if s.Edition != 2 {
					t.Errorf("of edition %d: %+v", s.Edition, s)
				}
			}
		})
	}
}

func TestTwoNodesMakeEachSlotOfARuleOnce(t *testing.T) {
	h := newHouse(t)
	recruiter := h.demo(fair.Recruiter, 1)
	rule := weekly(func(r *fair.SlotRule) {
		r.ID, r.Fair, r.Stand, r.Recruiter, r.Edition = fair.NewID(), h.fair.ID, recruiter.Roles[0].Stand, recruiter.Account, 1
		r.DueAt = h.clock.Now()
		r.Meta = fair.Meta{Rev: 1, UpdatedAt: h.clock.Now()}
	})
	h.must(h.store.SlotRules.Insert(t.Context(), rule))
	other := newHouseOn(h, func(*service.Config) {})
	var wg sync.WaitGroup
	for _, node := range []*house{h, other, h, other} {
		wg.Go(func() {
			if err := node.Sweep(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	p, err := h.store.Persons.Get(t.Context(), recruiter.Account)
	h.must(err)
	starts := map[string]int{}
	for _, s := range h.ruled(rule.ID, fair.SlotFree) {
		starts[fmt.Sprint(s.Start)]++
	}
	if len(starts) != 23 || len(p.Busy) != 23 {
		t.Errorf("%d slots and %d entries, want 23", len(starts), len(p.Busy))
	}
}

func TestARuleFollowsTheReleaseOfTheFair(t *testing.T) {
	h := newHouse(t)
	h.govern(func(r *fair.Rules) { r.Book.Release = fair.ReleaseDraw })
	recruiter := h.demo(fair.Recruiter, 1)
	rule, err := h.CreateSlotRule(t.Context(), recruiter, recruiter.Roles[0].Stand, weekly())
	h.must(err)
	for _, s := range h.ruled(rule.ID, "") {
		if !s.Kept {
			t.Errorf("not kept for the draw: %+v", s)
		}
	}
	if n := len(h.free()); n != 0 {
		t.Errorf("%d are free", n)
	}
}
