package media

import (
	"encoding/binary"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/pion/rtcp"
)

// endpoint is where datagrams come from: over UDP, or over TCP.
type endpoint struct {
	addr   netip.AddrPort
	stream bool
}

// intake is the receiving side of one connection: it takes media and feedback
// off the socket before pion sees them, which then finds only what begins new
// streams. mu guards everything and is held while a datagram is taken; readers of
// different sockets meet here only when ICE changes its mind.
type intake struct {
	peer *Peer
	wire *wire

	mu          sync.Mutex
	open        *protection // nil: not connected, or its keys are not known
	closed      bool
	streams     []*incoming
	subscribers []*subscriber
	feedback    []replayed // by sender
	congestion  congestion
	pairs       []rtcp.NackPair
	scratch
}

// incoming is a stream that has been taken over from pion.
type incoming struct {
	ssrc     uint32
	encoding *encoding
	begun    bool
	window   window
	spare    []byte // a copy of the first packet, whose rollover count is a guess
}

// replayed is what was seen of one sender's feedback.
type replayed struct {
	ssrc   uint32
	window window
}

// windowSize is how late a packet may come: retransmissions do. A multiple of 64.
const windowSize = 1024

// window knows which indices have been seen (RFC 3711, section 3.3.2).
type window struct {
	any    bool
	newest uint64
	seen   [windowSize / 64]uint64
}

// fresh says whether an index is new and not too old.
func (w *window) fresh(i uint64) bool {
	switch {
	case !w.any || i > w.newest:
		return true
	case w.newest-i >= windowSize:
		return false
	}
	return w.seen[i/64%uint64(len(w.seen))]>>(i%64)&1 == 0
}

// note marks an index that was genuine.
func (w *window) note(i uint64) {
	if !w.any || i > w.newest+windowSize {
		w.any, w.newest, w.seen = true, i, [windowSize / 64]uint64{}
	}
	for ; w.newest < i; w.newest++ {
		n := w.newest + 1
		w.seen[n/64%uint64(len(w.seen))] &^= 1 << (n % 64)
	}
	w.seen[i/64%uint64(len(w.seen))] |= 1 << (i % 64)
}

// feedbackPacket says whether a datagram is RTCP rather than RTP (RFC 5761, section 4).
func feedbackPacket(d []byte) bool { return d[1] >= 192 && d[1] <= 223 }

// take takes a datagram if it is this connection's media or feedback; otherwise it is pion's.
func (in *intake) take(b *burst, d []byte, at int64) bool {
	if len(d) < 8 || d[0]>>6 != 2 {
		return false
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.open == nil || in.closed {
		return false
	}
	if feedbackPacket(d) {
		in.takeFeedback(b, d)
		return true
	}
	if len(d) < 12 {
		return false
	}
	ssrc := binary.BigEndian.Uint32(d[8:])
	for _, s := range in.streams {
		if s.ssrc == ssrc {
			in.takePacket(b, s, d, at)
			return true
		}
	}
	return false
}

func (in *intake) takePacket(b *burst, s *incoming, d []byte, at int64) {
	header, ok := headerSize(d)
	if !ok {
		s.encoding.pub.counters.rejected.Add(1)
		return
	}
	seq := binary.BigEndian.Uint16(d[2:])
	index := uint64(seq)
	if s.begun {
		if index, ok = extend(seq, s.window.newest); !ok || !s.window.fresh(index) {
			return
		}
	} else {
		s.spare = append(s.spare[:0], d...)
	}
	clear := header
	hidden := cryptex(d)
	if hidden {
		clear = 16
	}
	plain, ok := in.open.rtp.openRTP(&in.scratch, d, clear, s.ssrc, index)
	if !ok && !s.begun {
		// The numbers may have begun anew while pion was still reading.
		index += 1 << 16
		plain, ok = in.open.rtp.openRTP(&in.scratch, s.spare, clear, s.ssrc, index)
	}
	if !ok {
		s.encoding.pub.counters.rejected.Add(1)
		return
	}
	if hidden {
		reveal(plain)
	}
	s.begun, s.spare = true, nil
	s.window.note(index)
	s.encoding.acceptLocked(b, plain, at)
}

// headerSize is the length of an RTP header with its contributors and extensions (RFC 3550, section 5).
func headerSize(d []byte) (int, bool) {
	n := 12 + 4*int(d[0]&0x0f)
	if d[0]&0x10 != 0 {
		if len(d) < n+4 {
			return 0, false
		}
		n += 4 + 4*int(binary.BigEndian.Uint16(d[n+2:]))
	}
	return n, n <= len(d)
}

// Cryptex (RFC 9335) encrypts the extensions too and says so in their profile.
// Contributing sources, which would be encrypted as well, nobody sends to us: with them the packet is refused.
const (
	cryptexOneByte, oneByte = 0xc0de, 0xbede
	cryptexTwoByte, twoByte = 0xc2de, 0x1000
)

func cryptex(d []byte) bool {
	if d[0]&0x10 == 0 || d[0]&0x0f != 0 {
		return false
	}
	profile := binary.BigEndian.Uint16(d[12:])
	return profile == cryptexOneByte || profile == cryptexTwoByte
}

// reveal gives decrypted extensions their ordinary profile.
func reveal(d []byte) {
	profile := uint16(oneByte)
	if binary.BigEndian.Uint16(d[12:]) == cryptexTwoByte {
		profile = twoByte
	}
	binary.BigEndian.PutUint16(d[12:], profile)
}

// takeFeedback decrypts and hands out a compound packet.
func (in *intake) takeFeedback(b *burst, d []byte) {
	plain, index, ok := in.open.rtcp.openRTCP(&in.scratch, d)
	if !ok {
		in.peer.room.counters.rejected.Add(1)
		return
	}
	sender := binary.BigEndian.Uint32(plain[4:])
	i := slices.IndexFunc(in.feedback, func(r replayed) bool { return r.ssrc == sender })
	if i < 0 {
		if len(in.feedback) == maxOffer*maxLayers {
			return // nobody has so many streams
		}
		i = len(in.feedback)
		in.feedback = append(in.feedback, replayed{ssrc: sender})
	}
	w := &in.feedback[i].window
	if !w.fresh(uint64(index)) {
		return
	}
	w.note(uint64(index))
	packets, err := rtcp.Unmarshal(plain)
	if err != nil {
		in.peer.room.counters.rejected.Add(1)
		return
	}
	for _, p := range packets {
		if sr, ok := p.(*rtcp.SenderReport); ok {
			for _, s := range in.streams {
				if s.ssrc == sr.SSRC {
					s.encoding.reportLocked(sr)
				}
			}
		}
		for _, s := range in.subscribers {
			if s.concerns(p) || ofConnection(p) {
				s.hear(b, p)
				if ofConnection(p) {
					break
				}
			}
		}
	}
}

// claim takes over a stream that pion has found.
func (in *intake) claim(ssrc uint32, e *encoding) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.streams = append(in.streams, &incoming{ssrc: ssrc, encoding: e})
}

// disclaim ends that: what still comes is pion's, which has nobody for it.
func (in *intake) disclaim(e *encoding) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.streams = slices.DeleteFunc(in.streams, func(s *incoming) bool { return s.encoding == e })
}

// serve has a subscriber hear what is said about its stream.
func (in *intake) serve(s *subscriber) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.subscribers = append(in.subscribers, s)
}

// dismiss ends that.
func (in *intake) dismiss(s *subscriber) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.subscribers = slices.DeleteFunc(in.subscribers, func(o *subscriber) bool { return o == s })
}

// begin has the intake take from now on.
func (in *intake) begin(remote *protection) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.open = remote
}

// close has it take nothing any more.
func (in *intake) close() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.closed, in.streams, in.subscribers = true, nil, nil
}

// answerLocked tells a publisher what is due after one of its packets.
func (in *intake) answerLocked(b *burst, e *encoding, at int64) {
	a, w := &e.reader.arrivals, in.wire
	if len(a.missing) > 0 {
		if in.pairs = a.nack(in.pairs[:0], at); len(in.pairs) > 0 {
			w.tell(b, &rtcp.TransportLayerNack{SenderSSRC: w.ssrc, MediaSSRC: a.ssrc, Nacks: slices.Clone(in.pairs)})
		}
	}
	if a.lost {
		a.lost = false
		e.pub.askKeyframe(e.layer)
	}
	if at-a.reportedAt >= int64(reportEvery) {
		r := a.report(at)
		r.FractionLost = e.pub.lossToTell(r.FractionLost)
		w.tell(b, &rtcp.ReceiverReport{SSRC: w.ssrc, Reports: []rtcp.ReceptionReport{r}})
	}
	if e.reader.transport == 0 {
		return
	}
	if x := e.reader.header.GetExtension(e.reader.transport); len(x) >= 2 {
		in.congestion.note(w.ssrc, a.ssrc, binary.BigEndian.Uint16(x), at)
	}
	if packets := in.congestion.feedback(at); len(packets) > 0 {
		w.tell(b, packets...)
	}
}

// table says whose datagrams come from where.
type table struct {
	mu  sync.Mutex
	now atomic.Pointer[map[endpoint]*intake] // replaced under mu, never changed
}

func (t *table) of(from endpoint) *intake {
	if m := t.now.Load(); m != nil {
		return (*m)[from]
	}
	return nil
}

// admit says that what comes from there is in's, unless that has closed.
func (t *table) admit(from endpoint, in *intake) {
	t.change(func(m map[endpoint]*intake) {
		in.mu.Lock()
		defer in.mu.Unlock()
		if !in.closed {
			m[from] = in
		}
	})
}

// dismiss forgets all of in's.
func (t *table) dismiss(in *intake) {
	t.change(func(m map[endpoint]*intake) {
		maps.DeleteFunc(m, func(_ endpoint, o *intake) bool { return o == in })
	})
}

func (t *table) change(do func(map[endpoint]*intake)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	m := map[endpoint]*intake{}
	if old := t.now.Load(); old != nil {
		m = maps.Clone(*old)
	}
	do(m)
	t.now.Store(&m)
}
