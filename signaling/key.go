package signaling

import (
	"slices"
	"strings"
	"time"

	"salon/signaling/message"
)

// againAfter is how long a round has to have lasted before another is begun
// because somebody asks for it.
const againAfter = time.Second

// round is one agreement of an interview's peers on keys. The room gives it its
// order and its members and passes on what they say; the keys it never sees, and what
// it might say wrongly shows in the code that people compare. Owned by the room's run.
type round struct {
	number  int64
	peers   []string // in order
	unable  []string
	startAt time.Time
	due     bool // who is here has changed: begin another
}

// held reports whether a peer that lost its connection comes back with the keys
// of the present round, which then goes on.
func (k *round) held(peer string, number int64) bool {
	return number != 0 && number == k.number && len(k.unable) == 0 && slices.Contains(k.peers, peer)
}

// rekey begins another round when one is due: whoever came must not understand
// what was said before, nor who left what is said from now on.
func (r *Room) rekey() {
	if !r.keys.due {
		return
	}
	k := round{number: max(r.keys.number+1, r.hub.now().UnixMilli()), peers: []string{}, unable: []string{}, startAt: r.hub.now()}
	r.keys = k
	if !r.single() || r.ending {
		return
	}
	for _, p := range r.peers {
		if !publishes(p.role) || !p.lostAt.IsZero() {
			continue
		}
		k.peers = append(k.peers, p.id)
		if !p.able {
			k.unable = append(k.unable, p.id)
		}
	}
	slices.SortFunc(k.peers, strings.Compare)
	slices.SortFunc(k.unable, strings.Compare)
	r.keys = k
	for _, id := range k.peers {
		r.peers[id].socket.Send(message.Keying{Round: k.number, Peers: k.peers, Unable: k.unable})
	}
}

// key is a step of a peer, to be passed on.
type key struct {
	peer *Peer
	m    message.Key
}

func (c key) apply(r *Room) {
	p := c.peer
	switch {
	case !r.current(p):
		return
	case !publishes(p.role) || !r.single():
		p.socket.Refuse(c.m, message.CodeRoomRole)
		return
	case c.m.Round != r.keys.number || !slices.Contains(r.keys.peers, p.id):
		return // of a round that is over
	case c.m.Step == "again":
		r.keys.due = r.hub.now().Sub(r.keys.startAt) >= againAfter
		return
	}
	for _, id := range r.keys.peers {
		if to := r.peers[id]; to != nil && to != p && (c.m.To == "" || c.m.To == id) {
			to.socket.Send(message.KeyBy{Peer: p.id, Round: c.m.Round, Step: c.m.Step, Body: c.m.Body})
		}
	}
}
