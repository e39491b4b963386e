package media

import (
	"net"
	"net/netip"
	"strings"
	"testing"
)

func TestARelayGoesToPublicHostsAndToOurMediaOnly(t *testing.T) {
	relay := &TURN{media: []netip.AddrPort{netip.MustParseAddrPort("10.1.2.3:7882")}}
	for _, c := range []struct {
		peer string
		want bool
		why  string
	}{
		{"0.0.0.0", false, "this host"},
		{"0.1.2.3", false, "this network"},
		{"10.0.0.1", false, "private"},
		{"10.1.2.4", false, "private, next to our media"},
		{"10.255.255.255", false, "private"},
		{"100.64.0.1", false, "carrier's shared space"},
		{"100.127.255.255", false, "carrier's shared space"},
		{"127.0.0.1", false, "loopback"},
		{"127.8.8.8", false, "loopback"},
		{"169.254.0.1", false, "link-local"},
		{"169.254.169.254", false, "cloud metadata"},
		{"172.16.0.1", false, "private"},
		{"172.31.255.255", false, "private"},
		{"192.0.0.1", false, "protocol assignments"},
		{"192.0.2.1", false, "documentation"},
		{"192.88.99.1", false, "6to4 relays"},
		{"192.168.0.1", false, "private"},
		{"192.168.255.255", false, "private"},
		{"198.18.0.1", false, "benchmarks"},
		{"198.19.255.255", false, "benchmarks"},
		{"198.51.100.1", false, "documentation"},
		{"203.0.113.1", false, "documentation"},
		{"224.0.0.1", false, "multicast"},
		{"239.255.255.250", false, "multicast"},
		{"240.0.0.1", false, "reserved"},
		{"255.255.255.255", false, "broadcast"},
		{"::", false, "unspecified"},
		{"::1", false, "loopback"},
		{"::10.0.0.1", false, "old embedding of a private address"},
		{"::ffff:10.0.0.1", false, "mapped private"},
		{"::ffff:127.0.0.1", false, "mapped loopback"},
		{"::ffff:169.254.169.254", false, "mapped metadata"},
		{"64:ff9b::a00:1", false, "translated private"},
		{"64:ff9b:1::1", false, "local translation"},
		{"100::1", false, "discard"},
		{"2001::1", false, "Teredo"},
		{"2001:db8::1", false, "documentation"},
		{"2002:a00:1::", false, "6to4 of a private address"},
		{"3fff::1", false, "documentation"},
		{"fc00::1", false, "unique local"},
		{"fd12:3456::1", false, "unique local"},
		{"fe80::1", false, "link-local"},
		{"fec0::1", false, "site-local"},
		{"ff02::1", false, "multicast"},
		{"10.1.2.3", true, "our media"},
		{"::ffff:10.1.2.3", true, "our media, mapped"},
		{"1.1.1.1", true, "public"},
		{"100.63.255.255", true, "public, just below the shared space"},
		{"172.32.0.1", true, "public, just above the private block"},
		{"2606:4700::1111", true, "public"},
	} {
		if got := relay.permit(nil, net.ParseIP(c.peer)); got != c.want {
			t.Errorf("permit %s (%s) = %v", c.peer, c.why, got)
		}
	}
	if relay.permit(nil, nil) || relay.permit(nil, net.IP{1, 2, 3}) {
		t.Error("what is no address is permitted")
	}
	for to, want := range map[string]bool{
		"10.1.2.3:7882": true, "[::ffff:10.1.2.3]:7882": true, "10.1.2.3:22": false, "10.1.2.4:7882": false, "1.1.1.1:53": true,
	} {
		if got := relay.reachable(netip.MustParseAddrPort(to)); got != want {
			t.Errorf("reachable %s = %v", to, got)
		}
	}
}

func TestTheServerDialsPublicCandidatesOnly(t *testing.T) {
	sdp := strings.Join([]string{"v=0", "m=audio 9 UDP/TLS/RTP/SAVPF 111",
		"a=candidate:1 1 udp 1 8.8.4.4 5000 typ host",
		"a=candidate:2 1 udp 1 192.168.1.5 5000 typ host",
		"a=candidate:3 1 udp 1 0a1b.local 5000 typ host",
		"a=candidate:4 1 udp 1 ::1 5000 typ host",
		"a=candidate:5", "a=mid:0", ""}, "\r\n")
	for name, c := range map[string]struct {
		engine *Engine
		want   string
	}{
		"in the open":    {&Engine{}, "1"},
		"on one machine": {&Engine{loopback: true}, "124"},
	} {
		got := ""
		text := c.engine.withoutPrivate(sdp)
		for line := range strings.Lines(text) {
			if rest, ok := strings.CutPrefix(line, "a=candidate:"); ok {
				got += rest[:1]
			}
		}
		if got != c.want || !strings.HasSuffix(text, "a=mid:0\r\n") {
			t.Errorf("%s: candidates %q kept, want %q, in\n%s", name, got, c.want, text)
		}
	}
}
