package service_test

import (
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// profiled is a candidate who has written something for recruiters.
func (h *house) profiled(a fair.Actor) {
	h.t.Helper()
	name, about, headline := "Camille Secret", "Je parle de moi.", "Menuisière"
	_, err := h.EditProfile(h.t.Context(), a, service.ProfileEdit{Name: &name, About: &about, Headline: &headline})
	h.must(err)
}

// withOf is whom the last mail of a kind names.
func (w *world) withOf(kind fair.EffectKind) (with string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, m := range w.mails {
		if m.Subject == string(kind) {
			with = m.Text
		}
	}
	return with
}

func TestWhoNeverMetIsNotNamedInAnAnonymousFair(t *testing.T) {
	h := newHouse(t)
	h.settle(func(r *fair.Rules) { r.Anonymous = true })
	camille, remi := h.demo(fair.Candidate, 1), h.demo(fair.Recruiter, 1)
	h.profiled(camille)
	booked, err := h.book(camille, h.slots(remi, 1)[0].ID, "k")
	h.must(err)
	h.clock.Pass(time.Hour)
	_, err = h.EndInterview(t.Context(), remi, booked.Interview.ID, nil)
	h.must(err)
	d, err := h.Interview(t.Context(), remi, booked.Interview.ID)
	h.must(err)
	if !d.Anonymous || d.Candidate.Name != "" || d.Candidate.About != "" {
		t.Errorf("nobody came, it was ended, and the recruiter reads %+v", d.Candidate)
	}
	asked, err := h.Ask(t.Context(), camille, remi.Roles[0].Stand, service.Words{Text: "Bonjour"})
	h.must(err)
	if thread, err := h.Thread(t.Context(), remi, asked.Thread.ID); err != nil || thread.With != "" {
		t.Errorf("the conversation names %q (%v)", thread.With, err)
	}
}

func TestAnInterpreterTheStandNamesReadsNoNameBeforeTheMeeting(t *testing.T) {
	h := newHouse(t)
	h.settle(func(r *fair.Rules) { r.Anonymous = true })
	camille, remi := h.demo(fair.Candidate, 1), h.demo(fair.Recruiter, 1)
	h.profiled(camille)
	booked, err := h.book(camille, h.slots(remi, 1)[0].ID, "k")
	h.must(err)
	id := booked.Interview.ID
	ines := h.person("ines@example.org")
	g, err := h.InviteInterpreter(t.Context(), remi, id, "ines@example.org", "Inès")
	h.must(err)
	seen, err := h.GuestInterview(t.Context(), ines, id)
	h.must(err)
	if seen.Candidate != "" {
		t.Errorf("the interpreter of the stand reads %q", seen.Candidate)
	}
	h.dispatch()
	if said := h.world.withOf(fair.EffectMailGuest); said != "" {
		t.Errorf("the mail names %q", said)
	}
	h.must(h.UninviteInterpreter(t.Context(), remi, id, g.ID))
	_, err = h.InviteInterpreter(t.Context(), camille, id, "ines@example.org", "Inès")
	h.must(err)
	if seen, err = h.GuestInterview(t.Context(), ines, id); err != nil || seen.Candidate == "" {
		t.Errorf("the interpreter of the candidate reads %q (%v)", seen.Candidate, err)
	}
}

func TestARecruiterWhoIsBarredReadsNobodyAnyMore(t *testing.T) {
	m := newAcquaintance(t)
	m.profiled(m.candidate)
	m.clock.Pass(time.Hour)
	m.both(m.one, m.first, m.candidate)
	_, err := m.EndInterview(t.Context(), m.first, m.one.ID, nil)
	m.must(err)
	if d, err := m.Interview(t.Context(), m.first, m.one.ID); err != nil || d.Candidate.About == "" {
		t.Fatalf("before: %+v (%v)", d.Candidate, err)
	}
	m.must(m.bar(m.candidate, m.answered))
	_, err = m.Interview(t.Context(), m.first, m.one.ID)
	refused(t, err, fair.Forbidden, "person.barred")
	list, err := m.MyInterviews(t.Context(), m.first, time.Time{}, time.Time{})
	m.must(err)
	for _, d := range list {
		if d.Candidate.Name != "" || d.Candidate.About != "" || d.Interview.Notes != "" {
			t.Errorf("the list still tells %+v", d.Candidate)
		}
	}
}

func TestAProfileIsReadForAsLongAsItIsShared(t *testing.T) {
	w := newWords(t)
	w.profiled(w.candidate)
	applied := w.applies("Cinq ans de métier.").Application
	_, err := w.EditApplication(t.Context(), w.candidate, applied.ID, service.ApplicationEdit{State: fair.ApplicationWithdrawn, Rev: applied.Rev})
	w.must(err)
	list, err := w.StandApplications(t.Context(), w.first, w.stand, 1, 20)
	w.must(err)
	if c := list.Items[0].Candidate; c.Name == "" || c.About != "" || c.Headline != "" {
		t.Errorf("of who withdrew the stand reads %+v", c)
	}
	booked, err := w.book(w.candidate, w.slots(w.first, 1)[0].ID, "k")
	w.must(err)
	if d, err := w.Interview(t.Context(), w.first, booked.Interview.ID); err != nil || d.Candidate.About == "" {
		t.Fatalf("before the interview: %+v (%v)", d.Candidate, err)
	}
	_, err = w.CancelInterview(t.Context(), w.candidate, booked.Interview.ID)
	w.must(err)
	d, err := w.Interview(t.Context(), w.first, booked.Interview.ID)
	w.must(err)
	if d.Candidate.Name == "" || d.Candidate.About != "" || d.Candidate.Headline != "" {
		t.Errorf("of who cancelled the recruiter reads %+v", d.Candidate)
	}
}

func TestAConversationIsAmongWhatStandsKnow(t *testing.T) {
	w := newWords(t)
	d := w.ask("Bonjour")
	shares, err := w.Shares(t.Context(), w.candidate)
	w.must(err)
	if len(shares) != 1 || shares[0].Why != fair.NounThread || shares[0].Object != d.Thread.ID || shares[0].Stand.ID != w.stand || !shares[0].Named {
		t.Errorf("the candidate is told %+v", shares)
	}
}

func TestEveryAnswerWithAProfileIsWrittenDown(t *testing.T) {
	w := newWords(t)
	w.onDuty(w.first)
	applied := w.applies("Cinq ans de métier.").Application
	place := w.join(w.candidate, w.stand)
	for name, c := range map[string]struct {
		object fair.ID
		read   func(*house) (string, error)
	}{
		"an application moved on": {applied.ID, func(h *house) (string, error) {
			d, err := h.EditApplication(t.Context(), w.second, applied.ID, service.ApplicationEdit{State: fair.ApplicationMet, Rev: applied.Rev})
			return d.Candidate.Name, err
		}},
		"a ticket changed": {place.ID, func(h *house) (string, error) {
			d, err := h.OneDeskTicket(t.Context(), w.second, place.ID)
			return d.Candidate.Name, err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if said, err := c.read(w.house); err != nil || said == "" {
				t.Fatalf("%q, %v", said, err)
			}
			entries, err := w.store.Audits.About(t.Context(), w.candidate.Account, 100)
			w.must(err)
			n := 0
			for _, e := range entries {
				if e.Action == string(fair.ReadProfile) && e.Account == w.second.Account && e.Object == c.object {
					n++
				}
			}
			if n != 1 {
				t.Errorf("%d entries", n)
			}
		})
	}
}

func TestATicketGivenAwayTellsNothingOfWhereItWent(t *testing.T) {
	q := newQueue(t)
	target := q.demo(fair.Recruiter, 2)
	_, tickets := q.people(q.stand, 1)
	_, err := q.HandOff(t.Context(), q.recruiter, tickets[0].ID, service.HandoffRequest{Stand: target.Roles[0].Stand})
	q.must(err)
	d, err := q.OneDeskTicket(t.Context(), q.recruiter, tickets[0].ID)
	q.must(err)
	if d.Candidate.Name != "" || d.Candidate.Headline != "" || len(d.Met) != 0 || d.CV != nil {
		t.Errorf("who gave it away reads %+v", d.Candidate)
	}
}

func TestNobodyIsMailedAgainAndAgainBecauseOthersAskForIt(t *testing.T) {
	h := newHouse(t)
	camille := h.demo(fair.Candidate, 1)
	var err error
	for range 20 {
		var c fair.Companion
		if c, err = h.NameAdviser(t.Context(), camille, "victim@example.org"); err != nil {
			break
		}
		h.dispatch()
		h.must(h.EndCompanion(t.Context(), camille, c.ID))
	}
	refused(t, err, fair.TooMany, "asked.many")
	if n := h.world.sent(fair.EffectMailCompanion); n != fair.AskedAbout.Times {
		t.Errorf("%d mails ask to advise", n)
	}

	remi := h.demo(fair.Recruiter, 1)
	booked, err := h.book(camille, h.slots(remi, 1)[0].ID, "k")
	h.must(err)
	for range 20 {
		var g fair.Guest
		if g, err = h.InviteInterpreter(t.Context(), camille, booked.Interview.ID, "prey@example.org", "Buy now"); err != nil {
			break
		}
		h.dispatch()
		h.must(h.UninviteInterpreter(t.Context(), camille, booked.Interview.ID, g.ID))
	}
	refused(t, err, fair.TooMany, "asked.many")
	if n := h.world.sent(fair.EffectMailGuest); n != fair.AskedAbout.Times {
		t.Errorf("%d mails invite to interpret", n)
	}
}
