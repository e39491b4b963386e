package embedded

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
)

// ttlBatch is how many documents one write of the sweep deletes, so that
// other writes get their turn.
const ttlBatch = 500

// sweepLoop deletes what has expired, about once a minute.
func (e *Engine) sweepLoop() {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		select {
		case <-e.closing:
			return
		case <-ticker.C:
			if err := e.Sweep(context.Background()); err != nil {
				e.log.Error("embedded engine sweep failed", "err", err)
			}
		}
	}
}

// Sweep deletes now the documents whose TTL index says they have expired, and
// forgets cursors nobody reads. The engine does so by itself once a minute.
func (e *Engine) Sweep(ctx context.Context) error {
	e.cursors.expire()
	namespaces, err := e.namespaces()
	if err != nil {
		return err
	}
	for _, ns := range namespaces {
		for more := true; more; {
			select {
			case <-e.closing:
				return nil
			default:
			}
			if more, err = e.sweepBatch(ctx, ns); err != nil {
				return fmt.Errorf("sweep %s: %w", ns, err)
			}
		}
	}
	return nil
}

// namespaces lists the collections that have a TTL index.
func (e *Engine) namespaces() ([]string, error) {
	var list []string
	err := e.view(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, _ *bolt.Bucket) error {
			ns, ok := strings.CutPrefix(string(name), collectionPrefix)
			if !ok {
				return nil
			}
			coll, err := e.catalog.open(tx, ns)
			if err != nil {
				return err
			}
			for _, ix := range coll.meta.indexes {
				if ix.expireAfter >= 0 {
					list = append(list, ns)
					break
				}
			}
			return nil
		})
	})
	return list, err
}

// sweepBatch finds and deletes a batch; it first looks without the writer, as
// mostly there is nothing to do.
func (e *Engine) sweepBatch(ctx context.Context, ns string) (more bool, err error) {
	n := 0
	err = e.read(ns, func(coll *collection) (err error) {
		n, err = e.expiredIn(ctx, coll, nil)
		return err
	})
	if err != nil || n == 0 {
		return false, err
	}
	err = e.writer.do(ctx, func(tx *bolt.Tx) (bool, error) {
		coll, err := e.catalog.open(tx, ns)
		if err != nil {
			return false, err
		}
		n, err = e.expiredIn(ctx, coll, func(doc []byte) error { return coll.write(doc, nil) })
		return n > 0, err
	})
	return n == ttlBatch, err
}

// expiredIn counts the expired documents, up to a batch, and gives each to
// delete (nil: only count).
func (e *Engine) expiredIn(ctx context.Context, coll *collection, delete func(doc []byte) error) (int, error) {
	if coll == nil {
		return 0, nil
	}
	n := 0
	for _, ix := range coll.meta.indexes {
		if ix.expireAfter < 0 || n == ttlBatch {
			continue
		}
		var ids [][]byte
		limit := e.clock().Add(-time.Duration(ix.expireAfter) * time.Second)
		err := coll.scan(ctx, ttlPlan(ix, limit), func(id, _ []byte) (bool, error) {
			ids = append(ids, bytes.Clone(id))
			return n+len(ids) == ttlBatch, nil
		})
		if err != nil {
			return n, err
		}
		n += len(ids)
		for _, id := range ids {
			if delete == nil {
				continue
			}
			if err := delete(bytes.Clone(coll.docs.Get(id))); err != nil {
				return n, err
			}
		}
	}
	return n, nil
}

// ttlPlan reads the dates up to limit, and no other type.
func ttlPlan(ix *index, limit time.Time) plan {
	spans, _ := spansOf(comparison{op: opLte, to: dateValue(limit)})
	if ix.fields[0].desc {
		spans = flipped(spans)
	}
	return plan{ix: ix, spans: spans}
}
