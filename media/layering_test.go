package media

import "testing"

// bitWriter writes what bitReader reads.
type bitWriter struct {
	b []byte
	n int
}

func (w *bitWriter) put(n int, v uint64) {
	for i := n - 1; i >= 0; i-- {
		if w.n%8 == 0 {
			w.b = append(w.b, 0)
		}
		w.b[w.n/8] |= byte(v>>i&1) << (7 - w.n%8)
		w.n++
	}
}

func (w *bitWriter) flag(b bool) {
	if b {
		w.put(1, 1)
	} else {
		w.put(1, 0)
	}
}

// structureL2T2 is the descriptor of a keyframe with two spatial and two
// temporal layers: templates 0 and 1 of the lower one, 2 and 3 of the upper, decode
// targets for each of the four combinations.
func structureL2T2() []byte {
	w := &bitWriter{}
	w.flag(true)  // start
	w.flag(true)  // end
	w.put(6, 5)   // template 0, counted from 5
	w.put(16, 77) // frame
	w.flag(true)  // structure
	w.flag(true)  // active decode targets
	w.put(3, 0)
	w.put(6, 5) // first template id
	w.put(5, 3) // four decode targets
	w.put(2, 1) // next: temporal
	w.put(2, 2) // next: spatial
	w.put(2, 1) // next: temporal
	w.put(2, 3) // no more
	const n, d, s, r = 0, 1, 2, 3
	for _, marks := range [][]uint64{ // targets: S0T0 S0T1 S1T0 S1T1
		{s, s, s, s}, {n, d, n, r}, {n, n, s, s}, {n, n, n, d},
	} {
		for _, m := range marks {
			w.put(2, m)
		}
	}
	w.flag(false) // template 0 depends on nothing
	w.flag(true)
	w.put(4, 0)
	w.flag(false)
	w.flag(true)
	w.put(4, 1)
	w.flag(true)
	w.put(4, 0)
	w.flag(false)
	w.flag(false)
	w.put(2, 1) // one chain of at most four: ns(5) of 1 in two bits
	for range 4 {
		// each target protected by chain 0: ns(1) takes no bits
	}
	for range 4 {
		w.put(4, 1)
	}
	w.flag(true) // resolutions
	w.put(16, 319)
	w.put(16, 179)
	w.put(16, 639)
	w.put(16, 359)
	w.put(4, 0b1111)
	return w.b
}

// frameOf is a three-byte descriptor of a later frame.
func frameOf(template uint64, start, end bool) []byte {
	w := &bitWriter{}
	w.flag(start)
	w.flag(end)
	w.put(6, template)
	w.put(16, 78)
	return w.b
}

func TestTheDependencyDescriptorTellsLayers(t *testing.T) {
	l := &layering{}
	key := &packet{facts: facts{codec: av1}, body: []byte{0x08}}
	l.describe(key, structureL2T2())
	if !key.key || !key.begin || !key.end || key.spatial != 0 || key.temporal != 0 {
		t.Fatalf("keyframe = %+v", key)
	}
	if l.heights[0] != 180 || l.heights[1] != 360 || l.top != 1 {
		t.Errorf("heights %v, top %d", l.heights, l.top)
	}
	for _, c := range []struct {
		template          uint64
		spatial, temporal uint8
		sync              bool
	}{{5, 0, 0, true}, {6, 0, 1, false}, {7, 1, 0, true}, {8, 1, 1, false}} {
		p := &packet{facts: facts{seq: uint16(c.template), codec: av1}, body: []byte{0}}
		l.describe(p, frameOf(c.template, true, false))
		if p.key || p.spatial != c.spatial || p.temporal != c.temporal || p.sync != c.sync || !p.begin || p.end {
			t.Errorf("template %d: %+v", c.template, p)
		}
	}
	// The upper spatial layer is turned off.
	w := &bitWriter{}
	w.put(2, 3)
	w.put(6, 5)
	w.put(16, 79)
	w.put(5, 0b01000)
	w.put(4, 0b0011)
	l.describe(&packet{facts: facts{seq: 20, codec: av1}, body: []byte{0}}, w.b)
	if l.top != 0 {
		t.Errorf("top = %d with the upper layer off", l.top)
	}
}

func TestADescriptorThatCannotBeReadTellsNothing(t *testing.T) {
	whole := structureL2T2()
	for n := range whole {
		d := &dependencies{}
		if _, ok := d.read(whole[:n]); ok {
			t.Errorf("%d of %d bytes were enough", n, len(whole))
		}
	}
	d := &dependencies{}
	if _, ok := d.read(frameOf(5, true, true)); ok {
		t.Error("a frame was understood before any structure")
	}
	d.read(whole)
	if _, ok := d.read(frameOf(30, true, true)); ok {
		t.Error("a template that does not exist was understood")
	}
}

func TestVP9LayersAreRead(t *testing.T) {
	for name, c := range map[string]struct {
		body []byte
		want vp9Descriptor
	}{
		"no layers, keyframe":       {[]byte{0x8c, 0x01}, vp9Descriptor{start: true, end: true, size: 2}},
		"long picture id":           {[]byte{0xcc, 0x81, 0x01}, vp9Descriptor{start: true, end: true, predicted: true, size: 3}},
		"spatial 1, temporal 2":     {[]byte{0xa4, 0x05, 0x52, 0x07}, vp9Descriptor{end: true, layered: true, temporal: 2, switching: true, spatial: 1, size: 4}},
		"flexible, two references":  {[]byte{0xf8, 0x05, 0x20, 0x03, 0x04}, vp9Descriptor{start: true, predicted: true, layered: true, temporal: 1, size: 5}},
		"with a structure of sizes": {append([]byte{0xaa, 0x01, 0x00, 0x00, 0x38}, 1, 64, 0, 180, 2, 128, 1, 104, 1, 0x04, 1), vp9Descriptor{start: true, layered: true, resolutions: 2, heights: [8]uint16{180, 360}, size: 16}},
	} {
		got, ok := parseVP9(c.body)
		if !ok || got != c.want {
			t.Errorf("%s: %+v, %v", name, got, ok)
		}
		for n := range c.body {
			if d, ok := parseVP9(c.body[:n]); ok && d.size > n {
				t.Errorf("%s: %d bytes were enough for %d", name, n, d.size)
			}
		}
	}
	if _, ok := parseVP9([]byte{0x50, 0x03, 0x03, 0x03, 0x03, 0x02}); ok {
		t.Error("more references than there may be were read")
	}
}

// An SVC stream in which a subscriber gets the lower spatial layer only.
func TestUpperSpatialLayersAreLeftOutAndThePictureStillEnds(t *testing.T) {
	j, l := newProjection(aim{0, 0, 7}), &layering{}
	seq, passed := uint16(65530), 0
	send := func(flags, indices byte, marker bool) verdict {
		p := &packet{facts: facts{seq: seq, codec: vp9, marker: marker}, body: []byte{flags, 0x01, indices, 0, 9}}
		seq++
		l.describe(p, nil)
		v := j.place(p, 1, nil)
		if v == pass {
			if want := uint16(65530) + uint16(passed); p.seq != want {
				t.Errorf("number %d, want %d", p.seq, want)
			}
			passed++
			if end := flags&0x04 != 0; p.marker != end {
				t.Errorf("marker = %v at the end of the layer: %v", p.marker, end)
			}
		}
		return v
	}
	for n := range 10 {
		flags := byte(0xa0)
		if n > 0 {
			flags |= 0x40
		}
		for _, c := range []struct {
			flags, indices byte
			marker         bool
			want           verdict
		}{{0x08, 0, false, pass}, {0x04, 0, false, pass}, {0x08, 0x03, false, drop}, {0x04, 0x03, true, drop}} {
			if v := send(flags|c.flags, c.indices, c.marker); v != c.want {
				t.Fatalf("picture %d: verdict %d, want %d", n, v, c.want)
			}
		}
	}
	j.target.Store(aim{0, 1, 7}.pack())
	if v := send(0xe8, 0x03, false); v != drop {
		t.Error("the upper layer came without a keyframe")
	}
	if send(0xa8, 0, false); j.now.spatial != 1 {
		t.Error("the upper layer does not come with a keyframe")
	}
}
