package netlab

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	// mtu, in bytes, is that of the devices: Ethernet's.
	mtu = 1500
	// marked tells a process that it is the one that Main started.
	marked = "SALON_NETLAB"
)

// inside says whether this process has a network of its own.
func inside() bool { return os.Getenv(marked) != "" }

// Main runs a test binary again in a network namespace of its own and gives the
// exit code; where that is impossible it runs it as it is, with userland hosts, and says so.
func Main(run func() int) int {
	if inside() {
		if err := raise("lo", netip.Addr{}); err != nil {
			fmt.Fprintln(os.Stderr, "netlab: the loopback of a new namespace cannot be used:", err)
			return 1
		}
		return run()
	}
	if err := available(); err != nil {
		fmt.Fprintf(os.Stderr, "netlab: %v; links run in this process instead, for UDP only\n", err)
		return run()
	}
	// The child dies with this thread.
	runtime.LockOSThread()
	c := exec.Command("/proc/self/exe", os.Args[1:]...) //nolint:gosec // this very program
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	c.Env = append(os.Environ(), marked+"=1")
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	err := c.Run()
	var ended *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &ended):
		return max(ended.ExitCode(), 1)
	}
	fmt.Fprintln(os.Stderr, "netlab: this machine has /dev/net/tun and we are root, yet no namespace was made:", err)
	return 1
}

// available says what is missing, if anything is. What is there and does not work is a fault, not missing.
func available() error {
	if os.Geteuid() != 0 {
		return fmt.Errorf("%w: not root", ErrUnavailable)
	}
	f, err := os.OpenFile("/dev/net/tun", os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return f.Close()
}

// home is the namespace of the process.
var home = sync.OnceValue(func() int {
	fd, err := unix.Open("/proc/self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1 // and no thread finds back: it ends
	}
	return fd
})

// device is a host's namespace and TUN device.
type device struct {
	space int // its namespace, 0 that of the process
	name  string
	tun   *os.File
	done  chan struct{}
}

// open makes the host's namespace and device and begins to route.
func (h *Host) open(addr netip.Addr) error {
	h.name = fmt.Sprintf("lab%d.%d", addr.As4()[2], addr.As4()[3])
	set := func() (err error) {
		if h.tun, err = openTUN(h.name); err != nil {
			return err
		}
		return raise(h.name, addr)
	}
	var err error
	if h.here {
		err = set()
	} else {
		err = aside(func() (err error) {
			if err = unix.Unshare(unix.CLONE_NEWNET); err != nil {
				return fmt.Errorf("make a namespace: %w", err)
			}
			if h.space, err = unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0); err != nil {
				return fmt.Errorf("keep a namespace: %w", err)
			}
			return errors.Join(raise("lo", netip.Addr{}), set())
		})
	}
	if err != nil {
		return errors.Join(err, h.device.close())
	}
	h.done = make(chan struct{})
	go h.route()
	return nil
}

// aside runs f on a thread of its own, which may change its namespace.
func aside(f func() error) error {
	result := make(chan error)
	go func() {
		runtime.LockOSThread()
		back := home()
		err := f()
		if back := unix.Setns(back, unix.CLONE_NEWNET); back == nil {
			runtime.UnlockOSThread()
		} // else the thread ends with this goroutine
		result <- err
	}()
	return <-result
}

func (d *device) do(f func() error) error {
	return aside(func() error {
		if err := unix.Setns(d.space, unix.CLONE_NEWNET); err != nil {
			return fmt.Errorf("enter a namespace: %w", err)
		}
		return f()
	})
}

func (h *Host) readdress(addr netip.Addr) error {
	return h.Do(func() error { return raise(h.name, addr) })
}

func (d *device) close() error {
	var err error
	if d.tun != nil {
		err = d.tun.Close()
	}
	if d.done != nil {
		<-d.done
	}
	if d.space > 0 {
		err = errors.Join(err, unix.Close(d.space))
	}
	return err
}

// route takes what the host sends to whom it is for.
func (h *Host) route() {
	defer close(h.done)
	for {
		b := make([]byte, mtu+4)
		n, err := h.tun.Read(b)
		if err != nil {
			return
		}
		if b = b[:n]; n < 20 || b[0]>>4 != 4 {
			continue // IPv6 is not spoken here
		}
		if from := netip.AddrFrom4([4]byte(b[12:16])); from != h.Addr() {
			continue // from before a move
		}
		const udp = 17
		isUDP := b[9] == udp
		h.Up.send(b, n, isUDP, func(b []byte) {
			to := h.lab.at(netip.AddrFrom4([4]byte(b[16:20])))
			if to == nil {
				return
			}
			to.Down.send(b, len(b), isUDP, func(b []byte) {
				// A device that has closed meanwhile loses it.
				_, _ = to.tun.Write(b)
			})
		})
	}
}

// openTUN makes a TUN device in the thread's namespace.
func openTUN(name string) (*os.File, error) {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open /dev/net/tun: %w", err)
	}
	r, err := unix.NewIfreq(name)
	if err == nil {
		r.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
		err = unix.IoctlIfreq(fd, unix.TUNSETIFF, r)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make TUN device: %w", err), unix.Close(fd))
	}
	return os.NewFile(uintptr(fd), "/dev/net/tun"), nil
}

// raise gives a device of the thread's namespace an address of a /24, if one is
// given, and takes it into use (netdevice(7)).
func raise(name string, addr netip.Addr) error {
	s, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("set up %s: %w", name, err)
	}
	defer func() { _ = unix.Close(s) }()
	if addr.IsValid() {
		err = errors.Join(setAddress(s, name, unix.SIOCSIFADDR, addr.AsSlice()),
			setAddress(s, name, unix.SIOCSIFNETMASK, []byte{255, 255, 255, 0}))
	}
	if err == nil {
		var r *unix.Ifreq
		if r, err = unix.NewIfreq(name); err == nil {
			r.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
			err = unix.IoctlIfreq(s, unix.SIOCSIFFLAGS, r)
		}
	}
	if err != nil {
		return fmt.Errorf("set up %s: %w", name, err)
	}
	return nil
}

// setAddress is an ioctl that takes a struct sockaddr_in.
func setAddress(s int, name string, request uint, ip []byte) error {
	r, err := unix.NewIfreq(name)
	if err != nil {
		return err
	}
	if err := r.SetInet4Addr(ip); err != nil {
		return err
	}
	return unix.IoctlIfreq(s, request, r)
}
