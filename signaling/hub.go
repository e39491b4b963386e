package signaling

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"time"

	"salon/media"
	"salon/signaling/message"
)

// Config is what a Hub is made of. Fields without a default are needed.
type Config struct {
	Media    *media.Engine
	Tokens   Tokens
	Gate     Gate
	Observer Observer
	Bus      Bus
	Log      *slog.Logger     // nil discards
	Clock    func() time.Time // nil means time.Now
	Measured func(Measure)    // told of each report of a call's quality; may be nil
	Grace    time.Duration    // how long a lost peer keeps its place; 0 means 20 s
	Beat     time.Duration    // between two heartbeats: lease, presence, Alive, ended logins; 0 means 10 s
}

// Hub is one node's sockets and rooms. Its lists are guarded by mu.
type Hub struct {
	Config
	log  *slog.Logger
	fan  *fan
	roll *roll

	mu      sync.Mutex
	sockets map[*Socket]struct{}
	rooms   map[string]*Room
	streams map[string]*Stream
	closing bool
	wg      sync.WaitGroup // attached sockets, rooms and streams
}

// shutdownLimit is how long sockets and rooms get to end.
const shutdownLimit = 5 * time.Second

// New returns a Hub, which works while Run does.
func New(c Config) *Hub {
	h := &Hub{Config: c, log: c.Log, sockets: map[*Socket]struct{}{}, rooms: map[string]*Room{}, streams: map[string]*Stream{}}
	if h.log == nil {
		h.log = slog.New(slog.DiscardHandler)
	}
	if h.Clock == nil {
		h.Clock = time.Now
	}
	if h.Grace == 0 {
		h.Grace = 20 * time.Second
	}
	if h.Beat == 0 {
		h.Beat = 10 * time.Second
	}
	h.fan = newFan(h.log)
	h.roll = newRoll(h)
	return h
}

func (h *Hub) now() time.Time { return h.Clock().UTC() }

// Run serves until ctx ends. Then every socket is closed with a code that says
// to come back, and Run returns when sockets and rooms have ended, or after 5 s.
func (h *Hub) Run(ctx context.Context) error {
	lasting, stop := context.WithCancel(context.WithoutCancel(ctx))
	var below sync.WaitGroup
	var busErr error
	busEnded := make(chan struct{})
	below.Go(func() { h.fan.run(lasting) })
	below.Go(func() { h.roll.run(lasting) })
	below.Go(func() {
		defer close(busEnded)
		busErr = h.Bus.Run(lasting, h)
	})
	beat := time.NewTicker(h.Beat)
	defer beat.Stop()
	for open := true; open; {
		select {
		case <-beat.C:
			h.closeSockets(message.CloseSignedOut, func(id Identity) bool {
				return !id.ExpiresAt.IsZero() && !id.ExpiresAt.After(h.now())
			})
		case <-busEnded:
			open = false
		case <-ctx.Done():
			open = false
		}
	}
	ended := h.shutdown()
	stop()
	below.Wait()
	if !ended {
		return errors.New("sockets or rooms did not end in time")
	}
	if ctx.Err() == nil {
		return fmt.Errorf("bus ended: %w", busErr)
	}
	return nil
}

// shutdown ends sockets, rooms and streams; false when they did not in time.
func (h *Hub) shutdown() bool {
	h.mu.Lock()
	h.closing = true
	rooms := make([]*Room, 0, len(h.rooms))
	for _, r := range h.rooms {
		rooms = append(rooms, r)
	}
	h.mu.Unlock()
	h.closeSockets(message.CloseRestarting, func(Identity) bool { return true })
	for _, r := range rooms {
		r.post(end{code: message.CloseRestarting})
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		h.wg.Wait()
	}()
	select {
	case <-ended:
		return true
	case <-time.After(shutdownLimit):
		return false
	}
}

// Connect makes the socket of a connection. ended, which may be nil, is called
// once when the socket closes, by whoever closes it: it must not wait. The
// socket is closed already when the server is going away.
func (h *Hub) Connect(id Identity, ended func()) *Socket {
	s := &Socket{
		hub: h, identity: id, ended: ended, out: make(chan []byte, queueSize), done: make(chan struct{}),
		topics: map[string]*follower{},
	}
	h.mu.Lock()
	closing := h.closing
	if !closing {
		h.sockets[s] = struct{}{}
		h.wg.Add(1)
	}
	h.mu.Unlock()
	if closing {
		s.Close(message.CloseRestarting)
		return s
	}
	h.roll.arrive(id.Account)
	s.Send(message.Welcome{Account: id.Account, Now: h.now()})
	return s
}

func (h *Hub) detach(s *Socket) {
	h.mu.Lock()
	_, listed := h.sockets[s]
	delete(h.sockets, s)
	h.mu.Unlock()
	if listed {
		h.roll.leave(s.identity.Account)
		h.wg.Done()
	}
}

// closeSockets closes those that match.
func (h *Hub) closeSockets(code message.CloseCode, match func(Identity) bool) {
	var found []*Socket
	h.mu.Lock()
	for s := range h.sockets {
		if match(s.identity) {
			found = append(found, s)
		}
	}
	h.mu.Unlock()
	for _, s := range found {
		s.Close(code)
	}
}

// open gives the room, which this node has to hold. Errors: ErrElsewhere,
// errGone while the server goes away, or that the bus cannot say.
func (h *Hub) open(ctx context.Context, id string) (*Room, error) {
	if r, closing := h.find(id); r != nil || closing {
		return r, h.usable(ctx, r)
	}
	hold, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	if _, err := h.Bus.Hold(hold, id); err != nil {
		return nil, fmt.Errorf("hold room: %w", err)
	}
	r := newRoom(h, id)
	h.mu.Lock()
	already := h.rooms[id]
	start := already == nil && !h.closing
	if start {
		h.rooms[id] = r
		h.wg.Add(1)
	}
	h.mu.Unlock()
	if !start {
		return already, h.usable(ctx, already)
	}
	h.log.Info("room opened", "room", id)
	go func() {
		defer h.wg.Done()
		r.run(context.WithoutCancel(ctx))
		h.log.Info("room closed", "room", id)
	}()
	return r, nil
}

// usable says whether somebody may enter r now. It waits for the end of a room
// that is ending, so that another can be opened in its place.
func (h *Hub) usable(ctx context.Context, r *Room) error {
	if r == nil {
		return errGone
	}
	select {
	case <-r.done:
		select {
		case <-r.gone:
		case <-ctx.Done():
		}
		return errGone
	default:
	}
	if r.suspended.Load() {
		return errors.New("room is not held")
	}
	return nil
}

func (h *Hub) find(id string) (r *Room, closing bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.rooms[id], h.closing
}

func (h *Hub) forget(r *Room) {
	h.mu.Lock()
	delete(h.rooms, r.id)
	h.mu.Unlock()
}

// MemberChanged gives an account another role in a room, at once, on every
// node; an empty role puts it out. Generation is the one just written by the
// service. What could not be told to other nodes is an error; this node has
// acted all the same.
func (h *Hub) MemberChanged(ctx context.Context, room, account string, generation int64, role string) error {
	n := Notice{Kind: NoticeMember, Room: room, Account: account, Generation: generation, Role: role}
	h.Notice(n)
	return errors.Join(h.Bus.Raise(ctx, room, account, generation), h.Bus.Tell(ctx, n))
}

// CloseRoom ends a meeting on every node.
func (h *Hub) CloseRoom(ctx context.Context, room string) error {
	n := Notice{Kind: NoticeClose, Room: room}
	h.Notice(n)
	return h.Bus.Tell(ctx, n)
}

// LoggedOut closes the sockets of a login session on every node.
func (h *Hub) LoggedOut(ctx context.Context, login string) error {
	n := Notice{Kind: NoticeLogout, Login: login}
	h.Notice(n)
	return h.Bus.Tell(ctx, n)
}

// Present counts the people in a room, over all nodes.
func (h *Hub) Present(ctx context.Context, room string) (int, error) {
	return h.Bus.Count(ctx, room)
}

// Online says of each account whether it has a live socket on any node, or had
// one within Absence. Those on this node are known without asking. Errors:
// ErrUnknown soon after the bus was emptied, or that the bus does not answer;
// either way nobody knows who of the others is there.
func (h *Hub) Online(ctx context.Context, accounts []string) (map[string]bool, error) {
	online, others := h.roll.among(accounts)
	if len(others) == 0 {
		return online, nil
	}
	elsewhere, err := h.Bus.Online(ctx, others)
	if err != nil {
		return nil, err
	}
	maps.Copy(online, elsewhere)
	return online, nil
}

// Notice implements Receiver: it acts upon what this or another node told.
// Acting twice changes nothing.
func (h *Hub) Notice(n Notice) {
	switch n.Kind {
	case NoticeMember:
		if r, _ := h.find(n.Room); r != nil {
			r.post(memberChanged{n.Account, n.Generation, n.Role})
		}
	case NoticeClose:
		if r, _ := h.find(n.Room); r != nil {
			r.post(end{reason: "ended"})
		}
	case NoticeLogout:
		if n.Login != "" {
			h.closeSockets(message.CloseSignedOut, func(id Identity) bool { return id.Login == n.Login })
		}
	}
}

// Stats counts what this node has.
type Stats struct{ Sockets, Rooms, Streams int }

// Stats counts what this node has.
func (h *Hub) Stats() Stats {
	h.mu.Lock()
	defer h.mu.Unlock()
	return Stats{Sockets: len(h.sockets), Rooms: len(h.rooms), Streams: len(h.streams)}
}
