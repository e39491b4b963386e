package service

import (
	"context"
	"fmt"
	"time"

	"salon/fair"
)

// engaged is what a person's calendar says while they are called: until the
// answer is due, and as long as the steps of a call may take.
func (c *calling) engaged() (live fair.Live, now time.Time) {
	rules := c.at.rules.Line
	now = c.s.now()
	return fair.Live{
		Interview: c.interview, Until: now.Add(fair.HoldTime + rules.Answer),
		End: now.Add(fair.HoldTime + rules.Answer + rules.Length + rules.Guard),
	}, now
}

// engageRecruiter is step 1. An unbooked slot whose time has come gives way: it
// is withdrawn, and its time goes to the line.
func (c *calling) engageRecruiter(ctx context.Context) error {
	s := c.s
	for range callTries {
		live, now := c.engaged()
		c.began = now
		engaged, err := s.Stores.Persons.Engage(ctx, c.recruiter, live, now)
		if err != nil {
			return fmt.Errorf("engage recruiter %s: %w", c.recruiter, err)
		}
		if engaged {
			return nil
		}
		p, err := s.Stores.Persons.Get(ctx, c.recruiter)
		if err != nil {
			return fmt.Errorf("read the calendar of %s: %w", c.recruiter, err)
		}
		if p.Live != nil && p.Live.Interview != c.interview && now.Before(p.Live.Until) {
			if err := s.leaveElsewhere(ctx, c.recruiter, c.interview); err != nil {
				return busyNow(err)
			}
			continue
		}
		if err := s.giveWay(ctx, p, now, live.End, c.at.fair.Location()); err != nil {
			return err
		}
	}
	return fair.E(fair.Conflict, "line.busy")
}

// busyNow says in the words of a line that somebody is in another call.
func busyNow(err error) error {
	if fair.KindOf(err) == fair.Conflict {
		return fair.E(fair.Conflict, "line.busy")
	}
	return err
}

// giveWay clears a recruiter's calendar of what need not keep them from a call:
// unbooked slots, and appointments that are over. Errors: Conflict
// "line.appointment" for what does, with its time on the wall clock of zone.
func (s *Service) giveWay(ctx context.Context, p fair.Person, now, free time.Time, zone *time.Location) error {
	for _, b := range p.Busy {
		if !b.Overlaps(now, free) {
			continue
		}
		slot, err := s.Stores.Slots.Get(ctx, b.ID)
		if err != nil && !notFound(err) {
			return fmt.Errorf("read slot %s of a calendar entry: %w", b.ID, err)
		}
		if err == nil && slot.Recruiter == p.ID && slot.Booking == nil {
			_, _, err := s.Stores.Slots.Withdraw(ctx, slot.ID, now, owe(fair.EffectNotify, "", now))
			if err != nil {
				return fmt.Errorf("withdraw slot %s: %w", slot.ID, err)
			}
		}
		backed, over, err := s.backing(ctx, p.ID, b)
		if err != nil {
			return err
		}
		if backed && !over {
			return fair.E(fair.Conflict, "line.appointment").With("time", b.Start.In(zone).Format("15:04"))
		}
		if backed {
			b.Stand = "" // it was kept, and counts against the caps
		}
		if _, err := s.Stores.Persons.Drop(ctx, p.ID, b, p.Rev); err != nil {
			return err
		}
		return nil // the person has changed: read it again
	}
	return nil
}

// backing reports whether a slot backs an entry in somebody's calendar, and
// whether the interview it was booked for, or is held beyond the slot of, is over.
func (s *Service) backing(ctx context.Context, account fair.ID, b fair.Busy) (backed, over bool, err error) {
	if backed, err = s.backed(ctx, account, b); err != nil || !backed {
		return false, false, err
	}
	slot, err := s.Stores.Slots.Get(ctx, b.ID)
	if err == nil && slot.Hold != nil {
		if of, _, ok := fair.ExtraOf(slot.Hold.Key); ok {
			slot, err = s.Stores.Slots.Get(ctx, of)
		}
	}
	if err != nil || slot.Booking == nil {
		return true, false, err
	}
	i, err := s.Stores.Interviews.Get(ctx, slot.Booking.Interview)
	if notFound(err) {
		return true, false, nil // it is being made
	}
	return true, err == nil && i.Over(), err
}

// engageCandidate is step 2. What no slot backs, or is over, gives way.
func (c *calling) engageCandidate(ctx context.Context, id fair.ID) (bool, error) {
	s := c.s
	for range 2 {
		live, now := c.engaged()
		engaged, err := s.Stores.Persons.Engage(ctx, id, live, now)
		if err != nil || engaged {
			return engaged, err
		}
		p, err := s.Stores.Persons.Get(ctx, id)
		if notFound(err) {
			return false, nil
		}
		if err != nil {
			return false, fmt.Errorf("read the calendar of %s: %w", id, err)
		}
		if p.Live != nil && p.Live.Interview != c.interview && now.Before(p.Live.Until) {
			return false, nil
		}
		if err := s.giveWay(ctx, p, now, live.End, c.at.fair.Location()); err != nil {
			if fair.KindOf(err) == fair.Conflict {
				err = nil
			}
			return false, err
		}
	}
	return false, nil
}
