package embedded

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	bolt "go.etcd.io/bbolt"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

func (e *Engine) create(ctx context.Context, req *request) (reply, error) {
	err := req.fields(func(key string, _ value) (bool, error) {
		return true, notHeld("the collection option '%s'", key)
	})
	if err != nil {
		return nil, err
	}
	ns, err := req.namespace()
	if err != nil {
		return nil, err
	}
	err = e.writer.do(ctx, func(tx *bolt.Tx) (bool, error) {
		coll, err := e.catalog.open(tx, ns)
		if err != nil {
			return false, err
		}
		if coll != nil {
			return false, fail(codeNamespaceExists, "Collection %s already exists.", ns)
		}
		_, err = e.catalog.openOrCreate(tx, ns)
		return true, err
	})
	return newReply(), err
}

// drop is content with a collection that does not exist, as MongoDB 7 is.
func (e *Engine) drop(ctx context.Context, req *request) (reply, error) {
	if err := req.fields(none); err != nil {
		return nil, err
	}
	ns, err := req.namespace()
	if err != nil {
		return nil, err
	}
	err = e.writer.do(ctx, func(tx *bolt.Tx) (bool, error) {
		name := []byte(collectionPrefix + ns)
		if tx.Bucket(name) == nil {
			return false, nil
		}
		if err := tx.DeleteBucket(name); err != nil {
			return false, fmt.Errorf("drop %s: %w", ns, err)
		}
		return true, nil
	})
	return newReply().AppendString("ns", ns), err
}

func (e *Engine) dropDatabase(ctx context.Context, req *request) (reply, error) {
	if err := req.fields(none); err != nil {
		return nil, err
	}
	err := e.writer.do(ctx, func(tx *bolt.Tx) (bool, error) {
		names := collectionsOf(tx, req.db)
		for _, name := range names {
			if err := tx.DeleteBucket([]byte(collectionPrefix + req.db + "." + name)); err != nil {
				return false, fmt.Errorf("drop database %s: %w", req.db, err)
			}
		}
		return len(names) > 0, nil
	})
	return newReply().AppendString("dropped", req.db), err
}

// collectionsOf lists the collections of a database in order.
func collectionsOf(tx *bolt.Tx, db string) []string {
	var names []string
	prefix := []byte(collectionPrefix + db + ".")
	cursor := tx.Cursor()
	for k, _ := cursor.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = cursor.Next() {
		names = append(names, string(k[len(prefix):]))
	}
	return names
}

func (e *Engine) listCollections(_ context.Context, req *request) (reply, error) {
	q := query{filter: allOf{}}
	nameOnly := false
	err := req.fields(func(key string, v value) (bool, error) {
		switch key {
		case "filter":
			return true, q.parse(key, v)
		case "nameOnly":
			nameOnly = truth(v)
		case "cursor", "authorizedCollections":
		default:
			return false, nil
		}
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	list := bsoncore.NewArrayBuilder()
	err = e.view(func(tx *bolt.Tx) error {
		for _, name := range collectionsOf(tx, req.db) {
			d := newReply().AppendString("name", name).AppendString("type", "collection")
			if !nameOnly {
				d.AppendDocument("options", emptyDoc).
					AppendDocument("info", newReply().AppendBoolean("readOnly", false).Build()).
					AppendDocument("idIndex", idIndex.spec)
			}
			if doc := d.Build(); q.filter.match(doc) {
				list.AppendDocument(doc)
			}
		}
		return nil
	})
	return cursorReply(0, req.db+".$cmd.listCollections", "firstBatch", list), err
}

func (e *Engine) listIndexes(_ context.Context, req *request) (reply, error) {
	err := req.fields(func(key string, _ value) (bool, error) { return key == "cursor", nil })
	if err != nil {
		return nil, err
	}
	ns, err := req.namespace()
	if err != nil {
		return nil, err
	}
	list := bsoncore.NewArrayBuilder()
	err = e.read(ns, func(coll *collection) error {
		if coll == nil {
			return fail(codeNamespaceMissing, "ns does not exist: %s", ns)
		}
		list.AppendDocument(idIndex.spec)
		for _, ix := range coll.meta.indexes {
			list.AppendDocument(ix.spec)
		}
		return nil
	})
	return cursorReply(0, ns, "firstBatch", list), err
}

func (e *Engine) createIndexes(ctx context.Context, req *request) (reply, error) {
	err := req.fields(func(key string, _ value) (bool, error) { return key == "indexes", nil })
	if err != nil {
		return nil, err
	}
	ns, err := req.namespace()
	if err != nil {
		return nil, err
	}
	specs, err := req.list("indexes")
	if err != nil {
		return nil, err
	}
	var wanted []*index
	for _, v := range specs {
		ix, err := parseIndex(v.Data)
		if err != nil {
			return nil, err
		}
		wanted = append(wanted, ix)
	}
	if len(wanted) == 0 {
		return nil, fail(codeBadValue, "Must specify at least one index to create")
	}
	var before, after int
	created := false
	err = e.writer.do(ctx, func(tx *bolt.Tx) (bool, error) {
		created = tx.Bucket([]byte(collectionPrefix+ns)) == nil
		coll, err := e.catalog.openOrCreate(tx, ns)
		if err != nil {
			return false, err
		}
		before = len(coll.meta.indexes) + 1
		err = coll.buildAll(wanted)
		after = len(coll.meta.indexes) + 1
		return true, err
	})
	return newReply().
		AppendBoolean("createdCollectionAutomatically", created).
		AppendInt32("numIndexesBefore", int32(before)).
		AppendInt32("numIndexesAfter", int32(after)), err
}

// buildAll makes the indexes that are not there yet, all of them or none.
func (c *collection) buildAll(wanted []*index) error {
	var built []string
	for _, ix := range wanted {
		exists, err := c.known(ix)
		if err == nil && !exists {
			if err = c.build(ix); err == nil {
				built = append(built, ix.name)
			}
		}
		if err == nil {
			continue
		}
		for _, name := range built {
			if undo := c.dropIndex(name); undo != nil {
				return undo
			}
		}
		return err
	}
	return nil
}

// known says whether the very same index exists; one that is almost the same
// is an error.
func (c *collection) known(ix *index) (bool, error) {
	if ix.samePattern(idIndex.fields) {
		if ix.partial != nil || ix.expireAfter >= 0 {
			return false, fail(codeInvalidOptions, "the _id index takes no options")
		}
		return true, nil
	}
	if ix.name == idIndexName {
		return false, fail(codeBadValue, "The index name '_id_' is reserved for the _id index")
	}
	for _, other := range c.meta.indexes {
		same := bytes.Equal(other.spec, ix.spec) || other.name == ix.name && ix.sameAs(other)
		switch {
		case same:
			return true, nil
		case other.name == ix.name:
			return false, fail(codeIndexKeys, "An existing index has the same name as the requested index but another specification: %s", ix.name)
		case ix.samePattern(other.fields) && bytes.Equal(ix.partialDoc, other.partialDoc):
			return false, fail(codeIndexOptions, "Index already exists with a different name or options: %s", other.name)
		}
	}
	return false, nil
}

// sameAs ignores in which number type the directions were written.
func (ix *index) sameAs(other *index) bool {
	return ix.samePattern(other.fields) && ix.unique == other.unique && ix.expireAfter == other.expireAfter &&
		(ix.partial == nil) == (other.partial == nil) && equal(docValueOr(ix.partialDoc), docValueOr(other.partialDoc))
}

func docValueOr(doc []byte) value {
	if doc == nil {
		doc = emptyDoc
	}
	return docValue(doc)
}

func (c *collection) dropIndex(name string) error {
	if err := c.bucket.DeleteBucket([]byte(indexPrefix + name)); err != nil {
		return fmt.Errorf("drop index %s of %s: %w", name, c.ns, err)
	}
	var left []*index
	for _, ix := range c.meta.indexes {
		if ix.name != name {
			left = append(left, ix)
		}
	}
	return c.setIndexes(left)
}

func (e *Engine) dropIndexes(ctx context.Context, req *request) (reply, error) {
	var which value
	err := req.fields(func(key string, v value) (bool, error) {
		which = v
		return key == "index", nil
	})
	if err != nil {
		return nil, err
	}
	ns, err := req.namespace()
	if err != nil {
		return nil, err
	}
	before := 0
	err = e.writer.do(ctx, func(tx *bolt.Tx) (bool, error) {
		coll, err := e.catalog.open(tx, ns)
		if err != nil {
			return false, err
		}
		if coll == nil {
			return false, fail(codeNamespaceMissing, "ns not found %s", ns)
		}
		before = len(coll.meta.indexes) + 1
		names, err := coll.indexNames(which)
		if err != nil {
			return false, err
		}
		for _, name := range names {
			if err := coll.dropIndex(name); err != nil {
				return false, err
			}
		}
		return true, nil
	})
	return newReply().AppendInt32("nIndexesWas", int32(before)), err
}

// indexNames reads the index argument of dropIndexes: a name, a pattern, or
// "*" for all but the one of _id.
func (c *collection) indexNames(which value) ([]string, error) {
	var names []string
	for _, ix := range c.meta.indexes {
		names = append(names, ix.name)
	}
	if which.Type == bson.TypeString && which.StringValue() == "*" {
		return names, nil
	}
	name, err := c.meta.hintName(which)
	if err != nil || name == "" {
		return nil, fail(codeIndexMissing, "index not found: %s", strings.TrimSpace(which.String()))
	}
	if name == idIndexName {
		return nil, fail(codeInvalidOptions, "cannot drop _id index")
	}
	return []string{name}, nil
}
