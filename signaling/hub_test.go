package signaling_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
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

func (open) Resume(e signaling.Entry) (string, error) { return "resume " + e.Peer, nil }
func (open) Topic(string) (string, string, error)     { return "", "", signaling.ErrTokenInvalid }

func (open) Member(_ context.Context, _, account string) (signaling.Member, error) {
	if strings.HasPrefix(account, "speaker") {
		return signaling.Member{Role: "speaker", Name: account}, nil
	}
	return signaling.Member{Role: "viewer", Name: account}, nil
}

func (open) Joined(context.Context, string, string, time.Time) error  { return nil }
func (open) Left(context.Context, string, string, time.Time) error    { return nil }
func (open) Closed(context.Context, string, time.Time) error          { return nil }
func (open) Alive(context.Context, string, []string, time.Time) error { return nil }

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

func (b *breakable) Hold(ctx context.Context, room string) (int64, error) {
	b.mu.Lock()
	err := b.err
	b.mu.Unlock()
	if err != nil {
		return 0, err
	}
	return b.Bus.Hold(ctx, room)
}

func newHub(t testing.TB) (*signaling.Hub, *breakable) {
	t.Helper()
	real, err := redisbus.Open(t.Context(), redisbus.Embedded, nil)
	if err != nil {
		t.Fatal(err)
	}
	bus := &breakable{Bus: real}
	engine, err := media.New(media.Config{UDPAddr: "127.0.0.1:0", Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	h := signaling.New(signaling.Config{Media: engine, Tokens: open{}, Gate: open{}, Observer: open{}, Bus: bus})
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ran := make(chan error, 1)
	go func() { ran <- h.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ran; err != nil {
			t.Error(err)
		}
		_ = engine.Close()
		_ = real.Close()
	})
	return h, bus
}

// socket connects an account without a network: it detaches by itself when the
// hub closes it.
func socket(t testing.TB, h *signaling.Hub, account string) *signaling.Socket {
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

func enter(t testing.TB, h *signaling.Hub, account string) *signaling.Socket {
	t.Helper()
	s := socket(t, h, account)
	s.Receive(t.Context(), message.Enter{Token: talk + " " + account + " peer-" + account + " viewer"})
	next[message.Entered](t, s)
	return s
}

func TestASocketThatIsNotReadIsClosedAndTheOthersHearEverything(t *testing.T) {
	h, _ := newHub(t)
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
	h, bus := newHub(t)
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
	h, _ := newHub(t)
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

func BenchmarkFanOut(b *testing.B) {
	for _, people := range []int{2, 100, 1000} {
		b.Run(fmt.Sprint(people), func(b *testing.B) {
			h, _ := newHub(b)
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
