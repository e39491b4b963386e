package web_test

import (
	"strings"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
	"salon/fair/web"
)

// A key opens what keyTable says for its scope, what anybody may read, and
// nothing else: every route with every kind of key.
func TestAKeyOpensOnlyWhatItsScopeNames(t *testing.T) {
	asked := false
	d := newDouble()
	d.before = func(string) error { asked = true; return nil }
	now := noon
	app := serve(t, d, func(c *web.Config) { c.Clock = func() time.Time { now = now.Add(time.Second); return now } }).App()
	opened := 0
	for route, who := range web.Table() {
		s, found := samples[route]
		method, pattern, _ := strings.Cut(route, " ")
		if !found || who == "decided by the route's own wing" {
			continue
		}
		for _, key := range []string{"fair-read", "fair-offers", "fair-slots", "stand-read", "stand-offers", "stand-slots", "lapsed"} {
			asked = false
			whose, scope, _ := strings.Cut(key, "-")
			res, body := ask(t, app, method, fill(pattern), s.body, "Authorization", "Bearer "+service.KeyPrefix+key, "Content-Type", s.header(), "Origin", site, "Idempotency-Key", "k")
			needs, listed := web.KeyTable()[route]
			want := listed && needs == scope && (whose == "fair" && who != "recruiter of the stand" || whose == "stand" && who != "organiser of the fair")
			open := who == "anyone" && method == "GET"
			switch refused := res.StatusCode == 401 || res.StatusCode == 403 || res.StatusCode == 303; {
			case key == "lapsed":
				if plain := open && !strings.HasPrefix(pattern, "/api/v1"); !plain && (asked || s.asks && res.StatusCode != 401 && res.StatusCode != 303) {
					t.Errorf("%s with a key of nobody: status %d, asked: %v", route, res.StatusCode, asked)
				}
			case want && refused, !want && !open && (asked || !refused && s.asks):
				t.Errorf("%s with %s: status %d, a use case ran: %v, wanted: %v: %s", route, key, res.StatusCode, asked, want, body)
			case want:
				opened++
			}
		}
	}
	if opened < 2*15 {
		t.Errorf("only %d times did a key open something", opened)
	}
}

func TestAKeyIsNoCookieAndHasALimit(t *testing.T) {
	app := serve(t, newDouble()).App()
	res, _ := ask(t, app, "GET", "/api/v1/fairs/rencontres/rules", "", "Cookie", "__Host-salon="+service.KeyPrefix+"fair-read")
	if res.StatusCode != 401 {
		t.Errorf("as a cookie: %d", res.StatusCode)
	}
	last := 0
	for range 130 {
		res, _ = ask(t, app, "GET", "/api/v1/fairs/rencontres/rules", "", "Authorization", "Bearer "+service.KeyPrefix+"fair-read")
		last = res.StatusCode
	}
	if last != 429 || res.Header.Get("Retry-After") == "" {
		t.Errorf("after 130 requests at once: %d, Retry-After %q", last, res.Header.Get("Retry-After"))
	}
}

func TestKeysOfPrograms(t *testing.T) {
	play(t, []scenario{
		{name: "an organiser sees them without their secrets", as: "organiser", request: "GET /api/v1/fairs/rencontres/keys", status: 200,
			must: []string{`"name":"Logiciel de paie"`, `"maker":"Odile Fiction"`, `"used_at":null`, `"stand":null`}, mustNot: []string{"salon-key", "hash"}},
		{name: "a secret is shown when a key is made", as: "organiser", request: "POST /api/v1/fairs/rencontres/keys",
			body: `{"name":"a","scopes":["read"],"days":90}`, status: 201, must: []string{`"secret":"salon-key-shown-once"`}},
		{name: "a scope that nobody has is refused", as: "organiser", request: "POST /api/v1/fairs/rencontres/keys",
			body: `{"name":"a","scopes":["people"],"days":90}`, status: 422, must: []string{`scopes`}},
		{name: "a recruiter makes none", as: "recruiter", request: "POST /api/v1/fairs/rencontres/keys", body: `{"name":"a","scopes":["read"],"days":90}`, status: 403},
		{name: "a sign-in that is old makes none", as: "organiser", request: "POST /api/v1/fairs/rencontres/keys", body: `{"name":"a","scopes":["read"],"days":90}`,
			refuse: fair.E(fair.Forbidden, "proof.stale"), status: 403, must: []string{`"code":"proof.stale"`}},
	})
}

func TestAProgramOfAnotherFairGetsNothing(t *testing.T) {
	h := newHouse(t)
	for route := range web.KeyTable() {
		if status, answer := h.request("a program of another fair", route, samples[route].body); status != 403 && status != 404 {
			t.Errorf("%s: status %d: %s", route, status, answer)
		}
	}
	for _, route := range []string{"GET /api/v1/fairs/:fair/rules", "GET /api/v1/fairs/:fair/live", "GET /api/v1/stands/:stand/edit", "GET /api/v1/offers/:offer/desk"} {
		if status, answer := h.request("a program of the fair", route, ""); status != 200 {
			t.Errorf("%s as one of this fair: status %d: %s", route, status, answer)
		}
	}
}

// A program of an employer posts its file and learns what became of it, at its own
// stand and nowhere else.
func TestAProgramBringsAFileIn(t *testing.T) {
	h := newHouse(t)
	var key struct{ Secret string }
	for scope, who := range map[string]string{"offers": "a program of the stand", "read": "a program that reads"} {
		h.json("organiser at rencontres-2021", "POST /api/v1/fairs/:fair/keys", `{"name":"Paie","stand":"`+string(h.ids["stand"])+`","scopes":["`+scope+`"],"days":30}`, 201, &key)
		h.tokens[who] = key.Secret
	}
	file := "Référence;Intitulé;Description;Contrat;Commune\nP1;Boulangère;Du pain.;CDI;Montpellier\nP2;Boulanger;Du pain.;ABC;Montpellier"
	var made struct{ ID fair.ID }
	h.json("a program of the stand", "POST /api/v1/stands/:stand/imports", file, 201, &made)
	one := string(made.ID)
	for _, step := range []struct {
		who, route, body string
		status           int
		must             string
	}{
		{"a program of the stand", "POST /api/v1/imports/" + one + "/continue", "", 200, `"created":1`},
		{"a program of the stand", "GET /api/v1/imports/" + one, "", 200, `"column":"Contrat"`},
		{"a program of the stand", "GET /api/v1/imports/" + one + "/refused/csv", "", 200, "P2;Boulanger"},
		{"a program of the stand", "GET /api/v1/stands/:stand/imports", "", 200, one},
		{"a program of the stand", "POST /api/v1/fairs/:fair/imports", file, 403, "forbidden"},
		{"a program of the fair", "GET /api/v1/imports/" + one, "", 200, `"finished":true`},
		{"a program of the fair", "POST /api/v1/fairs/:fair/imports", file, 422, "import.columns"},
		{"a program that reads", "POST /api/v1/stands/:stand/imports", file, 403, "key.scope"},
		{"a program that reads", "GET /api/v1/imports/" + one + "/refused/csv", "", 403, "key.scope"},
		{"a program of another fair", "GET /api/v1/imports/" + one + "/refused/csv", "", 403, "not.recruiter"},
	} {
		status, answer := h.request(step.who, step.route, step.body)
		if status != step.status || !strings.Contains(answer, step.must) {
			t.Errorf("%s: %s: status %d, want %d with %q: %s", step.who, step.route, status, step.status, step.must, answer)
		}
	}
}
