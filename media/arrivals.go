package media

import (
	"time"

	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/rtcp"
)

const (
	// nackMost is how many packets of a stream may be missing at once; a hole
	// longer than that is not filled, a picture begins anew.
	nackMost = 128
	// A missing packet is asked for at once, then again every nackEvery, nackTries times.
	// Sound that comes later than that is of no use.
	nackEvery  = 60 * time.Millisecond
	nackTries  = 8
	soundTries = 3
	// reportEvery is how often a publisher learns what arrived (RFC 3550, section 6.2),
	// feedbackEvery how often its congestion control does.
	reportEvery   = time.Second
	feedbackEvery = 100 * time.Millisecond
)

// arrivals keeps account of one incoming stream and knows what its publisher
// has to be told. It is owned by whoever accepts packets. Time comes with them: without packets there is nothing to tell.
type arrivals struct {
	ssrc  uint32
	clock int64 // RTP clock in Hz
	asks  bool  // for packets again,
	tries uint8 // so often

	begun           bool
	first, newest   uint64
	received        uint64
	transit         int64
	jitter          uint32 // in 1/16 of the clock's units
	expected, taken uint64 // at the last report
	reportedAt      int64
	senderNTP       uint32 // middle bits of the last sender report,
	senderAt        int64  // and when it came

	missing []missing // ascending
	lost    bool      // a hole too long to fill: a keyframe is needed
}

type missing struct {
	index uint64
	tries uint8
	at    int64
}

// note takes account of a packet; true when it is one that was missing or new.
func (a *arrivals) note(seq uint16, stamp uint32, at int64) {
	if !a.begun {
		a.begun = true
		a.first, a.newest = uint64(seq), uint64(seq)
		a.received, a.reportedAt = 1, at
		return
	}
	index, ok := extend(seq, a.newest)
	if !ok {
		return
	}
	a.received++
	transit := at/1e3*a.clock/1e6 - int64(stamp)
	d := int32(transit - a.transit)
	a.transit = transit
	if d = max(d, -d); int64(d) < a.clock { // else the clock jumped
		a.jitter += uint32(d) - (a.jitter+8)>>4
	}
	switch {
	case index <= a.newest:
		a.found(index)
	case !a.asks:
		a.newest = index
	case index-a.newest > nackMost:
		a.missing, a.lost, a.newest = a.missing[:0], true, index
	default:
		for i := a.newest + 1; i < index; i++ {
			if len(a.missing) == nackMost {
				a.missing, a.lost = a.missing[:0], true
			}
			a.missing = append(a.missing, missing{index: i})
		}
		a.newest = index
	}
}

func (a *arrivals) found(index uint64) {
	for i, m := range a.missing {
		if m.index == index {
			a.missing = append(a.missing[:i], a.missing[i+1:]...)
			return
		}
	}
}

// nack gives the numbers to ask for now, appended to pairs.
func (a *arrivals) nack(pairs []rtcp.NackPair, at int64) []rtcp.NackPair {
	kept := a.missing[:0]
	for _, m := range a.missing {
		if m.tries > 0 && at-m.at < int64(nackEvery) {
			kept = append(kept, m)
			continue
		}
		if m.tries == a.tries {
			a.lost = true
			continue
		}
		m.tries, m.at = m.tries+1, at
		kept = append(kept, m)
		seq := uint16(m.index)
		if n := len(pairs) - 1; n >= 0 && seq-pairs[n].PacketID-1 < 16 {
			pairs[n].LostPackets |= 1 << (seq - pairs[n].PacketID - 1)
		} else {
			pairs = append(pairs, rtcp.NackPair{PacketID: seq})
		}
	}
	a.missing = kept
	return pairs
}

// report is the account of the time since the last one.
func (a *arrivals) report(at int64) rtcp.ReceptionReport {
	expected := a.newest - a.first + 1
	r := rtcp.ReceptionReport{SSRC: a.ssrc, LastSequenceNumber: uint32(a.newest), Jitter: a.jitter >> 4, LastSenderReport: a.senderNTP}
	if lost := int64(expected) - int64(a.received); lost > 0 {
		r.TotalLost = uint32(min(lost, 1<<23-1))
	}
	e, t := expected-a.expected, a.received-a.taken
	if e > t {
		r.FractionLost = uint8(min((e-t)*256/e, 255))
	}
	if a.senderAt != 0 {
		r.Delay = uint32((at - a.senderAt) * 65536 / 1e9)
	}
	a.expected, a.taken, a.reportedAt = expected, a.received, at
	return r
}

// congestion is what a publisher's congestion control learns of one connection:
// when each packet came (draft-holmer-rmcat-transport-wide-cc-extensions-01).
type congestion struct {
	recorder *twcc.Recorder
	sentAt   int64
}

func (c *congestion) note(sender, ssrc uint32, number uint16, at int64) {
	if c.recorder == nil {
		c.recorder, c.sentAt = twcc.NewRecorder(sender), at
	}
	c.recorder.Record(ssrc, number, at/1e3)
}

// feedback is what is to be sent now, nil while it is too early.
func (c *congestion) feedback(at int64) []rtcp.Packet {
	if c.recorder == nil || at-c.sentAt < int64(feedbackEvery) {
		return nil
	}
	c.sentAt = at
	return c.recorder.BuildFeedbackPacket()
}
