package media

import (
	"sync/atomic"
	"time"

	"github.com/pion/webrtc/v4"
)

// burst gathers what one goroutine sends, so that it leaves in few system
// calls. It belongs to that goroutine, which flushes it when it has nothing more to add.
type burst struct {
	now int64 // Unix nanoseconds of the first packet since the last flush, 0: none yet
}

// at is the time that the packets of this burst count as sent.
func (b *burst) at() int64 {
	if b.now == 0 {
		b.now = time.Now().UnixNano()
	}
	return b.now
}

// flush sends what was gathered.
func (b *burst) flush() { b.now = 0 }

// wire is the sending side of one connection: what its subscribers share.
type wire struct {
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

// outlet is what negotiation decided for one subscriber; it never changes.
type outlet struct {
	w     webrtc.TrackLocalWriter
	wire  *wire
	ssrc  uint32
	types [codecs]uint8 // payload type by codec, 0: not negotiated
}

// send sends p under the numbers that p has.
func (o *outlet) send(_ *burst, p *packet) bool {
	if o.types[p.codec] == 0 {
		return false
	}
	h := &p.header
	h.Version, h.Marker, h.PayloadType = 2, p.marker, o.types[p.codec]
	h.SequenceNumber, h.Timestamp, h.SSRC = p.seq, p.stamp, o.ssrc
	body := p.body
	if n := len(p.over); n > 0 {
		body = append(append(make([]byte, 0, len(body)), p.over...), body[n:]...)
	}
	_, err := o.w.WriteRTP(h, body)
	return err == nil
}

// resend sends p once more.
func (o *outlet) resend(b *burst, p *packet) bool { return o.send(b, p) }
