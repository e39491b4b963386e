package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"salon/fair"
)

// RulesOf is what a fair's organiser has settled, and how its slots stand.
type RulesOf struct {
	Fair  fair.Fair
	Rules fair.Rules // with the defaults
	Book  BookFigures
}

// BookFigures count the slots to come that nobody has: those that can be booked,
// those that wait for their wave, those kept for a draw.
type BookFigures struct{ Free, Waiting, Kept int }

// FairRules reads the rules of a fair. Only its organisers.
func (s *Service) FairRules(ctx context.Context, a fair.Actor, fairRef string) (RulesOf, error) {
	f, err := s.Fair(ctx, a, fairRef)
	if err != nil {
		return RulesOf{}, err
	}
	if err := mayOrganise(a, f.ID); err != nil {
		return RulesOf{}, err
	}
	return s.rulesOf(ctx, f)
}

func (s *Service) rulesOf(ctx context.Context, f fair.Fair) (RulesOf, error) {
	now := s.now()
	slots, err := s.Stores.Slots.Untaken(ctx, f.ID, now)
	if err != nil {
		return RulesOf{}, fmt.Errorf("list the untaken slots of fair %s: %w", f.ID, err)
	}
	r := RulesOf{Fair: f, Rules: f.Rules()}
	for _, slot := range slots {
		switch {
		case slot.Kept:
			r.Book.Kept++
		case !slot.Released(now):
			r.Book.Waiting++
		default:
			r.Book.Free++
		}
	}
	return r, nil
}

// What is to become of the slots that nobody has when rules change, told in the
// action of the effect.
const (
	bookUnreleased = ""     // those not released yet follow the new rules; what is free stays free
	bookAll        = "all"  // those that are free follow them too
	bookFree       = "free" // all are released now, whatever the rules
)

// RulesEdit is the rules as they shall be, complete.
type RulesEdit struct {
	Rules fair.Rules
	// All applies a changed release to slots that are free already; otherwise what
	// people can book now stays bookable.
	All bool
	Rev int64 // the rev the edit was made on; another one: Conflict "edit.stale"
}

// EditRules settles the rules of a fair. Only its organisers. While a draw is
// running its release cannot be changed. Errors: Invalid; Conflict "edit.stale",
// "draw.running".
func (s *Service) EditRules(ctx context.Context, a fair.Actor, fairRef string, e RulesEdit) (RulesOf, error) {
	f, err := s.Fair(ctx, a, fairRef)
	if err != nil {
		return RulesOf{}, err
	}
	if err := mayOrganise(a, f.ID); err != nil {
		return RulesOf{}, err
	}
	if err := cleanRules(&e.Rules); err != nil {
		return RulesOf{}, err
	}
	was, now := f.Rules().Book, s.now()
	effects := []fair.Effect{oweAudit("fair.rules", a.Account, "", now)}
	if e.Rules.Book.Release != was.Release || !slices.EqualFunc(e.Rules.Book.Waves, was.Waves, time.Time.Equal) || e.All {
		if err := s.noDrawRuns(ctx, f.ID); err != nil {
			return RulesOf{}, err
		}
		follow := owe(fair.EffectBook, "", now)
		if e.All {
			follow.Action = bookAll
		}
		effects = append(effects, follow)
	}
	f.Settled, f.Rev = e.Rules.Settle(), e.Rev
	if f, err = s.Stores.Fairs.SaveRules(ctx, f, effects...); err != nil {
		return RulesOf{}, fmt.Errorf("settle the rules of fair %s: %w", f.ID, err)
	}
	s.wake()
	return s.rulesOf(ctx, f)
}

// cleanRules tidies and checks rules as they come from outside.
func cleanRules(r *fair.Rules) error {
	for i, c := range r.Scorecard {
		label := fair.Text{FR: fair.CleanLine(c.Label.FR), EN: fair.CleanLine(c.Label.EN)}
		if c.ID == "" {
			c.ID = fair.Slug(label.FR, 40)
		}
		r.Scorecard[i] = fair.Criterion{ID: c.ID, Label: label}
	}
	if r.Book.Release != fair.ReleaseWaves {
		r.Book.Waves = nil
	}
	for i, wave := range r.Book.Waves {
		r.Book.Waves[i] = cut(wave)
	}
	return r.Check()
}

// ReleaseNow makes every slot of a fair that nobody has bookable now: what waits
// for a wave, what was kept for a draw. Only its organisers. Errors: Conflict
// "draw.running".
func (s *Service) ReleaseNow(ctx context.Context, a fair.Actor, fairRef string) error {
	f, err := s.Fair(ctx, a, fairRef)
	if err != nil {
		return err
	}
	if err := mayOrganise(a, f.ID); err != nil {
		return err
	}
	if err := s.noDrawRuns(ctx, f.ID); err != nil {
		return err
	}
	now := s.now()
	follow := owe(fair.EffectBook, "", now)
	follow.Action = bookFree
	if err := s.Stores.Fairs.Owe(ctx, f.ID, follow, oweAudit("slots.released", a.Account, "", now)); err != nil {
		return fmt.Errorf("release the slots of fair %s: %w", f.ID, err)
	}
	s.wake()
	return nil
}

// noDrawRuns refuses while a draw counts on the slots that are kept for it.
func (s *Service) noDrawRuns(ctx context.Context, fairID fair.ID) error {
	draws, err := s.Stores.Draws.List(ctx, fairID)
	if err != nil {
		return fmt.Errorf("list the draws of fair %s: %w", fairID, err)
	}
	if slices.ContainsFunc(draws, func(d fair.Draw) bool { return d.Running }) {
		return fair.E(fair.Conflict, "draw.running")
	}
	return nil
}

// deliverFair pays what a fair owes.
func (s *Service) deliverFair(ctx context.Context, id fair.ID, e fair.Effect) error {
	if e.Kind == fair.EffectAudit {
		return s.record(ctx, e, id, id)
	}
	f, err := s.Stores.Fairs.Get(ctx, id)
	if err != nil {
		return err
	}
	return s.followRules(ctx, f, e.Action)
}

// releasedTogether is how many slots are released at the same time: the store
// commits what arrives together at once.
const releasedTogether = 8

// followRules makes the slots nobody has follow the rules of the fair, as the
// action says. Doing it again changes nothing.
func (s *Service) followRules(ctx context.Context, f fair.Fair, action string) error {
	read := s.Stores.Slots.Unreleased
	if action == bookAll {
		read = s.Stores.Slots.Untaken
	}
	now := s.now()
	slots, err := read(ctx, f.ID, now)
	if err != nil {
		return fmt.Errorf("list the slots of fair %s: %w", f.ID, err)
	}
	book := f.Rules().Book
	return s.eachSlot(ctx, slots, func(ctx context.Context, slot fair.Slot) error {
		at, kept := book.ReleaseOf(slot.Stand, slot.Start)
		if action == bookFree || at != nil && !at.After(now) {
			at, kept = nil, kept && action != bookFree
		}
		return s.setRelease(ctx, slot.ID, at, kept)
	})
}

// setRelease writes how one slot is released, and tells the screens.
func (s *Service) setRelease(ctx context.Context, slot fair.ID, at *time.Time, kept bool) error {
	if err := s.step("release"); err != nil {
		return err
	}
	if _, err := s.Stores.Slots.SetRelease(ctx, slot, at, kept, owe(fair.EffectNotify, "", s.now())); err != nil {
		return fmt.Errorf("release slot %s: %w", slot, err)
	}
	return nil
}

// eachSlot does something for every slot, a few at a time; all are tried.
func (s *Service) eachSlot(ctx context.Context, slots []fair.Slot, do func(context.Context, fair.Slot) error) error {
	failed := make([]error, len(slots))
	var group errgroup.Group
	group.SetLimit(releasedTogether)
	for i, slot := range slots {
		group.Go(func() error { failed[i] = do(ctx, slot); return nil })
	}
	_ = group.Wait() // each error is kept at its place
	s.wake()
	return errors.Join(failed...)
}

// releaseDue tells the screens of slots whose wave has come. It decides nothing:
// by the clock they can be booked already.
func (s *Service) releaseDue(ctx context.Context) error {
	slots, err := s.Stores.Slots.DueRelease(ctx, s.now(), sweepBatch)
	if err != nil || len(slots) == 0 {
		return err
	}
	return s.eachSlot(ctx, slots, func(ctx context.Context, slot fair.Slot) error {
		return s.setRelease(ctx, slot.ID, nil, false)
	})
}
