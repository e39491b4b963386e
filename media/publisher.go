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

// publisher is one incoming stream. Its read goroutine owns the packet path;
// everything else is atomic.
type publisher struct {
	feed
	peer     *Peer
	source   Source
	codec    codec // at first
	pc       *webrtc.PeerConnection
	track    *webrtc.TrackRemote
	receiver *webrtc.RTPReceiver

	sending  atomic.Bool  // false: its owner said muted
	wanting  atomic.Bool  // a keyframe is wanted and has not come
	askedAt  atomic.Int64 // when one was last asked for, Unix nanoseconds
	loudness atomic.Int32 // smoothed, 0 silence to 127<<levelBits
}

func newPublisher(p *Peer, source Source, pc *webrtc.PeerConnection, t *webrtc.TrackRemote, r *webrtc.RTPReceiver) *publisher {
	pub := &publisher{peer: p, source: source, codec: codecOf(t.Codec().MimeType), pc: pc, track: t, receiver: r}
	pub.video = t.Kind() == webrtc.RTPCodecTypeVideo
	pub.counters = &p.room.counters
	pub.ask = func() {}
	if pub.video {
		pub.ring = &ring{}
		pub.ask = pub.askKeyframe
	}
	pub.sending.Store(p.isSending(source))
	return pub
}

// read is the packet path, until the track ends.
func (pub *publisher) read() {
	var (
		buf    = make([]byte, readBuffer)
		header rtp.Header
		p      = packet{codec: pub.codec}
		format = uint8(pub.track.PayloadType()) // what p.codec stands for
		level  = pub.extension(sdp.AudioLevelURI)
		bad    int
		b      burst
	)
	for bad < badInRow {
		n, _, err := pub.track.Read(buf)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrClosedPipe) {
			return
		}
		if err == nil {
			err = p.parse(buf[:n], &header)
		}
		if err == nil && header.PayloadType != format {
			// The browser changed the codec on the way, or this is nothing we forward.
			if p.codec = codecOf(pub.track.Codec().MimeType); p.codec == none {
				err = errRejected
			}
			format = header.PayloadType
		}
		if err != nil {
			bad++
			pub.counters.rejected.Add(1)
			continue
		}
		bad = 0
		p.key = p.codec.keyframe(p.body)
		if level != 0 {
			pub.hear(header.GetExtension(level))
		}
		pub.forward(&b, &p)
		b.flush()
	}
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
func (pub *publisher) forward(b *burst, p *packet) {
	pub.counters.packetsIn.Add(1)
	pub.counters.bytesIn.Add(uint64(len(p.body)))
	if p.key {
		pub.wanting.Store(false)
	} else if pub.wanting.Load() {
		pub.askKeyframe()
	}
	pub.deliver(b, p)
	if st := pub.peer.room.stage.Load(); st != nil {
		st.push(b, pub, p)
	}
}

// askKeyframe sends a picture loss indication at once, or, when one was sent
// less than keyframeEvery ago, with the first packet after that time.
func (pub *publisher) askKeyframe() {
	pub.wanting.Store(true)
	now, last := pub.peer.room.engine.now().UnixNano(), pub.askedAt.Load()
	if now-last < int64(keyframeEvery) || !pub.askedAt.CompareAndSwap(last, now) {
		return
	}
	pub.counters.keyframesAsked.Add(1)
	// An error means that the connection is gone, and the stream with it.
	_ = pub.pc.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: uint32(pub.track.SSRC())}})
}

// extension is the negotiated id of a header extension, 0 when there is none.
func (pub *publisher) extension(uri string) uint8 {
	for _, x := range pub.receiver.GetParameters().HeaderExtensions {
		if x.URI == uri {
			return uint8(x.ID)
		}
	}
	return 0
}
