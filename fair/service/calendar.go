package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// Entries of a calendar that ended this long ago are forgotten once there are
// many of them.
const (
	forgetAfter = 24 * time.Hour
	manyEntries = 100
)

// settleTries is how often a calendar that many write at once is tried again.
const settleTries = 10

// claim writes an entry into somebody's calendar. Entries that stand in the
// way but that no slot backs any more (somebody died between two steps) are
// dropped first. claimed is false when a real promise overlaps.
func (s *Service) claim(ctx context.Context, account fair.ID, b fair.Busy) (claimed bool, err error) {
	for range 3 {
		p, claimed, err := s.Stores.Persons.Claim(ctx, account, b)
		if err != nil {
			return false, fmt.Errorf("claim the calendar of %s: %w", account, err)
		}
		if claimed {
			if len(p.Busy) > manyEntries {
				err = s.Stores.Persons.Prune(ctx, account, s.now().Add(-forgetAfter))
			}
			return true, err
		}
		if dropped, err := s.dropOrphans(ctx, account, b.Start, b.End); err != nil || !dropped {
			return false, err
		}
	}
	return false, nil
}

// claimSeat writes an appointment into a candidate's calendar, within the caps
// of the fair. Entries without backing that stand in the way are dropped first.
// Errors: Conflict "booking.overlap", "booking.capstand", "booking.capfair".
func (s *Service) claimSeat(ctx context.Context, account fair.ID, c fair.SeatClaim) error {
	for range 3 {
		p, claimed, err := s.Stores.Persons.ClaimSeat(ctx, account, c)
		if err != nil {
			return fmt.Errorf("claim the calendar of %s: %w", account, err)
		}
		if claimed {
			if len(p.Busy) > manyEntries {
				err = s.Stores.Persons.Prune(ctx, account, s.now().Add(-forgetAfter))
			}
			return err
		}
		again, err := s.dropOrphans(ctx, account, c.Start, c.End)
		if err != nil {
			return err
		}
		if !again {
			return fair.E(fair.Conflict, "booking.overlap")
		}
		if p, err = s.Stores.Persons.Get(ctx, account); err != nil {
			return fmt.Errorf("read the calendar of %s: %w", account, err)
		}
		full := p.Full(c)
		if full == nil {
			continue
		}
		if again, err = s.dropSeats(ctx, p, c); err != nil {
			return err
		}
		if !again {
			return full
		}
	}
	return fair.E(fair.Conflict, "booking.overlap")
}

// dropSeats drops what counts against the caps of a claim without a slot that
// backs it, and reports whether trying again may help.
func (s *Service) dropSeats(ctx context.Context, p fair.Person, c fair.SeatClaim) (again bool, err error) {
	for _, slot := range append(slices.Clone(p.Seats[c.Stand]), p.Seats[c.Fair]...) {
		backed, err := s.backed(ctx, p.ID, fair.Busy{ID: slot})
		if err != nil {
			return false, err
		}
		if backed {
			continue
		}
		stale := fair.Busy{ID: slot, Fair: c.Fair, Stand: c.Stand}
		if i := slices.IndexFunc(p.Busy, func(b fair.Busy) bool { return b.ID == slot }); i >= 0 {
			stale = p.Busy[i]
		}
		dropped, err := s.Stores.Persons.Drop(ctx, p.ID, stale, p.Rev)
		return dropped || err == nil, err
	}
	return false, nil
}

// dropOrphans drops the entries of a calendar within [start, end) that have no
// backing, and reports whether trying again may help: something was dropped,
// or the calendar moved meanwhile.
func (s *Service) dropOrphans(ctx context.Context, account fair.ID, start, end time.Time) (again bool, err error) {
	p, err := s.Stores.Persons.Get(ctx, account)
	if err != nil {
		return false, fmt.Errorf("read the calendar of %s: %w", account, err)
	}
	clear := true
	for _, b := range p.Busy {
		if !b.Overlaps(start, end) {
			continue
		}
		clear = false
		backed, err := s.backed(ctx, account, b)
		if err != nil {
			return false, err
		}
		if backed {
			continue
		}
		dropped, err := s.Stores.Persons.Drop(ctx, account, b, p.Rev)
		return dropped || err == nil, err
	}
	return clear, nil
}

// settleCalendar drops what a slot does not back of its entries. The person is
// read before the slot and dropped only if it has not changed since: a claim
// that came in between keeps its entry (see the store's Drop).
func (s *Service) settleCalendar(ctx context.Context, account, slot fair.ID) error {
	for range settleTries {
		p, err := s.Stores.Persons.Get(ctx, account)
		if notFound(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the calendar of %s: %w", account, err)
		}
		slices.SortFunc(p.Busy, byStart) // the first one goes with what comes later
		done := true
		for _, b := range p.Busy {
			if b.ID != slot {
				continue
			}
			backed, err := s.backed(ctx, account, b)
			if err != nil {
				return err
			}
			if !backed {
				if done, err = s.Stores.Persons.Drop(ctx, account, b, p.Rev); err != nil {
					return err
				}
				break
			}
		}
		if done {
			return nil
		}
	}
	return nil // the calendar is busy; the entry goes when it stands in the way
}

// settleBoth settles the calendars of a slot's recruiter and of somebody else.
func (s *Service) settleBoth(ctx context.Context, slot fair.Slot, candidate fair.ID) error {
	return errors.Join(s.settleCalendar(ctx, candidate, slot.ID), s.settleCalendar(ctx, slot.Recruiter, slot.ID))
}

// backed reports whether the slot of an entry in somebody's calendar justifies it
// now.
func (s *Service) backed(ctx context.Context, account fair.ID, b fair.Busy) (bool, error) {
	slot, err := s.Stores.Slots.Get(ctx, b.ID)
	if notFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read slot %s of a calendar entry: %w", b.ID, err)
	}
	return slot.Backs(account, b, s.now()), nil
}
