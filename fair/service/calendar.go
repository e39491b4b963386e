package service

import (
	"context"
	"fmt"
	"time"

	"salon/fair"
)

// Entries of a calendar that ended this long ago are forgotten once there are
// many of them.
const (
	forgetAfter = 24 * time.Hour
	manyEntries = 100
)

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
		backed, err := s.backed(ctx, account, b.ID)
		if err != nil {
			return false, err
		}
		if backed {
			continue
		}
		dropped, err := s.Stores.Persons.Drop(ctx, account, b.ID, p.Rev)
		return dropped || err == nil, err
	}
	return clear, nil
}

// settleCalendar drops one entry if its slot does not back it. The person is
// read before the slot and dropped only if it has not changed since: a claim
// that came in between keeps its entry (see the store's Drop).
func (s *Service) settleCalendar(ctx context.Context, account, slot fair.ID) error {
	for range 3 {
		p, err := s.Stores.Persons.Get(ctx, account)
		if notFound(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the calendar of %s: %w", account, err)
		}
		if !p.Has(slot) {
			return nil
		}
		backed, err := s.backed(ctx, account, slot)
		if err != nil || backed {
			return err
		}
		if dropped, err := s.Stores.Persons.Drop(ctx, account, slot, p.Rev); err != nil || dropped {
			return err
		}
	}
	return nil // the calendar is busy; the entry goes when it stands in the way
}

// backed reports whether a slot justifies an entry in somebody's calendar now.
func (s *Service) backed(ctx context.Context, account, slot fair.ID) (bool, error) {
	sl, err := s.Stores.Slots.Get(ctx, slot)
	if notFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read slot %s of a calendar entry: %w", slot, err)
	}
	return sl.Backs(account, s.now()), nil
}
