package media

import "testing"

// cast makes sources; each test gives them loudness and lets time pass.
type cast struct {
	stage *stage
	all   []*publisher
}

func newCast() *cast {
	return &cast{stage: newStage(&Room{engine: &Engine{}})}
}

func (c *cast) enter(peer *Peer, source Source) *publisher {
	p := &publisher{peer: peer, source: source}
	p.video = source.kind() == "video"
	p.ask = func(uint8) {}
	p.sending.Store(true)
	c.all = append(c.all, p)
	return p
}

func (p *publisher) loud(level int32) { p.loudness.Store(level << levelBits) }

// tick lets the sources named send, and time pass.
func (c *cast) tick(n int, sending ...*publisher) {
	for range n {
		for _, p := range sending {
			p.packets.Add(1)
		}
		c.stage.look(c.all, true)
	}
}

// take plays the publishers' part: whoever is next takes over.
func (c *cast) take() {
	for _, t := range []*stageTrack{c.stage.audio, c.stage.video} {
		if p := t.next.Swap(nil); p != nil {
			t.current.Store(p)
		}
	}
}

func TestTheStageTurnsToASpeakerWhoIsClearlyLouderForAWhile(t *testing.T) {
	c := newCast()
	ann, bob := &Peer{}, &Peer{}
	a, av := c.enter(ann, Microphone), c.enter(ann, Camera)
	b, bv := c.enter(bob, Microphone), c.enter(bob, Camera)
	all := []*publisher{a, av, b, bv}
	a.loud(100)
	b.loud(20)
	c.tick(1, all...)
	c.take()
	if c.stage.audio.chosen() != a || c.stage.video.chosen() != av {
		t.Fatal("the loudest is not shown at first")
	}
	b.loud(103)
	c.tick(10, all...)
	if c.stage.audio.chosen() != a {
		t.Error("turned to somebody hardly louder")
	}
	b.loud(110)
	c.tick(patience-1, all...)
	if c.stage.audio.chosen() != a {
		t.Error("turned too soon")
	}
	c.tick(1, all...)
	if c.stage.audio.chosen() != b || c.stage.video.chosen() != bv {
		t.Error("did not turn to the louder one")
	}
}

func TestTheStageLeavesWhoIsSilentMutedOrGone(t *testing.T) {
	c := newCast()
	ann, bob := &Peer{}, &Peer{}
	a, av := c.enter(ann, Microphone), c.enter(ann, Camera)
	b, bv := c.enter(bob, Microphone), c.enter(bob, Camera)
	a.loud(100)
	c.tick(1, a, av, b, bv)
	c.take()
	c.tick(silence, b, bv)
	if c.stage.audio.chosen() != b || c.stage.video.chosen() != bv {
		t.Error("stayed with a source that sends nothing")
	}
	c.take()
	b.sending.Store(false)
	bv.sending.Store(false)
	c.tick(1, a, av)
	if c.stage.audio.chosen() != a || c.stage.video.chosen() != av {
		t.Error("stayed with a source that is muted")
	}
	c.take()
	c.all = nil
	c.stage.leave(a)
	c.stage.leave(av)
	c.tick(1)
	if c.stage.audio.chosen() != nil || c.stage.video.chosen() != nil || len(c.stage.seen) != 0 {
		t.Error("something is kept of those who left")
	}
}

func TestAScreenComesBeforeAnyCamera(t *testing.T) {
	ann, bob := &Peer{}, &Peer{}
	c := newCast()
	camera, screen, mic := c.enter(ann, Camera), c.enter(bob, Screen), c.enter(ann, Microphone)
	other := c.enter(bob, Camera)
	for name, k := range map[string]struct {
		video            []*publisher
		speaker, present *publisher
		want             *publisher
	}{
		"a screen while another speaks":     {[]*publisher{camera, screen}, mic, camera, screen},
		"the speaker's camera":              {[]*publisher{camera, other}, mic, other, camera},
		"nobody speaks: the present one":    {[]*publisher{camera, other}, nil, camera, camera},
		"nobody speaks, nobody yet: newest": {[]*publisher{camera, other}, nil, nil, other},
		"the speaker has no camera":         {[]*publisher{other}, mic, nil, other},
		"no picture at all: leave as it is": {nil, mic, camera, camera},
	} {
		if got := picture(k.video, k.speaker, k.present); got != k.want {
			t.Errorf("%s: another was chosen", name)
		}
	}
}
