package service

import (
	"context"

	"salon/fair"
)

// Slots lists slots of a fair by time. Visitors see no booking; recruiters see
// those of their stand with theirs.
func (s *Service) Slots(ctx context.Context, a fair.Actor, fairRef string, q fair.SlotQuery) (Page[fair.Slot], error) {
	return Page[fair.Slot]{}, errUnbuilt
}

// OpenSlots makes a run of slots at a stand. Each is claimed on the
// recruiter's calendar first; those that overlap something are left out and
// counted. Errors: Invalid, Forbidden, Conflict when none could be made.
func (s *Service) OpenSlots(ctx context.Context, a fair.Actor, stand fair.ID, p fair.SlotPlan) (made []fair.Slot, skipped int, err error) {
	return nil, 0, errUnbuilt
}

// WithdrawSlot takes a free slot back. Errors: Conflict when it is booked.
func (s *Service) WithdrawSlot(ctx context.Context, a fair.Actor, slot fair.ID) error {
	return errUnbuilt
}

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
}

func (e *SlotTaken) Error() string { return e.Err.Error() }

// Unwrap gives the refusal itself.
func (e *SlotTaken) Unwrap() error { return e.Err }

// BookRequest asks for a seat.
type BookRequest struct {
	Channel fair.Channel
	Key     string  // idempotency key, 1 to 64 visible ASCII characters; required
	Offer   fair.ID // the offer it is about, if any
}

// Book keeps the seat of a slot for the actor: slot free to held, the
// candidate's calendar claimed with overlap in the filter, slot held to
// booked, interview made. Errors: *SlotTaken; Conflict "booking.overlap";
// Invalid "key.reused" (same key, other content), "phone.missing"; Forbidden
// for those who are not candidates.
func (s *Service) Book(ctx context.Context, a fair.Actor, slot fair.ID, r BookRequest) (Booked, error) {
	return Booked{}, errUnbuilt
}
