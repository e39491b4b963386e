package media

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
)

// packet is one RTP packet on its way through the forwarder. It belongs to the
// goroutine that read it; header is scratch space for the copies sent on.
type packet struct {
	facts
	body   []byte
	header rtp.Header
	late   bool   // a newer one came before it
	over   []byte // written over the beginning of body on the way out; body itself is shared
}

// facts is what is known of a packet besides what it carries.
type facts struct {
	seq    uint16
	stamp  uint32
	marker bool
	key    bool // begins a keyframe
	codec  codec

	layer             uint8 // which encoding of its track
	spatial, temporal uint8 // layers within it
	begin, end        bool  // of a layer's frame; end only where layers share a stream
	sync              bool  // this temporal layer may be taken from here on
	vp8               vp8Descriptor
	picture           uint16 // VP8 picture id
}

// feed is what a track is made of and those who receive it: a publisher's
// encodings, or the stream that a stage makes out of several publishers. One goroutine at a
// time delivers.
type feed struct {
	video    bool
	counters *counters
	owner    *Peer                           // who publishes it, nil: a stage
	rings    [maxLayers]atomic.Pointer[ring] // by encoding
	ask      func(layer uint8)               // asks for a keyframe of an encoding, collapsing repeats
	welcome  func(layer uint8)               // the same for somebody who has just come, nil: no difference

	turn  *sync.Mutex // held by who delivers; guards frame, one and since
	frame []packet    // of a picture whose rest is still to come; bodies are its own
	one   [1]packet
	since [maxLayers]decodable // by encoding

	subscribers atomic.Pointer[[]*subscriber] // read on the packet path, replaced under mu
	mu          sync.Mutex
	ended       bool

	packets, octets atomic.Uint64 // delivered so far
	reports         reports
}

// reports are the last sender reports of a track, by encoding.
type reports [maxLayers]atomic.Pointer[senderReport]

// deliver writes p to every subscriber that is to get it, by way of b: at once,
// or, where b can wait, together with the rest of its picture. It is the hot path: it allocates
// nothing, and takes no lock but the turn that its caller holds.
func (f *feed) deliver(b *burst, p *packet) {
	if r := f.rings[p.layer].Load(); r != nil {
		r.put(p)
	}
	if f.video {
		f.since[p.layer].note(p, b.at())
	}
	f.packets.Add(1)
	f.octets.Add(uint64(len(p.body)))
	if f.list() == nil {
		return
	}
	if !f.video || !b.waits {
		f.one[0] = *p
		f.fan(b, f.one[:])
		return
	}
	if f.frame == nil {
		f.frame = make([]packet, 0, heldMost)
	}
	i := len(f.frame)
	f.frame = f.frame[:i+1]
	q := &f.frame[i]
	body := q.body[:0]
	*q = *p
	q.body = append(body, p.body...)
	if p.marker || i+1 == heldMost {
		f.release(b)
	} else if i == 0 {
		b.hold(f)
	}
}

// release delivers what is held. The caller has the turn.
func (f *feed) release(b *burst) {
	all := f.frame
	f.frame = f.frame[:0] // before anything can go wrong with it
	f.fan(b, all)
}

// settle takes the turn and releases. A fault ends whose it is, else the one who publishes.
func (f *feed) settle(b *burst) {
	f.turn.Lock()
	defer f.turn.Unlock()
	defer func() {
		if fault := recover(); fault != nil {
			if p := b.blamed(f.owner); p != nil {
				p.fail(fault)
			}
		}
	}()
	f.release(b)
}

// fan writes packets to every subscriber, one subscriber after the other: what
// goes to one address in a row leaves together.
func (f *feed) fan(b *burst, packets []packet) {
	sent, octets, awaited := uint64(0), uint64(0), [maxLayers]bool{}
	shed, bytes := int32(0), 0
	if f.video && b.conn != nil {
		shed = b.conn.load.shed.Load()
		for i := range packets {
			bytes += len(packets[i].body)
		}
	}
	for _, s := range f.list() {
		b.serving = s
		paced := f.video && s.paces(bytes)
		for i := range packets {
			p := &packets[i]
			seq, stamp, marker := p.seq, p.stamp, p.marker
			v := s.place(b, p, shed)
			switch {
			case v != pass:
			case paced:
				s.line.put(s, p, seq)
			case s.write(b, p):
				sent++
				octets += uint64(len(p.body))
			}
			if v == await {
				awaited[p.layer] = true
			}
			p.seq, p.stamp, p.marker, p.over = seq, stamp, marker, nil
		}
	}
	b.serving = nil
	f.counters.packetsOut.Add(sent)
	f.counters.bytesOut.Add(octets)
	for layer, a := range awaited {
		if a {
			f.ask(uint8(layer))
		}
	}
}

// attach adds s; it gets packets from the next keyframe on, which is asked for, or
// from the last one on if that has just been.
func (f *feed) attach(s *subscriber) {
	caught := f.admit(s)
	switch {
	case caught:
	case f.video && f.welcome != nil:
		f.welcome(s.wanted())
	case f.video:
		f.ask(s.wanted())
	}
}

// admit lists s, and reports whether it has had a keyframe already.
func (f *feed) admit(s *subscriber) (caught bool) {
	if f.video && s.wire != nil && s.wire.conn != nil && (s.peer == nil || !s.peer.noPast) {
		b := s.wire.conn.borrow()
		defer b.back()
		f.turn.Lock()
		defer f.turn.Unlock()
		f.release(b) // what the others wait for: s has it from the ring
		caught = f.replay(b, s)
		defer b.send()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if old := f.list(); !f.ended && !slices.Contains(old, s) {
		list := append(slices.Clip(old), s)
		f.subscribers.Store(&list)
	}
	return caught
}

// replayMost is how many packets somebody who has just come gets of the past: a
// keyframe and a quarter of a second. Longer, they would hold up the sound behind them.
const replayMost = 64

// freshFor is how long ago the last packet may have come: who paused is not shown.
const freshFor = time.Second

// decodable remembers since when a stream can be decoded. It is guarded by the feed's turn.
type decodable struct {
	known         bool
	first, newest uint16 // numbers of the keyframe's first packet, and of the last of all
	bytes         int    // from one to the other
	stamp         uint32 // of the keyframe
	at            int64  // when the last came, Unix nanoseconds
}

// note takes account of a packet that is delivered now.
func (k *decodable) note(p *packet, now int64) {
	if p.late {
		return
	}
	k.newest, k.at = p.seq, now
	if p.key && (!k.known || p.stamp != k.stamp) { // several packets of one may begin it
		k.known, k.first, k.stamp, k.bytes = true, p.seq, p.stamp, 0
	}
	k.bytes += len(p.body)
}

// recent says whether what there has been since the keyframe is little, and of this moment.
func (k *decodable) recent(now int64) bool {
	return k.known && k.newest-k.first < replayMost && now-k.at <= int64(freshFor)
}

// replay sends s what there has been since the last keyframe of the encoding that it is to
// get, if that is little and its network takes it soon. The caller has the turn.
func (f *feed) replay(b *burst, s *subscriber) (begun bool) {
	layer := s.wanted()
	r, k := f.rings[layer].Load(), &f.since[layer]
	if r == nil || !k.recent(b.at()) || !s.takes(k.bytes) || b.conn.load.shed.Load() > 0 {
		return false
	}
	paced := s.paces(k.bytes)
	for seq := k.first; seq != k.newest+1; seq++ {
		r.get(seq, func(p *packet) {
			if !begun && seq != k.first || s.place(b, p, 0) != pass {
				return
			}
			sent := false
			if paced {
				sent = s.line.put(s, p, seq)
			} else {
				sent = s.write(b, p)
			}
			begun = begun || sent
		})
	}
	if !begun {
		s.starve()
	}
	return begun
}

// detach removes s, which gets nothing any more but the packet being written.
func (f *feed) detach(s *subscriber) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if i := slices.Index(f.list(), s); i >= 0 {
		list := slices.Concat(f.list()[:i], f.list()[i+1:])
		f.subscribers.Store(&list)
	}
}

// end detaches everybody for good.
func (f *feed) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ended = true
	f.subscribers.Store(nil)
}

func (f *feed) list() []*subscriber {
	if l := f.subscribers.Load(); l != nil {
		return *l
	}
	return nil
}

// subscriber is one feed on its way to one peer; pion calls Bind when the
// subscriber's formats are known and Unbind when the track ends.
type subscriber struct {
	feed   *feed
	id     string // track id
	stream string // msid stream id, tells the client whose track it is
	format codec  // none: whatever the feed carries
	kind   webrtc.RTPCodecType
	sender *webrtc.RTPSender
	wire   *wire // of the connection that carries it

	peer *Peer // whose screen it is for, nil on a stage's

	shedding shedding    // which pictures it goes without when there is too much to do
	starved  atomic.Bool // a stage's video that waits for a keyframe
	line     *line       // where a large picture waits its turn; nil: it never does
	project  *projection // what a participant gets of a track's encodings, nil for audio and on a stage
	band     *bandwidth  // what its connection carries
	out      atomic.Pointer[outlet]
	attached bool // forwarding has begun; owned by the peer's run
	// Owned by steering: what it was given, whether it was looked at, and of which
	// encoding it has had a report.
	chosen   aim
	steered  bool
	reported int32
	repeats  repeats
	loss     atomic.Uint32 // of sound, as last reported: share in 1/256
	// Sent so far, for sender reports; one goroutine writes.
	packets, octets atomic.Uint64
}

// place decides about a packet and gives it this subscriber's numbers.
func (s *subscriber) place(b *burst, p *packet, shed int32) verdict {
	if s.feed.video {
		if v := s.shedding.decide(p, shed, b.at()); v != pass {
			s.starve()
			return v
		}
	}
	if s.project != nil {
		return s.project.place(p, b.at(), &s.feed.reports)
	}
	if s.feed.video && s.starved.Load() {
		if !p.key {
			return await
		}
		s.starved.Store(false)
	}
	return pass
}

// starve has it wait for a keyframe.
func (s *subscriber) starve() {
	if s.starved.Store(true); s.project != nil {
		s.project.stop()
	}
}

// wanted is the encoding that it is to get.
func (s *subscriber) wanted() uint8 {
	if s.project == nil {
		return 0
	}
	return uint8(max(unpackAim(s.project.target.Load()).stream, 0))
}

// write sends p as the subscriber negotiated it and reports whether it did. Only
// the goroutine that delivers calls it, or the pacer while packets wait in the line.
func (s *subscriber) write(b *burst, p *packet) bool {
	o := s.out.Load()
	if o == nil || !o.send(b, p) {
		return false
	}
	s.packets.Store(s.packets.Load() + 1)
	s.octets.Store(s.octets.Load() + uint64(len(p.body)))
	return true
}

// recall lends the packet that this subscriber knows by a number, if it is
// still remembered. Any goroutine may call it.
func (s *subscriber) recall(seq uint16, use func(p *packet)) bool {
	if s.project == nil {
		r := s.feed.rings[0].Load()
		return r != nil && !s.starved.Load() && r.get(seq, use)
	}
	if s.project.flows.Load() == nothing {
		return false // paused: what is missing is not missed
	}
	m, ok := s.project.recall(seq)
	if !ok || m.stream < 0 {
		return false
	}
	r := s.feed.rings[m.stream].Load()
	if r == nil {
		return false
	}
	return r.get(m.seq, func(p *packet) {
		if m.rewritten {
			p.seq, p.marker = seq, m.marker
			p.stamp += m.stamp
			p.over = overwrite(nil, p.body, &p.vp8, m.picture, m.layer0)
		}
		use(p)
	})
}

// again sends a packet once more, by the number that the subscriber knows it
// by, and reports whether it did. It does not for a packet that it sent again a moment
// ago or often, nor for more than a share of what the network carries: answering
// everything would keep a full queue full. Any goroutine may call it, with a burst of its own.
func (s *subscriber) again(b *burst, seq uint16) (sent bool) {
	if !s.repeats.allow(seq, b.at()) {
		return false
	}
	s.recall(seq, func(p *packet) {
		if s.band == nil || s.band.repeat(b.at(), len(p.body)) {
			sent = s.repeat(b, p)
		}
	})
	return sent
}

func (s *subscriber) repeat(b *burst, p *packet) bool {
	o := s.out.Load()
	if o == nil || !o.resend(b, p) {
		return false
	}
	s.feed.counters.resent.Add(1)
	s.feed.counters.packetsOut.Add(1)
	s.feed.counters.bytesOut.Add(uint64(len(p.body)))
	return true
}

const (
	// repeatAfter is the least time between two repetitions of a packet, repeatAtMost
	// how often it is repeated.
	repeatAfter  = 60 * time.Millisecond
	repeatAtMost = 6
)

// repeats remembers which packets were sent again lately.
type repeats [64]atomic.Uint64

// allow says whether a packet may be sent again now, and notes that it is.
func (r *repeats) allow(seq uint16, now int64) bool {
	slot, at := &r[seq%uint16(len(r))], uint64(now/int64(time.Millisecond))&(1<<40-1)
	old := slot.Load()
	times := uint64(0)
	if uint16(old>>48) == seq && old != 0 {
		times = old >> 40 & 0xff
		if times >= repeatAtMost || at-old&(1<<40-1) < uint64(repeatAfter.Milliseconds()) {
			return false
		}
	}
	return slot.CompareAndSwap(old, uint64(seq)<<48|(times+1)<<40|at)
}

// Bind notes payload types and writer. A subscriber that cannot take the
// format is bound all the same and gets nothing: an error here would undo the
// negotiation of everything else on the connection.
func (s *subscriber) Bind(ctx webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	o := &outlet{w: ctx.WriteStream(), wire: s.wire, ssrc: uint32(ctx.SSRC())}
	var chosen webrtc.RTPCodecParameters
	for _, c := range ctx.CodecParameters() {
		k := codecOf(c.MimeType)
		if k == none {
			continue
		}
		if o.types[k] == 0 {
			o.types[k] = uint8(c.PayloadType)
		}
		if chosen.MimeType == "" || k == s.format {
			chosen = c
		}
	}
	if o.again.ssrc = uint32(ctx.SSRCRetransmission()); o.again.ssrc == 0 {
		o.sent = &sentNumbers{}
	}
	for _, c := range ctx.CodecParameters() {
		of, ok := repeatsOf(c)
		if !ok || o.again.ssrc == 0 {
			continue
		}
		for k, t := range o.types {
			if t != 0 && t == uint8(of) {
				o.again.types[k] = uint8(c.PayloadType)
			}
		}
	}
	for _, x := range ctx.HeaderExtensions() {
		if x.URI == sdp.TransportCCURI && x.ID > 0 && x.ID < 15 { // one-byte extensions
			o.transport = uint8(x.ID)
		}
	}
	s.out.Store(o)
	return chosen, nil
}

// Unbind stops the writing.
func (s *subscriber) Unbind(webrtc.TrackLocalContext) error {
	s.out.Store(nil)
	return nil
}

// ID is the track id of the msid.
func (s *subscriber) ID() string { return s.id }

// RID is empty: nothing is sent in several layers.
func (s *subscriber) RID() string { return "" }

// StreamID is the stream id of the msid.
func (s *subscriber) StreamID() string { return s.stream }

// Kind is audio or video.
func (s *subscriber) Kind() webrtc.RTPCodecType { return s.kind }

// probe sends a packet once more only to see how it arrives: in a stream of its
// own, where it is no repetition to be thrown away.
func (s *subscriber) probe(b *burst, seq uint16) {
	if o := s.out.Load(); o != nil && o.again.ssrc != 0 {
		s.recall(seq, func(p *packet) { s.repeat(b, p) })
	}
}
