package web_test

import (
	"strings"
	"testing"

	"salon/fair"
)

func TestNeedsAreAskedWhenAPlaceIsTakenAndNotAgain(t *testing.T) {
	h := newHouse(t)
	form := []string{"Content-Type", "application/x-www-form-urlencoded"}
	page := "/fairs/rencontres-2021/stands/" + string(h.ids["stand"])
	if _, body := h.request("another candidate", "GET "+page, ""); !strings.Contains(body, `name="need-captions"`) {
		t.Error("the form asks for no needs")
	}
	status, body := h.request("another candidate", "POST /fairs/rencontres-2021/line", "stand="+string(h.ids["stand"])+"&channel=video&need-captions=1&need-extra-time=1&back=/", form...)
	if status != 303 {
		t.Fatalf("status %d: %s", status, body)
	}
	h.json("another candidate", "GET /api/v1/me", "", 200, nil)
	if _, body = h.request("another candidate", "GET /api/v1/me", ""); !strings.Contains(body, `"needs":{"captions":true,"interpreter":false,"extra_time":true}`) {
		t.Errorf("kept: %s", body)
	}
	// The desk of the line does not tell them: they are for who has the interview.
	if _, body = h.request("recruiter", "GET /api/v1/stands/:stand/line", ""); strings.Contains(body, "extra_time") || strings.Contains(body, "captions") {
		t.Errorf("the line tells needs: %s", body)
	}
	if _, body = h.request("another candidate", "GET "+page, ""); strings.Contains(body, `name="need-captions"`) {
		t.Error("needs are asked again")
	}
}

// What somebody needs, and the minutes it adds, is for the recruiter they meet
// alone: neither colleagues nor organisers learn it, from whatever they may read.
func TestExtraMinutesAreToldToTheBookedRecruiterAlone(t *testing.T) {
	h := newHouse(t)
	h.json("organiser at rencontres-2021", "POST /api/v1/draws/:draw/cancel", "", 200, nil)
	h.rules("now")
	camille := "another candidate"
	form := []string{"Content-Type", "application/x-www-form-urlencoded"}
	if status, body := h.request(camille, "POST /fairs/rencontres-2021/line", "stand="+string(h.ids["stand"])+"&channel=video&need-extra-time=1&back=/", form...); status != 303 {
		t.Fatalf("status %d: %s", status, body)
	}
	var opened struct{ Items []struct{ ID fair.ID } }
	h.json("recruiter", "POST /api/v1/stands/:stand/slots", `{"starts_at":"2026-11-25T14:00:00Z","minutes":30,"buffer_minutes":0,"count":1,"channels":["video"]}`, 201, &opened)
	var booked struct{ Interview struct{ ID fair.ID } }
	h.json(camille, "POST /api/v1/slots/"+string(opened.Items[0].ID)+"/booking", `{"channel":"video"}`, 201, &booked)
	meeting := string(booked.Interview.ID)
	if _, body := h.request("recruiter", "GET /api/v1/interviews/"+meeting, ""); !strings.Contains(body, `"extra_minutes":10`) || !strings.Contains(body, `"extra_time":true`) {
		t.Fatalf("the recruiter is not told: %s", body)
	}
	var colleague struct{ Token string }
	h.json("", "POST /api/v1/demo/session", `{"role":"recruiter","n":61}`, 200, &colleague)
	h.tokens["colleague"] = colleague.Token
	for _, who := range []string{"", camille, "candidate", "colleague", "recruiter of another stand", "organiser at rencontres-2021", "organiser at elsewhere", "adviser"} {
		for _, route := range []string{
			"/interviews/" + meeting, "/interviews/" + meeting + "/calendar", "/me/interviews", "/stands/:stand/slots", "/stands/:stand/line", "/stands/:stand/answers",
			"/stands/:stand/applications", "/fairs/:fair/live", "/fairs/:fair/people", "/fairs/:fair/slots", "/me/board", "/stands/:stand/team",
		} {
			_, body := h.request(who, "GET /api/v1"+route, "")
			for _, secret := range []string{"extra_minutes", "extra_time"} {
				if strings.Contains(body, secret) {
					t.Errorf("%s tells %q %s: %s", route, who, secret, body)
				}
			}
		}
	}
}
