package service

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"salon/fair"
)

type keyStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Key, error)
	Insert(ctx context.Context, k fair.Key) error
	OfFair(ctx context.Context, fairID fair.ID, limit int) ([]fair.Key, error)
	Use(ctx context.Context, id fair.ID, now, since time.Time) error
	End(ctx context.Context, id fair.ID, now time.Time) (ended bool, err error)
}

// KeyPrefix begins the secret of every key, so that people and scanners know one
// when they see it.
const KeyPrefix = "salon-key-"

// keyUsedEvery is how exactly it is known when a key was last used.
const keyUsedEvery = time.Minute

// KeyDetail is a key with what its screen says of it.
type KeyDetail struct {
	Key   fair.Key
	Stand fair.Stand // of a stand's key
	Maker string     // "" once the account is gone
}

// Keys lists the keys of a fair for its organisers, the latest first.
func (s *Service) Keys(ctx context.Context, a fair.Actor, ref string) ([]KeyDetail, error) {
	f, err := s.organised(ctx, a, ref)
	if err != nil {
		return nil, err
	}
	list, err := s.Stores.Keys.OfFair(ctx, f.ID, fair.KeysShown)
	if err != nil {
		return nil, fmt.Errorf("list the keys of fair %s: %w", f.ID, err)
	}
	around := newSurroundings(s)
	details := make([]KeyDetail, len(list))
	for n, k := range list {
		if details[n], err = s.keyDetail(ctx, around, k); err != nil {
			return nil, err
		}
	}
	return details, nil
}

func (s *Service) keyDetail(ctx context.Context, around *surroundings, k fair.Key) (d KeyDetail, err error) {
	d.Key = k
	maker, err := once(ctx, around.accounts, k.By, s.Stores.Accounts.Get)
	if err != nil {
		return d, fmt.Errorf("read who made key %s: %w", k.ID, err)
	}
	d.Maker = maker.Name
	if k.Stand != "" {
		d.Stand, err = once(ctx, around.stands, k.Stand, s.Stores.Stands.Get)
	}
	return d, err
}

// KeyWish is what a new key is to be.
type KeyWish struct {
	Name   string
	Stand  fair.ID // "": the whole fair
	Scopes []fair.Scope
	Days   int // how long it is good
}

// MakeKey makes a key for a program; its secret is shown this once. Errors:
// Forbidden, also "proof.stale" when the sign-in was long ago; Invalid; TooMany
// "key.many".
func (s *Service) MakeKey(ctx context.Context, a fair.Actor, ref string, w KeyWish) (secret string, d KeyDetail, err error) {
	f, err := s.organised(ctx, a, ref)
	if err != nil {
		return "", d, err
	}
	if _, _, _, err := s.equipping(ctx, a); err != nil {
		return "", d, err
	}
	now := s.now()
	k := fair.Key{
		Fair: f.ID, Stand: w.Stand, Name: fair.CleanLine(w.Name), By: a.Account, At: now,
		ExpiresAt: now.AddDate(0, 0, w.Days),
	}
	for _, known := range fair.Scopes() {
		if slices.Contains(w.Scopes, known) {
			k.Scopes = append(k.Scopes, known)
		}
	}
	switch {
	case k.Name == "":
		return "", d, fair.Refuse("name", "text.missing")
	case fair.TooLong(k.Name, fair.KeyNameSize):
		return "", d, fair.Refuse("name", "text.long")
	case len(k.Scopes) == 0 || len(k.Scopes) != len(w.Scopes):
		return "", d, fair.Refuse("scopes", "key.scopes")
	case w.Days < 1 || w.Days > fair.LongestKey:
		return "", d, fair.Refuse("days", "key.days")
	}
	if w.Stand != "" {
		st, err := s.Stores.Stands.Get(ctx, w.Stand)
		if notFound(err) || err == nil && st.Fair != f.ID {
			return "", d, fair.Refuse("stand", "stand.unknown")
		}
		if err != nil {
			return "", d, err
		}
	}
	if err := s.spend(ctx, "key.many", use{"keys of", string(f.ID), fair.KeysMade}); err != nil {
		return "", d, err
	}
	if secret, err = newToken(); err != nil {
		return "", d, err
	}
	secret = KeyPrefix + secret
	k.ID, k.Meta = keyID(secret), meta(now, k.ExpiresAt.Add(keepAudit))
	if err := s.Stores.Keys.Insert(ctx, k); err != nil {
		return "", d, fmt.Errorf("keep a key of fair %s: %w", f.ID, err)
	}
	if err := s.note(ctx, "key.made", a.Account, k.ID, now); err != nil {
		return "", d, err
	}
	d, err = s.keyDetail(ctx, newSurroundings(s), k)
	return secret, d, err
}

// EndKey ends a key at once; again, it changes nothing. Errors: NotFound; Forbidden.
func (s *Service) EndKey(ctx context.Context, a fair.Actor, id fair.ID) error {
	if err := signedIn(a); err != nil {
		return err
	}
	k, err := s.Stores.Keys.Get(ctx, id)
	if err != nil {
		return err
	}
	if err := mayOrganise(a, k.Fair); err != nil {
		return err
	}
	now := s.now()
	ended, err := s.Stores.Keys.End(ctx, id, now)
	if err != nil {
		return fmt.Errorf("end key %s: %w", id, err)
	}
	if !ended {
		return nil
	}
	return s.note(ctx, "key.ended", a.Account, id, now)
}

// KeyActor answers for whom a key acts, and the key: an actor with the roles of
// the key alone, in the name of who made it. Errors: Unauthenticated "key.over" for
// a key that nobody has, that was ended, has lapsed, or whose maker no longer
// organises the fair.
func (s *Service) KeyActor(ctx context.Context, secret string) (fair.Actor, fair.Key, error) {
	over := fair.E(fair.Unauthenticated, "key.over")
	if !strings.HasPrefix(secret, KeyPrefix) || len(secret) > 100 {
		return fair.Actor{}, fair.Key{}, over
	}
	k, err := s.Stores.Keys.Get(ctx, keyID(secret))
	now := s.now()
	if notFound(err) || err == nil && !k.Valid(now) {
		return fair.Actor{}, k, over
	}
	if err != nil {
		return fair.Actor{}, k, fmt.Errorf("read a key: %w", err)
	}
	maker, err := s.Stores.Accounts.Get(ctx, k.By)
	if notFound(err) || err == nil && !slices.Contains(maker.Roles, fair.Role{Kind: fair.Organiser, Fair: k.Fair}) {
		return fair.Actor{}, k, over
	}
	if err != nil {
		return fair.Actor{}, k, fmt.Errorf("read who made a key: %w", err)
	}
	if k.UsedAt == nil || now.Sub(*k.UsedAt) >= keyUsedEvery {
		if err := s.Stores.Keys.Use(ctx, k.ID, now, now.Add(-keyUsedEvery)); err != nil {
			return fair.Actor{}, k, fmt.Errorf("note the use of a key: %w", err)
		}
	}
	return fair.Actor{Account: maker.ID, Name: k.Name, Locale: maker.Locale, Roles: k.Roles()}, k, nil
}

// keyID is the id under which the key of a secret is kept.
func keyID(secret string) fair.ID { return fair.DeriveID("key", secret) }
