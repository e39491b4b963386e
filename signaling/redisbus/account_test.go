package redisbus

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"salon/signaling"
)

// settle makes the server believe that presence has been kept for long enough.
func settle(t *testing.T, b *Bus) {
	t.Helper()
	long := time.Now().Add(-time.Hour).UnixMilli()
	if err := b.client.Set(t.Context(), keptKey, long, time.Hour).Err(); err != nil {
		t.Fatal(err)
	}
}

func TestAnAccountComesWithItsFirstNodeAndGoesWithItsLast(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() *Bus) {
		a, b, ctx, list := open(), open(), t.Context(), must[[]string](t)
		settle(t, a)
		online := func() bool { return must[map[string]bool](t)(b.Online(ctx, []string{"ada"}))["ada"] }
		for _, step := range []struct {
			name   string
			do     func() []string
			told   bool
			online bool
		}{
			{"the first node has a socket", func() []string { return list(a.Attend(ctx, []string{"ada"})) }, true, true},
			{"it renews", func() []string { return list(a.Attend(ctx, []string{"ada"})) }, false, true},
			{"a second node has one", func() []string { return list(b.Attend(ctx, []string{"ada"})) }, false, true},
			{"the first lets go", func() []string { return list(a.Quit(ctx, []string{"ada"})) }, false, true},
			{"so does the second", func() []string { return list(b.Quit(ctx, []string{"ada"})) }, true, false},
			{"once more", func() []string { return list(b.Quit(ctx, []string{"ada"})) }, true, false},
			{"the account is back", func() []string { return list(b.Attend(ctx, []string{"ada"})) }, true, true},
		} {
			if told := step.do(); (len(told) == 1) != step.told || online() != step.online {
				t.Errorf("%s: told of %v, online %v", step.name, told, online())
			}
		}
	})
}

func TestANodeThatDiesTakesItsAccountsWithIt(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() *Bus) {
		dead, alive, ctx := open(), open(), t.Context()
		settle(t, alive)
		dead.life = 300 * time.Millisecond
		must[[]string](t)(dead.Attend(ctx, []string{"ada", "bob"}))
		must[[]string](t)(alive.Attend(ctx, []string{"bob"}))
		eventually(t, "only who is on the living node is there", func() bool {
			online := must[map[string]bool](t)(alive.Online(ctx, []string{"ada", "bob"}))
			return !online["ada"] && online["bob"]
		})
		if came := must[[]string](t)(alive.Attend(ctx, []string{"ada"})); !slices.Equal(came, []string{"ada"}) {
			t.Errorf("who comes back to another node: %v", came)
		}
		for _, key := range []string{nodesKey, nodesKey + ":" + alive.node} {
			if left := alive.client.PTTL(ctx, key).Val(); left <= 0 || left > signaling.PresenceTTL {
				t.Errorf("%s lives for %v", key, left)
			}
		}
		if n := alive.client.Exists(ctx, nodesKey+":"+dead.node).Val(); n != 0 {
			t.Error("what a dead node had is still kept")
		}
	})
}

func TestAnEmptiedServerKnowsWhoIsThereAndNotWhoIsNot(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() *Bus) {
		b, ctx := open(), t.Context()
		ask := func(who ...string) (map[string]bool, error) { return b.Online(ctx, who) }
		if _, err := ask("ada"); !errors.Is(err, signaling.ErrUnknown) {
			t.Errorf("before anybody kept presence: %v", err)
		}
		must[[]string](t)(b.Attend(ctx, []string{"ada"}))
		if online, err := ask("ada"); err != nil || !online["ada"] {
			t.Errorf("who is there: %v, %v", online, err)
		}
		if _, err := ask("ada", "bob"); !errors.Is(err, signaling.ErrUnknown) {
			t.Errorf("who may not have been renewed yet: %v", err)
		}
		settle(t, b)
		if online, err := ask("ada", "bob"); err != nil || !online["ada"] || online["bob"] {
			t.Errorf("later: %v, %v", online, err)
		}
		if err := b.client.FlushAll(ctx).Err(); err != nil {
			t.Fatal(err)
		}
		if _, err := ask("ada"); !errors.Is(err, signaling.ErrUnknown) {
			t.Errorf("after a loss of Redis: %v", err)
		}
		if came := must[[]string](t)(b.Attend(ctx, []string{"ada"})); !slices.Equal(came, []string{"ada"}) {
			t.Errorf("the next heartbeat tells of %v", came)
		}
		if left := b.client.PTTL(ctx, keptKey).Val(); left <= 0 || left > keptLife {
			t.Errorf("the note of presence lives for %v", left)
		}
	})
}

func TestThousandsOfAccountsAreNotedAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() *Bus) {
		b, ctx := open(), t.Context()
		settle(t, b)
		many := make([]string, 3*accountBatch+7)
		for i := range many {
			many[i] = fmt.Sprint("account-", i)
		}
		if came := must[[]string](t)(b.Attend(ctx, many)); !slices.Equal(came, many) {
			t.Errorf("%d of %d came", len(came), len(many))
		}
		if gone := must[[]string](t)(b.Quit(ctx, many[1:])); !slices.Equal(gone, many[1:]) {
			t.Errorf("%d of %d are gone", len(gone), len(many)-1)
		}
		online := must[map[string]bool](t)(b.Online(ctx, many))
		if len(online) != len(many) || !online[many[0]] || online[many[1]] || online[many[len(many)-1]] {
			t.Errorf("of %d, %d are known", len(many), len(online))
		}
	})
}

func TestWithoutRedisNobodyKnowsWhoIsThere(t *testing.T) {
	b := openBus(t, Embedded)
	b.server.redis.Close()
	ctx := t.Context()
	if online, err := b.Online(ctx, []string{"ada"}); err == nil {
		t.Errorf("online: %v", online)
	}
	if came, err := b.Attend(ctx, []string{"ada"}); err == nil {
		t.Errorf("came: %v", came)
	}
	if gone, err := b.Quit(ctx, []string{"ada"}); err == nil {
		t.Errorf("gone: %v", gone)
	}
}

// The heartbeat of a node with the 5,000 accounts of a busy fair, every 10 s.
func BenchmarkHeartbeat(b *testing.B) {
	bus, err := Open(b.Context(), Embedded, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = bus.Close() }()
	many := make([]string, 5000)
	for i := range many {
		many[i] = fmt.Sprint("account-", i)
	}
	for b.Loop() {
		if _, err := bus.Attend(b.Context(), many); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(many)), "µs/account")
}
