package embedded

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// Options of an engine. The zero value is what a server wants.
type Options struct {
	// Logger hears of failures that no client is told; nil discards them.
	Logger *slog.Logger
	// Clock is the time of TTL indexes, $currentDate and cursors; nil is time.Now.
	Clock func() time.Time
	// NoSync leaves out the fsync of each commit. For tests only: after a
	// power cut acknowledged writes may be lost.
	NoSync bool
}

const (
	// lockTimeout is how long Open waits for another process to let go of the file.
	lockTimeout = 2 * time.Second
	// mapSize is the address space reserved at start, in bytes, so that the
	// file can grow that far without waiting for readers.
	mapSize = 1 << 28
	// sweepEvery is the pace of the TTL sweep, that of a MongoDB server.
	sweepEvery = 60 * time.Second
	// selectionTimeout bounds the driver's wait for a server that cannot be away.
	selectionTimeout = 5 * time.Second
)

// ErrHeld says that another process has the database file open.
var ErrHeld = errors.New("another process has it open")

// errClosed is what a client meets after Close.
var errClosed = &failure{code: codeShuttingDown, msg: "the embedded engine is closed"}

// Engine is one open database file and the connections to it. All writes go
// through its writer goroutine; reads run in the goroutine of their
// connection, each on its own snapshot.
type Engine struct {
	db      *bolt.DB
	log     *slog.Logger
	clock   func() time.Time
	file    *os.File // db's own, for Scrub
	catalog catalog
	cursors cursors
	writer  writer

	readers   readers
	scrubbing sync.Mutex

	closing chan struct{}
	wg      sync.WaitGroup // connections, the sweeper and the scrubber
	mu      sync.Mutex     // guards conns, closed, lastConn
	conns   map[net.Conn]struct{}
	closed  bool
	lastID  int32
}

// Open opens the database file at path, or creates it. Errors: ErrHeld, after
// two seconds.
func Open(path string, opt Options) (*Engine, error) {
	var file *os.File
	db, err := bolt.Open(path, 0o600, &bolt.Options{
		Timeout: lockTimeout, InitialMmapSize: mapSize, NoSync: opt.NoSync,
		OpenFile: func(name string, flag int, mode os.FileMode) (_ *os.File, err error) {
			file, err = os.OpenFile(name, flag, mode)
			return file, err
		},
	})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("open %s: %w", path, ErrHeld)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if err := checkFormat(db); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), db.Close())
	}
	e := &Engine{
		db: db, file: file, log: opt.Logger, clock: opt.Clock, readers: readers{now: newCohort()},
		closing: make(chan struct{}), conns: map[net.Conn]struct{}{},
	}
	if e.log == nil {
		e.log = slog.New(slog.DiscardHandler)
	}
	if e.clock == nil {
		e.clock = time.Now
	}
	e.cursors.clock = e.clock
	e.writer.start(db)
	e.wg.Go(e.sweepLoop)
	e.wg.Go(e.scrubLoop)
	return e, nil
}

// checkFormat writes the version of the layout into a new file and refuses a
// file of another version.
func checkFormat(db *bolt.DB) error {
	return db.Update(func(tx *bolt.Tx) error {
		b := tx.Bucket(formatBucket)
		if b != nil {
			if v := b.Get(formatKey); len(v) != 4 || binary.BigEndian.Uint32(v) != formatVersion {
				return fmt.Errorf("the file has layout %x, this engine reads %d", v, formatVersion)
			}
			return nil
		}
		b, err := tx.CreateBucket(formatBucket)
		if err != nil {
			return err
		}
		return b.Put(formatKey, binary.BigEndian.AppendUint32(nil, formatVersion))
	})
}

// ClientOptions are the options that connect the official driver to e. The
// caller may set more on them; each call makes new ones.
func (e *Engine) ClientOptions() *options.ClientOptions {
	return options.Client().
		ApplyURI("mongodb://embedded/?directConnection=true").
		SetDialer(dialer{e}).
		SetRetryReads(false).
		SetRetryWrites(false).
		SetServerSelectionTimeout(selectionTimeout)
}

// dialer gives the driver one end of a pipe.
type dialer struct{ e *Engine }

func (d dialer) DialContext(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	e := d.e
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, errClosed
	}
	e.conns[server] = struct{}{}
	e.lastID++
	id := e.lastID
	e.wg.Go(func() { e.serve(server, id) })
	return client, nil
}

func (e *Engine) forget(conn net.Conn) {
	e.mu.Lock()
	delete(e.conns, conn)
	e.mu.Unlock()
}

// Close ends the connections, lets the writes that were accepted finish, and
// closes the file. Clients should be disconnected first. A second Close does
// nothing.
func (e *Engine) Close() error {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return nil
	}
	e.closed = true
	conns := make([]net.Conn, 0, len(e.conns))
	for c := range e.conns {
		conns = append(conns, c)
	}
	e.mu.Unlock()

	close(e.closing)
	var errs []error
	for _, c := range conns {
		errs = append(errs, c.Close())
	}
	e.wg.Wait()
	e.writer.stop()
	return errors.Join(append(errs, e.db.Close())...)
}
