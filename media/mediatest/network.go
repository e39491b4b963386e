package mediatest

import (
	"net"
	"sync/atomic"
	"time"
)

// Link is a network of one queue: what comes in leaves it no faster than its
// rate, after a delay; what finds the queue too long is lost. It shapes what a
// client receives. The rate may change while it carries.
type Link struct {
	Queue time.Duration // longest wait in the queue
	Delay time.Duration // of every datagram

	rate    atomic.Int64
	dropped atomic.Int64
	longest atomic.Int64 // wait in the queue, ns
}

// NewLink makes a link of so many bit/s.
func NewLink(rate int64, queue, delay time.Duration) *Link {
	l := &Link{Queue: queue, Delay: delay}
	l.rate.Store(rate)
	return l
}

// SetRate changes the rate, in bit/s.
func (l *Link) SetRate(rate int64) { l.rate.Store(rate) }

// Dropped counts the datagrams that found the queue too long.
func (l *Link) Dropped() int64 { return l.dropped.Load() }

// LongestWait is the longest time in the queue since it was last asked.
func (l *Link) LongestWait() time.Duration { return time.Duration(l.longest.Swap(0)) }

// carry puts the link before a socket.
func (l *Link) carry(c net.PacketConn) net.PacketConn {
	if l == nil {
		return c
	}
	s := &shaped{PacketConn: c, link: l, ready: make(chan datagram, 4096)}
	go s.run()
	return s
}

type datagram struct {
	data []byte
	from net.Addr
	due  time.Time
}

// shaped is a socket behind a link. run ends with the socket.
type shaped struct {
	net.PacketConn
	link  *Link
	ready chan datagram
}

func (s *shaped) run() {
	defer close(s.ready)
	var free time.Time // when the queue is empty
	for {
		b := make([]byte, 2048)
		n, from, err := s.PacketConn.ReadFrom(b)
		if err != nil {
			return
		}
		now := time.Now()
		if free.Before(now) {
			free = now
		}
		wait := free.Sub(now)
		if wait > s.link.Queue {
			s.link.dropped.Add(1)
			continue
		}
		if int64(wait) > s.link.longest.Load() {
			s.link.longest.Store(int64(wait))
		}
		// 28 bytes of IP and UDP.
		free = free.Add(time.Duration(int64(n+28) * 8 * int64(time.Second) / s.link.rate.Load()))
		s.ready <- datagram{b[:n], from, free.Add(s.link.Delay)}
	}
}

func (s *shaped) ReadFrom(b []byte) (int, net.Addr, error) {
	d, ok := <-s.ready
	if !ok {
		return 0, nil, net.ErrClosed
	}
	if wait := time.Until(d.due); wait > 0 {
		time.Sleep(wait)
	}
	return copy(b, d.data), d.from, nil
}
