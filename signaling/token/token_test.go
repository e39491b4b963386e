package token_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"salon/signaling/token"
)

var (
	start  = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	secret = []byte("a secret of more than thirty-two bytes")
	entry  = token.Entry{
		Room: "interview.aaaa", Kind: "interview", Account: "acc", Login: "log", Peer: "peer", Name: "Zoé",
		Role: "party", Generation: 7, Use: token.ForEntry,
	}
)

// signer returns a Signer and the hand that turns its clock.
func signer(t *testing.T, secret []byte) (*token.Signer, *time.Time) {
	t.Helper()
	now := start
	s, err := token.New(secret, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	return s, &now
}

func TestAnEntryComesBackAsItWasSigned(t *testing.T) {
	s, _ := signer(t, secret)
	for use, life := range map[token.Use]time.Duration{token.ForEntry: 2 * time.Minute, token.ForResume: 10 * time.Minute} {
		want := entry
		want.Use = use
		text, err := s.Entry(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.ParseEntry(text)
		want.ExpiresAt = start.Add(life)
		if err != nil || got != want {
			t.Errorf("%s: got %+v, %v; want %+v", use, got, err, want)
		}
	}
	grant, err := s.Grant(token.Grant{Topic: "interview.aaaa", Account: "acc"})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.ParseGrant(grant); err != nil || got.Topic != "interview.aaaa" || got.Account != "acc" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestATokenEndsToTheSecond(t *testing.T) {
	s, now := signer(t, secret)
	text, err := s.Entry(entry)
	if err != nil {
		t.Fatal(err)
	}
	*now = start.Add(token.EntryLife - time.Second)
	if _, err := s.ParseEntry(text); err != nil {
		t.Errorf("a second before the end: %v", err)
	}
	*now = start.Add(token.EntryLife)
	if _, err := s.ParseEntry(text); !errors.Is(err, token.ErrExpired) {
		t.Errorf("at the end: %v", err)
	}
}

func TestWhatIsNotOurTokenIsRefused(t *testing.T) {
	s, _ := signer(t, secret)
	other, _ := signer(t, []byte("another secret of more than thirty-two bytes"))
	good, err := s.Entry(entry)
	if err != nil {
		t.Fatal(err)
	}
	grant, err := s.Grant(token.Grant{Topic: "interview.aaaa"})
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := other.Entry(entry)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(good, ".")
	body, mac, _ := strings.Cut(rest, ".")
	claims := jwt.MapClaims{"aud": "room", "room": "interview.aaaa", "peer": "p", "role": "host", "use": "entry", "exp": start.Add(time.Hour).Unix()}
	unsigned, err := jwt.NewWithClaims(jwt.SigningMethodNone, claims).SignedString(jwt.UnsafeAllowNoneSignatureType)
	if err != nil {
		t.Fatal(err)
	}
	wide := jwt.NewWithClaims(jwt.SigningMethodHS512, claims)
	strong, err := wide.SignedString(secret)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString(secret)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(decode(t, body), "aaaa", "bbbb", 1)))

	cases := map[string]string{
		"nothing":                           "",
		"no token at all":                   "hello",
		"a grant for a topic":               grant,
		"signed with another secret":        foreign,
		"signed with the underived secret":  raw,
		"alg none":                          unsigned,
		"alg HS512":                         strong,
		"changed to another room":           head + "." + elsewhere + "." + mac,
		"signature cut off":                 head + "." + body + ".",
		"a letter more":                     good + "A",
		"longer than two KiB":               good + strings.Repeat("A", token.MaxSize),
		"nothing but dots":                  strings.Repeat(".", token.MaxSize),
		"a header of ours, a body of zeros": head + "." + strings.Repeat("A", 40) + "." + mac,
	}
	for name, text := range cases {
		t.Run(name, func(t *testing.T) {
			if got, err := s.ParseEntry(text); !errors.Is(err, token.ErrInvalid) || got != (token.Entry{}) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
	t.Run("an entry for a grant", func(t *testing.T) {
		if _, err := s.ParseGrant(good); !errors.Is(err, token.ErrInvalid) {
			t.Error(err)
		}
	})
}

func TestWhatWasSignedWithoutAnEndOrAPlaceIsRefused(t *testing.T) {
	s, _ := signer(t, secret)
	derive := hmac.New(sha256.New, secret)
	derive.Write([]byte("salon signaling token 1"))
	key := derive.Sum(nil)
	full := jwt.MapClaims{"aud": "room", "room": "r", "peer": "p", "role": "host", "use": "entry", "exp": start.Add(time.Hour).Unix()}
	for _, missing := range []string{"", "exp", "aud", "room", "peer", "role", "use"} {
		claims := jwt.MapClaims{}
		for k, v := range full {
			if k != missing {
				claims[k] = v
			}
		}
		text, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.ParseEntry(text)
		if (missing == "") != (err == nil) {
			t.Errorf("without %q: %v", missing, err)
		}
	}
}

func TestNewRefusesAShortSecret(t *testing.T) {
	if _, err := token.New(make([]byte, 31), nil); err == nil {
		t.Error("31 bytes were taken for a secret")
	}
}

func TestEntryRefusesWhatNobodyWouldRead(t *testing.T) {
	s, _ := signer(t, secret)
	e := entry
	e.Name = strings.Repeat("é", token.MaxSize)
	if _, err := s.Entry(e); err == nil {
		t.Error("a token above the limit was signed")
	}
}

func FuzzParseEntry(f *testing.F) {
	s, err := token.New(secret, func() time.Time { return start })
	if err != nil {
		f.Fatal(err)
	}
	good, err := s.Entry(entry)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add("a.b.c")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := s.ParseEntry(text)
		if err == nil && text != good {
			t.Fatalf("%q was taken: %+v", text, got)
		}
	})
}

func decode(t *testing.T, part string) string {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
