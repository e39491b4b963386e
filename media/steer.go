package media

import (
	"slices"
	"time"
)

const (
	// steerEvery is how often a room looks who speaks, who sees what, and what
	// each network carries.
	steerEvery = 200 * time.Millisecond
	// unwanted is how long an encoding that nobody is to get still has to be sent.
	unwanted = 3 * time.Second
	// settling is how long a new track is asked for all that it announced.
	settling = 15 * time.Second
	// silentAfter is how long an encoding without a packet counts as flowing.
	silentAfter = time.Second
	// soundCost, in bit/s, is kept free for each sound: Opus with headers.
	soundCost = 48_000
	// overhead, in hundredths, is what headers add to what is carried.
	overhead = 106
	// saverHeight is the picture of who saves data.
	saverHeight = 180
	// probeEvery is how often a network is asked for more with a train of packets.
	probeEvery = time.Second
)

// View is what a participant's screen shows of one track.
type View struct {
	Track  string // "<peer>.camera" or "<peer>.screen"
	Height int    // of its tile in the screen's own pixels; 0: it is not seen
}

// steering decides, for one room, which encoding of which picture goes to whom.
// It is owned by its goroutine, run.
type steering struct {
	room   *Room
	wake   chan struct{} // capacity 1: something changed
	voices voices
	rates  map[*encoding]*rate
	peers  map[*Peer]*steered
	needed map[*publisher]*need
	// ceilings are what the weakest viewer's network carries of a picture, bit/s, during a look.
	ceilings map[*publisher]int64
	last     time.Time
	burst    burst
}

// unlimited is the budget, in bit/s, of a network that has said nothing.
const unlimited = 1 << 50

// rate is what an encoding carries.
type rate struct {
	before  [maxSpatial][2]uint64
	bitrate [maxSpatial][2]int64 // smoothed, by spatial layer, without and with upper temporal layers
	active  time.Time            // when a packet last came
}

// steered is what steering remembers of a peer.
type steered struct {
	demands  []*demand
	sounds   int
	paused   []string // for want of bandwidth
	told     []string // with those that the server leaves out because it has too much to do
	raised   time.Time
	pausedAt time.Time  // when nothing was paused last
	bear     time.Time  // nothing is paused before
	scarce   time.Time  // since when the cheapest of all pictures is too much
	blamed   time.Time  // the raise that was last blamed for a refusal
	blind    restraint  // raises that are only tried,
	seen     restraint  // those that the network has shown room for,
	by       *restraint // and of which kind the last was
	strained int64      // when the network last said that it was too much, as the estimate has it,
	refused  time.Time  // and when that was noticed
	probed   time.Time
}

// newSteered is for somebody who has just come: that is where their network begins, too,
// so the first try waits.
func newSteered(now time.Time) *steered {
	return &steered{raised: now, blamed: now, probed: now.Add(-probeEvery / 2), blind: restraint{backoff: raiseAgain}, seen: restraint{backoff: raiseAgain}}
}

// need is what a publisher was asked to send.
type need struct {
	until [maxLayers]time.Time
	told  []string
	known bool
}

// rids are the encodings of a publisher that have to be sent, given those that are
// wanted. What was announced and has not come yet has to be as long as the best of
// what has is wanted: browsers begin with the smallest.
func (n *need) rids(pub *publisher, now time.Time, wanted func(*encoding) bool) []string {
	var rids, known []string
	more := now.Sub(pub.began) < settling
	for i := range pub.encodings {
		e := pub.encodings[i].Load()
		if e == nil {
			break
		}
		known = append(known, e.rid)
		if wanted(e) {
			n.until[i] = now.Add(unwanted)
		}
		if n.until[i].After(now) {
			rids = append(rids, e.rid)
			more = more || int32(i) == pub.best.Load()
		}
	}
	for _, rid := range pub.rids {
		if more && !slices.Contains(known, rid) {
			rids = append(rids, rid)
		}
	}
	return rids
}

func newSteering(r *Room) *steering {
	return &steering{room: r, wake: make(chan struct{}, 1), rates: map[*encoding]*rate{}, peers: map[*Peer]*steered{}, needed: map[*publisher]*need{}, ceilings: map[*publisher]int64{}}
}

// soon has the room looked at without waiting for the next tick; it never waits.
func (st *steering) soon() {
	select {
	case st.wake <- struct{}{}:
	default:
	}
}

// run steers until the room closes.
func (st *steering) run(quit <-chan struct{}) {
	tick := time.NewTicker(steerEvery)
	defer tick.Stop()
	for {
		select {
		case <-quit:
			return
		case <-st.wake:
		case <-tick.C:
		}
		st.room.guarded(func() { st.look(st.room.engine.now()) })
	}
}

// look takes one look at the room.
func (st *steering) look(now time.Time) {
	tracks := st.room.tracks()
	passed := now.Sub(st.last)
	if passed >= steerEvery/2 {
		st.last = now
		st.measure(tracks, now, passed)
		if st.voices.listen(tracks) {
			st.room.speaks(st.voices.speaker)
		}
	}
	st.gather(tracks, now)
	wanted := map[*encoding]bool{}
	for p, s := range st.peers {
		if len(s.demands) == 0 && s.sounds == 0 {
			delete(st.peers, p)
			continue
		}
		p.guarded(func() { st.share(p, s, now, wanted) })
	}
	st.announce(tracks)
	st.ask(tracks, now, wanted)
}

// measure takes note of what each encoding has carried since the last look.
func (st *steering) measure(tracks []*publisher, now time.Time, passed time.Duration) {
	seen := map[*encoding]bool{}
	for _, pub := range tracks {
		if !pub.video {
			continue
		}
		for i := range pub.encodings {
			e := pub.encodings[i].Load()
			if e == nil {
				break
			}
			seen[e] = true
			r := st.rates[e]
			if r == nil {
				r = &rate{active: now}
				st.rates[e] = r
			}
			r.measure(e, now, passed)
		}
	}
	for e := range st.rates {
		if !seen[e] {
			delete(st.rates, e)
		}
	}
}

func (r *rate) measure(e *encoding, now time.Time, passed time.Duration) {
	moved := false
	for s := range r.before {
		for t := range r.before[s] {
			n := e.octets[s][t].Load()
			moved = moved || n != r.before[s][t]
			bitrate := int64(float64(n-r.before[s][t]) * 8 / passed.Seconds())
			if r.before[s][t] = n; r.bitrate[s][t] == 0 {
				r.bitrate[s][t] = bitrate
			} else if bitrate > 0 || moved {
				r.bitrate[s][t] += (bitrate - r.bitrate[s][t]) / 5
			}
		}
	}
	if moved {
		r.active = now
	}
}

// gather lists, for each peer, the pictures that it may get.
func (st *steering) gather(tracks []*publisher, now time.Time) {
	for _, s := range st.peers {
		clear(s.demands)
		s.demands, s.sounds = s.demands[:0], 0
	}
	for _, pub := range tracks {
		list := pub.list()
		if len(list) == 0 && !pub.video {
			continue
		}
		var choices []choice
		if pub.video {
			if choices = st.choices(pub, now); len(choices) == 0 {
				continue
			}
			st.best(pub, choices)
		}
		for _, s := range list {
			if s.peer == nil {
				continue
			}
			p := st.peers[s.peer]
			if p == nil {
				p = newSteered(now)
				st.peers[s.peer] = p
			}
			if !pub.video {
				p.sounds++
				continue
			}
			d := &demand{sub: s, pub: pub, rank: st.rank(pub), choices: choices, want: s.peer.wants(s.id, choices)}
			d.before = d.now()
			p.demands = append(p.demands, d)
		}
	}
}

func (st *steering) rank(pub *publisher) int {
	switch {
	case pub.source == Screen:
		return rankScreen
	case pub.peer.id == st.voices.speaker:
		return rankSpeaker
	}
	return rankOther
}

// nominal is what an encoding that is not being sent will be like.
var nominal = map[string]struct {
	height  int
	bitrate int64
}{"q": {180, 150_000}, "h": {360, 450_000}, "f": {720, 1_200_000}, "": {720, 1_000_000}}

// choices lists the ways to send a picture, from cheapest to best: fewer pixels
// before fewer pictures a second, which only the very cheapest has.
func (st *steering) choices(pub *publisher, now time.Time) []choice {
	var all []choice
	for i := range pub.encodings {
		e := pub.encodings[i].Load()
		if e == nil {
			break
		}
		r := st.rates[e]
		if r == nil {
			r = &rate{active: now}
		}
		like, known := nominal[e.rid]
		if !known {
			like = nominal[""]
		}
		flows := now.Sub(r.active) < silentAfter
		cost := int64(0)
		for s := range min(e.top.Load()+1, maxSpatial) {
			base, upper := r.bitrate[s][0]*overhead/100, r.bitrate[s][1]*overhead/100
			height := int(e.heights[s].Load())
			if height == 0 {
				height = like.height
			}
			if upper > 0 && s == 0 {
				all = append(all, choice{aim{int8(i), 0, 0}, base, height, flows})
			}
			if cost += base + upper; cost == 0 {
				cost = like.bitrate
			}
			all = append(all, choice{aim{int8(i), uint8(s), 0xff}, cost, height, flows})
		}
	}
	slices.SortStableFunc(all, func(a, b choice) int {
		if a.height != b.height {
			return a.height - b.height
		}
		return int(a.cost - b.cost)
	})
	// Fewer pictures a second only where there is nothing smaller.
	first := true
	return slices.DeleteFunc(all, func(c choice) bool {
		drop := !first && c.aim.temporal == 0
		first = false
		return drop
	})
}

// best notes which encoding a stage shows: the highest that flows.
func (st *steering) best(pub *publisher, choices []choice) {
	for _, c := range slices.Backward(choices) {
		if c.flows {
			if pub.best.Swap(int32(c.aim.stream)) != int32(c.aim.stream) {
				pub.ask(uint8(c.aim.stream))
			}
			return
		}
	}
}

// share gives one peer's pictures what its network carries, after its sounds.
func (st *steering) share(p *Peer, s *steered, now time.Time, wanted map[*encoding]bool) {
	budget, shown, mayPause, heard := int64(unlimited), int64(0), false, false
	if len(s.demands) > 0 {
		band := s.demands[0].sub.band
		estimate := band.bitrate.Load()
		heard = estimate > 0
		if o := s.demands[0].sub.out.Load(); estimate == 0 && o != nil && o.transport != 0 {
			estimate = firstEstimate // it will say more in a moment
		}
		if estimate > 0 {
			budget = max(estimate-int64(s.sounds)*soundCost, 0)
			s.strain(band.strained.Load(), now)
			shown = band.shown(now.UnixNano())
			mayPause = s.mayPause(budget, band.crowded.Load(), now)
		}
	}
	allocate(budget, s.demands, mayPause)
	if budget < unlimited {
		s.hesitate(budget, mayPause, shown, now)
	}
	var paused, without []string
	short := budget < unlimited && st.limit(s, budget)
	for _, d := range s.demands {
		short = short || d.got < d.want
		if d.got > d.before && d.sub.steered {
			s.raised = now
		}
		if d.got < 0 && d.want >= 0 {
			paused = append(paused, d.sub.id)
		} else if d.sub.shedding.off.Load() && d.want >= 0 {
			without = append(without, d.sub.id)
		}
		st.direct(d, wanted)
	}
	s.paused = paused
	told := slices.Sorted(slices.Values(slices.Concat(paused, without)))
	if !slices.Equal(told, s.told) && p.report(func(h Handler) { h.Paused(told) }) {
		s.told = told
	}
	// Nothing is sent again to who has said nothing yet: their connection may still be on its
	// way, and some receivers never take a picture that begins with a repetition.
	if short && heard && now.Sub(s.refused) >= probeAfter && now.Sub(s.probed) >= probeEvery {
		s.probed = now
		st.probe(s)
		s.try(now)
	}
}

// direct aims a subscriber at what it gets. An encoding that does not flow yet is
// asked of its publisher, and meanwhile the next lower one that does goes on.
func (st *steering) direct(d *demand, wanted map[*encoding]bool) {
	target := aim{stream: nothing}
	if d.got >= 0 {
		chosen := d.choices[d.got]
		target = chosen.aim
		if e := d.pub.encodings[target.stream].Load(); e != nil {
			wanted[e] = true
		}
		if !chosen.flows {
			target = d.instead(target)
		}
	}
	d.sub.chosen, d.sub.steered = d.chosen(), true
	j := d.sub.project
	if old := unpackAim(j.target.Swap(target.pack())); target.stream != nothing && (old.stream != target.stream || old.spatial < target.spatial) {
		d.pub.ask(uint8(target.stream))
	}
	// After a switch the receiver hears at once what its clock says.
	if flows := j.flows.Load(); flows != d.sub.reported {
		if d.sub.reported = flows; flows >= 0 {
			d.sub.passNow(uint8(flows), d.pub.reports[flows].Load())
		}
	}
}

// chosen is what it gets as soon as it flows.
func (d *demand) chosen() aim {
	if d.got < 0 {
		return aim{stream: nothing}
	}
	return d.choices[d.got].aim
}

// instead is the best choice that flows below what is chosen, else the lowest that does.
func (d *demand) instead(chosen aim) aim {
	for i := d.got; i >= 0; i-- {
		if d.choices[i].flows {
			return d.choices[i].aim
		}
	}
	for _, c := range d.choices[d.got:] {
		if c.flows {
			return c.aim
		}
	}
	return chosen
}

// probe sends again, together, what was sent last: how far apart these packets
// arrive tells whether the network carries more.
func (st *steering) probe(s *steered) {
	for _, d := range s.demands {
		newest := d.sub.project.newest.Load()
		if newest == 0 || d.sub.project.flows.Load() == nothing || d.sub.packets.Load() < trainLength+2 {
			continue
		}
		left := uint16(newest) - d.sub.line.length() // what waits has not been sent yet
		for back := range uint16(trainLength + 2) {
			d.sub.probe(&st.burst, left-back)
		}
		st.burst.flush()
		return
	}
}

// ask tells the publishers which of their encodings anybody is to get.
func (st *steering) ask(tracks []*publisher, now time.Time, wanted map[*encoding]bool) {
	stage := st.room.stage.Load()
	watched := stage != nil && len(stage.video.list()) > 0
	for _, pub := range tracks {
		if !pub.video {
			continue
		}
		n := st.needed[pub]
		if n == nil {
			n = &need{}
			for i := range n.until {
				n.until[i] = now.Add(unwanted)
			}
			st.needed[pub] = n
		}
		rids := n.rids(pub, now, func(e *encoding) bool { return wanted[e] || watched })
		slices.Sort(rids)
		if n.known && slices.Equal(rids, n.told) {
			continue
		}
		if pub.peer.report(func(h Handler) { h.Encodings(pub.source, rids) }) {
			n.told, n.known = rids, true
		}
	}
	for pub := range st.needed {
		if !slices.Contains(tracks, pub) {
			delete(st.needed, pub)
		}
	}
}
