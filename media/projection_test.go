package media

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
	"time"
)

// vp8Layer makes one encoding of a camera: two temporal layers, pictures of
// several packets, numbers that begin anywhere.
type vp8Layer struct {
	layer    uint8
	seq      uint16
	stamp    uint32
	picture  uint16
	layer0   uint8
	n        int
	layering layering
}

func newVP8Layer(i int) *vp8Layer {
	return &vp8Layer{layer: uint8(i), seq: uint16(rand.Uint32()), stamp: rand.Uint32(), picture: uint16(rand.Uint32()) & 0x7fff, layer0: uint8(rand.Uint32())}
}

// frame gives the packets of the next picture.
func (l *vp8Layer) frame(key bool) []*packet {
	temporal := byte(l.n % 2)
	if key {
		temporal = 0
	}
	l.n++
	l.stamp += 3000
	l.picture = (l.picture + 1) & 0x7fff
	if temporal == 0 {
		l.layer0++
	}
	var all []*packet
	for i := range 3 {
		b := []byte{0x80, 0xe0, 0x80 | byte(l.picture>>8), byte(l.picture), l.layer0, temporal<<6 | 0x20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
		if i == 0 {
			b[0] |= 0x10
		}
		b[6] = 1
		if key {
			b[6] = 0
		}
		binary.BigEndian.PutUint16(b[14:], l.seq)
		p := &packet{facts: facts{seq: l.seq, stamp: l.stamp, marker: i == 2, codec: vp8, layer: l.layer}, body: b}
		l.seq++
		l.layering.describe(p, nil)
		all = append(all, p)
	}
	return all
}

// sink checks what a decoder would notice.
type sink struct {
	t       *testing.T
	any     bool
	seq     uint16
	stamp   uint32
	picture uint16
	layer0  uint8
	frames  int
	step    func(uint32) bool
}

func (s *sink) take(p *packet, key bool) {
	s.t.Helper()
	b := append([]byte{}, p.body...)
	copy(b, p.over)
	d, _ := parseVP8(b)
	id, layer0 := pictureID(b, d), b[d.layer0]
	if s.any {
		if p.seq != s.seq+1 {
			s.t.Fatalf("number %d after %d", p.seq, s.seq)
		}
		switch {
		case p.stamp == s.stamp:
			if id != s.picture || layer0 != s.layer0 {
				s.t.Fatalf("picture %d layer %d within picture %d layer %d", id, layer0, s.picture, s.layer0)
			}
		default:
			if id != (s.picture+1)&0x7fff {
				s.t.Fatalf("picture %d after %d", id, s.picture)
			}
			if want := s.layer0 + 1 - d.temporal; layer0 != want {
				s.t.Fatalf("layer index %d after %d in temporal layer %d", layer0, s.layer0, d.temporal)
			}
			if !s.step(p.stamp - s.stamp) {
				s.t.Fatalf("timestamp advances by %d", p.stamp-s.stamp)
			}
			s.frames++
		}
	} else if !key {
		s.t.Fatal("begins without a keyframe")
	}
	s.any, s.seq, s.stamp, s.picture, s.layer0 = true, p.seq, p.stamp, id, layer0
}

func TestADecoderNoticesNothingOfSwitchesAndDroppedLayers(t *testing.T) {
	var layers [maxLayers]*vp8Layer
	for i := range layers {
		layers[i] = newVP8Layer(i)
	}
	layers[2].seq, layers[2].stamp, layers[2].picture, layers[2].layer0 = 65500, 1<<32-9000, 0x7ff0, 250
	j := newProjection(aim{0, 0, 1})
	now := time.Unix(1000, 0)
	// The same moment twice, when the switch falls on it, is one tick.
	s := &sink{t: t, step: func(d uint32) bool { return d == 1 || d > 2900 && d < 6200 }}
	switches, sent := 0, map[uint16]*packet{}
	originals := map[uint16]packet{}
	for n := range 1200 {
		now = now.Add(time.Second / 30)
		if n%30 == 0 {
			j.target.Store(aim{int8(rand.IntN(maxLayers)), 0, uint8(rand.IntN(2))}.pack())
		}
		for i, l := range layers {
			key := n%30 == 5 || n == 0
			for _, p := range l.frame(key) {
				was := j.now.stream
				before := *p
				if j.place(p, now.UnixNano(), nil) != pass {
					continue
				}
				if was != j.now.stream {
					switches++
				}
				if i != int(j.now.stream) {
					t.Fatalf("a packet of encoding %d passes while %d does", i, j.now.stream)
				}
				s.take(p, p.key)
				q := *p
				q.over = append([]byte(nil), p.over...)
				sent[p.seq], originals[p.seq] = &q, before
			}
		}
	}
	if switches < 15 || s.frames < 600 {
		t.Fatalf("%d switches, %d frames: the test tried too little", switches, s.frames)
	}
	// What was sent lately is found again as it was.
	for back := range uint16(400) {
		seq := s.seq - back
		r, ok := j.recall(seq)
		o, q := originals[seq], sent[seq]
		if !ok || r.seq != o.seq || r.stream != int8(o.layer) || o.stamp+r.stamp != q.stamp || r.marker != q.marker {
			t.Fatalf("number %d is recalled as %+v, %v; it was %d of %d", seq, r, ok, o.seq, o.layer)
		}
		if over := overwrite(nil, o.body, &o.vp8, r.picture, r.layer0); string(over) != string(q.over) {
			t.Fatalf("number %d is recalled as picture %v, was %v", seq, over, q.over)
		}
	}
	if _, ok := j.recall(s.seq + 1); ok {
		t.Error("a number that was not sent is recalled")
	}
}

func TestNumbersStayThoseOfTheSourceUntilSomethingIsLeftOut(t *testing.T) {
	j, l := newProjection(everything), newVP8Layer(0)
	for n := range 100 {
		for _, p := range l.frame(n == 0) {
			seq, stamp := p.seq, p.stamp
			if j.place(p, int64(n), nil) != pass || p.seq != seq || p.stamp != stamp || p.over != nil {
				t.Fatalf("packet %d became %d %v", seq, p.seq, p.over)
			}
			if r, ok := j.recall(seq); !ok || r.seq != seq || r.rewritten {
				t.Fatalf("packet %d is recalled as %+v", seq, r)
			}
		}
	}
}

func TestLatePacketsGetTheNumberThatWasKeptForThem(t *testing.T) {
	j, l := newProjection(aim{0, 0, 0}), newVP8Layer(0) // the upper temporal layer is left out
	var all []*packet
	for n := range 40 {
		all = append(all, l.frame(n == 0)...)
	}
	got := map[uint16]bool{}
	var late []*packet
	for i, p := range all {
		if p.temporal == 0 && i%7 == 3 {
			late = append(late, p)
			continue
		}
		if j.place(p, int64(i), nil) == pass {
			got[p.seq] = true
		}
		if len(late) > 3 {
			for _, p := range late {
				if j.place(p, int64(i), nil) != pass || got[p.seq] {
					t.Fatalf("late packet: number %d, taken before: %v", p.seq, got[p.seq])
				}
				got[p.seq] = true
			}
			late = nil
		}
	}
	first := all[0].seq
	for i := range uint16(len(got)) {
		if !got[first+i] && len(late) == 0 {
			t.Fatalf("number %d is a hole", first+i)
		}
	}
}

func TestAPausedPictureBeginsAgainWithAKeyframe(t *testing.T) {
	j, l := newProjection(everything), newVP8Layer(0)
	now := time.Unix(0, 0)
	run := func(n int, key bool) (passed, awaited int) {
		for i := range n {
			now = now.Add(time.Second / 30)
			for _, p := range l.frame(key && i == 0) {
				switch j.place(p, now.UnixNano(), nil) {
				case pass:
					passed++
				case await:
					awaited++
				}
			}
		}
		return passed, awaited
	}
	run(10, true)
	j.target.Store(aim{stream: nothing}.pack())
	if passed, awaited := run(10, false); passed+awaited != 0 {
		t.Errorf("paused: %d passed, %d awaited", passed, awaited)
	}
	j.target.Store(everything.pack())
	if passed, awaited := run(5, false); passed != 0 || awaited == 0 {
		t.Errorf("wanted again, before a keyframe: %d passed, %d awaited", passed, awaited)
	}
	last := j.lastStamp
	if passed, _ := run(5, true); passed != 15 {
		t.Errorf("%d packets after the keyframe, want 15", passed)
	}
	// The time that passed stands in the timestamps: the source's own go on.
	if d := j.lastStamp - last; d != 20*3000 {
		t.Errorf("timestamps went on by %d, want %d", d, 20*3000)
	}
}

func TestALateKeyframeIsNoPlaceToSwitch(t *testing.T) {
	j, l := newProjection(everything), newVP8Layer(0)
	key, next := l.frame(true), l.frame(false)
	key[0].late = true
	if v := j.place(key[0], 1, nil); v != await {
		t.Errorf("verdict %d, want another keyframe", v)
	}
	if v := j.place(next[0], 1, nil); v != await {
		t.Errorf("verdict %d, want a keyframe", v)
	}
}

// Two encodings of one camera have clocks of their own; sender reports say what
// time each means. After a switch the picture must stand at the same moment.
func TestASwitchKeepsTheMomentToTheMillisecond(t *testing.T) {
	start := time.Unix(5000, 0)
	reports := &reports{}
	reports[0].Store(&senderReport{ntp: ntpTime(start), rtp: 1000})
	reports[2].Store(&senderReport{ntp: ntpTime(start.Add(1700 * time.Millisecond)), rtp: 0xfffffff0})
	j := newProjection(aim{0, 0, 0})
	shot := func(layer uint8, seq uint16, stamp uint32, at time.Duration) *packet {
		p := &packet{facts: facts{codec: h264, layer: layer, seq: seq, stamp: stamp, key: true, begin: true}, body: []byte{0x65}}
		if j.place(p, start.Add(at).UnixNano(), reports) != pass {
			t.Fatal("a keyframe did not pass")
		}
		return p
	}
	a := shot(0, 7, 1000+90*2000, 2*time.Second)
	j.target.Store(aim{2, 0, 0}.pack())
	// Taken 2.1 s after start, 0.4 s after the report of its clock; it arrives 300 ms late.
	back := uint32(1700)
	b := shot(2, 900, 0xfffffff0+90*(2100-back), 2400*time.Millisecond)
	if d := int(b.stamp-a.stamp) - 90*100; d < -90 || d > 90 {
		t.Errorf("the switch is %d ticks off", d)
	}
	// And the report passed on says the same.
	if got := reports[2].Load().rtp + j.stamps.Load() - a.stamp; int32(got)+90*300 < -90 || int32(got)+90*300 > 90 {
		t.Errorf("report at %d ticks, want %d", int32(got), -90*300)
	}
}

func FuzzProjection(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4}, uint16(3), uint32(9))
	f.Add([]byte{0x90, 0xe0, 0x81, 0x02, 0x07, 0x20, 0x10, 0, 0, 0x9d, 1, 0x2a, 0, 1, 0, 1}, uint16(65535), uint32(1<<31))
	f.Fuzz(func(_ *testing.T, b []byte, seq uint16, stamp uint32) {
		j, l := newProjection(everything), &layering{}
		for c := none; c < codecs; c++ {
			for i := range uint8(6) {
				p := &packet{facts: facts{codec: c, layer: i % maxLayers, seq: seq + uint16(i*i), stamp: stamp}, body: b}
				l.describe(p, b)
				j.target.Store(aim{int8(i%4) - 1, i % 3, i % 2}.pack())
				p.key = p.key || i == 4
				j.place(p, int64(stamp), nil)
				j.recall(p.seq)
			}
		}
	})
}

func TestPlacingAllocatesNothing(t *testing.T) {
	j, l := newProjection(aim{0, 0, 0}), newVP8Layer(0)
	frames := make([]*packet, 0, 300)
	for n := range 100 {
		frames = append(frames, l.frame(n == 0)...)
	}
	i := 0
	if n := testing.AllocsPerRun(250, func() { p := *frames[i]; j.place(&p, 1, nil); i++ }); n != 0 {
		t.Errorf("%v allocations per packet", n)
	}
}
