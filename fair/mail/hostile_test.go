package mail_test

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ical "github.com/emersion/go-ical"
	"golang.org/x/net/html"

	"salon/fair"
	"salon/fair/mail"
)

// attempts are names, titles and texts that mean something in a header, in a
// calendar (RFC 5545), in markup or to a line.
var attempts = []string{
	"Eve\r\nBcc: all@example.org", "Eve\n\nBcc: all@example.org", "Eve\rX: y", "Eve\u2028Bcc: all@example.org", "Eve\u0085Bcc: x", "Eve\x00\x1b[2J",
	"Eve\r\nATTENDEE:mailto:all@example.org", `Eve";CN="x:y;z,w\n`, "Eve\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:x", "BEGIN:VEVENT", `\;,:`, `\nEND:VCALENDAR\n`,
	`</title><script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `javascript:alert(1)`, "=?utf-8?B?QmNj?=", "\xff\xed\xa0\x80",
	strings.Repeat("é", 74) + "😀" + strings.Repeat("ü", 200), strings.Repeat("a", 74) + "€", "cv\u202efdp.exe", ".\r\nDATA\r\n.\r\n",
}

// kept are the texts of ours beside which nothing stands: names of pages and zones,
// what is signed, codes.
var kept = []string{"Slug", "TimeZone", "Token", "Address", "Number", "Kind", "Email", "From", "To", "Logo"}

// poison writes evil into every text of what a message is made from.
func poison(v reflect.Value, evil string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem(), evil)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && !slices.Contains(kept, f.Name) {
				poison(v.Field(i), evil)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i), evil)
		}
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() {
			v.SetString(evil)
		}
	}
}

// poisoned is everything a composer writes, with evil in every text.
func poisoned(t *testing.T, c *mail.Composer, evil string) (all []fair.Mail, feed []byte) {
	t.Helper()
	at := time.Date(2021, 1, 14, 13, 30, 0, 0, time.UTC)
	to := account()
	poison(reflect.ValueOf(&to).Elem(), evil)
	to.Email = "reader@example.org"
	stand := fair.Stand{Slug: "les-halles"}
	event := fair.Fair{Slug: "rencontres-2021", TimeZone: "America/Guadeloupe"}
	add := func(m fair.Mail, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, m)
	}
	var meetings []mail.Interview
	for _, kind := range []fair.EffectKind{
		fair.EffectMailBooked, fair.EffectMailMoved, fair.EffectMailGiven, fair.EffectMailCancelled, fair.EffectMailOutcome,
		fair.EffectMailProposal, fair.EffectMailKept, fair.EffectMailMissed, fair.EffectMailReminder, fair.EffectMailGuest,
	} {
		in := interview(kind, proposed)
		poison(reflect.ValueOf(&in).Elem(), evil)
		meetings = append(meetings, in)
		add(c.Interview(to, in))
	}
	feed, err := c.Feed(to, meetings)
	if err != nil {
		t.Fatal(err)
	}
	seat := mail.Seat{Kind: fair.EffectMailSeat, Fair: event, Stand: stand, Standby: fair.Standby{Offer: &fair.SeatOffer{Start: at, Until: at}}}
	poison(reflect.ValueOf(&seat).Elem(), evil)
	add(c.Seat(to, seat))
	answers := mail.Answers{Kind: fair.EffectMailLate, Fair: event, Stand: stand, Count: 2, Due: at}
	poison(reflect.ValueOf(&answers).Elem(), evil)
	add(c.Answers(to, answers))
	invitation := mail.Invitation{Fair: event, Stand: stand, Role: fair.Recruiter, Token: "k", Until: at}
	poison(reflect.ValueOf(&invitation).Elem(), evil)
	add(c.Invitation(to, invitation))
	add(c.Companion(to, evil))
	report := mail.Report{Kind: fair.EffectMailReport, Fair: event, Stand: stand, Decision: fair.DecideWarn}
	poison(reflect.ValueOf(&report).Elem(), evil)
	add(c.Report(to, report))
	watch := mail.Watch{Fair: event, Total: 5, Address: "q=x", Token: "k", Offers: []fair.Offer{{ID: "offer"}}}
	poison(reflect.ValueOf(&watch).Elem(), evil)
	add(c.Watch(to, watch))
	draw := mail.Draw{Kind: fair.EffectMailDraw, Fair: event, Number: "0f", Wishes: []mail.Wish{{Stand: stand, Result: fair.WishResult{State: fair.WishGiven, Start: at}}}}
	poison(reflect.ValueOf(&draw).Elem(), evil)
	add(c.Draw(to, draw))
	told, err := c.Telling(to, func() mail.Telling {
		in := mail.Telling{Kind: fair.EffectPushMessage, Stand: stand, Fair: event, When: at}
		poison(reflect.ValueOf(&in).Elem(), evil)
		return in
	}())
	add(told.Mail, err)
	return all, feed
}

func TestNobodyWritesAHeaderAnEventOrMarkupInAnyMail(t *testing.T) {
	c := composer(t)
	outbox := mail.Outbox{}
	for _, evil := range attempts {
		t.Run(fmt.Sprintf("%.20q", evil), func(t *testing.T) {
			all, feed := poisoned(t, c, evil)
			for _, m := range all {
				m.ID = "mail"
				if err := outbox.Send(t.Context(), m); err != nil {
					t.Errorf("%q cannot be sent: %v", m.Subject, err)
				}
				if strings.ContainsAny(m.Subject, "\r\n\u2028\u2029\u0085\x00\x1b\u202e") || !utf8.ValidString(m.Subject+m.Text+m.HTML) {
					t.Errorf("the subject is %q", m.Subject)
				}
				inert(t, m.HTML)
				if len(m.Calendar) > 0 {
					oneEventEach(t, m.Calendar, 1)
				}
			}
			oneEventEach(t, feed, 10)
		})
	}
}

// inert sees to it that the markup of a message is ours.
func inert(t *testing.T, content string) {
	t.Helper()
	page, err := html.Parse(strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	for node := range page.Descendants() {
		if node.Type != html.ElementNode {
			continue
		}
		if slices.Contains([]string{"script", "img", "iframe", "form", "object", "svg"}, node.Data) {
			t.Errorf("a message holds <%s>", node.Data)
		}
		for _, a := range node.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "href" && !strings.HasPrefix(a.Val, "https://salon.example.org") {
				t.Errorf("a message holds <%s %s=%q>", node.Data, a.Key, a.Val)
			}
		}
	}
}

// oneEventEach reads a calendar as a program does: as many events as there are
// appointments, nobody else invited, no line too long or broken in a character.
func oneEventEach(t *testing.T, calendar []byte, want int) {
	t.Helper()
	checkLines(t, calendar)
	if !utf8.Valid(calendar) || bytes.ContainsAny(calendar, "\x00\x1b") {
		t.Errorf("a calendar holds what is no text: %q", calendar)
	}
	for line := range bytes.Lines(calendar) {
		if !utf8.Valid(line) {
			t.Errorf("a line is folded within a character: %q", line)
		}
	}
	read, err := ical.NewDecoder(bytes.NewReader(calendar)).Decode()
	if err != nil {
		t.Fatalf("%v:\n%s", err, calendar)
	}
	if events := read.Events(); len(events) != want {
		t.Errorf("%d events instead of %d:\n%s", len(events), want, calendar)
	}
	for _, e := range read.Events() {
		if guests := e.Props.Values(ical.PropAttendee); len(guests) > 1 || len(guests) == 1 && guests[0].Value != "mailto:reader@example.org" {
			t.Errorf("invited are %v", guests)
		}
	}
}
