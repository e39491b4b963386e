// Package token signs and reads the short-lived rights of the live plane: to
// enter one room with one role, and to follow one topic.
//
// Both are JSON Web Tokens (RFC 7519) signed with HMAC-SHA256 and nothing
// else: the algorithm is fixed here and never read from the token (RFC 8725,
// 3.1). Rooms and topics have different audiences, so that one never passes
// for the other. The key is derived from the server's secret, so a token of
// another use of that secret does not pass either.
//
// A right to enter has two uses. An entry token comes from a REST join and
// lives 2 minutes; a resume token comes from the owner of the room, on entry
// and every minute, and lives 10 minutes. Each names the peer, so that used
// again it replaces the old socket, and the generation of the account in that
// room: whoever is put out, or given another role, gets a higher generation,
// and tokens of a lower one are worth nothing. That comparison is not made
// here: this package holds no state and does no I/O.
package token
