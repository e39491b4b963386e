package embedded_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"salon/fair/mongostore/embedded"
)

const benchDocs = 100_000

// benchDoc is a document of about 1 KB.
func benchDoc(i int) bson.D {
	return bson.D{
		{Key: "_id", Value: fmt.Sprintf("doc%08d", i)},
		{Key: "key", Value: fmt.Sprintf("key%08d", (i*7919)%benchDocs)},
		{Key: "stand", Value: i % 600},
		{Key: "at", Value: time.UnixMilli(int64(i) * 60_000)},
		{Key: "rev", Value: 1},
		{Key: "text", Value: strings.Repeat("salon ", 150)},
	}
}

// BenchmarkCollection loads 100,000 documents and measures, through the
// driver, what the stores do most. Each operation waits for its fsync.
func BenchmarkCollection(b *testing.B) {
	ctx := context.Background()
	client, _ := newEngine(b, embedded.Options{})
	things := client.Database("bench").Collection("things")
	index(b, things, `{"key":1}`, options.Index().SetUnique(true))
	index(b, things, `{"stand":1,"at":1}`)
	for from := 0; from < benchDocs; from += 5000 {
		var docs []any
		for i := from; i < from+5000; i++ {
			docs = append(docs, benchDoc(i))
		}
		if _, err := things.InsertMany(ctx, docs); err != nil {
			b.Fatal(err)
		}
	}
	pick := rand.New(rand.NewPCG(1, 2))
	next := benchDocs
	for _, op := range []struct {
		name string
		run  func() error
	}{
		{"FindOneByID", func() error {
			return things.FindOne(ctx, bson.M{"_id": fmt.Sprintf("doc%08d", pick.IntN(benchDocs))}).Err()
		}},
		{"FindOneByIndex", func() error {
			return things.FindOne(ctx, bson.M{"key": fmt.Sprintf("key%08d", pick.IntN(benchDocs))}).Err()
		}},
		{"SortLimit20ByIndex", func() error { return sortLimit(ctx, things, pick.IntN(600)) }},
		{"UpdateOneByID", func() error {
			_, err := things.UpdateOne(ctx, bson.M{"_id": fmt.Sprintf("doc%08d", pick.IntN(benchDocs))}, bson.M{"$inc": bson.M{"rev": 1}})
			return err
		}},
		{"InsertOne", func() error {
			next++
			d := benchDoc(next)
			d[1].Value = fmt.Sprintf("new%08d", next)
			_, err := things.InsertOne(ctx, d)
			return err
		}},
	} {
		b.Run(op.name, func(b *testing.B) { measure(b, op.run) })
	}
}

func sortLimit(ctx context.Context, things *mongo.Collection, stand int) error {
	cur, err := things.Find(ctx, bson.M{"stand": stand}, options.Find().SetSort(bson.M{"at": -1}).SetLimit(20))
	if err != nil {
		return err
	}
	var all []bson.Raw
	if err := cur.All(ctx, &all); err != nil {
		return err
	}
	if len(all) != 20 {
		return fmt.Errorf("%d documents", len(all))
	}
	return nil
}

// measure reports the median and the 99th percentile in microseconds.
func measure(b *testing.B, run func() error) {
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		if err := run(); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-us")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-us")
}
