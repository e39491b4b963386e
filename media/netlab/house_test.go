package netlab_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"

	"salon/media"
	"salon/media/mediatest"
	"salon/media/netlab"
)

// patience bounds every wait of these tests.
const patience = time.Minute

// house is a server on a perfect link of its own: media, and a door for
// signaling over TCP, which passes through the callers' networks like all else.
type house struct {
	t      *testing.T
	lab    *netlab.Lab
	host   *netlab.Host
	engine *media.Engine
	turn   *media.TURN
	door   net.Listener
	wg     sync.WaitGroup

	mu    sync.Mutex
	seats map[string]*seat // by room and id
	open  []net.Conn
}

// newHouse opens one. here says that the server's sockets are this process's own,
// which a relay needs.
func newHouse(t *testing.T, seed uint64, here bool) *house {
	t.Helper()
	return newHouseIn(t, netlab.New(seed), here)
}

func newHouseIn(t *testing.T, lab *netlab.Lab, here bool) *house {
	t.Helper()
	h := &house{t: t, lab: lab, seats: map[string]*seat{}}
	add := h.lab.Host
	if here || !lab.Real() {
		add = h.lab.Here
	}
	var err error
	if h.host, err = add(); err != nil {
		t.Fatal(err)
	}
	at := h.host.Addr().String()
	err = h.host.Do(func() (err error) {
		if h.door, err = net.Listen("tcp", at+":0"); err != nil {
			return err
		}
		if h.engine, err = media.New(media.Config{UDPAddr: at + ":0", TCPAddr: at + ":0", PublicIP: at, Loopback: true}); err != nil || !here {
			return err
		}
		h.turn, err = media.NewTURN(media.TURNConfig{Addr: at + ":0", PublicIP: at, Media: h.engine.Addresses()})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	h.wg.Go(h.admit)
	t.Cleanup(h.close)
	return h
}

func (h *house) close() {
	_ = h.door.Close()
	h.mu.Lock()
	for _, c := range h.open {
		_ = c.Close()
	}
	h.mu.Unlock()
	h.wg.Wait()
	if err := h.engine.Close(); err != nil {
		h.t.Errorf("close engine: %v", err)
	}
	if h.turn != nil {
		if err := h.turn.Close(); err != nil {
			h.t.Errorf("close relay: %v", err)
		}
	}
	if err := h.lab.Close(); err != nil {
		h.t.Errorf("close lab: %v", err)
	}
}

// word is one message of these tests' signaling, either way.
type word struct {
	Room, ID  string `json:",omitempty"` // the first of a connection
	Link      string `json:",omitempty"`
	Kind, SDP string `json:",omitempty"`
	State     string `json:",omitempty"`
	Restart   bool   `json:",omitempty"`
	Paused    []string
	Candidate *webrtc.ICECandidateInit `json:",omitempty"`
}

// admit gives everybody who knocks their seat; who has one takes it again.
func (h *house) admit() {
	for {
		c, err := h.door.Accept()
		if err != nil {
			return
		}
		h.mu.Lock()
		h.open = append(h.open, c)
		h.mu.Unlock()
		h.wg.Go(func() { h.serve(c) })
	}
}

func (h *house) serve(c net.Conn) {
	defer func() { _ = c.Close() }()
	var s *seat
	for in := json.NewDecoder(bufio.NewReader(c)); ; {
		var w word
		if in.Decode(&w) != nil {
			return
		}
		if s == nil {
			if s = h.seat(w.Room, w.ID); s == nil {
				return
			}
			s.face(c)
			continue
		}
		switch {
		case w.Kind != "":
			if err := s.peer.HandleDescription(media.Link(w.Link), w.Kind, w.SDP, nil); err != nil && err != media.ErrClosed {
				h.t.Errorf("%s of %s on %s refused: %v", w.Kind, s.id, w.Link, err)
			}
		case w.Candidate != nil:
			_ = s.peer.HandleICECandidate(media.Link(w.Link), media.ICECandidate{Candidate: w.Candidate.Candidate, SDPMid: *w.Candidate.SDPMid, SDPMLineIndex: *w.Candidate.SDPMLineIndex})
		case w.Restart:
			_ = s.peer.Restart(media.Link(w.Link))
		}
	}
}

// seat is a caller's place as the server has it: a media.Handler that tells over
// whatever connection the caller has now, and keeps what it could not tell.
type seat struct {
	id   string
	peer *media.Peer

	mu      sync.Mutex
	conn    net.Conn
	untold  []word
	telling bool
}

func (h *house) seat(room, id string) *seat {
	h.mu.Lock()
	defer h.mu.Unlock()
	if s := h.seats[room+" "+id]; s != nil {
		return s
	}
	s := &seat{id: id}
	var err error
	if s.peer, err = h.engine.OpenRoom(room).Join(media.PeerOptions{ID: id, Publish: true, Subscribe: true, Handler: s}); err != nil {
		h.t.Errorf("join: %v", err)
		return nil
	}
	h.seats[room+" "+id] = s
	return s
}

// face takes a new connection in place of the last.
func (s *seat) face(c net.Conn) {
	s.mu.Lock()
	s.conn = c
	s.mu.Unlock()
	s.tell()
}

// tell sends what is untold, in order; one goroutine at a time does.
func (s *seat) tell(all ...word) {
	s.mu.Lock()
	s.untold = append(s.untold, all...)
	if s.telling {
		s.mu.Unlock()
		return
	}
	s.telling = true
	for len(s.untold) > 0 && s.conn != nil {
		w, c := s.untold[0], s.conn
		s.mu.Unlock()
		_ = c.SetWriteDeadline(time.Now().Add(patience))
		err := json.NewEncoder(c).Encode(w)
		s.mu.Lock()
		if err == nil {
			s.untold = s.untold[1:]
		} else if s.conn == c {
			s.conn = nil
		}
	}
	s.telling = false
	s.mu.Unlock()
}

func (s *seat) Description(l media.Link, kind, sdp string) {
	s.tell(word{Link: string(l), Kind: kind, SDP: sdp})
}

func (s *seat) ICECandidate(l media.Link, c media.ICECandidate) {
	s.tell(word{Link: string(l), Candidate: &webrtc.ICECandidateInit{Candidate: c.Candidate, SDPMid: &c.SDPMid, SDPMLineIndex: &c.SDPMLineIndex}})
}

func (s *seat) LinkState(l media.Link, state string) { s.tell(word{Link: string(l), State: state}) }
func (s *seat) Paused(tracks []string)               { s.tell(word{Paused: append([]string{}, tracks...)}) }
func (s *seat) Encodings(media.Source, []string)     {}

// caller is one of the two of a call, on a host of its own. It does what our
// pages do: offers, answers, and restarts ICE when a link is lost or the network changed.
type caller struct {
	*mediatest.Client
	house *house
	host  *netlab.Host
	room  string
	id    string

	asking bool // an offer is not answered yet; owned by work, like
	again  bool // that another restart is due after it

	mu     sync.Mutex
	conn   net.Conn
	paused []string
	states map[string]string    // of the links, as either side last said
	calm   map[string]time.Time // no restart of a link before
	lost   map[string]int       // how often a link failed
	wg     sync.WaitGroup
	work   chan func()
	quit   chan struct{}
	once   sync.Once
}

// call seats a caller behind conditions and has it publish.
func (h *house) call(room, id string, c netlab.Conditions, opt mediatest.Options) *caller {
	h.t.Helper()
	host, err := h.lab.Host()
	if err != nil {
		h.t.Fatal(err)
	}
	host.Set(c)
	return h.callFrom(host, room, id, opt)
}

func (h *house) callFrom(host *netlab.Host, room, id string, opt mediatest.Options) *caller {
	h.t.Helper()
	k := &caller{house: h, host: host, room: room, id: id, states: map[string]string{}, calm: map[string]time.Time{}, lost: map[string]int{},
		work: make(chan func(), 1024), quit: make(chan struct{})}
	opt.Name, opt.Host = id, host
	opt.Trickle = func(link string, c webrtc.ICECandidateInit) { k.do(func() { k.say(word{Link: link, Candidate: &c}) }) }
	opt.Changed = func(link, state string) { k.do(func() { k.changed(link, state) }) }
	k.Client = mediatest.New(opt)
	k.wg.Go(func() {
		for {
			select {
			case f := <-k.work:
				f()
			case <-k.quit:
				return
			}
		}
	})
	h.t.Cleanup(k.close)
	k.do(k.connect)
	k.do(func() { k.offer() })
	return k
}

// do has the caller's goroutine do something, in order.
func (k *caller) do(f func()) {
	select {
	case k.work <- f:
	case <-k.quit:
	}
}

func (k *caller) close() {
	k.once.Do(func() {
		k.hangUp()
		close(k.quit)
		if err := k.Close(); err != nil {
			k.house.t.Errorf("close %s: %v", k.id, err)
		}
		k.wg.Wait()
	})
}

func (k *caller) hangUp() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.conn != nil {
		_ = k.conn.Close()
	}
}

// connect opens signaling, again and again until it stands.
func (k *caller) connect() {
	for ctx := within(k.house.t); ctx.Err() == nil; {
		var c net.Conn
		err := k.host.Do(func() (err error) {
			c, err = (&net.Dialer{Timeout: 2 * time.Second, LocalAddr: &net.TCPAddr{IP: k.host.Addr().AsSlice()}}).Dial("tcp", k.house.door.Addr().String())
			return err
		})
		if err != nil {
			continue
		}
		k.mu.Lock()
		k.conn = c
		k.mu.Unlock()
		k.say(word{Room: k.room, ID: k.id})
		k.wg.Go(func() { k.listen(c) })
		return
	}
}

func (k *caller) say(w word) {
	k.mu.Lock()
	c := k.conn
	k.mu.Unlock()
	_ = c.SetWriteDeadline(time.Now().Add(patience))
	_ = json.NewEncoder(c).Encode(w)
}

func (k *caller) listen(c net.Conn) {
	for in := json.NewDecoder(bufio.NewReader(c)); ; {
		var w word
		if in.Decode(&w) != nil {
			return
		}
		k.do(func() { k.hear(w) })
	}
}

func (k *caller) hear(w word) {
	switch {
	case w.Kind == "answer":
		if err := k.Accept(w.SDP); err != nil {
			k.fault("accepts", err)
		}
		if k.asking = false; k.again {
			k.offer()
		}
	case w.Kind == "offer":
		answer, err := k.Answer(context.Background(), w.SDP)
		if err != nil {
			k.fault("answers", err)
			return
		}
		k.say(word{Link: w.Link, Kind: "answer", SDP: answer})
	case w.Candidate != nil:
		_ = k.AddCandidate(w.Link, w.Candidate.Candidate, *w.Candidate.SDPMid, *w.Candidate.SDPMLineIndex)
	case w.State != "":
		k.changed(w.Link, w.State)
	case w.Paused != nil:
		k.mu.Lock()
		k.paused = w.Paused
		k.mu.Unlock()
	}
}

// fault reports what went wrong, but for what a caller still does who has hung up.
func (k *caller) fault(what string, err error) {
	select {
	case <-k.quit:
	default:
		k.house.t.Errorf("%s %s: %v", k.id, what, err)
	}
}

func (k *caller) offer() {
	if k.again = k.asking; k.asking {
		return
	}
	k.asking = true
	offer, err := k.Offer(within(k.house.t))
	if err != nil {
		k.fault("offers", err)
		return
	}
	k.say(word{Link: "up", Kind: "offer", SDP: offer})
}

// changed restarts ICE on a link that either side has lost.
func (k *caller) changed(link, state string) {
	k.mu.Lock()
	before := k.states[link]
	k.states[link] = state
	if state == "failed" {
		k.lost[link]++
	}
	due := before != state && (state == "failed" || state == "disconnected") && time.Now().After(k.calm[link])
	if due {
		// Both sides notice, one after the other.
		k.calm[link] = time.Now().Add(2 * time.Second)
	}
	k.mu.Unlock()
	if due {
		k.restart(link)
	}
}

func (k *caller) restart(link string) {
	if link == "up" {
		k.offer()
		return
	}
	k.say(word{Link: "down", Restart: true})
}

// moved gives the caller another address, as its browser would notice: signaling
// is opened again and ICE restarted on both links.
func (k *caller) moved() {
	k.house.t.Helper()
	if err := k.host.Move(); err != nil {
		k.house.t.Fatal(err)
	}
	k.do(func() {
		k.hangUp()
		k.connect()
		k.restart("up")
		k.restart("down")
	})
}

func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeoutCause(context.Background(), patience, context.DeadlineExceeded)
	t.Cleanup(cancel)
	return ctx
}

// until waits for what this caller receives.
func (k *caller) until(what string, enough func([]mediatest.Received) bool) {
	k.house.t.Helper()
	if err := k.Wait(within(k.house.t), enough); err != nil {
		k.house.t.Fatalf("%s waited in vain for %s: up %s, down %s, paused %v, received %+v", k.id, what, k.State("up"), k.State("down"), k.without(), k.Received())
	}
}

// sound and picture are what is received now of somebody.
func (k *caller) sound(of string) mediatest.Received   { return k.track(of, "audio") }
func (k *caller) picture(of string) mediatest.Received { return k.track(of, "video") }

func (k *caller) track(of, kind string) mediatest.Received {
	r, _ := mediatest.Find(k.Received(), of+".camera", kind)
	return r
}

// meets waits for n packets of sound and of a picture that began.
func (k *caller) meets(of string, n int) {
	k.house.t.Helper()
	k.until(fmt.Sprint("sound and picture of ", of), func(all []mediatest.Received) bool {
		a, _ := mediatest.Find(all, of+".camera", "audio")
		v, _ := mediatest.Find(all, of+".camera", "video")
		return a.Packets >= n && v.Packets >= n && v.Keyframes > 0
	})
}

// pass lets time pass.
func (h *house) pass(d time.Duration) {
	select {
	case <-time.After(d):
	case <-h.t.Context().Done():
	}
}
