package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Companions keeps the consents between candidates and advisers. A unique
// index allows a candidate one that is open.
type Companions struct{ collection[fair.Companion] }

// OfCandidate lists a candidate's consents, the latest first.
func (s *Companions) OfCandidate(ctx context.Context, candidate fair.ID, limit int) ([]fair.Companion, error) {
	return s.find(ctx, eq("candidate", candidate), options.Find().SetSort(eq("askedAt", -1)).SetLimit(int64(limit)))
}

// OpenOf finds a candidate's one open consent. Errors: NotFound.
func (s *Companions) OpenOf(ctx context.Context, candidate fair.ID) (fair.Companion, error) {
	return s.one(ctx, eq("candidate", candidate, "open", true))
}

// OfAdviser lists the open consents of an adviser: those accepted by the
// account, and those that wait for who has the address.
func (s *Companions) OfAdviser(ctx context.Context, adviser fair.ID, email string, limit int) ([]fair.Companion, error) {
	accepted, err := s.find(ctx, eq("adviser", adviser, "open", true), options.Find().SetSort(eq("askedAt", -1)).SetLimit(int64(limit)))
	if err != nil {
		return nil, err
	}
	asked, err := s.find(ctx, eq("email", email, "open", true, "state", fair.CompanionAsked), options.Find().SetSort(eq("askedAt", -1)).SetLimit(int64(limit)))
	return append(asked, accepted...), err
}

// Accept makes a consent active.
func (s *Companions) Accept(ctx context.Context, id, adviser fair.ID, name string, at time.Time, effects ...fair.Effect) (fair.Companion, bool, error) {
	return s.change(ctx, eq("_id", id, "state", fair.CompanionAsked), update{
		set: eq("state", fair.CompanionActive, "adviser", adviser, "name", name, "acceptedAt", at),
	}, effects...)
}

// End ends a consent that is asked or active.
func (s *Companions) End(ctx context.Context, id, by fair.ID, at time.Time, effects ...fair.Effect) (fair.Companion, bool, error) {
	return s.change(ctx, bson.D{{Key: "_id", Value: id}, {Key: "open", Value: true}}, update{
		set:   eq("state", fair.CompanionEnded, "endedAt", at, "endedBy", by),
		unset: eq("open", ""),
	}, effects...)
}
