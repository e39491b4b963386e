package service

import (
	"context"
	"crypto/subtle"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// A calendar feed is an address under which a calendar program reads all
// appointments of one account. Whoever knows it reads them, so it can be renewed
// and dropped: its secret follows from the house's and a number kept with the
// account, which each change moves on.

// feedPast is how long a feed shows what is over, feedLimit how many appointments
// of each role.
const (
	feedPast  = 30 * 24 * time.Hour
	feedLimit = 500
)

// feedToken is the secret of an account's feed of that number.
func (s *Service) feedToken(account fair.ID, number int64) string {
	return string(account) + string(fair.DeriveID("feed", string(s.keyed("calendar feed", []byte(account), fmt.Append(nil, number)))))
}

// CalendarFeed is the secret of the actor's feed; "" when there is none.
func (s *Service) CalendarFeed(ctx context.Context, a fair.Actor) (string, error) {
	account, err := s.Me(ctx, a)
	if err != nil || account.Feed <= 0 {
		return "", err
	}
	return s.feedToken(account.ID, account.Feed), nil
}

// RenewCalendarFeed makes a feed, or gives the one there is a new secret: the
// address before is worth nothing from then on.
func (s *Service) RenewCalendarFeed(ctx context.Context, a fair.Actor) (string, error) {
	account, err := s.setFeed(ctx, a, func(number int64) int64 { return max(number, -number) + 1 })
	return s.feedToken(account.ID, account.Feed), err
}

// DropCalendarFeed ends the actor's feed.
func (s *Service) DropCalendarFeed(ctx context.Context, a fair.Actor) error {
	_, err := s.setFeed(ctx, a, func(number int64) int64 { return min(number, -number) })
	return err
}

func (s *Service) setFeed(ctx context.Context, a fair.Actor, next func(number int64) int64) (account fair.Account, err error) {
	if err := signedIn(a); err != nil {
		return fair.Account{}, err
	}
	err = retryStale(ctx, func() error {
		if account, err = s.Stores.Accounts.Get(ctx, a.Account); err != nil {
			return err
		}
		account.Feed = next(account.Feed)
		account, err = s.Stores.Accounts.SetFeed(ctx, account)
		return err
	})
	return account, err
}

// ReadCalendarFeed is the calendar of whoever's feed has that secret: everything
// booked, cancelled or held, each entry under the UID of its invitation. Errors:
// NotFound for what is no feed's secret (any more).
func (s *Service) ReadCalendarFeed(ctx context.Context, token string) ([]byte, error) {
	unknown := fair.E(fair.NotFound, "feed.unknown")
	if len(token) != 52 {
		return nil, unknown
	}
	account, err := s.Stores.Accounts.Get(ctx, fair.ID(token[:26]))
	if notFound(err) {
		return nil, unknown
	}
	if err != nil {
		return nil, fmt.Errorf("read the account of a feed: %w", err)
	}
	if account.Feed <= 0 || subtle.ConstantTimeCompare([]byte(token), []byte(s.feedToken(account.ID, account.Feed))) != 1 {
		return nil, unknown
	}
	entries, err := s.feedEntries(ctx, account.ID)
	if err != nil {
		return nil, err
	}
	feed, err := s.Composer.Feed(account, entries)
	if err != nil {
		return nil, fmt.Errorf("write the feed of account %s: %w", account.ID, err)
	}
	return feed, nil
}

// feedEntries lists what a feed shows, by time. Somebody in a line has no
// appointment.
func (s *Service) feedEntries(ctx context.Context, account fair.ID) ([]InterviewMail, error) {
	var list []fair.Interview
	for _, as := range []fair.RoleKind{fair.Candidate, fair.Recruiter} {
		part, err := s.Stores.Interviews.Of(ctx, account, as, s.now().Add(-feedPast), time.Time{}, feedLimit)
		if err != nil {
			return nil, fmt.Errorf("list the appointments of a feed: %w", err)
		}
		list = append(list, part...)
	}
	list = slices.DeleteFunc(list, fair.Interview.Walkin)
	slices.SortStableFunc(list, func(a, b fair.Interview) int { return a.StartsAt.Compare(b.StartsAt) })
	around := newSurroundings(s)
	entries := make([]InterviewMail, 0, len(list))
	for _, i := range list {
		d, err := around.detail(ctx, fair.Actor{Account: account}, i)
		if err != nil {
			return nil, err
		}
		entries = append(entries, mailOf(d, account))
	}
	return entries, nil
}

// mailOf is what one party is written about an interview.
func mailOf(d InterviewDetail, to fair.ID) InterviewMail {
	in := InterviewMail{
		Interview: d.Interview, Fair: d.Fair, Stand: d.Stand, Offer: d.Offer,
		With: d.Recruiter.Name, Recruiter: to != d.Interview.Candidate,
	}
	switch {
	case in.Recruiter && d.Anonymous:
		in.With = ""
	case in.Recruiter:
		in.With = d.Candidate.Name
	}
	return in
}
