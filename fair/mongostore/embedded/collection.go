package embedded

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"sync"

	bolt "go.etcd.io/bbolt"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

// Layout of the file. Each collection is a top-level bucket "c/<db>.<name>"
// that holds:
//
//	meta          BSON {indexes: [{spec, multikey}]}
//	docs/         bucket: key of _id -> document
//	i/<name>/     bucket: index key + key of _id -> length of the index key
//
// and "format" at the top says which version of this layout it is.
const (
	collectionPrefix = "c/"
	indexPrefix      = "i/"
	formatVersion    = 1
)

var (
	metaKey      = []byte("meta")
	docsKey      = []byte("docs")
	formatBucket = []byte("format")
	formatKey    = []byte("version")
)

// maxNamespace is MongoDB's bound on "<db>.<collection>", in bytes.
const maxNamespace = 255

// meta is what a collection knows about itself. It is immutable; a change
// writes a new one.
type meta struct {
	raw     []byte
	indexes []*index
}

// catalog remembers parsed metas by namespace. An entry counts only while its
// bytes are those of the transaction that asks, so a reader never sees the
// indexes of another moment than its documents.
type catalog struct{ parsed sync.Map }

func (c *catalog) meta(ns string, raw []byte) (*meta, error) {
	if known, ok := c.parsed.Load(ns); ok && bytes.Equal(known.(*meta).raw, raw) {
		return known.(*meta), nil
	}
	m, err := parseMeta(bytes.Clone(raw))
	if err != nil {
		return nil, fmt.Errorf("read the indexes of %s: %w", ns, err)
	}
	c.parsed.Store(ns, m)
	return m, nil
}

func parseMeta(raw []byte) (*meta, error) {
	m := &meta{raw: raw}
	for _, v := range elements(lookup(raw, "indexes").Data) {
		ix, err := parseIndex(lookup(v.Data, "spec").Data)
		if err != nil {
			return nil, err
		}
		ix.multikey = truth(lookup(v.Data, "multikey"))
		m.indexes = append(m.indexes, ix)
	}
	return m, nil
}

func encodeMeta(indexes []*index) []byte {
	list := bsoncore.NewArrayBuilder()
	for _, ix := range indexes {
		list.AppendDocument(bsoncore.NewDocumentBuilder().
			AppendDocument("spec", ix.spec).AppendBoolean("multikey", ix.multikey).Build())
	}
	return bsoncore.NewDocumentBuilder().AppendArray("indexes", list.Build()).Build()
}

// collection is one collection inside one transaction.
type collection struct {
	ns      string
	catalog *catalog
	bucket  *bolt.Bucket
	docs    *bolt.Bucket
	meta    *meta
}

// open returns nil for a collection that does not exist.
func (c *catalog) open(tx *bolt.Tx, ns string) (*collection, error) {
	b := tx.Bucket([]byte(collectionPrefix + ns))
	if b == nil {
		return nil, nil
	}
	m, err := c.meta(ns, b.Get(metaKey))
	if err != nil {
		return nil, err
	}
	return &collection{ns: ns, catalog: c, bucket: b, docs: b.Bucket(docsKey), meta: m}, nil
}

// openOrCreate is open for writers: the collection is made where absent.
func (c *catalog) openOrCreate(tx *bolt.Tx, ns string) (*collection, error) {
	if coll, err := c.open(tx, ns); coll != nil || err != nil {
		return coll, err
	}
	b, err := tx.CreateBucket([]byte(collectionPrefix + ns))
	if err != nil {
		return nil, fmt.Errorf("create collection %s: %w", ns, err)
	}
	if _, err := b.CreateBucket(docsKey); err != nil {
		return nil, fmt.Errorf("create collection %s: %w", ns, err)
	}
	if err := b.Put(metaKey, encodeMeta(nil)); err != nil {
		return nil, fmt.Errorf("create collection %s: %w", ns, err)
	}
	return c.open(tx, ns)
}

// setIndexes replaces the list of indexes, in the file and in c.
func (c *collection) setIndexes(indexes []*index) error {
	raw := encodeMeta(indexes)
	if err := c.bucket.Put(metaKey, raw); err != nil {
		return fmt.Errorf("write the indexes of %s: %w", c.ns, err)
	}
	m, err := c.catalog.meta(c.ns, raw)
	c.meta = m
	return err
}

func (c *collection) indexBucket(ix *index) *bolt.Bucket {
	return c.bucket.Bucket([]byte(indexPrefix + ix.name))
}

func idKey(id value) []byte { return appendKey(nil, id) }

// entryKey is the key under which an index holds one key of one document.
func entryKey(key, id []byte) []byte { return slices.Concat(key, id) }

// entryID takes the key of _id back out of an entry.
func entryID(k, v []byte) []byte { return k[binary.BigEndian.Uint32(v):] }

// delta is what a write changes in one index.
type delta struct {
	ix       *index
	removed  [][]byte
	added    []indexKey
	multikey bool
}

// write replaces old by fresh; either may be nil. It looks at everything that
// may be refused before it changes anything, so a failure leaves the
// transaction as it was and the others of the group lose nothing. Any other
// error means that the transaction must be rolled back.
func (c *collection) write(old, fresh []byte) error {
	var id []byte
	if fresh != nil {
		if err := checkStorable(fresh); err != nil {
			return err
		}
		id = idKey(lookup(fresh, "_id"))
		if len(id) > bolt.MaxKeySize {
			return fail(codeKeyTooLong, "_id is too long: %d bytes of at most %d", len(id), bolt.MaxKeySize)
		}
	} else {
		id = idKey(lookup(old, "_id"))
	}
	if old == nil && c.docs.Get(id) != nil {
		return idIndex.duplicate(c.ns, indexKey{values: []value{lookup(fresh, "_id")}})
	}
	deltas, err := c.deltas(id, old, fresh)
	if err != nil {
		return err
	}
	if err := c.apply(id, fresh, deltas); err != nil {
		return fmt.Errorf("write to %s: %w", c.ns, err)
	}
	return nil
}

func (c *collection) deltas(id, old, fresh []byte) ([]delta, error) {
	var all []delta
	for _, ix := range c.meta.indexes {
		was, err := ix.keys(old)
		if err != nil {
			return nil, err
		}
		is, err := ix.keys(fresh)
		if err != nil {
			return nil, err
		}
		d := delta{ix: ix, multikey: is.multikey}
		for _, k := range was.keys {
			if !is.has(k) {
				d.removed = append(d.removed, k.bytes)
			}
		}
		for _, k := range is.keys {
			if was.has(k) {
				continue
			}
			if err := c.checkKey(ix, k, id); err != nil {
				return nil, err
			}
			d.added = append(d.added, k)
		}
		all = append(all, d)
	}
	return all, nil
}

func (s keySet) has(k indexKey) bool {
	_, found := slices.BinarySearchFunc(s.keys, k, func(a, b indexKey) int { return bytes.Compare(a.bytes, b.bytes) })
	return found
}

// checkKey refuses a key that is too long, or taken in a unique index.
func (c *collection) checkKey(ix *index, k indexKey, id []byte) error {
	if n := len(k.bytes) + len(id); n > bolt.MaxKeySize {
		return fail(codeKeyTooLong, "key of index %s is too long: %d bytes of at most %d", ix.name, n, bolt.MaxKeySize)
	}
	if !ix.unique {
		return nil
	}
	cursor := c.indexBucket(ix).Cursor()
	for at, v := cursor.Seek(k.bytes); at != nil && bytes.HasPrefix(at, k.bytes); at, v = cursor.Next() {
		if !bytes.Equal(entryID(at, v), id) {
			return ix.duplicate(c.ns, k)
		}
	}
	return nil
}

func (c *collection) apply(id, fresh []byte, deltas []delta) error {
	if fresh == nil {
		if err := c.docs.Delete(id); err != nil {
			return err
		}
	} else if err := c.docs.Put(id, fresh); err != nil {
		return err
	}
	for _, d := range deltas {
		if err := c.applyDelta(id, d); err != nil {
			return err
		}
	}
	return nil
}

func (c *collection) applyDelta(id []byte, d delta) error {
	if len(d.removed)+len(d.added) > 0 {
		b := c.indexBucket(d.ix)
		for _, k := range d.removed {
			if err := b.Delete(entryKey(k, id)); err != nil {
				return err
			}
		}
		for _, k := range d.added {
			if err := b.Put(entryKey(k.bytes, id), binary.BigEndian.AppendUint32(nil, uint32(len(k.bytes)))); err != nil {
				return err
			}
		}
	}
	if d.multikey && !d.ix.multikey {
		return c.markMultikey(d.ix.name)
	}
	return nil
}

// markMultikey notes, for good, that an index has met an array.
func (c *collection) markMultikey(name string) error {
	indexes := slices.Clone(c.meta.indexes)
	for i, ix := range indexes {
		if ix.name == name {
			marked := *ix
			marked.multikey = true
			indexes[i] = &marked
		}
	}
	return c.setIndexes(indexes)
}

// build fills a new index from the documents there are. On a failure the
// index is taken away again.
func (c *collection) build(spec *index) error {
	copied := *spec
	ix := &copied
	name := []byte(indexPrefix + ix.name)
	b, err := c.bucket.CreateBucket(name)
	if err != nil {
		return fmt.Errorf("create index %s of %s: %w", ix.name, c.ns, err)
	}
	docs := c.docs.Cursor()
	for id, doc := docs.First(); id != nil; id, doc = docs.Next() {
		if err := c.buildOne(b, ix, id, doc); err != nil {
			if undo := c.bucket.DeleteBucket(name); undo != nil {
				return fmt.Errorf("undo index %s of %s: %w", ix.name, c.ns, undo)
			}
			return err
		}
	}
	return c.setIndexes(append(slices.Clone(c.meta.indexes), ix))
}

func (c *collection) buildOne(b *bolt.Bucket, ix *index, id, doc []byte) error {
	set, err := ix.keys(doc)
	if err != nil {
		return err
	}
	ix.multikey = ix.multikey || set.multikey
	for _, k := range set.keys {
		if err := c.checkKey(ix, k, id); err != nil {
			return err
		}
		if err := b.Put(entryKey(k.bytes, id), binary.BigEndian.AppendUint32(nil, uint32(len(k.bytes)))); err != nil {
			return fmt.Errorf("build index %s of %s: %w", ix.name, c.ns, err)
		}
	}
	return nil
}

// namespace joins and checks the two names of a collection.
func namespace(db string, v value) (string, error) {
	if v.Type != bson.TypeString {
		return "", fail(codeInvalidNamespace, "collection name has invalid type %s", typeName(v.Type))
	}
	name := v.StringValue()
	switch ns := db + "." + name; {
	case name == "" || strings.ContainsAny(name, "$\x00") || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "system."),
		len(ns) > maxNamespace:
		return "", fail(codeInvalidNamespace, "Invalid collection name specified '%s'", ns)
	default:
		return ns, nil
	}
}

func checkDatabase(db string) error {
	if db == "" || len(db) > 63 || strings.ContainsAny(db, "/\\. \"$\x00") {
		return fail(codeInvalidNamespace, "Invalid database name: '%s'", db)
	}
	return nil
}
