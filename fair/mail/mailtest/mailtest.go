// Package mailtest has a mail server for tests. It keeps what it is sent in memory
// and hands nothing on.
package mailtest

import (
	"bufio"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Relay is a small SMTP server (RFC 5321) that takes what it is sent.
type Relay struct {
	Address string
	refuse  string // answer to RCPT, when not empty

	mu       sync.Mutex
	received []string // guarded by mu
	commands []string // guarded by mu
}

// New runs a relay until the test ends. It answers RCPT with refuse, when that is
// not empty.
func New(t *testing.T, refuse string) *Relay {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &Relay{Address: listener.Addr().String(), refuse: refuse}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { r.serve(conn) })
		}
	})
	t.Cleanup(func() { listener.Close(); serving.Wait() })
	return r
}

func (r *Relay) serve(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	say := func(line string) { fmt.Fprintf(conn, "%s\r\n", line) }
	say("220 relay")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		r.note(strings.TrimSpace(line))
		verb, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(line)), " ")
		switch {
		case verb == "QUIT":
			say("221 bye")
			return
		case verb == "RCPT" && r.refuse != "":
			say(r.refuse)
		case verb == "DATA":
			say("354 go on")
			r.take(in)
			say("250 taken")
		default:
			say("250 fine")
		}
	}
}

func (r *Relay) note(command string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.commands = append(r.commands, command)
}

func (r *Relay) take(in *bufio.Reader) {
	var b strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil || line == ".\r\n" {
			break
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.received = append(r.received, b.String())
}

// Received lists the messages that came.
func (r *Relay) Received() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.received)
}

// Commands lists what was said to it.
func (r *Relay) Commands() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.commands)
}
