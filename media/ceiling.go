package media

// fewView is up to how many viewers of a picture in one encoding have it made for the
// weakest of them. Among more, one network does not decide for all.
const fewView = 3

// limit notes what one peer's network carries of each picture that comes in one encoding, given
// what is left for pictures: there is no smaller one to choose, so its publisher has to make it so.
// It says whether any has less than it could use.
func (st *steering) limit(s *steered, budget int64) bool {
	for _, d := range s.demands {
		if d.got >= 0 {
			budget -= d.choices[d.got].cost
		}
	}
	limited := false
	for _, d := range s.demands {
		if d.want < 0 || !d.pub.single() {
			continue
		}
		room := max(budget, 0)
		if d.got >= 0 {
			room = max(budget+d.choices[d.got].cost, 0)
		}
		limited = limited || room < nominal[""].bitrate
		if old, ok := st.ceilings[d.pub]; !ok || room < old {
			st.ceilings[d.pub] = room
		}
	}
	return limited
}

// single says whether a picture is sent in one encoding of one layer.
func (pub *publisher) single() bool {
	e := pub.encodings[0].Load()
	return len(pub.rids) == 0 && e != nil && e.top.Load() == 0
}

// announce sets what was noted, and tells at once who is to send less.
func (st *steering) announce(tracks []*publisher) {
	for _, pub := range tracks {
		room, limited := st.ceilings[pub]
		if !limited || len(pub.list()) > fewView || room >= maxBitrate {
			pub.ceiling.Store(0)
			continue
		}
		room = max(room*100/overhead, leastCeiling)
		old := pub.ceiling.Swap(room)
		if e := pub.encodings[0].Load(); e != nil && (old == 0 || room < old*9/10) {
			st.burst.conn = e.intake.wire.conn
			e.allow(&st.burst)
			st.burst.flush()
		}
	}
	clear(st.ceilings)
}
