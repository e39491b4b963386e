package embedded

import (
	"bytes"
	"context"
	"slices"

	bolt "go.etcd.io/bbolt"
)

// query is what find, findAndModify, update, delete and $match share.
type query struct {
	filter filter
	sort   []keyField
	skip   int64
	limit  int64 // 0: none
	hint   value
}

// maxResult bounds the documents one query may list, and so the memory of a
// cursor: about 40 bytes each with our ids.
const maxResult = 1_000_000

// checkEvery is how many documents are read between two looks at the deadline.
const checkEvery = 256

// scan visits the documents of a plan once each, in its order, until visit
// says stop. id and doc are valid until the transaction changes or ends.
func (c *collection) scan(ctx context.Context, p plan, visit func(id, doc []byte) (stop bool, err error)) error {
	bucket := c.docs
	direct := p.ix == nil || p.ix == idIndex
	if !direct {
		bucket = c.indexBucket(p.ix)
	}
	var seen map[string]struct{}
	if !direct && p.ix.multikey {
		seen = map[string]struct{}{}
	}
	n := 0
	for k, v := range entries(bucket, p) {
		if n++; n%checkEvery == 0 {
			if err := expired(ctx); err != nil {
				return err
			}
		}
		id, doc := k, v
		if !direct {
			id = entryID(k, v)
			if seen != nil {
				if _, again := seen[string(id)]; again {
					continue
				}
				seen[string(id)] = struct{}{}
			}
			doc = c.docs.Get(id)
		}
		if stop, err := visit(id, doc); stop || err != nil {
			return err
		}
	}
	return nil
}

// entries yields what a bucket holds in the spans of a plan.
func entries(b *bolt.Bucket, p plan) func(yield func(k, v []byte) bool) {
	return func(yield func(k, v []byte) bool) {
		cursor := b.Cursor()
		if p.reverse {
			for _, s := range slices.Backward(p.spans) {
				for k, v := seekBefore(cursor, s.hi); k != nil && bytes.Compare(k, s.lo) >= 0; k, v = cursor.Prev() {
					if !yield(k, v) {
						return
					}
				}
			}
			return
		}
		for _, s := range p.spans {
			for k, v := cursor.Seek(s.lo); k != nil && (s.hi == nil || bytes.Compare(k, s.hi) < 0); k, v = cursor.Next() {
				if !yield(k, v) {
					return
				}
			}
		}
	}
}

// seekBefore moves to the last key under hi.
func seekBefore(cursor *bolt.Cursor, hi []byte) (k, v []byte) {
	if hi == nil {
		return cursor.Last()
	}
	if at, _ := cursor.Seek(hi); at == nil {
		return cursor.Last()
	}
	return cursor.Prev()
}

// expired turns a deadline that has passed into the error the server gives.
func expired(ctx context.Context) error {
	if ctx.Err() != nil {
		return fail(codeMaxTimeExpired, "operation exceeded time limit")
	}
	return nil
}

// matches visits the documents that match q, in no order but the plan's.
func (c *collection) matches(ctx context.Context, q query, p plan, visit func(id, doc []byte) (stop bool, err error)) error {
	return c.scan(ctx, p, func(id, doc []byte) (bool, error) {
		if !q.filter.match(doc) {
			return false, nil
		}
		return visit(id, doc)
	})
}

func (c *collection) plan(q query) (plan, error) {
	hint, err := c.meta.hintName(q.hint)
	if err != nil {
		return plan{}, err
	}
	return c.meta.choose(q.filter, q.sort, hint)
}

// list is the result of q as keys of _id, sorted, skipped and limited. The
// keys are copies.
func (c *collection) list(ctx context.Context, q query) ([][]byte, error) {
	if err := expired(ctx); err != nil {
		return nil, err
	}
	p, err := c.plan(q)
	if err != nil {
		return nil, err
	}
	if len(q.sort) > 0 && !p.ordered {
		return c.listSorted(ctx, q, p)
	}
	var ids [][]byte
	skip := q.skip
	err = c.matches(ctx, q, p, func(id, _ []byte) (bool, error) {
		if skip > 0 {
			skip--
			return false, nil
		}
		if len(ids) == maxResult {
			return false, tooMany()
		}
		ids = append(ids, bytes.Clone(id))
		return q.limit > 0 && int64(len(ids)) == q.limit, nil
	})
	return ids, err
}

func tooMany() error {
	return notHeld("results of more than %d documents: use a narrower filter or a limit", maxResult)
}

func (c *collection) listSorted(ctx context.Context, q query, p plan) ([][]byte, error) {
	type sortable struct{ key, id []byte }
	var all []sortable
	err := c.matches(ctx, q, p, func(id, doc []byte) (bool, error) {
		key, err := sortKey(q.sort, doc)
		if err != nil {
			return false, err
		}
		if len(all) == maxResult {
			return false, tooMany()
		}
		all = append(all, sortable{key, bytes.Clone(id)})
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b sortable) int {
		if c := bytes.Compare(a.key, b.key); c != 0 {
			return c
		}
		return bytes.Compare(a.id, b.id)
	})
	all = all[min(q.skip, int64(len(all))):]
	if q.limit > 0 {
		all = all[:min(q.limit, int64(len(all)))]
	}
	ids := make([][]byte, len(all))
	for i, s := range all {
		ids[i] = s.id
	}
	return ids, nil
}

// count counts matches without listing them.
func (c *collection) count(ctx context.Context, q query) (int64, error) {
	p, err := c.plan(q)
	if err != nil {
		return 0, err
	}
	n := int64(0)
	err = c.matches(ctx, q, p, func(_, _ []byte) (bool, error) {
		n++
		return q.limit > 0 && n == q.skip+q.limit, nil
	})
	return max(0, n-q.skip), err
}
