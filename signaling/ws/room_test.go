package ws_test

import (
	"strings"
	"testing"
	"time"

	"salon/signaling/message"
	"salon/signaling/token"
)

func TestTwoPeopleMeetAndSeeEachOtherComeAndGo(t *testing.T) {
	h := newHouse(t)
	ada, first := h.enter(interview, "ada", "p1", 1)
	if first.Room != interview || first.Kind != "interview" || first.Role != "party" || first.Resume == "" ||
		len(first.Members) != 1 || first.Members[0].Peer != "p1" || first.Presence != 1 {
		t.Errorf("ada entered %+v", first)
	}
	bob, second := h.enter(interview, "bob", "p2", 1)
	if len(second.Members) != 2 || second.Members[0].Name != "ada" {
		t.Errorf("bob sees %+v", second.Members)
	}
	if m := await[message.MemberJoined](ada).Member; m.Peer != "p2" || m.Account != "bob" || m.Role != "party" {
		t.Errorf("ada sees %+v", m)
	}
	if n := awaitThat(ada, func(m message.Presence) bool { return m.Count == 2 }); n.Count != 2 {
		t.Errorf("%+v", n)
	}
	bob.send(message.Sending{Microphone: true, Camera: true})
	if m := await[message.MemberChanged](ada).Member; m.Peer != "p2" || !m.Sending.Camera || m.Sending.Screen {
		t.Errorf("ada sees %+v", m)
	}
	bob.send(message.Typing{Text: "Bonj"})
	if m := await[message.TypingBy](ada); m != (message.TypingBy{Peer: "p2", Text: "Bonj"}) {
		t.Errorf("ada reads %+v", m)
	}
	bob.send(message.Leave{})
	if m := await[message.MemberLeft](ada); m != (message.MemberLeft{Peer: "p2", Reason: "left"}) {
		t.Errorf("ada sees %+v", m)
	}
	if m := await[message.Left](bob); m.Reason != "left" {
		t.Errorf("bob is told %+v", m)
	}
	for _, told := range []string{"joined " + interview + " ada", "joined " + interview + " bob", "left " + interview + " bob"} {
		h.observer.want(t, told)
	}
}

func TestTheServerStampsWhoSaysSomething(t *testing.T) {
	h := newHouse(t)
	ada, _ := h.enter(interview, "ada", "p1", 1)
	bob, _ := h.enter(interview, "bob", "p2", 1)
	bob.raw(`{"type":"say","v":1,"id":"x","text":"I am ada","peer":"p1","name":"ada"}`)
	bob.refused(message.CodeField)
	bob.send(say("  Bonjour\u202e\x07 à vous \n"))
	said := await[message.Said](ada)
	if said.Peer != "p2" || said.Name != "bob" || said.Role != "party" || said.Text != "Bonjour à vous" || said.ID == "" || said.At.IsZero() {
		t.Errorf("ada reads %+v", said)
	}
	await[message.Said](bob)
	bob.send(say("\u202e \n"))
	bob.refused(message.CodeValue)
}

func TestWhoEntersReadsTheLastLines(t *testing.T) {
	h := newHouse(t)
	ada, _ := h.enter(interview, "ada", "p1", 1)
	for i := range 55 {
		ada.send(say(strings.Repeat("x", i+1)))
	}
	awaitThat(ada, text(strings.Repeat("x", 55)))
	_, entered := h.enter(interview, "bob", "p2", 1)
	if len(entered.Recent) != 50 || len(entered.Recent[0].Text) != 6 || len(entered.Recent[49].Text) != 55 {
		t.Errorf("%d lines", len(entered.Recent))
	}
}

func TestTokensOpenOnlyTheirOwnDoor(t *testing.T) {
	h := newHouse(t)
	expired := func(e *token.Entry) { e.ExpiresAt = time.Now().Add(-time.Second) }
	grant, err := h.signer.Grant(token.Grant{Topic: interview})
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, who, token, code string
	}{
		{"no token", "ada", "hello", message.CodeTokenInvalid},
		{"a grant for a topic", "ada", grant, message.CodeTokenInvalid},
		{"an expired token", "ada", h.token(interview, "ada", "p1", 1, expired), message.CodeTokenExpired},
		{"somebody else's token", "eve", h.token(interview, "ada", "p1", 1), message.CodeTokenInvalid},
		{"one's own token after another sign-in", "ada", h.token(interview, "ada", "p1", 1, func(e *token.Entry) { e.Login = "former" }), message.CodeTokenInvalid},
		{"a visitor with somebody's token", "", h.token(interview, "ada", "p1", 1), message.CodeTokenInvalid},
		{"a visitor at an interview", "", h.token(interview, "", "p1", 0), message.CodeRoomForbidden},
		{"no party of the interview", "eve", h.token(interview, "eve", "p1", 1), message.CodeRoomForbidden},
		{"an older generation", "ada", h.token(interview, "ada", "p1", 0), message.CodeTokenStale},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g := h.visit(c.who)
			g.send(message.Enter{Token: c.token})
			g.refused(c.code)
		})
	}
}

func TestTheSamePeerComesBackInPlaceOfItsOldSocket(t *testing.T) {
	h := newHouse(t)
	ada, _ := h.enter(interview, "ada", "p1", 1)
	bob, _ := h.enter(interview, "bob", "p2", 1)
	again, entered := h.enter(interview, "ada", "p1", 1)
	ada.closedWith(message.CloseReplaced)
	if len(entered.Members) != 2 {
		t.Errorf("members %+v", entered.Members)
	}
	await[message.MemberJoined](bob)
	again.send(say("still me"))
	nothingBefore[message.MemberLeft](bob, text("still me"))
}

func TestASecondTabOfAnInterviewTakesThePlaceOfTheFirst(t *testing.T) {
	h := newHouse(t)
	bob, _ := h.enter(interview, "bob", "p2", 1)
	ada, first := h.enter(interview, "ada", "p1", 1)
	_, entered := h.enter(interview, "ada", "p3", 1)
	ada.closedWith(message.CloseReplaced)
	if len(entered.Members) != 2 || entered.Presence != 2 {
		t.Errorf("%d members, %d people", len(entered.Members), entered.Presence)
	}
	if m := await[message.MemberLeft](bob); m.Peer != "p1" {
		t.Errorf("bob sees %+v leave", m)
	}
	// Coming back by itself, the first tab does not take the place again.
	back := h.visit("ada")
	back.send(message.Enter{Token: first.Resume})
	back.closedWith(message.CloseReplaced)
	for _, told := range []string{"joined " + interview + " bob", "joined " + interview + " ada"} {
		h.observer.want(t, told)
	}
}

func TestATabThatWasLostDoesNotTakeItsPlaceBackFromAnother(t *testing.T) {
	h := newHouse(t)
	ada, first := h.enter(interview, "ada", "p1", 1)
	bob, _ := h.enter(interview, "bob", "p2", 1)
	ada.cut()
	await[message.MemberLeft](bob)
	h.enter(interview, "ada", "p3", 1)
	back := h.visit("ada")
	back.send(message.Enter{Token: first.Resume})
	back.closedWith(message.CloseReplaced)
}

func TestASecondTabOfATalkIsASecondPeerOfOnePerson(t *testing.T) {
	h := newHouse(t)
	ada, _ := h.enter(talk, "ada", "p1", 1)
	other, entered := h.enter(talk, "ada", "p3", 1)
	if len(entered.Members) != 0 || entered.Presence != 1 {
		t.Errorf("%d members, %d people", len(entered.Members), entered.Presence)
	}
	other.send(message.Leave{})
	await[message.Left](other)
	ada.send(message.Leave{})
	await[message.Left](ada)
	for _, told := range []string{"joined " + talk + " ada", "left " + talk + " ada"} {
		h.observer.want(t, told)
	}
}

func TestALostPeerKeepsItsPlaceAndComesBackWithItsResumeToken(t *testing.T) {
	h := newHouse(t)
	ada, entered := h.enter(interview, "ada", "p1", 1)
	bob, _ := h.enter(interview, "bob", "p2", 1)
	ada.send(say("before"))
	awaitThat(bob, text("before"))
	ada.cut()
	if m := await[message.MemberLeft](bob); m != (message.MemberLeft{Peer: "p1", Reason: "lost"}) {
		t.Errorf("bob sees %+v", m)
	}
	back := h.visit("ada")
	back.send(message.Enter{Token: entered.Resume})
	now := await[message.Entered](back)
	if now.Peer != "p1" || len(now.Recent) != 1 {
		t.Errorf("ada is back as %+v", now)
	}
	if m := await[message.MemberJoined](bob).Member; m.Peer != "p1" {
		t.Errorf("bob sees %+v", m)
	}
	// Of a cut is told that the call is in trouble, and is not any more; nobody left.
	for _, told := range []string{"joined " + interview + " ada", "joined " + interview + " bob",
		"strained " + interview + " ada lost cut ", "strained " + interview + " ada good  "} {
		h.observer.want(t, told)
	}
}

func TestWhoStaysAwayHasLeft(t *testing.T) {
	h := newHouse(t, func(s *settings) { s.grace = 200 * time.Millisecond })
	ada, _ := h.enter(interview, "ada", "p1", 1)
	bob, _ := h.enter(interview, "bob", "p2", 1)
	ada.cut()
	for _, reason := range []string{"lost", "left"} {
		if m := await[message.MemberLeft](bob); m != (message.MemberLeft{Peer: "p1", Reason: reason}) {
			t.Errorf("bob sees %+v", m)
		}
	}
	for _, told := range []string{"joined " + interview + " ada", "joined " + interview + " bob",
		"strained " + interview + " ada lost cut ", "left " + interview + " ada"} {
		h.observer.want(t, told)
	}
}

func TestAKickedPersonIsOutAndStaysOutWithAValidResumeToken(t *testing.T) {
	h := newHouse(t)
	eve, entered := h.enter(talk, "eve", "p1", 0)
	other, _ := h.enter(talk, "eve", "p2", 0)
	speaker, _ := h.enter(talk, "bob", "p3", 1)
	// What the service does: it writes, then tells.
	h.set(talk, "eve", "", 1)
	if err := h.hub.MemberChanged(t.Context(), talk, "eve", 1, ""); err != nil {
		t.Fatal(err)
	}
	for _, g := range []*guest{eve, other} {
		if m := await[message.Left](g); m.Reason != "kicked" {
			t.Errorf("eve is told %+v", m)
		}
		g.send(say("I am still here"))
		g.refused(message.CodeRoomNone)
		g.send(message.Enter{Token: entered.Resume})
		g.refused(message.CodeRoomForbidden)
	}
	h.change(func(w *world) { w.down = true })
	eve.send(message.Enter{Token: entered.Resume})
	eve.refused(message.CodeTokenStale) // the store is down, the generation is known
	h.change(func(w *world) { w.down = false })
	speaker.send(say("on we go"))
	nothingBefore[message.Error](speaker, text("on we go"))
}

func TestWithTheStoreDownOnlyThoseKnownToBeUnchangedComeBack(t *testing.T) {
	h := newHouse(t)
	ada, entered := h.enter(interview, "ada", "p1", 1)
	h.change(func(w *world) { w.down = true })
	ada.cut()
	back := h.visit("ada")
	back.send(message.Enter{Token: entered.Resume})
	back.refused(message.CodeRoomUnavailable) // no generation is known: nobody can tell
	if err := h.bus.Raise(t.Context(), interview, "ada", 1); err != nil {
		t.Fatal(err)
	}
	back.send(message.Enter{Token: h.token(interview, "ada", "p1", 1)})
	back.refused(message.CodeRoomUnavailable) // an entry token is not a resume token
	back.send(message.Enter{Token: entered.Resume})
	await[message.Entered](back)
}

func TestADemotedSpeakerIsInTheAudienceAtOnce(t *testing.T) {
	h := newHouse(t)
	bob, entered := h.enter(talk, "bob", "p1", 1)
	zoe, _ := h.enter(talk, "zoe", "p2", 1)
	bob.send(message.Sending{Camera: true})
	await[message.MemberChanged](zoe)
	h.set(talk, "bob", "viewer", 2)
	if err := h.hub.MemberChanged(t.Context(), talk, "bob", 2, "viewer"); err != nil {
		t.Fatal(err)
	}
	if m := await[message.Role](bob); m.Role != "viewer" {
		t.Errorf("bob is told %+v", m)
	}
	fresh := await[message.Resume](bob)
	if m := await[message.MemberChanged](zoe).Member; m.Peer != "p1" || m.Role != "viewer" || m.Sending.Camera {
		t.Errorf("zoe sees %+v", m)
	}
	for _, m := range []message.FromClient{message.Sending{Camera: true}, message.Typing{Text: "x"}} {
		bob.send(m)
		bob.refused(message.CodeRoomRole)
	}
	bob.send(message.Description{Link: "up", Kind: "offer", SDP: "v=0\r\n"})
	if e := await[message.Error](bob); e.Code != message.CodeRoomRole && e.Code != message.CodeMedia {
		t.Errorf("an offer was answered with %+v", e)
	}
	bob.send(message.Enter{Token: entered.Resume})
	bob.refused(message.CodeTokenStale)
	bob.send(message.Enter{Token: fresh.Token})
	if again := await[message.Entered](bob); again.Role != "viewer" || len(again.Members) != 1 {
		t.Errorf("bob is back as %+v", again)
	}
}

func TestALateNoticeOfAnOlderGenerationChangesNothing(t *testing.T) {
	h := newHouse(t)
	h.set(talk, "bob", "speaker", 7)
	bob, _ := h.enter(talk, "bob", "p1", 7)
	if err := h.hub.MemberChanged(t.Context(), talk, "bob", 6, ""); err != nil {
		t.Fatal(err)
	}
	bob.send(say("still on stage"))
	nothingBefore[message.Left](bob, text("still on stage"))
}

func TestVisitorsWatchWithoutAVoice(t *testing.T) {
	h := newHouse(t)
	visitor, entered := h.enter(talk, "", "p1", 0)
	if entered.Role != "viewer" || len(entered.Members) != 0 || entered.Presence != 1 {
		t.Errorf("%+v", entered)
	}
	visitor.send(say("hello"))
	visitor.refused(message.CodeSignIn)
	visitor.send(message.Typing{Text: "hello"})
	visitor.refused(message.CodeRoomRole)
	visitor.send(message.Sending{Camera: true})
	visitor.refused(message.CodeRoomRole)
	viewer, _ := h.enter(talk, "eve", "p2", 0)
	viewer.send(say("a question"))
	if m := await[message.Said](visitor); m.Name != "eve" || m.Role != "viewer" {
		t.Errorf("%+v", m)
	}
	awaitThat(visitor, func(m message.Presence) bool { return m.Count == 2 })
	visitor.cut()
	awaitThat(viewer, func(m message.Presence) bool { return true })
}

func TestTheEndOfAMeetingEmptiesTheRoom(t *testing.T) {
	h := newHouse(t)
	ada, _ := h.enter(interview, "ada", "p1", 1)
	bob, _ := h.enter(interview, "bob", "p2", 1)
	if err := h.hub.CloseRoom(t.Context(), interview); err != nil {
		t.Fatal(err)
	}
	for _, g := range []*guest{ada, bob} {
		if m := await[message.Left](g); m.Reason != "ended" {
			t.Errorf("told %+v", m)
		}
		g.send(say("anybody?"))
		g.refused(message.CodeRoomNone)
	}
	told := map[string]bool{}
	for range 5 {
		told[<-h.observer] = true
	}
	for _, want := range []string{"left " + interview + " ada", "left " + interview + " bob", "closed " + interview} {
		if !told[want] {
			t.Errorf("the observer was not told %q but %v", want, told)
		}
	}
	ada.send(message.Enter{Token: h.token(interview, "ada", "p1", 1)})
	await[message.Entered](ada) // the gate lets her in again: a room of that name opens anew
	if n, err := h.hub.Present(t.Context(), interview); err != nil || n > 1 {
		t.Errorf("%d present, %v", n, err)
	}
}

func TestWhoEntersAnotherRoomLeavesTheFirst(t *testing.T) {
	h := newHouse(t)
	bob, _ := h.enter(interview, "bob", "p1", 1)
	ada, _ := h.enter(interview, "ada", "p2", 1)
	bob.send(message.Enter{Token: h.token(talk, "bob", "p3", 1)})
	if entered := awaitThat(bob, func(m message.Entered) bool { return m.Room == talk }); entered.Role != "speaker" {
		t.Errorf("%+v", entered)
	}
	if m := await[message.MemberLeft](ada); m.Peer != "p1" || m.Reason != "left" {
		t.Errorf("%+v", m)
	}
}
