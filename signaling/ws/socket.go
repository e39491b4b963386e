package ws

import (
	"context"
	"errors"
	"runtime/debug"
	"slices"
	"time"

	"github.com/gofiber/contrib/websocket"
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/utils"
	"golang.org/x/time/rate"

	"salon/signaling"
	"salon/signaling/message"
)

const (
	authTimeout  = 5 * time.Second
	writeTimeout = 10 * time.Second
	closeTimeout = time.Second // for the close frame and its echo
)

// Allowances of one connection, in messages: so many a second, so many at once.
// A description with its candidates comes in a burst.
const (
	messageRate, messageBurst = 20, 60
	mediaRate, mediaBurst     = 50, 200
)

// caller is what is known at the upgrade; its key in Locals.
type caller struct {
	identity Identity
	program  bool // no Origin: has to bring a token
}

const callerKey = "ws.caller"

// identify checks Origin and cookie before the upgrade.
func (s *Server) identify(c *fiber.Ctx) error {
	if !websocket.IsWebSocketUpgrade(c) {
		c.Set(fiber.HeaderUpgrade, "websocket")
		return problem(c, fiber.StatusUpgradeRequired, "upgrade.required")
	}
	origin := c.Get(fiber.HeaderOrigin)
	if origin == "" {
		c.Locals(callerKey, caller{program: true})
		return c.Next()
	}
	if !slices.Contains(s.Origins, origin) {
		return problem(c, fiber.StatusForbidden, "origin.foreign")
	}
	var who caller
	if cookie := utils.CopyString(c.Cookies(s.Cookie)); cookie != "" {
		ctx, cancel := context.WithTimeout(c.UserContext(), authTimeout)
		defer cancel()
		identity, err := s.Authenticator.Cookie(ctx, cookie)
		switch {
		case err == nil:
			who.identity = identity
		case !errors.Is(err, ErrUnauthenticated): // whoever's session ended is a visitor
			s.log.Warn("cookie not checked", "err", err)
			return unavailable(c)
		}
	}
	c.Locals(callerKey, who)
	return c.Next()
}

// upgrade makes the websocket and serves it.
func (s *Server) upgrade(ctx context.Context) fiber.Handler {
	return websocket.New(func(c *websocket.Conn) {
		who, _ := c.Locals(callerKey).(caller)
		s.serve(ctx, c, who)
	}, websocket.Config{
		Origins:          append(slices.Clone(s.Origins), ""), // "" is a program's; identify has looked already
		HandshakeTimeout: authTimeout,
		RecoverHandler: func(*websocket.Conn) {
			if v := recover(); v != nil {
				s.log.Error("socket panicked", "err", v, "stack", string(debug.Stack()))
			}
		},
	})
}

// serve reads a connection from hello to its end.
func (s *Server) serve(ctx context.Context, c *websocket.Conn, who caller) {
	c.SetReadLimit(2 * message.MaxFrame) // what is between the two limits is told our code, what is above is cut off
	deadline(c, s.HelloTimeout)
	identity, code := s.hello(ctx, c, who)
	if code != 0 {
		bye(c, code)
		exhaust(c)
		return
	}
	// A writer that waits for a client which does not read wakes soon after the
	// socket has closed.
	wire := c.NetConn()
	socket := s.Hub.Connect(identity, func() { _ = wire.SetDeadline(time.Now().Add(closeTimeout)) })
	written := make(chan struct{})
	go func() {
		defer close(written)
		s.write(c, socket)
	}()
	defer func() {
		socket.Detach()
		<-written
		exhaust(c)
	}()
	patience := s.PingPeriod + s.PingPeriod/3
	c.SetPongHandler(func(string) error {
		extend(c, socket, patience)
		return nil
	})
	deadline(c, patience)
	s.read(ctx, c, socket, patience)
}

// hello takes the first message; a close code when it does not do.
func (s *Server) hello(ctx context.Context, c *websocket.Conn, who caller) (Identity, message.CloseCode) {
	kind, frame, err := c.ReadMessage()
	if err != nil {
		return Identity{}, message.CloseNoHello
	}
	if kind != websocket.TextMessage || len(frame) > message.MaxFrame {
		return Identity{}, message.CloseBadFrame
	}
	m, err := message.Decode(frame)
	if err != nil {
		return Identity{}, message.CloseBadFrame
	}
	hello, ok := m.(message.Hello)
	switch {
	case !ok:
		return Identity{}, message.CloseNoHello
	case !who.program && hello.Token == "":
		return who.identity, 0
	case !who.program || hello.Token == "":
		return Identity{}, message.CloseForbidden
	}
	ctx, cancel := context.WithTimeout(ctx, authTimeout)
	defer cancel()
	identity, err := s.Authenticator.Bearer(ctx, hello.Token)
	switch {
	case err == nil:
		return identity, 0
	case errors.Is(err, ErrUnauthenticated):
		return Identity{}, message.CloseForbidden
	}
	s.log.Warn("token not checked", "err", err)
	return Identity{}, message.CloseUnavailable
}

// read passes messages on until the connection or the socket ends.
func (s *Server) read(ctx context.Context, c *websocket.Conn, socket *signaling.Socket, patience time.Duration) {
	messages := rate.NewLimiter(messageRate, messageBurst)
	media := rate.NewLimiter(mediaRate, mediaBurst)
	for {
		kind, frame, err := c.ReadMessage()
		if !extend(c, socket, patience) || err != nil {
			return
		}
		if kind != websocket.TextMessage || len(frame) > message.MaxFrame {
			socket.Close(message.CloseBadFrame)
			return
		}
		m, err := message.Decode(frame)
		allowance := messages
		switch m.(type) {
		case message.Description, message.ICECandidate:
			allowance = media
		}
		if !allowance.Allow() {
			socket.Close(message.CloseFlood)
			return
		}
		if err == nil {
			socket.Receive(ctx, m)
			continue
		}
		var no *message.Refusal
		if !errors.As(err, &no) || no.Code == message.CodeJSON {
			socket.Close(message.CloseBadFrame)
			return
		}
		socket.Send(message.Error{Code: no.Code, Of: no.Of})
	}
}

// write writes what is queued, pings, and ends with the close frame.
func (s *Server) write(c *websocket.Conn, socket *signaling.Socket) {
	ping := time.NewTicker(s.PingPeriod)
	defer ping.Stop()
	for {
		select {
		case frame := <-socket.Out():
			if !write(c, frame, writeTimeout) {
				socket.Close(message.CloseIdle)
			}
		case <-ping.C:
			if c.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeTimeout)) != nil {
				socket.Close(message.CloseIdle)
			}
		case <-socket.Done():
			if socket.Code() != message.CloseSlow {
				drain(c, socket)
			}
			bye(c, socket.Code())
			return
		}
	}
}

// drain writes what was queued before the end.
func drain(c *websocket.Conn, socket *signaling.Socket) {
	for {
		select {
		case frame := <-socket.Out():
			if !write(c, frame, closeTimeout) {
				return
			}
		default:
			return
		}
	}
}

func write(c *websocket.Conn, frame []byte, patience time.Duration) bool {
	return c.SetWriteDeadline(time.Now().Add(patience)) == nil && c.WriteMessage(websocket.TextMessage, frame) == nil
}

// extend gives the client more time; false when the socket has ended, whose
// deadline bye has set or will set.
func extend(c *websocket.Conn, socket *signaling.Socket, d time.Duration) bool {
	deadline(c, d)
	select {
	case <-socket.Done():
		deadline(c, closeTimeout)
		return false
	default:
		return true
	}
}

// exhaust reads what is still coming until the answer to the close frame:
// closing a connection with unread bytes could take the close frame with it.
func exhaust(c *websocket.Conn) {
	for {
		if _, _, err := c.NextReader(); err != nil {
			return
		}
	}
}

// bye sends the close frame and gives the client a moment to answer it, so that
// it is read before the connection is cut. The reader ends by this.
func bye(c *websocket.Conn, code message.CloseCode) {
	at := time.Now().Add(closeTimeout)
	_ = c.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(int(code), ""), at)
	deadline(c, closeTimeout)
}

// deadline says until when something has to be read. It fails only on a
// connection that is closed, which the next read tells.
func deadline(c *websocket.Conn, d time.Duration) { _ = c.SetReadDeadline(time.Now().Add(d)) }
