package service_test

import (
	"bytes"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"salon/fair"
	"salon/fair/mongostore"
	"salon/fair/mongostore/mongotest"
	"salon/fair/service"
)

// joinAtOnce has one person take a place in a line ten times at once, and counts
// the places. Without the unique index nothing keeps it at one.
func joinAtOnce(t *testing.T, indexed bool) (places int) {
	t.Helper()
	h := &house{t: t, clock: &clock{now: opening}, log: &bytes.Buffer{}, world: newWorld()}
	db := mongotest.Database(t, h.clock.Now)
	h.store = mongostore.New(db, h.clock.Now)
	h.must(h.store.Migrate(t.Context()))
	if !indexed {
		_, err := db.Collection("tickets").Indexes().DropOne(t.Context(), "stand_1_candidate_1")
		h.must(err)
	}
	h.Service = service.New(configOf(h.store, h.world, h.clock, h.log))
	h.open(true)
	stand := h.onDuty(h.demo(fair.Recruiter, 1))
	who := h.demo(fair.Candidate, 1)
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			_, _, err := h.JoinLine(t.Context(), who, stand, service.JoinRequest{Channel: fair.Video})
			if err != nil && fair.KindOf(err) != fair.Conflict {
				t.Errorf("joining: %v", err)
			}
		})
	}
	wg.Wait()
	n, err := db.Collection("tickets").CountDocuments(t.Context(), bson.D{{Key: "open", Value: true}})
	h.must(err)
	return int(n)
}

func TestTenJoinsOfOnePersonAtOnceAreOnePlace(t *testing.T) {
	for range 3 {
		if n := joinAtOnce(t, true); n != 1 {
			t.Errorf("%d places", n)
		}
	}
}

// The test above is worth something only if it can fail.
func TestWithoutTheIndexTenJoinsAreSeveralPlaces(t *testing.T) {
	for range 20 {
		if joinAtOnce(t, false) > 1 {
			return
		}
	}
	t.Error("one place each time without the index: the race test proves nothing")
}
