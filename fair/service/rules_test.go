package service_test

import (
	"slices"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// govern has the organiser change the rules.
func (h *house) govern(change func(*fair.Rules), all ...bool) service.RulesOf {
	h.t.Helper()
	now, err := h.FairRules(h.t.Context(), h.boss, h.fair.Slug)
	h.must(err)
	change(&now.Rules)
	after, err := h.EditRules(h.t.Context(), h.boss, h.fair.Slug,
		service.RulesEdit{Rules: now.Rules, Rev: now.Fair.Rev, All: slices.Contains(all, true)})
	h.must(err)
	h.dispatch()
	return after
}

// free is the free slots of the fair that anybody sees now.
func (h *house) free() []fair.Slot {
	h.t.Helper()
	page, err := h.Slots(h.t.Context(), fair.Actor{}, h.fair.Slug, fair.SlotQuery{Free: true, Limit: 100})
	h.must(err)
	figures, err := h.FairFigures(h.t.Context(), fair.Actor{}, h.fair.ID)
	h.must(err)
	if figures.FreeSlots != page.Total {
		h.t.Errorf("%d slots are counted free and %d listed", figures.FreeSlots, page.Total)
	}
	for _, slot := range page.Items {
		if !slot.Claimable(h.clock.Now()) {
			h.t.Errorf("a slot is listed free and is not: %+v", slot)
		}
	}
	return page.Items
}

func TestOnlyTheOrganiserSettlesTheRulesAndNobodyOverwritesAnother(t *testing.T) {
	h := newHouse(t)
	_, err := h.FairRules(t.Context(), h.demo(fair.Recruiter, 1), h.fair.Slug)
	refused(t, err, fair.Forbidden, "not.organiser")
	_, err = h.EditRules(t.Context(), h.demo(fair.Candidate, 1), h.fair.Slug, service.RulesEdit{})
	refused(t, err, fair.Forbidden, "not.organiser")
	after := h.govern(func(r *fair.Rules) {
		r.Line.MaxTickets, r.Line.Guard = 3, 0
		r.Scorecard = []fair.Criterion{{Label: fair.Text{FR: " Écoute  active "}}}
	})
	if after.Rules.Line.MaxTickets != 3 || after.Rules.Line.Guard != 0 || after.Rules.Line.Grace != 10*time.Minute ||
		after.Rules.Scorecard[0].ID != "ecoute-active" || after.Rules.Scorecard[0].Label.FR != "Écoute active" {
		t.Errorf("%+v", after.Rules)
	}
	_, err = h.EditRules(t.Context(), h.boss, h.fair.Slug, service.RulesEdit{Rules: fair.Rules{}.WithDefaults(), Rev: after.Fair.Rev - 1})
	refused(t, err, fair.Conflict, "edit.stale")
	_, err = h.EditRules(t.Context(), h.boss, h.fair.Slug, service.RulesEdit{Rules: fair.Rules{}, Rev: after.Fair.Rev})
	refused(t, err, fair.Invalid, "rules.range") // an edit is complete: nothing stands for a default
}

func TestSlotsInWavesAreNobodysBeforeTheirWave(t *testing.T) {
	h := newHouse(t)
	first, second := h.clock.Now().Add(10*time.Minute), h.clock.Now().Add(30*time.Minute)
	h.govern(func(r *fair.Rules) { r.Book.Release, r.Book.Waves = fair.ReleaseWaves, []time.Time{first, second} })
	slots := h.slots(h.demo(fair.Recruiter, 1), 12)
	candidate := h.demo(fair.Candidate, 1)
	if n := len(h.free()); n != 0 {
		t.Fatalf("%d slots are free before any wave", n)
	}
	_, err := h.book(candidate, slots[0].ID, "early")
	refused(t, err, fair.Conflict, "slot.unreleased")
	h.clock.Pass(10 * time.Minute)
	one := len(h.free())
	if one == 0 || one == 12 {
		t.Fatalf("the first wave brings %d of 12", one)
	}
	h.must(h.Sweep(t.Context()))
	h.dispatch()
	if n := len(h.free()); n != one {
		t.Errorf("the sweep changes what is free: %d, then %d", one, n)
	}
	if kept, err := h.store.Slots.DueRelease(t.Context(), h.clock.Now(), 100); err != nil || len(kept) != 0 {
		t.Errorf("%d slots are still to be told of (%v)", len(kept), err)
	}
	if _, err := h.book(candidate, h.free()[0].ID, "k"); err != nil {
		t.Errorf("a slot of the wave: %v", err)
	}
	h.clock.Pass(20 * time.Minute)
	if n := len(h.free()); n != 11 {
		t.Errorf("after the last wave %d of 11 are free", n)
	}
}

// Whoever asks at the very moment of a wave gets one answer: the filter of the
// store and the rule agree about every instant around it.
func TestFilterAndRuleAgreeAroundAWave(t *testing.T) {
	h := newHouse(t)
	wave := h.clock.Now().Add(time.Minute)
	h.govern(func(r *fair.Rules) { r.Book.Release, r.Book.Waves = fair.ReleaseWaves, []time.Time{wave} })
	slot := h.slots(h.demo(fair.Recruiter, 1), 1)[0]
	for _, at := range []time.Duration{59_999 * time.Millisecond, time.Minute, 60_001 * time.Millisecond} {
		now := opening.Add(at)
		page, _, err := h.store.Slots.List(t.Context(), h.fair.ID, fair.SlotQuery{Free: true, Page: 1, Limit: 10}, now)
		h.must(err)
		stored, err := h.store.Slots.Get(t.Context(), slot.ID)
		h.must(err)
		if stored.Claimable(now) != (len(page) == 1) || stored.Claimable(now) != (at >= time.Minute) {
			t.Errorf("%s after opening: claimable %v, listed %d", at, stored.Claimable(now), len(page))
		}
	}
}

func TestChangedRulesReachTheSlotsThatWait(t *testing.T) {
	h := newHouse(t)
	recruiter := h.demo(fair.Recruiter, 1)
	h.slots(recruiter, 4) // at once: free, and stays so
	h.govern(func(r *fair.Rules) { r.Book.Release = fair.ReleaseDraw })
	if n := len(h.free()); n != 4 {
		t.Fatalf("%d of the 4 free slots stay free", n)
	}
	h.clock.Pass(3 * time.Hour)
	h.slots(recruiter, 3)
	if n := len(h.free()); n != 0 {
		t.Fatalf("%d slots kept for a draw are free", n)
	}
	candidate := h.demo(fair.Candidate, 1)
	rules, err := h.FairRules(t.Context(), h.boss, h.fair.Slug)
	h.must(err)
	if rules.Book.Kept != 3 {
		t.Errorf("%+v", rules.Book)
	}
	page, err := h.Slots(t.Context(), recruiter, h.fair.Slug, fair.SlotQuery{From: h.clock.Now(), Limit: 10})
	h.must(err)
	_, err = h.book(candidate, page.Items[0].ID, "k")
	refused(t, err, fair.Conflict, "slot.kept")

	h.govern(func(r *fair.Rules) {
		r.Book.Release, r.Book.Waves = fair.ReleaseWaves, []time.Time{h.clock.Now().Add(time.Minute)}
	})
	if n := len(h.free()); n != 0 {
		t.Errorf("%d are free before the wave", n)
	}
	h.clock.Pass(time.Minute)
	if n := len(h.free()); n != 3 {
		t.Errorf("%d of 3 came with the wave", n)
	}
	h.govern(func(r *fair.Rules) { r.Book.Release = fair.ReleaseDraw }, true)
	if n := len(h.free()); n != 0 {
		t.Errorf("asked for all, %d free slots stay free", n)
	}
	refused(t, h.ReleaseNow(t.Context(), recruiter, h.fair.Slug), fair.Forbidden, "not.organiser")
	h.must(h.ReleaseNow(t.Context(), h.boss, h.fair.Slug))
	h.dispatch()
	if n := len(h.free()); n != 3 {
		t.Errorf("released by hand: %d of 3", n)
	}
}
