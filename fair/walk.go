package fair

import (
	"math"
	"slices"
	"time"
)

// walk is one line going through its futures. Times are seconds from the
// outlook's moment. Owned by one call of Ranges.
type walk struct {
	luck     *[luckyRows][futures]uint8
	lengths  pace
	answer   float64 // the whole answer time
	said     float64 // what people take of it
	fit      float64 // a call is made only when so much time is left before an appointment
	leaving  float64 // per second, and second waited
	silent   float64 // share of calls
	people   []place
	desks    []desk
	tails    []tail
	next     []int32 // list of who is left, in rank order; [len(people)] is its head
	fresh    []int32
	ready    []float64
	deferred []bool
	seen     []bool
	free     []float64
	// The quantiles of how long something lasts whose mean is 1.
	exponentials *[futures]float64
}

// place is a place in the walk's own terms.
type place struct {
	desk      int32 // index of the only one who may call; -1: any; -2: nobody who is here
	away      bool
	waited    float64 // yet
	ready     float64
	elsewhere float64 // chance
	silent    float64 // chance of no answer
	longer    float64 // factor of the interview's length
	busy      []stretch
}

// desk is a recruiter in the walk's own terms.
type desk struct {
	from func(w *walk, k int) float64 // when free, in that future
	busy []stretch
}

// stretch is a time somebody has promised, so long in itself, and widened in
// front by what a call needs: nobody is called within.
type stretch struct{ from, to, long float64 }

func newWalk(o Outlook) *walk {
	n := len(o.Waiting)
	w := &walk{
		luck: luck(), exponentials: exponentials(), lengths: paceOf(o.Rules.Length, o.Lengths),
		answer: o.Rules.Answer.Seconds(), said: answerShare * o.Rules.Answer.Seconds(),
		fit:    (HoldTime + o.Rules.Answer + o.Rules.Length + o.Rules.Guard).Seconds(),
		people: make([]place, n), desks: make([]desk, len(o.Desks)), tails: make([]tail, n),
		next: make([]int32, n+1), fresh: make([]int32, n+1), ready: make([]float64, n), free: make([]float64, len(o.Desks)),
		deferred: make([]bool, n), seen: make([]bool, n),
	}
	h, believed := o.Habits, leaveEvery.Seconds()*leaveEvery.Seconds()
	w.leaving = float64(leaveWeight+h.Left) / (leaveWeight*believed + float64(h.Borne))
	w.silent = (unanswered*unansweredOf + float64(h.Unanswered)) / float64(unansweredOf+h.Calls)
	for i, d := range o.Desks {
		w.desks[i] = desk{from: d.beginning(o.At, i), busy: w.stretches(o.At, d.Busy)}
	}
	for i, p := range o.Waiting {
		w.people[i] = w.place(o, p)
		w.tails[i].reset()
		w.fresh[i] = int32(i + 1)
	}
	w.fresh[n] = 0
	return w
}

func (w *walk) place(o Outlook, p Waiter) place {
	to := place{
		desk: -1, away: p.Away, waited: since(p.Joined, o.At), ready: since(o.At, p.Ready), busy: w.stretches(o.At, p.Busy),
		elsewhere: min(busyElsewhere*float64(p.Others), mostElsewhere), silent: w.silent, longer: 1,
	}
	if p.Extra {
		to.longer += 1.0 / ExtraShare
	}
	if p.Skips > 0 {
		to.silent = 1 - skippedAnswers
	}
	if p.Recruiter != "" {
		to.desk = int32(slices.IndexFunc(o.Desks, func(d Desk) bool { return d.Recruiter == p.Recruiter }))
		if to.desk < 0 {
			to.desk = -2
		}
	}
	return to
}

// since is how many seconds t is after at: 0 when it is not, or one is not set.
func since(at, t time.Time) float64 {
	if at.IsZero() {
		return 0
	}
	return max(0, t.Sub(at).Seconds())
}

func (w *walk) stretches(at time.Time, busy []Busy) []stretch {
	var all []stretch
	for _, b := range busy {
		if b.End.After(at) {
			all = append(all, stretch{b.Start.Sub(at).Seconds() - w.fit, since(at, b.End), b.End.Sub(b.Start).Seconds()})
		}
	}
	return all
}

// promised is the appointment that keeps a recruiter from calling at t. It may
// end early.
func promised(t float64, busy []stretch) *stretch {
	for i, b := range busy {
		if t > b.from && t < b.to-earlyEnds*b.long {
			return &busy[i]
		}
	}
	return nil
}

// after is the first moment from t on that lies in no stretch.
func after(t float64, busy []stretch) float64 {
	for _, b := range busy {
		if t > b.from && t < b.to {
			t = b.to
		}
	}
	return t
}

// beginning tells when a recruiter, the i-th, is free in each future.
func (d Desk) beginning(at time.Time, i int) func(*walk, int) float64 {
	row, end := deskRows+2*(i%luckyDesks), since(at, d.Free)
	return func(w *walk, k int) float64 {
		stratum, other := w.luck[row][k], w.luck[row+1][k]
		u, moment := middle(stratum), w.exponentials[other]*betweenTurns.Seconds()
		switch {
		case d.Asked && u > 1-w.silent:
			return end
		case d.Asked:
			return end/2 + w.lengths.length(k, other) + betweenTurns.Seconds()
		case d.Booked:
			return end*(1-earlyEnds*u) + moment
		case d.Since != nil:
			return w.lengths.rest(k, since(*d.Since, at), u) + w.pause(other, w.lengths.mean)
		case end > 0: // people are back from a break a little early, or late
			return end*(1-backEarly*u) + 2*moment
		}
		return moment
	}
}

// walk goes through future k and notes when each place is called.
func (w *walk) walk(k int) {
	copy(w.next, w.fresh)
	clear(w.deferred)
	clear(w.seen)
	for i := range w.people {
		w.ready[i] = w.people[i].ready
	}
	for i := range w.desks {
		w.free[i] = w.desks[i].from(w, k)
	}
	for {
		d := w.soonest()
		t := w.free[d]
		if math.IsInf(t, 1) {
			break
		}
		if b := promised(t, w.desks[d].busy); b != nil {
			early := earlyEnds * b.long * middle(w.luck[deskRows+2*(d%luckyDesks)+1][k])
			w.free[d] = max(t, b.to-early) + betweenTurns.Seconds()/2
			continue
		}
		w.free[d] = w.turn(d, k, t)
	}
	for i, seen := range w.seen {
		if !seen {
			w.tails[i].add(math.Inf(1))
		}
	}
}

// soonest is the desk that is free first.
func (w *walk) soonest() int {
	first := 0
	for i, t := range w.free {
		if t < w.free[first] {
			first = i
		}
	}
	return first
}

// turn has desk d, free at t, call whoever is next for it, and says when it is
// free again.
func (w *walk) turn(d, k int, t float64) float64 {
	head := int32(len(w.people))
	wake := math.Inf(1)
	for before, i := head, w.next[head]; i < head; before, i = i, w.next[i] {
		p := &w.people[i]
		if p.desk != -1 && p.desk != int32(d) {
			continue
		}
		if w.ready[i] <= t {
			w.ready[i] = after(t, p.busy)
		}
		if w.ready[i] > t {
			wake = min(wake, w.ready[i])
			continue
		}
		cost, gone := w.call(int(i), k, t)
		if gone {
			w.next[before] = w.next[i]
		}
		if cost > 0 {
			return t + cost
		}
		if gone {
			i = before
		} else {
			wake = min(wake, w.ready[i])
		}
	}
	return wake
}

// call asks one person in future k at t: what it costs the desk, and whether
// they are out of the line after it. No cost: they could not be asked.
func (w *walk) call(i, k int, t float64) (cost float64, gone bool) {
	p := &w.people[i]
	row, shift := w.luck[4*(i%luckyPeople):], (k+17*(i/luckyPeople))%futures
	if !w.deferred[i] {
		w.deferred[i] = true
		u, later := middle(row[0][shift]), row[2][shift]
		switch {
		case p.away:
			w.note(i, t)
			w.ready[i] = t + w.exponentials[later]*returning.Seconds()
			return 0, u > awayReturns
		case u < p.elsewhere:
			w.ready[i] = t + middle(later)*w.lengths.mean
			return 0, false
		}
	}
	w.note(i, t)
	switch {
	case w.leaves(p, t) > w.exponentials[row[3][shift]]:
		return 0, true
	case middle(row[0][shift]) > 1-p.silent:
		return w.answer, true
	}
	length := w.said + w.lengths.length(k, row[1][shift])*p.longer
	return length + w.pause(row[2][shift], length), true
}

// leaves is the cumulated hazard of giving up, from now until t, of somebody who
// has waited before: it grows with the wait, so its sum with the square (Rayleigh's
// law, of which Habits keeps what its one parameter is estimated from).
func (w *walk) leaves(p *place, t float64) float64 { return (t + 2*p.waited) * t * w.leaving }

// pause is how long a recruiter takes until the next call, after so many seconds
// of work: a moment mostly, now and then a break.
func (w *walk) pause(stratum uint8, work float64) float64 {
	moment := w.exponentials[stratum] * betweenTurns.Seconds()
	rests := work / restEvery.Seconds()
	if u := middle(stratum); u < rests {
		return moment - math.Log(u/rests)*restLasts.Seconds()
	}
	return moment
}

func (w *walk) note(i int, t float64) {
	if !w.seen[i] {
		w.seen[i] = true
		w.tails[i].add(t)
	}
}
