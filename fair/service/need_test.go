package service_test

import (
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// needy says that somebody needs extra time.
var needy = service.ProfileEdit{SearchEdit: service.SearchEdit{Needs: &fair.InterviewNeeds{ExtraTime: true}}}

// needs has somebody need extra time for interviews.
func (h *house) needs(a fair.Actor) fair.Actor {
	h.t.Helper()
	_, err := h.EditProfile(h.t.Context(), a, needy)
	h.must(err)
	return a
}

// spaced opens half hours a few minutes apart, an hour from now.
func (h *house) spaced(recruiter fair.Actor, buffer time.Duration, count int) []fair.Slot {
	h.t.Helper()
	made, _, err := h.OpenSlots(h.t.Context(), recruiter, recruiter.Roles[0].Stand, fair.SlotPlan{
		Start: h.clock.Now().Add(time.Hour), Duration: 30 * time.Minute, Buffer: buffer, Count: count, Channels: []fair.Channel{fair.Video},
	})
	h.must(err)
	return made
}

func TestExtraTimeInALineCountsAndIsNotTold(t *testing.T) {
	h := newHouse(t)
	recruiter := h.demo(fair.Recruiter, 1)
	stand := h.onDuty(recruiter)
	ticket := h.join(h.needs(h.demo(fair.Candidate, 1)), stand)
	if !h.ticket(ticket.ID).Extra {
		t.Error("the line does not know that somebody's turn takes longer")
	}
}
