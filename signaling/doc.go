// Package signaling is the live plane: who is connected, who is in which room,
// and what they are told. It carries the negotiation of media between
// participants and package media, text, presence, and the views that screens
// follow.
//
// Who owns what:
//
//   - A Hub has the sockets and rooms of one node; both lists are guarded by its
//     mu, under which nothing is sent and nobody is called.
//   - A Room is one goroutine that owns the room's state, with one bounded
//     mailbox of commands. It never waits: not for a socket, a store or the
//     bus. What has to wait is done by the room's keeper (stores, bus) or by
//     the goroutine that reads a socket (entering, media descriptions).
//   - A Peer is one connection in a room. It is made anew each time somebody
//     enters; entering again with the same peer id takes the place over.
//   - A Socket is one websocket. Its queue of frames is bounded: who does not
//     read is closed with a code that says to come back, and holds nobody up.
//   - The topics' followers are owned by one goroutine of the Hub.
//   - Which accounts have a socket here is in the Hub's roll. It tells the bus,
//     and the Observer of those who came to, or are gone from, all nodes.
//
// Rights are those of the room's state at each message, never those of the
// token somebody came in with. The sender of a message is always the peer that
// the socket entered as. A generation, raised whenever rights change, makes
// older tokens worthless: it is compared in the room's memory, in the bus, and
// with what Gate answers.
//
// A room lives on one node, held by a lease. This node refuses to open a room
// that another one holds; relaying between nodes is not built yet, so with
// several nodes the load balancer has to bring the people of a room together.
//
// What this package never does: read or write a network, parse a token, know
// what an interview is, keep anything durable.
package signaling
