package media

import (
	"fmt"
	"net"
	"net/netip"
	"sync/atomic"
	"syscall"
)

// socketBuffer, in bytes, holds a keyframe to some hundred viewers; the system
// may grant less.
const socketBuffer = 4 << 20

// conn is the one UDP socket under the ICE multiplexer. All datagrams pass
// through it, so this is where counting and batching are. It
// offers the netip methods that keep the multiplexer free of allocations.
type conn struct {
	*net.UDPConn
	raw             syscall.RawConn
	inet6           bool        // the socket's addresses are IPv6 ones
	joins           bool        // the kernel cuts what is joined (UDP_SEGMENT)
	single          atomic.Bool // the system takes one datagram at a time only
	sendmmsg        func(fd uintptr, h *mmsghdr, n int) (int, error)
	table           table
	load            overload
	inbox           inbox // owned by the one who reads
	in, out, failed atomic.Uint64
}

func listen(addr string) (*conn, error) {
	a, err := net.ResolveUDPAddr("udp", addr)
	if err != nil {
		return nil, fmt.Errorf("resolve media address: %w", err)
	}
	network := "udp"
	if a.IP.To4() != nil {
		network = "udp4"
	}
	c, err := net.ListenUDP(network, a)
	if err != nil {
		return nil, fmt.Errorf("listen for media: %w", err)
	}
	// The system may cap the sizes; media flows with the default ones too.
	_ = c.SetReadBuffer(socketBuffer)
	_ = c.SetWriteBuffer(socketBuffer)
	raw, err := c.SyscallConn()
	if err != nil {
		_ = c.Close()
		return nil, fmt.Errorf("listen for media: %w", err)
	}
	conn := &conn{UDPConn: c, raw: raw, inet6: family(raw), sendmmsg: sendmmsg}
	conn.joins = conn.segments()
	conn.inbox.open(conn)
	return conn, nil
}

// sendSingly sends a run packet by packet and reports whether all of it left.
func (c *conn) sendSingly(b *burst, r *run) bool {
	sent := 0
	for at := r.start; at < r.end; at += r.segment {
		if _, err := c.WriteToUDPAddrPort(b.arena[at:min(at+r.segment, r.end)], r.to.addr); err == nil {
			sent++
		}
	}
	c.count(sent, r.count)
	return sent == r.count
}

func (c *conn) count(sent, of int) {
	c.out.Add(uint64(sent))
	c.failed.Add(uint64(of - sent))
}

// take hands a datagram to the connection it belongs to; false when it is
// pion's. What a packet breaks is its own connection or that of who was to get it,
// never the socket.
func (c *conn) take(b *burst, d []byte, from endpoint, at int64) (taken bool) {
	in := c.table.of(from)
	if in == nil {
		return false
	}
	defer func() {
		if fault := recover(); fault != nil {
			taken = true
			b.blamed(in.peer).fail(fault)
		}
	}()
	return in.take(b, d, at)
}

func unmap(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }

func (c *conn) WriteToAddrPort(b []byte, to netip.AddrPort) (int, error) {
	n, err := c.WriteToUDPAddrPort(b, to)
	c.sent(err)
	return n, err
}

func (c *conn) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := c.ReadFromAddrPort(b)
	return n, net.UDPAddrFromAddrPort(from), err
}

func (c *conn) WriteTo(b []byte, to net.Addr) (int, error) {
	n, err := c.UDPConn.WriteTo(b, to)
	c.sent(err)
	return n, err
}

func (c *conn) sent(err error) {
	if err != nil {
		c.failed.Add(1)
		return
	}
	c.out.Add(1)
}
