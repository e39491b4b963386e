package main

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"time"

	"salon/fair"
)

// hall is the rules a day is played by: the board of Salon, or the plain line it
// is compared with. What it is told is what people do; what it answers is what
// they see.
type hall interface {
	// duty tells that a recruiter comes, takes a break of so long, or leaves.
	duty(ctx context.Context, h *host, state fair.DutyState, said time.Duration) error
	// quote is what the stand's page says to somebody who thinks of joining.
	quote(ctx context.Context, s *stall) (fair.Range, error)
	// join takes a place; full says that the person may have no more.
	join(ctx context.Context, v *visitor, s *stall) (ticket fair.ID, shown fair.Range, full bool, err error)
	// next calls somebody for a recruiter: nil when nobody can be called.
	next(ctx context.Context, h *host) (ticket, interview fair.ID, until time.Time, err error)
	// answer is what a candidate says.
	answer(ctx context.Context, p *spot, a fair.Answer) error
	// stands reports whether an appointment still holds.
	stands(ctx context.Context, m *meeting) (bool, error)
	// arrive is a candidate who waits in the room of an appointment.
	arrive(ctx context.Context, v *visitor, interview fair.ID) error
	// begin and end are the interview of a ticket, or an appointment.
	begin(ctx context.Context, h *host, v *visitor, interview fair.ID) error
	end(ctx context.Context, h *host, interview fair.ID) error
	// presence tells that somebody's last connection is gone, or the first back.
	presence(ctx context.Context, v *visitor) error
	// sweep is the house looking after itself, every few seconds.
	sweep(ctx context.Context) error
	// look is a person's board: the range of each of their tickets.
	look(ctx context.Context, v *visitor) (map[fair.ID]fair.Range, error)
	// keeps reports whether a ticket is still a place in the line.
	keeps(ctx context.Context, ticket fair.ID) (bool, error)
}

// What a hall may answer besides.
var (
	errNotOffered = errors.New("not offered here")
	errClosed     = errors.New("the place is no more")
)

// spot is a ticket as its owner knows it.
type spot struct {
	visitor   *visitor
	stall     *stall
	ticket    fair.ID
	interview fair.ID
	joined    time.Time
	state     fair.TicketState
	until     time.Time // of a call
	notBefore time.Time
	postponed bool
	missed    bool // a call was not answered, and its owner has not said to be there since
	ignored   bool // was called while in another call
	// silentSince is when the first call lapsed that makes it missed.
	silentSince time.Time
	samples     []sample
}

// sample is a range that was shown.
type sample struct {
	at       time.Time
	position int
	joining  bool
	shown    fair.Range
}

// day plays one day of a crowd by the rules of a hall, on a clock of its own.
// Owned by one goroutine.
type day struct {
	*crowd
	hall  hall
	now   time.Time
	ends  time.Time
	queue events
	order int
	luck  *rand.Rand
	byID  map[fair.ID]*spot
	tally tally
	rules fair.LineRules
}

// How the house looks and people react.
const (
	sweepEvery    = 5 * time.Second
	watchEvery    = 10 * time.Second // how often idle recruiters are counted
	sampleEvery   = 5 * time.Minute
	reaction      = 6 * time.Second  // mean, until a recruiter sees that somebody can be called
	writing       = 50 * time.Second // mean, of the notes after an interview
	samplesOfLine = 4                // people whose board is looked at, of each line
	lookAgain     = 30 * time.Second // an idle recruiter, whatever they see
	overtime      = 90 * time.Minute // after closing, to meet those who still wait
)

// event is something that happens at a time; at the same time, in order.
type event struct {
	at    time.Time
	order int
	do    func(ctx context.Context) error
}

type events []event

func (q events) Len() int { return len(q) }
func (q events) Less(i, j int) bool {
	if !q[i].at.Equal(q[j].at) {
		return q[i].at.Before(q[j].at)
	}
	return q[i].order < q[j].order
}
func (q events) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *events) Push(x any)   { *q = append(*q, x.(event)) }
func (q *events) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

func newDay(c *crowd, rules fair.LineRules) *day {
	return &day{crowd: c, now: c.opens, ends: c.opens.Add(c.hours), byID: map[fair.ID]*spot{}, rules: rules,
		luck: rand.New(rand.NewPCG(1, 3))}
}

// in has something happen after a while.
func (d *day) in(wait time.Duration, do func(context.Context) error) {
	d.order++
	heap.Push(&d.queue, event{d.now.Add(max(0, wait)).Truncate(time.Millisecond), d.order, do})
}

// Now is the day's clock.
func (d *day) Now() time.Time { return d.now }

// run plays the day from its opening until those who wait at its end are met, or
// have waited long enough.
func (d *day) run(ctx context.Context) error {
	for _, s := range d.stands {
		for _, h := range s.hosts {
			d.in(h.comes, func(ctx context.Context) error { return d.hostComes(ctx, h) })
			for _, m := range h.agenda {
				d.in(m.start.Sub(d.opens), func(ctx context.Context) error { return d.meet(ctx, m, 0) })
			}
		}
	}
	for _, v := range d.people {
		d.in(v.comes, func(ctx context.Context) error { return d.visitorComes(ctx, v) })
	}
	d.every(sweepEvery, d.hall.sweep)
	d.every(watchEvery, d.watch)
	d.every(sampleEvery, d.sample)
	for d.queue.Len() > 0 && ctx.Err() == nil {
		e := heap.Pop(&d.queue).(event)
		d.now = e.at
		if err := e.do(ctx); err != nil {
			return fmt.Errorf("at %s: %w", d.now.Format(time.TimeOnly), err)
		}
	}
	return errors.Join(ctx.Err(), d.close(ctx))
}

// every repeats something as long as the day lasts.
func (d *day) every(wait time.Duration, do func(context.Context) error) {
	d.in(wait, func(ctx context.Context) error {
		if d.now.Before(d.ends.Add(overtime)) {
			d.every(wait, do)
		}
		return do(ctx)
	})
}

// report tells how far the day is.
func (d *day) report(context.Context) error {
	n, inside := d.tally.all()
	fmt.Fprintf(os.Stderr, "%s: %d places taken, %d interviews, %.1f %% of %d ranges true\n",
		d.now.Format("15:04"), d.tally.joins, d.tally.served, share(inside, n), n)
	return nil
}

// watch counts recruiters who do nothing while somebody they might call waits.
func (d *day) watch(context.Context) error {
	for _, s := range d.stands {
		for _, h := range s.hosts {
			if h.state == hostOff || h.state == hostBreak {
				continue
			}
			d.tally.duty += watchEvery
			if h.state == hostFree && d.callable(h) != nil {
				d.tally.idle += watchEvery
			}
		}
	}
	return nil
}

// callable is the first in line whom a recruiter could call now, by what really
// is the case.
func (d *day) callable(h *host) *spot {
	free := d.now.Add(d.rules.Answer + d.rules.Length + d.rules.Guard)
	if d.promised(h.agenda, free) {
		return nil
	}
	for _, p := range h.stall.line {
		if p.state == fair.TicketWaiting && p.visitor.here && !p.visitor.busy && !p.notBefore.After(d.now) && !d.promised(p.visitor.agenda, free) {
			return p
		}
	}
	return nil
}

// promised reports whether an appointment lies between now and then.
func (d *day) promised(agenda []*meeting, then time.Time) bool {
	return slices.ContainsFunc(agenda, func(m *meeting) bool {
		return !m.over && m.start.Before(then) && d.now.Before(m.start.Add(appointmentLength))
	})
}

// sample notes what some people of each line are shown, and how long lines are.
func (d *day) sample(ctx context.Context) error {
	seen := map[*visitor]bool{}
	for _, s := range d.stands {
		line := slices.Clone(s.line)
		d.tally.longest = max(d.tally.longest, len(line))
		d.luck.Shuffle(len(line), func(i, j int) { line[i], line[j] = line[j], line[i] })
		looked := 0
		for _, p := range line {
			v := p.visitor
			if looked++; looked > samplesOfLine || seen[v] {
				continue
			}
			seen[v] = true
			if err := d.look(ctx, v); err != nil {
				return err
			}
		}
	}
	return nil
}

// look notes what one person is shown.
func (d *day) look(ctx context.Context, v *visitor) error {
	seen, err := d.hall.look(ctx, v)
	if err != nil {
		return err
	}
	for _, p := range slices.Clone(v.spots) {
		shown, ok := seen[p.ticket]
		switch {
		case p.ignored && !ok: // called while in a call, as only a plain line does
		case !ok:
			d.missed(p)
		case v.here && p.state == fair.TicketWaiting:
			p.samples = append(p.samples, sample{d.now, p.position(), false, shown})
		}
	}
	return nil
}

// position is how many wait from the first to this one.
func (p *spot) position() int {
	n := 0
	for _, o := range p.stall.line {
		if o.state == fair.TicketWaiting {
			n++
		}
		if o == p {
			break
		}
	}
	return n
}

// called notes that a place's turn has come: every range it was shown is true or
// not.
func (d *day) called(p *spot) {
	for _, s := range p.samples {
		d.tally.judge(s, d.now.Sub(s.at), true)
	}
	p.samples = nil
}

// drop takes a place out of the day: what it was shown is false only if the
// wait had already lasted longer when its owner was last there.
func (d *day) drop(p *spot, state fair.TicketState) {
	last := d.now
	if !p.visitor.here {
		last = p.visitor.since
	}
	for _, s := range p.samples {
		d.tally.judge(s, last.Sub(s.at), false)
	}
	p.samples, p.state = nil, state
	p.stall.line = without(p.stall.line, p)
	p.visitor.spots = without(p.visitor.spots, p)
	delete(d.byID, p.ticket)
}

func without[T comparable](all []T, one T) []T {
	return slices.DeleteFunc(all, func(o T) bool { return o == one })
}

// close notes what is left when everybody has gone home.
func (d *day) close(context.Context) error {
	for _, s := range d.stands {
		for _, p := range slices.Clone(s.line) {
			d.tally.unserved++
			d.drop(p, fair.TicketClosed)
		}
	}
	return nil
}
