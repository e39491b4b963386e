package redisbus

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"salon/signaling"
	"salon/signaling/redisbus/redistest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// onBoth runs a test on the embedded server and on a real one.
func onBoth(t *testing.T, test func(t *testing.T, open func() *Bus)) {
	t.Run("embedded", func(t *testing.T) {
		first := openBus(t, Embedded)
		url := fmt.Sprintf("redis://:%s@%s/0", first.server.password, first.server.addr)
		test(t, func() *Bus { return openBus(t, url) })
	})
	t.Run("redis-server", func(t *testing.T) {
		addr := redistest.Start(t)
		test(t, func() *Bus { return openBus(t, addr) })
	})
}

func openBus(t *testing.T, addr string) *Bus {
	t.Helper()
	b, err := Open(t.Context(), addr, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

// eventually waits until ok, for at most 10 s.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	limit := time.After(10 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("never: %s", what)
		}
	}
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestPresenceCountsPeopleOverAllNodesOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() *Bus) {
		a, b, ctx, count := open(), open(), t.Context(), must[int](t)
		if n := count(a.Arrive(ctx, "r", []string{"ada", "bob"})); n != 2 {
			t.Errorf("two arrive: %d", n)
		}
		if n := count(b.Arrive(ctx, "r", []string{"bob", "zoe"})); n != 3 {
			t.Errorf("one of two arrives a second time: %d", n)
		}
		if n := count(a.Depart(ctx, "r", []string{"ada", "nobody"})); n != 2 {
			t.Errorf("one departs: %d", n)
		}
		if n := count(b.Count(ctx, "other")); n != 0 {
			t.Errorf("in another room: %d", n)
		}
		many := make([]string, 2000)
		for i := range many {
			many[i] = fmt.Sprint("person ", i)
		}
		if n := count(a.Arrive(ctx, "r", many)); n != 2002 {
			t.Errorf("two thousand arrive: %d", n)
		}
	})
}

func TestWhoIsNotRenewedIsNoLongerThere(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() *Bus) {
		b, ctx := open(), t.Context()
		must[int](t)(b.presence(ctx, "r", "arrive", 300*time.Millisecond, []string{"ghost"}))
		must[int](t)(b.Arrive(ctx, "r", []string{"ada"}))
		eventually(t, "the ghost is gone, ada is there", func() bool {
			return must[int](t)(b.Count(ctx, "r")) == 1
		})
		if err := b.client.Set(ctx, "short", "x", 200*time.Millisecond).Err(); err != nil {
			t.Fatal(err)
		}
		eventually(t, "a key ends by itself", func() bool {
			return must[int64](t)(b.client.Exists(ctx, "short").Result()) == 0
		})
		if left := b.client.PTTL(ctx, roomKey("r", "people")).Val(); left <= 0 || left > signaling.PresenceTTL {
			t.Errorf("presence as a whole lives for %v", left)
		}
	})
}

func TestAGenerationOnlyRises(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() *Bus) {
		a, b, ctx := open(), open(), t.Context()
		if _, known, err := a.Generation(ctx, "r", "ada"); known || err != nil {
			t.Fatalf("before any: %v, %v", known, err)
		}
		for _, g := range []int64{3, 5, 4} {
			if err := a.Raise(ctx, "r", "ada", g); err != nil {
				t.Fatal(err)
			}
		}
		if g, known, err := b.Generation(ctx, "r", "ada"); g != 5 || !known || err != nil {
			t.Errorf("got %d, %v, %v", g, known, err)
		}
		if left := a.client.PTTL(ctx, generationKey("r", "ada")).Val(); left <= 10*time.Minute {
			t.Errorf("the generation is forgotten after %v, before a resume token ends", left)
		}
	})
}

func TestARoomHasOneHolderAndEachNextOneAHigherFence(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() *Bus) {
		a, b, ctx, hold := open(), open(), t.Context(), must[int64](t)
		first := hold(a.Hold(ctx, "r"))
		if again := hold(a.Hold(ctx, "r")); again != first {
			t.Errorf("renewing changed the fence from %d to %d", first, again)
		}
		if _, err := b.Hold(ctx, "r"); !errors.Is(err, signaling.ErrElsewhere) {
			t.Errorf("another node: %v", err)
		}
		if err := b.Release(ctx, "r"); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Hold(ctx, "r"); !errors.Is(err, signaling.ErrElsewhere) {
			t.Error("a node released the lease of another")
		}
		if err := a.Release(ctx, "r"); err != nil {
			t.Fatal(err)
		}
		second := hold(b.Hold(ctx, "r"))
		if second <= first {
			t.Errorf("fence %d after %d", second, first)
		}
		if err := b.client.FlushAll(ctx).Err(); err != nil {
			t.Fatal(err)
		}
		if third := hold(a.Hold(ctx, "r")); third <= second {
			t.Errorf("after a loss of Redis: fence %d after %d", third, second)
		}
	})
}

func TestOneOfManyNodesGetsTheRoom(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() *Bus) {
		const nodes = 8
		var wg sync.WaitGroup
		won := make(chan int64, nodes)
		for range nodes {
			b := open()
			wg.Go(func() {
				fence, err := b.Hold(context.WithoutCancel(t.Context()), "r")
				if err == nil {
					won <- fence
				} else if !errors.Is(err, signaling.ErrElsewhere) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if len(won) != 1 {
			t.Errorf("%d nodes hold the room", len(won))
		}
	})
}

func TestSinceGivesWhatWasMissedOrSaysThatItIsLost(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() *Bus) {
		b, ctx := open(), t.Context()
		_, start, lost, err := b.Since(ctx, "fair.x", signaling.Position{})
		if err != nil || lost || start.Epoch == "" || start.Offset != 0 {
			t.Fatalf("before any publication: %+v, %v, %v", start, lost, err)
		}
		for i := range 3 {
			p, err := b.Publish(ctx, "fair.x", fmt.Appendf(nil, "body %d, with spaces and\nlines", i+1))
			if err != nil || p != (signaling.Position{Epoch: start.Epoch, Offset: int64(i + 1)}) {
				t.Fatalf("publication %d: %+v, %v", i+1, p, err)
			}
		}
		missed, now, lost, err := b.Since(ctx, "fair.x", signaling.Position{Epoch: start.Epoch, Offset: 1})
		if err != nil || lost || now.Offset != 3 || len(missed) != 2 || string(missed[0].Body) != "body 2, with spaces and\nlines" || missed[1].Offset != 3 {
			t.Errorf("after one: %+v, %+v, %v, %v", missed, now, lost, err)
		}
		if missed, _, lost, err := b.Since(ctx, "fair.x", now); len(missed) != 0 || lost || err != nil {
			t.Errorf("nothing missed: %+v, %v, %v", missed, lost, err)
		}
		cases := map[string]signaling.Position{
			"another epoch":       {Epoch: "other", Offset: 3},
			"an offset to come":   {Epoch: start.Epoch, Offset: 4},
			"an offset below all": {Epoch: start.Epoch, Offset: -1},
		}
		for name, from := range cases {
			if missed, _, lost, err := b.Since(ctx, "fair.x", from); !lost || err != nil || missed != nil {
				t.Errorf("%s: %+v, %v, %v", name, missed, lost, err)
			}
		}
		if err := b.client.FlushAll(ctx).Err(); err != nil {
			t.Fatal(err)
		}
		if _, fresh, lost, err := b.Since(ctx, "fair.x", now); !lost || fresh.Epoch == now.Epoch || err != nil {
			t.Errorf("after a loss of Redis: %+v, %v, %v", fresh, lost, err)
		}
	})
}

func TestATopicNobodyPublishesOnIsSoonForgotten(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() *Bus) {
		b, ctx := open(), t.Context()
		ask := func() (signaling.Position, time.Duration) {
			t.Helper()
			_, now, _, err := b.Since(ctx, "fair.x", signaling.Position{})
			if err != nil {
				t.Fatal(err)
			}
			return now, b.client.PTTL(ctx, topicKeys("fair.x")[0]).Val()
		}
		first, left := ask()
		if left <= 0 || left > signaling.HistoryAge {
			t.Errorf("a name anybody made up is kept for %v", left)
		}
		must[signaling.Position](t)(b.Publish(ctx, "fair.x", []byte("x")))
		if now, left := ask(); now.Epoch != first.Epoch || left < time.Hour {
			t.Errorf("after a publication: %+v, kept for %v", now, left)
		}
	})
}

func TestAHistoryIsBoundedInCountAndBytes(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() *Bus) {
		b, ctx := open(), t.Context()
		publish := func(topic string, n, size int) signaling.Position {
			t.Helper()
			var last signaling.Position
			for range n {
				last = must[signaling.Position](t)(b.Publish(ctx, topic, []byte(strings.Repeat("x", size))))
			}
			return last
		}
		length := func(topic string) int {
			return int(must[int64](t)(b.client.LLen(ctx, topicKeys(topic)[1]).Result()))
		}
		last := publish("many", signaling.HistoryCount+10, 10)
		if n := length("many"); n != signaling.HistoryCount {
			t.Errorf("%d publications are kept", n)
		}
		if _, _, lost, err := b.Since(ctx, "many", signaling.Position{Epoch: last.Epoch, Offset: 9}); !lost || err != nil {
			t.Errorf("what fell out is not reported: %v, %v", lost, err)
		}
		if missed, _, lost, err := b.Since(ctx, "many", signaling.Position{Epoch: last.Epoch, Offset: 10}); lost || len(missed) != signaling.HistoryCount || err != nil {
			t.Errorf("the oldest kept: %d, %v, %v", len(missed), lost, err)
		}
		publish("large", 10, signaling.HistoryBytes/4)
		if n := length("large"); n != 4 {
			t.Errorf("%d large publications are kept", n)
		}
		if left := b.client.PTTL(ctx, topicKeys("many")[1]).Val(); left <= 0 || left > signaling.HistoryAge {
			t.Errorf("a history lives for %v", left)
		}
	})
}

func TestPublishRefusesWhatIsNotATopic(t *testing.T) {
	b := openBus(t, Embedded)
	for _, topic := range []string{"", "a b", "a{b}"} {
		if _, err := b.Publish(t.Context(), topic, []byte("x")); err == nil {
			t.Errorf("%q was taken for a topic", topic)
		}
	}
}

// receiver collects what a bus delivers.
type receiver struct {
	publications chan signaling.Publication
	notices      chan signaling.Notice
}

func (r receiver) Publication(p signaling.Publication) { r.publications <- p }
func (r receiver) Notice(n signaling.Notice)           { r.notices <- n }

func TestEveryNodeHearsEverythingInOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() *Bus) {
		const n = 200
		ctx, stop := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		speaker := open()
		var receivers []receiver
		for range 3 {
			b, r := open(), receiver{make(chan signaling.Publication, n), make(chan signaling.Notice, 1)}
			receivers = append(receivers, r)
			wg.Go(func() {
				if err := b.Run(ctx, r); err != nil {
					t.Error(err)
				}
			})
		}
		for i := range n {
			must[signaling.Position](t)(speaker.Publish(ctx, "webconference.x", fmt.Append(nil, i)))
		}
		notice := signaling.Notice{Kind: signaling.NoticeMember, Room: "r", Account: "a", Generation: 7, Role: "viewer"}
		if err := speaker.Tell(ctx, notice); err != nil {
			t.Fatal(err)
		}
		for _, r := range receivers {
			for i := range n {
				if p := <-r.publications; p.Offset != int64(i+1) || string(p.Body) != fmt.Sprint(i) || p.Topic != "webconference.x" {
					t.Fatalf("publication %d: %+v", i, p)
				}
			}
			if got := <-r.notices; got != notice {
				t.Errorf("got %+v", got)
			}
		}
		stop()
		wg.Wait()
	})
}

func TestOpenSaysWhenThereIsNoRedis(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:1", "http://127.0.0.1:1/"} {
		if b, err := Open(t.Context(), addr, nil); err == nil {
			_ = b.Close()
			t.Errorf("%s was opened", addr)
		}
	}
}

func TestTheEmbeddedServerAsksForItsPassword(t *testing.T) {
	b := openBus(t, Embedded)
	if stranger, err := Open(t.Context(), b.server.addr, nil); err == nil {
		_ = stranger.Close()
		t.Error("a stranger got in")
	}
}

func BenchmarkPublish(b *testing.B) {
	bus, err := Open(b.Context(), Embedded, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = bus.Close() }()
	body := []byte(strings.Repeat("x", 300))
	for b.Loop() {
		if _, err := bus.Publish(b.Context(), "fair.x", body); err != nil {
			b.Fatal(err)
		}
	}
}
