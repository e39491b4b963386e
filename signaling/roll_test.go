package signaling_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"salon/signaling"
	"salon/signaling/message"
	"salon/signaling/redisbus/redistest"
)

// come connects an account, which the test disconnects.
func come(t *testing.T, h *place, account string) (leave func()) {
	t.Helper()
	s := h.Connect(signaling.Identity{Account: account}, nil)
	leave = sync.OnceFunc(func() {
		s.Close(message.CloseIdle)
		s.Detach()
	})
	t.Cleanup(leave)
	return leave
}

// sees waits for what the observer is told next of comings and goings.
func sees(t *testing.T, h *place, want string) {
	t.Helper()
	select {
	case got := <-h.seen:
		if got != want {
			t.Errorf("the observer was told %q, not %q", got, want)
		}
	case <-time.After(10 * time.Second):
		t.Fatalf("the observer was never told %q", want)
	}
}

// beats waits until the hub has done all it does without the clock moving: an
// account that comes later is told later.
func beats(t *testing.T, h *place) {
	t.Helper()
	name := fmt.Sprint("marker ", time.Now().UnixNano())
	come(t, h, name)
	sees(t, h, "came "+name)
}

func TestAReloadIsNoAbsence(t *testing.T) {
	h := newHub(t)
	leave := come(t, h, "ada")
	sees(t, h, "came ada")
	leave()
	h.advance(signaling.Absence - time.Millisecond)
	beats(t, h)
	leave = come(t, h, "ada")
	h.advance(time.Hour)
	beats(t, h)
	second := come(t, h, "ada") // another tab
	leave()
	h.advance(time.Hour)
	beats(t, h)
	second()
	h.advance(signaling.Absence)
	sees(t, h, "gone ada")
	come(t, h, "ada")
	sees(t, h, "came ada")
}

func TestAVisitorIsNobody(t *testing.T) {
	h := newHub(t)
	come(t, h, "")()
	h.advance(signaling.Absence)
	beats(t, h)
}

func TestWhoIsOnAnyNodeIsOnline(t *testing.T) {
	addr := redistest.Start(t)
	a, b := newHubOn(t, addr), newHubOn(t, addr)
	leave := come(t, a, "ada")
	sees(t, a, "came ada")
	if online, err := b.Online(t.Context(), []string{"ada"}); err != nil || !online["ada"] {
		t.Errorf("on the other node: %v, %v", online, err)
	}
	come(t, b, "ada")
	beats(t, b)
	leave()
	a.advance(signaling.Absence)
	beats(t, a)
	eventually(t, "the first node lets go of her", func() bool {
		_, err := a.Online(t.Context(), []string{"ada", "nobody"})
		return errors.Is(err, signaling.ErrUnknown)
	})
	if online, err := a.Online(t.Context(), []string{"ada"}); err != nil || !online["ada"] {
		t.Errorf("on the node she has left: %v, %v", online, err)
	}
}

func TestANodeThatGoesAwayTellsNothingOfThoseWhoComeBackElsewhere(t *testing.T) {
	addr := redistest.Start(t)
	a, b := newHubOn(t, addr), newHubOn(t, addr)
	leave := come(t, a, "ada")
	sees(t, a, "came ada")
	var ending sync.WaitGroup
	ending.Go(a.stop)
	leave()
	ending.Wait()
	come(t, b, "ada")
	beats(t, b)
	if len(a.seen)+len(b.seen) > 0 {
		t.Errorf("%d comings or goings were told", len(a.seen)+len(b.seen))
	}
}

func TestWithoutTheBusOnlyThoseHereAreKnown(t *testing.T) {
	h := newHub(t)
	come(t, h, "ada")
	sees(t, h, "came ada")
	h.bus.fail(errors.New("no redis"))
	leave := come(t, h, "bob")
	if online, err := h.Online(t.Context(), []string{"ada", "bob"}); err != nil || !maps.Equal(online, map[string]bool{"ada": true, "bob": true}) {
		t.Errorf("of those here: %v, %v", online, err)
	}
	if online, err := h.Online(t.Context(), []string{"ada", "zoe"}); err == nil {
		t.Errorf("of others: %v", online)
	}
	h.bus.fail(nil)
	sees(t, h, "came bob")
	h.bus.fail(errors.New("no redis"))
	leave()
	h.advance(signaling.Absence)
	h.bus.fail(nil)
	sees(t, h, "gone bob")
}

func TestWhatTheObserverMissesItIsToldAgain(t *testing.T) {
	h := newHub(t)
	leave := come(t, h, "ada")
	sees(t, h, "came ada")
	h.deaf.Store(true)
	leave()
	h.advance(signaling.Absence)
	eventually(t, "she is off the list", func() bool {
		_, err := h.Online(t.Context(), []string{"ada"})
		return err != nil
	})
	h.deaf.Store(false)
	sees(t, h, "gone ada")
}

func TestManyComeAndGoAtOnce(t *testing.T) {
	h := newHub(t)
	const people = 300
	var wg sync.WaitGroup
	leave := make([]func(), people)
	for n := range people {
		wg.Go(func() {
			for range 5 {
				s := h.Connect(signaling.Identity{Account: fmt.Sprint("person ", n)}, nil)
				s.Close(message.CloseIdle)
				s.Detach()
			}
		})
		leave[n] = come(t, h, fmt.Sprint("person ", n))
	}
	wg.Wait()
	count := func(what string) {
		t.Helper()
		told := map[string]int{}
		for range people {
			select {
			case line := <-h.seen:
				told[line]++
			case <-time.After(10 * time.Second):
				t.Fatalf("%s: only %d were told", what, len(told))
			}
		}
		for n := range people {
			if told[fmt.Sprint(what, " person ", n)] != 1 {
				t.Fatalf("%s: told %v", what, slices.Sorted(maps.Keys(told)))
			}
		}
	}
	count("came")
	for _, f := range leave {
		f()
	}
	h.advance(signaling.Absence)
	count("gone")
}
