package web_test

import (
	"slices"
	"strings"
	"testing"

	"salon/fair"
	"salon/fair/service"
)

// scenario is one request and what its answer must and must not hold.
type scenario struct {
	name    string
	as      string // token of the double; "" for a visitor
	request string // "METHOD /path"
	body    string
	headers []string
	refuse  error // what the use case answers instead
	status  int
	must    []string
	mustNot []string
}

// private is what only its owner may read.
var private = []string{"remi@fiction.example", "camille@fiction.example", "+33199000017", "à rappeler mardi", "hash-of-a-token"}

func TestAnswers(t *testing.T) {
	play(t, []scenario{
		{name: "a visitor reads a fair in English", request: "GET /api/v1/fairs/rencontres?lang=en", status: 200,
			must: []string{`"name":"The meetings"`, `"time_zone":"Europe/Paris"`, `"free_slots":1`}, mustNot: private},
		{name: "the language asked for wins over the browser's", request: "GET /api/v1/fairs/rencontres?lang=fr", headers: []string{"Accept-Language", "en"}, status: 200,
			must: []string{`"name":"Les rencontres"`}},
		{name: "an unknown fair says what to do next", request: "GET /api/v1/fairs/nowhere", status: 404,
			must: []string{`"code":"fair.unknown"`, "Voyez les salons", `"title":"Not Found"`}},
		{name: "offers come as a list with the slug of their stand", request: "GET /api/v1/fairs/rencontres/offers?q=porte", status: 200,
			must: []string{`"total":1`, `"slug":"atelier-fiction"`, `"contract_label":"CDD, 6 mois"`, `"label":"Lattes (34)"`}, mustNot: private},
		{name: "pay is told in the caller's words and in the employer's", request: "GET /api/v1/fairs/rencontres/offers/" + string(offerID) + "?lang=en", status: 200,
			must: []string{`"pay":"€1,900 to €2,080.50 a month, over 13 months"`, `"pay_label":"Mensuel de 1900.00 Euros à 2080.50 Euros sur 13 mois"`}},
		{name: "a page beyond a hundred is refused", request: "GET /api/v1/fairs/rencontres/offers?limit=101", status: 422,
			must: []string{`"field":"limit"`, `"code":"field.range"`}},
		{name: "a page that is not a number is refused", request: "GET /api/v1/fairs/rencontres/offers?page=one", status: 422, must: []string{`"field":"page"`}},
		{name: "a closed offer is gone", request: "GET /api/v1/fairs/rencontres/offers/" + string(offerID), refuse: fair.E(fair.Gone, "offer.closed"), status: 410,
			must: []string{`"code":"offer.closed"`}, mustNot: []string{"Menuisi"}},
		{name: "an organiser reads the address of a speaker", as: "organiser", request: "GET /api/v1/webconferences/" + string(talkID) + "/edit", status: 200,
			must: []string{`"account":"` + string(recrID) + `","email":"remi@fiction.example","name":"Rémi Fiction"`}},
		{name: "a speaker does not read it", as: "recruiter", request: "GET /api/v1/webconferences/" + string(talkID) + "/edit", status: 403,
			must: []string{`"code":"forbidden"`}, mustNot: []string{"remi@fiction.example"}},
		{name: "nor does the programme tell it, even to an organiser", as: "organiser", request: "GET /api/v1/fairs/rencontres/webconferences", status: 200,
			must: []string{"Rémi Fiction"}, mustNot: []string{"remi@fiction.example", string(recrID)}},
		{name: "a stand shows who one will meet, not their account", request: "GET /api/v1/fairs/rencontres/stands/atelier-fiction", status: 200,
			must: []string{`"people":[{"name":"Rémi Fiction","title":"Chef d'atelier"}]`, `"insee":"34129"`}, mustNot: append([]string{string(recrID)}, private...)},
		{name: "a slot shows neither recruiter nor booking", request: "GET /api/v1/fairs/rencontres/slots?free=true", as: "candidate", status: 200,
			must: []string{`"free":true`, `"channels":["video","phone"]`}, mustNot: []string{string(recrID), "booking", "candidate"}},
		{name: "the desk shows the recruiter of each slot", as: "recruiter", request: "GET /api/v1/stands/" + string(standID) + "/slots", status: 200,
			must: []string{`"state":"free"`, string(recrID)}, mustNot: private},
		{name: "a booking answers 201 with booking and interview", as: "candidate", request: "POST /api/v1/slots/" + string(slotID) + "/booking",
			body: `{"channel":"video"}`, headers: []string{"Idempotency-Key", "k1"}, status: 201,
			must: []string{`"interview":{"id":"` + string(meetID), `"starts_at":"2026-11-23T13:00:00Z"`}, mustNot: private},
		{name: "a taken slot offers the next ones", as: "candidate", request: "POST /api/v1/slots/" + string(slotID) + "/booking",
			body: `{"channel":"video"}`, headers: []string{"Idempotency-Key", "k1"}, status: 409,
			refuse: &service.SlotTaken{Err: fair.E(fair.Conflict, "slot.taken"), Next: []fair.Slot{newDouble().slot()}},
			must:   []string{`"code":"slot.taken"`, `"next":[{"id":"` + string(slotID), "Quelqu’un vient de prendre"}, mustNot: append([]string{string(recrID)}, private...)},
		{name: "who is asked to meet sees times, and neither recruiter nor booking", as: "candidate", request: "GET /api/v1/applications/" + string(applyID) + "/times", status: 200,
			must: []string{`"times":[{"id":"` + string(slotID), `"line":true`}, mustNot: append([]string{string(recrID), "booking"}, private...)},
		{name: "somebody's own account holds address and number", as: "candidate", request: "GET /api/v1/me", status: 200,
			must: []string{`"email":"camille@fiction.example"`, `"phone":"+33199000017"`}},
		{name: "the candidate sees the recruiter's name and title, and no notes", as: "candidate", request: "GET /api/v1/interviews/" + string(meetID), status: 200,
			must: []string{`"role":"candidate"`, `"title":"Chef d'atelier"`, `"joinable_at":"2026-11-23T12:45:00Z"`, `"grant":"ey`}, mustNot: append([]string{"notes"}, private...)},
		{name: "the recruiter sees the file and the notes, and that there is a number", as: "recruiter", request: "GET /api/v1/interviews/" + string(meetID), status: 200,
			must: []string{`"role":"recruiter"`, `"notes":"à rappeler mardi"`, `"has_phone":true`, "Menuisière"}, mustNot: []string{"+33", "@fiction"}},
		{name: "an organiser sees the stands in trouble and the day", as: "organiser", request: "GET /api/v1/fairs/rencontres/live", status: 200,
			must: []string{`"held":12`, `"median_wait_s":420`, `"waiting":3`, `"waiting_since":"2026-11-23T11:20:00Z"`, `"troubles":["unmanned","long","unanswered"]`, `"name":"fairlive.`}, mustNot: private},
		{name: "an organiser has a draw close later, and nobody sees its seed", as: "organiser", request: "POST /api/v1/draws/" + string(drawID) + "/extend",
			body: `{"closes_at":"2026-11-26T09:00:00Z"}`, status: 200, must: []string{`"state":"open"`, `"closes_at":"`, `"hash":"`}, mustNot: append([]string{`"seed":`}, private...)},
		{name: "a candidate does not", as: "candidate", request: "POST /api/v1/draws/" + string(drawID) + "/extend",
			body: `{"closes_at":"2026-11-26T09:00:00Z"}`, status: 403, mustNot: []string{"closes_at"}},
		{name: "a recruiter does not", as: "recruiter", request: "GET /api/v1/fairs/rencontres/live", status: 403, mustNot: []string{"waiting"}},
		{name: "a number is shown on a press", as: "recruiter", request: "POST /api/v1/interviews/" + string(meetID) + "/phone", status: 200, must: []string{"+33199000017"}},
		{name: "a join gives a signed right", as: "candidate", request: "POST /api/v1/interviews/" + string(meetID) + "/join", status: 200,
			must: []string{`"ws_url":"ws://127.0.0.1:8080/ws"`, `"token":"ey`, `"ice_servers":[]`, `"expires_at":"2026-11-23T12:02:00Z"`}},
		{name: "a visitor may watch a talk", request: "POST /api/v1/webconferences/" + string(talkID) + "/join", status: 200, must: []string{`"token":"ey`}},
		{name: "a talk shows no tokens and no accounts", request: "GET /api/v1/webconferences/" + string(talkID), status: 200,
			must: []string{`"speakers":[{"name":"Rémi Fiction","title":""}]`}, mustNot: append([]string{string(recrID), `"role"`}, private...)},
		{name: "a speaker is told so", as: "recruiter", request: "GET /api/v1/webconferences/" + string(talkID), status: 200, must: []string{`"role":"speaker"`}},
		{name: "the list of tokens holds no secret", as: "organiser", request: "GET /api/v1/webconferences/" + string(talkID) + "/tokens", status: 200,
			must: []string{`"role":"viewer"`}, mustNot: append([]string{"secret", "whep"}, private...)},
		{name: "a candidate cannot list them", as: "candidate", request: "GET /api/v1/webconferences/" + string(talkID) + "/tokens", status: 403, mustNot: private},
		{name: "an issued token is told once, with its addresses", as: "organiser", request: "POST /api/v1/webconferences/" + string(talkID) + "/tokens",
			body: `{"role":"viewer"}`, status: 201, must: []string{`"token":"encoder-secret"`, `"whep_url":"http://127.0.0.1:8080/whep/` + string(talkID)}, mustNot: []string{"whip_url"}},
		{name: "the candidate sees nothing of the scorecard, the recruiter all of it", as: "recruiter", request: "GET /api/v1/interviews/" + string(meetID), status: 200,
			must: []string{`"scorecard":[{"id":"clarte","label":"Clarté","score":3}]`, `"adviser":"Ada Fiction"`, `"guests":[{"id":"` + string(id("guest")) + `","name":"Inès"}]`}, mustNot: []string{"ines@fiction"}},
		{name: "nor does a candidate see ratings", as: "candidate", request: "GET /api/v1/interviews/" + string(meetID), status: 200,
			must: []string{`"sound_only":false`, `"extensions":0`}, mustNot: append([]string{"scorecard", "clarte", "answer_due", "ines@fiction"}, private...)},
		{name: "a rating is answered with the scorecard", as: "recruiter", request: "PUT /api/v1/interviews/" + string(meetID) + "/scores", body: `{"scores":{"clarte":3}}`, status: 200,
			must: []string{`"scorecard":[{"id":"clarte","label":"Clarté","score":3}]`}},
		{name: "a rating out of bounds says which field", as: "recruiter", request: "PUT /api/v1/interviews/" + string(meetID) + "/scores", body: `{"scores":{"clarte":9}}`, status: 422,
			refuse: fair.Refuse("scores", "scores.range"), must: []string{`"code":"scores.range"`, `"scores"`}},
		{name: "a rating that is a text is refused before the service", as: "recruiter", request: "PUT /api/v1/interviews/" + string(meetID) + "/scores", body: `{"scores":{"clarte":{"$gt":0}}}`, status: 422},
		{name: "more time that cannot be had says why, and where to go on", as: "candidate", request: "POST /api/v1/interviews/" + string(meetID) + "/extension",
			body: `{"planned_end":"2026-11-23T13:20:00Z"}`, status: 409,
			refuse: &service.SlotTaken{Err: fair.E(fair.Conflict, "extension.line"), Next: []fair.Slot{newDouble().slot()}},
			must:   []string{`"code":"extension.line"`, "Quelqu’un attend son tour", `"next":[{"id":"` + string(slotID)}, mustNot: append([]string{string(recrID)}, private...)},
		{name: "a guest sees when and who, and nothing else", as: "newcomer", request: "GET /api/v1/interviews/" + string(meetID) + "/visit", status: 200,
			must:    []string{`"role":"interpreter"`, `"candidate":"Camille Fiction"`, `"recruiter":"Rémi Fiction"`, `"name":"visit.` + string(meetID)},
			mustNot: append([]string{"notes", "outcome", "Menuisière", "phone\":true", "scorecard", string(candID), string(recrID)}, private...)},
		{name: "an invitation does not repeat the address", as: "candidate", request: "POST /api/v1/interviews/" + string(meetID) + "/guests",
			body: `{"email":"ines@fiction.example"}`, status: 201, must: []string{`"name":"Inès"`}, mustNot: []string{"ines@"}},
		{name: "a candidate sees who may act, what they may and what they did", as: "candidate", request: "GET /api/v1/me/companions", status: 200,
			must: []string{`"name":"Ada Fiction"`, `"may":["read","book","move","cancel","standby","line","answer","join"]`, `"did":[{"action":"booking","at":"2026-11-23T12:00:00Z"}]`}},
		{name: "an adviser sees whom to name", as: "adviser", request: "GET /api/v1/me/accompanied", status: 200,
			must: []string{`"account":"` + string(candID), `"name":"Camille Fiction"`}, mustNot: private},
		{name: "an adviser reads for somebody who consents", as: "adviser", request: "GET /api/v1/interviews/" + string(meetID) + "?for=" + string(candID), status: 200,
			must: []string{`"role":"candidate"`}, mustNot: append([]string{"notes"}, private...)},
		{name: "and books for them", as: "adviser", request: "POST /api/v1/slots/" + string(slotID) + "/booking?for=" + string(candID),
			body: `{"channel":"video"}`, headers: []string{"Idempotency-Key", "k1"}, status: 201, must: []string{string(meetID)}},
		{name: "moves what is booked", as: "adviser", request: "POST /api/v1/interviews/" + string(meetID) + "/move?for=" + string(candID),
			body: `{"slot":"` + string(slotID) + `"}`, status: 200, must: []string{`"role":"candidate"`}, mustNot: append([]string{"notes"}, private...)},
		{name: "waits for a seat for them", as: "adviser", request: "POST /api/v1/stands/" + string(standID) + "/standbys?for=" + string(candID),
			body: `{"channel":"video"}`, status: 201, mustNot: private},
		{name: "but gives no appointment away", as: "adviser", request: "POST /api/v1/interviews/" + string(meetID) + "/give?for=" + string(candID),
			body: `{"recruiter":"` + string(recrID) + `"}`, status: 422, must: []string{`"code":"companion.refused"`}},
		{name: "and nothing for anybody else", as: "adviser", request: "GET /api/v1/me/interviews?for=" + string(recrID), status: 403,
			must: []string{`"code":"companion.none"`}, mustNot: private},
		{name: "nobody else acts for somebody", as: "recruiter", request: "GET /api/v1/me/interviews?for=" + string(candID), status: 403, must: []string{`"code":"companion.none"`}},
		{name: "what people do themselves is not done for them", as: "adviser", request: "GET /api/v1/me?for=" + string(candID), status: 422,
			must: []string{`"code":"companion.refused"`, `"field":"for"`}, mustNot: private},
		{name: "least of all consents", as: "adviser", request: "POST /api/v1/me/companions?for=" + string(candID), body: `{"email":"a@b.example"}`, status: 422, must: []string{`"code":"companion.refused"`}},
		{name: "a visitor acts for nobody", request: "GET /api/v1/me/interviews?for=" + string(candID), status: 401},
		{name: "an organiser sees how stands answer", as: "organiser", request: "GET /api/v1/fairs/rencontres/answers", status: 200,
			must: []string{`"held":4`, `"late":1`, `"median_seconds":3600`}, mustNot: append([]string{"Camille"}, private...)},
		{name: "a recruiter sees what is owed", as: "recruiter", request: "GET /api/v1/stands/" + string(standID) + "/answers", status: 200,
			must: []string{`"owed":[{"interview":"` + string(meetID), "Camille Fiction"}, mustNot: private},
		{name: "the calendar is a file", as: "candidate", request: "GET /api/v1/interviews/" + string(meetID) + "/calendar", status: 200, must: []string{"BEGIN:VCALENDAR"}},
		{name: "an import names what is wrong in words", as: "organiser", request: "POST /api/v1/fairs/rencontres/offers/import", body: `{"resultats":[{}]}`, status: 200,
			must: []string{`"refused":1`, `"field":"intitule"`, "Cette information manque"}},
		{name: "too many attempts say when to come back", request: "POST /api/v1/sign-in", body: `{"email":"a@b.example","code":"1"}`, status: 429,
			refuse: &fair.Error{Kind: fair.TooMany, Code: "code.attempts", RetryAfter: 90_500_000_000}, must: []string{`"code":"code.attempts"`}},
		{name: "signing out answers nothing", as: "candidate", request: "POST /api/v1/sign-out", status: 204},
		{name: "a code is promised, whoever asks", request: "POST /api/v1/sign-in/code", body: `{"email":"nobody@fiction.example"}`, status: 202, must: []string{"{}"}, mustNot: []string{"nobody"}},
		{name: "nothing is where nothing is", request: "GET /api/v1/unknown", status: 404, must: []string{`"code":"notfound"`}},
	})
}

// play asks each scenario's request and looks at its answer.
func play(t *testing.T, scenarios []scenario) {
	t.Helper()
	for _, sc := range scenarios {
		t.Run(sc.name, func(t *testing.T) {
			d := newDouble()
			d.before = func(string) error { return sc.refuse }
			headers := sc.headers
			if sc.as != "" {
				headers = append(slices.Clone(headers), "Authorization", "Bearer "+sc.as)
			}
			method, path, _ := strings.Cut(sc.request, " ")
			res, body := ask(t, serve(t, d).App(), method, path, sc.body, headers...)
			if res.StatusCode != sc.status {
				t.Fatalf("status %d, want %d: %s", res.StatusCode, sc.status, body)
			}
			for _, want := range sc.must {
				if !strings.Contains(body, want) {
					t.Errorf("the answer lacks %q: %s", want, body)
				}
			}
			for _, secret := range sc.mustNot {
				if strings.Contains(body, secret) {
					t.Errorf("the answer holds %q: %s", secret, body)
				}
			}
			if sc.status == 429 && res.Header.Get("Retry-After") != "91" {
				t.Errorf("Retry-After %q, want the seconds rounded up", res.Header.Get("Retry-After"))
			}
			if got := res.Header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("Cache-Control %q", got)
			}
		})
	}
}
