package media

// vp9Descriptor is what RFC 9628, section 4.2, puts before a VP9 payload, as
// far as forwarding needs it.
type vp9Descriptor struct {
	start, end  bool // first and last packet of a layer's frame
	predicted   bool // from an earlier picture (P)
	layered     bool // the layer indices are there
	temporal    uint8
	spatial     uint8
	switching   bool // upper temporal layers may begin after this frame (U)
	heights     [8]uint16
	resolutions int // how many of heights are known
	size        int
}

// maxReferences is how many earlier pictures a flexible descriptor may name.
const maxReferences = 3

func parseVP9(p []byte) (d vp9Descriptor, ok bool) {
	if len(p) == 0 {
		return d, false
	}
	flags := p[0]
	d.predicted, d.layered = flags&0x40 != 0, flags&0x20 != 0
	d.start, d.end = flags&0x08 != 0, flags&0x04 != 0
	flexible := flags&0x10 != 0
	i := 1
	if flags&0x80 != 0 { // picture id, one or two bytes
		if len(p) <= i {
			return d, false
		}
		i += 1 + int(p[i]>>7)
	}
	if d.layered {
		if len(p) <= i {
			return d, false
		}
		x := p[i]
		d.temporal, d.switching, d.spatial = x>>5, x&0x10 != 0, x>>1&0x07
		if i++; !flexible {
			i++ // TL0PICIDX
		}
	}
	if flexible && d.predicted {
		for n := 0; ; n++ {
			if len(p) <= i || n == maxReferences {
				return d, false
			}
			more := p[i]&1 != 0
			if i++; !more {
				break
			}
		}
	}
	if flags&0x02 != 0 {
		if i, ok = d.structure(p, i); !ok {
			return d, false
		}
	}
	d.size = i
	return d, i <= len(p)
}

// structure reads the scalability structure (section 4.2.1) that begins at i.
func (d *vp9Descriptor) structure(p []byte, i int) (int, bool) {
	if len(p) <= i {
		return i, false
	}
	layers, sizes, groups := int(p[i]>>5)+1, p[i]&0x10 != 0, p[i]&0x08 != 0
	i++
	if sizes {
		for s := range layers {
			if len(p) < i+4 {
				return i, false
			}
			d.heights[s] = uint16(p[i+2])<<8 | uint16(p[i+3])
			i += 4
		}
		d.resolutions = layers
	}
	if groups {
		if len(p) <= i {
			return i, false
		}
		n := int(p[i])
		i++
		for range n {
			if len(p) <= i {
				return i, false
			}
			i += 1 + int(p[i]>>2&0x03)
		}
	}
	return i, true
}
