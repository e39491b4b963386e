package ws_test

import (
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fasthttp/websocket"

	"salon/signaling/message"
	"salon/signaling/ws"
)

func TestTheUpgradeIsForNamedOriginsAndPrograms(t *testing.T) {
	h := newHouse(t)
	cases := []struct {
		name   string
		header http.Header
		status int
	}{
		{"our pages", browser("ada"), http.StatusSwitchingProtocols},
		{"a program", nil, http.StatusSwitchingProtocols},
		{"foreign pages with a good cookie", http.Header{"Origin": {"https://evil.example"}, "Cookie": {"__Host-salon=login-ada"}}, http.StatusForbidden},
		{"our pages without TLS", http.Header{"Origin": {"http://salon.example"}}, http.StatusForbidden},
		{"a page without an origin of its own", http.Header{"Origin": {"null"}}, http.StatusForbidden},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			conn, response, err := websocket.DefaultDialer.DialContext(t.Context(), "ws://"+h.addr+"/ws", c.header)
			if err == nil {
				_ = conn.Close()
			}
			if response == nil || response.StatusCode != c.status {
				t.Errorf("got %v, %v; want %d", response, err, c.status)
			}
		})
	}
	t.Run("no upgrade at all", func(t *testing.T) {
		response, err := http.Get("http://" + h.addr + "/ws")
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusUpgradeRequired || response.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%d %s", response.StatusCode, response.Header)
		}
	})
}

func TestAServerForAllOriginsIsNotMade(t *testing.T) {
	for _, origins := range [][]string{nil, {"*"}, {origin, "*"}, {""}} {
		if _, err := ws.New(ws.Config{Origins: origins}); err == nil {
			t.Errorf("%q was taken", origins)
		}
	}
}

func TestHelloDecidesWhoOneIs(t *testing.T) {
	cases := []struct {
		name    string
		header  http.Header
		frame   string
		account string
		code    message.CloseCode
	}{
		{"a browser with a cookie", browser("ada"), `{"type":"hello","v":1}`, "ada", 0},
		{"a visitor", browser(""), `{"type":"hello","v":1}`, "", 0},
		{"a browser whose login has ended", browser("nobody"), `{"type":"hello","v":1}`, "", 0},
		{"a program with a token", nil, `{"type":"hello","v":1,"token":"login-bob"}`, "bob", 0},
		{"a program without a token", nil, `{"type":"hello","v":1}`, "", message.CloseForbidden},
		{"a program with a wrong token", nil, `{"type":"hello","v":1,"token":"login-mallory"}`, "", message.CloseForbidden},
		{"a program with a cookie and no token", http.Header{"Cookie": {"__Host-salon=login-ada"}}, `{"type":"hello","v":1}`, "", message.CloseForbidden},
		{"a page that brings a token", browser(""), `{"type":"hello","v":1,"token":"login-bob"}`, "", message.CloseForbidden},
		{"another message first", browser("ada"), `{"type":"leave","v":1}`, "", message.CloseNoHello},
		{"no JSON", browser("ada"), `hello`, "", message.CloseBadFrame},
	}
	h := newHouse(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g := h.dial(c.header)
			g.raw(c.frame)
			if c.code != 0 {
				g.closedWith(c.code)
			} else if w := await[message.Welcome](g); w.Account != c.account {
				t.Errorf("welcomed as %q", w.Account)
			}
		})
	}
}

func TestWhoSaysNoHelloIsClosed(t *testing.T) {
	h := newHouse(t, func(s *settings) { s.hello = 100 * time.Millisecond })
	h.dial(browser("ada")).closedWith(message.CloseNoHello)
}

func TestWhoDoesNotAnswerPingsIsClosed(t *testing.T) {
	h := newHouse(t, func(s *settings) { s.ping = 150 * time.Millisecond })
	deaf := h.dial(browser("ada"))
	deaf.conn.SetPingHandler(func(string) error { return nil })
	pinged := make(chan struct{}, 16)
	alive := h.dial(browser("bob"))
	pong := alive.conn.PingHandler()
	alive.conn.SetPingHandler(func(s string) error {
		pinged <- struct{}{}
		return pong(s)
	})
	deaf.send(message.Hello{})
	alive.send(message.Hello{})
	deaf.closedWith(message.CloseIdle)
	for range 3 {
		select {
		case <-pinged:
		case code := <-alive.closed:
			t.Fatalf("who answers pings was closed with %d", code)
		}
	}
}

func TestBadFramesAreAnsweredOrClosed(t *testing.T) {
	h := newHouse(t)
	t.Run("what is understood but not right is answered", func(t *testing.T) {
		g := h.visit("ada")
		for frame, code := range map[string]string{
			`{"type":"kick","v":1,"peer":"x"}`:            message.CodeType,
			`{"type":"leave","v":2}`:                      message.CodeVersion,
			`{"type":"leave","v":1,"peer":"x"}`:           message.CodeField,
			`{"type":"say","v":1,"id":"x","text":""}`:     message.CodeValue,
			`{"type":"say","v":1,"id":"x","text":"hein"}`: message.CodeRoomNone,
			`{"type":"hello","v":1}`:                      message.CodeType,
		} {
			g.raw(frame)
			g.refused(code)
		}
	})
	t.Run("what is no JSON closes", func(t *testing.T) {
		g := h.visit("ada")
		g.raw("{")
		g.closedWith(message.CloseBadFrame)
	})
	t.Run("a binary frame closes", func(t *testing.T) {
		g := h.visit("ada")
		if err := g.conn.WriteMessage(websocket.BinaryMessage, []byte(`{"type":"leave","v":1}`)); err != nil {
			t.Fatal(err)
		}
		g.closedWith(message.CloseBadFrame)
	})
	t.Run("a frame above 64 KiB closes", func(t *testing.T) {
		g := h.visit("ada")
		g.raw(`{"type":"leave","v":1,"x":"` + strings.Repeat("x", message.MaxFrame) + `"}`)
		g.closedWith(message.CloseBadFrame)
	})
	t.Run("a huge frame is cut off at once", func(t *testing.T) {
		g := h.visit("ada")
		// Eight bytes of length announce a tebibyte (RFC 6455, 5.2).
		if _, err := g.conn.NetConn().Write([]byte{0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0}); err != nil {
			t.Fatal(err)
		}
		g.closedWith(websocket.CloseMessageTooBig)
	})
}

func TestAFloodIsClosed(t *testing.T) {
	h := newHouse(t)
	g := h.visit("ada")
	for range 200 {
		if g.conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"leave","v":1}`)) != nil {
			break
		}
	}
	g.closedWith(message.CloseFlood)
}

func TestABurstOfAddressesIsNoFlood(t *testing.T) {
	h := newHouse(t)
	g := h.visit("ada")
	for range 150 {
		g.send(message.ICECandidate{Link: "up", Candidate: "x"})
	}
	for range 150 {
		g.refused(message.CodeRoomNone)
	}
}

func TestCtrlCSendsEverybodyBack(t *testing.T) {
	h := newHouse(t)
	inside, _ := h.enter(interview, "ada", "p1", 1)
	outside := h.visit("")
	h.observer.want(t, "joined "+interview+" ada")
	h.stop()
	inside.closedWith(message.CloseRestarting)
	outside.closedWith(message.CloseRestarting)
	select {
	case told := <-h.observer:
		t.Errorf("a restart was told as %q", told)
	default:
	}
	late := h.dial(browser("ada"))
	late.send(message.Hello{})
	late.closedWith(message.CloseRestarting)
}

func TestLogoutClosesTheSocketsOfThatLoginOnly(t *testing.T) {
	h := newHouse(t)
	first, _ := h.enter(interview, "ada", "p1", 1)
	second := h.visit("ada")
	bob, _ := h.enter(interview, "bob", "p2", 1)
	if err := h.hub.LoggedOut(t.Context(), "l-ada"); err != nil {
		t.Fatal(err)
	}
	first.closedWith(message.CloseSignedOut)
	second.closedWith(message.CloseSignedOut)
	if gone := await[message.MemberLeft](bob); gone.Peer != "p1" || gone.Reason != "left" {
		t.Errorf("bob saw %+v", gone)
	}
}

func TestAClientThatDoesNotReadIsClosedAndHoldsNobodyUp(t *testing.T) {
	h := newHouse(t)
	conn, _, err := websocket.DefaultDialer.DialContext(t.Context(), "ws://"+h.addr+"/ws", browser("ada"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.NetConn().(*net.TCPConn).SetReadBuffer(4096); err != nil {
		t.Fatal(err)
	}
	for _, m := range []message.FromClient{message.Hello{}, message.Subscribe{Topic: "fair.x"}} {
		frame, err := message.EncodeClient(m)
		if err != nil || conn.WriteMessage(websocket.TextMessage, frame) != nil {
			t.Fatal(err)
		}
	}
	reader := h.visit("bob")
	reader.send(message.Subscribe{Topic: "fair.x"})
	await[message.Subscribed](reader)
	long := strings.Repeat("x", 8<<10)
	for n := int64(1); h.hub.Stats().Sockets == 2; n++ {
		if n > 5000 {
			t.Fatal("who does not read is still connected")
		}
		if err := h.hub.Publish(t.Context(), message.Topic{Topic: "fair.x", Entity: "slot", ID: long, Rev: n}); err != nil {
			t.Fatal(err)
		}
		if m := await[message.Topic](reader); m.Rev != n {
			t.Fatalf("publication %d came as %d", n, m.Rev)
		}
	}
}
