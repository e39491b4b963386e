package service

import (
	"context"
	"fmt"
	"time"

	"salon/fair"
)

// Slots lists slots of a fair by time. Visitors see no booking; recruiters see
// those of their stand with theirs.
func (s *Service) Slots(ctx context.Context, a fair.Actor, fairRef string, q fair.SlotQuery) (Page[fair.Slot], error) {
	f, err := s.Fair(ctx, a, fairRef)
	if err != nil {
		return Page[fair.Slot]{}, err
	}
	if q.Stand != "" && !q.Stand.Valid() {
		return Page[fair.Slot]{}, fair.E(fair.NotFound, "stand.unknown")
	}
	q.Page, q.Limit = paging(q.Page, q.Limit)
	list, total, err := s.Stores.Slots.List(ctx, f.ID, q, s.now())
	if err != nil {
		return Page[fair.Slot]{}, fmt.Errorf("list slots: %w", err)
	}
	for i := range list {
		if !a.Recruits(list[i].Stand) && !a.Organises(f.ID) {
			list[i] = s.withoutPeople(list[i])
		}
	}
	return Page[fair.Slot]{Items: list, Total: total}, nil
}

// NextSlots is when the first slot of each stand of a fair begins that can be booked
// now, UTC; a stand without one is not in it.
func (s *Service) NextSlots(ctx context.Context, a fair.Actor, fairID fair.ID) (map[fair.ID]time.Time, error) {
	return s.Stores.Slots.NextFree(ctx, fairID, s.now())
}

// withoutPeople is the slot as everybody may see it: when, with which stand,
// taken or not.
func (s *Service) withoutPeople(slot fair.Slot) fair.Slot {
	switch {
	case slot.Claimable(s.now()):
		slot.State = fair.SlotFree
	case slot.State == fair.SlotHeld: // without its hold it would look lapsed
		slot.State = fair.SlotBooked
	}
	slot.Hold, slot.Booking, slot.Effects = nil, nil, nil
	return slot
}

// OpenSlots makes a run of slots at a stand. Each is claimed on the
// recruiter's calendar first; those that overlap something are left out and
// counted. A recruiter opens their own or a colleague's; an organiser names
// whose. Errors: Invalid, Forbidden, Conflict when none could be made.
func (s *Service) OpenSlots(ctx context.Context, a fair.Actor, stand fair.ID, p fair.SlotPlan) (made []fair.Slot, skipped int, err error) {
	st, err := s.StandDesk(ctx, a, stand)
	if err != nil {
		return nil, 0, err
	}
	p.Start = cut(p.Start)
	if err := p.Check(s.now()); err != nil {
		return nil, 0, err
	}
	if p.Recruiter, err = s.recruiterAt(ctx, a, st.Fair, stand, p.Recruiter); err != nil {
		return nil, 0, err
	}
	f, err := s.Stores.Fairs.Get(ctx, st.Fair)
	if err != nil {
		return nil, 0, fmt.Errorf("read the fair of stand %s: %w", stand, err)
	}
	for _, t := range p.Times() {
		slot := fair.Slot{
			ID: fair.NewID(), Fair: f.ID, Stand: stand, Recruiter: p.Recruiter,
			Start: t[0], End: t[1], Channels: p.Channels, State: fair.SlotOpening,
		}
		opened, err := s.openSlot(ctx, f, slot)
		if err != nil {
			return made, skipped, err
		}
		if opened == nil {
			skipped++
			continue
		}
		made = append(made, *opened)
	}
	if len(made) == 0 {
		return nil, skipped, fair.E(fair.Conflict, "slot.overlap")
	}
	s.wake()
	return made, skipped, nil
}

// recruiterAt is whose slots are opened at a stand: the actor's when nobody is
// named. Errors: Invalid "slot.recruiter".
func (s *Service) recruiterAt(ctx context.Context, a fair.Actor, fairID, stand, named fair.ID) (fair.ID, error) {
	if named == "" {
		named = a.Account
	}
	account, err := s.Stores.Accounts.Get(ctx, named)
	if notFound(err) || err == nil && !(fair.Actor{Roles: account.Roles}).Recruits(stand) {
		return "", fair.Refuse("recruiter", "slot.recruiter")
	}
	if err == nil && named != a.Account { // mayDesk has asked for the actor
		err = s.notBarred(ctx, named, fairID)
	}
	return named, err
}

// openSlot makes one slot in three steps, like a booking: inserted as opening
// with a hold, claimed on the recruiter's calendar, opened. Nil means that the
// recruiter has something else then. Whoever dies in between leaves an opening
// slot whose hold lapses; the sweeper withdraws it, or completes one that a rule
// wants. How it is released follows from the rules of the fair.
func (s *Service) openSlot(ctx context.Context, f fair.Fair, slot fair.Slot) (*fair.Slot, error) {
	now := s.now()
	retain := f.KeepAtMost()
	if late := slot.End.Add(fair.RetainFor); late.After(retain) {
		retain = late
	}
	slot.Hold = &fair.Hold{Until: now.Add(fair.HoldTime)}
	slot.ReleaseAt, slot.Kept = f.Rules().Book.ReleaseOf(slot.Stand, slot.Start)
	if slot.ReleaseAt != nil && !slot.ReleaseAt.After(now) {
		slot.ReleaseAt = nil
	}
	slot.Meta = meta(now, retain)
	if err := s.Stores.Slots.Insert(ctx, slot); err != nil {
		return nil, fmt.Errorf("make a slot at stand %s: %w", slot.Stand, err)
	}
	if err := s.step("slot.claim"); err != nil {
		return nil, err
	}
	return s.claimOpening(ctx, slot)
}

// claimOpening takes an opening slot through its last two steps.
func (s *Service) claimOpening(ctx context.Context, slot fair.Slot) (*fair.Slot, error) {
	claimed, err := s.claim(ctx, slot.Recruiter,
		fair.Busy{ID: slot.ID, Start: slot.Start, End: slot.End, Fair: slot.Fair, Role: fair.Recruiter})
	if err != nil {
		return nil, err
	}
	if claimed {
		if err := s.step("slot.open"); err != nil {
			return nil, err
		}
		now := s.now()
		opened, ok, err := s.Stores.Slots.Open(ctx, slot.ID, now.Add(fair.HoldMargin), owe(fair.EffectNotify, "", now))
		if err != nil {
			return nil, fmt.Errorf("open slot %s: %w", slot.ID, err)
		}
		if ok {
			return &opened, nil
		}
	}
	return nil, s.undoSlot(ctx, slot)
}

// undoSlot takes back a slot and its entry in the recruiter's calendar.
func (s *Service) undoSlot(ctx context.Context, slot fair.Slot) error {
	now := s.now()
	if _, _, err := s.Stores.Slots.Withdraw(ctx, slot.ID, now); err != nil {
		return fmt.Errorf("take back slot %s: %w", slot.ID, err)
	}
	return s.settleCalendar(ctx, slot.Recruiter, slot.ID)
}

// WithdrawSlot takes a free slot back. Errors: Conflict when it is booked.
func (s *Service) WithdrawSlot(ctx context.Context, a fair.Actor, id fair.ID) error {
	slot, err := s.Stores.Slots.Get(ctx, id)
	if err != nil {
		return err
	}
	if _, err := s.StandDesk(ctx, a, slot.Stand); err != nil {
		return err
	}
	now := s.now()
	_, withdrawn, err := s.Stores.Slots.Withdraw(ctx, id, now, owe(fair.EffectNotify, "", now))
	if err != nil {
		return fmt.Errorf("withdraw slot %s: %w", id, err)
	}
	if !withdrawn {
		return fair.E(fair.Conflict, "slot.booked")
	}
	s.wake()
	return s.settleCalendar(ctx, slot.Recruiter, id)
}
