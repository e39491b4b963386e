package service_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// brokenLog refuses every entry.
type brokenLog struct{}

func (brokenLog) Record(context.Context, fair.AuditEntry) error { return errors.New("the log is full") }
func (brokenLog) About(context.Context, fair.ID, int) ([]fair.AuditEntry, error) {
	return nil, nil
}

func TestWhoReadsAProfileIsWrittenDownOnceAnHour(t *testing.T) {
	h := newHouse(t)
	camille, remi := h.demo(fair.Candidate, 1), h.demo(fair.Recruiter, 1)
	booked, err := h.book(camille, h.slots(remi, 1)[0].ID, "k")
	h.must(err)
	readings := func() (n int) {
		t.Helper()
		entries, err := h.store.Audits.About(t.Context(), camille.Account, 100)
		h.must(err)
		for _, e := range entries {
			if e.Action == string(fair.ReadProfile) {
				if e.Account != remi.Account || e.Object != booked.Interview.ID || e.Why != fair.NounInterview {
					t.Errorf("the entry is %+v", e)
				}
				n++
			}
		}
		return n
	}
	for range 3 {
		_, err = h.Interview(t.Context(), remi, booked.Interview.ID)
		h.must(err)
		_, err = h.Interview(t.Context(), camille, booked.Interview.ID)
		h.must(err)
	}
	_, err = newHouseOn(h, func(*service.Config) {}).Interview(t.Context(), remi, booked.Interview.ID)
	h.must(err)
	if n := readings(); n != 1 {
		t.Errorf("%d entries after four readings in one hour on two nodes", n)
	}
	h.clock.Pass(time.Hour)
	_, err = h.MyInterviews(t.Context(), remi, time.Time{}, time.Time{})
	h.must(err)
	if n := readings(); n != 2 {
		t.Errorf("%d entries an hour later", n)
	}
}

func TestWhatCannotBeWrittenDownIsNotShown(t *testing.T) {
	h := newHouse(t)
	camille, remi := h.demo(fair.Candidate, 1), h.demo(fair.Recruiter, 1)
	booked, err := h.book(camille, h.slots(remi, 1)[0].ID, "k")
	h.must(err)
	other := newHouseOn(h, func(c *service.Config) { c.Stores.Audits = brokenLog{} })
	if d, err := other.Interview(t.Context(), remi, booked.Interview.ID); err == nil || d.Candidate.Name != "" {
		t.Errorf("shown all the same: %+v", d.Candidate)
	}
	if _, err := other.Interview(t.Context(), camille, booked.Interview.ID); err != nil {
		t.Errorf("one's own interview needs no entry: %v", err)
	}
}
