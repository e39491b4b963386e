package service_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"salon/fair"
	"salon/fair/service"
)

// counted is a Presence that counts how often it was asked: once for each estimate.
type counted struct{ asked atomic.Int64 }

func (c *counted) Online(_ context.Context, accounts []fair.ID) (map[fair.ID]bool, error) {
	c.asked.Add(1)
	online := map[fair.ID]bool{}
	for _, account := range accounts {
		online[account] = true
	}
	return online, nil
}

func TestALineIsEstimatedOnceForEachChangeHoweverManyLook(t *testing.T) {
	c := &counted{}
	q := newQueue(t, func(config *service.Config) { config.Presence = c })
	colleague := q.demo(fair.Recruiter, 2)
	second := q.onDuty(colleague)
	who, tickets := q.people(q.stand, 3)
	there := q.join(who[0], second)
	q.must(q.Near(t.Context())) // warns everybody
	q.dispatch()
	q.clock.Pass(time.Second)
	q.onDuty(q.recruiter)
	q.onDuty(colleague)
	q.dispatch() // shows both lines
	looks := func(of func(ctx context.Context) error) (asked int64) {
		t.Helper()
		before := c.asked.Load()
		g, ctx := errgroup.WithContext(t.Context())
		for range 20 {
			g.Go(func() error { return of(ctx) })
		}
		q.must(g.Wait())
		return c.asked.Load() - before
	}
	for name, of := range map[string]func(ctx context.Context) error{
		"the public page": func(ctx context.Context) error { _, err := q.FairLines(ctx, fair.Actor{}, q.fair.Slug); return err },
		"the page of a stand": func(ctx context.Context) error {
			_, err := q.StandLine(ctx, fair.Stand{ID: q.stand, Fair: q.fair.ID})
			return err
		},
		"an organiser":          func(ctx context.Context) error { _, err := q.FairLive(ctx, q.boss, q.fair.Slug); return err },
		"somebody who waits":    func(ctx context.Context) error { _, err := q.Board(ctx, who[0], q.fair.Slug); return err },
		"the word of near ones": func(ctx context.Context) error { return q.Near(ctx) },
	} {
		if asked := looks(of); asked != 0 {
			t.Errorf("%s: %d estimates of lines that were shown just now", name, asked)
		}
	}
	_, err := q.store.Tickets.SetNote(t.Context(), tickets[1].ID, "a change on another node")
	q.must(err)
	_, err = q.store.Tickets.SetNote(t.Context(), there.ID, "and another")
	q.must(err)
	q.clock.Pass(2 * time.Second)
	page := func(ctx context.Context) error { _, err := q.FairLines(ctx, fair.Actor{}, q.fair.Slug); return err }
	if asked := looks(page); asked != 1 {
		t.Errorf("%d estimates after changes to two lines, want both made at once", asked)
	}
}

func TestAChangeOnAnotherNodeIsSeenAtOnce(t *testing.T) {
	q := newQueue(t)
	other := newHouseOn(q.house, func(*service.Config) {})
	waiting := func() int {
		t.Helper()
		q.clock.Pass(time.Second)
		facts, err := q.StandLine(t.Context(), fair.Stand{ID: q.stand, Fair: q.fair.ID})
		q.must(err)
		return facts.Waiting
	}
	who, tickets := q.people(q.stand, 2)
	if n := waiting(); n != 2 {
		t.Fatalf("%d wait, want 2", n)
	}
	other.join(q.demo(fair.Candidate, 3), q.stand)
	if n := waiting(); n != 3 {
		t.Errorf("%d wait after somebody joined elsewhere", n)
	}
	other.answer(who[0], tickets[0].ID, fair.AnswerLeave)
	if n := waiting(); n != 2 {
		t.Errorf("%d wait after somebody left elsewhere", n)
	}
}
