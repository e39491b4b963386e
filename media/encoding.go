package media

import (
	"errors"
	"io"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
)

const (
	// keyframeEvery is the least time between two keyframe requests to one
	// source, however many subscribers ask.
	keyframeEvery = 500 * time.Millisecond
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
	pc       *webrtc.PeerConnection
	track    *webrtc.TrackRemote
	receiver *webrtc.RTPReceiver

	wanting atomic.Bool  // a keyframe is wanted and has not come
	askedAt atomic.Int64 // when one was last asked for, Unix nanoseconds

	// Received so far, by spatial layer and, of each, without and with its upper
	// temporal layers; heights and the highest spatial layer sent, as announced.
	octets  [maxSpatial][2]atomic.Uint64
	heights [maxSpatial]atomic.Uint32
	top     atomic.Uint32
}

// reader is what an encoding's reading goroutine knows.
type reader struct {
	buf        []byte
	header     rtp.Header
	p          packet
	format     uint8 // what p.codec stands for
	level      uint8 // id of the audio level extension, 0: none
	descriptor uint8 // id of the AV1 dependency descriptor
	layering   layering
	bad        int // unreadable packets in a row
	burst      burst
}

// read is the packet path, until the track ends.
func (e *encoding) read() {
	r := &reader{
		buf: make([]byte, readBuffer), p: packet{codec: e.pub.codec, layer: e.layer},
		format: uint8(e.track.PayloadType()), level: e.extension(sdp.AudioLevelURI), descriptor: e.extension(dependencyURI),
		burst: burst{conn: e.pub.peer.room.engine.conn, size: arenaSize},
	}
	for r.bad < badInRow {
		n, _, err := e.track.Read(r.buf)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrClosedPipe) {
			return
		}
		if err == nil {
			err = r.p.parse(r.buf[:n], &r.header)
		}
		if err == nil && r.header.PayloadType != r.format {
			// The browser changed the codec on the way, or this is nothing we forward.
			if r.p.codec = codecOf(e.track.Codec().MimeType); r.p.codec == none {
				err = errRejected
			}
			r.format = r.header.PayloadType
		}
		if err != nil {
			r.bad++
			e.pub.counters.rejected.Add(1)
			continue
		}
		r.bad = 0
		e.take(r)
	}
}

// take passes the packet that was read on.
func (e *encoding) take(r *reader) {
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
	e.forward(&r.burst, &r.p)
	r.burst.flush()
	e.pub.peer.turn.Unlock()
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
// less than keyframeEvery ago, with the first packet after that time.
func (e *encoding) askKeyframe() {
	e.wanting.Store(true)
	now, last := e.pub.peer.room.engine.now().UnixNano(), e.askedAt.Load()
	if now-last < int64(keyframeEvery) || !e.askedAt.CompareAndSwap(last, now) {
		return
	}
	e.pub.counters.keyframesAsked.Add(1)
	// An error means that the connection is gone, and the stream with it.
	_ = e.pc.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: uint32(e.track.SSRC())}})
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
