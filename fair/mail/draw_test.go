package mail_test

import (
	"strings"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/mail"
)

func TestTheMailsOfADrawSayWhatBecameOfEachWish(t *testing.T) {
	c := composer(t)
	start := time.Date(2027, 3, 28, 12, 30, 0, 0, time.UTC) // half past two in Paris, on the day the clocks change
	stand := func(name string) fair.Stand { return fair.Stand{Name: name} }
	given := mail.Wish{Stand: stand("Les\r\nHalles <b>"), Result: fair.WishResult{State: fair.WishGiven, Start: start}}
	full := mail.Wish{Stand: stand("Hôtel du Port"), Result: fair.WishResult{State: fair.WishFull}}
	lost := mail.Wish{Stand: stand("Menuiserie Roy"), Result: fair.WishResult{State: fair.WishLost}}
	for _, tc := range []struct {
		name   string
		in     mail.Draw
		fr, en []string // in subject or text
		not    []string
	}{
		{"one is given, two are not", mail.Draw{Wishes: []mail.Wish{given, full, lost}},
			[]string{"vous avez un rendez-vous", "Un de vos vœux", "Les Halles", "dimanche 28 mars", "Hôtel du Port, Menuiserie Roy", "/fairs/rencontres/draws/"},
			[]string{"you have an appointment", "One of your wishes", "Les Halles", "14:30", "Hôtel du Port, Menuiserie Roy", "/en/fairs/rencontres/draws/"}, nil},
		{"two are given", mail.Draw{Wishes: []mail.Wish{given, given}},
			[]string{"vous avez 2 rendez-vous", "2 de vos vœux"}, []string{"you have 2 appointments", "2 of your wishes"}, []string{"plus de place", "no place left", "qui restent", "that are left"}},
		{"none is", mail.Draw{Wishes: []mail.Wish{full}},
			[]string{"pas de rendez-vous cette fois", "Les créneaux qui restent"}, []string{"no appointment this time", "The slots that are left"}, []string{"14:30", "dimanche 28 mars"}},
		{"it is called off", mail.Draw{Draw: fair.Draw{State: fair.DrawCancelled}, Wishes: []mail.Wish{full}},
			[]string{"Rencontres\u00a0: le tirage au sort est annulé", "Vos vœux ne comptent plus"}, []string{"Meetings: the draw is cancelled", "no longer count"}, []string{"Hôtel"}},
		{"it closes later", mail.Draw{Kind: fair.EffectMailClosing, Draw: fair.Draw{State: fair.DrawOpen, ClosesAt: start}},
			[]string{"Rencontres\u00a0: vous avez plus de temps", "dimanche 28 mars", "https://salon.example.org/me"}, []string{"Meetings: you have more time", "14:30", "https://salon.example.org/en/me"}, nil},
	} {
		for lang, want := range map[fair.Lang][]string{fair.French: tc.fr, fair.English: tc.en} {
			t.Run(tc.name+" in "+string(lang), func(t *testing.T) {
				in := tc.in
				in.Fair = fair.Fair{Slug: "rencontres", Name: fair.Text{FR: "Rencontres", EN: "Meetings"}, TimeZone: "Europe/Paris"}
				in.Draw.ID, in.Number = fair.DeriveID("draw"), "abcdefghijkl"
				m, err := c.Draw(account(func(a *fair.Account) { a.Locale = lang }), in)
				if err != nil {
					t.Fatal(err)
				}
				for _, words := range want {
					if !strings.Contains(m.Subject+"\n"+m.Text, words) {
						t.Errorf("%q is not in %q\n%s", words, m.Subject, m.Text)
					}
				}
				for _, words := range append(tc.not, "{", "mail.draw") {
					if strings.Contains(m.Subject+m.Text, words) {
						t.Errorf("%q is in %q\n%s", words, m.Subject, m.Text)
					}
				}
				if strings.ContainsAny(m.Subject, "\r\n") || strings.Contains(m.HTML, "<b>") {
					t.Errorf("subject %q, page\n%s", m.Subject, m.HTML)
				}
			})
		}
	}
}
