package message

// CloseCode is the code of a websocket close frame (RFC 6455, 7.4.2: the range
// 4000-4999 is private). 4000-4499 mean reconnect, 4500-4999 mean stop.
type CloseCode int

// The close codes.
const (
	CloseRestarting  CloseCode = 4000 // the server goes away; come back with jitter
	CloseSlow        CloseCode = 4001 // the client did not read fast enough
	CloseIdle        CloseCode = 4002 // no pong in time
	CloseNoHello     CloseCode = 4003 // no hello within 5 s
	CloseStateLost   CloseCode = 4004 // read again through REST, then reconnect
	CloseUnavailable CloseCode = 4005 // a part of the server is down
	CloseReplaced    CloseCode = 4500 // another socket took this peer's place
	CloseSignedOut   CloseCode = 4501 // the login session ended
	CloseBadFrame    CloseCode = 4502 // not JSON, not text, too long
	CloseFlood       CloseCode = 4503 // too many frames
	CloseForbidden   CloseCode = 4504 // token refused
)

// Retry reports whether the client should come back.
func (c CloseCode) Retry() bool { return c >= 4000 && c < 4500 }
