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

// Where the next slot is taken, the extra time does not fit: other times are told,
// and the same one is booked as it is when it is chosen again. Others see no more
// than that a slot is taken.
func TestWhereExtraTimeDoesNotFitOtherTimesAreTold(t *testing.T) {
	h := newHouse(t)
	h.json("organiser at rencontres-2021", "POST /api/v1/draws/:draw/cancel", "", 200, nil)
	h.rules("now")
	camille := "another candidate"
	form := []string{"Content-Type", "application/x-www-form-urlencoded"}
	h.json(camille, "PATCH /api/v1/me", `{"needs":{"captions":false,"interpreter":false,"extra_time":true}}`, 200, nil)
	var other struct{ Token string }
	h.json("", "POST /api/v1/demo/session", `{"role":"candidate","n":900}`, 200, &other)
	h.tokens["other"] = other.Token
	var opened struct{ Items []struct{ ID fair.ID } }
	h.json("recruiter", "POST /api/v1/stands/:stand/slots", `{"starts_at":"2026-11-25T14:00:00Z","minutes":30,"buffer_minutes":0,"count":4,"channels":["video"]}`, 201, &opened)
	first, second, third, last := opened.Items[0].ID, opened.Items[1].ID, opened.Items[2].ID, opened.Items[3].ID
	h.json("other", "POST /api/v1/slots/"+string(second)+"/booking", `{"channel":"video"}`, 201, nil)
	status, body := h.request(camille, "POST /api/v1/slots/"+string(first)+"/booking", `{"channel":"video"}`)
	for _, must := range []string{`"code":"booking.extra"`, "mercredi 25 novembre à 16 h, mercredi 25 novembre à 16 h 30.", `{"id":"` + string(third)} {
		if !strings.Contains(strings.ReplaceAll(body, "\u00a0", " "), must) || status != 409 {
			t.Errorf("status %d without %q: %s", status, must, body)
		}
	}
	page := "/fairs/rencontres-2021/stands/" + string(h.ids["stand"])
	book := func(more string) string {
		fields := "stand=" + string(h.ids["stand"]) + "&channel=video&key=" + string(fair.NewID()) + "&back=" + page + "&slot=" + string(first) + more
		res, _ := ask(t, h.app, "POST", "/fairs/rencontres-2021/book", fields, append(form, "Origin", site, "Authorization", "Bearer "+h.tokens[camille])...)
		return res.Header.Get("Location")
	}
	refused := book("")
	if refused != page+"?problem=booking.extra&short="+string(first) {
		t.Fatalf("led to %s", refused)
	}
	if _, body = h.request(camille, "GET "+refused, ""); !strings.Contains(body, "Choisissez une autre heure") || !strings.Contains(body, `href="#book">Choisir un autre créneau`) || !strings.Contains(body, `name="short" value="`+string(first)) ||
		!strings.Contains(body, `value="`+string(third)) || strings.Contains(body, `value="`+string(second)+`" required data-video`) {
		t.Errorf("the page: %s", body)
	}
	var slots string
	if _, slots = h.request("candidate", "GET /api/v1/fairs/rencontres-2021/slots?stand="+string(h.ids["stand"])+"&free=true", ""); !strings.Contains(slots, string(third)) {
		t.Errorf("a refusal has taken something: %s", slots)
	}
	if to := book("&short=" + string(first)); to != page {
		t.Errorf("chosen again, one is led to %s", to)
	}
	var mine struct{ Items []struct{ ID fair.ID } }
	h.json(camille, "GET /api/v1/me/interviews", "", 200, &mine)
	if len(mine.Items) != 1 {
		t.Fatalf("%d appointments", len(mine.Items))
	}
	h.json(camille, "POST /api/v1/interviews/"+string(mine.Items[0].ID)+"/move", `{"slot":"`+string(third)+`"}`, 200, nil)
	for who, route := range map[string]string{"candidate": "/fairs/rencontres-2021/slots?limit=100&stand=" + string(h.ids["stand"]), "organiser at rencontres-2021": "/stands/:stand/slots"} {
		_, body := h.request(who, "GET /api/v1"+route, "")
		_, slot, found := strings.Cut(body, string(last))
		if slot, _, _ = strings.Cut(slot, "}"); !found || !strings.Contains(slot, `"free":false`) || strings.Contains(slot, "booking") || strings.Contains(body, "extra") {
			t.Errorf("%s reads of it %q", who, slot)
		}
	}
	if status, _ := h.request("candidate", "POST /api/v1/slots/"+string(last)+"/booking", `{"channel":"video"}`); status != 409 {
		t.Errorf("the time of another appointment is booked: %d", status)
	}
}
