package web_test

import (
	"strings"
	"testing"

	"salon/fair"
)

// lineSecrets is what nobody else in a line may read: the names of those who
// wait, the stand's notes and reasons, addresses and numbers.
var lineSecrets = append([]string{"Camille", "Menuisière", "recommandée", "note", string(candID)}, private...)

func TestAnswersAboutLines(t *testing.T) {
	play(t, []scenario{
		{name: "a place in a line tells position and range, and nothing of others", as: "candidate", request: "POST /api/v1/stands/" + string(standID) + "/tickets",
			body: `{"channel":"video"}`, status: 201,
			must: []string{`"position":3`, `"ahead":2`, `"low_s":720`, `"high_s":1080`, `"topic":{"name":"line.` + string(standID), `"grant":"ey`, `"postponable":true`}, mustNot: lineSecrets},
		{name: "the board puts the call first, with who calls and until when", as: "candidate", request: "GET /api/v1/me/board", status: 200,
			must:    []string{`"max":5`, `"answer_until":"2026-11-23T12:01:00Z"`, `"recruiter":{"name":"Rémi Fiction","title":"Chef d'atelier"}`, `"past":[]`},
			mustNot: append([]string{string(recrID)}, lineSecrets...)},
		{name: "a board is nobody's who is not signed in", request: "GET /api/v1/me/board", status: 401, mustNot: lineSecrets},
		{name: "ready names the interview to join", as: "candidate", request: "POST /api/v1/tickets/" + string(ticketID) + "/answer", body: `{"answer":"ready"}`, status: 200,
			must: []string{`"state":"meeting"`, `"interview":"` + string(meetID)}, mustNot: append([]string{`"call":`}, lineSecrets...)},
		{name: "an answer nobody knows is refused", as: "candidate", request: "POST /api/v1/tickets/" + string(ticketID) + "/answer", body: `{"answer":"perhaps"}`, status: 422,
			must: []string{`"code":"field.choice"`}},
		{name: "a closed line says what to do instead", as: "candidate", request: "POST /api/v1/stands/" + string(standID) + "/tickets", body: `{"channel":"video"}`,
			refuse: fair.E(fair.Conflict, "line.closed"), status: 409, must: []string{`"code":"line.closed"`, "Réservez un créneau"}},
		{name: "a full board says how many one may have", as: "candidate", request: "POST /api/v1/stands/" + string(standID) + "/tickets?lang=en", body: `{"channel":"video"}`,
			refuse: fair.E(fair.Conflict, "line.many").With("max", "5"), status: 409, must: []string{"at 5 stands"}},
		{name: "a call tells whom and until when", as: "recruiter", request: "POST /api/v1/stands/" + string(standID) + "/next", status: 201,
			must: []string{`"interview":"` + string(meetID), `"ticket":"` + string(ticketID), `"answer_until":"2026-11-23T12:01:00Z"`}, mustNot: append([]string{"Camille"}, private...)},
		{name: "an appointment soon says when", as: "recruiter", request: "POST /api/v1/stands/" + string(standID) + "/next", body: `{}`,
			refuse: fair.E(fair.Conflict, "line.appointment").With("time", "14:05"), status: 409, must: []string{"est prévu à 14:05"}},
		{name: "a candidate cannot call", as: "candidate", request: "POST /api/v1/stands/" + string(standID) + "/next", status: 403, mustNot: lineSecrets},
		{name: "nor does the organiser, who is no recruiter", as: "organiser", request: "POST /api/v1/stands/" + string(standID) + "/next", status: 403},
		{name: "the desk reads names, aims and notes, no address and no number", as: "recruiter", request: "GET /api/v1/stands/" + string(standID) + "/line", status: 200,
			must:    []string{`"name":"Camille Fiction"`, `"headline":"Menuisière"`, `"note":"à rappeler mardi"`, `"presence":"unknown"`, `"mine":{`, `"waiting":1`, `"handoffs":[]`, `"met":[]`, `"applied":[{"id":"` + string(offerID) + `","title":"Ébéniste"}]`, `"name":"Nora Fiction","state":"off","away":false}`},
			mustNot: []string{"@fiction.example", "+33", "has_phone", string(candID), "0001-01-01"}},
		{name: "a candidate does not read the desk", as: "candidate", request: "GET /api/v1/stands/" + string(standID) + "/line", status: 403, mustNot: lineSecrets},
		{name: "everybody reads how long a line is", request: "GET /api/v1/fairs/rencontres/lines", status: 200,
			must: []string{`"waiting":4`, `"recruiters":2`, `"open_now":true`, `"low_s":1200`}, mustNot: lineSecrets},
		{name: "a stand tells of its line", request: "GET /api/v1/fairs/rencontres/stands/atelier-fiction", status: 200,
			must: []string{`"line":{"state":"open","open_now":true,"waiting":4,"recruiters":2,"low_s":1200,"high_s":1860}`}, mustNot: lineSecrets},
		{name: "a recruiter does not extend the hours", as: "recruiter", request: "POST /api/v1/stands/" + string(standID) + "/hours/longer", body: `{"until":"2026-11-23T18:00:00Z"}`, status: 403},
		{name: "nor moves a whole line", as: "recruiter", request: "POST /api/v1/stands/" + string(standID) + "/line/move", body: `{"to":"` + string(standID) + `"}`, status: 403},
		{name: "a handoff answers with the ticket as the desk sees it", as: "recruiter", request: "POST /api/v1/tickets/" + string(ticketID) + "/handoff",
			body: `{"stand":"` + string(standID) + `"}`, status: 200, must: []string{`"state":"waiting"`}, mustNot: []string{"@fiction.example", "+33", string(candID)}},
	})
}

func TestAPlaceThatWasThereAndALineNobodyIsIn(t *testing.T) {
	d := newDouble()
	d.again = true
	app := serve(t, d).App()
	res, body := ask(t, app, "POST", "/api/v1/stands/"+string(standID)+"/tickets", `{"channel":"video"}`, "Authorization", "Bearer candidate")
	if res.StatusCode != 200 || !strings.Contains(body, string(ticketID)) {
		t.Errorf("joining again: status %d: %s", res.StatusCode, body)
	}
	res, body = ask(t, app, "POST", "/api/v1/stands/"+string(standID)+"/next", "", "Authorization", "Bearer recruiter")
	if res.StatusCode != 204 || body != "" {
		t.Errorf("calling nobody: status %d: %q", res.StatusCode, body)
	}
}

func TestAnAnonymousFairCallsPeopleByNumber(t *testing.T) {
	d := newDouble()
	d.anonymous = true
	for lang, name := range map[string]string{"fr": "Candidat·e 14", "en": "Candidate 14"} {
		res, body := ask(t, serve(t, d).App(), "GET", "/api/v1/stands/"+string(standID)+"/line?lang="+lang, "", "Authorization", "Bearer recruiter")
		if res.StatusCode != 200 || !strings.Contains(body, `"name":"`+name+`","anonymous":true`) || strings.Contains(body, "Camille") {
			t.Errorf("status %d: %s", res.StatusCode, body)
		}
	}
}
