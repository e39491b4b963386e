package service_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// acquaintance is a conversation between two people who have appointments, a place in
// the line and one on a waiting list.
type acquaintance struct {
	*words
	thread          fair.ID
	asked, answered fair.ID
	one, two        fair.Interview // appointments with the first and the second recruiter
	place           fair.ID        // the ticket
	free            fair.ID        // one more slot of the first recruiter
}

func newAcquaintance(t *testing.T) *acquaintance {
	t.Helper()
	w, thread, asked, answered := reported(t)
	m := &acquaintance{words: w, thread: thread, asked: asked, answered: answered}
	w.settle(func(r *fair.Rules) { r.Book.CapStand, r.Book.CapFair = 5, 5 })
	slots := w.slots(w.first, 2)
	booked, err := w.book(w.candidate, slots[0].ID, "first")
	w.must(err)
	m.one, m.free = booked.Interview, slots[1].ID
	booked, err = w.book(w.candidate, w.slots(w.second, 3)[2].ID, "second")
	w.must(err)
	m.two = booked.Interview
	w.onDuty(w.first)
	m.place = w.join(w.candidate, w.stand).ID
	w.dispatch()
	return m
}

func (m *acquaintance) state(i fair.Interview) fair.InterviewState { return m.interview(i.ID).State }

// report has a message barred from the fair.
func (m *acquaintance) bar(by fair.Actor, message fair.ID) error {
	m.t.Helper()
	r, err := m.ReportMessage(m.t.Context(), by, m.thread, service.ReportRequest{Message: message, Why: fair.ReportHarassment})
	m.must(err)
	_, err = m.DecideReport(m.t.Context(), m.boss, r.ID, fair.DecideBar, "")
	return err
}

func TestABlockCancelsWhatIsBookedOrWaitingBetweenTheTwo(t *testing.T) {
	m := newAcquaintance(t)
	before := m.world.sent(fair.EffectMailCancelled)
	m.must(m.BlockWriter(t.Context(), m.second, m.thread, m.asked))
	m.must(m.BlockWriter(t.Context(), m.second, m.thread, m.asked))
	if m.state(m.one) != fair.InterviewCancelled || m.state(m.two) != fair.InterviewCancelled {
		t.Errorf("blocked from the stand, the appointments are %s and %s", m.state(m.one), m.state(m.two))
	}
	if got := m.placed(); got != fair.TicketLeft {
		t.Errorf("blocked from the stand, the place in the line is %s", got)
	}
	m.dispatch()
	m.dispatch()
	if n := m.world.sent(fair.EffectMailCancelled) - before; n != 4 {
		t.Errorf("%d mails tell both sides of two appointments", n)
	}
	slot, err := m.Stores.Slots.Get(t.Context(), m.one.Slot)
	m.must(err)
	if slot.State != fair.SlotFree || m.calendar().Has(slot.ID) {
		t.Errorf("the time of a cancelled appointment is %s", slot.State)
	}
}

func (m *acquaintance) placed() fair.TicketState { return m.ticket(m.place).State }

func (m *acquaintance) calendar() fair.Person {
	m.t.Helper()
	p, err := m.Stores.Persons.Get(m.t.Context(), m.candidate.Account)
	m.must(err)
	return p
}

func TestToBlockOneRecruiterLeavesTheColleaguesAlone(t *testing.T) {
	m := newAcquaintance(t)
	ctx := t.Context()
	called := m.next(m.first, m.stand)
	m.must(m.BlockWriter(ctx, m.candidate, m.thread, m.answered))
	if m.state(m.one) != fair.InterviewCancelled || m.state(m.two) != fair.InterviewBooked {
		t.Errorf("the appointments are %s and %s", m.state(m.one), m.state(m.two))
	}
	if got := m.placed(); got != fair.TicketWaiting || m.state(called.Interview) != fair.InterviewCancelled {
		t.Errorf("the call is %s, its ticket %s", m.state(called.Interview), got)
	}
	nobody, err := m.CallNext(ctx, m.first, m.stand, service.CallRequest{})
	m.must(err)
	if nobody != nil {
		t.Error("who is blocked calls again")
	}
	_, err = m.CallNext(ctx, m.first, m.stand, service.CallRequest{Ticket: m.place, Reason: "please"})
	refused(t, err, fair.Conflict, "ticket.busy")
	_, err = m.HandOff(ctx, m.second, m.place, service.HandoffRequest{Recruiter: m.first.Account})
	refused(t, err, fair.Invalid, "handoff.recruiter")
	_, err = m.GiveInterview(ctx, m.second, m.two.ID, m.first.Account)
	refused(t, err, fair.Invalid, "slot.recruiter")
	m.onDuty(m.second)
	if called := m.next(m.second, m.stand); called == nil || called.Ticket.ID != m.place {
		t.Errorf("a colleague calls %+v", called)
	}
}

func TestAnInterviewUnderWayOutlivesABlock(t *testing.T) {
	m := newAcquaintance(t)
	called := m.next(m.first, m.stand)
	m.answer(m.candidate, m.place, fair.AnswerReady)
	for _, who := range []fair.Actor{m.first, m.candidate} {
		m.must(m.RoomJoined(t.Context(), fair.RoomID(fair.InterviewRoom, called.Interview.ID), who.Account, m.clock.Now()))
	}
	if m.state(called.Interview) != fair.InterviewLive {
		t.Fatalf("the interview is %s", m.state(called.Interview))
	}
	m.must(m.BlockWriter(t.Context(), m.candidate, m.thread, m.answered))
	if m.state(called.Interview) != fair.InterviewLive || m.placed() != fair.TicketMeeting {
		t.Errorf("the interview is %s, its ticket %s", m.state(called.Interview), m.placed())
	}
	m.must(m.bar(m.candidate, m.answered))
	if m.state(called.Interview) != fair.InterviewEnded || m.live(m.candidate.Account) != "" {
		t.Errorf("barred, the recruiter's interview is %s", m.state(called.Interview))
	}
}

func TestABarredRecruiterNeitherCallsNorBooksNorWrites(t *testing.T) {
	m := newAcquaintance(t)
	ctx, who := t.Context(), m.first
	called := m.next(who, m.stand)
	m.must(m.bar(m.candidate, m.answered))
	if m.state(m.one) != fair.InterviewCancelled || m.state(m.two) != fair.InterviewBooked || m.state(called.Interview) != fair.InterviewCancelled {
		t.Errorf("the appointments are %s and %s, the call %s", m.state(m.one), m.state(m.two), m.state(called.Interview))
	}
	if m.placed() != fair.TicketWaiting {
		t.Errorf("the place in the line is %s", m.placed())
	}
	free, err := m.Stores.Slots.Get(ctx, m.free)
	m.must(err)
	if free.State != fair.SlotWithdrawn {
		t.Errorf("a slot nobody had booked is %s", free.State)
	}
	line, err := m.Stores.Lines.Get(ctx, m.stand)
	m.must(err)
	if d, _ := line.DutyOf(who.Account); d.State != fair.OffDuty {
		t.Errorf("the recruiter is %s", d.State)
	}
	attempts := map[string]error{}
	_, attempts["calling"] = m.CallNext(ctx, who, m.stand, service.CallRequest{})
	_, attempts["coming on duty"] = m.SetDuty(ctx, who, m.stand, fair.OnDuty, 0)
	_, _, attempts["opening slots"] = m.OpenSlots(ctx, who, m.stand, fair.SlotPlan{Start: m.clock.Now().Add(time.Hour), Duration: 20 * time.Minute, Count: 1, Channels: []fair.Channel{fair.Video}})
	_, attempts["opening a line"] = m.SetLine(ctx, who, m.stand, service.LineEdit{State: fair.LineOpen})
	_, attempts["writing"] = m.Write(ctx, who, m.thread, service.Words{Text: "wait"})
	_, attempts["writing anew"] = m.WriteTo(ctx, who, m.stand, service.Whom{Ticket: m.place}, service.Words{Text: "wait"})
	_, attempts["reading"] = m.Thread(ctx, who, m.thread)
	_, attempts["sending back"] = m.SendBack(ctx, who, m.place)
	_, attempts["answering"] = m.SetOutcome(ctx, who, m.one.ID, fair.Outcome{})
	_, attempts["reading a CV"] = m.TicketCV(ctx, who, m.place)
	for name, err := range attempts {
		if !matches(err, fair.E(fair.Forbidden, "person.barred")) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = m.GiveInterview(ctx, m.second, m.two.ID, who.Account)
	refused(t, err, fair.Invalid, "slot.recruiter")
}

func TestABarredCandidateLosesTheFairAndKeepsTheOthers(t *testing.T) {
	m := newAcquaintance(t)
	elsewhere := m.onDuty(m.other)
	there := m.join(m.candidate, elsewhere).ID
	m.must(m.bar(m.first, m.asked))
	for name, got := range map[string]bool{
		"an appointment":         m.state(m.one) == fair.InterviewCancelled,
		"another":                m.state(m.two) == fair.InterviewCancelled,
		"a place":                m.placed() == fair.TicketLeft,
		"a place at other stand": m.ticket(there).State == fair.TicketLeft,
	} {
		if !got {
			t.Errorf("%s is still there", name)
		}
	}
	if p := m.calendar(); len(p.Open[m.fair.ID]) > 0 || len(p.Busy) > 0 {
		t.Errorf("the calendar keeps %+v", p)
	}
}

func TestABlockOrABarThatDiesAnywhereIsCompleted(t *testing.T) {
	for _, step := range []string{"apart.meetings", "release.slot", "apart.line", "answer.leave", "apart.waiting", "unqueue"} {
		t.Run("block "+step, func(t *testing.T) { m := newAcquaintance(t); m.dies(step, m.blocks) })
	}
	for _, step := range []string{"bar.candidate", "release.slot", "bar.recruiter", "bar.lines", "bar.waiting", "bar.desk"} {
		t.Run("bar "+step, func(t *testing.T) {
			m := newAcquaintance(t)
			m.dies(step, func() error { return m.bar(m.first, m.asked) })
		})
	}
}

func (m *acquaintance) blocks() error {
	return m.BlockWriter(context.Background(), m.second, m.thread, m.asked)
}

// dies lets the house stop at a step of what keeps the candidate away, and has the
// dispatcher come by.
func (m *acquaintance) dies(step string, keepAway func() error) {
	m.t.Helper()
	stopped := false
	m.Step = func(name string) error {
		if name == step && !stopped {
			stopped = true
			return errKilled
		}
		return nil
	}
	if err := keepAway(); err != nil && !errors.Is(err, errKilled) {
		m.t.Fatal(err)
	}
	m.dispatch()
	m.clock.Pass(time.Minute)
	m.must(m.Sweep(m.t.Context()))
	m.dispatch()
	if !stopped {
		m.t.Fatalf("step %s is never taken", step)
	}
	if m.state(m.one) != fair.InterviewCancelled || m.state(m.two) != fair.InterviewCancelled || m.placed() != fair.TicketLeft {
		m.t.Errorf("completed, the appointments are %s and %s, the place %s", m.state(m.one), m.state(m.two), m.placed())
	}
	if p := m.calendar(); len(p.Busy) > 0 {
		m.t.Errorf("the calendar keeps %+v", p.Busy)
	}
}

// A booking that was admitted before the block goes on after everything was looked
// for.
func TestABookingThatWasUnderWayIsCancelledToo(t *testing.T) {
	m := newAcquaintance(t)
	blocked := false
	m.Step = func(name string) error {
		if name == "hold" && !blocked {
			blocked = true
			m.must(m.blocks())
			m.dispatch()
		}
		return nil
	}
	booked, err := m.book(m.candidate, m.free, "late")
	m.must(err)
	m.dispatch()
	m.dispatch()
	if got := m.state(booked.Interview); got != fair.InterviewCancelled {
		t.Errorf("the appointment is %s", got)
	}
}

// A call that was being made when one of the two blocked the other is over when it
// is answered.
func TestACallThatWasUnderWayIsNotAnswered(t *testing.T) {
	m := newAcquaintance(t)
	blocked := false
	m.Step = func(name string) error {
		if name == "call.interview" && !blocked {
			blocked = true
			m.must(m.BlockWriter(t.Context(), m.candidate, m.thread, m.answered))
			m.dispatch()
		}
		return nil
	}
	called := m.next(m.first, m.stand)
	_, err := m.AnswerTicket(t.Context(), m.candidate, m.place, fair.AnswerReady)
	refused(t, err, fair.Conflict, "call.apart")
	if m.placed() != fair.TicketWaiting || m.state(called.Interview) != fair.InterviewCancelled || m.live(m.first.Account) != "" {
		t.Errorf("the call is %s, the place %s", m.state(called.Interview), m.placed())
	}
}
