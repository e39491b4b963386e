package mail_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	ical "github.com/emersion/go-ical"

	"salon/fair"
	"salon/fair/mail"
)

func parsed(t *testing.T, calendar []byte) []ical.Event {
	t.Helper()
	checkLines(t, calendar)
	c, err := ical.NewDecoder(bytes.NewReader(calendar)).Decode()
	if err != nil {
		t.Fatalf("%v:\n%s", err, calendar)
	}
	return c.Events()
}

// at moves an interview.
func at(start time.Time, sequence int) func(*mail.Interview) {
	return func(in *mail.Interview) {
		in.Interview.StartsAt, in.Interview.EndsAt, in.Interview.Sequence = start, start.Add(20*time.Minute), sequence
	}
}

func proposed(in *mail.Interview) {
	start := in.Interview.StartsAt
	in.Interview.Proposal = &fair.Proposal{Until: start.Add(-time.Hour), Message: "private words", Slots: []fair.ProposedSlot{
		{Start: start.Add(24 * time.Hour)}, {Start: start.Add(25 * time.Hour)},
	}}
}

func TestMessagesAboutAnAppointmentSayWhatChanged(t *testing.T) {
	c := composer(t)
	for _, tc := range []struct {
		name    string
		in      mail.Interview
		subject string
		holds   []string
		method  string
	}{
		{"moved", interview(fair.EffectMailMoved), "Entretien déplacé\u00a0: Les Halles, jeudi 14 janvier à 14\u00a0h\u00a030",
			[]string{"20 minutes", "/interviews/interview", "caméra"}, "REQUEST"},
		{"given to a colleague", interview(fair.EffectMailGiven, toRecruiter), "Entretien confié à un·e collègue\u00a0: Nadia B.", []string{"https://salon.example.org/desk"}, "CANCEL"},
		{"proposed", interview(fair.EffectMailProposal, proposed), "Les Halles vous propose une autre heure",
			[]string{"vendredi 15 janvier à 14\u00a0h\u00a030", "15\u00a0h\u00a030", "jusqu’au jeudi 14 janvier à 13\u00a0h\u00a030", "https://salon.example.org/me"}, ""},
		{"kept", interview(fair.EffectMailKept, toRecruiter), "Rendez-vous maintenu\u00a0: Nadia B., jeudi 14 janvier à 14\u00a0h\u00a030", []string{"Rien ne change", "/desk"}, ""},
		{"missed", interview(fair.EffectMailMissed), "Entretien manqué\u00a0: Les Halles, jeudi 14 janvier à 14\u00a0h\u00a030", []string{"/fairs/rencontres-2021/stands/les-halles"}, ""},
		{"a reminder", interview(fair.EffectMailReminder), "Rappel\u00a0: entretien avec Les Halles, jeudi 14 janvier à 14\u00a0h\u00a030", []string{"Essayez dès maintenant", "/interviews/interview"}, ""},
		{"a reminder by phone", interview(fair.EffectMailReminder, byPhone), "Rappel\u00a0: entretien avec Les Halles, jeudi 14 janvier à 14\u00a0h\u00a030", []string{"c’est le recruteur qui appelle"}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m, err := c.Interview(account(), tc.in)
			if err != nil {
				t.Fatal(err)
			}
			if m.Subject != tc.subject || m.Method != tc.method {
				t.Errorf("subject %q, method %q", m.Subject, m.Method)
			}
			for _, want := range tc.holds {
				if !strings.Contains(m.Text, want) || !strings.Contains(m.HTML, want) {
					t.Errorf("%q is not in both bodies:\n%s", want, m.Text)
				}
			}
			for _, secret := range []string{"39981234", "private", "mail.", "{"} {
				if strings.Contains(m.Subject+m.Text+sheets.ReplaceAllString(m.HTML, "")+string(m.Calendar), secret) {
					t.Errorf("%q is in the message", secret)
				}
			}
			if english, err := c.Interview(account(english), tc.in); err != nil || english.Subject == m.Subject || strings.Contains(english.Text, "mail.") {
				t.Errorf("in English: %q, %v", english.Subject, err)
			}
		})
	}
}

func TestAMovedAppointmentReplacesItsCalendarEntryAndACancelledOneTakesItAway(t *testing.T) {
	c := composer(t)
	later := time.Date(2021, 1, 15, 9, 0, 0, 0, time.UTC)
	uid, sequence := "", -1
	for _, in := range []mail.Interview{
		interview(fair.EffectMailBooked, at(later.Add(-19*time.Hour), 0)), interview(fair.EffectMailMoved, at(later, 1)),
		interview(fair.EffectMailMoved, at(later.Add(time.Hour), 2)), interview(fair.EffectMailCancelled, at(later.Add(time.Hour), 3)),
	} {
		m, err := c.Interview(account(), in)
		if err != nil {
			t.Fatal(err)
		}
		e := parsed(t, m.Calendar)[0]
		start, err := e.DateTimeStart(time.UTC)
		if err != nil || !start.Equal(in.Interview.StartsAt) {
			t.Errorf("the entry starts %s, %v", start, err)
		}
		n, err := e.Props.Get("SEQUENCE").Int()
		if err != nil || n <= sequence || uid != "" && e.Props.Get("UID").Value != uid {
			t.Errorf("after %s %d comes %s %d, %v", uid, sequence, e.Props.Get("UID").Value, n, err)
		}
		uid, sequence = e.Props.Get("UID").Value, n
	}
}

func TestAFeedHoldsEveryAppointmentUnderTheUIDOfItsInvitation(t *testing.T) {
	c := composer(t)
	booked, gone := interview(fair.EffectMailBooked), interview(fair.EffectMailBooked)
	gone.Interview.ID, gone.Interview.State = "other", fair.InterviewCancelled
	feed, err := c.Feed(account(), []mail.Interview{booked, gone})
	if err != nil {
		t.Fatal(err)
	}
	events := parsed(t, feed)
	invited, err := c.Interview(account(), booked)
	if err != nil || len(events) != 2 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	if uid := parsed(t, invited.Calendar)[0].Props.Get("UID").Value; events[0].Props.Get("UID").Value != uid {
		t.Errorf("UID %s, invited as %s", events[0].Props.Get("UID").Value, uid)
	}
	for i, want := range []string{"CONFIRMED", "CANCELLED"} {
		if status := events[i].Props.Get("STATUS").Value; status != want {
			t.Errorf("event %d is %s, want %s", i, status, want)
		}
		if events[i].Props.Get("ATTENDEE") != nil || events[i].Props.Get("URL") == nil {
			t.Errorf("event %d: %+v", i, events[i].Props)
		}
	}
	if bytes.Contains(feed, []byte("METHOD")) || !bytes.Contains(feed, []byte("REFRESH-INTERVAL;VALUE=DURATION:PT15M")) {
		t.Errorf("%s", feed)
	}
	again, _ := c.Feed(account(), []mail.Interview{booked, gone})
	if !bytes.Equal(feed, again) {
		t.Error("read again it differs, and is never \"not modified\"")
	}
	if empty, err := c.Feed(account(), nil); err != nil || !bytes.HasPrefix(empty, []byte("BEGIN:VCALENDAR\r\n")) || !bytes.HasSuffix(empty, []byte("END:VCALENDAR\r\n")) {
		t.Errorf("%s, %v", empty, err)
	}
}

// The clocks of Paris go forward on 28 March 2027 and back on 31 October 2027;
// those of Guadeloupe never change (IANA time zone database).
func TestHoursAreThoseOfTheFairOnTheDaysTheClocksChange(t *testing.T) {
	c := composer(t)
	utc := func(month time.Month, day, hour int) time.Time {
		return time.Date(2027, month, day, hour, 0, 0, 0, time.UTC)
	}
	for _, tc := range []struct {
		zone  string
		start time.Time
		when  string
		stamp string
	}{
		{"Europe/Paris", utc(3, 27, 9), "samedi 27 mars à 10\u00a0h", "20270327T090000Z"},
		{"Europe/Paris", utc(3, 28, 8), "dimanche 28 mars à 10\u00a0h", "20270328T080000Z"},
		{"Europe/Paris", utc(10, 30, 8), "samedi 30 octobre à 10\u00a0h", "20271030T080000Z"},
		{"Europe/Paris", utc(10, 31, 9), "dimanche 31 octobre à 10\u00a0h", "20271031T090000Z"},
		{"America/Guadeloupe", utc(3, 28, 14), "dimanche 28 mars à 10\u00a0h", "20270328T140000Z"},
		{"America/Guadeloupe", utc(10, 31, 14), "dimanche 31 octobre à 10\u00a0h", "20271031T140000Z"},
	} {
		in := interview(fair.EffectMailBooked, at(tc.start, 0))
		in.Fair.TimeZone = tc.zone
		m, err := c.Interview(account(), in)
		if err != nil {
			t.Fatal(err)
		}
		e := parsed(t, m.Calendar)[0]
		if !strings.Contains(m.Text, tc.when) || e.Props.Get("DTSTART").Value != tc.stamp {
			t.Errorf("%s in %s: %s\n%s", tc.start, tc.zone, e.Props.Get("DTSTART").Value, m.Text)
		}
		if says := strings.Contains(m.Text, "celles de Guadeloupe"); says != (tc.zone != "Europe/Paris") {
			t.Errorf("in %s, whose hours these are is told: %v", tc.zone, says)
		}
	}
}

func TestASeatIsOfferedWithItsEnd(t *testing.T) {
	c := composer(t)
	start := time.Date(2021, 1, 14, 13, 30, 0, 0, time.UTC)
	in := mail.Seat{
		Kind: fair.EffectMailSeat, Fair: fair.Fair{Slug: "rencontres-2021", TimeZone: "Europe/Paris"},
		Stand:   fair.Stand{Slug: "les-halles", Name: "Les Halles\r\nBcc: all@example.org"},
		Standby: fair.Standby{State: fair.StandbyOffered, Offer: &fair.SeatOffer{Start: start, Until: start.Add(-time.Hour)}},
	}
	m, err := c.Seat(account(), in)
	if err != nil || m.Subject != "Une place s’est libérée\u00a0: Les Halles Bcc: all@example.org, jeudi 14 janvier à 14\u00a0h\u00a030" ||
		!strings.Contains(m.Text, "jusqu’au jeudi 14 janvier à 13\u00a0h\u00a030") || !strings.Contains(m.Text, "https://salon.example.org/me") {
		t.Errorf("%v, %q:\n%s", err, m.Subject, m.Text)
	}
	in.Kind, in.Standby.State = fair.EffectMailSeatGone, fair.StandbyWaiting
	if m, err = c.Seat(account(), in); err != nil || !strings.Contains(m.Text, "gardez votre rang") {
		t.Errorf("%v:\n%s", err, m.Text)
	}
	in.Standby.State = fair.StandbyLapsed
	if m, err = c.Seat(account(english), in); err != nil || !strings.Contains(m.Text, "/en/fairs/rencontres-2021/stands/les-halles") {
		t.Errorf("%v:\n%s", err, m.Text)
	}
	in.Kind = fair.EffectMailBooked
	if _, err = c.Seat(account(), in); err == nil {
		t.Error("an unknown kind is written")
	}
}
