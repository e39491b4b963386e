package mongostore

import (
	"context"
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Offers keeps the job offers.
type Offers struct{ collection[fair.Offer] }

// indexed names the i-th element of an array field, "people.3".
func indexed(field string, i int) string { return field + "." + strconv.Itoa(i) }

// withoutRaw leaves the imported record and the history out of lists: they are as
// large as the rest together and no list shows them.
func withoutRaw() *options.FindOptions {
	return options.Find().SetProjection(eq("raw", 0, "history", 0))
}

// ByIDs lists those of the offers that exist, in no order.
func (s *Offers) ByIDs(ctx context.Context, ids []fair.ID) ([]fair.Offer, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return s.find(ctx, eq("_id", bson.D{{Key: "$in", Value: ids}}), withoutRaw())
}

// Open lists one page of a fair's open offers, newest first, and their count.
func (s *Offers) Open(ctx context.Context, fairID fair.ID, page, limit int) ([]fair.Offer, int, error) {
	filter := eq("fair", fairID, "state", fair.OfferOpen)
	total, err := s.count(ctx, filter)
	if err != nil {
		return nil, 0, err
	}
	list, err := s.find(ctx, filter, withoutRaw().SetSort(eq("publishedAt", -1, "_id", 1)).
		SetSkip(int64(page-1)*int64(limit)).SetLimit(int64(limit)))
	return list, total, err
}

// OfStand lists a stand's offers, closed ones too, newest first, at most 1,000.
func (s *Offers) OfStand(ctx context.Context, stand fair.ID) ([]fair.Offer, error) {
	return s.find(ctx, eq("stand", stand), withoutRaw().SetSort(eq("publishedAt", -1, "_id", 1)).SetLimit(1000))
}

// CountOpen counts the open offers of a stand, or of a fair when stand is empty.
func (s *Offers) CountOpen(ctx context.Context, fairID, stand fair.ID) (int, error) {
	if stand != "" {
		return s.count(ctx, eq("stand", stand, "state", fair.OfferOpen))
	}
	return s.count(ctx, eq("fair", fairID, "state", fair.OfferOpen))
}

// Occupations counts a fair's open offers by occupation, the commonest first, at
// most limit of them. Offers that name none count for nothing.
func (s *Offers) Occupations(ctx context.Context, fairID fair.ID, limit int) ([]fair.OccupationFigure, error) {
	list := []fair.OccupationFigure{}
	err := s.aggregate(ctx, "count the offers of occupations", bson.A{
		bson.D{{Key: "$match", Value: eq("fair", fairID, "state", fair.OfferOpen, "work.rome", bson.D{{Key: "$gt", Value: ""}})}},
		bson.D{{Key: "$group", Value: eq("_id", "$work.rome", "offers", eq("$sum", 1))}},
		bson.D{{Key: "$sort", Value: eq("offers", -1, "_id", 1)}},
		bson.D{{Key: "$limit", Value: limit}},
	}, &list)
	return list, err
}

// ChangedSince lists the revisions of at most limit offers by (updatedAt, id) that come
// after that pair, closed ones too: the feed of the offer index.
func (s *Offers) ChangedSince(ctx context.Context, at time.Time, after fair.ID, limit int) ([]fair.Revision, error) {
	return collection[fair.Revision]{c: s.c, noun: s.noun}.find(ctx, bson.D{{Key: "$or", Value: bson.A{
		bson.D{{Key: "updatedAt", Value: bson.D{{Key: "$gt", Value: at}}}},
		bson.D{{Key: "updatedAt", Value: at}, {Key: "_id", Value: bson.D{{Key: "$gt", Value: after}}}},
	}}}, options.Find().SetProjection(eq("rev", 1, "updatedAt", 1)).SetSort(eq("updatedAt", 1, "_id", 1)).SetLimit(int64(limit)))
}

// OpenAfter lists at most limit open offers of a fair by id, after that id.
func (s *Offers) OpenAfter(ctx context.Context, fairID, after fair.ID, limit int) ([]fair.Offer, error) {
	return s.find(ctx, bson.D{
		{Key: "fair", Value: fairID},
		{Key: "state", Value: fair.OfferOpen},
		{Key: "_id", Value: bson.D{{Key: "$gt", Value: after}}},
	}, withoutRaw().SetSort(eq("_id", 1)).SetLimit(int64(limit)))
}

// Expired lists at most limit open offers whose time is over.
func (s *Offers) Expired(ctx context.Context, now time.Time, limit int) ([]fair.Offer, error) {
	return s.find(ctx, bson.D{
		{Key: "state", Value: fair.OfferOpen},
		{Key: "closesAt", Value: bson.D{{Key: "$lte", Value: now}}},
	}, withoutRaw().SetLimit(int64(limit)))
}

// Save writes what a desk or an import may change. Errors: Conflict "edit.stale".
func (s *Offers) Save(ctx context.Context, o fair.Offer, effects ...fair.Effect) (fair.Offer, error) {
	return s.save(ctx, o.ID, o.Rev, offerFields(o), effects...)
}

// Rewrite is Save with a line of the offer's history and what a desk decides: what
// is proposed, what was refused. Errors: Conflict "edit.stale".
func (s *Offers) Rewrite(ctx context.Context, o fair.Offer, change fair.OfferChange, effects ...fair.Effect) (fair.Offer, error) {
	set := append(offerFields(o), eq("proposed", o.Proposed, "refused", o.Refused, "openedAt", o.OpenedAt)...)
	filter := bson.D{{Key: "_id", Value: o.ID}, {Key: "rev", Value: o.Rev}}
	after, matched, err := s.change(ctx, filter, update{set: set, push: eq("history", change)}, effects...)
	if err != nil || matched {
		return after, err
	}
	return s.mine(ctx, eq("_id", o.ID), o.Rev+1, set)
}

// Waiting lists what waits for the organisers of a fair, the longest wait first, at
// most limit.
func (s *Offers) Waiting(ctx context.Context, fairID fair.ID, limit int) ([]fair.Offer, error) {
	return s.find(ctx, bson.D{{Key: "fair", Value: fairID}, {Key: "$or", Value: bson.A{
		eq("state", fair.OfferWaiting), bson.D{{Key: "proposed.title", Value: bson.D{{Key: "$exists", Value: true}}}},
	}}}, withoutRaw().SetSort(eq("updatedAt", 1, "_id", 1)).SetLimit(int64(limit)))
}

// offerFields is what Save writes.
func offerFields(o fair.Offer) bson.D {
	set := eq("state", o.State, "title", o.Title, "description", o.Description, "work", o.Work, "place", o.Place,
		"pay", o.Pay, "needs", o.Needs, "positions", o.Positions, "publishedAt", o.PublishedAt, "closesAt", o.ClosesAt,
		"stand", o.Stand, "company", o.Company, "companyName", o.CompanyName)
	if o.Raw != nil { // lists leave it out; then it stays as it is
		set = append(set, eq("raw", o.Raw, "rawHash", o.RawHash)...)
	}
	return set
}
