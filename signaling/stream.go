package signaling

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"

	"salon/media"
	"salon/signaling/message"
)

// encoderPeer is the peer id of a room's encoder. There is one: an encoder that
// starts again takes the place of what is left of its former connection.
const encoderPeer = "encoder"

// Stream is an encoder that sends into a room or a player that watches it, over
// HTTP instead of a socket (WHIP, RFC 9725, and its WHEP sibling).
type Stream struct {
	ID        string // names it in URLs: nobody can guess it
	Room      string
	Publishes bool
	Answer    string // SDP

	peer  string // its stream in media is "<peer>.camera"
	media *media.Peer
	room  *Room
}

func (st *Stream) member() message.Member {
	return message.Member{Peer: st.peer, Role: "speaker", Sending: message.Sending{Microphone: true, Camera: true}}
}

// Done is closed when the stream has ended.
func (st *Stream) Done() <-chan struct{} { return st.media.Done() }

// OpenStream lets an encoder or a player in with its offer. Whether it may is
// the caller's to know. Errors: ErrBadOffer, ErrNoPublisher, ErrFull, ErrElsewhere,
// ErrUnavailable.
func (h *Hub) OpenStream(ctx context.Context, room string, publish bool, offer string) (*Stream, error) {
	for range openTries {
		r, err := h.open(ctx, room)
		if err == nil {
			var st *Stream
			if st, err = h.negotiate(ctx, r, publish, offer); err == nil {
				return st, nil
			}
		}
		switch _, closing := h.find(room); {
		case errors.Is(err, ErrElsewhere):
			return nil, err
		case errors.Is(err, media.ErrBadDescription):
			return nil, errors.Join(ErrBadOffer, err)
		case errors.Is(err, media.ErrNoPublisher):
			return nil, ErrNoPublisher
		case errors.Is(err, media.ErrFull):
			return nil, ErrFull
		case closing, !errors.Is(err, errGone) && !errors.Is(err, media.ErrClosed):
			return nil, errors.Join(ErrUnavailable, err)
		}
	}
	return nil, errors.Join(ErrUnavailable, errGone)
}

// negotiate exchanges descriptions and has the stream watched until it ends.
func (h *Hub) negotiate(ctx context.Context, r *Room, publish bool, offer string) (*Stream, error) {
	st := &Stream{ID: strings.ToLower(rand.Text()), Room: r.id, Publishes: publish, room: r}
	var err error
	if publish {
		st.peer = encoderPeer
		st.Answer, st.media, err = r.media.Publish(ctx, st.peer, offer)
	} else {
		st.peer = st.ID
		st.Answer, st.media, err = r.media.View(ctx, st.peer, offer)
	}
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	closing := h.closing
	if !closing {
		h.streams[st.ID] = st
		h.wg.Add(1)
	}
	h.mu.Unlock()
	if closing {
		st.media.Close()
		return nil, errGone
	}
	r.post(streamJoined{st})
	go h.watch(st)
	return st, nil
}

// watch waits for the end of a stream and tells its room.
func (h *Hub) watch(st *Stream) {
	defer h.wg.Done()
	<-st.media.Done()
	h.mu.Lock()
	delete(h.streams, st.ID)
	h.mu.Unlock()
	st.room.post(streamLeft{st})
}

// CloseStream ends a stream; false when there is none of that id.
func (h *Hub) CloseStream(id string) bool {
	h.mu.Lock()
	st := h.streams[id]
	h.mu.Unlock()
	if st == nil {
		return false
	}
	st.media.Close()
	return true
}
