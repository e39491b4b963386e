package service

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"salon/fair"
)

// How the sweeper looks after the lines.
const (
	lineTick = 2 * time.Second  // between two notes that somebody does
	outage   = 15 * time.Second // without such a note: a time that counts for nobody's grace
)

// sweepLines takes the steps of lines that wait for a time: calls nobody
// answered, grace periods that are over, handoffs and meetings nobody completed,
// and the word that a turn is near.
func (s *Service) sweepLines(ctx context.Context) error {
	outages, err := s.Stores.Lines.Tick(ctx, s.now(), outage, lineTick)
	if err != nil {
		return err
	}
	due, err := s.Stores.Tickets.Due(ctx, s.now(), sweepBatch)
	if err != nil {
		return fmt.Errorf("list tickets that are due: %w", err)
	}
	var failed []error
	for _, t := range due {
		failed = append(failed, s.sweepTicket(ctx, t, outages))
	}
	failed = append(failed, s.sweepCalls(ctx))
	if len(due) > 0 {
		s.wake()
	}
	return errors.Join(failed...)
}

// sweepTicket takes the step a ticket waits for.
func (s *Service) sweepTicket(ctx context.Context, t fair.Ticket, outages []fair.Outage) error {
	switch {
	case t.Handing != nil:
		return s.joinTickets(ctx, t)
	case t.State == fair.TicketCalled:
		return s.unanswered(ctx, t)
	case t.State == fair.TicketMeeting:
		return s.overdue(ctx, t)
	case t.State == fair.TicketWaiting && t.GraceAt != nil && t.GraceUntil != nil:
		return s.graceOver(ctx, t, outages)
	}
	return nil
}

// unanswered ends a call nobody answered: the ticket waits again, and its grace
// begins, unless it had already.
func (s *Service) unanswered(ctx context.Context, t fair.Ticket) error {
	f, err := s.Stores.Fairs.Get(ctx, t.Fair)
	if err != nil {
		return fmt.Errorf("read the fair of ticket %s: %w", t.ID, err)
	}
	now := s.now()
	began, until := now, now.Add(f.Rules().Line.Grace)
	if t.GraceAt != nil && t.GraceUntil != nil {
		began, until = *t.GraceAt, *t.GraceUntil
	}
	release := s.oweRelease(t, now)
	effects := append([]fair.Effect{
		owe(fair.EffectNotify, t.Candidate, now), owe(fair.EffectPushMissed, t.Candidate, now), s.oweLine(t.Stand, now),
		oweAudit("ticket.unanswered", t.Call.Recruiter, t.Candidate, now),
	}, release...)
	_, ok, err := s.Stores.Tickets.Unanswered(ctx, t.ID, t.Call.Interview, now, began, until, effects...)
	if err != nil {
		return fmt.Errorf("end the call of ticket %s: %w", t.ID, err)
	}
	if ok {
		s.wake()
		s.learn(ctx, t.Stand, fair.Habits{Unanswered: 1})
		s.released(ctx, release)
	}
	return nil
}

// graceOver closes a ticket whose person did not come back in time. Our own
// outages do not count.
func (s *Service) graceOver(ctx context.Context, t fair.Ticket, outages []fair.Outage) error {
	f, err := s.Stores.Fairs.Get(ctx, t.Fair)
	if err != nil {
		return fmt.Errorf("read the fair of ticket %s: %w", t.ID, err)
	}
	now := s.now()
	if until := fair.GraceEnds(*t.GraceAt, f.Rules().Line.Grace, outages); until.After(now) {
		return s.Stores.Tickets.Lengthen(ctx, t.ID, *t.GraceUntil, until, owe(fair.EffectNotify, t.Candidate, now))
	}
	closed, ok, err := s.Stores.Tickets.Missed(ctx, t.ID, *t.GraceUntil, now,
		owe(fair.EffectNotify, t.Candidate, now), s.oweLine(t.Stand, now), oweAudit("ticket.missed", "", t.Candidate, now))
	if err != nil {
		return fmt.Errorf("close ticket %s, whose grace is over: %w", t.ID, err)
	}
	if !ok {
		return nil
	}
	s.learnLeft(ctx, t)
	return s.unqueue(ctx, closed)
}

// lateCall is how long a phone interview may last beyond its plan before it
// counts as one nobody ended: nothing tells when people hang up.
const lateCall = 30 * time.Minute

// overdue looks at a meeting whose planned end has passed. While somebody is at
// it, both stay engaged and it is looked at again; one that never began gives the place back;
// one whose room is empty is over.
func (s *Service) overdue(ctx context.Context, t fair.Ticket) error {
	i, err := s.Stores.Interviews.Get(ctx, t.Call.Interview)
	if err != nil {
		return fmt.Errorf("read the interview of ticket %s: %w", t.ID, err)
	}
	now := s.now()
	again := now.Add(time.Minute)
	switch {
	case i.State == fair.InterviewCalled: // the beginning is owed and will come
		return s.Stores.Tickets.Later(ctx, t.ID, i.ID, again)
	case i.State == fair.InterviewEnded:
		return s.settleTicket(ctx, i, fair.TicketDone)
	case i.State == fair.InterviewCancelled:
		return s.settleTicket(ctx, i, fair.TicketWaiting)
	case i.PlannedEnd().Add(fair.LiveGrace).After(now):
		return s.Stores.Tickets.Later(ctx, t.ID, i.ID, i.PlannedEnd().Add(fair.LiveGrace))
	case i.State == fair.InterviewLive && (len(i.Present) > 0 || i.Channel == fair.Phone && now.Before(i.PlannedEnd().Add(lateCall))):
		if err := s.enterLive(ctx, i, i.Recruiter, i.Candidate); err != nil {
			return err
		}
		return s.Stores.Tickets.Later(ctx, t.ID, i.ID, again)
	case i.State == fair.InterviewLive:
		owed, err := s.owedAfter(ctx, i, nil, now)
		if err != nil {
			return err
		}
		ended, ok, err := s.Stores.Interviews.End(ctx, i.ID, now, nil, owed, owe(fair.EffectNotify, "", now), owe(fair.EffectRoomClosed, "", now))
		if err != nil || !ok {
			return err
		}
		return errors.Join(s.free(ctx, ended), s.settleTicket(ctx, ended, fair.TicketDone))
	}
	_, err = s.back(ctx, "", t, "", nil, "ticket.unmet")
	if kind := fair.KindOf(err); kind == fair.Conflict || kind == fair.Gone {
		return nil
	}
	return err
}

// sweepCalls takes back calls somebody died in: interviews that wait for an
// answer their ticket knows nothing of.
func (s *Service) sweepCalls(ctx context.Context) error {
	list, err := s.Stores.Interviews.Unanswered(ctx, s.now().Add(-fair.HoldTime), sweepBatch)
	if err != nil {
		return fmt.Errorf("list calls nobody answered: %w", err)
	}
	return each(list, func(i fair.Interview) error { return s.settleCall(ctx, i) })
}

// settleCall cancels a called interview whose time to answer is over, unless its
// ticket says otherwise.
func (s *Service) settleCall(ctx context.Context, i fair.Interview) error {
	if i.State != fair.InterviewCalled || i.AnswerBy == nil || s.now().Before(*i.AnswerBy) {
		return nil
	}
	t, err := s.Stores.Tickets.Get(ctx, i.Ticket)
	if err != nil && !notFound(err) {
		return fmt.Errorf("read ticket %s: %w", i.Ticket, err)
	}
	mine := err == nil && t.Call != nil && t.Call.Interview == i.ID
	switch {
	case mine && t.State == fair.TicketMeeting:
		return s.begin(ctx, t, i.ID, t.Call.At)
	case mine && t.State == fair.TicketCalled:
		return nil // the ticket is swept
	}
	return s.dropCall(ctx, i)
}

// warnNear tells those of a line whose turn is near, once each.
func (s *Service) warnNear(ctx context.Context, at *lineAhead) error {
	for i, t := range at.waiting {
		r := at.ranges[i]
		if !r.Known || r.Low > at.rules.Line.Warn || t.WarnedAt != nil || t.Gone() {
			continue
		}
		e := owe(fair.EffectPushNear, t.Candidate, at.now)
		e.Sequence = int(r.High / time.Minute)
		if _, err := s.Stores.Tickets.Warned(ctx, t.ID, at.now, e); err != nil {
			return fmt.Errorf("warn the person of ticket %s: %w", t.ID, err)
		}
	}
	return nil
}

// nearEvery is how often a node looks for turns that are near.
const nearEvery = 20 * time.Second

// rounds says when something of this node is due again.
type rounds struct {
	mu   sync.Mutex
	last time.Time // guarded by mu
}

// due reports whether nearEvery has passed since it last said so.
func (r *rounds) due(now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.last.IsZero() && now.Sub(r.last) < nearEvery {
		return false
	}
	r.last = now
	return true
}

// sweepNear looks for turns that are near in all the lines of the fairs that are
// on.
func (s *Service) sweepNear(ctx context.Context) error {
	if !s.near.due(s.now()) {
		return nil
	}
	return s.nearAll(ctx)
}

// nearAll is sweepNear, due or not.
func (s *Service) nearAll(ctx context.Context) error {
	fairs, err := s.Stores.Fairs.List(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, f := range fairs {
		now := s.now()
		if now.Before(f.StartsAt) && !s.anytime(f) || !now.Before(f.EndsAt) && !s.anytime(f) {
			continue
		}
		failed = append(failed, s.nearOf(ctx, f))
	}
	return errors.Join(failed...)
}

// nearOf warns the people of one fair.
func (s *Service) nearOf(ctx context.Context, f fair.Fair) error {
	known, err := s.Stores.Lines.OfFair(ctx, f.ID)
	if err != nil {
		return fmt.Errorf("list the lines of fair %s: %w", f.ID, err)
	}
	now, rules := s.now(), f.Rules()
	lines := make([]lineNow, len(known))
	for i, l := range known {
		lines[i] = lineNow{stand: fair.Stand{ID: l.ID, Fair: f.ID}, fair: f, line: l, rules: rules, now: now}
	}
	ahead, err := s.ahead(ctx, lines, nearFresh)
	if err != nil {
		return err
	}
	var failed []error
	for _, at := range ahead {
		failed = append(failed, s.warnNear(ctx, at))
	}
	s.wake()
	return errors.Join(failed...)
}
