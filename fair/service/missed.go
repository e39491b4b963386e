package service

import (
	"context"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// MissInterview is the recruiter's press when the candidate does not come, or
// does not answer the phone: so many minutes after the start as the fair has settled, the interview is missed,
// the candidate is told how to come back, and what is left of the time is free
// for the line. Pressed again it changes nothing. In a demo the hours do not
// count. Errors: NotFound; Forbidden; Conflict "interview.waiting" while the
// candidate may still come, "interview.came" when that person has been there,
// "interview.begun"; Gone.
func (s *Service) MissInterview(ctx context.Context, a fair.Actor, id fair.ID) (fair.Interview, error) {
	i, err := s.recruiting(ctx, a, id)
	if err != nil {
		return i, err
	}
	if i.State == fair.InterviewMissed {
		return forEyes(i, a), nil
	}
	if i.Over() {
		return fair.Interview{}, i.Meetable(s.now(), true)
	}
	if i.State == fair.InterviewBooked && i.CandidateCame() {
		return fair.Interview{}, fair.E(fair.Conflict, "interview.came")
	}
	if !i.Missable() {
		return fair.Interview{}, fair.E(fair.Conflict, "interview.begun")
	}
	f, err := s.Stores.Fairs.Get(ctx, i.Fair)
	if err != nil {
		return fair.Interview{}, fmt.Errorf("read the fair of interview %s: %w", id, err)
	}
	if s.now().Before(i.StartsAt.Add(f.Rules().Book.NoShow)) && !s.anytime(f) {
		return fair.Interview{}, fair.E(fair.Conflict, "interview.waiting")
	}
	missed, ok, err := s.miss(ctx, i, a.Account)
	if err != nil {
		return fair.Interview{}, err
	}
	if !ok {
		return s.reread(ctx, a, id, fair.InterviewMissed, "interview.came")
	}
	return forEyes(missed, a), nil
}

// miss writes that the candidate did not come, if that is still so, and frees the
// time of both.
func (s *Service) miss(ctx context.Context, i fair.Interview, by fair.ID) (fair.Interview, bool, error) {
	now := s.now()
	missed, ok, err := s.Stores.Interviews.Miss(ctx, i, now,
		owe(fair.EffectRelease, "", now), owe(fair.EffectMailMissed, i.Candidate, now), owe(fair.EffectNotify, "", now),
		owe(fair.EffectRoomClosed, "", now), oweAudit("interview.missed", by, i.Candidate, now))
	if err != nil || !ok {
		return missed, false, err
	}
	s.leaveLive(ctx, missed)
	if err := s.release(ctx, missed); err != nil {
		s.Log.WarnContext(ctx, "the time of a missed interview is not free yet", "interview", i.ID, "err", err)
	}
	s.closeRoom(ctx, fair.RoomID(fair.InterviewRoom, i.ID))
	s.wake()
	return missed, true, nil
}

// releaseMissed frees the rest of the time of a missed interview: its slot is
// over, so that it blocks neither calendar, and counts against no cap.
func (s *Service) releaseMissed(ctx context.Context, i fair.Interview) error {
	if err := s.step("release.slot"); err != nil {
		return err
	}
	slot, err := s.Stores.Slots.Get(ctx, i.Slot)
	if err != nil && !notFound(err) {
		return fmt.Errorf("read the slot of interview %s: %w", i.ID, err)
	}
	beyond := s.oweExtra(i.Slot, slot.Booking)
	if err := s.Stores.Slots.Close(ctx, i.Slot, i.ID, append(beyond, owe(fair.EffectNotify, "", s.now()))...); err != nil {
		return fmt.Errorf("close the slot of interview %s: %w", i.ID, err)
	}
	s.unheld(ctx, beyond)
	for _, person := range []fair.ID{i.Candidate, i.Recruiter} {
		if err := s.step("release.calendar"); err != nil {
			return err
		}
		if err := s.settleCalendar(ctx, person, i.Slot); err != nil {
			return err
		}
	}
	return nil
}

// shortestNoShow is the least a fair may settle (fair.Rules.Check), longest how
// long after its start an interview is still looked at.
const (
	shortestNoShow = 3 * time.Minute
	longestNoShow  = 2 * time.Hour
)

// sweepMissed looks at interviews that should have begun: those by video whose
// recruiter is there, in the room or on duty at the stand, and whose candidate
// never was, are missed. By phone only the recruiter knows that nobody answered.
func (s *Service) sweepMissed(ctx context.Context) error {
	now := s.now()
	list, err := s.Stores.Interviews.Waiting(ctx, now.Add(-longestNoShow), now.Add(-shortestNoShow), sweepBatch)
	if err != nil {
		return fmt.Errorf("list interviews that should have begun: %w", err)
	}
	fairs := map[fair.ID]fair.Fair{}
	return each(list, func(i fair.Interview) error { return s.sweepMissing(ctx, fairs, i, now) })
}

func (s *Service) sweepMissing(ctx context.Context, fairs map[fair.ID]fair.Fair, i fair.Interview, now time.Time) error {
	if i.Walkin() || i.Channel != fair.Video || i.CandidateCame() {
		return nil
	}
	f, err := once(ctx, fairs, i.Fair, s.Stores.Fairs.Get)
	if err != nil || now.Before(i.StartsAt.Add(f.Rules().Book.NoShow)) {
		return err
	}
	there := slices.Contains(i.Present, i.Recruiter)
	if !there {
		if there, err = s.atTheStand(ctx, i); err != nil {
			return err
		}
	}
	if there {
		_, _, err = s.miss(ctx, i, i.Recruiter)
	}
	return err
}

// atTheStand reports whether the recruiter of an interview is at the stand, and in no
// other call that keeps them from it.
func (s *Service) atTheStand(ctx context.Context, i fair.Interview) (bool, error) {
	line, err := s.Stores.Lines.Get(ctx, i.Stand)
	if notFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read who is on duty for interview %s: %w", i.ID, err)
	}
	now := s.now()
	if duty, said := line.DutyOf(i.Recruiter); !said || !duty.Available(now) {
		return false, nil
	}
	p, err := s.Stores.Persons.Get(ctx, i.Recruiter)
	if err != nil {
		return false, fmt.Errorf("read the calendar of %s: %w", i.Recruiter, err)
	}
	return p.Live == nil || p.Live.Interview == i.ID || !now.Before(p.Live.Until), nil
}
