package media

import (
	"bytes"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/pion/srtp/v3"
	"github.com/pion/webrtc/v4"
	"golang.org/x/sys/unix"
)

// target is a receiver of the fast path: a socket and the subscriber that sends to it.
type target struct {
	*net.UDPConn
	sub  *subscriber
	keys *srtp.Context
}

// targets are n receivers of one video feed, all over one socket, encrypted by
// us. Nobody reads what they get unless the test does.
func targets(t testing.TB, n int, profile srtp.ProtectionProfile) (*conn, *feed, []*target) {
	t.Helper()
	c, err := listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	f, subs := videoFeed(n, func(int) webrtc.TrackLocalWriter { return writer(nil) })
	var all []*target
	for _, s := range subs {
		to, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = to.Close() })
		ours, theirs := keyed(t, profile)
		w := &wire{conn: c}
		w.seal.Store(ours)
		w.route.Store(&route{addr: to.LocalAddr().(*net.UDPAddr).AddrPort()})
		s.wire, s.out.Load().wire = w, w
		all = append(all, &target{to, s, theirs})
	}
	return c, f, all
}

// read gives the next decrypted packet.
func (k *target) read(t *testing.T) []byte {
	t.Helper()
	b := make([]byte, 2000)
	_ = k.SetReadDeadline(time.Now().Add(5 * time.Second))
	n, err := k.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := k.keys.DecryptRTP(nil, b[:n], nil)
	if err != nil {
		t.Fatalf("a packet of %d bytes cannot be decrypted: %v", n, err)
	}
	return plain
}

func TestAPictureArrivesWhateverTheSystemRefuses(t *testing.T) {
	refuse := func(err error, which func(*mmsghdr) bool) func(uintptr, *mmsghdr, int) (int, error) {
		return func(fd uintptr, h *mmsghdr, n int) (int, error) {
			if which(h) {
				return 0, err
			}
			return sendmmsg(fd, h, 1) // and no more than one at a time
		}
	}
	joined := func(h *mmsghdr) bool { return h.Controllen > 0 }
	for name, c := range map[string]struct {
		set           func(*conn)
		plain, single bool // what it is to have learned
	}{
		"nothing":                  {set: func(*conn) {}},
		"knowing UDP_SEGMENT":      {set: func(c *conn) { c.joins = false }},
		"cutting on the way out":   {func(c *conn) { c.sendmmsg = refuse(unix.EIO, joined) }, true, false},
		"cutting for that address": {func(c *conn) { c.sendmmsg = refuse(unix.EINVAL, joined) }, true, false},
		"sendmmsg":                 {func(c *conn) { c.sendmmsg = refuse(unix.ENOSYS, func(*mmsghdr) bool { return true }) }, true, true},
		"sendmmsg by policy":       {func(c *conn) { c.sendmmsg = refuse(unix.EPERM, func(*mmsghdr) bool { return true }) }, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			conn, f, all := targets(t, 3, srtp.ProtectionProfileAeadAes128Gcm)
			c.set(conn)
			b := &burst{conn: conn, size: arenaSize, waits: true}
			seq := uint16(65530) // over the end of the numbers
			for picture := range 4 {
				for i := range 5 {
					size := 1180
					if i == 4 {
						size = 300 // the last of a picture is shorter
					}
					f.turn.Lock()
					f.deliver(b, &packet{facts: facts{seq: seq, stamp: uint32(picture) * 3000, codec: vp8, marker: i == 4}, body: bytes.Repeat([]byte{byte(seq)}, size)})
					f.turn.Unlock()
					seq++
				}
				f.turn.Lock()
				f.deliver(b, &packet{facts: facts{seq: seq, stamp: 1, codec: vp8}, body: []byte{byte(seq)}}) // of a picture that does not end
				f.turn.Unlock()
				seq++
				b.flush()
			}
			for _, k := range all {
				for want := uint16(65530); want != seq; want++ {
					got := k.read(t)
					if n := uint16(got[2])<<8 | uint16(got[3]); n != want || got[12] != byte(want) || got[len(got)-1] != byte(want) {
						t.Fatalf("got number %d of %d bytes, want %d", n, len(got), want)
					}
				}
				if p := k.sub.wire.route.Load().plain.Load(); p != c.plain {
					t.Errorf("joined packets are given up: %v, want %v", p, c.plain)
				}
			}
			if s := conn.single.Load(); s != c.single {
				t.Errorf("several at a time are given up: %v, want %v", s, c.single)
			}
			if out, failed := conn.out.Load(), conn.failed.Load(); out != 3*24 || failed != 0 {
				t.Errorf("%d sent and %d failed, want 72 and none", out, failed)
			}
		})
	}
}

// forwarding gives what sends the next packet of pictures of five to all of a feed;
// the ring has been filled twice.
func forwarding(conn *conn, f *feed) func() {
	b := &burst{conn: conn, size: arenaSize, waits: true}
	p := packet{facts: facts{codec: vp8}, body: make([]byte, 1180)}
	forward := func() {
		p.seq++
		p.marker = p.seq%5 == 0
		f.turn.Lock()
		f.deliver(b, &p)
		f.turn.Unlock()
		if p.marker {
			b.flush()
		}
	}
	for range 2 * ringSize {
		forward()
	}
	return forward
}

func TestForwardingBesidePionAllocatesNothing(t *testing.T) {
	for name, profile := range profiles {
		t.Run(name, func(t *testing.T) {
			conn, f, _ := targets(t, 20, profile)
			forward := forwarding(conn, f)
			if n := testing.AllocsPerRun(1000, forward); n != 0 {
				t.Errorf("%v allocations per packet to 20 subscribers, want none", n)
			}
		})
	}
}

// BenchmarkForwardBesidePion is one publisher's pictures of five packets to n
// subscribers: ring, numbering, AES-128-GCM and the socket. ns/packet is per delivered packet.
func BenchmarkForwardBesidePion(b *testing.B) {
	for _, n := range []int{1, 10, 100} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			conn, f, _ := targets(b, n, srtp.ProtectionProfileAeadAes128Gcm)
			forward := forwarding(conn, f)
			b.ReportAllocs()
			for b.Loop() {
				forward()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/packet")
		})
	}
}

func TestWhoComesSoonAfterAKeyframeBeginsWithIt(t *testing.T) {
	for name, c := range map[string]struct {
		pictures int           // after the keyframe, of five packets
		ago      time.Duration // since the last of them
		call     bool          // a participant's view, with numbers of its own
		noPast   bool          // a participant for whom it may be encrypted
		want     bool
	}{
		"at once": {want: true}, "a moment later": {pictures: 11, want: true}, "too late": {pictures: 12},
		"after a pause": {pictures: 2, ago: 2 * time.Second},
		"to a call":     {pictures: 11, call: true, want: true}, "to a call too late": {pictures: 12, call: true},
		"to a call that is not theirs to read": {call: true, noPast: true},
	} {
		t.Run(name, func(t *testing.T) {
			conn, f, all := targets(t, 2, srtp.ProtectionProfileAeadAes128Gcm)
			asked := 0
			f.ask = func(uint8) { asked++ }
			late := all[1].sub
			if f.detach(late); c.call {
				late.project = newProjection(everything)
			}
			if c.noPast {
				late.peer = &Peer{noPast: true}
			}
			b := &burst{conn: conn, size: arenaSize, waits: true}
			seq, stamp := uint16(65500), uint32(0)
			deliver := func(key, marker bool) {
				f.turn.Lock()
				defer f.turn.Unlock()
				f.deliver(b, &packet{facts: facts{seq: seq, stamp: stamp, codec: vp8, key: key, marker: marker}, body: bytes.Repeat([]byte{byte(seq)}, 500)})
				seq++
			}
			picture := func(key bool) {
				for i := range 4 {
					deliver(key && i == 0, i == 3)
				}
				stamp += 3000
			}
			picture(true)
			for range c.pictures {
				deliver(false, false)
				picture(false)
			}
			// And the beginning of one whose rest is still to come.
			deliver(false, false)
			f.since[0].at -= int64(c.ago)
			late.starved.Store(true)
			f.attach(late)
			waits := late.starved.Load()
			if c.call {
				waits = late.project.flows.Load() == nothing
			}
			if waits == c.want || (asked == 0) != c.want {
				t.Fatalf("waits for a keyframe: %v, asked %d times", waits, asked)
			}
			picture(false)
			b.flush()
			if !c.want {
				return
			}
			for want := uint16(65500); want != seq; want++ {
				if got := all[1].read(t); uint16(got[2])<<8|uint16(got[3]) != want || got[len(got)-1] != byte(want) {
					t.Fatalf("packet %d where %d was to come", uint16(got[2])<<8|uint16(got[3]), want)
				}
			}
		})
	}
}
