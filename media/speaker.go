package media

import (
	"slices"
	"sync/atomic"
	"time"
)

const (
	// stageTick is how often a stage looks who speaks.
	stageTick = 200 * time.Millisecond
	// levelBits is the fixed point of publisher.loudness.
	levelBits = 8
	// louder, in dB, is how far above the present speaker another has to be,
	// and patience for how many ticks, before the stage turns to them.
	louder   = 6
	patience = 3
	// silence, in ticks without a packet, after which a source counts as gone:
	// a camera turned off keeps its track but sends nothing.
	silence = 5
)

// hear takes the level of one audio packet in -dBov (RFC 6464): a byte whose
// low seven bits go from 0, loudest, to 127.
func (pub *publisher) hear(x []byte) {
	if len(x) == 0 {
		return
	}
	level := int32(127-x[0]&0x7f) << levelBits
	old := pub.loudness.Load()
	pub.loudness.Store(old + (level-old)/16) // about 300 ms at 50 packets/s
}

// stage is what a viewer without a participant's place sees: one audio and one
// video stream, those of the active speaker, numbered as one. Its goroutine
// chooses; the publishers' goroutines feed it.
type stage struct {
	audio, video *stageTrack
	now          func() time.Time
	wake         chan struct{}            // capacity 1: publishers came or went
	seen         map[*publisher]*sighting // owned by run
	rival        *publisher               // speaks louder than the present speaker...
	rivalTicks   int                      // ...for so many ticks
}

// sighting is what the stage remembers about one source between ticks.
type sighting struct {
	packets uint64
	quiet   int // ticks without a packet
}

// stageTrack is one of the two streams of a stage.
type stageTrack struct {
	feed
	current atomic.Pointer[publisher] // whose packets pass
	next    atomic.Pointer[publisher] // who takes over with the next keyframe (audio: packet)
	numbers numbering
}

func newStage(r *Room) *stage {
	st := &stage{now: r.engine.now, wake: make(chan struct{}, 1), seen: map[*publisher]*sighting{}}
	st.audio, st.video = newStageTrack(r, false), newStageTrack(r, true)
	return st
}

func newStageTrack(r *Room, video bool) *stageTrack {
	t := &stageTrack{}
	t.video, t.counters, t.turn = video, &r.counters, &t.numbers.mu
	t.ask = func(uint8) {}
	t.rings[0].Store(&ring{})
	if video {
		t.ask, t.welcome = t.askKeyframe, t.greet
	}
	return t
}

// askKeyframe asks whoever is shown, and whoever is about to be.
func (t *stageTrack) askKeyframe(uint8) {
	if p := t.current.Load(); p != nil {
		p.askKeyframe(uint8(p.best.Load()))
	}
	if p := t.next.Load(); p != nil {
		p.askKeyframe(uint8(p.best.Load()))
	}
}

// greet is askKeyframe for somebody who has just come.
func (t *stageTrack) greet(uint8) {
	if p := t.current.Load(); p != nil {
		p.greet(uint8(p.best.Load()))
	}
	if p := t.next.Load(); p != nil {
		p.greet(uint8(p.best.Load()))
	}
}

// push offers a packet of a source; it is sent if its source is the one shown.
func (st *stage) push(b *burst, src *publisher, p *packet) {
	t := st.track(src.video)
	if t.current.Load() != src && (t.next.Load() != src || t.video && !p.key) {
		return
	}
	t.numbers.mu.Lock()
	defer t.numbers.mu.Unlock()
	if t.numberLocked(src, p, st.now()) {
		p.layer = 0
		t.deliver(b, p)
	}
}

// numberLocked gives p its place in the stage's stream, switching to src or to
// another encoding of it if it is its turn.
func (t *stageTrack) numberLocked(src *publisher, p *packet, now time.Time) bool {
	best := int32(p.layer) == src.best.Load()
	switch {
	case t.numbers.source != src:
		if t.next.Load() != src || !best {
			return false
		}
		t.numbers.switchTo(src, p, now)
		t.current.Store(src)
		t.reports[0].Store(nil)
		t.next.CompareAndSwap(src, nil)
	case t.numbers.layer != p.layer:
		if !best || !p.key || p.late {
			return false
		}
		t.numbers.switchTo(src, p, now)
		t.reports[0].Store(nil)
	}
	return t.numbers.apply(p, now)
}

// choose makes src the one to be shown; nil leaves the picture as it is.
func (t *stageTrack) choose(src *publisher) {
	if src == nil || t.current.Load() == src {
		t.next.Store(nil)
		return
	}
	if t.next.Swap(src) != src {
		src.ask(uint8(src.best.Load()))
	}
}

// leave forgets a source that ended.
func (st *stage) leave(src *publisher) {
	t := st.track(src.video)
	t.next.CompareAndSwap(src, nil)
	t.current.CompareAndSwap(src, nil)
}

func (st *stage) track(video bool) *stageTrack {
	if video {
		return st.video
	}
	return st.audio
}

// pass sends a source's sender report on, in the stage's timestamps.
func (st *stage) pass(b *burst, src *publisher, layer uint8, r *senderReport) {
	t := st.track(src.video)
	t.numbers.mu.Lock()
	shown, shift := t.numbers.source == src && t.numbers.layer == layer, t.numbers.stampShift
	t.numbers.mu.Unlock()
	if shown {
		t.pass(b, 0, &senderReport{ntp: r.ntp, rtp: r.rtp + shift})
	}
}

// run chooses until the room closes.
func (st *stage) run(r *Room, quit <-chan struct{}) {
	tick := time.NewTicker(stageTick)
	defer tick.Stop()
	for {
		ticked := false
		select {
		case <-quit:
			return
		case <-st.wake:
		case <-tick.C:
			ticked = true
		}
		r.guarded(func() { st.look(r.tracks(), ticked) })
	}
}

// look notes who sends and chooses; time passes only on a tick.
func (st *stage) look(all []*publisher, ticked bool) {
	var audio, video []*publisher
	for _, p := range all {
		s := st.seen[p]
		if s == nil {
			s = &sighting{}
			st.seen[p] = s
		}
		if n := p.packets.Load(); n != s.packets {
			s.packets, s.quiet = n, 0
		} else if ticked {
			s.quiet++
		}
		if !p.sending.Load() || s.quiet >= silence {
			continue
		}
		if p.video {
			video = append(video, p)
		} else {
			audio = append(audio, p)
		}
	}
	for p := range st.seen {
		if !slices.Contains(all, p) {
			delete(st.seen, p)
		}
	}
	speaker := st.speaker(audio, ticked)
	st.audio.choose(speaker)
	st.video.choose(picture(video, speaker, st.video.chosen()))
}

// chosen is who is shown or about to be.
func (t *stageTrack) chosen() *publisher {
	if p := t.next.Load(); p != nil {
		return p
	}
	return t.current.Load()
}

// speaker is the audio source to be heard, of those that send, oldest first:
// the present one until another is clearly louder for a while. Sources that
// state no level count as silent.
func (st *stage) speaker(audio []*publisher, ticked bool) *publisher {
	if len(audio) == 0 {
		st.rival = nil
		return nil
	}
	// The newest of the loudest.
	best := audio[0]
	for _, p := range audio[1:] {
		if p.loudness.Load() >= best.loudness.Load() {
			best = p
		}
	}
	present := st.audio.chosen()
	if !slices.Contains(audio, present) {
		st.rival = nil
		return best
	}
	if best == present || best.loudness.Load() < present.loudness.Load()+louder<<levelBits {
		st.rival = nil
		return present
	}
	if st.rival != best {
		st.rival, st.rivalTicks = best, 0
	}
	if ticked {
		st.rivalTicks++
	}
	if st.rivalTicks < patience {
		return present
	}
	st.rival = nil
	return best
}

// picture is the video source to be shown, of those that send, oldest first: a
// shared screen, else the speaker's camera, else the present one, else the newest.
func picture(video []*publisher, speaker, present *publisher) *publisher {
	for i := len(video) - 1; i >= 0; i-- {
		if video[i].source == Screen {
			return video[i]
		}
	}
	for _, p := range video {
		if speaker != nil && p.peer == speaker.peer {
			return p
		}
	}
	if len(video) == 0 || slices.Contains(video, present) {
		return present
	}
	return video[len(video)-1]
}
