package fair

import (
	"strings"
	"time"
)

// RoomKind is what a live room is for.
type RoomKind string

// The kinds of room.
const (
	InterviewRoom     RoomKind = "interview"
	WebconferenceRoom RoomKind = "webconference"
)

// RoomRole is what a peer may do in a room.
type RoomRole string

// The roles in a room. A party speaks with the other party of an interview, an
// adviser and an interpreter sit beside the two; a host speaks and decides; a
// speaker is on stage; a viewer watches and writes.
const (
	RoleNone        RoomRole = ""
	RoleParty       RoomRole = "party"
	RoleAdviser     RoomRole = "adviser"
	RoleInterpreter RoomRole = "interpreter"
	RoleHost        RoomRole = "host"
	RoleSpeaker     RoomRole = "speaker"
	RoleViewer      RoomRole = "viewer"
)

// Publishes reports whether that role may send pictures and sound.
func (r RoomRole) Publishes() bool { return r != RoleNone && r != RoleViewer }

// RoomID names the live room of an interview or a webconference:
// "interview.<id>".
func RoomID(kind RoomKind, id ID) string { return string(kind) + "." + string(id) }

// ParseRoomID is the inverse of RoomID.
func ParseRoomID(room string) (RoomKind, ID, bool) {
	kind, id, ok := strings.Cut(room, ".")
	if !ok || (kind != string(InterviewRoom) && kind != string(WebconferenceRoom)) || !ID(id).Valid() {
		return "", "", false
	}
	return RoomKind(kind), ID(id), true
}

// Entry is a decision: this account may enter that room now, in that role.
// The web package signs it into a token.
type Entry struct {
	Room       string
	Kind       RoomKind
	Account    ID
	Login      ID
	Peer       ID // names the connection; used again it replaces the old socket
	Name       string
	Role       RoomRole
	Generation int64
	ExpiresAt  time.Time
}

// Member is what a room's owner asks at each doubt: the account's role now.
type Member struct {
	Role       RoomRole
	Generation int64
	Name       string
}

// ICEServer is what a browser needs to find a way through.
type ICEServer struct {
	URLs       []string
	Username   string
	Credential string
}
