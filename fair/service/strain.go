package service

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// strainLimit is how many calls of a fair are looked at for its organisers.
const strainLimit = 500

// RoomStrained tells how somebody's call in a room goes: live calls it when that
// has changed. Level is "good", "weak" or "lost". Idempotent; what comes too late, when
// the interview is over, changes nothing.
func (s *Service) RoomStrained(ctx context.Context, room string, account fair.ID, level, cause, told string, at time.Time) error {
	i, ok, err := s.interviewIn(ctx, room)
	if err != nil || !ok || i.Over() {
		return err
	}
	var strain *fair.Strain
	if next, bad := i.Strains[account].After(level, cause, told, cut(at)); bad {
		strain = &next
	}
	if err := s.Stores.Interviews.SetStrain(ctx, i.ID, account, strain); err != nil {
		return fmt.Errorf("note how a call in interview %s goes: %w", i.ID, err)
	}
	s.lives.changed(i.Fair)
	return nil
}

// callsLive lists the calls of a fair that are in trouble, the one that has been
// for longest first.
func (s *Service) callsLive(ctx context.Context, fairID fair.ID) ([]fair.CallLive, error) {
	found, err := s.Stores.Interviews.Strained(ctx, fairID, strainLimit)
	if err != nil {
		return nil, fmt.Errorf("list the calls in trouble of fair %s: %w", fairID, err)
	}
	calls := []fair.CallLive{}
	for _, i := range found {
		if c, bad := i.CallOf(); bad {
			slices.SortFunc(c.Sides, func(a, b fair.CallSide) int { return cmp.Compare(a.Who, b.Who) })
			calls = append(calls, c)
		}
	}
	slices.SortStableFunc(calls, func(a, b fair.CallLive) int { return a.Since.Compare(b.Since) })
	return calls, nil
}
