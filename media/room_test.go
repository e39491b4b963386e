package media_test

import (
	"errors"
	"testing"

	"salon/media"
	"salon/media/mediatest"
)

func TestTwoPeersExchangeVideoAndAudioBothWays(t *testing.T) {
	room := newEngine(t).OpenRoom("interview")
	ann, bob := both(t, room, "ann"), both(t, room, "bob")
	ann.untilReceived("bob's media", hears("bob", "bob.camera", 30))
	bob.untilReceived("ann's media", hears("ann", "ann.camera", 30))
	for _, g := range []*guest{ann, bob} {
		for _, r := range g.Received() {
			if r.Stamped != r.Packets {
				t.Errorf("%s received %d packets of %s %s, only %d undamaged", g.id, r.Packets, r.Stream, r.Kind, r.Stamped)
			}
		}
	}
	s := room.Stats()
	if s.Peers != 2 || s.Tracks != 4 || s.PacketsIn == 0 || s.PacketsOut == 0 || s.BytesOut == 0 {
		t.Errorf("stats = %+v", s)
	}
}

func TestALateComerGetsAKeyframeBecauseTheServerAsksForOne(t *testing.T) {
	room := newEngine(t).OpenRoom("talk")
	ann, bob := both(t, room, "ann"), both(t, room, "bob")
	bob.untilReceived("ann's media", hears("ann", "ann.camera", 120)) // the keyframe is long ago
	before := ann.Sent("camera")
	late := join(t, room, "late", media.PeerOptions{Subscribe: true}, mediatest.Options{})
	late.untilReceived("ann's media", hears("ann", "ann.camera", 10))
	after := ann.Sent("camera")
	if after.PLIs <= before.PLIs || after.Keyframes <= before.Keyframes {
		t.Errorf("before %+v, after %+v: want a request and a keyframe in between", before, after)
	}
	v, _ := mediatest.Find(late.Received(), "ann.camera", "video")
	if v.Keyframes == 0 || v.Missing != 0 {
		t.Errorf("late comer's video = %+v", v)
	}
}

func TestLeavingRemovesTheTracksFromOthersAndTheirPlaceIsUsedAgain(t *testing.T) {
	room := newEngine(t).OpenRoom("interview")
	ann, bob := both(t, room, "ann"), both(t, room, "bob")
	ann.untilReceived("bob's media", hears("bob", "bob.camera", 5))
	bob.peer.Close()
	ann.untilReceived("bob's departure", gone("bob.camera"))
	if n := room.Stats().Tracks; n != 2 {
		t.Errorf("tracks = %d, want ann's 2", n)
	}
	both(t, room, "eve")
	ann.untilReceived("eve's media", hears("eve", "eve.camera", 5))
	ann.mu.Lock()
	defer ann.mu.Unlock()
	if n := countSections(ann.last); n != 2 {
		t.Errorf("the last offer has %d media sections, want bob's 2 used again", n)
	}
}

func TestADemotedSpeakerIsNoLongerForwarded(t *testing.T) {
	room := newEngine(t).OpenRoom("talk")
	ann, bob := both(t, room, "ann"), both(t, room, "bob")
	bob.untilReceived("ann's media", hears("ann", "ann.camera", 10))
	ann.peer.SetPublish(false)
	if n := room.Stats().Tracks; n != 2 {
		t.Errorf("tracks right after = %d, want bob's 2", n)
	}
	ann.until("up link closed", func() bool { return ended(ann.states[media.Up]) })
	bob.untilReceived("ann's tracks ended", gone("ann.camera"))
	if err := ann.Reset(); err != nil {
		t.Fatal(err)
	}
	offer, err := ann.Offer(within(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := ann.peer.HandleDescription(media.Up, "offer", offer, nil); !errors.Is(err, media.ErrNotAllowed) {
		t.Errorf("offer of a demoted speaker: %v, want ErrNotAllowed", err)
	}
	ann.untilReceived("bob is still heard", hears("bob", "bob.camera", 40))

	ann.peer.SetPublish(true)
	if err := ann.Reset(); err != nil {
		t.Fatal(err)
	}
	ann.publish()
	bob.untilReceived("ann again", hears("ann", "ann.camera", 10))
}

func TestACameraThatGoesBlackAndComesBackIsNotRenegotiated(t *testing.T) {
	room := newEngine(t).OpenRoom("interview")
	ann, bob := both(t, room, "ann"), both(t, room, "bob")
	bob.untilReceived("ann's media", hears("ann", "ann.camera", 10))
	ann.Play("camera", false)
	ann.peer.SetSending(media.Camera, false)
	bob.mu.Lock()
	offers := bob.offers
	bob.mu.Unlock()
	v, _ := mediatest.Find(bob.Received(), "ann.camera", "video")
	ann.peer.SetSending(media.Camera, true)
	ann.Play("camera", true)
	bob.untilReceived("the picture again", func(all []mediatest.Received) bool {
		again, ok := mediatest.Find(all, "ann.camera", "video")
		return ok && again.Packets > v.Packets+20 && again.Keyframes > v.Keyframes
	})
	bob.mu.Lock()
	defer bob.mu.Unlock()
	if bob.offers != offers {
		t.Errorf("%d offers, want still %d", bob.offers, offers)
	}
}

func TestRoomAndPeerErrors(t *testing.T) {
	e := newEngine(t)
	room := e.OpenRoom("r")
	if e.OpenRoom("r") != room {
		t.Error("the same id gave another room")
	}
	p, err := room.Join(media.PeerOptions{ID: "ann"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := room.Join(media.PeerOptions{ID: "ann"}); !errors.Is(err, media.ErrPeerExists) {
		t.Errorf("second join: %v", err)
	}
	p.Close()
	if _, err := room.Join(media.PeerOptions{ID: "ann"}); err != nil {
		t.Errorf("join after leaving: %v", err)
	}
	if err := p.HandleICECandidate(media.Up, media.ICECandidate{Candidate: "x"}); !errors.Is(err, media.ErrClosed) {
		t.Errorf("candidate after close: %v", err)
	}
	room.Close()
	if _, err := room.Join(media.PeerOptions{ID: "bob"}); !errors.Is(err, media.ErrClosed) {
		t.Errorf("join a closed room: %v", err)
	}
	if e.OpenRoom("r") == room {
		t.Error("a closed room was given again")
	}
}

func TestClosingTheRoomEndsEverything(t *testing.T) {
	e := newEngine(t)
	room := e.OpenRoom("interview")
	ann, bob := both(t, room, "ann"), both(t, room, "bob")
	ann.untilReceived("bob's media", hears("bob", "bob.camera", 5))
	bob.untilReceived("ann's media", hears("ann", "ann.camera", 5))
	room.Close()
	for _, g := range []*guest{ann, bob} {
		for _, l := range []media.Link{media.Up, media.Down} {
			g.until(string(l)+" closed", func() bool { return ended(g.states[l]) })
		}
		<-g.peer.Done()
	}
	if s := e.Stats(); s.Rooms != 0 || s.Peers != 0 || s.PacketsIn == 0 {
		t.Errorf("stats = %+v: want no room and the packets kept", s)
	}
}

func ended(states []string) bool { return len(states) > 0 && states[len(states)-1] == "closed" }
