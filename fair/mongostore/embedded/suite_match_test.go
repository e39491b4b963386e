package embedded_test

import (
	"context"
	"fmt"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// matchCases: docs are inserted in the order of their _id; want lists the _id
// that match, in that order. Each case also runs under an index on each path
// in indexes, and must then say the same.
var matchCases = []struct {
	name    string
	docs    []string
	indexes []string
	want    map[string]string
}{
	{
		name:    "null matches null and missing and nothing else",
		docs:    []string{`{"_id":"a","x":null}`, `{"_id":"b"}`, `{"_id":"c","x":0}`, `{"_id":"d","x":[]}`, `{"_id":"e","x":[1,null]}`, `{"_id":"f","x":""}`},
		indexes: []string{`{"x":1}`, `{"x":-1}`},
		want: map[string]string{
			`{"x":null}`:                        "a b e",
			`{"x":{"$ne":null}}`:                "c d f",
			`{"x":{"$exists":true}}`:            "a c d e f",
			`{"x":{"$exists":false}}`:           "b",
			`{"x":{"$in":[null,0]}}`:            "a b c e",
			`{"x":{"$nin":[null,0]}}`:           "d f",
			`{"x":{"$type":"null"}}`:            "a e",
			`{"x":{"$not":{"$gte":0}}}`:         "a b d f",
			`{"x":{"$gte":null}}`:               "a b e",
			`{"x":{"$eq":null,"$exists":true}}`: "a e",
		},
	},
	{
		name:    "ne and nin match a missing field",
		docs:    []string{`{"_id":"a","x":1}`, `{"_id":"b","x":2}`, `{"_id":"c"}`, `{"_id":"d","x":[1,2]}`},
		indexes: []string{`{"x":1}`},
		want: map[string]string{
			`{"x":{"$ne":1}}`:          "b c",
			`{"x":{"$nin":[1]}}`:       "b c",
			`{"x":{"$nin":[]}}`:        "a b c d",
			`{"x":{"$in":[]}}`:         "",
			`{"$nor":[{"x":1}]}`:       "b c",
			`{"x":{"$not":{"$eq":1}}}`: "b c",
		},
	},
	{
		name:    "an array equals itself, its elements, and nested arrays equal to the value",
		docs:    []string{`{"_id":"a","x":[1,2]}`, `{"_id":"b","x":[2,1]}`, `{"_id":"c","x":[[1,2],3]}`, `{"_id":"d","x":1}`, `{"_id":"e","x":[1,2,3]}`},
		indexes: []string{`{"x":1}`, `{"x":-1}`},
		want: map[string]string{
			`{"x":[1,2]}`:                               "a c",
			`{"x":1}`:                                   "a b d e",
			`{"x":[2,1]}`:                               "b",
			`{"x":{"$in":[[1,2,3],[2,1]]}}`:             "b e",
			`{"x":{"$all":[1,2]}}`:                      "a b e",
			`{"x":{"$all":[[1,2]]}}`:                    "a c",
			`{"x":{"$all":[]}}`:                         "",
			`{"x":{"$size":2}}`:                         "a b c",
			`{"x.0":1}`:                                 "a e",
			`{"x.0":{"$gte":2}}`:                        "b",
			`{"x.1":{"$exists":true}}`:                  "a b c e",
			`{"x":{"$all":[{"$elemMatch":{"$gt":2}}]}}`: "e c",
		},
	},
	{
		name:    "ranges over an array are met by any elements, elemMatch by one",
		docs:    []string{`{"_id":"a","x":[1,9]}`, `{"_id":"b","x":[5]}`, `{"_id":"c","x":5}`, `{"_id":"d","x":[]}`},
		indexes: []string{`{"x":1}`, `{"x":-1}`},
		want: map[string]string{
			`{"x":{"$gt":4,"$lt":6}}`:                 "a b c",
			`{"x":{"$elemMatch":{"$gt":4,"$lt":6}}}`:  "b",
			`{"x":{"$not":{"$elemMatch":{"$gt":4}}}}`: "c d",
			`{"x":{"$elemMatch":{"$in":[9,5]}}}`:      "a b",
			`{"x":{"$elemMatch":{"$ne":5}}}`:          "a",
			`{"x":{"$elemMatch":{"$not":{"$lt":5}}}}`: "a b",
		},
	},
	{
		name: "dotted paths go through the documents of an array",
		docs: []string{
			`{"_id":"a","x":[{"y":1,"z":1},{"y":2,"z":2}]}`, `{"_id":"b","x":{"y":1}}`, `{"_id":"c","x":[1,2]}`,
			`{"_id":"d","x":[]}`, `{"_id":"e","x":[{"z":1},{"y":[1,5]}]}`, `{"_id":"f","x":[[{"y":1}]]}`, `{"_id":"g"}`,
		},
		indexes: []string{`{"x.y":1}`, `{"x.y":-1,"x.z":1}`},
		want: map[string]string{
			`{"x.y":1}`:                             "a b e",
			`{"x.y":null}`:                          "e g",
			`{"x.y":{"$exists":false}}`:             "c d f g",
			`{"x.y":1,"x.z":2}`:                     "a",
			`{"x":{"$elemMatch":{"y":1,"z":2}}}`:    "",
			`{"x":{"$elemMatch":{"y":2,"z":2}}}`:    "a",
			`{"x":{"$not":{"$elemMatch":{"y":1}}}}`: "b c d f g",
			`{"x.0.y":1}`:                           "a f",
			`{"x.1.y":{"$gt":1}}`:                   "a e",
			`{"x.y":[1,5]}`:                         "e",
			`{"x.y":{"$size":2}}`:                   "e",
			`{"x":{"$elemMatch":{"y":{"$gte":2}}}}`: "a e",
		},
	},
	{
		name: "a range stays in the bracket of its type",
		docs: []string{`{"_id":"a","x":5}`, `{"_id":"b","x":"5"}`, `{"_id":"c","x":true}`, `{"_id":"d","x":{"$date":{"$numberLong":"5"}}}`,
			`{"_id":"e","x":null}`, `{"_id":"f","x":{"y":1}}`, `{"_id":"g","x":{"$minKey":1}}`, `{"_id":"h","x":{"$oid":"000000000000000000000005"}}`},
		indexes: []string{`{"x":1}`, `{"x":-1}`},
		want: map[string]string{
			`{"x":{"$gt":0}}`:                             "a",
			`{"x":{"$lt":"6"}}`:                           "b",
			`{"x":{"$gte":""}}`:                           "b",
			`{"x":{"$lte":true}}`:                         "c",
			`{"x":{"$gt":{"$date":{"$numberLong":"0"}}}}`: "d",
			`{"x":{"$gt":{}}}`:                            "f",
			`{"x":{"$type":["number","string"]}}`:         "a b",
			`{"x":{"$type":2}}`:                           "b",
			`{"x":{"$type":-1}}`:                          "g",
			`{"x":{"$minKey":1}}`:                         "g",
			`{"x":{"$ne":5}}`:                             "b c d e f g h",
		},
	},
	{
		name: "int32, int64 and double are one line of numbers, exact beyond 2^53",
		docs: []string{`{"_id":"a","x":{"$numberInt":"1"}}`, `{"_id":"b","x":{"$numberLong":"1"}}`, `{"_id":"c","x":{"$numberDouble":"1.0"}}`,
			`{"_id":"d","x":{"$numberLong":"9007199254740993"}}`, `{"_id":"e","x":{"$numberDouble":"9007199254740992"}}`,
			`{"_id":"f","x":{"$numberLong":"9223372036854775807"}}`, `{"_id":"g","x":{"$numberDouble":"9223372036854775808"}}`,
			`{"_id":"h","x":{"$numberDouble":"NaN"}}`, `{"_id":"i","x":{"$numberDouble":"-0.0"}}`, `{"_id":"j","x":0}`,
			`{"_id":"k","x":{"$numberDouble":"-Infinity"}}`, `{"_id":"l","x":{"$numberDouble":"Infinity"}}`},
		indexes: []string{`{"x":1}`, `{"x":-1}`},
		want: map[string]string{
			`{"x":1}`:   "a b c",
			`{"x":1.0}`: "a b c",
			`{"x":{"$numberLong":"9007199254740993"}}`:                      "d",
			`{"x":{"$numberDouble":"9007199254740992"}}`:                    "e",
			`{"x":{"$gt":{"$numberDouble":"9007199254740992"}}}`:            "d f g l",
			`{"x":{"$lt":{"$numberDouble":"9223372036854775808"},"$gt":2}}`: "d e f",
			`{"x":{"$gte":{"$numberLong":"9223372036854775807"}}}`:          "f g l",
			`{"x":{"$numberDouble":"NaN"}}`:                                 "h",
			`{"x":{"$gte":{"$numberDouble":"NaN"}}}`:                        "h",
			`{"x":{"$lt":{"$numberDouble":"NaN"}}}`:                         "",
			`{"x":{"$lt":0}}`:                                               "k",
			`{"x":{"$lte":0}}`:                                              "i j k",
			`{"x":{"$numberDouble":"-0.0"}}`:                                "i j",
			`{"x":{"$mod":[2,1]}}`:                                          "a b c d f",
		},
	},
	{
		name:    "dates keep milliseconds, before 1970 too",
		docs:    []string{`{"_id":"a","x":{"$date":{"$numberLong":"1"}}}`, `{"_id":"b","x":{"$date":{"$numberLong":"2"}}}`, `{"_id":"c","x":{"$date":{"$numberLong":"-1"}}}`},
		indexes: []string{`{"x":1}`, `{"x":-1}`},
		want: map[string]string{
			`{"x":{"$date":{"$numberLong":"1"}}}`:          "a",
			`{"x":{"$gt":{"$date":{"$numberLong":"1"}}}}`:  "b",
			`{"x":{"$lte":{"$date":{"$numberLong":"0"}}}}`: "c",
		},
	},
	{
		name:    "embedded documents are equal field by field, in order",
		docs:    []string{`{"_id":"a","x":{"p":1,"q":2}}`, `{"_id":"b","x":{"q":2,"p":1}}`, `{"_id":"c","x":{"p":1}}`, `{"_id":"d","x":{"p":1.0,"q":2}}`},
		indexes: []string{`{"x":1}`, `{"x":-1}`},
		want: map[string]string{
			`{"x":{"p":1,"q":2}}`:                   "a d",
			`{"x":{"p":1}}`:                         "c",
			`{"x":{"$gt":{"p":1}}}`:                 "a b d",
			`{"x.p":1}`:                             "a b c d",
			`{"x":{"$in":[{"p":1},{"q":2,"p":1}]}}`: "b c",
		},
	},
	{
		name:    "and, or, nor and not combine",
		docs:    []string{`{"_id":"a","x":1,"y":1}`, `{"_id":"b","x":1,"y":2}`, `{"_id":"c","x":2,"y":1}`, `{"_id":"d"}`},
		indexes: []string{`{"x":1,"y":-1}`, `{"y":1,"x":1}`},
		want: map[string]string{
			`{"x":1,"y":{"$gt":1}}`:                        "b",
			`{"$or":[{"x":2},{"y":2}]}`:                    "b c",
			`{"$and":[{"x":1},{"$or":[{"y":1},{"y":2}]}]}`: "a b",
			`{"$nor":[{"x":1},{"y":1}]}`:                   "d",
			`{"x":{"$not":{"$gt":0,"$lt":2}}}`:             "c d",
			`{"x":{"$in":[1,2]},"y":{"$in":[1]}}`:          "a c",
			`{"x":{"$in":[1,2,3]},"y":{"$gte":1,"$lt":2}}`: "a c",
			`{"x":{"$gt":1,"$lt":1}}`:                      "",
		},
	},
	{
		name:    "regular expressions match text only",
		docs:    []string{`{"_id":"a","x":"Paris"}`, `{"_id":"b","x":"paris"}`, `{"_id":"c","x":["Lyon","Paris"]}`, `{"_id":"d","x":5}`, `{"_id":"e","x":"Paris\n"}`},
		indexes: []string{`{"x":1}`},
		want: map[string]string{
			`{"x":{"$regex":"^Par"}}`:                                     "a c e",
			`{"x":{"$regex":"^par","$options":"i"}}`:                      "a b c e",
			`{"x":{"$regex":"is$"}}`:                                      "a b c e",
			`{"x":{"$not":{"$regex":"^P"}}}`:                              "b d",
			`{"x":{"$regularExpression":{"pattern":"^l","options":"i"}}}`: "c",
			`{"x":{"$regex":"s\\s$"}}`:                                    "e",
		},
	},
}

func TestQueriesMatchAsMongoDB(t *testing.T) {
	onEachServer(t, func(t *testing.T, client *mongo.Client) {
		for _, c := range matchCases {
			t.Run(c.name, func(t *testing.T) {
				for _, ix := range append([]string{""}, c.indexes...) {
					things := coll(t, client, c.docs...)
					if ix != "" {
						index(t, things, ix)
					}
					for filter, want := range c.want {
						got := ids(t, things, filter, options.Find().SetSort(bson.M{"_id": 1}))
						if got != sortedWords(want) {
							t.Errorf("index %q: find %s gives %q, want %q", ix, filter, got, want)
						}
						n, err := things.CountDocuments(context.Background(), doc(t, filter))
						if want := int64(len(words(want))); err != nil || n != want {
							t.Errorf("index %q: count %s gives %d, %v; want %d", ix, filter, n, err, want)
						}
					}
				}
			})
		}
	})
}

func TestSortsAcrossTypesAsMongoDB(t *testing.T) {
	docs := []string{
		`{"_id":"minkey","x":{"$minKey":1}}`, `{"_id":"empty","x":[]}`, `{"_id":"missing"}`, `{"_id":"null","x":null}`,
		`{"_id":"nan","x":{"$numberDouble":"NaN"}}`, `{"_id":"-inf","x":{"$numberDouble":"-Infinity"}}`, `{"_id":"-1","x":-1}`,
		`{"_id":"2","x":{"$numberLong":"2"}}`, `{"_id":"2.5","x":2.5}`, `{"_id":"3","x":3}`,
		`{"_id":"text","x":"a"}`, `{"_id":"text2","x":"ab"}`, `{"_id":"zero","x":"ab\u0000"}`, `{"_id":"accent","x":"é"}`,
		`{"_id":"doc","x":{"a":1}}`, `{"_id":"doc2","x":{"a":1,"b":0}}`, `{"_id":"doc3","x":{"b":1}}`,
		`{"_id":"bin","x":{"$binary":{"base64":"AQ==","subType":"00"}}}`, `{"_id":"bin2","x":{"$binary":{"base64":"AAA=","subType":"00"}}}`,
		`{"_id":"oid","x":{"$oid":"000000000000000000000005"}}`, `{"_id":"false","x":false}`, `{"_id":"true","x":true}`,
		`{"_id":"date","x":{"$date":{"$numberLong":"-5"}}}`, `{"_id":"date2","x":{"$date":{"$numberLong":"5"}}}`,
		`{"_id":"stamp","x":{"$timestamp":{"t":1,"i":2}}}`, `{"_id":"maxkey","x":{"$maxKey":1}}`,
	}
	ascending := "minkey empty missing null nan -inf -1 2 2.5 3 text text2 zero accent doc doc2 doc3 bin bin2 oid false true date date2 stamp maxkey"
	onEachServer(t, func(t *testing.T, client *mongo.Client) {
		for _, ix := range []string{"", `{"x":1,"_id":1}`, `{"x":-1,"_id":-1}`} {
			things := coll(t, client, docs...)
			if ix != "" {
				index(t, things, ix)
			}
			// null and missing are equal; _id decides: "missing" < "null".
			got := ids(t, things, `{}`, options.Find().SetSort(doc(t, `{"x":1,"_id":1}`)))
			if got != ascending {
				t.Errorf("index %q ascending:\n got %s\nwant %s", ix, got, ascending)
			}
			got = ids(t, things, `{}`, options.Find().SetSort(doc(t, `{"x":-1,"_id":-1}`)))
			if want := reversedWords(ascending); got != want {
				t.Errorf("index %q descending:\n got %s\nwant %s", ix, got, want)
			}
		}
	})
}

func TestAnArraySortsByItsLeastOrGreatestElement(t *testing.T) {
	onEachServer(t, func(t *testing.T, client *mongo.Client) {
		things := coll(t, client, `{"_id":"a","x":[3,9]}`, `{"_id":"b","x":4}`, `{"_id":"c","x":[1,5]}`, `{"_id":"d","x":[{"y":7},{"y":0}]}`)
		for _, ix := range []string{"", `{"x":1}`} {
			if ix != "" {
				index(t, things, ix)
			}
			if got := ids(t, things, `{"x":{"$type":"number"}}`, options.Find().SetSort(bson.M{"x": 1})); got != "c a b" {
				t.Errorf("ascending gives %q", got)
			}
			if got := ids(t, things, `{"x":{"$type":"number"}}`, options.Find().SetSort(bson.M{"x": -1})); got != "a c b" {
				t.Errorf("descending gives %q", got)
			}
		}
		if got := ids(t, things, `{}`, options.Find().SetSort(doc(t, `{"x.y":1,"_id":1}`))); got != "a b c d" {
			t.Errorf("through documents gives %q", got)
		}
	})
}

func TestSkipAndLimitFollowTheSort(t *testing.T) {
	onEachServer(t, func(t *testing.T, client *mongo.Client) {
		things := coll(t, client)
		for i := range 30 {
			if _, err := things.InsertOne(context.Background(), bson.M{"_id": fmt.Sprintf("%02d", i), "s": i % 3, "n": 100 - i}); err != nil {
				t.Fatal(err)
			}
		}
		for _, ix := range []string{"", `{"s":1,"n":1}`, `{"s":1,"n":-1}`, `{"n":1}`} {
			if ix != "" {
				index(t, things, ix)
			}
			opts := options.Find().SetSort(bson.M{"n": 1}).SetSkip(2).SetLimit(3)
			if got := ids(t, things, `{"s":1}`, opts); got != "22 19 16" {
				t.Errorf("with %s: %q", ix, got)
			}
			if got := ids(t, things, `{"s":{"$in":[0,1]}}`, options.Find().SetSort(bson.M{"n": -1}).SetLimit(4)); got != "00 01 03 04" {
				t.Errorf("with %s: %q", ix, got)
			}
			n, err := things.CountDocuments(context.Background(), bson.M{"s": 1}, options.Count().SetSkip(4).SetLimit(9))
			if err != nil || n != 6 {
				t.Errorf("count gives %d, %v", n, err)
			}
		}
	})
}
