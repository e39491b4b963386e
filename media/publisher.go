package media

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/webrtc/v4"
)

// publisher is one track of a peer, as others see it: a microphone, a camera, a
// screen. It arrives in one encoding, or a picture in up to maxLayers of them.
type publisher struct {
	feed
	peer   *Peer
	source Source
	codec  codec // at first
	kind   webrtc.RTPCodecType
	rids   []string // the encodings announced, none for a track in one
	began  time.Time

	encodings [maxLayers]atomic.Pointer[encoding] // filled from 0 on
	adding    sync.Mutex                          // one encoding is added at a time
	reading   atomic.Int32                        // encodings that have not ended

	sending  atomic.Bool  // false: its owner said muted
	loudness atomic.Int32 // smoothed, 0 silence to 127<<levelBits
	ceiling  atomic.Int64 // bit/s that its few viewers' networks carry of it, 0: no limit; steering's
	best     atomic.Int32 // the encoding a stage shows: the highest that flows
}

func newPublisher(p *Peer, source Source, rids []string, t *webrtc.TrackRemote) *publisher {
	pub := &publisher{peer: p, source: source, codec: codecOf(t.Codec().MimeType), kind: t.Kind(),
		rids: rids, began: p.room.engine.now()}
	pub.video = t.Kind() == webrtc.RTPCodecTypeVideo
	pub.counters, pub.turn, pub.owner = &p.room.counters, &p.turn, p
	pub.ask, pub.welcome = pub.askKeyframe, pub.greet
	pub.sending.Store(p.isSending(source))
	return pub
}

// add makes an incoming stream the publisher's next encoding; nil when it has
// as many as are taken.
func (pub *publisher) add(in *intake, t *webrtc.TrackRemote, r *webrtc.RTPReceiver) *encoding {
	pub.adding.Lock()
	defer pub.adding.Unlock()
	for i := range pub.encodings {
		if pub.encodings[i].Load() != nil {
			continue
		}
		e := &encoding{pub: pub, layer: uint8(i), rid: t.RID(), track: t, receiver: r, intake: in}
		pub.rings[i].Store(&ring{})
		pub.reading.Add(1)
		pub.encodings[i].Store(e)
		return e
	}
	return nil
}

// first is what a newcomer gets until its network has said what it carries: the best
// encoding that flows and is no more than is assumed, else the cheapest that flows.
func (pub *publisher) first(now time.Time) aim {
	chosen, cost := int8(pub.best.Load()), int64(-1)
	for i := range pub.encodings {
		e := pub.encodings[i].Load()
		if e == nil {
			break
		}
		like, known := nominal[e.rid]
		if !known || now.UnixNano()-e.takenAt.Load() > int64(silentAfter) {
			continue
		}
		// Of two that fit the larger one, else the smaller one.
		const most = firstEstimate - soundCost
		if better := like.bitrate > cost; cost < 0 || better == (max(cost, like.bitrate) <= most) {
			chosen, cost = int8(i), like.bitrate
		}
	}
	return aim{chosen, 0xff, 0xff}
}

// askKeyframe asks for a keyframe of one encoding, if the track is a picture.
func (pub *publisher) askKeyframe(layer uint8) {
	if e := pub.encodings[layer].Load(); e != nil && pub.video {
		e.askKeyframe()
	}
}

// greet asks for a keyframe for somebody who has just come.
func (pub *publisher) greet(layer uint8) {
	if e := pub.encodings[layer].Load(); e != nil && pub.video {
		e.hurry.Store(true)
		e.askKeyframe()
	}
}

// from says whether it belongs to that receiver, whose encodings come one by one.
func (pub *publisher) from(r *webrtc.RTPReceiver) bool {
	e := pub.encodings[0].Load()
	return e != nil && e.receiver == r
}
