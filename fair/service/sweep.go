package service

import (
	"context"
	"errors"
	"fmt"
	"time"

	"salon/fair"
)

// sweepBatch is how many documents one sweep tidies of each kind.
const sweepBatch = 200

// Sweep does what is due: it tidies what lapsed and takes the steps that wait
// for a time. Any node may sweep, at any moment, several at once: each part is
// a list of what is due by the clock and one conditional update of each. A part
// that fails holds up no other.
func (s *Service) Sweep(ctx context.Context) error {
	var failed []error
	for _, part := range []func(context.Context) error{
		s.sweepSlots,
		s.releaseDue,
		s.tendRules,
		s.sweepHandovers,
		s.sweepProposals,
		s.sweepStandbys,
		s.sweepMissed,
		s.sweepPhones,
		s.sweepReminders,
		s.sweepDeskReminders,
		s.sweepSeats,
		s.closeExpired,
		s.sweepPresence,
		s.sweepLines,
		s.sweepNear,
		s.sweepThreads,
		s.sweepAnswers,
		s.sweepCVs,
		s.sweepErasures,
		s.sweepRetention,
		s.sweepImports,
		s.sweepWatches,
	} {
		failed = append(failed, part(ctx))
	}
	return errors.Join(failed...)
}

// each does something for all of a list: who fails keeps nobody else from it.
func each[T any](list []T, do func(T) error) error {
	failed := make([]error, len(list))
	for i, one := range list {
		failed[i] = do(one)
	}
	return errors.Join(failed...)
}

// about says what was attempted on what, unless it went well.
func about(err error, attempt string, id fair.ID) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(attempt+": %w", id, err)
}

// sweepSlots tidies the holds of bookings and openings that nobody completed. It
// decides nothing: a lapsed hold already counts for nothing.
func (s *Service) sweepSlots(ctx context.Context) error {
	slots, err := s.Stores.Slots.Lapsed(ctx, s.now(), sweepBatch)
	if err != nil {
		return fmt.Errorf("list lapsed holds: %w", err)
	}
	return each(slots, func(slot fair.Slot) error { return s.sweepSlot(ctx, slot) })
}

func (s *Service) sweepSlot(ctx context.Context, slot fair.Slot) error {
	if slot.Hold == nil {
		return nil
	}
	if slot.State == fair.SlotOpening && slot.Rule != "" {
		return s.resumeSlot(ctx, slot)
	}
	if slot.State == fair.SlotOpening {
		return s.undoSlot(ctx, slot)
	}
	if err := s.settleBoth(ctx, slot, slot.Hold.Candidate); err != nil {
		return err
	}
	return s.offerSeat(ctx, slot.ID)
}

// closeExpired closes offers whose time is over.
func (s *Service) closeExpired(ctx context.Context) error {
	now := s.now()
	expired, err := s.Stores.Offers.Expired(ctx, now, sweepBatch)
	if err != nil {
		return fmt.Errorf("list offers whose time is over: %w", err)
	}
	for _, o := range expired {
		o.State = fair.OfferClosed
		_, err := s.Stores.Offers.Save(ctx, o, owe(fair.EffectIndex, "", now))
		if err != nil && fair.KindOf(err) != fair.Conflict {
			return fmt.Errorf("close offer %s: %w", o.ID, err)
		}
	}
	if len(expired) > 0 {
		s.wake()
	}
	return nil
}

// follower feeds the offer index of this node with what changed, on whatever
// node: it reads the offers by the time of their change, a little overlapping,
// and skips revisions it has fed already. Its state is owned by Run.
type follower struct {
	s    *Service
	from time.Time         // everything changed before was fed
	seen map[fair.ID]int64 // revisions fed within the overlap
}

func (f *follower) follow(ctx context.Context) error {
	began := f.s.now()
	at, after := f.from, fair.ID("")
	window := map[fair.ID]int64{}
	for {
		list, err := f.s.Stores.Offers.ChangedSince(ctx, at, after, debtBatch)
		if err != nil {
			return fmt.Errorf("list changed offers: %w", err)
		}
		var changed []fair.ID
		for _, o := range list {
			if f.seen[o.ID] != o.Rev {
				changed = append(changed, o.ID)
			}
			window[o.ID] = o.Rev
		}
		fresh, err := f.s.Stores.Offers.ByIDs(ctx, changed)
		if err != nil {
			return fmt.Errorf("read changed offers: %w", err)
		}
		if err := f.s.indexOffers(ctx, fresh); err != nil {
			return err
		}
		for _, o := range fresh {
			window[o.ID] = o.Rev
		}
		if len(list) > 0 {
			last := list[len(list)-1]
			at, after = last.UpdatedAt, last.ID
		}
		if len(list) < debtBatch {
			break
		}
	}
	f.from, f.seen = began.Add(-followOverlap), window
	return nil
}
