package media

import (
	"sync"
	"sync/atomic"
	"time"
)

const (
	// A picture that would fill a network for longer than paceOver leaves little by little, so
	// that sound passes in between: every paceEvery, at half again what the network carries,
	// and faster where it would take longer than paceMost.
	paceOver  = 40 * time.Millisecond
	paceEvery = 5 * time.Millisecond
	paceMost  = 250 * time.Millisecond
	// unknownPace, in bit/s, is what a network is taken to carry that has said nothing yet.
	unknownPace = 2_000_000
	// lineSize is how many packets of a picture wait at most: with paceMost, those of 5 Mbit/s.
	// What finds no place is lost, and found again in the ring. A power of two.
	lineSize = 128
)

// line is where the packets of one subscriber's picture wait their turn. Who delivers
// puts them in, the pacer takes them out; while any wait, nobody else sends.
type line struct {
	pacer      *pacer
	slots      []packet // bodies are its own; made when first needed
	head, tail atomic.Uint32
	bytes      atomic.Int64
	listed     atomic.Bool // the pacer knows it

	credit float64 // bytes; owned by the pacer, like
	since  int64   // when it last looked, Unix ns
}

// paces says whether that many bytes of a picture have to leave little by little.
func (s *subscriber) paces(bytes int) bool {
	if s.line == nil {
		return false
	}
	return s.line.waiting() || int64(bytes)*8*int64(time.Second) > s.pace()*int64(paceOver)
}

// pace is what the subscriber's network carries, bit/s.
func (s *subscriber) pace() int64 {
	if rate := s.band.bitrate.Load(); rate > 0 {
		return rate
	}
	return unknownPace
}

func (l *line) waiting() bool { return l.head.Load() != l.tail.Load() }

// put has a packet wait; false when there is no place.
func (l *line) put(s *subscriber, p *packet) bool {
	if l.slots == nil {
		l.slots = make([]packet, lineSize)
	}
	t := l.tail.Load()
	if t-l.head.Load() == lineSize {
		return false
	}
	q := &l.slots[t%lineSize]
	body := append(q.body[:0], p.body...)
	copy(body, p.over)
	*q = *p
	q.body, q.over = body, nil
	l.bytes.Add(int64(len(body)))
	l.tail.Store(t + 1)
	if !l.listed.Swap(true) {
		l.pacer.list(s)
	}
	return true
}

// pacer sends what waits in lines, for all subscribers of an engine. Its goroutine is the
// only one that takes packets out; mu guards fresh.
type pacer struct {
	burst burst
	wake  chan struct{} // capacity 1
	quit  chan struct{}
	done  chan struct{}
	lines []*subscriber // owned by run

	mu    sync.Mutex
	fresh []*subscriber
}

func newPacer(c *conn) *pacer {
	p := &pacer{burst: burst{conn: c}, wake: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{})}
	go p.run()
	return p
}

func (p *pacer) close() {
	close(p.quit)
	<-p.done
}

// list has the pacer look after a subscriber's line; it never waits for long.
func (p *pacer) list(s *subscriber) {
	p.mu.Lock()
	p.fresh = append(p.fresh, s)
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func (p *pacer) run() {
	defer close(p.done)
	tick := time.NewTicker(paceEvery)
	tick.Stop()
	defer tick.Stop()
	for running := false; ; {
		select {
		case <-p.quit:
			return
		case <-p.wake:
		case <-tick.C:
		}
		p.look(time.Now().UnixNano())
		if busy := len(p.lines) > 0; busy && !running {
			tick.Reset(paceEvery)
			running = true
		} else if !busy && running {
			tick.Stop()
			running = false
		}
	}
}

// look sends what is due of each line.
func (p *pacer) look(now int64) {
	p.mu.Lock()
	for _, s := range p.fresh {
		s.line.credit, s.line.since = 0, now-int64(paceEvery)
		s.wire.paced.Add(1)
	}
	p.lines = append(p.lines, p.fresh...)
	clear(p.fresh)
	p.fresh = p.fresh[:0]
	p.mu.Unlock()
	kept := p.lines[:0]
	for _, s := range p.lines {
		s.drain(&p.burst, now)
		l := s.line
		if !l.waiting() {
			l.listed.Store(false)
			// Who put one in meanwhile and saw it listed counts on us.
			if !l.waiting() || l.listed.Swap(true) {
				s.wire.paced.Add(-1)
				continue
			}
		}
		kept = append(kept, s)
	}
	clear(p.lines[len(kept):])
	p.lines = kept
}

// drain sends what a subscriber's network takes in the time since the last look. Several
// pictures on one connection share it.
func (s *subscriber) drain(b *burst, now int64) {
	l := s.line
	rate := max(s.pace()*3/2/int64(max(s.wire.paced.Load(), 1)), l.bytes.Load()*8*int64(time.Second)/int64(paceMost))
	perTick := float64(rate) / 8 * paceEvery.Seconds()
	l.credit = min(l.credit+float64(rate)/8*float64(now-l.since)/1e9, max(2*perTick, 1500))
	l.since = now
	h, t := l.head.Load(), l.tail.Load()
	sent, octets := uint64(0), uint64(0)
	for ; h != t && l.credit > 0; h++ {
		p := &l.slots[h%lineSize]
		l.credit -= float64(len(p.body))
		l.bytes.Add(-int64(len(p.body)))
		if s.write(b, p) {
			sent++
			octets += uint64(len(p.body))
		}
	}
	b.flush()
	l.head.Store(h)
	s.feed.counters.packetsOut.Add(sent)
	s.feed.counters.bytesOut.Add(octets)
}
