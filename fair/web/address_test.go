package web_test

import (
	"strings"
	"testing"
)

func TestTheLinksOfAChangeOfAddressAskForAPress(t *testing.T) {
	asked := ""
	d := newDouble()
	d.before = func(useCase string) error { asked = useCase; return nil }
	app := serve(t, d).App()
	form := []string{"Origin", site, "Content-Type", "application/x-www-form-urlencoded"}
	res, _ := ask(t, app, "GET", "/account/mail/abc.def", "")
	if res.StatusCode != 303 || !strings.HasPrefix(res.Header.Get("Location"), "/sign-in?next=%2Faccount%2Fmail%2Fabc.def") {
		t.Errorf("a visitor: %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	res, page := ask(t, app, "GET", "/account/mail/abc.def", "", "Cookie", "__Host-salon=candidate")
	if res.StatusCode != 200 || asked != "ReadAddress" || !strings.Contains(page, "new@fiction.example") || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("looking: %d, asked %q", res.StatusCode, asked)
	}
	res, _ = ask(t, app, "POST", "/account/mail/abc.def", "", append(form, "Cookie", "__Host-salon=candidate")...)
	if res.Header.Get("Location") != "/account?done=address" || asked != "ConfirmAddress" {
		t.Errorf("pressed: to %q, asked %q", res.Header.Get("Location"), asked)
	}
	if _, page = ask(t, app, "GET", "/account/undo/abc.def", ""); asked != "ReadAddress" || !strings.Contains(page, "Revenir à l’ancienne adresse") {
		t.Errorf("looking at the way back: asked %q", asked)
	}
	res, _ = ask(t, app, "POST", "/account/undo/abc.def", "", form...)
	if asked != "UndoAddress" || !strings.Contains(strings.Join(res.Header.Values("Set-Cookie"), ""), "__Host-salon=;") {
		t.Errorf("pressed: asked %q", asked)
	}
	res, _ = ask(t, app, "POST", "/account", "do=mail&mail=new@fiction.example", append(form, "Cookie", "__Host-salon=candidate")...)
	if asked != "AskAddress" || res.Header.Get("Location") != "/account?done=mailasked" {
		t.Errorf("asked %q, to %q", asked, res.Header.Get("Location"))
	}
}
