package embedded

import (
	"bytes"
	"context"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

// emptyDoc is {}.
var emptyDoc = bsoncore.NewDocumentBuilder().Build()

func (e *Engine) find(ctx context.Context, req *request) (out reply, err error) {
	q := query{filter: allOf{}}
	var project *projection
	size, single := int64(firstBatch), false
	err = req.fields(func(key string, v value) (bool, error) {
		var err error
		switch key {
		case "filter", "sort", "hint", "skip":
			err = q.parse(key, v)
		case "limit":
			q.limit, err = natural(key, v)
		case "batchSize":
			size, err = natural(key, v)
		case "singleBatch":
			single = truth(v)
		case "projection":
			var doc bsoncore.Document
			if doc, err = document(key, v); err == nil {
				project, err = parseProjection(doc)
			}
		case "allowDiskUse": // the engine sorts keys in memory, whatever this says
		case "tailable", "awaitData", "oplogReplay", "noCursorTimeout", "allowPartialResults", "returnKey", "showRecordId":
			if truth(v) {
				err = notHeld("the find option '%s'", key)
			}
		case "min", "max":
			err = notHeld("the find option '%s'", key)
		default:
			return false, nil
		}
		return true, err
	})
	if err != nil {
		return nil, err
	}
	ns, err := req.namespace()
	if err != nil {
		return nil, err
	}
	err = e.read(ns, func(coll *collection) error {
		c := &cursor{ns: ns, query: q.filter, project: project}
		if coll != nil {
			if c.ids, err = coll.list(ctx, q); err != nil {
				return err
			}
		}
		out, err = e.first(ctx, c, coll, size, single)
		return err
	})
	return out, err
}

// parse reads one of the fields that queries share.
func (q *query) parse(key string, v value) error {
	switch key {
	case "hint":
		q.hint = v
		return nil
	case "skip":
		n, err := natural(key, v)
		q.skip = n
		return err
	}
	doc, err := document(key, v)
	if err != nil {
		return err
	}
	if key == "sort" {
		q.sort, err = parseSort(doc)
		return err
	}
	q.filter, err = parseFilter(doc)
	return err
}

func (e *Engine) count(ctx context.Context, req *request) (reply, error) {
	q := query{filter: allOf{}}
	err := req.fields(func(key string, v value) (bool, error) {
		switch key {
		case "query":
			return true, q.parse("filter", v)
		case "hint", "skip":
			return true, q.parse(key, v)
		case "limit":
			n, ok := integer(v)
			if !ok {
				return true, fail(codeTypeMismatch, "BSON field 'count.limit' must be a whole number")
			}
			q.limit = max(n, -n) // a negative limit is its positive
			return true, nil
		}
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	ns, err := req.namespace()
	if err != nil {
		return nil, err
	}
	n := int64(0)
	err = e.read(ns, func(coll *collection) (err error) {
		if coll != nil {
			n, err = coll.count(ctx, q)
		}
		return err
	})
	return newReply().AppendInt64("n", n), err
}

// distinct lists the different values of a path, elements of arrays one by
// one, in the order in which they are met.
func (e *Engine) distinct(ctx context.Context, req *request) (reply, error) {
	q := query{filter: allOf{}}
	var p path
	err := req.fields(func(key string, v value) (bool, error) {
		var err error
		switch {
		case key == "query" && v.Type == bson.TypeNull:
		case key == "query":
			err = q.parse("filter", v)
		case key == "key" && v.Type == bson.TypeString:
			p, err = parsePath(v.StringValue())
		case key == "key":
			err = fail(codeTypeMismatch, "BSON field 'distinct.key' must be a string")
		default:
			return false, nil
		}
		return true, err
	})
	if err != nil {
		return nil, err
	}
	if p == nil {
		return nil, fail(codeFailedToParse, "BSON field 'distinct.key' is missing but a required field")
	}
	ns, err := req.namespace()
	if err != nil {
		return nil, err
	}
	values := bsoncore.NewArrayBuilder()
	err = e.read(ns, func(coll *collection) error {
		if coll == nil {
			return nil
		}
		return coll.distinct(ctx, q, p, values)
	})
	return newReply().AppendArray("values", values.Build()), err
}

func (c *collection) distinct(ctx context.Context, q query, p path, out *bsoncore.ArrayBuilder) error {
	seen := map[string]struct{}{}
	total := 0
	add := func(v value) bool {
		key := string(appendKey(nil, v))
		if _, again := seen[key]; again || isMissing(v) {
			return false
		}
		seen[key] = struct{}{}
		total += len(v.Data)
		out.AppendValue(value{Type: v.Type, Data: bytes.Clone(v.Data)})
		return false
	}
	plan, err := c.plan(q)
	if err != nil {
		return err
	}
	return c.matches(ctx, q, plan, func(_, doc []byte) (bool, error) {
		p.reach(doc, false, func(v value) bool {
			if v.Type != bson.TypeArray {
				return add(v)
			}
			for _, e := range elements(v.Data) {
				add(e)
			}
			return false
		})
		if total > MaxDocumentSize {
			return false, fail(codeTooLarge, "distinct too big, 16mb cap")
		}
		return false, nil
	})
}
