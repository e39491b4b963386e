package embedded_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.uber.org/goleak"
	"salon/fair/mongostore/embedded"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		runKillChild(path)
		return
	}
	goleak.VerifyTestMain(m)
}

// The suite asks for nothing but a client, so the same cases run on the engine
// and, where SALON_TEST_MONGO names one, on a real server. The engine syncs
// here as in production: without, its writes are so short that the races would
// not be seen (with matching moved out of the writer, 14 of 50 win a slot).
func onEachServer(t *testing.T, test func(t *testing.T, c *mongo.Client)) {
	t.Helper()
	t.Run("embedded", func(t *testing.T) {
		client, _ := newEngine(t, embedded.Options{})
		test(t, client)
	})
	if uri := os.Getenv("SALON_TEST_MONGO"); uri != "" {
		t.Run("real", func(t *testing.T) { test(t, connect(t, options.Client().ApplyURI(uri))) })
	}
}

func newEngine(t testing.TB, opt embedded.Options) (*mongo.Client, *embedded.Engine) {
	t.Helper()
	e, err := embedded.Open(filepath.Join(t.TempDir(), "salon.db"), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return connect(t, e.ClientOptions()), e
}

func connect(t testing.TB, opt *options.ClientOptions) *mongo.Client {
	t.Helper()
	c, err := mongo.Connect(context.Background(), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Disconnect(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return c
}

// coll gives a collection of its own to a test, holding docs.
func coll(t testing.TB, c *mongo.Client, docs ...string) *mongo.Collection {
	t.Helper()
	db := c.Database("suite_" + primitive.NewObjectID().Hex())
	t.Cleanup(func() {
		if err := db.Drop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	cl := db.Collection("things")
	for _, d := range docs {
		if _, err := cl.InsertOne(context.Background(), doc(t, d)); err != nil {
			t.Fatalf("insert %s: %v", d, err)
		}
	}
	return cl
}

// doc reads Extended JSON.
func doc(t testing.TB, s string) bson.D {
	t.Helper()
	var d bson.D
	if err := bson.UnmarshalExtJSON([]byte(s), false, &d); err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return d
}

// js writes Extended JSON.
func js(t testing.TB, d any) string {
	t.Helper()
	b, err := bson.MarshalExtJSON(d, false, false)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// ids lists the _id of what a find returns, in order, as one string.
func ids(t testing.TB, c *mongo.Collection, filter string, opts ...*options.FindOptions) string {
	t.Helper()
	cur, err := c.Find(context.Background(), doc(t, filter), opts...)
	if err != nil {
		t.Fatalf("find %s: %v", filter, err)
	}
	var all []struct {
		ID string `bson:"_id"`
	}
	if err := cur.All(context.Background(), &all); err != nil {
		t.Fatalf("find %s: %v", filter, err)
	}
	var out []string
	for _, d := range all {
		out = append(out, d.ID)
	}
	return strings.Join(out, " ")
}

// one reads the document with that _id.
func one(t testing.TB, c *mongo.Collection, id any) string {
	t.Helper()
	var d bson.D
	if err := c.FindOne(context.Background(), bson.M{"_id": id}).Decode(&d); err != nil {
		t.Fatal(err)
	}
	return js(t, d)
}

func index(t testing.TB, c *mongo.Collection, keys string, opts ...*options.IndexOptions) {
	t.Helper()
	m := mongo.IndexModel{Keys: doc(t, keys)}
	if len(opts) > 0 {
		m.Options = opts[0]
	}
	if _, err := c.Indexes().CreateOne(context.Background(), m); err != nil {
		t.Fatalf("index %s: %v", keys, err)
	}
}

// code is the server code of an error, 0 for none.
func code(err error) int {
	if err == nil {
		return 0
	}
	var se mongo.ServerError
	if !errors.As(err, &se) {
		return -1
	}
	for _, c := range []int{2, 9, 14, 15, 26, 27, 28, 40, 43, 48, 50, 52, 53, 54, 57, 59, 66, 67, 72, 73, 85, 86, 100, 171, 238, 10334, 11000, 31249, 31254, 40415} {
		if se.HasErrorCode(c) {
			return c
		}
	}
	return -2
}

func wantCode(t testing.TB, err error, want int) {
	t.Helper()
	if got := code(err); got != want {
		t.Errorf("error %v has code %d, want %d", err, got, want)
	}
}

// fakeClock is a time that only the test moves.
type fakeClock struct{ at time.Time }

func (c *fakeClock) now() time.Time { return c.at }
