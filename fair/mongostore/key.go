package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Keys keeps what programs show in place of a cookie.
type Keys struct{ collection[fair.Key] }

// OfFair lists the keys of a fair that were not ended, the latest first.
func (s *Keys) OfFair(ctx context.Context, fairID fair.ID, limit int) ([]fair.Key, error) {
	return s.find(ctx, append(eq("fair", fairID), missing("endedAt")), options.Find().SetSort(eq("at", -1)).SetLimit(int64(limit)))
}

// Use notes that a key was used, unless that was noted after since.
func (s *Keys) Use(ctx context.Context, id fair.ID, now, since time.Time) error {
	for _, never := range []bson.E{missing("usedAt"), {Key: "usedAt", Value: bson.D{{Key: "$lt", Value: since}}}} {
		if _, used, err := s.change(ctx, append(eq("_id", id), never), update{set: eq("usedAt", now)}); err != nil || used {
			return err
		}
	}
	return nil
}

// End ends a key. ended is true for one caller only.
func (s *Keys) End(ctx context.Context, id fair.ID, now time.Time) (ended bool, err error) {
	_, ended, err = s.change(ctx, append(eq("_id", id), missing("endedAt")), update{set: eq("endedAt", now)})
	return ended, err
}

func missing(field string) bson.E {
	return bson.E{Key: field, Value: bson.D{{Key: "$exists", Value: false}}}
}
