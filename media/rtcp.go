package media

import (
	"slices"
	"time"

	"github.com/pion/rtcp"
)

const (
	// maxBitrate, in bit/s, is the ceiling announced to publishers; within it
	// their own congestion control decides.
	maxBitrate = 3_000_000
	// leastCeiling, in bit/s, is what a picture is asked for at the least, soundCeiling
	// what is left for the sounds beside it.
	leastCeiling = 120_000
	soundCeiling = 64_000
)

// senderReport says which RTP timestamp was which time, on the server's clock.
type senderReport struct {
	ntp uint64 // RFC 3550, section 4
	rtp uint32
}

// ntpEpoch is 1 January 1900 in Unix seconds.
const ntpEpoch = -2_208_988_800

func ntpTime(t time.Time) uint64 {
	return uint64(t.Unix()-ntpEpoch)<<32 | uint64(t.Nanosecond())<<32/1e9
}

func fromNTP(n uint64) time.Time {
	return time.Unix(int64(n>>32)+ntpEpoch, int64(n&0xffffffff*1e9>>32))
}

// listen reads the encoding's sender reports that come by way of pion, until the track ends.
func (e *encoding) listen() {
	for {
		packets, err := e.readReports()
		if err != nil {
			return
		}
		for _, p := range packets {
			if sr, ok := p.(*rtcp.SenderReport); ok && sr.SSRC == uint32(e.track.SSRC()) {
				e.intake.mu.Lock()
				e.reportLocked(sr)
				e.intake.mu.Unlock()
			}
		}
	}
}

// reportLocked passes a sender report on to the encoding's subscribers, moved onto the
// server's clock: the shift is found once per peer, so that audio and video of
// one person stay together to the sample. The caller holds the intake.
func (e *encoding) reportLocked(sr *rtcp.SenderReport) {
	pub, room := e.pub, e.pub.peer.room
	now := room.engine.now()
	e.reader.arrivals.senderNTP, e.reader.arrivals.senderAt = uint32(sr.NTPTime>>16), time.Now().UnixNano()
	at := fromNTP(sr.NTPTime)
	shift := now.Sub(at)
	if !pub.peer.clockShift.CompareAndSwap(0, int64(shift)) {
		shift = time.Duration(pub.peer.clockShift.Load())
	}
	r := &senderReport{ntp: ntpTime(at.Add(shift)), rtp: sr.RTPTime}
	b := e.intake.wire.conn.borrow()
	pub.pass(b, e.layer, r)
	if st := room.stage.Load(); st != nil {
		st.pass(b, pub, e.layer, r)
	}
	e.allow(b)
	b.flush()
	b.back()
}

func (e *encoding) readReports() (packets []rtcp.Packet, err error) {
	if e.rid != "" {
		packets, _, err = e.receiver.ReadSimulcastRTCP(e.rid)
	} else {
		packets, _, err = e.receiver.ReadRTCP()
	}
	return packets, err
}

// allow tells the publisher how much it may send. It goes out with every
// sender report that comes in, about once a second, and when that becomes less.
func (e *encoding) allow(b *burst) {
	if w := e.intake.wire; e.pub.video {
		w.tell(b, &rtcp.ReceiverEstimatedMaximumBitrate{SenderSSRC: w.ssrc, Bitrate: e.pub.peer.ceiling(), SSRCs: []uint32{uint32(e.track.SSRC())}})
	}
}

// ceiling is what the peer may send in all: what is said of one of its pictures counts
// for the whole connection.
func (p *Peer) ceiling() float32 {
	total := int64(soundCeiling)
	for _, pub := range p.room.tracks() {
		if pub.peer != p || !pub.video {
			continue
		}
		c := pub.ceiling.Load()
		if c == 0 {
			return maxBitrate
		}
		total += c
	}
	return float32(min(total, maxBitrate))
}

// fewHear is up to how many listeners the loss of the worst is told to who speaks.
const fewHear = 8

// lossToTell is what a publisher is told of the loss of its sound, in 1/256: that on the way
// to us and from us to the worst of few. Opus protects itself according to it (in-band FEC, RFC 7587, section 3.3);
// what congestion control goes by are other fields.
func (f *feed) lossToTell(up uint8) uint8 {
	list := f.list()
	if f.video || len(list) > fewHear {
		return up
	}
	worst := uint32(0)
	for _, s := range list {
		worst = max(worst, s.loss.Load())
	}
	return uint8(min(256-(256-uint32(up))*(256-worst)/256, 255))
}

// pass sends an encoding's sender report to each subscriber that gets it, in
// its own numbers.
func (f *feed) pass(b *burst, layer uint8, r *senderReport) {
	f.reports[layer].Store(r)
	for _, s := range f.list() {
		s.pass(b, layer, r)
	}
}

// pass sends a sender report of an encoding on, if that is what is sent.
func (s *subscriber) pass(b *burst, layer uint8, r *senderReport) {
	o := s.out.Load()
	if o == nil || r == nil {
		return
	}
	stamp := r.rtp
	if s.project != nil {
		if s.project.flows.Load() != int32(layer) {
			return
		}
		stamp += s.project.stamps.Load()
	}
	o.wire.write(b, &o.reports, &rtcp.SenderReport{
		SSRC: o.ssrc, NTPTime: r.ntp, RTPTime: stamp,
		PacketCount: uint32(s.packets.Load()), OctetCount: uint32(s.octets.Load()),
	})
}

// passNow is pass for who has no burst.
func (s *subscriber) passNow(layer uint8, r *senderReport) {
	b := s.wire.conn.borrow()
	s.pass(b, layer, r)
	b.flush()
	b.back()
}

// listen hears the feedback that comes by way of pion, until the track ends.
func (s *subscriber) listen() {
	buf, b := make([]byte, readBuffer), &burst{conn: s.wire.conn}
	for {
		n, _, err := s.sender.Read(buf)
		if err != nil {
			return
		}
		packets, err := rtcp.Unmarshal(buf[:n])
		if err != nil {
			s.feed.counters.rejected.Add(1)
			continue
		}
		for _, p := range packets {
			if s.concerns(p) || ofConnection(p) {
				s.hear(b, p)
			}
		}
		b.flush()
	}
}

// concerns says whether feedback is about the subscriber's stream.
func (s *subscriber) concerns(p rtcp.Packet) bool {
	o := s.out.Load()
	return o != nil && slices.Contains(p.DestinationSSRC(), o.ssrc)
}

// ofConnection says whether feedback is about all that a connection carries,
// whichever of its streams it names.
func ofConnection(p rtcp.Packet) bool {
	switch p.(type) {
	case *rtcp.TransportLayerCC, *rtcp.ReceiverEstimatedMaximumBitrate:
		return true
	}
	return false
}

// hear answers feedback about the subscriber's stream: lost packets from the
// ring, keyframe requests through the source's limiter.
func (s *subscriber) hear(b *burst, p rtcp.Packet) {
	switch p := p.(type) {
	case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
		s.feed.counters.plis.Add(1)
		s.askAgain()
	case *rtcp.TransportLayerNack:
		s.resend(b, p)
	case *rtcp.ReceiverReport:
		if o := s.out.Load(); o != nil && !s.feed.video {
			for _, r := range p.Reports {
				if r.SSRC == o.ssrc {
					s.loss.Store(uint32(r.FractionLost))
				}
			}
		}
	case *rtcp.TransportLayerCC:
		if s.band != nil {
			s.band.feedback(time.Now().UnixNano(), s.wire.departure, p)
		}
	case *rtcp.ReceiverEstimatedMaximumBitrate:
		if s.band != nil {
			s.band.limit(time.Now().UnixNano(), p.Bitrate)
		}
	}
}

// askAgain asks for keyframes of what is shown and of what is about to be.
func (s *subscriber) askAgain() {
	if !s.feed.video {
		return
	}
	wanted := s.wanted()
	s.feed.ask(wanted)
	if s.project == nil {
		return
	}
	if shown := s.project.flows.Load(); shown >= 0 && uint8(shown) != wanted {
		s.feed.ask(uint8(shown))
	}
}

// resend answers a negative acknowledgement (RFC 4585, section 6.2.1). One
// message names at most 17 packets per pair; no more than a ring of them is answered.
func (s *subscriber) resend(b *burst, m *rtcp.TransportLayerNack) {
	budget := ringSize
	for _, pair := range m.Nacks {
		pair.Range(func(seq uint16) bool {
			budget--
			s.feed.counters.nacks.Add(1)
			s.again(b, seq)
			return budget > 0
		})
		if budget <= 0 {
			return
		}
	}
}
