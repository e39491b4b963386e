package media_test

import (
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"

	"salon/media"
	"salon/media/mediatest"
)

func TestPacketsLostOnTheWayAreSentAgainFromTheRing(t *testing.T) {
	for name, opt := range map[string]mediatest.Options{
		"as they were":               {},
		"in a stream of their own":   {Repeats: true},
		"in counter mode":            {CounterMode: true},
		"in counter mode and stream": {CounterMode: true, Repeats: true},
	} {
		t.Run(name, func(t *testing.T) {
			room := newEngine(t).OpenRoom("interview")
			ann := both(t, room, "ann")
			var mu sync.Mutex
			lost, repeats := map[uint16]bool{}, 0
			opt.Lose = func(b []byte) bool {
				// Every eighth video packet, once: RTP, long enough, not RTCP (RFC 5761, section 4).
				if len(b) < 500 || b[0]>>6 != 2 || b[1] >= 192 && b[1] < 224 {
					return false
				}
				mu.Lock()
				defer mu.Unlock()
				if b[1]&0x7f == repeatFormat {
					repeats++
					return false
				}
				seq := uint16(b[2])<<8 | uint16(b[3])
				first := !lost[seq]
				lost[seq] = true
				return first && b[3]%8 == 0
			}
			bob := join(t, room, "bob", media.PeerOptions{Subscribe: true}, opt)
			bob.untilReceived("enough video without holes", func(all []mediatest.Received) bool {
				v, ok := mediatest.Find(all, "ann.camera", "video")
				return ok && v.Packets > 60 && v.Missing == 0
			})
			s := room.Stats()
			if s.NACKs == 0 || s.Resent == 0 {
				t.Errorf("stats = %+v, want packets asked for and sent again", s)
			}
			mu.Lock()
			defer mu.Unlock()
			if (repeats > 0) != opt.Repeats {
				t.Errorf("%d packets came in a stream of repeats", repeats)
			}
			if again := ann.Sent("camera").PLIs; again > 3 {
				t.Errorf("the publisher was asked for %d keyframes, loss should not need any", again)
			}
		})
	}
}

// repeatFormat is the payload type of mediatest's repeats; the server's offer counts, and it says 97.
const repeatFormat = 97

func TestSenderReportsSayWhenOnTheServersClock(t *testing.T) {
	room := newEngine(t).OpenRoom("interview")
	both(t, room, "ann")
	bob := join(t, room, "bob", media.PeerOptions{Subscribe: true}, mediatest.Options{})
	reported := func(r mediatest.Received, ok bool) bool { return ok && r.Reports > 0 && r.Packets > 20 }
	bob.untilReceived("reports", func(all []mediatest.Received) bool {
		return reported(mediatest.Find(all, "ann.camera", "video")) && reported(mediatest.Find(all, "ann.camera", "audio"))
	})
	for _, r := range bob.Received() {
		if d := time.Since(r.ReportedAt).Abs(); d > patience {
			t.Errorf("%s: reported time is %v off", r.Kind, d)
		}
		rate := 90000.0
		if r.Kind == "audio" {
			rate = 48000
		}
		// The report's timestamp is of the time reported: within the test's length of the last packet's.
		if d := float64(int32(r.LastStamp()-r.ReportedStamp)) / rate; d < -1 || d > patience.Seconds() {
			t.Errorf("%s: the last packet is %.1f s after the report", r.Kind, d)
		}
	}
}

func TestManyKeyframeRequestsBecomeOne(t *testing.T) {
	room := newEngine(t).OpenRoom("talk")
	ann := both(t, room, "ann")
	bob := join(t, room, "bob", media.PeerOptions{Subscribe: true}, mediatest.Options{})
	bob.untilReceived("ann's media", hears("ann", "ann.camera", 5))
	before, _ := mediatest.Find(bob.Received(), "ann.camera", "video")
	sent := room.Stats().PLIsSent
	for range 50 {
		if err := bob.AskKeyframe(before); err != nil {
			t.Fatal(err)
		}
	}
	bob.untilReceived("a keyframe", func(all []mediatest.Received) bool {
		v, _ := mediatest.Find(all, "ann.camera", "video")
		return v.Keyframes > before.Keyframes
	})
	s := room.Stats()
	if n := s.PLIsSent - sent; n == 0 || n > 2 {
		t.Errorf("%d requests became %d, want one, or two when they straddle the interval", s.PLIs, n)
	}
	if ann.Sent("camera").PLIs == 0 {
		t.Error("the publisher was not asked")
	}
}

func TestBothLinksSurviveARestartOfICE(t *testing.T) {
	room := newEngine(t).OpenRoom("interview")
	ann, bob := both(t, room, "ann"), both(t, room, "bob")
	ann.untilReceived("bob's media", hears("bob", "bob.camera", 5))
	bob.untilReceived("ann's media", hears("ann", "ann.camera", 5))

	ann.mu.Lock()
	before, offers := ufragOf(ann.last), ann.offers
	ann.mu.Unlock()
	if err := ann.peer.Restart(media.Down); err != nil {
		t.Fatal(err)
	}
	ann.until("a new offer", func() bool { return ann.offers > offers })
	ann.mu.Lock()
	after := ufragOf(ann.last)
	ann.mu.Unlock()
	if before == after || after == "" {
		t.Errorf("user name fragment %q then %q, want a new one", before, after)
	}
	v, _ := mediatest.Find(ann.Received(), "bob.camera", "video")
	ann.untilReceived("bob after the restart", hears("bob", "bob.camera", v.Packets+30))

	if err := bob.peer.Restart(media.Up); err != nil {
		t.Fatal(err)
	}
	bob.publish() // offers with new credentials
	v, _ = mediatest.Find(ann.Received(), "bob.camera", "video")
	ann.untilReceived("bob after his own restart", hears("bob", "bob.camera", v.Packets+30))
}

func ufragOf(sdp string) string {
	_, rest, _ := strings.Cut(sdp, "a=ice-ufrag:")
	u, _, _ := strings.Cut(rest, "\r\n")
	return u
}

func TestAnOfferThatGotLostIsSaidAgain(t *testing.T) {
	room := newEngine(t).OpenRoom("interview")
	both(t, room, "ann")
	bob := join(t, room, "bob", media.PeerOptions{Subscribe: true}, mediatest.Options{})
	bob.mu.Lock()
	bob.discard = true
	bob.mu.Unlock()
	bob.until("an offer", func() bool { return bob.offers > 0 })
	bob.mu.Lock()
	bob.discard = false
	bob.mu.Unlock()
	if err := bob.peer.Restart(media.Down); err != nil {
		t.Fatal(err)
	}
	bob.untilReceived("ann's media", hears("ann", "ann.camera", 5))
}

func TestHostilePacketsDoNotHurtTheRoom(t *testing.T) {
	room := newEngine(t).OpenRoom("talk")
	ann := both(t, room, "ann")
	watching, _ := viewer(t, room, "v")
	bob := join(t, room, "bob", media.PeerOptions{Subscribe: true}, mediatest.Options{})
	bob.untilReceived("ann's media", hears("ann", "ann.camera", 5))
	waitFor(t, watching, "the stage", hears("ann", "stage", 5))
	for name, p := range map[string]struct {
		h    rtp.Header
		body []byte
	}{
		"padding longer than the packet": {rtp.Header{Padding: true}, []byte{0x90, 0x80, 1, 255}},
		"padding of zero bytes":          {rtp.Header{Padding: true}, []byte{0x90, 0x80, 1, 0}},
		"padding only":                   {rtp.Header{Padding: true}, []byte{0, 0, 0, 4}},
		"nothing at all":                 {rtp.Header{}, nil},
		"a descriptor cut short":         {rtp.Header{}, []byte{0x90}},
		"a picture id cut short":         {rtp.Header{}, []byte{0x90, 0xff, 0x80}},
		"every bit set":                  {rtp.Header{}, []byte{255, 255, 255, 255, 255, 255}},
	} {
		if err := ann.Write("camera", p.h, p.body); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := ann.Write("microphone", p.h, p.body); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	v, _ := mediatest.Find(bob.Received(), "ann.camera", "video")
	bob.untilReceived("ann afterwards", hears("ann", "ann.camera", v.From("ann")+30))
	w, _ := mediatest.Find(watching.Received(), "stage", "video")
	waitFor(t, watching, "the stage afterwards", hears("ann", "stage", w.From("ann")+30))
	if room.Stats().Rejected == 0 {
		t.Error("nothing was rejected")
	}
}

func TestDescriptionsThatNoHonestClientSendsAreRefused(t *testing.T) {
	e := newEngine(t)
	c := mediatest.New(mediatest.Options{Name: "ann"})
	t.Cleanup(func() { _ = c.Close() })
	good, err := c.Offer(within(t))
	if err != nil {
		t.Fatal(err)
	}
	without := func(prefix string) string {
		var kept []string
		for _, l := range strings.Split(good, "\r\n") {
			if !strings.HasPrefix(l, prefix) {
				kept = append(kept, l)
			}
		}
		return strings.Join(kept, "\r\n")
	}
	for name, sdp := range map[string]string{
		"empty":                          "",
		"a word":                         "offer",
		"zeros":                          strings.Repeat("\x00", 1000),
		"JSON":                           `{"type":"offer","sdp":"v=0"}`,
		"only a version":                 "v=0\r\n",
		"no media":                       "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n",
		"cut in the middle":              good[:strings.Index(good, "m=video")+5],
		"too long":                       good + strings.Repeat("a=x\r\n", 100_000),
		"too many sections":              good + strings.Repeat("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", 500),
		"a data channel":                 good + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:9\r\n",
		"no mid":                         without("a=mid:"),
		"the same mid twice":             strings.ReplaceAll(good, "a=mid:1", "a=mid:0"),
		"no credentials":                 without("a=ice-"),
		"no fingerprint":                 without("a=fingerprint:"),
		"a fingerprint of another shape": strings.ReplaceAll(good, "a=fingerprint:sha-256 ", "a=fingerprint:rot13 "),
		"a kind of media nobody has":     strings.ReplaceAll(good, "m=video", "m=smell"),
		"no payload types":               strings.ReplaceAll(good, "SAVPF 109", "SAVPF"),
		"payload type out of range":      strings.ReplaceAll(good, "109", "999"),
	} {
		t.Run(name, func(t *testing.T) {
			room := e.OpenRoom(name)
			p, err := room.Join(media.PeerOptions{ID: "ann", Publish: true})
			if err != nil {
				t.Fatal(err)
			}
			if err := p.HandleDescription(media.Up, "offer", sdp, nil); !errors.Is(err, media.ErrBadDescription) {
				t.Errorf("offer: %v, want ErrBadDescription", err)
			}
			if err := p.HandleDescription(media.Down, "answer", sdp, nil); err != nil && !errors.Is(err, media.ErrBadDescription) {
				t.Errorf("answer: %v, want ErrBadDescription or nothing", err)
			}
			if _, _, err := room.Publish(within(t), "obs", sdp); !errors.Is(err, media.ErrBadDescription) {
				t.Errorf("publish: %v, want ErrBadDescription", err)
			}
			if n := room.Stats().Peers; n != 1 {
				t.Errorf("%d peers, want the refused encoder gone", n)
			}
		})
	}
	t.Run("sources and kinds that do not fit", func(t *testing.T) {
		p, err := e.OpenRoom("fit").Join(media.PeerOptions{ID: "ann", Publish: true})
		if err != nil {
			t.Fatal(err)
		}
		for name, sources := range map[string][]media.Source{
			"exchanged": {media.Camera, media.Microphone},
			"unknown":   {"smell", media.Camera},
			"too many":  {media.Microphone, media.Camera, media.Screen},
		} {
			if err := p.HandleDescription(media.Up, "offer", good, sources); !errors.Is(err, media.ErrBadDescription) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, k := range []struct {
			link media.Link
			kind string
		}{{media.Up, "answer"}, {media.Down, "offer"}, {"sideways", "offer"}, {media.Up, "rollback"}} {
			if err := p.HandleDescription(k.link, k.kind, good, nil); !errors.Is(err, media.ErrBadDescription) {
				t.Errorf("%s of kind %s: %v", k.link, k.kind, err)
			}
		}
		if err := p.HandleICECandidate("sideways", media.ICECandidate{Candidate: "x"}); !errors.Is(err, media.ErrBadCandidate) {
			t.Errorf("candidate for no link: %v", err)
		}
	})
}

func TestCandidatesAreBounded(t *testing.T) {
	p, err := newEngine(t).OpenRoom("r").Join(media.PeerOptions{ID: "ann", Publish: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 65 {
		err = p.HandleICECandidate(media.Up, media.ICECandidate{Candidate: "candidate:1 1 udp 1 192.0.2.1 9 typ host"})
		if i < 64 && err != nil {
			t.Fatal(err)
		}
	}
	if !errors.Is(err, media.ErrBadCandidate) {
		t.Errorf("candidate 65: %v, want ErrBadCandidate", err)
	}
	if err := p.HandleICECandidate(media.Up, media.ICECandidate{}); err != nil {
		t.Errorf("end of candidates: %v", err)
	}
}

// Who insists on being the server of the DTLS handshake keeps its keys from us: then the
// library encrypts and sends, and what is forwarded is the same.
func TestMediaFlowsWhereTheKeysAreNotKnown(t *testing.T) {
	room := newEngine(t).OpenRoom("interview")
	ann := both(t, room, "ann")
	lost := map[uint16]bool{}
	bob := join(t, room, "bob", media.PeerOptions{Publish: true, Subscribe: true}, mediatest.Options{DTLSServer: true, Lose: func(b []byte) bool {
		if len(b) < 400 || b[0]>>6 != 2 || b[3]%16 != 0 {
			return false
		}
		seq := uint16(b[2])<<8 | uint16(b[3])
		first := !lost[seq]
		lost[seq] = true
		return first
	}})
	offer, err := bob.Offer(within(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := bob.peer.HandleDescription(media.Up, "offer", strings.ReplaceAll(offer, "a=setup:actpass", "a=setup:passive"), nil); err != nil {
		t.Fatal(err)
	}
	ann.untilReceived("bob's media", hears("bob", "bob.camera", 20))
	bob.untilReceived("ann's media, whole", func(all []mediatest.Received) bool {
		v, _ := mediatest.Find(all, "ann.camera", "video")
		return hears("ann", "ann.camera", 60)(all) && v.Missing == 0
	})
	// What it asks for is heard, too.
	v, _ := mediatest.Find(bob.Received(), "ann.camera", "video")
	before := ann.Sent("camera").Keyframes
	if err := bob.AskKeyframe(v); err != nil {
		t.Fatal(err)
	}
	bob.untilReceived("a keyframe", func([]mediatest.Received) bool { return ann.Sent("camera").Keyframes > before })
}

func TestAllAddressesOfTheMachineAreServed(t *testing.T) {
	t.Parallel()
	e, err := media.New(media.Config{UDPAddr: ":0", Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	if !slices.ContainsFunc(e.Addresses(), func(a netip.AddrPort) bool { return a.Addr().IsLoopback() }) {
		t.Errorf("addresses = %v, want loopback among them", e.Addresses())
	}
	room := e.OpenRoom("interview")
	ann, bob := both(t, room, "ann"), both(t, room, "bob")
	ann.untilReceived("bob's media", hears("bob", "bob.camera", 5))
	bob.untilReceived("ann's media", hears("ann", "ann.camera", 5))
}

func TestAClientWithAPrivateAddressIsFoundByItsOwnChecks(t *testing.T) {
	t.Parallel()
	// Not on one machine, as far as the engine knows: it may not dial 127.0.0.1.
	e, err := media.New(media.Config{UDPAddr: "0.0.0.0:0", PublicIP: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	room := e.OpenRoom("interview")
	both(t, room, "ann")
	bob := join(t, room, "bob", media.PeerOptions{Subscribe: true}, mediatest.Options{})
	bob.untilReceived("ann's media", hears("ann", "ann.camera", 5))
	if a := e.Addresses(); len(a) != 1 || a[0].Addr().String() != "127.0.0.1" || int(a[0].Port()) != e.Addr().(*net.UDPAddr).Port {
		t.Errorf("addresses = %v", a)
	}
}

func TestAddressesToldToClients(t *testing.T) {
	for name, c := range map[string]struct {
		cfg        media.Config
		want, lack []string
	}{
		"loopback on one machine": {
			media.Config{UDPAddr: "127.0.0.1:0", Loopback: true}, []string{" udp ", "127.0.0.1"}, []string{" tcp "}},
		"TCP beside UDP": {
			media.Config{UDPAddr: "127.0.0.1:0", TCPAddr: "127.0.0.1:0", Loopback: true}, []string{" udp ", " tcp ", "tcptype passive"}, nil},
		"the public address in place of the interfaces'": {
			media.Config{UDPAddr: "0.0.0.0:0", PublicIP: "203.0.113.7"}, []string{"203.0.113.7"}, []string{"127.0.0.1", " 10.", " 172.", " 192."}},
		"both": {
			media.Config{UDPAddr: "127.0.0.1:0", PublicIP: "203.0.113.7", Loopback: true}, []string{"203.0.113.7", "127.0.0.1"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := media.New(c.cfg)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = e.Close() }()
			client := mediatest.New(mediatest.Options{Name: "obs"})
			defer func() { _ = client.Close() }()
			offer, err := client.Offer(within(t))
			if err != nil {
				t.Fatal(err)
			}
			answer, _, err := e.OpenRoom("r").Publish(within(t), "obs", offer)
			if err != nil {
				t.Fatal(err)
			}
			var told []string
			for l := range strings.Lines(answer) {
				if strings.HasPrefix(l, "a=candidate:") {
					told = append(told, l)
				}
			}
			all := strings.Join(told, "")
			for _, w := range c.want {
				if !strings.Contains(all, w) {
					t.Errorf("%q is not in\n%s", w, all)
				}
			}
			for _, l := range c.lack {
				if strings.Contains(all, l) {
					t.Errorf("%q is in\n%s", l, all)
				}
			}
		})
	}
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	for name, cfg := range map[string]media.Config{
		"no address":              {UDPAddr: "nowhere"},
		"a port out of range":     {UDPAddr: "127.0.0.1:99999"},
		"a TCP port out of range": {UDPAddr: "127.0.0.1:0", TCPAddr: "127.0.0.1:99999"},
		"a public name":           {UDPAddr: "127.0.0.1:0", PublicIP: "fair.example"},
	} {
		if e, err := media.New(cfg); err == nil {
			t.Errorf("%s: accepted", name)
			_ = e.Close()
		}
	}
}
