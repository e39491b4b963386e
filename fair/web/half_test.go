package web_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"salon/fair/web"
)

func TestWhoLacksASecondFactorIsAVisitorEverywhereElse(t *testing.T) {
	asked := ""
	d := newDouble()
	d.before = func(useCase string) error { asked = useCase; return nil }
	app := serve(t, d).App()
	for _, route := range slices.Sorted(maps.Keys(samples)) {
		who := web.Table()[route]
		if who == "anyone" || strings.HasPrefix(who, "anyone,") || who == "decided by the route's own wing" {
			continue
		}
		s := samples[route]
		method, pattern, _ := strings.Cut(route, " ")
		for token, may := range map[string]bool{"half": false, "setup": who == "signed in, or setting up"} {
			asked = ""
			res, body := ask(t, app, method, fill(pattern), s.body, "Origin", site, "Content-Type", s.header(), "Idempotency-Key", "k", "Cookie", "__Host-salon="+token)
			to := res.Header.Get("Location")
			refused := res.StatusCode == 403 || res.StatusCode == 303 && (strings.Contains(to, "/sign-in/factor") || strings.Contains(to, "/account/protect?"))
			if may == refused || !may && asked != "" {
				t.Errorf("%s as %q: status %d to %q, asked %q: %s", route, token, res.StatusCode, to, asked, body)
			}
		}
	}
}

func TestTheSignInLeadsOnByWhatIsLacking(t *testing.T) {
	app := serve(t, newDouble()).App()
	for _, c := range []struct{ path, token, to string }{
		{"/desk", "half", "/sign-in/factor?next=%2Fdesk"},
		{"/en/organise", "setup", "/en/account/protect?next=%2Fen%2Forganise"},
		{"/sign-in/factor", "", "/sign-in"},
		{"/sign-in/factor", "setup", "/sign-in"},
	} {
		res, _ := ask(t, app, "GET", c.path, "", "Cookie", "__Host-salon="+c.token)
		if res.StatusCode != 303 || res.Header.Get("Location") != c.to {
			t.Errorf("%s as %q: status %d to %q, want %q", c.path, c.token, res.StatusCode, res.Header.Get("Location"), c.to)
		}
	}
	res, page := ask(t, app, "GET", "/account/protect", "", "Cookie", "__Host-salon=setup")
	if res.StatusCode != 200 || res.Header.Get("Cache-Control") != "no-store" || !strings.Contains(page, "ABCD EFGH") {
		t.Errorf("setting up: %d, %q", res.StatusCode, res.Header.Get("Cache-Control"))
	}
	res, page = ask(t, app, "POST", "/account/protect", "do=totp&code=123456&next=//evil.example", "Cookie", "__Host-salon=setup", "Origin", site, "Content-Type", "application/x-www-form-urlencoded")
	if res.StatusCode != 200 || !strings.Contains(page, "abcde-fghij-klmno") || strings.Contains(page, "evil") || !strings.Contains(res.Header.Get("Set-Cookie"), "__Host-salon=all") {
		t.Errorf("confirmed: %d, %q: %s", res.StatusCode, res.Header.Get("Set-Cookie"), page)
	}
}

func TestASessionIsNamedByItsBrowserAlone(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                                  "Firefox · Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0":                   "Edge · Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1": "Safari · iPhone",
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36":            "Samsung Internet · Android",
		"curl/8.5.0": "", "<script>": "", "": "",
	} {
		if got := web.BrowserOf(agent); got != want {
			t.Errorf("%.40s: %q, want %q", agent, got, want)
		}
	}
}
