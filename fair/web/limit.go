package web

import (
	"bytes"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/time/rate"

	"salon/fair"
)

// limits are the brakes on what an address, or an account, may try. A whole job
// centre may sit behind one address, so they stop floods; guessing a code is
// stopped by the count of attempts on the code itself.
type limits struct {
	codes *limit[netip.Prefix] // mails with a code
	codesUsed,
	passwords, // guesses, each of which costs much
	demo *limit[netip.Prefix]
	words *limit[fair.ID] // messages of one account, over all conversations
	cvs   *limit[fair.ID] // uploads of one account
	keys  *limit[fair.ID] // requests of a program

	imports *limit[fair.ID] // files of offers of one account
}

func newLimits() limits {
	return limits{
		codes:     &limit[netip.Prefix]{every: 2 * time.Second, burst: 60},
		codesUsed: &limit[netip.Prefix]{every: time.Second, burst: 60},
		passwords: &limit[netip.Prefix]{every: 2 * time.Second, burst: 60},
		demo:      &limit[netip.Prefix]{every: 5 * time.Millisecond, burst: 20_000}, // every demo person at once
		words:     &limit[fair.ID]{every: 3 * time.Second, burst: 20},
		cvs:       &limit[fair.ID]{every: time.Minute, burst: 20},
		keys:      &limit[fair.ID]{every: 500 * time.Millisecond, burst: 120},
		imports:   &limit[fair.ID]{every: 20 * time.Second, burst: 20},
	}
}

// limitedAddresses is how many addresses one limit remembers. When it is full,
// those that have their whole allowance back are forgotten, then any until a
// tenth is free, so that the sweep is paid for by many newcomers.
const limitedAddresses = 10_000

// limit is a token bucket per address or account.
type limit[K comparable] struct {
	every time.Duration // one more allowed each
	burst int

	mu     sync.Mutex
	byAddr map[K]*rate.Limiter // guarded by mu
}

// take spends one try of an address or account, or answers TooMany with the time to wait.
func (l *limit[K]) take(addr K, now time.Time) error {
	l.mu.Lock()
	bucket, known := l.byAddr[addr]
	if !known {
		l.makeRoomLocked(now)
		bucket = rate.NewLimiter(rate.Every(l.every), l.burst)
		l.byAddr[addr] = bucket
	}
	l.mu.Unlock()
	r := bucket.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	r.CancelAt(now)
	e := fair.E(fair.TooMany, "toomany")
	e.RetryAfter = wait
	return e
}

func (l *limit[K]) makeRoomLocked(now time.Time) {
	if l.byAddr == nil {
		l.byAddr = make(map[K]*rate.Limiter)
	}
	if len(l.byAddr) < limitedAddresses {
		return
	}
	for addr, bucket := range l.byAddr {
		if bucket.TokensAt(now) >= float64(l.burst) {
			delete(l.byAddr, addr)
		}
	}
	for addr := range l.byAddr {
		if len(l.byAddr) <= limitedAddresses*9/10 {
			return
		}
		delete(l.byAddr, addr)
	}
}

// address is whom a limit counts: the peer of the connection or, behind proxies
// we trust, the last address of X-Forwarded-For that is not one of them. What
// the client itself wrote into that header stands further left and never counts.
// One household holds a whole /64 of IPv6, so that is what is counted.
func (s *Server) address(c *fiber.Ctx) netip.Prefix {
	addr, _ := netip.AddrFromSlice(c.Context().RemoteIP())
	addr = addr.Unmap()
	lines := c.Request().Header.PeekAll(fiber.HeaderXForwardedFor) // some proxies add a line, others write on in the last
	hops := strings.Split(string(bytes.Join(lines, []byte(","))), ",")
	for i := len(hops) - 1; i >= 0 && s.trusts(addr); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = hop.Unmap()
	}
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	prefix, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{} // no address at all: they share one bucket
	}
	return prefix
}

func (s *Server) trusts(addr netip.Addr) bool {
	for _, p := range s.TrustedProxies {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}
