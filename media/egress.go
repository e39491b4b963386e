package media

import (
	"encoding/binary"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/webrtc/v4"
)

const (
	// arenaSize, in bytes, holds a frame for some twenty viewers and stays in a
	// core's cache; smallArena is for who sends a packet now and then.
	arenaSize  = 128 << 10
	smallArena = 16 << 10
	// maxSegments is how many packets for one address leave as one (the kernel
	// takes 64, UDP_MAX_SEGMENTS), maxJoined how many bytes they may have together (a datagram's most).
	maxSegments = 32
	maxJoined   = 60 << 10
	// maxSegment, in bytes: longer packets leave alone, because what does not fit a path in one
	// piece cannot be cut by it.
	maxSegment = 1400
	// maxRuns is how many runs leave in one system call.
	maxRuns = 128
	// smallRuns is that of small arenas.
	smallRuns = 16
	// heldMost is how many packets of a picture wait for its rest, heldFor how
	// long: less than anybody notices, more than a sender needs to hand over a picture.
	heldMost = 16
	heldFor  = 2 * time.Millisecond
	// sealRoom, in bytes, is what a packet may grow by: header, one extension,
	// original sequence number, tag.
	sealRoom = 12 + 8 + 2 + tagGCM
)

// route is where a connection's packets go. It never changes but for plain.
type route struct {
	addr  netip.AddrPort
	plain atomic.Bool // the system refuses to cut packets on this way

	// ICE over TCP (RFC 6544): one of these knows the connection of that address.
	streams []net.PacketConn
	peer    net.Addr
}

// from is where the other side's packets come from on this way.
func (r *route) from() endpoint { return endpoint{r.addr, r.streams != nil} }

// run is one datagram, or several of one size (the last may be shorter) for one route.
type run struct {
	to         *route
	start, end int // in the arena
	segment    int // bytes of each
	count      int
}

// burst gathers what one goroutine sends, so that it leaves in few system
// calls. It belongs to that goroutine, which flushes it when it has nothing more to add.
type burst struct {
	conn  *conn // nil in tests: nothing leaves
	size  int   // of the arena, smallArena when 0
	now   int64 // Unix nanoseconds of the first packet since the last flush, 0: none yet
	arena []byte
	used  int
	runs  []run

	waits  bool // who owns it comes back after heldFor: pictures are gathered
	held   []*feed
	heldAt int64 // since when, Unix nanoseconds

	serving *subscriber // who is written to now, nil: nobody
	scratch
	system messages // the system's view of runs
}

// at is the time that the packets of this burst count as sent.
func (b *burst) at() int64 {
	if b.now == 0 {
		b.now = time.Now().UnixNano()
	}
	return b.now
}

// room is space for one packet of at most n bytes; what does not fit any more is sent first.
func (b *burst) room(n int) []byte {
	if b.arena == nil {
		runs := smallRuns
		if b.size > smallArena {
			runs = maxRuns
		}
		b.arena, b.runs = make([]byte, max(b.size, smallArena)), make([]run, 0, runs)
	}
	if b.used+n > len(b.arena) {
		b.send()
	}
	return b.arena[b.used : b.used : b.used+n]
}

// add has the packet just written into room leave for to.
func (b *burst) add(to *route, n int) {
	start := b.used
	b.used += n
	if k := len(b.runs) - 1; k >= 0 {
		r := &b.runs[k]
		if r.to == to && n <= r.segment && r.end-r.start == r.count*r.segment &&
			r.count < maxSegments && r.end-r.start+n <= maxJoined && r.segment <= maxSegment && !to.plain.Load() {
			r.end += n
			r.count++
			return
		}
	}
	if len(b.runs) == cap(b.runs) {
		// The new packet stands behind what is sent now; it moves to the front.
		b.used = start
		b.send()
		copy(b.arena, b.arena[start:start+n])
		start, b.used = 0, n
	}
	b.runs = append(b.runs, run{to: to, start: start, end: start + n, segment: n, count: 1})
}

// send sends what was gathered.
func (b *burst) send() {
	if len(b.runs) > 0 && b.conn != nil {
		b.conn.sendRuns(b)
	}
	b.runs, b.used, b.now = b.runs[:0], 0, 0
}

// hold remembers that a feed has packets of a picture waiting.
func (b *burst) hold(f *feed) {
	if len(b.held) == 0 {
		b.heldAt = time.Now().UnixNano()
	}
	b.held = append(b.held, f)
}

// flush sends everything, also what waits for the rest of its picture.
func (b *burst) flush() {
	for i, f := range b.held {
		f.settle(b)
		b.held[i] = nil
	}
	b.held = b.held[:0]
	b.send()
}

// blamed is whose fault a fault is: of who was written to, else the one who is told.
func (b *burst) blamed(sender *Peer) *Peer {
	s := b.serving
	if b.serving = nil; s == nil || s.wire == nil || s.wire.intake == nil {
		return sender
	}
	return s.wire.intake.peer
}

// bursts are for those who seldom send.
var bursts = sync.Pool{New: func() any { return &burst{} }}

// borrow lends a burst; back takes it back when it has been flushed.
func (c *conn) borrow() *burst {
	b := bursts.Get().(*burst)
	b.conn = c
	return b
}

func (b *burst) back() {
	b.conn = nil
	bursts.Put(b)
}

// sendStream sends a run over TCP. Who takes nothing any more loses it.
func (b *burst) sendStream(r *run) (sent int) {
	for at := r.start; at < r.end; at += r.segment {
		datagram := b.arena[at:min(at+r.segment, r.end)]
		for _, s := range r.to.streams {
			if _, err := s.WriteTo(datagram, r.to.peer); err == nil {
				sent++
				break
			}
		}
	}
	return sent
}

// outlet is what negotiation decided for one subscriber. Its packets are
// numbered by one goroutine and sent again by any.
type outlet struct {
	w     webrtc.TrackLocalWriter
	wire  *wire
	ssrc  uint32
	types [codecs]uint8 // payload type by codec, 0: not negotiated

	transport uint8 // id of the header extension for transport-wide numbers, 0: none
	again     retransmission
	sent      *sentNumbers  // where packets are sent again as they were
	reports   atomic.Uint32 // index of the last sender report
	next      atomic.Uint64 // index (sequence number with rollovers) after the highest sent, 0: none was
}

// index is the place of a number in the stream; false when it is from before the first.
func (o *outlet) index(seq uint16) (uint64, bool) {
	if next := o.next.Load(); next > 0 {
		return extend(seq, next-1)
	}
	return uint64(seq), true
}

// retransmission is the stream of packets sent again (RFC 4588).
type retransmission struct {
	ssrc   uint32
	types  [codecs]uint8 // payload type by codec, 0: sent again as they were
	number atomic.Uint64
}

// send sends p under the numbers that p has. Only the goroutine that delivers calls it.
func (o *outlet) send(b *burst, p *packet) bool {
	format := o.types[p.codec]
	if format == 0 {
		return false
	}
	seal := o.wire.seal.Load()
	if seal == nil {
		return o.sendByLibrary(p, format)
	}
	to := o.wire.route.Load()
	if to == nil {
		return false
	}
	index, ok := o.index(p.seq)
	if !ok {
		return false
	}
	if next := o.next.Load(); index >= next {
		o.next.Store(index + 1)
	}
	number := o.number()
	if o.sent != nil {
		o.sent.note(p.seq, number)
	}
	o.put(b, to, seal, p, format, o.ssrc, index, number, false)
	if o.transport != 0 {
		o.wire.depart(number, b.at(), o.size(p, seal))
	}
	return true
}

// resend sends p once more: in the stream for that if there is one. Any goroutine may call it.
func (o *outlet) resend(b *burst, p *packet) bool {
	format := o.types[p.codec]
	if format == 0 {
		return false
	}
	seal := o.wire.seal.Load()
	if seal == nil {
		return o.sendByLibrary(p, format)
	}
	to := o.wire.route.Load()
	index, ok := o.index(p.seq)
	if to == nil || !ok {
		return false
	}
	if again := o.again.types[p.codec]; again != 0 {
		number := o.number()
		o.put(b, to, seal, p, again, o.again.ssrc, o.again.number.Add(1), number, true)
		if o.transport != 0 {
			o.wire.depart(number, b.at(), o.size(p, seal)+2)
		}
		return true
	}
	// The same place in the stream means the same nonce, so it has to be the same packet to
	// the bit (RFC 7714, section 8.1), also its transport-wide number.
	number, ok := o.sent.of(p.seq)
	if !ok {
		return false
	}
	o.put(b, to, seal, p, format, o.ssrc, index, number, false)
	return true
}

// number is the next transport-wide number, where those are negotiated.
func (o *outlet) number() uint16 {
	if o.transport == 0 {
		return 0
	}
	return o.wire.number()
}

// size is how many bytes a packet has on its way.
func (o *outlet) size(p *packet, seal *protection) int {
	n := 12 + len(p.body) + seal.rtp.overhead()
	if o.transport != 0 {
		n += 8
	}
	return n
}

// sentNumbers remembers under which transport-wide numbers the last packets of a stream
// left. One goroutine writes.
type sentNumbers [256]atomic.Uint64

func (s *sentNumbers) note(seq, number uint16) {
	s[seq%uint16(len(s))].Store(1<<32 | uint64(seq)<<16 | uint64(number))
}

func (s *sentNumbers) of(seq uint16) (number uint16, ok bool) {
	if s == nil {
		return 0, false
	}
	v := s[seq%uint16(len(s))].Load()
	return uint16(v), v>>16 == 1<<16|uint64(seq)
}

// put writes, encrypts and queues one packet. original says that its own
// number goes before the body (RFC 4588, section 4).
func (o *outlet) put(b *burst, to *route, seal *protection, p *packet, format uint8, ssrc uint32, index uint64, number uint16, original bool) {
	d := b.room(len(p.body) + sealRoom)
	d = d[:12]
	d[0], d[1] = 0x80, format
	if p.marker {
		d[1] |= 0x80
	}
	binary.BigEndian.PutUint16(d[2:], uint16(index))
	binary.BigEndian.PutUint32(d[4:], p.stamp)
	binary.BigEndian.PutUint32(d[8:], ssrc)
	if o.transport != 0 {
		d[0] |= 0x10
		// One word of one-byte extensions (RFC 8285, section 4.2): id and length, value, padding.
		d = append(d, 0xbe, 0xde, 0, 1, o.transport<<4|1, byte(number>>8), byte(number), 0)
	}
	header := len(d)
	if original {
		d = binary.BigEndian.AppendUint16(d, p.seq)
	}
	d = append(append(d, p.over...), p.body[len(p.over):]...)
	d = seal.rtp.sealRTP(&b.scratch, d, header, ssrc, index)
	b.add(to, len(d))
}

// sendByLibrary has pion encrypt and send, where its keys could not be known.
func (o *outlet) sendByLibrary(p *packet, format uint8) bool {
	h := &p.header
	h.Version, h.Marker, h.PayloadType = 2, p.marker, format
	h.SequenceNumber, h.Timestamp, h.SSRC = p.seq, p.stamp, o.ssrc
	body := p.body
	if n := len(p.over); n > 0 {
		body = append(append(make([]byte, 0, len(body)), p.over...), body[n:]...)
	}
	_, err := o.w.WriteRTP(h, body)
	return err == nil
}
