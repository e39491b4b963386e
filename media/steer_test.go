package media_test

import (
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"salon/media"
	"salon/media/mediatest"
)

// threefold is a participant whose camera comes in three encodings.
func threefold(t *testing.T, r *media.Room, id string) *guest {
	t.Helper()
	g := join(t, r, id, media.PeerOptions{Publish: true, Subscribe: true}, mediatest.Options{Simulcast: true})
	g.publish()
	return g
}

// sees waits until the camera of that stream comes in that height, with n packets more.
func (g *guest) sees(stream string, height, n int) mediatest.Received {
	g.t.Helper()
	from := 0
	g.untilReceived("another picture", func(all []mediatest.Received) bool {
		v, ok := mediatest.Find(all, stream, "video")
		if !ok || v.Height != height {
			from = 0
			return false
		}
		if from == 0 {
			from = v.Packets
		}
		return v.Packets >= from+n
	})
	v, _ := mediatest.Find(g.Received(), stream, "video")
	return v
}

func TestEachScreenGetsTheEncodingThatFitsItWithoutAHole(t *testing.T) {
	room := newEngine(t).OpenRoom("talk")
	threefold(t, room, "ann")
	bob, eve := both(t, room, "bob"), both(t, room, "eve")
	bob.sees("ann.camera", 720, 20)
	for n, height := range []int{180, 360, 720, 180, 720, 360, 180, 360, 720, 180} {
		bob.peer.SetView([]media.View{{Track: "ann.camera", Height: height}}, false)
		v := bob.sees("ann.camera", height, 10)
		if v.Missing != 0 || v.Backwards != 0 {
			t.Fatalf("after %d switches: %d missing, %d backwards", n+1, v.Missing, v.Backwards)
		}
	}
	// What one sees is nobody else's business.
	if v := eve.sees("ann.camera", 720, 1); v.Missing != 0 {
		t.Errorf("eve sees %d with %d missing", v.Height, v.Missing)
	}
	bob.peer.SetView(nil, true)
	bob.sees("ann.camera", 180, 10)
}

func TestWhatNobodySeesIsNotSent(t *testing.T) {
	room := newEngine(t).OpenRoom("interview")
	ann := threefold(t, room, "ann")
	bob := both(t, room, "bob")
	bob.sees("ann.camera", 720, 10)
	asked := func(rids ...string) func() bool {
		return func() bool {
			got, told := ann.wanted[media.Camera]
			return told && slices.Equal(got, rids)
		}
	}
	bob.peer.SetView([]media.View{{Track: "ann.camera", Height: 180}}, false)
	ann.until("one encoding is enough", asked("q"))
	bob.peer.SetView([]media.View{{Track: "ann.camera", Height: 0}}, false)
	ann.until("none is wanted", asked())
	before, _ := mediatest.Find(bob.Received(), "ann.camera", "video")
	bob.untilReceived("sound", func(all []mediatest.Received) bool {
		a, _ := mediatest.Find(all, "ann.camera", "audio")
		return a.Packets > 100
	})
	if after, _ := mediatest.Find(bob.Received(), "ann.camera", "video"); after.Packets != before.Packets {
		t.Errorf("%d packets of a picture that is not seen", after.Packets-before.Packets)
	}
	bob.peer.SetView([]media.View{{Track: "ann.camera", Height: 720}}, false)
	ann.until("the large one is wanted", asked("f"))
	if v := bob.sees("ann.camera", 720, 10); v.Missing != 0 || v.Backwards != 0 {
		t.Errorf("after the pause: %d missing, %d backwards", v.Missing, v.Backwards)
	}
}

func TestASenderThatStopsAnEncodingIsShownInTheNextOne(t *testing.T) {
	room := newEngine(t).OpenRoom("interview")
	ann := threefold(t, room, "ann")
	bob := both(t, room, "bob")
	bob.sees("ann.camera", 720, 10)
	ann.Play("camera/f", false)
	bob.sees("ann.camera", 360, 10)
	ann.Play("camera/h", false)
	bob.sees("ann.camera", 180, 10)
	ann.Play("camera/f", true)
	if v := bob.sees("ann.camera", 720, 10); v.Missing != 0 || v.Backwards != 0 {
		t.Errorf("%d missing, %d backwards", v.Missing, v.Backwards)
	}
}

func TestALostPacketIsFoundAgainAfterASwitch(t *testing.T) {
	room := newEngine(t).OpenRoom("interview")
	threefold(t, room, "ann")
	lost := map[uint16]bool{}
	bob := join(t, room, "bob", media.PeerOptions{Subscribe: true}, mediatest.Options{Lose: func(b []byte) bool {
		if len(b) < 400 || b[0]>>6 != 2 || b[1]&0x7f >= 64 && b[1]&0x7f < 96 || b[3]%16 != 0 {
			return false
		}
		seq := uint16(b[2])<<8 | uint16(b[3])
		first := !lost[seq]
		lost[seq] = true
		return first
	}})
	for _, height := range []int{720, 180, 360, 720} {
		bob.peer.SetView([]media.View{{Track: "ann.camera", Height: height}}, false)
		bob.sees("ann.camera", height, 40)
	}
	bob.untilReceived("no hole is left", func(all []mediatest.Received) bool {
		v, ok := mediatest.Find(all, "ann.camera", "video")
		return ok && v.Missing == 0 && v.Packets > 200
	})
	if s := room.Stats(); s.Resent == 0 {
		t.Error("nothing was sent again: the test tried nothing")
	}
}

func TestWhoSpeaksIsToldOnceAndSilenceToo(t *testing.T) {
	room := newEngine(t).OpenRoom("interview")
	told := make(chan string, 16)
	room.OnSpeaker(func(peer string) { told <- peer })
	ann, bob := both(t, room, "ann"), both(t, room, "bob")
	expect := func(want string) {
		t.Helper()
		select {
		case got := <-told:
			if got != want {
				t.Fatalf("%q speaks, want %q", got, want)
			}
		case <-time.After(patience):
			t.Fatalf("nobody was told that %q speaks", want)
		}
	}
	ann.Speak(20)
	bob.Speak(127)
	expect("ann")
	bob.Speak(10)
	ann.Speak(127)
	expect("bob")
	bob.Speak(127)
	expect("")
	bob.Speak(15)
	expect("bob")
	bob.Play("microphone", false) // silence that is not sent
	expect("")
}

func TestWhoGoesWithoutAPictureForTheSakeOfOthersIsTold(t *testing.T) {
	engine := newEngine(t)
	room := engine.OpenRoom("talk")
	both(t, room, "ann")
	bob := both(t, room, "bob")
	bob.sees("ann.camera", 180, 5)
	engine.Overload(256) // everybody
	bob.until("the picture is left out", func() bool { return slices.Contains(bob.paused, "ann.camera") })
	engine.Overload(0)
	bob.until("the picture is back", func() bool { return len(bob.paused) == 0 })
	bob.sees("ann.camera", 180, 5)
}

// Somebody whose connection is longer on its way than ours gets the picture as it comes, and
// nothing again before they have said that anything came: pion never takes a picture that
// begins with a repetition.
func TestWhoHasSaidNothingYetGetsNothingAgain(t *testing.T) {
	room := newEngine(t).OpenRoom("interview")
	threefold(t, room, "ann")
	var lost atomic.Int32
	const enough = 500 // some seconds
	hears := make(chan struct{})
	bob := join(t, room, "bob", media.PeerOptions{Subscribe: true}, mediatest.Options{Repeats: true, Lose: func(b []byte) bool {
		if b[0]>>6 != 2 || lost.Load() == enough {
			return false
		}
		if lost.Add(1) == enough {
			close(hears)
		}
		return true
	}})
	select {
	case <-hears:
	case <-within(t).Done():
		t.Fatalf("only %d packets were sent", lost.Load())
	}
	if n := room.Stats().Resent; n > 0 {
		t.Errorf("%d packets were sent again", n)
	}
	bob.sees("ann.camera", 720, 10)
}
