package media

import "sync/atomic"

// ringSize is how many packets of a source are kept for retransmission: about
// two seconds of 2.5 Mbit/s video. A power of two.
const ringSize = 512

// ring remembers the last packets of one stream so that every subscriber's
// negative acknowledgement is answered from one copy. Each slot has a guard
// that is only ever tried, never waited for: a packet that meets a reader in
// its slot is forwarded but not remembered, a reader that meets the writer finds nothing.
type ring struct{ slots [ringSize]slot }

type slot struct {
	guard  atomic.Int32 // -1: being written; n > 0: n readers
	filled bool
	facts
	body []byte // grows once, then is reused
}

// put remembers a packet; the payload is copied.
func (r *ring) put(p *packet) {
	s := &r.slots[p.seq%ringSize]
	if !s.guard.CompareAndSwap(0, -1) {
		return
	}
	s.filled, s.facts = true, p.facts
	s.body = append(s.body[:0], p.body...)
	s.guard.Store(0)
}

// get lends the packet of that number to use and reports whether it was there.
func (r *ring) get(seq uint16, use func(p *packet)) bool {
	s := r.lend(seq)
	if s == nil {
		return false
	}
	defer s.giveBack()
	use(&packet{facts: s.facts, body: s.body})
	return true
}

// lend keeps the slot of that number from being written until it is given back; nil when
// the packet is not there.
func (r *ring) lend(seq uint16) *slot {
	s := &r.slots[seq%ringSize]
	for {
		n := s.guard.Load()
		if n < 0 {
			return nil
		}
		if s.guard.CompareAndSwap(n, n+1) {
			break
		}
	}
	if !s.filled || s.seq != seq {
		s.giveBack()
		return nil
	}
	return s
}

func (s *slot) giveBack() { s.guard.Add(-1) }
