package ws_test

import (
	"slices"
	"testing"

	"salon/signaling/message"
)

// come is a browser that enters an interview and says whether it can encrypt.
func (h *house) come(who, peer string, able bool) (*guest, message.Entered) {
	h.t.Helper()
	g := h.visit(who)
	g.send(message.Enter{Token: h.token(interview, who, peer, 1), Able: able})
	return g, await[message.Entered](g)
}

// round waits for the round that these take part in.
func (g *guest) round(peers ...string) message.Keying {
	g.t.Helper()
	return awaitThat(g, func(k message.Keying) bool { return slices.Equal(k.Peers, peers) })
}

func TestARoundOfKeysBeginsWheneverSomebodyComesOrGoes(t *testing.T) {
	h := newHouse(t)
	h.set(interview, "eve", "interpreter", 1)
	ada, _ := h.come("ada", "p1", true)
	alone := ada.round("p1")
	bob, _ := h.come("bob", "p2", true)
	both := ada.round("p1", "p2")
	if got := bob.round("p1", "p2"); got.Round != both.Round || both.Round <= alone.Round || len(both.Unable) != 0 {
		t.Errorf("ada is told %+v, bob %+v", both, got)
	}
	eve, _ := h.come("eve", "p3", false)
	if got := eve.round("p1", "p2", "p3"); !slices.Equal(got.Unable, []string{"p3"}) {
		t.Errorf("a browser that cannot encrypt: %+v", got)
	}
	eve.send(message.Leave{})
	if got := bob.round("p1", "p2"); got.Round <= both.Round || len(got.Unable) != 0 {
		t.Errorf("after she left: %+v", got)
	}
}

func TestStepsReachTheOthersOfTheirRoundAndNobodyElse(t *testing.T) {
	h := newHouse(t)
	h.set(interview, "eve", "interpreter", 1)
	ada, _ := h.come("ada", "p1", true)
	bob, _ := h.come("bob", "p2", true)
	before := ada.round("p1", "p2")
	eve, _ := h.come("eve", "p3", true)
	now := eve.round("p1", "p2", "p3")
	ada.round("p1", "p2", "p3")

	ada.send(message.Key{Round: before.Round, Step: "commit", Body: "late"})
	ada.send(message.Key{Round: now.Round, Step: "commit", Body: "b"})
	ada.send(message.Key{Round: now.Round, Step: "give", To: "p3", Body: "c"})
	ada.send(say("done"))
	want := message.KeyBy{Peer: "p1", Round: now.Round, Step: "commit", Body: "b"}
	for _, g := range []*guest{bob, eve} {
		if got := await[message.KeyBy](g); got != want {
			t.Errorf("passed on %+v, want %+v", got, want)
		}
	}
	if got := await[message.KeyBy](eve); got.Step != "give" || got.Body != "c" {
		t.Errorf("eve was given %+v", got)
	}
	nothingBefore[message.KeyBy](bob, text("done"))
}

func TestWhoComesBackWithTheKeysOfTheRoundGoesOnWithThem(t *testing.T) {
	h := newHouse(t)
	ada, first := h.come("ada", "p1", true)
	bob, _ := h.come("bob", "p2", true)
	now := bob.round("p1", "p2")
	ada.cut()
	awaitThat(bob, func(m message.MemberLeft) bool { return m.Reason == "lost" })
	back := h.visit("ada")
	back.send(message.Enter{Token: first.Resume, Able: true, Round: now.Round})
	await[message.Entered](back)
	back.send(say("back"))
	nothingBefore[message.Keying](bob, text("back"))

	// A reload has lost them, and so has who asks for another round.
	again := h.visit("ada")
	again.send(message.Enter{Token: first.Resume, Able: true})
	await[message.Entered](again)
	if got := bob.round("p1", "p2"); got.Round <= now.Round {
		t.Errorf("after a reload: %+v", got)
	}
}
