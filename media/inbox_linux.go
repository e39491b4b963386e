package media

import (
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"os"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	// inboxSize is how many datagrams are read in one system call.
	inboxSize = 32
	// datagramSize, in bytes, is more than any that we are to get.
	datagramSize = 2048
)

// inbox is what the socket is read with: many datagrams at a time (recvmmsg(2)),
// each with the time at which it came. Between two readings what they caused
// is sent. It belongs to the one goroutine that reads the socket.
type inbox struct {
	headers []mmsghdr
	pieces  []unix.Iovec
	names   []unix.RawSockaddrInet6 // large enough for IPv4 too
	control [][8]uint64             // room for a time (SO_TIMESTAMPNS), aligned
	bodies  []byte

	n, next  int
	err      error
	call     func(fd uintptr) bool
	burst    burst
	deadline int64 // set on the socket, Unix nanoseconds, 0: none
}

// open makes the inbox ready.
func (in *inbox) open(c *conn) {
	*in = inbox{
		headers: make([]mmsghdr, inboxSize), pieces: make([]unix.Iovec, inboxSize),
		names: make([]unix.RawSockaddrInet6, inboxSize), control: make([][8]uint64, inboxSize),
		bodies: make([]byte, inboxSize*datagramSize),
		burst:  burst{conn: c, size: arenaSize, waits: true},
	}
	for i := range in.headers {
		in.pieces[i].Base = &in.bodies[i*datagramSize]
		in.pieces[i].SetLen(datagramSize)
		h := &in.headers[i].Msghdr
		h.Iov = &in.pieces[i]
		h.SetIovlen(1)
		h.Name = (*byte)(unsafe.Pointer(&in.names[i]))
		h.Control = (*byte)(unsafe.Pointer(&in.control[i]))
	}
	in.call = func(fd uintptr) bool {
		for i := range in.headers {
			h := &in.headers[i].Msghdr
			h.Namelen = unix.SizeofSockaddrInet6
			h.SetControllen(len(in.control[i]) * 8)
		}
		for {
			r, _, errno := unix.Syscall6(unix.SYS_RECVMMSG, fd, uintptr(unsafe.Pointer(&in.headers[0])), inboxSize, unix.MSG_DONTWAIT, 0, 0)
			switch errno {
			case 0:
				in.n, in.err = int(r), nil
				return true
			case unix.EINTR:
				continue
			case unix.EAGAIN:
				return false
			}
			in.err = errno
			return true
		}
	}
	_ = c.raw.Control(func(fd uintptr) {
		// Without it packets count as having come when they are read.
		_ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1)
	})
}

// ReadFromAddrPort gives the next datagram that is not taken on the way: what
// belongs to pion. Only one goroutine may call it.
func (c *conn) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	in := &c.inbox
	for {
		for in.next < in.n {
			i := in.next
			in.next++
			c.in.Add(1)
			d := in.bodies[i*datagramSize:][:min(int(in.headers[i].n), datagramSize)]
			from := in.from(i)
			if c.take(&in.burst, d, endpoint{addr: unmap(from)}, in.at(i)) {
				continue
			}
			in.burst.send()
			return copy(b, d), from, nil
		}
		in.burst.send()
		if err := c.fill(in); err != nil {
			return 0, netip.AddrPort{}, err
		}
		now := time.Now()
		c.load.note(now.Sub(time.Unix(0, in.at(0))), now)
	}
}

// fill waits for datagrams, and meanwhile lets go what has been held long enough.
func (c *conn) fill(in *inbox) error {
	for in.n, in.next = 0, 0; ; {
		if b := &in.burst; len(b.held) > 0 {
			due := b.heldAt + int64(heldFor)
			if time.Now().UnixNano() >= due {
				b.flush()
			} else if in.deadline == 0 {
				in.deadline = due
				_ = c.SetReadDeadline(time.Unix(0, due))
			}
		}
		err := c.raw.Read(in.call)
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			in.deadline = 0
			_ = c.SetReadDeadline(time.Time{})
		case err != nil:
			return err
		case in.err != nil:
			return c.fillOne(in)
		default:
			return nil
		}
	}
}

// fillOne reads one datagram, where the system gives several at a time to nobody.
func (c *conn) fillOne(in *inbox) error {
	in.burst.flush()
	n, from, err := c.ReadFromUDPAddrPort(in.bodies[:datagramSize])
	if err != nil {
		if ne := net.Error(nil); errors.As(err, &ne) && ne.Timeout() {
			_ = c.SetReadDeadline(time.Time{})
			return nil
		}
		return err
	}
	in.n, in.headers[0].n = 1, uint32(n)
	in.headers[0].SetControllen(0)
	s := &in.names[0]
	s.Family, s.Addr = unix.AF_INET6, from.Addr().As16()
	binary.BigEndian.PutUint16((*[2]byte)(unsafe.Pointer(&s.Port))[:], from.Port())
	return nil
}

// from is who sent datagram i.
func (in *inbox) from(i int) netip.AddrPort {
	s := &in.names[i]
	port := binary.BigEndian.Uint16((*[2]byte)(unsafe.Pointer(&s.Port))[:])
	if s.Family == unix.AF_INET {
		return netip.AddrPortFrom(netip.AddrFrom4((*unix.RawSockaddrInet4)(unsafe.Pointer(s)).Addr), port)
	}
	return netip.AddrPortFrom(netip.AddrFrom16(s.Addr), port)
}

// at is when datagram i came, Unix nanoseconds.
func (in *inbox) at(i int) int64 {
	c := (*unix.Cmsghdr)(unsafe.Pointer(&in.control[i]))
	if in.headers[i].Controllen == 0 || c.Level != unix.SOL_SOCKET || c.Type != unix.SCM_TIMESTAMPNS || int(c.Len) != unix.CmsgLen(16) {
		return time.Now().UnixNano()
	}
	t := (*[2]int64)(unsafe.Add(unsafe.Pointer(c), unix.CmsgLen(0)))
	return t[0]*1e9 + t[1]
}
