package media_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"salon/media"
	"salon/media/mediatest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds every wait of these tests.
const patience = 20 * time.Second

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), patience, context.DeadlineExceeded)
	t.Cleanup(cancel)
	return ctx
}

// newEngine also sets the test aside to run beside others: they mostly wait.
func newEngine(t *testing.T) *media.Engine {
	t.Helper()
	t.Parallel()
	e, err := media.New(media.Config{UDPAddr: "127.0.0.1:0", Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Errorf("close engine: %v", err)
		}
	})
	return e
}

// guest is a participant: a mediatest client behind a media.Handler.
type guest struct {
	*mediatest.Client
	t    *testing.T
	id   string
	peer *media.Peer

	events chan func()
	done   chan struct{}

	mu      sync.Mutex
	states  map[media.Link][]string
	offers  int // server's, on Down
	moved   chan struct{}
	paused  []string
	wanted  map[media.Source][]string
	discard bool // leave the server's offers unanswered
	last    string
}

// join lets a guest in; nothing is published before g.publish.
func join(t *testing.T, r *media.Room, id string, opt media.PeerOptions, client mediatest.Options) *guest {
	t.Helper()
	client.Name = id
	c := mediatest.New(client)
	g := &guest{Client: c, t: t, id: id, events: make(chan func(), 256), done: make(chan struct{}),
		states: map[media.Link][]string{}, wanted: map[media.Source][]string{}, moved: make(chan struct{})}
	opt.ID, opt.Handler = id, g
	var err error
	if g.peer, err = r.Join(opt); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(g.done)
		for {
			select {
			case e := <-g.events:
				e()
			case <-g.peer.Done():
				return
			}
		}
	}()
	t.Cleanup(func() {
		g.peer.Close()
		<-g.done
		if err := c.Close(); err != nil {
			t.Errorf("close %s: %v", id, err)
		}
	})
	return g
}

func both(t *testing.T, r *media.Room, id string) *guest {
	t.Helper()
	g := join(t, r, id, media.PeerOptions{Publish: true, Subscribe: true}, mediatest.Options{})
	g.publish()
	return g
}

// publish offers on Up; the answer comes to Description.
func (g *guest) publish() {
	g.t.Helper()
	offer, err := g.Offer(within(g.t))
	if err != nil {
		g.t.Fatal(err)
	}
	if err := g.peer.HandleDescription(media.Up, "offer", offer, nil); err != nil {
		g.t.Fatal(err)
	}
}

func (g *guest) Description(l media.Link, kind, sdp string) {
	g.events <- func() {
		if l == media.Up {
			if err := g.Accept(sdp); err != nil {
				g.t.Errorf("%s accepts the answer: %v", g.id, err)
			}
			return
		}
		g.mu.Lock()
		g.offers++
		g.last = sdp
		discard := g.discard
		g.moveLocked()
		g.mu.Unlock()
		if discard {
			return
		}
		answer, err := g.Answer(context.Background(), sdp)
		if err != nil {
			select {
			case <-g.peer.Done(): // and with it the connection
			default:
				g.t.Errorf("%s answers: %v", g.id, err)
			}
			return
		}
		if err := g.peer.HandleDescription(media.Down, "answer", answer, nil); err != nil && err != media.ErrClosed {
			g.t.Errorf("%s: answer refused: %v", g.id, err)
		}
	}
}

func (g *guest) ICECandidate(l media.Link, c media.ICECandidate) {
	g.events <- func() {
		if err := g.AddCandidate(string(l), c.Candidate, c.SDPMid, c.SDPMLineIndex); err != nil {
			g.t.Errorf("%s: candidate: %v", g.id, err)
		}
	}
}

func (g *guest) LinkState(l media.Link, state string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.states[l] = append(g.states[l], state)
	g.moveLocked()
}

func (g *guest) Paused(tracks []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.paused = tracks
	g.moveLocked()
}

func (g *guest) Encodings(source media.Source, rids []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.wanted[source] = rids
	g.moveLocked()
}

func (g *guest) moveLocked() {
	close(g.moved)
	g.moved = make(chan struct{})
}

// until waits for what the server told this guest.
func (g *guest) until(what string, enough func() bool) {
	g.t.Helper()
	ctx := within(g.t)
	for {
		g.mu.Lock()
		ok, moved := enough(), g.moved
		g.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-moved:
		case <-ctx.Done():
			g.t.Fatalf("%s waited in vain: %s", g.id, what)
		}
	}
}

// untilReceived waits for incoming media.
func (g *guest) untilReceived(what string, enough func([]mediatest.Received) bool) {
	g.t.Helper()
	waitFor(g.t, g.Client, g.id+": "+what, enough)
}

func waitFor(t *testing.T, c *mediatest.Client, what string, enough func([]mediatest.Received) bool) {
	t.Helper()
	if err := c.Wait(within(t), enough); err != nil {
		t.Fatalf("%s waited in vain: up %s, down %s, received %+v", what, c.State("up"), c.State("down"), c.Received())
	}
}

// hears wants n packets of each kind from somebody's stream, all with the
// sender's own mark, and a keyframe.
func hears(from, stream string, n int) func([]mediatest.Received) bool {
	return func(all []mediatest.Received) bool {
		a, okA := mediatest.Find(all, stream, "audio")
		v, okV := mediatest.Find(all, stream, "video")
		return okA && okV && a.From(from) >= n && v.From(from) >= n && v.Keyframes > 0
	}
}

func gone(stream string) func([]mediatest.Received) bool {
	return func(all []mediatest.Received) bool {
		_, a := mediatest.Find(all, stream, "audio")
		_, v := mediatest.Find(all, stream, "video")
		return !a && !v
	}
}

func countSections(sdp string) int { return strings.Count(sdp, "\nm=") }
