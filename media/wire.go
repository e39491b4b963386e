package media

import (
	"net"
	"net/netip"
	"sync"
	"sync/atomic"

	"github.com/pion/ice/v4"
	"github.com/pion/webrtc/v4"
)

// wire is the sending side of one connection: what its subscribers share.
type wire struct {
	conn  *conn
	seal  atomic.Pointer[protection] // nil: pion encrypts and sends
	route atomic.Pointer[route]      // nil: not connected

	begun bool // owned by the peer's run

	numbers atomic.Uint32
	log     [departures]atomic.Uint64
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

// begin has media leave beside pion, which has just connected: encrypted by us
// and straight to the address that ICE chose, today and whenever that changes. Where the keys cannot be known
// everything stays with pion, for as long as the connection lasts: two who count
// rollovers for one stream would use numbers twice.
func (w *wire) begin(pc *webrtc.PeerConnection, s *secrets, tcp *streams) {
	if w.begun {
		return
	}
	w.begun = true
	local, _, err := s.protections()
	if err != nil {
		return
	}
	transport := pc.SCTP().Transport().ICETransport()
	follow := func(pair *webrtc.ICECandidatePair) {
		if r := newRoute(transport, pair, tcp); r != nil {
			w.route.Store(r)
		}
	}
	transport.OnSelectedCandidatePairChange(follow)
	if pair, err := transport.GetSelectedCandidatePair(); err == nil {
		follow(pair)
	}
	w.seal.Store(local)
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
	return &route{streams: tcp.of(own.UsernameFragment), peer: net.TCPAddrFromAddrPort(to)}
}

// streams is ICE over TCP, which also tells us which connections are whose.
type streams struct {
	ice.TCPMux

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
	return c, nil
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
