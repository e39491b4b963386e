package live

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"salon/fair"
	"salon/fair/service"
	"salon/signaling"
	"salon/signaling/message"
)

// Rooms is what live needs of the service.
type Rooms interface {
	Member(ctx context.Context, room string, account fair.ID) (fair.Member, error)
	RoomJoined(ctx context.Context, room string, account fair.ID, at time.Time) error
	RoomLeft(ctx context.Context, room string, account fair.ID, at time.Time) error
	RoomAlive(ctx context.Context, room string, accounts []fair.ID, at time.Time) error
	RoomClosed(ctx context.Context, room string, at time.Time) error
	RoomStrained(ctx context.Context, room string, account fair.ID, level, cause, told string, at time.Time) error
	AccountCame(ctx context.Context, account fair.ID, at time.Time) error
	AccountGone(ctx context.Context, account fair.ID, at time.Time) error
}

// Hub is what live needs of the hub.
type Hub interface {
	Publish(ctx context.Context, m message.Topic) error
	MemberChanged(ctx context.Context, room, account string, generation int64, role string) error
	CloseRoom(ctx context.Context, room string) error
	LoggedOut(ctx context.Context, login string) error
	Present(ctx context.Context, room string) (int, error)
	Online(ctx context.Context, accounts []string) (map[string]bool, error)
}

// Live stands between service and signaling.
type Live struct {
	url   string
	rooms Rooms
	hub   Hub
}

var (
	_ Rooms               = (*service.Service)(nil)
	_ Hub                 = (*signaling.Hub)(nil)
	_ service.Notifier    = (*Live)(nil)
	_ service.RoomLocator = (*Live)(nil)
	_ service.Presence    = (*Live)(nil)
	_ signaling.Gate      = (*Live)(nil)
	_ signaling.Observer  = (*Live)(nil)
)

// New returns a Live for a Salon at base, "https://salon.example". It is used
// only after Connect.
func New(base string) (*Live, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("address of the fair %q is not a URL", base)
	}
	switch u.Scheme {
	case "https":
		u.Scheme = "wss"
	case "http":
		u.Scheme = "ws"
	default:
		return nil, fmt.Errorf("address of the fair %q is neither http nor https", base)
	}
	return &Live{url: u.JoinPath("ws").String()}, nil
}

// Connect names both sides.
func (l *Live) Connect(rooms Rooms, hub Hub) { l.rooms, l.hub = rooms, hub }

// WSURL implements service.RoomLocator. Every node answers at the same
// address; which one holds the room is not told yet.
func (l *Live) WSURL(context.Context, string) (string, error) { return l.url, nil }

// Viewers implements service.RoomLocator.
func (l *Live) Viewers(ctx context.Context, room string) (int, error) {
	return l.hub.Present(ctx, room)
}
