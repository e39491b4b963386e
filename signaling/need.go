package signaling

import (
	"context"
	"errors"
	"time"
)

// Errors that the things below answer; compare with errors.Is.
var (
	// ErrNoPlace: the account has no place in this room.
	ErrNoPlace = errors.New("no place in this room")
	// ErrEnded: the room's meeting is over.
	ErrEnded = errors.New("the meeting is over")
	// ErrElsewhere: another node holds the room.
	ErrElsewhere = errors.New("another node holds the room")
	// ErrTokenInvalid: a token is not one of ours.
	ErrTokenInvalid = errors.New("token is not valid")
	// ErrTokenExpired: a token's time is over.
	ErrTokenExpired = errors.New("token has expired")
	// ErrUnavailable: the server cannot do it now; come back.
	ErrUnavailable = errors.New("not available now")
	// ErrBadOffer: an encoder's or a player's offer cannot be answered.
	ErrBadOffer = errors.New("offer cannot be answered")
	// ErrNoPublisher: there is nothing to watch yet.
	ErrNoPublisher = errors.New("nobody publishes")
	// ErrFull: as many watch or send as a room takes.
	ErrFull = errors.New("room takes no more")
	// ErrUnknown: who is connected is not known at present.
	ErrUnknown = errors.New("who is connected is not known")
)

// Identity is who is at the other end of a socket. The zero Identity is a
// visitor.
type Identity struct {
	Account   string
	Login     string // the login session
	Name      string
	ExpiresAt time.Time // when the login session ends; zero for a visitor
}

// Entry is the right to enter a room, as a token carried it.
type Entry struct {
	Room, Kind     string
	Account, Login string // empty for a visitor
	Peer, Name     string
	Role           string
	Generation     int64
	Resume         bool // from this room's owner rather than from a join
}

// Tokens reads and signs the rights of the live plane.
type Tokens interface {
	// Open reads a right to enter. Errors: ErrTokenInvalid, ErrTokenExpired.
	Open(token string) (Entry, error)
	// Resume signs the right to come back within 10 minutes.
	Resume(e Entry) (string, error)
	// Topic reads a right to follow a topic; account is empty when anybody may.
	Topic(grant string) (topic, account string, err error)
}

// Member is what an account may do in a room now. Role is empty when nothing.
type Member struct {
	Role, Name string
	Generation int64
}

// Gate decides who may be in a room. It is asked on each entry; account is
// empty for a visitor. Errors: ErrNoPlace, ErrEnded; any other means that it
// could not tell.
type Gate interface {
	Member(ctx context.Context, room, account string) (Member, error)
}

// Strain is how somebody's call goes: Level is "good", "weak", or "lost" when
// nothing comes through. Cause is what is worst: "loss", "delay", "freeze", "cut" when
// the connection is gone, empty when it is good. Told is what the person is being
// proposed: "sound", "phone", or empty.
type Strain struct{ Level, Cause, Told string }

// Measure is one participant's report, for counting. It names nobody.
type Measure struct {
	Level     string
	Loss      float64 // from 0 to 1
	RoundTrip time.Duration
}

// Observer is told what happened in rooms, in order within a room, at least
// once. Joined is an account's first peer, Left the end of its last; neither
// is told for visitors. Closed says that nobody is in the room any more. Alive comes with each heartbeat and lists the accounts that are
// there, because Left never comes from a node that died.
//
// Strained tells that an account's call in an interview goes badly, worse,
// otherwise, or well again, and only when that has changed.
//
// Came and Gone tell of accounts rather than rooms: the first live socket on
// any node, and the end of the last one, once none came within Absence. They
// are told in order for one account by one node; those of two nodes may cross,
// which at tells. A node that died tells nothing: ask Hub.Online for those who
// ought to be there.
type Observer interface {
	Joined(ctx context.Context, room, account string, at time.Time) error
	Left(ctx context.Context, room, account string, at time.Time) error
	Closed(ctx context.Context, room string, at time.Time) error
	Alive(ctx context.Context, room string, accounts []string, at time.Time) error
	Strained(ctx context.Context, room, account string, s Strain, at time.Time) error
	Came(ctx context.Context, account string, at time.Time) error
	Gone(ctx context.Context, account string, at time.Time) error
}

// Presence knows who is in a room, over all nodes. Somebody not renewed within
// PresenceTTL is no longer there; nobody has to be told off by a dead node.
type Presence interface {
	// Arrive adds or renews people and counts those present.
	Arrive(ctx context.Context, room string, people []string) (count int, err error)
	// Depart takes people away and counts those present.
	Depart(ctx context.Context, room string, people []string) (count int, err error)
	// Count counts the people present.
	Count(ctx context.Context, room string) (int, error)
}

// PresenceTTL is how long somebody is present without being renewed.
const PresenceTTL = 30 * time.Second

// Absence is how long an account has no socket before it is gone: a reload, or
// the way from one page to the next, is no absence.
const Absence = 5 * time.Second

// PresenceSettles is how long after the bus was emptied it cannot say that
// somebody is not connected: each node has renewed its own by then.
const PresenceSettles = 15 * time.Second

// Accounts knows which accounts have a live socket, over all nodes. What a node
// does not renew within PresenceTTL is no longer so; nobody has to be told off
// by a dead node.
type Accounts interface {
	// Attend notes or renews accounts as connected to this node and answers
	// those that no node had noted. Without accounts it tells that presence is
	// being kept.
	Attend(ctx context.Context, accounts []string) (came []string, err error)
	// Quit strikes accounts off this node and answers those no other node has.
	Quit(ctx context.Context, accounts []string) (gone []string, err error)
	// Online says of each account whether it is connected anywhere. Errors:
	// ErrUnknown while a no would be a guess.
	Online(ctx context.Context, accounts []string) (map[string]bool, error)
}

// Position is a place in a topic's history. An emptied history has another
// epoch.
type Position struct {
	Epoch  string
	Offset int64
}

// Limits of a topic's history.
const (
	HistoryCount = 64        // publications
	HistoryBytes = 128 << 10 // bytes of their bodies
	HistoryAge   = 90 * time.Second
)

// Publication is one entry of a topic's history.
type Publication struct {
	Topic string
	Position
	Body []byte // JSON of a message.Topic without its position
}

// Topics keeps what was published for those who were away for a moment.
type Topics interface {
	// Publish gives body a place in the history and sends it to all nodes.
	Publish(ctx context.Context, topic string, body []byte) (Position, error)
	// Since answers what was published after from, oldest first, and where the
	// topic is now. Lost means that some of it is no longer known. A zero from
	// asks for the present position only.
	Since(ctx context.Context, topic string, from Position) (missed []Publication, now Position, lost bool, err error)
}

// GenerationTTL is how long the bus keeps a generation: longer than a resume
// token lives.
const GenerationTTL = 15 * time.Minute

// Generations keeps the generations that were raised lately.
type Generations interface {
	// Raise notes a generation unless a higher one is known.
	Raise(ctx context.Context, room, account string, generation int64) error
	// Generation answers the generation noted, and whether one is.
	Generation(ctx context.Context, room, account string) (int64, bool, error)
}

// LeaseTTL is how long a node holds a room without renewing.
const LeaseTTL = 30 * time.Second

// Leases says which node holds a room. The fence of a later holder is higher.
type Leases interface {
	// Hold takes or renews the lease for this node. Errors: ErrElsewhere.
	Hold(ctx context.Context, room string) (fence int64, err error)
	// Release gives the lease back when this node still has it.
	Release(ctx context.Context, room string) error
}

// NoticeKind says what a Notice tells.
type NoticeKind string

// The kinds of notice.
const (
	NoticeMember NoticeKind = "member" // an account's rights in a room changed
	NoticeClose  NoticeKind = "close"  // a room is over
	NoticeLogout NoticeKind = "logout" // a login session ended
)

// Notice is what each node has to act upon at once.
type Notice struct {
	Kind       NoticeKind `json:"kind"`
	Room       string     `json:"room,omitempty"`
	Account    string     `json:"account,omitempty"`
	Generation int64      `json:"generation,omitempty"`
	Role       string     `json:"role,omitempty"` // empty: out
	Login      string     `json:"login,omitempty"`
}

// Receiver is what the bus delivers to. It does not wait for slow sockets.
type Receiver interface {
	Publication(p Publication)
	Notice(n Notice)
}

// Bus joins the nodes. Nothing in it is durable: emptied, it is filled again by
// heartbeats, and what cannot be known any more is asked from Gate or reported
// as lost.
type Bus interface {
	Presence
	Accounts
	Topics
	Generations
	Leases
	// Tell sends a notice to all nodes, this one included.
	Tell(ctx context.Context, n Notice) error
	// Run delivers to r what any node published or told, until ctx ends.
	Run(ctx context.Context, r Receiver) error
}
