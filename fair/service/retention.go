package service

import (
	"context"
	"errors"
	"fmt"
	"time"

	"salon/fair"
)

// retentionStore is what the retention of a fair asks of accounts.
type retentionStore interface {
	Forget(ctx context.Context, ids []fair.ID, f fair.Forgetting) error
	Remember(ctx context.Context, id fair.ID) error
	Forgotten(ctx context.Context, now time.Time, limit int) ([]fair.Account, error)
}

// Bounds of one look at what is kept no longer.
const (
	forgetBatch   = 500            // accounts marked at once
	retentionRead = 50_000         // erasures a report adds up
	retentionLook = 24 * time.Hour // after which an erased fair is looked at again
)

// sweepRetention begins the erasure of every fair whose data has been kept as
// long as its organiser settled, and of the accounts that were only there for it.
func (s *Service) sweepRetention(ctx context.Context) error {
	now := s.now()
	ended, err := s.Stores.Fairs.Ended(ctx, now)
	if err != nil {
		return fmt.Errorf("list the fairs that are over: %w", err)
	}
	var failed []error
	for _, f := range ended {
		if now.Before(f.RetainUntil()) {
			continue
		}
		e := fair.Erasure{
			ID: fair.ErasureID(f.ID), Fair: f.ID, Cause: fair.ErasedByTime, Open: true, At: now, DueAt: &now,
			Meta: meta(now, now.Add(keepErasure)),
		}
		if err := s.Stores.Erasures.Insert(ctx, e); err != nil && fair.KindOf(err) != fair.Conflict {
			failed = append(failed, fmt.Errorf("begin the erasure of fair %s: %w", f.ID, err))
		}
	}
	return errors.Join(append(failed, s.sweepForgotten(ctx))...)
}

// eraseFair erases what is held about people in a fair. Those who took part are
// noted first: once the meetings are gone nobody knows who they were.
func (s *Service) eraseFair(ctx context.Context, e fair.Erasure) error {
	if !e.Open {
		return s.eraseLate(ctx, e)
	}
	if err := s.emptyFair(ctx, e); err != nil {
		return err
	}
	if err := s.step("erasure.fair"); err != nil {
		return err
	}
	if err := s.Stores.Fairs.Erased(ctx, e.Fair, s.now()); err != nil {
		return fmt.Errorf("note that fair %s is erased: %w", e.Fair, err)
	}
	again := s.now().Add(retentionLook)
	return s.Stores.Erasures.Done(ctx, e.ID, s.now(), &again)
}

// eraseLate erases what came into a fair after it was erased: an application that
// was answered, an import. It looks every day until the retention date of every
// document is over, which takes what would come later still; a fair that is
// kept for longer has its time again.
func (s *Service) eraseLate(ctx context.Context, e fair.Erasure) error {
	f, err := s.Stores.Fairs.Get(ctx, e.Fair)
	if notFound(err) {
		return s.Stores.Erasures.Again(ctx, e.ID, nil)
	}
	if err != nil {
		return fmt.Errorf("read fair %s that was erased: %w", e.Fair, err)
	}
	now, next := s.now(), s.now().Add(retentionLook)
	if until := f.RetainUntil(); now.Before(until) {
		return s.Stores.Erasures.Again(ctx, e.ID, &until)
	}
	left := 0
	for _, kind := range s.Stores.Erasures.Kinds(e.Of()) {
		n, err := s.Stores.Erasures.Count(ctx, e.Of(), kind)
		if err != nil {
			return err
		}
		left += n
	}
	if left > 0 {
		if err := s.emptyFair(ctx, e); err != nil {
			return err
		}
	}
	if !now.Before(f.KeepAtMost()) {
		return s.Stores.Erasures.Again(ctx, e.ID, nil)
	}
	return s.Stores.Erasures.Again(ctx, e.ID, &next)
}

// emptyFair takes what the stores hold of a fair.
func (s *Service) emptyFair(ctx context.Context, e fair.Erasure) error {
	people, err := s.Stores.Erasures.People(ctx, e.Fair)
	if err != nil {
		return err
	}
	for len(people) > 0 {
		some := people[:min(len(people), forgetBatch)]
		people = people[len(some):]
		if err := s.Stores.Accounts.Forget(ctx, some, fair.Forgetting{At: s.now(), Fair: e.Fair}); err != nil {
			return fmt.Errorf("note who took part in fair %s: %w", e.Fair, err)
		}
		if err := s.step("erasure.forget"); err != nil {
			return err
		}
	}
	if err := s.unindexFair(ctx, e.Fair); err != nil {
		return err
	}
	return s.wipe(ctx, e, fair.Account{})
}

// unindexFair takes the offers of a fair out of this node's index, before they
// go; other nodes read each result again and leave out what is not there.
func (s *Service) unindexFair(ctx context.Context, fairID fair.ID) error {
	for after := fair.ID(""); ; {
		offers, err := s.Stores.Offers.OpenAfter(ctx, fairID, after, debtBatch)
		if err != nil {
			return fmt.Errorf("list the offers of fair %s: %w", fairID, err)
		}
		ids := make([]fair.ID, len(offers))
		for i, o := range offers {
			ids[i], after = o.ID, o.ID
		}
		if err := s.Index.Remove(ctx, ids...); err != nil {
			return fmt.Errorf("take the offers of fair %s out of the index: %w", fairID, err)
		}
		if len(offers) < debtBatch {
			return nil
		}
	}
}

// sweepForgotten erases the accounts of those who took part in a fair that is
// erased, unless they hold a right, take part in another one, or have signed in
// lately.
func (s *Service) sweepForgotten(ctx context.Context) error {
	now := s.now()
	list, err := s.Stores.Accounts.Forgotten(ctx, now, sweepBatch)
	if err != nil {
		return fmt.Errorf("list accounts whose fair is erased: %w", err)
	}
	return each(list, func(account fair.Account) error {
		return about(s.forget(ctx, account, now), "look after account %s", account.ID)
	})
}

func (s *Service) forget(ctx context.Context, account fair.Account, now time.Time) error {
	busy := false
	for _, r := range account.Roles {
		busy = busy || r.Kind != fair.Candidate
	}
	if !busy {
		var err error
		if busy, err = s.Stores.Erasures.TakesPart(ctx, account.ID); err != nil {
			return err
		}
	}
	if busy { // that fair will ask again
		return s.Stores.Accounts.Remember(ctx, account.ID)
	}
	if idle := account.CameAt.Add(fair.RetainFor); idle.After(now) {
		return s.Stores.Accounts.Forget(ctx, []fair.ID{account.ID}, fair.Forgetting{At: idle, Fair: account.Forget.Fair})
	}
	e, err := s.beginErasure(ctx, account, account.Forget.Fair, fair.ErasedByTime)
	if err != nil {
		return err
	}
	return s.erase(ctx, e)
}

// RetentionReport is the proof of what the time of a fair has erased: numbers and
// dates, no names.
type RetentionReport struct {
	Months int       // as settled
	Until  time.Time // when the fair is erased
	Fair   *fair.Erasure
	People int            // accounts that are gone
	Since  time.Time      // of the last of them; zero for none
	Counts map[string]int // documents by kind, the fair's and the people's
}

// Retention tells an organiser how long the data of the fair is kept and what was
// erased so far.
func (s *Service) Retention(ctx context.Context, a fair.Actor, fairRef string) (r RetentionReport, err error) {
	f, err := s.organised(ctx, a, fairRef)
	if err != nil {
		return r, err
	}
	list, err := s.Stores.Erasures.OfFair(ctx, f.ID, retentionRead)
	if err != nil {
		return r, fmt.Errorf("list what was erased of fair %s: %w", f.ID, err)
	}
	r = RetentionReport{Months: f.Rules().Months(), Until: f.RetainUntil(), Counts: map[string]int{}}
	for _, e := range list {
		for kind, n := range e.Counts {
			r.Counts[kind] += n
		}
		if e.ID == fair.ErasureID(f.ID) {
			r.Fair = &e
			continue
		}
		if e.DoneAt != nil {
			r.People++
			if e.DoneAt.After(r.Since) {
				r.Since = *e.DoneAt
			}
		}
	}
	return r, nil
}
