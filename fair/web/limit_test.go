package web

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"salon/fair"
)

func TestALimitStopsAnAddressAndForgivesItWithTime(t *testing.T) {
	l := &limit[netip.Prefix]{every: time.Second, burst: 3}
	here, there := netip.MustParsePrefix("203.0.113.1/32"), netip.MustParsePrefix("203.0.113.2/32")
	now := time.Unix(1_700_000_000, 0)
	for range 3 {
		if err := l.take(here, now); err != nil {
			t.Fatal(err)
		}
	}
	err := l.take(here, now)
	if fair.KindOf(err) != fair.TooMany || err.(*fair.Error).RetryAfter != time.Second {
		t.Errorf("the fourth: %v", err)
	}
	if err := l.take(there, now); err != nil {
		t.Errorf("another address pays for it: %v", err)
	}
	if err := l.take(here, now.Add(time.Second)); err != nil {
		t.Errorf("a second later: %v", err)
	}
}

func TestALimitRemembersABoundedNumberOfAddresses(t *testing.T) {
	l := &limit[netip.Prefix]{every: time.Hour, burst: 2}
	now := time.Unix(1_700_000_000, 0)
	var addr [4]byte
	for i := range 3 * limitedAddresses {
		addr = [4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}
		if err := l.take(netip.PrefixFrom(netip.AddrFrom4(addr), 32), now); err != nil {
			t.Fatal(err)
		}
	}
	if len(l.byAddr) > limitedAddresses {
		t.Errorf("%d addresses remembered", len(l.byAddr))
	}
}

func TestAnAddressIsWhatTheLastProxyWeTrustSaw(t *testing.T) {
	s := &Server{Config: Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}
	app := fiber.New()
	for _, c := range []struct{ name, peer, forwarded, want string }{ // a line of forwarded is a header of its own
		{"a direct visitor", "203.0.113.9", "", "203.0.113.9/32"},
		{"a visitor who claims to be another", "203.0.113.9", "198.51.100.1", "203.0.113.9/32"},
		{"behind our proxy", "10.0.0.1", "203.0.113.9", "203.0.113.9/32"},
		{"behind two of ours", "10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9/32"},
		{"behind ours, with a claim before it", "10.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9/32"},
		{"behind ours, which adds a header to the claim", "10.0.0.1", "198.51.100.1\n203.0.113.9", "203.0.113.9/32"},
		{"behind ours, with junk", "10.0.0.1", "<script>", "10.0.0.1/32"},
		{"a household with IPv6", "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"},
		{"an IPv4 address written as IPv6", "::ffff:203.0.113.9", "", "203.0.113.9/32"},
	} {
		t.Run(c.name, func(t *testing.T) {
			req := &fasthttp.RequestCtx{}
			req.Init(&fasthttp.Request{}, netAddr(c.peer), nil)
			ctx := app.AcquireCtx(req)
			defer app.ReleaseCtx(ctx)
			for line := range strings.SplitSeq(c.forwarded, "\n") {
				ctx.Request().Header.Add(fiber.HeaderXForwardedFor, line)
			}
			if got := s.address(ctx).String(); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func netAddr(ip string) net.Addr { return &net.TCPAddr{IP: net.ParseIP(ip), Port: 4000} }
