// Package message holds every message of the websocket, its error codes and
// its close codes, and the codec between them and JSON text frames. It does no
// I/O.
//
// One frame is one JSON object with "type" and "v":1. Each type is one struct
// here; Client and Server are the registries from which the API description,
// and with it the TypeScript, is made. A frame the server does not know, or
// with a field it does not know, is answered with an error message, never
// ignored and never forwarded: the server re-encodes all it relays and stamps
// the sender itself.
//
// A connection begins with hello (with a token for programs; browsers are
// known by their cookie), answered by welcome. Then it may enter one room with
// the token a REST join gave, and subscribe to topics.
//
// Media is negotiated over two links per peer. On "up" the participant sends
// and always makes the description of kind offer; on "down" the server sends
// and always offers. So the two sides never collide.
package message
