package mail_test

import (
	"strings"
	"testing"

	"salon/fair"
	"salon/fair/mail"
)

func TestATellingNamesTheStandAndThePageAndNothingOfAPerson(t *testing.T) {
	c := composer(t)
	for _, tc := range []struct {
		kind   fair.EffectKind
		side   fair.Side
		fr, en string // somewhere in title or line
		page   string
	}{
		{fair.EffectPushTurn, fair.SideCandidate, "C’est à vous\u00a0!", "It is your turn!", "/me"},
		{fair.EffectPushNear, fair.SideCandidate, "dans 12 min", "in about 12 min", "/me"},
		{fair.EffectPushMissed, fair.SideCandidate, "Votre place est gardée", "Your place is kept", "/me"},
		{fair.EffectPushMessage, fair.SideCandidate, "vous a écrit", "has written to you", "/me"},
		{fair.EffectPushMessage, fair.SideOrganiser, "vous a écrit", "has written to you", "/organise"},
		{fair.EffectPushApplication, fair.SideCandidate, "Votre candidature", "Your application", "/me"},
		{fair.EffectPushMeet, fair.SideCandidate, "souhaite vous rencontrer", "would like to meet you", "/me"},
		{fair.EffectPushPhone, fair.SideCandidate, "Donnez un numéro", "Give a number", "/me"},
		{fair.EffectPushAsked, fair.SideStand, "Une question attend", "A question is waiting", "/desk"},
		{fair.EffectPushFirst, fair.SideStand, "premier rendez-vous du jour", "first appointment of the day", "/desk"},
		{fair.EffectPushSoon, fair.SideStand, "va commencer", "about to begin", "/desk"},
		{fair.EffectPushUnanswered, fair.SideStand, "personne n’a encore répondu", "nobody has answered", "/desk"},
		{fair.EffectPushNobody, fair.SideOrganiser, "Un stand ne répond pas", "A stand does not answer", "/organise"},
	} {
		for lang, want := range map[fair.Lang]string{fair.French: tc.fr, fair.English: tc.en} {
			to := account(func(a *fair.Account) { a.Locale = lang })
			told, err := c.Telling(to, mail.Telling{Kind: tc.kind, Side: tc.side, Stand: fair.Stand{Name: "Les\r\nHalles <b>"}, Minutes: 12})
			if err != nil {
				t.Fatal(err)
			}
			path := map[fair.Lang]string{fair.French: tc.page, fair.English: "/en" + tc.page}[lang]
			if !strings.Contains(told.Title+" "+told.Text, want) || told.Path != path || !strings.HasSuffix(told.SMS, "https://salon.example.org"+path) {
				t.Errorf("%s in %s: %+v", tc.kind, lang, told)
			}
			for name, where := range map[string]string{"title": told.Title, "text": told.Text, "SMS": told.SMS} {
				if strings.Contains(where, to.Name) || strings.Contains(where, "\n") || strings.Contains(where, "{") {
					t.Errorf("%s in %s, %s: %q", tc.kind, lang, name, where)
				}
			}
			m := told.Mail
			if m.To != to.Email || !strings.Contains(m.Text, "https://salon.example.org"+path) || !strings.Contains(m.HTML, `href="https://salon.example.org`+path) ||
				strings.Contains(m.HTML, "<b>") || strings.ContainsAny(m.Subject, "\r\n") || !strings.Contains(m.Subject, "Les Halles") {
				t.Errorf("the mail of %s in %s: %+v", tc.kind, lang, m)
			}
		}
	}
	if _, err := c.Telling(account(), mail.Telling{Kind: "push.unknown"}); err == nil {
		t.Error("an unknown kind was told")
	}
}
