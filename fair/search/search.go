package search

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/blevesearch/bleve/v2"

	"salon/fair"
)

// ErrRebuild says that there is no index in the directory that can be used: it
// is missing, damaged, or made by another version. Rebuild is the answer.
var ErrRebuild = errors.New("search: the index must be rebuilt")

// layoutKey is where the index keeps the layout it was made with.
var layoutKey = []byte("layout")

// batchSize is how many offers are written at once while rebuilding. 100 keeps
// a batch under a few hundred kilobytes.
const batchSize = 100

// Index is the offer index of one node.
type Index struct {
	index bleve.Index
	turn  chan struct{}     // held by the one who writes
	revs  map[fair.ID]int64 // last revision written; owned by whoever has the turn
}

// Open opens the index kept in dir. Errors: ErrRebuild.
func Open(dir string) (x *Index, err error) {
	// The bolt file inside panics on some damaged pages.
	defer func() {
		if p := recover(); p != nil {
			x, err = nil, fmt.Errorf("%w: opening %s panicked: %v", ErrRebuild, dir, p)
		}
	}()
	index, err := bleve.OpenUsing(dir, map[string]any{"bolt_timeout": "5s"})
	if err != nil {
		return nil, fmt.Errorf("%w: open %s: %v", ErrRebuild, dir, err)
	}
	made, err := index.GetInternal(layoutKey)
	if err == nil && string(made) == layout {
		return wrap(index), nil
	}
	if closeErr := index.Close(); closeErr != nil {
		return nil, fmt.Errorf("close the index in %s: %w", dir, closeErr)
	}
	return nil, fmt.Errorf("%w: %s has layout %q, this version wants %q", ErrRebuild, dir, made, layout)
}

// Rebuild makes the index in dir anew. fill is handed a function to put every
// offer; when it returns nil the new index takes the place of the old, which
// must not be open. After an error, or a crash, the old one is still there.
func Rebuild(ctx context.Context, dir string, fill func(put func(fair.Offer) error) error) (*Index, error) {
	aside := dir + ".new"
	if err := os.RemoveAll(aside); err != nil {
		return nil, fmt.Errorf("clear %s: %w", aside, err)
	}
	if err := build(ctx, aside, fill); err != nil {
		return nil, errors.Join(err, os.RemoveAll(aside))
	}
	if err := os.RemoveAll(dir); err != nil {
		return nil, fmt.Errorf("remove the old index: %w", err)
	}
	if err := os.Rename(aside, dir); err != nil {
		return nil, fmt.Errorf("put the new index in place: %w", err)
	}
	return Open(dir)
}

func build(ctx context.Context, dir string, fill func(put func(fair.Offer) error) error) error {
	m, err := newMapping()
	if err != nil {
		return fmt.Errorf("describe the index: %w", err)
	}
	index, err := bleve.New(dir, m)
	if err != nil {
		return fmt.Errorf("make an index in %s: %w", dir, err)
	}
	x := wrap(index)
	var waiting []fair.Offer
	err = fill(func(o fair.Offer) error {
		if waiting = append(waiting, o); len(waiting) < batchSize {
			return nil
		}
		err := x.Put(ctx, waiting...)
		waiting = waiting[:0]
		return err
	})
	if err == nil {
		err = x.Put(ctx, waiting...)
	}
	if err == nil {
		err = index.SetInternal(layoutKey, []byte(layout))
	}
	return errors.Join(err, x.Close())
}

func wrap(index bleve.Index) *Index {
	return &Index{index: index, turn: make(chan struct{}, 1), revs: map[fair.ID]int64{}}
}

// Close flushes and closes. The index must not be used afterwards.
func (x *Index) Close() error { return x.index.Close() }

// Put writes open offers and takes closed ones out. Written means on disk.
func (x *Index) Put(ctx context.Context, offers ...fair.Offer) error {
	return x.write(ctx, func(batch *bleve.Batch) error {
		for _, o := range offers {
			if o.Rev < x.revs[o.ID] {
				continue
			}
			x.revs[o.ID] = o.Rev
			if o.State != fair.OfferOpen {
				batch.Delete(string(o.ID))
			} else if err := batch.Index(string(o.ID), document(o)); err != nil {
				return fmt.Errorf("index offer %s: %w", o.ID, err)
			}
		}
		return nil
	})
}

// Remove takes offers out; an unknown id is no error.
func (x *Index) Remove(ctx context.Context, ids ...fair.ID) error {
	return x.write(ctx, func(batch *bleve.Batch) error {
		for _, id := range ids {
			batch.Delete(string(id))
		}
		return nil
	})
}

func (x *Index) write(ctx context.Context, fill func(*bleve.Batch) error) error {
	select {
	case x.turn <- struct{}{}:
		defer func() { <-x.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	batch := x.index.NewBatch()
	if err := fill(batch); err != nil {
		return err
	}
	if batch.Size() == 0 {
		return nil
	}
	if err := x.index.Batch(batch); err != nil {
		return fmt.Errorf("write %d changes to the offer index: %w", batch.Size(), err)
	}
	return nil
}
