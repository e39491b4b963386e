package media

import (
	"errors"
	"io"
	"slices"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
)

const (
	// keyframeEvery is the least time between two keyframe requests to one
	// source, however many subscribers ask; keyframeSoon when one of them has just
	// come and sees nothing yet.
	keyframeEvery = 500 * time.Millisecond
	keyframeSoon  = 120 * time.Millisecond
	// readBuffer, in bytes, is more than any datagram a publisher may send.
	readBuffer = 1600
	// badInRow ends a stream of which so many packets in a row are unreadable.
	badInRow = 256
)

// encoding is one incoming stream of a publisher. Its read goroutine owns the
// packet path; everything else is atomic.
type encoding struct {
	pub      *publisher
	layer    uint8  // its place among the publisher's encodings, in order of arrival
	rid      string // "" when it comes alone
	track    *webrtc.TrackRemote
	receiver *webrtc.RTPReceiver
	intake   *intake // of the connection
	reader   *reader
	ended    atomic.Bool // too much of it was unreadable

	hurry   atomic.Bool  // somebody has come since one was asked for
	wanting atomic.Bool  // a keyframe is wanted and has not come
	askedAt atomic.Int64 // when one was last asked for, Unix nanoseconds
	takenAt atomic.Int64 // when a packet last came, the same

	// Received so far, by spatial layer and, of each, without and with its upper
	// temporal layers; heights and the highest spatial layer sent, as announced.
	octets  [maxSpatial][2]atomic.Uint64
	heights [maxSpatial]atomic.Uint32
	top     atomic.Uint32
}

// reader is what an encoding's packets are read with. It is guarded by the
// connection's intake.
type reader struct {
	header     rtp.Header
	p          packet
	formats    [128]codec // by payload type
	level      uint8      // id of the audio level extension, 0: none
	descriptor uint8      // id of the AV1 dependency descriptor
	transport  uint8      // id of the transport-wide sequence number
	layering   layering
	arrivals   arrivals
	bad        int // unreadable packets in a row
}

// newReader knows what was negotiated.
func (e *encoding) newReader() *reader {
	r := &reader{p: packet{facts: facts{codec: e.pub.codec, layer: e.layer}}, level: e.extension(sdp.AudioLevelURI),
		descriptor: e.extension(dependencyURI), transport: e.extension(sdp.TransportCCURI)}
	for _, c := range e.receiver.GetParameters().Codecs {
		if k := codecOf(c.MimeType); k != none && c.PayloadType < 128 {
			r.formats[c.PayloadType] = k
		}
	}
	r.arrivals = arrivals{ssrc: uint32(e.track.SSRC()), clock: int64(e.pub.codec.clockRate()), asks: e.nacks(), tries: soundTries}
	if e.pub.video {
		r.arrivals.tries = nackTries
	}
	return r
}

// nacks says whether its publisher sends packets again.
func (e *encoding) nacks() bool {
	for _, c := range e.receiver.GetParameters().Codecs {
		if codecOf(c.MimeType) == e.pub.codec {
			return slices.ContainsFunc(c.RTCPFeedback, func(f webrtc.RTCPFeedback) bool { return f.Type == "nack" && f.Parameter == "" })
		}
	}
	return false
}

// read takes what pion still reads of the track, until it ends: the first
// packets, and all where media keys are not known.
func (e *encoding) read() {
	buf, b := make([]byte, readBuffer), &burst{conn: e.intake.wire.conn, size: arenaSize}
	for !e.ended.Load() {
		n, _, err := e.track.Read(buf)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrClosedPipe) {
			return
		}
		if err == nil {
			e.intake.mu.Lock()
			e.acceptLocked(b, buf[:n], time.Now().UnixNano())
			e.intake.mu.Unlock()
			b.flush()
		}
	}
}

// acceptLocked takes a decrypted packet that came at that time, Unix
// nanoseconds. The caller holds the intake.
func (e *encoding) acceptLocked(b *burst, d []byte, at int64) {
	r := e.reader
	err := r.p.parse(d, &r.header)
	if err == nil {
		if r.p.codec = r.formats[r.header.PayloadType&0x7f]; r.p.codec == none {
			err = errRejected // nothing we forward
		}
	}
	if err != nil {
		e.pub.counters.rejected.Add(1)
		if r.bad++; r.bad >= badInRow && !e.ended.Swap(true) {
			_ = e.track.SetReadDeadline(time.Unix(1, 0)) // read notices
		}
		return
	}
	r.bad = 0
	e.takenAt.Store(at)
	r.arrivals.note(r.p.seq, r.p.stamp, at)
	e.take(b, r)
	e.intake.answerLocked(b, e, at)
}

// take passes the packet that was read on.
func (e *encoding) take(b *burst, r *reader) {
	var descriptor []byte
	if r.descriptor != 0 {
		descriptor = r.header.GetExtension(r.descriptor)
	}
	r.p.layer = e.layer
	r.layering.describe(&r.p, descriptor)
	if r.level != 0 {
		e.pub.hear(r.header.GetExtension(r.level))
	}
	if r.p.key {
		for i, h := range r.layering.heights {
			e.heights[i].Store(uint32(h))
		}
	}
	e.top.Store(uint32(r.layering.top))
	// The encodings of one peer take turns, so that a subscriber's numbers have one owner.
	e.pub.peer.turn.Lock()
	defer e.pub.peer.turn.Unlock()
	e.forward(b, &r.p)
}

var errRejected = errors.New("rejected")

// parse fills p from a datagram.
func (p *packet) parse(b []byte, h *rtp.Header) error {
	n, err := h.Unmarshal(b)
	if err != nil {
		return err
	}
	body, ok := payload(h, b[n:])
	if !ok {
		return errRejected
	}
	p.seq, p.stamp, p.marker, p.body = h.SequenceNumber, h.Timestamp, h.Marker, body
	return nil
}

// forward delivers p to the peer's subscribers and then to the room's stage,
// which may renumber p in place.
func (e *encoding) forward(b *burst, p *packet) {
	pub := e.pub
	pub.counters.packetsIn.Add(1)
	pub.counters.bytesIn.Add(uint64(len(p.body)))
	e.octets[min(p.spatial, maxSpatial-1)][min(p.temporal, 1)].Add(uint64(len(p.body)))
	if p.key {
		e.wanting.Store(false)
	} else if e.wanting.Load() {
		e.askKeyframe()
	}
	pub.deliver(b, p)
	if st := pub.peer.room.stage.Load(); st != nil {
		st.push(b, pub, p)
	}
}

// askKeyframe sends a picture loss indication at once, or, when one was sent
// too short a while ago, with the first packet after that time.
func (e *encoding) askKeyframe() {
	e.wanting.Store(true)
	now, last := e.pub.peer.room.engine.now().UnixNano(), e.askedAt.Load()
	least := keyframeEvery
	if e.hurry.Load() {
		least = keyframeSoon
	}
	if now-last < int64(least) || !e.askedAt.CompareAndSwap(last, now) {
		return
	}
	e.hurry.Store(false)
	e.pub.counters.keyframesAsked.Add(1)
	w := e.intake.wire
	b := w.conn.borrow()
	w.tell(b, &rtcp.PictureLossIndication{SenderSSRC: w.ssrc, MediaSSRC: uint32(e.track.SSRC())})
	b.flush()
	b.back()
}

// extension is the negotiated id of a header extension, 0 when there is none.
func (e *encoding) extension(uri string) uint8 {
	for _, x := range e.receiver.GetParameters().HeaderExtensions {
		if x.URI == uri {
			return uint8(x.ID)
		}
	}
	return 0
}
