package netlab

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"

	"github.com/pion/transport/v5"
)

// ErrUnavailable: this machine has no namespaces or no /dev/net/tun for us.
var ErrUnavailable = errors.New("no network namespaces here")

// Lab is a star of hosts with a link each.
type Lab struct {
	seed   uint64
	number byte // third byte of its addresses
	real   bool // namespaces and TUN devices

	mu     sync.Mutex
	hosts  []*Host
	next   byte // last byte of the next address
	closed bool
}

// labs numbers the labs of a process.
var labs atomic.Uint32

// New opens a lab without hosts. Everything random in it comes from seed.
func New(seed uint64) *Lab {
	l := Userland(seed)
	l.real = inside()
	return l
}

// Userland opens a lab whose hosts are addresses of the loopback.
func Userland(seed uint64) *Lab {
	return &Lab{seed: seed, number: byte(labs.Add(1) % 250), next: 1}
}

// Real says whether packets pass through kernels; else only UDP of transport.Net does through pipes.
func (l *Lab) Real() bool { return l.real }

// Host is one machine of a lab. What it sends passes through Up, what it gets
// through Down.
type Host struct {
	Up, Down *Pipe

	lab    *Lab
	here   bool
	device // of its namespace

	mu   sync.Mutex
	addr netip.Addr
}

// Host adds a machine in a namespace of its own.
func (l *Lab) Host() (*Host, error) { return l.add(false) }

// Here adds this process, for code that opens sockets where nobody can choose the
// namespace. A lab has one such host at most.
func (l *Lab) Here() (*Host, error) { return l.add(true) }

func (l *Lab) add(here bool) (*Host, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, net.ErrClosed
	}
	n := uint64(len(l.hosts))
	h := &Host{lab: l, here: here, Up: newPipe(l.seed, 2*n), Down: newPipe(l.seed, 2*n+1), addr: l.addressLocked()}
	if here && !l.real {
		h.addr = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	if l.real {
		if err := h.open(h.addr); err != nil {
			h.Up.close()
			h.Down.close()
			return nil, fmt.Errorf("add a host: %w", err)
		}
	}
	l.hosts = append(l.hosts, h)
	return h, nil
}

// addressLocked is an address that nobody has had.
func (l *Lab) addressLocked() netip.Addr {
	first := byte(10)
	if !l.real {
		first = 127
	}
	a := netip.AddrFrom4([4]byte{first, 77, l.number, l.next})
	l.next++
	return a
}

// Close takes the lab away; its sockets go dead.
func (l *Lab) Close() error {
	l.mu.Lock()
	l.closed = true
	hosts := l.hosts
	l.mu.Unlock()
	var err error
	for _, h := range hosts {
		err = errors.Join(err, h.device.close())
	}
	for _, h := range hosts {
		h.Up.close()
		h.Down.close()
	}
	return err
}

// Addr is the host's address now.
func (h *Host) Addr() netip.Addr {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.addr
}

// Move gives the host another address, as a phone gets that leaves Wi-Fi: what
// comes from the old one or goes to it is lost.
func (h *Host) Move() error {
	h.lab.mu.Lock()
	addr := h.lab.addressLocked()
	h.lab.mu.Unlock()
	h.mu.Lock()
	h.addr = addr
	h.mu.Unlock()
	if h.lab.real {
		return h.readdress(addr)
	}
	return nil
}

// Do runs f where the sockets it opens are the host's. f must open them itself,
// not in a goroutine.
func (h *Host) Do(f func() error) error {
	if !h.lab.real || h.here {
		return f()
	}
	return h.device.do(f)
}

// Set gives both directions the same conditions.
func (h *Host) Set(c Conditions) {
	h.Up.Set(c)
	h.Down.Set(c)
}

// at is the host that has an address, nil when none does.
func (l *Lab) at(a netip.Addr) *Host {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, h := range l.hosts {
		if h.Addr() == a {
			return h
		}
	}
	return nil
}

// Net is the host's network as pion takes it.
func (h *Host) Net() transport.Net { return newNetwork(h) }
