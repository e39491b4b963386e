package media

const (
	// voice, in dB above silence at 127, begins to count as speech; below hush it
	// ends, after pause looks.
	voice = 77
	hush  = 65
	pause = 5
)

// voices tells who speaks in a room, from the levels in the packets (RFC 6464). It
// belongs to whoever listens.
type voices struct {
	speaker string // peer id, "" when nobody speaks
	quiet   int    // looks for which the speaker was below hush
	rival   string
	ticks   int
	packets map[*publisher]uint64
}

// listen takes one look and reports whether the speaker changed.
func (v *voices) listen(tracks []*publisher) bool {
	var present, best *publisher
	heard := make(map[*publisher]uint64, len(v.packets))
	for _, pub := range tracks {
		if pub.source != Microphone {
			continue
		}
		n := pub.packets.Load()
		heard[pub] = n
		if n == v.packets[pub] || !pub.sending.Load() {
			// Nothing came: muted, or silence that is not sent (DTX).
			pub.loudness.Store(pub.loudness.Load() / 2)
		}
		if pub.peer.id == v.speaker {
			present = pub
		}
		if best == nil || pub.loudness.Load() > best.loudness.Load() {
			best = pub
		}
	}
	v.packets = heard
	former := v.speaker
	v.turn(present, best)
	return v.speaker != former
}

func (v *voices) turn(present, best *publisher) {
	loud := func(p *publisher) int32 { return p.loudness.Load() >> levelBits }
	if present == nil || loud(present) >= hush {
		v.quiet = 0
	} else {
		v.quiet++
	}
	speaks := best != nil && loud(best) >= voice
	switch {
	case present == nil && !speaks, present != nil && v.quiet >= pause && !speaks:
		v.speaker, v.rival = "", ""
	case present == nil:
		v.speaker, v.rival = best.peer.id, ""
	case best == present || !speaks || v.quiet < 2 && loud(best) < loud(present)+louder:
		v.rival = ""
	case v.rival != best.peer.id:
		v.rival, v.ticks = best.peer.id, 1
	default:
		if v.ticks++; v.ticks >= patience {
			v.speaker, v.rival = best.peer.id, ""
		}
	}
}
