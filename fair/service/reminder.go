package service

import (
	"context"
	"errors"
	"fmt"

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
