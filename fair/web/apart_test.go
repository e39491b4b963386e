package web_test

import (
	"strings"
	"testing"

	"salon/fair"
)

// TestKeepingPeopleApartOverHTTP walks through a block and a bar: what each step
// answers, and what it must not.
func TestKeepingPeopleApartOverHTTP(t *testing.T) {
	h := newHouse(t)
	var thread struct{ Messages []struct{ ID fair.ID } }
	h.json("recruiter", "GET /api/v1/threads/:thread", "", 200, &thread)
	h.json("recruiter", "POST /api/v1/threads/:thread/messages", `{"text":"Payez d'abord."}`, 200, &thread)
	asked, answered := string(thread.Messages[0].ID), string(thread.Messages[1].ID)
	const told = "POST /api/v1/threads/:thread/reports"
	h.json("candidate", told, `{"message":"`+answered+`","why":"fraud","words":"de l'argent"}`, 204, nil)
	var reports struct {
		Items []struct {
			ID    fair.ID
			Words string
		}
	}
	h.json("organiser at rencontres-2021", "GET /api/v1/fairs/:fair/reports", "", 200, &reports)
	for _, r := range reports.Items {
		if r.Words != "" {
			h.ids["report"] = r.ID
		}
	}
	for _, step := range []struct {
		who, request, body string
		status             int
		must, mustNot      []string
	}{
		{"another candidate", "POST /api/v1/threads/:thread/block", `{"message":"` + answered + `"}`, 404, []string{"thread.unknown"}, nil},
		{"recruiter", "POST /api/v1/threads/:thread/block", `{"message":"` + asked + `"}`, 204, nil, nil},
		{"candidate", "GET /api/v1/interviews/:interview", "", 200, []string{`"state":"cancelled"`}, []string{"block", "notes"}},
		{"candidate", "GET /api/v1/me/board", "", 200, nil, []string{`"state":"waiting"`}},
		{"candidate", "POST /api/v1/slots/:slot/booking", `{"channel":"video"}`, 403, []string{"person.blocked"}, nil},
		{"recruiter", "DELETE /api/v1/threads/:thread/block", "", 204, nil, nil},
		{"candidate", "POST /api/v1/slots/:slot/booking", `{"channel":"video"}`, 201, nil, nil},
		{"candidate", "POST /api/v1/stands/:stand/tickets", `{"channel":"video"}`, 201, nil, nil},
		{"organiser at elsewhere", "POST /api/v1/reports/:report/decision", `{"decision":"bar"}`, 404, nil, nil},
		{"organiser at rencontres-2021", "POST /api/v1/reports/:report/decision", `{"decision":"bar"}`, 200, nil, nil},
		{"organiser at elsewhere", "GET /api/v1/fairs/:fair/bars", "", 403, nil, []string{"Payez"}},
		{"organiser at rencontres-2021", "GET /api/v1/fairs/:fair/bars", "", 200, []string{"Payez d'abord.", `"total":1`}, nil},
		{"candidate", "GET /api/v1/me/interviews", "", 200, []string{`"state":"cancelled"`}, []string{`"state":"booked"`}},
		{"candidate", "GET /api/v1/me/board", "", 200, []string{`"state":"waiting"`}, nil},
		{"recruiter", "POST /api/v1/stands/:stand/next", `{}`, 403, []string{"person.barred"}, []string{"candidate"}},
		{"recruiter", "GET /api/v1/stands/:stand/line", "", 403, []string{"person.barred"}, []string{"candidate"}},
		{"recruiter", "GET /api/v1/stands/:stand/applications", "", 403, []string{"person.barred"}, []string{"Cinq ans"}},
		{"recruiter", "GET /api/v1/applications/:application/cv", "", 403, []string{"person.barred"}, []string{"PDF"}},
		{"recruiter", "GET /api/v1/threads/:thread", "", 403, []string{"person.barred"}, []string{"débutants"}},
		{"recruiter", "POST /api/v1/threads/:thread/messages", `{"text":"Encore."}`, 403, []string{"person.barred"}, nil},
		{"recruiter", "POST /api/v1/stands/:stand/slots", `{"starts_at":"2026-11-24T14:00:00Z","minutes":20,"buffer_minutes":5,"count":1,"channels":["video"]}`, 403, []string{"person.barred"}, nil},
		{"recruiter", "PUT /api/v1/interviews/:interview/notes", `{"notes":"x"}`, 403, []string{"person.barred"}, nil},
		{"candidate", "POST /api/v1/threads/:thread/messages", `{"text":"Quelqu'un d'autre ?"}`, 200, nil, nil},
		{"recruiter", "POST /api/v1/reports/:report/lift", `{"reason":"Moi."}`, 403, []string{"forbidden"}, nil},
		{"organiser at elsewhere", "POST /api/v1/reports/:report/lift", `{"reason":"Un ami."}`, 404, []string{"report.unknown"}, nil},
		{"organiser at rencontres-2021", "POST /api/v1/reports/:report/lift", `{"reason":" "}`, 422, []string{"bar.reason"}, nil},
		{"organiser at rencontres-2021", "POST /api/v1/reports/:report/lift", `{"reason":"Un malentendu."}`, 204, nil, nil},
		{"organiser at rencontres-2021", "POST /api/v1/reports/:report/lift", `{"reason":"Un malentendu."}`, 410, []string{"bar.unknown"}, nil},
		{"organiser at rencontres-2021", "GET /api/v1/fairs/:fair/bars", "", 200, []string{`"total":0`}, nil},
		{"organiser at rencontres-2021", "GET /api/v1/fairs/:fair/reports", "", 200, []string{`"lift_reason":"Un malentendu."`, `"lifted_at"`}, nil},
		{"recruiter", "GET /api/v1/threads/:thread", "", 200, []string{"débutants"}, []string{"malentendu"}},
		{"candidate", "GET /api/v1/threads/:thread", "", 200, []string{"débutants"}, []string{"malentendu"}},
	} {
		status, body := h.request(step.who, step.request, step.body, "Idempotency-Key", "apart")
		if status != step.status {
			t.Errorf("%s as %s: status %d, want %d: %s", step.request, step.who, status, step.status, body)
		}
		for _, must := range step.must {
			if !strings.Contains(body, must) {
				t.Errorf("%s as %s lacks %q: %s", step.request, step.who, must, body)
			}
		}
		for _, not := range step.mustNot {
			if strings.Contains(body, not) {
				t.Errorf("%s as %s tells %q: %s", step.request, step.who, not, body)
			}
		}
	}
}
