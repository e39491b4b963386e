package media_test

import (
	"errors"
	"testing"

	"salon/media"
	"salon/media/mediatest"
)

// encoder publishes over WHIP.
func encoder(t *testing.T, r *media.Room, id string, sources ...string) (*mediatest.Client, *media.Peer) {
	t.Helper()
	c := mediatest.New(mediatest.Options{Name: id, Sources: sources})
	t.Cleanup(func() { _ = c.Close() })
	offer, err := c.Offer(within(t))
	if err != nil {
		t.Fatal(err)
	}
	answer, p, err := r.Publish(within(t), id, offer)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Accept(answer); err != nil {
		t.Fatal(err)
	}
	return c, p
}

// viewer watches over WHEP.
func viewer(t *testing.T, r *media.Room, id string) (*mediatest.Client, *media.Peer) {
	t.Helper()
	c := mediatest.New(mediatest.Options{Name: id})
	t.Cleanup(func() { _ = c.Close() })
	offer, err := c.View(within(t))
	if err != nil {
		t.Fatal(err)
	}
	answer, p, err := r.View(within(t), id, offer)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.AcceptView(answer); err != nil {
		t.Fatal(err)
	}
	return c, p
}

func TestWhatAnEncoderSendsReachesViewersAndParticipants(t *testing.T) {
	room := newEngine(t).OpenRoom("talk")
	_, source := encoder(t, room, "obs")
	watching, _ := viewer(t, room, "v1")
	waitFor(t, watching, "stage", hears("obs", "stage", 20))
	bob := join(t, room, "bob", media.PeerOptions{Subscribe: true}, mediatest.Options{})
	bob.untilReceived("the encoder", hears("obs", "obs.camera", 20))
	if s := room.Stats(); s.Viewers != 1 || s.Peers != 3 || s.Tracks != 2 {
		t.Errorf("stats = %+v", s)
	}
	source.Close()
	bob.untilReceived("the encoder's end", gone("obs.camera"))
}

func TestViewBeforeAnybodyPublishesIsErrNoPublisher(t *testing.T) {
	room := newEngine(t).OpenRoom("talk")
	join(t, room, "bob", media.PeerOptions{Publish: true, Subscribe: true}, mediatest.Options{})
	if _, _, err := room.View(within(t), "v", "whatever"); !errors.Is(err, media.ErrNoPublisher) {
		t.Errorf("view = %v, want ErrNoPublisher", err)
	}
}

func TestASecondEncoderOfTheSameIDReplacesTheFirst(t *testing.T) {
	room := newEngine(t).OpenRoom("talk")
	_, first := encoder(t, room, "obs")
	again, _ := encoder(t, room, "obs")
	<-first.Done()
	watching, _ := viewer(t, room, "v")
	waitFor(t, watching, "the second encoder", hears("obs", "stage", 10))
	if again.Sent("camera").Packets == 0 {
		t.Error("nothing sent")
	}
	bob := join(t, room, "bob", media.PeerOptions{}, mediatest.Options{})
	if _, _, err := room.Publish(within(t), bob.id, "whatever"); !errors.Is(err, media.ErrPeerExists) {
		t.Errorf("encoder with a participant's id: %v, want ErrPeerExists", err)
	}
}

func TestAnEncoderThatHangsUpIsGone(t *testing.T) {
	room := newEngine(t).OpenRoom("talk")
	c, p := encoder(t, room, "obs")
	watching, v := viewer(t, room, "v")
	waitFor(t, watching, "the encoder", hears("obs", "stage", 5))
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	<-p.Done()
	if err := watching.Close(); err != nil {
		t.Fatal(err)
	}
	<-v.Done()
	if s := room.Stats(); s.Peers != 0 || s.Tracks != 0 {
		t.Errorf("stats = %+v, want an empty room", s)
	}
}

func TestAStageTurnsToTheLoudestWithoutTheDecoderNoticing(t *testing.T) {
	room := newEngine(t).OpenRoom("talk")
	ann, bob := both(t, room, "ann"), both(t, room, "bob")
	ann.Speak(20)
	bob.Speak(90)
	ann.untilReceived("bob's media", hears("bob", "bob.camera", 5))
	bob.untilReceived("ann's media", hears("ann", "ann.camera", 5))
	watching, _ := viewer(t, room, "v")
	waitFor(t, watching, "ann", hears("ann", "stage", 20))
	ann.Speak(90)
	bob.Speak(20)
	waitFor(t, watching, "bob", hears("bob", "stage", 20))
	ann.Speak(20)
	bob.Speak(90)
	before, _ := mediatest.Find(watching.Received(), "stage", "video")
	waitFor(t, watching, "ann again", func(all []mediatest.Received) bool {
		v, _ := mediatest.Find(all, "stage", "video")
		return v.From("ann") > before.From("ann")+20
	})
	all := watching.Received()
	if len(all) != 2 {
		t.Errorf("%d tracks, want one audio and one video", len(all))
	}
	for _, r := range all {
		if r.Missing != 0 || r.Backwards != 0 || r.Stamped != r.Packets {
			t.Errorf("the decoder would notice: %+v", r)
		}
		if r.Kind == "video" && r.Keyframes < 3 {
			t.Errorf("%d keyframes, want one at each switch", r.Keyframes)
		}
	}
}

func TestASharedScreenTakesTheStage(t *testing.T) {
	room := newEngine(t).OpenRoom("talk")
	encoder(t, room, "ann")
	watching, _ := viewer(t, room, "v")
	waitFor(t, watching, "ann's camera", hears("ann", "stage", 5))
	bob := join(t, room, "bob", media.PeerOptions{Publish: true},
		mediatest.Options{Sources: []string{"microphone", "camera", "screen"}})
	bob.publish()
	waitFor(t, watching, "bob's screen", func(all []mediatest.Received) bool {
		v, ok := mediatest.Find(all, "stage", "video")
		return ok && v.From("bob") > 20
	})
}
