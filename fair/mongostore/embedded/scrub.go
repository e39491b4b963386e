package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	bolt "go.etcd.io/bbolt"
)

const (
	// scrubEvery is the pace of the scrubs nobody asks for: what a TTL index or
	// anybody else deletes is out of the file within so long.
	scrubEvery = time.Hour
	// scrubPages is how many pages are looked at while writes wait, 64 MiB of
	// pages of 4 KiB.
	scrubPages = 1 << 14
)

// Scrub overwrites with zeros what the file still holds of documents and index
// keys that are gone: bbolt leaves a page as it was when it is freed. Whatever was
// deleted or changed before the call is out of the file when it returns. The
// engine scrubs when it opens and once an hour.
//
// It writes only where bbolt itself might write next: on pages that the last
// commit does not need, in the turn of the writer, when no older snapshot is being
// read. So it may be killed at any time, and needs no room on the disk. Writes wait
// for one piece at a time; reads that begin when a piece does wait for those that
// are going on.
func (e *Engine) Scrub(ctx context.Context) error {
	e.scrubbing.Lock() // two at once would only do the same
	defer e.scrubbing.Unlock()
	for page, more := 2, true; more; page += scrubPages { // 0 and 1 are bbolt's own
		select {
		case <-e.closing: // the next start begins again
			return errClosed
		default:
		}
		err := e.writer.between(ctx, func() (err error) {
			more, err = e.scrubPiece(page)
			return err
		})
		if err != nil {
			return fmt.Errorf("scrub the database file: %w", err)
		}
	}
	if e.db.NoSync {
		return nil
	}
	if err := e.file.Sync(); err != nil {
		return fmt.Errorf("scrub the database file: %w", err)
	}
	return nil
}

// scrubPiece is called between two transactions of the writer.
func (e *Engine) scrubPiece(from int) (more bool, err error) {
	tx, err := e.beginAlone()
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	info, err := e.file.Stat()
	if err != nil {
		return false, err
	}
	size := int64(e.db.Info().PageSize)
	page, zeros := make([]byte, size), make([]byte, size)
	for id := from; id < from+scrubPages; id++ {
		at := int64(id) * size
		if at >= info.Size() {
			return false, nil
		}
		// A page beyond the last one of the commit is none: what was written there
		// belongs to a commit that did not come about.
		if p, err := tx.Page(id); err != nil || p != nil && p.Type != "free" {
			if err != nil {
				return false, err
			}
			continue
		}
		n, err := e.file.ReadAt(page, at)
		if err != nil && !errors.Is(err, io.EOF) {
			return false, err
		}
		if string(page[:n]) == string(zeros[:n]) {
			continue
		}
		if _, err := e.file.WriteAt(zeros[:n], at); err != nil {
			return false, err
		}
	}
	return true, nil
}

// beginAlone begins a write when nothing is being read. Reads that begin later see
// the last commit, as this write does, so a page that is free for it is nobody's.
func (e *Engine) beginAlone() (*bolt.Tx, error) {
	e.reading.Lock()
	defer e.reading.Unlock()
	return e.db.Begin(true)
}

// view is how the engine reads: see beginAlone.
func (e *Engine) view(do func(tx *bolt.Tx) error) error {
	e.reading.RLock()
	defer e.reading.RUnlock()
	return e.db.View(do)
}

// scrubLoop scrubs once at the start, for a process that was killed, and then from
// time to time.
func (e *Engine) scrubLoop() {
	ticker := time.NewTicker(scrubEvery)
	defer ticker.Stop()
	for {
		if err := e.Scrub(context.Background()); err != nil && !errors.Is(err, errClosed) {
			e.log.Error("embedded engine scrub failed", "err", err)
		}
		select {
		case <-e.closing:
			return
		case <-ticker.C:
		}
	}
}
