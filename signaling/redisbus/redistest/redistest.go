// Package redistest starts real Redis servers for tests.
//
// A server keeps nothing on disk, listens on a free port of the loopback and
// ends with the test that started it, which owns it alone. A machine without
// redis-server fails the test and says which package to install; it is never
// a reason to skip.
package redistest

import (
	"net"
	"os/exec"
	"testing"
	"time"
)

// program is Debian's server.
const program = "/usr/bin/redis-server"

// patience bounds the wait for a server to answer.
const patience = 10 * time.Second

// Start starts a server and answers its address, host:port, once it can be
// reached.
func Start(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Fatalf("this test needs %s (Debian package redis-server): %v", program, err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_, port, _ := net.SplitHostPort(addr)
	_ = l.Close()
	cmd := exec.Command(program, "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", t.TempDir())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	wait(t, addr)
	return addr
}

func wait(t *testing.T, addr string) {
	t.Helper()
	limit := time.After(patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if c, err := net.Dial("tcp", addr); err == nil {
			_ = c.Close()
			return
		}
		select {
		case <-tick.C:
		case <-limit:
			t.Fatal("redis-server never answers")
		}
	}
}
