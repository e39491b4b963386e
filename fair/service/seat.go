package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// How a sweep looks for seats to offer.
const (
	seatsLooked  = 20  // free slots of one stand
	waiters      = 100 // people of one stand's waiting list
	offerTries   = 10  // people who left the list in the very moment
	nextStandbys = 20  // read at once
)

// seatOf is what a slot asks of a candidate's calendar.
func seatOf(f fair.Fair, slot fair.Slot, instead fair.ID) fair.SeatClaim {
	rules := f.Rules().Book
	return fair.SeatClaim{
		Busy: fair.Busy{ID: slot.ID, Start: slot.Start, End: slot.End, Fair: slot.Fair, Role: fair.Candidate, Stand: slot.Stand},
		Caps: fair.Caps{Fair: rules.CapFair, Stand: rules.CapStand}, Instead: instead,
	}
}

// SeatLeft says what keeps the actor from one more appointment at a stand: nil,
// or a Conflict "booking.capstand" or "booking.capfair". It decides nothing: a
// booking asks the calendar itself.
func (s *Service) SeatLeft(ctx context.Context, a fair.Actor, f fair.Fair, stand fair.ID) error {
	p, err := s.Stores.Persons.Get(ctx, a.Account)
	if err != nil {
		return fmt.Errorf("read the calendar of %s: %w", a.Account, err)
	}
	return p.Full(seatOf(f, fair.Slot{Fair: f.ID, Stand: stand}, ""))
}

// keepSeat is the hold that keeps a slot about to be freed for the waiting list
// of its stand, so that nobody else takes it before it is offered; nil when
// nobody waits.
func (s *Service) keepSeat(ctx context.Context, slot fair.ID) *fair.Hold {
	sl, err := s.Stores.Slots.Get(ctx, slot)
	if err != nil {
		return nil
	}
	waiting, err := s.Stores.Standbys.Next(ctx, sl, 1)
	if err != nil || len(waiting) == 0 {
		return nil
	}
	return &fair.Hold{Key: fair.SeatKey, Until: s.now().Add(fair.HoldTime)}
}

// offerSeat offers a slot that nobody has to the first of the waiting list whom
// it can be given, in two steps:
//
//  1. hold: the slot is held for that person as long as the offer lasts, and owes
//     a reason for it;
//  2. offer: the standby goes from waiting to offered, and owes the mail.
//
// A slot has one hold and a standby one offer, so a seat is offered to one person
// and a person one seat. Whoever dies in between leaves a hold without a reason:
// the dispatcher offers the seat anew (see seatReason). Where nobody waits, a
// hold that counts for nothing is given up. Doing it again changes nothing.
func (s *Service) offerSeat(ctx context.Context, id fair.ID) error {
	for range offerTries {
		slot, err := s.Stores.Slots.Get(ctx, id)
		if err != nil {
			return err
		}
		stale, open, err := s.seatOpen(ctx, slot)
		if err != nil || !open {
			return err
		}
		f, err := s.Stores.Fairs.Get(ctx, slot.Fair)
		if err != nil {
			return fmt.Errorf("read the fair of slot %s: %w", id, err)
		}
		now := s.now()
		until, enough := fair.OfferUntil(slot.Start, now, f.Rules().Book.OfferTime)
		var next fair.Standby
		if enough {
			if next, enough, err = s.nextStandby(ctx, f, slot); err != nil {
				return err
			}
		}
		if !enough {
			if stale == nil {
				return nil
			}
			return s.Stores.Slots.Unhold(ctx, id, *stale, owe(fair.EffectNotify, "", now))
		}
		if offered, err := s.offerTo(ctx, slot, stale, next, until); err != nil || offered {
			return err
		}
	}
	return nil // the list moves: the sweeper looks again
}

// offerTo walks the two steps. False means that slot or list have moved.
func (s *Service) offerTo(ctx context.Context, slot fair.Slot, stale *fair.Hold, next fair.Standby, until time.Time) (bool, error) {
	if err := s.step("seat.hold"); err != nil {
		return false, err
	}
	began := s.now()
	hold := fair.Hold{Candidate: next.Candidate, Key: next.Key(), Until: until}
	reason := owe(fair.EffectHeld, next.Candidate, began)
	reason.Key = hold.Key
	var held bool
	var err error
	if stale != nil {
		_, held, err = s.Stores.Slots.Pass(ctx, slot.ID, *stale, hold, began, reason, owe(fair.EffectNotify, "", began))
	} else {
		_, held, err = s.Stores.Slots.Hold(ctx, slot.ID, hold, began, reason, owe(fair.EffectNotify, "", began))
	}
	if err != nil {
		return false, fmt.Errorf("hold slot %s for standby %s: %w", slot.ID, next.ID, err)
	}
	if !held {
		return false, nil
	}
	if err := s.step("seat.offer"); err != nil {
		return false, err
	}
	now := s.now()
	if now.Sub(began) > fair.HoldTime-fair.HoldMargin {
		return true, nil // too slow: the reason that the hold owes is asked by now
	}
	seat := fair.SeatOffer{Slot: slot.ID, Start: slot.Start, End: slot.End, Channels: slot.Channels, Until: until}
	_, offered, err := s.Stores.Standbys.Offer(ctx, next.ID, seat,
		owe(fair.EffectMailSeat, next.Candidate, now), owe(fair.EffectPushSeat, next.Candidate, now), owe(fair.EffectNotify, "", now))
	if err != nil {
		return false, fmt.Errorf("offer slot %s to standby %s: %w", slot.ID, next.ID, err)
	}
	s.wake()
	return offered, nil
}

// seatOpen reports whether a slot may be offered: it is free, or held by a hold
// that counts for nothing, which it answers.
func (s *Service) seatOpen(ctx context.Context, slot fair.Slot) (stale *fair.Hold, open bool, err error) {
	if slot.State == fair.SlotFree {
		return nil, slot.Claimable(s.now()), nil
	}
	if slot.State != fair.SlotHeld || slot.Hold == nil {
		return nil, false, nil
	}
	if slot.Hold.Lapsed(s.now()) || slot.Hold.Key == fair.SeatKey && slot.Hold.Candidate == "" {
		return slot.Hold, true, nil
	}
	id, ok := fair.StandbyOf(slot.Hold.Key)
	if !ok {
		return nil, false, nil
	}
	b, err := s.Stores.Standbys.Get(ctx, id)
	if err != nil && !notFound(err) {
		return nil, false, fmt.Errorf("read standby %s of a hold: %w", id, err)
	}
	if err == nil && (b.Offered(slot.ID) || b.State == fair.StandbyWaiting && b.Candidate == slot.Hold.Candidate && s.offering(slot, b)) {
		return nil, false, nil
	}
	return slot.Hold, true, nil
}

// offering reports whether somebody may be between the two steps of an offer: the
// hold is there, and the reason it owes is not due.
func (s *Service) offering(slot fair.Slot, b fair.Standby) bool {
	return !slices.Contains(b.Passed, slot.ID) && slices.ContainsFunc(slot.Effects, func(e fair.Effect) bool {
		return e.Kind == fair.EffectHeld && e.Key == slot.Hold.Key && s.now().Sub(e.At) < fair.HoldTime
	})
}

// nextStandby is the first of the list to whom a slot can be given: somebody who
// is free then and under the caps. The others keep their rank.
func (s *Service) nextStandby(ctx context.Context, f fair.Fair, slot fair.Slot) (fair.Standby, bool, error) {
	list, err := s.Stores.Standbys.Next(ctx, slot, nextStandbys)
	if err != nil {
		return fair.Standby{}, false, fmt.Errorf("list who waits for slot %s: %w", slot.ID, err)
	}
	claim := seatOf(f, slot, "")
	for _, b := range list {
		p, err := s.Stores.Persons.Get(ctx, b.Candidate)
		if notFound(err) {
			continue
		}
		if err != nil {
			return b, false, fmt.Errorf("read the calendar of who waits: %w", err)
		}
		taken := slices.ContainsFunc(p.Busy, func(busy fair.Busy) bool { return busy.Overlaps(slot.Start, slot.End) })
		if taken || p.Full(claim) != nil {
			continue
		}
		err = s.admitted(ctx, b.Candidate, slot.Fair, slot.Stand, slot.Recruiter)
		if err == nil {
			return b, true, nil
		}
		if !keptApart(err) {
			return b, false, err
		}
	}
	return fair.Standby{}, false, nil
}

// seatReason offers a seat anew that is held for somebody who was never told.
func (s *Service) seatReason(ctx context.Context, slot fair.Slot, e fair.Effect) error {
	id, ok := fair.StandbyOf(e.Key)
	if !ok || slot.Hold == nil || slot.Hold.Key != e.Key {
		return nil
	}
	b, err := s.Stores.Standbys.Get(ctx, id)
	if err != nil && !notFound(err) {
		return err
	}
	if err == nil && b.Offered(slot.ID) {
		return nil
	}
	if s.now().Sub(e.At) < fair.HoldTime {
		return errElsewhere // it is being offered
	}
	return s.offerSeat(ctx, slot.ID)
}

// sweepSeats looks, at every stand where somebody waits, for seats to offer: new
// slots, and those that nobody could be given before.
func (s *Service) sweepSeats(ctx context.Context) error {
	var failed []error
	for stand := fair.ID(""); ; {
		next, err := s.Stores.Standbys.StandAfter(ctx, stand)
		if err != nil {
			return errors.Join(append(failed, fmt.Errorf("list stands where somebody waits: %w", err))...)
		}
		if next == "" {
			return errors.Join(failed...)
		}
		stand = next
		failed = append(failed, s.sweepStandSeats(ctx, stand))
	}
}

func (s *Service) sweepStandSeats(ctx context.Context, stand fair.ID) error {
	waiting, err := s.Stores.Standbys.Waiting(ctx, stand, waiters)
	if err != nil || len(waiting) == 0 {
		return err
	}
	now := s.now()
	free, _, err := s.Stores.Slots.List(ctx, waiting[0].Fair, fair.SlotQuery{Stand: stand, Free: true, Page: 1, Limit: seatsLooked}, now)
	if err != nil {
		return fmt.Errorf("list free slots of stand %s: %w", stand, err)
	}
	seats := make([]fair.ID, 0, len(free))
	for _, slot := range free {
		seats = append(seats, slot.ID)
	}
	for _, b := range waiting {
		if b.Slot != "" && !slices.Contains(seats, b.Slot) {
			seats = append(seats, b.Slot)
		}
	}
	var failed []error
	for _, slot := range seats {
		if err := s.offerSeat(ctx, slot); err != nil && !notFound(err) {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}
