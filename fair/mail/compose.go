package mail

import (
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"salon/fair"
	"salon/frontend"
)

// Composer writes messages. It is read-only and may be used by many goroutines.
type Composer struct {
	locales map[string]*frontend.Locale
	site    *url.URL
	from    string // address calendar entries are organised by
	zone    *time.Location
}

// NewComposer returns a Composer that links to site (https://salon.example.org)
// and organises calendar entries in the name of the address from. It is an error
// when a text is missing in a language.
func NewComposer(locales map[string]*frontend.Locale, site, from string) (*Composer, error) {
	u, err := url.Parse(site)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("compose mail: %q is not the address of a site", site)
	}
	if _, err := mail.ParseAddress(from); err != nil || singleLine(from) != from {
		return nil, fmt.Errorf("compose mail: %q is not a sender's address", from)
	}
	zone, err := time.LoadLocation(fair.HomeZone)
	if err != nil {
		return nil, fmt.Errorf("compose mail: %w", err)
	}
	var missing []error
	for lang, locale := range locales {
		for _, key := range texts {
			if !locale.Has("mail." + key) {
				missing = append(missing, fmt.Errorf("compose mail: no text mail.%s in %s", key, lang))
			}
		}
		for _, key := range slices.Concat(invitationTexts, addressTexts, watchTexts) {
			if !locale.Has("mail." + key) {
				missing = append(missing, fmt.Errorf("compose mail: no text mail.%s in %s", key, lang))
			}
		}
		for _, key := range toldTexts() {
			if !locale.Has(key) {
				missing = append(missing, fmt.Errorf("compose mail: no text %s in %s", key, lang))
			}
		}
	}
	return &Composer{locales: locales, site: u, from: from, zone: zone}, errors.Join(missing...)
}

// texts are the keys used below, without their common beginning.
var texts = []string{
	"hello", "foot",
	"code.subject", "code.text", "code.until", "code.ignore",
	"booked.subject", "booked.text", "booked.offer", "booked.change", "booked.video",
	"booked.phone.candidate", "booked.phone.recruiter", "booked.place.phone",
	"cancelled.subject", "cancelled.text", "cancelled.candidate", "cancelled.recruiter",
	"outcome.subject", "outcome.text",
	"draw.given.subject", "draw.given.text", "draw.none.subject", "draw.none.text", "draw.place", "draw.missed",
	"draw.rest", "draw.number", "draw.cancelled.subject", "draw.cancelled.text", "draw.closing.subject", "draw.closing.text",
	"guest.subject", "guest.text", "guest.how", "guest.off.subject", "guest.off.text",
	"report.nothing.subject", "report.nothing.text", "report.warn.subject", "report.warn.text", "report.bar.subject", "report.bar.text",
	"report.answer", "warned.warn.subject", "warned.warn.text", "warned.bar.subject", "warned.bar.text",
	"report.lift.subject", "report.lift.text", "warned.lift.subject", "warned.lift.text",
	"answer.subject", "answer.text", "late.subject", "late.text",
	"companion.subject", "companion.text", "companion.next",
	"moved.subject", "moved.text", "given.subject", "given.text", "proposal.subject", "proposal.text", "proposal.answer",
	"kept.subject", "kept.text", "missed.subject", "missed.text", "missed.next", "reminder.subject", "reminder.text",
	"reminder.check", "seat.subject", "seat.text", "seat.answer", "seatgone.subject", "seatgone.text", "seatgone.kept",
	"seatgone.over", "zone", "feed.name",
}

// Code writes the message that carries a sign-in code, valid until until.
func (c *Composer) Code(to fair.Account, code string, until time.Time) (fair.Mail, error) {
	l := c.locale(to)
	return c.write(to, l.T("mail.code.subject"), []paragraph{
		{Text: l.T("mail.code.text")},
		{Text: code, Large: true},
		{Text: l.T("mail.code.until", "time", l.Clock(until.In(c.zone)))},
		{Text: l.T("mail.code.ignore")},
	})
}

// write puts greeting and foot around a body.
func (c *Composer) write(to fair.Account, subject string, body []paragraph) (fair.Mail, error) {
	if err := checkAddress(to.Email); err != nil {
		return fair.Mail{}, err
	}
	l := c.locale(to)
	if name := singleLine(to.Name); name != "" {
		body = append([]paragraph{{Text: l.T("mail.hello", "name", name)}}, body...)
	}
	for i, p := range body {
		body[i].Text = fair.Clean(p.Text)
	}
	subject = singleLine(subject)
	foot := l.T("mail.foot", "site", c.site.Host)
	html, err := htmlOf(l.Lang(), subject, body, foot)
	if err != nil {
		return fair.Mail{}, fmt.Errorf("compose a message: %w", err)
	}
	return fair.Mail{
		To: to.Email, Account: to.ID, Subject: subject, Text: textOf(body, foot), HTML: html,
	}, nil
}

func (c *Composer) locale(to fair.Account) *frontend.Locale {
	if l, ok := c.locales[string(to.Locale)]; ok {
		return l
	}
	return c.locales[string(fair.French)]
}

func (c *Composer) page(l *frontend.Locale, parts ...string) string {
	return c.site.Scheme + "://" + c.site.Host + frontend.Path(l.Lang(), parts...)
}

// singleLine makes a text fit for a header: control characters and line
// separators become spaces, runs of spaces one; what fair.Clean drops goes.
func singleLine(text string) string {
	return fair.Clean(strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) || r == ' '
	}), " "))
}
