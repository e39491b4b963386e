package signaling

import (
	"context"
	"errors"

	"salon/media"
	"salon/signaling/message"
)

// refusal is why somebody does not get in: a code for the client, the cause
// for the log.
type refusal struct {
	code  string
	cause error
}

// enter acts upon the wish to enter a room.
func (s *Socket) enter(ctx context.Context, m message.Enter) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	no := s.tryEnter(ctx, m)
	if no == nil {
		return
	}
	s.hub.log.Info("entry refused", "code", no.code, "account", s.identity.Account, "err", no.cause)
	s.Refuse(m, no.code)
	if no.code == message.CodeRoomElsewhere {
		s.Close(message.CloseUnavailable)
	}
}

func (s *Socket) tryEnter(ctx context.Context, m message.Enter) *refusal {
	e, err := s.hub.Tokens.Open(m.Token)
	switch {
	case errors.Is(err, ErrTokenExpired):
		return &refusal{message.CodeTokenExpired, err}
	case err != nil:
		return &refusal{message.CodeTokenInvalid, err}
	case e.Account != "" && (e.Account != s.identity.Account || e.Login != s.identity.Login):
		return &refusal{message.CodeTokenInvalid, errors.New("token of another login session")}
	}
	e, no := s.hub.admit(ctx, e)
	if no != nil {
		return no
	}
	if p := s.peer.Load(); p != nil && (p.room.id != e.Room || p.id != e.Peer) {
		p.room.askLeave(p) // a socket is one peer at most
	}
	return s.hub.place(ctx, s, e, m)
}

// admit asks whether e is still good, and completes it with what holds now.
// When Gate cannot say, whoever was inside may come back if the generation is
// known to be unchanged; on any other doubt the answer is no.
func (h *Hub) admit(ctx context.Context, e Entry) (Entry, *refusal) {
	var noted int64
	var known bool
	if e.Account != "" {
		var err error
		if noted, known, err = h.Bus.Generation(ctx, e.Room, e.Account); err != nil {
			h.log.Warn("generation not known", "room", e.Room, "err", err)
		}
	}
	member, err := h.Gate.Member(ctx, e.Room, e.Account)
	switch {
	case errors.Is(err, ErrEnded):
		return e, &refusal{message.CodeRoomEnded, err}
	case errors.Is(err, ErrNoPlace), err == nil && member.Role == "":
		return e, &refusal{message.CodeRoomForbidden, err}
	case known && e.Generation < noted, err == nil && e.Generation < member.Generation:
		return e, &refusal{message.CodeTokenStale, nil}
	case err != nil && e.Resume && known && e.Generation == noted:
		return e, nil
	case err != nil:
		return e, &refusal{message.CodeRoomUnavailable, err}
	case e.Account == "" && publishes(member.Role):
		return e, &refusal{message.CodeRoomForbidden, errors.New("a visitor would publish")}
	}
	e.Role, e.Generation = member.Role, member.Generation
	if member.Name != "" {
		e.Name = member.Name
	}
	return e, nil
}

// openTries is how often a room that just ends is opened again for somebody.
const openTries = 3

// place brings an admitted socket into its room. A room that just ends is
// opened again.
func (h *Hub) place(ctx context.Context, s *Socket, e Entry, m message.Enter) *refusal {
	for range openTries {
		r, err := h.open(ctx, e.Room)
		if err == nil {
			err = r.askEnter(s, e, m)
		}
		switch {
		case err == nil:
			return nil
		case errors.Is(err, errGone):
			if _, closing := h.find(e.Room); closing {
				return &refusal{message.CodeRoomUnavailable, err}
			}
		case errors.Is(err, ErrElsewhere):
			return &refusal{message.CodeRoomElsewhere, err}
		case errors.Is(err, errReplaced):
			s.Close(message.CloseReplaced)
			return nil
		case errors.Is(err, errStale):
			return &refusal{message.CodeTokenStale, err}
		case errors.Is(err, errFull), errors.Is(err, media.ErrFull):
			return &refusal{message.CodeRoomFull, err}
		case errors.Is(err, ErrNoPlace):
			return &refusal{message.CodeRoomForbidden, err}
		default:
			return &refusal{message.CodeRoomUnavailable, err}
		}
	}
	return &refusal{message.CodeRoomUnavailable, errGone}
}

// askEnter asks the room and waits for its answer.
func (r *Room) askEnter(s *Socket, e Entry, m message.Enter) error {
	reply := make(chan error, 1)
	if !r.post(enter{s, e, m, reply}) {
		return errGone
	}
	select {
	case err := <-reply:
		return err
	case <-r.done:
		return errGone
	}
}

// askLeave has a peer leave and waits until it has.
func (r *Room) askLeave(p *Peer) {
	gone := make(chan struct{})
	if !r.post(leave{p, gone}) {
		return
	}
	select {
	case <-gone:
	case <-r.done:
	}
}
