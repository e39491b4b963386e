package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Webconferences keeps the talks.
type Webconferences struct {
	collection[fair.Webconference]
}

// BySlug finds a talk of a fair by its address. Errors: NotFound.
func (s *Webconferences) BySlug(ctx context.Context, fairID fair.ID, slug string) (fair.Webconference, error) {
	return s.one(ctx, eq("fair", fairID, "slug", slug))
}

// List lists the programme of a fair by start, at most 500 talks.
func (s *Webconferences) List(ctx context.Context, fairID fair.ID) ([]fair.Webconference, error) {
	return s.find(ctx, eq("fair", fairID), options.Find().SetSort(eq("startsAt", 1, "_id", 1)).SetLimit(500))
}

// Count counts the talks of a fair.
func (s *Webconferences) Count(ctx context.Context, fairID fair.ID) (int, error) {
	return s.count(ctx, eq("fair", fairID))
}

// Save writes what an edit may change, the raised generations included.
// Errors: Conflict "edit.stale".
func (s *Webconferences) Save(ctx context.Context, w fair.Webconference, effects ...fair.Effect) (fair.Webconference, error) {
	set := eq("title", w.Title, "abstract", w.Abstract, "accessibility", w.Accessibility, "language", w.Language,
		"startsAt", w.StartsAt, "endsAt", w.EndsAt, "speakers", w.Speakers, "state", w.State, "generation", w.Generation)
	if w.Demoted != nil {
		set = append(set, bson.E{Key: "demoted", Value: w.Demoted})
	}
	if w.Kicked != nil {
		set = append(set, bson.E{Key: "kicked", Value: w.Kicked})
	}
	if w.Generations != nil {
		set = append(set, bson.E{Key: "generations", Value: w.Generations})
	}
	if w.Encoders != nil {
		set = append(set, bson.E{Key: "encoders", Value: w.Encoders})
	}
	return s.save(ctx, w.ID, w.Rev, set, effects...)
}

// SetState moves a talk from one of the states from to the state to.
func (s *Webconferences) SetState(ctx context.Context, id fair.ID, to fair.WebconferenceState, from []fair.WebconferenceState, effects ...fair.Effect) (fair.Webconference, bool, error) {
	u := update{set: eq("state", to)}
	if to == fair.WebconferenceEnded {
		u.inc = eq("generation", int64(1))
	}
	return s.change(ctx, eq("_id", id, "state", bson.D{{Key: "$in", Value: from}}), u, effects...)
}

// Exclude puts an account out for good (list "kicked") or off the stage (list
// "demoted") and raises its generation, once.
func (s *Webconferences) Exclude(ctx context.Context, id, account fair.ID, list string, effects ...fair.Effect) (fair.Webconference, bool, error) {
	return s.change(ctx, bson.D{
		{Key: "_id", Value: id},
		{Key: list, Value: bson.D{{Key: "$ne", Value: account}}},
	}, update{addToSet: eq(list, account), inc: eq("generations."+string(account), int64(1))}, effects...)
}
