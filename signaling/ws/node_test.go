package ws_test

import (
	"strings"
	"testing"
	"time"

	"salon/signaling/message"
	"salon/signaling/redisbus"
	"salon/signaling/redisbus/redistest"
	"salon/signaling/token"
)

// nodes makes two houses on one real Redis.
func nodes(t *testing.T) (a, b *house) {
	t.Helper()
	addr := redistest.Start(t)
	return newHouse(t, on(t, addr)), newHouse(t, on(t, addr))
}

// on is a house's own connection to a Redis, tried until that answers.
func on(t *testing.T, addr string) func(*settings) {
	t.Helper()
	limit := time.After(patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		bus, err := redisbus.Open(t.Context(), addr, nil)
		if err == nil {
			t.Cleanup(func() { _ = bus.Close() })
			return func(s *settings) { s.bus = bus }
		}
		select {
		case <-tick.C:
		case <-limit:
			t.Fatal(err)
		}
	}
}

func TestWhatOneNodeDecidesHoldsOnAll(t *testing.T) {
	a, b := nodes(t)
	ada, _ := a.enter(interview, "ada", "p1", 1)

	t.Run("a room held elsewhere is not opened here", func(t *testing.T) {
		bob := b.visit("bob")
		bob.send(message.Enter{Token: b.token(interview, "bob", "p2", 1)})
		bob.refused(message.CodeRoomElsewhere)
		bob.closedWith(message.CloseUnavailable)
	})
	t.Run("people are counted over all nodes", func(t *testing.T) {
		awaitThat(ada, func(m message.Presence) bool { return m.Count == 1 })
		if n, err := b.hub.Present(t.Context(), interview); n != 1 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	})
	t.Run("a view published on one is shown on the other", func(t *testing.T) {
		eve := a.visit("eve")
		eve.send(message.Subscribe{Topic: "fair.x"})
		await[message.Subscribed](eve)
		if err := b.hub.Publish(t.Context(), message.Topic{Topic: "fair.x", Entity: "slot", ID: "s", Rev: 3}); err != nil {
			t.Fatal(err)
		}
		if m := await[message.Topic](eve); m.ID != "s" || m.Rev != 3 || m.Offset != 1 {
			t.Errorf("%+v", m)
		}
	})
	t.Run("who is kicked on one is out on the other", func(t *testing.T) {
		if err := b.hub.MemberChanged(t.Context(), interview, "ada", 2, ""); err != nil {
			t.Fatal(err)
		}
		if m := await[message.Left](ada); m.Reason != "kicked" {
			t.Errorf("%+v", m)
		}
	})
	t.Run("who logs out on one is logged out on the other", func(t *testing.T) {
		if err := b.hub.LoggedOut(t.Context(), "l-ada"); err != nil {
			t.Fatal(err)
		}
		ada.closedWith(message.CloseSignedOut)
	})
	t.Run("a meeting ended on one ends on the other", func(t *testing.T) {
		zoe, _ := a.enter(talk, "zoe", "p3", 1)
		if err := b.hub.CloseRoom(t.Context(), talk); err != nil {
			t.Fatal(err)
		}
		if m := await[message.Left](zoe); m.Reason != "ended" {
			t.Errorf("%+v", m)
		}
	})
	t.Run("a node that goes away gives its rooms back", func(t *testing.T) {
		bob, _ := a.enter(talk, "bob", "p4", 1)
		a.stop()
		bob.closedWith(message.CloseRestarting)
		b.enter(talk, "bob", "p4", 1)
	})
}

func TestATopicIsFollowedFromWhereOneLeftOff(t *testing.T) {
	h := newHouse(t)
	publish := func(rev int64) {
		t.Helper()
		if err := h.hub.Publish(t.Context(), message.Topic{Topic: "fair.x", Entity: "slot", ID: "s", Rev: rev}); err != nil {
			t.Fatal(err)
		}
	}
	g := h.visit("")
	g.send(message.Subscribe{Topic: "fair.x"})
	first := await[message.Subscribed](g)
	if first.Lost || first.Epoch == "" || first.Offset != 0 {
		t.Errorf("%+v", first)
	}
	publish(1)
	seen := await[message.Topic](g)
	if seen.Epoch != first.Epoch || seen.Offset != 1 || seen.Rev != 1 || seen.Topic != "fair.x" {
		t.Errorf("%+v", seen)
	}
	g.cut()
	publish(2)
	publish(3)

	back := h.visit("")
	back.send(message.Subscribe{Topic: "fair.x", Epoch: seen.Epoch, Offset: seen.Offset})
	if m := await[message.Subscribed](back); m.Lost || m.Offset != 3 {
		t.Errorf("%+v", m)
	}
	for rev := int64(2); rev <= 3; rev++ {
		if m := await[message.Topic](back); m.Rev != rev || m.Offset != rev {
			t.Errorf("publication %d: %+v", rev, m)
		}
	}
	publish(4)
	if m := await[message.Topic](back); m.Offset != 4 {
		t.Errorf("%+v", m)
	}
	back.send(message.Subscribe{Topic: "fair.x", Epoch: "of an emptied redis", Offset: 4})
	if m := await[message.Subscribed](back); !m.Lost || m.Epoch != seen.Epoch {
		t.Errorf("%+v", m)
	}
	back.send(message.Unsubscribe{Topic: "fair.x"})
	back.send(message.Subscribe{Topic: "fair.y"})
	await[message.Subscribed](back)
	publish(5)
	back.send(message.Subscribe{Topic: "fair.z"})
	nothingBefore[message.Topic](back, func(m message.Subscribed) bool { return m.Topic == "fair.z" })
}

func TestATopicIsForThoseWhoMayFollowIt(t *testing.T) {
	h := newHouse(t)
	grant := func(g token.Grant) string {
		t.Helper()
		text, err := h.signer.Grant(g)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	cases := []struct {
		name, who, topic, grant string
		ok                      bool
	}{
		{"one's own account", "ada", "account.ada", "", true},
		{"another's account", "eve", "account.ada", "", false},
		{"an account that a visitor has not", "", "account.", "", false},
		{"the fair, by a visitor", "", "fair.x", "", true},
		{"the draws of a fair, by a visitor", "", "draws.x", "", true},
		{"a talk, by a visitor", "", "webconference.x", "", true},
		{"an interview without a grant", "eve", interview, "", false},
		{"an interview with a grant", "ada", interview, grant(token.Grant{Topic: interview, Account: "ada"}), true},
		{"an interview with another's grant", "eve", interview, grant(token.Grant{Topic: interview, Account: "ada"}), false},
		{"an interview with a grant for another", "ada", interview, grant(token.Grant{Topic: "interview.other"}), false},
		{"an interview with an entry token", "ada", interview, h.token(interview, "ada", "p1", 1), false},
		{"no topic at all", "ada", "everything", "", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g := h.visit(c.who)
			g.send(message.Subscribe{Topic: c.topic, Grant: c.grant})
			if !c.ok {
				g.refused(message.CodeTopicForbidden)
			} else if m := await[message.Subscribed](g); m.Topic != c.topic {
				t.Errorf("%+v", m)
			}
		})
	}
	t.Run("an interview by those in its room", func(t *testing.T) {
		g, _ := h.enter(interview, "ada", "p1", 1)
		g.send(message.Subscribe{Topic: interview})
		await[message.Subscribed](g)
	})
	t.Run("no more than 32 at once", func(t *testing.T) {
		g := h.visit("ada")
		for n := range 33 {
			g.send(message.Subscribe{Topic: "fair." + strings.Repeat("x", n+1)})
		}
		g.refused(message.CodeTopicMany)
	})
}
