package service_test

import (
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// held is an interview that took place and was ended with that outcome.
func held(t *testing.T, o *fair.Outcome) (h *house, candidate, recruiter fair.Actor, i fair.Interview) {
	t.Helper()
	h, candidate, recruiter, i = inCall(t)
	i, err := h.EndInterview(t.Context(), recruiter, i.ID, o)
	h.must(err)
	h.dispatch()
	return h, candidate, recruiter, i
}

// sweptTwice sweeps on two nodes and delivers.
func (h *house) sweptTwice() {
	h.t.Helper()
	h.must(h.Sweep(h.t.Context()))
	h.must(newHouseOn(h, func(*service.Config) {}).Sweep(h.t.Context()))
	h.dispatch()
}

// reminders counts the mails about answers: to recruiters, to organisers.
func (h *house) reminders() (recruiter, organiser int) {
	return h.world.sent(fair.EffectMailAnswer), h.world.sent(fair.EffectMailLate)
}

func TestAnAnswerPromisedRemindsTheRecruiterThenTheOrganiserOnceEach(t *testing.T) {
	by := opening.AddDate(0, 0, 4)
	h, _, recruiter, i := held(t, &fair.Outcome{Kind: fair.OutcomeLater, By: &by})
	at := func(when time.Time, recruiters, organisers int) {
		t.Helper()
		h.clock.Pass(when.Sub(h.clock.Now()))
		h.sweptTwice()
		if r, o := h.reminders(); r != recruiters || o != organisers {
			t.Fatalf("at %s: %d reminders to the recruiter, %d to the organiser, want %d and %d", when, r, o, recruiters, organisers)
		}
	}
	at(by.Add(-24*time.Hour-time.Second), 0, 0)
	at(by.Add(-24*time.Hour), 1, 0)
	at(by.Add(-time.Second), 1, 0)
	desk, err := h.StandAnswers(t.Context(), recruiter, i.Stand)
	h.must(err)
	if len(desk.Owed) != 1 || desk.Owed[0].Interview.Answering.Reminders != 1 || desk.Figure.Promised != 1 || desk.Figure.Late != 0 {
		t.Errorf("the desk shows %+v", desk)
	}
	at(by, 1, 1)
	at(by.AddDate(0, 0, 9), 1, 1)
	list, err := h.Answers(t.Context(), h.boss, h.fair.Slug)
	h.must(err)
	if len(list) != 3 || list[0].Stand.ID != i.Stand || list[0].Figure.Late != 1 || list[0].Figure.Held != 1 {
		t.Errorf("the organiser sees %+v", list)
	}
}

func TestNoWordAtAllRemindsAfterTheDaysOfTheFair(t *testing.T) {
	h, _, recruiter, i := held(t, nil)
	due := i.EndedAt.AddDate(0, 0, 7)
	if i.Answering == nil || !i.Answering.Due.Equal(due) {
		t.Fatalf("the answer is owed %+v, want by %s", i.Answering, due)
	}
	h.clock.Pass(6 * 24 * time.Hour)
	h.sweptTwice()
	if r, o := h.reminders(); r != 1 || o != 0 {
		t.Fatalf("%d and %d reminders", r, o)
	}
	_, err := h.SetOutcome(t.Context(), recruiter, i.ID, fair.Outcome{Kind: fair.OutcomePool})
	h.must(err)
	h.clock.Pass(9 * 24 * time.Hour)
	h.sweptTwice()
	if _, o := h.reminders(); o != 0 {
		t.Error("an answer that was given is called late")
	}
	desk, err := h.StandAnswers(t.Context(), recruiter, i.Stand)
	h.must(err)
	if f := desk.Figure; f.Answered != 1 || f.Median != 6*24*time.Hour || len(desk.Owed) != 0 {
		t.Errorf("the desk shows %+v", desk)
	}
}

func TestAnInterviewNobodyEndedIsNotForgotten(t *testing.T) {
	h, _, _, _ := inCall(t)
	h.clock.Pass(8 * 24 * time.Hour)
	h.sweptTwice()
	h.sweptTwice()
	if r, o := h.reminders(); r != 1 || o != 1 {
		t.Errorf("%d and %d reminders", r, o)
	}
}

func TestWhomNobodyMetNobodyOwesAnAnswer(t *testing.T) {
	h, _, recruiter, i := meeting(t, fair.Video)
	h.clock.Pass(2 * time.Hour)
	ended, err := h.EndInterview(t.Context(), recruiter, i.ID, nil) // the candidate never came
	h.must(err)
	if ended.Answering != nil {
		t.Errorf("owed: %+v", ended.Answering)
	}
	desk, err := h.StandAnswers(t.Context(), recruiter, i.Stand)
	h.must(err)
	if desk.Figure.Held != 0 {
		t.Errorf("counted as held: %+v", desk.Figure)
	}
}

func TestTwoAnswersOfOneDayAreOneMail(t *testing.T) {
	h := newHouse(t)
	recruiter := h.demo(fair.Recruiter, 1)
	by := opening.AddDate(0, 0, 3)
	for n, slot := range h.slots(recruiter, 2) {
		candidate := h.demo(fair.Candidate, n+1)
		b, err := h.book(candidate, slot.ID, "k")
		h.must(err)
		h.clock.Pass(slot.Start.Sub(h.clock.Now()))
		h.both(b.Interview, candidate, recruiter)
		_, err = h.EndInterview(t.Context(), recruiter, b.Interview.ID, &fair.Outcome{Kind: fair.OutcomeLater, By: &by})
		h.must(err)
	}
	h.clock.Pass(by.Sub(h.clock.Now()) - time.Hour)
	h.sweptTwice()
	if r, _ := h.reminders(); r != 1 {
		t.Errorf("%d reminders for two answers due the same day", r)
	}
	h.world.mu.Lock()
	defer h.world.mu.Unlock()
	for _, m := range h.world.mails {
		if m.Subject == string(fair.EffectMailAnswer) && m.Text != "recruiter-1@demo.salon.invalid: 2 at Maison 0" {
			t.Errorf("it says %q", m.Text)
		}
	}
}

func TestOnlyTheStandAndItsOrganiserSeeHowItAnswers(t *testing.T) {
	h, candidate, _, i := held(t, nil)
	for _, who := range []fair.Actor{candidate, h.demoLater(fair.Recruiter, 2)} {
		_, err := h.StandAnswers(t.Context(), who, i.Stand)
		refused(t, err, fair.Forbidden, "not.recruiter")
		_, err = h.Answers(t.Context(), who, h.fair.Slug)
		refused(t, err, fair.Forbidden, "not.organiser")
	}
	desk, err := h.StandAnswers(t.Context(), h.boss, i.Stand)
	h.must(err)
	if len(desk.Owed) != 0 {
		t.Error("an organiser is shown whom the stand met")
	}
}
