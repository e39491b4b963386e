package service

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"salon/fair"
)

// rollBatch is how many people one sweep asks after.
const rollBatch = 1000

// roll is where the sweep has come to in the list of those who are there.
type roll struct {
	mu    sync.Mutex
	after fair.ID // guarded by mu
}

// AccountCame tells that an account has a live connection, the first of all. It
// may be told again, and after a later going: at decides.
func (s *Service) AccountCame(ctx context.Context, account fair.ID, at time.Time) error {
	if _, _, err := s.Stores.Persons.Came(ctx, account, cut(at)); err != nil {
		return fmt.Errorf("note that %s has come: %w", account, err)
	}
	return nil
}

// AccountGone tells that an account's last live connection ended at that time,
// and that a reload would have brought another one by now.
func (s *Service) AccountGone(ctx context.Context, account fair.ID, at time.Time) error {
	if _, _, err := s.Stores.Persons.Gone(ctx, account, cut(at)); err != nil {
		return fmt.Errorf("note that %s is gone: %w", account, err)
	}
	return nil
}

// sweepPresence makes up for nodes that died, which tell of nobody's going: it
// asks after some of those who are noted as there, and after others the next
// time. While nobody can tell, everybody stays as noted.
func (s *Service) sweepPresence(ctx context.Context) error {
	if s.Presence == nil {
		return nil
	}
	s.roll.mu.Lock()
	after := s.roll.after
	s.roll.mu.Unlock()
	noted, err := s.Stores.Persons.Present(ctx, after, rollBatch)
	if err != nil {
		return fmt.Errorf("list those who are there: %w", err)
	}
	after = ""
	if len(noted) == rollBatch {
		after = noted[rollBatch-1]
	}
	s.roll.mu.Lock()
	s.roll.after = after
	s.roll.mu.Unlock()
	if len(noted) == 0 {
		return nil
	}
	online, err := s.Presence.Online(ctx, noted)
	if err != nil {
		return nil // who is there is told by the bus's own complaint
	}
	now := s.now()
	var failed []error
	for _, account := range noted {
		if !online[account] {
			failed = append(failed, s.AccountGone(ctx, account, now))
		}
	}
	return errors.Join(failed...)
}
