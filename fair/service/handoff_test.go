package service_test

import (
	"strings"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

func TestAHandoffToAColleagueKeepsTheRankAndIsTheirs(t *testing.T) {
	q := newQueue(t)
	colleague := q.colleague()
	who, tickets := q.people(q.stand, 2)
	called := q.next(q.recruiter, q.stand)
	after, err := q.HandOff(t.Context(), q.recruiter, tickets[0].ID, service.HandoffRequest{Recruiter: colleague.Account, Note: "knows welding"})
	q.must(err)
	if after.State != fair.TicketWaiting || after.Recruiter != colleague.Account || !after.JoinedAt.Equal(tickets[0].JoinedAt) {
		t.Errorf("the ticket is %+v", after)
	}
	if len(after.Handoffs) != 1 || after.Handoffs[0].Recruiter != q.recruiter.Account || after.Handoffs[0].Note != "knows welding" {
		t.Errorf("handed over as %+v", after.Handoffs)
	}
	if i := q.interview(called.Interview.ID); i.State != fair.InterviewCancelled {
		t.Errorf("the call is %s", i.State)
	}
	_, err = q.CallNext(t.Context(), q.recruiter, q.stand, service.CallRequest{Ticket: tickets[0].ID})
	refused(t, err, fair.Conflict, "ticket.handed")
	if mine := q.next(q.recruiter, q.stand); mine.Ticket.ID != tickets[1].ID {
		t.Error("who was handed over is called by the wrong one")
	}
	if theirs := q.next(colleague, q.stand); theirs.Ticket.ID != tickets[0].ID {
		t.Error("the colleague calls somebody else")
	}
	q.complete()
	q.sound(who[0], who[1], q.recruiter, colleague)
}

func TestAHandoffToAStandKeepsTheRankAndTellsBothLines(t *testing.T) {
	q := newQueue(t)
	to := q.onDuty(q.demo(fair.Recruiter, 2))
	who, tickets := q.people(q.stand, 1)
	q.clock.Pass(time.Minute)
	later := q.join(q.demo(fair.Candidate, 9), to)
	_, err := q.SetTicketNote(t.Context(), q.recruiter, tickets[0].ID, "asks for part time")
	q.must(err)
	called := q.next(q.recruiter, q.stand)
	q.answer(who[0], tickets[0].ID, fair.AnswerReady)
	q.complete()
	q.world.told = nil
	after, err := q.HandOff(t.Context(), q.recruiter, tickets[0].ID, service.HandoffRequest{Stand: to})
	q.must(err)
	if after.Stand != to || after.State != fair.TicketWaiting || after.Note != "" || after.Offer != "" {
		t.Errorf("the ticket is %+v", after)
	}
	if i := q.interview(called.Interview.ID); !i.Over() {
		t.Errorf("the interview is %s", i.State)
	}
	line, err := q.store.Tickets.Line(t.Context(), to, 10)
	q.must(err)
	if len(line) != 2 || line[0].ID != tickets[0].ID || line[1].ID != later.ID {
		t.Errorf("the line is %+v", line)
	}
	q.complete()
	for _, told := range []string{"line " + string(q.stand) + " open 0", "line " + string(to) + " open 2", "ticket " + string(tickets[0].ID) + " waiting"} {
		if !q.world.heard(told) {
			t.Errorf("nobody was told %q, but %q", told, q.world.told)
		}
	}
	q.sound(who[0], q.recruiter)
	if theirs := q.next(q.demo(fair.Recruiter, 2), to); theirs.Ticket.ID != tickets[0].ID {
		t.Error("the rank was lost on the way")
	}
}

func TestAHandoffOfALiveInterviewEndsIt(t *testing.T) {
	q := newQueue(t)
	to := q.onDuty(q.demo(fair.Recruiter, 2))
	who, tickets := q.people(q.stand, 1)
	called := q.next(q.recruiter, q.stand)
	q.answer(who[0], tickets[0].ID, fair.AnswerReady)
	room := fair.RoomID(fair.InterviewRoom, called.Interview.ID)
	q.must(q.RoomJoined(t.Context(), room, who[0].Account, q.clock.Now()))
	q.must(q.RoomJoined(t.Context(), room, q.recruiter.Account, q.clock.Now()))
	_, err := q.AnswerTicket(t.Context(), who[0], tickets[0].ID, fair.AnswerLeave)
	refused(t, err, fair.Conflict, "ticket.meeting")
	_, err = q.HandOff(t.Context(), q.recruiter, tickets[0].ID, service.HandoffRequest{Stand: to})
	q.must(err)
	if i := q.interview(called.Interview.ID); i.State != fair.InterviewEnded {
		t.Errorf("the interview is %s", i.State)
	}
	q.complete()
	if !q.world.heard("closed " + room) {
		t.Error("the room was not closed")
	}
	q.sound(who[0], q.recruiter)
	back, err := q.HandOff(t.Context(), q.boss, tickets[0].ID, service.HandoffRequest{Stand: q.stand})
	q.must(err)
	d, err := q.LineDesk(t.Context(), q.recruiter, q.stand)
	q.must(err)
	if back.Stand != q.stand || len(d.Tickets) != 1 || len(d.Tickets[0].Met) != 1 || d.Tickets[0].Met[0].ID != called.Interview.ID {
		t.Errorf("the desk is told of %+v", d.Tickets)
	}
}

// Of an interview that a colleague goes on with, the last part awaits an answer.
func TestOnlyTheLastPartOfAnInterviewAwaitsAnAnswer(t *testing.T) {
	q := newQueue(t)
	colleague := q.colleague()
	who, tickets := q.people(q.stand, 1)
	meet := func(recruiter fair.Actor) fair.ID {
		called := q.next(recruiter, q.stand)
		q.answer(who[0], tickets[0].ID, fair.AnswerReady)
		room := fair.RoomID(fair.InterviewRoom, called.Interview.ID)
		q.must(q.RoomJoined(t.Context(), room, who[0].Account, q.clock.Now()))
		q.must(q.RoomJoined(t.Context(), room, recruiter.Account, q.clock.Now()))
		return called.Interview.ID
	}
	first := meet(q.recruiter)
	_, err := q.HandOff(t.Context(), q.recruiter, tickets[0].ID, service.HandoffRequest{Recruiter: colleague.Account})
	q.must(err)
	second := meet(colleague)
	_, err = q.CloseTicket(t.Context(), colleague, tickets[0].ID, service.InsteadRequest{Kind: fair.InsteadCallback})
	q.must(err)
	q.complete()
	for id, awaits := range map[fair.ID]bool{first: false, second: true} {
		seen, err := q.Interview(t.Context(), who[0], id)
		if err != nil || seen.Awaits != awaits || q.interview(id).State != fair.InterviewEnded {
			t.Errorf("awaited %t, want %t (%v)", seen.Awaits, awaits, err)
		}
	}
	desk, err := q.StandAnswers(t.Context(), q.recruiter, q.stand)
	q.must(err)
	if f := desk.Figure; f.Held != 1 || f.Open != 1 || len(desk.Owed) != 0 {
		t.Errorf("the first recruiter's desk shows %+v", desk)
	}
}

func TestWhoMayTakeHoldOfATicket(t *testing.T) {
	q := newQueue(t)
	who, tickets := q.people(q.stand, 2)
	other := q.demo(fair.Recruiter, 2)
	do := map[string]func(fair.Actor) error{
		"send back": func(a fair.Actor) error {
			_, err := q.SendBack(t.Context(), a, tickets[0].ID)
			return err
		},
		"hand over": func(a fair.Actor) error {
			_, err := q.HandOff(t.Context(), a, tickets[0].ID, service.HandoffRequest{Recruiter: q.recruiter.Account})
			return err
		},
		"close": func(a fair.Actor) error {
			_, err := q.CloseTicket(t.Context(), a, tickets[0].ID, service.InsteadRequest{Kind: fair.InsteadNothing})
			return err
		},
		"note": func(a fair.Actor) error {
			_, err := q.SetTicketNote(t.Context(), a, tickets[0].ID, "x")
			return err
		},
	}
	for _, name := range []string{"send back", "hand over", "note", "close"} {
		t.Run(name, func(t *testing.T) {
			refused(t, do[name](fair.Actor{}), fair.Unauthenticated, "sign.in")
			refused(t, do[name](who[0]), fair.NotFound, "ticket.unknown")
			refused(t, do[name](other), fair.NotFound, "ticket.unknown")
			if err := do[name](q.recruiter); err != nil {
				t.Errorf("the stand's recruiter: %v", err)
			}
		})
	}
	_, err := q.AnswerTicket(t.Context(), who[0], tickets[1].ID, fair.AnswerLeave)
	refused(t, err, fair.NotFound, "ticket.unknown")
	for name, c := range map[string]struct {
		r    service.HandoffRequest
		code string
	}{
		"to nobody":                     {service.HandoffRequest{}, "handoff.target"},
		"to the same stand":             {service.HandoffRequest{Stand: q.stand}, "handoff.target"},
		"to no stand at all":            {service.HandoffRequest{Stand: fair.NewID()}, "handoff.target"},
		"to a recruiter of another one": {service.HandoffRequest{Recruiter: other.Account}, "handoff.recruiter"},
		"with more words than anyreads": {service.HandoffRequest{Recruiter: q.recruiter.Account, Note: strings.Repeat("é", fair.NoteLimit+1)}, "text.long"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := q.HandOff(t.Context(), q.recruiter, tickets[1].ID, c.r)
			refused(t, err, fair.Invalid, c.code)
		})
	}
	_, err = q.HandOff(t.Context(), q.recruiter, tickets[0].ID, service.HandoffRequest{Recruiter: q.recruiter.Account})
	refused(t, err, fair.Gone, "ticket.closed")
}

func TestASlotOfferedInsteadIsHeldForThePersonAlone(t *testing.T) {
	q := newQueue(t)
	slot := q.slots(q.recruiter, 1)[0]
	who, tickets := q.people(q.stand, 1)
	_, err := q.CloseTicket(t.Context(), q.recruiter, tickets[0].ID, service.InsteadRequest{Kind: fair.InsteadSlot, Message: "Demain ?", Slot: slot.ID})
	q.must(err)
	b, err := q.Board(t.Context(), who[0], "")
	q.must(err)
	if len(b.Past) != 1 || b.Past[0].Ticket.Instead == nil || b.Past[0].Ticket.Instead.Slot != slot.ID {
		t.Fatalf("the board tells %+v", b.Past)
	}
	_, err = q.book(q.demo(fair.Candidate, 8), slot.ID, "mine")
	refused(t, err, fair.Conflict, "slot.taken")
	if _, err = q.book(who[0], slot.ID, service.InsteadKey(tickets[0].ID)); err != nil {
		t.Errorf("the person it is held for: %v", err)
	}
	_, err = q.CloseTicket(t.Context(), q.recruiter, q.join(q.demo(fair.Candidate, 7), q.stand).ID, service.InsteadRequest{Kind: fair.InsteadSlot, Slot: slot.ID})
	refused(t, err, fair.Conflict, "slot.taken")
}

func TestWhoIsBackWhileTheirTicketsAreJoinedDoesNotStopTheJoining(t *testing.T) {
	q := newQueue(t)
	other := q.onDuty(q.demo(fair.Recruiter, 2))
	who, tickets := q.people(q.stand, 1)
	there := q.join(who[0], other)
	now := q.clock.Now()
	_, _, err := q.store.Tickets.Away(t.Context(), tickets[0].ID, now, now.Add(10*time.Minute))
	q.must(err)
	_, _, err = q.store.Tickets.Hand(t.Context(), q.ticket(tickets[0].ID), fair.Handing{Target: there.ID, Stand: other, At: now}, now)
	q.must(err)
	q.answer(who[0], tickets[0].ID, fair.AnswerHere)
	q.pass(time.Second)
	if x := q.ticket(tickets[0].ID); x.State != fair.TicketMoved {
		t.Errorf("the ticket to be joined is %s", x.State)
	}
}
