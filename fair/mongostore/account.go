package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Accounts keeps those who can sign in.
type Accounts struct{ collection[fair.Account] }

// ByEmail finds an account by its address in lower case. Errors: NotFound.
func (s *Accounts) ByEmail(ctx context.Context, email string) (fair.Account, error) {
	return s.one(ctx, eq("email", email))
}

// Save writes what its owner may change. Errors: Conflict "edit.stale".
func (s *Accounts) Save(ctx context.Context, a fair.Account) (fair.Account, error) {
	return s.save(ctx, a.ID, a.Rev, eq("name", a.Name, "locale", a.Locale, "profile", a.Profile, "consents", a.Consents))
}

// SaveObjections writes the uses its owner does not want. Errors: Conflict
// "edit.stale".
func (s *Accounts) SaveObjections(ctx context.Context, a fair.Account) (fair.Account, error) {
	return s.save(ctx, a.ID, a.Rev, eq("objections", a.Objections))
}

// SetFeed writes the number of the account's calendar feed. Errors: Conflict
// "edit.stale".
func (s *Accounts) SetFeed(ctx context.Context, a fair.Account) (fair.Account, error) {
	return s.save(ctx, a.ID, a.Rev, eq("feed", a.Feed))
}

// Grant adds a role; one the account has already changes nothing but rev.
func (s *Accounts) Grant(ctx context.Context, id fair.ID, role fair.Role) (fair.Account, error) {
	a, matched, err := s.change(ctx, eq("_id", id), update{addToSet: eq("roles", role)})
	if err == nil && !matched {
		err = s.missing()
	}
	return a, err
}

// Organisers lists at most limit organisers of a fair.
func (s *Accounts) Organisers(ctx context.Context, fairID fair.ID, limit int) ([]fair.Account, error) {
	return s.find(ctx, bson.D{
		{Key: "roles.fair", Value: fairID},
		{Key: "roles", Value: bson.D{{Key: "$elemMatch", Value: eq("kind", fair.Organiser, "fair", fairID)}}},
	}, options.Find().SetSort(eq("_id", 1)).SetLimit(int64(limit)))
}

// Seen notes the last sign-in and until when the account is kept.
func (s *Accounts) Seen(ctx context.Context, a fair.Account) error {
	_, _, err := s.change(ctx, eq("_id", a.ID), update{set: eq("retainUntil", a.RetainUntil, "cameAt", a.CameAt)})
	return err
}

// Erase notes that an account is being erased: nobody signs in to it any more.
func (s *Accounts) Erase(ctx context.Context, id fair.ID, at time.Time) error {
	_, _, err := s.change(ctx, append(eq("_id", id), absent("erasedAt")...), update{set: eq("erasedAt", at)})
	return err
}

// Forget notes that these accounts are to be asked about at a time. One that is
// being erased is left alone.
func (s *Accounts) Forget(ctx context.Context, ids []fair.ID, f fair.Forgetting) error {
	ctx, cancel := context.WithTimeout(ctx, wipeTimeout)
	defer cancel()
	filter := append(bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}}, absent("erasedAt")...)
	_, err := s.c.UpdateMany(ctx, filter, bson.D{{Key: "$set", Value: eq("forget", f)}})
	return fault("note accounts to be forgotten", err)
}

// Remember takes that note away: the account is needed.
func (s *Accounts) Remember(ctx context.Context, id fair.ID) error {
	_, _, err := s.change(ctx, eq("_id", id), update{unset: eq("forget", "")})
	return err
}

// Forgotten lists at most limit accounts whose time to be asked about has come.
func (s *Accounts) Forgotten(ctx context.Context, now time.Time, limit int) ([]fair.Account, error) {
	return s.find(ctx, append(bson.D{{Key: "forget.at", Value: bson.D{{Key: "$lte", Value: now}}}}, absent("erasedAt")...),
		options.Find().SetSort(eq("forget.at", 1)).SetLimit(int64(limit)))
}

// Blank leaves of an account that it was there. It is kept so long for the sake
// of what refers to it.
func (s *Accounts) Blank(ctx context.Context, id fair.ID, until time.Time) error {
	_, _, err := s.change(ctx, eq("_id", id), update{
		set:   eq("email", fair.ErasedEmail(id), "name", fair.ErasedName, "roles", []fair.Role{}, "profile", fair.Profile{}, "feed", int64(0), "retainUntil", until),
		unset: eq("demo", "", "cameAt", "", "forget", "", "consents", "", "objections", ""),
	})
	return err
}

// Logins keeps the signed-in devices.
type Logins struct{ collection[fair.LoginSession] }

// End ends a login; ending it again changes nothing.
func (s *Logins) End(ctx context.Context, id fair.ID, effects ...fair.Effect) error {
	_, _, err := s.change(ctx,
		eq("_id", id, "endedAt", bson.D{{Key: "$exists", Value: false}}),
		update{set: eq("endedAt", s.clock())}, effects...)
	return err
}

// Touch notes when a login was last used.
func (s *Logins) Touch(ctx context.Context, id fair.ID, at time.Time) error {
	_, _, err := s.change(ctx, bson.D{{Key: "_id", Value: id}, {Key: "seenAt", Value: bson.D{{Key: "$lt", Value: at}}}}, update{set: eq("seenAt", at)})
	return err
}

// SetBrowser notes in which browser a login is used.
func (s *Logins) SetBrowser(ctx context.Context, id fair.ID, browser string) error {
	_, _, err := s.change(ctx, eq("_id", id), update{set: eq("browser", browser)})
	return err
}

// Of lists an account's logins that stand now, the latest used first.
func (s *Logins) Of(ctx context.Context, account fair.ID, now time.Time, limit int) ([]fair.LoginSession, error) {
	return s.find(ctx, bson.D{
		{Key: "account", Value: account},
		{Key: "endedAt", Value: bson.D{{Key: "$exists", Value: false}}},
		{Key: "expiresAt", Value: bson.D{{Key: "$gt", Value: now}}},
	}, options.Find().SetSort(eq("seenAt", -1)).SetLimit(int64(limit)))
}
