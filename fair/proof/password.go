package proof

import (
	"context"
	_ "embed"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"github.com/ccojocar/zxcvbn-go"

	"salon/fair"
)

// Lengths of a password, in characters. The longest keeps a hash from being fed
// a novel.
const (
	ShortestPassword = 12
	LongestPassword  = 128
)

// cost is what OWASP's password storage cheat sheet asks of argon2id at least:
// 19 MiB and two passes in one thread.
var cost = &argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// Bounds of a Hasher: how many wait for a place, and how long each does.
const (
	waitingHashes = 64
	longestWait   = 3 * time.Second
	busyAgain     = 2 * time.Second // what those are told who find no place
)

// Hasher hashes and compares passwords, a bounded number at once. Its methods
// may be called from any goroutine.
type Hasher struct {
	line   chan struct{}          // who is at work or waits
	places chan struct{}          // who is at work
	decoy  func() (string, error) // a hash nobody has the password of, made on first use
}

// NewHasher returns a Hasher with as many places as there are processors.
func NewHasher() *Hasher {
	places := max(1, runtime.GOMAXPROCS(0))
	return &Hasher{line: make(chan struct{}, places+waitingHashes), places: make(chan struct{}, places), decoy: sync.OnceValues(func() (string, error) {
		return argon2id.CreateHash(string(fair.NewID()), cost)
	})}
}

// Hash hashes a password. Errors: Unavailable when too many are being hashed.
func (h *Hasher) Hash(ctx context.Context, password string) (hash string, err error) {
	err = h.atWork(ctx, func() error {
		hash, err = argon2id.CreateHash(password, cost)
		return err
	})
	return hash, err
}

// Matches compares a password with a hash. Without a hash it does the same work
// on a decoy and answers false: whether somebody is known cannot be told by the
// clock. Errors: Unavailable when too many are being hashed.
func (h *Hasher) Matches(ctx context.Context, password, hash string) (match bool, err error) {
	known := hash != ""
	decoy, err := h.decoy()
	if err != nil {
		return false, fmt.Errorf("hash a password: %w", err)
	}
	if !known {
		hash = decoy
	}
	err = h.atWork(ctx, func() error {
		match, err = argon2id.ComparePasswordAndHash(password, hash)
		return err
	})
	return match && known, err
}

// atWork does one hashing when there is a place for it.
func (h *Hasher) atWork(ctx context.Context, work func() error) error {
	busy := fair.E(fair.Unavailable, "password.busy")
	busy.RetryAfter = busyAgain
	select {
	case h.line <- struct{}{}:
		defer func() { <-h.line }()
	default:
		return busy
	}
	timer := time.NewTimer(longestWait)
	defer timer.Stop()
	select {
	case h.places <- struct{}{}:
		defer func() { <-h.places }()
	case <-timer.C:
		return busy
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := work(); err != nil {
		return fmt.Errorf("hash a password: %w", err)
	}
	return nil
}

// common is what people in France write first, one word a line. It is our own
// list; that of English passwords comes with the estimator.
//
//go:embed common.txt
var common string

var commonWords = strings.Fields(common)

// Bounds of the estimate: a guesser who knows the words below needs 2^33 tries
// on average, and the estimate looks at no more characters than these, because
// its time grows fast with the length.
const (
	enoughBits   = 33
	judgedLength = 32
)

// Acceptable refuses a password that is too short, too long, or that somebody
// who knows the commonest ones and these words about the person would soon find:
// their address and name, the name of the fair. Errors: Invalid.
func Acceptable(password string, about ...string) error {
	length := utf8.RuneCountInString(password)
	switch {
	case length < ShortestPassword:
		return fair.Refuse("password", "password.short")
	case length > LongestPassword || !utf8.ValidString(password):
		return fair.Refuse("password", "password.long")
	}
	known := append([]string{}, commonWords...)
	for _, text := range about {
		folded := fair.Fold(text)
		for word := range strings.SplitSeq(folded, "-") {
			if len(word) > 2 {
				known = append(known, word)
			}
		}
		known = append(known, strings.ReplaceAll(folded, "-", ""))
	}
	if repeats(password) {
		return fair.Refuse("password", "password.common")
	}
	judged := []rune(fair.Fold(password))
	if len(judged) < ShortestPassword { // signs alone: nothing to fold
		judged = []rune(strings.ToLower(password))
	}
	if len(judged) > judgedLength {
		judged = judged[:judgedLength]
	}
	if zxcvbn.PasswordStrength(string(judged), known).Entropy < enoughBits {
		return fair.Refuse("password", "password.common")
	}
	return nil
}

// repeats reports whether a text is a shorter one said several times.
func repeats(text string) bool {
	for size := 1; size <= len(text)/2; size++ {
		if len(text)%size == 0 && strings.Repeat(text[:size], len(text)/size) == text {
			return true
		}
	}
	return false
}
