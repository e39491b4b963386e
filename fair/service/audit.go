package service

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"salon/fair"
)

// readingOnce is how long one reading stands for those that follow: a screen
// that asks again every minute has read once.
const readingOnce = time.Hour

// Bounds of what is written down at once, and remembered as written.
const (
	readingsAtOnce     = 16
	readingsRemembered = 20_000
)

// readings remembers what was written into the audit log this hour, so that a
// screen which asks again costs nothing. It only saves work: the log itself
// knows an entry it has.
type readings struct {
	mu    sync.Mutex
	hour  time.Time            // guarded by mu
	known map[fair.ID]struct{} // guarded by mu
}

func (r *readings) has(id fair.ID, hour time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, known := r.known[id]
	return known && r.hour.Equal(hour)
}

func (r *readings) add(id fair.ID, hour time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.hour.Equal(hour) || len(r.known) >= readingsRemembered {
		r.hour, r.known = hour, map[fair.ID]struct{}{}
	}
	r.known[id] = struct{}{}
}

// noteReadings writes into the audit log that the actor reads something of
// people: a CV, a number, a profile. It is called before the thing is shown, and
// what could not be written down is not shown. Nobody is audited for what is
// their own; the same reading within the hour is one entry.
func (s *Service) noteReadings(ctx context.Context, a fair.Actor, all ...fair.Reading) error {
	now := s.now()
	hour := now.Truncate(readingOnce)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readingsAtOnce)
	for _, r := range all {
		id := fair.DeriveID("reading", string(a.Self()), string(r.What), string(r.Of), string(r.Object), hour.Format(time.RFC3339))
		if r.Of == "" || r.Of == a.Self() || r.Of == a.Account || s.readings.has(id, hour) {
			continue
		}
		g.Go(func() error {
			err := s.Stores.Audits.Record(ctx, fair.AuditEntry{
				ID: id, At: now, Account: a.Self(), Action: string(r.What), Object: r.Object, About: r.Of, Fair: r.Fair, Why: r.Why,
				Meta: meta(now, now.Add(keepAudit)),
			})
			if err != nil {
				return fmt.Errorf("write down who reads what of %s: %w", r.Of, err)
			}
			s.readings.add(id, hour)
			return nil
		})
	}
	return g.Wait()
}
