package ws_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/fasthttp/websocket"
	"github.com/gofiber/fiber/v2"
	"go.uber.org/goleak"

	"salon/media"
	"salon/signaling"
	"salon/signaling/message"
	"salon/signaling/redisbus"
	"salon/signaling/token"
	"salon/signaling/ws"
)

const (
	origin    = "https://salon.example"
	interview = "interview.aaaaaaaaaaaaaaaaaaaaaaaaaa"
	talk      = "webconference.bbbbbbbbbbbbbbbbbbbbbbbbbb"
	patience  = 10 * time.Second // how long a test waits for what has to come
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		// fasthttp keeps a clock for the process, and its workers' sweepers
		// sleep on for some seconds after a shutdown.
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"))
}

// world is what the house below decides: who has which login, and who may do
// what in which room. It is the Authenticator and the Gate.
type world struct {
	mu      sync.Mutex
	logins  map[string]signaling.Identity // by cookie and bearer
	members map[string]signaling.Member   // by room and account
	down    bool                          // nobody can say
	revoked bool                          // the encoder's token is
}

func (w *world) login(value string) (signaling.Identity, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if id, ok := w.logins[value]; ok {
		return id, nil
	}
	return signaling.Identity{}, ws.ErrUnauthenticated
}

func (w *world) Cookie(_ context.Context, value string) (signaling.Identity, error) {
	return w.login(value)
}
func (w *world) Bearer(_ context.Context, value string) (signaling.Identity, error) {
	return w.login(value)
}

func (w *world) Encoder(_ context.Context, bearer, stream string) (string, bool, bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case bearer != "encoder" && bearer != "player" || w.revoked:
		return "", false, false, ws.ErrUnauthenticated
	case stream == "ended":
		return "", false, false, ws.ErrGone
	case stream != "stage":
		return "", false, false, ws.ErrNotFound
	case w.down:
		return "", false, false, errors.New("the store is down")
	}
	return talk, bearer == "encoder", true, nil
}

func (w *world) Member(_ context.Context, room, account string) (signaling.Member, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down {
		return signaling.Member{}, errors.New("the store is down")
	}
	if m, ok := w.members[room+" "+account]; ok {
		return m, nil
	}
	if room == talk {
		return signaling.Member{Role: "viewer", Name: account}, nil
	}
	return signaling.Member{}, signaling.ErrNoPlace
}

// set gives an account a role in a room with a generation.
func (w *world) set(room, account, role string, generation int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.members[room+" "+account] = signaling.Member{Role: role, Name: account, Generation: generation}
}

func (w *world) change(f func(w *world)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f(w)
}

// observer passes on what is told of rooms.
type observer chan string

func (o observer) Joined(_ context.Context, room, account string, _ time.Time) error {
	o <- "joined " + room + " " + account
	return nil
}

func (o observer) Left(_ context.Context, room, account string, _ time.Time) error {
	o <- "left " + room + " " + account
	return nil
}

func (o observer) Closed(_ context.Context, room string, _ time.Time) error {
	o <- "closed " + room
	return nil
}

func (o observer) Strained(_ context.Context, room, account string, s signaling.Strain, _ time.Time) error {
	o <- "strained " + room + " " + account + " " + s.Level + " " + s.Cause + " " + s.Told
	return nil
}

func (o observer) Alive(context.Context, string, []string, time.Time) error { return nil }
func (o observer) Came(context.Context, string, time.Time) error            { return nil }
func (o observer) Gone(context.Context, string, time.Time) error            { return nil }

func (o observer) want(t *testing.T, want string) {
	t.Helper()
	select {
	case got := <-o:
		if got != want {
			t.Errorf("the observer was told %q, not %q", got, want)
		}
	case <-time.After(patience):
		t.Errorf("the observer was never told %q", want)
	}
}

// house is a whole live plane behind a real listener.
type house struct {
	*world
	t        *testing.T
	hub      *signaling.Hub
	media    *media.Engine
	server   *ws.Server
	bus      *redisbus.Bus
	signer   *token.Signer
	observer observer
	addr     string
	stop     func() // ends the hub, as Ctrl-C does
}

// settings of a house that a test may change.
type settings struct {
	grace, hello, ping time.Duration
	bus                *redisbus.Bus
	measured           func(signaling.Measure)
	clock              func() time.Time
}

func newHouse(t *testing.T, change ...func(*settings)) *house {
	t.Helper()
	set := settings{grace: time.Minute, hello: patience, ping: time.Minute}
	for _, f := range change {
		f(&set)
	}
	h := &house{t: t, observer: make(observer, 1000), world: &world{
		logins: map[string]signaling.Identity{}, members: map[string]signaling.Member{},
	}}
	for _, who := range []string{"ada", "bob", "eve", "zoe"} {
		h.logins["login-"+who] = signaling.Identity{Account: who, Login: "l-" + who, Name: who, ExpiresAt: time.Now().Add(time.Hour)}
	}
	h.set(interview, "ada", "party", 1)
	h.set(interview, "bob", "party", 1)
	h.set(talk, "zoe", "host", 1)
	h.set(talk, "bob", "speaker", 1)
	var err error
	if h.signer, err = token.New([]byte("a secret of more than thirty-two bytes"), nil); err != nil {
		t.Fatal(err)
	}
	if h.bus = set.bus; h.bus == nil {
		if h.bus, err = redisbus.Open(t.Context(), redisbus.Embedded, nil); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = h.bus.Close() })
	}
	engine, err := media.New(media.Config{UDPAddr: "127.0.0.1:0", Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = engine.Close() })
	h.media = engine
	h.hub = signaling.New(signaling.Config{
		Media: engine, Tokens: ws.Tokens(h.signer), Gate: h.world, Observer: h.observer, Bus: h.bus, Grace: set.grace,
		Measured: set.measured, Clock: set.clock,
	})
	h.server, err = ws.New(ws.Config{
		Hub: h.hub, Authenticator: h.world, Origins: []string{origin}, HelloTimeout: set.hello, PingPeriod: set.ping,
	})
	if err != nil {
		t.Fatal(err)
	}
	h.listen()
	return h
}

// listen runs hub and listener; the test's end stops both, the hub first.
func (h *house) listen() {
	ctx, cancel := context.WithCancel(context.WithoutCancel(h.t.Context()))
	app := fiber.New(fiber.Config{DisableStartupMessage: true, Immutable: true})
	h.server.Mount(ctx, app)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		h.t.Fatal(err)
	}
	h.addr = l.Addr().String()
	var wg sync.WaitGroup
	wg.Go(func() { _ = app.Listener(l) })
	ran := make(chan error, 1)
	go func() { ran <- h.hub.Run(ctx) }()
	h.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ran; err != nil {
			h.t.Errorf("hub: %v", err)
		}
	})
	h.t.Cleanup(func() {
		h.stop()
		if err := app.ShutdownWithTimeout(patience); err != nil {
			h.t.Errorf("shutdown: %v", err)
		}
		wg.Wait()
		http.DefaultClient.CloseIdleConnections()
	})
}

// token signs the right of an account to enter a room as a peer.
func (h *house) token(room, account, peer string, generation int64, change ...func(*token.Entry)) string {
	h.t.Helper()
	e := token.Entry{Room: room, Kind: "interview", Account: account, Peer: peer, Role: "party", Generation: generation, Use: token.ForEntry}
	if account != "" {
		e.Login = "l-" + account
	}
	if room == talk {
		e.Kind, e.Role = "webconference", "viewer"
	}
	for _, f := range change {
		f(&e)
	}
	text, err := h.signer.Entry(e)
	if err != nil {
		h.t.Fatal(err)
	}
	return text
}

// guest is somebody's browser or program.
type guest struct {
	t        *testing.T
	conn     *websocket.Conn
	messages chan message.FromServer
	closed   chan int // the close code, once
}

// dial opens a websocket; header nil is a program's.
func (h *house) dial(header http.Header) *guest {
	h.t.Helper()
	conn, response, err := websocket.DefaultDialer.DialContext(h.t.Context(), "ws://"+h.addr+"/ws", header)
	if err != nil {
		h.t.Fatalf("dial: %v (%v)", err, response)
	}
	g := &guest{t: h.t, conn: conn, messages: make(chan message.FromServer, 4096), closed: make(chan int, 1)}
	var wg sync.WaitGroup
	wg.Go(g.read)
	h.t.Cleanup(func() {
		_ = conn.Close()
		wg.Wait()
	})
	return g
}

func (g *guest) read() {
	for {
		_, frame, err := g.conn.ReadMessage()
		if err != nil {
			code := websocket.CloseAbnormalClosure
			if closed, ok := errors.AsType[*websocket.CloseError](err); ok {
				code = closed.Code
			}
			g.closed <- code
			return
		}
		m, err := message.DecodeServer(frame)
		if err != nil {
			g.t.Errorf("%s: %v", frame, err)
			continue
		}
		g.messages <- m
	}
}

// browser is the header of a browser with somebody's cookie, "" for a visitor.
func browser(who string) http.Header {
	header := http.Header{"Origin": {origin}}
	if who != "" {
		header.Set("Cookie", "__Host-salon=login-"+who)
	}
	return header
}

// visit is a browser that has said hello and was welcomed.
func (h *house) visit(who string) *guest {
	h.t.Helper()
	g := h.dial(browser(who))
	g.send(message.Hello{})
	if w := await[message.Welcome](g); w.Account != who {
		h.t.Fatalf("welcomed as %q instead of %q", w.Account, who)
	}
	return g
}

// enter is a browser that has entered a room.
func (h *house) enter(room, who, peer string, generation int64) (*guest, message.Entered) {
	h.t.Helper()
	g := h.visit(who)
	g.send(message.Enter{Token: h.token(room, who, peer, generation)})
	return g, await[message.Entered](g)
}

func (g *guest) send(m message.FromClient) {
	g.t.Helper()
	frame, err := message.EncodeClient(m)
	if err != nil {
		g.t.Fatal(err)
	}
	g.raw(string(frame))
}

func (g *guest) raw(frame string) {
	g.t.Helper()
	if err := g.conn.WriteMessage(websocket.TextMessage, []byte(frame)); err != nil {
		g.t.Fatalf("write: %v", err)
	}
}

// cut ends the connection as a tunnel does: without a word.
func (g *guest) cut() { _ = g.conn.NetConn().Close() }

// await gives the next message of a type, passing over others.
func await[M message.FromServer](g *guest) M {
	g.t.Helper()
	return awaitThat(g, func(M) bool { return true })
}

// awaitThat gives the next message of a type that is as wanted.
func awaitThat[M message.FromServer](g *guest, wanted func(M) bool) M {
	g.t.Helper()
	limit := time.After(patience)
	for {
		select {
		case m := <-g.messages:
			if is, ok := m.(M); ok && wanted(is) {
				return is
			}
		case code := <-g.closed:
			g.closed <- code
			g.t.Fatalf("closed with %d instead of %v", code, reflect.TypeFor[M]())
		case <-limit:
			g.t.Fatalf("%v never came", reflect.TypeFor[M]())
		}
	}
}

// refused waits for an error of that code.
func (g *guest) refused(code string) {
	g.t.Helper()
	if got := await[message.Error](g); got.Code != code {
		g.t.Errorf("refused with %q instead of %q", got.Code, code)
	}
}

// closedWith waits for the close frame.
func (g *guest) closedWith(want message.CloseCode) {
	g.t.Helper()
	select {
	case code := <-g.closed:
		if code != int(want) {
			g.t.Errorf("closed with %d instead of %d", code, want)
		}
	case <-time.After(patience):
		g.t.Errorf("never closed, %d was due", want)
	}
}

// nothingBefore waits for a message M and fails if one of kind N came earlier.
func nothingBefore[N, M message.FromServer](g *guest, until func(M) bool) {
	g.t.Helper()
	limit := time.After(patience)
	for {
		select {
		case m := <-g.messages:
			if is, ok := m.(M); ok && until(is) {
				return
			}
			if _, ok := m.(N); ok {
				g.t.Errorf("%#v should not have come", m)
			}
		case <-limit:
			g.t.Fatalf("%v never came", reflect.TypeFor[M]())
		}
	}
}

func text(want string) func(message.Said) bool {
	return func(m message.Said) bool { return m.Text == want }
}

func say(s string) message.Say { return message.Say{ID: fmt.Sprintf("id-%.10s", s), Text: s} }
