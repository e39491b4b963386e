package mail_test

import (
	"strings"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/mail"
)

func TestAChangeOfAddressIsToldInBothLanguages(t *testing.T) {
	c := composer(t)
	until := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	for _, lang := range []fair.Lang{fair.French, fair.English} {
		for kind, link := range map[string]string{"confirm": "/account/mail/abc.def", "taken": "", "changed": "/account/undo/abc.def", "back": "/account"} {
			in := mail.Address{Kind: kind, From: "camille@example.org", To: "new@example.net", Until: until}
			if kind == "confirm" || kind == "changed" {
				in.Token = "abc.def"
			}
			m, err := c.Address(fair.Account{Email: "to@example.org", Locale: lang}, in)
			if err != nil {
				t.Fatalf("%s in %s: %v", kind, lang, err)
			}
			if !strings.Contains(m.Text, link) || strings.Contains(m.Text+m.Subject, "{") || link == "" && strings.Contains(m.Text, "abc.def") || m.HTML == "" {
				t.Errorf("%s in %s: %q %s", kind, lang, m.Subject, m.Text)
			}
		}
	}
}
