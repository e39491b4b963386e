package fair

import "time"

// Favourites are the offers and stands somebody wants to find again. One
// document per account; ID is the account's.
type Favourites struct {
	ID    ID          `bson:"_id"`
	Items []Favourite `bson:"items"` // at most MaxFavourites, oldest first
	Meta  `bson:",inline"`
}

// Favourite is one of them.
type Favourite struct {
	Kind FavouriteKind `bson:"kind"`
	ID   ID            `bson:"id"`
	At   time.Time     `bson:"at"`
}

// FavouriteKind says what is wanted again.
type FavouriteKind string

// The kinds of favourite.
const (
	FavouriteOffer FavouriteKind = "offer"
	FavouriteStand FavouriteKind = "stand"
)

// MaxFavourites is how many one person may keep.
const MaxFavourites = 200

// Has reports whether something is among them.
func (f Favourites) Has(kind FavouriteKind, id ID) bool {
	for _, item := range f.Items {
		if item.Kind == kind && item.ID == id {
			return true
		}
	}
	return false
}
