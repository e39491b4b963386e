package web_test

import (
	"strings"
	"testing"

	"salon/fair"
)

func TestAnswersAboutWordsAndApplications(t *testing.T) {
	play(t, []scenario{
		{name: "a candidate reads who of the stand wrote, and no account", as: "candidate", request: "GET /api/v1/me/threads", status: 200,
			must:    []string{`"with":"Atelier Fiction"`, `"name":"Rémi Fiction","mine":false`, `"side":"candidate"`, `"unread":1`, `"text":"Bonjour <b>"`},
			mustNot: append([]string{string(recrID), string(candID)}, private...)},
		{name: "a stand reads the candidate's name, and no account or number", as: "recruiter", request: "GET /api/v1/stands/" + string(standID) + "/threads", status: 200,
			must: []string{`"with":"Camille Fiction"`, `"owes":"stand"`, `"level":1`, `"topic":{"name":"stand.` + string(standID), `"grant":"ey`}, mustNot: append([]string{string(candID)}, private...)},
		{name: "an organiser reads what waits, and not who asks", as: "organiser", request: "GET /api/v1/fairs/rencontres/requests", status: 200,
			must: []string{`"level":2`, `"since":"2026-11-23T11:38:00Z"`, "débutants", `"topic":{"name":"requests.`}, mustNot: append([]string{"Camille", string(candID)}, private...)},
		{name: "a recruiter does not read all requests", as: "recruiter", request: "GET /api/v1/fairs/rencontres/requests", status: 403, mustNot: []string{"débutants"}},
		{name: "a message of too many characters is refused", as: "candidate", request: "POST /api/v1/stands/" + string(standID) + "/questions",
			body: `{"text":"` + strings.Repeat("x", 2001) + `"}`, status: 422, must: []string{`"field":"text"`}},
		{name: "a message with an operator in it is refused", as: "candidate", request: "POST /api/v1/threads/" + string(wordsID) + "/messages",
			body: `{"text":{"$ne":""}}`, status: 422, must: []string{`"field":"text"`}},
		{name: "a candidate reads where an application stands, in both directions", as: "candidate", request: "GET /api/v1/me/applications", status: 200,
			must: []string{`"state":"meet"`, `"answer":"Venez nous voir"`, `"since":"2026-11-23T12:00:00Z"`}, mustNot: append([]string{`"with"`, string(recrID), string(candID)}, private...)},
		{name: "a stand reads the file of who applies, and no account or number", as: "recruiter", request: "GET /api/v1/stands/" + string(standID) + "/applications", status: 200,
			must: []string{`"with":{"name":"Camille Fiction"`, `"has_phone":true`}, mustNot: append([]string{string(candID), string(recrID)}, private...)},
		{name: "an application to a closed offer is gone", as: "candidate", request: "POST /api/v1/offers/" + string(offerID) + "/applications", body: `{"text":"x"}`,
			refuse: fair.E(fair.Gone, "offer.closed"), status: 410, must: []string{`"code":"offer.closed"`}},
		{name: "favourites are what anybody may see of an offer and a stand", as: "candidate", request: "GET /api/v1/me/favourites", status: 200,
			must: []string{`"company":"Atelier Fiction"`, `"open":true`, `"slug":"atelier-fiction"`}, mustNot: append([]string{string(recrID)}, private...)},
		{name: "a favourite of no known kind is refused", as: "candidate", request: "PUT /api/v1/me/favourites/talk/" + string(talkID), status: 422, must: []string{`"field":"kind"`}},
		{name: "one's devices are told by name only", as: "candidate", request: "GET /api/v1/me/push", status: 200,
			must: []string{`"key":"BKey"`, string(id("device")), `"texts":true`}, mustNot: append([]string{"push.example.net"}, private...)},
	})
}
