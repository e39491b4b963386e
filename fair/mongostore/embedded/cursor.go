package embedded

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

const (
	// firstBatch is how many documents a find answers with unless told.
	firstBatch = 101
	// maxBatchBytes bounds the documents of one answer.
	maxBatchBytes = 16 << 20
	// cursorLife is how long a cursor waits for its next getMore.
	cursorLife = 10 * time.Minute
	// maxCursors bounds the open cursors; a find that would need one more fails.
	maxCursors = 1000
)

// cursor is the rest of a result. It holds keys of _id, not documents (but
// for the few an aggregation made), and no transaction: getMore reads the
// documents as they then are and leaves out those that no longer match.
type cursor struct {
	id      int64
	ns      string
	ids     [][]byte
	query   filter
	project *projection
	ready   [][]byte // documents of an aggregation
	expires time.Time
}

// cursors are the open ones. A cursor is taken out while it is being read.
type cursors struct {
	clock func() time.Time
	mu    sync.Mutex // guards open
	open  map[int64]*cursor
}

// keep stores a cursor for later, giving it an id if it has none.
func (t *cursors) keep(c *cursor) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open == nil {
		t.open = map[int64]*cursor{}
	}
	if len(t.open) >= maxCursors {
		return fail(codeInternal, "more than %d cursors are open", maxCursors)
	}
	for c.id == 0 || t.open[c.id] != nil {
		c.id = rand.Int64()
	}
	c.expires = t.clock().Add(cursorLife)
	t.open[c.id] = c
	return nil
}

func (t *cursors) take(id int64, ns string) (*cursor, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.open[id]
	if c == nil || !c.expires.After(t.clock()) {
		delete(t.open, id)
		return nil, fail(codeCursorNotFound, "cursor id %d not found", id)
	}
	if c.ns != ns {
		return nil, fail(codeBadValue, "Requested getMore on namespace '%s', but cursor belongs to a different namespace %s", ns, c.ns)
	}
	delete(t.open, id)
	return c, nil
}

func (t *cursors) expire() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for id, c := range t.open {
		if !c.expires.After(t.clock()) {
			delete(t.open, id)
		}
	}
}

// batch reads up to size documents (0: as many as fit) and moves on. coll is
// nil when the collection is gone, which ends the cursor.
func (c *cursor) batch(ctx context.Context, coll *collection, size int64) (*bsoncore.ArrayBuilder, error) {
	list := bsoncore.NewArrayBuilder()
	n, total := int64(0), 0
	add := func(doc []byte) bool {
		if n > 0 && total+len(doc) > maxBatchBytes {
			return false
		}
		list.AppendDocument(doc)
		n++
		total += len(doc)
		return true
	}
	for ; len(c.ready) > 0 && (size == 0 || n < size) && add(c.ready[0]); c.ready = c.ready[1:] {
	}
	if coll == nil {
		c.ids = nil
	}
	for read := 1; len(c.ids) > 0 && (size == 0 || n < size); c.ids, read = c.ids[1:], read+1 {
		if read%checkEvery == 0 {
			if err := expired(ctx); err != nil {
				return nil, err
			}
		}
		doc := coll.docs.Get(c.ids[0])
		if doc == nil || !c.query.match(doc) {
			continue
		}
		if !add(c.project.apply(doc)) {
			break
		}
	}
	return list, nil
}

func (c *cursor) done() bool { return len(c.ids) == 0 && len(c.ready) == 0 }

// cursorReply is the shape in which results leave; id 0 says there is no more.
func cursorReply(id int64, ns, batchName string, batch *bsoncore.ArrayBuilder) reply {
	return newReply().AppendDocument("cursor", newReply().
		AppendArray(batchName, batch.Build()).AppendInt64("id", id).AppendString("ns", ns).Build())
}

// first answers with the first batch of a new cursor and keeps the rest.
func (e *Engine) first(ctx context.Context, c *cursor, coll *collection, size int64, single bool) (reply, error) {
	batch := bsoncore.NewArrayBuilder()
	if size != 0 {
		var err error
		if batch, err = c.batch(ctx, coll, size); err != nil {
			return nil, err
		}
	}
	if !c.done() && !single {
		if err := e.cursors.keep(c); err != nil {
			return nil, err
		}
	}
	return cursorReply(c.id, c.ns, "firstBatch", batch), nil
}

func (e *Engine) getMore(ctx context.Context, req *request) (out reply, err error) {
	var size int64
	var name value
	err = req.fields(func(key string, v value) (bool, error) {
		var err error
		switch key {
		case "collection":
			name = v
		case "batchSize":
			size, err = natural(key, v)
		default:
			return false, nil
		}
		return true, err
	})
	if err != nil {
		return nil, err
	}
	ns, err := namespace(req.db, name)
	if err != nil {
		return nil, err
	}
	id := lookup(req.body, "getMore")
	if id.Type != bson.TypeInt64 {
		return nil, fail(codeTypeMismatch, "BSON field 'getMore.getMore' must be a long")
	}
	c, err := e.cursors.take(id.Int64(), ns)
	if err != nil {
		return nil, err
	}
	err = e.read(ns, func(coll *collection) error {
		batch, err := c.batch(ctx, coll, size)
		if err != nil {
			return err
		}
		next := c.id
		if c.done() {
			next = 0
		} else if err := e.cursors.keep(c); err != nil {
			return err
		}
		out = cursorReply(next, ns, "nextBatch", batch)
		return nil
	})
	return out, err
}

func (e *Engine) killCursors(_ context.Context, req *request) (reply, error) {
	if err := req.fields(func(key string, _ value) (bool, error) { return key == "cursors", nil }); err != nil {
		return nil, err
	}
	killed, unknown := bsoncore.NewArrayBuilder(), bsoncore.NewArrayBuilder()
	empty := bsoncore.NewArrayBuilder().Build()
	ids := lookup(req.body, "cursors")
	if ids.Type != bson.TypeArray {
		return nil, fail(codeTypeMismatch, "BSON field 'killCursors.cursors' must be an array")
	}
	ns, err := req.namespace()
	if err != nil {
		return nil, err
	}
	for _, v := range elements(ids.Data) {
		id, _ := integer(v)
		if _, err := e.cursors.take(id, ns); err != nil {
			unknown.AppendInt64(id)
		} else {
			killed.AppendInt64(id)
		}
	}
	return newReply().
		AppendArray("cursorsKilled", killed.Build()).
		AppendArray("cursorsNotFound", unknown.Build()).
		AppendArray("cursorsAlive", empty).
		AppendArray("cursorsUnknown", empty), nil
}

// read runs do on a snapshot; coll is nil when there is no such collection.
// Nothing of the snapshot may be kept without copying it.
func (e *Engine) read(ns string, do func(coll *collection) error) error {
	return e.view(func(tx *bolt.Tx) error {
		coll, err := e.catalog.open(tx, ns)
		if err != nil {
			return err
		}
		return do(coll)
	})
}
