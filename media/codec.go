package media

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
)

// codec numbers the payload formats that may cross a room; none means the
// stream is in a format we do not forward.
type codec uint8

const (
	none codec = iota
	opus
	vp8
	vp9
	h264
	av1
	codecs // their count
)

// formats is the short list that every current browser and encoder meets in
// at least one entry. RED is absent on purpose: a Firefox subscriber that is
// sent a RED stream loses its whole connection.
var formats = [codecs]struct {
	kind webrtc.RTPCodecType
	webrtc.RTPCodecParameters
}{
	opus: {webrtc.RTPCodecTypeAudio, format(webrtc.MimeTypeOpus, 111, 48000, 2, "minptime=10;useinbandfec=1")},
	vp8:  {webrtc.RTPCodecTypeVideo, format(webrtc.MimeTypeVP8, 96, 90000, 0, "")},
	vp9:  {webrtc.RTPCodecTypeVideo, format(webrtc.MimeTypeVP9, 98, 90000, 0, "profile-id=0")},
	h264: {webrtc.RTPCodecTypeVideo, format(webrtc.MimeTypeH264, 102, 90000, 0,
		"level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f")},
	av1: {webrtc.RTPCodecTypeVideo, format(webrtc.MimeTypeAV1, 45, 90000, 0, "level-idx=5;profile=0;tier=0")},
}

func format(mime string, pt webrtc.PayloadType, clock uint32, channels uint16, fmtp string) webrtc.RTPCodecParameters {
	return webrtc.RTPCodecParameters{PayloadType: pt, RTPCodecCapability: webrtc.RTPCodecCapability{
		MimeType: mime, ClockRate: clock, Channels: channels, SDPFmtpLine: fmtp,
	}}
}

// codecOf names the codec of a MIME type.
func codecOf(mime string) codec {
	for c := none + 1; c < codecs; c++ {
		if strings.EqualFold(formats[c].MimeType, mime) {
			return c
		}
	}
	return none
}

// clockRate is the RTP clock in Hz.
func (c codec) clockRate() uint32 { return formats[c].ClockRate }

// newMediaEngine registers the formats. Publishers are asked for congestion
// feedback; subscribers' connections negotiate only what the forwarder answers itself.
func newMediaEngine(link Link) (*webrtc.MediaEngine, error) {
	m := &webrtc.MediaEngine{}
	video := []webrtc.RTCPFeedback{{Type: "nack"}, {Type: "nack", Parameter: "pli"}, {Type: "ccm", Parameter: "fir"}}
	video = append(video, webrtc.RTCPFeedback{Type: "goog-remb"}, webrtc.RTCPFeedback{Type: "transport-cc"})
	// Browsers ask for sound again only if their page has them (see frontend/src/media).
	audio := []webrtc.RTCPFeedback{{Type: "transport-cc"}, {Type: "nack"}}
	if link == Down {
		for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
			if err := m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: sdp.TransportCCURI}, kind); err != nil {
				return nil, err
			}
		}
	} else {
		for _, x := range []struct {
			uri  string
			kind webrtc.RTPCodecType
		}{
			{sdp.AudioLevelURI, webrtc.RTPCodecTypeAudio},
			{sdp.SDESMidURI, webrtc.RTPCodecTypeAudio},
			{sdp.SDESMidURI, webrtc.RTPCodecTypeVideo},
			{sdp.TransportCCURI, webrtc.RTPCodecTypeAudio},
			{sdp.TransportCCURI, webrtc.RTPCodecTypeVideo},
			{sdp.SDESRTPStreamIDURI, webrtc.RTPCodecTypeVideo},
			{sdp.SDESRepairRTPStreamIDURI, webrtc.RTPCodecTypeVideo},
			{dependencyURI, webrtc.RTPCodecTypeVideo},
		} {
			if err := m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: x.uri}, x.kind); err != nil {
				return nil, err
			}
		}
	}
	for _, f := range formats[1:] {
		p := f.RTPCodecParameters
		if p.RTCPFeedback = audio; f.kind == webrtc.RTPCodecTypeVideo {
			p.RTCPFeedback = video
		}
		if err := m.RegisterCodec(p, f.kind); err != nil {
			return nil, err
		}
		if link == Down && f.kind == webrtc.RTPCodecTypeVideo {
			// Packets sent again go in a stream of their own (RFC 4588).
			again := format(webrtc.MimeTypeRTX, p.PayloadType+1, p.ClockRate, 0, fmt.Sprintf("apt=%d", p.PayloadType))
			if err := m.RegisterCodec(again, f.kind); err != nil {
				return nil, err
			}
		}
	}
	return m, nil
}

// repeatsOf gives the payload type whose packets a format sends again (RFC 4588,
// section 8.6); false when it is not such a format.
func repeatsOf(c webrtc.RTPCodecParameters) (webrtc.PayloadType, bool) {
	if !strings.EqualFold(c.MimeType, webrtc.MimeTypeRTX) {
		return 0, false
	}
	for p := range strings.SplitSeq(c.SDPFmtpLine, ";") {
		if of, ok := strings.CutPrefix(strings.TrimSpace(p), "apt="); ok {
			n, err := strconv.ParseUint(of, 10, 7)
			return webrtc.PayloadType(n), err == nil
		}
	}
	return 0, false
}

// payload is what follows the RTP header, without padding; ok is false when
// the padding count is impossible (RFC 3550, section 5.1).
func payload(h *rtp.Header, rest []byte) (p []byte, ok bool) {
	if !h.Padding {
		return rest, true
	}
	if len(rest) == 0 {
		return nil, false
	}
	n := int(rest[len(rest)-1])
	if n == 0 || n > len(rest) {
		return nil, false
	}
	return rest[:len(rest)-n], true
}

// keyframe says whether a payload begins a picture that needs no other one.
// Audio has no such thing: each packet stands alone.
func (c codec) keyframe(p []byte) bool {
	switch c {
	case vp8:
		d, ok := parseVP8(p)
		return ok && d.start && d.size < len(p) && p[d.size]&1 == 0
	case vp9:
		d, ok := parseVP9(p)
		return ok && d.start && !d.predicted && d.spatial == 0
	case h264:
		return h264Keyframe(p)
	case av1:
		// The aggregation header's N bit: first packet of a coded video sequence
		// (RTP payload format for AV1, section 4.4).
		return len(p) > 0 && p[0]&0x88 == 0x08
	}
	return false
}

// h264Keyframe looks for a parameter set or an IDR slice in the packet (RFC 6184, section 5).
func h264Keyframe(p []byte) bool {
	const idr, sps, stapA, fuA = 5, 7, 24, 28
	if len(p) < 2 {
		return false
	}
	switch t := p[0] & 0x1f; t {
	case idr, sps:
		return true
	case fuA:
		return p[1]&0x80 != 0 && p[1]&0x1f == idr
	case stapA:
		for p = p[1:]; len(p) > 2; {
			n := int(p[0])<<8 | int(p[1])
			if t := p[2] & 0x1f; t == idr || t == sps {
				return true
			}
			if p = p[2:]; n > len(p) {
				return false
			}
			p = p[n:]
		}
	}
	return false
}
