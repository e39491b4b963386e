package main

import (
	"context"
	"slices"
	"time"

	"salon/fair"
)

// plain is what the board is compared with: each stand has a line of its own and
// calls its first without knowing of any other line. Who does not answer has
// lost the place. What people are told is the number before them times the
// planned length, give or take a third.
type plain struct {
	day   *day
	lines map[*stall][]*waiting
}

// waiting is a place in a plain line.
type waiting struct {
	ticket fair.ID
	owner  *visitor
}

func newPlain() *plain { return &plain{lines: map[*stall][]*waiting{}} }

func (p *plain) duty(context.Context, *host, fair.DutyState, time.Duration) error { return nil }

// rangeAt is what is said to the place behind n others.
func (p *plain) rangeAt(s *stall, n int) fair.Range {
	hosts := 0
	for _, h := range s.hosts {
		if h.state != hostOff && h.state != hostBreak {
			hosts++
		}
	}
	if hosts == 0 {
		return fair.Range{}
	}
	middle := time.Duration(n+1) * p.day.rules.Length / time.Duration(hosts)
	return fair.Range{Known: true, Low: (middle * 2 / 3).Truncate(time.Minute), High: (middle*4/3 + time.Minute - 1).Truncate(time.Minute)}
}

func (p *plain) quote(_ context.Context, s *stall) (fair.Range, error) {
	return p.rangeAt(s, len(p.lines[s])), nil
}

func (p *plain) join(_ context.Context, v *visitor, s *stall) (fair.ID, fair.Range, bool, error) {
	w := &waiting{fair.NewID(), v}
	p.lines[s] = append(p.lines[s], w)
	return w.ticket, p.rangeAt(s, len(p.lines[s])-1), false, nil
}

func (p *plain) next(_ context.Context, h *host) (ticket, interview fair.ID, until time.Time, err error) {
	line := p.lines[h.stall]
	if len(line) == 0 || slices.ContainsFunc(h.agenda, func(m *meeting) bool { // they know of their own appointments when these begin
		return !m.over && !m.start.After(p.day.now) && p.day.now.Before(m.start.Add(appointmentLength))
	}) {
		return "", "", time.Time{}, nil
	}
	p.lines[h.stall] = line[1:]
	return line[0].ticket, fair.NewID(), p.day.now.Add(p.day.rules.Answer), nil
}

func (p *plain) answer(_ context.Context, s *spot, a fair.Answer) error {
	switch a {
	case fair.AnswerPostpone:
		return errNotOffered
	case fair.AnswerLeave:
		p.lines[s.stall] = slices.DeleteFunc(p.lines[s.stall], func(w *waiting) bool { return w.ticket == s.ticket })
	}
	return nil
}

func (p *plain) begin(context.Context, *host, *visitor, fair.ID) error { return nil }
func (p *plain) arrive(context.Context, *visitor, fair.ID) error       { return nil }
func (p *plain) stands(context.Context, *meeting) (bool, error)        { return true, nil }
func (p *plain) end(context.Context, *host, fair.ID) error             { return nil }
func (p *plain) presence(context.Context, *visitor) error              { return nil }
func (p *plain) sweep(context.Context) error                           { return nil }

func (p *plain) look(_ context.Context, v *visitor) (map[fair.ID]fair.Range, error) {
	seen := map[fair.ID]fair.Range{}
	for _, o := range v.spots {
		for i, w := range p.lines[o.stall] {
			if w.ticket == o.ticket {
				seen[w.ticket] = p.rangeAt(o.stall, i)
			}
		}
	}
	return seen, nil
}

func (p *plain) keeps(_ context.Context, ticket fair.ID) (bool, error) {
	for _, line := range p.lines {
		if slices.ContainsFunc(line, func(w *waiting) bool { return w.ticket == ticket }) {
			return true, nil
		}
	}
	return false, nil
}
