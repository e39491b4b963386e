package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"
)

// certificate is a TLS certificate in two files that somebody else renews. It is
// read again when a file changes; while the new one cannot be read, as between the writing
// of two files, the old one stays. Its state is guarded by mu.
type certificate struct {
	cert, key string // PEM files
	log       *slog.Logger

	mu    sync.Mutex
	now   *tls.Certificate
	state [2]fileState // of the files when now was read, or last could not be
}

// fileState tells one version of a file from another.
type fileState struct {
	changed time.Time
	size    int64
}

func newCertificate(cert, key string, log *slog.Logger) *certificate {
	return &certificate{cert: cert, key: key, log: log}
}

// check says what is wrong with the files, or that they are for another name.
func (c *certificate) check(name string) error {
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	switch missing := (*fs.PathError)(nil); {
	case c.cert == "" || c.key == "":
		return errors.New("both are needed for a relay over TLS")
	case errors.As(err, &missing):
		return err
	case err != nil:
		return errors.New("no certificate with its key in PEM") // without what the files hold
	}
	return pair.Leaf.VerifyHostname(name)
}

// get gives the certificate for a handshake: tls.Config.GetCertificate.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	state := [2]fileState{stateOf(c.cert), stateOf(c.key)}
	if c.now != nil && state == c.state {
		return c.now, nil
	}
	c.state = state
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	switch {
	case err == nil:
		c.now = &pair
	case c.now == nil:
		return nil, fmt.Errorf("read the relay's certificate: %w", err)
	default:
		c.log.Warn("the relay's new certificate cannot be read, the old one stays", "err", err)
	}
	return c.now, nil
}

// stateOf is the zero fileState for a file that is not there.
func stateOf(name string) fileState {
	i, err := os.Stat(name)
	if err != nil {
		return fileState{}
	}
	return fileState{i.ModTime(), i.Size()}
}
