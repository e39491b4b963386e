package media_test

import (
	"math/rand/v2"
	"net"
	"sync/atomic"
	"testing"

	"salon/media"
	"salon/media/mediatest"
)

// mutated is a copy of a datagram with some bytes changed, cut short or made longer. Of
// STUN something changes that its integrity covers: who sees a genuine message and sends it again
// from elsewhere does win the connection (RFC 8445, section 19.2), and that is not what is tried here.
func mutated(r *rand.Rand, d []byte) []byte {
	m := append([]byte(nil), d...)
	for range 1 + r.IntN(4) {
		switch r.IntN(6) {
		case 0:
			m = m[:r.IntN(len(m)+1)]
		case 1:
			for range r.IntN(40) {
				m = append(m, byte(r.Uint32()))
			}
		case 2: // a length or a count, most likely
			if len(m) > 4 {
				m[2+r.IntN(2)] = byte(r.Uint32())
			}
		default:
			if len(m) > 0 {
				m[r.IntN(min(len(m), 60))] ^= byte(1 << r.IntN(8))
			}
		}
	}
	if len(m) >= 20 && m[0] < 2 {
		m[8+r.IntN(12)] ^= byte(1 << r.IntN(8))
	}
	return m
}

// Everything that an encoder sends, STUN, DTLS, RTP and RTCP, comes again and again
// with bytes changed: from a stranger, and from its own address all but the handshake, which
// is not protected from who sits on the way.
func TestMutatedPacketsLeaveTheLivePortAlive(t *testing.T) {
	t.Parallel()
	const most, each = 3000, 8 // a second has some hundred datagrams
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	e, err := media.New(media.Config{UDPAddr: "127.0.0.1:0", PublicIP: "127.0.0.2", Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	inside := e.Addr().(*net.UDPAddr)
	stranger, err := net.DialUDP("udp4", nil, inside)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stranger.Close() })
	var sent atomic.Int64
	r := rand.New(rand.NewPCG(seed, 0))
	router(t, "127.0.0.2", inside.AddrPort(), func(d []byte, way *net.UDPConn) {
		for range each {
			if sent.Add(1) > most {
				return
			}
			_, _ = stranger.Write(mutated(r, d))
			if len(d) > 0 && (d[0] < 20 || d[0] > 63) {
				_, _ = way.Write(mutated(r, d))
			}
		}
	})
	room := e.OpenRoom("talk")
	fromOutside(t, room)
	bob := join(t, room, "bob", media.PeerOptions{Subscribe: true}, mediatest.Options{})
	bob.untilReceived("the encoder, while everything is mutated", func(all []mediatest.Received) bool {
		a, ok := mediatest.Find(all, "obs.camera", "audio")
		return ok && a.From("obs") >= 20 && sent.Load() >= most
	})
	before, _ := mediatest.Find(bob.Received(), "obs.camera", "audio")
	bob.untilReceived("the encoder after that", func(all []mediatest.Received) bool {
		a, _ := mediatest.Find(all, "obs.camera", "audio")
		return a.From("obs") >= before.From("obs")+20
	})
	eve := join(t, room, "eve", media.PeerOptions{Subscribe: true}, mediatest.Options{})
	eve.untilReceived("the encoder, as a newcomer", sounds("obs", 10))
}
