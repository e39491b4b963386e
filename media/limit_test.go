package media_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"salon/media"
	"salon/media/mediatest"
)

func TestRoomsAndWhoIsInThemAreBounded(t *testing.T) {
	e := newEngine(t)
	r := e.OpenRoom("r")
	for i := range media.MaxPeers {
		if _, err := r.Join(media.PeerOptions{ID: fmt.Sprint(i)}); err != nil {
			t.Fatalf("peer %d: %v", i+1, err)
		}
	}
	if _, err := r.Join(media.PeerOptions{ID: "one more"}); !errors.Is(err, media.ErrFull) {
		t.Errorf("one peer more: %v, want ErrFull", err)
	}
	for i := range media.MaxRooms - 1 {
		e.OpenRoom(fmt.Sprint("room ", i))
	}
	more := e.OpenRoom("one more")
	if _, err := more.Join(media.PeerOptions{ID: "ann"}); !errors.Is(err, media.ErrFull) {
		t.Errorf("one room more: %v, want ErrFull", err)
	}
	if _, _, err := more.Publish(within(t), "obs", "whatever"); !errors.Is(err, media.ErrFull) {
		t.Errorf("an encoder in one room more: %v, want ErrFull", err)
	}
	more.Close()
	e.OpenRoom("room 7").Close()
	if _, err := e.OpenRoom("one more").Join(media.PeerOptions{ID: "ann"}); err != nil {
		t.Errorf("after a room has ended: %v", err)
	}
}

// deaf never comes back from being told something, until the test is over.
type deaf struct {
	faulty
	over chan struct{}
}

func (d deaf) Description(media.Link, string, string)      { <-d.over }
func (d deaf) ICECandidate(media.Link, media.ICECandidate) { <-d.over }

func TestWhoDoesNotListenLosesItsPlace(t *testing.T) {
	r := newEngine(t).OpenRoom("r")
	over := make(chan struct{})
	t.Cleanup(func() { close(over) })
	p, err := r.Join(media.PeerOptions{ID: "ann", Publish: true, Handler: deaf{over: over}})
	if err != nil {
		t.Fatal(err)
	}
	c := mediatest.New(mediatest.Options{Name: "ann"})
	t.Cleanup(func() { _ = c.Close() })
	offer, err := c.Offer(within(t))
	for i := 0; err == nil && i < 400; i++ {
		err = p.HandleDescription(media.Up, "offer", offer, nil)
	}
	if !errors.Is(err, media.ErrClosed) {
		t.Errorf("400 answers to somebody deaf: %v, want ErrClosed", err)
	}
	<-p.Done()
}

func TestNoMorePublishThanARoomForwards(t *testing.T) {
	r := newEngine(t).OpenRoom("r")
	c := mediatest.New(mediatest.Options{Name: "ann"})
	t.Cleanup(func() { _ = c.Close() })
	offer, err := c.Offer(within(t))
	if err != nil {
		t.Fatal(err)
	}
	var first *media.Peer
	for i := range media.MaxPublishing + 1 {
		p, err := r.Join(media.PeerOptions{ID: fmt.Sprint(i), Publish: true})
		if err != nil {
			t.Fatal(err)
		}
		err = p.HandleDescription(media.Up, "offer", offer, nil)
		switch {
		case i == 0:
			first = p
			fallthrough
		case i < media.MaxPublishing:
			if err != nil {
				t.Fatalf("publisher %d: %v", i+1, err)
			}
		case !errors.Is(err, media.ErrFull):
			t.Errorf("one publisher more: %v, want ErrFull", err)
		}
	}
	if _, _, err := r.Publish(within(t), "obs", offer); !errors.Is(err, media.ErrFull) {
		t.Errorf("an encoder: %v, want ErrFull", err)
	}
	if err := first.HandleDescription(media.Up, "offer", offer, nil); errors.Is(err, media.ErrFull) {
		t.Error("who publishes already may not offer again")
	}
}

// Each is a correct offer but for its size.
func TestOffersAreBounded(t *testing.T) {
	e := newEngine(t)
	c := mediatest.New(mediatest.Options{Name: "ann"})
	t.Cleanup(func() { _ = c.Close() })
	good, err := c.Offer(within(t))
	if err != nil {
		t.Fatal(err)
	}
	head, audio, _ := strings.Cut(good, "m=audio")
	audio, _, _ = strings.Cut(audio, "m=video")
	sections := func(n int) string {
		text := head
		for i := range n {
			text += "m=audio" + strings.ReplaceAll(audio, "a=mid:0", fmt.Sprint("a=mid:", i))
		}
		return text
	}
	candidates := func(n int) string {
		return good + strings.Repeat("a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n", n-strings.Count(good, "a=candidate:"))
	}
	long := func(n int) string { return good + strings.Repeat("a=x\r\n", (n-len(good))/5) }
	for name, c := range map[string]struct {
		sdp  string
		want bool
	}{
		"20 sections": {sections(20), true}, "21 sections": {sections(21), false},
		"64 candidates": {candidates(64), true}, "65 candidates": {candidates(65), false},
		"64 KiB": {long(64 << 10), true}, "more than 64 KiB": {long(64<<10 + 10), false},
	} {
		p, err := e.OpenRoom(name).Join(media.PeerOptions{ID: "ann", Publish: true})
		if err != nil {
			t.Fatal(err)
		}
		err = p.HandleDescription(media.Up, "offer", c.sdp, nil)
		if (err == nil) != c.want || err != nil && !errors.Is(err, media.ErrBadDescription) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
