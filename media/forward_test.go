package media

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
	"github.com/pion/webrtc/v4"
)

// writer is where a subscriber's packets go in these tests.
type writer func(*rtp.Header, []byte) (int, error)

func (w writer) WriteRTP(h *rtp.Header, b []byte) (int, error) { return w(h, b) }
func (w writer) Write(b []byte) (int, error)                   { return len(b), nil }

// videoFeed has n subscribers that negotiated VP8, all writing to w.
func videoFeed(n int, w func(i int) webrtc.TrackLocalWriter) (*feed, []*subscriber) {
	f := &feed{video: true, counters: &counters{}, ask: func(uint8) {}, turn: &sync.Mutex{}}
	f.rings[0].Store(&ring{})
	var all []*subscriber
	for i := range n {
		s := &subscriber{feed: f, kind: webrtc.RTPCodecTypeVideo}
		o := &outlet{w: w(i), wire: &wire{}, ssrc: uint32(i + 1)}
		o.types[vp8] = 96
		s.out.Store(o)
		f.attach(s)
		all = append(all, s)
	}
	return f, all
}

func TestASubscriberGetsNothingBeforeAKeyframe(t *testing.T) {
	var got []uint16
	f, subs := videoFeed(1, func(int) webrtc.TrackLocalWriter {
		return writer(func(h *rtp.Header, _ []byte) (int, error) {
			got = append(got, h.SequenceNumber)
			return 0, nil
		})
	})
	asked := 0
	f.ask = func(uint8) { asked++ }
	subs[0].starved.Store(true)
	for i, key := range []bool{false, false, true, false} {
		f.deliver(&burst{}, &packet{facts: facts{seq: uint16(i), key: key, codec: vp8}})
	}
	if !slices.Equal(got, []uint16{2, 3}) || asked != 2 {
		t.Errorf("got %v and asked %d times, want [2 3] and twice", got, asked)
	}
}

func TestAFormatThatWasNotNegotiatedIsNotForwarded(t *testing.T) {
	n := 0
	f, _ := videoFeed(1, func(int) webrtc.TrackLocalWriter {
		return writer(func(*rtp.Header, []byte) (int, error) { n++; return 0, nil })
	})
	f.deliver(&burst{}, &packet{facts: facts{codec: h264, key: true}})
	f.deliver(&burst{}, &packet{facts: facts{codec: vp8, key: true}})
	if n != 1 || f.counters.packetsOut.Load() != 1 {
		t.Errorf("%d packets written, %d counted, want the VP8 one only", n, f.counters.packetsOut.Load())
	}
}

func TestAFeedThatEndedTakesNobody(t *testing.T) {
	f, subs := videoFeed(3, func(int) webrtc.TrackLocalWriter { return writer(nil) })
	f.attach(subs[0])
	f.detach(subs[1])
	f.detach(subs[1])
	if got := f.list(); !slices.Equal(got, []*subscriber{subs[0], subs[2]}) {
		t.Errorf("list = %v", got)
	}
	f.end()
	f.attach(subs[1])
	if got := f.list(); len(got) != 0 {
		t.Errorf("list after the end = %v", got)
	}
}

func TestKeyframeRequestsAreCollapsedButNeverLost(t *testing.T) {
	now := time.Unix(1000, 0)
	pc, err := webrtc.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = pc.GracefulClose() }()
	room := &Room{engine: &Engine{now: func() time.Time { return now }}}
	pub := &publisher{peer: &Peer{room: room}, codec: vp8}
	pub.video, pub.counters, pub.ask = true, &room.counters, pub.askKeyframe
	enc := pub.add(newWire(&conn{}, pub.peer, pc).intake, &webrtc.TrackRemote{}, nil)
	ask := func() { pub.ask(0) }
	step := func(what string, d time.Duration, do func(), want uint64) {
		t.Helper()
		now = now.Add(d)
		do()
		if n := room.counters.keyframesAsked.Load(); n != want {
			t.Errorf("%s: %d requests sent so far, want %d", what, n, want)
		}
	}
	delta := func() { enc.forward(&burst{}, &packet{facts: facts{codec: vp8}}) }
	key := func() { enc.forward(&burst{}, &packet{facts: facts{codec: vp8, key: true}}) }
	step("the first is sent at once", 0, ask, 1)
	step("the next waits", 100*time.Millisecond, ask, 1)
	step("packets too soon send nothing", 300*time.Millisecond, delta, 1)
	step("the first packet after the interval sends it", 100*time.Millisecond, delta, 2)
	step("and again while no keyframe comes", 500*time.Millisecond, delta, 3)
	step("a keyframe ends it", 500*time.Millisecond, key, 3)
	step("then nothing is asked", 500*time.Millisecond, delta, 3)
	step("until somebody asks", 0, ask, 4)
}

func TestTheRingAnswersWhatItHolds(t *testing.T) {
	r := &ring{}
	for seq := range uint16(ringSize + 10) {
		r.put(&packet{facts: facts{seq: seq, stamp: uint32(seq) * 10, codec: vp8, marker: seq%2 == 0}, body: []byte{byte(seq)}})
	}
	for _, c := range []struct {
		seq  uint16
		want bool
	}{{0, false}, {9, false}, {10, true}, {ringSize, true}, {ringSize + 9, true}, {ringSize + 10, false}, {65535, false}} {
		called := false
		got := r.get(c.seq, func(p *packet) {
			called = true
			if p.seq != c.seq || p.stamp != uint32(c.seq)*10 || p.codec != vp8 || p.marker != (c.seq%2 == 0) || p.body[0] != byte(c.seq) {
				t.Errorf("packet %d = %+v", c.seq, p)
			}
		})
		if got != c.want || called != c.want {
			t.Errorf("get(%d) = %v, want %v", c.seq, got, c.want)
		}
	}
	r.get(20, func(*packet) {
		r.put(&packet{facts: facts{seq: 20 + ringSize}, body: []byte{1}})
		if r.get(20+ringSize, func(*packet) {}) {
			t.Error("a packet was written over while it was being read")
		}
		if !r.get(20, func(*packet) {}) {
			t.Error("two readers of one packet exclude each other")
		}
	})
}

func TestReadersAndTheWriterOfARingNeverSeeHalfAPacket(t *testing.T) {
	r := &ring{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 200_000 {
			b := byte(i)
			r.put(&packet{facts: facts{seq: uint16(i % 4)}, body: []byte{b, b, b, b}})
		}
	}()
	for open := true; open; {
		for seq := range uint16(4) {
			r.get(seq, func(p *packet) {
				if p.body[0] != p.body[3] {
					t.Errorf("half a packet: %v", p.body)
				}
			})
		}
		select {
		case <-done:
			open = false
		default:
		}
	}
}

// nowhere is a connection that takes everything.
type nowhere struct {
	net.Conn
	closed chan struct{}
}

func (n nowhere) Write(b []byte) (int, error)      { return len(b), nil }
func (n nowhere) Read([]byte) (int, error)         { <-n.closed; return 0, io.EOF }
func (n nowhere) Close() error                     { close(n.closed); return nil }
func (n nowhere) SetReadDeadline(time.Time) error  { return nil }
func (n nowhere) SetWriteDeadline(time.Time) error { return nil }

// encrypted is a subscriber's real SRTP session over nowhere.
func encrypted(b testing.TB) webrtc.TrackLocalWriter {
	keys := srtp.SessionKeys{LocalMasterKey: make([]byte, 16), LocalMasterSalt: make([]byte, 12),
		RemoteMasterKey: make([]byte, 16), RemoteMasterSalt: make([]byte, 12)}
	s, err := srtp.NewSessionSRTP(nowhere{closed: make(chan struct{})}, &srtp.Config{Keys: keys, Profile: srtp.ProtectionProfileAeadAes128Gcm})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	w, err := s.OpenWriteStream()
	if err != nil {
		b.Fatal(err)
	}
	return w
}

// BenchmarkForward is one publisher's packet to n subscribers: parsing, ring,
// fan-out and AES-128-GCM, without ICE and the socket. ns/packet is per
// delivered packet.
func BenchmarkForward(b *testing.B) {
	for _, n := range []int{1, 10, 100} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			f, _ := videoFeed(n, func(int) webrtc.TrackLocalWriter { return encrypted(b) })
			datagram := programme(b)
			var (
				h   rtp.Header
				p   packet
				seq uint16
			)
			forward := func() {
				seq++
				binary.BigEndian.PutUint16(datagram[2:], seq)
				if err := p.parse(datagram, &h); err != nil {
					b.Fatal(err)
				}
				p.codec, p.key = vp8, vp8.keyframe(p.body)
				f.deliver(&burst{}, &p)
			}
			for range 2 * ringSize { // the ring's slots have grown
				forward()
			}
			b.ReportAllocs()
			for b.Loop() {
				forward()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/packet")
		})
	}
}

func TestForwardingAllocatesNothing(t *testing.T) {
	f, _ := videoFeed(20, func(int) webrtc.TrackLocalWriter {
		return writer(func(_ *rtp.Header, b []byte) (int, error) { return len(b), nil })
	})
	p, out := packet{facts: facts{codec: vp8, key: true}, body: make([]byte, 1180)}, &burst{}
	forward := func() { p.seq++; f.deliver(out, &p); out.flush() }
	for range 2 * ringSize {
		forward()
	}
	if n := testing.AllocsPerRun(2000, forward); n != 0 {
		t.Errorf("%v allocations per packet to 20 subscribers, want none", n)
	}
}

// programme is one VP8 packet as a publisher sends it.
func programme(tb testing.TB) []byte {
	p := rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: 96, SSRC: 1}, Payload: make([]byte, 1180)}
	copy(p.Payload, []byte{0x90, 0x80, 0x80, 1, 0x11})
	b, err := p.Marshal()
	if err != nil {
		tb.Fatal(err)
	}
	return b
}
