package service

import (
	"log/slog"
	"time"

	"salon/fair"
)

// Config is what a Service is made of. Every field is needed.
type Config struct {
	Stores   Stores
	Notifier Notifier
	Rooms    RoomLocator
	ICE      ICEServers
	Mailer   Mailer
	Composer Composer
	Index    Index
	Places   Places
	Clock    func() time.Time // UTC, cut to milliseconds by the service
	Log      *slog.Logger
	Secret   []byte // keys the hashes of addresses and codes; at least 32 bytes
	Demo     bool   // allows DemoSession
}

// Service is the use cases.
type Service struct {
	Config
}

// New returns a Service.
func New(c Config) *Service { return &Service{Config: c} }

// Page is one page of a list.
type Page[T any] struct {
	Items []T
	Total int
}

// unbuilt marks what is not there yet.
var errUnbuilt = fair.E(fair.Internal, "unbuilt")
