package service

import (
	"context"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// The measures of weekly availability.
const (
	maxSlotRules = 20        // of one stand
	tendEvery    = time.Hour // a rule is looked after this often, so that its slots roll on
	tendPatience = 3 * time.Second
	tendBatch    = 20
	previewShown = 60 // slots that a preview lists
)

// SlotRules lists the weekly availabilities of a stand. Only those of its desk.
func (s *Service) SlotRules(ctx context.Context, a fair.Actor, stand fair.ID) ([]fair.SlotRule, error) {
	if _, err := s.StandDesk(ctx, a, stand); err != nil {
		return nil, err
	}
	return s.Stores.SlotRules.OfStand(ctx, stand)
}

// RulePreview is what a rule would make: the first slots, and how many in all.
type RulePreview struct {
	Times [][2]time.Time
	Total int
	Until time.Time // as far ahead as slots are made now
}

// PreviewSlotRule says what a rule would make, and makes nothing.
func (s *Service) PreviewSlotRule(ctx context.Context, a fair.Actor, stand fair.ID, r fair.SlotRule) (RulePreview, error) {
	st, err := s.StandDesk(ctx, a, stand)
	if err != nil {
		return RulePreview{}, err
	}
	if err := r.Check(); err != nil {
		return RulePreview{}, err
	}
	f, err := s.Stores.Fairs.Get(ctx, st.Fair)
	if err != nil {
		return RulePreview{}, fmt.Errorf("read the fair of stand %s: %w", stand, err)
	}
	from, to := f.Ahead(s.now())
	times := r.Times(f.Location(), from, to)
	return RulePreview{Times: times[:min(len(times), previewShown)], Total: len(times), Until: to}, nil
}

// CreateSlotRule keeps a weekly availability and makes its first slots. A
// recruiter makes their own or a colleague's; an organiser names whose.
func (s *Service) CreateSlotRule(ctx context.Context, a fair.Actor, stand fair.ID, r fair.SlotRule) (fair.SlotRule, error) {
	st, err := s.StandDesk(ctx, a, stand)
	if err != nil {
		return r, err
	}
	if err := r.Check(); err != nil {
		return r, err
	}
	if r.Recruiter, err = s.recruiterAt(ctx, a, st.Fair, stand, r.Recruiter); err != nil {
		return r, err
	}
	there, err := s.Stores.SlotRules.OfStand(ctx, stand)
	if err != nil {
		return r, err
	}
	if len(there) >= maxSlotRules {
		return r, fair.E(fair.Conflict, "slotrule.many")
	}
	f, err := s.Stores.Fairs.Get(ctx, st.Fair)
	if err != nil {
		return r, fmt.Errorf("read the fair of stand %s: %w", stand, err)
	}
	now := s.now()
	r.ID, r.Fair, r.Stand, r.Edition, r.DueAt = fair.NewID(), st.Fair, stand, 1, now
	r.Skips, r.Ended, r.Meta = nil, false, meta(now, f.KeepAtMost())
	if err := s.Stores.SlotRules.Insert(ctx, r); err != nil {
		return r, fmt.Errorf("keep a rule of stand %s: %w", stand, err)
	}
	return r, s.tendAtOnce(ctx, r)
}

// EditSlotRule changes a weekly availability. The slots it has made that nobody
// has booked are withdrawn and made anew; booked ones stay. What was taken back
// by hand does not come back.
func (s *Service) EditSlotRule(ctx context.Context, a fair.Actor, id fair.ID, e fair.SlotRule) (fair.SlotRule, error) {
	r, err := s.slotRuleDesk(ctx, a, id)
	if err != nil {
		return r, err
	}
	if err := e.Check(); err != nil {
		return r, err
	}
	r.Days, r.From, r.To, r.Since, r.Until = e.Days, e.From, e.To, e.Since, e.Until
	r.Duration, r.Buffer, r.Channels, r.Rev = e.Duration, e.Buffer, e.Channels, e.Rev
	return s.saveSlotRule(ctx, r)
}

// DeleteSlotRule ends a weekly availability and withdraws the slots it has made
// that nobody has booked. Deleting it again succeeds again.
func (s *Service) DeleteSlotRule(ctx context.Context, a fair.Actor, id fair.ID) error {
	r, err := s.slotRuleDesk(ctx, a, id)
	if notFound(err) && r.Ended {
		return nil
	}
	if err != nil {
		return err
	}
	r.Ended = true
	_, err = s.saveSlotRule(ctx, r)
	return err
}

// saveSlotRule begins a new edition of a rule and has its slots follow.
func (s *Service) saveSlotRule(ctx context.Context, r fair.SlotRule) (fair.SlotRule, error) {
	now := s.now()
	made, err := s.Stores.Slots.OfRule(ctx, r.ID, now)
	if err != nil {
		return r, fmt.Errorf("list the slots of rule %s: %w", r.ID, err)
	}
	r.Skips = slices.DeleteFunc(r.Skips, func(at time.Time) bool { return !at.After(now) })
	for _, slot := range made {
		if slot.Edition == r.Edition && slot.State == fair.SlotWithdrawn && !slices.ContainsFunc(r.Skips, slot.Start.Equal) {
			r.Skips = append(r.Skips, slot.Start)
		}
	}
	r.Edition++
	r.DueAt = now
	if r, err = s.Stores.SlotRules.Save(ctx, r); err != nil {
		return r, fmt.Errorf("change rule %s: %w", r.ID, err)
	}
	return r, s.tendAtOnce(ctx, r)
}

// tendAtOnce has a rule's slots made while somebody waits. What does not fit into
// that time is made by the sweeper: the rule is due until it was tended.
func (s *Service) tendAtOnce(ctx context.Context, r fair.SlotRule) error {
	short, cancel := context.WithTimeout(ctx, tendPatience)
	defer cancel()
	if err := s.tendRule(short, r); err != nil && (ctx.Err() != nil || short.Err() == nil) {
		return err
	}
	return nil
}

// slotRuleDesk finds a rule for those of its stand's desk. An ended one is
// NotFound, and is returned all the same.
func (s *Service) slotRuleDesk(ctx context.Context, a fair.Actor, id fair.ID) (fair.SlotRule, error) {
	if err := signedIn(a); err != nil {
		return fair.SlotRule{}, err
	}
	r, err := s.Stores.SlotRules.Get(ctx, id)
	if err != nil {
		return r, err
	}
	if _, err := s.StandDesk(ctx, a, r.Stand); err != nil {
		return fair.SlotRule{}, err
	}
	if r.Ended {
		return r, fair.E(fair.NotFound, "slotrule.unknown")
	}
	return r, nil
}

// tendRules looks after the rules that are due: their slots roll on.
func (s *Service) tendRules(ctx context.Context) error {
	due, err := s.Stores.SlotRules.Due(ctx, s.now(), tendBatch)
	if err != nil {
		return fmt.Errorf("list the slot rules that are due: %w", err)
	}
	return each(due, func(r fair.SlotRule) error { return s.tendRule(ctx, r) })
}

// tendRule makes the slots of a rule be there: those of earlier editions that
// nobody has booked go, those that are missing are made. It may run twice at
// once and stop anywhere: every slot has an id of its own, and who comes next
// goes on. A rule edited meanwhile is tended again, so that nothing of an
// earlier edition stays.
func (s *Service) tendRule(ctx context.Context, r fair.SlotRule) error {
	for range 3 {
		f, err := s.Stores.Fairs.Get(ctx, r.Fair)
		if err != nil {
			return fmt.Errorf("read the fair of rule %s: %w", r.ID, err)
		}
		now := s.now()
		made, err := s.Stores.Slots.OfRule(ctx, r.ID, now)
		if err != nil {
			return fmt.Errorf("list the slots of rule %s: %w", r.ID, err)
		}
		if err := s.withdrawFormer(ctx, r, made); err != nil {
			return err
		}
		if err := s.makeMissing(ctx, f, r, made); err != nil {
			return err
		}
		if err := s.step("rule.tended"); err != nil {
			return err
		}
		still, err := s.Stores.SlotRules.Tended(ctx, r.ID, r.Edition, now.Add(tendEvery))
		if err != nil {
			return fmt.Errorf("note that rule %s was tended: %w", r.ID, err)
		}
		s.wake()
		if still {
			return nil
		}
		if r, err = s.Stores.SlotRules.Get(ctx, r.ID); err != nil {
			return err
		}
	}
	return nil // somebody edits it again and again, and tends it
}

// withdrawFormer takes back what earlier editions have made and nobody has: one
// by one, because they leave one calendar.
func (s *Service) withdrawFormer(ctx context.Context, r fair.SlotRule, made []fair.Slot) error {
	for _, slot := range made {
		if slot.Edition == r.Edition && !r.Ended || slot.State == fair.SlotWithdrawn || slot.State == fair.SlotBooked {
			continue
		}
		if err := s.step("rule.withdraw"); err != nil {
			return err
		}
		now := s.now()
		_, withdrawn, err := s.Stores.Slots.Withdraw(ctx, slot.ID, now, owe(fair.EffectNotify, "", now))
		if err != nil {
			return fmt.Errorf("withdraw slot %s: %w", slot.ID, err)
		}
		if !withdrawn {
			continue // somebody books it at this moment: theirs
		}
		if err := s.settleCalendar(ctx, slot.Recruiter, slot.ID); err != nil {
			return err
		}
	}
	return nil
}

// makeMissing makes the slots of a rule that are not there yet. One whose time
// is taken is left out for good: it is there, withdrawn.
func (s *Service) makeMissing(ctx context.Context, f fair.Fair, r fair.SlotRule, made []fair.Slot) error {
	if r.Ended {
		return nil
	}
	there := make(map[fair.ID]fair.Slot, len(made))
	for _, slot := range made {
		there[slot.ID] = slot
	}
	var missing []fair.Slot
	from, to := f.Ahead(s.now())
	for _, at := range r.Times(f.Location(), from, to) {
		slot, found := there[r.SlotID(at[0])]
		if !found {
			slot = fair.Slot{
				ID: r.SlotID(at[0]), Fair: r.Fair, Stand: r.Stand, Recruiter: r.Recruiter, Start: at[0], End: at[1],
				Channels: r.Channels, State: fair.SlotOpening, Rule: r.ID, Edition: r.Edition,
			}
		}
		if slot.State == fair.SlotOpening && slot.Start.After(s.now()) {
			missing = append(missing, slot)
		}
	}
	return s.eachSlot(ctx, missing, func(ctx context.Context, slot fair.Slot) error {
		if slot.Rev > 0 {
			return s.resumeSlot(ctx, slot)
		}
		_, err := s.openSlot(ctx, f, slot)
		if fair.KindOf(err) == fair.Conflict {
			return nil // another node makes it
		}
		return err
	})
}

// resumeSlot completes the opening of a rule's slot whose maker died, or undoes
// it where the rule wants it no more.
func (s *Service) resumeSlot(ctx context.Context, slot fair.Slot) error {
	now := s.now()
	if slot.Hold == nil || !slot.Hold.Lapsed(now) {
		return nil // its maker lives
	}
	r, err := s.Stores.SlotRules.Get(ctx, slot.Rule)
	if err != nil && !notFound(err) {
		return fmt.Errorf("read the rule of slot %s: %w", slot.ID, err)
	}
	if err != nil || r.Ended || r.Edition != slot.Edition || !slot.Start.After(now) {
		return s.undoSlot(ctx, slot)
	}
	slot, mine, err := s.Stores.Slots.Reopen(ctx, slot.ID, slot.Hold.Until, fair.Hold{Until: now.Add(fair.HoldTime)})
	if err != nil {
		return fmt.Errorf("open slot %s again: %w", slot.ID, err)
	}
	if !mine {
		return nil
	}
	_, err = s.claimOpening(ctx, slot)
	return err
}
