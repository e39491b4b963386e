package fair

import (
	"crypto/rand"
	"encoding/base32"
	"regexp"
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
