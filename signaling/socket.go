package signaling

import (
	"context"
	"sync"
	"sync/atomic"

	"salon/signaling/message"
)

const (
	queueSize = 256 // frames that wait for a client to read
	maxTopics = 32  // topics one socket follows
)

// Socket is one websocket, without the network: who reads it calls Receive for
// each message and Detach at the end; who writes it takes frames from Out until
// Done. Send and Close may be called from anywhere.
type Socket struct {
	hub      *Hub
	identity Identity
	out      chan []byte
	done     chan struct{}
	once     sync.Once
	code     message.CloseCode // set before done is closed
	ended    func()            // told once, when done is closed; may be nil

	peer   atomic.Pointer[Peer] // set by the peer's room
	topics map[string]*follower // owned by the reading goroutine
}

// Out is the queue of frames to write.
func (s *Socket) Out() <-chan []byte { return s.out }

// Done is closed when the socket has to end, after which Code says how.
func (s *Socket) Done() <-chan struct{} { return s.done }

// Code is the close code, once Done is closed.
func (s *Socket) Code() message.CloseCode { return s.code }

// Close ends the socket with a code; only the first call counts.
func (s *Socket) Close(code message.CloseCode) {
	s.once.Do(func() {
		s.code = code
		close(s.done)
		if s.ended != nil {
			s.ended()
		}
	})
}

// Send queues a message. A client that does not read fast enough is closed.
func (s *Socket) Send(m message.FromServer) {
	frame, err := message.Encode(m)
	if err != nil {
		s.hub.log.Error("message not encoded", "type", message.NameOf(m), "err", err)
		return
	}
	s.send(frame)
}

// send queues a frame, which nobody changes any more. It never waits.
func (s *Socket) send(frame []byte) {
	select {
	case <-s.done:
	case s.out <- frame:
	default:
		s.Close(message.CloseSlow)
	}
}

// Refuse answers a message that is not acted upon.
func (s *Socket) Refuse(m message.FromClient, code string) {
	s.Send(message.Error{Code: code, Of: message.NameOf(m)})
}

// Receive acts upon a message of the client. One goroutine calls it, in order;
// it may wait for the room, the stores or the bus, which holds up nobody but
// this client.
func (s *Socket) Receive(ctx context.Context, m message.FromClient) {
	switch m := m.(type) {
	case message.Hello: // was the first message, and comes once
		s.Refuse(m, message.CodeType)
	case message.Enter:
		s.enter(ctx, m)
	case message.Subscribe:
		s.subscribe(ctx, m)
	case message.Unsubscribe:
		s.unsubscribe(m)
	default:
		s.inRoom(m)
	}
}

// inRoom acts upon what only makes sense in a room.
func (s *Socket) inRoom(m message.FromClient) {
	p := s.peer.Load()
	if p == nil {
		s.Refuse(m, message.CodeRoomNone)
		return
	}
	switch m := m.(type) {
	case message.Description:
		p.description(m)
	case message.ICECandidate:
		p.candidate(m)
	case message.Restart:
		p.restart(m)
	case message.Sending:
		p.room.post(sending{p, m})
	case message.Viewing:
		p.viewing(m)
	case message.Key:
		p.room.post(key{p, m})
	case message.Quality:
		p.room.post(quality{p, m})
	case message.Say:
		p.room.post(say{p, m})
	case message.Typing:
		p.room.post(typing{p, m})
	case message.Leave:
		p.room.post(leave{peer: p})
	default:
		s.Refuse(m, message.CodeType)
	}
}

// Detach is called once, by the reading goroutine, when the connection has
// ended for whatever reason.
func (s *Socket) Detach() {
	s.Close(message.CloseIdle) // counts only when nobody gave a reason
	if p := s.peer.Load(); p != nil {
		p.room.post(lost{p, s.code})
	}
	for _, f := range s.topics {
		s.hub.fan.post(unfollow{f})
	}
	s.hub.detach(s)
}
