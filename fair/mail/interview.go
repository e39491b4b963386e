package mail

import (
	"fmt"
	"strings"
	"time"

	"salon/fair"
	"salon/frontend"
)

// Interview is what a message about an interview is made of.
type Interview struct {
	Kind      fair.EffectKind // one that is written below
	Interview fair.Interview
	Fair      fair.Fair
	Stand     fair.Stand
	Offer     *fair.Offer
	With      string // the other person's name, or the company's
	Recruiter bool   // the message goes to the recruiter
}

// letter is how one kind of message about an interview is written: the part of its
// keys that follows "mail.", the method of the calendar entry it carries, if it
// carries one, and its paragraphs.
type letter struct {
	key    string
	method string
	body   func(c *Composer, l *frontend.Locale, in Interview, when string) []paragraph
}

// letters is every kind of message about an interview.
var letters = map[fair.EffectKind]letter{
	fair.EffectMailBooked:    {"booked", methodRequest, (*Composer).booked},
	fair.EffectMailMoved:     {"moved", methodRequest, (*Composer).moved},
	fair.EffectMailGiven:     {"given", methodCancel, (*Composer).given},
	fair.EffectMailCancelled: {"cancelled", methodCancel, (*Composer).cancelled},
	fair.EffectMailOutcome:   {"outcome", "", (*Composer).outcome},
	fair.EffectMailProposal:  {"proposal", "", (*Composer).proposal},
	fair.EffectMailKept:      {"kept", "", (*Composer).kept},
	fair.EffectMailMissed:    {"missed", "", (*Composer).missed},
	fair.EffectMailReminder:  {"reminder", "", (*Composer).reminder},
}

// Interview writes a message about an interview; a booking, a change and a
// cancellation carry the calendar entry.
func (c *Composer) Interview(to fair.Account, in Interview) (fair.Mail, error) {
	l := c.locale(to)
	in.With = withWhom(l, in)
	when := l.When(in.Interview.StartsAt.In(in.Fair.Location()))
	how, known := letters[in.Kind]
	var body []paragraph
	switch {
	case in.Kind == fair.EffectMailGuest:
		how.key, body = c.guest(l, in, when)
	case known:
		body = how.body(c, l, in, when)
	default:
		return fair.Mail{}, fmt.Errorf("compose a message about interview %s: unknown kind %q", in.Interview.ID, in.Kind)
	}
	body = append(body, c.zoned(l, in.Fair)...)
	m, err := c.write(to, l.T("mail."+how.key+".subject", "with", in.With, "when", when), body)
	if err != nil || how.method == "" {
		return m, err
	}
	m.Method = how.method
	m.Calendar, err = c.calendar(l, to, in, how.method, m.Subject)
	return m, err
}

// zoned says whose hours these are, where they are not those of most readers.
func (c *Composer) zoned(l *frontend.Locale, f fair.Fair) []paragraph {
	if f.TimeZone == fair.HomeZone {
		return nil
	}
	_, place, _ := strings.Cut(f.TimeZone, "/")
	return []paragraph{{Text: l.T("mail.zone", "place", strings.ReplaceAll(place, "_", " "))}}
}

// room is the page of the interview.
func (c *Composer) room(l *frontend.Locale, in Interview) string {
	return c.page(l, "interviews", string(in.Interview.ID))
}

// home is where the reader sees all their appointments.
func (c *Composer) home(l *frontend.Locale, in Interview) string {
	if in.Recruiter {
		return c.page(l, "desk")
	}
	return c.page(l, "me")
}

func (c *Composer) booked(l *frontend.Locale, in Interview, when string) []paragraph {
	body := []paragraph{{Text: l.T("mail.booked.text", "with", in.With, "when", when, "count", minutesOf(in.Interview))}}
	if in.Offer != nil {
		body = append(body, paragraph{Text: l.T("mail.booked.offer", "title", singleLine(in.Offer.Title))})
	}
	return append(body,
		paragraph{Text: l.T("mail.booked." + how(in)), Link: c.room(l, in)},
		paragraph{Text: l.T("mail.booked.change")})
}

// minutesOf is how long an interview is planned to last.
func minutesOf(i fair.Interview) int { return int(i.EndsAt.Sub(i.StartsAt).Minutes()) }

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

func (c *Composer) outcome(l *frontend.Locale, in Interview, _ string) []paragraph {
	return []paragraph{{Text: l.T("mail.outcome.text", "with", in.With), Link: c.room(l, in)}}
}

func (c *Composer) moved(l *frontend.Locale, in Interview, when string) []paragraph {
	return []paragraph{
		{Text: l.T("mail.moved.text", "with", in.With, "when", when, "count", minutesOf(in.Interview))},
		{Text: l.T("mail.booked." + how(in)), Link: c.room(l, in)},
		{Text: l.T("mail.booked.change")},
	}
}

func (c *Composer) given(l *frontend.Locale, in Interview, when string) []paragraph {
	return []paragraph{{Text: l.T("mail.given.text", "with", in.With, "when", when), Link: c.home(l, in)}}
}

func (c *Composer) proposal(l *frontend.Locale, in Interview, when string) []paragraph {
	body := []paragraph{{Text: l.T("mail.proposal.text", "with", in.With, "when", when)}}
	p := in.Interview.Proposal
	if p == nil {
		return body
	}
	at := func(t time.Time) string { return l.When(t.In(in.Fair.Location())) }
	for _, s := range p.Slots {
		body = append(body, paragraph{Text: "\u2022 " + at(s.Start)})
	}
	return append(body, paragraph{Text: l.T("mail.proposal.answer", "until", at(p.Until)), Link: c.home(l, in)})
}

func (c *Composer) kept(l *frontend.Locale, in Interview, when string) []paragraph {
	return []paragraph{{Text: l.T("mail.kept.text", "with", in.With, "when", when), Link: c.home(l, in)}}
}

func (c *Composer) missed(l *frontend.Locale, in Interview, when string) []paragraph {
	return []paragraph{
		{Text: l.T("mail.missed.text", "with", in.With, "when", when)},
		{Text: l.T("mail.missed.next"), Link: c.page(l, "fairs", in.Fair.Slug, "stands", in.Stand.Slug)},
	}
}

func (c *Composer) reminder(l *frontend.Locale, in Interview, when string) []paragraph {
	body := []paragraph{{Text: l.T("mail.reminder.text", "with", in.With, "when", when)}}
	if in.Interview.Channel == fair.Video {
		return append(body, paragraph{Text: l.T("mail.reminder.check"), Link: c.room(l, in)}, paragraph{Text: l.T("mail.booked.change")})
	}
	return append(body, paragraph{Text: l.T("mail.booked." + how(in)), Link: c.room(l, in)}, paragraph{Text: l.T("mail.booked.change")})
}

// Seat is what a message about a seat of the waiting list is made of.
type Seat struct {
	Kind    fair.EffectKind // mail.seat or mail.seatgone
	Standby fair.Standby
	Fair    fair.Fair
	Stand   fair.Stand
}

// Seat writes a message about a seat that is offered, or no more.
func (c *Composer) Seat(to fair.Account, in Seat) (fair.Mail, error) {
	l := c.locale(to)
	with := singleLine(in.Stand.Name)
	at := func(t time.Time) string { return l.When(t.In(in.Fair.Location())) }
	when, until := at(in.Standby.Seat().Start), at(in.Standby.Seat().Until)
	var body []paragraph
	key := "seat"
	switch in.Kind {
	case fair.EffectMailSeat:
		body = []paragraph{
			{Text: l.T("mail.seat.text", "with", with, "when", when)},
			{Text: l.T("mail.seat.answer", "until", until), Link: c.page(l, "me")},
		}
	case fair.EffectMailSeatGone:
		key = "seatgone"
		next := paragraph{Text: l.T("mail.seatgone.kept"), Link: c.page(l, "me")}
		if in.Standby.State.Closed() {
			next = paragraph{Text: l.T("mail.seatgone.over"), Link: c.page(l, "fairs", in.Fair.Slug, "stands", in.Stand.Slug)}
		}
		body = []paragraph{{Text: l.T("mail.seatgone.text", "with", with, "when", when)}, next}
	default:
		return fair.Mail{}, fmt.Errorf("compose a message about standby %s: unknown kind %q", in.Standby.ID, in.Kind)
	}
	return c.write(to, l.T("mail."+key+".subject", "with", with, "when", when), append(body, c.zoned(l, in.Fair)...))
}

// withWhom is the other person as a message names them: not at all before an
// anonymous meeting.
func withWhom(l *frontend.Locale, in Interview) string {
	if in.With == "" {
		return l.T("thread.anonymous")
	}
	return singleLine(in.With)
}
