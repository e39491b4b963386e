package service

import (
	"context"
	"time"

	"salon/fair"
)

// Member answers what an account may do in a room now; the owner of the room
// asks it on entry, on resume and after each change. Errors: NotFound, Gone.
func (s *Service) Member(ctx context.Context, room string, account fair.ID) (fair.Member, error) {
	return fair.Member{}, errUnbuilt
}

// RoomJoined, RoomLeft, RoomAlive and RoomClosed are what the live plane saw;
// live calls them. They are idempotent and may come late or twice.
func (s *Service) RoomJoined(ctx context.Context, room string, account fair.ID, at time.Time) error {
	return errUnbuilt
}

// RoomLeft tells that the account's last peer is gone.
func (s *Service) RoomLeft(ctx context.Context, room string, account fair.ID, at time.Time) error {
	return errUnbuilt
}

// RoomAlive comes every 10 s for each account still there.
func (s *Service) RoomAlive(ctx context.Context, room string, accounts []fair.ID, at time.Time) error {
	return errUnbuilt
}
