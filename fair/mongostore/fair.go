package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Fairs keeps the events.
type Fairs struct{ collection[fair.Fair] }

// BySlug finds a fair by its address. Errors: NotFound.
func (s *Fairs) BySlug(ctx context.Context, slug string) (fair.Fair, error) {
	return s.one(ctx, eq("slug", slug))
}

// List lists the fairs by their start, the latest first, at most 100.
func (s *Fairs) List(ctx context.Context) ([]fair.Fair, error) {
	return s.find(ctx, eq(), options.Find().SetSort(eq("startsAt", -1, "_id", 1)).SetLimit(100))
}

// SaveRules writes what an organiser has settled. Errors: Conflict "edit.stale".
func (s *Fairs) SaveRules(ctx context.Context, f fair.Fair, effects ...fair.Effect) (fair.Fair, error) {
	return s.save(ctx, f.ID, f.Rev, eq("rules", f.Settled), effects...)
}

// Owe notes that something is owed for a fair.
func (s *Fairs) Owe(ctx context.Context, id fair.ID, effects ...fair.Effect) error {
	_, _, err := s.change(ctx, eq("_id", id), update{}, effects...)
	return err
}

// Ended lists the fairs that are over and whose data is still there.
func (s *Fairs) Ended(ctx context.Context, now time.Time) ([]fair.Fair, error) {
	return s.find(ctx, append(bson.D{{Key: "endsAt", Value: bson.D{{Key: "$lte", Value: now}}}}, absent("erasedAt")...),
		options.Find().SetSort(eq("_id", 1)))
}

// Erased notes that the personal data of a fair is gone.
func (s *Fairs) Erased(ctx context.Context, id fair.ID, at time.Time) error {
	_, _, err := s.change(ctx, append(eq("_id", id), absent("erasedAt")...), update{set: eq("erasedAt", at)})
	return err
}
