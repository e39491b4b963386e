package fair

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"regexp"
	"strings"
)

// ID names one stored thing: 26 characters of [a-z2-7], 128 random bits.
type ID string

var (
	idEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
	idPattern  = regexp.MustCompile(`^[a-z2-7]{26}$`)
)

// NewID returns a fresh random ID. It panics when the system has no
// randomness left, since nothing safe can follow.
func NewID() ID {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic("fair: no randomness: " + err.Error())
	}
	return ID(idEncoding.EncodeToString(b[:]))
}

// Valid reports whether id has the shape NewID gives.
func (id ID) Valid() bool { return idPattern.MatchString(string(id)) }

// pair names two things in one key, which begins with what it is for.
func pair(prefix string, a, b ID) string { return prefix + string(a) + "." + string(b) }

// pairOf reads such a key.
func pairOf(prefix, key string) (a, b ID, ok bool) {
	rest, ok := strings.CutPrefix(key, prefix)
	if !ok {
		return "", "", false
	}
	first, second, ok := strings.Cut(rest, ".")
	return ID(first), ID(second), ok
}

// DeriveID returns the ID that these parts always give: the first 128 bits of
// a SHA-256 over the parts, each preceded by its length. What is derived twice
// is recognised, which is how a repeated delivery or a repeated booking is
// seen to be the same one.
func DeriveID(parts ...string) ID {
	h := sha256.New()
	for _, part := range parts {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		h.Write(length[:])
		h.Write([]byte(part))
	}
	return ID(idEncoding.EncodeToString(h.Sum(nil)[:16]))
}
