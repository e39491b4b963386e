package service

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// extraUntil is when an appointment of somebody on a slot should end: with the
// slot, or later for who needs extra time.
func (s *Service) extraUntil(ctx context.Context, candidate fair.ID, slot fair.Slot) (time.Time, error) {
	account, err := s.Stores.Accounts.Get(ctx, candidate)
	if err != nil && !notFound(err) {
		return slot.End, fmt.Errorf("read what the candidate needs: %w", err)
	}
	return slot.End.Add(account.Profile.Needs.Extra(slot.End.Sub(slot.Start))), nil
}

// lengthen takes the extra time that the candidate of a booking about to be made
// needs. A short one is made also where there is less of it, or none. Errors:
// *SlotTaken "booking.extra", "booking.noextra" with other slots where there is.
func (s *Service) lengthen(ctx context.Context, slot fair.Slot, b *fair.Booking, short bool) error {
	until, err := s.extraUntil(ctx, b.Candidate, slot)
	if err != nil || until.Equal(slot.End) {
		return err
	}
	if b.Extra, err = s.reserve(ctx, slot, *b, until); err != nil {
		return err
	}
	if short || b.Extra != nil && b.Extra.Until.Equal(until) {
		return nil
	}
	s.unheld(ctx, s.oweExtra(slot.ID, b))
	return s.noExtra(ctx, slot, b.Candidate)
}

// reserve takes the time after a slot for the appointment on it, until a time or as
// far as nothing is in the way; nil: something follows at once. In two steps:
//
//  1. hold: the recruiter's slots that begin in it are held, and owe a reason;
//  2. claim: the calendars of both take it.
//
// Doing it again finds what it has. What is held, or claimed, without a booking
// that says so is given up by the dispatcher, or by whoever finds it in the way.
func (s *Service) reserve(ctx context.Context, slot fair.Slot, b fair.Booking, until time.Time) (*fair.Extra, error) {
	for range 3 {
		if err := s.step("extra.hold"); err != nil {
			return nil, err
		}
		extra, err := s.holdExtra(ctx, slot, b, until)
		if err != nil || !extra.Until.After(slot.End) {
			return nil, err
		}
		if err := s.step("extra.claim"); err != nil {
			return nil, err
		}
		if claimed, err := s.claimExtra(ctx, slot, b, extra); err != nil || claimed {
			return &extra, err
		}
	}
	return nil, nil // the calendars move
}

// holdExtra is step 1: it says how far nothing is in the way.
func (s *Service) holdExtra(ctx context.Context, slot fair.Slot, b fair.Booking, until time.Time) (fair.Extra, error) {
	extra := fair.Extra{Until: until}
	for _, person := range []fair.ID{b.Candidate, slot.Recruiter} {
		p, err := s.Stores.Persons.Get(ctx, person)
		if err != nil {
			return extra, fmt.Errorf("read the calendar of %s: %w", person, err)
		}
		slices.SortFunc(p.Busy, byStart)
		for _, e := range p.Busy {
			if e.ID == slot.ID || !e.Overlaps(slot.End, extra.Until) || person == b.Candidate && e.ID == b.From {
				continue
			}
			held := false
			if person == slot.Recruiter {
				if held, err = s.holdBeyond(ctx, slot, b, e); err != nil {
					return extra, err
				}
			}
			if held {
				extra.Slots = append(extra.Slots, e.ID)
				continue
			}
			backed, err := s.backed(ctx, person, e)
			if err == nil && !backed {
				_, err = s.Stores.Persons.Drop(ctx, person, e, p.Rev)
			}
			if err != nil {
				return extra, err
			}
			if backed {
				extra.Until = e.Start
			}
		}
	}
	return extra, nil
}

// holdBeyond holds a slot for what an appointment takes beyond its own. Others see
// it taken.
func (s *Service) holdBeyond(ctx context.Context, slot fair.Slot, b fair.Booking, e fair.Busy) (bool, error) {
	now := s.now()
	hold := fair.Hold{Candidate: b.Candidate, Key: fair.ExtraKey(slot.ID, b.ID), Until: e.End}
	reason := owe(fair.EffectHeld, b.Candidate, now)
	reason.Key = hold.Key
	_, held, err := s.Stores.Slots.Hold(ctx, e.ID, hold, now, reason, owe(fair.EffectNotify, "", now))
	if err != nil {
		return false, fmt.Errorf("hold slot %s beyond slot %s: %w", e.ID, slot.ID, err)
	}
	return held, nil
}

// claimExtra is step 2. False means that a calendar has moved.
func (s *Service) claimExtra(ctx context.Context, slot fair.Slot, b fair.Booking, extra fair.Extra) (bool, error) {
	beside := append([]fair.ID{slot.ID}, extra.Slots...)
	if b.From != "" {
		beside = append(beside, b.From)
	}
	entry := fair.Busy{ID: slot.ID, Start: slot.End, End: extra.Until, Fair: slot.Fair, Role: fair.Recruiter}
	_, claimed, err := s.Stores.Persons.Claim(ctx, slot.Recruiter, entry, beside...)
	if err == nil && claimed {
		entry.Role = fair.Candidate
		_, claimed, err = s.Stores.Persons.Claim(ctx, b.Candidate, entry, beside...)
	}
	return claimed, about(err, "claim the time after slot %s", slot.ID)
}

// oweExtra gives up what is held beyond a slot for a booking, but for some.
func (s *Service) oweExtra(slot fair.ID, b *fair.Booking, but ...fair.ID) (effects []fair.Effect) {
	if b == nil || b.Extra == nil {
		return nil
	}
	for _, id := range b.Extra.Slots {
		if !slices.Contains(but, id) {
			e := owe(fair.EffectUnhold, b.Candidate, s.now())
			e.Slot, e.Key = id, fair.ExtraKey(slot, b.ID)
			effects = append(effects, e)
		}
	}
	return effects
}

// unheld does at once what oweExtra owes; the effect does it again if that fails.
func (s *Service) unheld(ctx context.Context, effects []fair.Effect) {
	for _, e := range effects {
		if err := s.unhold(ctx, e.Slot, e.Key); err != nil && !notFound(err) {
			s.Log.WarnContext(ctx, "what an appointment took beyond its slot is not free yet", "slot", e.Slot, "err", err)
		}
	}
}

// extraReason gives up what is held beyond a slot whose booking does not say so.
func (s *Service) extraReason(ctx context.Context, held fair.Slot, e fair.Effect) error {
	of, booking, _ := fair.ExtraOf(e.Key)
	slot, err := s.Stores.Slots.Get(ctx, of)
	if err != nil && !notFound(err) {
		return err
	}
	if b := slot.Booking; b != nil && b.ID == booking && b.Extra != nil {
		if b.Extra.Open {
			return errElsewhere // it is being taken
		}
		if slices.Contains(b.Extra.Slots, held.ID) {
			return nil
		}
	}
	if s.now().Sub(e.At) < fair.HoldTime+time.Second {
		return errElsewhere
	}
	return s.unhold(ctx, held.ID, e.Key)
}

// roomLooked is how many free slots of a stand are looked at for extra time.
const roomLooked = 200

// noExtra refuses with the free slots of the stand after which there is room, those
// nearest to the slot that was wanted.
func (s *Service) noExtra(ctx context.Context, slot fair.Slot, candidate fair.ID) error {
	q := fair.SlotQuery{Stand: slot.Stand, Free: true, Page: 1, Limit: roomLooked}
	free, _, err := s.Stores.Slots.List(ctx, slot.Fair, q, s.now())
	if err == nil {
		free, err = s.roomy(ctx, candidate, free)
	}
	if err != nil {
		return fmt.Errorf("list the free slots with room after them: %w", err)
	}
	if len(free) == 0 {
		return fair.E(fair.Conflict, "booking.noextra")
	}
	f, err := s.Stores.Fairs.Get(ctx, slot.Fair)
	if err != nil {
		return fmt.Errorf("read the fair of slot %s: %w", slot.ID, err)
	}
	slices.SortStableFunc(free, func(a, b fair.Slot) int {
		return cmp.Compare(a.Start.Sub(slot.Start).Abs(), b.Start.Sub(slot.Start).Abs())
	})
	free = free[:min(len(free), nextSlots)]
	slices.SortFunc(free, func(a, b fair.Slot) int { return a.Start.Compare(b.Start) })
	for i := range free {
		free[i] = s.withoutPeople(free[i])
	}
	return &SlotTaken{Err: fair.E(fair.Conflict, "booking.extra"), Next: free, Zone: f.Location()}
}

// Roomy leaves of free slots those after which there is the extra time that the
// actor needs. It decides nothing: a booking asks the calendars itself.
func (s *Service) Roomy(ctx context.Context, a fair.Actor, free []fair.Slot) ([]fair.Slot, error) {
	if err := signedIn(a); err != nil {
		return nil, err
	}
	return s.roomy(ctx, a.Account, free)
}

// roomy leaves of free slots those after which there is the extra time that a
// candidate needs.
func (s *Service) roomy(ctx context.Context, candidate fair.ID, free []fair.Slot) ([]fair.Slot, error) {
	account, err := s.Stores.Accounts.Get(ctx, candidate)
	if err != nil {
		return nil, fmt.Errorf("read what the candidate needs: %w", err)
	}
	needs := account.Profile.Needs
	if !needs.ExtraTime {
		return free, nil
	}
	people, open := []fair.ID{candidate}, map[fair.ID]bool{}
	for _, slot := range free {
		people, open[slot.ID] = append(people, slot.Recruiter), true
	}
	slices.Sort(people)
	persons, err := s.Stores.Persons.Calendars(ctx, slices.Compact(people))
	if err != nil {
		return nil, fmt.Errorf("read the calendars around free slots: %w", err)
	}
	busy := map[fair.ID][]fair.Busy{}
	for _, p := range persons {
		busy[p.ID] = p.Busy
	}
	return slices.DeleteFunc(slices.Clone(free), func(slot fair.Slot) bool {
		until := slot.End.Add(needs.Extra(slot.End.Sub(slot.Start)))
		inTheWay := func(b fair.Busy) bool { return b.ID != slot.ID && !open[b.ID] && b.Overlaps(slot.End, until) }
		return slices.ContainsFunc(busy[slot.Recruiter], inTheWay) || slices.ContainsFunc(busy[candidate], inTheWay)
	}), nil
}

// needsChanged has the appointments of somebody follow what they need now.
func (s *Service) needsChanged(ctx context.Context, candidate fair.ID) error {
	list, err := s.Stores.Interviews.Of(ctx, candidate, fair.Candidate, s.now(), time.Time{}, erasedAtOnce)
	if err != nil {
		return fmt.Errorf("list the interviews of %s: %w", candidate, err)
	}
	return each(list, func(i fair.Interview) error {
		if i.State != fair.InterviewBooked || i.Slot == "" {
			return nil
		}
		return s.tendExtra(ctx, i.Slot)
	})
}

// tendExtra brings what an appointment to come takes beyond its slot to what its
// candidate needs now, as far as nothing is in the way:
//
//  1. intent: the booking says until when, and owes that it is taken;
//  2. hold and claim, as for a booking (see reserve);
//  3. extra: the booking says what was taken, and owes that the rest is given up;
//  4. interview: it ends then.
//
// Whoever dies in between leaves an intent, which the dispatcher completes.
func (s *Service) tendExtra(ctx context.Context, id fair.ID) error {
	slot, err := s.Stores.Slots.Get(ctx, id)
	if err != nil || slot.Booking == nil || !slot.Start.After(s.now()) {
		return err
	}
	until, err := s.extraUntil(ctx, slot.Booking.Candidate, slot)
	if err != nil {
		return err
	}
	was := slot.Booking.Extra
	var taken *fair.Extra
	if until.After(slot.End) {
		if was != nil && was.Until.Equal(until) && !was.Open {
			return s.follow(ctx, slot)
		}
		intent := fair.Extra{Until: until, Open: true}
		if was != nil {
			intent.Slots = was.Slots
		}
		begun, ok, err := s.Stores.Slots.SetExtra(ctx, id, slot.Booking.ID, was, &intent, owe(fair.EffectExtra, "", s.now()))
		if err != nil || !ok {
			return about(err, "lengthen the appointment on slot %s", id)
		}
		slot, was = begun, &intent
		if taken, err = s.reserve(ctx, slot, *slot.Booking, until); err != nil {
			return err
		}
	}
	if err := s.step("extra.take"); err != nil {
		return err
	}
	if was == nil {
		return s.follow(ctx, slot)
	}
	var kept []fair.ID
	if taken != nil {
		kept = taken.Slots
	}
	rest := s.oweExtra(id, slot.Booking, kept...)
	after, ok, err := s.Stores.Slots.SetExtra(ctx, id, slot.Booking.ID, was, taken, append(rest, owe(fair.EffectExtra, "", s.now()))...)
	if err != nil || !ok {
		return about(err, "lengthen the appointment on slot %s", id)
	}
	s.unheld(ctx, rest)
	if err := s.settleBoth(ctx, slot, slot.Booking.Candidate); err != nil {
		return err
	}
	s.wake()
	return s.follow(ctx, after)
}
