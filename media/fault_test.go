package media_test

import (
	"testing"

	"salon/media"
	"salon/media/mediatest"
)

// faulty is told something and fails.
type faulty struct{}

func (faulty) Description(media.Link, string, string)         { panic("injected") }
func (faulty) ICECandidate(media.Link, media.ICECandidate)    { panic("injected") }
func (faulty) LinkState(media.Link, string)                   { panic("injected") }
func (faulty) Paused([]string)                                { panic("injected") }
func (faulty) Encodings(source media.Source, wanted []string) { panic("injected") }

func TestAFaultOfOursEndsOnePeerAndNeverItsRoom(t *testing.T) {
	e := newEngine(t)
	for _, what := range []string{"a command", "what it sends", "what it gets", "what it is told"} {
		t.Run(what, func(t *testing.T) {
			room := e.OpenRoom(what)
			bob, eve := both(t, room, "bob"), both(t, room, "eve")
			var broken *media.Peer
			if what == "what it is told" {
				var err error
				if broken, err = room.Join(media.PeerOptions{ID: "ann", Subscribe: true, Handler: faulty{}}); err != nil {
					t.Fatal(err)
				}
			} else {
				ann := both(t, room, "ann")
				ann.untilReceived("bob's media", hears("bob", "bob.camera", 5))
				bob.untilReceived("ann's media", hears("ann", "ann.camera", 5))
				broken = ann.peer
				broken.Break(what)
			}
			select {
			case <-broken.Done():
			case <-within(t).Done():
				t.Fatal("the peer goes on")
			}
			for _, g := range []*guest{bob, eve} {
				of := map[string]string{"bob": "eve", "eve": "bob"}[g.id]
				g.untilReceived("the other", hears(of, of+".camera", 5))
				before, _ := mediatest.Find(g.Received(), of+".camera", "video")
				g.untilReceived("the other still", func(all []mediatest.Received) bool {
					v, ok := mediatest.Find(all, of+".camera", "video")
					return ok && v.Packets >= before.Packets+20
				})
			}
			cid := both(t, room, "cid")
			cid.untilReceived("bob", hears("bob", "bob.camera", 5))
			if n := room.Stats().Peers; n != 3 {
				t.Errorf("%d peers in the room, want bob, eve and cid", n)
			}
		})
	}
}
