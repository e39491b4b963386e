package media

import (
	"math/bits"
	"sync/atomic"
	"time"
)

const (
	// maxLayers is how many encodings of one source are taken (simulcast).
	maxLayers = 3
	// nothing is the stream of a target that is not to be sent.
	nothing = -1
	// history is how many packets back a subscriber's numbers are known, for
	// retransmission; a ring holds no more.
	history = ringSize
)

// aim is what a subscriber is to get of a track: which encoding of it, and of
// that encoding the layers up to these.
type aim struct {
	stream            int8
	spatial, temporal uint8
}

func (a aim) pack() uint32 {
	return uint32(uint8(a.stream))<<16 | uint32(a.spatial)<<8 | uint32(a.temporal)
}

func unpackAim(v uint32) aim { return aim{int8(v >> 16), uint8(v >> 8), uint8(v)} }

// everything is the aim of who gets a stream as it is.
var everything = aim{0, 0xff, 0xff}

// verdict is what becomes of a packet for one subscriber.
type verdict uint8

const (
	pass  verdict = iota
	drop          // not wanted, nothing is missed
	await         // the encoding aimed at has to send a keyframe first
)

// projection makes one RTP stream for one subscriber out of the encodings and
// layers of a track: it lets through what is aimed at and closes the holes in
// sequence numbers, timestamps and VP8 picture ids, so that a decoder notices
// nothing but a keyframe. All encodings of a track are delivered by one goroutine,
// which owns everything here but the fields marked atomic.
type projection struct {
	target atomic.Uint32 // aim.pack, set by the room's steering
	flows  atomic.Int32  // the stream that passes now, nothing before the first keyframe; atomic
	stamps atomic.Uint32 // what is added to that stream's timestamps; atomic

	now      aim
	former   int8 // the stream that passed last
	began    bool
	firstSeq uint16 // of the source: older packets belong to before the switch
	shift    uint16 // added to sequence numbers after the newest packet
	top      uint16 // newest source number passed or dropped
	dropped  seqSet // of the source numbers up to top

	lastSeq   uint16 // newest sent
	lastStamp uint32
	lastAt    int64 // Unix ns

	pictures pictureMap
	layer0   struct{ shift, last uint8 }

	epoch   uint8
	changed atomic.Uint32 // 1<<16 | first number sent after the first change; 0: numbers are the source's
	origin  atomic.Int32  // the stream before the first change
	sent    [history]atomic.Uint64
	epochs  [8]atomic.Uint64
	newest  atomic.Uint32 // 1<<16 | lastSeq
	over    [8]byte
}

// newProjection aims at a until steering knows better.
func newProjection(a aim) *projection {
	j := &projection{}
	j.target.Store(a.pack())
	j.flows.Store(nothing)
	j.now.stream = nothing
	return j
}

// place decides about p and, when it passes, gives it its place in the
// subscriber's stream: p is changed. It neither locks nor allocates.
func (j *projection) place(p *packet, now int64, reports *reports) verdict {
	want := unpackAim(j.target.Load())
	if want.stream == nothing {
		j.stop()
		return drop
	}
	if int8(p.layer) != j.now.stream {
		switch {
		case int8(p.layer) != want.stream:
			return drop
		case p.key && p.late: // what follows it has gone by
			return await
		case p.key:
		case j.now.stream == nothing:
			return await
		default:
			return drop
		}
		j.change(p, want, now, reports)
	} else if int16(p.seq-j.firstSeq) < 0 {
		return drop // from before the switch
	}
	if len(p.body) == 0 || !j.choose(p, want) { // empty: padding that its sender probes with
		j.skip(p)
		return drop
	}
	return j.renumber(p, now)
}

// stop passes nothing until the next keyframe.
func (j *projection) stop() {
	if j.now.stream != nothing {
		j.now.stream = nothing
		j.flows.Store(nothing)
	}
}

// change makes p's stream the one that passes, beginning with p.
func (j *projection) change(p *packet, want aim, now int64, reports *reports) {
	former := j.former
	j.now, j.former = want, want.stream
	j.firstSeq, j.top = p.seq, p.seq-1
	j.dropped = seqSet{}
	if !j.began {
		j.began = true
		j.origin.Store(int32(want.stream))
		j.flows.Store(int32(want.stream))
		return
	}
	j.note()
	j.shift = j.lastSeq + 1 - p.seq
	stamp := j.continued(p, former, now, reports)
	j.stamps.Store(stamp - p.stamp)
	j.flows.Store(int32(want.stream))
	if p.vp8.picture > 0 {
		j.pictures.restart(p.picture)
	}
	if p.vp8.layer0 > 0 {
		j.layer0.shift = j.layer0.last + 1 - p.body[p.vp8.layer0]
	}
	j.epoch = (j.epoch + 1) % uint8(len(j.epochs))
	j.epochs[j.epoch].Store(uint64(j.stamps.Load())<<8 | uint64(j.layer0.shift))
}

// note remembers, at the first change, up to where numbers were the source's.
func (j *projection) note() {
	if j.changed.Load() == 0 {
		j.changed.Store(1<<16 | uint32(j.lastSeq+1))
	}
}

// continued is the timestamp that p gets at a switch: the same moment on the
// former stream's clock where sender reports of both say it, else by the time
// that passed; always later than what was sent.
func (j *projection) continued(p *packet, former int8, now int64, reports *reports) uint32 {
	rate := p.codec.clockRate()
	elapsed := uint32(time.Duration(now-j.lastAt).Seconds() * float64(rate))
	stamp := j.lastStamp + elapsed
	if exact, ok := onClockOf(former, p, reports); ok {
		// Reports that disagree with the clock by more than a second are not to be believed.
		if exact += j.stamps.Load(); int32(exact-stamp) > -int32(rate) && int32(exact-stamp) < int32(rate) {
			stamp = exact
		}
	}
	// The keyframe may be of the moment that was shown last, or of one before.
	return j.lastStamp + uint32(max(int32(stamp-j.lastStamp), 1))
}

// onClockOf is p's timestamp as the other stream would have written it.
func onClockOf(other int8, p *packet, reports *reports) (uint32, bool) {
	if other == int8(p.layer) {
		return p.stamp, true
	}
	if reports == nil {
		return 0, false
	}
	a, b := reports[other].Load(), reports[p.layer].Load()
	if a == nil || b == nil {
		return 0, false
	}
	apart := int64(b.ntp-a.ntp) >> 8 * int64(p.codec.clockRate()) >> 24
	return a.rtp + uint32(apart) + p.stamp - b.rtp, true
}

// choose says whether the layers of p are wanted, moving towards what is aimed
// at where the stream allows it.
func (j *projection) choose(p *packet, want aim) bool {
	if p.begin && int16(p.seq-j.top) > 0 {
		switch {
		case p.key && p.spatial == 0:
			j.now.spatial, j.now.temporal = want.spatial, want.temporal
		case p.spatial == 0 && want.spatial < j.now.spatial:
			j.now.spatial = want.spatial
		}
		switch {
		case want.temporal < j.now.temporal:
			j.now.temporal = want.temporal
		case p.sync && p.temporal == j.now.temporal+1 && p.temporal <= want.temporal:
			j.now.temporal = p.temporal
		}
	}
	return p.spatial <= j.now.spatial && p.temporal <= j.now.temporal
}

// skip leaves p out, so that the numbers after it close up.
func (j *projection) skip(p *packet) {
	if int16(p.seq-j.top) <= 0 {
		return // late: its number is already spent
	}
	j.note()
	j.dropped.advance(j.top, p.seq)
	j.dropped.add(p.seq)
	j.top = p.seq
	j.shift--
	if p.vp8.picture > 0 && p.begin {
		j.pictures.skip(p.picture)
	}
}

// renumber gives p the subscriber's numbers.
func (j *projection) renumber(p *packet, now int64) verdict {
	src := p.seq
	if int16(src-j.top) > 0 {
		j.dropped.advance(j.top, src)
		j.top = src
		p.seq = src + j.shift
	} else {
		if j.dropped.has(src) || j.top-src >= history {
			return drop
		}
		// A late packet has the number it would have had: fewer were dropped before it.
		p.seq = src + j.shift + j.dropped.after(src, j.top)
	}
	if j.top-j.firstSeq > history {
		j.firstSeq = j.top - history // or half the circle later every packet would look old
	}
	p.stamp += j.stamps.Load()
	if p.end && p.spatial == j.now.spatial {
		p.marker = true // the upper layers of this picture are left out
	}
	if int16(p.seq-j.lastSeq) > 0 || j.lastAt == 0 {
		j.lastSeq, j.lastStamp, j.lastAt = p.seq, p.stamp, now
		j.newest.Store(1<<16 | uint32(p.seq))
	}
	shift := j.pictureNumbers(p)
	if j.changed.Load() != 0 {
		j.sent[p.seq%history].Store(1<<63 | uint64(p.seq)<<32 | uint64(src)<<16 | uint64(shift&0x7fff) |
			uint64(j.now.stream&3)<<48 | uint64(j.epoch)<<50 | mark(p.marker)<<53)
	}
	return pass
}

func mark(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// pictureNumbers puts the rewritten descriptor into p.over when anything of it changes.
func (j *projection) pictureNumbers(p *packet) uint16 {
	shift := uint16(0)
	if p.vp8.picture > 0 {
		shift = j.pictures.of(p.picture)
		j.pictures.sent(p.picture, shift)
	}
	if p.vp8.layer0 > 0 {
		j.layer0.last = p.body[p.vp8.layer0] + j.layer0.shift
	}
	p.over = overwrite(j.over[:0], p.body, &p.vp8, shift, j.layer0.shift)
	return shift
}

// overwrite gives the beginning of a VP8 body with other numbers, nil when they
// stay as they are. It is written into b, which holds 6 bytes.
func overwrite(b, body []byte, d *vp8Descriptor, picture uint16, layer0 uint8) []byte {
	if picture == 0 && (layer0 == 0 || d.layer0 == 0) {
		return nil
	}
	b = append(b, body[:d.size]...)
	if d.picture > 0 {
		id := pictureID(body, *d) + picture
		if d.long {
			b[d.picture], b[d.picture+1] = 0x80|byte(id>>8&0x7f), byte(id)
		} else {
			b[d.picture] = byte(id & 0x7f)
		}
	}
	if d.layer0 > 0 {
		b[d.layer0] += layer0
	}
	return b
}

// recalled says which packet of which stream a number sent was, and how it was changed.
type recalled struct {
	stream  int8
	seq     uint16
	stamp   uint32 // to be added
	picture uint16
	layer0  uint8
	marker  bool

	rewritten bool // false: it is the source's packet as it was
}

// recall looks up a number that was sent. It may be called from any goroutine.
func (j *projection) recall(seq uint16) (recalled, bool) {
	v := j.sent[seq%history].Load()
	if v>>63 == 1 && uint16(v>>32) == seq {
		e := j.epochs[v>>50&7].Load()
		return recalled{
			stream: int8(v >> 48 & 3), seq: uint16(v >> 16), stamp: uint32(e >> 8), layer0: uint8(e),
			picture: uint16(v & 0x7fff), marker: v>>53&1 == 1,
			rewritten: true,
		}, true
	}
	c := j.changed.Load()
	return recalled{stream: int8(j.origin.Load()), seq: seq}, c == 0 || int16(seq-uint16(c)) < 0
}

// pictureMap keeps VP8 picture ids running while whole pictures are left out.
type pictureMap struct {
	shift uint16 // of pictures after the newest
	newest,
	last uint16 // newest id sent, shifted
	any  bool
	seen [64]struct {
		id, shift uint16
		known     bool
	}
}

// restart goes on after the last picture sent with one of another stream.
func (m *pictureMap) restart(id uint16) {
	*m = pictureMap{shift: m.last + 1 - id, last: m.last}
}

// of is the shift of a picture: as it was when the picture was first seen.
func (m *pictureMap) of(id uint16) uint16 {
	if s := &m.seen[id%64]; s.known && s.id == id {
		return s.shift
	}
	return m.shift
}

func (m *pictureMap) sent(id, shift uint16) {
	s := &m.seen[id%64]
	s.id, s.shift, s.known = id, shift, true
	if !m.any || int16(id-m.newest)<<1 > 0 { // 15 bits
		m.any, m.newest, m.last = true, id, (id+shift)&0x7fff
	}
}

func (m *pictureMap) skip(id uint16) {
	m.any, m.newest = true, id
	m.shift--
}

// seqSet is the set of dropped numbers among the last ones.
type seqSet [history / 64]uint64

func (s *seqSet) add(n uint16)      { s[n%history/64] |= 1 << (n % 64) }
func (s *seqSet) has(n uint16) bool { return s[n%history/64]>>(n%64)&1 == 1 }

// advance forgets what stood in the places of the numbers after old up to n.
func (s *seqSet) advance(old, n uint16) {
	if n-old >= history {
		*s = seqSet{}
		return
	}
	for i := old + 1; i != n+1; i++ {
		s[i%history/64] &^= 1 << (i % 64)
	}
}

// after counts the members after n, up to top.
func (s *seqSet) after(n, top uint16) uint16 {
	if n%history/64 == top%history/64 && top-n < 64 && n%64 <= top%64 {
		return uint16(bits.OnesCount64(s[n%history/64] >> (n % 64) >> 1))
	}
	count := uint16(0)
	for i := n + 1; i != top+1; i++ {
		if s.has(i) {
			count++
		}
	}
	return count
}
