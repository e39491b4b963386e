package service_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/mongostore"
	"salon/fair/service"
)

// unengaged is a person store without its guard: whoever is asked for is free.
// It exists to see the race test fail.
type unengaged struct{ *mongostore.Persons }

func (unengaged) Engage(context.Context, fair.ID, fair.Live, time.Time) (bool, error) {
	return true, nil
}

// salonDay is what happened when two recruiters at each of three stands and
// fifty candidates in several lines met all at once.
type salonDay struct {
	double   atomic.Int64 // calls to somebody who was in another one
	calls    atomic.Int64
	answered atomic.Int64
	held     atomic.Int64
	mu       sync.Mutex
	in       map[fair.ID]fair.ID // person to the interview they are called to
}

// enter notes that somebody is called, and counts a double call.
func (d *salonDay) enter(interview fair.ID, people ...fair.ID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, p := range people {
		if other, in := d.in[p]; in && other != interview {
			d.double.Add(1)
		}
		d.in[p] = interview
	}
}

func (d *salonDay) leave(people ...fair.ID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, p := range people {
		delete(d.in, p)
	}
}

// crowd lets everybody at the lines of a house at once.
func crowd(t *testing.T, h *house) (d *salonDay, people []fair.Actor) {
	t.Helper()
	const candidates, stands = 50, 3
	d = &salonDay{in: map[fair.ID]fair.ID{}}
	var recruiters []fair.Actor
	var lines []fair.ID
	for i := range stands {
		a := h.demo(fair.Recruiter, i+1)
		b := h.person("colleague-" + string(rune('a'+i)) + "@example.org")
		_, err := h.Recruit(t.Context(), a.Roles[0].Stand, b.Account)
		h.must(err)
		b = h.again(b)
		lines = append(lines, a.Roles[0].Stand)
		recruiters = append(recruiters, a, b)
		h.onDuty(a)
	}
	for i := range candidates {
		people = append(people, h.demo(fair.Candidate, i+1))
	}
	var joined, wg sync.WaitGroup
	for i, who := range people {
		joined.Add(1)
		wg.Go(func() {
			for _, n := range rand.New(rand.NewPCG(1, uint64(i))).Perm(stands)[:1+i%stands] {
				if _, _, err := h.JoinLine(t.Context(), who, lines[n], service.JoinRequest{Channel: fair.Video}); err != nil {
					t.Errorf("joining: %v", err)
				}
			}
			joined.Done()
		})
	}
	for i, recruiter := range recruiters {
		wg.Go(func() { work(t, h, d, recruiter, lines[i/2], &joined) })
	}
	wg.Wait()
	return d, append(people, recruiters...)
}

// work is the day of a recruiter: call, have it answered, hold the interview,
// until the line is empty for good.
func work(t *testing.T, h *house, d *salonDay, recruiter fair.Actor, stand fair.ID, joined *sync.WaitGroup) {
	everybody := make(chan struct{})
	go func() { joined.Wait(); close(everybody) }()
	defer func() { <-everybody }()
	for {
		c, err := h.CallNext(t.Context(), recruiter, stand, service.CallRequest{})
		if err != nil {
			t.Errorf("calling: %v", err)
			return
		}
		if c == nil {
			select {
			case <-everybody:
				line, err := h.store.Tickets.Line(t.Context(), stand, 100)
				if err != nil || len(line) == 0 || t.Failed() {
					return
				}
			default:
			}
			continue
		}
		d.calls.Add(1)
		d.enter(c.Interview.ID, recruiter.Account, c.Ticket.Candidate)
		h.hold(t, d, recruiter, c)
	}
}

// hold answers a call and holds its interview. Some let others pass first.
func (h *house) hold(t *testing.T, d *salonDay, recruiter fair.Actor, c *service.Called) {
	candidate := fair.Actor{Account: c.Ticket.Candidate, Roles: []fair.Role{{Kind: fair.Candidate}}}
	answer := fair.AnswerReady
	if c.Ticket.Candidate[0]%7 == 0 && c.Ticket.Postpones == 0 {
		answer = fair.AnswerLeave
	}
	d.leave(recruiter.Account, c.Ticket.Candidate) // before the answer frees them
	if answer == fair.AnswerReady {
		d.enter(c.Interview.ID, recruiter.Account, c.Ticket.Candidate)
	}
	if _, err := h.AnswerTicket(t.Context(), candidate, c.Ticket.ID, answer); err != nil {
		t.Errorf("answering %s: %v", answer, err)
		return
	}
	d.answered.Add(1)
	if answer != fair.AnswerReady {
		return
	}
	d.leave(recruiter.Account, c.Ticket.Candidate)
	if _, err := h.EndInterview(t.Context(), recruiter, c.Interview.ID, nil); err != nil {
		t.Errorf("ending: %v", err)
		return
	}
	d.held.Add(1)
}

func TestFiftyCandidatesAndSixRecruitersAtOnceAreNeverCalledTwice(t *testing.T) {
	h := newHouse(t)
	d, people := crowd(t, h)
	if n := d.double.Load(); n != 0 {
		t.Errorf("%d double calls", n)
	}
	if d.calls.Load() != d.answered.Load() {
		t.Errorf("%d calls and %d answers", d.calls.Load(), d.answered.Load())
	}
	h.complete()
	open, err := h.store.Tickets.OfFair(t.Context(), h.fair.ID)
	h.must(err)
	if len(open) != 0 {
		t.Errorf("%d places are still open at the end of the day", len(open))
	}
	closed := 0
	for _, a := range people[:50] {
		tickets, err := h.store.Tickets.Of(t.Context(), a.Account, opening, 50)
		h.must(err)
		closed += len(tickets)
	}
	if want := 17 + 2*17 + 3*16; closed != want {
		t.Errorf("%d places, want %d: some are lost", closed, want)
	}
	if d.held.Load() == 0 {
		t.Error("no interview was held")
	}
	h.sound(people...)
}

// The test above is worth something only if it can fail: with everybody free for
// every call, people are called twice at once.
func TestWithoutTheGuardTheSameCrowdIsCalledTwice(t *testing.T) {
	for range 20 { // one crowd alone may happen to meet in good order
		h := newHouse(t)
		loose := newHouseOn(h, func(c *service.Config) { c.Stores.Persons = unengaged{h.store.Persons} })
		if d, _ := crowd(t, loose); d.double.Load() > 0 {
			return
		}
	}
	t.Error("no double call without a guard: the race test proves nothing")
}
