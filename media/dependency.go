package media

// The AV1 dependency descriptor, a header extension that says to which layers a
// frame belongs and what may be decoded from here on (RTP payload format for
// AV1, appendix A). It is read on Up only: who receives follows the payload.
const dependencyURI = "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension"

const (
	maxTemplates = 64
	maxTargets   = 32
	// maxSpatial and maxTemporal bound the layers of any codec here.
	maxSpatial  = 4
	maxTemporal = 8
)

// indication is what a frame means to a decode target (appendix A.2).
type indication uint8

const (
	absent indication = iota
	discardable
	switchable
	required
)

// dependencies is the structure that a stream's last keyframe announced. It
// belongs to the goroutine that reads the stream and is reused, never copied.
type dependencies struct {
	known     bool
	offset    uint8
	templates int
	targets   int
	layers    [maxTemplates]struct{ spatial, temporal uint8 }
	marks     [maxTemplates][maxTargets]indication
	reach     [maxTargets]struct{ spatial, temporal uint8 } // the layers of each decode target
	heights   [maxSpatial]uint16                            // by spatial layer, 0 unknown
	active    uint32                                        // decode targets, a bit each
}

// dependency is what one descriptor says about its packet.
type dependency struct {
	start, end, key   bool
	spatial, temporal uint8
	marks             *[maxTargets]indication // by decode target, nil when the structure is not known
}

// read parses the extension of one packet. A packet whose structure was lost
// is not ok: nothing is known about it.
func (d *dependencies) read(b []byte) (f dependency, ok bool) {
	r := bitReader{b: b}
	f.start, f.end = r.flag(), r.flag()
	template := uint8(r.read(6))
	r.read(16) // frame number
	var masked, marks bool
	if len(b) > 3 {
		f.key, masked, marks = r.flag(), r.flag(), r.flag()
		r.read(2) // custom frame differences and chains, which come last and are not needed
	}
	if f.key {
		d.structure(&r)
	}
	if !d.known || r.short {
		return f, false
	}
	if masked {
		d.active = uint32(r.read(d.targets))
	}
	i := int(template+maxTemplates-d.offset) % maxTemplates
	if i >= d.templates {
		return f, false
	}
	f.spatial, f.temporal, f.marks = d.layers[i].spatial, d.layers[i].temporal, &d.marks[i]
	if marks {
		// They stand for this frame alone; the template's are overwritten by the next keyframe
		// only, so they go where no template is.
		custom := &d.marks[maxTemplates-1]
		if d.templates == maxTemplates {
			return f, !r.short
		}
		for t := range d.targets {
			custom[t] = indication(r.read(2))
		}
		f.marks = custom
	}
	return f, !r.short
}

// structure reads template_dependency_structure. A broken one leaves the stream unknown.
func (d *dependencies) structure(r *bitReader) {
	*d = dependencies{offset: uint8(r.read(6)), targets: int(r.read(5)) + 1}
	var spatial, temporal uint8
	for next := uint64(0); next != 3; {
		if d.templates == maxTemplates || spatial >= maxSpatial || temporal >= maxTemporal || r.short {
			return
		}
		d.layers[d.templates].spatial, d.layers[d.templates].temporal = spatial, temporal
		d.templates++
		switch next = r.read(2); next {
		case 1:
			temporal++
		case 2:
			spatial, temporal = spatial+1, 0
		}
	}
	for i := range d.templates {
		for t := range d.targets {
			m := indication(r.read(2))
			d.marks[i][t] = m
			if m != absent {
				d.reach[t].spatial = max(d.reach[t].spatial, d.layers[i].spatial)
				d.reach[t].temporal = max(d.reach[t].temporal, d.layers[i].temporal)
			}
		}
	}
	for range d.templates { // frame differences
		for r.flag() {
			r.read(4)
		}
	}
	d.chains(r)
	if r.flag() {
		for s := range spatial + 1 {
			r.read(16)
			d.heights[s] = uint16(r.read(16)) + 1
		}
	}
	d.active = 1<<d.targets - 1
	d.known = !r.short
}

// chains passes over template_chains.
func (d *dependencies) chains(r *bitReader) {
	n := r.nonSymmetric(d.targets + 1)
	if n == 0 {
		return
	}
	for range d.targets {
		r.nonSymmetric(n)
	}
	for range d.templates * n {
		r.read(4)
	}
}

// switches says whether a decoder may begin to take temporal layer f.temporal
// of spatial layer s with this frame.
func (d *dependencies) switches(f *dependency, s uint8) bool {
	if f.marks == nil {
		return false
	}
	for t := range d.targets {
		if d.reach[t].temporal == f.temporal && d.reach[t].spatial >= s && f.marks[t] == switchable {
			return true
		}
	}
	return false
}

// topSpatial is the highest spatial layer that is being sent.
func (d *dependencies) topSpatial() uint8 {
	top := uint8(0)
	for t := range d.targets {
		if d.active&(1<<t) != 0 {
			top = max(top, d.reach[t].spatial)
		}
	}
	return top
}

// bitReader reads big-endian bit fields; past the end it gives zeros and notes it.
type bitReader struct {
	b     []byte
	at    int
	short bool
}

func (r *bitReader) read(n int) uint64 {
	var v uint64
	for range n {
		i := r.at / 8
		if i >= len(r.b) {
			r.short = true
			return 0
		}
		v = v<<1 | uint64(r.b[i]>>(7-r.at%8)&1)
		r.at++
	}
	return v
}

func (r *bitReader) flag() bool { return r.read(1) == 1 }

// nonSymmetric reads ns(n), a number below n (AV1 specification, section 4.10.7).
func (r *bitReader) nonSymmetric(n int) int {
	w := 0
	for x := n; x != 0; x >>= 1 {
		w++
	}
	m := 1<<w - n
	v := int(r.read(w - 1))
	if v < m {
		return v
	}
	return v<<1 - m + int(r.read(1))
}
