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

// sounds wants n packets of somebody's microphone: of sound, because pictures are left out
// while the machine has too much to do.
func sounds(from string, n int) func([]mediatest.Received) bool {
	return func(all []mediatest.Received) bool {
		a, ok := mediatest.Find(all, from+".camera", "audio")
		return ok && a.From(from) >= n
	}
}

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
				ann.untilReceived("bob's sound", sounds("bob", 5))
				bob.untilReceived("ann's sound", sounds("ann", 5))
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
				g.untilReceived("the other", sounds(of, 5))
				before, _ := mediatest.Find(g.Received(), of+".camera", "audio")
				g.untilReceived("the other still", sounds(of, before.From(of)+20))
			}
			cid := both(t, room, "cid")
			cid.untilReceived("bob", sounds("bob", 5))
			if n := room.Stats().Peers; n != 3 {
				t.Errorf("%d peers in the room, want bob, eve and cid", n)
			}
		})
	}
}
