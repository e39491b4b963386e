package embedded

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	bolt "go.etcd.io/bbolt"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
)

// anyValue is a value of every type the engine holds.
func (g gen) anyValue(depth int) any {
	switch g.IntN(16) {
	case 0:
		return primitive.MinKey{}
	case 1:
		return primitive.MaxKey{}
	case 2:
		return pick(g, 0.0, negativeZero, nan, infinity, -infinity, 1<<53, 1<<63, -(1 << 63))
	case 3:
		return pick[int64](g, 1<<53+1, 1<<53, 1<<53-1, 1<<63-1, 1<<63-2, -1<<63, -1<<63+1, 1)
	case 4:
		return primitive.Binary{Subtype: byte(g.IntN(2)), Data: make([]byte, g.IntN(3))}
	case 5:
		return primitive.ObjectID{11: byte(g.IntN(3)) * 127}
	case 6:
		return primitive.Timestamp{T: uint32(g.IntN(2)), I: uint32(g.IntN(2))}
	case 7:
		return primitive.Regex{Pattern: pick(g, "a", "b"), Options: pick(g, "", "i")}
	case 8:
		return pick(g, "\x00", "\x00\x00", "\x00\x01", "a\x00", "a\x01", "\xc3\xbf")
	case 9:
		return primitive.DateTime(pick[int64](g, -1, 0, 1, -1<<63, 1<<63-1))
	}
	return g.value(depth)
}

func TestKeysOrderAsComparisonDoes(t *testing.T) {
	g := gen{Rand: rand.New(rand.NewPCG(7, 7))}
	values := make([]value, 700)
	for i := range values {
		v := g.anyValue(2)
		if g.IntN(3) == 0 {
			v = bson.A{g.anyValue(1), g.anyValue(0)}
		}
		values[i] = lookup(raw(t, bson.M{"v": v}), "v")
	}
	for _, a := range values {
		ka := appendKey(nil, a)
		if err := checkShape(wrap("v", a), 1); err != nil {
			t.Fatal(err)
		}
		for _, b := range values {
			kb := appendKey(nil, b)
			if want := compare(a, b); bytes.Compare(ka, kb) != want || compare(b, a) != -want {
				t.Fatalf("%s and %s: compare %d and %d, keys %x and %x", a, b, want, compare(b, a), ka, kb)
			}
			if !bytes.Equal(ka, kb) && bytes.HasPrefix(kb, ka) {
				t.Fatalf("the key of %s begins that of %s", a, b)
			}
			if flipped := bytes.Compare(flip(bytes.Clone(ka)), flip(bytes.Clone(kb))); flipped != -compare(a, b) {
				t.Fatalf("%s and %s flipped: %d", a, b, flipped)
			}
		}
	}
}

var negativeZero, nan, infinity = func() (float64, float64, float64) {
	zero := 0.0
	return -1 / (1 / zero), zero / zero, 1 / zero
}()

// Whatever the plan, a query through an index finds what a look at every
// document finds, in an order that the sort allows; and after any changes an
// index holds exactly the keys of the documents.
func TestIndexesFindWhatAFullScanFinds(t *testing.T) {
	used := tally{}
	for seed := range uint64(80) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			checkIndexes(t, gen{Rand: rand.New(rand.NewPCG(seed, 3)), flat: seed%2 == 0}, used)
		})
	}
	t.Logf("plans: %v", used)
	for _, kind := range []string{"scan", "index", "partial", "multikey", "ordered", "several spans"} {
		if used[kind] < 20 {
			t.Errorf("only %d plans of kind %q were tried", used[kind], kind)
		}
	}
}

// tally counts the kinds of plans that were tried.
type tally map[string]int

func (n tally) add(p plan) {
	if p.ix == nil {
		n["scan"]++
		return
	}
	n["index"]++
	for kind, is := range map[string]bool{"partial": p.ix.partial != nil, "multikey": p.ix.multikey, "ordered": p.ordered, "several spans": len(p.spans) > 1} {
		if is {
			n[kind]++
		}
	}
}

func checkIndexes(t *testing.T, g gen, used tally) {
	db, err := bolt.Open(filepath.Join(t.TempDir(), "db"), 0o600, &bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	err = db.Update(func(tx *bolt.Tx) error {
		var c catalog
		coll, err := c.openOrCreate(tx, "d.c")
		if err != nil {
			return err
		}
		churn(t, g, coll, 40)
		for i := range 5 {
			if err := coll.buildAll([]*index{randomIndex(t, g, i)}); err != nil {
				if code := asFailure(err).code; code != codeParallelArrays && code != codeIndexOptions {
					return err
				}
			}
		}
		churn(t, g, coll, 60)
		checkEntries(t, coll)
		for range 120 {
			checkQuery(t, g, coll, used)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// churn inserts, replaces and deletes documents at random.
func churn(t *testing.T, g gen, coll *collection, n int) {
	for range n {
		id := int32(g.IntN(40))
		doc := raw(t, append(bson.D{{Key: "_id", Value: id}}, g.document(3)...))
		old := bytes.Clone(coll.docs.Get(idKey(int32Value(id))))
		if old != nil && g.IntN(3) == 0 {
			doc = nil
		}
		if err := coll.write(old, doc); err != nil && asFailure(err).code != codeParallelArrays {
			t.Fatal(err)
		}
	}
}

func randomIndex(t *testing.T, g gen, i int) *index {
	key := bson.D{{Key: g.path(2), Value: g.sign()}}
	for range g.IntN(3) {
		p := g.path(2)
		if !slices.ContainsFunc(key, func(e bson.E) bool { return e.Key == p }) {
			key = append(key, bson.E{Key: p, Value: g.sign()})
		}
	}
	spec := bson.D{{Key: "key", Value: key}, {Key: "name", Value: fmt.Sprint("ix", i)}}
	for g.IntN(2) == 0 {
		partial := bson.D{{Key: g.path(2), Value: g.partialCondition()}}
		if ix, err := parseIndex(raw(t, append(spec, bson.E{Key: "partialFilterExpression", Value: partial}))); err == nil {
			return ix
		}
	}
	ix, err := parseIndex(raw(t, spec))
	if err != nil {
		t.Fatal(err)
	}
	return ix
}

func (g gen) partialCondition() any {
	switch g.IntN(5) {
	case 0:
		return bson.M{"$exists": true}
	case 1:
		return bson.M{pick(g, "$gt", "$gte", "$lt", "$lte"): g.scalar()}
	case 2:
		return bson.M{"$in": g.array(0)}
	case 3:
		return bson.M{"$type": pick(g, "number", "string", "null", "array", "object")}
	}
	return g.scalar()
}

// checkEntries compares each index with the keys of all documents.
func checkEntries(t *testing.T, coll *collection) {
	for _, ix := range coll.meta.indexes {
		var want, got []string
		docs := coll.docs.Cursor()
		for id, doc := docs.First(); id != nil; id, doc = docs.Next() {
			set, err := ix.keys(doc)
			if err != nil {
				t.Fatal(err)
			}
			if set.multikey && !ix.multikey {
				t.Errorf("index %s does not know of an array", ix.name)
			}
			for _, k := range set.keys {
				want = append(want, string(entryKey(k.bytes, id)))
			}
		}
		entries := coll.indexBucket(ix).Cursor()
		for k, _ := entries.First(); k != nil; k, _ = entries.Next() {
			got = append(got, string(k))
		}
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("index %s holds %d keys, the documents have %d", ix.name, len(got), len(want))
		}
	}
}

func checkQuery(t *testing.T, g gen, coll *collection, used tally) {
	filterDoc, sortDoc := raw(t, g.query(2)), raw(t, bson.D{})
	if g.IntN(2) == 0 {
		sortDoc = raw(t, bson.D{{Key: g.path(2), Value: g.sign()}})
	}
	f, err := parseFilter(filterDoc)
	if err != nil {
		return // the generator may ask for what is refused
	}
	sort, err := parseSort(sortDoc)
	if err != nil {
		t.Fatal(err)
	}
	q := query{filter: f, sort: sort}
	got, err := coll.list(context.Background(), q)
	if err != nil {
		if asFailure(err).code != codeParallelArrays {
			t.Fatal(err)
		}
		return
	}
	p, err := coll.plan(q)
	if err != nil {
		t.Fatal(err)
	}
	used.add(p)
	var want [][]byte
	docs := coll.docs.Cursor()
	for id, doc := docs.First(); id != nil; id, doc = docs.Next() {
		if f.match(doc) {
			want = append(want, bytes.Clone(id))
		}
	}
	if sorted := sortedKeys(got); !slices.Equal(sorted, sortedKeys(want)) {
		t.Errorf("find %s sort %s: %d documents by plan %+v, %d by a scan", filterDoc, sortDoc, len(got), p, len(want))
	}
	for i := 1; i < len(got) && len(sort) > 0; i++ {
		a, errA := sortKey(sort, coll.docs.Get(got[i-1]))
		b, errB := sortKey(sort, coll.docs.Get(got[i]))
		if errA != nil || errB != nil || bytes.Compare(a, b) > 0 {
			t.Errorf("find %s sort %s: out of order", filterDoc, sortDoc)
		}
	}
}

func sortedKeys(ids [][]byte) []string {
	var out []string
	for _, id := range ids {
		out = append(out, string(id))
	}
	slices.Sort(out)
	return out
}
