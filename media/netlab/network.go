package netlab

import (
	"net"
	"net/netip"
	"strings"

	"github.com/pion/transport/v5"
	"github.com/pion/transport/v5/stdnet"
)

// network opens sockets on a host. Without namespaces its UDP sockets pass through
// the host's pipes themselves.
type network struct {
	transport.Net // names and what else needs no socket
	host          *Host
}

func newNetwork(h *Host) *network {
	n := &network{host: h}
	if err := h.Do(func() (err error) { n.Net, err = stdnet.NewNet(); return err }); err != nil {
		panic("netlab: the machine lists no network interfaces: " + err.Error())
	}
	return n
}

// open opens a socket on the host.
func open[T any](n *network, how func() (T, error)) (opened T, err error) {
	err = n.host.Do(func() (err error) { opened, err = how(); return err })
	return opened, err
}

// Interfaces implements transport.Net.
func (n *network) Interfaces() ([]*transport.Interface, error) {
	i := transport.NewInterface(net.Interface{Index: 1, MTU: mtu, Name: "netlab", Flags: net.FlagUp | net.FlagRunning})
	i.AddAddress(&net.IPNet{IP: n.host.Addr().AsSlice(), Mask: net.CIDRMask(24, 32)})
	return []*transport.Interface{i}, nil
}

// ListenPacket implements transport.Net.
func (n *network) ListenPacket(network, address string) (net.PacketConn, error) {
	a, err := net.ResolveUDPAddr(network, address)
	if err != nil {
		return nil, err
	}
	return n.ListenUDP(network, a)
}

// ListenUDP implements transport.Net.
func (n *network) ListenUDP(network string, a *net.UDPAddr) (transport.UDPConn, error) {
	if !n.host.lab.real && (a == nil || a.IP == nil || a.IP.IsUnspecified()) {
		// Any other address of the loopback would not be the host's.
		port := 0
		if a != nil {
			port = a.Port
		}
		a = &net.UDPAddr{IP: n.host.Addr().AsSlice(), Port: port}
	}
	c, err := open(n, func() (*net.UDPConn, error) { return net.ListenUDP(network, a) })
	if err != nil || n.host.lab.real {
		return c, err
	}
	return newSocket(n.host, c), nil
}

// DialTCP implements transport.Net.
func (n *network) DialTCP(network string, from, to *net.TCPAddr) (transport.TCPConn, error) {
	return open(n, func() (*net.TCPConn, error) { return net.DialTCP(network, from, to) })
}

// Dial implements transport.Net for TCP.
func (n *network) Dial(network, address string) (net.Conn, error) {
	if !strings.HasPrefix(network, "tcp") {
		return nil, transport.ErrNotSupported
	}
	return open(n, func() (net.Conn, error) { return net.Dial(network, address) })
}

// socket is a UDP socket that passes through its host's pipes.
type socket struct {
	*net.UDPConn
	host *Host
	from netip.Addr
	got  chan datagram
	gone chan struct{}
}

type datagram struct {
	data []byte
	from net.Addr
}

func newSocket(h *Host, c *net.UDPConn) *socket {
	s := &socket{UDPConn: c, host: h, from: c.LocalAddr().(*net.UDPAddr).AddrPort().Addr(),
		got: make(chan datagram, 4096), gone: make(chan struct{})}
	go s.run()
	return s
}

// run has what arrives pass through Down; it ends with the socket.
func (s *socket) run() {
	defer close(s.gone)
	for {
		b := make([]byte, mtu)
		n, from, err := s.UDPConn.ReadFrom(b)
		if err != nil {
			return
		}
		s.host.Down.send(b[:n], n+udpHeaders, true, func(data []byte) {
			if s.alive() {
				select {
				case s.got <- datagram{data, from}:
				default: // as a full socket buffer does
				}
			}
		})
	}
}

// alive says that the host still has the socket's address.
func (s *socket) alive() bool { return s.host.Addr() == s.from }

// ReadFrom gives what has passed.
func (s *socket) ReadFrom(b []byte) (int, net.Addr, error) {
	select {
	case d := <-s.got:
		return copy(b, d.data), d.from, nil
	case <-s.gone:
		return 0, nil, net.ErrClosed
	}
}

// WriteTo has a datagram pass through Up.
func (s *socket) WriteTo(b []byte, to net.Addr) (int, error) {
	s.host.Up.send(append([]byte(nil), b...), len(b)+udpHeaders, true, func(data []byte) {
		if s.alive() {
			// A socket that has closed meanwhile loses it.
			_, _ = s.UDPConn.WriteTo(data, to)
		}
	})
	return len(b), nil
}
