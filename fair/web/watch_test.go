package web_test

import (
	"context"
	"strings"
	"testing"

	"salon/fair"
	"salon/fair/web"
)

func TestAKeptSearchWorksWithoutAScript(t *testing.T) {
	app := serve(t, newDouble()).App()
	token := string(watchID) + ".secret"
	for _, c := range []struct {
		name, as, request, origin string
		status                    int
		must                      string
	}{
		{"it is kept and shown", "candidate", "POST /fairs/rencontres/searches?q=x", site, 303, "/account/searches?done=searchkept"},
		{"a recruiter keeps none", "recruiter", "POST /fairs/rencontres/searches?q=x", site, 403, ""},
		{"a visitor comes back to the search", "", "POST /fairs/rencontres/searches?q=x", site, 303, "next=%2Ffairs%2Frencontres%2Foffers%3Fq%3Dx"},
		{"another site keeps none", "candidate", "POST /fairs/rencontres/searches?q=x", "https://evil.example", 403, ""},
		{"they are listed", "candidate", "GET /account/searches", "", 200, "&lt;script&gt;alert(1)&lt;/script&gt; · CDI · Montpellier"},
		{"a mail program ends the mails with one click", "", "POST /searches/" + token, "", 200, "plus de courriel pour cette recherche"},
		{"a scanner that follows the link ends nothing", "", "GET /searches/" + token, "", 200, "Ne plus recevoir de courriel"},
	} {
		t.Run(c.name, func(t *testing.T) {
			method, path, _ := strings.Cut(c.request, " ")
			headers := []string{"Content-Type", "application/x-www-form-urlencoded"}
			if c.origin != "" {
				headers = append(headers, "Origin", c.origin)
			}
			if c.as != "" {
				headers = append(headers, "Authorization", "Bearer "+c.as)
			}
			res, body := ask(t, app, method, path, "List-Unsubscribe=One-Click", headers...)
			if res.StatusCode != c.status || !strings.Contains(body+res.Header.Get("Location"), c.must) {
				t.Errorf("status %d, %s, want %d with %q", res.StatusCode, res.Header.Get("Location"), c.status, c.must)
			}
			if strings.Contains(body, "<script>alert") {
				t.Error("what was typed became a script")
			}
		})
	}
}

// objector is a house whose people object to mails they can do without.
type objector struct{ *double }

func (o objector) Me(ctx context.Context, a fair.Actor) (fair.Account, error) {
	account, err := o.double.Me(ctx, a)
	account.Objections = []fair.Objection{{Kind: fair.ObjectMails, At: noon}}
	return account, err
}

func TestKeptSearchesPromiseNoMailToWhoObjects(t *testing.T) {
	for name, c := range map[string]struct {
		service    web.Service
		must, lack string
	}{
		"to most people": {newDouble(), "une fois par jour au plus", "Vous vous opposez"},
		"to who objects": {objector{newDouble()}, "Vous vous opposez", "une fois par jour au plus"},
	} {
		_, page := ask(t, serve(t, c.service).App(), "GET", "/account/searches", "", "Authorization", "Bearer candidate")
		if !strings.Contains(page, c.must) || strings.Contains(page, c.lack) {
			t.Errorf("%s: the page lacks %q or says %q", name, c.must, c.lack)
		}
	}
}
