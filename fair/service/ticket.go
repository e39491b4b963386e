package service

import (
	"context"
	"fmt"
	"time"

	"salon/fair"
)

type ticketStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Ticket, error)
	Insert(ctx context.Context, t fair.Ticket) error
	OpenAt(ctx context.Context, stand, candidate fair.ID) (fair.Ticket, error)
	Line(ctx context.Context, stand fair.ID, limit int) ([]fair.Ticket, error)
	OfFair(ctx context.Context, fairID fair.ID) ([]fair.Ticket, error)
	Latest(ctx context.Context, stand fair.ID) (fair.Ticket, error)
	Turns(ctx context.Context, fairID fair.ID, from, to time.Time, limit int) ([]fair.Ticket, error)
	Of(ctx context.Context, candidate fair.ID, since time.Time, limit int) ([]fair.Ticket, error)
	Due(ctx context.Context, now time.Time, limit int) ([]fair.Ticket, error)
	Call(ctx context.Context, id, stand fair.ID, c fair.Call, reason string, effects ...fair.Effect) (fair.Ticket, bool, error)
	Ready(ctx context.Context, id, interview fair.ID, now, due time.Time, effects ...fair.Effect) (fair.Ticket, bool, error)
	Postpone(ctx context.Context, t fair.Ticket, now, until time.Time, effects ...fair.Effect) (fair.Ticket, bool, error)
	Here(ctx context.Context, t fair.Ticket, effects ...fair.Effect) (fair.Ticket, bool, error)
	Unanswered(ctx context.Context, id, interview fair.ID, now, graceAt, graceUntil time.Time, effects ...fair.Effect) (fair.Ticket, bool, error)
	Away(ctx context.Context, id fair.ID, at, until time.Time, effects ...fair.Effect) (fair.Ticket, bool, error)
	Lengthen(ctx context.Context, id fair.ID, from, until time.Time, effects ...fair.Effect) error
	Missed(ctx context.Context, id fair.ID, graceUntil, at time.Time, effects ...fair.Effect) (fair.Ticket, bool, error)
	Later(ctx context.Context, id, interview fair.ID, due time.Time) error
	Back(ctx context.Context, t fair.Ticket, colleague fair.ID, handoff *fair.Handoff, effects ...fair.Effect) (fair.Ticket, bool, error)
	Anybody(ctx context.Context, t fair.Ticket, effects ...fair.Effect) (fair.Ticket, bool, error)
	Move(ctx context.Context, t fair.Ticket, to fair.ID, h fair.Handoff, effects ...fair.Effect) (fair.Ticket, bool, error)
	Hand(ctx context.Context, t fair.Ticket, h fair.Handing, due time.Time, effects ...fair.Effect) (fair.Ticket, bool, error)
	Rank(ctx context.Context, id fair.ID, joinedAt time.Time, effects ...fair.Effect) (fair.Ticket, bool, error)
	Joined(ctx context.Context, id, target fair.ID, at time.Time, effects ...fair.Effect) (fair.Ticket, bool, error)
	Unhand(ctx context.Context, id, target fair.ID) (fair.Ticket, bool, error)
	Close(ctx context.Context, t fair.Ticket, to fair.TicketState, at time.Time, instead *fair.Instead, effects ...fair.Effect) (fair.Ticket, bool, error)
	Finish(ctx context.Context, id, interview fair.ID, to fair.TicketState, at time.Time, effects ...fair.Effect) (fair.Ticket, bool, error)
	Warned(ctx context.Context, id fair.ID, at time.Time, effects ...fair.Effect) (bool, error)
	SetNote(ctx context.Context, id fair.ID, note string, effects ...fair.Effect) (fair.Ticket, error)
}

// JoinRequest asks for a place in a stand's line.
type JoinRequest struct {
	Channel fair.Channel
	Offer   fair.ID // the offer it is about, if any
}

// JoinLine gives the actor a place in a stand's line, in two steps: the person
// notes the ticket, if the organiser's cap allows one more, then the ticket is
// inserted; a unique index keeps it the only open one of that person there. Who
// has a place already is answered that one, again. A note whose ticket never
// came is dropped when it stands in the way.
//
// Errors: Conflict "line.closed", "line.many"; Invalid "phone.missing",
// "offer.unknown", "channel.unknown"; Forbidden for those who are no candidates.
func (s *Service) JoinLine(ctx context.Context, a fair.Actor, stand fair.ID, r JoinRequest) (BoardTicket, bool, error) {
	t, again, err := s.joinLine(ctx, a, stand, r)
	if err != nil {
		return BoardTicket{}, false, err
	}
	s.wake()
	view, err := s.boardTicket(ctx, t)
	return view, again, err
}

func (s *Service) joinLine(ctx context.Context, a fair.Actor, stand fair.ID, r JoinRequest) (t fair.Ticket, again bool, err error) {
	if err := signedIn(a); err != nil {
		return t, false, err
	}
	if !a.IsCandidate() {
		return t, false, fair.E(fair.Forbidden, "not.candidate")
	}
	at, err := s.lineOf(ctx, stand)
	if err != nil {
		return t, false, err
	}
	if t, err = s.Stores.Tickets.OpenAt(ctx, stand, a.Account); err == nil || !notFound(err) {
		return t, true, err
	}
	if err := s.checkJoin(ctx, a, at, r); err != nil {
		return t, false, err
	}
	account, err := s.Stores.Accounts.Get(ctx, a.Account)
	if err != nil {
		return t, false, fmt.Errorf("read the account of who joins: %w", err)
	}
	now := s.now()
	t = fair.Ticket{
		ID: fair.NewID(), Fair: at.fair.ID, Stand: stand, Candidate: a.Account, Channel: r.Channel, Offer: r.Offer,
		State: fair.TicketWaiting, Open: true, JoinedAt: now, Extra: account.Profile.Needs.ExtraTime,
		Meta: meta(now, at.fair.KeepAtMost(), owe(fair.EffectNotify, a.Account, now), s.oweLine(stand, now)),
	}
	if at.rules.Anonymous {
		if t.Number, err = s.Stores.Lines.Number(ctx, stand); err != nil {
			return t, false, fmt.Errorf("number a person in the line of %s: %w", stand, err)
		}
	}
	if err := s.step("join.queue"); err != nil {
		return t, false, err
	}
	if err := s.queue(ctx, t, at.rules.Line.MaxTickets); err != nil {
		return t, false, err
	}
	if err := s.step("join.insert"); err != nil {
		return t, false, err
	}
	err = s.Stores.Tickets.Insert(ctx, t)
	if fair.KindOf(err) != fair.Conflict {
		return t, false, err
	}
	if err := s.Stores.Persons.Unqueue(ctx, a.Account, at.fair.ID, t.ID); err != nil { // a twin of this request was faster
		return t, false, err
	}
	t, err = s.Stores.Tickets.OpenAt(ctx, stand, a.Account)
	return t, true, err
}

// checkJoin refuses what this line cannot grant to this candidate.
func (s *Service) checkJoin(ctx context.Context, a fair.Actor, at lineNow, r JoinRequest) error {
	if r.Channel != fair.Video && r.Channel != fair.Phone {
		return fair.Refuse("channel", "channel.unknown")
	}
	if !s.openNow(at) {
		return fair.E(fair.Conflict, "line.closed")
	}
	if a.Recruits(at.stand.ID) {
		return fair.E(fair.Conflict, "line.own")
	}
	if err := s.admitted(ctx, a.Account, at.stand.Fair, at.stand.ID, ""); err != nil {
		return err
	}
	return s.checkTopic(ctx, a, at.stand.ID, r.Channel, r.Offer)
}

// checkTopic refuses a meeting by phone with somebody who has no number, and one
// about an offer of another stand.
func (s *Service) checkTopic(ctx context.Context, a fair.Actor, stand fair.ID, c fair.Channel, offer fair.ID) error {
	if c == fair.Phone {
		account, err := s.Stores.Accounts.Get(ctx, a.Account)
		if err != nil {
			return fmt.Errorf("read the candidate's account: %w", err)
		}
		if account.Profile.Phone == "" {
			return fair.Refuse("phone", "phone.missing")
		}
	}
	if offer == "" {
		return nil
	}
	if !offer.Valid() {
		return fair.Refuse("offer", "offer.unknown")
	}
	o, err := s.Stores.Offers.Get(ctx, offer)
	if notFound(err) || err == nil && o.Stand != stand {
		return fair.Refuse("offer", "offer.unknown")
	}
	return err
}

// queue notes a ticket with its person. Notes that no ticket backs are dropped
// when the cap refuses. Errors: Conflict "line.many".
func (s *Service) queue(ctx context.Context, t fair.Ticket, limit int) error {
	for range 3 {
		queued, err := s.Stores.Persons.Queue(ctx, t.Candidate, t.Fair, fair.OpenTicket{Ticket: t.ID, At: t.JoinedAt}, limit)
		if err != nil {
			return fmt.Errorf("note the ticket of %s: %w", t.Candidate, err)
		}
		if queued {
			return nil
		}
		if again, err := s.dropTickets(ctx, t.Candidate, t.Fair); err != nil || !again {
			if err == nil {
				err = fair.E(fair.Conflict, "line.many").With("max", fmt.Sprint(limit))
			}
			return err
		}
	}
	return fair.E(fair.Conflict, "line.many").With("max", fmt.Sprint(limit))
}

// dropTickets drops the notes of a person's tickets that are not open, and
// reports whether any was dropped. One whose ticket is not there is dropped only
// once it is old: its join may be under way.
func (s *Service) dropTickets(ctx context.Context, person, fairID fair.ID) (dropped bool, err error) {
	p, err := s.Stores.Persons.Get(ctx, person)
	if err != nil {
		return false, fmt.Errorf("read the tickets of %s: %w", person, err)
	}
	for _, o := range p.Open[fairID] {
		t, err := s.Stores.Tickets.Get(ctx, o.Ticket)
		switch {
		case err == nil && t.Open:
			continue
		case notFound(err) && s.now().Before(o.At.Add(fair.HoldTime)):
			continue
		case err != nil && !notFound(err):
			return dropped, fmt.Errorf("read ticket %s: %w", o.Ticket, err)
		}
		if notFound(err) {
			// The join may still insert it: only if the person has not changed.
			did, err := s.Stores.Persons.DropTicket(ctx, person, fairID, o.Ticket, p.Rev)
			return dropped || did, err
		}
		if err := s.Stores.Persons.Unqueue(ctx, person, fairID, o.Ticket); err != nil {
			return dropped, err
		}
		dropped = true
	}
	return dropped, nil
}

// deskTicket finds a ticket for the desk of its stand. Errors: NotFound for
// those of other stands.
func (s *Service) deskTicket(ctx context.Context, a fair.Actor, id fair.ID) (fair.Ticket, error) {
	if err := signedIn(a); err != nil {
		return fair.Ticket{}, err
	}
	t, err := s.Stores.Tickets.Get(ctx, id)
	if err == nil && !a.Recruits(t.Stand) && !a.Organises(t.Fair) {
		return fair.Ticket{}, fair.E(fair.NotFound, "ticket.unknown")
	}
	if err == nil && a.Recruits(t.Stand) {
		err = s.notBarred(ctx, a.Account, t.Fair)
	}
	return t, err
}

// SetTicketNote keeps the stand's own note about somebody in its line.
func (s *Service) SetTicketNote(ctx context.Context, a fair.Actor, id fair.ID, note string) (fair.Ticket, error) {
	t, err := s.deskTicket(ctx, a, id)
	if err != nil {
		return t, err
	}
	note = fair.Clean(note)
	if fair.TooLong(note, fair.NoteLimit) {
		return t, fair.Refuse("note", "text.long")
	}
	t, err = s.Stores.Tickets.SetNote(ctx, id, note, s.oweLine(t.Stand, s.now()))
	s.wake()
	return t, err
}
