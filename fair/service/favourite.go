package service

import (
	"context"
	"fmt"
	"time"

	"salon/fair"
)

// favouriteStore keeps what people want to find again.
type favouriteStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Favourites, error)
	Add(ctx context.Context, account fair.ID, item fair.Favourite, limit int, retain time.Time) (after fair.Favourites, added bool, err error)
	Remove(ctx context.Context, account fair.ID, kind fair.FavouriteKind, id fair.ID) error
}

// Favourites is what somebody keeps that is still there, the latest first.
type Favourites struct {
	Offers []fair.Offer
	Stands []fair.Stand
}

// AddFavourite keeps an offer or a stand. Errors: NotFound when there is no such
// thing; Invalid "favourite.kind"; Conflict "favourites.many".
func (s *Service) AddFavourite(ctx context.Context, a fair.Actor, kind fair.FavouriteKind, id fair.ID) error {
	if err := signedIn(a); err != nil {
		return err
	}
	fairID, err := s.fairOf(ctx, kind, id)
	if err != nil {
		return err
	}
	f, err := s.Stores.Fairs.Get(ctx, fairID)
	if err != nil {
		return fmt.Errorf("read the fair of a favourite: %w", err)
	}
	now := s.now()
	retain := f.RetainUntil()
	if least := now.Add(fair.RetainFor); retain.Before(least) {
		retain = least
	}
	_, added, err := s.Stores.Favourites.Add(ctx, a.Account, fair.Favourite{Kind: kind, ID: id, At: now}, fair.MaxFavourites, retain)
	if err == nil && !added {
		err = fair.E(fair.Conflict, "favourites.many")
	}
	return err
}

func (s *Service) fairOf(ctx context.Context, kind fair.FavouriteKind, id fair.ID) (fair.ID, error) {
	switch kind {
	case fair.FavouriteOffer:
		o, err := s.Stores.Offers.Get(ctx, id)
		return o.Fair, err
	case fair.FavouriteStand:
		st, err := s.Stores.Stands.Get(ctx, id)
		return st.Fair, err
	}
	return "", fair.Refuse("kind", "favourite.kind")
}

// RemoveFavourite forgets one; what is not kept is forgotten already.
func (s *Service) RemoveFavourite(ctx context.Context, a fair.Actor, kind fair.FavouriteKind, id fair.ID) error {
	if err := signedIn(a); err != nil {
		return err
	}
	if kind != fair.FavouriteOffer && kind != fair.FavouriteStand {
		return fair.Refuse("kind", "favourite.kind")
	}
	return s.Stores.Favourites.Remove(ctx, a.Account, kind, id)
}

// IsFavourite reports whether the actor keeps something. A visitor keeps nothing.
func (s *Service) IsFavourite(ctx context.Context, a fair.Actor, kind fair.FavouriteKind, id fair.ID) (bool, error) {
	if !a.SignedIn() {
		return false, nil
	}
	kept, err := s.Stores.Favourites.Get(ctx, a.Account)
	if notFound(err) {
		return false, nil
	}
	return kept.Has(kind, id), err
}

// MyFavourites lists what the actor keeps. What was deleted since is left out;
// a closed offer stays, and says so.
func (s *Service) MyFavourites(ctx context.Context, a fair.Actor) (Favourites, error) {
	if err := signedIn(a); err != nil {
		return Favourites{}, err
	}
	kept, err := s.Stores.Favourites.Get(ctx, a.Account)
	if notFound(err) {
		return Favourites{}, nil
	}
	if err != nil {
		return Favourites{}, err
	}
	var offers, stands []fair.ID
	for _, item := range kept.Items {
		if item.Kind == fair.FavouriteOffer {
			offers = append([]fair.ID{item.ID}, offers...)
		} else {
			stands = append([]fair.ID{item.ID}, stands...)
		}
	}
	foundOffers, err := s.Stores.Offers.ByIDs(ctx, offers)
	if err != nil {
		return Favourites{}, fmt.Errorf("read favourite offers: %w", err)
	}
	foundStands, err := s.Stores.Stands.ByIDs(ctx, stands)
	if err != nil {
		return Favourites{}, fmt.Errorf("read favourite stands: %w", err)
	}
	return Favourites{
		Offers: inOrder(offers, foundOffers, func(o fair.Offer) fair.ID { return o.ID }),
		Stands: inOrder(stands, foundStands, func(st fair.Stand) fair.ID { return st.ID }),
	}, nil
}

// inOrder puts what was found in the order of the ids.
func inOrder[T any](ids []fair.ID, found []T, id func(T) fair.ID) []T {
	byID := make(map[fair.ID]T, len(found))
	for _, t := range found {
		byID[id(t)] = t
	}
	list := make([]T, 0, len(found))
	for _, want := range ids {
		if t, ok := byID[want]; ok {
			list = append(list, t)
		}
	}
	return list
}
