package ws_test

import (
	"testing"

	"salon/signaling/message"
)

// allowed stands where a message is acted upon and tells nobody anything that
// its sender may not say.
const allowed = ""

// attempt is a message that somebody without the right might send, and what
// each of the people below is answered: a code, or allowed.
type attempt struct {
	message func(token string) message.FromClient
	answers map[string]string
	then    func(*guest) // waits for what being allowed looks like; nil: nothing to be seen
}

// answers says them for those in no room, for a visitor and for a viewer.
func answers(outside, visitor, viewer string) map[string]string {
	return map[string]string{"anonymous": outside, "another candidate": outside, "kicked": outside, "visitor": visitor, "viewer": viewer}
}

func everybody(code string) map[string]string { return answers(code, code, code) }

// attempts has a row for every message of the registry.
var attempts = map[string]attempt{
	"hello": {always(message.Hello{}), everybody(message.CodeType), nil},
	"enter": {func(token string) message.FromClient { return message.Enter{Token: token} }, everybody(message.CodeRoomForbidden), nil},
	"description": {always(message.Description{Link: "up", Kind: "offer", SDP: "v=0\r\n"}),
		answers(message.CodeRoomNone, message.CodeRoomRole, message.CodeRoomRole), nil},
	"ice_candidate": {always(message.ICECandidate{Link: "down", Candidate: "candidate:1 1 udp 1 192.0.2.1 9 typ host"}),
		answers(message.CodeRoomNone, allowed, allowed), nil},
	"restart": {always(message.Restart{Link: "down"}), answers(message.CodeRoomNone, allowed, allowed), nil},
	"sending": {always(message.Sending{Camera: true, Microphone: true}),
		answers(message.CodeRoomNone, message.CodeRoomRole, message.CodeRoomRole), nil},
	"viewing": {always(message.Viewing{Tracks: []string{"p2.camera"}, Heights: []int{180}, Saver: true}),
		answers(message.CodeRoomNone, allowed, allowed), nil},
	"key": {always(message.Key{Round: 1, Step: "commit", Body: "AAAA"}),
		answers(message.CodeRoomNone, message.CodeRoomRole, message.CodeRoomRole), nil},
	"quality": {always(message.Quality{Level: "weak", Told: "sound"}),
		answers(message.CodeRoomNone, message.CodeRoomRole, message.CodeRoomRole), nil},
	"say": {always(say("a question")), answers(message.CodeRoomNone, message.CodeSignIn, allowed),
		func(g *guest) { awaitThat(g, text("a question")) }},
	"typing": {always(message.Typing{Text: "psst"}), answers(message.CodeRoomNone, message.CodeRoomRole, message.CodeRoomRole), nil},
	"leave": {always(message.Leave{}), answers(message.CodeRoomNone, allowed, allowed),
		func(g *guest) { await[message.Left](g) }},
	"subscribe":   {always(message.Subscribe{Topic: interview}), everybody(message.CodeTopicForbidden), nil},
	"unsubscribe": {always(message.Unsubscribe{Topic: interview}), everybody(allowed), nil},
}

func always(m message.FromClient) func(string) message.FromClient {
	return func(string) message.FromClient { return m }
}

// positions bring somebody to where they send from, with the best token they
// could hold for a room that is not theirs.
var positions = map[string]func(h *house) (g *guest, token string){
	"anonymous": func(h *house) (*guest, string) { return h.visit(""), h.token(interview, "", "p9", 0) },
	"another candidate": func(h *house) (*guest, string) {
		return h.visit("eve"), h.token(interview, "eve", "p9", 1)
	},
	"visitor": func(h *house) (*guest, string) {
		g, _ := h.enter(talk, "", "p9", 0)
		return g, h.token(interview, "", "p8", 0)
	},
	"viewer": func(h *house) (*guest, string) {
		g, _ := h.enter(talk, "eve", "p9", 0)
		return g, h.token(interview, "eve", "p8", 1)
	},
	"kicked": func(h *house) (*guest, string) {
		g, entered := h.enter(talk, "eve", "p9", 0)
		h.set(talk, "eve", "", 1)
		if err := h.hub.MemberChanged(h.t.Context(), talk, "eve", 1, ""); err != nil {
			h.t.Fatal(err)
		}
		await[message.Left](g)
		return g, entered.Resume
	},
}

func TestEveryMessageIsForThoseWhoMaySendIt(t *testing.T) {
	known := map[string]bool{}
	for _, kind := range message.Client() {
		known[kind.Name] = true
	}
	for name := range attempts {
		if !known[name] {
			t.Errorf("%s is tried and is no message", name)
		}
	}
	for who, position := range positions {
		t.Run(who, func(t *testing.T) {
			h := newHouse(t)
			witnesses := map[string]*guest{}
			witnesses[interview], _ = h.enter(interview, "ada", "p1", 1)
			witnesses[talk], _ = h.enter(talk, "zoe", "p2", 1)
			g, token := position(h)
			for _, kind := range message.Client() {
				tried, found := attempts[kind.Name]
				if !found {
					t.Errorf("nobody has said who may send %s", kind.Name)
					continue
				}
				code, found := tried.answers[who]
				if !found {
					t.Fatalf("%s: no answer for %s", kind.Name, who)
				}
				g.send(tried.message(token))
				g.answered(kind.Name, code, tried.then)
				heard := code == allowed && kind.Name == "say"
				for room, w := range witnesses {
					w.hears(kind.Name, heard && room == talk)
				}
			}
		})
	}
}

// answered checks what became of a message. What is allowed and leaves no trace
// is followed by a message that never is, whose refusal then comes first.
func (g *guest) answered(name, code string, then func(*guest)) {
	g.t.Helper()
	switch {
	case code == allowed && then != nil:
		then(g)
		return
	case code == allowed:
		g.send(message.Hello{})
		name, code = "hello", message.CodeType
	}
	if got := await[message.Error](g); got.Of != name || got.Code != code {
		g.t.Errorf("%s was answered %q, want %q for %s", got.Of, got.Code, code, name)
	}
}

// hears has a witness say a word and checks what came before it: something was
// said, or nothing happened at all.
func (g *guest) hears(name string, said bool) {
	g.t.Helper()
	g.send(say("after " + name))
	heard := 0
	awaitThat(g, func(m message.FromServer) bool {
		switch m := m.(type) {
		case message.Said:
			if m.Text == "after "+name {
				return true
			}
			heard++
		case message.MemberJoined, message.MemberChanged, message.MemberLeft, message.TypingBy, message.KeyBy, message.Description, message.Left:
			g.t.Errorf("after %s somebody else was told %+v", name, m)
		}
		return false
	})
	if (heard == 1) != said {
		g.t.Errorf("after %s somebody else read %d lines", name, heard)
	}
}
