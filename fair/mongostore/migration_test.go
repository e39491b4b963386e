package mongostore_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.uber.org/goleak"

	"salon/fair/mongostore"
	"salon/fair/mongostore/mongotest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// steps are migrations that note their runs; the one called failing fails.
func steps(mu *sync.Mutex, ran *[]string, failing string, names ...string) []mongostore.Migration {
	list := make([]mongostore.Migration, len(names))
	for i, name := range names {
		list[i] = mongostore.Migration{Number: i + 1, Name: name, Up: func(context.Context, *mongostore.Store) error {
			mu.Lock()
			defer mu.Unlock()
			*ran = append(*ran, name)
			if name == failing {
				return errors.New("power cut")
			}
			return nil
		}}
	}
	return list
}

func TestMigrationsRunOnceInOrderAndGoOnAfterAnInterruption(t *testing.T) {
	store := mongostore.New(mongotest.Database(t, time.Now), time.Now)
	var mu sync.Mutex
	var ran []string
	run := func(failing string, names ...string) error {
		return store.MigrateWith(t.Context(), steps(&mu, &ran, failing, names...))
	}
	if err := run("b", "a", "b", "c"); err == nil || !strings.Contains(err.Error(), "migration 2, b: power cut") {
		t.Fatalf("an interrupted migration answers %v", err)
	}
	for range 2 {
		if err := run("", "a", "b", "c"); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"a", "b", "b", "c"}; !slices.Equal(ran, want) {
		t.Errorf("ran %v, want %v", ran, want)
	}
	if err := run("", "a"); err == nil || !strings.Contains(err.Error(), "newer program") {
		t.Errorf("an old program on a new database is answered %v", err)
	}
}

func TestNodesThatStartTogetherMigrateOnce(t *testing.T) {
	db := mongotest.Database(t, time.Now)
	var mu sync.Mutex
	var ran []string
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if err := mongostore.New(db, time.Now).MigrateWith(t.Context(), steps(&mu, &ran, "", "a", "b")); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if want := []string{"a", "b"}; !slices.Equal(ran, want) {
		t.Errorf("ran %v, want %v", ran, want)
	}
}

func TestANodeThatDiedWhileMigratingBlocksOnlyForItsLease(t *testing.T) {
	now := time.Date(2021, 1, 20, 9, 0, 0, 0, time.UTC)
	db := mongotest.Database(t, time.Now)
	_, err := db.Collection("state").InsertOne(t.Context(), bson.D{
		{Key: "_id", Value: "migrations"}, {Key: "version", Value: 0}, {Key: "owner", Value: "dead"}, {Key: "until", Value: now.Add(time.Minute)},
	})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var ran []string
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	waiting := mongostore.New(db, func() time.Time { return now })
	if err := waiting.MigrateWith(ctx, steps(&mu, &ran, "", "a")); !errors.Is(err, context.DeadlineExceeded) || len(ran) != 0 {
		t.Errorf("within the lease: %v, ran %v", err, ran)
	}
	later := mongostore.New(db, func() time.Time { return now.Add(time.Minute) })
	if err := later.MigrateWith(t.Context(), steps(&mu, &ran, "", "a")); err != nil || len(ran) != 1 {
		t.Errorf("after the lease: %v, ran %v", err, ran)
	}
}

func TestTheProductsMigrationsMakeEveryPromisedIndex(t *testing.T) {
	db := mongotest.Database(t, time.Now)
	store := mongostore.New(db, time.Now)
	for range 2 {
		if err := store.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	has := func(collection, name string, want func(unique, ttl bool) bool) {
		t.Helper()
		specs, err := db.Collection(collection).Indexes().ListSpecifications(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range specs {
			if s.Name == name {
				if !want(s.Unique != nil && *s.Unique, s.ExpireAfterSeconds != nil && *s.ExpireAfterSeconds == 0) {
					t.Errorf("%s.%s has other properties: %+v", collection, name, s)
				}
				return
			}
		}
		t.Errorf("%s has no index %s", collection, name)
	}
	unique := func(u, _ bool) bool { return u }
	expires := func(_, ttl bool) bool { return ttl }
	has("accounts", "email_1", unique)
	has("fairs", "slug_1", unique)
	has("stands", "fair_1_number_1", unique)
	has("offers", "fair_1_source_1_sourceId_1", unique)
	has("webconferences", "fair_1_slug_1", unique)
	has("logins", "expiresAt_1", expires)
	for _, personal := range []string{"accounts", "persons", "codes", "offers", "slots", "interviews", "mails", "audits"} {
		has(personal, "retainUntil_1", expires)
	}
	for _, noun := range []string{"codes", "logins", "offers", "slots", "interviews", "webconferences"} {
		has(noun, "owing", func(bool, bool) bool { return true })
	}
}
