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

// untaken matches slots nobody has now: free, or held by a hold that has
// lapsed.
func untaken(now time.Time) bson.A {
	return bson.A{
		eq("state", fair.SlotFree),
		bson.D{{Key: "state", Value: fair.SlotHeld}, {Key: "hold.until", Value: bson.D{{Key: "$lte", Value: now}}}},
	}
}

// claimable matches slots somebody could take now: nobody has them, and they
// are released. With untaken it is fair.Slot.Claimable as a filter.
func claimable(now time.Time) bson.A {
	list := untaken(now)
	for i := range list {
		list[i] = append(list[i].(bson.D), released(now)...)
	}
	return list
}

// taken matches slots that somebody has, or that are kept for somebody just now.
func taken(now time.Time) bson.A {
	return bson.A{
		eq("state", fair.SlotBooked),
		bson.D{{Key: "state", Value: fair.SlotHeld}, {Key: "hold.until", Value: bson.D{{Key: "$gt", Value: now}}}},
	}
}

// released is fair.Slot.Released as a filter.
func released(now time.Time) bson.D {
	return bson.D{
		{Key: "kept", Value: bson.D{{Key: "$ne", Value: true}}},
		{Key: "releaseAt", Value: bson.D{{Key: "$not", Value: bson.D{{Key: "$gt", Value: now}}}}},
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
	switch {
	case q.Unreleased:
		filter = append(filter, bson.E{Key: "state", Value: fair.SlotFree}, bson.E{Key: "$or", Value: unreleased(now)})
	case q.Free, q.Taken:
		which := claimable(now)
		if q.Taken {
			which = taken(now)
		}
		filter = append(filter, bson.E{Key: "$or", Value: which})
		if from.Before(now) {
			from = now.Add(time.Millisecond)
		}
	default:
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

// Shared reports whether the stand has a slot to come that can be held by either
// of two channels.
func (s *Slots) Shared(ctx context.Context, stand fair.ID, a, b fair.Channel, now time.Time) (bool, error) {
	list, err := s.find(ctx, bson.D{
		{Key: "stand", Value: stand}, {Key: "start", Value: bson.D{{Key: "$gt", Value: now}}},
		{Key: "channels", Value: bson.D{{Key: "$all", Value: bson.A{a, b}}}},
	}, options.Find().SetLimit(1))
	return len(list) > 0, err
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
	return s.count(ctx, freeIn(fairID, now))
}

// NextFree is when the first slot of each stand of a fair begins that can be taken
// now; a stand without one is not in it.
func (s *Slots) NextFree(ctx context.Context, fairID fair.ID, now time.Time) (map[fair.ID]time.Time, error) {
	var list []struct {
		Stand fair.ID `bson:"_id"`
		Start time.Time
	}
	err := s.aggregate(ctx, "find the next free slots", bson.A{
		bson.D{{Key: "$match", Value: freeIn(fairID, now)}},
		bson.D{{Key: "$group", Value: eq("_id", "$stand", "start", eq("$min", "$start"))}},
	}, &list)
	next := make(map[fair.ID]time.Time, len(list))
	for _, l := range list {
		next[l.Stand] = l.Start
	}
	return next, err
}

// freeIn matches the slots of a fair that can be taken now.
func freeIn(fairID fair.ID, now time.Time) bson.D {
	return bson.D{
		{Key: "fair", Value: fairID},
		{Key: "start", Value: bson.D{{Key: "$gt", Value: now}}},
		{Key: "$or", Value: claimable(now)},
	}
}

// unreleased is the contrary of released.
func unreleased(now time.Time) bson.A {
	return bson.A{eq("kept", true), bson.D{{Key: "releaseAt", Value: bson.D{{Key: "$gt", Value: now}}}}}
}

// Hold claims the slot for a candidate: it is free, or its hold has lapsed, or
// it is this candidate's own hold with the same key (an earlier try), and it
// has not begun. What is held for them longer already stays so: then only rev
// grows. A hold on behalf of a draw may take what is kept for one.
func (s *Slots) Hold(ctx context.Context, id fair.ID, h fair.Hold, now time.Time, effects ...fair.Effect) (slot fair.Slot, held bool, err error) {
	mine := eq("_id", id, "state", fair.SlotHeld, "hold.candidate", h.Candidate, "hold.key", h.Key)
	longer := append(mine, bson.E{Key: "hold.until", Value: bson.D{{Key: "$gte", Value: h.Until}}})
	if slot, held, err = s.change(ctx, longer, update{}); err != nil || held {
		return slot, held, err
	}
	open := claimable(now)
	if h.Draw != "" {
		open = untaken(now)
	}
	return s.change(ctx, bson.D{
		{Key: "_id", Value: id},
		{Key: "start", Value: bson.D{{Key: "$gt", Value: now}}},
		{Key: "$or", Value: append(open, mine)},
	}, update{set: eq("state", fair.SlotHeld, "hold", h)}, effects...)
}

// Unhold gives up a hold, the candidate's own or one that has lapsed.
func (s *Slots) Unhold(ctx context.Context, id fair.ID, h fair.Hold, effects ...fair.Effect) error {
	_, _, err := s.change(ctx, append(eq("_id", id), exactly(h)...),
		update{set: eq("state", fair.SlotFree), unset: eq("hold", "")}, effects...)
	return err
}

// exactly matches a slot held by that very hold.
func exactly(h fair.Hold) bson.D {
	var candidate any = h.Candidate
	if h.Candidate == "" {
		candidate = bson.D{{Key: "$exists", Value: false}}
	}
	return eq("state", fair.SlotHeld, "hold.candidate", candidate, "hold.key", h.Key, "hold.until", h.Until)
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
	}, update{set: eq("state", fair.SlotBooked, "booking", b), unset: eq("hold", "", "kept", "", "releaseAt", "")}, effects...)
	if err != nil || booked {
		return slot, booked, err
	}
	slot, err = s.Get(ctx, id)
	return slot, err == nil && slot.Booking != nil && slot.Booking.ID == b.ID, err
}

// Free gives a booked slot back, as it was booked by that booking; doing it again
// changes nothing. With keep it is held for the waiting list first.
func (s *Slots) Free(ctx context.Context, id, booking fair.ID, keep *fair.Hold, effects ...fair.Effect) error {
	u := update{set: eq("state", fair.SlotFree), unset: eq("booking", "", "handover", "")}
	if keep != nil {
		u.set = eq("state", fair.SlotHeld, "hold", *keep)
	}
	_, _, err := s.change(ctx, eq("_id", id, "state", fair.SlotBooked, "booking.id", booking), u, effects...)
	return err
}

// SetExtra changes the time a booked slot takes beyond its end, if it is as it was:
// nil where there is none.
func (s *Slots) SetExtra(ctx context.Context, id, booking fair.ID, was, to *fair.Extra, effects ...fair.Effect) (slot fair.Slot, changed bool, err error) {
	before := absent("booking.extra")
	if was != nil {
		before = eq("booking.extra.until", was.Until)
	}
	filter := append(eq("_id", id, "state", fair.SlotBooked, "booking.id", booking), before...)
	u := update{unset: eq("booking.extra", "")}
	if to != nil {
		u = update{set: eq("booking.extra", *to)}
	}
	return s.change(ctx, filter, u, effects...)
}

// Close takes a booked slot back for good: its hour has come and its interview
// does not take place. Doing it again changes nothing.
func (s *Slots) Close(ctx context.Context, id, interview fair.ID, effects ...fair.Effect) error {
	_, _, err := s.change(ctx, eq("_id", id, "state", fair.SlotBooked, "booking.interview", interview),
		update{set: eq("state", fair.SlotWithdrawn), unset: eq("booking", "", "handover", "")}, effects...)
	return err
}

// Pass takes a slot from one hold to another, if it has not begun.
func (s *Slots) Pass(ctx context.Context, id fair.ID, from, to fair.Hold, now time.Time, effects ...fair.Effect) (slot fair.Slot, held bool, err error) {
	filter := append(append(eq("_id", id), exactly(from)...), bson.E{Key: "start", Value: bson.D{{Key: "$gt", Value: now}}})
	return s.change(ctx, filter, update{set: eq("hold", to)}, effects...)
}

// Hand begins the way of a booked slot to a colleague: no other way has begun,
// or it has lapsed.
func (s *Slots) Hand(ctx context.Context, id, booking fair.ID, h fair.Handover, now time.Time) (slot fair.Slot, handed bool, err error) {
	return s.change(ctx, bson.D{
		{Key: "_id", Value: id},
		{Key: "state", Value: fair.SlotBooked},
		{Key: "booking.id", Value: booking},
		{Key: "recruiter", Value: bson.D{{Key: "$ne", Value: h.Recruiter}}},
		{Key: "$or", Value: bson.A{
			bson.D{{Key: "handover", Value: bson.D{{Key: "$exists", Value: false}}}},
			bson.D{{Key: "handover.until", Value: bson.D{{Key: "$lte", Value: now}}}},
			eq("handover.recruiter", h.Recruiter),
		}},
	}, update{set: eq("handover", h)})
}

// Unhand gives up the way to a colleague.
func (s *Slots) Unhand(ctx context.Context, id fair.ID, h fair.Handover) error {
	_, _, err := s.change(ctx, eq("_id", id, "handover.recruiter", h.Recruiter, "handover.until", h.Until),
		update{unset: eq("handover", "")})
	return err
}

// Give ends the way of a booked slot to a colleague, if it lasts beyond a time;
// what was beyond the slot's end was of the other's time, and is none now. A
// slot that is theirs already is our own earlier success.
func (s *Slots) Give(ctx context.Context, id, booking, to fair.ID, beyond time.Time, effects ...fair.Effect) (slot fair.Slot, given bool, err error) {
	booked := eq("_id", id, "state", fair.SlotBooked, "booking.id", booking)
	slot, given, err = s.change(ctx, append(booked,
		bson.E{Key: "handover.recruiter", Value: to},
		bson.E{Key: "handover.until", Value: bson.D{{Key: "$gt", Value: beyond}}}),
		update{set: eq("recruiter", to), unset: eq("handover", "", "booking.extra", "")}, effects...)
	if err != nil || given {
		return slot, given, err
	}
	slot, err = s.Get(ctx, id)
	return slot, err == nil && slot.Recruiter == to && slot.Booking != nil && slot.Booking.ID == booking, err
}

// Handed lists at most limit slots whose way to a colleague has lapsed.
func (s *Slots) Handed(ctx context.Context, now time.Time, limit int) ([]fair.Slot, error) {
	return s.find(ctx, bson.D{{Key: "handover.until", Value: bson.D{{Key: "$lte", Value: now}}}},
		options.Find().SetSort(eq("handover.until", 1)).SetLimit(int64(limit)))
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

// Withdraw takes back a slot nobody has, released or not, or one whose opening
// failed.
// Doing it again succeeds again.
func (s *Slots) Withdraw(ctx context.Context, id fair.ID, now time.Time, effects ...fair.Effect) (slot fair.Slot, withdrawn bool, err error) {
	slot, withdrawn, err = s.change(ctx, bson.D{
		{Key: "_id", Value: id},
		{Key: "$or", Value: append(untaken(now), eq("state", fair.SlotOpening))},
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

// Reopen gives the opening of a slot that lapsed, and that a rule wants to be
// there, another hold. False when somebody else was faster.
func (s *Slots) Reopen(ctx context.Context, id fair.ID, lapsed time.Time, h fair.Hold) (slot fair.Slot, mine bool, err error) {
	return s.change(ctx, eq("_id", id, "state", fair.SlotOpening, "hold.until", lapsed), update{set: eq("hold", h)})
}

// OfRule lists the slots that a rule has made, under any edition and in any
// state, that begin after a time, at most 5,000.
func (s *Slots) OfRule(ctx context.Context, rule fair.ID, after time.Time) ([]fair.Slot, error) {
	return s.find(ctx, bson.D{{Key: "rule", Value: rule}, {Key: "start", Value: bson.D{{Key: "$gt", Value: after}}}},
		options.Find().SetSort(eq("start", 1)).SetLimit(manySlots))
}

// manySlots bounds what is read at once of a fair's or a rule's slots.
const manySlots = 5000

// Unreleased lists the slots of a fair that nobody can take yet and that begin
// after a time, by start: kept for a draw, or waiting for their wave; at most
// 5,000.
func (s *Slots) Unreleased(ctx context.Context, fairID fair.ID, after time.Time) ([]fair.Slot, error) {
	return s.upcoming(ctx, fairID, after, bson.E{Key: "$or", Value: unreleased(time.Time{})})
}

// Untaken lists the slots of a fair that nobody has and that begin after a
// time, released or not, by start; at most 5,000.
func (s *Slots) Untaken(ctx context.Context, fairID fair.ID, after time.Time) ([]fair.Slot, error) {
	return s.upcoming(ctx, fairID, after, bson.E{Key: "$or", Value: untaken(s.clock())})
}

func (s *Slots) upcoming(ctx context.Context, fairID fair.ID, after time.Time, which bson.E) ([]fair.Slot, error) {
	return s.find(ctx, bson.D{{Key: "fair", Value: fairID}, {Key: "start", Value: bson.D{{Key: "$gt", Value: after}}}, which},
		options.Find().SetSort(eq("start", 1, "_id", 1)).SetLimit(manySlots))
}

// DueRelease lists at most limit slots whose wave has come.
func (s *Slots) DueRelease(ctx context.Context, now time.Time, limit int) ([]fair.Slot, error) {
	return s.find(ctx, bson.D{{Key: "releaseAt", Value: bson.D{{Key: "$lte", Value: now}}}},
		options.Find().SetSort(eq("releaseAt", 1)).SetLimit(int64(limit)))
}

// SetRelease says how a slot nobody has becomes bookable: at a time, by a draw,
// or, with neither, now. changed is false when it says so already or is taken.
func (s *Slots) SetRelease(ctx context.Context, id fair.ID, at *time.Time, kept bool, effects ...fair.Effect) (changed bool, err error) {
	u := update{set: eq(), unset: eq()}
	was := bson.A{} // what it is otherwise
	if at != nil {
		u.set = eq("releaseAt", *at)
		was = append(was, eq("releaseAt", bson.D{{Key: "$ne", Value: *at}}))
	} else {
		u.unset = eq("releaseAt", "")
		was = append(was, eq("releaseAt", bson.D{{Key: "$exists", Value: true}}))
	}
	if kept {
		u.set = append(u.set, bson.E{Key: "kept", Value: true})
		was = append(was, eq("kept", bson.D{{Key: "$ne", Value: true}}))
	} else {
		u.unset = append(u.unset, bson.E{Key: "kept", Value: ""})
		was = append(was, eq("kept", true))
	}
	_, changed, err = s.change(ctx, bson.D{
		{Key: "_id", Value: id},
		{Key: "$and", Value: bson.A{
			bson.D{{Key: "$or", Value: untaken(s.clock())}},
			bson.D{{Key: "$or", Value: was}},
		}},
	}, u, effects...)
	return changed, err
}
