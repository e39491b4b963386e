package service_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

func TestAJoinKilledBetweenAnyTwoStepsLosesNoPlace(t *testing.T) {
	for _, step := range []string{"join.queue", "join.insert"} {
		t.Run("before "+step, func(t *testing.T) {
			q := newQueue(t)
			who := q.demo(fair.Candidate, 1)
			for range 5 { // as often as the cap allows, and nothing comes of it
				_, _, err := dying(q.house, step).JoinLine(t.Context(), who, q.stand, service.JoinRequest{Channel: fair.Video})
				if !errors.Is(err, errKilled) {
					t.Fatal(err)
				}
			}
			q.clock.Pass(fair.HoldTime)
			first := q.join(who, q.stand)
			if again, same, err := q.JoinLine(t.Context(), who, q.stand, service.JoinRequest{Channel: fair.Video}); err != nil || !same || again.Ticket.ID != first.ID {
				t.Errorf("joining again: %+v, the same: %v (%v)", again.Ticket, same, err)
			}
			for n := range 2 { // what was left over does not count against the cap
				q.join(who, q.onDuty(q.demo(fair.Recruiter, n+2)))
			}
		})
	}
}

// callSteps are the names of the steps CallNext announces.
var callSteps = []string{"call.recruiter", "call.candidate", "call.interview", "call.ticket"}

func TestACallKilledBetweenAnyTwoStepsIsTakenBack(t *testing.T) {
	for _, step := range callSteps {
		t.Run("before "+step, func(t *testing.T) {
			q := newQueue(t)
			who, tickets := q.people(q.stand, 2)
			_, err := dying(q.house, step).CallNext(t.Context(), q.recruiter, q.stand, service.CallRequest{})
			if !errors.Is(err, errKilled) {
				t.Fatal(err)
			}
			q.pass(time.Minute + 2*fair.HoldTime)
			q.complete()
			q.sound(who[0], who[1], q.recruiter)
			called := q.next(q.recruiter, q.stand)
			if called.Ticket.ID != tickets[0].ID {
				t.Error("somebody lost their turn")
			}
			q.answer(who[0], tickets[0].ID, fair.AnswerReady)
			q.complete()
			q.sound(who[0], who[1], q.recruiter)
		})
	}
}

func TestAfterAKilledCallTheRecruiterCallsTheNextMeanwhile(t *testing.T) {
	q := newQueue(t)
	colleague := q.colleague()
	_, tickets := q.people(q.stand, 2)
	_, err := dying(q.house, "call.ticket").CallNext(t.Context(), q.recruiter, q.stand, service.CallRequest{})
	if !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	_, err = q.CallNext(t.Context(), q.recruiter, q.stand, service.CallRequest{})
	refused(t, err, fair.Conflict, "line.busy") // on doubt the answer is no
	if called := q.next(colleague, q.stand); called.Ticket.ID != tickets[1].ID {
		t.Errorf("the colleague calls %s", called.Ticket.ID)
	}
	q.pass(30 * time.Second)
	if q.ticket(tickets[0].ID).State != fair.TicketWaiting {
		t.Error("the first lost their place")
	}
}

// colleague is a second recruiter of the first stand, on duty. In the demo each
// stand has several; here those of the same stand are three numbers apart.
func (q *queue) colleague() fair.Actor {
	q.t.Helper()
	a := q.person("colleague@example.org")
	_, err := q.Recruit(q.t.Context(), q.stand, a.Account)
	q.must(err)
	a = q.again(a)
	_, err = q.SetDuty(q.t.Context(), a, q.stand, fair.OnDuty, 0)
	q.must(err)
	return a
}

func TestAReadyKilledBetweenAnyTwoStepsBeginsOrIsAskedAgain(t *testing.T) {
	for _, step := range []string{"answer.ready", "answer.begin", "begin.engage"} {
		t.Run("before "+step, func(t *testing.T) {
			q := newQueue(t)
			who, tickets := q.people(q.stand, 1)
			called := q.next(q.recruiter, q.stand)
			_, err := dying(q.house, step).AnswerTicket(t.Context(), who[0], tickets[0].ID, fair.AnswerReady)
			if step != "begin.engage" && !errors.Is(err, errKilled) {
				t.Fatal(err)
			}
			q.complete()
			if step == "answer.ready" { // nothing was written: the call still stands
				q.answer(who[0], tickets[0].ID, fair.AnswerReady)
				q.complete()
			}
			if got := q.ticket(tickets[0].ID); got.State != fair.TicketMeeting {
				t.Errorf("the ticket is %s", got.State)
			}
			if i := q.interview(called.Interview.ID); i.State != fair.InterviewBooked {
				t.Errorf("the interview is %s", i.State)
			}
			q.sound(who[0], q.recruiter)
			if _, err := q.JoinInterview(t.Context(), who[0], called.Interview.ID, "", false); err != nil {
				t.Errorf("the room is shut: %v", err)
			}
			if n := owed(q.house); n != 0 {
				t.Errorf("%d documents still owe something", n)
			}
		})
	}
}

func TestWhateverElseIsAnsweredKilledBetweenTwoStepsIsCompleted(t *testing.T) {
	for _, c := range []struct {
		answer fair.Answer
		step   string
		state  fair.TicketState
	}{
		{fair.AnswerPostpone, "answer.postpone", fair.TicketCalled},
		{fair.AnswerPostpone, "release.interview", fair.TicketWaiting},
		{fair.AnswerPostpone, "release.people", fair.TicketWaiting},
		{fair.AnswerLeave, "answer.leave", fair.TicketCalled},
		{fair.AnswerLeave, "release.interview", fair.TicketLeft},
		{fair.AnswerLeave, "release.people", fair.TicketLeft},
		{fair.AnswerLeave, "unqueue", fair.TicketLeft},
	} {
		t.Run(string(c.answer)+" before "+c.step, func(t *testing.T) {
			q := newQueue(t)
			who, tickets := q.people(q.stand, 1)
			called := q.next(q.recruiter, q.stand)
			_, err := dying(q.house, c.step).AnswerTicket(t.Context(), who[0], tickets[0].ID, c.answer)
			if err != nil && !errors.Is(err, errKilled) {
				t.Fatal(err)
			}
			q.complete()
			if got := q.ticket(tickets[0].ID); got.State != c.state {
				t.Errorf("the ticket is %s, want %s", got.State, c.state)
			}
			if i := q.interview(called.Interview.ID); c.state != fair.TicketCalled && i.State != fair.InterviewCancelled {
				t.Errorf("the interview is %s", i.State)
			}
			q.sound(who[0], q.recruiter)
		})
	}
}

func TestALengthIsMeasuredOnceWhereverTheEndOfAWalkinIsKilled(t *testing.T) {
	for _, step := range []string{"ticket.settle", "ticket.finish", ""} {
		t.Run("before "+step, func(t *testing.T) {
			q := newQueue(t)
			who, tickets := q.people(q.stand, 1)
			called := q.next(q.recruiter, q.stand)
			q.answer(who[0], tickets[0].ID, fair.AnswerReady)
			for _, a := range []fair.Actor{who[0], q.recruiter} {
				q.must(q.RoomJoined(t.Context(), fair.RoomID(fair.InterviewRoom, called.Interview.ID), a.Account, q.clock.Now()))
			}
			q.clock.Pass(7 * time.Minute)
			_, err := dying(q.house, step).EndInterview(t.Context(), q.recruiter, called.Interview.ID, nil)
			q.must(err)
			if finished := q.ticket(tickets[0].ID).State == fair.TicketDone; finished != (step == "") {
				t.Fatalf("the ticket is over: %v", finished)
			}
			for range 2 {
				q.complete()
				l, err := q.store.Lines.Get(t.Context(), q.stand)
				q.must(err)
				if !slices.Equal(l.Lengths.Seconds, []int{420}) || !slices.Equal(l.Lengths.Of, []fair.ID{called.Interview.ID}) {
					t.Errorf("measured %+v", l.Lengths)
				}
			}
			q.sound(who[0], q.recruiter)
		})
	}
}

func TestACallNobodyAnswersKilledBetweenTwoStepsIsTakenBack(t *testing.T) {
	for _, step := range []string{"release.interview", "release.people"} {
		t.Run("before "+step, func(t *testing.T) {
			q := newQueue(t)
			who, tickets := q.people(q.stand, 1)
			called := q.next(q.recruiter, q.stand)
			q.clock.Pass(time.Minute)
			q.must(dying(q.house, step).Sweep(t.Context()))
			q.complete()
			if got := q.ticket(tickets[0].ID); got.State != fair.TicketWaiting || got.Skips != 1 || got.GraceUntil == nil {
				t.Errorf("the ticket is %+v", got)
			}
			if i := q.interview(called.Interview.ID); i.State != fair.InterviewCancelled {
				t.Errorf("the interview is %s", i.State)
			}
			q.sound(who[0], q.recruiter)
		})
	}
}

func TestAHandoffKilledBetweenAnyTwoStepsIsCompleted(t *testing.T) {
	for _, called := range []bool{false, true} {
		for _, step := range []string{"move.ticket", "hand.rank", "hand.close", "unqueue", "release.interview", "release.people"} {
			name := map[bool]string{false: "of somebody who waits, before ", true: "of somebody called, before "}[called]
			t.Run(name+step, func(t *testing.T) {
				q := newQueue(t)
				to := q.onDuty(q.demo(fair.Recruiter, 2))
				who, tickets := q.people(q.stand, 1)
				q.clock.Pass(time.Minute)
				there := q.join(who[0], to) // waits there already, with a worse rank
				if called {
					q.next(q.recruiter, q.stand)
				}
				_, err := dying(q.house, step).HandOff(t.Context(), q.recruiter, tickets[0].ID, service.HandoffRequest{Stand: to, Note: "for you"})
				if err != nil && !errors.Is(err, errKilled) {
					t.Fatal(err)
				}
				if step == "move.ticket" { // nothing was written
					_, err := q.HandOff(t.Context(), q.recruiter, tickets[0].ID, service.HandoffRequest{Stand: to})
					q.must(err)
				}
				q.pass(fair.HoldTime + time.Second)
				q.dispatch()
				if got := q.ticket(tickets[0].ID); got.State != fair.TicketMoved || got.Open {
					t.Errorf("the source is %s", got.State)
				}
				if got := q.ticket(there.ID); got.State != fair.TicketWaiting || !got.JoinedAt.Equal(tickets[0].JoinedAt) {
					t.Errorf("the target is %s with rank %s, want that of %s", got.State, got.JoinedAt, tickets[0].JoinedAt)
				}
				q.sound(who[0], q.recruiter)
			})
		}
	}
}

func TestTheEndOfAWalkinKilledBeforeItsTicketHearsOfItIsTold(t *testing.T) {
	for name, end := range map[string]func(q *queue, dead *house, who fair.Actor, i fair.ID) error{
		"ended by the recruiter": func(q *queue, dead *house, _ fair.Actor, i fair.ID) error {
			_, err := dead.EndInterview(q.t.Context(), q.recruiter, i, nil)
			return err
		},
		"given up by the recruiter": func(q *queue, dead *house, _ fair.Actor, i fair.ID) error {
			_, err := dead.CancelInterview(q.t.Context(), q.recruiter, i)
			return err
		},
		"given up by the candidate": func(q *queue, dead *house, who fair.Actor, i fair.ID) error {
			_, err := dead.CancelInterview(q.t.Context(), who, i)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			q := newQueue(t)
			who, tickets := q.people(q.stand, 1)
			called := q.next(q.recruiter, q.stand)
			q.answer(who[0], tickets[0].ID, fair.AnswerReady)
			q.must(end(q, dying(q.house, "ticket.settle"), who[0], called.Interview.ID))
			if q.ticket(tickets[0].ID).State != fair.TicketMeeting {
				t.Fatal("the ticket knew it before")
			}
			q.complete()
			want := map[string]fair.TicketState{
				"ended by the recruiter": fair.TicketDone, "given up by the recruiter": fair.TicketWaiting, "given up by the candidate": fair.TicketLeft,
			}[name]
			if got := q.ticket(tickets[0].ID); got.State != want {
				t.Errorf("the ticket is %s, want %s", got.State, want)
			}
			q.sound(who[0], q.recruiter)
		})
	}
}

func TestALineClosedOrMovedAsAWholeIsSoInTheEnd(t *testing.T) {
	t.Run("closed", func(t *testing.T) {
		q := newQueue(t)
		who, tickets := q.people(q.stand, 3)
		edit := service.LineEdit{State: fair.LineClosed, Message: "À demain", Instead: &fair.Instead{Kind: fair.InsteadCallback, Message: "Nous rappelons"}}
		_, err := dying(q.house, "disband").SetLine(t.Context(), q.recruiter, q.stand, edit)
		q.must(err)
		q.complete()
		for _, x := range tickets {
			if got := q.ticket(x.ID); got.State != fair.TicketClosed || got.Instead == nil || got.Instead.Kind != fair.InsteadCallback {
				t.Errorf("ticket %s is %s with %+v instead", got.ID, got.State, got.Instead)
			}
		}
		q.sound(who...)
		_, _, err = q.JoinLine(t.Context(), who[0], q.stand, service.JoinRequest{Channel: fair.Video})
		refused(t, err, fair.Conflict, "line.closed")
	})
	t.Run("moved", func(t *testing.T) {
		q := newQueue(t)
		to := q.onDuty(q.demo(fair.Recruiter, 2))
		who, tickets := q.people(q.stand, 3)
		q.join(who[1], to)
		_, err := dying(q.house, "move.ticket").MoveLine(t.Context(), q.boss, q.stand, to)
		q.must(err)
		q.complete()
		line, err := q.store.Tickets.Line(t.Context(), to, 10)
		q.must(err)
		if len(line) != 3 {
			t.Fatalf("%d are in the line they were moved to", len(line))
		}
		for i, x := range line {
			if x.Candidate != who[i].Account || !x.JoinedAt.Equal(tickets[i].JoinedAt) {
				t.Errorf("place %d is %s of %s", i, x.JoinedAt, x.Candidate)
			}
		}
		q.sound(who...)
	})
}
