// Package mongotest opens databases for tests: the real stores on the real
// embedded engine, in a folder of the test. It keeps no state of its own and
// is imported by tests only.
package mongotest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair/mongostore"
	"salon/fair/mongostore/embedded"
)

// Database opens an empty database without any index, and closes it with the
// test. Commits are not synced to the disk.
func Database(t testing.TB, clock func() time.Time) *mongo.Database {
	t.Helper()
	return database(t, filepath.Join(t.TempDir(), "salon.db"), clock)
}

func database(t testing.TB, path string, clock func() time.Time) *mongo.Database {
	t.Helper()
	db, shut, err := open(path, embedded.Options{Clock: clock, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := shut(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// At opens the stores on a database file that outlives the caller, with every
// commit synced: for tests that kill a process.
func At(ctx context.Context, path string, clock func() time.Time) (store *mongostore.Store, shut func() error, err error) {
	db, shut, err := open(path, embedded.Options{Clock: clock})
	if err != nil {
		return nil, nil, err
	}
	store = mongostore.New(db, clock)
	if err := store.Migrate(ctx); err != nil {
		return nil, nil, errors.Join(err, shut())
	}
	return store, shut, nil
}

// open connects to an engine; shut ends both.
func open(path string, o embedded.Options) (db *mongo.Database, shut func() error, err error) {
	engine, err := embedded.Open(path, o)
	if err != nil {
		return nil, nil, err
	}
	client, err := mongo.Connect(context.Background(), engine.ClientOptions())
	if err != nil {
		return nil, nil, errors.Join(err, engine.Close())
	}
	return client.Database("salon"), func() error {
		return errors.Join(client.Disconnect(context.Background()), engine.Close())
	}, nil
}

// Open opens the stores on an empty database, migrated: a copy of one that is
// migrated once for each process, as making all indexes takes long.
func Open(t testing.TB, clock func() time.Time) *mongostore.Store {
	t.Helper()
	empty, err := migrated()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "salon.db")
	if err := os.WriteFile(path, empty, 0o600); err != nil {
		t.Fatal(err)
	}
	return mongostore.New(database(t, path, clock), clock)
}

// migrated is the file of an empty database with every index.
var migrated = sync.OnceValues(func() (file []byte, err error) {
	dir, err := os.MkdirTemp("", "mongotest-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path, ctx := filepath.Join(dir, "salon.db"), context.Background()
	db, shut, err := open(path, embedded.Options{Clock: time.Now, NoSync: true})
	if err != nil {
		return nil, err
	}
	if err := errors.Join(mongostore.New(db, time.Now).Migrate(ctx), shut()); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Unreachable gives stores whose server does not answer.
func Unreachable(t testing.TB, clock func() time.Time) *mongostore.Store {
	t.Helper()
	// Port 1 of the loopback (tcpmux, RFC 1078) has no listener.
	nobody := options.Client().ApplyURI("mongodb://127.0.0.1:1/").SetServerSelectionTimeout(300 * time.Millisecond)
	client, err := mongo.Connect(context.Background(), nobody)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Disconnect(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return mongostore.New(client.Database("salon"), clock)
}
