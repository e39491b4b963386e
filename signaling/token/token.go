package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// How long the rights live.
const (
	EntryLife  = 2 * time.Minute
	ResumeLife = 10 * time.Minute
	GrantLife  = 10 * time.Minute
)

// MaxSize is the longest token that is looked at, in bytes.
const MaxSize = 2048

const (
	roomAudience  = "room"
	topicAudience = "topic"
	minSecret     = 32 // bytes: RFC 7518, 3.2 asks for the size of the hash
)

// Why a token is refused; compare with errors.Is.
var (
	// ErrInvalid: not one of ours, not for this use, or damaged.
	ErrInvalid = errors.New("token is not valid")
	// ErrExpired: it was one of ours.
	ErrExpired = errors.New("token has expired")
)

// Use says where a right to enter came from.
type Use string

// The uses.
const (
	ForEntry  Use = "entry"  // from a REST join
	ForResume Use = "resume" // from the owner of the room
)

// Entry is the right to enter one room.
type Entry struct {
	Room       string
	Kind       string // "interview" or "webconference"
	Account    string // empty for a visitor
	Login      string // the login session it is bound to; empty for a visitor
	Peer       string
	Name       string
	Role       string
	Generation int64
	Use        Use
	ExpiresAt  time.Time // UTC, in whole seconds
}

// Grant is the right to follow one topic.
type Grant struct {
	Topic     string
	Account   string // the only account that may use it; empty for anybody
	ExpiresAt time.Time
}

// Signer signs and reads tokens with one key. It is safe for concurrent use.
type Signer struct {
	key []byte
	now func() time.Time
}

// New returns a Signer. The secret has at least 32 bytes; clock gives the
// time, nil means time.Now.
func New(secret []byte, clock func() time.Time) (*Signer, error) {
	if len(secret) < minSecret {
		return nil, fmt.Errorf("secret of tokens has %d bytes, at least %d are needed", len(secret), minSecret)
	}
	if clock == nil {
		clock = time.Now
	}
	derive := hmac.New(sha256.New, secret)
	derive.Write([]byte("salon signaling token 1"))
	return &Signer{key: derive.Sum(nil), now: clock}, nil
}

// entryClaims is an Entry on the wire.
type entryClaims struct {
	jwt.RegisteredClaims
	Room       string `json:"room"`
	Kind       string `json:"kind"`
	Login      string `json:"login,omitempty"`
	Peer       string `json:"peer"`
	Name       string `json:"name,omitempty"`
	Role       string `json:"role"`
	Generation int64  `json:"gen"`
	Use        Use    `json:"use"`
}

// grantClaims is a Grant on the wire.
type grantClaims struct {
	jwt.RegisteredClaims
	Topic string `json:"topic"`
}

// Entry signs the right to enter. ExpiresAt is kept as given; when zero it
// follows from the use.
func (s *Signer) Entry(e Entry) (string, error) {
	if e.ExpiresAt.IsZero() {
		life := EntryLife
		if e.Use == ForResume {
			life = ResumeLife
		}
		e.ExpiresAt = s.now().Add(life)
	}
	return s.sign(&entryClaims{
		RegisteredClaims: s.registered(roomAudience, e.Account, e.ExpiresAt),
		Room:             e.Room, Kind: e.Kind, Login: e.Login, Peer: e.Peer, Name: e.Name,
		Role: e.Role, Generation: e.Generation, Use: e.Use,
	})
}

// ParseEntry reads the right to enter. Errors: ErrInvalid, ErrExpired.
func (s *Signer) ParseEntry(token string) (Entry, error) {
	var c entryClaims
	if err := s.parse(token, roomAudience, &c); err != nil {
		return Entry{}, err
	}
	if c.Room == "" || c.Peer == "" || c.Role == "" || (c.Use != ForEntry && c.Use != ForResume) {
		return Entry{}, ErrInvalid
	}
	return Entry{
		Room: c.Room, Kind: c.Kind, Account: c.Subject, Login: c.Login, Peer: c.Peer, Name: c.Name,
		Role: c.Role, Generation: c.Generation, Use: c.Use, ExpiresAt: c.ExpiresAt.UTC(),
	}, nil
}

// Grant signs the right to follow a topic. A zero ExpiresAt means GrantLife
// from now.
func (s *Signer) Grant(g Grant) (string, error) {
	if g.ExpiresAt.IsZero() {
		g.ExpiresAt = s.now().Add(GrantLife)
	}
	return s.sign(&grantClaims{RegisteredClaims: s.registered(topicAudience, g.Account, g.ExpiresAt), Topic: g.Topic})
}

// ParseGrant reads the right to follow a topic. Errors: ErrInvalid, ErrExpired.
func (s *Signer) ParseGrant(token string) (Grant, error) {
	var c grantClaims
	if err := s.parse(token, topicAudience, &c); err != nil {
		return Grant{}, err
	}
	if c.Topic == "" {
		return Grant{}, ErrInvalid
	}
	return Grant{Topic: c.Topic, Account: c.Subject, ExpiresAt: c.ExpiresAt.UTC()}, nil
}

func (s *Signer) registered(audience, subject string, expires time.Time) jwt.RegisteredClaims {
	return jwt.RegisteredClaims{
		Audience: jwt.ClaimStrings{audience}, Subject: subject,
		ExpiresAt: jwt.NewNumericDate(expires), IssuedAt: jwt.NewNumericDate(s.now()),
	}
}

func (s *Signer) sign(c jwt.Claims) (string, error) {
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, c).SignedString(s.key)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	if len(token) > MaxSize {
		return "", fmt.Errorf("sign token: %d bytes are more than %d", len(token), MaxSize)
	}
	return token, nil
}

// parse checks size, algorithm, signature, audience and end, in that order.
func (s *Signer) parse(token, audience string, into jwt.Claims) error {
	if len(token) > MaxSize {
		return ErrInvalid
	}
	_, err := jwt.ParseWithClaims(token, into, func(*jwt.Token) (any, error) { return s.key, nil },
		jwt.WithValidMethods([]string{"HS256"}), jwt.WithAudience(audience),
		jwt.WithExpirationRequired(), jwt.WithTimeFunc(s.now), jwt.WithStrictDecoding())
	switch {
	case err == nil:
		return nil
	case errors.Is(err, jwt.ErrTokenExpired) && !errors.Is(err, jwt.ErrTokenInvalidAudience):
		return ErrExpired
	}
	return ErrInvalid
}
