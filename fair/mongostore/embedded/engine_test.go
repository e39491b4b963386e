package embedded_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"salon/fair/mongostore/embedded"
)

func TestWhatTheEngineDoesNotHoldIsAnErrorThatNamesIt(t *testing.T) {
	ctx := context.Background()
	client, _ := newEngine(t, embedded.Options{NoSync: true})
	things := coll(t, client, `{"_id":"a","x":[1,2]}`)
	find := func(filter string) error { return things.FindOne(ctx, doc(t, filter)).Err() }
	update := func(u string) error {
		_, err := things.UpdateOne(ctx, bson.M{"_id": "a"}, doc(t, u))
		return err
	}
	command := func(c string) error { return things.Database().RunCommand(ctx, doc(t, c)).Err() }
	pipeline := func(stage string) error {
		_, err := things.Aggregate(ctx, []bson.D{doc(t, stage)})
		return err
	}
	insert := func(d any) error {
		_, err := things.InsertOne(ctx, d)
		return err
	}
	newIndex := func(spec string) error {
		return command(`{"createIndexes":"things","indexes":[` + spec + `]}`)
	}
	cases := []struct {
		name string
		err  error
		code int
		says string
	}{
		{"unknown query operator", find(`{"x":{"$foo":1}}`), 2, "$foo"},
		{"unknown operator beside a known one", find(`{"x":{"$gt":1,"$foo":1}}`), 2, "$foo"},
		{"unknown top operator", find(`{"$foo":1}`), 2, "$foo"},
		{"$expr", find(`{"$expr":{"$eq":["$x","$y"]}}`), 238, "$expr"},
		{"$where", find(`{"$where":"true"}`), 238, "$where"},
		{"$bitsAllSet", find(`{"x":{"$bitsAllSet":1}}`), 238, "$bitsAllSet"},
		{"regex in $in", find(`{"x":{"$in":[{"$regularExpression":{"pattern":"a","options":""}}]}}`), 238, "$in"},
		{"regex look-ahead", find(`{"x":{"$regex":"a(?=b)"}}`), 238, "a(?=b)"},
		{"regex back reference", find(`{"x":{"$regex":"(a)\\1"}}`), 238, "(a)"},
		{"regex option x", find(`{"x":{"$regex":"a","$options":"x"}}`), 238, "x"},
		{"regex option unknown", find(`{"x":{"$regex":"a","$options":"q"}}`), 2, "q"},
		{"$in without an array", find(`{"x":{"$in":1}}`), 2, "$in"},
		{"empty $or", find(`{"$or":[]}`), 2, "$or"},
		{"Decimal128 in a query", find(`{"x":{"$numberDecimal":"1"}}`), 2, "128-bit decimal"},
		{"collation", things.FindOne(ctx, bson.M{}, options.FindOne().SetCollation(&options.Collation{Locale: "fr"})).Err(), 238, "collation"},
		{"let", command(`{"find":"things","let":{"a":1}}`), 238, "let"},
		{"unknown field of find", command(`{"find":"things","foo":1}`), 40415, "find.foo"},
		{"unknown field of insert", command(`{"insert":"things","documents":[{"_id":"z"}],"foo":1}`), 40415, "insert.foo"},
		{"tailable cursor", command(`{"find":"things","tailable":true}`), 238, "tailable"},
		{"projection expression", command(`{"find":"things","projection":{"y":"$x"}}`), 238, "y"},
		{"positional projection", command(`{"find":"things","projection":{"x.$":1}}`), 238, "x.$"},
		{"mixed projection", command(`{"find":"things","projection":{"x":1,"y":0}}`), 31254, "y"},
		{"sort by text score", command(`{"find":"things","sort":{"x":{"$meta":"textScore"}}}`), 238, "x"},
		{"sort by 2", command(`{"find":"things","sort":{"x":2}}`), 2, "ordering"},
		{"hint on nothing", command(`{"find":"things","hint":"x_1"}`), 2, "hint"},
		{"readConcern snapshot", command(`{"find":"things","readConcern":{"level":"snapshot"}}`), 238, "snapshot"},
		{"two nodes", command(`{"insert":"things","documents":[{"_id":"z"}],"writeConcern":{"w":2}}`), 100, "one machine"},
		{"transaction number", command(`{"insert":"things","documents":[{"_id":"z"}],"txnNumber":1}`), 40415, "txnNumber"},
		{"unknown command", command(`{"foo":1}`), 59, "foo"},
		{"serverStatus", command(`{"serverStatus":1}`), 59, "serverStatus"},
		{"unknown update operator", update(`{"$foo":{"x":1}}`), 9, "$foo"},
		{"$bit", update(`{"$bit":{"x":{"and":1}}}`), 238, "$bit"},
		{"timestamp of $currentDate", update(`{"$currentDate":{"y":{"$type":"timestamp"}}}`), 238, "date"},
		{"pipeline update", things.FindOneAndUpdate(ctx, bson.M{}, bson.A{bson.M{"$set": bson.M{"a": 1}}}).Err(), 238, "pipeline"},
		{"positional without a condition", update(`{"$set":{"x.$":1}}`), 238, "positional"},
		{"stored dollar", insert(bson.M{"$a": 1}), 52, "$a"},
		{"stored dollar inside an array", update(`{"$push":{"x":{"y":{"$a":1}}}}`), 52, "$a"},
		{"stored dot", insert(bson.M{"a.b": 1}), 57, "a.b"},
		{"Decimal128", insert(bson.M{"d": primitive.NewDecimal128(0, 1)}), 2, "128-bit decimal"},
		{"JavaScript", insert(bson.M{"d": primitive.JavaScript("x")}), 2, "javascript"},
		{"array as _id", insert(bson.M{"_id": bson.A{1}}), 53, "array"},
		{"key too long", insert(bson.M{"_id": strings.Repeat("x", 40_000)}), -2, "too long"},
		{"stage", pipeline(`{"$lookup":{}}`), 238, "$lookup"},
		{"out", pipeline(`{"$out":"other"}`), 238, "$out"},
		{"accumulator", pipeline(`{"$group":{"_id":null,"a":{"$avg":"$x"}}}`), 238, "a"},
		{"computed projection", pipeline(`{"$project":{"a":"$x"}}`), 238, "a"},
		{"text index", newIndex(`{"key":{"x":"text"},"name":"t"}`), 238, "x"},
		{"sparse index", newIndex(`{"key":{"x":1},"name":"t","sparse":true}`), 238, "sparse"},
		{"wildcard index", newIndex(`{"key":{"$**":1},"name":"t"}`), 2, "$**"},
		{"unknown index option", newIndex(`{"key":{"x":1},"name":"t","foo":1}`), 238, "foo"},
		{"index collation", newIndex(`{"key":{"x":1},"name":"t","collation":{"locale":"fr"}}`), 238, "collation"},
		{"partial with $ne", newIndex(`{"key":{"x":1},"name":"t","partialFilterExpression":{"x":{"$ne":1}}}`), 67, "partial"},
		{"TTL on two fields", newIndex(`{"key":{"x":1,"y":1},"name":"t","expireAfterSeconds":1}`), 67, "TTL"},
		{"capped collection", command(`{"create":"other","capped":true,"size":1000}`), 238, "capped"},
		{"create twice", command(`{"create":"things"}`), 48, "exists"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			wantCode(t, c.err, c.code)
			if c.err != nil && !strings.Contains(c.err.Error(), c.says) {
				t.Errorf("%q does not say %q", c.err, c.says)
			}
		})
	}
	if got := one(t, things, "a"); got != `{"_id":"a","x":[1,2]}` {
		t.Errorf("something was written: %s", got)
	}
}

func TestCollectionsAreCreatedListedAndDropped(t *testing.T) {
	ctx := context.Background()
	client, _ := newEngine(t, embedded.Options{NoSync: true})
	db := client.Database("d")
	names := func(want string) {
		t.Helper()
		got, err := db.ListCollectionNames(ctx, bson.M{"name": bson.M{"$ne": "hidden"}})
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("collections %v, %v; want %s", got, err, want)
		}
	}
	for _, name := range []string{"b", "a", "hidden"} {
		if err := db.CreateCollection(ctx, name); err != nil {
			t.Fatal(err)
		}
	}
	names("[a b]")
	if err := db.Collection("a").Drop(ctx); err != nil {
		t.Fatal(err)
	}
	if err := db.Collection("a").Drop(ctx); err != nil {
		t.Errorf("dropping what is not there: %v", err)
	}
	names("[b]")
	if err := db.Drop(ctx); err != nil {
		t.Fatal(err)
	}
	names("[]")
}

func TestADocumentDoesNotGrowBeyond16MiB(t *testing.T) {
	ctx := context.Background()
	client, _ := newEngine(t, embedded.Options{NoSync: true})
	things := coll(t, client, `{"_id":"a"}`)
	half := strings.Repeat("x", 8<<20)
	if _, err := things.UpdateOne(ctx, bson.M{}, bson.M{"$set": bson.M{"x": half}}); err != nil {
		t.Fatal(err)
	}
	_, err := things.UpdateOne(ctx, bson.M{}, bson.M{"$set": bson.M{"y": half}})
	wantCode(t, err, 10334)
}

func TestTTLDeletesWhatHasExpiredAndNothingElse(t *testing.T) {
	ctx := context.Background()
	clock := &fakeClock{at: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	client, engine := newEngine(t, embedded.Options{NoSync: true, Clock: clock.now})
	things := coll(t, client)
	index(t, things, `{"at":-1}`, options.Index().SetExpireAfterSeconds(60))
	for id, at := range map[string]any{
		"old": clock.at, "late": clock.at.Add(time.Hour), "list": bson.A{clock.at.Add(time.Hour), clock.at}, "number": 5, "null": nil,
	} {
		if _, err := things.InsertOne(ctx, bson.M{"_id": id, "at": at}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 1200 {
		if _, err := things.InsertOne(ctx, bson.M{"_id": fmt.Sprint("many", i), "at": clock.at}); err != nil {
			t.Fatal(err)
		}
	}
	sweep := func(want string) {
		t.Helper()
		if err := engine.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if got := ids(t, things, `{"_id":{"$not":{"$regex":"^many"}}}`, options.Find().SetSort(bson.M{"_id": 1})); got != want {
			t.Errorf("left %q, want %q", got, want)
		}
	}
	clock.at = clock.at.Add(59 * time.Second)
	sweep("late list null number old")
	clock.at = clock.at.Add(time.Second)
	sweep("late null number")
	if n, err := things.CountDocuments(ctx, bson.M{}); err != nil || n != 3 {
		t.Errorf("%d documents left, %v", n, err)
	}
}

func TestACursorNobodyReadsIsForgotten(t *testing.T) {
	ctx := context.Background()
	clock := &fakeClock{at: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	client, engine := newEngine(t, embedded.Options{NoSync: true, Clock: clock.now})
	things := coll(t, client, `{"_id":"a"}`, `{"_id":"b"}`, `{"_id":"c"}`)
	cur, err := things.Find(ctx, bson.M{}, options.Find().SetBatchSize(1))
	if err != nil {
		t.Fatal(err)
	}
	clock.at = clock.at.Add(11 * time.Minute)
	if err := engine.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	for cur.Next(ctx) {
	}
	wantCode(t, cur.Err(), 43)
	if err := cur.Close(ctx); err != nil {
		t.Log(err) // killing what is gone is no error of ours to judge
	}
}

func TestCurrentDateIsTheEnginesClock(t *testing.T) {
	clock := &fakeClock{at: time.Date(2026, 1, 2, 3, 4, 5, 6_999_999, time.UTC)}
	client, _ := newEngine(t, embedded.Options{NoSync: true, Clock: clock.now})
	things := coll(t, client, `{"_id":"a"}`)
	if _, err := things.UpdateOne(context.Background(), bson.M{}, bson.M{"$currentDate": bson.M{"at": true}}); err != nil {
		t.Fatal(err)
	}
	if got := one(t, things, "a"); got != `{"_id":"a","at":{"$date":"2026-01-02T03:04:05.006Z"}}` {
		t.Errorf("got %s", got)
	}
}

func TestASecondOpenSaysThatTheFileIsTaken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "salon.db")
	e, err := embedded.Open(path, embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := embedded.Open(path, embedded.Options{}); err == nil || !strings.Contains(err.Error(), "has it open") {
		t.Errorf("second open: %v", err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
	again, err := embedded.Open(path, embedded.Options{})
	if err != nil {
		t.Fatalf("open after close: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

func TestWhatWasWrittenIsThereAfterReopening(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "salon.db")
	e, client := reopen(t, path)
	things := client.Database("d").Collection("things")
	index(t, things, `{"tags":1}`)
	index(t, things, `{"key":1}`, options.Index().SetUnique(true).SetPartialFilterExpression(bson.M{"open": true}))
	if _, err := things.InsertMany(ctx, []any{bson.M{"_id": "a", "tags": bson.A{"p", "q"}, "key": 1, "open": true}, bson.M{"_id": "b", "tags": "q", "key": 1}}); err != nil {
		t.Fatal(err)
	}
	closeAll(t, e, client)

	e, client = reopen(t, path)
	defer closeAll(t, e, client)
	things = client.Database("d").Collection("things")
	if got := ids(t, things, `{"tags":"q"}`, options.Find().SetHint("tags_1")); got != "a b" {
		t.Errorf("got %q", got)
	}
	_, err := things.UpdateOne(ctx, bson.M{"_id": "b"}, bson.M{"$set": bson.M{"open": true}})
	if !mongo.IsDuplicateKeyError(err) {
		t.Errorf("%v", err)
	}
}

func TestCloseEndsOperationsInFlightWithoutLosingAcknowledgedOnes(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "salon.db")
	e, client := reopen(t, path)
	things := client.Database("d").Collection("things")
	ok := make(chan string, 10_000)
	started := make(chan struct{}, 8)
	done := make(chan []error)
	go func() {
		done <- race(8, func(w int) error {
			for i := range 1000 {
				id := fmt.Sprintf("%d-%d", w, i)
				if _, err := things.InsertOne(ctx, bson.M{"_id": id}); err != nil {
					return err
				}
				ok <- id
				if i == 0 {
					started <- struct{}{}
				}
			}
			return nil
		})
	}()
	for range 8 {
		<-started
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	<-done
	close(ok)
	if err := client.Disconnect(ctx); err != nil {
		t.Error(err)
	}
	e, client = reopen(t, path)
	defer closeAll(t, e, client)
	things = client.Database("d").Collection("things")
	for id := range ok {
		if n, err := things.CountDocuments(ctx, bson.M{"_id": id}); err != nil || n != 1 {
			t.Fatalf("%s was acknowledged and is not there (%v)", id, err)
		}
	}
}
