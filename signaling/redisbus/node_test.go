package redisbus

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"salon/signaling"
	"salon/signaling/message"
	"salon/signaling/redisbus/redistest"
)

// unmoved is an Observer nobody has to tell anything.
type unmoved struct{ signaling.Observer }

func (unmoved) Came(context.Context, string, time.Time) error { return nil }
func (unmoved) Gone(context.Context, string, time.Time) error { return nil }

// shortLife is how long a node's word lasts in these tests, many of its beats.
const shortLife = time.Second

// node runs a hub with some accounts on a Redis until die is called, or the test
// is over. Who dies renews nothing and strikes nobody off.
func node(t *testing.T, addr string, accounts ...string) (h *signaling.Hub, b *Bus, die func()) {
	t.Helper()
	b = openBus(t, addr)
	b.life = shortLife
	h = signaling.New(signaling.Config{Bus: b, Observer: unmoved{}, Beat: shortLife / 10})
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	running.Go(func() { _ = h.Run(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
	for _, account := range accounts {
		s := h.Connect(signaling.Identity{Account: account}, nil)
		t.Cleanup(func() {
			s.Close(message.CloseIdle)
			s.Detach()
		})
	}
	return h, b, func() { _ = b.client.Close() }
}

func TestWhoWasOnANodeThatDiesIsAbsentAfterItsWordEndsAndNotBefore(t *testing.T) {
	addr := redistest.Start(t)
	_, _, die := node(t, addr, "ada", "zoe")
	alive, bus, _ := node(t, addr, "bob", "zoe")
	ctx := t.Context()
	online := func() (map[string]bool, error) { return alive.Online(ctx, []string{"ada", "bob", "zoe"}) }
	eventually(t, "all are there", func() bool {
		all, err := online()
		return err == nil && all["ada"] && all["bob"] && all["zoe"]
	})
	settle(t, bus)
	renewed := time.Now()
	eventually(t, "the node renews its word", func() bool { return time.Since(renewed) > shortLife*3/2 })
	if all := must[map[string]bool](t)(online()); !all["ada"] {
		t.Error("whose node beats is absent once its first word ended")
	}

	died := time.Now()
	die()
	var absent time.Duration
	eventually(t, "ada is absent", func() bool {
		all, err := online()
		if err != nil || !all["bob"] || !all["zoe"] {
			t.Errorf("those who are on the living node: %v, %v", all, err)
		}
		absent = time.Since(died)
		return !all["ada"]
	})
	if absent < shortLife*8/10 {
		t.Errorf("absent after %v: a word lasts %v, and was renewed each tenth of that", absent, shortLife)
	}

	if err := bus.client.FlushAll(ctx).Err(); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if all, err := online(); !errors.Is(err, signaling.ErrUnknown) {
			t.Fatalf("after a loss of Redis a guess is made: %v, %v", all, err)
		}
	}
	if all, err := alive.Online(ctx, []string{"bob", "zoe"}); err != nil || !all["bob"] || !all["zoe"] {
		t.Errorf("those who are here are known without Redis: %v, %v", all, err)
	}
}
