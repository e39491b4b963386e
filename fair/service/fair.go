package service

import (
	"context"
	"fmt"
	"time"

	"salon/fair"
)

// Fairs lists the fairs, the next one first: those that have not ended by
// start, then those that have, the latest first.
func (s *Service) Fairs(ctx context.Context, a fair.Actor) ([]fair.Fair, error) {
	list, err := s.Stores.Fairs.List(ctx)
	if err != nil {
		return nil, fmt.Errorf("list fairs: %w", err)
	}
	now := s.now()
	ahead, past := []fair.Fair{}, []fair.Fair{}
	for _, f := range list {
		if f.EndsAt.After(now) {
			ahead = append([]fair.Fair{f}, ahead...)
		} else {
			past = append(past, f)
		}
	}
	return append(ahead, past...), nil
}

// Fair finds a fair by id or slug. Errors: NotFound "fair.unknown".
func (s *Service) Fair(ctx context.Context, a fair.Actor, ref string) (fair.Fair, error) {
	if id := fair.ID(ref); id.Valid() {
		if f, err := s.Stores.Fairs.Get(ctx, id); !notFound(err) {
			return f, err
		}
	}
	return s.Stores.Fairs.BySlug(ctx, ref)
}

// FairFigures are the counts a fair's page tells in one line.
type FairFigures struct{ Offers, Stands, Webconferences, FreeSlots int }

// FairFigures counts.
func (s *Service) FairFigures(ctx context.Context, a fair.Actor, fairID fair.ID) (f FairFigures, err error) {
	if f.Offers, err = s.Stores.Offers.CountOpen(ctx, fairID, ""); err != nil {
		return f, err
	}
	if f.Stands, err = s.Stores.Stands.Count(ctx, fairID); err != nil {
		return f, err
	}
	if f.Webconferences, err = s.Stores.Webconferences.Count(ctx, fairID); err != nil {
		return f, err
	}
	f.FreeSlots, err = s.Stores.Slots.CountFree(ctx, fairID, s.now())
	return f, err
}

// CreateFair makes a fair; only cmd and the demo call it for now, so it takes
// no actor and no route leads here. Errors: those of fair.Fair.Check; Conflict
// when the slug is taken.
func (s *Service) CreateFair(ctx context.Context, f fair.Fair) (fair.Fair, error) {
	f.StartsAt, f.EndsAt = cut(f.StartsAt), cut(f.EndsAt)
	if err := f.Check(); err != nil {
		return f, err
	}
	if f.ID == "" {
		f.ID = fair.NewID()
	}
	f.Meta = meta(s.now(), time.Time{})
	if err := s.Stores.Fairs.Insert(ctx, f); err != nil {
		return f, fmt.Errorf("make fair %s: %w", f.Slug, err)
	}
	return f, nil
}

// CheckEmail refuses what is not a mail address. Errors: Invalid "email.invalid".
func CheckEmail(text string) error {
	_, err := parseEmail(text)
	return err
}

// Enrol finds the account of a mail address, or makes a candidate's, called
// name where that is not empty; only cmd calls it, before it grants a role, and
// no route leads here. An account that is there stays as it is. Errors: Invalid.
func (s *Service) Enrol(ctx context.Context, email, name string) (fair.Account, error) {
	email, err := parseEmail(email)
	if err != nil {
		return fair.Account{}, err
	}
	return s.accountFor(ctx, email, fair.CleanLine(name), fair.French)
}

// Organise makes an account an organiser of a fair; only cmd and the demo call
// it for now, and no route leads here.
func (s *Service) Organise(ctx context.Context, fairID, account fair.ID) (fair.Account, error) {
	return s.Stores.Accounts.Grant(ctx, account, fair.Role{Kind: fair.Organiser, Fair: fairID})
}

// Recruit makes an account a recruiter of a stand; only cmd and the demo call
// it for now, and no route leads here.
func (s *Service) Recruit(ctx context.Context, stand, account fair.ID) (fair.Account, error) {
	st, err := s.Stores.Stands.Get(ctx, stand)
	if err != nil {
		return fair.Account{}, err
	}
	granted, err := s.Stores.Accounts.Grant(ctx, account, fair.Role{Kind: fair.Recruiter, Fair: st.Fair, Stand: st.ID})
	if err != nil {
		return granted, err
	}
	return granted, s.Stores.Stands.AddHost(ctx, st.ID, fair.Host{Account: account, Name: granted.Name}, maxHosts)
}
