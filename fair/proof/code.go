package proof

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"image/png"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

// A one-time code (RFC 6238) as every authenticator app makes it.
const (
	codePeriod = 30 // seconds
	codeDigits = otp.DigitsSix
	secretSize = 20 // bytes, RFC 4226, section 4
	qrSize     = 240
)

// CodeKey is a fresh secret for one-time codes, in the forms an app takes it.
type CodeKey struct {
	Secret []byte // to be sealed and kept
	Text   string // typed by hand, in groups of four
	URL    string // otpauth://...
	QR     []byte // the same as a PNG to be photographed
}

// NewCodeKey makes a secret for an account of a site.
func NewCodeKey(site, account string) (CodeKey, error) {
	secret := make([]byte, secretSize)
	if _, err := rand.Read(secret); err != nil {
		return CodeKey{}, fmt.Errorf("make a secret for one-time codes: %w", err)
	}
	return KeyOf(secret, site, account)
}

// KeyOf puts a secret into the forms an app takes.
func KeyOf(secret []byte, site, account string) (CodeKey, error) {
	key, err := totp.Generate(totp.GenerateOpts{
		Issuer: site, AccountName: account, Period: codePeriod, Digits: codeDigits, Secret: secret, Algorithm: otp.AlgorithmSHA1,
	})
	if err != nil {
		return CodeKey{}, fmt.Errorf("describe a secret for one-time codes: %w", err)
	}
	picture, err := key.Image(qrSize, qrSize)
	if err != nil {
		return CodeKey{}, fmt.Errorf("draw a secret for one-time codes: %w", err)
	}
	var qr bytes.Buffer
	if err := png.Encode(&qr, picture); err != nil {
		return CodeKey{}, fmt.Errorf("draw a secret for one-time codes: %w", err)
	}
	return CodeKey{Secret: secret, Text: grouped(key.Secret()), URL: key.URL(), QR: qr.Bytes()}, nil
}

// CodeStep answers the period in which a code is right, looking one back and one
// ahead for clocks that differ; ok is false when it is right in none. Who keeps
// the last period used refuses a code the second time.
func CodeStep(secret []byte, code string, now time.Time) (step int64, ok bool) {
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	at := now.Unix() / codePeriod
	for s := at - 1; s <= at+1; s++ {
		right, err := totp.GenerateCodeCustom(text, time.Unix(s*codePeriod, 0), totp.ValidateOpts{
			Period: codePeriod, Digits: codeDigits, Algorithm: otp.AlgorithmSHA1,
		})
		if err == nil && subtle.ConstantTimeCompare([]byte(right), []byte(code)) == 1 {
			step, ok = s, true
		}
	}
	return step, ok
}

// CodeAt is the code of a secret at a time, as an app would show it.
func CodeAt(secret []byte, now time.Time) (string, error) {
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	return totp.GenerateCode(text, now)
}

// RecoveryCodes is how many are given at once.
const RecoveryCodes = 10

// recoverySize is the random of one recovery code: 75 bits in 15 characters.
const recoverySize = 15

// NewRecoveryCodes makes a set of codes that are good once each, in groups.
func NewRecoveryCodes() ([]string, error) {
	codes := make([]string, RecoveryCodes)
	for i := range codes {
		raw := make([]byte, recoverySize)
		if _, err := rand.Read(raw); err != nil {
			return nil, fmt.Errorf("make recovery codes: %w", err)
		}
		text := strings.ToLower(base32.StdEncoding.EncodeToString(raw))[:recoverySize]
		codes[i] = text[:5] + "-" + text[5:10] + "-" + text[10:]
	}
	return codes, nil
}

// BareCode is a code as typed, without what people put in between.
func BareCode(typed string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		}
		return -1
	}, typed)
}

// grouped parts a text in fours.
func grouped(text string) string {
	var b strings.Builder
	for i, r := range text {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}
