package fair

import (
	"math"
	"slices"
	"time"
)

// Outlook is what is known of a line at one moment: all that an estimate of its
// waits is made from.
type Outlook struct {
	At      time.Time
	Rules   LineRules // with defaults: answer, length and guard are read
	Lengths Lengths   // measured
	Habits  Habits    // measured
	Desks   []Desk    // recruiters who are here; none: nobody knows
	Waiting []Waiter  // those who wait, in rank order
}

// Desk is a recruiter on duty, as an estimate sees one.
type Desk struct {
	Recruiter ID
	Free      time.Time  // begins again about then: the end of a break, or an interview's planned end; zero: free
	Since     *time.Time // in an interview since then
	Booked    bool       // that interview is an appointment, so its own planned end counts, not the line's lengths
	Asked     bool       // is calling somebody, who may answer until Free
	Busy      []Busy     // appointments ahead, in order; only those somebody has booked
}

// Waiter is somebody who waits, as an estimate sees them.
type Waiter struct {
	Recruiter ID        // only that one calls them
	Ready     time.Time // not called before: postponed, or in another interview until about then
	Joined    time.Time // the longer ago, the sooner they give up; zero: now
	Away      bool      // without a live connection
	Skips     int       // calls they did not answer
	Extra     bool      // need extra time: their interview takes longer by a share (ExtraShare)
	Others    int       // their open tickets elsewhere: any may have them in a call when the turn comes
	Busy      []Busy    // appointments ahead, in order
}

// Range is how long a wait may take from the moment of the estimate: true waits
// fall inside four times of five or more. The zero value is no range: nobody
// can tell. Bounds are whole minutes, so that what is shown is what was meant.
type Range struct {
	Known     bool
	Low, High time.Duration
}

// Habits is what a line has seen of those who waited in it, added up.
type Habits struct {
	Borne      int64 `bson:"borne,omitempty"`      // squares of waits that ended, by a call or not, in seconds
	Left       int   `bson:"left,omitempty"`       // waits that ended without a call
	Calls      int   `bson:"calls,omitempty"`      // asked "ready now?"
	Unanswered int   `bson:"unanswered,omitempty"` // and nobody answered
}

// Waited is a wait that has ended, as Habits counts it.
func Waited(wait time.Duration) Habits {
	seconds := int64(max(0, wait) / time.Second)
	return Habits{Borne: seconds * seconds}
}

// An estimate walks the line through so many futures and leaves out so many at
// either end. Each future has its own luck; each person meets every stratum of
// it exactly once over all futures (Latin hypercube sampling: McKay, Beckman
// and Conover, Technometrics 21, 1979), so that few futures say much.
const (
	futures = 64
	leftOut = 3
)

// What is believed before anything is measured. `loadfair line` shows how
// ranges made from it fare; its package comment says the figures seen.
const (
	lengthSpread   = 0.50              // standard deviation of the logarithm of an interview's length
	spreadWeight   = 6                 // interviews that belief is worth
	standSpread    = 0.35              // of stands' mean lengths around the plan, in logarithms
	paceSpread     = 0.17              // of a whole line's pace: pauses and help nobody has announced
	betweenTurns   = 60 * time.Second  // mean, from one interview's end to the next call
	restEvery      = 100 * time.Minute // at work, a recruiter takes a break nobody has announced
	restLasts      = 18 * time.Minute  // mean
	earlyEnds      = 0.35              // of an appointment's length, at most, that it does not take
	backEarly      = 0.1               // of a break's rest, at most, that it does not take
	answerShare    = 0.35              // of the answer time that people take to say "ready"
	leaveEvery     = 120 * time.Minute // by then two of three have given up, and few much before
	leaveWeight    = 2                 // people that belief is worth
	unanswered     = 0.12              // of the calls
	unansweredOf   = 12                // calls that belief is worth
	skippedAnswers = 0.5               // share of those who answer after a call they missed
	awayReturns    = 0.7               // share of those away who are back in time
	busyElsewhere  = 0.12              // chance of being in another call, for each other ticket
	mostElsewhere  = 0.4               //
	returning      = 5 * time.Minute   // mean, until somebody away is back
	shortest       = 30.0              // seconds; a shorter interview was none
	longest        = 7200.0            // seconds
	overtime       = 180.0             // seconds, mean rest of an interview of unheard-of length
)

// Ranges tells for each place how long it is likely to wait for its call. It is
// a pure function: the same outlook has the same ranges. Where nobody can tell
// (no recruiter is here, or not the one a place was handed to) there is none.
func (o Outlook) Ranges() []Range {
	ranges := make([]Range, len(o.Waiting))
	if len(o.Desks) == 0 || len(o.Waiting) == 0 {
		return ranges
	}
	w := newWalk(o)
	for k := range futures {
		w.walk(k)
	}
	for i := range ranges {
		ranges[i] = w.tails[i].bounds()
	}
	return ranges
}

// Joining is the range somebody would have who joined now, at the end.
func (o Outlook) Joining() Range {
	o.Waiting = append(slices.Clip(o.Waiting), Waiter{})
	return o.Ranges()[len(o.Waiting)-1]
}

// pace is how long the interviews of a line take: a log-normal law whose mean is
// itself known only so well.
type pace struct {
	mean    float64          // seconds
	center  float64          // of the logarithm
	spread  float64          // of the logarithm
	lengths [futures]float64 // by stratum
	factor  [futures]float64 // by future: what the mean may turn out to be
}

// paceOf is the pace of a line whose interviews were planned to take so long
// and were measured to take those: the plan counts for less with each
// measurement (the posterior of a normal mean, and a pooled variance).
func paceOf(planned time.Duration, measured Lengths) pace {
	var p pace
	n, sum := 0.0, 0.0
	logs := make([]float64, 0, KeptLengths)
	for _, s := range measured.Seconds {
		logs = append(logs, math.Log(min(max(float64(s), shortest), longest)))
		sum += logs[len(logs)-1]
		n++
	}
	squares := spreadWeight * lengthSpread * lengthSpread
	for _, l := range logs {
		squares += (l - sum/n) * (l - sum/n)
	}
	variance := squares / (spreadWeight + max(n-1, 0))
	weight := variance / (standSpread * standSpread) // of the plan, in interviews
	p.spread = math.Sqrt(variance)
	p.center = (weight*(math.Log(planned.Seconds())-variance/2) + sum) / (weight + n)
	p.mean = math.Exp(p.center + variance/2)
	doubt := math.Sqrt(variance/(weight+n) + paceSpread*paceSpread)
	z := normals()
	for i := range futures {
		p.lengths[i] = math.Exp(p.center + p.spread*z[i])
		p.factor[i] = math.Exp(doubt * z[luck()[paceRow][i]])
	}
	return p
}

// length is one interview in future k.
func (p *pace) length(k int, stratum uint8) float64 { return p.lengths[stratum] * p.factor[k] }

// rest is how much longer an interview takes that has taken so many seconds, in
// future k, at u of its law from 0 to 1.
func (p *pace) rest(k int, taken, u float64) float64 {
	scale := p.factor[k]
	if taken < 1 {
		taken = 1
	}
	passed := normalShare((math.Log(taken/scale) - p.center) / p.spread)
	if passed > 0.995 { // longer than the law knows
		return -math.Log(1-u) * overtime
	}
	return max(0, scale*math.Exp(p.center+p.spread*normalQuantile(passed+(1-passed)*u))-taken)
}

// tail keeps the lowest and the highest of what is added, as many as bounds
// leaves out and one more.
type tail struct{ low, high [leftOut + 1]float64 }

func (t *tail) reset() {
	for i := range t.low {
		t.low[i], t.high[i] = math.Inf(1), math.Inf(-1)
	}
}

func (t *tail) add(x float64) {
	if x < t.low[leftOut] {
		i := leftOut
		for ; i > 0 && t.low[i-1] > x; i-- {
			t.low[i] = t.low[i-1]
		}
		t.low[i] = x
	}
	if x > t.high[leftOut] {
		i := leftOut
		for ; i > 0 && t.high[i-1] < x; i-- {
			t.high[i] = t.high[i-1]
		}
		t.high[i] = x
	}
}

// bounds are the lowest and highest that were not left out, in whole minutes.
func (t *tail) bounds() Range {
	low, high := t.low[leftOut], t.high[leftOut]
	if math.IsInf(high, 1) {
		return Range{}
	}
	return Range{
		Known: true,
		Low:   time.Duration(math.Floor(low/60)) * time.Minute,
		High:  time.Duration(max(1, math.Ceil(high/60))) * time.Minute,
	}
}
