package service

import (
	"context"
	"fmt"
	"time"

	"salon/fair"
)

// deliverTicket does what one effect of a ticket says.
func (s *Service) deliverTicket(ctx context.Context, id fair.ID, e fair.Effect) error {
	t, err := s.Stores.Tickets.Get(ctx, id)
	if err != nil {
		return err
	}
	switch e.Kind {
	case fair.EffectBegin:
		if t.State != fair.TicketMeeting || t.Call == nil || t.Call.Interview != e.Object {
			return nil // taken out of its interview since
		}
		return s.begin(ctx, t, e.Object, e.At)
	case fair.EffectRelease:
		return s.endCall(ctx, e)
	case fair.EffectPushTurn, fair.EffectPushNear, fair.EffectPushMissed:
		return s.push(ctx, t, e)
	case fair.EffectAudit:
		return s.record(ctx, e, id, t.Fair)
	}
	if !t.Open { // whoever closed it may have died before its person forgot it
		if err := s.Stores.Persons.Unqueue(ctx, t.Candidate, t.Fair, t.ID); err != nil {
			return fmt.Errorf("forget closed ticket %s: %w", t.ID, err)
		}
	}
	return s.Notifier.TicketChanged(ctx, t)
}

// push reaches the person of a ticket, where it still applies.
func (s *Service) push(ctx context.Context, t fair.Ticket, e fair.Effect) error {
	tell := Telling{Kind: e.Kind, Side: fair.SideCandidate, Topic: t.ID, Until: e.At.Add(time.Hour), Minutes: max(e.Sequence, 1)}
	switch {
	case e.Kind == fair.EffectPushTurn:
		if t.State != fair.TicketCalled || t.Call == nil {
			return nil
		}
		tell.Until = t.Call.Until
	case t.State != fair.TicketWaiting:
		return nil
	case e.Kind == fair.EffectPushMissed && t.GraceUntil != nil:
		tell.Until = *t.GraceUntil
	}
	st, err := s.Stores.Stands.Get(ctx, t.Stand)
	if err != nil {
		return err
	}
	tell.Stand = st
	return s.reach(ctx, e, tell)
}

// deliverLine does what one effect of a line says.
func (s *Service) deliverLine(ctx context.Context, id fair.ID, e fair.Effect) error {
	l, err := s.Stores.Lines.Get(ctx, id)
	if err != nil {
		return err
	}
	switch e.Kind {
	case fair.EffectDisband:
		return s.disband(ctx, l, e.By)
	case fair.EffectMoveLine:
		return s.moveLine(ctx, id, e.Object, e.By, e.At)
	case fair.EffectAudit:
		e.Account = ""
		return s.record(ctx, e, id, l.Fair)
	}
	return nil
}

// showLine tells the screens of a line how it stands now, which whoever looks
// afterwards is told too.
func (s *Service) showLine(ctx context.Context, stand fair.ID) error {
	at, err := s.anew(ctx, stand)
	if notFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the line of stand %s: %w", stand, err)
	}
	s.lives.changed(at.fair.ID)
	show := fair.LineShow{
		Stand: stand, Fair: at.fair.ID, State: s.stateAt(at.lineNow), Message: at.line.Message,
		Waiting: len(at.waiting), Recruiters: at.line.Available(at.now), At: at.asOf,
	}
	if show.State == fair.LinePaused {
		show.Until = at.line.Until
	}
	shown := min(len(at.waiting), fair.ShownTickets)
	show.Ranges = at.ranges[:shown]
	for _, t := range at.waiting[:shown] {
		show.Order = append(show.Order, t.ID)
	}
	return s.Notifier.LineChanged(ctx, show)
}
