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
// puts them in, the pacer takes them out; while any wait, nobody else sends. What they carry
// stays in the feed's ring.
type line struct {
	pacer      *pacer
	slots      []waiting // made when first needed
	head, tail atomic.Uint32
	bytes      atomic.Int64
	listed     atomic.Bool // the pacer knows it

	credit float64 // bytes; owned by the pacer, like
	since  int64   // when it last looked, Unix ns
}

// waiting is a packet in a line: as its subscriber knows it, and where it is found.
type waiting struct {
	facts
	source uint16 // its number in the ring
	size   int32  // of its body, bytes
	over   [8]byte
	overs  uint8 // of them, bytes
}

// paces says whether that many bytes of a picture have to leave little by little.
func (s *subscriber) paces(bytes int) bool {
	return s.line.waiting() || s.line != nil && int64(bytes)*8*int64(time.Second) > s.pace()*int64(paceOver)
}

// takes says whether that many bytes of a picture are through within paceMost.
func (s *subscriber) takes(bytes int) bool {
	return s.line == nil || int64(bytes)*8*int64(time.Second) <= s.pace()*int64(paceMost)
}

// pace is what the subscriber's network carries, bit/s.
func (s *subscriber) pace() int64 {
	if rate := s.band.bitrate.Load(); rate > 0 {
		return rate
	}
	return unknownPace
}

// length is how many packets wait; none do in no line.
func (l *line) length() uint16 {
	if l == nil {
		return 0
	}
	return uint16(l.tail.Load() - l.head.Load())
}

func (l *line) waiting() bool { return l.length() > 0 }

// put has a packet wait, which is source in the feed's ring; false when there is no place.
func (l *line) put(s *subscriber, p *packet, source uint16) bool {
	if l.slots == nil {
		l.slots = make([]waiting, lineSize)
	}
	t := l.tail.Load()
	if t-l.head.Load() == lineSize {
		return false
	}
	w := &l.slots[t%lineSize]
	w.facts, w.source, w.size = p.facts, source, int32(len(p.body))
	w.overs = uint8(copy(w.over[:], p.over))
	l.bytes.Add(int64(w.size))
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
	now   packet        // that is sent
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
		s.drain(&p.burst, &p.now, now)
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
// pictures on one connection share it. p is scratch space.
func (s *subscriber) drain(b *burst, p *packet, now int64) {
	l := s.line
	rate := max(s.pace()*3/2/int64(max(s.wire.paced.Load(), 1)), l.bytes.Load()*8*int64(time.Second)/int64(paceMost))
	perTick := float64(rate) / 8 * paceEvery.Seconds()
	l.credit = min(l.credit+float64(rate)/8*float64(now-l.since)/1e9, max(2*perTick, 1500))
	l.since = now
	h, t := l.head.Load(), l.tail.Load()
	sent, octets := uint64(0), uint64(0)
	for ; h != t && l.credit > 0; h++ {
		w := &l.slots[h%lineSize]
		l.credit -= float64(w.size)
		l.bytes.Add(-int64(w.size))
		if s.writeFromRing(b, p, w) {
			sent++
			octets += uint64(w.size)
		}
	}
	b.flush()
	l.head.Store(h)
	s.feed.counters.packetsOut.Add(sent)
	s.feed.counters.bytesOut.Add(octets)
}

// writeFromRing sends what waited; what the ring has forgotten is lost.
func (s *subscriber) writeFromRing(b *burst, p *packet, w *waiting) bool {
	from := s.feed.rings[w.layer].Load().lend(w.source)
	if from == nil {
		return false
	}
	defer from.giveBack()
	p.facts, p.body, p.over = w.facts, from.body, w.over[:w.overs]
	return s.write(b, p)
}
