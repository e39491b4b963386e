package service

import (
	"context"
	"fmt"
	"sync"
	"time"

	"salon/fair"
)

// lineAhead is a line as it is now, with an estimate of it that may be a few
// seconds old: the one view of a line from which all ranges come, on boards,
// stands and live topics.
type lineAhead struct {
	lineNow
	*estimate
}

// estimate is everybody in a line and how long they are likely to wait. Many look
// at the same one: nobody changes it.
type estimate struct {
	asOf    time.Time
	waiting []fair.Ticket // by rank
	held    []fair.Ticket // called, meeting, or being joined with another
	ranges  []fair.Range  // of waiting, one each
	joining func() fair.Range
	mark    lineMark
}

// lineMark tells whether anything was written to a line since it was read: the
// revision of its document, and the ticket of it that was changed last.
type lineMark struct {
	rev       int64
	ticket    fair.ID
	ticketRev int64
	changedAt time.Time
}

// freshness is how old an estimate may be.
type freshness struct {
	lasts     time.Duration // while nothing is written to the line: only the clock and calendars move
	unchecked time.Duration // without asking whether anything was
}

// Who looks at one line is told what was written to it on whatever node; who looks
// at all lines of a fair may be told a little later.
var (
	lineFresh = freshness{lasts: 20 * time.Second}
	fairFresh = freshness{lasts: 20 * time.Second, unchecked: time.Second}
	nearFresh = freshness{lasts: time.Minute, unchecked: 10 * time.Second}
)

// estimates remembers the last estimate of each line on this node, so that one is
// made for each change, however many look.
type estimates struct {
	making  chan struct{} // who holds its one place estimates the lines of a fair; others wait, and find them made
	mu      sync.Mutex
	byStand map[fair.ID]keptEstimate // guarded by mu
}

type keptEstimate struct {
	*estimate
	checked time.Time // when it was known to be the last
}

// manyEstimates is when those are forgotten that nobody has looked at.
const manyEstimates = 4096

func newEstimates() estimates {
	return estimates{making: make(chan struct{}, 1), byStand: map[fair.ID]keptEstimate{}}
}

func (e *estimates) of(stand fair.ID) (keptEstimate, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	kept, ok := e.byStand[stand]
	return kept, ok
}

// keep remembers an estimate, unless a later one is known.
func (e *estimates) keep(stand fair.ID, made *estimate, now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.byStand[stand].estimate != nil && e.byStand[stand].asOf.After(made.asOf) {
		return
	}
	if len(e.byStand) >= manyEstimates {
		for old, kept := range e.byStand {
			if now.Sub(kept.checked) > nearFresh.lasts {
				delete(e.byStand, old)
			}
		}
	}
	e.byStand[stand] = keptEstimate{made, now}
}

// holds reports whether an estimate still tells what is known of a line. Of
// something written in the millisecond of its making it cannot be told whether it
// was read.
func (e *estimate) holds(mark lineMark, now time.Time, f freshness) bool {
	return now.Sub(e.asOf) < f.lasts && mark == e.mark && mark.changedAt.Before(e.asOf)
}

// lineAhead is a line with those who wait in it and their ranges.
func (s *Service) lineAhead(ctx context.Context, stand fair.ID) (*lineAhead, error) {
	at, err := s.lineOf(ctx, stand)
	if err != nil {
		return nil, err
	}
	ahead, err := s.ahead(ctx, []lineNow{at}, lineFresh)
	if err != nil {
		return nil, err
	}
	return ahead[0], nil
}

// linesAhead are the lines of some stands of one fair.
func (s *Service) linesAhead(ctx context.Context, f fair.Fair, stands []fair.Stand, how freshness) ([]*lineAhead, error) {
	lines, err := s.linesAt(ctx, f, stands)
	if err != nil {
		return nil, err
	}
	known := make(map[fair.ID]fair.Line, len(lines))
	for _, l := range lines {
		known[l.ID] = l
	}
	now, rules := s.now(), f.Rules()
	at := make([]lineNow, len(stands))
	for i, st := range stands {
		at[i] = lineNow{stand: st, fair: f, line: known[st.ID], rules: rules, now: now}
	}
	return s.ahead(ctx, at, how)
}

// linesAt reads the lines of some stands, of one stand only that.
func (s *Service) linesAt(ctx context.Context, f fair.Fair, stands []fair.Stand) ([]fair.Line, error) {
	if len(stands) == 1 {
		l, err := s.Stores.Lines.Get(ctx, stands[0].ID)
		if err != nil && !notFound(err) {
			return nil, fmt.Errorf("read the line of stand %s: %w", stands[0].ID, err)
		}
		return []fair.Line{l}, nil
	}
	lines, err := s.Stores.Lines.OfFair(ctx, f.ID)
	if err != nil {
		return nil, fmt.Errorf("list the lines of fair %s: %w", f.ID, err)
	}
	return lines, nil
}

// ahead joins lines with their estimates, making those that are missing or too
// old. Of several that look at many lines at once one makes them for all.
func (s *Service) ahead(ctx context.Context, lines []lineNow, how freshness) ([]*lineAhead, error) {
	known, missing, err := s.known(ctx, lines, how)
	if err != nil {
		return nil, err
	}
	if len(lines) > 1 && len(missing) > 0 {
		select {
		case s.estimates.making <- struct{}{}:
			defer func() { <-s.estimates.making }()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if known, missing, err = s.known(ctx, lines, how); err != nil {
			return nil, err
		}
	}
	made, err := s.foresee(ctx, missing)
	if err != nil {
		return nil, err
	}
	ahead := make([]*lineAhead, len(lines))
	for i, at := range lines {
		e := known[at.stand.ID]
		if e == nil {
			e = made[at.stand.ID]
		}
		ahead[i] = &lineAhead{at, e}
	}
	return ahead, nil
}

// marked is a line to be estimated, with what was written to it last.
type marked struct {
	lineNow
	mark lineMark
}

// known finds the estimates that still hold, and the lines that have none.
func (s *Service) known(ctx context.Context, lines []lineNow, how freshness) (known map[fair.ID]*estimate, missing []marked, err error) {
	known = make(map[fair.ID]*estimate, len(lines))
	for _, at := range lines {
		stand := at.stand.ID
		kept, ok := s.estimates.of(stand)
		if ok && kept.mark.rev == at.line.Rev && at.now.Sub(kept.checked) < how.unchecked && at.now.Sub(kept.asOf) < how.lasts {
			known[stand] = kept.estimate
			continue
		}
		mark, err := s.markOf(ctx, at)
		if err != nil {
			return nil, nil, err
		}
		if ok && kept.holds(mark, at.now, how) {
			s.estimates.keep(stand, kept.estimate, at.now)
			known[stand] = kept.estimate
			continue
		}
		missing = append(missing, marked{at, mark})
	}
	return known, missing, nil
}

// markOf reads what was written to a line last.
func (s *Service) markOf(ctx context.Context, at lineNow) (lineMark, error) {
	m := lineMark{rev: at.line.Rev}
	t, err := s.Stores.Tickets.Latest(ctx, at.stand.ID)
	if notFound(err) {
		return m, nil
	}
	if err != nil {
		return m, fmt.Errorf("read what changed last at stand %s: %w", at.stand.ID, err)
	}
	m.ticket, m.ticketRev, m.changedAt = t.ID, t.Rev, t.UpdatedAt
	return m, nil
}

// anew estimates one line, whatever is known of it.
func (s *Service) anew(ctx context.Context, stand fair.ID) (*lineAhead, error) {
	at, err := s.lineOf(ctx, stand)
	if err != nil {
		return nil, err
	}
	mark, err := s.markOf(ctx, at)
	if err != nil {
		return nil, err
	}
	made, err := s.foresee(ctx, []marked{{at, mark}})
	return &lineAhead{at, made[stand]}, err
}
