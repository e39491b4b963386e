package web_test

import (
	"strings"
	"testing"

	"salon/fair"
)

func TestWhoTakesPart(t *testing.T) {
	play(t, []scenario{
		{name: "an organiser sees who holds which role", as: "organiser", request: "GET /api/v1/fairs/rencontres/people?q=cam", status: 200,
			must: []string{`"email":"camille@fiction.example"`, `"kind":"recruiter"`, `"secured":true`, `"came_at":null`}, mustNot: []string{"+33199000017", "hash-of-a-token"}},
		{name: "a recruiter does not", as: "recruiter", request: "GET /api/v1/fairs/rencontres/people", status: 403, mustNot: private},
		{name: "an invitation that waits shows no secret", as: "organiser", request: "GET /api/v1/fairs/rencontres/invitations", status: 200,
			must: []string{`"email":"ida@fiction.example"`, `"name":"Atelier Fiction"`}, mustNot: []string{"hash-of-a-token", "seed", "token"}},
		{name: "an invitation to a role that nobody gives is refused", as: "organiser", request: "POST /api/v1/fairs/rencontres/invitations",
			body: `{"email":"a@b.example","kind":"candidate"}`, status: 422, must: []string{`"field":"kind"`}},
		{name: "too many invitations say so", as: "organiser", request: "POST /api/v1/fairs/rencontres/invitations",
			body: `{"email":"a@b.example","kind":"adviser"}`, refuse: &fair.Error{Kind: fair.TooMany, Code: "invitation.many", RetryAfter: 90_500_000_000}, status: 429, must: []string{"Réessayez demain"}},
		{name: "a password sign-in says what is lacking", request: "POST /api/v1/sign-in/password", body: `{"email":"a@b.example","password":"x"}`, status: 200,
			must: []string{`"token":"all"`}},
		{name: "many passwords at once are sent away with a time", request: "POST /api/v1/sign-in/password", body: `{"email":"a@b.example","password":"x"}`,
			refuse: &fair.Error{Kind: fair.Unavailable, Code: "password.busy", RetryAfter: 2_000_000_000}, status: 503, must: []string{`"code":"password.busy"`}},
		{name: "what an authenticator is asked keeps the house's side of it", request: "POST /api/v1/sign-in/passkey/question", status: 200,
			must: []string{`"challenge":"Y2g"`}, mustNot: []string{"hash-of-a-token", "state"}},
	})
}

func TestTheLinkOfAnInvitationIsAcceptedByAPressAlone(t *testing.T) {
	asked := ""
	d := newDouble()
	d.before = func(useCase string) error { asked = useCase; return nil }
	app := serve(t, d).App()
	res, page := ask(t, app, "GET", "/invitations/abc.def", "")
	if res.StatusCode != 200 || asked != "ReadInvitation" || !strings.Contains(page, "Accepter") || res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("Set-Cookie") != "" {
		t.Errorf("looking: %d, asked %q, %v", res.StatusCode, asked, res.Header)
	}
	if res, _ = ask(t, app, "POST", "/invitations/abc.def", "", "Origin", "http://evil.example"); res.StatusCode != 403 {
		t.Errorf("pressed on another site: %d", res.StatusCode)
	}
	res, _ = ask(t, app, "POST", "/invitations/abc.def", "", "Origin", site)
	if res.StatusCode != 303 || asked != "AcceptInvitation" || !strings.Contains(res.Header.Get("Set-Cookie"), "__Host-salon=all") {
		t.Errorf("pressed: %d, asked %q", res.StatusCode, asked)
	}
}

func TestMyAccountShowsDevicesAndReadings(t *testing.T) {
	app := serve(t, newDouble()).App()
	res, page := ask(t, app, "GET", "/account", "", "Cookie", "__Host-salon=candidate")
	for _, want := range []string{"camille@fiction.example", "Firefox · Linux", "cet appareil", "Rémi Fiction", "votre numéro de téléphone", "pour un entretien", "Téléphone"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if res.Header.Get("Cache-Control") != "no-store" || strings.Contains(page, "hash-of-a-token") {
		t.Errorf("kept by caches (%q), or telling a key", res.Header.Get("Cache-Control"))
	}
	for do, want := range map[string]string{"device": "/account?done=device", "droptotp": "/account?done=totp", "language": "/account?done=account", "everywhere": "/sign-in"} {
		res, _ := ask(t, app, "POST", "/account", "do="+do+"&id="+string(id("other")), "Cookie", "__Host-salon=candidate", "Origin", site, "Content-Type", "application/x-www-form-urlencoded")
		if res.StatusCode != 303 || res.Header.Get("Location") != want {
			t.Errorf("%s: %d to %q", do, res.StatusCode, res.Header.Get("Location"))
		}
	}
}
