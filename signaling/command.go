package signaling

import (
	"strings"
	"time"
	"unicode"

	"salon/media"
	"salon/signaling/message"
)

// leave is a peer that goes on purpose; its socket stays. left, unless nil, is
// closed when it has gone.
type leave struct {
	peer *Peer
	left chan struct{}
}

func (c leave) apply(r *Room) {
	if r.current(c.peer) {
		r.remove(c.peer, "left")
		c.peer.socket.Send(message.Left{Reason: "left"})
	}
	if c.left != nil {
		close(c.left)
	}
}

// lost is a peer whose socket ended. Its place is kept for the grace period,
// and what it sends goes on, unless the end is final.
type lost struct {
	peer *Peer
	code message.CloseCode
}

func (c lost) apply(r *Room) {
	p := c.peer
	if !r.current(p) || !p.lostAt.IsZero() {
		return
	}
	if c.code == message.CloseSignedOut || c.code == message.CloseFlood || c.code == message.CloseForbidden {
		r.remove(p, "left")
		return
	}
	p.lostAt = r.hub.now()
	r.strain(p, Strain{Level: "lost", Cause: "cut", Told: p.strain.Told})
	if publishes(p.role) {
		r.broadcast(message.MemberLeft{Peer: p.id, Reason: "lost"}, p)
	}
}

// sending is what a peer says it sends.
type sending struct {
	peer *Peer
	m    message.Sending
}

func (c sending) apply(r *Room) {
	p := c.peer
	if !r.current(p) {
		return
	}
	if !publishes(p.role) {
		p.socket.Refuse(c.m, message.CodeRoomRole)
		return
	}
	p.sending = c.m
	p.media.SetSending(media.Microphone, c.m.Microphone)
	p.media.SetSending(media.Camera, c.m.Camera)
	p.media.SetSending(media.Screen, c.m.Screen)
	r.broadcast(message.MemberChanged{Member: p.member()}, p)
}

// speaks is who speaks now, empty when nobody does.
type speaks struct{ peer string }

func (c speaks) apply(r *Room) {
	if c.peer != r.speaker {
		r.speaker = c.peer
		r.broadcast(message.Speaking{Peer: c.peer}, nil)
	}
}

// say is a line of text for everybody, the one who says it included.
type say struct {
	peer *Peer
	m    message.Say
}

func (c say) apply(r *Room) {
	p := c.peer
	if !r.current(p) {
		return
	}
	text := clean(c.m.Text)
	switch {
	case p.account == "":
		p.socket.Refuse(c.m, message.CodeSignIn)
		return
	case text == "":
		p.socket.Refuse(c.m, message.CodeValue)
		return
	}
	said := message.Said{ID: c.m.ID, Peer: p.id, Name: p.name, Role: p.role, Text: text, At: r.hub.now()}
	if len(r.recent) == recentLines {
		r.recent = r.recent[1:]
	}
	r.recent = append(r.recent, said)
	r.broadcast(said, nil)
}

// typing is real-time text; only those on stage are read as they type.
type typing struct {
	peer *Peer
	m    message.Typing
}

func (c typing) apply(r *Room) {
	p := c.peer
	if !r.current(p) {
		return
	}
	if !publishes(p.role) || p.account == "" {
		p.socket.Refuse(c.m, message.CodeRoomRole)
		return
	}
	r.broadcast(message.TypingBy{Peer: p.id, Text: controlFree(c.m.Text)}, p)
}

// clean is a line as others see it: without what cannot be seen, and without
// the characters that turn a text around (Unicode TR 36, 2.9).
func clean(text string) string { return strings.TrimSpace(controlFree(text)) }

func controlFree(text string) string {
	return strings.Map(func(c rune) rune {
		if c != '\n' && unicode.IsControl(c) || c >= '\u202a' && c <= '\u202e' || c >= '\u2066' && c <= '\u2069' {
			return -1
		}
		return c
	}, text)
}

// memberChanged gives an account another role; an empty one puts it out.
type memberChanged struct {
	account    string
	generation int64
	role       string
}

func (c memberChanged) apply(r *Room) {
	if c.generation < r.generations[c.account] {
		return
	}
	r.generations[c.account] = c.generation
	for _, p := range r.peers {
		if p.account != c.account || p.generation > c.generation || p.generation == c.generation && p.role == c.role {
			continue
		}
		if c.role == "" {
			r.remove(p, "kicked")
			p.socket.Send(message.Left{Reason: "kicked"})
			continue
		}
		r.changeRole(p, c.role, c.generation)
	}
}

// changeRole takes effect at once: what a demoted speaker sends is forwarded to
// nobody when this returns.
func (r *Room) changeRole(p *Peer, role string, generation int64) {
	before := publishes(p.role)
	p.role, p.generation = role, generation
	if before && !publishes(role) {
		p.sending = message.Sending{}
	}
	r.keys.due = r.keys.due || before != publishes(role)
	p.media.SetPublish(publishes(role))
	p.socket.Send(message.Role{Role: role})
	r.giveResume(p)
	if (before || publishes(role)) && p.lostAt.IsZero() {
		r.broadcast(message.MemberChanged{Member: p.member()}, p)
	}
	r.hub.log.Info("role changed", "room", r.id, "peer", p.id, "role", role)
}

// end closes the room: the meeting is over, or this node goes away.
type end struct {
	reason string // of message.Left; empty when people should come back
	code   message.CloseCode
}

func (c end) apply(r *Room) {
	for _, p := range r.peers {
		p.retired.Store(true)
		p.socket.peer.CompareAndSwap(p, nil)
		if c.reason == "" {
			p.socket.Close(c.code)
			continue
		}
		p.socket.Send(message.Left{Reason: c.reason})
		if p.account != "" {
			r.keeper.tell(event{kind: left, account: p.account, at: r.hub.now()})
		}
	}
	r.keeper.over(c.reason == "")
	clear(r.peers)
	r.ending = true
}

// present is a new count of the people here, over all nodes.
type present struct{ count int }

func (c present) apply(r *Room) {
	if c.count != r.presence {
		r.presence = c.count
		r.broadcast(message.Presence{Count: c.count}, nil)
	}
}

// streamJoined and streamLeft are an encoder or a player that came or went.
type streamJoined struct{ stream *Stream }

func (c streamJoined) apply(r *Room) {
	r.streams[c.stream.peer] = c.stream
	r.emptySince = time.Time{}
	if c.stream.Publishes {
		r.broadcast(message.MemberJoined{Member: c.stream.member()}, nil)
	}
}

type streamLeft struct{ stream *Stream }

func (c streamLeft) apply(r *Room) {
	if r.streams[c.stream.peer] != c.stream {
		return
	}
	delete(r.streams, c.stream.peer)
	if c.stream.Publishes {
		r.broadcast(message.MemberLeft{Peer: c.stream.peer, Reason: "left"}, nil)
	}
}
