package signaling

import (
	"testing"
	"testing/synctest"

	"salon/media"
)

// A client begins its links when it hears entered, so whatever media says
// before would be lost, and with it the picture.
func TestWhatMediaSaysComesAfterTheWelcome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &Socket{out: make(chan []byte, 1), done: make(chan struct{})}
		p := &Peer{room: &Room{done: make(chan struct{})}, socket: s, welcomed: make(chan struct{})}
		go ears{p}.Description(media.Down, "offer", "v=0")
		synctest.Wait()
		if len(s.out) != 0 {
			t.Fatal("the offer went out before the welcome")
		}
		close(p.welcomed)
		synctest.Wait()
		if len(s.out) != 1 {
			t.Fatal("the offer never went out")
		}
	})
}
