package media_test

import (
	"context"
	"errors"
	"testing"

	"salon/media"
	"salon/media/mediatest"
)

// FuzzDescriptions gives offers of any shape to a participant's up link and to the two
// HTTP doors: they answer or say ErrBadDescription, and the engine can still be
// closed. Connections have goroutines of their own, so coverage differs from run to run and
// minimising never ends: use -fuzzminimizetime 1x.
func FuzzDescriptions(f *testing.F) {
	for _, view := range []bool{false, true} {
		c := mediatest.New(mediatest.Options{Name: "ann"})
		offer, err := c.Offer(context.Background())
		if view {
			offer, err = c.View(context.Background())
		}
		if err != nil {
			f.Fatal(err)
		}
		f.Add(offer)
		_ = c.Close()
	}
	e, err := media.New(media.Config{UDPAddr: "127.0.0.1:0", Loopback: true})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = e.Close() })
	f.Fuzz(func(t *testing.T, sdp string) {
		room := e.OpenRoom("fuzz")
		defer room.Close()
		p, err := room.Join(media.PeerOptions{ID: "ann", Publish: true})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time it is a renegotiation
			if err := p.HandleDescription(media.Up, "offer", sdp, nil); err != nil && !errors.Is(err, media.ErrBadDescription) {
				t.Errorf("offer: %v", err)
			}
		}
		if _, _, err := room.Publish(t.Context(), "obs", sdp); err != nil && !errors.Is(err, media.ErrBadDescription) {
			t.Errorf("publish: %v", err)
		}
		if _, _, err := room.View(t.Context(), "v", sdp); err != nil && !errors.Is(err, media.ErrBadDescription) && !errors.Is(err, media.ErrNoPublisher) {
			t.Errorf("view: %v", err)
		}
	})
}
