// Package mongotest opens databases for tests: the real stores on the real
// embedded engine, in a folder of the test. It keeps no state of its own and
// is imported by tests only.
package mongotest

import (
	"context"
	"path/filepath"
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
	engine, err := embedded.Open(filepath.Join(t.TempDir(), "salon.db"), embedded.Options{Clock: clock, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	return connect(t, engine.ClientOptions())
}

// Open opens the stores on an empty database, migrated.
func Open(t testing.TB, clock func() time.Time) *mongostore.Store {
	t.Helper()
	store := mongostore.New(Database(t, clock), clock)
	if err := store.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return store
}

// Unreachable gives stores whose server does not answer.
func Unreachable(t testing.TB, clock func() time.Time) *mongostore.Store {
	t.Helper()
	// Port 1 of the loopback (tcpmux, RFC 1078) has no listener.
	nobody := options.Client().ApplyURI("mongodb://127.0.0.1:1/").SetServerSelectionTimeout(300 * time.Millisecond)
	return mongostore.New(connect(t, nobody), clock)
}

func connect(t testing.TB, o *options.ClientOptions) *mongo.Database {
	t.Helper()
	client, err := mongo.Connect(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Disconnect(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return client.Database("salon")
}
