// Package clamd asks a ClamAV daemon on this machine about malware, over its unix
// socket: nothing that people upload leaves the machine for it, and the daemon,
// which trusts whoever reaches it, is not on the network.
//
// Content is streamed (INSTREAM, clamd(8)); the daemon never opens a file of ours.
// An answer is either clean, or the name of what was found, or an error: then
// nobody can tell, and whoever asks keeps the content away from everybody else.
// A Scanner holds no connection and no state: it may be used by many goroutines.
package clamd

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"time"
)

// The limits of one conversation.
const (
	dialTime   = 2 * time.Second
	scanTime   = time.Minute // when the caller sets no sooner end
	chunkBytes = 64 << 10
	replyBytes = 4 << 10
)

// errSource says that the content could not be read, whatever the daemon thinks.
var errSource = errors.New("read what is to be scanned")

// Scanner is a ClamAV daemon.
type Scanner struct{ socket string }

// New takes the path of the daemon's socket.
func New(socket string) (*Scanner, error) {
	if !filepath.IsAbs(socket) {
		return nil, errors.New("not the path of a unix socket, such as /run/clamav/clamd.ctl")
	}
	return &Scanner{socket}, nil
}

// Scan answers the name of what was found in r, "" when it is clean. The error
// says that nobody can tell now.
func (s *Scanner) Scan(ctx context.Context, r io.Reader) (found string, err error) {
	ctx, cancel := context.WithTimeout(ctx, scanTime)
	defer cancel()
	dialer := net.Dialer{Timeout: dialTime}
	conn, err := dialer.DialContext(ctx, "unix", s.socket)
	if err != nil {
		return "", fmt.Errorf("reach the scanner: %w", err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })() // ends what waits
	sent := send(conn, r)
	if errors.Is(sent, errSource) {
		return "", sent // the daemon waits for the rest
	}
	reply, err := bufio.NewReader(io.LimitReader(conn, replyBytes)).ReadString(0)
	if err != nil && (reply == "" || !errors.Is(err, io.EOF)) {
		return "", errors.Join(fmt.Errorf("read the scanner's answer: %w", err), sent)
	}
	verdict := strings.TrimPrefix(strings.TrimRight(reply, "\x00\n"), "stream: ")
	name, infected := strings.CutSuffix(verdict, " FOUND")
	switch {
	case infected && name != "":
		return name, nil
	case sent != nil:
		return "", sent
	case verdict == "OK":
		return "", nil
	}
	return "", fmt.Errorf("the scanner answers %q", verdict)
}

// send streams r as clamd wants it: chunks, each after its length, and a length
// of nothing at the end.
func send(conn net.Conn, r io.Reader) error {
	if _, err := io.WriteString(conn, "zINSTREAM\x00"); err != nil {
		return fmt.Errorf("ask the scanner: %w", err)
	}
	buffer := make([]byte, 4+chunkBytes)
	for {
		n, err := r.Read(buffer[4:])
		if n > 0 {
			binary.BigEndian.PutUint32(buffer, uint32(n))
			if _, err := conn.Write(buffer[:4+n]); err != nil {
				return fmt.Errorf("send to the scanner: %w", err)
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("%w: %w", errSource, err)
		}
	}
	if _, err := conn.Write(make([]byte, 4)); err != nil {
		return fmt.Errorf("send to the scanner: %w", err)
	}
	return nil
}
