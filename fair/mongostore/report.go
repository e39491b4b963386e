package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Reports keeps what people reported to the organisers of a fair.
type Reports struct{ collection[fair.Report] }

// OfFair lists at most limit reports of a fair: those that wait first, the oldest
// of them first, then those decided, the latest first.
func (s *Reports) OfFair(ctx context.Context, fairID fair.ID, limit int) ([]fair.Report, error) {
	waiting, err := s.find(ctx, eq("fair", fairID, "open", true), options.Find().SetSort(eq("at", 1)).SetLimit(int64(limit)))
	if err != nil || len(waiting) == limit {
		return waiting, err
	}
	decided, err := s.find(ctx, append(eq("fair", fairID), absent("open")...),
		options.Find().SetSort(eq("at", -1)).SetLimit(int64(limit-len(waiting))))
	return append(waiting, decided...), err
}

// By lists at most limit reports that somebody made, the latest first.
func (s *Reports) By(ctx context.Context, account fair.ID, limit int) ([]fair.Report, error) {
	return s.find(ctx, eq("by", account), options.Find().SetSort(eq("at", -1)).SetLimit(int64(limit)))
}

// Decide writes a decision on a report that waits for one. decided is false when
// somebody else has decided.
func (s *Reports) Decide(ctx context.Context, r fair.Report, effects ...fair.Effect) (after fair.Report, decided bool, err error) {
	return s.change(ctx, eq("_id", r.ID, "open", true), update{
		set: eq("decision", r.Decision, "answer", r.Answer, "decidedBy", r.DecidedBy, "decidedAt", r.DecidedAt), unset: eq("open", ""),
	}, effects...)
}

// Bars lists at most limit reports of a fair for which somebody is barred, the
// latest first: those about one account, or about anybody.
func (s *Reports) Bars(ctx context.Context, fairID, about fair.ID, limit int) ([]fair.Report, error) {
	filter := eq("fair", fairID, "decision", fair.DecideBar)
	if about != "" {
		filter = append(filter, eq("about", about)...)
	}
	return s.find(ctx, append(filter, absent("lifted")...), options.Find().SetSort(eq("decidedAt", -1)).SetLimit(int64(limit)))
}

// Lift writes down that a bar is lifted. lifted is false when it was before.
func (s *Reports) Lift(ctx context.Context, id fair.ID, l fair.Lift, effects ...fair.Effect) (lifted bool, err error) {
	filter := append(eq("_id", id, "decision", fair.DecideBar), absent("lifted")...)
	_, lifted, err = s.change(ctx, filter, update{set: eq("lifted", l)}, effects...)
	return lifted, err
}

// Block keeps somebody from the other side of a thread; blocked already, it
// changes nothing. full tells that there are too many.
func (s *Threads) Block(ctx context.Context, id fair.ID, b fair.Block, effects ...fair.Effect) (full bool, err error) {
	_, matched, err := s.change(ctx, bson.D{
		{Key: "_id", Value: id},
		{Key: "blocked.of", Value: bson.D{{Key: "$ne", Value: b.Of}}},
		{Key: "blocked." + blockedLast, Value: bson.D{{Key: "$exists", Value: false}}},
	}, update{push: eq("blocked", b)}, effects...)
	if err != nil || matched {
		return false, err
	}
	t, err := s.Get(ctx, id)
	return err == nil && !t.Blocks(b.Of), err
}

// blockedLast is the place of the last block a thread has room for.
const blockedLast = "19" // fair.MaxBlocks - 1

// Unblock lifts every block of somebody by one side.
func (s *Threads) Unblock(ctx context.Context, id, of fair.ID, side fair.Side, effects ...fair.Effect) error {
	_, _, err := s.change(ctx, eq("_id", id, "blocked.of", of), update{pull: eq("blocked", eq("of", of, "side", side))}, effects...)
	return err
}

// Bar keeps somebody from writing, taking places and booking in a fair.
func (s *Persons) Bar(ctx context.Context, id, fairID fair.ID) error {
	_, _, err := s.change(ctx, eq("_id", id), update{addToSet: eq("barred", fairID)})
	return err
}

// Unbar ends that, if the person has not changed since revision rev was read: a
// bar made meanwhile stays (see Drop).
func (s *Persons) Unbar(ctx context.Context, id, fairID fair.ID, rev int64) (lifted bool, err error) {
	_, lifted, err = s.change(ctx, eq("_id", id, "rev", rev), update{pull: eq("barred", fairID)})
	return lifted, err
}
