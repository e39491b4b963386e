package service

import (
	"context"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// Board is a candidate's places over all the stands of a fair.
type Board struct {
	Fair    fair.Fair
	Max     int           // open places the organiser allows
	Tickets []BoardTicket // open ones, who called first
	Past    []BoardTicket // closed today, the latest first
}

// BoardTicket is one place in a line as its owner sees it. It holds nothing of
// anybody else.
type BoardTicket struct {
	Ticket    fair.Ticket // Note and Reason emptied
	Stand     fair.Stand
	Position  int // from 1 while waiting; 0 otherwise
	Ahead     int // who waits with a better rank
	Range     fair.Range
	AsOf      time.Time
	Recruiter *fair.Host // who calls, or meets
	State     fair.LineState
	Until     time.Time
	Message   fair.Text
}

// Away reports whether the person's turn has come and found nobody.
func (b BoardTicket) Away() bool { return b.Ticket.State == fair.TicketWaiting && b.Ticket.Gone() }

// boardPast is how many closed places a board shows.
const boardPast = 20

// Board shows the actor's places at a fair; with an empty reference, at the one
// where they have any, else at the next fair. Errors: Unauthenticated; NotFound.
func (s *Service) Board(ctx context.Context, a fair.Actor, fairRef string) (b Board, err error) {
	if err := signedIn(a); err != nil {
		return b, err
	}
	now := s.now()
	list, err := s.Stores.Tickets.Of(ctx, a.Account, now.Add(-24*time.Hour), 200)
	if err != nil {
		return b, fmt.Errorf("list the tickets of %s: %w", a.Account, err)
	}
	if b.Fair, err = s.boardFair(ctx, a, fairRef, list); err != nil {
		return b, err
	}
	b.Max = b.Fair.Rules().Line.MaxTickets
	y, m, d := now.In(b.Fair.Location()).Date()
	today := time.Date(y, m, d, 0, 0, 0, 0, b.Fair.Location())
	seen := &boardLines{s: s, known: map[fair.ID]*lineAhead{}}
	for _, t := range list {
		closed := !t.Open
		if t.Fair != b.Fair.ID || closed && (t.ClosedAt == nil || t.ClosedAt.Before(today) || len(b.Past) >= boardPast) {
			continue
		}
		view, err := seen.view(ctx, t)
		if err != nil {
			return b, err
		}
		if closed {
			b.Past = append(b.Past, view)
		} else {
			b.Tickets = append(b.Tickets, view)
		}
	}
	slices.SortStableFunc(b.Tickets, func(x, y BoardTicket) int {
		return slices.Index(boardOrder, x.Ticket.State) - slices.Index(boardOrder, y.Ticket.State)
	})
	slices.SortStableFunc(b.Past, func(x, y BoardTicket) int { return y.Ticket.ClosedAt.Compare(*x.Ticket.ClosedAt) })
	return b, nil
}

// boardOrder puts first what wants an answer.
var boardOrder = []fair.TicketState{fair.TicketCalled, fair.TicketMeeting, fair.TicketWaiting}

func (s *Service) boardFair(ctx context.Context, a fair.Actor, ref string, tickets []fair.Ticket) (fair.Fair, error) {
	if ref != "" {
		return s.Fair(ctx, a, ref)
	}
	for _, t := range tickets {
		if t.Open {
			return s.Stores.Fairs.Get(ctx, t.Fair)
		}
	}
	fairs, err := s.Fairs(ctx, a)
	if err == nil && len(fairs) == 0 {
		err = fair.E(fair.NotFound, "fair.unknown")
	}
	if err != nil {
		return fair.Fair{}, err
	}
	return fairs[0], nil
}

// boardTicket is one place as its owner sees it now.
func (s *Service) boardTicket(ctx context.Context, t fair.Ticket) (BoardTicket, error) {
	return (&boardLines{s: s, known: map[fair.ID]*lineAhead{}}).view(ctx, t)
}

// boardLines reads the lines a board needs, each once.
type boardLines struct {
	s     *Service
	known map[fair.ID]*lineAhead
}

func (l *boardLines) of(ctx context.Context, stand fair.ID) (*lineAhead, error) {
	if at, ok := l.known[stand]; ok {
		return at, nil
	}
	at, err := l.s.lineAhead(ctx, stand)
	if err != nil {
		return nil, err
	}
	l.known[stand] = at
	return at, nil
}

func (l *boardLines) view(ctx context.Context, t fair.Ticket) (BoardTicket, error) {
	at, err := l.of(ctx, t.Stand)
	if err != nil {
		return BoardTicket{}, err
	}
	t.Note, t.Reason, t.Effects = "", "", nil
	v := BoardTicket{
		Ticket: t, Stand: at.stand, AsOf: at.asOf,
		State: l.s.stateAt(at.lineNow), Message: at.line.Message,
	}
	if v.State == fair.LinePaused {
		v.Until = at.line.Until
	}
	if t.State == fair.TicketWaiting {
		v.Ahead = slices.IndexFunc(at.waiting, func(o fair.Ticket) bool { return o.ID == t.ID })
		if v.Ahead < 0 { // it joined after the line was read
			v.Ahead = len(at.waiting)
		} else {
			v.Range = at.ranges[v.Ahead]
		}
		v.Position = v.Ahead + 1
	}
	if t.Call != nil && (t.State == fair.TicketCalled || t.State == fair.TicketMeeting) {
		host, err := l.s.host(ctx, at.stand, t.Call.Recruiter)
		if err != nil {
			return v, err
		}
		v.Recruiter = &host
	}
	return v, nil
}

// host is a recruiter as the stand presents them.
func (s *Service) host(ctx context.Context, st fair.Stand, recruiter fair.ID) (fair.Host, error) {
	for _, h := range st.People {
		if h.Account == recruiter {
			return h, nil
		}
	}
	account, err := s.Stores.Accounts.Get(ctx, recruiter)
	if err != nil && !notFound(err) {
		return fair.Host{}, fmt.Errorf("read recruiter %s: %w", recruiter, err)
	}
	return fair.Host{Account: recruiter, Name: account.Name}, nil
}
