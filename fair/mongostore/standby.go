package mongostore

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Standbys keeps the waiting lists for seats.
type Standbys struct{ collection[fair.Standby] }

// Find finds somebody's open standby for a slot of a stand, or for the stand
// when slot is "". Errors: NotFound.
func (s *Standbys) Find(ctx context.Context, stand, slot, candidate fair.ID) (fair.Standby, error) {
	return s.one(ctx, eq("stand", stand, "slot", slot, "candidate", candidate, "open", true))
}

// Of lists somebody's standbys, the latest first, at most limit.
func (s *Standbys) Of(ctx context.Context, candidate fair.ID, limit int) ([]fair.Standby, error) {
	return s.find(ctx, eq("candidate", candidate), options.Find().SetSort(eq("rank", -1)).SetLimit(int64(limit)))
}

// OpenOf lists somebody's open standbys at a stand.
func (s *Standbys) OpenOf(ctx context.Context, candidate, stand fair.ID) ([]fair.Standby, error) {
	return s.find(ctx, eq("candidate", candidate, "stand", stand, "open", true), options.Find())
}

// CountOpen counts somebody's open standbys at a fair.
func (s *Standbys) CountOpen(ctx context.Context, candidate, fairID fair.ID) (int, error) {
	return s.count(ctx, eq("candidate", candidate, "fair", fairID, "open", true))
}

// anyOf is the slots a standby may be for: that one, or any of the stand.
func anyOf(slot fair.ID) bson.D {
	if slot == "" {
		return bson.D{{Key: "$in", Value: bson.A{""}}}
	}
	return bson.D{{Key: "$in", Value: bson.A{"", slot}}}
}

// Ahead counts those who stand before: open standbys of the stand that a seat
// this one waits for, of one of the channels, would be offered to first.
func (s *Standbys) Ahead(ctx context.Context, b fair.Standby, channels []fair.Channel) (int, error) {
	return s.count(ctx, bson.D{
		{Key: "stand", Value: b.Stand}, {Key: "open", Value: true}, {Key: "slot", Value: anyOf(b.Slot)},
		{Key: "rank", Value: bson.D{{Key: "$lt", Value: b.Rank}}},
		{Key: "channel", Value: bson.D{{Key: "$in", Value: append([]fair.Channel{fair.EitherChannel}, channels...)}}},
	})
}

// Waiting lists at most limit standbys of a stand that wait, by rank.
func (s *Standbys) Waiting(ctx context.Context, stand fair.ID, limit int) ([]fair.Standby, error) {
	return s.find(ctx, eq("stand", stand, "open", true, "state", fair.StandbyWaiting),
		options.Find().SetSort(eq("rank", 1)).SetLimit(int64(limit)))
}

// Next lists at most limit standbys a free slot may be offered to, by rank: those
// who wait for it or for any of its stand, by a channel that it has.
func (s *Standbys) Next(ctx context.Context, slot fair.Slot, limit int) ([]fair.Standby, error) {
	channels := append([]fair.Channel{fair.EitherChannel}, slot.Channels...)
	return s.find(ctx, bson.D{
		{Key: "stand", Value: slot.Stand}, {Key: "open", Value: true}, {Key: "state", Value: fair.StandbyWaiting},
		{Key: "slot", Value: anyOf(slot.ID)}, {Key: "passed", Value: bson.D{{Key: "$ne", Value: slot.ID}}},
		{Key: "channel", Value: bson.D{{Key: "$in", Value: channels}}},
	}, options.Find().SetSort(eq("rank", 1)).SetLimit(int64(limit)))
}

// StandAfter is the next stand, by id, where somebody waits; "" after the last.
func (s *Standbys) StandAfter(ctx context.Context, stand fair.ID) (fair.ID, error) {
	list, err := s.find(ctx, bson.D{
		{Key: "open", Value: true}, {Key: "state", Value: fair.StandbyWaiting},
		{Key: "stand", Value: bson.D{{Key: "$gt", Value: stand}}},
	}, options.Find().SetSort(eq("stand", 1)).SetLimit(1))
	if err != nil || len(list) == 0 {
		return "", err
	}
	return list[0].Stand, nil
}

// Offer offers a seat to somebody who waits. An offer of that slot that is there
// already is our own earlier success.
func (s *Standbys) Offer(ctx context.Context, id fair.ID, o fair.SeatOffer, effects ...fair.Effect) (b fair.Standby, offered bool, err error) {
	b, offered, err = s.change(ctx, eq("_id", id, "state", fair.StandbyWaiting),
		update{set: eq("state", fair.StandbyOffered, "offer", o, "dueAt", o.Until)}, effects...)
	if err != nil || offered {
		return b, offered, err
	}
	b, err = s.Get(ctx, id)
	return b, err == nil && b.Offered(o.Slot), err
}

// Pass has an offered seat go on to the next person: back to waiting, or closed.
func (s *Standbys) Pass(ctx context.Context, b fair.Standby, to fair.StandbyState, misses int, effects ...fair.Effect) (fair.Standby, bool, error) {
	slot := b.Seat().Slot
	u := update{
		set:      eq("state", to, "open", !to.Closed(), "misses", misses),
		unset:    eq("dueAt", ""),
		addToSet: eq("passed", slot),
	}
	return s.change(ctx, eq("_id", b.ID, "state", fair.StandbyOffered, "offer.slot", slot), u, effects...)
}

// Close closes an open standby that is as it was read.
func (s *Standbys) Close(ctx context.Context, b fair.Standby, to fair.StandbyState, interview fair.ID, effects ...fair.Effect) (fair.Standby, bool, error) {
	set := eq("state", to, "open", false)
	if interview != "" {
		set = append(set, bson.E{Key: "interview", Value: interview})
	}
	filter := eq("_id", b.ID, "state", b.State)
	if b.State == fair.StandbyOffered {
		filter = append(filter, bson.E{Key: "offer.slot", Value: b.Seat().Slot})
	}
	return s.change(ctx, filter, update{set: set, unset: eq("dueAt", "")}, effects...)
}

// Due lists at most limit open standbys whose time has come.
func (s *Standbys) Due(ctx context.Context, now time.Time, limit int) ([]fair.Standby, error) {
	return s.find(ctx, bson.D{{Key: "dueAt", Value: bson.D{{Key: "$lte", Value: now}}}},
		options.Find().SetSort(eq("dueAt", 1)).SetLimit(int64(limit)))
}

// Counts counts who waits at a stand, and who is offered a seat.
func (s *Standbys) Counts(ctx context.Context, stand fair.ID) (waiting, offered int, err error) {
	waiting, werr := s.count(ctx, eq("stand", stand, "open", true, "state", fair.StandbyWaiting))
	offered, oerr := s.count(ctx, eq("stand", stand, "open", true, "state", fair.StandbyOffered))
	return waiting, offered, errors.Join(werr, oerr)
}
