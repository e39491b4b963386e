package media

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
)

// What a congestion estimate begins with and stays within, in bit/s.
const (
	firstEstimate = 600_000
	leastEstimate = 60_000
	mostEstimate  = 8_000_000
)

const (
	// burstGap, in microseconds, joins packets into one group: what left within it
	// left together.
	burstGap = 5000
	// slopes is how many groups the delay trend is drawn through.
	slopes = 20
	// trainLength packets that left together tell the rate of the narrowest place by how
	// far apart they arrive; trainBytes is the least they weigh, the first not counted.
	trainLength = 5
	trainBytes  = 3000
	// standing, in microseconds, is a queue that is too long even if it grows no more.
	standing = 120_000
	// noticeable, in microseconds, is a queue that may be taken for the beginning of one;
	// below it what varies is the machine.
	noticeable = 30_000
	// What is usual on a network that jitters comes on top, up to usualMost; it is learnt
	// from so many feedbacks.
	usualMost, usualOver = 60_000, 64
	// again is how soon after a step down another one is a small one.
	again = 2 * time.Second
	// calm is how long after a step down what arrives may lift the estimate at once.
	calm = 3 * time.Second
	// outage, in microseconds: when nothing came for so long, there was no network. That it carries
	// little does not follow.
	outage = 500_000
	// leastByLoss, in bit/s, is as far as loss alone lowers the estimate, without a queue.
	leastByLoss = 300_000
	// repeatAhead, in bytes, may be sent again at once.
	repeatAhead = 24_000
	// ackWindow is over how many buckets of ackBucket microseconds arrival is measured.
	ackWindow, ackBucket = 5, 100_000
)

// bandwidth estimates what one peer's network carries, from transport-wide
// feedback: from how delays grow, from what is lost and from how far apart packets
// arrive that left together (the ideas of draft-ietf-rmcat-gcc-02). What is sent is known
// from the wire's log, so the packet path does nothing for it.
type bandwidth struct {
	bitrate  atomic.Int64 // the estimate, 0 while nothing is known
	strained atomic.Int64 // Unix ns of the last time the network said that it was too much, 0 never
	crowded  atomic.Int64 // since when its queue has been full, Unix ns, 0: it is not
	trained  atomic.Int64 // what packets that left together last showed to pass, bit/s,
	trainAt  atomic.Int64 // and when, Unix ns

	mu      sync.Mutex // guards what follows; only feedback takes it
	last    uint32     // base and number of the last feedback, which may come more than once
	started bool
	seen    int64 // Unix ns of the last feedback

	reference  uint32 // of the last feedback, 64 ms
	wraps      int64
	group      flight
	former     flight
	gathered   float64 // delay gathered, ms
	smoothed   float64
	points     [slopes][2]float64 // arrival in ms, smoothed delay
	count      int
	threshold  float64
	overSince  int64
	slope      float64
	firstPoint int64
	lastPoint  int64

	acked     [ackWindow]int64 // bytes by bucket of arrival
	ackedAt   int64            // newest bucket
	ackedFrom int64

	base, baseNext   int64 // least delay lately, µs; two halves of a window
	baseAt           int64
	usual            int64 // what queue mostly is while nothing is too much
	queue            int64 // how much more the last feedback's best packet took
	over             int   // feedbacks in a row that said it was too much
	lost, total      int
	lossAt           int64
	hole             int     // packets missing in a row, not counted before one comes,
	holeAt           int64   // and when the first of them left, µs
	decreased, grown int64   // Unix ns of the last steps down and up
	jumped           int64   // and of the last one a train allowed
	spare            float64 // bytes that may be sent again
	spareAt          int64
	train            flight
	rtt              time.Duration
}

// flight is packets that left together.
type flight struct {
	packets       int
	sent, arrived int64 // of the last, µs
	first         int64 // when the first left
	firstArrived  int64
	bytes         int // the first not counted
	next          uint16
}

// feedback takes a transport-wide feedback. It may be the same one as before.
func (w *bandwidth) feedback(now int64, departure func(uint16, int64) (int64, int, bool), fb *rtcp.TransportLayerCC) {
	w.mu.Lock()
	defer w.mu.Unlock()
	id := uint32(fb.BaseSequenceNumber)<<8 | uint32(fb.FbPktCount)
	if w.started && id == w.last {
		return
	}
	if !w.started {
		w.started, w.threshold, w.reference = true, 12.5, fb.ReferenceTime
		w.bitrate.CompareAndSwap(0, firstEstimate)
		w.grown = now
	}
	w.last = id
	// 24 bits that go round; a feedback may come out of order.
	step := int32((fb.ReferenceTime-w.reference)<<8) >> 8
	w.wraps += int64(step)
	w.reference = fb.ReferenceTime
	w.walk(now, departure, fb, w.wraps*64_000)
	w.train = flight{}
	w.seen = now
	w.judge(now)
}

// walk goes through the packets of a feedback; arrival is in microseconds.
func (w *bandwidth) walk(now int64, departure func(uint16, int64) (int64, int, bool), fb *rtcp.TransportLayerCC, arrival int64) {
	seq, left, deltas := fb.BaseSequenceNumber, int(fb.PacketStatusCount), fb.RecvDeltas
	w.queue = 1 << 40
	status := func(symbol uint16) {
		if left == 0 {
			return
		}
		left--
		sent, size, known := departure(seq, now)
		if symbol == rtcp.TypeTCCPacketReceivedSmallDelta || symbol == rtcp.TypeTCCPacketReceivedLargeDelta {
			if len(deltas) == 0 {
				left = 0
				return
			}
			arrival += deltas[0].Delta
			deltas = deltas[1:]
			if known {
				w.received(now, seq, sent/1000, arrival, size)
			}
		} else if known {
			if w.hole++; w.hole == 1 {
				w.holeAt = sent / 1000
			}
			w.train = flight{}
		}
		seq++
	}
	for _, chunk := range fb.PacketChunks {
		switch c := chunk.(type) {
		case *rtcp.RunLengthChunk:
			for range min(int(c.RunLength), left) {
				status(c.PacketStatusSymbol)
			}
		case *rtcp.StatusVectorChunk:
			for _, s := range c.SymbolList {
				status(s)
			}
		}
	}
}

// received takes one packet that arrived; times are in microseconds, each on its own clock.
func (w *bandwidth) received(now int64, seq uint16, sent, arrived int64, size int) {
	if w.hole > 0 && sent-w.holeAt < outage {
		w.lost += w.hole
		w.total += w.hole
	}
	w.hole = 0
	w.total++
	w.rtt = time.Duration(now-sent*1000) * time.Nanosecond
	w.acknowledge(arrived, size)
	w.delay(now, arrived-sent)
	w.measure(now, seq, sent, arrived, size)
	g := &w.group
	switch {
	case g.packets == 0:
		*g = flight{packets: 1, first: sent, sent: sent, arrived: arrived}
	case sent-g.first < 0:
		// From before: it says nothing new.
	case sent-g.first <= burstGap:
		g.packets++
		g.sent, g.arrived = max(g.sent, sent), max(g.arrived, arrived)
	default:
		if w.former.packets > 0 {
			w.trend(float64(g.arrived-w.former.arrived)/1000, float64(g.sent-w.former.sent)/1000, g.arrived)
		}
		w.former = *g
		*g = flight{packets: 1, first: sent, sent: sent, arrived: arrived}
	}
}

// acknowledge counts what arrives.
func (w *bandwidth) acknowledge(arrived int64, size int) {
	at := arrived / ackBucket
	if w.ackedAt == 0 {
		w.ackedAt, w.ackedFrom = at, at
	}
	for ; w.ackedAt < at; w.ackedAt++ {
		if at-w.ackedAt > ackWindow {
			w.ackedAt = at - ackWindow
			w.acked = [ackWindow]int64{}
		}
		w.acked[bucket(w.ackedAt+1)] = 0
	}
	if w.ackedAt-at < ackWindow {
		w.acked[bucket(at)] += int64(size)
	}
}

// bucket is the place of a bucket of time, which may lie before the clock's zero: a
// participant says when packets arrived.
func bucket(at int64) int64 { return (at%ackWindow + ackWindow) % ackWindow }

// arriving is the rate at which packets arrive, bit/s; 0 before it is known.
func (w *bandwidth) arriving() int64 {
	if w.ackedAt-w.ackedFrom < ackWindow {
		return 0
	}
	sum := int64(0)
	for i, n := range w.acked {
		if int64(i) != bucket(w.ackedAt) { // the newest is not full yet
			sum += n
		}
	}
	return sum * 8 * 1_000_000 / ((ackWindow - 1) * ackBucket)
}

// delay follows the least one-way delay of the last 10 to 20 seconds and how
// far above it the fastest packet of this feedback was.
func (w *bandwidth) delay(now, d int64) {
	if w.baseAt == 0 {
		w.base, w.baseNext, w.baseAt = d, d, now
	}
	if now-w.baseAt > int64(10*time.Second) {
		w.base, w.baseNext, w.baseAt = w.baseNext, d, now
	}
	w.base, w.baseNext = min(w.base, d), min(w.baseNext, d)
	w.queue = min(w.queue, d-w.base)
}

// measure looks for packets that left together and tells from their arrival
// how much the narrowest place lets through.
func (w *bandwidth) measure(now int64, seq uint16, sent, arrived int64, size int) {
	t := &w.train
	if t.packets == 0 || seq != t.next || sent-t.first > burstGap || arrived < t.arrived {
		*t = flight{packets: 1, first: sent, firstArrived: arrived, arrived: arrived, next: seq + 1}
		return
	}
	t.packets++
	t.next, t.arrived = seq+1, arrived
	if t.bytes += size; t.packets < trainLength || t.bytes < trainBytes {
		return
	}
	took := max(t.arrived-t.firstArrived, 1000)
	rate := int64(t.bytes) * 8 * 1_000_000 / took * 85 / 100
	w.trained.Store(rate)
	w.trainAt.Store(now)
	if est := w.bitrate.Load(); rate > est && now-w.decreased > int64(calm) && now-w.jumped > int64(200*time.Millisecond) {
		w.jumped = now
		w.set(min(rate, max(2*est, est+150_000)))
	}
}

// shown is what packets that left together have lately shown to pass, bit/s, 0 for nothing.
func (w *bandwidth) shown(now int64) int64 {
	if now-w.trainAt.Load() > int64(shownFor) {
		return 0
	}
	return w.trained.Load()
}

// trend takes the next group: how much later than the one before it arrived
// and left, in milliseconds.
func (w *bandwidth) trend(arrival, departure float64, at int64) {
	if w.count == 0 {
		w.firstPoint = at
	}
	w.gathered += arrival - departure
	w.smoothed = 0.9*w.smoothed + 0.1*w.gathered
	w.points[w.count%slopes] = [2]float64{float64(at-w.firstPoint) / 1000, w.smoothed}
	w.count++
	if w.count < slopes {
		return
	}
	former := w.slope
	w.slope = slopeOf(&w.points)
	strength := w.slope * float64(min(w.count, 60)) * 4
	since := at - w.lastPoint
	w.lastPoint = at
	if strength > w.threshold && w.slope >= former {
		if w.overSince == 0 {
			w.overSince = at
		}
	} else {
		w.overSince = 0
	}
	// The threshold follows, quickly down and slowly up, so that flows of others do not starve this one.
	size := max(strength, -strength)
	if size-w.threshold < 15 {
		gain := 0.0087
		if size < w.threshold {
			gain = 0.039
		}
		w.threshold += gain * (size - w.threshold) * float64(min(since, 100_000)) / 1000
		w.threshold = min(max(w.threshold, 6), 600)
	}
}

// slopeOf is the slope of the line through the points (least squares).
func slopeOf(points *[slopes][2]float64) float64 {
	var x, y float64
	for _, p := range points {
		x, y = x+p[0], y+p[1]
	}
	x, y = x/slopes, y/slopes
	var up, down float64
	for _, p := range points {
		up += (p[0] - x) * (p[1] - y)
		down += (p[0] - x) * (p[0] - x)
	}
	if down == 0 {
		return 0
	}
	return up / down
}

// judge draws the conclusion from a feedback.
func (w *bandwidth) judge(now int64) {
	est, arriving := w.bitrate.Load(), w.arriving()
	queue := w.queue
	if queue == 1<<40 { // nothing arrived
		queue = 0
	}
	growing := w.overSince != 0 && w.lastPoint-w.overSince >= 10_000 && queue > w.noticeable()
	full := queue > standing
	if !full {
		w.crowded.Store(0)
	} else {
		w.crowded.CompareAndSwap(0, now)
	}
	if growing || full {
		w.over++
	} else {
		w.over = 0
		w.usual += (queue - w.usual) / usualOver
	}
	// What a step down does shows a round later; a queue that still grows is not waited for.
	patience := int64(min(max(w.rtt, 300*time.Millisecond), 600*time.Millisecond))
	switch {
	case w.over > 1 && now-w.decreased > patience: // twice: once may be a machine that was busy
		to := est * 70 / 100
		if arriving > 0 && now-w.decreased > int64(again) {
			to = arriving * 85 / 100
		} else if arriving > 0 {
			// Less arrives because less was sent, after the last step down: that says little.
			to = max(to, arriving*85/100)
		}
		w.decrease(now, min(est, to))
		w.overSince = 0
	case w.over > 0:
	case arriving > 0 && est < arriving*3/2+30_000 && now > w.grown:
		passed := min(float64(now-w.grown)/1e9, 1)
		w.grown = now
		to := est + int64(float64(est)*0.08*passed) + int64(2000*passed)
		if now-w.decreased > int64(calm) && queue <= w.noticeable() {
			to = max(to, arriving) // it carries that already, without a queue
		}
		w.set(to)
	default:
		w.grown = now
	}
	w.judgeLoss(now, queue)
}

// judgeLoss looks at what was lost, twice a second. Loss without a queue is a
// bad radio: sending less would not help it, short of a quarter.
func (w *bandwidth) judgeLoss(now, queue int64) {
	if w.lossAt == 0 {
		w.lossAt = now
	}
	if w.total < 20 || now-w.lossAt < int64(500*time.Millisecond) {
		return
	}
	loss := float64(w.lost) / float64(w.total)
	w.lost, w.total, w.lossAt = 0, 0, now
	crowded := queue > w.noticeable()
	if (loss > 0.25 || loss > 0.1 && crowded) && now-w.decreased > int64(time.Second) {
		est := w.bitrate.Load()
		to := max(int64(float64(est)*(1-loss/2)), w.arriving()*85/100)
		if !crowded {
			to = max(to, leastByLoss)
		}
		if to < est {
			w.decrease(now, to)
		}
	}
}

// noticeable, in microseconds, is a queue that may be taken for the beginning of one.
func (w *bandwidth) noticeable() int64 { return noticeable + min(w.usual, usualMost) }

func (w *bandwidth) decrease(now, to int64) {
	w.decreased = now
	w.strained.Store(now)
	w.set(to)
}

func (w *bandwidth) set(to int64) { w.bitrate.Store(min(max(to, leastEstimate), mostEstimate)) }

// repeat says whether so many bytes may be sent again: at most a quarter of what
// the network carries, with some ahead.
func (w *bandwidth) repeat(now int64, size int) bool {
	rate := w.bitrate.Load()
	if rate == 0 {
		return true
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.spare = min(w.spare+float64(now-w.spareAt)/1e9*float64(rate)/8/4, repeatAhead)
	w.spareAt = now
	if w.spare < float64(size) {
		return false
	}
	w.spare -= float64(size)
	return true
}

// assume takes it that the network carries more than is known, to try it.
func (w *bandwidth) assume(bitrate int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if bitrate > w.bitrate.Load() {
		w.set(bitrate)
	}
}

// limit takes a receiver's own estimate, from those who give no transport-wide feedback.
func (w *bandwidth) limit(now int64, bitrate float32) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.started {
		return
	}
	to := min(max(int64(bitrate), leastEstimate), mostEstimate)
	if to < w.bitrate.Load() {
		w.strained.Store(now)
	}
	w.bitrate.Store(to)
}
