package media

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"hash"
	"sync"

	"github.com/pion/dtls/v3"
	"github.com/pion/dtls/v3/pkg/crypto/prf"
	"github.com/pion/dtls/v3/pkg/protocol/extension"
	"github.com/pion/dtls/v3/pkg/protocol/handshake"
	"github.com/pion/srtp/v3"
	"github.com/pion/webrtc/v4"
)

// errNoSecrets: the handshake was not one whose keys we can know.
var errNoSecrets = errors.New("no media keys")

// secrets are those of one connection's handshake, kept in memory until the
// media keys have been made of them. pion makes the same keys but shows them to
// nobody; it does call back with what they are made of. Only as the DTLS server: as the client we
// would not learn the server's random, and media stays with pion.
type secrets struct {
	mu             sync.Mutex
	server, client []byte
	master         []byte
	profile        srtp.ProtectionProfile
	hash           func() hash.Hash
}

// install has one connection's settings fill s.
func (s *secrets) install(se *webrtc.SettingEngine) {
	se.SetDTLSKeyLogWriter(s)
	se.SetDTLSServerHelloMessageHook(s.hello)
}

// Write takes a line of the key log: a label, the client's random, the master secret.
func (s *secrets) Write(line []byte) (int, error) {
	f := bytes.Fields(line)
	if len(f) != 3 || string(f[0]) != "CLIENT_RANDOM" {
		return len(line), nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.client, s.master = make([]byte, hex.DecodedLen(len(f[1]))), make([]byte, hex.DecodedLen(len(f[2])))
	_, err1 := hex.Decode(s.client, f[1])
	_, err2 := hex.Decode(s.master, f[2])
	return len(line), errors.Join(err1, err2)
}

// hello takes what the server's hello says and leaves it as it is.
func (s *secrets) hello(m handshake.MessageServerHello) handshake.Message {
	random := m.Random.MarshalFixed()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.server, s.hash = random[:], sha256.New
	if m.CipherSuiteID != nil {
		switch dtls.CipherSuiteID(*m.CipherSuiteID) {
		case dtls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, dtls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384:
			s.hash = sha512.New384
		}
	}
	for _, e := range m.Extensions {
		if u, ok := e.(*extension.UseSRTP); ok && len(u.ProtectionProfiles) > 0 {
			s.profile = srtp.ProtectionProfile(u.ProtectionProfiles[0])
		}
	}
	return &m
}

// protections are the media keys of both directions (RFC 5764, section 4.2).
// The secrets are forgotten. errNoSecrets when they never came.
func (s *secrets) protections() (local, remote *protection, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.master == nil || s.server == nil || s.profile == 0 {
		return nil, nil, errNoSecrets
	}
	key, err1 := s.profile.KeyLen()
	salt, err2 := s.profile.SaltLen()
	if err := errors.Join(err1, err2); err != nil {
		return nil, nil, err
	}
	seed := append(append([]byte("EXTRACTOR-dtls_srtp"), s.client...), s.server...)
	all, err := prf.PHash(s.master, seed, 2*(key+salt), s.hash)
	if err != nil {
		return nil, nil, err
	}
	clear(s.master)
	s.master = nil
	client, server, salts := all[:key], all[key:2*key], all[2*key:]
	if local, err = newProtection(s.profile, server, salts[salt:]); err != nil {
		return nil, nil, err
	}
	remote, err = newProtection(s.profile, client, salts[:salt])
	clear(all)
	return local, remote, err
}
