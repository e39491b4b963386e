package live

import (
	"context"
	"fmt"
	"time"

	"salon/fair"
	"salon/signaling"
)

// Member implements signaling.Gate.
func (l *Live) Member(ctx context.Context, room, account string) (signaling.Member, error) {
	m, err := l.rooms.Member(ctx, room, fair.ID(account))
	if err == nil {
		return signaling.Member{Role: string(m.Role), Name: m.Name, Generation: m.Generation}, nil
	}
	switch fair.KindOf(err) {
	case fair.NotFound, fair.Forbidden, fair.Conflict, fair.Invalid:
		return signaling.Member{}, fmt.Errorf("%w: %w", signaling.ErrNoPlace, err)
	case fair.Gone:
		return signaling.Member{}, fmt.Errorf("%w: %w", signaling.ErrEnded, err)
	}
	return signaling.Member{}, err
}

// Joined implements signaling.Observer.
func (l *Live) Joined(ctx context.Context, room, account string, at time.Time) error {
	return l.rooms.RoomJoined(ctx, room, fair.ID(account), at)
}

// Left implements signaling.Observer.
func (l *Live) Left(ctx context.Context, room, account string, at time.Time) error {
	return l.rooms.RoomLeft(ctx, room, fair.ID(account), at)
}

// Closed implements signaling.Observer.
func (l *Live) Closed(ctx context.Context, room string, at time.Time) error {
	return l.rooms.RoomClosed(ctx, room, at)
}

// Alive implements signaling.Observer.
func (l *Live) Alive(ctx context.Context, room string, accounts []string, at time.Time) error {
	ids := make([]fair.ID, len(accounts))
	for i, account := range accounts {
		ids[i] = fair.ID(account)
	}
	return l.rooms.RoomAlive(ctx, room, ids, at)
}

// Strained implements signaling.Observer.
func (l *Live) Strained(ctx context.Context, room, account string, s signaling.Strain, at time.Time) error {
	return l.rooms.RoomStrained(ctx, room, fair.ID(account), s.Level, s.Cause, s.Told, at)
}

// Came implements signaling.Observer.
func (l *Live) Came(ctx context.Context, account string, at time.Time) error {
	return l.rooms.AccountCame(ctx, fair.ID(account), at)
}

// Gone implements signaling.Observer.
func (l *Live) Gone(ctx context.Context, account string, at time.Time) error {
	return l.rooms.AccountGone(ctx, fair.ID(account), at)
}

// Online implements service.Presence.
func (l *Live) Online(ctx context.Context, accounts []fair.ID) (map[fair.ID]bool, error) {
	names := make([]string, len(accounts))
	for i, account := range accounts {
		names[i] = string(account)
	}
	known, err := l.hub.Online(ctx, names)
	if err != nil {
		return nil, fmt.Errorf("ask who is there: %w", err)
	}
	online := make(map[fair.ID]bool, len(known))
	for account, is := range known {
		online[fair.ID(account)] = is
	}
	return online, nil
}
