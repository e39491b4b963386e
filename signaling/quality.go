package signaling

import (
	"time"

	"salon/signaling/message"
)

// Of a report of quality: how often one peer's are taken, and from where a
// measure is a cause (see frontend/src/media/quality.ts, which judges).
const (
	qualityEvery = time.Second
	muchLost     = 50  // per mille
	longWay      = 300 // milliseconds there and back
)

// quality is how a peer's call goes, as its browser has measured it.
type quality struct {
	peer *Peer
	m    message.Quality
}

func (c quality) apply(r *Room) {
	p, now := c.peer, r.hub.now()
	if !r.current(p) {
		return
	}
	if !publishes(p.role) || !r.single() {
		p.socket.Refuse(c.m, message.CodeRoomRole)
		return
	}
	if now.Sub(p.measuredAt) < qualityEvery {
		return // the next one says it too
	}
	p.measuredAt = now
	m := c.m
	if r.hub.Measured != nil {
		r.hub.Measured(Measure{
			Level: m.Level, Loss: float64(min(max(m.Lost, 0), 1000)) / 1000,
			RoundTrip: time.Duration(min(max(m.RoundTrip, 0), 60_000)) * time.Millisecond,
		})
	}
	s := Strain{Level: m.Level}
	if m.Level != "good" {
		s.Cause = cause(m)
	}
	if m.Told != "nothing" {
		s.Told = m.Told
	}
	r.strain(p, s)
}

// cause is what is worst of a connection that is not good.
func cause(m message.Quality) string {
	switch {
	case m.Level == "lost":
		return "cut"
	case m.Lost >= muchLost:
		return "loss"
	case m.RoundTrip >= longWay:
		return "delay"
	}
	return "freeze"
}

// strain tells the Observer how a peer's call goes, when that has changed.
func (r *Room) strain(p *Peer, s Strain) {
	if s == p.strain || !r.single() || p.account == "" {
		return
	}
	if s.Level == "good" && s.Told == "" && p.strain.Level == "" {
		return // it was never otherwise
	}
	p.strain = s
	r.keeper.tell(event{kind: strained, account: p.account, at: r.hub.now(), strain: s})
}
