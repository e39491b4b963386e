//go:build !linux

package netlab

import (
	"fmt"
	"net/netip"
	"os"
)

// mtu, in bytes, is Ethernet's.
const mtu = 1500

func inside() bool { return false }

// Main runs a test binary with userland hosts and gives its exit code.
func Main(run func() int) int {
	fmt.Fprintf(os.Stderr, "netlab: %v; links run in this process instead, for UDP only\n", ErrUnavailable)
	return run()
}

type device struct{}

func (h *Host) open(netip.Addr) error      { return ErrUnavailable }
func (h *Host) readdress(netip.Addr) error { return ErrUnavailable }
func (device) do(f func() error) error     { return f() }
func (device) close() error                { return nil }
