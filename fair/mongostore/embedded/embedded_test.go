package embedded_test

import (
	"context"
	"path/filepath"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.uber.org/goleak"
	"salon/fair/mongostore/embedded"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestSmoke(t *testing.T) {
	e, err := embedded.Open(filepath.Join(t.TempDir(), "db"), embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	c, err := mongo.Connect(ctx, e.ClientOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	defer c.Disconnect(ctx)
	coll := c.Database("x").Collection("a")
	must := func(v any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%+v", v)
	}
	must(coll.InsertMany(ctx, []any{bson.M{"_id": "a", "n": 1}, bson.M{"_id": "b", "n": 2.5}}))
	must(coll.Indexes().CreateOne(ctx, mongo.IndexModel{Keys: bson.D{{Key: "n", Value: -1}}, Options: options.Index().SetUnique(true)}))
	must(coll.InsertOne(ctx, bson.M{"n": int64(7)}))
	_, err = coll.InsertOne(ctx, bson.M{"n": 7.0})
	t.Log(err, mongo.IsDuplicateKeyError(err))
	must(coll.UpdateOne(ctx, bson.M{"n": bson.M{"$gt": 2}}, bson.M{"$inc": bson.M{"n": 1}}))
	must(coll.UpdateOne(ctx, bson.M{"k": 2}, bson.M{"$inc": bson.M{"n": 100}}, options.Update().SetUpsert(true)))
	cur, err := coll.Find(ctx, bson.M{"n": bson.M{"$gt": 2}}, options.Find().SetSort(bson.M{"n": -1}).SetBatchSize(1))
	if err != nil {
		t.Fatal(err)
	}
	var all []bson.M
	must(all, cur.All(ctx, &all))
	t.Log(all)
	must(coll.CountDocuments(ctx, bson.M{}))
	must(coll.EstimatedDocumentCount(ctx))
	must(coll.DeleteMany(ctx, bson.M{}))
	t.Log(coll.FindOneAndUpdate(ctx, bson.M{"a": 1}, bson.M{"$set": bson.M{"b": 1}}).Err())
	must(coll.Distinct(ctx, "n", bson.M{}))
	t.Log(coll.FindOne(ctx, bson.M{"a": bson.M{"$foo": 1}}).Err())
}
