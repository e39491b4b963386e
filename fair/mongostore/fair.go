package mongostore

import (
	"context"

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
