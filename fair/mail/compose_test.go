package mail_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	ical "github.com/emersion/go-ical"

	"salon/fair"
	"salon/fair/mail"
	"salon/frontend"
)

// sheets finds what is style in a message, and not words.
var sheets = regexp.MustCompile(`(?s)<style>.*</style>`)

func composer(t *testing.T) *mail.Composer {
	t.Helper()
	locales, err := frontend.Locales()
	if err != nil {
		t.Fatal(err)
	}
	c, err := mail.NewComposer(locales, "https://salon.example.org", "fair@salon.example.org")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func account(change ...func(*fair.Account)) fair.Account {
	a := fair.Account{ID: "reader", Email: "reader@example.org", Name: "Nadia B.", Locale: fair.French,
		Profile: fair.Profile{Phone: "+33639981234"}}
	for _, c := range change {
		c(&a)
	}
	return a
}

func english(a *fair.Account) { a.Locale = fair.English }

func interview(kind fair.EffectKind, change ...func(*mail.Interview)) mail.Interview {
	in := mail.Interview{
		Kind: kind,
		Interview: fair.Interview{
			ID: "interview", Channel: fair.Video, Sequence: 2,
			StartsAt: time.Date(2021, 1, 14, 13, 30, 0, 0, time.UTC), EndsAt: time.Date(2021, 1, 14, 13, 50, 0, 0, time.UTC),
			Notes: "a private note", Outcome: &fair.Outcome{Message: "private words"},
			Meta: fair.Meta{UpdatedAt: time.Date(2021, 1, 10, 8, 0, 0, 0, time.UTC)},
		},
		Fair:  fair.Fair{Slug: "rencontres-2021", Organiser: "La Métropole", TimeZone: "Europe/Paris"},
		Stand: fair.Stand{Slug: "les-halles"},
		Offer: &fair.Offer{Title: "Aide-soignante de nuit"},
		With:  "Les Halles",
	}
	for _, c := range change {
		c(&in)
	}
	return in
}

func byPhone(in *mail.Interview)     { in.Interview.Channel = fair.Phone }
func toRecruiter(in *mail.Interview) { in.Recruiter, in.With = true, "Nadia B." }

func TestMessagesSayWhatHappenedAndWhatToDo(t *testing.T) {
	c := composer(t)
	code := func(a fair.Account) (fair.Mail, error) {
		return c.Code(a, "482913", time.Date(2021, 1, 14, 13, 40, 0, 0, time.UTC))
	}
	about := func(in mail.Interview) func(fair.Account) (fair.Mail, error) {
		return func(a fair.Account) (fair.Mail, error) { return c.Interview(a, in) }
	}
	for _, tc := range []struct {
		name    string
		to      fair.Account
		write   func(fair.Account) (fair.Mail, error)
		subject string
		holds   []string
		method  string
	}{
		{"a code in French", account(), code, "Votre code de connexion",
			[]string{"Bonjour Nadia B.,", "482913", "14\u00a0h\u00a040", "salon.example.org"}, ""},
		{"a code in English", account(english), code, "Your sign-in code", []string{"Hello Nadia B.,", "482913", "14:40"}, ""},
		{"a code to somebody without a name", account(func(a *fair.Account) { a.Name = "" }), code, "Votre code de connexion", []string{"Votre code"}, ""},
		{"a booking by video", account(), about(interview(fair.EffectMailBooked)), "Entretien avec Les Halles, jeudi 14 janvier à 14\u00a0h\u00a030",
			[]string{"20 minutes", "Aide-soignante de nuit", "https://salon.example.org/interviews/interview", "caméra"}, "REQUEST"},
		{"a booking in English", account(english), about(interview(fair.EffectMailBooked)), "Interview with Les Halles, Thursday 14 January at 14:30",
			[]string{"20 minutes", "https://salon.example.org/en/interviews/interview"}, "REQUEST"},
		{"a booking by phone, to the candidate", account(), about(interview(fair.EffectMailBooked, byPhone)), "Entretien avec Les Halles, jeudi 14 janvier à 14\u00a0h\u00a030",
			[]string{"c’est le recruteur qui appelle"}, "REQUEST"},
		{"a booking by phone, to the recruiter", account(), about(interview(fair.EffectMailBooked, byPhone, toRecruiter)), "Entretien avec Nadia B., jeudi 14 janvier à 14\u00a0h\u00a030",
			[]string{"c’est vous qui appelez"}, "REQUEST"},
		{"a cancellation, to the candidate", account(), about(interview(fair.EffectMailCancelled)), "Entretien annulé\u00a0: Les Halles, jeudi 14 janvier à 14\u00a0h\u00a030",
			[]string{"https://salon.example.org/fairs/rencontres-2021/stands/les-halles"}, "CANCEL"},
		{"a cancellation, to the recruiter", account(), about(interview(fair.EffectMailCancelled, toRecruiter)), "Entretien annulé\u00a0: Nadia B., jeudi 14 janvier à 14\u00a0h\u00a030",
			[]string{"https://salon.example.org/desk"}, "CANCEL"},
		{"an answer is announced, not told", account(), about(interview(fair.EffectMailOutcome)), "Les Halles vous a répondu",
			[]string{"https://salon.example.org/interviews/interview"}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m, err := tc.write(tc.to)
			if err != nil {
				t.Fatal(err)
			}
			if m.Subject != tc.subject || m.Method != tc.method || m.To != tc.to.Email {
				t.Errorf("subject %q, method %q, to %q", m.Subject, m.Method, m.To)
			}
			for _, want := range tc.holds {
				if !strings.Contains(m.Text, want) || !strings.Contains(m.HTML, want) {
					t.Errorf("%q is not in both bodies:\n%s", want, m.Text)
				}
			}
			everything := strings.ReplaceAll(m.Subject+m.Text+sheets.ReplaceAllString(m.HTML, "")+string(m.Calendar), "\r\n ", "")
			for _, secret := range []string{"39981234", "39 98 12 34", "private", "mail.", "{"} {
				if strings.Contains(everything, secret) {
					t.Errorf("%q is in the message", secret)
				}
			}
		})
	}
}

func TestACalendarEntryIsOneEventThatCanBeMovedAndCancelled(t *testing.T) {
	c := composer(t)
	for _, tc := range []struct {
		name           string
		in             mail.Interview
		method, status string
		location       string
	}{
		{"booked", interview(fair.EffectMailBooked), "REQUEST", "CONFIRMED", "https://salon.example.org/interviews/interview"},
		{"booked by phone", interview(fair.EffectMailBooked, byPhone), "REQUEST", "CONFIRMED", "Par téléphone"},
		{"cancelled", interview(fair.EffectMailCancelled), "CANCEL", "CANCELLED", "https://salon.example.org/interviews/interview"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m, err := c.Interview(account(), tc.in)
			if err != nil {
				t.Fatal(err)
			}
			checkLines(t, m.Calendar)
			calendar, err := ical.NewDecoder(bytes.NewReader(m.Calendar)).Decode()
			if err != nil {
				t.Fatal(err)
			}
			if got := calendar.Props.Get("METHOD").Value; got != tc.method {
				t.Errorf("method %s of the calendar, want %s", got, tc.method)
			}
			events := calendar.Events()
			if len(events) != 1 {
				t.Fatalf("%d events", len(events))
			}
			for name, want := range map[string]string{
				"UID":       "interview.reader@salon.example.org",
				"SEQUENCE":  "2",
				"DTSTAMP":   "20210110T080000Z",
				"DTSTART":   "20210114T133000Z",
				"DTEND":     "20210114T135000Z",
				"STATUS":    tc.status,
				"URL":       "https://salon.example.org/interviews/interview",
				"LOCATION":  tc.location,
				"ORGANIZER": "mailto:fair@salon.example.org",
				"ATTENDEE":  "mailto:reader@example.org",
			} {
				prop := events[0].Props.Get(name)
				if prop == nil || prop.Value != want {
					t.Errorf("%s is %v, want %s", name, prop, want)
				}
			}
			if events[0].Props.Get("METHOD") != nil {
				t.Error("the method stands in the event")
			}
		})
	}
}

func TestTheSameEventGivesTheSameBytes(t *testing.T) {
	c := composer(t)
	first, _ := c.Interview(account(), interview(fair.EffectMailBooked))
	again, _ := c.Interview(account(), interview(fair.EffectMailBooked))
	if !bytes.Equal(first.Calendar, again.Calendar) || first.Text != again.Text {
		t.Error("a second delivery would differ")
	}
	other, _ := c.Interview(account(func(a *fair.Account) { a.ID = "other" }), interview(fair.EffectMailBooked))
	if bytes.Equal(first.Calendar, other.Calendar) {
		t.Error("both parties have the same entry")
	}
}

// checkLines asks of every line what RFC 5545, 3.1 does.
func checkLines(t *testing.T, calendar []byte) {
	t.Helper()
	for line := range bytes.Lines(calendar) {
		if !bytes.HasSuffix(line, []byte("\r\n")) || len(line)-2 > 75 {
			t.Errorf("a line of %d bytes: %q", len(line)-2, line)
		}
	}
}

func TestNobodyWritesHeadersThroughAName(t *testing.T) {
	c := composer(t)
	for _, evil := range []string{
		"Eve\r\nBcc: all@example.org", "Eve\nBcc: all@example.org", "Eve\rBcc: all@example.org",
		"Eve\u2028Bcc: all@example.org", "Eve\x00\x1b[2J", "Eve\r\n\r\n<script>alert(1)</script>",
		"Eve\r\nATTENDEE:mailto:all@example.org", `Eve";CN="x`, "Eve\r\nEND:VEVENT\r\nBEGIN:VEVENT",
	} {
		t.Run(evil, func(t *testing.T) {
			in := interview(fair.EffectMailBooked, func(in *mail.Interview) {
				in.With, in.Fair.Organiser, in.Offer.Title = evil, evil, evil
			})
			m, err := c.Interview(account(func(a *fair.Account) { a.Name = evil }), in)
			if err != nil {
				t.Fatal(err)
			}
			if strings.ContainsAny(m.Subject, "\r\n\u2028\x00\x1b") {
				t.Errorf("the subject is %q", m.Subject)
			}
			if strings.Contains(m.HTML, "<script") {
				t.Error("a script stands in the message")
			}
			checkLines(t, m.Calendar)
			unfolded := strings.ReplaceAll(string(m.Calendar), "\r\n ", "")
			for line := range strings.Lines(unfolded) {
				if strings.HasPrefix(line, "ATTENDEE:mailto:all") || strings.HasPrefix(line, "Bcc") {
					t.Errorf("a line of the calendar is %q", line)
				}
			}
			if strings.Count(unfolded, "BEGIN:VEVENT\r\n") != 1 {
				t.Error("the calendar holds a second event")
			}
		})
	}
}

func TestAnAddressMustBeOneBareAddress(t *testing.T) {
	c := composer(t)
	for _, evil := range []string{
		"", "nobody", "a@example.org, b@example.org", "Eve <eve@example.org>", "a@example.org\r\nRCPT TO:<b@example.org>",
		"a@example.org\n", "<a@example.org>", "a@example.org ", "a b@example.org",
	} {
		t.Run(evil, func(t *testing.T) {
			m, err := c.Code(account(func(a *fair.Account) { a.Email = evil }), "123456", time.Time{})
			if fair.KindOf(err) != fair.Invalid {
				t.Errorf("wrote %+v, %v", m, err)
			}
		})
	}
}

func TestMissingTextsAndBadSettingsStopTheStart(t *testing.T) {
	good, err := frontend.Locales()
	if err != nil {
		t.Fatal(err)
	}
	for name, make := range map[string]func() (*mail.Composer, error){
		"no texts": func() (*mail.Composer, error) {
			return mail.NewComposer(map[string]*frontend.Locale{"fr": {}}, "https://a.example", "a@a.example")
		},
		"no site":   func() (*mail.Composer, error) { return mail.NewComposer(good, "salon", "a@a.example") },
		"no sender": func() (*mail.Composer, error) { return mail.NewComposer(good, "https://a.example", "nobody") },
		"a forged sender": func() (*mail.Composer, error) {
			return mail.NewComposer(good, "https://a.example", "a@a.example\r\nBcc: b@b.example")
		},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := make(); err == nil {
				t.Error("accepted")
			}
		})
	}
}
