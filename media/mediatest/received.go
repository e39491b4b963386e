package mediatest

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
)

// askEvery is how often a keyframe is asked for while none has come.
const askEvery = 200 * time.Millisecond

// Received counts one incoming track.
type Received struct {
	Stream, Track string // of the msid
	Kind, Format  string // "audio" or "video"; MIME type
	Packets       int
	Stamped       int       // of those, with the mark of a mediatest programme
	Keyframes     int       // first packets of
	Frames        int       // timestamps that differ
	Height        int       // pixels, of the last keyframe
	Missing       int       // sequence numbers not received, below the highest
	Concealed     int       // of the missing, those whose next one came: Opus can say them again (in-band FEC)
	Backwards     int       // timestamps that went back while numbers went on
	Reports       int       // sender reports
	ReportedAt    time.Time // wall clock of the last one,
	ReportedStamp uint32    // and the RTP timestamp that it gives for it
	Ended         bool
	Latency       time.Duration // of the last stamped packet, on one machine
	Slowest       time.Duration // the longest of them since Client.Forget

	asked    time.Time // when a keyframe was last asked for
	from     map[uint64]int
	seqs     map[int64]bool
	first    int64
	highest  int64
	stamp    uint32
	ssrc     webrtc.SSRC
	receiver *webrtc.PeerConnection
}

// From is how many packets the client of that name has sent of them.
func (r *Received) From(name string) int { return r.from[nameOf(name)] }

// LastStamp is the RTP timestamp of the newest packet.
func (r *Received) LastStamp() uint32 { return r.stamp }

// count takes note of a packet; true when something changed that a test may wait for.
func (r *Received) count(seq uint16, stamp uint32, body []byte) {
	full := r.highest + int64(int16(seq-uint16(r.highest)))
	switch {
	case r.Packets == 0:
		full = int64(seq)
		r.Frames = 1
		r.first, r.highest, r.stamp = full, full, stamp
	case full > r.highest:
		if full > r.highest+1 {
			r.Missing += int(full - r.highest - 1)
			r.Concealed++
		}
		if int32(stamp-r.stamp) < 0 {
			r.Backwards++
		}
		if stamp != r.stamp {
			r.Frames++
		}
		r.highest, r.stamp = full, stamp
	case full >= r.first && !r.seqs[full]:
		r.Missing--
		if r.seqs[full+1] {
			r.Concealed--
		}
		if full > r.first && !r.seqs[full-1] {
			r.Concealed++
		}
	}
	r.seqs[full] = true
	delete(r.seqs, full-4096)
	r.Packets++
	if r.Kind == "video" && isKeyframe(body) {
		r.Keyframes++
		if i := bytes.Index(body, []byte{0x9d, 0x01, 0x2a}); i >= 0 && len(body) >= i+7 {
			r.Height = int(body[i+5]) | int(body[i+6]&0x3f)<<8
		}
	}
	if name, at, ok := readStamp(body); ok {
		r.Stamped++
		r.from[name]++
		r.Latency = time.Since(at)
		r.Slowest = max(r.Slowest, r.Latency)
	}
}

// receive reads a track until it ends.
func (c *Client) receive(pc *webrtc.PeerConnection, t *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
	r := &Received{Stream: t.StreamID(), Track: t.ID(), Kind: t.Kind().String(), Format: t.Codec().MimeType,
		from: map[uint64]int{}, seqs: map[int64]bool{}, ssrc: t.SSRC(), receiver: pc}
	c.mu.Lock()
	select {
	case <-c.stop:
		c.mu.Unlock()
		return
	default:
	}
	c.received = append(c.received, r)
	c.wg.Add(2)
	c.mu.Unlock()
	go func() {
		defer c.wg.Done()
		for {
			all, _, err := receiver.ReadRTCP()
			if err != nil {
				return
			}
			c.report(r, all)
		}
	}()
	defer c.wg.Done()
	for {
		p, _, err := t.ReadRTP()
		c.mu.Lock()
		if err != nil {
			r.Ended = true
		} else {
			r.count(p.SequenceNumber, p.Timestamp, p.Payload)
			if r.Kind == "video" && r.Keyframes == 0 && time.Since(r.asked) > askEvery {
				// As a decoder does that cannot begin.
				r.asked = time.Now()
				go func(from Received) { _ = c.AskKeyframe(from) }(*r)
			}
			if _, at, ok := readStamp(p.Payload); ok && c.opt.Arrived != nil {
				video := r.Kind == "video"
				c.opt.Arrived(video, video && isKeyframe(p.Payload), time.Since(at))
			}
		}
		c.touchLocked()
		c.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// report keeps the last sender report of a track.
func (c *Client) report(r *Received, all []rtcp.Packet) {
	// NTP counts from 1900 (RFC 3550, section 4), Unix from 1970.
	const from1900 = 2_208_988_800
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range all {
		if sr, ok := p.(*rtcp.SenderReport); ok && sr.SSRC == uint32(r.ssrc) {
			r.Reports++
			r.ReportedAt = time.Unix(int64(sr.NTPTime>>32)-from1900, int64(sr.NTPTime&0xffffffff*1e9>>32))
			r.ReportedStamp = sr.RTPTime
			c.touchLocked()
		}
	}
}

// Received gives the tracks received so far, in order of arrival.
func (c *Client) Received() []Received {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.snapshotLocked()
}

func (c *Client) snapshotLocked() []Received {
	all := make([]Received, 0, len(c.received))
	for _, r := range c.received {
		s := *r
		s.seqs = nil
		s.from = make(map[uint64]int, len(r.from))
		for k, v := range r.from {
			s.from[k] = v
		}
		all = append(all, s)
	}
	return all
}

// Forget begins the measures anew that are the worst of a time.
func (c *Client) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range c.received {
		r.Slowest = 0
	}
}

// Wait returns when enough says so of what was received, or with the context's
// error. It looks after every packet and every change of connection state.
func (c *Client) Wait(ctx context.Context, enough func([]Received) bool) error {
	for {
		c.mu.Lock()
		changed := c.changed
		now := c.snapshotLocked()
		c.mu.Unlock()
		if enough(now) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Find gives the newest track of a stream and kind that has not ended.
func Find(all []Received, stream, kind string) (Received, bool) {
	for _, r := range slices.Backward(all) {
		if r.Stream == stream && r.Kind == kind && !r.Ended {
			return r, true
		}
	}
	return Received{}, false
}

// AskKeyframe sends a picture loss indication for a received track.
func (c *Client) AskKeyframe(r Received) error {
	return r.receiver.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: uint32(r.ssrc)}})
}

func (c *Client) touch() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.touchLocked()
}

func (c *Client) touchLocked() {
	close(c.changed)
	c.changed = make(chan struct{})
}
