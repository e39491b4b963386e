package embedded

import (
	"bytes"
	"context"

	bolt "go.etcd.io/bbolt"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

// bulk is the outcome of one write command.
type bulk struct {
	matched  int32
	modified int32
	errors   []writeError
	upserted []upserted
	changed  bool // something has to be committed
}

type writeError struct {
	index int
	*failure
}

type upserted struct {
	index int
	id    value
}

func (b *bulk) reply() reply {
	out := newReply().AppendInt32("n", b.matched)
	if len(b.errors) == 0 {
		return out
	}
	list := bsoncore.NewArrayBuilder()
	for _, e := range b.errors {
		d := newReply().AppendInt32("index", int32(e.index))
		e.appendTo(d)
		list.AppendDocument(d.Build())
	}
	return out.AppendArray("writeErrors", list.Build())
}

// bulkArgs are the fields of insert, update and delete.
type bulkArgs struct {
	ns      string
	list    []value
	ordered bool
}

func (r *request) bulkArgs(listName string) (bulkArgs, error) {
	a := bulkArgs{ordered: true}
	err := r.fields(func(key string, v value) (bool, error) {
		switch key {
		case listName:
		case "ordered":
			a.ordered = truth(v)
		case "bypassDocumentValidation": // there are no validators to bypass
		default:
			return false, nil
		}
		return true, nil
	})
	if err != nil {
		return a, err
	}
	if a.ns, err = r.namespace(); err != nil {
		return a, err
	}
	if a.list, err = r.list(listName); err != nil {
		return a, err
	}
	if n := len(a.list); n == 0 || n > maxBatchSize {
		return a, fail(codeBadValue, "Write batch sizes must be between 1 and %d. Got %d operations.", maxBatchSize, n)
	}
	return a, nil
}

// writeAll runs one step for each member of a bulk under the writer. A refused
// step is noted and ends an ordered bulk; those before it stand.
func (e *Engine) writeAll(ctx context.Context, a bulkArgs, create bool, step func(coll *collection, b *bulk, i int) error) (*bulk, error) {
	var b *bulk
	err := e.writer.do(ctx, func(tx *bolt.Tx) (bool, error) {
		b = &bulk{}
		open := e.catalog.open
		if create {
			open = e.catalog.openOrCreate
		}
		coll, err := open(tx, a.ns)
		if err != nil {
			return false, err
		}
		for i := range a.list {
			if err := expired(ctx); err != nil {
				return b.changed, err
			}
			err := step(coll, b, i)
			if err == nil {
				continue
			}
			f := asFailure(err)
			if f.code == codeInternal {
				return false, err
			}
			b.errors = append(b.errors, writeError{i, f})
			if a.ordered {
				break
			}
		}
		return b.changed, nil
	})
	return b, err
}

func (e *Engine) insert(ctx context.Context, req *request) (reply, error) {
	a, err := req.bulkArgs("documents")
	if err != nil {
		return nil, err
	}
	docs := make([][]byte, len(a.list))
	for i, v := range a.list {
		docs[i] = withID(v.Data)
	}
	b, err := e.writeAll(ctx, a, true, func(coll *collection, b *bulk, i int) error {
		if err := coll.write(nil, docs[i]); err != nil {
			return err
		}
		b.matched++
		b.changed = true
		return nil
	})
	if err != nil {
		return nil, err
	}
	return b.reply(), nil
}

// deletion is one member of a delete command.
type deletion struct {
	query query
	err   error // of reading it
}

func (e *Engine) delete(ctx context.Context, req *request) (reply, error) {
	a, err := req.bulkArgs("deletes")
	if err != nil {
		return nil, err
	}
	statements := make([]deletion, len(a.list))
	for i, v := range a.list {
		statements[i].query, statements[i].err = parseDeletion(v)
	}
	b, err := e.writeAll(ctx, a, false, func(coll *collection, b *bulk, i int) error {
		if statements[i].err != nil {
			return statements[i].err
		}
		if coll == nil {
			return nil
		}
		n, err := coll.deleteMatching(ctx, statements[i].query)
		b.matched += n
		b.changed = b.changed || n > 0
		return err
	})
	if err != nil {
		return nil, err
	}
	return b.reply(), nil
}

func parseDeletion(v value) (query, error) {
	q := query{}
	limited := false
	for key, v := range elements(v.Data) {
		var err error
		switch string(key) {
		case "q":
			err = q.parse("filter", v)
		case "hint":
			err = q.parse("hint", v)
		case "limit":
			n, ok := integer(v)
			if !ok || (n != 0 && n != 1) {
				err = fail(codeFailedToParse, "The limit field in delete objects must be 0 or 1")
			}
			q.limit, limited = n, true
		case "collation":
			err = notHeld("the field 'collation'")
		default:
			err = unknownField("delete.deletes", string(key))
		}
		if err != nil {
			return q, err
		}
	}
	if q.filter == nil || !limited {
		return q, fail(codeFailedToParse, "a delete needs 'q' and 'limit'")
	}
	return q, nil
}

func (c *collection) deleteMatching(ctx context.Context, q query) (int32, error) {
	ids, err := c.list(ctx, q)
	if err != nil {
		return 0, err
	}
	n := int32(0)
	for _, id := range ids {
		if err := c.write(bytes.Clone(c.docs.Get(id)), nil); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
