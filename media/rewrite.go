package media

import (
	"sync"
	"time"
)

// vp8Descriptor is what RFC 7741, section 4.2, puts before the picture.
type vp8Descriptor struct {
	start   bool // first packet of partition 0
	size    int  // bytes of the descriptor
	picture int  // index of the picture id, 0 when absent
	long    bool // the picture id has 15 bits
	layer0  int  // index of TL0PICIDX, 0 when absent

	temporal uint8
	sync     bool // depends on the base layer only (Y)
}

func parseVP8(p []byte) (d vp8Descriptor, ok bool) {
	if len(p) == 0 {
		return d, false
	}
	d.start = p[0]&0x10 != 0 && p[0]&0x07 == 0
	d.size = 1
	if p[0]&0x80 == 0 {
		return d, true
	}
	if len(p) < 2 {
		return d, false
	}
	flags := p[1]
	d.size = 2
	if flags&0x80 != 0 {
		if d.picture = d.size; len(p) <= d.picture {
			return d, false
		}
		d.size++
		if d.long = p[d.picture]&0x80 != 0; d.long {
			d.size++
		}
	}
	if flags&0x40 != 0 {
		d.layer0 = d.size
		d.size++
	}
	if flags&0x30 != 0 {
		if d.size < len(p) && flags&0x20 != 0 {
			d.temporal, d.sync = p[d.size]>>6, p[d.size]&0x20 != 0
		}
		d.size++
	}
	return d, d.size <= len(p)
}

// numbering makes one RTP stream out of several sources in turn: numbers go on
// where they were, timestamps advance by the time that passed, VP8 picture ids
// continue, so that a decoder notices nothing but a keyframe.
type numbering struct {
	mu     sync.Mutex
	source *publisher // whose packets pass now
	layer  uint8      // and which of its encodings
	begun  bool

	firstSeq   uint16 // of the source, older packets belong to before the switch
	seqShift   uint16
	stampShift uint32
	lastSeq    uint16
	lastStamp  uint32
	lastAt     time.Time

	pictureShift, lastPicture uint16
	layer0Shift, lastLayer0   uint8
}

// switchTo makes src the source whose packets pass, beginning with p.
func (n *numbering) switchTo(src *publisher, p *packet, now time.Time) {
	n.source, n.layer, n.firstSeq = src, p.layer, p.seq
	if n.begun {
		rate := p.codec.clockRate()
		passed := uint32(now.Sub(n.lastAt).Seconds() * float64(rate))
		n.seqShift = n.lastSeq + 1 - p.seq
		n.stampShift = n.lastStamp + max(passed, rate/1000) - p.stamp
		p.marker = p.marker || !src.video
	}
	n.begun = true
	n.lastSeq, n.lastStamp = p.seq+n.seqShift, p.stamp+n.stampShift
	if d, ok := parseVP8(p.body); ok && p.codec == vp8 {
		if d.picture > 0 {
			n.pictureShift = n.lastPicture + 1 - pictureID(p.body, d)
		}
		if d.layer0 > 0 {
			n.layer0Shift = n.lastLayer0 + 1 - p.body[d.layer0]
		}
	}
}

// apply renumbers p in place, body included; false means that it must not be
// sent, because it is from before the switch.
func (n *numbering) apply(p *packet, now time.Time) bool {
	seq := p.seq
	if int16(seq-n.firstSeq) < 0 {
		return false
	}
	// firstSeq follows at a ring's distance, or half the circle later every packet would look old.
	n.firstSeq = seq - min(seq-n.firstSeq, ringSize)
	p.seq += n.seqShift
	p.stamp += n.stampShift
	if int16(p.seq-n.lastSeq) >= 0 {
		n.lastSeq, n.lastStamp, n.lastAt = p.seq, p.stamp, now
	}
	if p.codec == vp8 {
		n.applyVP8(p.body)
	}
	return true
}

func (n *numbering) applyVP8(b []byte) {
	d, ok := parseVP8(b)
	if !ok {
		return
	}
	if d.picture > 0 {
		id := pictureID(b, d) + n.pictureShift
		if d.long {
			id &= 0x7fff
			b[d.picture], b[d.picture+1] = 0x80|byte(id>>8), byte(id)
		} else {
			id &= 0x7f
			b[d.picture] = byte(id)
		}
		n.lastPicture = id
	}
	if d.layer0 > 0 {
		b[d.layer0] += n.layer0Shift
		n.lastLayer0 = b[d.layer0]
	}
}

func pictureID(b []byte, d vp8Descriptor) uint16 {
	if d.long {
		return uint16(b[d.picture]&0x7f)<<8 | uint16(b[d.picture+1])
	}
	return uint16(b[d.picture])
}
