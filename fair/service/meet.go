package service

import (
	"context"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// timesToMeet is how many free slots an invitation shows, of timesLooked that are
// looked at.
const (
	timesToMeet = 4
	timesLooked = 40
)

// Invited is how a candidate whom a stand wants to meet may come.
type Invited struct {
	Interview *fair.Interview // what the two have to come already; then nothing else is asked
	Times     []fair.Slot     // free ones that fit into the candidate's calendar
	Line      bool            // a place in the stand's line can be had now
}

// TimesToMeet lists times for an application whose stand wants to meet: those of
// the recruiter who said so come first. Nothing is held: who takes one books it.
// It is empty in any other state. Only for the candidate. Errors: NotFound; those
// of somebody who may not book there.
func (s *Service) TimesToMeet(ctx context.Context, a fair.Actor, id fair.ID) (v Invited, err error) {
	ap, err := s.application(ctx, a, id)
	if err == nil && ap.Candidate != a.Account {
		err = fair.E(fair.NotFound, "application.unknown")
	}
	if err != nil || ap.State != fair.ApplicationMeet {
		return v, err
	}
	if err := s.admitted(ctx, a.Account, ap.Fair, ap.Stand, ""); err != nil {
		return v, err
	}
	if v.Interview, err = s.metSoon(ctx, a.Account, ap.Stand); err != nil || v.Interview != nil {
		return v, err
	}
	at, err := s.lineOf(ctx, ap.Stand)
	if err != nil {
		return v, err
	}
	v.Line = s.openNow(at)
	v.Times, err = s.freeTimes(ctx, a.Account, at.fair, ap)
	return v, err
}

// metSoon is the next appointment of somebody at a stand, or nil.
func (s *Service) metSoon(ctx context.Context, candidate, stand fair.ID) (*fair.Interview, error) {
	now := s.now()
	list, err := s.Stores.Interviews.Of(ctx, candidate, fair.Candidate, now.Add(-fair.JoinLate), time.Time{}, erasedAtOnce)
	if err != nil {
		return nil, fmt.Errorf("list the interviews of %s: %w", candidate, err)
	}
	for _, i := range list {
		if i.Stand == stand && !i.Over() && now.Before(i.PlannedEnd()) {
			return &i, nil
		}
	}
	return nil, nil
}

// freeTimes lists the slots of an invitation; none when a cap leaves no room for
// one more appointment.
func (s *Service) freeTimes(ctx context.Context, candidate fair.ID, f fair.Fair, ap fair.Application) ([]fair.Slot, error) {
	p, err := s.Stores.Persons.Get(ctx, candidate)
	if err != nil {
		return nil, fmt.Errorf("read the calendar of %s: %w", candidate, err)
	}
	if p.Full(seatOf(f, fair.Slot{Fair: f.ID, Stand: ap.Stand}, "")) != nil {
		return nil, nil
	}
	free, _, err := s.Stores.Slots.List(ctx, ap.Fair, fair.SlotQuery{Stand: ap.Stand, Free: true, Page: 1, Limit: timesLooked}, s.now())
	if err != nil {
		return nil, fmt.Errorf("list the free slots of stand %s: %w", ap.Stand, err)
	}
	apart := map[fair.ID]bool{candidate: true}
	for _, slot := range free {
		if _, known := apart[slot.Recruiter]; known {
			continue
		}
		err := s.admitted(ctx, candidate, ap.Fair, ap.Stand, slot.Recruiter)
		if err != nil && !keptApart(err) {
			return nil, err
		}
		apart[slot.Recruiter] = err != nil
	}
	free = slices.DeleteFunc(free, func(slot fair.Slot) bool {
		return apart[slot.Recruiter] || slices.ContainsFunc(p.Busy, func(b fair.Busy) bool { return b.Overlaps(slot.Start, slot.End) })
	})
	if free, err = s.roomy(ctx, candidate, free); err != nil {
		return nil, err
	}
	inviter := ap.Inviter()
	theirs := func(slot fair.Slot) bool { return slot.Recruiter == inviter }
	slices.SortStableFunc(free, func(a, b fair.Slot) int {
		switch {
		case theirs(a) == theirs(b):
			return 0
		case theirs(a):
			return -1
		}
		return 1
	})
	free = free[:min(len(free), timesToMeet)]
	slices.SortFunc(free, func(a, b fair.Slot) int { return a.Start.Compare(b.Start) })
	for i := range free {
		free[i] = s.withoutPeople(free[i])
	}
	return free, nil
}
