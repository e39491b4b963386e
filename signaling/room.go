package signaling

import (
	"context"
	"errors"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"salon/media"
	"salon/signaling/message"
)

// The bounds of a room.
const (
	mailboxSize  = 1024 // commands; who brings one waits while it is full
	maxPeers     = 2000
	maxTabs      = 8  // peers of one account
	recentLines  = 50 // lines of text told to those who enter
	resumePeriod = time.Minute
	linger       = time.Minute // how long an empty room keeps its text
)

// Room is a live place. run owns everything below "owned by run"; everybody
// else posts commands.
type Room struct {
	id, kind string
	hub      *Hub
	media    *media.Room
	keeper   *keeper
	mailbox  chan command
	done     chan struct{} // closed by run when the room takes no more commands
	gone     chan struct{} // closed by run when another room of this id may be opened

	suspended atomic.Bool // the lease could not be renewed: nobody new

	// Owned by run.
	peers       map[string]*Peer
	streams     map[string]*Stream
	recent      []message.Said
	generations map[string]int64 // of accounts whose rights changed here
	speaker     string           // who speaks now, as told
	presence    int              // people, over all nodes
	keys        round            // of an interview
	emptySince  time.Time        // zero while somebody is here
	ending      bool
}

// command is what a room may be asked to do. The set is closed: every command
// is in this package.
type command interface{ apply(r *Room) }

func newRoom(h *Hub, id string) *Room {
	kind, _, _ := strings.Cut(id, ".")
	r := &Room{
		id: id, kind: kind, hub: h, media: h.Media.OpenRoom(id),
		mailbox: make(chan command, mailboxSize), done: make(chan struct{}), gone: make(chan struct{}),
		peers: map[string]*Peer{}, streams: map[string]*Stream{}, generations: map[string]int64{},
		emptySince: h.now(),
	}
	r.keeper = newKeeper(r)
	r.media.OnSpeaker(func(peer string) { r.post(speaks{peer}) })
	return r
}

// post brings a command; false when the room is gone.
func (r *Room) post(c command) bool {
	select {
	case <-r.done:
		return false
	default:
	}
	select {
	case r.mailbox <- c:
		return true
	case <-r.done:
		return false
	}
}

// run is the room. It returns when the room is over or has been empty for long.
func (r *Room) run(ctx context.Context) {
	tick := time.NewTicker(min(time.Second, r.hub.Grace/4))
	defer tick.Stop()
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		r.keeper.run(ctx)
	}()
	for !r.ending {
		select {
		case c := <-r.mailbox:
			r.do(c)
		case <-tick.C:
			r.do(ticked{})
		}
	}
	r.media.Close()
	close(r.done)
	<-kept
	r.hub.forget(r)
	close(r.gone)
}

// do acts upon a command. A fault of ours ends this room and no other: its
// people are told to come back to a new one.
func (r *Room) do(c command) {
	defer func() {
		if v := recover(); v != nil {
			r.hub.log.Error("room panicked", "room", r.id, "err", v, "stack", string(debug.Stack()))
			end{code: message.CloseStateLost}.apply(r)
		}
	}()
	c.apply(r)
	r.rekey()
}

// ticked does what time brings: lost peers that stay away, resume tokens, the
// end of an empty room.
type ticked struct{}

func (c ticked) apply(r *Room) {
	now := r.hub.now()
	for _, p := range r.peers {
		switch {
		case !p.lostAt.IsZero():
			if now.Sub(p.lostAt) >= r.hub.Grace {
				r.remove(p, "left")
			}
		case !now.Before(p.resumeAt):
			r.giveResume(p)
		}
	}
	if len(r.peers)+len(r.streams) > 0 {
		r.emptySince = time.Time{}
		return
	}
	if r.emptySince.IsZero() {
		r.emptySince = now
	}
	if now.Sub(r.emptySince) >= linger {
		r.ending = true
	}
}

// enter asks for a place.
type enter struct {
	socket *Socket
	entry  Entry // role, name and generation as of now
	wish   message.Enter
	reply  chan error
}

// What a room answers to enter.
var (
	errStale    = errors.New("rights have changed")
	errReplaced = errors.New("the same person is here by another connection")
	errFull     = errors.New("room is full")
	errGone     = errors.New("room is gone")
)

func (c enter) apply(r *Room) { c.reply <- r.enter(c.socket, c.entry, c.wish) }

// enter gives a place, or gives a place back: the same peer id takes over.
func (r *Room) enter(s *Socket, e Entry, wish message.Enter) error {
	before := r.peers[e.Peer]
	switch {
	case e.Generation < r.generations[e.Account] && e.Account != "":
		return errStale
	case before != nil && before.account != e.Account:
		return ErrNoPlace
	case before == nil && e.Resume && r.single() && r.tabs(e.Account) > 0:
		return errReplaced
	case before == nil && (len(r.peers) >= maxPeers || e.Account != "" && r.tabs(e.Account) >= maxTabs):
		return errFull
	}
	p := &Peer{
		id: e.Peer, account: e.Account, login: e.Login, name: e.Name, role: e.Role, generation: e.Generation,
		room: r, socket: s, welcomed: make(chan struct{}), able: wish.Able,
	}
	defer close(p.welcomed)
	if before != nil {
		before.retired.Store(true)
		before.media.Close()
	}
	if before != nil {
		p.strain = before.strain
	}
	first := r.tabs(p.account) == 0
	var err error
	p.media, err = r.media.Join(media.PeerOptions{
		ID: p.id, Publish: publishes(p.role), Subscribe: true, NoPast: r.single() && !p.able, Handler: ears{p},
	})
	if err != nil {
		if before != nil {
			r.remove(before, "left")
		}
		return err
	}
	r.peers[p.id] = p
	if before == nil || !wish.Able || !r.keys.held(p.id, wish.Round) {
		r.keys.due = true
	}
	if p.account != "" {
		r.generations[p.account] = p.generation
	}
	s.peer.Store(p)
	if before != nil && before.socket != s {
		before.socket.peer.CompareAndSwap(before, nil)
		before.socket.Close(message.CloseReplaced)
	}
	if r.single() {
		r.replaceOthers(p)
	}
	if first && p.account != "" {
		r.keeper.tell(event{kind: joined, account: p.account, at: r.hub.now()})
	}
	r.keeper.look(r.present())
	if p.strain.Level == "lost" {
		r.strain(p, Strain{Level: "good"})
	}
	r.welcome(p)
	if publishes(p.role) {
		r.broadcast(message.MemberJoined{Member: p.member()}, p)
	}
	r.hub.log.Info("peer entered", "room", r.id, "peer", p.id, "account", p.account)
	return nil
}

// single reports whether a person is here once: in an interview, a second tab
// would be a second face and an echo. The newest connection wins, and one that
// resumes later does not take the place back by itself.
func (r *Room) single() bool { return r.kind == "interview" }

// replaceOthers takes the places of the same person's other peers.
func (r *Room) replaceOthers(p *Peer) {
	for _, other := range r.peers {
		if other != p && other.account == p.account {
			r.remove(other, "left")
			other.socket.Close(message.CloseReplaced)
		}
	}
}

// tabs counts the peers of an account.
func (r *Room) tabs(account string) int {
	n := 0
	for _, p := range r.peers {
		if p.account == account {
			n++
		}
	}
	return n
}

// present lists the people in the room, each once.
func (r *Room) present() []string {
	people := make([]string, 0, len(r.peers))
	for _, p := range r.peers {
		people = append(people, p.who())
	}
	slices.Sort(people)
	return slices.Compact(people)
}

// welcome tells a peer what the room looks like.
func (r *Room) welcome(p *Peer) {
	resume, err := r.hub.Tokens.Resume(p.entry())
	if err != nil {
		r.hub.log.Error("resume token not signed", "room", r.id, "peer", p.id, "err", err)
	}
	p.resumeAt = r.hub.now().Add(resumePeriod)
	members := []message.Member{}
	for _, other := range r.peers {
		if publishes(other.role) && other.lostAt.IsZero() {
			members = append(members, other.member())
		}
	}
	for _, st := range r.streams {
		if st.Publishes {
			members = append(members, st.member())
		}
	}
	slices.SortFunc(members, func(a, b message.Member) int { return strings.Compare(a.Peer, b.Peer) })
	p.socket.Send(message.Entered{
		Room: r.id, Kind: r.kind, Peer: p.id, Role: p.role, Resume: resume, Members: members,
		Presence: max(r.presence, len(r.present())), Recent: slices.Clone(append([]message.Said{}, r.recent...)), Now: r.hub.now(),
	})
}

// giveResume renews a peer's resume token.
func (r *Room) giveResume(p *Peer) {
	p.resumeAt = r.hub.now().Add(resumePeriod)
	token, err := r.hub.Tokens.Resume(p.entry())
	if err != nil {
		r.hub.log.Error("resume token not signed", "room", r.id, "peer", p.id, "err", err)
		return
	}
	p.socket.Send(message.Resume{Token: token})
}

// broadcast tells everybody but one peer, who may be nil.
func (r *Room) broadcast(m message.FromServer, except *Peer) {
	frame, err := message.Encode(m)
	if err != nil {
		r.hub.log.Error("message not encoded", "room", r.id, "type", message.NameOf(m), "err", err)
		return
	}
	for _, p := range r.peers {
		if p != except && p.lostAt.IsZero() {
			p.socket.send(frame)
		}
	}
}

// current reports whether p still has its place; a command of a peer that was
// replaced or removed meanwhile is dropped.
func (r *Room) current(p *Peer) bool { return r.peers[p.id] == p }

// remove takes a peer's place away and tells the others why.
func (r *Room) remove(p *Peer, reason string) {
	p.retired.Store(true)
	p.media.Close()
	delete(r.peers, p.id)
	p.socket.peer.CompareAndSwap(p, nil)
	if publishes(p.role) {
		r.keys.due = true
		r.broadcast(message.MemberLeft{Peer: p.id, Reason: reason}, nil)
	}
	if p.account != "" && r.tabs(p.account) == 0 {
		r.keeper.tell(event{kind: left, account: p.account, at: r.hub.now()})
	}
	r.keeper.look(r.present())
	r.hub.log.Info("peer left", "room", r.id, "peer", p.id, "reason", reason)
}
