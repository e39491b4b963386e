package service

import (
	"context"
	"errors"
	"fmt"

	"salon/fair"
)

// Team lists the recruiters of a stand, for its desk.
func (s *Service) Team(ctx context.Context, a fair.Actor, stand fair.ID) ([]fair.Host, error) {
	st, err := s.StandDesk(ctx, a, stand)
	return st.People, err
}

// GiveInterview gives a booked interview to a colleague of the stand: slot,
// calendar and interview change hands, all three people are told. Any recruiter
// of the stand may, so that somebody who is ill lets nobody down. The request
// again changes nothing. Errors: NotFound; Forbidden; Conflict "slot.colleague"
// when the colleague has something else then, "interview.begun",
// "interview.moved"; Invalid "slot.recruiter", "booking.own"; Gone.
func (s *Service) GiveInterview(ctx context.Context, a fair.Actor, id, to fair.ID) (fair.Interview, error) {
	i, err := s.ofStand(ctx, a, id)
	if err != nil {
		return i, err
	}
	if i.Recruiter == to && i.State == fair.InterviewBooked {
		return forEyes(i, a), nil
	}
	if err := s.movable(i); err != nil {
		return fair.Interview{}, err
	}
	colleague, err := s.Stores.Accounts.Get(ctx, to)
	if notFound(err) || err == nil && !(fair.Actor{Roles: colleague.Roles}).Recruits(i.Stand) {
		return fair.Interview{}, fair.Refuse("recruiter", "slot.recruiter")
	}
	if err != nil {
		return fair.Interview{}, err
	}
	if to == i.Candidate {
		return fair.Interview{}, fair.Refuse("recruiter", "booking.own")
	}
	if err := s.admitted(ctx, i.Candidate, i.Fair, i.Stand, to); err != nil {
		return fair.Interview{}, unfit(err, "slot.recruiter")
	}
	slot, err := s.give(ctx, i, to)
	if err != nil {
		return fair.Interview{}, err
	}
	if err := s.step("give.interview"); err != nil {
		return fair.Interview{}, err
	}
	if err := s.follow(ctx, slot); err != nil {
		return fair.Interview{}, err
	}
	if err := s.tendExtra(ctx, slot.ID); err != nil {
		s.Log.WarnContext(ctx, "a given appointment is not as long as it should be yet", "interview", id, "err", err)
	}
	s.wake()
	given, err := s.Stores.Interviews.Get(ctx, id)
	if err == nil && given.Recruiter != to {
		err = fair.E(fair.Conflict, "interview.moved")
	}
	return forEyes(given, a), err
}

// ofStand finds an interview for its recruiter, a colleague of the stand or an
// organiser of the fair. Errors: NotFound for everybody else but its candidate,
// who is told Forbidden.
func (s *Service) ofStand(ctx context.Context, a fair.Actor, id fair.ID) (fair.Interview, error) {
	i, err := s.recruiting(ctx, a, id)
	if !notFound(err) {
		return i, err
	}
	if i, err = s.Stores.Interviews.Get(ctx, id); err != nil {
		return fair.Interview{}, err
	}
	if !a.Recruits(i.Stand) && !a.Organises(i.Fair) {
		return fair.Interview{}, fair.E(fair.NotFound, "interview.unknown")
	}
	if a.Recruits(i.Stand) {
		err = s.notBarred(ctx, a.Account, i.Fair)
	}
	return i, err
}

// give walks the steps of a slot that changes hands:
//
//  1. hand: the slot is on its way to the colleague, for so long as a hold lasts;
//  2. claim: the colleague's calendar takes the time;
//  3. slot: the slot is the colleague's, and owes that its interview follows, and
//     takes the extra time it needs of the colleague's.
//
// Whoever dies before step 3 leaves a way that lapses; the sweeper drops the
// entry in the colleague's calendar.
func (s *Service) give(ctx context.Context, i fair.Interview, to fair.ID) (fair.Slot, error) {
	slot, err := s.Stores.Slots.Get(ctx, i.Slot)
	if err != nil {
		return slot, err
	}
	if slot.Booking == nil || slot.Booking.Interview != i.ID {
		return slot, fair.E(fair.Conflict, "interview.moved")
	}
	if slot.Recruiter == to { // the interview has yet to follow
		return slot, nil
	}
	booking := slot.Booking.ID
	if err := s.step("give.hand"); err != nil {
		return slot, err
	}
	now := s.now()
	way := fair.Handover{Recruiter: to, Until: now.Add(fair.HoldTime)}
	_, handed, err := s.Stores.Slots.Hand(ctx, slot.ID, booking, way, now)
	if err != nil {
		return slot, fmt.Errorf("hand slot %s over: %w", slot.ID, err)
	}
	if !handed {
		return slot, fair.E(fair.Conflict, "interview.moved")
	}
	if err := s.step("give.claim"); err != nil {
		return slot, err
	}
	claimed, err := s.claim(ctx, to, fair.Busy{ID: slot.ID, Start: slot.Start, End: slot.End, Fair: slot.Fair, Role: fair.Recruiter})
	if err != nil {
		return slot, err
	}
	if !claimed {
		if err := s.Stores.Slots.Unhand(ctx, slot.ID, way); err != nil {
			return slot, fmt.Errorf("keep slot %s: %w", slot.ID, err)
		}
		return slot, fair.E(fair.Conflict, "slot.colleague")
	}
	if err := s.step("give.slot"); err != nil {
		return slot, err
	}
	now = s.now()
	beyond := s.oweExtra(slot.ID, slot.Booking)
	given, ok, err := s.Stores.Slots.Give(ctx, slot.ID, booking, to, now.Add(fair.HoldMargin),
		append(beyond, owe(fair.EffectFollow, slot.Recruiter, now), owe(fair.EffectNotify, "", now))...)
	if err != nil {
		return slot, fmt.Errorf("give slot %s to a colleague: %w", slot.ID, err)
	}
	if !ok {
		return slot, errors.Join(s.settleCalendar(ctx, to, slot.ID), fair.E(fair.Conflict, "interview.moved"))
	}
	s.unheld(ctx, beyond)
	return given, nil
}

// followRecruiter gives an interview to the recruiter its slot has now.
func (s *Service) followRecruiter(ctx context.Context, i fair.Interview, slot fair.Slot) (fair.Interview, bool, error) {
	now := s.now()
	release := owe(fair.EffectRelease, i.Recruiter, now)
	release.Slot = i.Slot
	return s.Stores.Interviews.Give(ctx, i, slot.Recruiter,
		release, owe(fair.EffectMailMoved, i.Candidate, now), owe(fair.EffectMailMoved, slot.Recruiter, now),
		owe(fair.EffectMailGiven, i.Recruiter, now), owe(fair.EffectNotify, "", now), owe(fair.EffectNotify, i.Recruiter, now),
		owe(fair.EffectRoomClosed, "", now), oweAudit("interview.given", slot.Recruiter, i.Recruiter, now))
}

// sweepHandovers tidies the ways to a colleague that nobody completed.
func (s *Service) sweepHandovers(ctx context.Context) error {
	slots, err := s.Stores.Slots.Handed(ctx, s.now(), sweepBatch)
	if err != nil {
		return fmt.Errorf("list lapsed handovers: %w", err)
	}
	var failed []error
	for _, slot := range slots {
		if slot.Handover == nil {
			continue
		}
		if err := s.settleCalendar(ctx, slot.Handover.Recruiter, slot.ID); err != nil {
			failed = append(failed, err)
			continue
		}
		failed = append(failed, s.Stores.Slots.Unhand(ctx, slot.ID, *slot.Handover))
	}
	return errors.Join(failed...)
}
