package media

import "sync/atomic"

// RoomStats are plain counts of one room; counters only grow while the room lives.
type RoomStats struct {
	Peers      int    // in the room now
	Tracks     int    // incoming streams now
	Viewers    int    // peers of the stage (WHEP) now
	PacketsIn  uint64 // RTP packets received and accepted
	PacketsOut uint64 // RTP packets written, retransmissions included
	BytesIn    uint64 // payload bytes received
	BytesOut   uint64 // payload bytes written
	Rejected   uint64 // RTP packets dropped as malformed or in a format not negotiated
	NACKs      uint64 // packets that subscribers asked for again
	Resent     uint64 // of those, answered from the ring
	PLIs       uint64 // keyframe requests from subscribers
	PLIsSent   uint64 // keyframe requests sent to publishers
}

// Stats are the sums over all rooms since the engine began, and the socket's own counts.
type Stats struct {
	RoomStats
	Rooms           int
	DatagramsIn     uint64 // UDP datagrams of any kind
	DatagramsOut    uint64
	DatagramsFailed uint64 // writes that the system refused
}

// counters are updated with atomic operations from the packet path.
type counters struct {
	packetsIn, packetsOut, bytesIn, bytesOut      atomic.Uint64
	rejected, nacks, resent, plis, keyframesAsked atomic.Uint64
}

func (c *counters) read() RoomStats {
	return RoomStats{
		PacketsIn: c.packetsIn.Load(), PacketsOut: c.packetsOut.Load(),
		BytesIn: c.bytesIn.Load(), BytesOut: c.bytesOut.Load(),
		Rejected: c.rejected.Load(), NACKs: c.nacks.Load(), Resent: c.resent.Load(),
		PLIs: c.plis.Load(), PLIsSent: c.keyframesAsked.Load(),
	}
}

func (s *RoomStats) add(o RoomStats) {
	s.Peers += o.Peers
	s.Tracks += o.Tracks
	s.Viewers += o.Viewers
	s.PacketsIn += o.PacketsIn
	s.PacketsOut += o.PacketsOut
	s.BytesIn += o.BytesIn
	s.BytesOut += o.BytesOut
	s.Rejected += o.Rejected
	s.NACKs += o.NACKs
	s.Resent += o.Resent
	s.PLIs += o.PLIs
	s.PLIsSent += o.PLIsSent
}

// Stats counts what the room holds and has carried.
func (r *Room) Stats() RoomStats {
	s := r.counters.read()
	r.mu.Lock()
	defer r.mu.Unlock()
	s.Peers, s.Tracks = len(r.peers), len(r.publishers)
	for _, p := range r.peers {
		if p.viewer {
			s.Viewers++
		}
	}
	return s
}

// Stats sums up all rooms, those that have ended included.
func (e *Engine) Stats() Stats {
	e.mu.Lock()
	s := Stats{RoomStats: e.ended, Rooms: len(e.rooms)}
	rooms := make([]*Room, 0, len(e.rooms))
	for _, r := range e.rooms {
		rooms = append(rooms, r)
	}
	e.mu.Unlock()
	for _, r := range rooms {
		s.add(r.Stats())
	}
	s.DatagramsIn, s.DatagramsOut, s.DatagramsFailed = e.conn.in.Load(), e.conn.out.Load(), e.conn.failed.Load()
	return s
}
