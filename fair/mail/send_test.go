package mail_test

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/mail"
	"salon/fair/mail/mailtest"
)

// mailer sends to a relay.
func mailer(t *testing.T, r *mailtest.Relay) *mail.SMTP {
	t.Helper()
	s, err := mail.NewSMTP("smtp://" + r.Address + "?tls=off&from=fair@salon.example.org")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAMessageArrivesWhole(t *testing.T) {
	r := mailtest.New(t, "")
	m, err := composer(t).Interview(account(), interview(fair.EffectMailBooked))
	if err != nil {
		t.Fatal(err)
	}
	m.ID, m.At = "effect", time.Date(2021, 1, 10, 8, 0, 0, 0, time.UTC)
	for range 2 {
		if err := mailer(t, r).Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	if len(r.Received()) != 2 {
		t.Fatalf("the relay has %d messages", len(r.Received()))
	}
	for _, raw := range r.Received() {
		got, err := netmail.ReadMessage(strings.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		subject, _ := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
		for name, pair := range map[string][2]string{
			"Message-ID": {got.Header.Get("Message-Id"), "<effect@salon.example.org>"},
			"From":       {got.Header.Get("From"), "<fair@salon.example.org>"},
			"To":         {got.Header.Get("To"), "<reader@example.org>"},
			"Subject":    {subject, m.Subject},
			"Auto":       {got.Header.Get("Auto-Submitted"), "auto-generated"},
		} {
			if pair[0] != pair[1] {
				t.Errorf("%s is %q, want %q", name, pair[0], pair[1])
			}
		}
		parts := partsOf(t, got)
		for kind, want := range map[string]string{
			"text/plain; charset=UTF-8":                    m.Text,
			"text/html; charset=UTF-8":                     m.HTML,
			"text/calendar; method=REQUEST; charset=UTF-8": string(m.Calendar),
		} {
			if strings.ReplaceAll(parts[kind], "\r\n", "\n") != strings.ReplaceAll(want, "\r\n", "\n") {
				t.Errorf("the part %s is\n%q, want\n%q", kind, parts[kind], want)
			}
		}
	}
}

// partsOf reads the parts of a multipart message by content type.
func partsOf(t *testing.T, m *netmail.Message) map[string]string {
	t.Helper()
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	reader := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return parts
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		parts[part.Header.Get("Content-Type")] = string(content)
	}
}

func TestAFailureSaysWhetherToTryAgainAndNamesNobody(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := &mailtest.Relay{Address: closed.Addr().String()}
	closed.Close()
	for _, tc := range []struct {
		name string
		r    *mailtest.Relay
		want fair.Kind
	}{
		{"a server that is not there", nobody, fair.Unavailable},
		{"a server that is busy", mailtest.New(t, "451 4.3.0 reader@example.org is greylisted"), fair.Unavailable},
		{"a recipient that does not exist", mailtest.New(t, "550 5.1.1 reader@example.org is unknown"), fair.Invalid},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := fair.Mail{ID: "effect", To: "reader@example.org", Subject: "s", Text: "t"}
			err := mailer(t, tc.r).Send(t.Context(), m)
			if fair.KindOf(err) != tc.want {
				t.Fatalf("got %v", err)
			}
			if strings.Contains(err.Error(), "reader") || !strings.Contains(err.Error(), "effect") {
				t.Errorf("the error for the log is %q", err)
			}
		})
	}
}

func TestAMessageThatWouldBeTwoIsRefused(t *testing.T) {
	r := mailtest.New(t, "")
	s := mailer(t, r)
	good := fair.Mail{ID: "effect", To: "reader@example.org", Subject: "s", Text: "t", Calendar: []byte("x"), Method: "REQUEST"}
	for name, change := range map[string]func(*fair.Mail){
		"a second header in the subject": func(m *fair.Mail) { m.Subject = "s\r\nBcc: all@example.org" },
		"a bare line feed":               func(m *fair.Mail) { m.Subject = "s\nBcc: all@example.org" },
		"a second recipient":             func(m *fair.Mail) { m.To = "a@example.org, b@example.org" },
		"a command in the address":       func(m *fair.Mail) { m.To = "a@example.org>\r\nRCPT TO:<b@example.org" },
		"an address with a name":         func(m *fair.Mail) { m.To = "Eve <eve@example.org>" },
		"a header in the Message-ID":     func(m *fair.Mail) { m.ID = "x>\r\nBcc: all@example.org" },
		"a header in the method":         func(m *fair.Mail) { m.Method = "REQUEST\r\nBcc: all@example.org" },
		"an unknown method":              func(m *fair.Mail) { m.Method = "PUBLISH" },
	} {
		t.Run(name, func(t *testing.T) {
			m := good
			change(&m)
			for _, send := range []func(context.Context, fair.Mail) error{s.Send, mail.Outbox{}.Send} {
				if err := send(t.Context(), m); fair.KindOf(err) != fair.Invalid {
					t.Errorf("got %v", err)
				}
			}
		})
	}
	if len(r.Commands()) != 0 {
		t.Errorf("the relay was told %q", r.Commands())
	}
}

func TestTheOutboxTakesAMessage(t *testing.T) {
	m := fair.Mail{ID: "effect", To: "reader@example.org", Subject: "s", Text: "t"}
	if err := (mail.Outbox{}).Send(t.Context(), m); err != nil {
		t.Error(err)
	}
}

func TestTheAddressOfAServerIsChecked(t *testing.T) {
	for _, tc := range []struct {
		name, address string
		ok            bool
	}{
		{"STARTTLS with a password", "smtp://u:hunter2@mail.example.org:587?from=a@example.org", true},
		{"TLS from the start", "smtps://u:hunter2@mail.example.org?from=a@example.org", true},
		{"a relay without password in the clear", "smtp://relay:25?tls=off&from=a@example.org", true},
		{"a password in the clear on the loopback", "smtp://u:hunter2@127.0.0.1:25?tls=off&from=a@example.org", true},
		{"a password in the clear elsewhere", "smtp://u:hunter2@mail.example.org?tls=off&from=a@example.org", false},
		{"no sender", "smtp://u:hunter2@mail.example.org", false},
		{"another protocol", "http://u:hunter2@mail.example.org?from=a@example.org", false},
		{"an unknown word", "smtp://u:hunter2@mail.example.org?tls=maybe&from=a@example.org", false},
		{"no host", "smtp://?from=a@example.org", false},
		{"a port too high", "smtp://u:hunter2@mail.example.org:99999?from=a@example.org", false},
		{"nonsense", "::hunter2", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := mail.NewSMTP(tc.address)
			if (err == nil) != tc.ok {
				t.Errorf("got %v", err)
			}
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the password is in %q", err)
			}
		})
	}
}
