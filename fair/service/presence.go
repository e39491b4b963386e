package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"salon/fair"
)

// rollBatch is how many people one sweep asks after.
const rollBatch = 1000

// roll is where the sweep has come to in the list of those who are there.
type roll struct {
	mu    sync.Mutex
	after fair.ID // guarded by mu
}

// stale is the lines to be shown anew though nothing was written to them: those
// in them came or went. What is lost with a node, screens read again by
// themselves.
type stale struct {
	mu     sync.Mutex
	stands map[fair.ID]struct{} // guarded by mu
}

func (s *stale) add(stand fair.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stands[stand] = struct{}{}
}

func (s *stale) take() map[fair.ID]struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	stands := s.stands
	s.stands = map[fair.ID]struct{}{}
	return stands
}

// ShowStale shows anew, once each, the lines in which somebody came or went on
// this node since the last time.
func (s *Service) ShowStale(ctx context.Context) error {
	var failed []error
	for stand := range s.stale.take() {
		failed = append(failed, s.showLine(ctx, stand))
	}
	return errors.Join(failed...)
}

// AccountCame tells that an account has a live connection. It may be told again,
// and after a later going: at decides. Whose turn had come while they were away
// keep their place, and recruiters on duty take calls again.
func (s *Service) AccountCame(ctx context.Context, account fair.ID, at time.Time) error {
	p, came, err := s.Stores.Persons.Came(ctx, account, cut(at))
	if err != nil {
		return fmt.Errorf("note that %s has come: %w", account, err)
	}
	if !came {
		return nil
	}
	failed := []error{s.dutyAway(ctx, account, nil)}
	err = s.openTickets(ctx, p, func(t fair.Ticket) error {
		_, err := s.here(ctx, t, s.now())
		return err
	})
	return errors.Join(append(failed, err)...)
}

// AccountGone tells that an account's last live connection ended at that time,
// and that a reload would have brought another one by now. It is noted with the
// person last: whoever finds it undone does all of it again.
func (s *Service) AccountGone(ctx context.Context, account fair.ID, at time.Time) error {
	at = cut(at)
	p, err := s.Stores.Persons.Get(ctx, account)
	if notFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read who is gone, %s: %w", account, err)
	}
	if p.CameAt == nil || p.CameAt.After(at) {
		return nil
	}
	if err := s.step("gone.duty"); err != nil {
		return err
	}
	if err := s.dutyAway(ctx, account, &at); err != nil {
		return err
	}
	if err := s.step("gone.person"); err != nil {
		return err
	}
	p, gone, err := s.Stores.Persons.Gone(ctx, account, at)
	if err != nil {
		return fmt.Errorf("note that %s is gone: %w", account, err)
	}
	if !gone { // came back meanwhile
		return s.dutyAway(ctx, account, nil)
	}
	return s.openTickets(ctx, p, func(fair.Ticket) error { return nil })
}

// openTickets does something with each open ticket of a person, whose lines are
// shown anew.
func (s *Service) openTickets(ctx context.Context, p fair.Person, do func(fair.Ticket) error) error {
	var failed []error
	for _, open := range p.Open {
		for _, o := range open {
			t, err := s.Stores.Tickets.Get(ctx, o.Ticket)
			if notFound(err) {
				continue
			}
			if err == nil {
				s.stale.add(t.Stand)
				err = do(t)
			}
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// dutyAway notes since when a recruiter is away wherever they have a duty; nil
// takes it back.
func (s *Service) dutyAway(ctx context.Context, recruiter fair.ID, since *time.Time) error {
	lines, err := s.Stores.Lines.OfRecruiter(ctx, recruiter)
	if err != nil {
		return fmt.Errorf("list the lines where %s is on duty: %w", recruiter, err)
	}
	var failed []error
	for _, l := range lines {
		failed = append(failed, s.editDuty(ctx, l, recruiter, func(d *fair.Duty, now time.Time) bool {
			if since == nil {
				back := d.AwayAt != nil
				d.AwayAt = nil
				return back
			}
			if d.AwayAt != nil || d.At(now) == fair.OffDuty {
				return false
			}
			at := *since
			d.AwayAt = &at
			return true
		}))
	}
	return errors.Join(failed...)
}

// editDuty changes what a recruiter has said, unless there is nothing to change,
// and shows the line.
func (s *Service) editDuty(ctx context.Context, l fair.Line, recruiter fair.ID, edit func(d *fair.Duty, now time.Time) bool, effects ...fair.Effect) error {
	err := retryStale(ctx, func() error {
		now := s.now()
		i := slices.IndexFunc(l.Duty, func(d fair.Duty) bool { return d.Recruiter == recruiter })
		if i < 0 || !edit(&l.Duty[i], now) {
			return nil
		}
		_, err := s.Stores.Lines.Save(ctx, l, append(effects, s.oweLine(l.ID, now))...)
		if err == nil {
			s.wake()
		}
		if fair.KindOf(err) == fair.Conflict {
			again, readErr := s.Stores.Lines.Get(ctx, l.ID)
			if readErr != nil {
				return readErr
			}
			l = again
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("note the duty of %s at stand %s: %w", recruiter, l.ID, err)
	}
	return nil
}

// sweepPresence makes up for nodes that died, which tell of nobody's going: it
// asks after some of those who are noted as there, and after others the next
// time. Then it ends the duty of recruiters who stay away. While nobody can
// tell, everybody stays as noted.
func (s *Service) sweepPresence(ctx context.Context) error {
	if s.Presence == nil {
		return nil
	}
	return errors.Join(s.sweepPresent(ctx), s.sweepDuty(ctx))
}

func (s *Service) sweepPresent(ctx context.Context) error {
	s.roll.mu.Lock()
	after := s.roll.after
	s.roll.mu.Unlock()
	noted, err := s.Stores.Persons.Present(ctx, after, rollBatch)
	if err != nil {
		return fmt.Errorf("list those who are there: %w", err)
	}
	after = ""
	if len(noted) == rollBatch {
		after = noted[rollBatch-1]
	}
	s.roll.mu.Lock()
	s.roll.after = after
	s.roll.mu.Unlock()
	var failed []error
	for account, online := range s.onlineNow(ctx, noted) {
		if !online {
			failed = append(failed, s.AccountGone(ctx, account, s.now()))
		}
	}
	return errors.Join(failed...)
}

// onlineNow asks who of some is there; nothing when nobody can tell, which the
// live plane complains of by itself.
func (s *Service) onlineNow(ctx context.Context, accounts []fair.ID) map[fair.ID]bool {
	if len(accounts) == 0 {
		return nil
	}
	online, err := s.Presence.Online(ctx, accounts)
	if err != nil {
		return nil
	}
	return online
}

// sweepDuty ends the duty of recruiters who have been away for AwayLimit. Those
// in their lines keep their places, and see that nobody calls at present.
func (s *Service) sweepDuty(ctx context.Context) error {
	lines, err := s.Stores.Lines.Deserted(ctx, sweepBatch)
	if err != nil {
		return fmt.Errorf("list lines whose recruiters are away: %w", err)
	}
	var away []fair.ID
	for _, l := range lines {
		for _, d := range l.Duty {
			if d.AwayAt != nil {
				away = append(away, d.Recruiter)
			}
		}
	}
	online := s.onlineNow(ctx, away)
	if online == nil {
		return nil
	}
	var failed []error
	for _, l := range lines {
		for _, d := range l.Duty {
			if d.AwayAt != nil {
				failed = append(failed, s.settleDuty(ctx, l, d.Recruiter, online[d.Recruiter]))
			}
		}
	}
	return errors.Join(failed...)
}

// settleDuty brings a duty that is noted as away in line with what is known now.
func (s *Service) settleDuty(ctx context.Context, l fair.Line, recruiter fair.ID, online bool) error {
	now := s.now()
	audit := oweAudit("duty.away", recruiter, "", now)
	d, _ := l.DutyOf(recruiter)
	if online || d.At(now) == fair.OffDuty {
		return s.dutyAway(ctx, recruiter, nil)
	}
	return s.editDuty(ctx, l, recruiter, func(d *fair.Duty, now time.Time) bool {
		if d.AwayAt == nil || now.Before(d.AwayAt.Add(fair.AwayLimit)) {
			return false
		}
		d.State, d.Since, d.Until, d.AwayAt = fair.OffDuty, now, nil, nil
		return true
	}, audit)
}
