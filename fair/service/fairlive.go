package service

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"salon/fair"
)

// What an organiser's board tells may be so old. Lines change by the second; a
// day's figures read every interview of the day.
const (
	liveFresh   = time.Second
	dayFresh    = 10 * time.Second
	dayBeforeOf = time.Minute
)

// dayLimit is how many interviews and turns of one day are counted at most.
const dayLimit = 20_000

// FairLive is what an organiser sees of a whole fair now. It is shared by those
// who look: nobody changes it.
type FairLive struct {
	Fair      fair.Fair
	At        time.Time
	Waiting   int
	Today     fair.DayFigures
	Yesterday fair.DayFigures // until the same time of day
	Stands    []fair.StandLive
	Calls     []fair.CallLive // in trouble
	Named     map[fair.ID]fair.Stand
}

// fairLives remembers what was read for organisers, by fair.
type fairLives struct {
	mu     sync.Mutex
	byFair map[fair.ID]keptLive // guarded by mu
}

// keptLive is one fair's, each part with the time of its reading.
type keptLive struct {
	live                         FairLive
	liveAt, todayAt, yesterdayAt time.Time
}

// changed has the lines of a fair read again though they were read just now.
func (l *fairLives) changed(fairID fair.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if kept, ok := l.byFair[fairID]; ok {
		kept.liveAt = time.Time{}
		l.byFair[fairID] = kept
	}
}

// FairLive sums a fair up for its organisers: the stands, those in trouble first,
// and the figures of the day beside those of the day before. What it tells of
// lines is a second old at most, what it tells of the day ten seconds. Errors:
// NotFound; Forbidden.
func (s *Service) FairLive(ctx context.Context, a fair.Actor, fairRef string) (FairLive, error) {
	f, err := s.Fair(ctx, a, fairRef)
	if err != nil {
		return FairLive{}, err
	}
	if err := mayOrganise(a, f.ID); err != nil {
		return FairLive{}, err
	}
	now := s.now()
	s.lives.mu.Lock()
	kept := s.lives.byFair[f.ID]
	s.lives.mu.Unlock()
	if now.Sub(kept.liveAt) < liveFresh {
		return kept.live, nil
	}
	live := kept.live // its maps and lists are replaced, never written to
	live.Fair, live.At = f, now
	kept.liveAt = now
	if now.Sub(kept.todayAt) >= dayFresh {
		if live.Today, err = s.dayFigures(ctx, f, now); err == nil {
			live.Named, err = s.namedStands(ctx, f.ID)
		}
		if err != nil {
			return FairLive{}, err
		}
		kept.todayAt = now
	}
	if now.Sub(kept.yesterdayAt) >= dayBeforeOf {
		if live.Yesterday, err = s.dayFigures(ctx, f, now.In(f.Location()).AddDate(0, 0, -1)); err != nil {
			return FairLive{}, err
		}
		kept.yesterdayAt = now
	}
	if live.Stands, err = s.standsLive(ctx, f, live.Named, now); err != nil {
		return FairLive{}, err
	}
	if live.Calls, err = s.callsLive(ctx, f.ID); err != nil {
		return FairLive{}, err
	}
	live.Waiting = 0
	for _, st := range live.Stands {
		live.Waiting += st.Waiting
	}
	kept.live = live
	s.lives.mu.Lock()
	s.lives.byFair[f.ID] = kept
	s.lives.mu.Unlock()
	return live, nil
}

// namedStands are all stands of a fair.
func (s *Service) namedStands(ctx context.Context, fairID fair.ID) (map[fair.ID]fair.Stand, error) {
	named := map[fair.ID]fair.Stand{}
	for page := 1; ; page++ {
		list, total, err := s.Stores.Stands.List(ctx, fairID, page, 100)
		if err != nil {
			return nil, fmt.Errorf("list the stands of fair %s: %w", fairID, err)
		}
		for _, st := range list {
			named[st.ID] = st
		}
		if len(list) == 0 || len(named) >= total {
			return named, nil
		}
	}
}

// standsLive sums up lines, requests and overdue answers of a fair.
func (s *Service) standsLive(ctx context.Context, f fair.Fair, named map[fair.ID]fair.Stand, now time.Time) ([]fair.StandLive, error) {
	stands := slices.Collect(maps.Values(named))
	lines, err := s.linesAhead(ctx, f, stands, fairFresh)
	if err != nil {
		return nil, err
	}
	requests, err := s.Stores.Threads.Unanswered(ctx, f.ID, threadsShown)
	if err != nil {
		return nil, fmt.Errorf("list unanswered requests of fair %s: %w", f.ID, err)
	}
	overdue, err := s.Stores.Interviews.Overdue(ctx, f.ID, now, dayLimit)
	if err != nil {
		return nil, fmt.Errorf("list the overdue answers of fair %s: %w", f.ID, err)
	}
	promised, err := s.lateApplications(ctx, f.ID)
	if err != nil {
		return nil, err
	}
	at := make(map[fair.ID]*fair.StandLive, len(named))
	for _, l := range lines {
		st := &fair.StandLive{
			Stand: l.stand.ID, Number: l.stand.Number, State: fair.LineClosed, Hand: fair.LineOpen,
			Waiting: len(l.waiting),
		}
		if at[st.Stand] = st; l.line.ID != "" {
			countDuty(st, l.line, s.onNow(f, now), now)
		}
		if st.Waiting > 0 {
			st.Since = l.waiting[0].JoinedAt
		}
		for _, t := range l.held {
			if t.State != fair.TicketWaiting {
				st.InCall++
			}
		}
	}
	for _, r := range requests { // the one that waits longest first
		if st := at[r.Stand]; st != nil && r.Owes == fair.SideStand {
			if st.Unanswered++; st.Unanswered == 1 {
				st.Asked = *r.AskedAt
			}
		}
	}
	for _, i := range overdue {
		if st := at[i.Stand]; st != nil {
			st.Late++
		}
	}
	for stand, late := range promised {
		if st := at[stand]; st != nil {
			st.Late += late
		}
	}
	list := make([]fair.StandLive, 0, len(at))
	for _, st := range at {
		list = append(list, *st)
	}
	fair.ByTrouble(list)
	return list, nil
}

// countDuty sums up what a line's recruiters have said.
func countDuty(st *fair.StandLive, l fair.Line, f fair.Fair, now time.Time) {
	st.State, st.Hand, st.Message = l.StateAt(f, now), l.ByHand(now), l.Message
	if st.Hand == fair.LinePaused {
		st.Until = l.Until
	}
	if now.Before(l.Longer) {
		st.Longer = l.Longer
	}
	for _, d := range l.Duty {
		switch state := d.At(now); {
		case state == fair.OffDuty:
		case d.AwayAt != nil:
			st.Away++
		case state == fair.OnBreak:
			st.OnBreak++
		default:
			st.OnDuty++
		}
	}
}

// dayFigures sums up the day of until, in the fair's zone, so far.
func (s *Service) dayFigures(ctx context.Context, f fair.Fair, until time.Time) (d fair.DayFigures, err error) {
	y, m, day := until.In(f.Location()).Date()
	from := time.Date(y, m, day, 0, 0, 0, 0, f.Location()).UTC()
	until = cut(until)
	interviews, err := s.Stores.Interviews.Day(ctx, f.ID, from, until, dayLimit)
	if err != nil {
		return d, fmt.Errorf("list the interviews of a day of fair %s: %w", f.ID, err)
	}
	for _, i := range interviews {
		if i.Slot != "" && i.State != fair.InterviewCancelled {
			d.Appointments++
			if i.State == fair.InterviewMissed {
				d.NoShows++
			}
		}
		if i.State == fair.InterviewEnded && i.StartedAt != nil {
			d.Held++
			if i.Outcome.Final() {
				d.Answered++
			}
		}
	}
	turns, err := s.Stores.Tickets.Turns(ctx, f.ID, from, until, dayLimit)
	if err != nil {
		return d, fmt.Errorf("list the turns of a day of fair %s: %w", f.ID, err)
	}
	waits := make([]time.Duration, len(turns))
	for i, t := range turns {
		waits[i] = max(t.Call.At.Sub(t.JoinedAt), 0)
	}
	d.Waits, d.MedianWait = len(waits), fair.Median(waits)
	return d, nil
}
