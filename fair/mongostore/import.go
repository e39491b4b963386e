package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Imports keeps what became of uploaded files of offers. No index deletes them by
// time: their files have to go first.
type Imports struct{ collection[fair.Import] }

// Advance notes what became of the lines after from, once: advanced is false when
// somebody else was there before.
func (s *Imports) Advance(ctx context.Context, id fair.ID, from int, t fair.Taken, finished *time.Time, due time.Time) (i fair.Import, advanced bool, err error) {
	set := eq("done", from+t.Lines, "dueAt", due)
	if finished != nil {
		set = append(set, eq("finishedAt", finished)...)
	}
	u := update{set: set, inc: eq("created", t.Created, "updated", t.Updated, "unchanged", t.Unchanged, "waiting", t.Waiting)}
	if len(t.Bad) > 0 {
		u.push = eq("bad", bson.D{{Key: "$each", Value: t.Bad}})
	}
	return s.change(ctx, eq("_id", id, "done", from), u)
}

// Of lists the imports of a stand, or those of a whole fair where stand is empty,
// the latest first.
func (s *Imports) Of(ctx context.Context, fairID, stand fair.ID, limit int) ([]fair.Import, error) {
	filter := eq("fair", fairID, "stand", stand)
	if stand == "" {
		filter = eq("fair", fairID, "stand", bson.D{{Key: "$exists", Value: false}})
	}
	return s.find(ctx, filter, options.Find().SetSort(eq("at", -1, "_id", 1)).SetLimit(int64(limit)))
}

// Due lists at most limit imports whose time has come.
func (s *Imports) Due(ctx context.Context, now time.Time, limit int) ([]fair.Import, error) {
	return s.find(ctx, bson.D{{Key: "dueAt", Value: bson.D{{Key: "$lte", Value: now}}}},
		options.Find().SetSort(eq("dueAt", 1)).SetLimit(int64(limit)))
}

// Remove forgets an import; one that is not there is forgotten already.
func (s *Imports) Remove(ctx context.Context, id fair.ID) error {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	_, err := s.c.DeleteOne(ctx, eq("_id", id))
	return fault("remove an import", err)
}
