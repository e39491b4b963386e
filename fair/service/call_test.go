package service_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

func TestWhoMayCallAndWhom(t *testing.T) {
	q := newQueue(t)
	who, tickets := q.people(q.stand, 3)
	other := q.demo(fair.Recruiter, 2)
	q.answer(who[1], tickets[1].ID, fair.AnswerPostpone)
	for _, c := range []struct {
		name  string
		who   fair.Actor
		stand fair.ID
		r     service.CallRequest
		kind  fair.Kind
		code  string
	}{
		{"a visitor", fair.Actor{}, q.stand, service.CallRequest{}, fair.Unauthenticated, "sign.in"},
		{"a candidate", who[0], q.stand, service.CallRequest{}, fair.Forbidden, "not.recruiter"},
		{"a recruiter of another stand", other, q.stand, service.CallRequest{}, fair.Forbidden, "not.recruiter"},
		{"the organiser", q.boss, q.stand, service.CallRequest{}, fair.Forbidden, "not.recruiter"},
		{"no such stand", q.recruiter, fair.NewID(), service.CallRequest{}, fair.NotFound, "stand.unknown"},
		{"no such ticket", q.recruiter, q.stand, service.CallRequest{Ticket: fair.NewID()}, fair.NotFound, "ticket.unknown"},
		{"out of turn without a reason", q.recruiter, q.stand, service.CallRequest{Ticket: tickets[2].ID}, fair.Invalid, "call.reason"},
		{"somebody who lets others pass", q.recruiter, q.stand, service.CallRequest{Ticket: tickets[1].ID, Reason: "x"}, fair.Conflict, "ticket.postponed"},
		{"a reason nobody reads", q.recruiter, q.stand, service.CallRequest{Ticket: tickets[2].ID, Reason: strings.Repeat("é", 301)}, fair.Invalid, "text.long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := q.CallNext(t.Context(), c.who, c.stand, c.r)
			refused(t, err, c.kind, c.code)
		})
	}
	called, err := q.CallNext(t.Context(), q.recruiter, q.stand, service.CallRequest{Ticket: tickets[2].ID, Reason: "recommandée par un collègue"})
	q.must(err)
	if called.Ticket.ID != tickets[2].ID || called.Ticket.Reason != "recommandée par un collègue" {
		t.Errorf("called %+v", called.Ticket)
	}
	if b := q.board(who[2]); b.Ticket.Reason != "" {
		t.Error("the candidate reads the reason")
	}
	q.dispatch()
	if !q.world.heard("ticket " + string(tickets[2].ID) + " called") {
		t.Error("the candidate's screen was not told")
	}
	_, err = q.CallNext(t.Context(), q.colleague(), q.stand, service.CallRequest{Ticket: tickets[2].ID})
	refused(t, err, fair.Conflict, "ticket.called")
}

func TestTheDeskKnowsItsPeopleAndWhatTheyApplyFor(t *testing.T) {
	q := newQueue(t)
	offers, err := q.StandOffers(t.Context(), q.recruiter, q.stand)
	q.must(err)
	who, _ := q.people(q.stand, 1)
	sent, err := q.ApplyToOffer(t.Context(), who[0], offers[0].ID, service.ApplyRequest{Text: "Cinq ans de métier."})
	q.must(err)
	silent := q.person("colleague@example.org")
	_, err = q.Recruit(t.Context(), q.stand, silent.Account)
	q.must(err)

	d, err := q.LineDesk(t.Context(), q.recruiter, q.stand)
	q.must(err)
	if applied := d.Tickets[0].Applied; len(applied) != 1 || applied[0].Title != offers[0].Title {
		t.Errorf("the recruiters read %+v", applied)
	}
	i := slices.IndexFunc(d.Duty, func(d fair.Duty) bool { return d.Recruiter == silent.Account })
	if i < 0 || d.Duty[i].At(d.Now) != fair.OffDuty || d.Hosts[silent.Account].Name == "" {
		t.Errorf("a colleague who has said nothing is missing from %+v", d.Duty)
	}

	// Applications are between candidates and stands, and over when taken back.
	d, err = q.LineDesk(t.Context(), q.boss, q.stand)
	q.must(err)
	if len(d.Tickets[0].Applied) != 0 {
		t.Error("the organiser reads what somebody applies for")
	}
	_, err = q.EditApplication(t.Context(), who[0], sent.Application.ID, service.ApplicationEdit{State: fair.ApplicationWithdrawn, Rev: 1})
	q.must(err)
	d, err = q.LineDesk(t.Context(), q.recruiter, q.stand)
	q.must(err)
	if len(d.Tickets[0].Applied) != 0 {
		t.Error("what was taken back is still shown")
	}
}

// board is the first open place of somebody.
func (h *house) board(a fair.Actor) service.BoardTicket {
	h.t.Helper()
	b, err := h.Board(h.t.Context(), a, "")
	h.must(err)
	if len(b.Tickets) == 0 {
		h.t.Fatalf("%s has no place", a.Name)
	}
	return b.Tickets[0]
}

func TestACallNeverRunsIntoAnAppointment(t *testing.T) {
	// A call takes a minute to be answered and ten to be held, and leaves two.
	for name, c := range map[string]struct {
		after time.Duration
		free  bool
	}{
		"an appointment in five minutes":     {5 * time.Minute, false},
		"an appointment in twelve minutes":   {12 * time.Minute, false},
		"an appointment in a quarter":        {15 * time.Minute, true},
		"an appointment which has just come": {0, false},
	} {
		t.Run("of the candidate: "+name, func(t *testing.T) {
			q := newQueue(t)
			slot := q.slots(q.demo(fair.Recruiter, 2), 1)[0]
			who, tickets := q.people(q.stand, 2)
			_, err := q.book(who[0], slot.ID, "k")
			q.must(err)
			q.until(slot.Start.Add(-c.after))
			q.onDuty(q.recruiter)
			want := tickets[1].ID
			if c.free {
				want = tickets[0].ID
			}
			if got := q.next(q.recruiter, q.stand).Ticket.ID; got != want {
				t.Error("called somebody else")
			}
			if !c.free {
				_, err = q.CallNext(t.Context(), q.colleague(), q.stand, service.CallRequest{Ticket: tickets[0].ID, Reason: "now"})
				refused(t, err, fair.Conflict, "ticket.busy")
			}
		})
		t.Run("of the recruiter: "+name, func(t *testing.T) {
			q := newQueue(t)
			slot := q.slots(q.recruiter, 1)[0]
			_, err := q.book(q.demo(fair.Candidate, 9), slot.ID, "k")
			q.must(err)
			_, _ = q.people(q.stand, 1)
			q.until(slot.Start.Add(-c.after))
			_, err = q.CallNext(t.Context(), q.recruiter, q.stand, service.CallRequest{})
			if c.free {
				q.must(err)
				return
			}
			refused(t, err, fair.Conflict, "line.appointment")
			if e, _ := errors.AsType[*fair.Error](err); e.Args["time"] != slot.Start.In(q.fair.Location()).Format("15:04") {
				t.Errorf("the time told is %q", e.Args["time"])
			}
			if q.live(q.recruiter.Account) != "" {
				t.Error("the recruiter stays engaged")
			}
		})
	}
}

func TestAnAppointmentIsNeverPromisedWithinAWalkin(t *testing.T) {
	q := newQueue(t)
	slots, _, err := q.OpenSlots(t.Context(), q.demo(fair.Recruiter, 2), q.demo(fair.Recruiter, 2).Roles[0].Stand, fair.SlotPlan{
		Start: q.clock.Now().Add(5 * time.Minute), Duration: 10 * time.Minute, Buffer: 5 * time.Minute, Count: 2, Channels: []fair.Channel{fair.Video},
	})
	q.must(err)
	who, tickets := q.people(q.stand, 1)
	q.next(q.recruiter, q.stand)
	_, err = q.book(who[0], slots[0].ID, "called")
	refused(t, err, fair.Conflict, "booking.overlap")
	q.answer(who[0], tickets[0].ID, fair.AnswerReady)
	_, err = q.book(who[0], slots[0].ID, "meeting")
	refused(t, err, fair.Conflict, "booking.overlap")
	if _, err = q.book(who[0], slots[1].ID, "afterwards"); err != nil {
		t.Errorf("a slot after the walk-in: %v", err)
	}
	_, skipped, err := q.OpenSlots(t.Context(), q.recruiter, q.stand, fair.SlotPlan{
		Start: q.clock.Now().Add(5 * time.Minute), Duration: 30 * time.Minute, Count: 2, Channels: []fair.Channel{fair.Video},
	})
	if err != nil || skipped != 1 {
		t.Errorf("the recruiter opens a slot within the walk-in: %d skipped (%v)", skipped, err)
	}
	q.sound(who[0], q.recruiter)
}

func TestAnUnbookedSlotWhoseTimeHasComeGivesWay(t *testing.T) {
	q := newQueue(t)
	slots := q.slots(q.recruiter, 2)
	_, tickets := q.people(q.stand, 1)
	q.until(slots[0].Start.Add(-5 * time.Minute))
	if got := q.next(q.recruiter, q.stand); got.Ticket.ID != tickets[0].ID {
		t.Error("called somebody else")
	}
	for i, want := range []fair.SlotState{fair.SlotWithdrawn, fair.SlotFree} {
		slot, err := q.store.Slots.Get(t.Context(), slots[i].ID)
		q.must(err)
		if slot.State != want {
			t.Errorf("slot %d is %s, want %s", i, slot.State, want)
		}
	}
	_, err := q.book(q.demo(fair.Candidate, 5), slots[0].ID, "k")
	refused(t, err, fair.NotFound, "slot.unknown")
}

func TestAnAppointmentThatIsOverEarlyFreesItsTime(t *testing.T) {
	q := newQueue(t)
	slot := q.slots(q.recruiter, 1)[0]
	booked, err := q.book(q.demo(fair.Candidate, 9), slot.ID, "k")
	q.must(err)
	q.until(slot.Start.Add(time.Minute))
	q.people(q.stand, 1)
	_, err = q.CallNext(t.Context(), q.recruiter, q.stand, service.CallRequest{})
	refused(t, err, fair.Conflict, "line.appointment")
	_, err = q.EndInterview(t.Context(), q.recruiter, booked.Interview.ID, nil)
	q.must(err)
	q.next(q.recruiter, q.stand)
}

func TestThosePresentFirstAndThoseAwayKeepTheirPlaceForAWhile(t *testing.T) {
	p := &there{away: map[fair.ID]bool{}}
	q := newQueue(t, func(c *service.Config) { c.Presence = p })
	who, tickets := q.people(q.stand, 3)
	p.away[who[0].Account] = true
	first := q.next(q.recruiter, q.stand)
	if first.Ticket.ID != tickets[1].ID {
		t.Errorf("called %s", first.Ticket.ID)
	}
	if passed := q.ticket(tickets[0].ID); passed.GraceUntil == nil || !passed.GraceUntil.Equal(q.clock.Now().Add(10*time.Minute)) {
		t.Errorf("who is away has until %v", passed.GraceUntil)
	}
	if b := q.board(who[0]); !b.Away() || b.Position != 1 {
		t.Errorf("the board tells %+v", b)
	}
	q.answer(who[1], tickets[1].ID, fair.AnswerLeave)
	q.answer(who[0], tickets[0].ID, fair.AnswerHere)
	p.away[who[0].Account] = false
	if again := q.next(q.recruiter, q.stand); again.Ticket.ID != tickets[0].ID {
		t.Error("back in time, and the rank is lost")
	}
	q.answer(who[0], tickets[0].ID, fair.AnswerLeave)
	p.away[who[2].Account] = true
	if only := q.next(q.recruiter, q.stand); only.Ticket.ID != tickets[2].ID {
		t.Error("a line of people away asks nobody")
	}
}

func TestNobodyIsHeldAwayWhenNobodyCanTell(t *testing.T) {
	p := &there{unknown: true, away: map[fair.ID]bool{}}
	q := newQueue(t, func(c *service.Config) { c.Presence = p })
	who, tickets := q.people(q.stand, 2)
	p.away[who[0].Account] = true
	if first := q.next(q.recruiter, q.stand); first.Ticket.ID != tickets[0].ID {
		t.Error("somebody was passed over on a guess")
	}
	d, err := q.LineDesk(t.Context(), q.recruiter, q.stand)
	q.must(err)
	if d.Tickets[1].Presence != service.IsUnknown {
		t.Errorf("the desk is told %s", d.Tickets[1].Presence)
	}
}

func TestACallNobodyAnswersIsSkippedAndThePlaceKeptForTheGracePeriod(t *testing.T) {
	q := newQueue(t)
	who, tickets := q.people(q.stand, 2)
	called := q.next(q.recruiter, q.stand)
	q.pass(59 * time.Second)
	if q.ticket(tickets[0].ID).State != fair.TicketCalled {
		t.Error("the call is over before its time")
	}
	q.pass(2 * time.Second)
	skipped := q.ticket(tickets[0].ID)
	if skipped.State != fair.TicketWaiting || skipped.Skips != 1 || q.interview(called.Interview.ID).State != fair.InterviewCancelled {
		t.Errorf("the ticket is %+v", skipped)
	}
	_, err := q.AnswerTicket(t.Context(), who[0], tickets[0].ID, fair.AnswerReady)
	refused(t, err, fair.Conflict, "call.over")
	second := q.next(q.recruiter, q.stand)
	if second.Ticket.ID != tickets[1].ID {
		t.Error("somebody who does not answer is asked again before the others")
	}
	q.answer(who[1], tickets[1].ID, fair.AnswerLeave)
	again := q.next(q.recruiter, q.stand)
	if again.Ticket.ID != tickets[0].ID {
		t.Error("nobody else is there, and nobody is asked")
	}
	q.pass(61 * time.Second)
	if after := q.ticket(tickets[0].ID); after.Skips != 2 || !after.GraceUntil.Equal(*skipped.GraceUntil) {
		t.Errorf("a second call moves the end of the grace period to %v", after.GraceUntil)
	}
	q.pass(10 * time.Minute)
	if after := q.ticket(tickets[0].ID); after.State != fair.TicketMissed || after.Open {
		t.Errorf("after the grace period the ticket is %s", after.State)
	}
	b, err := q.Board(t.Context(), who[0], "")
	q.must(err)
	if len(b.Tickets) != 0 || len(b.Past) != 1 {
		t.Errorf("the board holds %d places and %d past ones", len(b.Tickets), len(b.Past))
	}
	q.sound(who...)
	q.join(who[0], q.stand)
}

func TestWhoComesBackInTheMiddleOfACallBeginsANewGrace(t *testing.T) {
	for name, back := range map[string]func(q *queue, who fair.Actor, ticket fair.ID){
		"by a connection": func(q *queue, who fair.Actor, _ fair.ID) {
			q.must(q.AccountCame(t.Context(), who.Account, q.clock.Now()))
		},
		"by a word": func(q *queue, who fair.Actor, ticket fair.ID) { q.answer(who, ticket, fair.AnswerHere) },
	} {
		t.Run(name, func(t *testing.T) {
			q, sight := newSeenQueue(t)
			who, tickets := q.people(q.stand, 2)
			sight.set(who[1].Account, true)
			q.next(q.recruiter, q.stand) // passes over the first, who is away
			q.answer(who[1], tickets[1].ID, fair.AnswerLeave)
			q.pass(9*time.Minute + 30*time.Second)
			if called := q.next(q.recruiter, q.stand); called.Ticket.ID != tickets[0].ID || called.Ticket.GraceAt == nil {
				t.Fatalf("called %+v", called.Ticket)
			}
			q.pass(55 * time.Second) // the grace is over, the call is not
			back(q, who[0], tickets[0].ID)
			sight.set(who[0].Account, true)
			q.pass(10 * time.Minute)
			if x := q.ticket(tickets[0].ID); x.State != fair.TicketWaiting {
				t.Errorf("who came back five seconds before the end of the call is %s", x.State)
			}
			q.pass(time.Minute)
			if x := q.ticket(tickets[0].ID); x.State != fair.TicketMissed {
				t.Errorf("after a whole grace without a word the ticket is %s", x.State)
			}
		})
	}
}

func TestHereSaidBeforeTheEndOfACallIsNotedIsHeard(t *testing.T) {
	q := newQueue(t)
	who, tickets := q.people(q.stand, 1)
	q.next(q.recruiter, q.stand)
	q.clock.Pass(time.Minute + time.Second) // and nobody has swept yet
	if b := q.answer(who[0], tickets[0].ID, fair.AnswerHere); b.Ticket.State != fair.TicketWaiting || b.Away() {
		t.Errorf("who says to be there is told %+v", b.Ticket)
	}
	q.pass(11 * time.Minute)
	if x := q.ticket(tickets[0].ID); x.State != fair.TicketWaiting || x.Skips != 1 {
		t.Errorf("the ticket is %s after %d calls", x.State, x.Skips)
	}
	q.sound(who[0], q.recruiter)
}

func TestWhoComesBackAsTheyArePassedOverIsNotGone(t *testing.T) {
	var comes func()
	q, sight := newSeenQueue(t, func(c *service.Config) {
		c.Step = func(name string) error {
			if name == "call.pass" && comes != nil {
				comes()
			}
			return nil
		}
	})
	who, tickets := q.people(q.stand, 2)
	sight.set(who[1].Account, true)
	comes = func() {
		comes = nil
		sight.set(who[0].Account, true)
		q.must(q.AccountCame(t.Context(), who[0].Account, q.clock.Now()))
	}
	if called := q.next(q.recruiter, q.stand); called.Ticket.ID != tickets[1].ID || comes != nil {
		t.Fatalf("called %+v", called.Ticket)
	}
	if x := q.ticket(tickets[0].ID); x.Gone() {
		t.Errorf("somebody with a live connection counts as gone since %v", x.GraceAt)
	}
}

func TestOurOwnOutageCountsForNobodysGrace(t *testing.T) {
	q := newQueue(t)
	who, tickets := q.people(q.stand, 1)
	q.must(q.Sweep(t.Context()))
	q.next(q.recruiter, q.stand)
	q.pass(65 * time.Second)
	until := *q.ticket(tickets[0].ID).GraceUntil
	q.clock.Pass(30 * time.Minute) // no sweeper runs
	q.must(q.Sweep(t.Context()))
	after := q.ticket(tickets[0].ID)
	if after.State != fair.TicketWaiting || after.GraceUntil.Sub(until) < 29*time.Minute {
		t.Errorf("after an outage the ticket is %s until %v, it was %v", after.State, after.GraceUntil, until)
	}
	q.pass(8 * time.Minute)
	q.answer(who[0], tickets[0].ID, fair.AnswerHere)
	q.pass(10 * time.Minute)
	if q.ticket(tickets[0].ID).State != fair.TicketWaiting {
		t.Error("somebody who is back missed the turn")
	}
}

func TestAnAnswerAndTheEndOfTheCallNeverBothWin(t *testing.T) {
	q := newQueue(t)
	who, tickets := q.people(q.stand, 1)
	for round := range 10 {
		called := q.next(q.recruiter, q.stand)
		q.clock.Pass(time.Minute - time.Millisecond*time.Duration(round%2)) // late, or just in time
		done := make(chan error, 2)
		go func() {
			_, err := q.AnswerTicket(t.Context(), who[0], tickets[0].ID, fair.AnswerReady)
			done <- err
		}()
		go func() { done <- q.Sweep(t.Context()) }()
		<-done
		<-done
		q.complete()
		x := q.ticket(tickets[0].ID)
		if late := round%2 == 0; late != (x.State == fair.TicketWaiting) {
			t.Fatalf("round %d: the ticket is %s", round, x.State)
		}
		q.sound(who[0], q.recruiter)
		if x.State == fair.TicketMeeting {
			_, err := q.SendBack(t.Context(), q.recruiter, x.ID)
			q.must(err)
		}
		if i := q.interview(called.Interview.ID); i.State != fair.InterviewCancelled {
			t.Fatalf("round %d: the interview is %s", round, i.State)
		}
		q.answer(who[0], tickets[0].ID, fair.AnswerHere)
	}
}

func TestAPlaceIsPostponedOnceAndKeepsItsRank(t *testing.T) {
	q := newQueue(t)
	who, tickets := q.people(q.stand, 2)
	q.next(q.recruiter, q.stand)
	b := q.answer(who[0], tickets[0].ID, fair.AnswerPostpone)
	if b.Ticket.State != fair.TicketWaiting || b.Ticket.Postponable(b.AsOf) || !b.Ticket.NotBefore.Equal(q.clock.Now().Add(10*time.Minute)) {
		t.Errorf("postponed: %+v", b.Ticket)
	}
	if second := q.next(q.recruiter, q.stand); second.Ticket.ID != tickets[1].ID {
		t.Error("somebody who let others pass is called at once")
	}
	q.answer(who[1], tickets[1].ID, fair.AnswerLeave)
	if c, err := q.CallNext(t.Context(), q.recruiter, q.stand, service.CallRequest{}); err != nil || c != nil {
		t.Errorf("called %+v (%v) while everybody lets others pass", c, err)
	}
	third := q.join(q.demo(fair.Candidate, 7), q.stand)
	q.pass(10*time.Minute + time.Second)
	if first := q.next(q.recruiter, q.stand); first.Ticket.ID != tickets[0].ID {
		t.Errorf("called %s before the better rank", third.ID)
	}
	_, err := q.AnswerTicket(t.Context(), who[0], tickets[0].ID, fair.AnswerPostpone)
	refused(t, err, fair.Conflict, "ticket.postponedonce")
}

func TestAWalkinNobodyCameToGivesThePlaceBack(t *testing.T) {
	q := newQueue(t)
	who, tickets := q.people(q.stand, 1)
	called := q.next(q.recruiter, q.stand)
	q.answer(who[0], tickets[0].ID, fair.AnswerReady)
	q.pass(12*time.Minute + 10*time.Second)
	if x := q.ticket(tickets[0].ID); x.State != fair.TicketWaiting || !x.JoinedAt.Equal(tickets[0].JoinedAt) {
		t.Errorf("the ticket is %+v", x)
	}
	if i := q.interview(called.Interview.ID); i.State != fair.InterviewCancelled {
		t.Errorf("the interview is %s", i.State)
	}
	q.sound(who[0], q.recruiter)
}

func TestAWalkinNobodyEndedIsOverOnceItsRoomIsEmpty(t *testing.T) {
	q := newQueue(t)
	who, tickets := q.people(q.stand, 1)
	called := q.next(q.recruiter, q.stand)
	q.answer(who[0], tickets[0].ID, fair.AnswerReady)
	room := fair.RoomID(fair.InterviewRoom, called.Interview.ID)
	q.must(q.RoomJoined(t.Context(), room, who[0].Account, q.clock.Now()))
	q.must(q.RoomJoined(t.Context(), room, q.recruiter.Account, q.clock.Now()))
	for range 3 {
		q.pass(5 * time.Minute)
		q.must(q.RoomAlive(t.Context(), room, []fair.ID{who[0].Account, q.recruiter.Account}, q.clock.Now()))
	}
	if x := q.ticket(tickets[0].ID); x.State != fair.TicketMeeting {
		t.Errorf("while they talk on the ticket is %s", x.State)
	}
	q.sound(who[0], q.recruiter)
	q.must(q.RoomClosed(t.Context(), room, q.clock.Now()))
	q.pass(3 * time.Minute)
	if x := q.ticket(tickets[0].ID); x.State != fair.TicketDone {
		t.Errorf("once the room is empty the ticket is %s", x.State)
	}
	q.sound(who[0], q.recruiter)
}

func TestTheRecruiterAnswersForSomebodyMetByPhone(t *testing.T) {
	q := newQueue(t)
	who := q.demo(fair.Candidate, 1)
	b, _, err := q.JoinLine(t.Context(), who, q.stand, service.JoinRequest{Channel: fair.Phone})
	q.must(err)
	q.clock.Pass(time.Second)
	video := q.join(q.demo(fair.Candidate, 2), q.stand)
	_, err = q.AnswerTicket(t.Context(), q.recruiter, b.Ticket.ID, fair.AnswerReady)
	refused(t, err, fair.NotFound, "ticket.unknown")
	called := q.next(q.recruiter, q.stand)
	q.answer(q.recruiter, b.Ticket.ID, fair.AnswerReady)
	_, err = q.StartInterview(t.Context(), q.recruiter, called.Interview.ID)
	q.must(err)
	_, err = q.EndInterview(t.Context(), q.recruiter, called.Interview.ID, nil)
	q.must(err)
	if x := q.ticket(b.Ticket.ID); x.State != fair.TicketDone {
		t.Errorf("the ticket is %s", x.State)
	}
	q.next(q.recruiter, q.stand)
	_, err = q.AnswerTicket(t.Context(), q.recruiter, video.ID, fair.AnswerReady)
	refused(t, err, fair.NotFound, "ticket.unknown")
}

// pusher remembers of what people are told whose page is closed.
type pusher struct {
	*world
	mu   sync.Mutex
	told map[fair.ID][]fair.EffectKind
}

func (p *pusher) Telling(to fair.Account, t service.Telling) (service.Told, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.told == nil {
		p.told = map[fair.ID][]fair.EffectKind{}
	}
	p.told[t.Topic] = append(p.told[t.Topic], t.Kind)
	return p.world.Telling(to, t)
}

func (p *pusher) of(ticket fair.ID) []fair.EffectKind {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.told[ticket]
}

func TestPeopleAreReachedWhoDoNotLookAtTheirScreen(t *testing.T) {
	p := &pusher{}
	q := newQueue(t, func(c *service.Config) {
		p.world = c.Composer.(*world)
		c.Composer = p
	})
	who, tickets := q.people(q.stand, 3)
	q.pass(6 * time.Second)
	q.dispatch()
	if got := p.of(tickets[0].ID); !slices.Equal(got, []fair.EffectKind{fair.EffectPushNear}) {
		t.Errorf("the first was told %v", got)
	}
	if x := q.ticket(tickets[0].ID); x.WarnedAt == nil {
		t.Error("nobody noted that the first was told")
	}
	q.next(q.recruiter, q.stand)
	q.dispatch()
	q.pass(65 * time.Second)
	q.dispatch()
	want := []fair.EffectKind{fair.EffectPushNear, fair.EffectPushTurn, fair.EffectPushMissed}
	if got := p.of(tickets[0].ID); !slices.Equal(got, want) {
		t.Errorf("the first was told %v, want %v", got, want)
	}
	q.answer(who[1], tickets[1].ID, fair.AnswerLeave)
	q.next(q.recruiter, q.stand)
	q.pass(61 * time.Second) // before the dispatcher comes to it
	q.dispatch()
	if slices.Contains(p.of(tickets[2].ID), fair.EffectPushTurn) {
		t.Error("somebody is called to a call that is over")
	}
}
