package service

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"salon/fair"
)

// Booked is a kept seat with its interview. Again is true when the same key
// had been answered before.
type Booked struct {
	Slot      fair.Slot
	Interview fair.Interview
	Again     bool
}

// SlotTaken is the error of a lost race: Next are the next free slots of the
// stand. It unwraps to a *fair.Error of kind Conflict.
type SlotTaken struct {
	Err  error
	Next []fair.Slot
	Zone *time.Location // of the fair, where the next ones are told in words
}

// Error is that of the refusal.
func (e *SlotTaken) Error() string { return e.Err.Error() }

// Unwrap gives the refusal itself.
func (e *SlotTaken) Unwrap() error { return e.Err }

// nextSlots is how many free slots a refused booking is offered instead.
const nextSlots = 5

// BookRequest asks for a seat.
type BookRequest struct {
	Channel fair.Channel
	Key     string  // idempotency key, 1 to 64 visible ASCII characters; required
	Offer   fair.ID // the offer it is about, if any
	Short   bool    // also where the extra time the candidate needs cannot be given

	draw fair.ID // the draw that gives it; its slots are kept from everybody else
}

var keyPattern = regexp.MustCompile(`^[!-~]{1,64}$`)

// Book keeps the seat of a slot for the actor, in four steps:
//
//  1. hold: the slot goes from free to held by this candidate and key;
//  2. claim: the candidate's calendar takes the time, unless it overlaps, and
//     both calendars the extra time that person needs (see reserve);
//  3. confirm: the slot goes from held to booked and owes its interview;
//  4. interview: the interview the booking names is inserted, and owes the
//     invitations.
//
// Each step recognises itself, so the same request again completes what was
// begun. Nobody need come again: before step 3 the hold lapses, and the
// sweeper, or whoever finds the calendar entry in the way, drops it; after
// step 3 the dispatcher does step 4.
//
// Errors: *SlotTaken; Conflict "booking.overlap", "booking.capstand",
// "booking.capfair", "booking.extra", "booking.noextra", "booking.own", "booking.cancelled" (the key of a booking that was cancelled since); Invalid
// "key.missing", "key.reused" (same key, other content), "slot.channel",
// "phone.missing"; Conflict "slot.kept", "slot.unreleased" where the organiser
// has not released the slot yet; Forbidden for those who are not candidates.
func (s *Service) Book(ctx context.Context, a fair.Actor, id fair.ID, r BookRequest) (Booked, error) {
	slot, err := s.bookable(ctx, a, id, r)
	if err != nil {
		return Booked{}, err
	}
	booking := fair.Booking{Candidate: a.Account, Channel: r.Channel, Offer: r.Offer, Draw: r.draw, Key: r.Key}
	booking.ID, booking.Interview = fair.BookingIDs(id, a.Account, r.Key)
	if b := slot.Booking; b != nil && b.ID == booking.ID {
		return s.bookedAgain(ctx, slot, r)
	}
	if done, err := s.bookedBefore(ctx, booking, id, r); done.Again || err != nil {
		return done, err
	}
	if err := s.checkBooking(ctx, a, slot, r); err != nil {
		return Booked{}, err
	}
	// What is held for somebody, or was drawn, is theirs as it is.
	short := r.Short || r.draw != "" || slot.Hold != nil && slot.Hold.Candidate == a.Account && slot.Hold.Key == r.Key
	return s.book(ctx, slot, booking, short)
}

// bookable reads the slot and refuses what no slot could grant.
func (s *Service) bookable(ctx context.Context, a fair.Actor, id fair.ID, r BookRequest) (fair.Slot, error) {
	if err := signedIn(a); err != nil {
		return fair.Slot{}, err
	}
	if !a.IsCandidate() {
		return fair.Slot{}, fair.E(fair.Forbidden, "not.candidate")
	}
	if r.Key == "" {
		return fair.Slot{}, fair.Refuse("Idempotency-Key", "key.missing")
	}
	if !keyPattern.MatchString(r.Key) {
		return fair.Slot{}, fair.Refuse("Idempotency-Key", "key.invalid")
	}
	if r.Channel != fair.Video && r.Channel != fair.Phone {
		return fair.Slot{}, fair.Refuse("channel", "channel.unknown")
	}
	slot, err := s.Stores.Slots.Get(ctx, id)
	if err != nil {
		return slot, err
	}
	if slot.State == fair.SlotOpening || slot.State == fair.SlotWithdrawn {
		return slot, fair.E(fair.NotFound, "slot.unknown")
	}
	return slot, nil
}

// bookedBefore answers a request whose interview exists: a twin of it has just
// succeeded, or the booking was cancelled since. Again is false when there is
// none.
func (s *Service) bookedBefore(ctx context.Context, b fair.Booking, slot fair.ID, r BookRequest) (Booked, error) {
	interview, err := s.Stores.Interviews.Get(ctx, b.Interview)
	if notFound(err) {
		return Booked{}, nil
	}
	if err != nil {
		return Booked{}, fmt.Errorf("look for an earlier booking: %w", err)
	}
	now, err := s.Stores.Slots.Get(ctx, slot)
	if err != nil {
		return Booked{}, fmt.Errorf("read the slot of an earlier booking: %w", err)
	}
	if interview.Slot != slot && !interview.Over() { // moved since: that is where it is
		now, err = s.Stores.Slots.Get(ctx, interview.Slot)
		return Booked{Slot: now, Interview: interview, Again: true}, err
	}
	if interview.State == fair.InterviewCancelled || now.Booking == nil || now.Booking.ID != b.ID {
		return Booked{}, fair.E(fair.Conflict, "booking.cancelled")
	}
	return s.bookedAgain(ctx, now, r)
}

// bookedAgain answers a request that succeeded before.
func (s *Service) bookedAgain(ctx context.Context, slot fair.Slot, r BookRequest) (Booked, error) {
	if slot.Booking.Channel != r.Channel || slot.Booking.Offer != r.Offer {
		return Booked{}, fair.Refuse("Idempotency-Key", "key.reused")
	}
	interview, err := s.makeInterview(ctx, slot)
	if err == nil && interview.State == fair.InterviewCancelled { // and its slot is not free yet
		return Booked{}, fair.E(fair.Conflict, "booking.cancelled")
	}
	return Booked{Slot: slot, Interview: interview, Again: true}, err
}

// checkBooking refuses what this slot cannot grant to this candidate.
func (s *Service) checkBooking(ctx context.Context, a fair.Actor, slot fair.Slot, r BookRequest) error {
	if slot.Recruiter == a.Account {
		return fair.E(fair.Conflict, "booking.own")
	}
	if err := s.admitted(ctx, a.Account, slot.Fair, slot.Stand, slot.Recruiter); err != nil {
		return err
	}
	if !slot.Start.After(s.now()) {
		return s.taken(ctx, slot, fair.E(fair.Conflict, "slot.past"))
	}
	if slot.Kept && r.draw == "" {
		return s.taken(ctx, slot, fair.E(fair.Conflict, "slot.kept"))
	}
	if !slot.Kept && !slot.Released(s.now()) {
		return s.taken(ctx, slot, fair.E(fair.Conflict, "slot.unreleased"))
	}
	if !slot.Offers(r.Channel) {
		return fair.Refuse("channel", "slot.channel")
	}
	if r.Channel == fair.Phone {
		account, err := s.Stores.Accounts.Get(ctx, a.Account)
		if err != nil {
			return fmt.Errorf("read the candidate's account: %w", err)
		}
		if account.Profile.Phone == "" {
			return fair.Refuse("phone", "phone.missing")
		}
	}
	if r.Offer == "" {
		return nil
	}
	if !r.Offer.Valid() {
		return fair.Refuse("offer", "offer.unknown")
	}
	offer, err := s.Stores.Offers.Get(ctx, r.Offer)
	if notFound(err) || err == nil && offer.Stand != slot.Stand {
		return fair.Refuse("offer", "offer.unknown")
	}
	return err
}

// book walks the steps.
func (s *Service) book(ctx context.Context, slot fair.Slot, booking fair.Booking, short bool) (Booked, error) {
	if err := s.step("hold"); err != nil {
		return Booked{}, err
	}
	now := s.now()
	hold := fair.Hold{Candidate: booking.Candidate, Key: booking.Key, Draw: booking.Draw, Until: now.Add(fair.HoldTime)}
	_, held, err := s.Stores.Slots.Hold(ctx, slot.ID, hold, now)
	if err != nil {
		return Booked{}, fmt.Errorf("hold slot %s: %w", slot.ID, err)
	}
	if !held {
		return s.lost(ctx, slot, booking)
	}
	if err := s.step("claim"); err != nil {
		return Booked{}, err
	}
	if err := s.seat(ctx, slot, &booking, hold, short); err != nil {
		return Booked{}, err
	}
	if err := s.step("confirm"); err != nil {
		return Booked{}, err
	}
	now = s.now()
	booking.At = now
	confirmed, won, err := s.Stores.Slots.Confirm(ctx, slot.ID, booking, now.Add(fair.HoldMargin),
		owe(fair.EffectInterview, booking.Candidate, now), owe(fair.EffectNotify, "", now))
	if err != nil {
		return Booked{}, fmt.Errorf("confirm slot %s: %w", slot.ID, err)
	}
	if !won {
		if err := s.settleBoth(ctx, slot, booking.Candidate); err != nil {
			return Booked{}, err
		}
		return Booked{}, s.taken(ctx, slot, fair.E(fair.Conflict, "slot.taken"))
	}
	if err := s.step("interview"); err != nil {
		return Booked{}, err
	}
	interview, err := s.makeInterview(ctx, confirmed)
	s.wake()
	return Booked{Slot: confirmed, Interview: interview}, err
}

// seat writes a held slot into a candidate's calendar, in the place of the one the
// booking comes from, with the extra time that person needs. The hold of one that
// cannot be theirs is given up.
func (s *Service) seat(ctx context.Context, slot fair.Slot, b *fair.Booking, hold fair.Hold, short bool) error {
	f, err := s.Stores.Fairs.Get(ctx, slot.Fair)
	if err != nil {
		return fmt.Errorf("read the fair of slot %s: %w", slot.ID, err)
	}
	if err = s.claimSeat(ctx, b.Candidate, seatOf(f, slot, b.From)); err == nil {
		err = s.lengthen(ctx, slot, b, short)
	}
	if fair.KindOf(err) != fair.Conflict {
		return err
	}
	if err := s.Stores.Slots.Unhold(ctx, slot.ID, hold); err != nil {
		return fmt.Errorf("give slot %s back: %w", slot.ID, err)
	}
	return errors.Join(err, s.settleBoth(ctx, slot, b.Candidate))
}

// lost answers a hold that did not match: perhaps a twin of this request has
// booked meanwhile.
func (s *Service) lost(ctx context.Context, slot fair.Slot, booking fair.Booking) (Booked, error) {
	slot, err := s.Stores.Slots.Get(ctx, slot.ID)
	if err != nil {
		return Booked{}, err
	}
	if slot.Booking != nil && slot.Booking.ID == booking.ID {
		return s.bookedAgain(ctx, slot, BookRequest{Channel: booking.Channel, Offer: booking.Offer})
	}
	return Booked{}, s.taken(ctx, slot, fair.E(fair.Conflict, "slot.taken"))
}

// taken dresses a refusal with the next free slots of the same stand.
func (s *Service) taken(ctx context.Context, slot fair.Slot, refusal error) error {
	q := fair.SlotQuery{Stand: slot.Stand, Free: true, Page: 1, Limit: nextSlots}
	next, _, err := s.Stores.Slots.List(ctx, slot.Fair, q, s.now())
	if err != nil {
		return errors.Join(refusal, fmt.Errorf("list the next free slots: %w", err))
	}
	for i := range next {
		next[i] = s.withoutPeople(next[i])
	}
	return &SlotTaken{Err: refusal, Next: next}
}

// makeInterview inserts the interview a booked slot owes, unless it is there.
func (s *Service) makeInterview(ctx context.Context, slot fair.Slot) (fair.Interview, error) {
	b := slot.Booking
	interview, err := s.Stores.Interviews.Get(ctx, b.Interview)
	if !notFound(err) {
		return interview, err
	}
	f, err := s.Stores.Fairs.Get(ctx, slot.Fair)
	if err != nil {
		return interview, fmt.Errorf("read the fair of slot %s: %w", slot.ID, err)
	}
	retain := f.KeepAtMost()
	if late := slot.End.Add(fair.RetainFor); late.After(retain) {
		retain = late
	}
	effects := []fair.Effect{
		owe(fair.EffectMailBooked, b.Candidate, b.At), owe(fair.EffectMailBooked, slot.Recruiter, b.At),
		owe(fair.EffectNotify, "", b.At), oweAudit("interview.booked", b.Candidate, slot.Recruiter, b.At),
	}
	interview = fair.Interview{
		ID: b.Interview, Fair: slot.Fair, Stand: slot.Stand, Slot: slot.ID, Offer: b.Offer,
		Recruiter: slot.Recruiter, Candidate: b.Candidate, Channel: b.Channel, State: fair.InterviewBooked,
		StartsAt: slot.Start, EndsAt: slot.Ends(), BookedAt: b.At, RemindAt: fair.NextReminder(slot.Start, b.At), DeskAt: fair.NextDeskReminder(slot.Start, b.At),
		Meta: meta(s.now(), retain, effects...),
	}
	err = s.Stores.Interviews.Insert(ctx, interview)
	if fair.KindOf(err) == fair.Conflict {
		return s.Stores.Interviews.Get(ctx, b.Interview)
	}
	if err != nil {
		return interview, fmt.Errorf("insert the interview of slot %s: %w", slot.ID, err)
	}
	return interview, nil
}
