package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Companies keeps the companies' files.
type Companies struct{ collection[fair.Company] }

// Stands keeps the companies' places in a fair.
type Stands struct{ collection[fair.Stand] }

// BySlug finds a stand of a fair by its address. Errors: NotFound.
func (s *Stands) BySlug(ctx context.Context, fairID fair.ID, slug string) (fair.Stand, error) {
	return s.one(ctx, eq("fair", fairID, "slug", slug))
}

// ByNumber finds a stand of a fair by its number. Errors: NotFound.
func (s *Stands) ByNumber(ctx context.Context, fairID fair.ID, number int) (fair.Stand, error) {
	return s.one(ctx, eq("fair", fairID, "number", number))
}

// List lists one page of the stands of a fair by number, and their count.
func (s *Stands) List(ctx context.Context, fairID fair.ID, page, limit int) ([]fair.Stand, int, error) {
	return s.page(ctx, eq("fair", fairID), eq("number", 1), page, limit)
}

// ByIDs lists those of the stands that exist, by number.
func (s *Stands) ByIDs(ctx context.Context, ids []fair.ID) ([]fair.Stand, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return s.find(ctx, eq("_id", bson.D{{Key: "$in", Value: ids}}), options.Find().SetSort(eq("number", 1)))
}

// Count counts the stands of a fair.
func (s *Stands) Count(ctx context.Context, fairID fair.ID) (int, error) {
	return s.count(ctx, eq("fair", fairID))
}

// LastNumber is the highest number in use, 0 in an empty fair.
func (s *Stands) LastNumber(ctx context.Context, fairID fair.ID) (int, error) {
	last, err := s.find(ctx, eq("fair", fairID), options.Find().SetSort(eq("number", -1)).SetLimit(1))
	if err != nil || len(last) == 0 {
		return 0, err
	}
	return last[0].Number, nil
}

// Save writes what a desk may change. Errors: Conflict "edit.stale".
func (s *Stands) Save(ctx context.Context, st fair.Stand) (fair.Stand, error) {
	return s.save(ctx, st.ID, st.Rev, eq(
		"sector", st.Sector, "about", st.About, "looking", st.Looking,
		"hours", st.Hours, "links", st.Links, "people", st.People))
}

// AddHost names a recruiter on a stand that has fewer than limit of them.
func (s *Stands) AddHost(ctx context.Context, id fair.ID, h fair.Host, limit int) error {
	_, _, err := s.change(ctx, bson.D{
		{Key: "_id", Value: id},
		{Key: "people.account", Value: bson.D{{Key: "$ne", Value: h.Account}}},
		{Key: indexed("people", limit-1), Value: bson.D{{Key: "$exists", Value: false}}},
	}, update{push: eq("people", h)})
	return err
}

// SetOffers writes the number of open offers, counted after the stand was read
// with that many counts. A count somebody else has overtaken is not written.
func (s *Stands) SetOffers(ctx context.Context, id fair.ID, offers int, counted int64) (written bool, err error) {
	_, written, err = s.change(ctx, eq("_id", id, "counted", counted),
		update{set: eq("offers", offers), inc: eq("counted", int64(1))})
	return written, err
}
