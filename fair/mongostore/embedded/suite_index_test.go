package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// uniqueCases: the documents before | are taken, those after it are refused.
var uniqueCases = []struct{ name, keys, partial, docs string }{
	{"missing is null, and there is one null", `{"x":1}`, ``, `{"y":1} {"x":1} | {"y":2} {"x":null}`},
	{"null is null", `{"x":1}`, ``, `{"x":null} | {"z":1}`},
	{"numbers of all types are the same key", `{"x":1}`, ``, `{"x":1} {"x":1.5} {"x":"1"} | {"x":1.0} {"x":{"$numberLong":"1"}}`},
	{"zero has no sign", `{"x":-1}`, ``, `{"x":0} | {"x":{"$numberDouble":"-0.0"}}`},
	{"NaN equals itself", `{"x":1}`, ``, `{"x":{"$numberDouble":"NaN"}} | {"x":{"$numberDouble":"NaN"}}`},
	{"each element of an array is a key", `{"x":1}`, ``, `{"x":[1,2]} {"x":[3,3]} {"x":[]} | {"x":2} {"x":[5,1]} {"x":[]}`},
	{"one document may repeat a key", `{"x":1}`, ``, `{"x":[7,7,7]} | {"x":7}`},
	{"a compound key is taken as a whole", `{"x":1,"y":-1}`, ``, `{"x":1,"y":1} {"x":1,"y":2} {"x":1} | {"x":1,"y":1.0} {"y":null,"x":1}`},
	{"through documents of an array", `{"x.y":1}`, ``, `{"x":[{"y":1},{"y":2}]} {"x":{"y":3}} | {"x":{"y":2}} {"x":[{"y":3}]}`},
	{"a partial index binds only its documents", `{"x":1}`, `{"open":true}`, `{"x":1,"open":true} {"x":1} {"x":1,"open":false} | {"x":1,"open":true}`},
	{"partial by range and existence", `{"x":1}`, `{"n":{"$gt":5},"x":{"$exists":true}}`, `{"x":1,"n":9} {"x":1,"n":5} {"n":9} {"n":9,"k":1} | {"x":1,"n":6}`},
	{"text that begins alike is not alike", `{"x":1}`, ``, `{"x":"a"} {"x":"ab"} {"x":""} {"x":"a\u0000"} | {"x":"ab"}`},
}

func TestUniqueIndexesRefuseASecondKey(t *testing.T) {
	ctx := context.Background()
	onEachServer(t, func(t *testing.T, client *mongo.Client) {
		for _, c := range uniqueCases {
			t.Run(c.name, func(t *testing.T) {
				for _, late := range []bool{false, true} { // the index before or after the documents
					things := coll(t, client)
					opt := options.Index().SetUnique(true)
					if c.partial != "" {
						opt.SetPartialFilterExpression(doc(t, c.partial))
					}
					taken, refused, _ := strings.Cut(c.docs, "|")
					if !late {
						index(t, things, c.keys, opt)
					}
					for _, d := range words(taken) {
						if _, err := things.InsertOne(ctx, doc(t, d)); err != nil {
							t.Fatalf("%s: %v", d, err)
						}
					}
					if late {
						index(t, things, c.keys, opt)
					}
					for _, d := range words(refused) {
						_, err := things.InsertOne(ctx, doc(t, d))
						if !mongo.IsDuplicateKeyError(err) {
							t.Errorf("%s: %v", d, err)
						}
						// By a change, not an insert.
						free := bson.M{"_id": d, "x": "free" + d, "y": "free", "open": false}
						if strings.Contains(c.keys, "x.y") {
							free["x"] = bson.M{"y": "free" + d}
						}
						if _, err := things.InsertOne(ctx, free); err != nil {
							t.Fatal(err)
						}
						_, err = things.ReplaceOne(ctx, bson.M{"_id": d}, doc(t, d))
						if !mongo.IsDuplicateKeyError(err) {
							t.Errorf("replace by %s: %v", d, err)
						}
					}
				}
			})
		}
	})
}

func TestADuplicateKeyTellsItsIndexAndValue(t *testing.T) {
	onEachServer(t, func(t *testing.T, client *mongo.Client) {
		things := coll(t, client, `{"_id":"a","x":5}`)
		index(t, things, `{"x":1}`, options.Index().SetUnique(true))
		_, err := things.InsertOne(context.Background(), bson.M{"x": 5})
		var we mongo.WriteException
		if !errors.As(err, &we) || len(we.WriteErrors) != 1 {
			t.Fatalf("%v", err)
		}
		raw := we.WriteErrors[0].Raw
		if raw.Lookup("keyPattern", "x").AsInt64() != 1 || raw.Lookup("keyValue", "x").AsInt64() != 5 {
			t.Errorf("%s", raw)
		}
		if !strings.Contains(err.Error(), "E11000 duplicate key error") || !strings.Contains(err.Error(), "index: x_1") {
			t.Errorf("%v", err)
		}
	})
}

func TestAUniqueIndexIsNotBuiltOverDuplicates(t *testing.T) {
	ctx := context.Background()
	onEachServer(t, func(t *testing.T, client *mongo.Client) {
		things := coll(t, client, `{"_id":"a","x":5}`, `{"_id":"b","x":5}`)
		_, err := things.Indexes().CreateMany(ctx, []mongo.IndexModel{
			{Keys: bson.M{"y": 1}},
			{Keys: bson.M{"x": 1}, Options: options.Index().SetUnique(true)},
		})
		if !mongo.IsDuplicateKeyError(err) {
			t.Fatalf("%v", err)
		}
		specs, err := things.Indexes().ListSpecifications(ctx)
		if err != nil || len(specs) != 1 {
			t.Errorf("%d indexes, %v", len(specs), err)
		}
		if _, err := things.InsertOne(ctx, bson.M{"x": 5}); err != nil {
			t.Errorf("the index that was refused still binds: %v", err)
		}
	})
}

// A partial index that does not cover the query must not answer it.
func TestAPartialIndexIsUsedOnlyWhenTheFilterImpliesIt(t *testing.T) {
	docs := []string{
		`{"_id":"a","x":1,"state":"open","n":3}`, `{"_id":"b","x":1,"state":"done","n":3}`, `{"_id":"c","x":1}`,
		`{"_id":"d","x":1,"state":["open","done"],"n":7}`, `{"_id":"e","x":1,"state":"open","n":8}`,
	}
	partials := []string{
		`{"state":"open"}`, `{"n":{"$gt":5}}`, `{"n":{"$exists":true}}`, `{"state":{"$in":["open","held"]}}`,
		`{"state":{"$type":"string"}}`, `{"state":"open","n":{"$gte":3}}`,
	}
	want := map[string]string{
		`{"x":1}`:                                           "a b c d e",
		`{"x":1,"state":"open"}`:                            "a d e",
		`{"x":1,"state":"done"}`:                            "b d",
		`{"x":1,"state":{"$in":["open"]}}`:                  "a d e",
		`{"x":1,"state":{"$in":["open","done"]}}`:           "a b d e",
		`{"x":1,"n":{"$gt":5}}`:                             "d e",
		`{"x":1,"n":{"$gt":6}}`:                             "d e",
		`{"x":1,"n":{"$gte":3}}`:                            "a b d e",
		`{"x":1,"n":7}`:                                     "d",
		`{"x":1,"n":null}`:                                  "c",
		`{"x":1,"n":{"$ne":3}}`:                             "c d e",
		`{"x":1,"state":"open","n":{"$gt":3}}`:              "d e",
		`{"x":1,"$or":[{"state":"open"},{"n":3}]}`:          "a b d e",
		`{"x":1,"$or":[{"state":"open"},{"state":"held"}]}`: "a d e",
		`{"x":1,"state":{"$ne":"done"}}`:                    "a c e",
		`{"x":1,"state":{"$exists":true}}`:                  "a b d e",
	}
	onEachServer(t, func(t *testing.T, client *mongo.Client) {
		for _, partial := range partials {
			things := coll(t, client, docs...)
			index(t, things, `{"x":1}`, options.Index().SetPartialFilterExpression(doc(t, partial)))
			for filter, want := range want {
				if got := ids(t, things, filter, options.Find().SetSort(bson.M{"_id": 1})); got != want {
					t.Errorf("partial %s: find %s gives %q, want %q", partial, filter, got, want)
				}
			}
		}
	})
}

func TestIndexesAreListedDroppedAndNotMadeTwice(t *testing.T) {
	ctx := context.Background()
	onEachServer(t, func(t *testing.T, client *mongo.Client) {
		things := coll(t, client, `{"_id":"a"}`)
		index(t, things, `{"x":1}`)
		index(t, things, `{"x":1}`)
		index(t, things, `{"x":1,"y":-1}`, options.Index().SetUnique(true).SetName("pair"))
		index(t, things, `{"at":1}`, options.Index().SetExpireAfterSeconds(60))
		_, err := things.Indexes().CreateOne(ctx, mongo.IndexModel{Keys: bson.M{"x": 1}, Options: options.Index().SetName("other")})
		wantCode(t, err, 85)
		_, err = things.Indexes().CreateOne(ctx, mongo.IndexModel{Keys: bson.M{"z": 1}, Options: options.Index().SetName("pair")})
		wantCode(t, err, 86)
		specs, err := things.Indexes().ListSpecifications(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, s := range specs {
			names = append(names, s.Name)
		}
		if got := fmt.Sprint(names); got != "[_id_ x_1 pair at_1]" {
			t.Errorf("indexes %s", got)
		}
		_, err = things.Indexes().DropOne(ctx, "nothing")
		wantCode(t, err, 27)
		_, err = things.Indexes().DropOne(ctx, "_id_")
		wantCode(t, err, 72)
		if _, err := things.Indexes().DropOne(ctx, "pair"); err != nil {
			t.Error(err)
		}
		if _, err := things.Indexes().DropAll(ctx); err != nil {
			t.Error(err)
		}
		if specs, err := things.Indexes().ListSpecifications(ctx); err != nil || len(specs) != 1 {
			t.Errorf("%d indexes left, %v", len(specs), err)
		}
	})
}

func TestTwoArraysInOneIndexAreRefused(t *testing.T) {
	onEachServer(t, func(t *testing.T, client *mongo.Client) {
		things := coll(t, client, `{"_id":"a","x":[1],"y":2}`)
		index(t, things, `{"x":1,"y":1}`)
		_, err := things.InsertOne(context.Background(), doc(t, `{"_id":"b","x":[1,2],"y":[3]}`))
		wantCode(t, err, 171)
		if got := ids(t, things, `{"x":1,"y":2}`); got != "a" {
			t.Errorf("got %q", got)
		}
	})
}
