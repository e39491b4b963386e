package service

import (
	"context"
	"fmt"
	"time"

	"salon/fair"
)

// SendBack puts somebody who was called, or is met, into the line again where
// their rank is. Errors: NotFound; Gone "ticket.closed"; Conflict.
func (s *Service) SendBack(ctx context.Context, a fair.Actor, id fair.ID) (fair.Ticket, error) {
	t, err := s.deskTicket(ctx, a, id)
	if err != nil || t.State == fair.TicketWaiting {
		return t, err
	}
	if !t.Open {
		return t, fair.E(fair.Gone, "ticket.closed")
	}
	return s.back(ctx, a.Account, t, "", nil, "ticket.back")
}

// back takes a ticket out of its call or interview, and ends that.
func (s *Service) back(ctx context.Context, by fair.ID, t fair.Ticket, colleague fair.ID, h *fair.Handoff, action string) (fair.Ticket, error) {
	if err := s.step("back.ticket"); err != nil {
		return t, err
	}
	now := s.now()
	release := s.oweRelease(t, now)
	effects := append([]fair.Effect{
		owe(fair.EffectNotify, t.Candidate, now), s.oweLine(t.Stand, now), oweAudit(action, by, t.Candidate, now),
	}, release...)
	after, ok, err := s.Stores.Tickets.Back(ctx, t, colleague, h, effects...)
	if err != nil {
		return t, fmt.Errorf("send ticket %s back: %w", t.ID, err)
	}
	if !ok {
		return t, s.movedOn(ctx, t.ID)
	}
	s.wake()
	s.released(ctx, release)
	return after, nil
}

// movedOn says why a change did not meet the ticket it was decided on.
func (s *Service) movedOn(ctx context.Context, id fair.ID) error {
	t, err := s.Stores.Tickets.Get(ctx, id)
	if err == nil && !t.Open {
		return fair.E(fair.Gone, "ticket.closed")
	}
	if err != nil {
		return err
	}
	return fair.E(fair.Conflict, "edit.stale")
}

// HandoffRequest says to whom a ticket goes, with its rank: another stand of the
// fair, or a colleague of this one.
type HandoffRequest struct {
	Stand     fair.ID
	Recruiter fair.ID
	Note      string // for the colleague
}

// HandOff gives a ticket to a colleague or to another stand, with its rank and
// out of whatever call or interview it is in. On a line where the person waits
// already the two places become one with the better rank: the intent is written
// on the source first, so that the sweeper completes what was begun.
//
// Errors: NotFound; Gone "ticket.closed"; Invalid "handoff.target",
// "handoff.recruiter", "text.long".
func (s *Service) HandOff(ctx context.Context, a fair.Actor, id fair.ID, r HandoffRequest) (fair.Ticket, error) {
	t, err := s.deskTicket(ctx, a, id)
	if err != nil {
		return t, err
	}
	if !t.Open {
		return t, fair.E(fair.Gone, "ticket.closed")
	}
	r.Note = fair.Clean(r.Note)
	if fair.TooLong(r.Note, fair.NoteLimit) {
		return t, fair.Refuse("note", "text.long")
	}
	h := fair.Handoff{Stand: t.Stand, By: a.Account, At: s.now(), Note: r.Note}
	if t.Call != nil && t.State != fair.TicketWaiting {
		h.Recruiter = t.Call.Recruiter
	}
	if r.Stand != "" && r.Stand != t.Stand {
		if err := s.checkTarget(ctx, t.Fair, r.Stand); err != nil {
			return t, err
		}
		return s.moveTicket(ctx, t, r.Stand, h)
	}
	if r.Recruiter == "" {
		return t, fair.Refuse("stand", "handoff.target")
	}
	colleague, err := s.Stores.Accounts.Get(ctx, r.Recruiter)
	if notFound(err) || err == nil && !(fair.Actor{Roles: colleague.Roles}).Recruits(t.Stand) {
		return t, fair.Refuse("recruiter", "handoff.recruiter")
	}
	if err != nil {
		return t, err
	}
	if err := s.admitted(ctx, t.Candidate, t.Fair, t.Stand, r.Recruiter); err != nil {
		return t, unfit(err, "handoff.recruiter")
	}
	return s.back(ctx, a.Account, t, r.Recruiter, &h, "ticket.handed")
}

// checkTarget refuses a stand of another fair.
func (s *Service) checkTarget(ctx context.Context, fairID, stand fair.ID) error {
	st, err := s.Stores.Stands.Get(ctx, stand)
	if notFound(err) || err == nil && st.Fair != fairID {
		return fair.Refuse("stand", "handoff.target")
	}
	return err
}

// moveTicket takes a ticket to another stand, or joins it with the person's
// ticket there.
func (s *Service) moveTicket(ctx context.Context, t fair.Ticket, to fair.ID, h fair.Handoff) (fair.Ticket, error) {
	for range 3 {
		if err := s.step("move.ticket"); err != nil {
			return t, err
		}
		now := s.now()
		release := s.oweRelease(t, now)
		effects := append([]fair.Effect{
			owe(fair.EffectNotify, t.Candidate, now), s.oweLine(t.Stand, now), s.oweLine(to, now),
			oweAudit("ticket.moved", h.By, t.Candidate, now),
		}, release...)
		after, ok, err := s.Stores.Tickets.Move(ctx, t, to, h, effects...)
		switch {
		case err == nil && ok:
			s.wake()
			s.released(ctx, release)
			return after, nil
		case err == nil:
			return t, s.movedOn(ctx, t.ID)
		case fair.KindOf(err) != fair.Conflict:
			return t, fmt.Errorf("move ticket %s: %w", t.ID, err)
		}
		target, err := s.Stores.Tickets.OpenAt(ctx, to, t.Candidate)
		if notFound(err) {
			continue // closed meanwhile: the way is free
		}
		if err != nil {
			return t, err
		}
		return s.handTicket(ctx, t, target, h)
	}
	return t, fair.E(fair.Conflict, "edit.stale")
}

// handTicket writes the intent to join a ticket with the one the person has
// where it should go, and carries it out.
func (s *Service) handTicket(ctx context.Context, t, target fair.Ticket, h fair.Handoff) (fair.Ticket, error) {
	now := s.now()
	release := s.oweRelease(t, now)
	effects := append([]fair.Effect{
		owe(fair.EffectNotify, t.Candidate, now), s.oweLine(t.Stand, now), oweAudit("ticket.moved", h.By, t.Candidate, now),
	}, release...)
	intent := fair.Handing{Target: target.ID, Stand: target.Stand, By: h.By, At: now}
	handed, ok, err := s.Stores.Tickets.Hand(ctx, t, intent, now.Add(fair.HoldTime), effects...)
	if err != nil {
		return t, fmt.Errorf("hand ticket %s over: %w", t.ID, err)
	}
	if !ok {
		return t, s.movedOn(ctx, t.ID)
	}
	s.wake()
	s.released(ctx, release)
	if err := s.joinTickets(ctx, handed); err != nil {
		return handed, err
	}
	return s.Stores.Tickets.Get(ctx, target.ID)
}

// joinTickets carries out the intent of a ticket: the target takes the better
// rank, then the source closes. Doing it again changes nothing.
func (s *Service) joinTickets(ctx context.Context, t fair.Ticket) error {
	if t.Handing == nil {
		return nil
	}
	if err := s.step("hand.rank"); err != nil {
		return err
	}
	now, to := s.now(), *t.Handing
	_, ok, err := s.Stores.Tickets.Rank(ctx, to.Target, t.JoinedAt,
		owe(fair.EffectNotify, t.Candidate, now), s.oweLine(to.Stand, now))
	if err != nil {
		return fmt.Errorf("give ticket %s the better rank: %w", to.Target, err)
	}
	if !ok { // met, left or closed meanwhile: the place stays where it was, and moves as a whole
		alone, ok, err := s.Stores.Tickets.Unhand(ctx, t.ID, to.Target)
		if err != nil || !ok {
			return err
		}
		_, err = s.moveTicket(ctx, alone, to.Stand, fair.Handoff{Stand: t.Stand, By: to.By, At: now})
		return err
	}
	if err := s.step("hand.close"); err != nil {
		return err
	}
	closed, ok, err := s.Stores.Tickets.Joined(ctx, t.ID, to.Target, now,
		owe(fair.EffectNotify, t.Candidate, now), s.oweLine(t.Stand, now))
	if err != nil {
		return fmt.Errorf("close ticket %s, which was moved: %w", t.ID, err)
	}
	if !ok {
		return nil
	}
	s.wake()
	return s.unqueue(ctx, closed)
}

// InsteadRequest is what a stand offers somebody it will not call.
type InsteadRequest struct {
	Kind    fair.InsteadKind
	Message string
	Slot    fair.ID // with InsteadSlot: held for the person
}

// CloseTicket takes somebody out of the line and offers something instead. A
// slot that is named is held for the person, who books it with the key
// "instead-" and the ticket's id. Errors: NotFound; Gone "ticket.closed";
// Conflict "slot.taken"; Invalid "instead.kind", "text.long".
func (s *Service) CloseTicket(ctx context.Context, a fair.Actor, id fair.ID, r InsteadRequest) (fair.Ticket, error) {
	t, err := s.deskTicket(ctx, a, id)
	if err != nil {
		return t, err
	}
	if t.State == fair.TicketClosed {
		return t, nil
	}
	if !t.Open {
		return t, fair.E(fair.Gone, "ticket.closed")
	}
	instead := fair.Instead{Kind: r.Kind, Message: r.Message}
	if err := checkInstead(&instead, fair.LineMessage); err != nil {
		return t, err
	}
	if r.Slot != "" && r.Kind == fair.InsteadSlot {
		if err := s.holdInstead(ctx, t, r.Slot, &instead); err != nil {
			return t, err
		}
	}
	return s.closeTicket(ctx, a.Account, t, instead)
}

// InsteadKey is the key with which the owner of a closed ticket books the slot
// held for them.
func InsteadKey(ticket fair.ID) string { return "instead-" + string(ticket) }

// holdInstead holds a slot of the stand for the owner of a ticket.
func (s *Service) holdInstead(ctx context.Context, t fair.Ticket, id fair.ID, instead *fair.Instead) error {
	slot, err := s.Stores.Slots.Get(ctx, id)
	if notFound(err) || err == nil && slot.Stand != t.Stand {
		return fair.Refuse("slot", "slot.unknown")
	}
	if err != nil {
		return err
	}
	f, err := s.Stores.Fairs.Get(ctx, t.Fair)
	if err != nil {
		return fmt.Errorf("read the fair of ticket %s: %w", t.ID, err)
	}
	now := s.now()
	until := now.Add(f.Rules().Book.OfferTime)
	hold := fair.Hold{Candidate: t.Candidate, Key: InsteadKey(t.ID), Until: until}
	_, held, err := s.Stores.Slots.Hold(ctx, id, hold, now)
	if err != nil {
		return fmt.Errorf("hold slot %s: %w", id, err)
	}
	if !held {
		return fair.E(fair.Conflict, "slot.taken")
	}
	instead.Slot, instead.Until = id, &until
	return nil
}

// closeTicket takes a ticket out of its line with something offered instead.
func (s *Service) closeTicket(ctx context.Context, by fair.ID, t fair.Ticket, instead fair.Instead) (fair.Ticket, error) {
	now := s.now()
	release := s.oweLast(t, now)
	effects := append([]fair.Effect{
		owe(fair.EffectNotify, t.Candidate, now), s.oweLine(t.Stand, now), oweAudit("ticket.closed", by, t.Candidate, now),
	}, release...)
	closed, ok, err := s.Stores.Tickets.Close(ctx, t, fair.TicketClosed, now, &instead, effects...)
	if err != nil {
		return t, fmt.Errorf("close ticket %s: %w", t.ID, err)
	}
	if !ok {
		return t, s.movedOn(ctx, t.ID)
	}
	s.wake()
	s.released(ctx, release)
	return closed, s.unqueue(ctx, closed)
}

// MoveLine takes everybody who waits at a stand to another one, each with their
// rank; an organiser only. It is owed by the line, so that what was begun is
// completed. Errors: Forbidden; Invalid "handoff.target".
func (s *Service) MoveLine(ctx context.Context, a fair.Actor, from, to fair.ID) (LineDesk, error) {
	if err := s.organisesStand(ctx, a, from); err != nil {
		return LineDesk{}, err
	}
	at, err := s.lineOf(ctx, from)
	if err != nil {
		return LineDesk{}, err
	}
	if from == to {
		return LineDesk{}, fair.Refuse("to", "handoff.target")
	}
	if err := s.checkTarget(ctx, at.fair.ID, to); err != nil {
		return LineDesk{}, err
	}
	move := owe(fair.EffectMoveLine, "", at.now)
	move.Object, move.By = to, a.Account
	if _, err := s.changeLine(ctx, a, from, "line.moved", func(*lineNow) error { return nil }, move); err != nil {
		return LineDesk{}, err
	}
	if err := s.moveLine(ctx, from, to, a.Account, at.now); err != nil {
		s.Log.WarnContext(ctx, "a line is not moved as a whole yet", "stand", from, "err", err)
	}
	return s.LineDesk(ctx, a, from)
}

// moveLine moves those who waited at a time. Doing it again goes on where it was
// left.
func (s *Service) moveLine(ctx context.Context, from, to, by fair.ID, at time.Time) error {
	tickets, err := s.Stores.Tickets.Line(ctx, from, lineLimit)
	if err != nil {
		return fmt.Errorf("list those who wait at stand %s: %w", from, err)
	}
	for _, t := range tickets {
		if t.State != fair.TicketWaiting || t.Handing != nil || t.JoinedAt.After(at) {
			continue
		}
		_, err := s.moveTicket(ctx, t, to, fair.Handoff{Stand: from, By: by, At: s.now()})
		if kind := fair.KindOf(err); err != nil && kind != fair.Conflict && kind != fair.Gone {
			return err
		}
	}
	return nil
}
