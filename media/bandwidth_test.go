package media

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/pion/rtcp"
)

// narrow is a network of one queue: so many bit/s, so long, behind a delay.
type narrow struct {
	rate  int64
	queue time.Duration
	delay time.Duration
	free  int64 // when the queue is empty, µs
	lose  func(seq uint16) bool
	shake func() int64 // jitter, µs; nil: none
	last  int64        // when the newest packet arrives

	w       wire
	now     int64 // µs
	arrived []arrival
	band    bandwidth
	count   uint8
	worst   int64 // longest time in the queue, µs
}

type arrival struct {
	seq uint16
	at  int64
	ok  bool
}

func (n *narrow) send(size int) {
	seq := n.w.number()
	n.w.depart(seq, n.now*1000, size)
	n.free = max(n.free, n.now)
	waits := n.free - n.now
	a := arrival{seq: seq, ok: time.Duration(waits)*time.Microsecond <= n.queue && (n.lose == nil || !n.lose(seq))}
	if a.ok {
		n.free += int64(size) * 8 * 1_000_000 / n.rate
		if a.at = n.free + n.delay.Microseconds(); n.shake != nil {
			a.at = max(a.at+n.shake(), n.last)
		}
		n.last = a.at
		n.worst = max(n.worst, waits)
	}
	n.arrived = append(n.arrived, a)
}

// report sends the feedback on what has arrived by now.
func (n *narrow) report() {
	var done []arrival
	rest := 0
	for i, a := range n.arrived {
		if a.ok && a.at > n.now {
			break
		}
		done, rest = append(done, a), i+1
	}
	n.arrived = n.arrived[rest:]
	var first int64
	for _, a := range done {
		if a.ok {
			first = a.at
			break
		}
	}
	if first == 0 { // told with the next that comes
		n.arrived = append(done, n.arrived...)
		return
	}
	fb := &rtcp.TransportLayerCC{BaseSequenceNumber: done[0].seq, FbPktCount: n.count,
		PacketStatusCount: uint16(len(done)), ReferenceTime: uint32(first/64_000) & 0xffffff}
	n.count++
	at := first / 64_000 * 64_000
	for _, a := range done {
		c := &rtcp.RunLengthChunk{RunLength: 1}
		if a.ok {
			c.PacketStatusSymbol = rtcp.TypeTCCPacketReceivedSmallDelta
			d := (a.at - at) / 250 * 250
			fb.RecvDeltas = append(fb.RecvDeltas, &rtcp.RecvDelta{Type: rtcp.TypeTCCPacketReceivedSmallDelta, Delta: d})
			at += d
		}
		fb.PacketChunks = append(fb.PacketChunks, c)
	}
	n.band.feedback(n.now*1000, n.w.departure, fb)
}

// run sends 30 pictures a second of the size that rate says, with sound, and
// reports every 50 ms.
func (n *narrow) run(d time.Duration, rate func() int64) {
	for end := n.now + d.Microseconds(); n.now < end; n.now += 10_000 {
		if n.now/10_000%2 == 0 {
			n.send(100)
		}
		if n.now/10_000%10 == 0 || n.now/10_000%10 == 3 || n.now/10_000%10 == 6 {
			for left := rate() / 30 / 8; left > 0; left -= 1200 {
				n.send(int(min(left, 1200)))
			}
		}
		if n.now/10_000%5 == 4 {
			n.report()
		}
	}
}

func newNarrow(rate int64) *narrow {
	return &narrow{rate: rate, queue: 300 * time.Millisecond, delay: 20 * time.Millisecond, now: 1_700_000_000_000_000}
}

func TestTheEstimateFindsWhatTheNetworkCarries(t *testing.T) {
	for _, rate := range []int64{300_000, 500_000, 1_000_000, 3_000_000} {
		n := newNarrow(rate)
		// A sender that obeys, with at most 2 Mbit/s to send.
		n.run(12*time.Second, func() int64 { return min(max(n.band.bitrate.Load()-40_000, 50_000), 2_000_000) })
		n.worst = 0
		n.run(10*time.Second, func() int64 { return min(max(n.band.bitrate.Load()-40_000, 50_000), 2_000_000) })
		got := n.band.bitrate.Load()
		t.Logf("%d: %d, queue up to %d ms", rate, got, n.worst/1000)
		if low := min(rate, 2_000_000); got < low*6/10 || rate < 2_000_000 && got > rate*13/10 {
			t.Errorf("%d bit/s are estimated at %d", rate, got)
		}
		if n.worst > 200_000 {
			t.Errorf("%d bit/s: a packet waited %d ms in the queue", rate, n.worst/1000)
		}
	}
}

func TestWhatArrivesWithoutAQueueIsCarried(t *testing.T) {
	n := newNarrow(5_000_000)
	for i := range 400 { // 1.44 Mbit/s, of which nothing leaves together
		n.send(900)
		if i%10 == 9 {
			n.report()
		}
		n.now += 5000
	}
	if got := n.band.bitrate.Load(); got < 1_350_000 {
		t.Errorf("after two seconds of 1440000 bit/s the estimate is %d", got)
	}
}

func TestAFallIsNoticedWithinTwoSeconds(t *testing.T) {
	n := newNarrow(3_000_000)
	obey := func() int64 { return min(max(n.band.bitrate.Load()-40_000, 50_000), 1_200_000) }
	n.run(10*time.Second, obey)
	if got := n.band.bitrate.Load(); got < 1_200_000 {
		t.Fatalf("%d of 3000000 before the fall", got)
	}
	n.rate = 500_000
	n.run(2*time.Second, obey)
	if got := n.band.bitrate.Load(); got > 550_000 || n.band.strained.Load() == 0 {
		t.Errorf("two seconds after the fall to 500000: %d", got)
	}
}

func TestLossWithoutAQueueIsNotTakenForCongestion(t *testing.T) {
	n := newNarrow(5_000_000)
	n.lose = func(seq uint16) bool { return seq%10 == 0 }
	n.run(10*time.Second, func() int64 { return 400_000 })
	if got := n.band.bitrate.Load(); got < 500_000 {
		t.Errorf("10%% loss on a wide network: %d", got)
	}
}

func TestJitterIsNotTakenForCongestion(t *testing.T) {
	n := newNarrow(5_000_000)
	// A radio that waits its turn: now sooner, now later, for some packets in a row.
	n.delay, n.shake = 200*time.Millisecond, func() int64 { return rand.New(rand.NewPCG(1, uint64(n.now/150_000))).Int64N(40_000) }
	n.run(10*time.Second, func() int64 { return 1_200_000 })
	n.band.strained.Store(0)
	n.run(30*time.Second, func() int64 { return 1_200_000 })
	if got := n.band.bitrate.Load(); got < 1_400_000 || n.band.strained.Load() != 0 {
		t.Errorf("40 ms of jitter on a wide network: %d, strained at %d", got, n.band.strained.Load())
	}
}

func TestPacketsThatLeaveTogetherTellTheRoomThereIs(t *testing.T) {
	for rate, most := range map[int64]int64{800_000: 900_000, 10_000_000: mostEstimate} {
		n := newNarrow(rate)
		n.run(5*time.Second, func() int64 { return 150_000 })
		before := n.band.bitrate.Load()
		for range 8 {
			for range 8 {
				n.send(1200)
			}
			n.run(400*time.Millisecond, func() int64 { return 150_000 })
		}
		got := n.band.bitrate.Load()
		if got > most || rate > 1_000_000 && got < 2_000_000 {
			t.Errorf("%d bit/s: %d before trains, %d after", rate, before, got)
		}
	}
}

func FuzzFeedback(f *testing.F) {
	f.Add(uint16(1), uint16(3), uint32(7), []byte{1, 2, 3, 0x80, 200})
	f.Fuzz(func(t *testing.T, base, count uint16, reference uint32, b []byte) {
		var w wire
		for range 50 {
			w.depart(w.number(), 1_700_000_000_000_000_000, 1200)
		}
		band := &bandwidth{}
		fb := &rtcp.TransportLayerCC{BaseSequenceNumber: base, PacketStatusCount: count, ReferenceTime: reference & 0xffffff}
		for i, x := range b {
			if i%2 == 0 {
				fb.PacketChunks = append(fb.PacketChunks, &rtcp.RunLengthChunk{PacketStatusSymbol: uint16(x & 3), RunLength: uint16(x) << 5})
			} else {
				fb.RecvDeltas = append(fb.RecvDeltas, &rtcp.RecvDelta{Delta: int64(int8(x)) * 250})
			}
		}
		for i := range int64(3) {
			fb.FbPktCount++
			band.feedback(1_700_000_000_000_000_000+i*1e9, w.departure, fb)
		}
		if got := band.bitrate.Load(); got < leastEstimate || got > mostEstimate {
			t.Errorf("estimate %d", got)
		}
	})
}

// Nothing came for a while, then all is as before: no reason to send less.
func TestAnOutageIsNotTakenForLoss(t *testing.T) {
	n := newNarrow(5_000_000)
	n.run(10*time.Second, func() int64 { return 400_000 })
	before := n.band.bitrate.Load()
	n.lose = func(uint16) bool { return true }
	n.run(3*time.Second, func() int64 { return 400_000 })
	n.lose = nil
	n.run(2*time.Second, func() int64 { return 400_000 })
	if got := n.band.bitrate.Load(); got < before*9/10 {
		t.Errorf("%d after an outage, %d before", got, before)
	}
}
