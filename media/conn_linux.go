package media

import (
	"encoding/binary"
	"net/netip"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// mmsghdr is the kernel's struct mmsghdr (sendmmsg(2)).
type mmsghdr struct {
	unix.Msghdr
	n uint32
}

// messages are a burst's runs as sendmmsg(2) takes them. They belong to the
// burst; nothing here is allocated after its first use.
type messages struct {
	m    *headers
	from int
	left int // not sent yet, from headers[from] on
	err  error
	call func(fd uintptr) bool
}

type headers struct {
	headers []mmsghdr
	pieces  []unix.Iovec
	inet4   []unix.RawSockaddrInet4
	inet6   []unix.RawSockaddrInet6
	control [][3]uint64 // room for one control message of two bytes (CMSG_SPACE), aligned
}

func newHeaders(n int) *headers {
	return &headers{make([]mmsghdr, n), make([]unix.Iovec, n), make([]unix.RawSockaddrInet4, n),
		make([]unix.RawSockaddrInet6, n), make([][3]uint64, n)}
}

// sendmmsg is a variable of conn's, so that tests can refuse.
func sendmmsg(fd uintptr, h *mmsghdr, n int) (int, error) {
	r, _, errno := unix.Syscall6(unix.SYS_SENDMMSG, fd, uintptr(unsafe.Pointer(h)), uintptr(n), unix.MSG_DONTWAIT, 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(r), nil
}

// segments says whether the kernel knows UDP_SEGMENT (udp(7), Linux 4.18).
func (c *conn) segments() bool {
	ok := false
	_ = c.raw.Control(func(fd uintptr) {
		_, err := unix.GetsockoptInt(int(fd), unix.SOL_UDP, unix.UDP_SEGMENT)
		ok = err == nil
	})
	return ok
}

// sendRuns sends a burst: joined where the kernel cuts, in one call where it
// takes several, else one by one.
func (c *conn) sendRuns(b *burst) {
	s := &b.system
	if s.m == nil {
		s.m = newHeaders(cap(b.runs))
		s.call = func(fd uintptr) bool {
			for s.left > 0 {
				n, err := c.sendmmsg(fd, &s.m.headers[s.from], s.left)
				if err == unix.EINTR {
					continue
				}
				if err == unix.EAGAIN {
					return false
				}
				if s.err = err; err != nil {
					return true
				}
				s.from, s.left = s.from+n, s.left-n
			}
			return true
		}
	}
	queued := b.runs[:0]
	for i := range b.runs {
		r := &b.runs[i]
		switch {
		case r.to.streams != nil:
			c.count(b.sendStream(r), r.count)
		case c.single.Load() || r.to.addr.Addr().Zone() != "" || r.count > 1 && (!c.joins || r.to.plain.Load()):
			c.sendSingly(b, r)
		default:
			s.m.set(len(queued), b, r, c.inet6)
			queued = append(queued, *r)
		}
	}
	s.from, s.left = 0, len(queued)
	for s.left > 0 {
		before := s.from
		if err := c.raw.Write(s.call); err != nil { // the socket is closed
			s.err = err
		}
		for i := before; i < s.from; i++ {
			c.out.Add(uint64(queued[i].count))
		}
		if s.left == 0 {
			return
		}
		// What cannot leave as it is may leave piece by piece.
		r := &queued[s.from]
		if s.err = nil; c.sendSingly(b, r) {
			if r.count > 1 {
				r.to.plain.Store(true)
			} else {
				c.single.Store(true)
			}
		}
		s.from, s.left = s.from+1, s.left-1
	}
}

// set makes header i that of a run.
func (m *headers) set(i int, b *burst, r *run, inet6 bool) {
	p := &m.pieces[i]
	p.Base = &b.arena[r.start]
	p.SetLen(r.end - r.start)
	h := &m.headers[i].Msghdr
	h.Iov = p
	h.SetIovlen(1)
	h.Name, h.Namelen = m.address(i, r.to.addr, inet6)
	h.Control = nil
	h.SetControllen(0)
	if r.count > 1 {
		c := (*unix.Cmsghdr)(unsafe.Pointer(&m.control[i]))
		c.Level, c.Type = unix.SOL_UDP, unix.UDP_SEGMENT
		c.SetLen(unix.CmsgLen(2))
		*(*uint16)(unsafe.Add(unsafe.Pointer(c), unix.CmsgLen(0))) = uint16(r.segment)
		h.Control = (*byte)(unsafe.Pointer(c))
		h.SetControllen(unix.CmsgSpace(2))
	}
}

// address writes a socket address of the socket's own family.
func (m *headers) address(i int, a netip.AddrPort, inet6 bool) (*byte, uint32) {
	if inet6 {
		s := &m.inet6[i]
		s.Family, s.Addr = unix.AF_INET6, a.Addr().As16()
		binary.BigEndian.PutUint16((*[2]byte)(unsafe.Pointer(&s.Port))[:], a.Port())
		return (*byte)(unsafe.Pointer(s)), unix.SizeofSockaddrInet6
	}
	s := &m.inet4[i]
	s.Family, s.Addr = unix.AF_INET, a.Addr().Unmap().As4()
	binary.BigEndian.PutUint16((*[2]byte)(unsafe.Pointer(&s.Port))[:], a.Port())
	return (*byte)(unsafe.Pointer(s)), unix.SizeofSockaddrInet4
}

// family says whether the socket's addresses are IPv6 ones.
func family(raw syscall.RawConn) (inet6 bool) {
	_ = raw.Control(func(fd uintptr) {
		if d, err := unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_DOMAIN); err == nil {
			inet6 = d == unix.AF_INET6
		}
	})
	return inet6
}
