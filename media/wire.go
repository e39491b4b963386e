package media

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
)

// wire is one connection as the forwarder sees it, beside pion: where its
// packets go, and by its intake where they come from.
type wire struct {
	conn   *conn
	pc     *webrtc.PeerConnection
	intake *intake
	seal   atomic.Pointer[protection] // nil: pion encrypts and sends
	route  atomic.Pointer[route]      // nil: not connected
	begun  bool                       // owned by the peer's run

	ssrc    uint32        // in whose name we report
	reports atomic.Uint32 // index of the last packet sent in it

	numbers atomic.Uint32
	paced   atomic.Int32 // of its pictures, how many wait in a line
	log     [departures]atomic.Uint64
}

func newWire(c *conn, p *Peer, pc *webrtc.PeerConnection) *wire {
	w := &wire{conn: c, pc: pc, ssrc: rand.Uint32()}
	w.intake = &intake{peer: p, wire: w}
	return w
}

// departures is how many packets a wire remembers for its congestion control:
// over a second of 5 Mbit/s. A power of two.
const departures = 1024

// number is the next transport-wide sequence number
// (draft-holmer-rmcat-transport-wide-cc-extensions-01).
func (w *wire) number() uint16 { return uint16(w.numbers.Add(1)) }

// depart remembers a packet: its number, the low 32 bits of its time in
// microseconds, its size on the wire.
func (w *wire) depart(seq uint16, at int64, size int) {
	w.log[seq%departures].Store(uint64(seq)<<48 | uint64(uint16(size))<<32 | uint64(uint32(at/1000)))
}

// departure says when a numbered packet left, in Unix nanoseconds rounded to
// microseconds, and how many bytes it had; false when it is no longer known. Any goroutine may call it.
func (w *wire) departure(seq uint16, now int64) (at int64, size int, ok bool) {
	e := w.log[seq%departures].Load()
	if e == 0 || uint16(e>>48) != seq {
		return 0, 0, false
	}
	ago := uint32(now/1000) - uint32(e) // it left less than an hour ago
	return (now/1000 - int64(ago)) * 1000, int(uint16(e >> 32)), true
}

// begin has media pass beside pion, which has just connected: encrypted by us,
// to and from the address that ICE chose, today and whenever that changes. Where the
// keys cannot be known everything stays with pion, for as long as the connection lasts: two who
// count rollovers for one stream would use numbers twice.
func (w *wire) begin(s *secrets, tcp *streams) {
	if w.begun {
		return
	}
	w.begun = true
	local, remote, err := s.protections()
	if err != nil {
		return
	}
	transport := w.pc.SCTP().Transport().ICETransport()
	follow := func(pair *webrtc.ICECandidatePair) {
		if r := newRoute(transport, pair, tcp); r != nil {
			w.route.Store(r)
			w.conn.table.admit(r.from(), w.intake)
		}
	}
	w.seal.Store(local)
	w.intake.begin(remote)
	transport.OnSelectedCandidatePairChange(follow)
	if pair, err := transport.GetSelectedCandidatePair(); err == nil {
		follow(pair)
	}
}

// end has nothing pass any more.
func (w *wire) end() {
	w.intake.close()
	w.conn.table.dismiss(w.intake)
}

// tell sends reports about what comes in. Any goroutine may call it, with a burst of its own.
func (w *wire) tell(b *burst, packets ...rtcp.Packet) { w.write(b, &w.reports, packets...) }

// write sends RTCP as one datagram. The first packet's sender has used that
// index last; nobody else sends in its name.
func (w *wire) write(b *burst, index *atomic.Uint32, packets ...rtcp.Packet) {
	seal, to := w.seal.Load(), w.route.Load()
	if seal == nil || to == nil {
		// An error means that the connection is gone, and with it whom to tell.
		_ = w.pc.WriteRTCP(packets)
		return
	}
	plain, err := rtcp.Marshal(packets)
	if err != nil {
		return
	}
	d := append(b.room(len(plain)+tagGCM+srtcpIndex), plain...)
	d = seal.rtcp.sealRTCP(&b.scratch, d, index.Add(1))
	b.add(to, len(d))
}

// newRoute is the way that a candidate pair stands for; nil when it cannot be used.
func newRoute(t *webrtc.ICETransport, pair *webrtc.ICECandidatePair, tcp *streams) *route {
	if pair == nil {
		return nil
	}
	addr, err := netip.ParseAddr(pair.Remote.Address)
	if err != nil {
		return nil
	}
	to := netip.AddrPortFrom(addr.Unmap(), pair.Remote.Port)
	if pair.Local.Protocol == webrtc.ICEProtocolUDP {
		return &route{addr: to}
	}
	own, err := t.GetLocalParameters()
	if err != nil || tcp == nil {
		return nil
	}
	return &route{addr: to, streams: tcp.of(own.UsernameFragment), peer: net.TCPAddrFromAddrPort(to)}
}

// streams is ICE over TCP, which also tells us which connections are whose.
type streams struct {
	ice.TCPMux
	conn *conn

	mu    sync.Mutex
	conns map[string][]net.PacketConn // by local user name fragment
}

// GetConnByUfrag implements ice.TCPMux.
func (s *streams) GetConnByUfrag(ufrag string, inet6 bool, local net.IP) (net.PacketConn, error) {
	c, err := s.TCPMux.GetConnByUfrag(ufrag, inet6, local)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns[ufrag] = append(s.conns[ufrag], c)
	return &tapped{PacketConn: c, conn: s.conn, burst: burst{conn: s.conn, size: arenaSize}}, nil
}

// tapped is a connection over TCP whose media is taken before pion sees it.
// One goroutine reads it.
type tapped struct {
	net.PacketConn
	conn  *conn
	burst burst
}

func (t *tapped) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, from, err := t.PacketConn.ReadFrom(b)
		if err != nil {
			return n, from, err
		}
		a, ok := from.(*net.TCPAddr)
		if !ok || !t.conn.take(&t.burst, b[:n], endpoint{unmap(a.AddrPort()), true}, time.Now().UnixNano()) {
			return n, from, nil
		}
		t.burst.flush()
	}
}

// RemoveConnByUfrag implements ice.TCPMux.
func (s *streams) RemoveConnByUfrag(ufrag string) {
	s.mu.Lock()
	delete(s.conns, ufrag)
	s.mu.Unlock()
	s.TCPMux.RemoveConnByUfrag(ufrag)
}

func (s *streams) of(ufrag string) []net.PacketConn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conns[ufrag]
}
