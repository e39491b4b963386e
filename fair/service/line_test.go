package service_test

import (
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// queue is a stand with a recruiter on duty.
type queue struct {
	*house
	recruiter fair.Actor
	stand     fair.ID
}

// newQueue opens the line of the first stand.
func newQueue(t *testing.T, change ...func(*service.Config)) *queue {
	t.Helper()
	h := newHouse(t, change...)
	q := &queue{house: h, recruiter: h.demo(fair.Recruiter, 1)}
	q.stand = q.recruiter.Roles[0].Stand
	q.onDuty(q.recruiter)
	return q
}

// onDuty puts a recruiter on duty at their stand, which they answer.
func (h *house) onDuty(recruiter fair.Actor) fair.ID {
	h.t.Helper()
	_, err := h.SetDuty(h.t.Context(), recruiter, recruiter.Roles[0].Stand, fair.OnDuty, 0)
	h.must(err)
	return recruiter.Roles[0].Stand
}

// join gives somebody a place by video.
func (h *house) join(a fair.Actor, stand fair.ID) fair.Ticket {
	h.t.Helper()
	b, _, err := h.JoinLine(h.t.Context(), a, stand, service.JoinRequest{Channel: fair.Video})
	h.must(err)
	return b.Ticket
}

// people joins so many candidates to a line, a second apart.
func (h *house) people(stand fair.ID, n int) (who []fair.Actor, tickets []fair.Ticket) {
	h.t.Helper()
	for i := range n {
		who = append(who, h.demo(fair.Candidate, i+1))
		tickets = append(tickets, h.join(who[i], stand))
		h.clock.Pass(time.Second)
	}
	return who, tickets
}

// next calls whose turn it is; somebody has to be.
func (h *house) next(recruiter fair.Actor, stand fair.ID) *service.Called {
	h.t.Helper()
	c, err := h.CallNext(h.t.Context(), recruiter, stand, service.CallRequest{})
	h.must(err)
	if c == nil {
		h.t.Fatal("nobody was called")
	}
	return c
}

func (h *house) answer(a fair.Actor, ticket fair.ID, answer fair.Answer) service.BoardTicket {
	h.t.Helper()
	b, err := h.AnswerTicket(h.t.Context(), a, ticket, answer)
	h.must(err)
	return b
}

// ticket reads a ticket as it is kept.
func (h *house) ticket(id fair.ID) fair.Ticket {
	h.t.Helper()
	t, err := h.store.Tickets.Get(h.t.Context(), id)
	h.must(err)
	return t
}

func (h *house) interview(id fair.ID) fair.Interview {
	h.t.Helper()
	i, err := h.store.Interviews.Get(h.t.Context(), id)
	h.must(err)
	return i
}

// live is the interview a person counts as being in, "" for none.
func (h *house) live(person fair.ID) fair.ID {
	h.t.Helper()
	p, err := h.store.Persons.Get(h.t.Context(), person)
	h.must(err)
	if p.Live == nil || !h.clock.Now().Before(p.Live.Until) {
		return ""
	}
	return p.Live.Interview
}

// pass lets time go by with the sweeper at work, as it is in a running house. The
// steps are as long as may be without counting as an outage.
func (h *house) pass(d time.Duration) {
	h.t.Helper()
	for step := 12 * time.Second; d > 0; d -= step {
		h.clock.Pass(min(step, d))
		h.must(h.Sweep(h.t.Context()))
	}
}

// until lets a time come in one leap, and the last minute before it as pass does:
// for hours in which nobody is called, so that their sweeps have nothing to do.
func (h *house) until(at time.Time) {
	h.t.Helper()
	h.clock.Pass(at.Add(-time.Minute).Sub(h.clock.Now()))
	h.pass(at.Sub(h.clock.Now()))
}

func TestAPlaceFromJoiningToTheEndOfTheInterview(t *testing.T) {
	q := newQueue(t)
	who, tickets := q.people(q.stand, 3)
	board, err := q.Board(t.Context(), who[2], "")
	q.must(err)
	if len(board.Tickets) != 1 || board.Tickets[0].Position != 3 || !board.Tickets[0].Range.Known || board.Max != 5 {
		t.Errorf("the board tells %+v", board)
	}
	called := q.next(q.recruiter, q.stand)
	if called.Ticket.ID != tickets[0].ID || called.Interview.State != fair.InterviewCalled {
		t.Errorf("called %+v", called)
	}
	if until := called.Ticket.Call.Until; !until.Equal(q.clock.Now().Add(time.Minute)) {
		t.Errorf("the answer is due at %s", until)
	}
	if list, err := q.MyInterviews(t.Context(), who[0], time.Time{}, time.Time{}); err != nil || len(list) != 0 {
		t.Errorf("a call shows as an appointment: %+v (%v)", list, err)
	}
	_, err = q.JoinInterview(t.Context(), who[0], called.Interview.ID, "", false)
	refused(t, err, fair.Conflict, "interview.called")
	q.clock.Pass(20 * time.Second)
	if b := q.answer(who[0], tickets[0].ID, fair.AnswerReady); b.Ticket.State != fair.TicketMeeting || b.Recruiter == nil {
		t.Errorf("ready: %+v", b)
	}
	i := q.interview(called.Interview.ID)
	if i.State != fair.InterviewBooked || !i.StartsAt.Equal(q.clock.Now()) || i.EndsAt.Sub(i.StartsAt) != 10*time.Minute {
		t.Errorf("the interview is %+v", i)
	}
	for _, a := range []fair.Actor{who[0], q.recruiter} {
		if q.live(a.Account) != i.ID {
			t.Errorf("%s is not engaged", a.Name)
		}
		if _, err := q.JoinInterview(t.Context(), a, i.ID, "", false); err != nil {
			t.Errorf("the room is shut: %v", err)
		}
		q.must(q.RoomJoined(t.Context(), fair.RoomID(fair.InterviewRoom, i.ID), a.Account, q.clock.Now()))
	}
	_, err = q.CallNext(t.Context(), q.recruiter, q.stand, service.CallRequest{})
	refused(t, err, fair.Conflict, "line.busy")
	q.clock.Pass(7 * time.Minute)
	_, err = q.EndInterview(t.Context(), q.recruiter, i.ID, &fair.Outcome{Kind: fair.OutcomePool})
	q.must(err)
	if after := q.ticket(tickets[0].ID); after.State != fair.TicketDone || after.Open {
		t.Errorf("the ticket is %+v", after)
	}
	line, err := q.store.Lines.Get(t.Context(), q.stand)
	q.must(err)
	if len(line.Lengths.Seconds) != 1 || line.Lengths.Seconds[0] != 420 {
		t.Errorf("measured %v", line.Lengths.Seconds)
	}
	if second := q.next(q.recruiter, q.stand); second.Ticket.ID != tickets[1].ID {
		t.Errorf("called %s next", second.Ticket.ID)
	}
	q.dispatch()
	if line, err = q.store.Lines.Get(t.Context(), q.stand); err != nil || len(line.Lengths.Seconds) != 1 {
		t.Errorf("measured twice: %v (%v)", line.Lengths.Seconds, err)
	}
	if n := owed(q.house); n != 0 {
		t.Errorf("%d documents still owe something", n)
	}
}

func TestAnInterviewThatEndsWhileItBeginsLeavesNobodyMarked(t *testing.T) {
	h := newHouse(t)
	recruiter := h.demo(fair.Recruiter, 1)
	stand := h.onDuty(recruiter)
	who, tickets := h.people(stand, 1)
	called := h.next(recruiter, stand)
	slow := newHouseOn(h, func(c *service.Config) {
		c.Step = func(name string) error {
			if name != "begin.engage" {
				return nil
			}
			_, err := h.EndInterview(t.Context(), recruiter, called.Interview.ID, nil)
			return err
		}
	})
	slow.answer(who[0], tickets[0].ID, fair.AnswerReady)
	for _, a := range []fair.Actor{recruiter, who[0]} {
		if i := h.live(a.Account); i != "" {
			t.Errorf("%s counts as in interview %s, which has ended", a.Account, i)
		}
	}
}
