package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

func TestAnOrderedBulkStopsAtItsFirstErrorAndAnUnorderedGoesOn(t *testing.T) {
	ctx := context.Background()
	onEachServer(t, func(t *testing.T, client *mongo.Client) {
		for _, ordered := range []bool{true, false} {
			things := coll(t, client)
			_, err := things.InsertMany(ctx, []any{bson.M{"_id": "a"}, bson.M{"_id": "a"}, bson.M{"_id": "b"}, bson.M{"_id": "b"}, bson.M{"_id": "c"}},
				options.InsertMany().SetOrdered(ordered))
			var bulk mongo.BulkWriteException
			if !errors.As(err, &bulk) || !mongo.IsDuplicateKeyError(err) {
				t.Fatalf("%v", err)
			}
			var at []int
			for _, e := range bulk.WriteErrors {
				at = append(at, e.Index)
			}
			left, failed := "a", "[1]"
			if !ordered {
				left, failed = "a b c", "[1 3]"
			}
			if got := ids(t, things, `{}`, options.Find().SetSort(bson.M{"_id": 1})); got != left || fmt.Sprint(at) != failed {
				t.Errorf("ordered %t leaves %q, errors at %v", ordered, got, at)
			}
		}
	})
}

func TestABulkMixesWrites(t *testing.T) {
	onEachServer(t, func(t *testing.T, client *mongo.Client) {
		things := coll(t, client, `{"_id":"a","n":1}`, `{"_id":"b","n":1}`)
		res, err := things.BulkWrite(context.Background(), []mongo.WriteModel{
			mongo.NewInsertOneModel().SetDocument(bson.M{"_id": "c", "n": 1}),
			mongo.NewUpdateManyModel().SetFilter(bson.M{"n": 1}).SetUpdate(bson.M{"$inc": bson.M{"n": 1}}),
			mongo.NewUpdateOneModel().SetFilter(bson.M{"_id": "d"}).SetUpdate(bson.M{"$set": bson.M{"n": 9}}).SetUpsert(true),
			mongo.NewReplaceOneModel().SetFilter(bson.M{"_id": "a"}).SetReplacement(bson.M{"n": 7}),
			mongo.NewDeleteManyModel().SetFilter(bson.M{"n": 2}),
		})
		if err != nil {
			t.Fatal(err)
		}
		if res.InsertedCount != 1 || res.MatchedCount != 4 || res.ModifiedCount != 4 || res.UpsertedCount != 1 || res.UpsertedIDs[2] != "d" || res.DeletedCount != 2 {
			t.Errorf("%+v", res)
		}
		if got := ids(t, things, `{}`, options.Find().SetSort(bson.M{"_id": 1})); got != "a d" {
			t.Errorf("left %q", got)
		}
	})
}

func TestACursorGivesAllInBatchesAndCanBeKilled(t *testing.T) {
	ctx := context.Background()
	onEachServer(t, func(t *testing.T, client *mongo.Client) {
		things := coll(t, client)
		var docs []any
		for i := range 350 {
			docs = append(docs, bson.M{"_id": fmt.Sprintf("%03d", i), "n": i})
		}
		if _, err := things.InsertMany(ctx, docs); err != nil {
			t.Fatal(err)
		}
		for _, size := range []int32{1, 100, 349, 350, 1000} {
			if got := len(words(ids(t, things, `{}`, options.Find().SetBatchSize(size)))); got != 350 {
				t.Errorf("batches of %d give %d", size, got)
			}
		}
		if got := len(words(ids(t, things, `{}`, options.Find().SetBatchSize(10).SetLimit(25)))); got != 25 {
			t.Errorf("limit gives %d", got)
		}
		cur, err := things.Find(ctx, bson.M{}, options.Find().SetBatchSize(2))
		if err != nil {
			t.Fatal(err)
		}
		id := cur.ID()
		if err := cur.Close(ctx); err != nil || id == 0 {
			t.Fatalf("cursor %d: %v", id, err)
		}
		err = things.Database().RunCommand(ctx, bson.D{{Key: "getMore", Value: id}, {Key: "collection", Value: things.Name()}}).Err()
		wantCode(t, err, 43)
	})
}

func TestACursorOutlivesChangesToWhatItHasNotRead(t *testing.T) {
	ctx := context.Background()
	onEachServer(t, func(t *testing.T, client *mongo.Client) {
		things := coll(t, client, `{"_id":"a","n":1}`, `{"_id":"b","n":1}`, `{"_id":"c","n":1}`, `{"_id":"d","n":1}`)
		cur, err := things.Find(ctx, bson.M{"n": 1}, options.Find().SetBatchSize(1).SetSort(bson.M{"_id": 1}))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := things.DeleteOne(ctx, bson.M{"_id": "c"}); err != nil {
			t.Fatal(err)
		}
		var all []bson.M
		if err := cur.All(ctx, &all); err != nil || len(all) != 3 {
			t.Errorf("%v, %v", all, err)
		}
	})
}

func TestMaxTimeMSEndsAnOperation(t *testing.T) {
	ctx := context.Background()
	onEachServer(t, func(t *testing.T, client *mongo.Client) {
		things := coll(t, client)
		var docs []any
		for i := range 40_000 {
			docs = append(docs, bson.M{"n": i, "text": "some words to look at"})
		}
		if _, err := things.InsertMany(ctx, docs); err != nil {
			t.Fatal(err)
		}
		slow := bson.M{"text": bson.M{"$regex": "(w.*o){3}r"}}
		command := bson.D{{Key: "count", Value: things.Name()}, {Key: "query", Value: slow}, {Key: "maxTimeMS", Value: 1}}
		wantCode(t, things.Database().RunCommand(ctx, command).Err(), 50)
		_, err := things.Find(ctx, slow, options.Find().SetMaxTime(time.Millisecond))
		wantCode(t, err, 50)
		err = things.FindOneAndUpdate(ctx, slow, bson.M{"$set": bson.M{"n": 1}}, options.FindOneAndUpdate().SetMaxTime(time.Millisecond)).Err()
		wantCode(t, err, 50)
	})
}

func TestDistinctAndAggregate(t *testing.T) {
	ctx := context.Background()
	onEachServer(t, func(t *testing.T, client *mongo.Client) {
		things := coll(t, client, `{"_id":"a","k":"p","n":1,"t":[1,2]}`, `{"_id":"b","k":"q","n":2.5,"t":[2,3]}`, `{"_id":"c","k":"p","n":3,"t":4}`, `{"_id":"d"}`)
		values, err := things.Distinct(ctx, "t", bson.M{})
		if err != nil || js(t, bson.M{"v": values}) != `{"v":[1,2,3,4]}` {
			t.Errorf("%v, %v", values, err)
		}
		cur, err := things.Aggregate(ctx, bson.A{
			bson.M{"$match": bson.M{"n": bson.M{"$gt": 0}}},
			bson.M{"$group": bson.M{"_id": "$k", "n": bson.M{"$sum": 1}, "total": bson.M{"$sum": "$n"}, "least": bson.M{"$min": "$n"}, "none": bson.M{"$min": "$z"}}},
			bson.M{"$sort": bson.M{"_id": -1}},
		})
		if err != nil {
			t.Fatal(err)
		}
		var rows []bson.M
		if err := cur.All(ctx, &rows); err != nil {
			t.Fatal(err)
		}
		if len(rows) != 2 || rows[0]["_id"] != "q" || rows[1]["n"] != int32(2) || rows[1]["total"] != int32(4) || rows[0]["total"] != 2.5 || rows[0]["least"] != 2.5 || rows[1]["least"] != int32(1) || rows[1]["none"] != nil {
			t.Errorf("%v", rows)
		}
	})
}

func TestProjections(t *testing.T) {
	whole := `{"_id":"a","x":{"y":1,"z":2},"l":[{"p":1,"q":1},{"p":2,"q":2},5],"n":3}`
	cases := map[string]string{
		`{}`:                                 whole,
		`{"n":1}`:                            `{"_id":"a","n":3}`,
		`{"n":1,"_id":0}`:                    `{"n":3}`,
		`{"_id":1}`:                          `{"_id":"a"}`,
		`{"_id":0}`:                          `{"x":{"y":1,"z":2},"l":[{"p":1,"q":1},{"p":2,"q":2},5],"n":3}`,
		`{"x.y":1}`:                          `{"_id":"a","x":{"y":1}}`,
		`{"x.y":0,"l":0}`:                    `{"_id":"a","x":{"z":2},"n":3}`,
		`{"l.p":1}`:                          `{"_id":"a","l":[{"p":1},{"p":2}]}`,
		`{"l.p":0,"x":0}`:                    `{"_id":"a","l":[{"q":1},{"q":2},5],"n":3}`,
		`{"l":{"$slice":-1},"x":0}`:          `{"_id":"a","l":[5],"n":3}`,
		`{"l":{"$slice":[1,1]},"x":0}`:       `{"_id":"a","l":[{"p":2,"q":2}],"n":3}`,
		`{"l":{"$elemMatch":{"p":2}}}`:       `{"_id":"a","l":[{"p":2,"q":2}]}`,
		`{"l":{"$elemMatch":{"p":9}},"n":1}`: `{"_id":"a","n":3}`,
	}
	onEachServer(t, func(t *testing.T, client *mongo.Client) {
		things := coll(t, client, whole)
		for projection, want := range cases {
			var d bson.D
			err := things.FindOne(context.Background(), bson.M{}, options.FindOne().SetProjection(doc(t, projection))).Decode(&d)
			if err != nil || js(t, d) != want {
				t.Errorf("%s gives %s, %v; want %s", projection, js(t, d), err, want)
			}
		}
	})
}

// race runs n goroutines from one start and returns what each answered.
func race(n int, run func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = run(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

func TestFiftyGoroutinesOnOneSlotHaveOneWinner(t *testing.T) {
	ctx := context.Background()
	onEachServer(t, func(t *testing.T, client *mongo.Client) {
		things := coll(t, client)
		for round := range 30 {
			slot := fmt.Sprint("slot", round)
			if _, err := things.InsertOne(ctx, bson.M{"_id": slot, "state": "free"}); err != nil {
				t.Fatal(err)
			}
			var mu sync.Mutex
			var winners []int
			for i, err := range race(50, func(i int) error {
				free, take := bson.M{"_id": slot, "state": "free"}, bson.M{"$set": bson.M{"state": "held", "by": i}}
				won := false
				if i%2 == 0 {
					err := things.FindOneAndUpdate(ctx, free, take).Err()
					if err != nil && !errors.Is(err, mongo.ErrNoDocuments) {
						return err
					}
					won = err == nil
				} else {
					res, err := things.UpdateOne(ctx, free, take)
					if err != nil {
						return err
					}
					won = res.ModifiedCount == 1
				}
				if won {
					mu.Lock()
					winners = append(winners, i)
					mu.Unlock()
				}
				return nil
			}) {
				if err != nil {
					t.Fatalf("goroutine %d: %v", i, err)
				}
			}
			var d struct{ By int }
			if err := things.FindOne(ctx, bson.M{"_id": slot}).Decode(&d); err != nil {
				t.Fatal(err)
			}
			if len(winners) != 1 || winners[0] != d.By {
				t.Fatalf("round %d: winners %v, the slot says %d", round, winners, d.By)
			}
		}
	})
}

func TestFiveHundredIncrementsAreFiveHundred(t *testing.T) {
	ctx := context.Background()
	onEachServer(t, func(t *testing.T, client *mongo.Client) {
		things := coll(t, client, `{"_id":"a","n":0}`)
		for _, err := range race(500, func(int) error {
			_, err := things.UpdateOne(ctx, bson.M{"_id": "a"}, bson.M{"$inc": bson.M{"n": 1}})
			return err
		}) {
			if err != nil {
				t.Fatal(err)
			}
		}
		if got := one(t, things, "a"); got != `{"_id":"a","n":500}` {
			t.Errorf("got %s", got)
		}
	})
}

func TestFiftyUpsertsOfOneKeyAreOneDocument(t *testing.T) {
	ctx := context.Background()
	onEachServer(t, func(t *testing.T, client *mongo.Client) {
		things := coll(t, client)
		index(t, things, `{"key":1}`, options.Index().SetUnique(true))
		for _, err := range race(50, func(int) error {
			_, err := things.UpdateOne(ctx, bson.M{"key": "k"}, bson.M{"$inc": bson.M{"n": 1}}, options.Update().SetUpsert(true))
			return err
		}) {
			// A real server may tell a loser of the race that the key is taken.
			if err != nil && !mongo.IsDuplicateKeyError(err) {
				t.Fatal(err)
			}
		}
		n, err := things.CountDocuments(ctx, bson.M{})
		if err != nil || n != 1 {
			t.Errorf("%d documents, %v", n, err)
		}
	})
}

func TestOneRefusedWriteDoesNotUndoItsNeighbours(t *testing.T) {
	ctx := context.Background()
	onEachServer(t, func(t *testing.T, client *mongo.Client) {
		things := coll(t, client)
		index(t, things, `{"key":1}`, options.Index().SetUnique(true))
		index(t, things, `{"also":1}`)
		// Half of them fight for few keys, half have their own.
		errs := race(200, func(i int) error {
			key := fmt.Sprint("shared", i%5)
			if i%2 == 0 {
				key = fmt.Sprint("own", i)
			}
			_, err := things.InsertOne(ctx, bson.M{"_id": fmt.Sprint(i), "key": key, "also": i})
			return err
		})
		accepted := 0
		for i, err := range errs {
			n, countErr := things.CountDocuments(ctx, bson.M{"also": i})
			switch {
			case countErr != nil:
				t.Fatal(countErr)
			case err == nil:
				accepted++
				if n != 1 {
					t.Errorf("accepted write %d is not there", i)
				}
			case !mongo.IsDuplicateKeyError(err):
				t.Errorf("write %d: %v", i, err)
			case n != 0:
				t.Errorf("refused write %d is there", i)
			}
		}
		if accepted != 105 {
			t.Errorf("%d accepted, want 105", accepted)
		}
	})
}
