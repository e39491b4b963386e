package media

import (
	"encoding/binary"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/srtp/v3"
	"github.com/pion/webrtc/v4"
)

// The streams of FuzzIntake: what its publisher sends, what its subscriber gets.
const (
	fuzzUp   = 0x11111111
	fuzzDown = 0x22222222
)

// fuzzIntake is the receiving side of a connection that publishes a stream in any
// format to somebody on the same connection; keys is what its datagrams are sealed with.
func fuzzIntake(t testing.TB, c *conn, profile srtp.ProtectionProfile) (in *intake, keys *protection) {
	keys, _ = keyed(t, profile)
	remote, _ := keyed(t, profile)
	room := &Room{engine: &Engine{now: time.Now}}
	room.steering = newSteering(room)
	peer := &Peer{room: room, id: "ann"}
	w := newWire(c, peer, nil)
	w.seal.Store(remote)
	w.route.Store(&route{addr: c.LocalAddr().(*net.UDPAddr).AddrPort()})
	pub := &publisher{peer: peer, source: Camera, codec: vp8}
	pub.video, pub.counters, pub.turn = true, &room.counters, &peer.turn
	pub.ask, pub.welcome = pub.askKeyframe, pub.greet
	e := pub.add(w.intake, &webrtc.TrackRemote{}, nil)
	e.reader = &reader{level: 1, descriptor: 2, transport: 3, p: packet{facts: facts{codec: vp8}}}
	e.reader.arrivals = arrivals{ssrc: fuzzUp, clock: 90000, asks: true}
	for k := none + 1; k < codecs; k++ {
		e.reader.formats[formats[k].PayloadType] = k
	}
	s := &subscriber{feed: &pub.feed, kind: webrtc.RTPCodecTypeVideo, wire: w, peer: peer,
		band: &bandwidth{}, project: newProjection(everything)}
	o := &outlet{wire: w, ssrc: fuzzDown, transport: 3}
	for k := range o.types {
		o.types[k] = uint8(formats[k].PayloadType)
	}
	o.again.ssrc, o.again.types = fuzzDown+1, o.types
	s.out.Store(o)
	pub.attach(s)
	in = w.intake
	in.begin(keys)
	in.claim(fuzzUp, e)
	in.serve(s)
	return in, keys
}

// hostile makes a datagram of a plain packet that the other side has keys for: a
// hostile participant is one, too. The number is where it stands in its stream.
func hostile(k *scratch, keys *protection, plain []byte, number uint32) []byte {
	d := append(make([]byte, 0, len(plain)+64), plain...)
	d[0] = d[0]&0x3f | 0x80
	if feedbackPacket(d) {
		return keys.rtcp.sealRTCP(k, d, number)
	}
	if len(d) < 12 {
		return d
	}
	binary.BigEndian.PutUint32(d[8:], fuzzUp)
	header, ok := headerSize(d)
	if !ok {
		return d
	}
	if cryptex(d) {
		header = 16
	}
	return keys.rtp.sealRTP(k, d, header, fuzzUp, uint64(binary.BigEndian.Uint16(d[2:])))
}

// FuzzIntake gives datagrams to a connected link, as they are and encrypted as its own
// participant would: the header with its extensions, SRTP and SRTCP, descriptors of every
// format, reports, negative acknowledgements and congestion feedback. The input is
// datagrams, each behind its length and a byte that says how it is sent.
func FuzzIntake(f *testing.F) {
	c, err := listen("127.0.0.1:0")
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = c.Close() })
	add := func(all ...[]byte) {
		var in []byte
		for _, d := range all {
			in = append(append(in, byte(len(d)), 1), d...)
		}
		f.Add(in)
	}
	video := []byte{0x90, 96, 0, 1, 0, 0, 0, 9, 0x11, 0x11, 0x11, 0x11, 0xbe, 0xde, 0, 1, 0x31, 0, 1, 0, 0x90, 0xe0, 0x81, 0x02, 0x07, 0x20, 0x10, 0, 0, 0x9d, 1, 0x2a, 0, 1, 0, 1}
	padded := []byte{0xb0, 98, 0, 2, 0, 0, 0, 9, 0x11, 0x11, 0x11, 0x11, 0xc0, 0xde, 0, 1, 0x23, 1, 2, 3, 0x8a, 0x81, 0x01, 0x05, 0, 2}
	idr := []byte{0x80, 0x80 | 102, 0, 3, 0, 0, 0, 9, 0x11, 0x11, 0x11, 0x11, 0x78, 0, 2, 0x09, 0x10, 0, 2, 0x67, 0x42}
	add(video, padded, idr)
	for _, p := range [][]rtcp.Packet{
		{&rtcp.TransportLayerNack{MediaSSRC: fuzzDown, Nacks: []rtcp.NackPair{{PacketID: 1, LostPackets: 0xffff}}}},
		{&rtcp.SenderReport{SSRC: fuzzUp, NTPTime: 1 << 60}, &rtcp.PictureLossIndication{MediaSSRC: fuzzDown}},
		{&rtcp.ReceiverEstimatedMaximumBitrate{Bitrate: 100_000, SSRCs: []uint32{fuzzDown}}},
		{&rtcp.TransportLayerCC{Header: rtcp.Header{Count: rtcp.FormatTCC, Type: rtcp.TypeTransportSpecificFeedback, Length: 5}, MediaSSRC: fuzzDown, BaseSequenceNumber: 1, PacketStatusCount: 1,
			PacketChunks: []rtcp.PacketStatusChunk{&rtcp.RunLengthChunk{PacketStatusSymbol: rtcp.TypeTCCPacketReceivedSmallDelta, RunLength: 1}}, RecvDeltas: []*rtcp.RecvDelta{{Type: rtcp.TypeTCCPacketReceivedSmallDelta, Delta: 250}}}},
	} {
		d, err := rtcp.Marshal(p)
		if err != nil {
			f.Fatal(err)
		}
		add(video, d, video)
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		profile := srtp.ProtectionProfileAeadAes128Gcm
		if len(input)%8 == 7 {
			profile = srtp.ProtectionProfileAes128CmHmacSha1_80
		}
		in, keys := fuzzIntake(t, c, profile)
		b, k := &burst{conn: c}, &scratch{}
		for number := uint32(1); len(input) > 2; number++ {
			n, how := min(int(input[0]), len(input)-2), input[1]
			d := append(make([]byte, 0, n+64), input[2:2+n]...)
			input = input[2+n:]
			if how&1 != 0 && n >= 8 {
				d = hostile(k, keys, d, number)
			}
			if how&2 != 0 && len(d) > 0 {
				d[int(how>>2)%len(d)] ^= 1
			}
			in.take(b, d, time.Now().UnixNano())
		}
		b.flush()
	})
}

// FuzzSections gives descriptions of any shape to what reads and changes them before
// pion does.
func FuzzSections(f *testing.F) {
	f.Add("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=fingerprint:sha-256 00\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-ufrag:x\r\na=candidate:1 1 udp 1 8.8.4.4 5000 typ host\r\n"+
		"m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=rid:q send\r\na=rid:h send\r\n", "camera")
	f.Add("m=audio", "microphone")
	engines := []*Engine{{}, {loopback: true}}
	f.Fuzz(func(t *testing.T, text, source string) {
		sections, d, err := inspect(text, maxOffer)
		if err == nil {
			ufrag(d)
			if len(text) > maxDescription || len(sections) > maxOffer {
				t.Errorf("%d bytes, %d sections", len(text), len(sections))
			}
			l := newLink(Up)
			if l.assign(sections, []Source{Source(source)}) == nil && len(l.sources) > 4 {
				t.Errorf("%d sources", len(l.sources))
			}
		}
		for _, e := range engines {
			for line := range strings.Lines(e.withoutPrivate(text)) {
				if c, is := strings.CutPrefix(line, "a=candidate:"); is && !e.dialable(c) {
					t.Errorf("kept %q", line)
				}
			}
		}
	})
}
