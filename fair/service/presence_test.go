package service_test

import (
	"context"
	"errors"
	"slices"
	"strings"
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

// duty is what a recruiter's stand knows of their duty.
func (q *queue) duty() fair.Duty {
	q.t.Helper()
	l, err := q.store.Lines.Get(q.t.Context(), q.stand)
	q.must(err)
	d, _ := l.DutyOf(q.recruiter.Account)
	return d
}

func newSeenQueue(t *testing.T, change ...func(*service.Config)) (*queue, *sight) {
	t.Helper()
	s := &sight{online: map[fair.ID]bool{}}
	q := newQueue(t, append(change, func(c *service.Config) { c.Presence = s })...)
	q.must(q.AccountCame(t.Context(), q.recruiter.Account, q.clock.Now()))
	s.set(q.recruiter.Account, true)
	return q, s
}

func TestARecruiterWhoIsAwayTakesNoCallsAndIsSoonOffDuty(t *testing.T) {
	q, sight := newSeenQueue(t)
	ctx := t.Context()
	_, tickets := q.people(q.stand, 2)
	goes := func() {
		t.Helper()
		q.clock.Pass(time.Second)
		sight.set(q.recruiter.Account, false)
		q.must(q.AccountGone(ctx, q.recruiter.Account, q.clock.Now()))
	}
	available := func() int {
		t.Helper()
		st, err := q.store.Stands.Get(ctx, q.stand)
		q.must(err)
		facts, err := q.StandLine(ctx, st)
		q.must(err)
		return facts.Recruiters
	}
	goes()
	if q.duty().AwayAt == nil || available() != 0 {
		t.Errorf("gone: %+v, %d take calls", q.duty(), available())
	}
	q.clock.Pass(fair.AwayLimit - time.Second)
	q.must(q.Sweep(ctx))
	if d := q.duty(); d.State != fair.OnDuty {
		t.Errorf("two minutes are not over, and the duty is %q", d.State)
	}
	q.must(q.AccountCame(ctx, q.recruiter.Account, q.clock.Now()))
	if q.duty().AwayAt != nil || available() != 1 {
		t.Errorf("back: %+v, %d take calls", q.duty(), available())
	}
	goes()
	q.clock.Pass(fair.AwayLimit)
	sight.fail(errors.New("redis is down"))
	q.must(q.Sweep(ctx))
	if d := q.duty(); d.State != fair.OnDuty {
		t.Errorf("while nobody can tell, the duty became %q", d.State)
	}
	sight.fail(nil)
	q.dispatch()
	q.world.mu.Lock()
	q.world.told = nil
	q.world.mu.Unlock()
	q.must(q.Sweep(ctx))
	q.dispatch()
	if d := q.duty(); d.State != fair.OffDuty || d.AwayAt != nil {
		t.Errorf("two minutes later: %+v", d)
	}
	if !q.toldOfLine() {
		t.Error("the line was not told")
	}
	for _, ticket := range tickets {
		if now := q.ticket(ticket.ID); now.State != fair.TicketWaiting {
			t.Errorf("a place became %q", now.State)
		}
	}
}

// toldOfLine reports whether a line was shown.
func (q *queue) toldOfLine() bool {
	q.world.mu.Lock()
	defer q.world.mu.Unlock()
	return slices.ContainsFunc(q.world.told, func(line string) bool { return strings.HasPrefix(line, "line ") })
}

func TestWhoComesBackWithinGraceHasTheirPlaceAtOnce(t *testing.T) {
	q, _ := newSeenQueue(t)
	ctx := t.Context()
	who, tickets := q.people(q.stand, 1)
	q.next(q.recruiter, q.stand)
	q.clock.Pass(2 * time.Minute)
	q.must(q.Sweep(ctx))
	if now := q.ticket(tickets[0].ID); now.GraceUntil == nil {
		t.Fatalf("nobody answered, and there is no grace: %+v", now)
	}
	q.must(q.AccountCame(ctx, who[0].Account, q.clock.Now()))
	if now := q.ticket(tickets[0].ID); now.GraceUntil != nil || now.State != fair.TicketWaiting || !now.JoinedAt.Equal(tickets[0].JoinedAt) {
		t.Errorf("back: %+v", now)
	}
	q.clock.Pass(time.Hour)
	q.must(q.Sweep(ctx))
	if now := q.ticket(tickets[0].ID); now.State != fair.TicketWaiting {
		t.Errorf("an hour later the place is %q", now.State)
	}
}

func TestALineIsShownWhenSomebodyInItComesOrGoes(t *testing.T) {
	q, _ := newSeenQueue(t)
	ctx := t.Context()
	who, _ := q.people(q.stand, 1)
	q.dispatch()
	for name, happens := range map[string]func(context.Context, fair.ID, time.Time) error{"comes": q.AccountCame, "goes": q.AccountGone} {
		q.must(q.AccountCame(ctx, who[0].Account, q.clock.Now()))
		q.must(q.ShowStale(ctx))
		q.world.mu.Lock()
		q.world.told = nil
		q.world.mu.Unlock()
		q.clock.Pass(time.Second)
		q.must(happens(ctx, who[0].Account, q.clock.Now()))
		q.must(q.ShowStale(ctx))
		if !q.toldOfLine() {
			t.Errorf("somebody %s and the line is not shown", name)
		}
	}
}

// A going is noted in two places. Whatever happens before and between the two,
// the duty ends up as the person is.
func TestBetweenTheStepsOfAGoing(t *testing.T) {
	errDies := errors.New("the process dies here")
	comesBack := func(q *queue) error {
		return q.AccountCame(q.t.Context(), q.recruiter.Account, q.clock.Now().Add(time.Second))
	}
	for _, c := range []struct {
		name    string
		step    string
		between func(q *queue) error
		after   func(q *queue)
		away    bool
	}{
		{"the process dies and the sweep goes on", "gone.person", func(*queue) error { return errDies }, func(q *queue) { q.must(q.Sweep(q.t.Context())) }, true},
		{"the process dies and the recruiter comes back", "gone.person", func(*queue) error { return errDies }, func(q *queue) {
			q.must(q.AccountCame(q.t.Context(), q.recruiter.Account, q.clock.Now().Add(time.Second)))
		}, false},
		{"the recruiter comes back", "gone.person", comesBack, func(*queue) {}, false},
		{"the recruiter comes back before the first", "gone.duty", comesBack, func(*queue) {}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var q *queue
			var step func(string) error
			q, sight := newSeenQueue(t, func(config *service.Config) {
				config.Step = func(name string) error {
					if step != nil && name == c.step {
						return step(name)
					}
					return nil
				}
			})
			ctx := t.Context()
			q.clock.Pass(time.Second)
			sight.set(q.recruiter.Account, false)
			step = func(string) error { step = nil; return c.between(q) }
			if err := q.AccountGone(ctx, q.recruiter.Account, q.clock.Now()); err != nil && !errors.Is(err, errDies) {
				t.Fatal(err)
			}
			c.after(q)
			if noted := q.duty().AwayAt != nil; noted != c.away || q.away(q.recruiter.Account).IsZero() == c.away {
				t.Errorf("the duty says away %v, the person %v", noted, q.away(q.recruiter.Account))
			}
		})
	}
}
