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
	// scarceFor is how long the cheapest has to be too much before it is paused: an estimate
	// may be too low for a moment, a picture that goes away is noticed for longer. While the
	// network's queue is full, crowdedFor is enough: sound waits in it.
	scarceFor  = 5 * time.Second
	crowdedFor = time.Second
	// Where the queue is as full pointlessAfter pictures were paused, they were not what filled it: the
	// network is somebody else's, or the machine at its end too busy. They go on for bearFor.
	pointlessAfter = 3 * time.Second
	bearFor        = time.Minute
	// probeAfter is how long after a refusal a network is asked again for what it carries.
	probeAfter = 2 * time.Second
	// shownFor is how long what packets that left together have shown is believed.
	shownFor = 3 * time.Second
)

// restraint is how long one kind of raise waits. Those that the network has shown to have
// room for and those that are only tried are kept apart: who sat in a tunnel and was refused
// ten tries is not to wait a minute for what is plainly there again.
type restraint struct {
	backoff time.Duration
	hold    time.Time // no raise before
}

// wait begins after a refusal; blamed says that a raise of this kind was the cause.
func (w *restraint) wait(now time.Time, blamed bool) {
	if blamed {
		w.backoff = min(2*w.backoff, raiseAtMost)
	}
	w.hold = now.Add(w.backoff)
}

// forgive forgets refusals of long ago.
func (w *restraint) forgive(now time.Time) {
	if w.backoff > raiseAgain && now.Sub(w.hold) > raiseAtMost {
		w.backoff = raiseAgain
	}
}

// try takes the next step up although the network has not shown that it carries it,
// when it has been calm for long enough; a refusal makes the next try wait longer.
func (s *steered) try(now time.Time) {
	wait := s.blind.backoff
	if s.raised.After(s.refused) {
		wait = raiseAgain // the last one went well
	}
	if now.Before(s.blind.hold) || now.Sub(s.raised) < wait {
		return
	}
	total, next := s.cost(), int64(0)
	for _, d := range s.demands {
		if next == 0 && d.got >= 0 && d.got < d.want {
			next = d.choices[d.got+1].cost - d.choices[d.got].cost
		}
	}
	if next > 0 {
		s.raised = now
		s.demands[0].sub.band.assume((total + next) * 115 / 100)
	}
}

// cost is what all that the peer gets takes, in bit/s.
func (s *steered) cost() int64 {
	total := int64(s.sounds) * soundCost
	for _, d := range s.demands {
		if d.got >= 0 {
			total += d.choices[d.got].cost
		}
	}
	return total
}

// mayPause says whether pictures may be paused, given what the network carries and
// since when its queue has been full: not for a moment, and no longer than a raise has to
// wait. Then what was paused is tried again.
func (s *steered) mayPause(budget, crowded int64, now time.Time) bool {
	for _, d := range s.demands {
		if d.want >= 0 {
			budget -= d.choices[0].cost
		}
	}
	switch {
	case budget >= 0:
		s.scarce = time.Time{}
	case s.scarce.IsZero():
		s.scarce = now
	}
	full := crowded != 0 && now.UnixNano()-crowded >= int64(crowdedFor)
	long := scarceFor
	if full {
		long = crowdedFor
	}
	if len(s.paused) == 0 {
		s.pausedAt = now
	} else if full && now.Sub(s.pausedAt) >= pointlessAfter {
		s.bear = now.Add(bearFor)
	}
	if now.Before(s.bear) || !now.Before(s.blind.hold) {
		return false
	}
	return len(s.paused) > 0 || budget < 0 && now.Sub(s.scarce) >= long
}

// hesitate keeps from raising what the network just refused, or would carry
// without any room to spare. shown is what it has shown to carry, in bit/s, 0 for nothing.
func (s *steered) hesitate(budget int64, mayPause bool, shown int64, now time.Time) {
	if !slices.ContainsFunc(s.demands, func(d *demand) bool { return d.got > d.before }) {
		return
	}
	s.by = &s.blind
	if shown >= s.cost() {
		s.by = &s.seen
	}
	for _, d := range s.demands {
		d.full = d.got
	}
	allocate(budget*9/10, s.demands, mayPause)
	for _, d := range s.demands {
		if now.Before(s.by.hold) {
			d.got = d.before
		}
		d.got = min(max(d.got, d.before), d.full)
	}
}

// strain takes note that the network said it was too much, and makes the next
// raise wait: the longer, the sooner it came after the last one. A raise is blamed once: that it
// takes several steps down to empty a queue says nothing more about it.
func (s *steered) strain(at int64, now time.Time) {
	if at == s.strained {
		s.blind.forgive(now)
		s.seen.forgive(now)
		return
	}
	s.strained, s.refused = at, now
	blamed := !s.raised.Equal(s.blamed) && now.Sub(s.raised) < raiseTried
	s.blamed = s.raised
	s.blind.wait(now, blamed && s.by != &s.seen)
	s.seen.wait(now, blamed && s.by == &s.seen)
}
