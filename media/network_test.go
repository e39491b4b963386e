package media_test

import (
	"testing"
	"time"

	"salon/media"
	"salon/media/mediatest"
)

// behind is a participant whose network carries so many bit/s towards it.
func behind(t *testing.T, r *media.Room, id string, link *mediatest.Link) *guest {
	t.Helper()
	g := join(t, r, id, media.PeerOptions{Publish: true, Subscribe: true}, mediatest.Options{Link: link})
	g.publish()
	return g
}

// pass lets the sound of a stream go on for a while, and gives what was received of it meanwhile.
func (g *guest) pass(stream string, d time.Duration) (audio, video mediatest.Received) {
	g.t.Helper()
	before, _ := mediatest.Find(g.Received(), stream, "audio")
	until := time.Now().Add(d)
	g.untilReceived("sound for a while", func([]mediatest.Received) bool { return time.Now().After(until) })
	all := g.Received()
	audio, _ = mediatest.Find(all, stream, "audio")
	video, _ = mediatest.Find(all, stream, "video")
	audio.Packets -= before.Packets
	return audio, video
}

// A network of 500 kbit/s, from one moment to the next: sound is untouched once the
// picture has adapted, which it has within five seconds, and it keeps its
// pictures a second. What waits in the queue is measured, not the machine.
func TestAtHalfAMegabitSoundIsUntouchedAndThePictureAdapts(t *testing.T) {
	room := newEngine(t).OpenRoom("interview")
	ann := threefold(t, room, "ann")
	link := mediatest.NewLink(10_000_000, 400*time.Millisecond, 20*time.Millisecond)
	bob := behind(t, room, "bob", link)
	bob.sees("ann.camera", 720, 60)
	link.SetRate(500_000)
	bob.pass("ann.camera", 5*time.Second)
	link.LongestWait()
	lost, before, sent := link.Dropped(), bob.video("ann.camera"), ann.Sent("camera").Packets
	audio, video := bob.pass("ann.camera", 5*time.Second)
	waited := link.LongestWait()
	t.Logf("%d pixels, queue up to %v, %d lost, %d packets of sound", video.Height, waited, link.Dropped()-lost, audio.Packets)
	if video.Height != 360 && video.Height != 180 {
		t.Errorf("the picture has %d pixels, more than the network carries", video.Height)
	}
	if n := link.Dropped() - lost; n != 0 || waited > 100*time.Millisecond {
		t.Errorf("%d datagrams were still lost, one waited %v", n, waited)
	}
	// The camera's lowest encoding is one packet a picture.
	if made, frames := ann.Sent("camera").Packets-sent, video.Frames-before.Frames; frames < int(made)*8/10 {
		t.Errorf("%d pictures of %d", frames, made)
	}
}

func (g *guest) video(stream string) mediatest.Received {
	v, _ := mediatest.Find(g.Received(), stream, "video")
	return v
}

// So little that no picture passes: it is paused and the client is told; it
// comes back by itself.
func TestAPictureThatTheNetworkCannotCarryIsPausedAndComesBack(t *testing.T) {
	room := newEngine(t).OpenRoom("interview")
	both(t, room, "ann")
	link := mediatest.NewLink(10_000_000, 300*time.Millisecond, 10*time.Millisecond)
	bob := behind(t, room, "bob", link)
	bob.untilReceived("ann's media", hears("ann", "ann.camera", 60))
	link.SetRate(120_000)
	bob.until("the picture is paused", func() bool { return len(bob.paused) == 1 && bob.paused[0] == "ann.camera" })
	link.SetRate(10_000_000)
	bob.until("the picture is back", func() bool { return len(bob.paused) == 0 })
	n := bob.video("ann.camera").Packets
	bob.untilReceived("the picture goes on", hears("ann", "ann.camera", n+10))
}
