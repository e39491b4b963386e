package service

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"salon/fair"
)

// What an estimate reads of the world.
const (
	horizon   = 8 * time.Hour    // appointments further ahead do not count
	awayLasts = 2 * time.Minute  // a recruiter whose connection is gone for longer is not at the stand
	begins    = 20 * time.Second // from a call to the interview that follows, about
)

// fewLines are read one by one; of more, all tickets of the fair.
const fewLines = 8

// foresee estimates the waits of lines of one fair, by stand, and remembers them.
// It makes few reads: of tickets, of calendars and of slots, and asks once who is
// there.
func (s *Service) foresee(ctx context.Context, lines []marked) (map[fair.ID]*estimate, error) {
	if len(lines) == 0 {
		return nil, nil
	}
	made, of := make(map[fair.ID]*estimate, len(lines)), make(map[fair.ID]*seeing, len(lines))
	var ids []fair.ID
	for _, at := range lines {
		stand := at.stand.ID
		made[stand] = &estimate{asOf: at.now, mark: at.mark}
		of[stand] = &seeing{lineNow: at.lineNow, estimate: made[stand]}
		for _, d := range at.line.Duty {
			if d.At(at.now) != fair.OffDuty {
				ids = append(ids, d.Recruiter)
			}
		}
	}
	open, err := s.openOf(ctx, lines)
	if err != nil {
		return nil, err
	}
	var waiting []fair.Ticket
	for _, t := range open {
		l := of[t.Stand]
		switch {
		case l == nil:
		case t.State == fair.TicketWaiting && t.Handing == nil:
			l.waiting, waiting, ids = append(l.waiting, t), append(waiting, t), append(ids, t.Candidate)
		default:
			l.held = append(l.held, t)
		}
	}
	world, err := s.readWorld(ctx, ids)
	if err != nil {
		return nil, err
	}
	world.away = s.away(ctx, waiting)
	for stand, l := range of {
		l.see(world)
		s.estimates.keep(stand, made[stand], l.now)
	}
	return made, nil
}

// openOf lists the open tickets of lines of one fair by rank.
func (s *Service) openOf(ctx context.Context, lines []marked) (open []fair.Ticket, err error) {
	if len(lines) > fewLines {
		if open, err = s.Stores.Tickets.OfFair(ctx, lines[0].fair.ID); err != nil {
			return nil, fmt.Errorf("list those who wait at fair %s: %w", lines[0].fair.ID, err)
		}
		return open, nil
	}
	for _, at := range lines {
		list, err := s.Stores.Tickets.Line(ctx, at.stand.ID, lineLimit)
		if err != nil {
			return nil, fmt.Errorf("list those who wait at stand %s: %w", at.stand.ID, err)
		}
		open = append(open, list...)
	}
	return open, nil
}

// world is what an estimate knows of people.
type world struct {
	persons map[fair.ID]fair.Person
	booked  map[fair.ID]bool // slots in recruiters' calendars that somebody has booked
	away    map[fair.ID]bool
}

// readWorld reads calendars, and which of their slots are booked: an unbooked
// one gives way to the line.
func (s *Service) readWorld(ctx context.Context, ids []fair.ID) (w world, err error) {
	w = world{persons: make(map[fair.ID]fair.Person, len(ids)), booked: map[fair.ID]bool{}}
	if len(ids) == 0 {
		return w, nil
	}
	slices.Sort(ids)
	persons, err := s.Stores.Persons.Calendars(ctx, slices.Compact(ids))
	if err != nil {
		return w, fmt.Errorf("read the calendars of a line: %w", err)
	}
	now := s.now()
	var promised []fair.ID
	for _, p := range persons {
		w.persons[p.ID] = p
		for _, b := range p.Busy {
			if b.Role == fair.Recruiter && b.Overlaps(now, now.Add(horizon)) {
				promised = append(promised, b.ID)
			}
		}
	}
	if len(promised) == 0 {
		return w, nil
	}
	booked, err := s.Stores.Slots.Booked(ctx, promised)
	if err != nil {
		return w, fmt.Errorf("read the appointments of a line: %w", err)
	}
	for _, id := range booked {
		w.booked[id] = true
	}
	return w, nil
}

// seeing is a line whose estimate is being made.
type seeing struct {
	lineNow
	*estimate
}

// see makes the outlook and the ranges. That of somebody who would join now is made
// when it is asked for first.
func (l *seeing) see(w world) {
	outlook := fair.Outlook{
		At: l.now, Rules: l.rules.Line, Lengths: l.line.Lengths, Habits: l.line.Habits,
		Desks: l.desks(w), Waiting: make([]fair.Waiter, len(l.waiting)),
	}
	for i, t := range l.waiting {
		outlook.Waiting[i] = l.waiter(w, t)
	}
	l.ranges, l.joining = outlook.Ranges(), sync.OnceValue(outlook.Joining)
}

// desks are the recruiters who call, now or when their break is over. A line
// that is paused with no end has none.
func (l *seeing) desks(w world) (desks []fair.Desk) {
	pause := time.Time{}
	if l.line.ByHand(l.now) == fair.LinePaused {
		if pause = l.line.Until; pause.IsZero() {
			return nil
		}
	}
	for _, d := range l.line.Duty {
		desk, ok := l.desk(w, d)
		if !ok {
			continue
		}
		if desk.Free.Before(pause) {
			desk.Free, desk.Since, desk.Asked = pause, nil, false
		}
		desks = append(desks, desk)
	}
	return desks
}

func (l *seeing) desk(w world, d fair.Duty) (fair.Desk, bool) {
	state, p := d.At(l.now), w.persons[d.Recruiter]
	desk := fair.Desk{Recruiter: d.Recruiter}
	for _, b := range p.Busy {
		if w.booked[b.ID] && b.Overlaps(l.now, l.now.Add(horizon)) {
			desk.Busy = append(desk.Busy, b)
		}
	}
	slices.SortFunc(desk.Busy, byStart)
	held := slices.IndexFunc(l.held, func(t fair.Ticket) bool {
		return t.Call != nil && t.Call.Recruiter == d.Recruiter && (t.State == fair.TicketCalled || t.State == fair.TicketMeeting)
	})
	engaged := p.Live != nil && l.now.Before(p.Live.Until)
	switch {
	case state == fair.OffDuty, state == fair.OnBreak && d.Until == nil:
		return desk, false
	case state == fair.OnBreak:
		desk.Free = *d.Until
	case held >= 0 && l.held[held].State == fair.TicketCalled:
		desk.Asked, desk.Free = true, l.held[held].Call.Until
	case held >= 0:
		since := l.held[held].Call.At.Add(begins)
		desk.Since = &since
	case engaged: // an appointment, or a call from another stand's line
		desk.Since, desk.Booked, desk.Free = &l.now, true, p.Live.Until.Add(-fair.LiveGrace)
	case d.AwayAt != nil && l.now.Sub(*d.AwayAt) > awayLasts:
		return desk, false
	}
	return desk, true
}

func (l *seeing) waiter(w world, t fair.Ticket) fair.Waiter {
	p := w.persons[t.Candidate]
	to := fair.Waiter{Recruiter: t.Recruiter, Joined: t.JoinedAt, Away: t.Gone() || w.away[t.Candidate], Skips: t.Skips, Extra: t.Extra, Others: max(0, len(p.Open[t.Fair])-1)}
	if t.NotBefore != nil {
		to.Ready = *t.NotBefore
	}
	if p.Live != nil && l.now.Before(p.Live.Until) {
		end := p.Live.Until.Add(-fair.LiveGrace)
		if asked := l.now.Add(l.rules.Line.Answer + fair.HoldTime); !p.Live.Until.After(asked) { // asked "ready now?"
			end = l.now.Add(l.rules.Line.Length)
		}
		if end.After(to.Ready) {
			to.Ready = end
		}
	}
	for _, b := range p.Busy {
		if b.Role == fair.Candidate && b.Overlaps(l.now, l.now.Add(horizon)) {
			to.Busy = append(to.Busy, b)
		}
	}
	slices.SortFunc(to.Busy, byStart)
	return to
}

func byStart(a, b fair.Busy) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID)) }

// learn adds to what a line knows of those who wait in it. A failure only leaves
// its estimates where they were.
func (s *Service) learn(ctx context.Context, stand fair.ID, h fair.Habits) {
	if err := s.Stores.Lines.Learn(ctx, stand, h); err != nil {
		s.Log.WarnContext(ctx, "a line has not learned from a wait", "stand", stand, "err", err)
	}
}

// learnLeft counts somebody who was never called and waits no more. T is the
// ticket as it was. Who objects to being counted is not.
func (s *Service) learnLeft(ctx context.Context, t fair.Ticket) {
	if t.State == fair.TicketWaiting && t.Call == nil && !s.objects(ctx, t.Candidate, fair.ObjectStatistics) {
		h := fair.Waited(s.now().Sub(t.JoinedAt))
		h.Left = 1
		s.learn(ctx, t.Stand, h)
	}
}
