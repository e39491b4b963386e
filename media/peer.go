package media

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/pion/webrtc/v4"
)

// Handler hears what a participant has to be told. The methods are called in
// order from one goroutine per peer; a handler that falls eventLimit behind loses its peer.
type Handler interface {
	// Description carries an answer on Up, an offer on Down.
	Description(link Link, kind, sdp string)
	// ICECandidate carries one of the server's addresses, after the description it belongs to.
	ICECandidate(link Link, c ICECandidate)
	// LinkState is connecting, connected, disconnected, failed or closed.
	LinkState(link Link, state string)
	// Paused lists the pictures, as View.Track, that this participant goes without now, because
	// its network does not carry them or this server has too much to do; empty when it gets all.
	Paused(tracks []string)
	// Encodings lists which encodings of a source (rids, "" for one without) anybody is to
	// get; the others need not be sent.
	Encodings(source Source, rids []string)
}

// PeerOptions say who joins and what they may do.
type PeerOptions struct {
	ID        string
	Publish   bool
	Subscribe bool
	NoPast    bool    // pictures begin with the next keyframe: those before may be encrypted for others
	Handler   Handler // nil: nobody is told
}

const (
	mailboxSize = 64  // commands; a caller waits when it is full
	eventLimit  = 256 // events not yet told; beyond, the peer is closed
)

// Peer is one participant's place in a room. Its links are owned by run.
type Peer struct {
	id        string
	room      *Room
	handler   Handler
	subscribe bool
	noPast    bool
	http      bool // an encoder or a viewer: ends with its connection
	viewer    bool // of the stage

	mayPublish atomic.Bool
	publishing atomic.Bool  // an offer on Up was answered
	clockShift atomic.Int64 // ns from the sender's clock to ours, 0 unknown

	mailbox chan func()
	wake    chan struct{} // capacity 1: the room's tracks changed
	events  chan func(Handler)
	quit    chan struct{}
	once    sync.Once
	wg      sync.WaitGroup // readers and closing connections

	turn  sync.Mutex // held while one received packet is delivered
	mu    sync.Mutex
	muted map[Source]bool // guarded by mu
	view  map[string]int  // heights of tiles by track, nil before the screen told; guarded by mu
	saver bool            // guarded by mu

	up, down *link // owned by run
}

func newPeer(r *Room, opt PeerOptions) *Peer {
	p := &Peer{
		id: opt.ID, room: r, handler: opt.Handler, subscribe: opt.Subscribe, noPast: opt.NoPast,
		mailbox: make(chan func(), mailboxSize), wake: make(chan struct{}, 1),
		events: make(chan func(Handler), eventLimit), quit: make(chan struct{}), muted: map[Source]bool{},
		up: newLink(Up), down: newLink(Down),
	}
	p.mayPublish.Store(opt.Publish)
	return p
}

// start is called once, by the room, under its lock.
func (p *Peer) start() {
	p.room.engine.wg.Go(p.run)
	p.room.engine.wg.Go(func() {
		for tell := range p.events {
			if p.handler != nil {
				p.guarded(func() { tell(p.handler) })
			}
		}
	})
}

// ID is the id it joined with.
func (p *Peer) ID() string { return p.id }

// Done is closed when the peer's place has ended.
func (p *Peer) Done() <-chan struct{} { return p.quit }

// Close takes the peer out of the room at once; its connections end in the background.
func (p *Peer) Close() {
	p.once.Do(func() {
		p.room.leave(p)
		close(p.quit)
	})
}

// fail ends the peer after a fault of ours in what is done for it. Its room goes on.
func (p *Peer) fail(fault any) {
	select {
	case <-p.quit: // told already
		return
	default:
	}
	p.room.engine.log.Error("media path failed, peer is closed", "room", p.room.id, "peer", p.id, "err", fmt.Sprint(fault))
	p.Close()
}

// guarded does something for the peer. Whoever runs code for a peer, or reads what
// it sent, does it by this or by conn.take.
func (p *Peer) guarded(do func()) {
	defer func() {
		if fault := recover(); fault != nil {
			p.fail(fault)
		}
	}()
	do()
}

// goes is guarded in a goroutine that run waits for.
func (p *Peer) goes(do func()) { p.wg.Go(func() { p.guarded(do) }) }

// run owns the links until Close.
func (p *Peer) run() {
	for open := true; open; {
		select {
		case command := <-p.mailbox:
			p.guarded(command)
		case <-p.wake:
			p.guarded(p.syncDown)
		case <-p.quit:
			open = false
		}
	}
	p.guarded(func() { p.drop(p.up) })
	p.guarded(func() { p.drop(p.down) })
	p.wg.Wait()
	close(p.events)
}

// post has run do something; false when the peer has ended.
func (p *Peer) post(command func()) bool {
	select {
	case p.mailbox <- command:
		return true
	case <-p.quit:
		return false
	}
}

// call has run do something and waits for the result.
func (p *Peer) call(command func() error) error {
	result := make(chan error, 1)
	if !p.post(func() { result <- command() }) {
		return ErrClosed
	}
	select {
	case err := <-result:
		return err
	case <-p.quit:
		return ErrClosed
	}
}

// tell queues an event for the handler. Only run calls it.
func (p *Peer) tell(event func(Handler)) {
	select {
	case p.events <- event:
	default:
		p.Close()
	}
}

// report queues an event from outside run; false when the peer is too busy or gone.
func (p *Peer) report(event func(Handler)) bool {
	select {
	case <-p.quit:
		return false
	case p.mailbox <- func() { p.tell(event) }:
		return true
	default:
		return false
	}
}

// changed has the peer look at the room's tracks again; it never waits.
func (p *Peer) changed() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// HandleDescription takes the participant's offer on Up, its answer on Down.
// sources says what each m-line of an offer carries; those not said are
// microphone, camera, screen and screen audio by kind and order. An answer to an
// offer that is no longer outstanding is ignored. ErrBadDescription, ErrNotAllowed, ErrFull, ErrClosed.
func (p *Peer) HandleDescription(l Link, kind, sdp string, sources []Source) error {
	switch {
	case l == Up && kind == "offer":
		return p.call(func() error {
			answer, err := p.takeOffer(sdp, sources)
			if err == nil {
				p.tell(func(h Handler) { h.Description(Up, "answer", answer) })
			}
			return err
		})
	case l == Down && kind == "answer":
		return p.call(func() error { return p.takeAnswer(sdp) })
	}
	return ErrBadDescription
}

// HandleICECandidate takes one of the participant's addresses. An empty
// candidate ends them and is ignored. ErrBadCandidate, ErrClosed.
func (p *Peer) HandleICECandidate(l Link, c ICECandidate) error {
	if l != Up && l != Down {
		return ErrBadCandidate
	}
	if c.Candidate == "" {
		return nil
	}
	return p.call(func() error { return p.link(l).addCandidate(p.room.engine, c) })
}

// SetPublish says whether the peer may publish. Without that right its tracks
// are forwarded to nobody when SetPublish returns, and its up link closes.
func (p *Peer) SetPublish(may bool) {
	p.mayPublish.Store(may)
	if may {
		return
	}
	p.publishing.Store(false)
	p.room.remove(func(pub *publisher) bool { return pub.peer == p })
	p.post(func() { p.drop(p.up) })
}

// SetSending notes that the participant said muted or unmuted. Nothing is
// renegotiated; a stage passes over what is not sent, and a camera turned on begins with a keyframe.
func (p *Peer) SetSending(source Source, on bool) {
	p.mu.Lock()
	p.muted[source] = !on
	p.mu.Unlock()
	for _, pub := range p.room.tracks() {
		if pub.peer == p && pub.source == source && pub.sending.Swap(on) != on && on {
			for i := range pub.encodings {
				pub.ask(uint8(i))
			}
		}
	}
}

// SetView notes what the participant's screen shows; a track that is not in it
// is wanted as it is. saver asks for small pictures everywhere.
func (p *Peer) SetView(all []View, saver bool) {
	heights := make(map[string]int, len(all))
	for _, v := range all {
		heights[v.Track] = v.Height
	}
	p.mu.Lock()
	p.view, p.saver = heights, saver
	p.mu.Unlock()
	p.room.steering.soon()
}

// wants is the best choice that the screen can use of a track.
func (p *Peer) wants(track string, choices []choice) int {
	p.mu.Lock()
	height, told := p.view[track]
	saver := p.saver
	p.mu.Unlock()
	want := len(choices) - 1
	if told {
		want = fit(choices, height)
	}
	if saver {
		want = min(want, fit(choices, saverHeight))
	}
	return want
}

func (p *Peer) isSending(source Source) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.muted[source]
}

// Restart restarts ICE after a change of network. On Down the server offers
// anew; a link that has ended is built again. On Up the participant restarts by
// offering with new credentials and this call does nothing.
func (p *Peer) Restart(l Link) error {
	if l == Up {
		return p.call(func() error { return nil })
	}
	return p.call(func() error {
		d := p.down
		switch {
		case d.pc == nil || d.state == stateClosed:
			p.drop(d)
			p.syncDown()
		case d.offered > 0:
			// The outstanding offer may be lost: say it again, restart after it.
			d.restart = d.pc.RemoteDescription() != nil
			d.dirty = d.dirty || d.restart
			offer := d.pc.LocalDescription().SDP
			p.tell(func(h Handler) { h.Description(Down, "offer", offer) })
		default:
			d.dirty, d.restart = true, true
			return p.offer()
		}
		return nil
	})
}

func (p *Peer) link(l Link) *link {
	if l == Up {
		return p.up
	}
	return p.down
}

// waits is how long the link may be silent.
func (p *Peer) waits(l *link) waits {
	if l.kind == Down && !p.mayPublish.Load() {
		return ofAudience
	}
	return ofParticipant
}

// connect gives the link its connection, for an offer of the other side or, "", one of ours.
func (p *Peer) connect(l *link, offer string) error {
	e := p.room.engine
	s := &secrets{}
	api := e.kinds[l.kind].api(s, p.waits(l), strings.Contains(offer, "a=setup:passive"))
	pc, err := api.NewPeerConnection(e.conf)
	if err != nil {
		return err
	}
	l.pc, l.api, l.secrets = pc, api, s
	l.wire = newWire(e.conn, p, pc)
	pc.OnICECandidate(func(c *webrtc.ICECandidate) {
		if c != nil {
			init := c.ToJSON()
			p.post(func() { p.candidate(l, pc, init) })
		}
	})
	pc.OnConnectionStateChange(func(webrtc.PeerConnectionState) {
		p.post(func() { p.linkChanged(l, pc) })
	})
	pc.OnTrack(func(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
		p.post(func() { p.takeTrack(l, pc, t, r) })
	})
	return nil
}

// drop ends the link's connection in the background; the link can be built again.
func (p *Peer) drop(l *link) {
	pc := l.pc
	if pc == nil {
		l.early, l.candidates = nil, 0
		return
	}
	for pub, s := range l.subscribers {
		pub.detach(s)
	}
	for _, s := range l.shown {
		s.feed.detach(s)
	}
	if l.kind == Up {
		p.publishing.Store(false)
	}
	l.wire.end()
	kind, told := l.kind, l.state
	*l = *newLink(kind)
	l.state = stateClosed
	if told != "" && told != stateClosed {
		p.tell(func(h Handler) { h.LinkState(kind, stateClosed) })
	}
	p.wg.Go(func() {
		// Nothing is left to be done about a connection that ends badly.
		_ = pc.GracefulClose()
	})
}
