package media

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

// Room is where peers meet. Its maps are guarded by mu; the stage is built
// when the first viewer comes.
type Room struct {
	id       string
	engine   *Engine
	counters counters
	stage    atomic.Pointer[stage]
	steering *steering

	mu         sync.Mutex
	peers      map[string]*Peer
	publishers []*publisher  // in order of arrival
	steered    bool          // steering runs
	quit       chan struct{} // closed with the room
	onSpeaker  func(peer string)
	closed     bool
	refused    bool // one room too many: it never opened
}

// Nobody needs so many of these; somebody who wants to do harm might.
const (
	maxRooms      = 5000 // of an engine
	maxPeers      = 4000 // of a room, viewers over HTTP included
	maxPublishing = 32   // peers of a room who publish, each up to four tracks in three encodings
)

// Join lets a peer in. It receives at once what it may; to publish, it offers
// on Up. ErrClosed when the room has ended, ErrPeerExists when the id is taken, ErrFull.
func (r *Room) Join(opt PeerOptions) (*Peer, error) {
	p := newPeer(r, opt)
	if err := r.admit(p); err != nil {
		return nil, err
	}
	p.changed()
	return p, nil
}

// admit lists the peer and starts its goroutines.
func (r *Room) admit(p *Peer) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.closed && r.refused:
		return ErrFull
	case r.closed:
		return ErrClosed
	case r.peers[p.id] != nil:
		return ErrPeerExists
	case len(r.peers) >= maxPeers:
		return ErrFull
	}
	r.peers[p.id] = p
	if !r.steered {
		r.steered = true
		r.engine.wg.Go(func() { r.steering.run(r.quit) })
	}
	p.start()
	return nil
}

// guarded takes one look at the room; after a fault of ours in it the next one is taken.
func (r *Room) guarded(look func()) {
	defer func() {
		if fault := recover(); fault != nil {
			r.engine.log.Error("a look at the room failed", "room", r.id, "err", fmt.Sprint(fault))
		}
	}()
	look()
}

// OnSpeaker has somebody told who speaks, "" when nobody does any more, each
// time that changes. It is set before anybody joins; tell must not wait for the room.
func (r *Room) OnSpeaker(tell func(peer string)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.onSpeaker = tell
}

func (r *Room) speaks(peer string) {
	r.mu.Lock()
	tell := r.onSpeaker
	r.mu.Unlock()
	if tell != nil {
		tell(peer)
	}
}

// newRoom makes a room that nobody is in.
func newRoom(e *Engine, id string) *Room {
	r := &Room{id: id, engine: e, peers: map[string]*Peer{}, quit: make(chan struct{})}
	r.steering = newSteering(r)
	return r
}

// Close ends the room and everything in it. It does not wait: Engine.Close does.
func (r *Room) Close() {
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return
	}
	r.closed = true
	peers := r.peersLocked()
	close(r.quit)
	r.mu.Unlock()
	for _, p := range peers {
		p.Close()
	}
	r.engine.forget(r)
}

func (r *Room) peersLocked() []*Peer {
	all := make([]*Peer, 0, len(r.peers))
	for _, p := range r.peers {
		all = append(all, p)
	}
	return all
}

// leave unlists a peer and its tracks.
func (r *Room) leave(p *Peer) {
	r.mu.Lock()
	if r.peers[p.id] == p {
		delete(r.peers, p.id)
	}
	r.mu.Unlock()
	r.remove(func(pub *publisher) bool { return pub.peer == p })
}

// add lists a track and has it offered to everybody; false when the peer may
// no longer publish or the room has ended.
func (r *Room) add(pub *publisher) bool {
	r.mu.Lock()
	ok := !r.closed && r.peers[pub.peer.id] == pub.peer && pub.peer.mayPublish.Load()
	if ok {
		r.publishers = append(r.publishers, pub)
	}
	r.mu.Unlock()
	if ok {
		r.changed()
	}
	return ok
}

// remove ends the tracks that gone selects: from here on nothing of them is forwarded.
func (r *Room) remove(gone func(*publisher) bool) {
	var ended []*publisher
	r.mu.Lock()
	r.publishers = slices.DeleteFunc(slices.Clone(r.publishers), func(pub *publisher) bool {
		if !gone(pub) {
			return false
		}
		ended = append(ended, pub)
		return true
	})
	r.mu.Unlock()
	for _, pub := range ended {
		pub.end()
		if st := r.stage.Load(); st != nil {
			st.leave(pub)
		}
	}
	if len(ended) > 0 {
		r.changed()
	}
}

// changed tells the peers and the stage that tracks came or went.
func (r *Room) changed() {
	r.mu.Lock()
	peers := r.peersLocked()
	r.mu.Unlock()
	for _, p := range peers {
		p.changed()
	}
	r.steering.soon()
	if st := r.stage.Load(); st != nil {
		select {
		case st.wake <- struct{}{}:
		default:
		}
	}
}

// tracks are the room's, oldest first. The slice is never changed.
func (r *Room) tracks() []*publisher {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.publishers
}

// openStage starts the stage unless it runs or the room has ended.
func (r *Room) openStage() (*stage, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil, ErrClosed
	}
	if st := r.stage.Load(); st != nil {
		return st, nil
	}
	st := newStage(r)
	r.stage.Store(st)
	r.engine.wg.Go(func() { st.run(r, r.quit) })
	st.wake <- struct{}{}
	return st, nil
}

// published is how many have begun to publish.
func (r *Room) published() (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.peers {
		if p.publishing.Load() {
			n++
		}
	}
	return n
}
