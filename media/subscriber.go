package media

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// packet is one RTP packet on its way through the forwarder. It belongs to the
// goroutine that read it; header is scratch space for the copies sent on.
type packet struct {
	seq    uint16
	stamp  uint32
	marker bool
	key    bool // begins a keyframe
	codec  codec
	body   []byte
	header rtp.Header

	layer             uint8 // which encoding of its track
	spatial, temporal uint8 // layers within it
	begin, end        bool  // of a layer's frame; end only where layers share a stream
	sync              bool  // this temporal layer may be taken from here on
	late              bool  // a newer one came before it
	vp8               vp8Descriptor
	picture           uint16 // VP8 picture id
	over              []byte // written over the beginning of body on the way out; body itself is shared
}

// feed is a numbered RTP stream and those who receive it: a publisher's, or
// what a stage makes out of several.
type feed struct {
	video    bool
	counters *counters
	ring     *ring  // nil for audio, which nobody asks for again
	ask      func() // asks the origin for a keyframe, collapsing repeats

	subscribers atomic.Pointer[[]*subscriber] // read on the packet path, replaced under mu
	mu          sync.Mutex
	ended       bool

	packets, octets atomic.Uint64                // delivered so far, for sender reports
	report          atomic.Pointer[senderReport] // the last one passed on
}

// deliver writes p to every subscriber. It is the hot path: no lock, no allocation.
func (f *feed) deliver(b *burst, p *packet) {
	if f.ring != nil {
		f.ring.put(p)
	}
	f.packets.Add(1)
	f.octets.Add(uint64(len(p.body)))
	list := f.subscribers.Load()
	if list == nil {
		return
	}
	sent, starved := uint64(0), false
	for _, s := range *list {
		if f.video && s.starved.Load() {
			if !p.key {
				starved = true
				continue
			}
			s.starved.Store(false)
		}
		if s.write(b, p) {
			sent++
		}
	}
	f.counters.packetsOut.Add(sent)
	f.counters.bytesOut.Add(sent * uint64(len(p.body)))
	if starved {
		f.ask()
	}
}

// attach adds s; it gets packets from the next keyframe on.
func (f *feed) attach(s *subscriber) {
	f.mu.Lock()
	if old := f.list(); !f.ended && !slices.Contains(old, s) {
		list := append(slices.Clip(old), s)
		f.subscribers.Store(&list)
	}
	f.mu.Unlock()
	if f.video {
		f.ask()
	}
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
	wanted codec  // none: whatever the feed carries
	kind   webrtc.RTPCodecType
	sender *webrtc.RTPSender
	wire   *wire // of the connection that carries it

	starved  atomic.Bool // video that waits for a keyframe
	out      atomic.Pointer[outlet]
	attached bool // forwarding has begun; owned by the peer's run
	// Of the feed when forwarding began, for sender reports; written before that.
	firstPacket, firstOctet uint64
}

// write sends p as the subscriber negotiated it and reports whether it did. Only
// the goroutine that delivers calls it.
func (s *subscriber) write(b *burst, p *packet) bool {
	o := s.out.Load()
	return o != nil && o.send(b, p)
}

// recall lends the packet that this subscriber knows by a number, if it is
// still remembered. Any goroutine may call it.
func (s *subscriber) recall(seq uint16, use func(p *packet)) bool {
	return s.feed.ring != nil && s.feed.ring.get(seq, use)
}

// again sends a packet once more, by the number that the subscriber knows it
// by, and reports whether it did. Any goroutine may call it, with a burst of its own.
func (s *subscriber) again(b *burst, seq uint16) (sent bool) {
	s.recall(seq, func(p *packet) {
		o := s.out.Load()
		if sent = o != nil && o.resend(b, p); sent {
			s.feed.counters.resent.Add(1)
			s.feed.counters.packetsOut.Add(1)
			s.feed.counters.bytesOut.Add(uint64(len(p.body)))
		}
	})
	return sent
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
		if chosen.MimeType == "" || k == s.wanted {
			chosen = c
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
