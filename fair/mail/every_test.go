package mail_test

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/mail"
)

// written is one message and what it is about.
type written struct {
	name string
	mail fair.Mail
}

// every writes each message there is to somebody.
func every(t *testing.T, c *mail.Composer, to fair.Account) (all []written) {
	t.Helper()
	add := func(name string, m fair.Mail, err error) {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, written{name, m})
	}
	at := time.Date(2021, 1, 14, 13, 30, 0, 0, time.UTC)
	stand := fair.Stand{Slug: "les-halles", Name: "Les Halles de la Mosson"}
	event := fair.Fair{Slug: "rencontres-2021", Name: fair.Text{FR: "Rencontres de l’emploi", EN: "Job meetings"}, Organiser: "La Métropole", TimeZone: "Indian/Reunion"}

	m, err := c.Code(to, "48291317", at)
	add("code", m, err)
	for _, kind := range []fair.EffectKind{
		fair.EffectMailBooked, fair.EffectMailMoved, fair.EffectMailGiven, fair.EffectMailCancelled, fair.EffectMailOutcome,
		fair.EffectMailProposal, fair.EffectMailKept, fair.EffectMailMissed, fair.EffectMailReminder, fair.EffectMailGuest,
	} {
		for _, channel := range []fair.Channel{fair.Video, fair.Phone} {
			in := interview(kind, func(in *mail.Interview) {
				in.Interview.Channel, in.Stand, in.Fair = channel, stand, event
				in.Interview.Proposal = &fair.Proposal{Slots: []fair.ProposedSlot{{Start: at}, {Start: at.Add(time.Hour)}}, Until: at}
			})
			m, err := c.Interview(to, in)
			add(string(kind)+" by "+string(channel), m, err)
		}
	}
	for _, kind := range []fair.EffectKind{fair.EffectMailSeat, fair.EffectMailSeatGone} {
		m, err := c.Seat(to, mail.Seat{Kind: kind, Fair: event, Stand: stand, Standby: fair.Standby{Offer: &fair.SeatOffer{Start: at, Until: at}}})
		add(string(kind), m, err)
	}
	for _, kind := range []fair.EffectKind{fair.EffectMailAnswer, fair.EffectMailLate} {
		for _, count := range []int{1, 4} {
			m, err := c.Answers(to, mail.Answers{Kind: kind, Fair: event, Stand: stand, Count: count, Due: at})
			add(fmt.Sprint(kind, " of ", count), m, err)
		}
	}
	for _, role := range []fair.RoleKind{fair.Recruiter, fair.Organiser, fair.Adviser, fair.Speaker} {
		m, err := c.Invitation(to, mail.Invitation{Fair: event, Stand: stand, Role: role, Token: strings.Repeat("k2", 26), Until: at})
		add("invitation of "+string(role), m, err)
	}
	for _, kind := range []string{"confirm", "taken", "changed", "back"} {
		m, err := c.Address(to, mail.Address{Kind: kind, From: "ancienne@exemple.fr", To: "nouvelle@exemple.fr", Token: strings.Repeat("k2", 26), Until: at})
		add("address, "+kind, m, err)
	}
	m, err = c.Companion(to, "Nadia Benali")
	add("companion", m, err)
	for _, kind := range []fair.EffectKind{fair.EffectMailReport, fair.EffectMailWarned} {
		for _, decision := range []fair.Decision{fair.DecideNothing, fair.DecideWarn, fair.DecideBar} {
			if kind == fair.EffectMailWarned && decision == fair.DecideNothing {
				continue
			}
			m, err := c.Report(to, mail.Report{Kind: kind, Fair: event, Stand: stand, Decision: decision, Answer: "Merci de rester courtois."})
			add(string(kind)+", "+string(decision), m, err)
		}
	}
	for _, kind := range []fair.EffectKind{fair.EffectMailLifted, fair.EffectMailLiftedBy} {
		m, err := c.Report(to, mail.Report{Kind: kind, Fair: event, Stand: stand, Decision: fair.DecideBar})
		add(string(kind), m, err)
	}
	place := fair.Place{Label: "Montpellier"}
	m, err = c.Watch(to, mail.Watch{Fair: event, Total: 5, Address: "q=boulang&contract=CDI", Token: strings.Repeat("k2", 26), Offers: []fair.Offer{
		{ID: "offer1", Title: "Boulangère ou boulanger", CompanyName: "Les Halles", Place: place},
		{ID: "offer2", Title: "Vendeur ou vendeuse en boulangerie", CompanyName: "Les Halles", Place: place},
	}})
	add("watch", m, err)
	wishes := []mail.Wish{{Stand: stand, Result: fair.WishResult{State: fair.WishGiven, Start: at}}, {Stand: stand, Result: fair.WishResult{State: fair.WishFull}}}
	for name, in := range map[string]mail.Draw{
		"draw, given":   {Kind: fair.EffectMailDraw, Wishes: wishes},
		"draw, none":    {Kind: fair.EffectMailDraw, Wishes: wishes[1:]},
		"draw, later":   {Kind: fair.EffectMailClosing, Draw: fair.Draw{ClosesAt: at}},
		"draw, no more": {Kind: fair.EffectMailDraw, Draw: fair.Draw{State: fair.DrawCancelled}},
	} {
		in.Fair, in.Number, in.Draw.ID = event, strings.Repeat("0f", 32), "draw"
		m, err := c.Draw(to, in)
		add(name, m, err)
	}
	for _, kind := range []fair.EffectKind{
		fair.EffectPushTurn, fair.EffectPushNear, fair.EffectPushMissed, fair.EffectPushMessage, fair.EffectPushApplication, fair.EffectPushMeet, fair.EffectPushReminder,
		fair.EffectPushSeat, fair.EffectPushPhone, fair.EffectPushFirst, fair.EffectPushSoon, fair.EffectPushAsked, fair.EffectPushUnanswered, fair.EffectPushNobody,
	} {
		told, err := c.Telling(to, mail.Telling{Kind: kind, Stand: stand, Fair: event, Minutes: 12, When: at})
		add(string(kind), told.Mail, err)
	}
	return all
}

var (
	hrefs     = regexp.MustCompile(`href="([^"]+)"`)
	names     = regexp.MustCompile(`https://\S+|Les Halles( de la Mosson)?|Vendeur ou vendeuse|Merci de rester courtois`)
	otherText = map[fair.Lang]*regexp.Regexp{
		fair.French:  regexp.MustCompile(`(?i)\b(the|your|you|with|this)\b`),
		fair.English: regexp.MustCompile(`(?i)\b(le|les|vous|votre|avec|cette)\b`),
	}
)

// SALON_TEST_MAILS=folder keeps them all on one page per language, to be looked at.
func TestEveryMailCanBeReadByAnybody(t *testing.T) {
	c := composer(t)
	for _, lang := range []fair.Lang{fair.French, fair.English} {
		to := account(func(a *fair.Account) { a.Locale = lang })
		var sheet strings.Builder
		all := every(t, c, to)
		slices.SortFunc(all, func(a, b written) int { return strings.Compare(a.name, b.name) })
		for _, w := range all {
			fmt.Fprintf(&sheet, `<h2>%s</h2><p>%s</p><iframe srcdoc="%s"></iframe><pre>%s</pre>`,
				html.EscapeString(w.name), html.EscapeString(w.mail.Subject), html.EscapeString(w.mail.HTML), html.EscapeString(w.mail.Text))
			m := w.mail
			for _, want := range []string{`<html lang="` + string(lang) + `">`, `<div lang="` + string(lang) + `"`, "<title>" + html.EscapeString(m.Subject) + "</title>", "color-scheme"} {
				if !strings.Contains(m.HTML, want) {
					t.Errorf("%s in %s: no %s in\n%s", w.name, lang, want, m.HTML)
				}
			}
			for _, picture := range []string{"<img", "url(", "src="} {
				if strings.Contains(m.HTML, picture) {
					t.Errorf("%s in %s needs a picture", w.name, lang)
				}
			}
			for _, link := range hrefs.FindAllStringSubmatch(m.HTML, -1) {
				if address := html.UnescapeString(link[1]); !strings.Contains(m.Text, "\n"+address+"\n") {
					t.Errorf("%s in %s: %s has no line of its own in\n%s", w.name, lang, address, m.Text)
				}
			}
			if found := otherText[lang].FindString(names.ReplaceAllString(m.Subject+m.Text, "")); found != "" {
				t.Errorf("%s in %s says %q:\n%s", w.name, lang, found, m.Text)
			}
			if strings.Contains(m.Subject+m.Text, "{") || strings.Contains(m.Subject+m.Text, "mail.") {
				t.Errorf("%s in %s has no words: %s\n%s", w.name, lang, m.Subject, m.Text)
			}
		}
		if folder := os.Getenv("SALON_TEST_MAILS"); folder != "" {
			style := `<meta charset="utf-8"><meta name="color-scheme" content="light dark"><style>iframe{width:100%;height:440px;border:1px solid}pre{white-space:pre-wrap;overflow-wrap:anywhere}</style>`
			if err := os.WriteFile(filepath.Join(folder, "mails-"+string(lang)+".html"), []byte("<!doctype html>"+style+sheet.String()), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}
