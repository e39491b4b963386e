package ws

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"salon/signaling"
)

// Identity is who is at the other end. The zero Identity is a visitor.
type Identity = signaling.Identity

// Errors that an Authenticator answers; compare with errors.Is. Any other
// error means that it could not tell.
var (
	ErrUnauthenticated = errors.New("not signed in")
	ErrForbidden       = errors.New("not allowed")
	ErrNotFound        = errors.New("no such stream")
	ErrGone            = errors.New("the stream is over")
)

// Authenticator says who somebody is and what an encoder may do.
type Authenticator interface {
	// Cookie knows a browser. Errors: ErrUnauthenticated.
	Cookie(ctx context.Context, value string) (Identity, error)
	// Bearer knows a program. Errors: ErrUnauthenticated.
	Bearer(ctx context.Context, token string) (Identity, error)
	// Encoder says which room a stream's name means and what the bearer may do
	// there. Errors: ErrUnauthenticated, ErrForbidden, ErrNotFound, ErrGone.
	Encoder(ctx context.Context, bearer, stream string) (room string, publish, view bool, err error)
}

// Config is what a Server is made of. Fields without a default are needed.
type Config struct {
	Hub           *signaling.Hub
	Authenticator Authenticator
	Origins       []string // from which a browser may connect: "https://salon.example"
	Cookie        string   // name; "" means "__Host-salon"
	Log           *slog.Logger
	HelloTimeout  time.Duration // 0 means 5 s
	PingPeriod    time.Duration // 0 means 25 s; a pong has a third of it more
}

// Server serves websockets, encoders and players.
type Server struct {
	Config
	log *slog.Logger

	mu       sync.Mutex
	sessions map[string]session // guarded by mu: streams by id
}

// New returns a Server. It refuses to serve browsers from everywhere.
func New(c Config) (*Server, error) {
	if len(c.Origins) == 0 || slices.Contains(c.Origins, "*") || slices.Contains(c.Origins, "") {
		return nil, errors.New("websocket: the origins of browsers have to be named")
	}
	s := &Server{Config: c, log: c.Log, sessions: map[string]session{}}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.Cookie == "" {
		s.Cookie = "__Host-salon"
	}
	if s.HelloTimeout == 0 {
		s.HelloTimeout = 5 * time.Second
	}
	if s.PingPeriod == 0 {
		s.PingPeriod = 25 * time.Second
	}
	return s, nil
}

// Route is one route of this package.
type Route struct{ Method, Path string }

// Routes lists what Mount adds, for the table of who may do what.
func Routes() []Route {
	return []Route{
		{fiber.MethodGet, "/ws"},
		{fiber.MethodOptions, "/whip/:stream"},
		{fiber.MethodPost, "/whip/:stream"},
		{fiber.MethodPatch, "/whip/:stream/:id"},
		{fiber.MethodDelete, "/whip/:stream/:id"},
		{fiber.MethodOptions, "/whep/:stream"},
		{fiber.MethodPost, "/whep/:stream"},
		{fiber.MethodPatch, "/whep/:stream/:id"},
		{fiber.MethodDelete, "/whep/:stream/:id"},
	}
}

// Mount adds the routes. Sockets' work outside is cancelled when ctx ends; the
// sockets themselves are closed by the Hub.
func (s *Server) Mount(ctx context.Context, r fiber.Router) {
	r.Get("/ws", s.identify, s.upgrade(ctx))
	for prefix, publish := range map[string]bool{"/whip/:stream": true, "/whep/:stream": false} {
		r.Options(prefix, s.options)
		r.Post(prefix, s.open(publish))
		r.Patch(prefix+"/:id", s.patch)
		r.Delete(prefix+"/:id", s.delete)
	}
}
