package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// hostComes has a recruiter begin the day.
func (d *day) hostComes(ctx context.Context, h *host) error {
	if err := d.hall.duty(ctx, h, fair.OnDuty, 0); err != nil {
		return err
	}
	d.tally.hosts++
	for i := range h.breaks {
		b := &h.breaks[i]
		if b.at > h.comes {
			d.in(b.at-h.comes, func(ctx context.Context) error {
				h.owed = b
				return d.rest(ctx, h)
			})
		}
	}
	return d.free(ctx, h)
}

// rest takes the break that is due, unless the recruiter is with somebody.
func (d *day) rest(ctx context.Context, h *host) error {
	if h.owed == nil || h.state != hostFree && h.state != hostWriting || d.promised(h.agenda, d.now.Add(h.owed.said)) {
		return nil
	}
	b := h.owed
	h.owed = nil
	d.becomes(h, hostBreak)
	if err := d.hall.duty(ctx, h, fair.OnBreak, b.said); err != nil {
		return err
	}
	d.in(b.real, func(ctx context.Context) error {
		if err := d.hall.duty(ctx, h, fair.OnDuty, 0); err != nil {
			return err
		}
		return d.free(ctx, h)
	})
	return nil
}

func (d *day) becomes(h *host, s hostState) { h.state, h.since = s, d.now }

// free is a recruiter with nothing in hand: goes home, rests, meets an
// appointment, or calls the next.
func (d *day) free(ctx context.Context, h *host) error {
	d.becomes(h, hostFree)
	h.spot = nil
	if d.over(h) {
		d.becomes(h, hostOff)
		return d.hall.duty(ctx, h, fair.OffDuty, 0)
	}
	if err := d.rest(ctx, h); err != nil || h.state != hostFree {
		return err
	}
	return d.call(ctx, h)
}

// over reports whether a recruiter may go home: the day is over and nobody waits
// any more, or it has been over for long.
func (d *day) over(h *host) bool {
	if d.now.Before(d.ends) {
		return false
	}
	return len(h.stall.line) == 0 || !d.now.Before(d.ends.Add(overtime))
}

// call asks for the next person.
func (d *day) call(ctx context.Context, h *host) error {
	if h.state != hostFree {
		return nil
	}
	if d.over(h) {
		return d.free(ctx, h)
	}
	ticket, interview, until, err := d.hall.next(ctx, h)
	if err != nil {
		return err
	}
	if ticket == "" {
		d.later(h)
		return nil
	}
	p := d.byID[ticket]
	if p == nil || p.state != fair.TicketWaiting {
		return fmt.Errorf("ticket %s was called, but its owner thinks it is not waiting", ticket)
	}
	d.tally.calls++
	if err := d.checkCall(ctx, h, p); err != nil {
		return err
	}
	d.called(p)
	p.state, p.interview, p.until = fair.TicketCalled, interview, until
	d.tally.wait(d.now.Sub(p.joined))
	h.spot, h.asks = p, interview
	d.becomes(h, hostCalling)
	d.respond(h, p)
	d.in(until.Sub(d.now), func(ctx context.Context) error { return d.lapse(ctx, p, interview) })
	// The recruiter learns of silence from the sweep after the deadline.
	d.in(until.Sub(d.now)+sweepEvery+time.Second, func(ctx context.Context) error { return d.silence(ctx, h, p, interview) })
	return nil
}

// later has an idle recruiter look again in a while; one such look at a time.
func (d *day) later(h *host) {
	if h.looking {
		return
	}
	h.looking = true
	d.in(lookAgain, func(ctx context.Context) error {
		h.looking = false
		return d.call(ctx, h)
	})
}

// again asks once more, if the recruiter has been idle since.
func (d *day) again(ctx context.Context, h *host, since time.Time) error {
	if h.state == hostFree && !h.since.After(since) {
		return d.call(ctx, h)
	}
	return nil
}

// checkCall counts what must never happen.
func (d *day) checkCall(ctx context.Context, h *host, p *spot) error {
	free := d.now.Add(d.rules.Answer + d.rules.Length + d.rules.Guard)
	if p.ignored = p.visitor.busy; p.ignored {
		d.tally.double++
	}
	for _, m := range append(slices.Clone(p.visitor.agenda), h.agenda...) {
		if !d.promised([]*meeting{m}, free) {
			continue
		}
		stands, err := d.hall.stands(ctx, m)
		if err != nil {
			return err
		}
		if stands {
			d.tally.clashes++
			d.tally.fault("%s: called before an appointment at %s, the caller's own: %v", clockOf(d.now), clockOf(m.start), m.host == h)
		}
	}
	if first := d.callable(h); first != nil && first != p && first.joined.Before(p.joined) && !first.missed {
		d.tally.overtaken++
		d.tally.fault("%s: called who joined at %s past one of %s, there since %s", clockOf(d.now),
			clockOf(p.joined), clockOf(first.joined), clockOf(first.visitor.since))
	}
	return nil
}

// lapse is the end of a call nobody answered: its person is free for others.
func (d *day) lapse(ctx context.Context, p *spot, interview fair.ID) error {
	if p.interview != interview || p.state != fair.TicketCalled {
		return nil
	}
	d.tally.unanswered++
	if !p.missed {
		p.silentSince = d.now
	}
	p.state, p.missed = fair.TicketWaiting, true
	if p.ignored {
		return nil
	}
	return d.released(ctx, p.visitor)
}

// silence is the recruiter's learning of it. Somebody who is there is told, and
// looks.
func (d *day) silence(ctx context.Context, h *host, p *spot, interview fair.ID) error {
	if h.asks != interview || h.state != hostCalling {
		return nil
	}
	if p.interview == interview && p.state == fair.TicketWaiting {
		if err := d.reconcile(ctx, p); err != nil {
			return err
		}
	}
	if v := p.visitor; v.here && p.state == fair.TicketWaiting {
		d.in(between(v.luck, 20*time.Second, 3*time.Minute), func(ctx context.Context) error {
			if !v.here || p.state != fair.TicketWaiting {
				return nil
			}
			return d.present(ctx, p)
		})
	}
	return d.free(ctx, h)
}

// reconcile asks what became of a ticket after a call that was not answered.
func (d *day) reconcile(ctx context.Context, p *spot) error {
	kept, err := d.hall.keeps(ctx, p.ticket)
	if err == nil && !kept {
		d.missed(p)
	}
	return err
}

// interview has the two meet.
func (d *day) interview(ctx context.Context, h *host, p *spot) error {
	if err := d.hall.begin(ctx, h, p.visitor, p.interview); err != nil {
		return err
	}
	d.becomes(h, hostMeeting)
	length := h.stall.length(h.luck)
	d.in(length, func(ctx context.Context) error {
		if err := d.hall.end(ctx, h, p.interview); err != nil {
			return err
		}
		d.tally.served++
		d.drop(p, fair.TicketDone)
		d.write(h)
		return d.released(ctx, p.visitor)
	})
	return nil
}

// write has the recruiter write notes before the next person.
func (d *day) write(h *host) {
	d.becomes(h, hostWriting)
	d.in(5*time.Second+exponential(h.luck, writing), func(ctx context.Context) error {
		if h.state != hostWriting { // on a break since
			return nil
		}
		return d.free(ctx, h)
	})
}

// meet is an appointment whose time has come. Both come when they can; it is
// given up when one of them does not for long.
func (d *day) meet(ctx context.Context, m *meeting, waited time.Duration) error {
	h, v := m.host, m.visitor
	const step = 15 * time.Second
	if m.comes && v.here && !v.busy && !m.arrived {
		m.arrived = true
		if err := d.hall.arrive(ctx, v, m.interview); err != nil {
			return err
		}
	}
	switch {
	case h.state == hostCalling, h.state == hostMeeting, h.state == hostBreak:
		d.in(step, func(ctx context.Context) error { return d.meet(ctx, m, waited) })
		return nil
	case !m.comes && waited >= 5*time.Minute || waited >= 10*time.Minute:
		m.over = true
		if h.state == hostOff {
			return nil
		}
		return d.free(ctx, h)
	case h.state == hostOff:
		d.in(step, func(ctx context.Context) error { return d.meet(ctx, m, waited+step) })
		return nil
	case !m.comes || v.busy || !v.here:
		d.becomes(h, hostFree) // waits for the person
		d.in(step, func(ctx context.Context) error { return d.meet(ctx, m, waited+step) })
		return nil
	}
	h.spot = nil
	err := d.hall.begin(ctx, h, v, m.interview)
	if errors.Is(err, errClosed) {
		m.over = true
		return d.free(ctx, h)
	}
	if err != nil {
		return err
	}
	v.busy = true
	d.becomes(h, hostMeeting)
	d.tally.appointments++
	d.in(between(h.luck, 10*time.Minute, appointmentLength), func(ctx context.Context) error {
		if err := d.hall.end(ctx, h, m.interview); err != nil {
			return err
		}
		m.over = true
		d.write(h)
		return d.released(ctx, v)
	})
	return nil
}

// wakeOthers lets idle recruiters see that somebody can be called again.
func (d *day) wakeOthers(v *visitor) {
	for _, p := range v.spots {
		d.wakeStall(p.stall)
	}
}

// wakeStall has the idle recruiters of a stand call again in a moment.
func (d *day) wakeStall(s *stall) {
	for _, h := range s.hosts {
		if h.state == hostFree {
			since := d.now
			d.in(exponential(h.luck, reaction), func(ctx context.Context) error { return d.again(ctx, h, since) })
		}
	}
}
