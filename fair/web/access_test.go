package web_test

import (
	"slices"
	"strings"
	"testing"

	"salon/fair/web"
)

// mayKnock says what the edge answers to whom: the tokens of the double that
// are let through to the use case of a route of that kind.
var mayKnock = map[string][]string{
	"anyone":                                {"", "candidate", "recruiter", "organiser"},
	"signed in":                             {"candidate", "recruiter", "organiser"},
	"signed in, or setting up":              {"candidate", "recruiter", "organiser"},
	"candidate":                             {"candidate"},
	"owner of the CV":                       {"candidate"},
	"recruiter with whom the CV is shared":  {"recruiter"},
	"recruiter of the stand":                {"recruiter"},
	"organiser of the fair":                 {"organiser"},
	"recruiter or organiser":                {"recruiter", "organiser"},
	"organiser or speaker":                  {"candidate", "recruiter", "organiser"}, // a speaker is named by the talk
	"party of the interview":                {"candidate", "recruiter", "organiser"}, // service knows the parties
	"side of the conversation":              {"candidate", "recruiter", "organiser"},
	"candidate or stand of the application": {"candidate", "recruiter", "organiser"},
	"anyone, in a demo":                     {"", "candidate", "recruiter", "organiser"},
	"signed in, in a demo":                  {"candidate", "recruiter", "organiser"},
	"who asked for it":                      {"candidate", "recruiter", "organiser"}, // service knows who did
	"decided by the route's own wing":       nil,
	"party or guest of the interview":       {"candidate", "recruiter", "organiser"}, // service knows the guests
	"guest of the interview":                {"candidate", "recruiter", "organiser"},
	"party or organiser of the fair":        {"candidate", "recruiter", "organiser"},
	"adviser":                               {},
}

func TestTheEdgeLetsInOnlyThoseOfTheTable(t *testing.T) {
	asked := false
	d := newDouble()
	d.before = func(string) error { asked = true; return nil }
	app := serve(t, d).App()
	for route, who := range web.Table() {
		let, known := mayKnock[who]
		if !known {
			t.Errorf("%s: no test knows %q", route, who)
		}
		s, found := samples[route]
		if !found {
			continue
		}
		for _, token := range []string{"", "candidate", "recruiter", "organiser"} {
			asked = false
			headers := []string{"Origin", site, "Content-Type", s.header(), "Idempotency-Key", "k"}
			if token != "" {
				headers = append(headers, "Cookie", "__Host-salon="+token)
			}
			method, pattern, _ := strings.Cut(route, " ")
			res, body := ask(t, app, method, fill(pattern), s.body, headers...)
			refused := res.StatusCode == 401 || res.StatusCode == 403 ||
				res.StatusCode == 303 && strings.Contains(res.Header.Get("Location"), "/sign-in?next=")
			if allowed := slices.Contains(let, token); allowed == refused && (allowed || s.asks) && !decidedBehind(route) {
				t.Errorf("%s as %q: status %d, allowed by the table: %v: %s", route, token, res.StatusCode, allowed, body)
			}
			if refused && asked && !decidedBehind(route) {
				t.Errorf("%s as %q was refused after a use case had run", route, token)
			}
		}
	}
}

// decidedBehind are the routes where this package reads first and then decides,
// because the right depends on what was read.
func decidedBehind(route string) bool {
	return slices.Contains([]string{
		"GET /api/v1/webconferences/:talk/edit", "GET /api/v1/webconferences/:talk/tokens", "GET /webconferences/:talk/stage",
	}, route)
}

func TestTheRoutesOfTheDemoExistOnlyInADemo(t *testing.T) {
	app := serve(t, newDouble(), func(c *web.Config) { c.Demo = false }).App()
	for route, who := range web.Table() {
		if !strings.HasSuffix(who, "in a demo") {
			continue
		}
		method, pattern, _ := strings.Cut(route, " ")
		s := samples[route]
		res, body := ask(t, app, method, fill(pattern), s.body, "Origin", site, "Content-Type", s.header(), "Cookie", "__Host-salon=all")
		if res.StatusCode != 404 {
			t.Errorf("%s outside a demo: status %d: %s", route, res.StatusCode, body)
		}
	}
}

func TestOnlyOurOwnPagesMayChangeThingsWithTheCookie(t *testing.T) {
	origins := map[string]bool{
		"":                             false,
		"null":                         false,
		site:                           true,
		site + "/":                     false,
		"https://127.0.0.1:8080":       false,
		"http://127.0.0.1":             false,
		"http://127.0.0.1:8081":        false,
		"http://a.127.0.0.1:8080":      false,
		"http://127.0.0.1:8080.evil":   false,
		"http://127.0.0.1:8080@evil":   false,
		"http://evil.example":          false,
		"http://localhost:8080":        false,
		"HTTP://127.0.0.1:8080":        false,
		site + ", http://evil.example": false,
	}
	changed := false
	d := newDouble()
	d.before = func(string) error { changed = true; return nil }
	app := serve(t, d).App()
	for route, s := range samples {
		method, pattern, _ := strings.Cut(route, " ")
		if method == "GET" {
			continue
		}
		for origin, ours := range origins {
			changed = false
			headers := []string{"Cookie", "__Host-salon=all", "Content-Type", s.header(), "Idempotency-Key", "k", "Sec-Fetch-Site", "same-origin"}
			if origin != "" {
				headers = append(headers, "Origin", origin)
			}
			res, _ := ask(t, app, method, fill(pattern), s.body, headers...)
			if ours != changed || !ours && res.StatusCode != 403 {
				t.Errorf("%s from %q: status %d, a use case ran: %v", route, origin, res.StatusCode, changed)
			}
		}
	}
}

func TestAProgramWithABearerNeedsNoOrigin(t *testing.T) {
	app := serve(t, newDouble()).App()
	res, body := ask(t, app, "PATCH", "/api/v1/me", `{"name":"Camille"}`, "Authorization", "Bearer candidate")
	if res.StatusCode != 200 {
		t.Errorf("status %d: %s", res.StatusCode, body)
	}
	res, _ = ask(t, app, "PATCH", "/api/v1/me", `{"name":"Camille"}`, "Authorization", "Bearer candidate", "Origin", "http://evil.example")
	if res.StatusCode != 403 {
		t.Errorf("from a foreign page: status %d", res.StatusCode)
	}
	res, _ = ask(t, app, "GET", "/api/v1/fairs", "", "Authorization", "Bearer lapsed")
	if res.StatusCode != 401 {
		t.Errorf("with a lapsed token: status %d, want 401 also where anybody may look", res.StatusCode)
	}
}

func TestAFormNeedsAnOriginAlsoWithoutACookie(t *testing.T) {
	for _, form := range []string{"/sign-in", "/sign-in/code", "/demo/enter", "/sign-out"} {
		res, _ := ask(t, serve(t, newDouble()).App(), "POST", form, "mail=a@b.example&code=1&role=candidate", "Content-Type", "application/x-www-form-urlencoded")
		if res.StatusCode != 403 {
			t.Errorf("POST %s without an origin: status %d", form, res.StatusCode)
		}
	}
}

func TestTheSessionCookieIsLockedDownAndNewAtEachSignIn(t *testing.T) {
	app := serve(t, newDouble()).App()
	res, _ := ask(t, app, "POST", "/api/v1/sign-in", `{"email":"a@b.example","code":"123456"}`, "Cookie", "__Host-salon=chosen-by-somebody-else", "Origin", site)
	var kept string
	for _, c := range res.Header.Values("Set-Cookie") {
		if strings.HasPrefix(c, "__Host-salon=all") {
			kept = c
		}
	}
	for _, want := range []string{"path=/", "HttpOnly", "secure", "SameSite=Lax", "expires="} {
		if !strings.Contains(kept, want) {
			t.Errorf("the cookie %q has no %s", kept, want)
		}
	}
	if strings.Contains(kept, "omain=") || strings.Contains(kept, "chosen") {
		t.Errorf("the cookie %q", kept)
	}
}

func TestALapsedCookieMakesAVisitorAndGoes(t *testing.T) {
	app := serve(t, newDouble()).App()
	res, _ := ask(t, app, "GET", "/api/v1/fairs", "", "Cookie", "__Host-salon=lapsed")
	if res.StatusCode != 200 || !strings.Contains(res.Header.Get("Set-Cookie"), "__Host-salon=;") {
		t.Errorf("status %d, cookie %q", res.StatusCode, res.Header.Get("Set-Cookie"))
	}
	res, _ = ask(t, app, "GET", "/api/v1/me", "", "Cookie", "__Host-salon=lapsed")
	if res.StatusCode != 401 {
		t.Errorf("one's own account with a lapsed cookie: status %d", res.StatusCode)
	}
}
