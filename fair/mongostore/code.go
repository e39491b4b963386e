package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"salon/fair"
)

// Codes keeps pending sign-ins, one document per address.
type Codes struct{ collection[fair.SignInCode] }

// Issue replaces the code of an address, or makes its first, and counts the
// mail. sent is false when the window has had its fill.
func (s *Codes) Issue(ctx context.Context, c fair.SignInCode, now time.Time, effects ...fair.Effect) (sent bool, err error) {
	fresh := update{
		set:   eq("email", c.Email, "locale", c.Locale, "seed", c.Seed, "attempts", 0, "expiresAt", c.ExpiresAt, "retainUntil", c.RetainUntil),
		unset: eq("usedAt", ""),
	}
	opened := now.Add(-fair.CodeWindow)
	for range 2 { // a second round when somebody else's insert came first
		within := fresh
		within.inc = eq("sent", 1)
		_, sent, err = s.change(ctx, bson.D{
			{Key: "_id", Value: c.ID},
			{Key: "windowAt", Value: bson.D{{Key: "$gt", Value: opened}}},
			{Key: "sent", Value: bson.D{{Key: "$lt", Value: fair.CodesPerWindow}}},
		}, within, effects...)
		if err != nil || sent {
			return sent, err
		}
		anew := fresh
		anew.set = append(append(bson.D{}, fresh.set...), bson.E{Key: "windowAt", Value: now}, bson.E{Key: "sent", Value: 1})
		_, sent, err = s.change(ctx, bson.D{
			{Key: "_id", Value: c.ID},
			{Key: "windowAt", Value: bson.D{{Key: "$lte", Value: opened}}},
		}, anew, effects...)
		if err != nil || sent {
			return sent, err
		}
		first := c
		first.Sent, first.WindowAt, first.UpdatedAt, first.Rev, first.Effects = 1, now, now, 1, effects
		if err = s.Insert(ctx, first); err == nil || !duplicate(err) {
			return err == nil, err
		}
	}
	return false, nil
}

// Attempt counts one attempt on the code, before anybody compares it. allowed
// is false when the attempts are used up, the code has expired or was used.
func (s *Codes) Attempt(ctx context.Context, id fair.ID, now time.Time) (c fair.SignInCode, allowed bool, err error) {
	return s.change(ctx, bson.D{
		{Key: "_id", Value: id},
		{Key: "attempts", Value: bson.D{{Key: "$lt", Value: fair.CodeAttempts}}},
		{Key: "expiresAt", Value: bson.D{{Key: "$gt", Value: now}}},
		{Key: "usedAt", Value: bson.D{{Key: "$exists", Value: false}}},
	}, update{inc: eq("attempts", 1)})
}

// Use spends the code. won is true for one caller only.
func (s *Codes) Use(ctx context.Context, c fair.SignInCode, now time.Time) (won bool, err error) {
	_, won, err = s.change(ctx, bson.D{
		{Key: "_id", Value: c.ID},
		{Key: "seed", Value: c.Seed},
		{Key: "usedAt", Value: bson.D{{Key: "$exists", Value: false}}},
	}, update{set: eq("usedAt", now)})
	return won, err
}
