package service_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// sight is a Presence that tests set.
type sight struct {
	mu     sync.Mutex
	online map[fair.ID]bool
	err    error
}

func (s *sight) set(account fair.ID, online bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.online[account] = online
}

func (s *sight) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

func (s *sight) Online(_ context.Context, accounts []fair.ID) (map[fair.ID]bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return nil, s.err
	}
	online := map[fair.ID]bool{}
	for _, account := range accounts {
		online[account] = s.online[account]
	}
	return online, nil
}

func newSight(t *testing.T) (*house, *sight) {
	t.Helper()
	s := &sight{online: map[fair.ID]bool{}}
	return newHouse(t, func(c *service.Config) { c.Presence = s }), s
}

// away is since when somebody is noted as away; zero when there, or never seen.
func (h *house) away(account fair.ID) time.Time {
	h.t.Helper()
	p, err := h.store.Persons.Get(h.t.Context(), account)
	h.must(err)
	if p.AwayAt == nil {
		return time.Time{}
	}
	return *p.AwayAt
}

func TestComingAndGoingAreNoted(t *testing.T) {
	h, _ := newSight(t)
	ctx, nadia := t.Context(), h.demo(fair.Candidate, 1).Account
	at := h.clock.Now()
	h.must(h.AccountCame(ctx, nadia, at))
	if since := h.away(nadia); !since.IsZero() {
		t.Errorf("away since %v", since)
	}
	h.must(h.AccountGone(ctx, nadia, at.Add(time.Minute)))
	if since := h.away(nadia); !since.Equal(at.Add(time.Minute)) {
		t.Errorf("away since %v", since)
	}
	h.must(h.AccountCame(ctx, nadia, at.Add(2*time.Minute)))
	h.must(h.AccountGone(ctx, nadia, at.Add(90*time.Second))) // of another node, late
	if since := h.away(nadia); !since.IsZero() {
		t.Errorf("away since %v", since)
	}
	h.must(h.AccountCame(ctx, fair.NewID(), at)) // an account erased meanwhile
}

func TestTheSweepMakesUpForNodesThatDied(t *testing.T) {
	h, sight := newSight(t)
	ctx := t.Context()
	nadia, karim := h.demo(fair.Candidate, 1).Account, h.demo(fair.Candidate, 2).Account
	for _, account := range []fair.ID{nadia, karim} {
		h.must(h.AccountCame(ctx, account, h.clock.Now()))
	}
	h.clock.Pass(time.Minute)
	sight.set(karim, true)

	sight.fail(errors.New("redis is down"))
	h.must(h.Sweep(ctx))
	if !h.away(nadia).IsZero() {
		t.Error("while nobody can tell, somebody was noted as away")
	}
	sight.fail(nil)
	h.must(h.Sweep(ctx))
	if since := h.away(nadia); !since.Equal(h.clock.Now()) {
		t.Errorf("who went down with a node is away since %v", since)
	}
	if !h.away(karim).IsZero() {
		t.Error("who is there is noted as away")
	}
}
