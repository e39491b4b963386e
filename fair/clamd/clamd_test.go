package clamd_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"go.uber.org/goleak"

	"salon/fair/clamd"
	"salon/fair/service"
)

var _ service.Scanner = (*clamd.Scanner)(nil)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// eicar is the harmless file every scanner knows (eicar.org), in two halves: this
// source is none.
const eicar = `X5O!P%@AP[4\PZX54(P^)7CC)7}` + `$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`

// daemon answers like clamd, as long as the test lasts.
func daemon(t *testing.T, answer func(content string) string) string {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "clamd.ctl")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { l.Close(); <-done })
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			converse(conn, answer)
		}
	}()
	return socket
}

func converse(conn net.Conn, answer func(string) string) {
	defer conn.Close()
	command := make([]byte, len("zINSTREAM\x00"))
	if _, err := io.ReadFull(conn, command); err != nil || string(command) != "zINSTREAM\x00" {
		return
	}
	var content strings.Builder
	for {
		var length uint32
		if binary.Read(conn, binary.BigEndian, &length) != nil {
			return
		}
		if length == 0 {
			break
		}
		if _, err := io.CopyN(&content, conn, int64(length)); err != nil {
			return
		}
	}
	_, _ = io.WriteString(conn, answer(content.String()))
}

func TestWhatTheScannerSays(t *testing.T) {
	socket := daemon(t, func(content string) string {
		switch {
		case strings.Contains(content, eicar):
			return "stream: Eicar-Signature FOUND\x00"
		case content == "large":
			return "INSTREAM size limit exceeded. ERROR\x00"
		case content == "silent":
			return ""
		case content == "odd":
			return " FOUND\x00"
		case len(content) > 200_000:
			return "stream: OK\x00"
		}
		return "stream: OK\n"
	})
	s, err := clamd.New(socket)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		content, found string
		fails          bool
	}{
		"clean": {content: "a CV"}, "nothing": {}, "several chunks": {content: strings.Repeat("x", 300_000)},
		"infected": {content: "before " + eicar, found: "Eicar-Signature"},
		"refused":  {content: "large", fails: true}, "hung up": {content: "silent", fails: true}, "no name": {content: "odd", fails: true},
	} {
		found, err := s.Scan(t.Context(), strings.NewReader(c.content))
		if found != c.found || (err != nil) != c.fails {
			t.Errorf("%s: %q, %v", name, found, err)
		}
	}
	cut := errors.New("the disk is gone")
	if found, err := s.Scan(t.Context(), io.MultiReader(strings.NewReader("half"), iotest.ErrReader(cut))); found != "" || err == nil {
		t.Errorf("half a CV: %q, %v", found, err)
	}
}

func TestAScannerThatIsNotThereOrHangsIsAnError(t *testing.T) {
	gone, err := clamd.New(filepath.Join(t.TempDir(), "none"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := gone.Scan(t.Context(), strings.NewReader("x")); err == nil {
		t.Error("nobody answered, and that is no error")
	}
	hanging := make(chan struct{})
	s, err := clamd.New(daemon(t, func(string) string { <-hanging; return "stream: OK\x00" }))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = s.Scan(ctx, strings.NewReader("x"))
	close(hanging)
	if err == nil {
		t.Error("it never answered, and that is no error")
	}
}

func TestOnlyThePathOfASocketIsTaken(t *testing.T) {
	for _, bad := range []string{"", "clamd.ctl", "127.0.0.1:3310", "tcp://scanner:3310"} {
		if _, err := clamd.New(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
