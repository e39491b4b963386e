package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	smtp "github.com/wneessen/go-mail"

	"salon/fair"
)

// sendTime bounds one delivery, from the first packet to the last answer.
const sendTime = 20 * time.Second

// Outbox is the mailer of a demo: it sends nothing. The page of the demo shows
// what the service wrote down before handing it over.
type Outbox struct{}

// Send takes m, if it could be a message.
func (Outbox) Send(_ context.Context, m fair.Mail) error { return check(m) }

// SMTP is the mailer that sends. It opens one connection for each message and
// may be used by many goroutines.
type SMTP struct {
	host    string
	port    int
	options []smtp.Option
	from    *mail.Address
	domain  string // right half of our Message-IDs
}

// NewSMTP reads an address of the form smtp://user:password@host:587?from=A, or
// smtps:// for TLS from the first byte. With smtp:// the server must offer
// STARTTLS, unless ?tls=off, which is for a relay without password or on the
// loopback. Errors never repeat the address, which holds a password.
func NewSMTP(address string) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("not of the form smtp://user:password@host:587?from=fair@example.org")
	}
	from, err := mail.ParseAddress(u.Query().Get("from"))
	if err != nil {
		return nil, errors.New("?from= must be the address mail is sent from")
	}
	s := &SMTP{host: u.Hostname(), from: from, domain: from.Address[strings.LastIndex(from.Address, "@")+1:]}
	if s.port, err = portOf(u); err != nil {
		return nil, err
	}
	security, err := securityOf(u)
	if err != nil {
		return nil, err
	}
	s.options = append(security, smtp.WithPort(s.port), smtp.WithTimeout(sendTime))
	if password, has := u.User.Password(); has {
		s.options = append(s.options, smtp.WithSMTPAuth(smtp.SMTPAuthAutoDiscover),
			smtp.WithUsername(u.User.Username()), smtp.WithPassword(password))
	}
	if _, err := smtp.NewClient(s.host, s.options...); err != nil {
		return nil, fmt.Errorf("set up mail: %w", err)
	}
	return s, nil
}

// From is the address messages come from.
func (s *SMTP) From() string { return s.from.Address }

func portOf(u *url.URL) (int, error) {
	if u.Port() == "" {
		if u.Scheme == "smtps" {
			return 465, nil // RFC 8314
		}
		return 587, nil // RFC 6409
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil || port < 1 || port > 65535 {
		return 0, errors.New("the port is not a number from 1 to 65535")
	}
	return port, nil
}

func securityOf(u *url.URL) ([]smtp.Option, error) {
	_, secret := u.User.Password()
	switch tls := u.Query().Get("tls"); {
	case u.Scheme == "smtps" && tls == "":
		return []smtp.Option{smtp.WithSSL()}, nil
	case u.Scheme == "smtp" && tls == "":
		return []smtp.Option{smtp.WithTLSPolicy(smtp.TLSMandatory)}, nil
	case u.Scheme == "smtp" && tls == "off" && (!secret || onLoopback(u.Hostname())):
		return []smtp.Option{smtp.WithTLSPolicy(smtp.NoTLS)}, nil
	case u.Scheme == "smtp" && tls == "off":
		return nil, errors.New("?tls=off would send the password in the clear")
	}
	return nil, errors.New("only smtp:// and smtps://, with ?tls=off or nothing")
}

func onLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// Send hands m to the server. Errors: Unavailable when it may be tried again,
// Invalid when the server will not have it or it could not be a message. They
// name the mail by its id, never an address, nor what the server said of it.
func (s *SMTP) Send(ctx context.Context, m fair.Mail) error {
	if err := check(m); err != nil {
		return err
	}
	message, err := s.message(m)
	if err != nil {
		return err
	}
	client, err := smtp.NewClient(s.host, s.options...)
	if err != nil {
		return fmt.Errorf("set up mail: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	if err := client.DialAndSendWithContext(ctx, message); err != nil {
		return s.failure(m.ID, err)
	}
	return nil
}

func (s *SMTP) message(m fair.Mail) (*smtp.Msg, error) {
	message := smtp.NewMsg()
	message.FromMailAddress(s.from)
	if err := message.To(m.To); err != nil {
		return nil, errHeader
	}
	message.Subject(m.Subject)
	message.SetMessageIDWithValue(string(m.ID) + "@" + s.domain)
	message.SetDateWithValue(m.At)
	message.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no answer by a machine
	if m.Unsubscribe != "" {                                 // RFC 2369, RFC 8058
		message.SetGenHeader("List-Unsubscribe", "<"+m.Unsubscribe+">")
		message.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	message.SetBodyString(smtp.TypeTextPlain, m.Text)
	if m.HTML != "" {
		message.AddAlternativeString(smtp.TypeTextHTML, m.HTML)
	}
	if len(m.Calendar) > 0 {
		// RFC 6047, 2.4: the method stands in the content type too.
		message.AddAlternativeString(smtp.ContentType("text/calendar; method="+m.Method), string(m.Calendar))
	}
	return message, nil
}

// failure says in our words why a delivery failed. A server's own words often
// repeat the address.
func (s *SMTP) failure(id fair.ID, err error) error {
	cause := "the server could not be reached"
	kind := fair.Unavailable
	var refused *smtp.SendError
	var network net.Error
	switch {
	case errors.As(err, &refused):
		cause = fmt.Sprintf("%s, code %d %s", refused.Reason, refused.ErrorCode(), refused.EnhancedStatusCode())
		if refused.ErrorCode() >= 500 {
			kind = fair.Invalid
		}
	case errors.As(err, &network) && network.Timeout() || errors.Is(err, context.DeadlineExceeded):
		cause = "the server did not answer in time"
	}
	return fair.E(kind, "mail.undelivered").Because(fmt.Errorf("hand mail %s to %s: %s", id, s.host, cause))
}

var errHeader = fair.E(fair.Invalid, "mail.header")

// check refuses a message with a control character where it would become
// another header, another recipient or another command.
func check(m fair.Mail) error {
	if err := checkAddress(m.To); err != nil {
		return err
	}
	for _, header := range []string{m.Subject, string(m.ID), m.Method} {
		if strings.ContainsFunc(header, unicode.IsControl) {
			return errHeader
		}
	}
	if len(m.Calendar) > 0 && m.Method != methodRequest && m.Method != methodCancel {
		return errHeader
	}
	return nil
}

// checkAddress accepts one bare address.
func checkAddress(address string) error {
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || strings.ContainsFunc(address, unicode.IsControl) {
		return errHeader
	}
	return nil
}
