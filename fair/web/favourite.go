package web

import (
	"context"

	"salon/fair"
	"salon/fair/service"
)

// favourites is what this package asks of service about what people keep.
type favourites interface {
	AddFavourite(ctx context.Context, a fair.Actor, kind fair.FavouriteKind, id fair.ID) error
	RemoveFavourite(ctx context.Context, a fair.Actor, kind fair.FavouriteKind, id fair.ID) error
	IsFavourite(ctx context.Context, a fair.Actor, kind fair.FavouriteKind, id fair.ID) (bool, error)
	MyFavourites(ctx context.Context, a fair.Actor) (service.Favourites, error)
}

// FavouritesView is what somebody keeps, the latest first.
type FavouritesView struct {
	Offers []FavouriteOfferView `json:"offers"`
	Stands []StandRef           `json:"stands"`
}

// FavouriteOfferView is an offer somebody keeps.
type FavouriteOfferView struct {
	ID      fair.ID `json:"id"`
	Title   string  `json:"title"`
	Company string  `json:"company"`
	Place   string  `json:"place"`
	Open    bool    `json:"open"`
}

func (s *Server) myFavourites(ctx context.Context, k *call, _ *struct{}) (*answer[FavouritesView], error) {
	kept, err := s.Service.MyFavourites(ctx, k.Actor)
	now := s.Clock()
	return reply(FavouritesView{
		Offers: mapped(kept.Offers, func(o fair.Offer) FavouriteOfferView {
			return FavouriteOfferView{o.ID, o.Title, o.CompanyName, placeWords(o.Place), o.OpenAt(now)}
		}),
		Stands: mapped(kept.Stands, refStand),
	}, err)
}

type favouriteInput struct {
	Kind string  `path:"kind" enum:"offer,stand"`
	Kept fair.ID `path:"kept"`
}

func (s *Server) addFavourite(ctx context.Context, k *call, in *favouriteInput) (*nothing, error) {
	return &nothing{}, s.Service.AddFavourite(ctx, k.Actor, fair.FavouriteKind(in.Kind), in.Kept)
}

func (s *Server) removeFavourite(ctx context.Context, k *call, in *favouriteInput) (*nothing, error) {
	return &nothing{}, s.Service.RemoveFavourite(ctx, k.Actor, fair.FavouriteKind(in.Kind), in.Kept)
}
