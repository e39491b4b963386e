package service

import (
	"context"
	"errors"
	"fmt"
	"time"

	"salon/fair"
)

// AnswerTicket is what a candidate says about a place in a line: ready, to the
// question of a call; postpone, once, keeping the rank; leave; here, which ends
// the grace period of somebody who was away. Said again it is answered the same.
// The recruiter who calls may say it for a candidate who is met by phone.
//
// Errors: those of fair.Ticket.May; NotFound.
func (s *Service) AnswerTicket(ctx context.Context, a fair.Actor, id fair.ID, answer fair.Answer) (BoardTicket, error) {
	t, err := s.answerable(ctx, a, id)
	if err != nil {
		return BoardTicket{}, err
	}
	if t, err = s.answer(ctx, a, t, answer); err != nil {
		return BoardTicket{}, err
	}
	s.wake()
	return s.boardTicket(ctx, t)
}

// answerable finds a ticket for those who may answer for it.
func (s *Service) answerable(ctx context.Context, a fair.Actor, id fair.ID) (fair.Ticket, error) {
	if err := signedIn(a); err != nil {
		return fair.Ticket{}, err
	}
	t, err := s.Stores.Tickets.Get(ctx, id)
	if err != nil || t.Candidate == a.Account {
		return t, err
	}
	if t.Channel == fair.Phone && t.Call != nil && t.Call.Recruiter == a.Account && a.Recruits(t.Stand) {
		return t, nil
	}
	return fair.Ticket{}, fair.E(fair.NotFound, "ticket.unknown")
}

func (s *Service) answer(ctx context.Context, a fair.Actor, t fair.Ticket, answer fair.Answer) (fair.Ticket, error) {
	now := s.now()
	if err := t.May(answer, now); err != nil {
		if answer == fair.AnswerLeave && t.State == fair.TicketLeft {
			return t, nil
		}
		return t, err
	}
	switch answer {
	case fair.AnswerReady:
		return s.ready(ctx, a, t)
	case fair.AnswerPostpone:
		return s.postpone(ctx, t, now)
	case fair.AnswerLeave:
		return s.leave(ctx, a, t)
	}
	return s.here(ctx, t, now)
}

// reanswer reads a ticket that was changed while it was answered, and says what
// stands in the way now.
func (s *Service) reanswer(ctx context.Context, t fair.Ticket, answer fair.Answer, done func(fair.Ticket) bool) (fair.Ticket, error) {
	after, err := s.Stores.Tickets.Get(ctx, t.ID)
	if err != nil || done(after) {
		return after, err
	}
	if err := after.May(answer, s.now()); err != nil {
		return after, err
	}
	return after, fair.E(fair.Conflict, "edit.stale")
}

// calledApart takes somebody out of a call that was made while the two came to be
// kept apart. The answer is that the call is over.
func (s *Service) calledApart(ctx context.Context, t fair.Ticket, why error) error {
	if !keptApart(why) {
		return why
	}
	of := t.Candidate
	if errors.Is(why, errBlockedBy) || errors.Is(why, errRecruiterBarred) {
		of = t.Call.Recruiter
	}
	if err := s.apartInLine(ctx, t.Stand, t.Candidate, of, t.Candidate); err != nil {
		return err
	}
	return fair.E(fair.Conflict, "call.apart")
}

// ready is in two steps: the ticket meets, before the call is over, and owes the
// beginning; then the interview begins, which the dispatcher completes.
func (s *Service) ready(ctx context.Context, a fair.Actor, t fair.Ticket) (fair.Ticket, error) {
	if t.State == fair.TicketMeeting {
		return t, nil
	}
	f, err := s.Stores.Fairs.Get(ctx, t.Fair)
	if err != nil {
		return t, fmt.Errorf("read the fair of ticket %s: %w", t.ID, err)
	}
	if err := s.admitted(ctx, t.Candidate, t.Fair, t.Stand, t.Call.Recruiter); err != nil {
		return t, s.calledApart(ctx, t, err)
	}
	if err := s.step("answer.ready"); err != nil {
		return t, err
	}
	now, interview := s.now(), t.Call.Interview
	begin := owe(fair.EffectBegin, t.Candidate, now)
	begin.Object = interview
	due := now.Add(f.Rules().Line.Length + fair.LiveGrace)
	met, ok, err := s.Stores.Tickets.Ready(ctx, t.ID, interview, now, due,
		begin, owe(fair.EffectNotify, t.Candidate, now), s.oweLine(t.Stand, now), oweAudit("ticket.ready", a.Self(), t.Candidate, now))
	if err != nil {
		return t, fmt.Errorf("answer the call of ticket %s: %w", t.ID, err)
	}
	if !ok {
		return s.reanswer(ctx, t, fair.AnswerReady, func(t fair.Ticket) bool { return t.State == fair.TicketMeeting && t.Call.Interview == interview })
	}
	if err := s.step("answer.begin"); err != nil {
		return met, err
	}
	if err := s.begin(ctx, met, interview, now); err != nil {
		s.Log.WarnContext(ctx, "an interview has not begun yet", "interview", interview, "err", err)
	}
	return met, nil
}

// begin opens the room of an interview whose candidate is ready, and keeps both
// engaged until its planned end. Doing it again changes nothing.
func (s *Service) begin(ctx context.Context, t fair.Ticket, interview fair.ID, at time.Time) error {
	f, err := s.Stores.Fairs.Get(ctx, t.Fair)
	if err != nil {
		return fmt.Errorf("read the fair of ticket %s: %w", t.ID, err)
	}
	end := at.Add(f.Rules().Line.Length)
	i, begun, err := s.Stores.Interviews.Begin(ctx, interview, at, end, owe(fair.EffectNotify, "", at))
	if err != nil {
		return fmt.Errorf("begin interview %s: %w", interview, err)
	}
	if !begun {
		if i, err = s.Stores.Interviews.Get(ctx, interview); err != nil {
			return err
		}
		if i.Over() { // and somebody may have died between the marks and looking again
			return s.free(ctx, i)
		}
	}
	if err := s.step("begin.engage"); err != nil {
		return err
	}
	live := fair.Live{Interview: interview, Until: i.EndsAt.Add(fair.LiveGrace), End: i.EndsAt}
	return s.markLive(ctx, live, i.Recruiter, i.Candidate)
}

// oweRelease owes the end of a call, or of an interview that came from one, when
// its person goes on to somebody else or waits again: whom they meet last owes the
// answer (see oweLast).
func (s *Service) oweRelease(t fair.Ticket, now time.Time) []fair.Effect {
	if t.Call == nil || t.State != fair.TicketCalled && t.State != fair.TicketMeeting {
		return nil
	}
	e := owe(fair.EffectRelease, "", now)
	e.Object = t.Call.Interview
	return []fair.Effect{e}
}

// oweLast is oweRelease where nobody meets the person any more: an answer is owed.
func (s *Service) oweLast(t fair.Ticket, now time.Time) []fair.Effect {
	effects := s.oweRelease(t, now)
	for i := range effects {
		effects[i].Action = string(fair.TicketClosed)
	}
	return effects
}

// released tries at once what oweRelease owes.
func (s *Service) released(ctx context.Context, effects []fair.Effect) {
	for _, e := range effects {
		if err := s.endCall(ctx, e); err != nil {
			s.Log.WarnContext(ctx, "a call is not taken back yet", "interview", e.Object, "err", err)
		}
	}
}

// endCall ends what a ticket has been taken out of: a call nobody answered, an
// interview that has not begun, or one that is live. Doing it again changes
// nothing.
func (s *Service) endCall(ctx context.Context, e fair.Effect) error {
	if err := s.step("release.interview"); err != nil {
		return err
	}
	i, err := s.Stores.Interviews.Get(ctx, e.Object)
	if err != nil {
		if notFound(err) {
			return nil
		}
		return fmt.Errorf("read interview %s: %w", e.Object, err)
	}
	now := s.now()
	effects := []fair.Effect{owe(fair.EffectRoomClosed, "", now)}
	if i.State != fair.InterviewCalled {
		effects = append(effects, owe(fair.EffectNotify, "", now))
	}
	if !i.Over() {
		_, cancelled, err := s.Stores.Interviews.Cancel(ctx, i.ID, effects...)
		if err == nil && !cancelled {
			err = s.endUnsaid(ctx, i, e.Action == string(fair.TicketClosed), now, effects...)
		}
		if err != nil {
			return fmt.Errorf("end interview %s: %w", i.ID, err)
		}
	}
	if err := s.step("release.people"); err != nil {
		return err
	}
	return s.free(ctx, i)
}

func (s *Service) postpone(ctx context.Context, t fair.Ticket, now time.Time) (fair.Ticket, error) {
	f, err := s.Stores.Fairs.Get(ctx, t.Fair)
	if err != nil {
		return t, fmt.Errorf("read the fair of ticket %s: %w", t.ID, err)
	}
	if err := s.step("answer.postpone"); err != nil {
		return t, err
	}
	release := s.oweRelease(t, now)
	effects := append([]fair.Effect{owe(fair.EffectNotify, t.Candidate, now), s.oweLine(t.Stand, now)}, release...)
	after, ok, err := s.Stores.Tickets.Postpone(ctx, t, now, now.Add(f.Rules().Line.Postpone), effects...)
	if err != nil {
		return t, fmt.Errorf("postpone ticket %s: %w", t.ID, err)
	}
	if !ok {
		return s.reanswer(ctx, t, fair.AnswerPostpone, func(fair.Ticket) bool { return false })
	}
	s.released(ctx, release)
	return after, nil
}

// leave takes a ticket out of its line. Somebody whose interview is live leaves
// its room instead. Errors: Conflict "ticket.meeting".
func (s *Service) leave(ctx context.Context, a fair.Actor, t fair.Ticket) (fair.Ticket, error) {
	if t.State == fair.TicketMeeting {
		i, err := s.Stores.Interviews.Get(ctx, t.Call.Interview)
		if err != nil {
			return t, fmt.Errorf("read the interview of ticket %s: %w", t.ID, err)
		}
		if i.State == fair.InterviewLive {
			return t, fair.E(fair.Conflict, "ticket.meeting")
		}
	}
	if err := s.step("answer.leave"); err != nil {
		return t, err
	}
	now := s.now()
	release := s.oweRelease(t, now)
	effects := append([]fair.Effect{
		owe(fair.EffectNotify, t.Candidate, now), s.oweLine(t.Stand, now), oweAudit("ticket.left", a.Self(), t.Candidate, now),
	}, release...)
	after, ok, err := s.Stores.Tickets.Close(ctx, t, fair.TicketLeft, now, nil, effects...)
	if err != nil {
		return t, fmt.Errorf("leave the line with ticket %s: %w", t.ID, err)
	}
	if !ok {
		return s.reanswer(ctx, t, fair.AnswerLeave, func(t fair.Ticket) bool { return t.State == fair.TicketLeft })
	}
	s.learnLeft(ctx, t)
	s.released(ctx, release)
	return after, s.unqueue(ctx, after)
}

// unqueue forgets the note of a closed ticket. A failure leaves a note that goes
// when the ticket is shown, or stands in the way of a join.
func (s *Service) unqueue(ctx context.Context, t fair.Ticket) error {
	if err := s.step("unqueue"); err != nil {
		return err
	}
	if err := s.Stores.Persons.Unqueue(ctx, t.Candidate, t.Fair, t.ID); err != nil {
		s.Log.WarnContext(ctx, "a closed ticket still counts", "ticket", t.ID, "err", err)
	}
	return nil
}

// here ends the grace of somebody who is back, also in the middle of a call: if
// they do not answer it in time, a new grace begins. A call that is over is ended
// first, which the sweeper has not come to. A ticket that moves on meanwhile is
// looked at again.
func (s *Service) here(ctx context.Context, t fair.Ticket, now time.Time) (fair.Ticket, error) {
	for range callTries {
		late := t.State == fair.TicketCalled && t.Call != nil && !now.Before(t.Call.Until)
		switch {
		case t.Handing != nil, t.State != fair.TicketWaiting && t.State != fair.TicketCalled, t.GraceAt == nil && !late:
			return t, nil
		case late:
			if err := s.unanswered(ctx, t); err != nil {
				return t, err
			}
		default:
			after, ok, err := s.Stores.Tickets.Here(ctx, t, owe(fair.EffectNotify, t.Candidate, now), s.oweLine(t.Stand, now))
			if err != nil {
				return t, fmt.Errorf("note that the person of ticket %s is back: %w", t.ID, err)
			}
			if ok {
				s.wake()
				return after, nil
			}
		}
		var err error
		if t, err = s.Stores.Tickets.Get(ctx, t.ID); err != nil {
			return t, err
		}
	}
	return t, nil
}

// settleTicket tells its ticket that a walk-in is over: held, or given up by one
// of the two. Held ones are measured first, so that whoever completes this
// measures too. Doing it again changes nothing.
func (s *Service) settleTicket(ctx context.Context, i fair.Interview, to fair.TicketState) error {
	if err := s.step("ticket.settle"); err != nil {
		return err
	}
	if i.StartedAt != nil && i.EndedAt != nil && !s.objects(ctx, i.Candidate, fair.ObjectStatistics) {
		if err := s.Stores.Lines.Measure(ctx, i.Stand, i.ID, int(i.EndedAt.Sub(*i.StartedAt)/time.Second)); err != nil {
			return fmt.Errorf("measure the length of interview %s: %w", i.ID, err)
		}
	}
	if err := s.step("ticket.finish"); err != nil {
		return err
	}
	now := s.now()
	t, ok, err := s.Stores.Tickets.Finish(ctx, i.Ticket, i.ID, to, now,
		owe(fair.EffectNotify, i.Candidate, now), s.oweLine(i.Stand, now))
	if err != nil || !ok {
		return err
	}
	s.wake()
	if to.Open() {
		return nil
	}
	return s.unqueue(ctx, t)
}
