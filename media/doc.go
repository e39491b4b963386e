// Package media is Salon's selective forwarding unit: it receives each
// participant's microphone, camera and screen once and sends them on to
// everybody else in the room, without decoding anything. Interviews and
// webconferences are the same Room with different rights.
//
// An Engine owns one UDP port (and one TCP port beside it, RFC 6544), one
// certificate and every Room. A Room owns its Peers. A Peer has at most two
// peer connections, one per Link: on Up the participant sends and always makes
// the offer, on Down the participant receives and the server always makes the
// offer, so that two offers never meet. A negotiation on Down has one offer
// outstanding at most; changes meanwhile set a flag and lead to the next one.
//
// Who owns what:
//
//   - Engine.rooms is guarded by Engine.mu, Room's maps by Room.mu. Nothing is
//     called and nothing is sent while either is held.
//   - A Peer's links are owned by its run goroutine, which takes commands from
//     one mailbox. A second goroutine tells the Handler what happened, in
//     order, so a slow Handler never holds up a negotiation.
//   - A publisher (one incoming stream) is owned by the goroutine that reads
//     it. That goroutine is the whole packet path: it parses, remembers the
//     packet in the ring and writes it to every subscriber of a copy-on-write
//     list behind an atomic pointer. It takes no lock of ours and allocates
//     nothing. A stage (what a WHEP viewer sees) is fed on the same goroutine
//     and adds one short lock per packet, never one per viewer.
//
// Packets keep the sequence numbers and timestamps of their source, so
// lost packets are the same packets for everybody and one ring answers the
// negative acknowledgements (RFC 4585) of all subscribers. Only a stage
// renumbers, once for all its viewers.
//
// TURN is the relay for people whose network lets nothing else through. It
// stands beside the Engine and knows of it only the addresses it may relay to.
//
// What this package never does: decode, mix or record media; open data
// channels; forward a codec that the subscriber did not negotiate; log an SDP,
// an address or a name; decide who may speak (its caller does).
package media
