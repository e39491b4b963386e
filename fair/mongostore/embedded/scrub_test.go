package embedded_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// inFile counts the places of the database file where a word stands, whether they
// belong to a document or to nothing any more.
func inFile(t *testing.T, path, word string) int {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Count(content, []byte(word))
}

func TestWhatIsDeletedIsOutOfTheFileAfterAScrub(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "salon.db")
	e, client := reopen(t, path)
	defer func() { closeAll(t, e, client) }()
	things := client.Database("d").Collection("things")
	index(t, things, `{"mail":1}`, options.Index().SetUnique(true))
	const gone, changed, stays = "Quetzalcanari", "Zebulonrossignol", "Mesangestays"
	for n := range 300 {
		word := stays
		if n%3 == 1 {
			word = gone
		} else if n%3 == 2 {
			word = changed
		}
		doc := bson.M{"_id": n, "word": word, "mail": fmt.Sprint(word, n), "long": strings.Repeat(word, 1+n*10)}
		if _, err := things.InsertOne(ctx, doc); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := things.DeleteMany(ctx, bson.M{"word": gone}); err != nil {
		t.Fatal(err)
	}
	if _, err := things.UpdateMany(ctx, bson.M{"word": changed}, bson.M{"$unset": bson.M{"long": "", "mail": "", "word": ""}}); err == nil {
		t.Fatal("several without a mail are let in") // the index is unique
	}
	for n := 2; n < 300; n += 3 {
		if _, err := things.UpdateOne(ctx, bson.M{"_id": n}, bson.M{"$unset": bson.M{"long": "", "word": ""}, "$set": bson.M{"mail": n}}); err != nil {
			t.Fatal(err)
		}
	}
	if inFile(t, path, gone) == 0 || inFile(t, path, changed) == 0 {
		t.Fatal("the file holds nothing of what is gone, so nothing is proved by silence")
	}
	if err := e.Scrub(ctx); err != nil {
		t.Fatal(err)
	}
	if a, b := inFile(t, path, gone), inFile(t, path, changed); a+b > 0 {
		t.Errorf("the file still holds what was deleted %d times and what was changed %d times", a, b)
	}
	if n, err := things.CountDocuments(ctx, bson.M{"word": stays}); err != nil || n != 100 {
		t.Errorf("%d of the others are left, %v", n, err)
	}

	// A start does the same, for a process that was killed before.
	if _, err := things.DeleteMany(ctx, bson.M{"word": stays}); err != nil {
		t.Fatal(err)
	}
	closeAll(t, e, client)
	if inFile(t, path, stays) == 0 {
		t.Fatal("the file holds nothing of what is gone, so nothing is proved by silence")
	}
	e, client = reopen(t, path)
	began := time.Now()
	for inFile(t, path, stays) > 0 {
		if time.Since(began) > time.Minute {
			t.Fatal("after a start the file still holds what was deleted")
		}
	}
}

// Readers, writers and scrubs at once: no read sees less than what was committed
// before it, and what is left is a sound file.
func TestAScrubTakesNothingThatIsStillRead(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "salon.db")
	e, client := reopen(t, path)
	things := client.Database("d").Collection("things")
	const kinds, of = 8, 40
	long := func(seed int) string { return strings.Repeat(fmt.Sprintf("%06d", seed%1_000_000), 50+seed%400) }
	for kind := range kinds {
		for n := range of {
			if _, err := things.InsertOne(ctx, bson.M{"_id": fmt.Sprint(kind, "-", n), "kind": kind, "seed": n, "long": long(n)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	failed := race(4, func(w int) error {
		for round := range 60 {
			switch w {
			case 0:
				if err := e.Scrub(ctx); err != nil {
					return err
				}
			case 1, 2:
				n, seed := rand.IntN(of), rand.IntN(1_000_000)
				id := fmt.Sprint(round%(kinds/2)+(w-1)*kinds/2, "-", n)
				if _, err := things.UpdateOne(ctx, bson.M{"_id": id}, bson.M{"$set": bson.M{"seed": seed, "long": long(seed)}}); err != nil {
					return err
				}
			default:
				cursor, err := things.Find(ctx, bson.M{"kind": round % kinds})
				if err != nil {
					return err
				}
				var found []struct {
					Seed int
					Long string
				}
				if err := cursor.All(ctx, &found); err != nil || len(found) != of {
					return fmt.Errorf("%d of %d are read: %w", len(found), of, err)
				}
				for _, f := range found {
					if f.Long != long(f.Seed) {
						return fmt.Errorf("of seed %d something else is read", f.Seed)
					}
				}
			}
		}
		return nil
	})
	for _, err := range failed {
		if err != nil {
			t.Error(err)
		}
	}
	closeAll(t, e, client)
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.View(func(tx *bolt.Tx) error {
		for fault := range tx.Check() {
			t.Errorf("the file is broken: %v", fault)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestAScrubOfAClosedEngineSaysSo(t *testing.T) {
	e, client := reopen(t, filepath.Join(t.TempDir(), "salon.db"))
	closeAll(t, e, client)
	if err := e.Scrub(context.Background()); err == nil {
		t.Error("it says that it has scrubbed")
	}
}
