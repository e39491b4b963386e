package message

// The codes an Error carries, beside those of the codec. "error.<code>" is the
// text shown to a person.
const (
	CodeTokenInvalid = "token.invalid" // not one of ours, or of another login
	CodeTokenExpired = "token.expired" // join again
	CodeTokenStale   = "token.stale"   // rights have changed since: join again

	CodeRoomNone        = "room.none"        // this socket is in no room
	CodeRoomForbidden   = "room.forbidden"   // no place in this room
	CodeRoomEnded       = "room.ended"       // the meeting is over
	CodeRoomFull        = "room.full"        // as many as a room takes
	CodeRoomElsewhere   = "room.elsewhere"   // another machine holds the room; come back
	CodeRoomUnavailable = "room.unavailable" // a part of the server is down; come back
	CodeRoomRole        = "room.role"        // not in this role
	CodeSignIn          = "room.signin"      // visitors watch; who writes has a name

	CodeMedia = "media.refused" // a description or address that cannot be used

	CodeTopicForbidden   = "topic.forbidden"   // no grant for it
	CodeTopicMany        = "topic.many"        // more topics than one socket follows
	CodeTopicUnavailable = "topic.unavailable" // try again
)
