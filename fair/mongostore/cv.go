package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// CVs keeps what is known of people's CVs; their content is files. No index
// deletes them by time: the files have to go first.
type CVs struct{ collection[fair.CV] }

// ByKey finds the upload somebody began with that key. Errors: NotFound.
func (s *CVs) ByKey(ctx context.Context, candidate fair.ID, key string) (fair.CV, error) {
	return s.one(ctx, eq("candidate", candidate, "key", key, "kept", true))
}

// Of lists the CVs of these people that are not deleted, the latest first.
func (s *CVs) Of(ctx context.Context, candidates ...fair.ID) ([]fair.CV, error) {
	if len(candidates) == 0 {
		return nil, nil
	}
	return s.find(ctx, bson.D{
		{Key: "candidate", Value: bson.D{{Key: "$in", Value: candidates}}},
		{Key: "kept", Value: true},
	}, options.Find().SetSort(eq("at", -1, "_id", 1)))
}

// Save writes what a change has made of a CV. Errors: NotFound; Conflict
// "edit.stale" when it has moved on since it was read.
func (s *CVs) Save(ctx context.Context, c fair.CV) (fair.CV, error) {
	set := eq("state", c.State, "name", c.Name, "format", c.Format, "parts", c.Parts, "tries", c.Tries, "retainUntil", c.RetainUntil)
	u := update{set: set}
	for name, at := range map[string]*time.Time{"chosenAt": c.ChosenAt, "dueAt": c.DueAt} {
		if at != nil {
			u.set = append(u.set, bson.E{Key: name, Value: at})
		} else {
			u.unset = append(u.unset, bson.E{Key: name, Value: ""})
		}
	}
	if !c.Kept {
		u.unset = append(u.unset, bson.E{Key: "kept", Value: ""})
	}
	after, matched, err := s.change(ctx, eq("_id", c.ID, "rev", c.Rev), u)
	if err != nil || matched {
		return after, err
	}
	return s.mine(ctx, eq("_id", c.ID), c.Rev+1, set)
}

// Due lists at most limit CVs whose time has come.
func (s *CVs) Due(ctx context.Context, now time.Time, limit int) ([]fair.CV, error) {
	return s.find(ctx, bson.D{{Key: "dueAt", Value: bson.D{{Key: "$lte", Value: now}}}},
		options.Find().SetSort(eq("dueAt", 1)).SetLimit(int64(limit)))
}

// Remove forgets a deleted CV; one that is not there is forgotten already.
func (s *CVs) Remove(ctx context.Context, id fair.ID) error {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	_, err := s.c.DeleteOne(ctx, eq("_id", id, "state", fair.CVDeleted))
	return fault("remove a CV", err)
}
