package media_test

import (
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"salon/media"
	"salon/media/mediatest"
)

func TestPeopleOfBothInternetsMeet(t *testing.T) {
	t.Parallel()
	if c, err := net.ListenPacket("udp6", "[::1]:0"); err != nil {
		t.Logf("this machine has no IPv6, one Internet is tried only: %v", err)
		return
	} else if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	e, err := media.New(media.Config{UDPAddr: "[::]:0", Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	room := e.OpenRoom("interview")
	ann := join(t, room, "ann", media.PeerOptions{Publish: true, Subscribe: true}, mediatest.Options{IPv6: true})
	ann.publish()
	bob := both(t, room, "bob")
	ann.untilReceived("bob's media", hears("bob", "bob.camera", 10))
	bob.untilReceived("ann's media", hears("ann", "ann.camera", 10))
}

// router translates addresses one to one for a server, and many to one for who
// speaks to it: each gets a socket of its own towards the inside. tap, if there is one, hears of each
// datagram that went in by that socket. Closed by the test.
func router(t *testing.T, outside string, inside netip.AddrPort, tap func(d []byte, way *net.UDPConn)) {
	t.Helper()
	out, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(outside), inside.Port())))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	ways := map[netip.AddrPort]*net.UDPConn{} // of the one goroutine that reads out
	wg.Go(func() {
		b := make([]byte, 2048)
		for {
			n, from, err := out.ReadFromUDPAddrPort(b)
			if err != nil {
				break
			}
			way := ways[from]
			if way == nil {
				if way, err = net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(inside)); err != nil {
					break
				}
				ways[from] = way
				wg.Go(func() {
					b := make([]byte, 2048)
					for {
						n, err := way.Read(b)
						if err != nil {
							return
						}
						_, _ = out.WriteToUDPAddrPort(b[:n], from)
					}
				})
			}
			_, _ = way.Write(b[:n])
			if tap != nil {
				tap(b[:n], way)
			}
		}
		for _, way := range ways {
			_ = way.Close()
		}
	})
	t.Cleanup(func() { _ = out.Close(); wg.Wait() })
}

// without drops the candidates of a description that have some address.
func without(sdp, address string) string {
	var kept strings.Builder
	for line := range strings.Lines(sdp) {
		if !strings.HasPrefix(line, "a=candidate:") || !strings.Contains(line, " "+address+" ") {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

func TestAServerBehindNATIsFoundAtTheAddressItIsTold(t *testing.T) {
	t.Parallel()
	e, err := media.New(media.Config{UDPAddr: "127.0.0.1:0", PublicIP: "127.0.0.2", Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	router(t, "127.0.0.2", e.Addr().(*net.UDPAddr).AddrPort(), nil)
	room := e.OpenRoom("talk")
	fromOutside(t, room)
	bob := join(t, room, "bob", media.PeerOptions{Subscribe: true}, mediatest.Options{})
	bob.untilReceived("the encoder", hears("obs", "obs.camera", 10))
}

// fromOutside has an encoder publish that finds the server at 127.0.0.2 only.
func fromOutside(t *testing.T, room *media.Room) {
	t.Helper()
	obs := mediatest.New(mediatest.Options{Name: "obs"})
	t.Cleanup(func() { _ = obs.Close() })
	// Neither side knows the other's address of the inside.
	offer, err := obs.Offer(within(t))
	if err != nil {
		t.Fatal(err)
	}
	answer, _, err := room.Publish(within(t), "obs", without(offer, "127.0.0.1"))
	if err != nil {
		t.Fatal(err)
	}
	if answer = without(answer, "127.0.0.1"); !strings.Contains(answer, " 127.0.0.2 ") {
		t.Fatalf("the public address is not told:\n%s", answer)
	}
	if err := obs.Accept(answer); err != nil {
		t.Fatal(err)
	}
}
