package service_test

import (
	"testing"
	"time"

	"salon/fair"
)

func TestACallInTroubleStandsOnTheBoardUntilItGoesWellOrEnds(t *testing.T) {
	h, candidate, recruiter, i := meeting(t, fair.Video)
	ctx, room := t.Context(), fair.RoomID(fair.InterviewRoom, i.ID)
	strain := func(who fair.ID, level, cause, told string) {
		h.must(h.RoomStrained(ctx, room, who, level, cause, told, h.clock.Now()))
	}
	strain(candidate.Account, "weak", "loss", "") // nobody meets yet
	if live := h.boardNow(); len(live.Calls) != 0 {
		t.Errorf("before: %+v", live.Calls)
	}
	for _, who := range []fair.ID{candidate.Account, recruiter.Account} {
		h.must(h.RoomJoined(ctx, room, who, h.clock.Now()))
	}
	began := h.clock.Now()
	strain(candidate.Account, "weak", "loss", "")
	h.clock.Pass(20 * time.Second)
	strain(candidate.Account, "weak", "delay", "sound")
	told := h.clock.Now()
	strain(recruiter.Account, "lost", "cut", "")
	live := h.boardNow()
	if len(live.Calls) != 1 || len(live.Calls[0].Sides) != 2 || live.Calls[0].Stand != i.Stand || !live.Calls[0].Since.Equal(began) {
		t.Fatalf("%+v", live.Calls)
	}
	theirs, ours := live.Calls[0].Sides[0], live.Calls[0].Sides[1]
	if theirs.Who != fair.Candidate || theirs.Cause != "delay" || theirs.Told != "sound" || !theirs.ToldAt.Equal(told) || !theirs.Since.Equal(began) {
		t.Errorf("the candidate's side: %+v", theirs)
	}
	if ours.Who != fair.Recruiter || ours.Level != "lost" || ours.Told != "" {
		t.Errorf("the recruiter's side: %+v", ours)
	}

	// Well again, and the other one gone.
	strain(candidate.Account, "good", "", "")
	h.must(h.RoomLeft(ctx, room, recruiter.Account, h.clock.Now()))
	if live := h.boardNow(); len(live.Calls) != 0 {
		t.Errorf("afterwards: %+v", live.Calls)
	}
	strain(candidate.Account, "weak", "freeze", "")
	_, err := h.EndInterview(ctx, recruiter, i.ID, nil)
	h.must(err)
	strain(candidate.Account, "lost", "cut", "") // too late
	if live := h.boardNow(); len(live.Calls) != 0 {
		t.Errorf("of an interview that is over: %+v", live.Calls)
	}
}
