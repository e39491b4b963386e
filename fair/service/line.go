package service

import (
	"context"
	"fmt"
	"time"

	"salon/fair"
)

type lineStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Line, error)
	Insert(ctx context.Context, l fair.Line) error
	OfFair(ctx context.Context, fairID fair.ID) ([]fair.Line, error)
	OfRecruiter(ctx context.Context, recruiter fair.ID) ([]fair.Line, error)
	Deserted(ctx context.Context, limit int) ([]fair.Line, error)
	Save(ctx context.Context, l fair.Line, effects ...fair.Effect) (fair.Line, error)
	Measure(ctx context.Context, id, interview fair.ID, seconds int) error
	Learn(ctx context.Context, id fair.ID, h fair.Habits) error
	Number(ctx context.Context, id fair.ID) (int, error)
	Tick(ctx context.Context, now time.Time, gap, every time.Duration) ([]fair.Outage, error)
}

// lineNow is a stand's line with what its rules read, as of one moment.
type lineNow struct {
	stand fair.Stand
	fair  fair.Fair
	line  fair.Line
	rules fair.Rules
	now   time.Time
}

// lineOf reads a stand's line, making it on first use. Errors: NotFound
// "stand.unknown".
func (s *Service) lineOf(ctx context.Context, stand fair.ID) (at lineNow, err error) {
	if at.stand, err = s.Stores.Stands.Get(ctx, stand); err != nil {
		return at, err
	}
	if at.fair, err = s.Stores.Fairs.Get(ctx, at.stand.Fair); err != nil {
		return at, fmt.Errorf("read the fair of stand %s: %w", stand, err)
	}
	if at.line, err = s.Stores.Lines.Get(ctx, stand); notFound(err) {
		at.line, err = s.makeLine(ctx, at.stand, at.fair)
	}
	if err != nil {
		return at, fmt.Errorf("read the line of stand %s: %w", stand, err)
	}
	at.rules, at.now = at.fair.Rules(), s.now()
	return at, nil
}

// makeLine inserts the line of a stand, which is open by hand.
func (s *Service) makeLine(ctx context.Context, st fair.Stand, f fair.Fair) (fair.Line, error) {
	l := fair.Line{
		ID: st.ID, Fair: st.Fair, State: fair.LineOpen, Hours: []fair.Hours{}, Duty: []fair.Duty{},
		Meta: meta(s.now(), f.KeepAtMost()),
	}
	err := s.Stores.Lines.Insert(ctx, l)
	if fair.KindOf(err) == fair.Conflict {
		return s.Stores.Lines.Get(ctx, st.ID)
	}
	return l, err
}

// deskLine reads a line for those who work at its stand, and its fair's
// organisers. Errors: NotFound, Forbidden.
func (s *Service) deskLine(ctx context.Context, a fair.Actor, stand fair.ID) (lineNow, error) {
	if err := signedIn(a); err != nil {
		return lineNow{}, err
	}
	at, err := s.lineOf(ctx, stand)
	if err != nil {
		return at, err
	}
	return at, s.mayDesk(ctx, a, at.stand)
}

// openNow reports whether people may join. The dates of a demo fair do not
// count in a demo.
func (s *Service) openNow(at lineNow) bool { return at.line.OpenNow(s.onNow(at.fair, at.now), at.now) }

// stateAt is what those who wait are told.
func (s *Service) stateAt(at lineNow) fair.LineState {
	return at.line.StateAt(s.onNow(at.fair, at.now), at.now)
}

// onNow is the fair, which in a demo is always on.
func (s *Service) onNow(f fair.Fair, now time.Time) fair.Fair {
	if s.anytime(f) {
		if now.Before(f.StartsAt) {
			f.StartsAt = now
		}
		if !now.Before(f.EndsAt) {
			f.EndsAt = now.Add(24 * time.Hour)
		}
	}
	return f
}

// oweLine owes the showing of a line.
func (s *Service) oweLine(stand fair.ID, now time.Time) fair.Effect {
	e := owe(fair.EffectLine, "", now)
	e.Object = stand
	return e
}

// changeLine edits a line and saves it, reading it again while somebody else's
// edit comes between.
func (s *Service) changeLine(ctx context.Context, a fair.Actor, stand fair.ID, action string, edit func(*lineNow) error, effects ...fair.Effect) (lineNow, error) {
	at, err := s.deskLine(ctx, a, stand)
	if err != nil {
		return at, err
	}
	err = retryStale(ctx, func() error {
		if err := edit(&at); err != nil {
			return err
		}
		owed := append([]fair.Effect{s.oweLine(stand, at.now), oweAudit(action, a.Account, stand, at.now)}, effects...)
		saved, err := s.Stores.Lines.Save(ctx, at.line, owed...)
		if err == nil {
			at.line = saved
			return nil
		}
		if fair.KindOf(err) == fair.Conflict {
			again, readErr := s.lineOf(ctx, stand)
			if readErr != nil {
				return readErr
			}
			at = again
		}
		return err
	})
	if err != nil {
		return at, err
	}
	s.wake()
	return at, nil
}

// LineEdit is what a recruiter sets a line to.
type LineEdit struct {
	State   fair.LineState
	Minutes int // of a pause; 0: until somebody opens it
	Message string
	Instead *fair.Instead // of a closing: what everybody who waits is offered; nil leaves them in the line
}

// SetLine opens, pauses or closes a line by hand. Closing it with something
// instead offers that to everybody who waits, which the dispatcher completes.
// Errors: Invalid "line.state", "line.minutes", "text.long", "instead.kind".
func (s *Service) SetLine(ctx context.Context, a fair.Actor, stand fair.ID, e LineEdit) (LineDesk, error) {
	e.Message = fair.Clean(e.Message)
	pause := time.Duration(e.Minutes) * time.Minute
	switch {
	case e.State != fair.LineOpen && e.State != fair.LinePaused && e.State != fair.LineClosed:
		return LineDesk{}, fair.Refuse("state", "line.state")
	case pause < 0 || pause > fair.MaxPause:
		return LineDesk{}, fair.Refuse("minutes", "line.minutes")
	case fair.TooLong(e.Message, fair.LineMessage):
		return LineDesk{}, fair.Refuse("message", "text.long")
	}
	var effects []fair.Effect
	if e.Instead != nil {
		if err := checkInstead(e.Instead, fair.LineMessage); err != nil {
			return LineDesk{}, err
		}
		if e.State == fair.LineClosed {
			disband := owe(fair.EffectDisband, "", s.now())
			disband.By = a.Account
			effects = append(effects, disband)
		}
	}
	at, err := s.changeLine(ctx, a, stand, "line."+string(e.State), func(at *lineNow) error {
		l := &at.line
		l.State, l.Until, l.Message, l.Instead = e.State, time.Time{}, fair.Text{FR: e.Message}, nil
		if e.State == fair.LinePaused && pause > 0 {
			l.Until = at.now.Add(pause)
		}
		if e.State == fair.LineClosed {
			l.Instead = e.Instead
		}
		return nil
	}, effects...)
	if err != nil {
		return LineDesk{}, err
	}
	if len(effects) > 0 {
		if err := s.disband(ctx, at.line, a.Account); err != nil {
			s.Log.WarnContext(ctx, "a closed line is not disbanded yet", "stand", stand, "err", err)
		}
	}
	return s.LineDesk(ctx, a, stand)
}

// checkInstead refuses what is nothing to offer.
func checkInstead(i *fair.Instead, limit int) error {
	i.Message = fair.Clean(i.Message)
	switch {
	case i.Kind != fair.InsteadSlot && i.Kind != fair.InsteadCallback && i.Kind != fair.InsteadNothing:
		return fair.Refuse("instead", "instead.kind")
	case fair.TooLong(i.Message, limit):
		return fair.Refuse("message", "text.long")
	}
	return nil
}

// disband offers everybody who waits what the closed line offers. Doing it again
// goes on where it was left.
func (s *Service) disband(ctx context.Context, l fair.Line, by fair.ID) error {
	if l.Instead == nil || l.State != fair.LineClosed {
		return nil // opened again since
	}
	tickets, err := s.Stores.Tickets.Line(ctx, l.ID, lineLimit)
	if err != nil {
		return fmt.Errorf("list those who wait at stand %s: %w", l.ID, err)
	}
	for _, t := range tickets {
		if t.State != fair.TicketWaiting || t.Handing != nil {
			continue
		}
		if err := s.step("disband"); err != nil {
			return err
		}
		if _, err := s.closeTicket(ctx, by, t, *l.Instead); err != nil && fair.KindOf(err) != fair.Conflict {
			return err
		}
	}
	return nil
}

// SetHours sets a stand's opening hours. Errors: Invalid "hours.order",
// "hours.many".
func (s *Service) SetHours(ctx context.Context, a fair.Actor, stand fair.ID, hours []fair.Hours) (LineDesk, error) {
	if err := fair.CheckHours(hours); err != nil {
		return LineDesk{}, err
	}
	_, err := s.changeLine(ctx, a, stand, "line.hours", func(at *lineNow) error {
		at.line.Hours = append([]fair.Hours{}, hours...)
		return nil
	})
	if err != nil {
		return LineDesk{}, err
	}
	return s.LineDesk(ctx, a, stand)
}

// ExtendHours keeps a line open until a time, whatever its hours; an organiser
// only. A zero time takes that back. Errors: Forbidden; Invalid "hours.longer"
// for a time that is past or more than a day away.
func (s *Service) ExtendHours(ctx context.Context, a fair.Actor, stand fair.ID, until time.Time) (LineDesk, error) {
	if err := s.organisesStand(ctx, a, stand); err != nil {
		return LineDesk{}, err
	}
	_, err := s.changeLine(ctx, a, stand, "line.longer", func(at *lineNow) error {
		if !until.IsZero() && (!until.After(at.now) || until.After(at.now.Add(24*time.Hour))) {
			return fair.Refuse("until", "hours.longer")
		}
		if at.line.Longer = (time.Time{}); !until.IsZero() {
			at.line.Longer = cut(until)
		}
		return nil
	})
	if err != nil {
		return LineDesk{}, err
	}
	return s.LineDesk(ctx, a, stand)
}

// organisesStand refuses all but the organisers of a stand's fair.
func (s *Service) organisesStand(ctx context.Context, a fair.Actor, stand fair.ID) error {
	if err := signedIn(a); err != nil {
		return err
	}
	st, err := s.Stores.Stands.Get(ctx, stand)
	if err != nil {
		return err
	}
	return mayOrganise(a, st.Fair)
}

// lineLimit is how many people a line is looked at with: more than any stand
// could meet in a day.
const lineLimit = 1000
