package embedded_test

import (
	"context"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// updateCases change the document {_id: "a"} that begins as doc. want is the
// document after, or code the error; same means that nothing was modified.
var updateCases = []struct {
	name, doc, update, want string
	query                   string // beside the _id
	filters                 string // arrayFilters
	code                    int
	same                    bool
}{
	{name: "set creates documents on the way", doc: `{}`, update: `{"$set":{"x.y.z":1}}`, want: `{"x":{"y":{"z":1}}}`},
	{name: "new fields come in the order of their paths", doc: `{}`, update: `{"$set":{"b":1,"a":2},"$inc":{"aa":3}}`, want: `{"a":2,"aa":3,"b":1}`},
	{name: "set to the same value modifies nothing", doc: `{"x":1}`, update: `{"$set":{"x":1}}`, want: `{"x":1}`, same: true},
	{name: "set to another numeric type modifies", doc: `{"x":1}`, update: `{"$set":{"x":1.0}}`, want: `{"x":1.0}`},
	{name: "set on a position pads with null", doc: `{"x":[1]}`, update: `{"$set":{"x.3":4}}`, want: `{"x":[1,null,null,4]}`},
	{name: "set cannot go through a plain value", doc: `{"x":1}`, update: `{"$set":{"x.y":1}}`, code: 28},
	{name: "set cannot name a field of an array", doc: `{"x":[1]}`, update: `{"$set":{"x.y":1}}`, code: 28},
	{name: "unset drops a field and leaves null in an array", doc: `{"x":1,"y":[1,2]}`, update: `{"$unset":{"x":"","y.0":"","z.q":""}}`, want: `{"y":[null,2]}`},
	{name: "inc and mul keep the widest type", doc: `{"a":1,"b":{"$numberLong":"2"},"c":1.5}`, update: `{"$inc":{"a":1,"b":1,"c":1},"$mul":{"d":5}}`, want: `{"a":2,"b":{"$numberLong":"3"},"c":2.5,"d":0}`},
	{name: "inc of an int32 grows into an int64", doc: `{"a":2147483647}`, update: `{"$inc":{"a":1}}`, want: `{"a":{"$numberLong":"2147483648"}}`},
	{name: "inc of an int64 does not wrap", doc: `{"a":{"$numberLong":"9223372036854775807"}}`, update: `{"$inc":{"a":1}}`, code: 2},
	{name: "inc needs a number", doc: `{"a":"x"}`, update: `{"$inc":{"a":1}}`, code: 14},
	{name: "inc needs a numeric argument", doc: `{"a":1}`, update: `{"$inc":{"a":"x"}}`, code: 14},
	{name: "inc by zero modifies nothing", doc: `{"a":1}`, update: `{"$inc":{"a":0}}`, want: `{"a":1}`, same: true},
	{name: "min and max compare across types", doc: `{"a":5,"b":5,"c":5,"d":5}`, update: `{"$min":{"a":3,"b":"x"},"$max":{"c":3,"d":"x","e":1}}`, want: `{"a":3,"b":5,"c":5,"d":"x","e":1}`},
	{name: "push makes the array", doc: `{}`, update: `{"$push":{"x":1}}`, want: `{"x":[1]}`},
	{name: "push each, position, sort, slice", doc: `{"x":[5,1]}`, update: `{"$push":{"x":{"$each":[3,9],"$sort":1,"$slice":-3}}}`, want: `{"x":[3,5,9]}`},
	{name: "push at a position", doc: `{"x":[1,2]}`, update: `{"$push":{"x":{"$each":[7,8],"$position":1}}}`, want: `{"x":[1,7,8,2]}`},
	{name: "push at a position from the end", doc: `{"x":[1,2]}`, update: `{"$push":{"x":{"$each":[7],"$position":-1}}}`, want: `{"x":[1,7,2]}`},
	{name: "push sorts documents by a field", doc: `{"x":[{"s":3},{"s":1}]}`, update: `{"$push":{"x":{"$each":[{"s":2}],"$sort":{"s":-1}}}}`, want: `{"x":[{"s":3},{"s":2},{"s":1}]}`},
	{name: "push needs an array", doc: `{"x":1}`, update: `{"$push":{"x":1}}`, code: 2},
	{name: "push refuses an unknown modifier", doc: `{}`, update: `{"$push":{"x":{"$each":[],"$foo":1}}}`, code: 2},
	{name: "addToSet adds what is not there, numbers being equal", doc: `{"x":[1]}`, update: `{"$addToSet":{"x":{"$each":[1.0,2,2]}}}`, want: `{"x":[1,2]}`},
	{name: "addToSet of what is there modifies nothing", doc: `{"x":[{"a":1}]}`, update: `{"$addToSet":{"x":{"a":1}}}`, want: `{"x":[{"a":1}]}`, same: true},
	{name: "pull takes a value", doc: `{"x":[1,2,1]}`, update: `{"$pull":{"x":1}}`, want: `{"x":[2]}`},
	{name: "pull takes operators", doc: `{"x":[8,9,10]}`, update: `{"$pull":{"x":{"$gte":9}}}`, want: `{"x":[8]}`},
	{name: "pull takes a query on documents", doc: `{"x":[{"a":1,"b":2},{"a":2,"b":2},5]}`, update: `{"$pull":{"x":{"a":1}}}`, want: `{"x":[{"a":2,"b":2},5]}`},
	{name: "pull of a missing field modifies nothing", doc: `{"y":1}`, update: `{"$pull":{"x":1}}`, want: `{"y":1}`, same: true},
	{name: "pullAll takes values", doc: `{"x":[1,2,3,1]}`, update: `{"$pullAll":{"x":[1,3]}}`, want: `{"x":[2]}`},
	{name: "pop takes the last or the first", doc: `{"x":[1,2,3],"y":[1,2,3]}`, update: `{"$pop":{"x":1,"y":-1}}`, want: `{"x":[1,2],"y":[2,3]}`},
	{name: "rename moves a field", doc: `{"x":1,"y":2}`, update: `{"$rename":{"x":"z.q","nothing":"w"}}`, want: `{"y":2,"z":{"q":1}}`},
	{name: "setOnInsert does nothing to what exists", doc: `{"x":1}`, update: `{"$setOnInsert":{"x":2}}`, want: `{"x":1}`, same: true},
	{name: "two operators on one path conflict", doc: `{}`, update: `{"$set":{"x":1},"$inc":{"x":1}}`, code: 40},
	{name: "a path and its child conflict", doc: `{}`, update: `{"$set":{"x":{},"x.y":1}}`, code: 40},
	{name: "the _id does not change", doc: `{}`, update: `{"$set":{"_id":"b"}}`, code: 66},
	{name: "an unknown operator is an error", doc: `{}`, update: `{"$frobnicate":{"x":1}}`, code: 9},
	{name: "the positional operator takes the element that matched", doc: `{"x":[{"i":1,"n":0},{"i":2,"n":0}]}`, query: `{"x.i":2}`, update: `{"$set":{"x.$.n":5}}`, want: `{"x":[{"i":1,"n":0},{"i":2,"n":5}]}`},
	{name: "the positional operator works with elemMatch", doc: `{"x":[{"i":1,"n":0},{"i":1,"n":1}]}`, query: `{"x":{"$elemMatch":{"i":1,"n":1}}}`, update: `{"$inc":{"x.$.n":5}}`, want: `{"x":[{"i":1,"n":0},{"i":1,"n":6}]}`},
	{name: "the positional operator works on plain values", doc: `{"x":[4,5,6]}`, query: `{"x":{"$gte":5}}`, update: `{"$set":{"x.$":0}}`, want: `{"x":[4,0,6]}`},
	{name: "all positions", doc: `{"x":[{"n":1},{"n":2}]}`, update: `{"$inc":{"x.$[].n":10}}`, want: `{"x":[{"n":11},{"n":12}]}`},
	{name: "array filters choose positions", doc: `{"x":[{"i":1,"n":1},{"i":2,"n":1}]}`, filters: `[{"e.i":2}]`, update: `{"$set":{"x.$[e].n":9}}`, want: `{"x":[{"i":1,"n":1},{"i":2,"n":9}]}`},
	{name: "array filters on plain values", doc: `{"x":[1,8,3]}`, filters: `[{"e":{"$lt":5}}]`, update: `{"$mul":{"x.$[e]":2}}`, want: `{"x":[2,8,6]}`},
	{name: "an array filter must be used", doc: `{"x":[1]}`, filters: `[{"e":1}]`, update: `{"$set":{"y":2}}`, code: 9},
}

func TestUpdatesChangeDocumentsAsMongoDB(t *testing.T) {
	onEachServer(t, func(t *testing.T, client *mongo.Client) {
		for _, c := range updateCases {
			t.Run(c.name, func(t *testing.T) {
				things := coll(t, client)
				start := append(bson.D{{Key: "_id", Value: "a"}}, doc(t, c.doc)...)
				if _, err := things.InsertOne(context.Background(), start); err != nil {
					t.Fatal(err)
				}
				query := bson.D{{Key: "_id", Value: "a"}}
				if c.query != "" {
					query = append(query, doc(t, c.query)...)
				}
				opts := options.Update()
				if c.filters != "" {
					list := doc(t, `{"f":`+c.filters+`}`)[0].Value.(bson.A)
					opts.SetArrayFilters(options.ArrayFilters{Filters: list})
				}
				res, err := things.UpdateOne(context.Background(), query, doc(t, c.update), opts)
				wantCode(t, err, c.code)
				if c.code != 0 {
					if got, want := one(t, things, "a"), js(t, start); got != want {
						t.Errorf("a refused update left %s, want %s", got, want)
					}
					return
				}
				want := js(t, append(bson.D{{Key: "_id", Value: "a"}}, doc(t, c.want)...))
				if got := one(t, things, "a"); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
				if res.MatchedCount != 1 || (res.ModifiedCount == 0) != c.same {
					t.Errorf("matched %d, modified %d", res.MatchedCount, res.ModifiedCount)
				}
			})
		}
	})
}

var upsertCases = []struct {
	name, query, update, want string
	replace                   bool
	code                      int
}{
	{name: "equalities of the query are copied", query: `{"_id":"a","x":1,"y":{"$eq":2},"z":{"$gt":3},"$and":[{"p.q":4}]}`, update: `{"$set":{"w":5}}`, want: `{"_id":"a","x":1,"y":2,"p":{"q":4},"w":5}`},
	{name: "setOnInsert is used", query: `{"_id":"a"}`, update: `{"$setOnInsert":{"n":1},"$inc":{"m":1}}`, want: `{"_id":"a","m":1,"n":1}`},
	{name: "a replacement takes only the _id of the query", query: `{"_id":"a","x":1}`, update: `{"y":2}`, replace: true, want: `{"_id":"a","y":2}`},
	{name: "one path told twice is an error", query: `{"_id":"a","$and":[{"x":1},{"x":2}]}`, update: `{"$set":{"y":1}}`, code: 54},
	{name: "operators work on what was copied", query: `{"_id":"a","x":1}`, update: `{"$inc":{"x":5}}`, want: `{"_id":"a","x":6}`},
}

func TestUpsertsStartFromTheQuery(t *testing.T) {
	ctx := context.Background()
	onEachServer(t, func(t *testing.T, client *mongo.Client) {
		for _, c := range upsertCases {
			t.Run(c.name, func(t *testing.T) {
				things := coll(t, client)
				var res *mongo.UpdateResult
				var err error
				if c.replace {
					res, err = things.ReplaceOne(ctx, doc(t, c.query), doc(t, c.update), options.Replace().SetUpsert(true))
				} else {
					res, err = things.UpdateOne(ctx, doc(t, c.query), doc(t, c.update), options.Update().SetUpsert(true))
				}
				wantCode(t, err, c.code)
				if c.code != 0 {
					return
				}
				if res.UpsertedID != "a" || res.MatchedCount != 0 || res.ModifiedCount != 0 {
					t.Errorf("result %+v", res)
				}
				if got, want := one(t, things, "a"), js(t, doc(t, c.want)); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			})
		}
		t.Run("an upsert whose condition fails on an existing _id is a duplicate key", func(t *testing.T) {
			things := coll(t, client, `{"_id":"a","state":"taken"}`)
			_, err := things.UpdateOne(ctx, bson.M{"_id": "a", "state": "free"}, bson.M{"$set": bson.M{"by": 1}}, options.Update().SetUpsert(true))
			wantCode(t, err, 11000)
			if !mongo.IsDuplicateKeyError(err) {
				t.Errorf("%v is not recognised", err)
			}
			err = things.FindOneAndUpdate(ctx, bson.M{"_id": "a", "state": "free"}, bson.M{"$set": bson.M{"by": 1}}, options.FindOneAndUpdate().SetUpsert(true)).Err()
			if !mongo.IsDuplicateKeyError(err) {
				t.Errorf("findAndModify: %v is not recognised", err)
			}
		})
	})
}

func TestFindAndModifyAnswersBeforeAfterOrNull(t *testing.T) {
	ctx := context.Background()
	onEachServer(t, func(t *testing.T, client *mongo.Client) {
		things := coll(t, client, `{"_id":"a","n":1,"x":"p"}`, `{"_id":"b","n":2,"x":"q"}`)
		inc := bson.M{"$inc": bson.M{"n": 10}}
		read := func(r *mongo.SingleResult) string {
			t.Helper()
			var d bson.D
			if err := r.Decode(&d); err != nil {
				return err.Error()
			}
			return js(t, d)
		}
		check := func(what, got, want string) {
			t.Helper()
			if got != want {
				t.Errorf("%s: got %s, want %s", what, got, want)
			}
		}
		check("before", read(things.FindOneAndUpdate(ctx, bson.M{"_id": "a"}, inc)), `{"_id":"a","n":1,"x":"p"}`)
		check("after", read(things.FindOneAndUpdate(ctx, bson.M{"_id": "a"}, inc, options.FindOneAndUpdate().SetReturnDocument(options.After))), `{"_id":"a","n":21,"x":"p"}`)
		check("none", read(things.FindOneAndUpdate(ctx, bson.M{"_id": "c"}, inc)), mongo.ErrNoDocuments.Error())
		check("sorted and projected", read(things.FindOneAndUpdate(ctx, bson.M{}, inc,
			options.FindOneAndUpdate().SetSort(bson.M{"n": 1}).SetProjection(bson.M{"n": 1}).SetReturnDocument(options.After))), `{"_id":"b","n":12}`)
		check("upsert before", read(things.FindOneAndUpdate(ctx, bson.M{"_id": "c"}, inc, options.FindOneAndUpdate().SetUpsert(true))), mongo.ErrNoDocuments.Error())
		check("upsert after", read(things.FindOneAndUpdate(ctx, bson.M{"_id": "d"}, inc, options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After))), `{"_id":"d","n":10}`)
		check("replace", read(things.FindOneAndReplace(ctx, bson.M{"_id": "d"}, bson.M{"m": 1}, options.FindOneAndReplace().SetReturnDocument(options.After))), `{"_id":"d","m":1}`)
		check("delete", read(things.FindOneAndDelete(ctx, bson.M{"n": bson.M{"$lt": 12}}, options.FindOneAndDelete().SetSort(bson.M{"_id": -1}))), `{"_id":"c","n":10}`)
		check("left", ids(t, things, `{}`, options.Find().SetSort(bson.M{"_id": 1})), "a b d")
	})
}

func TestUpdateManyCountsMatchedAndModified(t *testing.T) {
	onEachServer(t, func(t *testing.T, client *mongo.Client) {
		things := coll(t, client, `{"_id":"a","n":1}`, `{"_id":"b","n":2}`, `{"_id":"c","n":5}`)
		index(t, things, `{"n":1}`)
		// The writes move documents forward in the index they are found by.
		res, err := things.UpdateMany(context.Background(), bson.M{"n": bson.M{"$lt": 5}}, bson.M{"$max": bson.M{"n": 2}})
		if err != nil || res.MatchedCount != 2 || res.ModifiedCount != 1 {
			t.Errorf("%+v, %v", res, err)
		}
		res, err = things.UpdateMany(context.Background(), bson.M{"n": bson.M{"$gte": 2}}, bson.M{"$inc": bson.M{"n": 1}})
		if err != nil || res.MatchedCount != 3 || res.ModifiedCount != 3 {
			t.Errorf("%+v, %v", res, err)
		}
		if got := ids(t, things, `{"n":3}`); got != "a b" {
			t.Errorf("got %q", got)
		}
	})
}
