package mediatest

import (
	"encoding/binary"
	"hash/fnv"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

const (
	frameEvery  = time.Second / 30
	audioEvery  = 20 * time.Millisecond
	keyPackets  = 6 // packets of a keyframe
	videoBody   = 700
	audioBody   = 80
	stampSize   = 24
	stampMagic  = 0x53616c6f6e_76_31_00 // "Salonv1"
	opusSilence = 0xf8                  // table of contents: CELT, fullband, 20 ms, mono (RFC 6716, section 3.1)
)

// stamp ends every packet: a mark, who sent it, and when.
func stamp(b []byte, name uint64, now time.Time) {
	b = b[len(b)-stampSize:]
	binary.BigEndian.PutUint64(b, stampMagic)
	binary.BigEndian.PutUint64(b[8:], name)
	binary.BigEndian.PutUint64(b[16:], uint64(now.UnixNano()))
}

func readStamp(b []byte) (name uint64, at time.Time, ok bool) {
	if len(b) < stampSize {
		return 0, at, false
	}
	b = b[len(b)-stampSize:]
	if binary.BigEndian.Uint64(b) != stampMagic {
		return 0, at, false
	}
	return binary.BigEndian.Uint64(b[8:]), time.Unix(0, int64(binary.BigEndian.Uint64(b[16:]))), true
}

// nameOf is how a client is written in its stamps.
func nameOf(name string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	return h.Sum64()
}

// writeVP8 writes the payload descriptor (RFC 7741, section 4.2, with a 15-bit
// picture id) and, in the first packet of a picture, the frame header (RFC 6386, section 9.1).
func writeVP8(b []byte, first, key bool, picture uint16, height int) {
	clear(b)
	b[0], b[1] = 0x80, 0x80
	binary.BigEndian.PutUint16(b[2:], 0x8000|picture)
	if !first {
		return
	}
	b[0] |= 0x10
	if !key {
		copy(b[4:], []byte{0x11, 0x02, 0x00})
		return
	}
	width := height * 16 / 9
	copy(b[4:], []byte{0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, byte(width), byte(width >> 8), byte(height), byte(height >> 8)})
}

// isKeyframe says whether a VP8 payload of any sender begins a keyframe.
func isKeyframe(p []byte) bool {
	if len(p) < 2 || p[0]&0x17 != 0x10 {
		return false
	}
	i := 1
	if p[0]&0x80 != 0 {
		x := p[1]
		i = 2
		if x&0x80 != 0 {
			if len(p) < 3 {
				return false
			}
			i += 1 + int(p[2]>>7)
		}
		i += int(x>>6&1) + int((x>>5|x>>4)&1)
	}
	return i < len(p) && p[i]&1 == 0
}

// Sent counts what a client has published.
type Sent struct {
	Packets, Keyframes, PLIs int64
}

// shape is how big the pictures of an encoding are.
type shape struct {
	rid        string
	height     int
	packets    int // of a picture
	keyPackets int // of a keyframe
	body       int // bytes of each
}

// plain is a source sent in one encoding; encodings are one sent in three: about
// 120, 360 and 1100 kbit/s.
var (
	plain     = shape{"", 180, 1, keyPackets, videoBody}
	dense     = shape{"", 720, 5, 20, 1180}
	encodings = []shape{{"q", 180, 1, 3, 500}, {"h", 360, 2, 6, 750}, {"f", 720, 4, 12, 1100}}
)

// programme sends one encoding of one source until stopped.
type programme struct {
	shape
	mid    atomic.Pointer[string]
	name   uint64
	video  bool
	level  atomic.Int32 // audio level to state, -dBov; negative: none
	on     atomic.Bool
	track  *webrtc.TrackLocalStaticRTP
	sender *webrtc.RTPSender
	key    atomic.Bool // a keyframe was asked for

	allowed atomic.Int64 // bit/s that the server lets it send, 0: it did not say; obeyed where one packet is not too much

	sent, keyframes, plis atomic.Int64
	writing               sync.Mutex // one writer at a time: the clock or Client.Write
	seq                   uint16
	stamp                 uint32
}

func newProgramme(name string, source string, video bool, sh shape) (*programme, error) {
	p := &programme{shape: sh, name: nameOf(name), video: video, seq: uint16(rand.Uint32()), stamp: rand.Uint32()}
	p.on.Store(true)
	p.key.Store(true)
	p.level.Store(-1)
	c := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}
	if video {
		c = webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000}
	}
	var err error
	var options []func(*webrtc.TrackLocalStaticRTP)
	if sh.rid != "" {
		options = append(options, webrtc.WithRTPStreamID(sh.rid))
	}
	p.track, err = webrtc.NewTrackLocalStaticRTP(c, source, name, options...)
	return p, err
}

// run paces the programme.
func (p *programme) run(stop <-chan struct{}) {
	every, step := audioEvery, uint32(960)
	if p.video {
		every, step = frameEvery, 3000
	}
	t := time.NewTicker(every)
	defer t.Stop()
	body := make([]byte, max(p.body, audioBody))
	for picture := uint16(rand.Uint32()) & 0x7fff; ; picture = (picture + 1) & 0x7fff {
		select {
		case <-stop:
			return
		case <-t.C:
		}
		p.writing.Lock()
		p.stamp += step
		switch {
		case !p.on.Load():
		case p.video:
			p.frame(body, picture)
		default:
			b := body[:audioBody]
			clear(b)
			b[0] = opusSilence
			p.send(b, true)
		}
		p.writing.Unlock()
	}
}

// frame sends one picture: one packet, or several for a keyframe.
func (p *programme) frame(body []byte, picture uint16) {
	n, key := p.shape.packets, p.key.Swap(false)
	if allowed := p.allowed.Load(); allowed > 0 {
		n = min(n, max(1, int(allowed*int64(frameEvery)/int64(time.Second)/8)/p.body))
	}
	if key {
		n = min(p.keyPackets, 4*n)
		p.keyframes.Add(1)
	}
	for i := range n {
		writeVP8(body, i == 0, key, picture, p.height)
		p.send(body, i == n-1)
	}
}

func (p *programme) send(body []byte, marker bool) {
	stamp(body, p.name, time.Now())
	h := rtp.Header{Version: 2, SequenceNumber: p.seq, Timestamp: p.stamp, Marker: marker && p.video}
	if l := p.level.Load(); l >= 0 && !p.video {
		// The id is the one this client offers; see Client.Offer.
		_ = h.SetExtension(levelExtension, []byte{byte(l)})
	}
	if mid := p.mid.Load(); mid != nil && p.rid != "" {
		_ = h.SetExtension(midExtension, []byte(*mid))
		_ = h.SetExtension(ridExtension, []byte(p.rid))
	}
	p.seq++
	if p.track.WriteRTP(&rtp.Packet{Header: h, Payload: body}) == nil {
		p.sent.Add(1)
	}
}

// feedback counts and obeys keyframe requests until the sender stops.
func (p *programme) feedback() {
	for {
		all, err := p.reports()
		if err != nil {
			return
		}
		for _, r := range all {
			switch r := r.(type) {
			case *rtcp.ReceiverEstimatedMaximumBitrate:
				p.allowed.Store(int64(r.Bitrate))
			case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
				p.plis.Add(1)
				p.key.Store(true)
			}
		}
	}
}

func (p *programme) reports() (all []rtcp.Packet, err error) {
	if p.rid != "" {
		all, _, err = p.sender.ReadSimulcastRTCP(p.rid)
	} else {
		all, _, err = p.sender.ReadRTCP()
	}
	return all, err
}
