package service

import (
	"context"
	"fmt"

	"salon/fair"
)

// MyDevices lists where the actor is signed in, the latest used first.
func (s *Service) MyDevices(ctx context.Context, a fair.Actor) ([]fair.LoginSession, error) {
	if err := signedIn(a); err != nil {
		return nil, err
	}
	list, err := s.Stores.Logins.Of(ctx, a.Account, s.now(), loginsOf)
	if err != nil {
		return nil, fmt.Errorf("list the logins of %s: %w", a.Account, err)
	}
	return list, nil
}

// EndDevice signs one of the actor's own logins out; one that is not there, or
// somebody else's, changes nothing.
func (s *Service) EndDevice(ctx context.Context, a fair.Actor, login fair.ID) error {
	if err := signedIn(a); err != nil {
		return err
	}
	l, err := s.Stores.Logins.Get(ctx, login)
	if notFound(err) || err == nil && l.Account != a.Account {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read a login: %w", err)
	}
	return s.endLogin(ctx, a.Account, login)
}

// SignOutEverywhere ends every login of the actor, this one too.
func (s *Service) SignOutEverywhere(ctx context.Context, a fair.Actor) error {
	if err := signedIn(a); err != nil {
		return err
	}
	return s.endLogins(ctx, a.Account, "")
}

// ReadingDetail is one look at what belongs to the actor.
type ReadingDetail struct {
	Entry  fair.AuditEntry
	Reader string // name of who looked; "" once the account is gone
}

// readingsShown is how many looks a person sees.
const readingsShown = 200

// reads are the actions of the audit log that are looks.
var reads = map[string]bool{string(fair.ReadProfile): true, string(fair.ReadCV): true, string(fair.ReadPhone): true}

// WhoRead lists who has read the actor's profile, CV or number, the latest first.
func (s *Service) WhoRead(ctx context.Context, a fair.Actor) ([]ReadingDetail, error) {
	return s.readingsOf(ctx, a, readingsShown)
}

func (s *Service) readingsOf(ctx context.Context, a fair.Actor, limit int) ([]ReadingDetail, error) {
	if err := signedIn(a); err != nil {
		return nil, err
	}
	entries, err := s.Stores.Audits.About(ctx, a.Account, 5*limit)
	if err != nil {
		return nil, fmt.Errorf("read the log about %s: %w", a.Account, err)
	}
	around := newSurroundings(s)
	var details []ReadingDetail
	for _, e := range entries {
		if !reads[e.Action] || e.Account == a.Account || len(details) == limit {
			continue
		}
		reader, err := once(ctx, around.accounts, e.Account, s.Stores.Accounts.Get)
		if err != nil {
			return nil, fmt.Errorf("read who looked: %w", err)
		}
		e.Effects = nil
		details = append(details, ReadingDetail{e, reader.Name})
	}
	return details, nil
}
