package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Threads keeps what stands and people write to each other.
type Threads struct{ collection[fair.Thread] }

// Save writes a thread that was read at its revision: at most one message more,
// and what it means for what is owed. saved is false when the thread has moved
// on meanwhile.
func (s *Threads) Save(ctx context.Context, t fair.Thread, more []fair.Message, effects ...fair.Effect) (after fair.Thread, saved bool, err error) {
	u := update{set: eq("at", t.At, "level", t.Level, "seen", t.Seen)}
	for _, field := range []struct {
		name  string
		value any
		there bool
	}{{"owes", t.Owes, t.Owes != ""}, {"askedAt", t.AskedAt, t.AskedAt != nil}, {"dueAt", t.DueAt, t.DueAt != nil}} {
		if field.there {
			u.set = append(u.set, bson.E{Key: field.name, Value: field.value})
		} else {
			u.unset = append(u.unset, bson.E{Key: field.name, Value: ""})
		}
	}
	if len(more) > 0 {
		u.push = eq("messages", bson.D{{Key: "$each", Value: more}})
	}
	return s.change(ctx, eq("_id", t.ID, "rev", t.Rev), u, effects...)
}

// Of lists the threads of a candidate, the last written first.
func (s *Threads) Of(ctx context.Context, candidate fair.ID, limit int) ([]fair.Thread, error) {
	return s.find(ctx, eq("candidate", candidate), options.Find().SetSort(eq("at", -1, "_id", 1)).SetLimit(int64(limit)))
}

// OfStand lists the threads of a stand, the last written first.
func (s *Threads) OfStand(ctx context.Context, stand fair.ID, limit int) ([]fair.Thread, error) {
	return s.find(ctx, eq("stand", stand), options.Find().SetSort(eq("at", -1, "_id", 1)).SetLimit(int64(limit)))
}

// Unanswered lists the threads of a fair in which an answer is owed, the one
// that waits longest first.
func (s *Threads) Unanswered(ctx context.Context, fairID fair.ID, limit int) ([]fair.Thread, error) {
	filter := append(eq("fair", fairID), asked...)
	return s.find(ctx, filter, options.Find().SetSort(eq("askedAt", 1, "_id", 1)).SetLimit(int64(limit)))
}

// Due lists threads whose unanswered request goes further now.
func (s *Threads) Due(ctx context.Context, now time.Time, limit int) ([]fair.Thread, error) {
	filter := bson.D{{Key: "dueAt", Value: bson.D{{Key: "$lte", Value: now}}}}
	return s.find(ctx, filter, options.Find().SetSort(eq("dueAt", 1)).SetLimit(int64(limit)))
}

// asked is what threads have in common in which an answer is owed.
var asked = bson.D{{Key: "askedAt", Value: bson.D{{Key: "$exists", Value: true}}}}
