package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Effects reads what documents owe the world, over all nouns.
type Effects struct {
	from  map[fair.Noun]*mongo.Collection
	clock func() time.Time
}

// Pending lists at most limit documents of a noun that owe something, by id,
// after that id.
func (s *Effects) Pending(ctx context.Context, noun fair.Noun, after fair.ID, limit int) ([]fair.Debt, error) {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	filter := append(bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: after}}}}, owing...)
	cursor, err := s.from[noun].Find(ctx, filter, options.Find().SetHint(owingIndex).SetSort(eq("_id", 1)).SetLimit(int64(limit)).SetProjection(eq("effects", 1)))
	if err != nil {
		return nil, fault("list effects of "+string(noun), err)
	}
	var owing []struct {
		ID      fair.ID       `bson:"_id"`
		Effects []fair.Effect `bson:"effects"`
	}
	if err := cursor.All(ctx, &owing); err != nil {
		return nil, fault("list effects of "+string(noun), err)
	}
	debts := make([]fair.Debt, len(owing))
	for i, d := range owing {
		debts[i] = fair.Debt{Noun: noun, Doc: d.ID, Effects: d.Effects}
	}
	return debts, nil
}

// Count is how many documents owe something, over all nouns.
func (s *Effects) Count(ctx context.Context) (total int, err error) {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	for noun, from := range s.from {
		n, err := from.CountDocuments(ctx, owing, options.Count().SetHint(owingIndex))
		if err != nil {
			return 0, fault("count effects of "+string(noun), err)
		}
		total += int(n)
	}
	return total, nil
}

// Settle strikes effects off a document. It is bookkeeping, no change to the
// thing itself: rev and updatedAt stay.
func (s *Effects) Settle(ctx context.Context, noun fair.Noun, doc fair.ID, effects ...fair.ID) error {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	_, err := s.from[noun].UpdateOne(ctx, eq("_id", doc), bson.D{{Key: "$pull", Value: bson.D{
		{Key: "effects", Value: bson.D{{Key: "id", Value: bson.D{{Key: "$in", Value: effects}}}}},
	}}})
	return fault("settle effects of "+string(noun), err)
}
