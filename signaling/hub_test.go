package signaling_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"salon/media"
	"salon/signaling"
	"salon/signaling/message"
	"salon/signaling/redisbus"
)

const talk = "webconference.x"

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open is a house where every token is "room account peer role", and where
// accounts that begin with "speaker" speak.
type open struct{}

func (open) Open(text string) (signaling.Entry, error) {
	part := strings.Fields(text)
	if len(part) != 4 {
		return signaling.Entry{}, signaling.ErrTokenInvalid
	}
	return signaling.Entry{Room: part[0], Kind: "webconference", Account: part[1], Peer: part[2], Role: part[3]}, nil
}

func (open) Resume(e signaling.Entry) (string, error) {
	if e.Account == "poison" {
		panic("a fault of ours")
	}
	return "resume " + e.Peer, nil
}

func (open) Topic(string) (string, string, error) { return "", "", signaling.ErrTokenInvalid }

func (open) Member(_ context.Context, _, account string) (signaling.Member, error) {
	if strings.HasPrefix(account, "speaker") {
		return signaling.Member{Role: "speaker", Name: account}, nil
	}
	return signaling.Member{Role: "viewer", Name: account}, nil
}

// witness passes on what an Observer is told.
type witness struct {
	told  chan string
	alive chan []string // the latest only
	seen  chan string   // who came and went
	deaf  *atomic.Bool  // cannot be told who came and went
}

func (w witness) Joined(_ context.Context, _, account string, _ time.Time) error {
	w.told <- "joined " + account
	return nil
}

func (w witness) Left(_ context.Context, _, account string, _ time.Time) error {
	w.told <- "left " + account
	return nil
}

func (w witness) Closed(context.Context, string, time.Time) error {
	w.told <- "closed"
	return nil
}

func (w witness) Alive(_ context.Context, _ string, accounts []string, _ time.Time) error {
	select {
	case <-w.alive:
	default:
	}
	w.alive <- accounts
	return nil
}

func (w witness) Came(_ context.Context, account string, _ time.Time) error {
	return w.see("came " + account)
}

func (w witness) Strained(context.Context, string, string, signaling.Strain, time.Time) error {
	return nil
}

func (w witness) Gone(_ context.Context, account string, _ time.Time) error {
	return w.see("gone " + account)
}

func (w witness) see(what string) error {
	if w.deaf.Load() {
		return errors.New("the store is down")
	}
	w.seen <- what
	return nil
}

// clock is a time that only moves when told to.
type clock struct{ offset atomic.Int64 }

func (c *clock) now() time.Time          { return time.Unix(1_800_000_000, c.offset.Load()) }
func (c *clock) advance(d time.Duration) { c.offset.Add(int64(d)) }

// breakable is a bus that can fail and whose leases can be taken.
type breakable struct {
	signaling.Bus
	mu  sync.Mutex
	err error
}

func (b *breakable) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.err = err
}

func (b *breakable) broken() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err
}

func (b *breakable) Hold(ctx context.Context, room string) (int64, error) {
	if err := b.broken(); err != nil {
		return 0, err
	}
	return b.Bus.Hold(ctx, room)
}

func (b *breakable) Attend(ctx context.Context, accounts []string) ([]string, error) {
	if err := b.broken(); err != nil {
		return nil, err
	}
	return b.Bus.Attend(ctx, accounts)
}

func (b *breakable) Quit(ctx context.Context, accounts []string) ([]string, error) {
	if err := b.broken(); err != nil {
		return nil, err
	}
	return b.Bus.Quit(ctx, accounts)
}

func (b *breakable) Online(ctx context.Context, accounts []string) (map[string]bool, error) {
	if err := b.broken(); err != nil {
		return nil, err
	}
	return b.Bus.Online(ctx, accounts)
}

// place is a hub with what is around it.
type place struct {
	*signaling.Hub
	bus  *breakable
	stop func() // as a node that goes away
	witness
	clock
}

// newHub runs a hub that beats 50 times a second and whose clock stands still.
func newHub(t testing.TB) *place {
	t.Helper()
	return newHubOn(t, redisbus.Embedded)
}

// newHubOn is one of several on a real Redis.
func newHubOn(t testing.TB, redis string) *place {
	t.Helper()
	real, err := redisbus.Open(t.Context(), redis, nil)
	if err != nil {
		t.Fatal(err)
	}
	bus := &breakable{Bus: real}
	engine, err := media.New(media.Config{UDPAddr: "127.0.0.1:0", Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	h := &place{bus: bus, witness: witness{
		told: make(chan string, 10_000), alive: make(chan []string, 1), seen: make(chan string, 10_000), deaf: &atomic.Bool{},
	}}
	h.Hub = signaling.New(signaling.Config{
		Media: engine, Tokens: open{}, Gate: open{}, Observer: h.witness, Bus: bus,
		Clock: h.now, Grace: 80 * time.Millisecond, Beat: 20 * time.Millisecond,
	})
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ran := make(chan error, 1)
	go func() { ran <- h.Run(ctx) }()
	h.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ran; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		h.stop()
		_ = engine.Close()
		_ = real.Close()
	})
	return h
}

// socket connects an account without a network: it detaches by itself when the
// hub closes it.
func socket(t testing.TB, h *place, account string) *signaling.Socket {
	t.Helper()
	ended := make(chan struct{})
	s := h.Connect(signaling.Identity{Account: account}, func() { close(ended) })
	var wg sync.WaitGroup
	wg.Go(func() {
		<-ended
		s.Detach()
	})
	t.Cleanup(func() {
		s.Close(message.CloseIdle)
		wg.Wait()
	})
	return s
}

// next gives the next message of a type.
func next[M message.FromServer](t testing.TB, s *signaling.Socket) M {
	t.Helper()
	limit := time.After(10 * time.Second)
	for {
		select {
		case frame := <-s.Out():
			m, err := message.DecodeServer(frame)
			if err != nil {
				t.Fatal(err)
			}
			if is, ok := m.(M); ok {
				return is
			}
		case <-limit:
			t.Fatalf("%T never came", *new(M))
		}
	}
}

func enter(t testing.TB, h *place, account string) *signaling.Socket {
	t.Helper()
	s := socket(t, h, account)
	s.Receive(t.Context(), message.Enter{Token: talk + " " + account + " peer-" + account + " viewer"})
	next[message.Entered](t, s)
	return s
}

func TestASocketThatIsNotReadIsClosedAndTheOthersHearEverything(t *testing.T) {
	h := newHub(t)
	slow, reader, speaker := enter(t, h, "slow"), enter(t, h, "reader"), enter(t, h, "speaker")
	for n := range 400 {
		speaker.Receive(t.Context(), message.Say{ID: "x", Text: fmt.Sprint(n)})
		for _, s := range []*signaling.Socket{speaker, reader} {
			if said := next[message.Said](t, s); said.Text != fmt.Sprint(n) {
				t.Fatalf("line %d came as %q", n, said.Text)
			}
		}
	}
	<-slow.Done()
	if slow.Code() != message.CloseSlow {
		t.Errorf("closed with %d", slow.Code())
	}
}

func TestARoomTakesNobodyWhileTheBusCannotSayWhoHoldsIt(t *testing.T) {
	h := newHub(t)
	bus := h.bus
	for err, code := range map[error]string{
		errors.New("no redis"): message.CodeRoomUnavailable,
		signaling.ErrElsewhere: message.CodeRoomElsewhere,
	} {
		bus.fail(err)
		s := socket(t, h, "ada")
		s.Receive(t.Context(), message.Enter{Token: talk + " ada p viewer"})
		if got := next[message.Error](t, s); got.Code != code {
			t.Errorf("%v: refused with %q", err, got.Code)
		}
	}
	bus.fail(nil)
	enter(t, h, "ada")
	bus.fail(errors.New("no redis")) // the room is held: people go on coming until the lease has run out
	enter(t, h, "bob")
}

func TestManyEnterAndLeaveAtOnce(t *testing.T) {
	h := newHub(t)
	var wg sync.WaitGroup
	for n := range 40 {
		s := socket(t, h, fmt.Sprint("viewer", n))
		wg.Go(func() {
			for range 5 {
				s.Receive(t.Context(), message.Enter{Token: fmt.Sprintf("%s viewer%d peer%d viewer", talk, n, n)})
				s.Receive(t.Context(), message.Say{ID: "x", Text: "bonjour"})
				s.Receive(t.Context(), message.Leave{})
			}
			for left := 0; left < 5; left++ {
				next[message.Left](t, s)
			}
		})
	}
	wg.Wait()
	last := enter(t, h, "speaker")
	last.Receive(t.Context(), message.Say{ID: "x", Text: "alone"})
	next[message.Said](t, last)
}

func TestALeaseThatRanOutLetsNobodyInAndPutsNobodyOut(t *testing.T) {
	h := newHub(t)
	ada := enter(t, h, "ada")
	h.bus.fail(errors.New("no redis"))
	h.advance(signaling.LeaseTTL)
	refused := func() bool {
		s := socket(t, h, "bob")
		s.Receive(t.Context(), message.Enter{Token: talk + " bob p viewer"})
		for {
			m, err := message.DecodeServer(<-s.Out())
			if err != nil {
				t.Fatal(err)
			}
			switch m := m.(type) {
			case message.Entered:
				s.Receive(t.Context(), message.Leave{})
				return false
			case message.Error:
				return m.Code == message.CodeRoomUnavailable
			}
		}
	}
	eventually(t, "nobody new is let in", refused)
	ada.Receive(t.Context(), message.Say{ID: "x", Text: "I am still here"})
	next[message.Said](t, ada)
	h.bus.fail(nil)
	eventually(t, "people come in again", func() bool { return !refused() })
}

func TestPeopleGoWhereTheRoomHasGone(t *testing.T) {
	h := newHub(t)
	ada := enter(t, h, "ada")
	h.bus.fail(signaling.ErrElsewhere)
	<-ada.Done()
	if ada.Code() != message.CloseUnavailable || !ada.Code().Retry() {
		t.Errorf("closed with %d", ada.Code())
	}
	if told := <-h.told; told != "joined ada" {
		t.Errorf("told %q", told)
	}
	eventually(t, "the room is gone here", func() bool { return h.Stats().Rooms == 0 })
	if len(h.told) != 0 {
		t.Errorf("the move was told as %q", <-h.told)
	}
}

func TestAliveNamesThoseWhoAreThere(t *testing.T) {
	h := newHub(t)
	enter(t, h, "ada")
	enter(t, h, "bob")
	eventually(t, "both are named", func() bool { return slices.Equal(<-h.alive, []string{"ada", "bob"}) })
}

func TestAResumeTokenComesEveryMinute(t *testing.T) {
	h := newHub(t)
	ada := enter(t, h, "ada")
	for range 3 {
		h.advance(time.Minute)
		if m := next[message.Resume](t, ada); m.Token != "resume peer-ada" {
			t.Errorf("%+v", m)
		}
	}
}

func TestAnEmptyRoomKeepsItsTextForAMinuteThenCloses(t *testing.T) {
	h := newHub(t)
	ada := enter(t, h, "ada")
	ada.Receive(t.Context(), message.Say{ID: "x", Text: "bonjour"})
	ada.Receive(t.Context(), message.Leave{})
	next[message.Left](t, ada)
	ada.Receive(t.Context(), message.Enter{Token: talk + " ada p viewer"})
	if m := next[message.Entered](t, ada); len(m.Recent) != 1 {
		t.Errorf("%d lines are left", len(m.Recent))
	}
	ada.Receive(t.Context(), message.Leave{})
	next[message.Left](t, ada)
	eventually(t, "the room closes", func() bool {
		h.advance(time.Minute)
		return h.Stats().Rooms == 0
	})
	for _, want := range []string{"joined ada", "left ada", "joined ada", "left ada", "closed"} {
		if told := <-h.told; told != want {
			t.Errorf("told %q, not %q", told, want)
		}
	}
	if n, err := h.Present(t.Context(), talk); n != 0 || err != nil {
		t.Errorf("%d present, %v", n, err)
	}
}

func TestAFaultEndsOneRoomAndNoOther(t *testing.T) {
	h := newHub(t)
	ada := enter(t, h, "ada")
	other := socket(t, h, "bob")
	other.Receive(t.Context(), message.Enter{Token: "webconference.y bob p viewer"})
	next[message.Entered](t, other)
	poison := socket(t, h, "poison")
	poison.Receive(t.Context(), message.Enter{Token: talk + " poison p viewer"})
	<-ada.Done()
	if ada.Code() != message.CloseStateLost {
		t.Errorf("closed with %d", ada.Code())
	}
	other.Receive(t.Context(), message.Say{ID: "x", Text: "nothing happened here"})
	next[message.Said](t, other)
	enter(t, h, "zoe")
}

func TestOneAccountHasEightTabsAtMost(t *testing.T) {
	h := newHub(t)
	for n := range 9 {
		s := socket(t, h, "ada")
		s.Receive(t.Context(), message.Enter{Token: fmt.Sprint(talk, " ada p", n, " viewer")})
		if n < 8 {
			next[message.Entered](t, s)
		} else if got := next[message.Error](t, s); got.Code != message.CodeRoomFull {
			t.Errorf("the ninth was refused with %q", got.Code)
		}
	}
}

func TestOneRoomTooManyIsRefused(t *testing.T) {
	h := newHub(t)
	for n := range 5000 {
		h.Media.OpenRoom(fmt.Sprint("room ", n))
	}
	s := socket(t, h, "ada")
	s.Receive(t.Context(), message.Enter{Token: talk + " ada p viewer"})
	if got := next[message.Error](t, s); got.Code != message.CodeRoomFull {
		t.Errorf("refused with %q", got.Code)
	}
	if _, err := h.OpenStream(t.Context(), talk, true, "v=0"); !errors.Is(err, signaling.ErrFull) {
		t.Errorf("an encoder: %v, want ErrFull", err)
	}
}

func TestASocketEndsWithItsLoginSession(t *testing.T) {
	h := newHub(t)
	s := h.Connect(signaling.Identity{Account: "ada", Login: "l", ExpiresAt: h.now().Add(time.Hour)}, nil)
	defer s.Detach()
	h.advance(time.Hour)
	<-s.Done()
	if s.Code() != message.CloseSignedOut {
		t.Errorf("closed with %d", s.Code())
	}
}

// eventually waits until ok, for at most 10 s.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	limit := time.After(10 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("never: %s", what)
		}
	}
}

func BenchmarkFanOut(b *testing.B) {
	for _, people := range []int{2, 100, 1000} {
		b.Run(fmt.Sprint(people), func(b *testing.B) {
			h := newHub(b)
			sockets := make([]*signaling.Socket, people)
			for n := range sockets {
				sockets[n] = enter(b, h, fmt.Sprint("viewer", n))
			}
			speaker := sockets[0]
			m := message.Say{ID: "x", Text: "bonjour tout le monde"}
			for b.Loop() {
				speaker.Receive(b.Context(), m)
				for _, s := range sockets {
					for !bytes.HasPrefix(<-s.Out(), []byte(`{"type":"said"`)) {
					}
				}
			}
		})
	}
}
