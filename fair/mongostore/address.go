package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Addresses keeps changes of mail address.
type Addresses struct{ collection[fair.AddressChange] }

// Turn takes a change from one state to the next, once, while its time lasts.
func (s *Addresses) Turn(ctx context.Context, id fair.ID, from, to fair.AddressState, now, until time.Time, effects ...fair.Effect) (c fair.AddressChange, turned bool, err error) {
	return s.change(ctx, bson.D{
		{Key: "_id", Value: id}, {Key: "state", Value: from}, {Key: "expiresAt", Value: bson.D{{Key: "$gt", Value: now}}},
	}, update{set: eq("state", to, "expiresAt", until)}, effects...)
}

// After lists the changes of an account that were asked for after a time and may
// still be confirmed or taken back.
func (s *Addresses) After(ctx context.Context, account fair.ID, at time.Time, limit int) ([]fair.AddressChange, error) {
	return s.find(ctx, bson.D{
		{Key: "account", Value: account}, {Key: "at", Value: bson.D{{Key: "$gte", Value: at}}},
		{Key: "state", Value: bson.D{{Key: "$in", Value: bson.A{fair.AddressAsked, fair.AddressConfirmed}}}},
	}, options.Find().SetLimit(int64(limit)))
}

// SetEmail gives an account another address. Again, it changes nothing; moved is
// false when its address is neither. Errors: Conflict where somebody has it.
func (s *Accounts) SetEmail(ctx context.Context, id fair.ID, from, to string) (a fair.Account, moved bool, err error) {
	return s.change(ctx, bson.D{{Key: "_id", Value: id}, {Key: "email", Value: bson.D{{Key: "$in", Value: bson.A{from, to}}}}}, update{set: eq("email", to)})
}
