package web_test

import (
	"strings"
	"testing"

	"salon/fair"
)

// cvSecrets is what nobody but its owner, or who was given it, may read of a CV
// and of a person.
var cvSecrets = append([]string{"Mon CV.pdf", "%PDF", "hash-of-a-token", string(id("file")), `"captions":true`}, private...)

func TestAnswersAboutCVs(t *testing.T) {
	one := "/api/v1/me/cvs/" + string(id("cv"))
	play(t, []scenario{
		{name: "one sees one's own, not where it is kept", as: "candidate", request: "GET /api/v1/me/cvs", status: 200,
			must: []string{`"name":"Mon CV.pdf"`, `"format":"pdf"`, `"current":true`}, mustNot: []string{"hash", string(id("file")), `"key"`, string(candID)}},
		{name: "a visitor has none", request: "GET /api/v1/me/cvs", status: 401, mustNot: cvSecrets},
		{name: "nor has a recruiter", as: "recruiter", request: "GET /api/v1/me/cvs", status: 403, mustNot: cvSecrets},
		{name: "a CV is begun with a key", as: "candidate", request: "POST /api/v1/me/cvs", body: `{"name":"cv.pdf","size":12}`, headers: []string{"Idempotency-Key", "k"}, status: 201,
			must: []string{`"received":12`}},
		{name: "an operator is no size", as: "candidate", request: "POST /api/v1/me/cvs", body: `{"name":"cv.pdf","size":{"$gt":0}}`, status: 422, mustNot: []string{"$"}},
		{name: "a part longer than allowed is refused", as: "candidate", request: "PUT " + one + "/parts/0", body: strings.Repeat("x", 256<<10+1),
			headers: []string{"Content-Type", "application/octet-stream"}, status: 413},
		{name: "a part that begins nowhere is refused", as: "candidate", request: "PUT " + one + "/parts/-1", body: "x", headers: []string{"Content-Type", "application/octet-stream"}, status: 422},
		{name: "or beyond any CV", as: "candidate", request: "PUT " + one + "/parts/99999999", body: "x", headers: []string{"Content-Type", "application/octet-stream"}, status: 422},
		{name: "what is no CV is refused in words", as: "candidate", request: "POST " + one + "/finish", refuse: fair.Refuse("file", "cv.format"), status: 422,
			must: []string{`"code":"cv.format"`, "Ce n’est ni un PDF"}},
		{name: "a visitor reads no application's CV", request: "GET /api/v1/applications/" + string(applyID) + "/cv", status: 401, mustNot: cvSecrets},
		{name: "a candidate reads none", as: "candidate", request: "GET /api/v1/applications/" + string(applyID) + "/cv", status: 403, mustNot: cvSecrets},
		{name: "nor does an organiser", as: "organiser", request: "GET /api/v1/applications/" + string(applyID) + "/cv", status: 403, mustNot: cvSecrets},
		{name: "nor an adviser, for somebody", as: "adviser", request: "GET " + one + "/file?for=" + string(candID), status: 422, mustNot: cvSecrets},
		{name: "nor do they upload for somebody", as: "adviser", request: "POST /api/v1/me/cvs?for=" + string(candID), body: `{"name":"cv.pdf","size":12}`, status: 422, mustNot: cvSecrets},
		{name: "an organiser reads no CV of a line", as: "organiser", request: "GET /api/v1/tickets/" + string(ticketID) + "/cv", status: 403, mustNot: cvSecrets},
		{name: "a visitor sees no shares", request: "GET /api/v1/me/shares", status: 401},
		{name: "one sees who may read what, and why", as: "candidate", request: "GET /api/v1/me/shares", status: 200,
			must: []string{`"why":"application"`, `"named":true`, `"cv":{"format":"pdf"`}, mustNot: []string{string(recrID)}},
		{name: "occupations are completed for anybody", request: "GET /api/v1/occupations?q=boulang", status: 200, must: []string{`"code":"D1102"`}},
		{name: "and communes", request: "GET /api/v1/communes?q=cres", status: 200, must: []string{"Le Crès"}},
	})
}

// Its content comes as a file under a name that breaks no header, in a sandbox.
func TestACVIsServedAsAFileAndNothingElse(t *testing.T) {
	app := serve(t, newDouble()).App()
	for _, path := range []string{
		"/api/v1/me/cvs/" + string(id("cv")) + "/file", "/api/v1/applications/" + string(applyID) + "/cv",
		"/api/v1/tickets/" + string(ticketID) + "/cv", "/api/v1/interviews/" + string(meetID) + "/cv",
	} {
		res, body := ask(t, app, "GET", path, "", "Authorization", "Bearer all")
		if res.StatusCode != 200 || body != "%PDF-1.4 ..." {
			t.Fatalf("%s: %d %q", path, res.StatusCode, body)
		}
		for name, want := range map[string]string{
			"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "no-store",
		} {
			if got := res.Header.Values(name); len(got) != 1 || got[0] != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if got := res.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment") || strings.ContainsAny(got, "\r\n") || res.Header.Get("X-Evil") != "" {
			t.Errorf("%s: Content-Disposition %q, X-Evil %q", path, got, res.Header.Get("X-Evil"))
		}
	}
	res, _ := ask(t, app, "GET", "/api/v1/me/cvs/..%2f..%2fsalon.db/file", "", "Authorization", "Bearer all")
	if res.StatusCode != 404 {
		t.Errorf("a path out of it: %d", res.StatusCode)
	}
}

// showsStaff says which routes show an organiser the addresses of those they invited.
func showsStaff(route string) bool {
	return strings.Contains(route, "/webconferences/") || strings.HasSuffix(route, "/fairs/:fair/people")
}

// The whole way on the real engine: nobody else gets it, in whatever list.
func TestNoAnswerToAnybodyElseHoldsACVOrNeeds(t *testing.T) {
	h := newHouse(t)
	h.json("candidate", "PATCH /api/v1/me", `{"needs":{"captions":true,"interpreter":false,"extra_time":true},"phone":"0199000017","skills":["<img src=x onerror=alert(1)>"]}`, 200, nil)
	if status, got := h.request("recruiter", "GET /api/v1/applications/:application/cv", ""); status != 200 || got != pdf {
		t.Errorf("the stand reads %d %q", status, got)
	}
	if _, got := h.request("recruiter", "GET /api/v1/interviews/:interview", ""); !strings.Contains(got, `"captions":true`) {
		t.Errorf("the recruiter of the interview does not see the needs: %s", got)
	}
	secrets := []string{"captions\":true", "extra_time\":true", "+33199000017", "%PDF", "cv.pdf", "@demo.salon"}
	for _, who := range []string{"", "another candidate", "recruiter of another stand", "organiser at rencontres-2021", "organiser at elsewhere", "adviser"} {
		for route, s := range samples {
			if !strings.HasPrefix(route, "GET /api/") || strings.Contains(route, "/me") || strings.Contains(route, "openapi") {
				continue
			}
			_, got := h.request(who, route, s.body)
			for _, secret := range secrets {
				if strings.Contains(got, secret) && !(secret == "@demo.salon" && showsStaff(route)) {
					t.Errorf("%s as %q tells %q", route, who, secret)
				}
			}
		}
	}
	for _, route := range []string{"GET /api/v1/stands/:stand/line", "GET /api/v1/stands/:stand/applications"} {
		status, got := h.request("recruiter", route, "")
		if status != 200 || strings.Contains(got, `"captions":true`) || strings.Contains(got, "+33199000017") {
			t.Errorf("%s as the stand: %d %s", route, status, got)
		}
	}
}

// What somebody called a file is text on the page where it is joined.
func TestWhatPeopleWriteIsInertOnPages(t *testing.T) {
	h := newHouse(t)
	h.upload("another candidate", `<script>alert(1)<&script>.pdf`, pdf)
	status, page := h.request("another candidate", "GET /fairs/:fair/offers/:offer", "")
	if status != 200 || !strings.Contains(page, "alert(1)") || strings.Contains(page, "<script>alert") {
		t.Errorf("status %d, and the page holds a script", status)
	}
}
