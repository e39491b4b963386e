package main

import (
	"math"
	"math/rand/v2"
	"time"

	"salon/fair"
)

// crowd is a fair's stands and people as they were drawn, before anything has
// happened: the same for the same seed, whatever rules they meet.
type crowd struct {
	opens  time.Time
	hours  time.Duration
	stands []*stall
	people []*visitor
}

// stall is a stand with its recruiters. Drawn once, then moved by the day.
type stall struct {
	n          int
	id         fair.ID
	popularity float64
	mean       float64 // true mean length of its interviews, in seconds
	spread     float64 // of their logarithm
	hosts      []*host
	line       []*spot // waiting or called, in order of joining
}

// host is a recruiter.
type host struct {
	n      int // of all recruiters
	id     fair.ID
	stall  *stall
	luck   *rand.Rand
	comes  time.Duration // after the opening
	breaks []pause
	agenda []*meeting // appointments, in order

	state   hostState
	since   time.Time
	spot    *spot
	asks    fair.ID // the interview being called to
	owed    *pause  // a break to take as soon as possible
	looking bool    // will look at the line again
	room    string  // of the interview
}

// pause is a break: what is announced, and how long it really is.
type pause struct{ at, said, real time.Duration }

// meeting is an appointment somebody booked before the fair opened.
type meeting struct {
	host      *host
	visitor   *visitor
	slot      fair.ID
	interview fair.ID
	start     time.Time
	comes     bool // the person comes at all
	arrived   bool
	over      bool
}

// hostState is what a recruiter is doing.
type hostState int

const (
	hostOff hostState = iota
	hostFree
	hostCalling
	hostMeeting
	hostWriting // notes, after an interview
	hostBreak
)

// visitor is a candidate.
type visitor struct {
	n         int // from 1
	id        fair.ID
	luck      *rand.Rand
	comes     time.Duration // after the opening
	stays     time.Duration
	wishes    []*stall
	together  int           // places they want to have at once
	tolerance time.Duration // joins no line that is likely to take longer
	patience  float64       // gives up after so many times that
	wanders   bool          // is now and then away from the screen
	silent    float64       // chance not to notice a call
	agenda    []*meeting

	here   bool
	since  time.Time     // of being here, or not
	absent time.Duration // how long the last absence was
	gone   bool          // for good
	later  bool          // will look at their wishes again
	spots  []*spot
	busy   bool // in a call or an interview
}

// appointmentLength is that of the appointments people booked.
const appointmentLength = 15 * time.Minute

// drawCrowd draws a fair.
func drawCrowd(stands, people int, hours time.Duration, opens time.Time, seed uint64) *crowd {
	c := &crowd{opens: opens, hours: hours}
	luck := rand.New(rand.NewPCG(seed, 1))
	hosts := 0
	for i := range stands {
		s := &stall{
			n: i + 1, popularity: math.Pow(float64(i+2), -0.6),
			mean: 600 * math.Exp(0.1+0.3*luck.NormFloat64()), spread: 0.35 + 0.25*luck.Float64(),
		}
		for range pick(luck, 0.45, 0.35, 0.20) + 1 {
			hosts++
			s.hosts = append(s.hosts, drawHost(hosts, s, hours, rand.New(rand.NewPCG(seed, 1_000_000+uint64(hosts)))))
		}
		c.stands = append(c.stands, s)
	}
	luck.Shuffle(stands, func(i, j int) {
		a, b := c.stands[i], c.stands[j]
		a.popularity, b.popularity = b.popularity, a.popularity
	})
	for i := range people {
		c.people = append(c.people, c.drawVisitor(i+1, rand.New(rand.NewPCG(seed, 2_000_000+uint64(i)))))
	}
	c.drawAgenda(luck)
	return c
}

func drawHost(n int, s *stall, hours time.Duration, luck *rand.Rand) *host {
	h := &host{n: n, stall: s, luck: luck}
	switch pick(luck, 0.6, 0.3, 0.1) {
	case 0:
		h.comes = between(luck, 0, 5*time.Minute)
	case 1:
		h.comes = between(luck, 5*time.Minute, 30*time.Minute)
	default:
		h.comes = between(luck, 30*time.Minute, 90*time.Minute)
	}
	if hours > 4*time.Hour {
		h.breaks = append(h.breaks, drawPause(luck, between(luck, 150*time.Minute, 240*time.Minute), 30*time.Minute, 60*time.Minute))
	}
	for at := between(luck, time.Hour, 3*time.Hour); at < hours; at += between(luck, 90*time.Minute, 4*time.Hour) {
		h.breaks = append(h.breaks, drawPause(luck, at, 5*time.Minute, 15*time.Minute))
	}
	return h
}

// drawPause draws a break; people come back when they said, or a little later.
func drawPause(luck *rand.Rand, at, least, most time.Duration) pause {
	said := between(luck, least, most).Round(5 * time.Minute)
	return pause{at, said, time.Duration(float64(said) * (0.9 + 0.4*luck.Float64()))}
}

func (c *crowd) drawVisitor(n int, luck *rand.Rand) *visitor {
	v := &visitor{
		n: n, luck: luck,
		comes:     time.Duration(math.Pow(luck.Float64(), 1.3) * 0.9 * float64(c.hours)), // more of them in the morning
		stays:     max(20*time.Minute, logNormal(luck, 110*time.Minute, 0.6)),
		together:  1 + pick(luck, 0.25, 0.35, 0.25, 0.15),
		tolerance: max(10*time.Minute, logNormal(luck, 50*time.Minute, 0.5)),
		patience:  1 + luck.Float64(),
		wanders:   luck.Float64() < 0.5,
		silent:    0.05,
	}
	for wishes := min(2+pick(luck, 0.2, 0.3, 0.25, 0.15, 0.1), len(c.stands)); len(v.wishes) < wishes; {
		if s := c.drawStand(luck); !contains(v.wishes, s) {
			v.wishes = append(v.wishes, s)
		}
	}
	return v
}

// drawStand draws a stand by popularity.
func (c *crowd) drawStand(luck *rand.Rand) *stall {
	total := 0.0
	for _, s := range c.stands {
		total += s.popularity
	}
	at := luck.Float64() * total
	for _, s := range c.stands {
		if at -= s.popularity; at < 0 {
			return s
		}
	}
	return c.stands[len(c.stands)-1]
}

// drawAgenda has half of the recruiters receive some people by appointment, who
// are at the fair anyway.
func (c *crowd) drawAgenda(luck *rand.Rand) {
	for _, s := range c.stands {
		for _, h := range s.hosts {
			if luck.Float64() < 0.5 {
				continue
			}
			at := between(luck, time.Hour, 3*time.Hour).Round(15 * time.Minute)
			for range 2 + luck.IntN(4) {
				if at+appointmentLength < c.hours {
					c.book(luck, h, c.opens.Add(at))
				}
				at += (15 * time.Minute) * time.Duration(1+luck.IntN(6))
			}
		}
	}
}

// book finds somebody at the fair at that time who has nothing else then.
func (c *crowd) book(luck *rand.Rand, h *host, start time.Time) {
	for range 50 {
		v := c.people[luck.IntN(len(c.people))]
		at := start.Sub(c.opens)
		free := at > v.comes && at+appointmentLength < v.comes+v.stays
		for _, m := range v.agenda {
			free = free && m.start.Sub(start).Abs() >= 2*appointmentLength
			free = free && m.host.stall != h.stall // one at each stand
		}
		if free {
			m := &meeting{host: h, visitor: v, start: start, comes: luck.Float64() < 0.9}
			h.agenda, v.agenda = append(h.agenda, m), append(v.agenda, m)
			return
		}
	}
}

// length draws one interview of a stand.
func (s *stall) length(luck *rand.Rand) time.Duration {
	seconds := s.mean * math.Exp(s.spread*luck.NormFloat64()-s.spread*s.spread/2)
	return time.Duration(min(max(seconds, 60), 3600)) * time.Second
}

// pick draws an index by shares that add up to 1.
func pick(luck *rand.Rand, shares ...float64) int {
	u := luck.Float64()
	for i, share := range shares {
		if u -= share; u < 0 {
			return i
		}
	}
	return len(shares) - 1
}

func between(luck *rand.Rand, from, to time.Duration) time.Duration {
	return from + time.Duration(luck.Float64()*float64(to-from))
}

func logNormal(luck *rand.Rand, median time.Duration, spread float64) time.Duration {
	return time.Duration(float64(median) * math.Exp(spread*luck.NormFloat64()))
}

func exponential(luck *rand.Rand, mean time.Duration) time.Duration {
	return time.Duration(luck.ExpFloat64() * float64(mean))
}

func contains(all []*stall, s *stall) bool {
	for _, one := range all {
		if one == s {
			return true
		}
	}
	return false
}
