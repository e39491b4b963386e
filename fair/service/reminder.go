package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// SetCheck keeps what came of the candidate's try of camera, microphone and
// network for an interview; the recruiter sees it. Errors: NotFound; Forbidden for
// the recruiter; Invalid; Gone once nobody meets any more.
func (s *Service) SetCheck(ctx context.Context, a fair.Actor, id fair.ID, c fair.Check) (fair.Interview, error) {
	i, err := s.attending(ctx, a, id)
	if err != nil {
		return i, err
	}
	if i.Over() {
		return fair.Interview{}, i.Meetable(s.now(), true)
	}
	if err := c.Valid(); err != nil {
		return fair.Interview{}, err
	}
	c.At = s.now()
	checked, err := s.Stores.Interviews.SetCheck(ctx, id, c, owe(fair.EffectNotify, "", c.At))
	if err != nil {
		return fair.Interview{}, fmt.Errorf("keep the check for interview %s: %w", id, err)
	}
	s.wake()
	return forEyes(checked, a), nil
}

// pushReminder tells a candidate's devices of an interview that is still to come.
func (s *Service) pushReminder(ctx context.Context, i fair.Interview, e fair.Effect) error {
	if !tellable(i, fair.Effect{Kind: fair.EffectMailReminder, Account: e.Account}, s.now()) {
		return nil
	}
	d, err := newSurroundings(s).detail(ctx, fair.Actor{Account: e.Account}, i)
	if err != nil {
		return err
	}
	return s.reach(ctx, e, Telling{Kind: e.Kind, Side: fair.SideCandidate, Topic: i.ID, Stand: d.Stand, Fair: d.Fair, When: i.StartsAt, Until: i.StartsAt})
}

// sweepReminders reminds candidates the day and the hour before. Each reminder is
// the change that takes its time away, so that none is sent twice; after a
// standstill only the one that is still true is sent, and none for what has begun.
func (s *Service) sweepReminders(ctx context.Context) error {
	now := s.now()
	due, err := s.Stores.Interviews.RemindersDue(ctx, now, sweepBatch)
	if err != nil {
		return fmt.Errorf("list reminders that are due: %w", err)
	}
	var failed []error
	for _, i := range due {
		var effects []fair.Effect
		if i.State == fair.InterviewBooked && i.StartsAt.After(now) {
			effects = append(effects, owe(fair.EffectMailReminder, i.Candidate, now), owe(fair.EffectPushReminder, i.Candidate, now))
		}
		_, _, err := s.Stores.Interviews.Reminded(ctx, i, fair.NextReminder(i.StartsAt, now), effects...)
		failed = append(failed, err)
	}
	if len(due) > 0 {
		s.wake()
	}
	return errors.Join(failed...)
}

// sweepDeskReminders reminds recruiters, as sweepReminders does candidates: the
// hour before the first appointment of a day, and shortly before each.
func (s *Service) sweepDeskReminders(ctx context.Context) error {
	now := s.now()
	due, err := s.Stores.Interviews.DeskRemindersDue(ctx, now, sweepBatch)
	if err != nil {
		return fmt.Errorf("list reminders of recruiters that are due: %w", err)
	}
	var failed []error
	for _, i := range due {
		effects, err := s.deskReminder(ctx, i, now)
		if err == nil {
			_, _, err = s.Stores.Interviews.DeskReminded(ctx, i, fair.NextDeskReminder(i.StartsAt, now), effects...)
		}
		failed = append(failed, err)
	}
	if len(due) > 0 {
		s.wake()
	}
	return errors.Join(failed...)
}

// deskReminder is what is owed to the recruiter of an interview whose reminder is
// due: nothing the hour before one that is not the first of the day.
func (s *Service) deskReminder(ctx context.Context, i fair.Interview, now time.Time) ([]fair.Effect, error) {
	if i.State != fair.InterviewBooked || !i.StartsAt.After(now) {
		return nil, nil
	}
	if i.StartsAt.Sub(now) <= fair.RemindSoon {
		return []fair.Effect{owe(fair.EffectPushSoon, i.Recruiter, now)}, nil
	}
	f, err := s.Stores.Fairs.Get(ctx, i.Fair)
	if err != nil {
		return nil, fmt.Errorf("read the fair of interview %s: %w", i.ID, err)
	}
	y, m, d := i.StartsAt.In(f.Location()).Date()
	before, err := s.Stores.Interviews.Of(ctx, i.Recruiter, fair.Recruiter, time.Date(y, m, d, 0, 0, 0, 0, f.Location()), i.StartsAt, sweepBatch)
	if err != nil {
		return nil, fmt.Errorf("list the appointments before interview %s: %w", i.ID, err)
	}
	if slices.ContainsFunc(before, func(o fair.Interview) bool {
		return o.ID != i.ID && o.State != fair.InterviewCancelled && o.StartsAt.Before(i.StartsAt)
	}) {
		return nil, nil
	}
	return []fair.Effect{owe(fair.EffectPushFirst, i.Recruiter, now)}, nil
}

// pushDesk tells the recruiter of an appointment that is still to come. Of one
// that is about to begin, the screen itself tells whoever is there.
func (s *Service) pushDesk(ctx context.Context, i fair.Interview, e fair.Effect) error {
	if i.State != fair.InterviewBooked || i.Recruiter != e.Account || !i.StartsAt.After(s.now()) {
		return nil
	}
	if e.Kind == fair.EffectPushSoon && s.hasPage(ctx, e.Account) {
		return nil
	}
	d, err := newSurroundings(s).detail(ctx, fair.Actor{Account: e.Account}, i)
	if err != nil {
		return err
	}
	return s.reach(ctx, e, Telling{Kind: e.Kind, Side: fair.SideStand, Topic: i.ID, Stand: d.Stand, Fair: d.Fair, When: i.StartsAt, Until: i.StartsAt})
}

// hasPage reports whether somebody has a page open that tells them itself; when
// that cannot be known, that they have not.
func (s *Service) hasPage(ctx context.Context, account fair.ID) bool {
	if s.Presence == nil {
		return false
	}
	online, err := s.Presence.Online(ctx, []fair.ID{account})
	return err == nil && online[account]
}
