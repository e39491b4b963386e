package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Draws keeps the draws. What one was drawn from is large and read by Get alone.
type Draws struct{ collection[fair.Draw] }

var withoutSheet = eq("sheet", 0, "given", 0)

// List lists the draws of a fair, the latest first, without their sheets.
func (s *Draws) List(ctx context.Context, fairID fair.ID) ([]fair.Draw, error) {
	return s.find(ctx, eq("fair", fairID), options.Find().SetSort(eq("openedAt", -1, "_id", 1)).SetLimit(50).SetProjection(withoutSheet))
}

// Due lists the draws something is to be done for, without their sheets: closed
// before a time and not drawn, drawn and not done, over and not told.
func (s *Draws) Due(ctx context.Context, closed time.Time, limit int) ([]fair.Draw, error) {
	over := bson.D{{Key: "$in", Value: bson.A{fair.DrawDrawn, fair.DrawCancelled}}}
	return s.find(ctx, bson.D{
		{Key: "told", Value: bson.D{{Key: "$ne", Value: true}}},
		{Key: "$or", Value: bson.A{
			bson.D{{Key: "state", Value: fair.DrawOpen}, {Key: "closesAt", Value: bson.D{{Key: "$lte", Value: closed}}}},
			eq("state", over),
		}},
	}, options.Find().SetSort(eq("closesAt", 1)).SetLimit(int64(limit)).SetProjection(withoutSheet))
}

// Drawn fixes the result of an open draw that closes when d says; of several nodes
// that draw at once the first one's stands, which is the same.
func (s *Draws) Drawn(ctx context.Context, d fair.Draw, effects ...fair.Effect) (after fair.Draw, first bool, err error) {
	return s.change(ctx, eq("_id", d.ID, "state", fair.DrawOpen, "closesAt", d.ClosesAt), update{set: eq("state", fair.DrawDrawn, "drawnAt", d.DrawnAt,
		"sheet", d.Sheet, "given", d.Given, "places", d.Places, "entered", d.Entered, "slots", d.Slots)}, effects...)
}

// Extend has a draw that is not closed yet close later.
func (s *Draws) Extend(ctx context.Context, id fair.ID, now, closes time.Time, effects ...fair.Effect) (after fair.Draw, extended bool, err error) {
	between := bson.D{{Key: "$gt", Value: now}, {Key: "$lt", Value: closes}}
	return s.change(ctx, eq("_id", id, "state", fair.DrawOpen, "closesAt", between), update{set: eq("closesAt", closes)}, effects...)
}

// Cancel calls an open draw off.
func (s *Draws) Cancel(ctx context.Context, id fair.ID, effects ...fair.Effect) (after fair.Draw, cancelled bool, err error) {
	return s.change(ctx, eq("_id", id, "state", fair.DrawOpen),
		update{set: eq("state", fair.DrawCancelled), unset: eq("running", "")}, effects...)
}

// Over ends a draw about which everybody was told; doing it again changes
// nothing.
func (s *Draws) Over(ctx context.Context, id fair.ID, to fair.DrawState, effects ...fair.Effect) error {
	_, _, err := s.change(ctx, eq("_id", id, "told", bson.D{{Key: "$ne", Value: true}}),
		update{set: eq("state", to, "told", true), unset: eq("running", "")}, effects...)
	return err
}

// Wishes keeps what candidates wish for in draws.
type Wishes struct{ collection[fair.WishList] }

// Save writes changed wishes. Errors: Conflict "edit.stale".
func (s *Wishes) Save(ctx context.Context, l fair.WishList) (fair.WishList, error) {
	return s.save(ctx, l.ID, l.Rev, eq("wishes", l.Wishes, "can", l.Can))
}

// Delete withdraws wishes nothing was told about; doing it again changes
// nothing.
func (s *Wishes) Delete(ctx context.Context, id fair.ID) error {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	_, err := s.c.DeleteOne(ctx, eq("_id", id, "told", bson.D{{Key: "$ne", Value: true}}))
	return fault("withdraw wishes", err)
}

// OfCandidate lists at most limit lists of one person, over all draws.
func (s *Wishes) OfCandidate(ctx context.Context, candidate fair.ID, limit int) ([]fair.WishList, error) {
	return s.find(ctx, eq("candidate", candidate), options.Find().SetSort(eq("_id", 1)).SetLimit(int64(limit)))
}

// Count counts those who wish in a draw.
func (s *Wishes) Count(ctx context.Context, draw fair.ID) (int, error) {
	return s.count(ctx, eq("draw", draw))
}

// Of lists the wishes of a draw, by id, after that id.
func (s *Wishes) Of(ctx context.Context, draw, after fair.ID, limit int) ([]fair.WishList, error) {
	return s.find(ctx, bson.D{{Key: "draw", Value: draw}, {Key: "_id", Value: bson.D{{Key: "$gt", Value: after}}}},
		options.Find().SetSort(eq("_id", 1)).SetLimit(int64(limit)))
}

// Uninformed lists at most limit people of a draw who were not told that it
// closes then.
func (s *Wishes) Uninformed(ctx context.Context, draw fair.ID, closes time.Time, limit int) ([]fair.WishList, error) {
	return s.find(ctx, append(eq("draw", draw), knowsNot(closes)...), options.Find().SetSort(eq("_id", 1)).SetLimit(int64(limit)))
}

// Inform notes that somebody is told when the draw closes, once for each closing.
func (s *Wishes) Inform(ctx context.Context, id fair.ID, closes time.Time, effects ...fair.Effect) error {
	_, _, err := s.change(ctx, append(eq("_id", id), knowsNot(closes)...), update{set: eq("closing", closes)}, effects...)
	return err
}

// knowsNot matches wishes whose owner knows of an earlier closing only.
func knowsNot(closes time.Time) bson.D {
	return eq("closing", bson.D{{Key: "$not", Value: bson.D{{Key: "$gte", Value: closes}}}})
}

// Untold lists at most limit people of a draw who are not told yet.
func (s *Wishes) Untold(ctx context.Context, draw fair.ID, limit int) ([]fair.WishList, error) {
	return s.find(ctx, eq("draw", draw, "told", bson.D{{Key: "$ne", Value: true}}),
		options.Find().SetSort(eq("_id", 1)).SetLimit(int64(limit)))
}

// Tell writes what became of somebody's wishes, once.
func (s *Wishes) Tell(ctx context.Context, id fair.ID, results []fair.WishResult, effects ...fair.Effect) (first bool, err error) {
	_, first, err = s.change(ctx, eq("_id", id, "told", bson.D{{Key: "$ne", Value: true}}),
		update{set: eq("told", true, "results", results)}, effects...)
	return first, err
}
