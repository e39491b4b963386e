package service

import (
	"context"
	"errors"
	"fmt"
	"time"

	"salon/fair"
)

// CallRequest asks for the next person, or for one of the line by name with the
// reason for it.
type CallRequest struct {
	Ticket fair.ID // empty: whose turn it is
	Reason string
}

// Called is somebody who is being asked "ready now?".
type Called struct {
	Ticket    fair.Ticket
	Interview fair.Interview
}

// callTries is how often a call begins anew when others were faster.
const callTries = 5

// CallNext asks the next person of a stand's line "ready now?" for the actor,
// one of its recruiters, in five steps:
//
//  1. the recruiter is engaged: in no other call, and nothing promised from now
//     until the answer, the interview and the guard are over;
//  2. the candidate likewise; who is not free is passed by;
//  3. the interview is inserted as called; a unique index keeps it the only one
//     of its ticket;
//  4. the ticket goes from waiting to called and owes the push;
//  5. those who were passed over because they are away are told, and their grace
//     begins.
//
// Whoever dies in between leaves engagements that lapse and an interview the
// sweeper cancels. Calling puts the recruiter on duty.
//
// Answers nil when nobody can be called. Errors: Forbidden; Conflict "line.busy"
// (already in a call), "line.appointment" with the time of it, "line.paused";
// for a named ticket those of fair.Ticket.CallableBy, Conflict "ticket.busy" and
// Invalid "call.reason" when it was not its turn.
func (s *Service) CallNext(ctx context.Context, a fair.Actor, stand fair.ID, r CallRequest) (*Called, error) {
	if err := s.recruitsStand(ctx, a, stand); err != nil {
		return nil, err
	}
	r.Reason = fair.Clean(r.Reason)
	if fair.TooLong(r.Reason, fair.ReasonLimit) {
		return nil, fair.Refuse("reason", "text.long")
	}
	at, err := s.lineOf(ctx, stand)
	if err != nil {
		return nil, err
	}
	if at.line.ByHand(at.now) == fair.LinePaused {
		return nil, fair.E(fair.Conflict, "line.paused")
	}
	if d, said := at.line.DutyOf(a.Account); !said || d.At(at.now) != fair.OnDuty {
		if at, err = s.setDuty(ctx, a, stand, fair.OnDuty, 0); err != nil {
			return nil, err
		}
	}
	for range callTries {
		called, again, err := s.call(ctx, a, at, r)
		if err != nil || !again {
			if called != nil {
				s.wake()
			}
			return called, err
		}
	}
	return nil, nil
}

// call tries once to call somebody. Again says that the line has moved
// meanwhile.
func (s *Service) call(ctx context.Context, a fair.Actor, at lineNow, r CallRequest) (called *Called, again bool, err error) {
	if err := s.step("call.recruiter"); err != nil {
		return nil, false, err
	}
	c := &calling{s: s, at: at, recruiter: a.Account, r: r, interview: fair.NewID()}
	if err := c.engageRecruiter(ctx); err != nil {
		return nil, false, err
	}
	called, again, err = c.anybody(ctx)
	if called == nil {
		if died := s.step("call.free"); died != nil {
			return nil, false, errors.Join(err, died)
		}
		if freed := s.Stores.Persons.Leave(ctx, a.Account, c.interview); freed != nil && err == nil {
			err = freed
		}
	}
	return called, again, err
}

// calling is one try to call somebody.
type calling struct {
	s         *Service
	at        lineNow
	recruiter fair.ID
	r         CallRequest
	interview fair.ID
	began     time.Time
}

// anybody calls the first person of the line who is free, or the one named.
func (c *calling) anybody(ctx context.Context) (called *Called, again bool, err error) {
	s := c.s
	tickets, err := s.Stores.Tickets.Line(ctx, c.at.stand.ID, lineLimit)
	if err != nil {
		return nil, false, fmt.Errorf("list those who wait at stand %s: %w", c.at.stand.ID, err)
	}
	away := s.away(ctx, tickets)
	order := fair.CallOrder(tickets, c.recruiter, away, c.began)
	if c.r.Ticket != "" {
		if order, err = c.named(tickets, order); err != nil {
			return nil, false, err
		}
	}
	for _, t := range order {
		called, moved, err := c.one(ctx, t)
		if err != nil || moved {
			return nil, moved, err
		}
		if called == nil {
			continue
		}
		if c.r.Ticket == "" {
			c.passOver(ctx, fair.PassedOver(tickets, t, c.recruiter, away, c.began))
		}
		return called, false, nil
	}
	if c.r.Ticket != "" {
		return nil, false, fair.E(fair.Conflict, "ticket.busy")
	}
	return nil, false, nil
}

// named is the order of a call by name: that ticket alone.
func (c *calling) named(tickets, order []fair.Ticket) ([]fair.Ticket, error) {
	for _, t := range tickets {
		if t.ID != c.r.Ticket {
			continue
		}
		if err := t.CallableBy(c.recruiter, c.began); err != nil {
			return nil, err
		}
		if c.r.Reason == "" && (len(order) == 0 || order[0].ID != t.ID) {
			return nil, fair.Refuse("reason", "call.reason")
		}
		return []fair.Ticket{t}, nil
	}
	return nil, fair.E(fair.NotFound, "ticket.unknown")
}

// one is steps 2 to 4 for one ticket. Nil and not moved: the person is not free.
func (c *calling) one(ctx context.Context, t fair.Ticket) (called *Called, moved bool, err error) {
	s := c.s
	if err := s.step("call.candidate"); err != nil {
		return nil, false, err
	}
	engaged, err := c.engageCandidate(ctx, t.Candidate)
	if err != nil || !engaged {
		return nil, false, err
	}
	if err := s.admitted(ctx, t.Candidate, t.Fair, t.Stand, c.recruiter); err != nil {
		return nil, false, c.keptApart(ctx, t, err)
	}
	if err := s.step("call.interview"); err != nil {
		return nil, false, err
	}
	interview, err := c.insert(ctx, t)
	if fair.KindOf(err) == fair.Conflict {
		// Another interview of this ticket is not over: a call somebody died in,
		// or one being released. The next in line is asked meanwhile.
		return nil, false, s.dropStaleCall(ctx, t, c.interview)
	}
	if err != nil {
		return nil, false, err
	}
	if err := s.step("call.ticket"); err != nil {
		return nil, false, err
	}
	if s.now().Sub(c.began) < fair.HoldTime-fair.HoldMargin {
		done, matched, err := c.markCalled(ctx, t)
		if err != nil {
			return nil, false, err
		}
		if matched {
			return &Called{Ticket: done, Interview: interview}, false, nil
		}
	}
	return nil, true, s.dropCall(ctx, interview)
}

// keptApart passes by somebody whom the recruiter is not to meet. Who is kept from
// the stand altogether joined while that was decided, and leaves its line now.
func (c *calling) keptApart(ctx context.Context, t fair.Ticket, why error) error {
	s := c.s
	if err := s.Stores.Persons.Leave(ctx, t.Candidate, c.interview); err != nil {
		return fmt.Errorf("free %s of interview %s: %w", t.Candidate, c.interview, err)
	}
	switch {
	case !keptApart(why):
		return why
	case errors.Is(why, errBlockedBy):
		return nil
	case errors.Is(why, errRecruiterBarred):
		return fair.E(fair.Forbidden, "person.barred")
	}
	_, err := s.leave(ctx, fair.Actor{Account: c.recruiter}, t)
	if fair.KindOf(err) == fair.Conflict { // it has moved on
		return nil
	}
	return err
}

// insert is step 3.
func (c *calling) insert(ctx context.Context, t fair.Ticket) (fair.Interview, error) {
	s, now := c.s, c.s.now()
	by := now.Add(c.at.rules.Line.Answer)
	i := fair.Interview{
		ID: c.interview, Fair: t.Fair, Stand: t.Stand, Ticket: t.ID, Open: true, Offer: t.Offer,
		Recruiter: c.recruiter, Candidate: t.Candidate, Channel: t.Channel, State: fair.InterviewCalled,
		StartsAt: now, EndsAt: now.Add(c.at.rules.Line.Length), AnswerBy: &by, BookedAt: now,
		Meta: meta(now, c.at.fair.KeepAtMost()),
	}
	if err := s.Stores.Interviews.Insert(ctx, i); err != nil {
		return i, fmt.Errorf("insert the interview of ticket %s: %w", t.ID, err)
	}
	return i, nil
}

// markCalled is step 4.
func (c *calling) markCalled(ctx context.Context, t fair.Ticket) (fair.Ticket, bool, error) {
	s, now := c.s, c.s.now()
	call := fair.Call{Interview: c.interview, Recruiter: c.recruiter, At: now, Until: now.Add(c.at.rules.Line.Answer)}
	done, matched, err := s.Stores.Tickets.Call(ctx, t.ID, t.Stand, call, c.r.Reason,
		owe(fair.EffectNotify, t.Candidate, now), s.oweLine(t.Stand, now), owe(fair.EffectPushTurn, t.Candidate, now),
		oweAudit("ticket.called", c.recruiter, t.Candidate, now))
	if err != nil {
		return done, false, fmt.Errorf("call ticket %s: %w", t.ID, err)
	}
	if matched {
		h := fair.Habits{}
		if t.Call == nil {
			h = fair.Waited(now.Sub(t.JoinedAt))
		}
		h.Calls = 1
		if !s.objects(ctx, t.Candidate, fair.ObjectStatistics) {
			s.learn(ctx, t.Stand, h)
		}
	}
	return done, matched, nil
}

// passOver is step 5. A failure only leaves somebody without their grace. Who has
// come since it was asked who is there did not find this grace and could not end
// it: so it is asked again.
func (c *calling) passOver(ctx context.Context, passed []fair.Ticket) {
	s, now := c.s, c.s.now()
	if len(passed) == 0 || s.step("call.pass") != nil {
		return
	}
	var marked []fair.Ticket
	for _, t := range passed {
		after, ok, err := s.Stores.Tickets.Away(ctx, t.ID, now, now.Add(c.at.rules.Line.Grace),
			owe(fair.EffectNotify, t.Candidate, now), owe(fair.EffectPushMissed, t.Candidate, now), s.oweLine(t.Stand, now))
		if err != nil {
			s.Log.WarnContext(ctx, "somebody away was not told that the turn has come", "ticket", t.ID, "err", err)
		}
		if ok {
			marked = append(marked, after)
		}
	}
	online := s.online(ctx, marked)
	for _, t := range marked {
		if !online[t.Candidate] {
			continue
		}
		if _, err := s.here(ctx, t, s.now()); err != nil {
			s.Log.WarnContext(ctx, "somebody back counts as gone", "ticket", t.ID, "err", err)
		}
	}
}

// dropCall takes back a call before its ticket knew of it: the interview is
// cancelled, both are free again.
func (s *Service) dropCall(ctx context.Context, i fair.Interview) error {
	if _, _, err := s.Stores.Interviews.Cancel(ctx, i.ID); err != nil {
		return fmt.Errorf("take back the call of interview %s: %w", i.ID, err)
	}
	return s.free(ctx, i)
}

// free marks both parties as no longer called to an interview, or in it. One who
// cannot be freed does not keep the other.
func (s *Service) free(ctx context.Context, i fair.Interview) error {
	var failed []error
	for _, person := range []fair.ID{i.Recruiter, i.Candidate} {
		if err := s.Stores.Persons.Leave(ctx, person, i.ID); err != nil {
			failed = append(failed, fmt.Errorf("free %s of interview %s: %w", person, i.ID, err))
		}
	}
	return errors.Join(failed...)
}

// dropStaleCall frees the candidate of a call that found another interview of
// the same ticket, and cancels that one if nobody ever answers it.
func (s *Service) dropStaleCall(ctx context.Context, t fair.Ticket, mine fair.ID) error {
	if err := s.Stores.Persons.Leave(ctx, t.Candidate, mine); err != nil {
		return fmt.Errorf("free %s of interview %s: %w", t.Candidate, mine, err)
	}
	old, err := s.Stores.Interviews.OfTicket(ctx, t.ID)
	if notFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the interview of ticket %s: %w", t.ID, err)
	}
	return s.settleCall(ctx, old)
}

// away are those of a line who are known to have no live connection. When
// nobody can tell, everybody counts as there.
func (s *Service) away(ctx context.Context, tickets []fair.Ticket) map[fair.ID]bool {
	online := s.online(ctx, tickets)
	if online == nil {
		return nil
	}
	away := map[fair.ID]bool{}
	for _, t := range tickets {
		away[t.Candidate] = !online[t.Candidate]
	}
	return away
}

// online asks who of a line is there; nil: nobody can tell.
func (s *Service) online(ctx context.Context, tickets []fair.Ticket) map[fair.ID]bool {
	if s.Presence == nil || len(tickets) == 0 {
		return nil
	}
	ids := make([]fair.ID, len(tickets))
	for i, t := range tickets {
		ids[i] = t.Candidate
	}
	online, err := s.Presence.Online(ctx, ids)
	if err != nil {
		s.Log.WarnContext(ctx, "who is there is not known", "err", err)
		return nil
	}
	return online
}
