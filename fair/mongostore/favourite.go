package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"salon/fair"
)

// Favourites keeps what people want to find again, one document per account.
type Favourites struct {
	collection[fair.Favourites]
}

// Add keeps one more, once; added is false when there are limit of them. The
// document lives at least until retain.
func (s *Favourites) Add(ctx context.Context, account fair.ID, item fair.Favourite, limit int, retain time.Time) (after fair.Favourites, added bool, err error) {
	there := bson.E{Key: "items", Value: bson.D{{Key: "$elemMatch", Value: eq("kind", item.Kind, "id", item.ID)}}}
	for range 2 { // a second round when the first favourite was made meanwhile
		after, added, err = s.change(ctx, bson.D{
			{Key: "_id", Value: account},
			{Key: "items", Value: bson.D{{Key: "$not", Value: bson.D{{Key: "$elemMatch", Value: eq("kind", item.Kind, "id", item.ID)}}}}},
			{Key: indexed("items", limit-1), Value: bson.D{{Key: "$exists", Value: false}}},
		}, update{push: eq("items", item), set: eq("retainUntil", retain)})
		if err != nil || added {
			return after, added, err
		}
		if after, err = s.one(ctx, bson.D{{Key: "_id", Value: account}, there}); err == nil || fair.KindOf(err) != fair.NotFound {
			return after, err == nil, err
		}
		first := fair.Favourites{ID: account, Items: []fair.Favourite{item}, Meta: fair.Meta{Rev: 1, UpdatedAt: s.clock(), Schema: 1, RetainUntil: &retain}}
		if err = s.Insert(ctx, first); err == nil || !duplicate(err) {
			return first, err == nil, err
		}
	}
	return after, false, nil
}

// Remove forgets one; one that is not there is forgotten already.
func (s *Favourites) Remove(ctx context.Context, account fair.ID, kind fair.FavouriteKind, id fair.ID) error {
	_, _, err := s.change(ctx, eq("_id", account), update{pull: eq("items", eq("kind", kind, "id", id))})
	return err
}
