package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"salon/fair"
)

// visitorComes has a candidate begin.
func (d *day) visitorComes(ctx context.Context, v *visitor) error {
	d.tally.people++
	if err := d.turns(ctx, v, true); err != nil {
		return err
	}
	d.in(v.stays, func(ctx context.Context) error { return d.visitorLeaves(ctx, v) })
	if v.wanders {
		d.in(exponential(v.luck, 40*time.Minute), func(ctx context.Context) error { return d.wander(ctx, v) })
	}
	return d.shop(ctx, v)
}

// shop takes places at stands on the wish list, as many as the person wants to
// have at once, where the wait is worth it. What is too long now is looked at
// again later.
func (d *day) shop(ctx context.Context, v *visitor) error {
	if v.gone || !v.here || !d.now.Before(d.ends) {
		return nil
	}
	for _, s := range slices.Clone(v.wishes) {
		if len(v.spots) >= v.together {
			return nil
		}
		quote, err := d.hall.quote(ctx, s)
		if err != nil {
			return err
		}
		if !quote.Known || (quote.Low+quote.High)/2 > v.tolerance || d.now.Add(quote.Low).After(d.ends) {
			continue
		}
		ticket, shown, full, err := d.hall.join(ctx, v, s)
		if err != nil {
			return err
		}
		if full {
			return nil
		}
		v.wishes = without(v.wishes, s)
		d.joined(v, s, ticket, shown)
	}
	if len(v.wishes) > 0 && !v.later {
		v.later = true
		d.in(between(v.luck, 10*time.Minute, 25*time.Minute), func(ctx context.Context) error {
			v.later = false
			return d.shop(ctx, v)
		})
	}
	return nil
}

// joined notes a new place.
func (d *day) joined(v *visitor, s *stall, ticket fair.ID, shown fair.Range) {
	p := &spot{visitor: v, stall: s, ticket: ticket, joined: d.now, state: fair.TicketWaiting}
	s.line, v.spots = append(s.line, p), append(v.spots, p)
	p.samples = append(p.samples, sample{d.now, p.position(), true, shown})
	d.byID[ticket] = p
	d.tally.joins++
	d.in(time.Duration(v.patience*float64(v.tolerance)), func(ctx context.Context) error {
		if p.state != fair.TicketWaiting {
			return nil
		}
		return d.leave(ctx, p)
	})
	d.wakeStall(s)
}

// leave gives a place up.
func (d *day) leave(ctx context.Context, p *spot) error {
	err := d.hall.answer(ctx, p, fair.AnswerLeave)
	if errors.Is(err, errClosed) {
		d.missed(p)
		return nil
	}
	if err != nil {
		return err
	}
	d.tally.left++
	d.drop(p, fair.TicketLeft)
	return nil
}

// wander has a person go away from the screen, and come back.
func (d *day) wander(ctx context.Context, v *visitor) error {
	if v.gone {
		return nil
	}
	wait := exponential(v.luck, 40*time.Minute)
	if v.here {
		wait = exponential(v.luck, 4*time.Minute)
	}
	if v.here && v.busy { // nobody leaves in the middle of a call
		d.in(5*time.Minute, func(ctx context.Context) error { return d.wander(ctx, v) })
		return nil
	}
	if err := d.turns(ctx, v, !v.here); err != nil {
		return err
	}
	d.in(wait, func(ctx context.Context) error { return d.wander(ctx, v) })
	if !v.here {
		return nil
	}
	if err := d.back(ctx, v); err != nil {
		return err
	}
	d.wakeOthers(v)
	return d.shop(ctx, v)
}

// turns has somebody come to the screen, or go away from it.
func (d *day) turns(ctx context.Context, v *visitor, here bool) error {
	if here == v.here { // leaves for good while away from the screen: that was long before
		return nil
	}
	if here {
		v.absent = d.now.Sub(v.since)
	}
	v.here, v.since = here, d.now
	return d.hall.presence(ctx, v)
}

// back is what somebody finds who was away: calls to answer, places kept, or
// missed.
func (d *day) back(ctx context.Context, v *visitor) error {
	for _, p := range slices.Clone(v.spots) {
		kept, err := d.hall.keeps(ctx, p.ticket)
		switch {
		case err != nil:
			return err
		case !kept:
			d.missed(p)
		case p.state == fair.TicketWaiting:
			p.missed = false // a live connection says that its owner is there
		case p.state == fair.TicketCalled && d.now.Before(p.until):
			i := slices.IndexFunc(p.stall.hosts, func(h *host) bool { return h.spot == p })
			d.respond(p.stall.hosts[i], p)
		}
	}
	return nil
}

// present is somebody who says to be there.
func (d *day) present(ctx context.Context, p *spot) error {
	err := d.hall.answer(ctx, p, fair.AnswerHere)
	if errors.Is(err, errClosed) {
		d.missed(p)
		return nil
	}
	p.missed = false
	return err
}

// missed is a place that was given up by the house. That is right when its owner
// was away, or silent, for the grace period, whatever calls came within; else it
// was lost.
func (d *day) missed(p *spot) {
	v, silent := p.visitor, time.Duration(0)
	switch {
	case !v.here:
		silent = d.now.Sub(v.since)
	case d.now.Equal(v.since): // back this moment
		silent = v.absent
	}
	if p.missed {
		silent = max(silent, d.now.Sub(p.silentSince))
	}
	if silent < d.rules.Grace {
		d.tally.lost++
		d.tally.fault("%s: lost: joined %s, %s, there: %v since %s (away before for %s), called in vain: %v since %s", clockOf(d.now),
			clockOf(p.joined), p.state, v.here, clockOf(v.since), v.absent, p.missed, clockOf(p.silentSince))
	} else {
		d.tally.missed++
	}
	d.drop(p, fair.TicketMissed)
}

// respond is what somebody who is called does.
func (d *day) respond(h *host, p *spot) {
	v, interview := p.visitor, p.interview
	if p.ignored {
		return
	}
	v.busy = true
	if !v.here || v.luck.Float64() < v.silent {
		return
	}
	wait := 4*time.Second + exponential(v.luck, 12*time.Second)
	if wait > p.until.Sub(d.now)-time.Second {
		return
	}
	choice := pick(v.luck, 0.92, 0.05, 0.03)
	d.in(wait, func(ctx context.Context) error {
		if p.interview != interview || p.state != fair.TicketCalled {
			return nil
		}
		switch {
		case choice == 1 && !p.postponed:
			if err := d.postpone(ctx, h, p); !errors.Is(err, errNotOffered) {
				return err
			}
		case choice == 2:
			if err := d.leave(ctx, p); err != nil {
				return err
			}
			return errors.Join(d.released(ctx, v), d.free(ctx, h))
		}
		if err := d.hall.answer(ctx, p, fair.AnswerReady); err != nil {
			return err
		}
		p.state, p.missed = fair.TicketMeeting, false
		return d.interview(ctx, h, p)
	})
}

// postpone lets others pass.
func (d *day) postpone(ctx context.Context, h *host, p *spot) error {
	if err := d.hall.answer(ctx, p, fair.AnswerPostpone); err != nil {
		return err
	}
	p.state, p.missed, p.postponed, p.notBefore = fair.TicketWaiting, false, true, d.now.Add(d.rules.Postpone)
	d.in(d.rules.Postpone, func(context.Context) error {
		d.wakeStall(p.stall)
		return nil
	})
	return errors.Join(d.released(ctx, p.visitor), d.free(ctx, h))
}

// released is a person who is in no call any more.
func (d *day) released(ctx context.Context, v *visitor) error {
	v.busy = false
	if v.gone {
		return d.visitorLeaves(ctx, v)
	}
	d.wakeOthers(v)
	d.in(between(v.luck, time.Minute, 5*time.Minute), func(ctx context.Context) error { return d.shop(ctx, v) })
	return nil
}

// visitorLeaves ends a person's day: most give up their places, some just close
// the page.
func (d *day) visitorLeaves(ctx context.Context, v *visitor) error {
	v.gone = true
	if v.busy {
		return nil // after the call
	}
	if slices.ContainsFunc(v.agenda, func(m *meeting) bool { return !m.over && m.comes && m.start.After(d.now.Add(-10*time.Minute)) }) {
		v.gone = false
		d.in(5*time.Minute, func(ctx context.Context) error { return d.visitorLeaves(ctx, v) })
		return nil
	}
	silently := v.luck.Float64() < 0.3
	for _, p := range slices.Clone(v.spots) {
		if !silently {
			if err := d.leave(ctx, p); err != nil {
				return err
			}
		}
	}
	return d.turns(ctx, v, false)
}
