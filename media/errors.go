package media

import "errors"

// Errors returned by this package; compare with errors.Is.
var (
	// ErrClosed: the engine, room, peer or link has ended.
	ErrClosed = errors.New("closed")
	// ErrPeerExists: a peer of that id is in the room.
	ErrPeerExists = errors.New("peer exists")
	// ErrFull: there are as many rooms, or as many peers or publishers in this one, as are taken.
	ErrFull = errors.New("full")
	// ErrNoPublisher: nobody has begun to publish in the room.
	ErrNoPublisher = errors.New("no publisher")
	// ErrBadDescription: the description is not one this link can accept.
	ErrBadDescription = errors.New("bad description")
	// ErrBadCandidate: the ICE candidate cannot be read, or there are too many.
	ErrBadCandidate = errors.New("bad candidate")
	// ErrNotAllowed: the peer may not publish, or not subscribe.
	ErrNotAllowed = errors.New("not allowed")
)
