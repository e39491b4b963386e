package media

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/pion/webrtc/v4"
)

const (
	stateConnected = "connected"
	stateFailed    = "failed"
	stateClosed    = "closed"
)

// takeOffer applies an offer on Up and gives the answer.
func (p *Peer) takeOffer(text string, sources []Source) (string, error) {
	if !p.mayPublish.Load() {
		return "", ErrNotAllowed
	}
	if !p.publishing.Load() && p.room.published() >= maxPublishing {
		return "", ErrFull
	}
	sections, _, err := inspect(text, maxOffer)
	if err != nil {
		return "", err
	}
	l := p.up
	if err := l.assign(sections, sources); err != nil {
		return "", err
	}
	if l.pc == nil {
		if err := p.connect(l, text); err != nil {
			return "", fmt.Errorf("open up link: %w", err)
		}
	}
	l.candidates = 0
	err = l.applyRemote(p.room.engine, webrtc.SDPTypeOffer, text)
	var answer string
	if err == nil {
		answer, err = l.answer()
	}
	if err != nil {
		// Half applied, the connection is of no more use; the next offer gets a fresh one.
		p.drop(l)
		return "", err
	}
	p.publishing.Store(true)
	return answer, nil
}

// takeAnswer applies the answer to the outstanding offer on Down. What answers
// an earlier offer is ignored; it shows in the number of sections or, after
// a restart, in the credentials.
func (p *Peer) takeAnswer(text string) error {
	l := p.down
	if l.pc == nil || l.offered == 0 {
		return nil
	}
	sections, d, err := inspect(text, l.offered)
	if err != nil {
		return err
	}
	if len(sections) != l.offered {
		return nil
	}
	if l.restarting {
		if _, old, err := inspect(l.pc.CurrentRemoteDescription().SDP, l.offered); err == nil && ufrag(old) == ufrag(d) {
			return nil
		}
	}
	l.candidates = 0
	if err := l.applyRemote(p.room.engine, webrtc.SDPTypeAnswer, text); err != nil {
		p.drop(l)
		return err
	}
	l.offered, l.restarting = 0, false
	l.answers++
	p.attach(l)
	if l.dirty {
		return p.offer()
	}
	return nil
}

// offer makes the next offer on Down, unless one is outstanding: then the
// answer to that one will.
func (p *Peer) offer() error {
	l := p.down
	if l.offered > 0 {
		return nil
	}
	o, err := l.pc.CreateOffer(&webrtc.OfferOptions{ICERestart: l.restart})
	if err == nil {
		err = l.pc.SetLocalDescription(o)
	}
	if err != nil {
		p.drop(l)
		return fmt.Errorf("offer on down link: %w", err)
	}
	l.offers++
	l.offered, l.restarting = len(l.pc.GetTransceivers()), l.restart
	l.dirty, l.restart = false, false
	p.tell(func(h Handler) { h.Description(Down, "offer", o.SDP) })
	return nil
}

// syncDown makes the down link carry what the room has, and offers if that
// changes anything.
func (p *Peer) syncDown() {
	if !p.subscribe {
		return
	}
	l, tracks := p.down, p.room.tracks()
	for pub, s := range l.subscribers {
		if !slices.Contains(tracks, pub) {
			p.unsubscribe(l, pub, s)
		}
	}
	for _, pub := range tracks {
		if pub.peer == p || l.subscribers[pub] != nil {
			continue
		}
		if err := p.subscribeTo(l, pub); err != nil {
			p.room.engine.log.Warn("track cannot be offered", "room", p.room.id, "peer", p.id, "err", err)
			p.drop(l)
			return
		}
	}
	if l.dirty {
		// A connection that has ended is told by its state.
		if err := p.offer(); err != nil && !errors.Is(err, webrtc.ErrConnectionClosed) {
			p.room.engine.log.Warn("tracks cannot be offered", "room", p.room.id, "peer", p.id, "err", err)
		}
	}
}

// subscribeTo puts a track on the down link, in a section that another left if there is one.
func (p *Peer) subscribeTo(l *link, pub *publisher) error {
	if l.pc == nil {
		if err := p.connect(l, ""); err != nil {
			return err
		}
	}
	s := &subscriber{
		feed: &pub.feed, id: pub.peer.id + "." + string(pub.source), stream: pub.source.stream(pub.peer.id),
		format: pub.codec, kind: pub.kind, wire: l.wire, peer: p, band: l.band, reported: nothing,
	}
	if pub.video {
		s.project = newProjection(pub.first(time.Now()))
		s.line = &line{pacer: p.room.engine.pacer}
	}
	t, err := p.section(l, s)
	if err != nil {
		return err
	}
	s.sender = t.Sender()
	l.subscribers[pub] = s
	l.dirty = true
	return nil
}

// section finds or makes the transceiver for a subscriber. A section is taken
// again only after its emptiness was answered: browsers announce a track only
// where there was none.
func (p *Peer) section(l *link, s *subscriber) (*webrtc.RTPTransceiver, error) {
	for t, offer := range l.vacant {
		if t.Kind() != s.kind || l.answers < offer {
			continue
		}
		sender, err := l.api.NewRTPSender(s, l.pc.SCTP().Transport())
		if err != nil {
			return nil, err
		}
		delete(l.vacant, t)
		return t, t.SetSender(sender, s)
	}
	return l.pc.AddTransceiverFromTrack(s, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
}

// unsubscribe takes a track off the down link.
func (p *Peer) unsubscribe(l *link, pub *publisher, s *subscriber) {
	pub.detach(s)
	delete(l.subscribers, pub)
	for _, t := range l.pc.GetTransceivers() {
		if t.Sender() == s.sender {
			l.vacant[t] = l.offers + 1
		}
	}
	// It fails only on a connection that has ended.
	_ = l.pc.RemoveTrack(s.sender)
	l.dirty = true
}

// attach starts forwarding to the subscribers whose formats are known, once
// the connection can carry them.
func (p *Peer) attach(l *link) {
	if l.state != stateConnected {
		return
	}
	l.wire.begin(l.secrets, p.room.engine.tcp)
	for _, s := range l.subscribers {
		p.begin(s)
	}
	for _, s := range l.shown {
		p.begin(s)
	}
}

func (p *Peer) begin(s *subscriber) {
	if s.attached || s.out.Load() == nil {
		return
	}
	s.attached = true
	s.starved.Store(s.feed.video)
	s.shedding.rank = uint8(rand.Uint32())
	in := s.wire.intake
	in.serve(s)
	s.feed.attach(s)
	p.room.steering.soon()
	s.passNow(0, s.feed.reports[0].Load())
	p.goes(func() {
		defer in.dismiss(s)
		s.listen()
	})
}

// candidate tells the participant one of our addresses.
func (p *Peer) candidate(l *link, pc *webrtc.PeerConnection, init webrtc.ICECandidateInit) {
	if l.pc != pc {
		return
	}
	c := ICECandidate{Candidate: init.Candidate}
	if init.SDPMid != nil {
		c.SDPMid = *init.SDPMid
	}
	if init.SDPMLineIndex != nil {
		c.SDPMLineIndex = *init.SDPMLineIndex
	}
	if init.UsernameFragment != nil {
		c.UsernameFragment = *init.UsernameFragment
	}
	kind := l.kind
	p.tell(func(h Handler) { h.ICECandidate(kind, c) })
}

// linkChanged looks at a connection whose state changed and tells it.
func (p *Peer) linkChanged(l *link, pc *webrtc.PeerConnection) {
	state := pc.ConnectionState()
	if l.pc != pc || state == webrtc.PeerConnectionStateNew || state.String() == l.state {
		return
	}
	if p.http && (state == webrtc.PeerConnectionStateFailed || state == webrtc.PeerConnectionStateClosed) {
		p.Close()
		return
	}
	if state == webrtc.PeerConnectionStateClosed {
		p.drop(l)
		return
	}
	l.state = state.String()
	kind := l.kind
	p.tell(func(h Handler) { h.LinkState(kind, state.String()) })
	p.attach(l)
}

// takeTrack makes a publisher of an incoming stream.
func (p *Peer) takeTrack(l *link, pc *webrtc.PeerConnection, t *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
	if l.pc != pc || codecOf(t.Codec().MimeType) == none {
		return
	}
	var (
		source Source
		rids   []string
	)
	for _, tr := range pc.GetTransceivers() {
		if tr.Receiver() == r {
			source, rids = l.sources[tr.Mid()], l.rids[tr.Mid()]
		}
	}
	if source == "" {
		return
	}
	pub := p.publisherOf(source, rids, t, r)
	in := l.wire.intake
	e := pub.add(in, t, r)
	if e == nil || e.layer == 0 && !p.room.add(pub) {
		return
	}
	e.reader = e.newReader()
	in.claim(uint32(t.SSRC()), e)
	p.goes(e.listen)
	p.goes(func() {
		defer func() {
			in.disclaim(e)
			if pub.reading.Add(-1) == 0 {
				p.room.remove(func(o *publisher) bool { return o == pub })
			}
		}()
		e.read()
	})
}

// publisherOf is who takes an incoming stream: the publisher that others of the
// same receiver made, else a new one in place of what is left of a former one.
func (p *Peer) publisherOf(source Source, rids []string, t *webrtc.TrackRemote, r *webrtc.RTPReceiver) *publisher {
	for _, pub := range p.room.tracks() {
		if pub.peer == p && pub.source == source && pub.from(r) {
			return pub
		}
	}
	p.room.remove(func(o *publisher) bool { return o.peer == p && o.source == source })
	return newPublisher(p, source, rids, t)
}
