//go:build !linux

package media

import (
	"net/netip"
	"syscall"
	"time"
)

// mmsghdr and messages have nothing to hold where packets leave one by one.
type (
	mmsghdr  struct{}
	messages struct{}
)

func sendmmsg(uintptr, *mmsghdr, int) (int, error) { return 0, syscall.ENOSYS }

func (c *conn) segments() bool { return false }

func family(syscall.RawConn) bool { return false }

// sendRuns sends a burst packet by packet.
func (c *conn) sendRuns(b *burst) {
	for i := range b.runs {
		if r := &b.runs[i]; r.to.streams != nil {
			c.count(b.sendStream(r), r.count)
		} else {
			c.sendSingly(b, r)
		}
	}
}

// inbox is what the socket is read with.
type inbox struct{ burst burst }

func (in *inbox) open(c *conn) { in.burst.conn = c }

// ReadFromAddrPort gives the next datagram that is not taken on the way.
func (c *conn) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	for {
		n, from, err := c.ReadFromUDPAddrPort(b)
		if err != nil {
			return n, from, err
		}
		c.in.Add(1)
		if !c.take(&c.inbox.burst, b[:n], endpoint{addr: unmap(from)}, time.Now().UnixNano()) {
			return n, from, nil
		}
		c.inbox.burst.flush()
	}
}
