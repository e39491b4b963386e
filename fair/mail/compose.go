package mail

import (
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"strings"
	"time"
	"unicode"

	"salon/fair"
	"salon/frontend"
)

// codeZone is where the end of a code's life is told: the address asking for a
// code belongs to no fair, and so to no time zone.
const codeZone = "Europe/Paris"

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
	zone, err := time.LoadLocation(codeZone)
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
	"draw.rest", "draw.number", "draw.cancelled.subject", "draw.cancelled.text",
	"guest.subject", "guest.text", "guest.how", "guest.off.subject", "guest.off.text",
	"answer.subject", "answer.text", "late.subject", "late.text",
	"companion.subject", "companion.text", "companion.next",
}

// Code writes the message that carries a sign-in code, valid until until.
func (c *Composer) Code(to fair.Account, code string, until time.Time) (fair.Mail, error) {
	l := c.locale(to)
	return c.write(to, l.T("mail.code.subject"), []paragraph{
		{Text: l.T("mail.code.text", "code", code)},
		{Text: l.T("mail.code.until", "time", l.Clock(until.In(c.zone)))},
		{Text: l.T("mail.code.ignore")},
	})
}

// Interview is what a message about an interview is made of.
type Interview struct {
	Kind      fair.EffectKind // mail.booked, mail.cancelled, mail.outcome or mail.guest
	Interview fair.Interview
	Fair      fair.Fair
	Stand     fair.Stand
	Offer     *fair.Offer
	With      string // the other person's name, or the company's
	Recruiter bool   // the message goes to the recruiter
}

// Interview writes a message about an interview; a booking and a cancellation
// carry the calendar entry.
func (c *Composer) Interview(to fair.Account, in Interview) (fair.Mail, error) {
	l := c.locale(to)
	in.With = singleLine(in.With)
	when := l.When(in.Interview.StartsAt.In(in.Fair.Location()))
	method := ""
	var kind string
	var body []paragraph
	switch in.Kind {
	case fair.EffectMailBooked:
		kind, method, body = "booked", methodRequest, c.booked(l, in, when)
	case fair.EffectMailCancelled:
		kind, method, body = "cancelled", methodCancel, c.cancelled(l, in, when)
	case fair.EffectMailOutcome:
		kind, body = "outcome", []paragraph{
			{Text: l.T("mail.outcome.text", "with", in.With), Link: c.page(l, "interviews", string(in.Interview.ID))},
		}
	case fair.EffectMailGuest:
		kind, body = c.guest(l, in, when)
	default:
		return fair.Mail{}, fmt.Errorf("compose a message about interview %s: unknown kind %q", in.Interview.ID, in.Kind)
	}
	m, err := c.write(to, l.T("mail."+kind+".subject", "with", in.With, "when", when), body)
	if err != nil || method == "" {
		return m, err
	}
	m.Method = method
	m.Calendar, err = c.calendar(l, to, in, method, m.Subject)
	return m, err
}

func (c *Composer) booked(l *frontend.Locale, in Interview, when string) []paragraph {
	minutes := int(in.Interview.EndsAt.Sub(in.Interview.StartsAt).Minutes())
	body := []paragraph{{Text: l.T("mail.booked.text", "with", in.With, "when", when, "count", minutes)}}
	if in.Offer != nil {
		body = append(body, paragraph{Text: l.T("mail.booked.offer", "title", singleLine(in.Offer.Title))})
	}
	return append(body,
		paragraph{Text: l.T("mail.booked." + how(in)), Link: c.page(l, "interviews", string(in.Interview.ID))},
		paragraph{Text: l.T("mail.booked.change")})
}

// how says which text tells how the two meet.
func how(in Interview) string {
	switch {
	case in.Interview.Channel == fair.Video:
		return "video"
	case in.Recruiter:
		return "phone.recruiter"
	}
	return "phone.candidate"
}

func (c *Composer) cancelled(l *frontend.Locale, in Interview, when string) []paragraph {
	next := paragraph{Text: l.T("mail.cancelled.candidate"), Link: c.page(l, "fairs", in.Fair.Slug, "stands", in.Stand.Slug)}
	if in.Recruiter {
		next = paragraph{Text: l.T("mail.cancelled.recruiter"), Link: c.page(l, "desk")}
	}
	return []paragraph{{Text: l.T("mail.cancelled.text", "with", in.With, "when", when)}, next}
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
	foot := l.T("mail.foot", "site", c.site.Host)
	html, err := htmlOf(l.Lang(), body, foot)
	if err != nil {
		return fair.Mail{}, fmt.Errorf("compose a message: %w", err)
	}
	return fair.Mail{
		To: to.Email, Account: to.ID, Subject: singleLine(subject), Text: textOf(body, foot), HTML: html,
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
// separators become spaces, runs of spaces one.
func singleLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) || r == ' '
	}), " ")
}
