package service

import (
	"context"
	"fmt"

	"salon/fair"
)

// MoveRequest asks for another time for an interview.
type MoveRequest struct {
	Slot    fair.ID
	Channel fair.Channel // empty: as before, or the one the slot has
	Short   bool         // also where the extra time the candidate needs cannot be given
}

// MoveInterview moves the actor's interview, as its candidate, to another free
// slot of the stand: the same interview, its calendar entry with the next
// SEQUENCE. The request again changes nothing. Errors: NotFound; Forbidden for
// the recruiter, who proposes; *SlotTaken; Conflict "booking.overlap",
// "interview.begun", "interview.moved" when somebody else has just changed it;
// Invalid "slot.elsewhere", "slot.channel", "phone.missing"; Gone.
func (s *Service) MoveInterview(ctx context.Context, a fair.Actor, id fair.ID, r MoveRequest) (fair.Interview, error) {
	i, err := s.attending(ctx, a, id)
	if err != nil {
		return i, err
	}
	if i.Slot == r.Slot && i.State == fair.InterviewBooked {
		return forEyes(i, a), nil
	}
	key := fmt.Sprintf("move.%s.%d", id, i.Sequence)
	if i.Proposal.Names(r.Slot) { // it is held for them already
		key, r.Short = i.Proposal.Key(id), true
	}
	moved, err := s.move(ctx, a, i, r, key)
	return forEyes(moved, a), err
}

// attending finds an interview for its candidate; its recruiter is told
// Forbidden.
func (s *Service) attending(ctx context.Context, a fair.Actor, id fair.ID) (fair.Interview, error) {
	i, err := s.party(ctx, a, id)
	if err == nil && i.Candidate != a.Account {
		return fair.Interview{}, fair.E(fair.Forbidden, "not.candidate")
	}
	return i, err
}

// movable refuses to move what has begun, is over, or has no slot to leave.
func (s *Service) movable(i fair.Interview) error {
	switch {
	case i.Over():
		return i.Meetable(s.now(), true)
	case i.State != fair.InterviewBooked || i.Slot == "" || !i.StartsAt.After(s.now()):
		return fair.E(fair.Conflict, "interview.begun")
	}
	return nil
}

// move walks the steps, which are those of a booking with another end:
//
//  1. hold: the new slot is held by the candidate, unless a proposal holds it;
//  2. claim: the candidate's calendar takes the new time beside the old one;
//  3. confirm: the new slot is booked by the same interview, and owes that the
//     interview follows;
//  4. interview: it changes slot, time and recruiter, if it is still where the
//     move began, and owes the old slot's release and the mails;
//  5. release: the old slot is free, the old time too.
//
// Before step 3 a hold lapses; after it the dispatcher completes the move, or
// frees the new slot when the interview has gone elsewhere meanwhile.
func (s *Service) move(ctx context.Context, a fair.Actor, i fair.Interview, r MoveRequest, key string) (fair.Interview, error) {
	if err := s.movable(i); err != nil {
		return i, err
	}
	slot, channel, err := s.target(ctx, a, i, r)
	if err != nil {
		return i, err
	}
	if err := s.step("move.hold"); err != nil {
		return i, err
	}
	booking := fair.Booking{Candidate: i.Candidate, Interview: i.ID, Channel: channel, Offer: i.Offer, Key: key, From: i.Slot}
	booking.ID, _ = fair.BookingIDs(slot.ID, i.Candidate, key)
	if slot, err = s.take(ctx, slot, booking, r.Short); err != nil {
		return i, err
	}
	if err := s.step("move.interview"); err != nil {
		return i, err
	}
	if err := s.follow(ctx, slot); err != nil {
		return i, err
	}
	s.wake()
	moved, err := s.Stores.Interviews.Get(ctx, i.ID)
	if err == nil && moved.Slot != slot.ID {
		return moved, fair.E(fair.Conflict, "interview.moved")
	}
	return moved, err
}

// target reads the slot an interview is to move to and settles the channel.
func (s *Service) target(ctx context.Context, a fair.Actor, i fair.Interview, r MoveRequest) (fair.Slot, fair.Channel, error) {
	if !r.Slot.Valid() {
		return fair.Slot{}, "", fair.Refuse("slot", "slot.unknown")
	}
	slot, err := s.Stores.Slots.Get(ctx, r.Slot)
	if err != nil {
		return slot, "", err
	}
	if slot.Stand != i.Stand {
		return slot, "", fair.Refuse("slot", "slot.elsewhere")
	}
	channel := r.Channel
	if channel == "" {
		if channel = i.Channel; !slot.Offers(channel) && len(slot.Channels) > 0 {
			channel = slot.Channels[0]
		}
	}
	return slot, channel, s.checkBooking(ctx, a, slot, BookRequest{Channel: channel})
}

// take holds a slot, claims the time and confirms: the first three steps of a
// move. Each recognises itself.
func (s *Service) take(ctx context.Context, slot fair.Slot, booking fair.Booking, short bool) (fair.Slot, error) {
	if slot.Booking != nil && slot.Booking.ID == booking.ID {
		return slot, nil
	}
	now := s.now()
	hold := fair.Hold{Candidate: booking.Candidate, Key: booking.Key, Until: now.Add(fair.HoldTime)}
	_, held, err := s.Stores.Slots.Hold(ctx, slot.ID, hold, now)
	if err != nil {
		return slot, fmt.Errorf("hold slot %s: %w", slot.ID, err)
	}
	if !held {
		return s.takenAlready(ctx, slot, booking)
	}
	if err := s.step("move.claim"); err != nil {
		return slot, err
	}
	if err := s.seat(ctx, slot, &booking, hold, short); err != nil {
		return slot, err
	}
	if err := s.step("move.confirm"); err != nil {
		return slot, err
	}
	now = s.now()
	booking.At = now
	confirmed, won, err := s.Stores.Slots.Confirm(ctx, slot.ID, booking, now.Add(fair.HoldMargin),
		owe(fair.EffectFollow, booking.Candidate, now), owe(fair.EffectNotify, "", now))
	if err != nil {
		return slot, fmt.Errorf("confirm slot %s: %w", slot.ID, err)
	}
	if !won {
		if err := s.settleBoth(ctx, slot, booking.Candidate); err != nil {
			return slot, err
		}
		return slot, s.taken(ctx, slot, fair.E(fair.Conflict, "slot.taken"))
	}
	return confirmed, nil
}

// takenAlready answers a hold that did not match: perhaps a twin of this request
// has booked meanwhile.
func (s *Service) takenAlready(ctx context.Context, slot fair.Slot, booking fair.Booking) (fair.Slot, error) {
	slot, err := s.Stores.Slots.Get(ctx, slot.ID)
	if err == nil && (slot.Booking == nil || slot.Booking.ID != booking.ID) {
		err = s.taken(ctx, slot, fair.E(fair.Conflict, "slot.taken"))
	}
	return slot, err
}

// follow brings the interview of a booked slot to where the slot is: to its time
// when the interview is moved here or lasts longer or shorter, to its recruiter when the slot was given to
// a colleague. A slot whose interview has gone elsewhere is freed. It decides by
// what it reads, so that doing it again, late or twice, changes nothing.
func (s *Service) follow(ctx context.Context, slot fair.Slot) error {
	for range 3 {
		b := slot.Booking
		if b == nil {
			return nil
		}
		i, err := s.Stores.Interviews.Get(ctx, b.Interview)
		if err != nil {
			return err
		}
		var followed fair.Interview
		done := false
		switch {
		case i.Slot == slot.ID && i.Recruiter == slot.Recruiter:
			if i.State != fair.InterviewBooked || i.EndsAt.Equal(slot.Ends()) {
				return nil
			}
			followed, done, err = s.Stores.Interviews.SetEnd(ctx, i, slot.Ends(), owe(fair.EffectNotify, "", s.now()))
		case i.Slot == slot.ID && i.State == fair.InterviewBooked:
			followed, done, err = s.followRecruiter(ctx, i, slot)
		case i.Slot == slot.ID: // it began, or is over, with whom it was
			return s.settleCalendar(ctx, i.Recruiter, slot.ID)
		case i.Slot == b.From && i.State == fair.InterviewBooked:
			followed, done, err = s.followTime(ctx, i, slot)
		default:
			return s.giveBack(ctx, slot.ID, b.ID, b.Candidate)
		}
		if err != nil {
			return fmt.Errorf("have interview %s follow its slot: %w", i.ID, err)
		}
		if done {
			return s.releaseOwed(ctx, followed)
		}
		if slot, err = s.Stores.Slots.Get(ctx, slot.ID); err != nil {
			return err
		}
	}
	return fair.E(fair.Conflict, "edit.stale")
}

// followTime moves an interview to the slot that its booking was made on.
func (s *Service) followTime(ctx context.Context, i fair.Interview, to fair.Slot) (fair.Interview, bool, error) {
	old, err := s.Stores.Slots.Get(ctx, i.Slot)
	if err != nil && !notFound(err) {
		return i, false, fmt.Errorf("read the slot to leave: %w", err)
	}
	to.End = to.Ends()
	now := s.now()
	release := owe(fair.EffectRelease, i.Candidate, now)
	release.Slot = i.Slot
	if old.Booking != nil && old.Booking.Interview == i.ID {
		release.Key = string(old.Booking.ID)
	}
	effects := []fair.Effect{
		release, owe(fair.EffectMailMoved, i.Candidate, now), owe(fair.EffectMailMoved, to.Recruiter, now),
		owe(fair.EffectNotify, "", now), owe(fair.EffectRoomClosed, "", now),
		oweAudit("interview.moved", i.Candidate, to.Recruiter, now),
	}
	if to.Recruiter != i.Recruiter {
		effects = append(effects, owe(fair.EffectMailGiven, i.Recruiter, now), owe(fair.EffectNotify, i.Recruiter, now))
	}
	return s.Stores.Interviews.Move(ctx, i, to, append(effects, s.oweUnhold(i, to.ID)...)...)
}

// oweUnhold gives up what a proposal holds, but for one slot.
func (s *Service) oweUnhold(i fair.Interview, but fair.ID) (effects []fair.Effect) {
	if i.Proposal == nil {
		return nil
	}
	for _, p := range i.Proposal.Slots {
		if p.ID != but {
			e := owe(fair.EffectUnhold, i.Candidate, s.now())
			e.Slot, e.Key = p.ID, i.Proposal.Key(i.ID)
			effects = append(effects, e)
		}
	}
	return effects
}

// releaseOwed does at once what a change of an interview owes its old slot; the
// effect written with it does it again if that fails.
func (s *Service) releaseOwed(ctx context.Context, i fair.Interview) error {
	for _, e := range i.Effects {
		if e.Kind != fair.EffectRelease || e.Slot == "" {
			continue
		}
		if err := s.releaseSlot(ctx, i, e); err != nil {
			s.Log.WarnContext(ctx, "a slot that was left is not freed yet", "interview", i.ID, "slot", e.Slot, "err", err)
		}
	}
	return nil
}

// releaseSlot gives back the slot and the time that an interview has left: its
// candidate's when it moved, its recruiter's when a colleague took it.
func (s *Service) releaseSlot(ctx context.Context, i fair.Interview, e fair.Effect) error {
	if err := s.step("release.slot"); err != nil {
		return err
	}
	return s.giveBack(ctx, e.Slot, fair.ID(e.Key), e.Account)
}

// seatFreed offers a freed slot to the waiting list at once; the sweeper does if
// that fails.
func (s *Service) seatFreed(ctx context.Context, slot fair.ID) {
	if err := s.offerSeat(ctx, slot); err != nil {
		s.Log.WarnContext(ctx, "a freed seat is not offered yet", "slot", slot, "err", err)
	}
}

// giveBack frees a slot as it was booked by that booking, with what was held beyond
// it, and somebody's time that it no longer backs. Doing it again changes nothing.
func (s *Service) giveBack(ctx context.Context, slot, booking, account fair.ID) error {
	left, err := s.Stores.Slots.Get(ctx, slot)
	if err != nil && !notFound(err) {
		return fmt.Errorf("read slot %s to free it: %w", slot, err)
	}
	if booking != "" {
		var beyond []fair.Effect
		if left.Booking != nil && left.Booking.ID == booking {
			beyond = s.oweExtra(slot, left.Booking)
		}
		if err := s.Stores.Slots.Free(ctx, slot, booking, s.keepSeat(ctx, slot), append(beyond, owe(fair.EffectNotify, "", s.now()))...); err != nil {
			return fmt.Errorf("free slot %s: %w", slot, err)
		}
		s.unheld(ctx, beyond)
		s.seatFreed(ctx, slot)
	}
	if err := s.step("release.calendar"); err != nil {
		return err
	}
	left.ID = slot
	return s.settleBoth(ctx, left, account)
}
