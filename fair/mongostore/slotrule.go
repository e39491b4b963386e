package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// SlotRules keeps the weekly availabilities.
type SlotRules struct{ collection[fair.SlotRule] }

// OfStand lists the rules of a stand that have not ended, the oldest first.
func (s *SlotRules) OfStand(ctx context.Context, stand fair.ID) ([]fair.SlotRule, error) {
	return s.find(ctx, eq("stand", stand, "ended", bson.D{{Key: "$ne", Value: true}}),
		options.Find().SetSort(eq("_id", 1)).SetLimit(100))
}

// Due lists at most limit rules that are to be looked after.
func (s *SlotRules) Due(ctx context.Context, now time.Time, limit int) ([]fair.SlotRule, error) {
	return s.find(ctx, bson.D{{Key: "dueAt", Value: bson.D{{Key: "$lte", Value: now}}}},
		options.Find().SetSort(eq("dueAt", 1)).SetLimit(int64(limit)))
}

// Save writes an edit, which begins a new edition. Errors: Conflict
// "edit.stale".
func (s *SlotRules) Save(ctx context.Context, r fair.SlotRule) (fair.SlotRule, error) {
	return s.save(ctx, r.ID, r.Rev, eq("days", r.Days, "from", r.From, "to", r.To, "since", r.Since, "until", r.Until,
		"duration", r.Duration, "buffer", r.Buffer, "channels", r.Channels, "edition", r.Edition, "skips", r.Skips,
		"ended", r.Ended, "dueAt", r.DueAt))
}

// Tended says when a rule is looked after next, unless it was edited since.
func (s *SlotRules) Tended(ctx context.Context, id fair.ID, edition int, next time.Time) (still bool, err error) {
	_, still, err = s.change(ctx, eq("_id", id, "edition", edition), update{set: eq("dueAt", next)})
	return still, err
}
