package signaling

import (
	"errors"
	"sync/atomic"
	"time"

	"salon/media"
	"salon/signaling/message"
)

// Peer is one connection in a room. Its mutable fields are owned by the room's
// goroutine; media may be used by any.
type Peer struct {
	id      string
	account string // empty for a visitor
	login   string
	name    string
	room    *Room
	socket  *Socket
	media   *media.Peer
	retired atomic.Bool // another took its place, or it left: media is told no more
	// welcomed is closed once the client knows that it is in: what media has to
	// tell before that would find nobody who expects it.
	welcomed chan struct{}

	role       string
	generation int64
	sending    message.Sending
	able       bool      // to encrypt end to end
	lostAt     time.Time // zero while the socket is there
	resumeAt   time.Time // when the next resume token is due
	strain     Strain    // as last told; zero before that
	measuredAt time.Time // when quality was last reported
}

// publishes reports whether a role may send pictures and sound.
func publishes(role string) bool {
	switch role {
	case "party", "adviser", "interpreter", "host", "speaker":
		return true
	}
	return false
}

// who is how presence counts: a person with two tabs is one person.
func (p *Peer) who() string {
	if p.account == "" {
		return "visitor." + p.id
	}
	return p.account
}

func (p *Peer) member() message.Member {
	return message.Member{Peer: p.id, Account: p.account, Name: p.name, Role: p.role, Sending: p.sending}
}

// entry is what a resume token of this peer says.
func (p *Peer) entry() Entry {
	return Entry{
		Room: p.room.id, Kind: p.room.kind, Account: p.account, Login: p.login, Peer: p.id, Name: p.name,
		Role: p.role, Generation: p.generation, Resume: true,
	}
}

func (p *Peer) description(m message.Description) {
	sources := make([]media.Source, len(m.Sources))
	for i, s := range m.Sources {
		sources[i] = media.Source(s)
	}
	p.answer(m, p.media.HandleDescription(media.Link(m.Link), m.Kind, m.SDP, sources))
}

func (p *Peer) candidate(m message.ICECandidate) {
	p.answer(m, p.media.HandleICECandidate(media.Link(m.Link), media.ICECandidate{
		Candidate: m.Candidate, SDPMid: m.SDPMid, SDPMLineIndex: m.SDPMLineIndex, UsernameFragment: m.UsernameFragment,
	}))
}

func (p *Peer) restart(m message.Restart) {
	p.answer(m, p.media.Restart(media.Link(m.Link)))
}

// viewing notes what the participant's screen shows.
func (p *Peer) viewing(m message.Viewing) {
	if len(m.Tracks) != len(m.Heights) {
		p.socket.Refuse(m, message.CodeValue)
		return
	}
	view := make([]media.View, len(m.Tracks))
	for i, track := range m.Tracks {
		view[i] = media.View{Track: track, Height: m.Heights[i]}
	}
	p.media.SetView(view, m.Saver)
}

// answer tells the client what became of its media message.
func (p *Peer) answer(m message.FromClient, err error) {
	if err == nil || p.retired.Load() {
		return
	}
	p.room.hub.log.Debug("media message refused", "room", p.room.id, "peer", p.id, "err", err)
	switch {
	case errors.Is(err, media.ErrClosed): // media gave up on a client that did not listen
		p.socket.Close(message.CloseSlow)
	case errors.Is(err, media.ErrFull):
		p.socket.Refuse(m, message.CodeRoomFull)
	case errors.Is(err, media.ErrNotAllowed):
		p.socket.Refuse(m, message.CodeRoomRole)
	default:
		p.socket.Refuse(m, message.CodeMedia)
	}
}

// ears hears what media has to tell a peer and passes it to its socket.
type ears struct{ peer *Peer }

func (e ears) send(m message.FromServer) {
	<-e.peer.welcomed
	if !e.peer.retired.Load() {
		e.peer.socket.Send(m)
	}
}

// Description implements media.Handler.
func (e ears) Description(link media.Link, kind, sdp string) {
	e.send(message.Description{Link: string(link), Kind: kind, SDP: sdp})
}

// ICECandidate implements media.Handler.
func (e ears) ICECandidate(link media.Link, c media.ICECandidate) {
	e.send(message.ICECandidate{
		Link: string(link), Candidate: c.Candidate, SDPMid: c.SDPMid,
		SDPMLineIndex: c.SDPMLineIndex, UsernameFragment: c.UsernameFragment,
	})
}

// LinkState implements media.Handler.
func (e ears) LinkState(link media.Link, state string) {
	e.send(message.LinkState{Link: string(link), State: state})
}

// Paused implements media.Handler.
func (e ears) Paused(tracks []string) {
	e.send(message.Paused{Tracks: append([]string{}, tracks...)})
}

// Encodings implements media.Handler.
func (e ears) Encodings(source media.Source, rids []string) {
	e.send(message.Encodings{Source: string(source), Active: append([]string{}, rids...)})
}
