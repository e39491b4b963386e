package media

import (
	"math"
	"sync/atomic"
	"time"
)

const (
	// loadEvery is how often the socket's lag is judged.
	loadEvery = 100 * time.Millisecond
	// lagHigh, for how long every packet may wait in the socket, twice running, before some pictures are
	// left out; lagCalm, below which they come back, and calmFor how long it has to last.
	lagHigh = 60 * time.Millisecond
	lagCalm = 15 * time.Millisecond
	calmFor = 2 * time.Second
	// Of 256 subscribers to a picture, so many more go without it at a time, and so many less; some always keep it.
	shedStep, shedBack, shedMost = 32, 16, 240
	// turnEvery is how long the same ones go without before it is others' turn.
	turnEvery = 10 * time.Second
)

// overload decides how many pictures are left out so that what is sent is never
// late: sound comes first. It is owned by the socket's reader; shed may be read by any.
type overload struct {
	shed   atomic.Int32  // of 256 subscribers to a picture, how many go without
	least  time.Duration // since judged; only what stands is a queue (RFC 8289, section 3.2), a hiccup passes
	judged time.Time
	before time.Duration // least of all when last judged
	calm   time.Time     // since when
}

// note takes account of how long a datagram waited in the socket.
func (o *overload) note(lag time.Duration, now time.Time) {
	o.least = min(o.least, lag)
	if now.Sub(o.judged) < loadEvery {
		return
	}
	level, least, before := o.shed.Load(), o.least, o.before
	o.judged, o.least, o.before = now, math.MaxInt64, least
	switch {
	case least > lagHigh && before > lagHigh:
		if least >= before { // else what was left out is already felt
			o.shed.Store(min(level+shedStep, shedMost))
		}
		o.calm = now
	case least > lagCalm:
		o.calm = now
	case level > 0 && now.Sub(o.calm) >= calmFor:
		o.shed.Store(max(level-shedBack, 0))
		o.calm = now
	}
}

// shedding is a subscriber's part in that. It is owned by who delivers; off may be read by any.
type shedding struct {
	rank  uint8
	off   atomic.Bool
	stamp uint32 // of the picture that passes
}

// decide says what becomes of a packet of a picture before anything else does:
// pass, or drop for the sake of others, or await when it is this subscriber's turn to
// come back, for which a keyframe is needed. Pictures are left out whole, up to a keyframe.
func (d *shedding) decide(p *packet, level int32, now int64) verdict {
	off := d.off.Load()
	if level == 0 && !off {
		d.stamp = p.stamp
		return pass
	}
	chosen := int32(d.rank+uint8(now/int64(turnEvery)*97)) < level
	switch {
	case off && chosen:
		return drop
	case off && !p.key:
		return await
	case !off && chosen && p.stamp != d.stamp:
		d.off.Store(true)
		return drop
	}
	if d.stamp = p.stamp; off {
		d.off.Store(false)
	}
	return pass
}
