package media

// layering is what the reader of one stream knows of its layers. It belongs to
// the goroutine that reads the stream.
type layering struct {
	any    bool
	newest uint16
	upper  bool // VP9: the last frame said that upper temporal layers may begin
	deps   dependencies

	heights [maxSpatial]uint16 // of the spatial layers as far as they were announced
	top     uint8              // highest spatial layer that is sent
}

// describe fills in what a packet says of its layers. descriptor is the AV1
// dependency descriptor, nil when there is none.
func (l *layering) describe(p *packet, descriptor []byte) {
	p.late = l.any && int16(p.seq-l.newest) <= 0
	if !p.late {
		l.any, l.newest = true, p.seq
	}
	p.spatial, p.temporal, p.begin, p.end, p.sync, p.over = 0, 0, true, false, false, nil
	p.vp8, p.picture, p.key = vp8Descriptor{}, 0, false
	switch p.codec {
	case vp8:
		l.describeVP8(p)
	case vp9:
		l.describeVP9(p)
	case av1:
		l.describeAV1(p, descriptor)
	default:
		p.key = p.codec.keyframe(p.body)
	}
}

func (l *layering) describeVP8(p *packet) {
	d, ok := parseVP8(p.body)
	if !ok {
		return
	}
	p.vp8, p.begin, p.temporal, p.sync = d, d.start, d.temporal, d.sync
	if d.picture > 0 {
		p.picture = pictureID(p.body, d)
	}
	if frame := p.body[d.size:]; d.start && len(frame) > 0 && frame[0]&1 == 0 {
		p.key = true
		// Frame tag, start code, width, height (RFC 6386, section 9.1).
		if len(frame) >= 10 && frame[3] == 0x9d && frame[4] == 0x01 && frame[5] == 0x2a {
			l.heights[0] = uint16(frame[9]&0x3f)<<8 | uint16(frame[8])
		}
	}
}

func (l *layering) describeVP9(p *packet) {
	d, ok := parseVP9(p.body)
	if !ok {
		return
	}
	p.begin, p.end, p.spatial, p.temporal = d.start, d.end, d.spatial, d.temporal
	p.key = d.start && !d.predicted && d.spatial == 0
	p.sync = d.temporal > 0 && l.upper
	if d.start && d.spatial == 0 {
		l.upper = d.switching
	}
	if n := min(d.resolutions, maxSpatial); n > 0 {
		copy(l.heights[:], d.heights[:n])
		l.top = uint8(n - 1)
	}
}

func (l *layering) describeAV1(p *packet, descriptor []byte) {
	if len(descriptor) < 3 {
		p.key = p.codec.keyframe(p.body)
		return
	}
	f, ok := l.deps.read(descriptor)
	if !ok {
		return
	}
	p.begin, p.end, p.spatial, p.temporal = f.start, f.end, f.spatial, f.temporal
	p.key = f.key && f.start && f.spatial == 0
	p.sync = l.deps.switches(&f, f.spatial)
	l.heights, l.top = l.deps.heights, l.deps.topSpatial()
}
