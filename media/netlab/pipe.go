package netlab

import (
	"math/rand/v2"
	"sync"
	"time"
)

// Conditions are what one direction of a host's link does to packets. The zero
// value is a perfect link.
type Conditions struct {
	Loss   float64       // share of packets lost at random, from 0 to 1
	Delay  time.Duration // of every packet
	Jitter time.Duration // up to so much more, drawn evenly for each; order is kept
	Rate   int64         // bit/s with IP headers; 0: unlimited
	Queue  time.Duration // longest wait at Rate, beyond which packets are lost; 0: queueDefault
	Outage bool          // nothing passes
	NoUDP  bool          // UDP does not pass, as behind some firewalls
}

const (
	// queueDefault is what a home router of middling size holds.
	queueDefault = 300 * time.Millisecond
	// holdMost is how many packets a pipe holds on their way, whatever the conditions.
	holdMost = 20_000
	// udpHeaders, in bytes, are those of IPv4 and UDP.
	udpHeaders = 28
)

// Counts are what a pipe did so far.
type Counts struct {
	Passed, Lost int           // packets; Lost also counts outages and UDP dropped
	Overflowed   int           // packets that found the queue full
	Longest      time.Duration // wait in the queue since the last Counts
}

// Pipe is one direction of a link. Its methods are safe for concurrent use.
type Pipe struct {
	wake chan struct{} // capacity 1: the first packet came into an empty queue
	stop chan struct{}
	done chan struct{}

	mu     sync.Mutex
	cond   Conditions
	draw   *rand.Rand
	free   time.Time // when the queue at Rate is empty
	last   time.Time // when the newest packet is due: none overtakes another
	queue  []flying
	counts Counts
}

// flying is a packet on its way.
type flying struct {
	data    []byte
	due     time.Time
	deliver func([]byte)
}

func newPipe(seed, stream uint64) *Pipe {
	p := &Pipe{wake: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}),
		draw: rand.New(rand.NewPCG(seed, stream))}
	go p.run()
	return p
}

// Set changes the conditions for packets that come from now on.
func (p *Pipe) Set(c Conditions) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cond = c
}

// Counts gives what happened so far.
func (p *Pipe) Counts() Counts {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.counts
	p.counts.Longest = 0
	return c
}

// send takes a packet of so many bytes on the wire; deliver gets it, or nobody does.
// The pipe keeps data.
func (p *Pipe) send(data []byte, size int, udp bool, deliver func([]byte)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	due, ok := p.fateLocked(now, size, udp)
	if !ok {
		return
	}
	p.counts.Passed++
	p.queue = append(p.queue, flying{data, due, deliver})
	if len(p.queue) == 1 {
		select {
		case p.wake <- struct{}{}:
		default:
		}
	}
}

// fateLocked says when a packet arrives, or that it never does.
func (p *Pipe) fateLocked(now time.Time, size int, udp bool) (due time.Time, ok bool) {
	c := p.cond
	// Drawn whatever the conditions, so that a seed means the same under all.
	lost, jitter := p.draw.Float64() < c.Loss, time.Duration(p.draw.Float64()*float64(c.Jitter))
	if c.Outage || c.NoUDP && udp || lost || len(p.queue) >= holdMost {
		p.counts.Lost++
		return due, false
	}
	due = now
	if c.Rate > 0 {
		if p.free.Before(now) {
			p.free = now
		}
		most := c.Queue
		if most == 0 {
			most = queueDefault
		}
		wait := p.free.Sub(now)
		if wait > most {
			p.counts.Overflowed++
			return due, false
		}
		p.counts.Longest = max(p.counts.Longest, wait)
		p.free = p.free.Add(time.Duration(int64(size) * 8 * int64(time.Second) / c.Rate))
		due = p.free
	}
	if due = due.Add(c.Delay + jitter); due.Before(p.last) {
		due = p.last
	}
	p.last = due
	return due, true
}

// run delivers until close.
func (p *Pipe) run() {
	defer close(p.done)
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		p.mu.Lock()
		var next flying
		wait := time.Hour
		if len(p.queue) > 0 {
			if wait = time.Until(p.queue[0].due); wait <= 0 {
				next, p.queue[0] = p.queue[0], flying{}
				p.queue = p.queue[1:]
			}
		}
		p.mu.Unlock()
		if next.deliver != nil {
			next.deliver(next.data)
			continue
		}
		timer.Reset(wait)
		select {
		case <-timer.C:
		case <-p.wake:
		case <-p.stop:
			return
		}
	}
}

func (p *Pipe) close() {
	close(p.stop)
	<-p.done
}
