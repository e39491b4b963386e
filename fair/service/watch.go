package service

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"salon/fair"
)

// watchStore keeps the searches people keep; Looked takes each look once.
type watchStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Watch, error)
	Insert(ctx context.Context, w fair.Watch) error
	Of(ctx context.Context, account fair.ID) ([]fair.Watch, error)
	SetMail(ctx context.Context, id fair.ID, mail bool, since time.Time, due *time.Time) (fair.Watch, error)
	Looked(ctx context.Context, id fair.ID, was, since time.Time, due *time.Time, effects ...fair.Effect) (bool, error)
	Due(ctx context.Context, now time.Time, limit int) ([]fair.Watch, error)
	Remove(ctx context.Context, account, id fair.ID) error
}

// digestHour is when new offers are told, by the clock of the fair, and
// digestOffers how many a message names.
const (
	digestHour   = 7
	digestOffers = 10
)

// WatchDetail is a kept search with its fair.
type WatchDetail struct {
	Watch fair.Watch
	Fair  fair.Fair
}

// WatchMail is what a message about new offers is made of. Token takes the mails
// away without a sign-in.
type WatchMail struct {
	Fair    fair.Fair
	Offers  []fair.Offer
	Total   int
	Address string
	Token   string
}

// KeepSearch keeps a search for the actor, with a mail a day about new offers unless
// they object to such mails; the same one is kept once. Errors: Forbidden; Invalid "watch.empty", and those of a
// search; Conflict "watch.many".
func (s *Service) KeepSearch(ctx context.Context, a fair.Actor, fairRef string, q fair.OfferQuery, address string) (fair.Watch, error) {
	f, err := s.Fair(ctx, a, fairRef)
	if err != nil {
		return fair.Watch{}, err
	}
	if err := mayHaveCV(a); err != nil {
		return fair.Watch{}, err
	}
	q.Text, q.Now, q.OpenStands, q.OpenedSince, q.Sort, q.Page, q.Limit = fair.CleanLine(q.Text), false, nil, time.Time{}, fair.SortBest, 0, 0
	if q.Empty() {
		return fair.Watch{}, fair.Refuse("q", "watch.empty")
	}
	if err := s.checkQuery(q); err != nil {
		return fair.Watch{}, err
	}
	now := s.now()
	w := fair.Watch{
		ID: fair.DeriveID("watch", string(a.Account), string(f.ID), fmt.Sprintf("%+v", q)), Account: a.Account, Fair: f.ID,
		Query: q, Address: address, Since: now, At: now, Meta: meta(now, f.RetainUntil()),
	}
	if w.Mail = !s.objects(ctx, a.Account, fair.ObjectMails); w.Mail {
		w.DueAt = new(nextDigest(now, f))
	}
	for w.Place = range fair.MaxWatches {
		err := s.Stores.Watches.Insert(ctx, w)
		if err == nil {
			return w, nil
		}
		if fair.KindOf(err) != fair.Conflict {
			return fair.Watch{}, fmt.Errorf("keep a search: %w", err)
		}
		if kept, err := s.Stores.Watches.Get(ctx, w.ID); !notFound(err) {
			return kept, err
		}
	}
	return fair.Watch{}, fair.E(fair.Conflict, "watch.many")
}

// nextDigest is the next morning.
func nextDigest(now time.Time, f fair.Fair) time.Time {
	local := now.In(f.Location())
	at := time.Date(local.Year(), local.Month(), local.Day(), digestHour, 0, 0, 0, local.Location())
	if !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	return cut(at)
}

// MyWatches lists the searches the actor keeps.
func (s *Service) MyWatches(ctx context.Context, a fair.Actor) ([]WatchDetail, error) {
	if err := signedIn(a); err != nil {
		return nil, err
	}
	kept, err := s.Stores.Watches.Of(ctx, a.Account)
	if err != nil {
		return nil, fmt.Errorf("list kept searches: %w", err)
	}
	var all []WatchDetail
	for _, w := range kept {
		f, err := s.Stores.Fairs.Get(ctx, w.Fair)
		if notFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, WatchDetail{w, f})
	}
	return all, nil
}

// MailWatch begins or ends the mails of a search the actor keeps. Errors: NotFound
// for everybody else's; Conflict "watch.objected" when they object to such mails.
func (s *Service) MailWatch(ctx context.Context, a fair.Actor, id fair.ID, mail bool) error {
	if err := signedIn(a); err != nil {
		return err
	}
	w, err := s.Stores.Watches.Get(ctx, id)
	if err == nil && w.Account != a.Account {
		err = fair.E(fair.NotFound, "watch.unknown")
	}
	if err != nil {
		return err
	}
	if mail && s.objects(ctx, a.Account, fair.ObjectMails) {
		return fair.E(fair.Conflict, "watch.objected")
	}
	return s.mailWatch(ctx, w, mail)
}

func (s *Service) mailWatch(ctx context.Context, w fair.Watch, mail bool) error {
	f, err := s.Stores.Fairs.Get(ctx, w.Fair)
	if err != nil {
		return err
	}
	now := s.now()
	var due *time.Time
	if mail {
		due = new(nextDigest(now, f))
	}
	_, err = s.Stores.Watches.SetMail(ctx, w.ID, mail, now, due)
	return err
}

// DropWatch forgets a search the actor keeps.
func (s *Service) DropWatch(ctx context.Context, a fair.Actor, id fair.ID) error {
	if err := signedIn(a); err != nil {
		return err
	}
	return s.Stores.Watches.Remove(ctx, a.Account, id)
}

// watchToken is the secret of the link that ends the mails of a search.
func (s *Service) watchToken(w fair.Watch) string {
	return string(w.ID) + "." + base64.RawURLEncoding.EncodeToString(s.keyed("watch", []byte(w.ID)))
}

// WatchOf finds the search of a link. It changes nothing: mail scanners follow
// links too. Errors: NotFound "watch.unknown".
func (s *Service) WatchOf(ctx context.Context, token string) (WatchDetail, error) {
	unknown := fair.E(fair.NotFound, "watch.unknown")
	id, _, found := strings.Cut(token, ".")
	if !found || !fair.ID(id).Valid() {
		return WatchDetail{}, unknown
	}
	w, err := s.Stores.Watches.Get(ctx, fair.ID(id))
	if notFound(err) || err == nil && !hmac.Equal([]byte(token), []byte(s.watchToken(w))) {
		return WatchDetail{}, unknown
	}
	if err != nil {
		return WatchDetail{}, err
	}
	f, err := s.Stores.Fairs.Get(ctx, w.Fair)
	return WatchDetail{w, f}, err
}

// StopWatch ends the mails of the search of a link; again, it changes nothing.
func (s *Service) StopWatch(ctx context.Context, token string) (WatchDetail, error) {
	d, err := s.WatchOf(ctx, token)
	if err != nil {
		return d, err
	}
	return d, s.mailWatch(ctx, d.Watch, false)
}

// sweepWatches looks for new offers where that is due.
func (s *Service) sweepWatches(ctx context.Context) error {
	now := s.now()
	due, err := s.Stores.Watches.Due(ctx, now, sweepBatch)
	if err != nil {
		return fmt.Errorf("list searches that are due: %w", err)
	}
	err = each(due, func(w fair.Watch) error { return s.sweepWatch(ctx, w, now) })
	if len(due) > 0 {
		s.wake()
	}
	return err
}

func (s *Service) sweepWatch(ctx context.Context, w fair.Watch, now time.Time) error {
	f, err := s.Stores.Fairs.Get(ctx, w.Fair)
	if notFound(err) || err == nil && !now.Before(f.EndsAt) {
		_, err := s.Stores.Watches.Looked(ctx, w.ID, *w.DueAt, now, nil)
		return err
	}
	if err != nil {
		return err
	}
	offers, _, err := s.newOffers(ctx, w, w.Since, now)
	if err != nil {
		return err
	}
	var owed []fair.Effect
	if len(offers) > 0 {
		e := owe(fair.EffectMailWatch, w.Account, now)
		e.Key = w.Since.Format(time.RFC3339Nano) // from when they are new
		owed = append(owed, e)
	}
	_, err = s.Stores.Watches.Looked(ctx, w.ID, *w.DueAt, now, new(nextDigest(now, f)), owed...)
	return err
}

// newOffers finds the open offers of a search that were opened between two times,
// the first to be told and how many there are in all.
func (s *Service) newOffers(ctx context.Context, w fair.Watch, from, to time.Time) (first []fair.Offer, total int, err error) {
	q := w.Query
	q.OpenedSince, q.Sort, q.Limit = from, fair.SortDate, 100
	for q.Page = 1; ; q.Page++ {
		ids, matching, err := s.Index.Search(ctx, w.Fair, q)
		if err != nil {
			return nil, 0, fmt.Errorf("look for new offers: %w", err)
		}
		found, err := s.openOffers(ctx, ids)
		if err != nil {
			return nil, 0, err
		}
		for _, o := range found {
			at := o.Opened()
			if !at.After(from) || at.After(to) {
				continue
			}
			if total++; len(first) < digestOffers {
				first = append(first, o)
			}
		}
		if q.Page*q.Limit >= matching {
			return first, total, nil
		}
	}
}

// deliverWatch writes the message of a day's new offers.
func (s *Service) deliverWatch(ctx context.Context, id fair.ID, e fair.Effect) error {
	w, err := s.Stores.Watches.Get(ctx, id)
	if err != nil || !w.Mail {
		return err
	}
	from, err := time.Parse(time.RFC3339Nano, e.Key)
	if err != nil {
		return fmt.Errorf("read the time of digest %s: %w", e.ID, err)
	}
	offers, total, err := s.newOffers(ctx, w, from, e.At)
	if err != nil || len(offers) == 0 {
		return err
	}
	f, err := s.Stores.Fairs.Get(ctx, w.Fair)
	if err != nil {
		return err
	}
	to, err := s.Stores.Accounts.Get(ctx, w.Account)
	if err != nil || to.Objects(fair.ObjectMails) {
		return err
	}
	m, err := s.Composer.Watch(to, WatchMail{Fair: f, Offers: offers, Total: total, Address: w.Address, Token: s.watchToken(w)})
	if err != nil {
		return fmt.Errorf("write the digest of search %s: %w", id, err)
	}
	return s.post(ctx, m, e, to.Email, to.ID, s.now().Add(48*time.Hour))
}
