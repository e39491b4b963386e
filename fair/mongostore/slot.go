package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Slots keeps the bookable places in time.
type Slots struct{ collection[fair.Slot] }

// claimable matches slots somebody could take now: free, or held by a hold
// that has lapsed. It is fair.Slot.Claimable as a filter.
func claimable(now time.Time) bson.A {
	return bson.A{
		eq("state", fair.SlotFree),
		bson.D{{Key: "state", Value: fair.SlotHeld}, {Key: "hold.until", Value: bson.D{{Key: "$lte", Value: now}}}},
	}
}

// List lists one page of what the query asks for, by start, and its count.
// Without Free it leaves out what was never open or is withdrawn.
func (s *Slots) List(ctx context.Context, fairID fair.ID, q fair.SlotQuery, now time.Time) ([]fair.Slot, int, error) {
	filter := eq("fair", fairID)
	if q.Stand != "" {
		filter = append(filter, bson.E{Key: "stand", Value: q.Stand})
	}
	start := bson.D{}
	from := q.From
	if q.Free {
		filter = append(filter, bson.E{Key: "$or", Value: claimable(now)})
		if from.Before(now) {
			from = now.Add(time.Millisecond)
		}
	} else {
		shown := []fair.SlotState{fair.SlotFree, fair.SlotHeld, fair.SlotBooked}
		filter = append(filter, bson.E{Key: "state", Value: bson.D{{Key: "$in", Value: shown}}})
	}
	if !from.IsZero() {
		start = append(start, bson.E{Key: "$gte", Value: from})
	}
	if !q.To.IsZero() {
		start = append(start, bson.E{Key: "$lt", Value: q.To})
	}
	if len(start) > 0 {
		filter = append(filter, bson.E{Key: "start", Value: start})
	}
	return s.page(ctx, filter, eq("start", 1, "_id", 1), q.Page, q.Limit)
}

// Booked lists which of the slots somebody has booked.
func (s *Slots) Booked(ctx context.Context, ids []fair.ID) ([]fair.ID, error) {
	list, err := s.find(ctx, bson.D{
		{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}},
		{Key: "state", Value: fair.SlotBooked},
	}, options.Find().SetProjection(eq("_id", 1)))
	booked := make([]fair.ID, len(list))
	for i, slot := range list {
		booked[i] = slot.ID
	}
	return booked, err
}

// CountFree counts the slots of a fair that can be taken now.
func (s *Slots) CountFree(ctx context.Context, fairID fair.ID, now time.Time) (int, error) {
	return s.count(ctx, bson.D{
		{Key: "fair", Value: fairID},
		{Key: "start", Value: bson.D{{Key: "$gt", Value: now}}},
		{Key: "$or", Value: claimable(now)},
	})
}

// Hold claims the slot for a candidate: it is free, or its hold has lapsed, or
// it is this candidate's own hold with the same key (an earlier try), and it
// has not begun.
func (s *Slots) Hold(ctx context.Context, id fair.ID, h fair.Hold, now time.Time) (slot fair.Slot, held bool, err error) {
	mine := eq("state", fair.SlotHeld, "hold.candidate", h.Candidate, "hold.key", h.Key)
	return s.change(ctx, bson.D{
		{Key: "_id", Value: id},
		{Key: "start", Value: bson.D{{Key: "$gt", Value: now}}},
		{Key: "$or", Value: append(claimable(now), mine)},
	}, update{set: eq("state", fair.SlotHeld, "hold", h)})
}

// Unhold gives up a hold, the candidate's own or one that has lapsed.
func (s *Slots) Unhold(ctx context.Context, id fair.ID, h fair.Hold) error {
	_, _, err := s.change(ctx,
		eq("_id", id, "state", fair.SlotHeld, "hold.candidate", h.Candidate, "hold.key", h.Key, "hold.until", h.Until),
		update{set: eq("state", fair.SlotFree), unset: eq("hold", "")})
	return err
}

// Confirm makes the booking of whoever holds the slot, if the hold lasts beyond
// a time. A slot that has this very booking already is our own earlier success.
func (s *Slots) Confirm(ctx context.Context, id fair.ID, b fair.Booking, beyond time.Time, effects ...fair.Effect) (slot fair.Slot, booked bool, err error) {
	slot, booked, err = s.change(ctx, bson.D{
		{Key: "_id", Value: id},
		{Key: "state", Value: fair.SlotHeld},
		{Key: "hold.candidate", Value: b.Candidate},
		{Key: "hold.key", Value: b.Key},
		{Key: "hold.until", Value: bson.D{{Key: "$gt", Value: beyond}}},
	}, update{set: eq("state", fair.SlotBooked, "booking", b), unset: eq("hold", "")}, effects...)
	if err != nil || booked {
		return slot, booked, err
	}
	slot, err = s.Get(ctx, id)
	return slot, err == nil && slot.Booking != nil && slot.Booking.ID == b.ID, err
}

// Free gives the slot of a cancelled interview back; doing it again changes
// nothing.
func (s *Slots) Free(ctx context.Context, id, interview fair.ID, effects ...fair.Effect) error {
	_, _, err := s.change(ctx, eq("_id", id, "state", fair.SlotBooked, "booking.interview", interview),
		update{set: eq("state", fair.SlotFree), unset: eq("booking", "")}, effects...)
	return err
}

// Open makes an opening slot bookable, if its hold lasts beyond a time.
func (s *Slots) Open(ctx context.Context, id fair.ID, beyond time.Time, effects ...fair.Effect) (slot fair.Slot, opened bool, err error) {
	slot, opened, err = s.change(ctx, bson.D{
		{Key: "_id", Value: id},
		{Key: "state", Value: fair.SlotOpening},
		{Key: "hold.until", Value: bson.D{{Key: "$gt", Value: beyond}}},
	}, update{set: eq("state", fair.SlotFree), unset: eq("hold", "")}, effects...)
	if err != nil || opened {
		return slot, opened, err
	}
	slot, err = s.Get(ctx, id)
	return slot, err == nil && slot.State == fair.SlotFree, err
}

// Withdraw takes back a slot that can be taken now, or one whose opening failed.
// Doing it again succeeds again.
func (s *Slots) Withdraw(ctx context.Context, id fair.ID, now time.Time, effects ...fair.Effect) (slot fair.Slot, withdrawn bool, err error) {
	slot, withdrawn, err = s.change(ctx, bson.D{
		{Key: "_id", Value: id},
		{Key: "$or", Value: append(claimable(now), eq("state", fair.SlotOpening))},
	}, update{set: eq("state", fair.SlotWithdrawn), unset: eq("hold", "")}, effects...)
	if err != nil || withdrawn {
		return slot, withdrawn, err
	}
	slot, err = s.Get(ctx, id)
	return slot, err == nil && slot.State == fair.SlotWithdrawn, err
}

// Lapsed lists at most limit slots whose hold has lapsed: what the sweeper
// tidies.
func (s *Slots) Lapsed(ctx context.Context, now time.Time, limit int) ([]fair.Slot, error) {
	return s.find(ctx, bson.D{{Key: "hold.until", Value: bson.D{{Key: "$lte", Value: now}}}},
		options.Find().SetSort(eq("hold.until", 1)).SetLimit(int64(limit)))
}
