package media

import (
	"slices"
	"time"
)

const (
	// A raise that went wrong within raiseTried is tried again after a time that doubles
	// from raiseAgain up to raiseAtMost.
	raiseTried  = 10 * time.Second
	raiseAgain  = 4 * time.Second
	raiseAtMost = time.Minute
)

// try takes the next step up although the network has not shown that it carries it,
// when it has been calm for long enough; a refusal makes the next try wait longer.
func (s *steered) try(now time.Time) {
	wait := s.backoff
	if s.raised.After(s.refused) {
		wait = raiseAgain // the last one went well
	}
	if now.Sub(s.raised) < wait {
		return
	}
	total, next := int64(s.sounds)*soundCost, int64(0)
	for _, d := range s.demands {
		if d.got >= 0 {
			total += d.choices[d.got].cost
		}
		if next == 0 && d.got >= 0 && d.got < d.want {
			next = d.choices[d.got+1].cost - d.choices[d.got].cost
		}
	}
	if next > 0 {
		s.raised = now
		s.demands[0].sub.band.assume((total + next) * 115 / 100)
	}
}

// hesitate keeps from raising what the network just refused, or would carry
// without any room to spare.
func (s *steered) hesitate(budget int64, mayPause bool, now time.Time) {
	if !slices.ContainsFunc(s.demands, func(d *demand) bool { return d.got > d.before }) {
		return
	}
	for _, d := range s.demands {
		d.full = d.got
	}
	allocate(budget*9/10, s.demands, mayPause)
	for _, d := range s.demands {
		if now.Before(s.hold) {
			d.got = d.before
		}
		d.got = min(max(d.got, d.before), d.full)
	}
}

// strain takes note that the network said it was too much, and makes the next
// raise wait: the longer, the sooner it came after the last one.
func (s *steered) strain(at int64, now time.Time) {
	if at == s.strained {
		if s.backoff > raiseAgain && now.Sub(s.hold) > raiseAtMost {
			s.backoff = raiseAgain
		}
		return
	}
	s.strained, s.refused = at, now
	if now.Sub(s.raised) < raiseTried {
		s.backoff = min(2*s.backoff, raiseAtMost)
	}
	s.hold = now.Add(s.backoff)
}
