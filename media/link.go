package media

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
)

// Link names one of the two peer connections of a participant.
type Link string

// On Up the participant sends and always makes the offer; on Down it receives
// and the server always makes the offer.
const (
	Up   Link = "up"
	Down Link = "down"
)

// Source says what a track shows.
type Source string

// The sources, in the order in which a client that does not say takes them.
const (
	Microphone  Source = "microphone"
	Camera      Source = "camera"
	Screen      Source = "screen"
	ScreenAudio Source = "screen_audio"
)

// kind is the kind of media of a source, "" when there is no such source.
func (s Source) kind() string {
	switch s {
	case Microphone, ScreenAudio:
		return "audio"
	case Camera, Screen:
		return "video"
	}
	return ""
}

// stream is the msid stream id of a source: what belongs together has one, so
// that browsers keep it in step.
func (s Source) stream(peer string) string {
	if s == Screen || s == ScreenAudio {
		return peer + ".screen"
	}
	return peer + ".camera"
}

// ICECandidate is one address of the other side, as browsers write it.
type ICECandidate struct {
	Candidate        string
	SDPMid           string
	SDPMLineIndex    uint16
	UsernameFragment string
}

const (
	// maxOffer is how many m-lines a stranger may have parsed; an answer has no more than our offer had.
	maxOffer = 20
	// maxDescription, in bytes, is more than browsers write for so many m-lines, candidates included.
	maxDescription = 64 << 10
	// maxCandidates is how many addresses of one link are tried.
	maxCandidates = 64
)

// link is one peer connection with the state of its negotiation. It is owned
// by its peer's run goroutine.
type link struct {
	kind  Link
	pc    *webrtc.PeerConnection
	api   *webrtc.API // that made pc
	state string      // last told

	secrets *secrets
	wire    *wire // how media leaves and comes

	early      []webrtc.ICECandidateInit // came before the description
	candidates int

	sources map[string]Source   // Up: by mid
	rids    map[string][]string // Up: encodings announced, by mid

	downState
}

// downState is what only a down link has.
type downState struct {
	subscribers map[*publisher]*subscriber     // a participant's
	band        *bandwidth                     // what its network carries
	shown       []*subscriber                  // a viewer's: the stage's two
	vacant      map[*webrtc.RTPTransceiver]int // sections without a track, by the offer that says so

	offers, answers int  // made and applied so far
	offered         int  // m-lines of the outstanding offer, 0 when none is
	restarting      bool // the outstanding offer restarts ICE
	dirty           bool // an offer is due after this one
	restart         bool // and it is to restart ICE
}

func newLink(kind Link) *link {
	l := &link{kind: kind}
	if kind == Down {
		l.band = &bandwidth{}
		l.subscribers = map[*publisher]*subscriber{}
		l.vacant = map[*webrtc.RTPTransceiver]int{}
	}
	return l
}

// section is one m-line of a description. rids are the encodings that it is sent
// in (RFC 8851), none when it is sent in one.
type section struct {
	mid, kind string
	rids      []string
}

// inspect reads a description far enough to refuse what no honest client sends.
func inspect(text string, most int) ([]section, *sdp.SessionDescription, error) {
	if len(text) > maxDescription {
		return nil, nil, fmt.Errorf("%w: too long", ErrBadDescription)
	}
	if n := strings.Count(text, "a=candidate:"); n > maxCandidates {
		return nil, nil, fmt.Errorf("%w: %d candidates", ErrBadDescription, n)
	}
	d := &sdp.SessionDescription{}
	if err := d.UnmarshalString(text); err != nil {
		return nil, nil, fmt.Errorf("%w: cannot be read", ErrBadDescription)
	}
	if n := len(d.MediaDescriptions); n == 0 || n > most {
		return nil, nil, fmt.Errorf("%w: %d media sections", ErrBadDescription, n)
	}
	var all []section
	for _, m := range d.MediaDescriptions {
		mid, _ := m.Attribute(sdp.AttrKeyMID)
		s := section{mid: mid, kind: m.MediaName.Media, rids: ridsOf(m)}
		if s.kind != "audio" && s.kind != "video" {
			return nil, nil, fmt.Errorf("%w: media other than audio and video", ErrBadDescription)
		}
		if len(m.MediaName.Formats) == 0 {
			return nil, nil, fmt.Errorf("%w: media section without a format", ErrBadDescription)
		}
		if mid == "" || slices.ContainsFunc(all, func(o section) bool { return o.mid == mid }) {
			return nil, nil, fmt.Errorf("%w: media section without its own mid", ErrBadDescription)
		}
		if f, ok := m.Attribute("fingerprint"); ok && !knownHash(f) {
			return nil, nil, fmt.Errorf("%w: fingerprint of an unknown kind", ErrBadDescription)
		}
		all = append(all, s)
	}
	if f, ok := d.Attribute("fingerprint"); ok && !knownHash(f) {
		return nil, nil, fmt.Errorf("%w: fingerprint of an unknown kind", ErrBadDescription)
	}
	return all, d, nil
}

// ridsOf lists the encodings that a section announces, as many as are taken.
func ridsOf(m *sdp.MediaDescription) []string {
	var rids []string
	for _, a := range m.Attributes {
		if rid, how, _ := strings.Cut(a.Value, " "); a.Key == "rid" && strings.HasPrefix(how, "send") && len(rids) < maxLayers {
			rids = append(rids, rid)
		}
	}
	return rids
}

// knownHash accepts the fingerprints that DTLS here can check (RFC 8122, section 5).
func knownHash(fingerprint string) bool {
	name, _, _ := strings.Cut(fingerprint, " ")
	return slices.Contains([]string{"sha-256", "sha-384", "sha-512"}, strings.ToLower(name))
}

// ufrag is the ICE user name fragment of the first section, wherever it stands.
func ufrag(d *sdp.SessionDescription) string {
	if u, ok := d.Attribute("ice-ufrag"); ok {
		return u
	}
	u, _ := d.MediaDescriptions[0].Attribute("ice-ufrag")
	return u
}

// assign says which source each section carries: as the client said, else the
// next free one of its kind.
func (l *link) assign(sections []section, sources []Source) error {
	if len(sources) > len(sections) {
		return fmt.Errorf("%w: more sources than media sections", ErrBadDescription)
	}
	taken := map[Source]bool{}
	assigned := map[string]Source{}
	for i, s := range sections {
		if i >= len(sources) {
			break
		}
		if sources[i].kind() != s.kind || taken[sources[i]] {
			return fmt.Errorf("%w: source does not fit its media section", ErrBadDescription)
		}
		taken[sources[i]] = true
		assigned[s.mid] = sources[i]
	}
	for _, s := range sections[len(sources):] {
		for _, source := range []Source{Microphone, Camera, Screen, ScreenAudio} {
			if source.kind() == s.kind && !taken[source] {
				taken[source] = true
				assigned[s.mid] = source
				break
			}
		}
	}
	l.sources, l.rids = assigned, map[string][]string{}
	for _, s := range sections {
		l.rids[s.mid] = s.rids
	}
	return nil
}

// addCandidate keeps a candidate until the description it belongs to is there.
func (l *link) addCandidate(e *Engine, c ICECandidate) error {
	if l.candidates++; l.candidates > maxCandidates {
		return fmt.Errorf("%w: too many", ErrBadCandidate)
	}
	if !e.dialable(strings.TrimPrefix(c.Candidate, "candidate:")) {
		return nil
	}
	init := webrtc.ICECandidateInit{Candidate: c.Candidate, SDPMid: &c.SDPMid, SDPMLineIndex: &c.SDPMLineIndex}
	if c.UsernameFragment != "" {
		init.UsernameFragment = &c.UsernameFragment
	}
	if l.pc == nil || l.pc.RemoteDescription() == nil {
		l.early = append(l.early, init)
		return nil
	}
	if err := l.pc.AddICECandidate(init); err != nil {
		return fmt.Errorf("%w: cannot be used", ErrBadCandidate)
	}
	return nil
}

// applyRemote sets the other side's description and what waited for it.
func (l *link) applyRemote(e *Engine, kind webrtc.SDPType, text string) error {
	if err := l.pc.SetRemoteDescription(webrtc.SessionDescription{Type: kind, SDP: e.withoutPrivate(text)}); err != nil {
		return fmt.Errorf("%w: cannot be applied", ErrBadDescription)
	}
	for _, c := range l.early {
		// A candidate that cannot be used is one address less to try.
		_ = l.pc.AddICECandidate(c)
	}
	l.early = nil
	return nil
}

// answer makes and sets our answer to the offer just applied.
func (l *link) answer() (string, error) {
	a, err := l.pc.CreateAnswer(nil)
	if err != nil {
		return "", fmt.Errorf("%w: cannot be answered", ErrBadDescription)
	}
	if err := l.pc.SetLocalDescription(a); err != nil {
		return "", fmt.Errorf("%w: cannot be answered", ErrBadDescription)
	}
	return a.SDP, nil
}
