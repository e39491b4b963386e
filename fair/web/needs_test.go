package web_test

import (
	"strings"
	"testing"
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
