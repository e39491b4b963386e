package embedded

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	bolt "go.etcd.io/bbolt"
)

const (
	// queueSize bounds the writes that wait; a further one waits in its caller.
	queueSize = 256
	// groupSize bounds the writes that share one transaction and one fsync.
	groupSize = 256
)

// write is one command for the writer. run may be called twice: once in a
// group and, if the group had to be rolled back, again alone; it must start
// afresh each time. A *failure it returns means that the transaction is as it
// found it (or as it means to leave it); any other error rolls back.
type write struct {
	ctx  context.Context
	run  func(tx *bolt.Tx) (changed bool, err error)
	done chan error
}

// writer owns all changes to the file: one goroutine, one transaction at a
// time. Writes that arrive while it commits form the next group.
type writer struct {
	db      *bolt.DB
	queue   chan *write
	pauses  chan func()
	stopped chan struct{}
}

func (w *writer) start(db *bolt.DB) {
	w.db, w.queue, w.pauses, w.stopped = db, make(chan *write, queueSize), make(chan func()), make(chan struct{})
	go w.loop()
}

// stop drains the queue. Nobody may call do any more.
func (w *writer) stop() {
	close(w.queue)
	<-w.stopped
}

// do runs a write and returns once it is committed and synced, or refused.
// ctx bounds the wait for its turn; once its turn has come it runs to its end.
func (w *writer) do(ctx context.Context, run func(tx *bolt.Tx) (changed bool, err error)) error {
	job := &write{ctx: ctx, run: run, done: make(chan error, 1)}
	select {
	case w.queue <- job:
		return <-job.done
	case <-ctx.Done():
		return expired(ctx)
	}
}

func (w *writer) loop() {
	defer close(w.stopped)
	for {
		select {
		case first, open := <-w.queue:
			if !open {
				return
			}
			w.commit(w.gather(first))
		case pause := <-w.pauses:
			pause()
		}
	}
}

// between runs something in the turn of the writer, when no transaction of its is
// open. Errors: errClosed when there are no more turns.
func (w *writer) between(ctx context.Context, run func() error) error {
	done := make(chan error, 1)
	select {
	case w.pauses <- func() { done <- run() }:
		return <-done
	case <-w.stopped:
		return errClosed
	case <-ctx.Done():
		return expired(ctx)
	}
}

// gather takes what already waits, without waiting for more.
func (w *writer) gather(first *write) []*write {
	group := []*write{first}
	for len(group) < groupSize {
		select {
		case next, ok := <-w.queue:
			if !ok {
				return group
			}
			group = append(group, next)
		default:
			return group
		}
	}
	return group
}

func (w *writer) commit(group []*write) {
	results, err := w.attempt(group)
	if err == nil {
		for i, job := range group {
			job.done <- results[i]
		}
		return
	}
	if len(group) == 1 {
		group[0].done <- err
		return
	}
	for _, job := range group {
		w.commit([]*write{job})
	}
}

// attempt runs a group in one transaction. An error means that nothing of it
// was kept.
func (w *writer) attempt(group []*write) (results []error, err error) {
	tx, err := w.db.Begin(true)
	if err != nil {
		return nil, fmt.Errorf("begin a write: %w", err)
	}
	results = make([]error, len(group))
	dirty := false
	for i, job := range group {
		changed, err := job.attempt(tx)
		var refused *failure
		if err != nil && !errors.As(err, &refused) {
			return nil, errors.Join(err, tx.Rollback())
		}
		results[i] = err
		dirty = dirty || changed
	}
	if !dirty { // nothing to sync
		return results, tx.Rollback()
	}
	if err := tx.Commit(); err != nil {
		return nil, fmt.Errorf("commit: %w", err)
	}
	return results, nil
}

// attempt turns a panic into an error, so that one bad write costs its group
// a second run and not the process.
func (j *write) attempt(tx *bolt.Tx) (changed bool, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("write panicked: %v\n%s", r, debug.Stack())
		}
	}()
	if err := expired(j.ctx); err != nil {
		return false, err
	}
	return j.run(tx)
}
