//go:build !linux

package media

import "syscall"

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
