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
	// scrubPatience is how long writes wait for reads that began before a piece.
	scrubPatience = 20 * time.Millisecond
)

// errRead says that an older snapshot is still being read.
var errRead = errors.New("an older snapshot is being read")

// Scrub overwrites with zeros what the file still holds of documents and index
// keys that are gone: bbolt leaves a page as it was when it is freed. Whatever was
// deleted or changed before the call is out of the file when it returns. The
// engine scrubs when it opens and once an hour.
//
// It writes only where bbolt itself might write next: on pages that the last
// commit does not need, in the turn of the writer, when no older snapshot is being
// read. So it may be killed at any time, and needs no room on the disk. Writes wait
// for one piece at a time; reads wait for nothing, and one that takes long holds up
// the scrub and nobody else.
func (e *Engine) Scrub(ctx context.Context) error {
	e.scrubbing.Lock() // two at once would only do the same
	defer e.scrubbing.Unlock()
	for page, more := 2, true; more; page += scrubPages { // 0 and 1 are bbolt's own
		select {
		case <-e.closing: // the next start begins again
			return errClosed
		default:
		}
		var err error
		if more, err = e.scrubPiece(ctx, page); err != nil {
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

// scrubPiece waits for the turn of the writer and for the reads that began before it.
func (e *Engine) scrubPiece(ctx context.Context, from int) (more bool, err error) {
	for {
		var older <-chan struct{}
		err = e.writer.between(ctx, func() (err error) {
			older = e.readers.before()
			select {
			case <-older:
				more, err = e.scrubFrom(from)
				return err
			case <-time.After(scrubPatience):
				return errRead
			}
		})
		if !errors.Is(err, errRead) {
			return more, err
		}
		select {
		case <-older:
		case <-e.closing:
			return false, errClosed
		case <-ctx.Done():
			return false, expired(ctx)
		}
	}
}

// scrubFrom is called between two transactions of the writer, when all that is read
// was begun since the last of them. So what is read is the last commit, and a page
// that it does not need is nobody's.
func (e *Engine) scrubFrom(from int) (more bool, err error) {
	tx, err := e.db.Begin(true)
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

// view is how the engine reads.
func (e *Engine) view(do func(tx *bolt.Tx) error) error {
	defer e.readers.leave(e.readers.enter())
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
