package service_test

import (
	"fmt"
	"strings"
	"testing"

	"salon/fair"
	"salon/fair/service"
)

func TestACopyOfOnesDataHoldsWhatWasNotedAboutOne(t *testing.T) {
	m := newAcquaintance(t)
	ctx := t.Context()
	m.must(m.SetNotes(ctx, m.first, m.one.ID, "très à l'aise"))
	_, err := m.SetTicketNote(ctx, m.second, m.place, "cherche un mi-temps")
	m.must(err)
	_, err = m.HandOff(ctx, m.second, m.place, service.HandoffRequest{Recruiter: m.first.Account, Note: "à voir avec toi"})
	m.must(err)
	copied, err := m.Export(ctx, m.candidate)
	m.must(err)
	told := map[string]fair.Noun{}
	for _, n := range copied.Notes {
		told[n.Text] = n.About
		if n.Fair.ID != m.fair.ID || copied.Stands[n.Stand] == "" {
			t.Errorf("a note is of fair %s, stand %q", n.Fair.ID, copied.Stands[n.Stand])
		}
	}
	for text, about := range map[string]fair.Noun{"très à l'aise": fair.NounInterview, "cherche un mi-temps": fair.NounTicket, "à voir avec toi": fair.NounTicket} {
		if told[text] != about {
			t.Errorf("%q is told as %q, want %q", text, told[text], about)
		}
	}
	if all := fmt.Sprintf("%+v", copied.Notes); strings.Contains(all, string(m.first.Account)) || strings.Contains(all, m.first.Name) {
		t.Errorf("the notes say who wrote them: %s", all)
	}
	for _, other := range []fair.Actor{m.demo(fair.Candidate, 2), m.first} {
		if copied, err = m.Export(ctx, other); err != nil || len(copied.Notes) > 0 {
			t.Errorf("somebody else's copy holds %+v, %v", copied.Notes, err)
		}
	}
}
