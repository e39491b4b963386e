package service_test

import (
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// needs has somebody need extra time for interviews.
func (h *house) needs(a fair.Actor) fair.Actor {
	h.t.Helper()
	_, err := h.EditProfile(h.t.Context(), a, service.ProfileEdit{SearchEdit: service.SearchEdit{Needs: &fair.InterviewNeeds{ExtraTime: true}}})
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

func TestAnAppointmentIsLongerForExtraTimeWhereTheGridAllows(t *testing.T) {
	for _, c := range []struct {
		name   string
		buffer time.Duration
		which  int
		longer time.Duration
	}{
		{"the next slot follows at once", 0, 0, 0},
		{"the next slot follows after a few minutes", 5 * time.Minute, 0, 5 * time.Minute},
		{"nothing follows for long", 15 * time.Minute, 0, 10 * time.Minute},
		{"the last slot", 0, 1, 10 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			recruiter := h.demo(fair.Recruiter, 1)
			slots := h.spaced(recruiter, c.buffer, 2)
			candidate := h.needs(h.demo(fair.Candidate, 1))
			booked, err := h.book(candidate, slots[c.which].ID, "k")
			h.must(err)
			if got := booked.Interview.EndsAt.Sub(slots[c.which].End); got != c.longer {
				t.Errorf("the appointment is %s longer, want %s", got, c.longer)
			}
			seen, err := h.Interview(t.Context(), recruiter, booked.Interview.ID)
			h.must(err)
			if seen.Extra != c.longer || !seen.Candidate.Needs.ExtraTime {
				t.Errorf("the recruiter is told %s, %+v", seen.Extra, seen.Candidate.Needs)
			}
			if seen, err = h.Interview(t.Context(), candidate, booked.Interview.ID); err != nil || seen.Extra != 0 {
				t.Errorf("the candidate is told %s, %v", seen.Extra, err)
			}
		})
	}
}

func TestAMovedAppointmentIsAsLongAsItsNewPlaceAllows(t *testing.T) {
	h := newHouse(t)
	slots := h.spaced(h.demo(fair.Recruiter, 1), 0, 3)
	candidate := h.needs(h.demo(fair.Candidate, 1))
	booked, err := h.book(candidate, slots[0].ID, "k")
	h.must(err)
	moved, err := h.MoveInterview(t.Context(), candidate, booked.Interview.ID, service.MoveRequest{Slot: slots[2].ID})
	h.must(err)
	if got := moved.EndsAt.Sub(slots[2].End); got != 10*time.Minute {
		t.Errorf("moved, the appointment is %s longer", got)
	}
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
