package mongostore_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/event"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/readpref"
	"go.mongodb.org/mongo-driver/mongo/writeconcern"

	"salon/fair"
	"salon/fair/mongostore"
	"salon/fair/mongostore/embedded"
)

func TestWhateverTheURLSaysWritesAreKeptAndReadsAreFresh(t *testing.T) {
	engine, err := embedded.Open(filepath.Join(t.TempDir(), "salon.db"), embedded.Options{NoSync: true})
	must(t, err)
	var mu sync.Mutex
	var sent []bson.Raw
	how := engine.ClientOptions().SetWriteConcern(writeconcern.W1()).SetReadPreference(readpref.Secondary())
	client, err := mongo.Connect(t.Context(), how.SetMonitor(&event.CommandMonitor{Started: func(_ context.Context, e *event.CommandStartedEvent) {
		mu.Lock()
		defer mu.Unlock()
		sent = append(sent, append(bson.Raw{}, e.Command...))
	}}))
	must(t, err)
	t.Cleanup(func() {
		must(t, client.Disconnect(context.WithoutCancel(t.Context())))
		must(t, engine.Close())
	})
	s := mongostore.New(client.Database("salon"), time.Now)
	must(t, s.Migrate(t.Context()))
	slot := freeSlot(t, s)
	_, _, err = s.Slots.Hold(t.Context(), slot.ID, fair.Hold{Candidate: "c", Until: noon}, noon)
	must(t, err)
	must(t, s.Effects.Settle(t.Context(), fair.NounSlot, slot.ID, "e"))

	kinds := map[string]int{}
	for _, command := range sent {
		first, err := command.IndexErr(0)
		must(t, err)
		name := first.Key()
		kinds[name]++
		if mode := command.Lookup("$readPreference", "mode"); mode.Type != 0 && mode.StringValue() != "primary" && mode.StringValue() != "primaryPreferred" {
			t.Errorf("%s asks for %s", name, mode)
		}
		switch name {
		case "insert", "update", "findAndModify":
			if w, ok := command.Lookup("writeConcern", "w").StringValueOK(); !ok || w != "majority" {
				t.Errorf("%s is acknowledged by %v", name, command.Lookup("writeConcern"))
			}
			if j, ok := command.Lookup("writeConcern", "j").BooleanOK(); !ok || !j {
				t.Errorf("%s is acknowledged before it is in the journal", name)
			}
		}
		if limit, ok := command.Lookup("maxTimeMS").AsInt64OK(); name == "findAndModify" && (!ok || limit > mongostore.Timeout.Milliseconds()) {
			t.Errorf("%s may be decided after its caller has given up", name)
		}
	}
	for _, name := range []string{"insert", "update", "findAndModify", "find"} {
		if kinds[name] == 0 {
			t.Errorf("no %s was sent", name)
		}
	}
}
