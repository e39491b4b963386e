package web_test

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/issuer"
	"salon/fair/issuer/issuertest"
)

func TestASignInThroughAnIssuer(t *testing.T) {
	app := serve(t, newDouble()).App()
	form := []string{"Origin", site, "Content-Type", "application/x-www-form-urlencoded"}
	_, page := ask(t, app, "GET", "/sign-in?next=/me", "")
	if !strings.Contains(page, `action="/sign-in/issuers/town"`) || !strings.Contains(page, "Continuer avec La ville") {
		t.Error("the sign-in does not offer the issuer")
	}
	res, page := ask(t, app, "POST", "/sign-in/issuers/town", "next=/me", form...)
	cookie := res.Header.Get("Set-Cookie")
	if res.StatusCode != 200 || !strings.Contains(page, `<meta http-equiv="refresh" content="0; url=https://town.example/authorize?state=s&amp;nonce=n">`) || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("begun: %d %s", res.StatusCode, page)
	}
	for _, want := range []string{"__Host-salon-issuer=secret-of-an-exchange", "HttpOnly", "secure", "SameSite=Lax", "max-age=600"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("the cookie %q has no %s", cookie, want)
		}
	}
	if res, _ := ask(t, app, "POST", "/sign-in/issuers/town", "next=/me", "Origin", "http://evil.example", "Content-Type", "application/x-www-form-urlencoded"); res.StatusCode != 403 {
		t.Errorf("begun by another site: %d", res.StatusCode)
	}
	const back = "/sign-in/issuers/town/answer?state=s"
	for name, c := range map[string]struct{ address, cookies, to, sets string }{
		"signed in":                   {back + "&code=c", "__Host-salon-issuer=x", "/fairs/rencontres", "__Host-salon=all"},
		"another browser":             {back + "&code=c", "", "/sign-in?problem=ceremony.over", ""},
		"they changed their mind":     {back + "&error=access_denied&code=c", "__Host-salon-issuer=x", "/sign-in?next=%2Ffairs%2Frencontres&problem=issuer.refused", ""},
		"a code longer than any":      {back + "&code=" + strings.Repeat("c", 5000), "__Host-salon-issuer=x", "/sign-in?next=%2Ffairs%2Frencontres&problem=issuer.refused", ""},
		"an address nobody verified":  {back + "&code=unproved", "__Host-salon-issuer=x", "/sign-in?done=vouched&next=%2Faccount", "__Host-salon-issuer=secret-that-waits"},
		"added to an account":         {back + "&code=linked", "__Host-salon-issuer=x; __Host-salon=candidate", "/account?done=issuer", ""},
		"unproved, and signed in now": {back + "&code=unproved", "__Host-salon-issuer=x; __Host-salon=candidate", "/account", "__Host-salon-issuer=secret-that-waits"},
	} {
		res, body := ask(t, app, "GET", c.address, "", "Cookie", c.cookies)
		if res.StatusCode != 303 || res.Header.Get("Location") != c.to || !strings.Contains(strings.Join(res.Header.Values("Set-Cookie"), "\n"), c.sets) {
			t.Errorf("%s: %d to %q, sets %v: %s", name, res.StatusCode, res.Header.Get("Location"), res.Header.Values("Set-Cookie"), body)
		}
	}
	// What waits is added by a press, in the browser that was sent back.
	_, page = ask(t, app, "GET", "/account", "", "Cookie", "__Host-salon=candidate; __Host-salon-issuer=secret-that-waits")
	if !strings.Contains(page, "Relier La ville à ce compte\u00a0?") {
		t.Error("what waits is not shown")
	}
	_, page = ask(t, app, "GET", "/account", "", "Cookie", "__Host-salon=candidate")
	if strings.Contains(page, "à ce compte\u00a0?") || !strings.Contains(page, "Relier La ville") {
		t.Error("what waits is shown in another browser, or nothing can be added")
	}
	res, page = ask(t, app, "POST", "/account", "do=link&id=town", append(form, "Cookie", "__Host-salon=candidate")...)
	if res.StatusCode != 200 || !strings.Contains(page, "https://town.example/authorize") {
		t.Errorf("adding: %d", res.StatusCode)
	}
	for do, want := range map[string]string{"claim": "/account?done=issuer", "dropissuer": "/account?done=account"} {
		if res, _ := ask(t, app, "POST", "/account", "do="+do+"&id=x", append(form, "Cookie", "__Host-salon=candidate")...); res.Header.Get("Location") != want {
			t.Errorf("%s: to %q", do, res.Header.Get("Location"))
		}
	}
	// Who came through an issuer that asks for it signs out there too.
	res, page = ask(t, app, "POST", "/sign-out", "", append(form, "Cookie", "__Host-salon=newcomer")...)
	if res.StatusCode != 200 || !strings.Contains(page, "https://town.example/end?id_token_hint=t") || !strings.Contains(strings.Join(res.Header.Values("Set-Cookie"), ""), "__Host-salon=;") {
		t.Errorf("signed out: %d, %v", res.StatusCode, res.Header)
	}
	if res, _ = ask(t, app, "POST", "/sign-out", "", append(form, "Cookie", "__Host-salon=candidate")...); res.StatusCode != 303 {
		t.Errorf("signed out by mail: %d", res.StatusCode)
	}
}

func TestAWholeVisitThroughAnIssuer(t *testing.T) {
	h := newHouse(t)
	town := issuertest.New(t, func() time.Time { return noon })
	town.Say(map[string]any{"email": "ida@fiction.example", "email_verified": true, "given_name": "Ida"})
	h.svc.Site = site
	h.svc.Issuers = issuer.New([]issuer.Config{{
		Key: "town", Name: "La ville", Issuer: town.URL, Client: issuertest.Client, Secret: issuertest.Secret, Roles: []fair.RoleKind{fair.Candidate},
	}}, func() time.Time { return noon })
	form := []string{"Origin", site, "Content-Type", "application/x-www-form-urlencoded"}
	cookieOf := func(res *http.Response, name string) string {
		for _, c := range res.Cookies() {
			if c.Name == name {
				return name + "=" + c.Value
			}
		}
		return ""
	}

	town.Down(true)
	res, page := ask(t, h.app, "POST", "/sign-in/issuers/town", "next=/account", form...)
	if res.StatusCode != 503 || !strings.Contains(page, "Ce service ne répond pas") || !strings.Contains(page, `name="mail"`) {
		t.Errorf("an issuer that is down: %d", res.StatusCode)
	}
	town.Down(false)
	h.svc.Issuers = issuer.New([]issuer.Config{{
		Key: "town", Name: "La ville", Issuer: town.URL, Client: issuertest.Client, Secret: issuertest.Secret, Roles: []fair.RoleKind{fair.Candidate},
	}}, func() time.Time { return noon })

	res, page = ask(t, h.app, "POST", "/sign-in/issuers/town", "next=/account", form...)
	_, rest, _ := strings.Cut(page, `content="0; url=`)
	to, _, found := strings.Cut(rest, `"`)
	exchange := cookieOf(res, "__Host-salon-issuer")
	if !found || exchange == "" {
		t.Fatalf("not sent away: %d %s", res.StatusCode, page)
	}
	code, state := town.Visit(html.UnescapeString(to))
	answer := "/sign-in/issuers/town/answer?" + url.Values{"code": {code}, "state": {state}}.Encode()
	if res, _ = ask(t, h.app, "GET", answer, ""); res.Header.Get("Location") != "/sign-in?problem=ceremony.over" {
		t.Errorf("in another browser: %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	res, _ = ask(t, h.app, "GET", answer, "", "Cookie", exchange)
	login := cookieOf(res, "__Host-salon")
	if res.Header.Get("Location") != "/account" || login == "" {
		t.Fatalf("sent back: %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	if res, _ = ask(t, h.app, "GET", answer, "", "Cookie", exchange); res.Header.Get("Location") != "/sign-in?problem=ceremony.over" {
		t.Errorf("again: %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	if _, page = ask(t, h.app, "GET", "/account", "", "Cookie", login); !strings.Contains(page, "ida@fiction.example") || !strings.Contains(page, "<strong>La ville</strong>") {
		t.Error("the account does not show who came, or through what")
	}
	res, page = ask(t, h.app, "POST", "/sign-out", "", append(form, "Cookie", login)...)
	if res.StatusCode != 200 || !strings.Contains(page, town.URL+"/end?id_token_hint=") {
		t.Errorf("signed out: %d", res.StatusCode)
	}
	if res, _ = ask(t, h.app, "GET", "/api/v1/me", "", "Cookie", login); res.StatusCode != 401 {
		t.Errorf("after signing out: %d", res.StatusCode)
	}
}
