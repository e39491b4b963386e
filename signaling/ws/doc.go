// Package ws is the network side of the live plane: the websocket at /ws, and
// the routes of encoders and players (WHIP, RFC 9725, and WHEP, its sibling).
//
// A websocket is upgraded only for an Origin of the list. A browser is known by
// its cookie, and without one is a visitor; a program sends no Origin and has to
// bring its token in hello. Who sends no hello within 5 s is closed.
//
// Each connection has two goroutines: the handler's, which reads, and one that
// writes. They end together, and with them the Socket. Limits are per
// connection: 64 KiB a frame, two buckets of messages (the larger one for media
// negotiation), a ping every 25 s that has to be answered.
//
// A Stream made over HTTP is kept as long as its bearer is good: Run asks again
// from time to time and ends those whose right was taken back.
//
// What this package never does: decide who somebody is (Authenticator) or what
// they may do (signaling), or show a cause to a client.
package ws
