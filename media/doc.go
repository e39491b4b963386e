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
//   - The socket has one reader (conn, inbox): it takes datagrams by the dozen
//     and hands media and feedback of a connected link to its intake, which is
//     guarded by a mutex of its own; ICE, DTLS and what begins new streams go on to pion.
//     The same goroutine parses, remembers the packet in the ring and writes it to every
//     subscriber of a copy-on-write list behind an atomic pointer, into its burst.
//     It allocates nothing and takes no lock per viewer: one per packet of a connection,
//     the publishing peer's turn, and the stage's where there is one.
//   - A burst belongs to the goroutine that fills it. The packets of a picture wait
//     up to 2 ms for its rest; then they go to one viewer after the other, encrypted in
//     place, joined for the kernel to cut (UDP_SEGMENT), in few system calls (sendmmsg).
//     Where the system refuses, they leave one by one.
//   - A wire is one connection beside pion: keys, way out, transport-wide numbers. Its
//     fields are atomic. Where the keys cannot be known, when the other side insists on being the
//     DTLS server, pion encrypts and sends, for as long as the connection lasts.
//
// A publisher's picture comes in up to three encodings (simulcast by rid, RFC 8853),
// and an encoding may have layers inside (temporal ones of VP8, spatial and temporal ones of
// VP9 and AV1). Each subscriber's projection lets through one encoding and its layers up
// to some, and closes the holes in sequence numbers, timestamps and VP8 picture ids; it
// moves up or over at a keyframe only. Until something is left out, numbers stay those of the
// source. A lost packet is sent again a bounded number of times.
//
// What is sent to whom is decided by the room's steering, a goroutine that looks five
// times a second, never on the packet path: sound first, then a shared screen, who speaks, the
// others; of each no more than its tile shows (Peer.SetView) and than the network carries;
// fewer pixels before fewer pictures a second; a picture in one encoding is made to fit by its
// publisher, whom REMB tells what the weakest of up to three viewers takes. The estimate (bandwidth) is drawn from transport-wide
// feedback: growing delays, loss, and how far apart packets arrive that left together. A
// raise that the network refuses is tried again later each time; a picture it cannot carry at all is
// paused and Handler.Paused told. What nobody is to get need not be sent: Handler.Encodings.
// Who speaks comes from the levels in the packets (RFC 6464), with patience: Room.OnSpeaker.
//
// A picture that would fill a subscriber's network for 40 ms or more leaves little by little
// (pacer), with sound in between; who has just come begins with what 600 kbit/s carry. Sound that is
// lost is asked for again, too (three times, where negotiated), and who speaks is told
// the loss of the worst of a few listeners, so that Opus protects itself. RED is negotiated with
// nobody: it sends all sound twice and mends no more than repeats and Opus do, and a publisher's RED
// would have to be undone for each listener without it; sent to a Firefox, which offers none, its
// whole connection failed in three of three trials. The
// timestamps of two encodings are brought together by their sender reports, so that lips and
// voice stay together to the millisecond across a switch.
//
// A track's subscribers have their own numbers (projection), a stage's share
// those of the stage; lost packets are found in one ring per encoding and sent again (RFC
// 4585), in a stream for that where negotiated (RFC 4588). When packets begin to wait in the
// socket some subscribers in turn go without pictures, never without sound (overload). Who comes
// soon after a keyframe is sent it from the ring with what came since, and waits for none.
//
// What it costs, measured on an AMD EPYC with 2 cores (Linux 6.18, Go 1.26), this package behind a
// bare WHIP and WHEP server on one of them and the clients on the other, in turn with a plain
// relay on pion; medians of three runs. One publisher of 1.5 Mbit/s and 100 viewers, 8 of whom come at a time: 7.6 us of
// processor time a packet delivered against 20.3 (0.37), where encrypting and sending alone
// take 2.4; 95 of 100 packets within 2.1 ms against 8.9, first keyframe after 22 ms (half) against
// 602, 338 KiB a viewer against 2627, 2.5 ms to join against 9.5. One run each: 700 viewers lost nothing and had 95 of 100 packets
// within 20 ms, where the plain relay kept up with 150 and not always with 200. 40 rooms of two: 22 us
// against 35 (0.63). With 700 viewers on half a core, three times what it carries, 95 of 100 packets that were
// delivered took up to 206 ms; sound is never left out.
//
// Over our own signaling, the whole server with its fair and real pion clients that decrypt: three runs in turn
// with the plain relay, 8.5, 9.1 and 10.4 us a packet against 21.0, 23.1 and 23.0 (0.40, the median), 4.4, 5.2 and 5.5 ms
// for each who joined, of which 0.5 to 0.8 went into forwarding meanwhile, against 9.2 to 11.1; first keyframe 45 ms after
// the wish to join, 95 of 100 packets within 10.7 ms. 40 interviews of two, twice: 27 and 24 us against 43 and 39
// (0.62):
//
//	loadfair media --viewers 100 --pid $(pidof salon)
//	loadfair rooms --rooms 40 --pid $(pidof salon)
//
// TURN is the relay for people whose network lets nothing else through. It
// stands beside the Engine and knows of it only the addresses it may relay to.
//
// ICE is full, not lite. Measured in two Chromium by make first-picture, 20 times each, on an idle
// machine, by turns: from the click to the first picture, median, 368 and 437 ms with full ICE, 386 with ICE-lite;
// 95 of 100 within 500 and 570 ms, and 511. It makes no difference to who comes in, and a lite agent sends no
// checks: it would not notice by itself within two seconds that a way is lost.
//
// What this package never does: decode, mix or record media; open data
// channels; forward a codec that the subscriber did not negotiate; log an SDP,
// an address or a name; decide who may speak (its caller does).
package media
