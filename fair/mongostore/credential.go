package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"salon/fair"
)

// Credentials keeps what accounts prove themselves with, one document each.
type Credentials struct{ collection[fair.Credential] }

// Of is the credential of an account: an empty one where nothing was set up.
func (s *Credentials) Of(ctx context.Context, account fair.ID) (fair.Credential, error) {
	c, err := s.Get(ctx, account)
	if fair.KindOf(err) == fair.NotFound {
		return fair.Credential{ID: account}, nil
	}
	return c, err
}

// SetPassword keeps a hash.
func (s *Credentials) SetPassword(ctx context.Context, id fair.ID, hash string, at time.Time) error {
	return s.write(ctx, id, update{set: eq("password", hash, "passwordAt", at)})
}

// Try keeps a secret until a code confirms it.
func (s *Credentials) Try(ctx context.Context, id fair.ID, sealed []byte) error {
	return s.write(ctx, id, update{set: eq("trial", sealed)})
}

// Confirm makes the secret on trial the one that counts, with its recovery codes
// and the period whose code confirmed it. done is false when another is on trial
// by now.
func (s *Credentials) Confirm(ctx context.Context, id fair.ID, sealed []byte, step int64, recovery []fair.ID, at time.Time) (done bool, err error) {
	_, done, err = s.change(ctx, eq("_id", id, "trial", sealed), update{
		set: eq("totp", sealed, "totpAt", at, "totpStep", step, "recovery", recovery), unset: eq("trial", ""),
	})
	return done, err
}

// Spend uses the code of a period. won is false when a code of it, or of a later
// one, was used before, or when the secret is another by now.
func (s *Credentials) Spend(ctx context.Context, id fair.ID, sealed []byte, step int64) (won bool, err error) {
	_, won, err = s.change(ctx, bson.D{
		{Key: "_id", Value: id}, {Key: "totp", Value: sealed}, {Key: "totpStep", Value: bson.D{{Key: "$lt", Value: step}}},
	}, update{set: eq("totpStep", step)})
	return won, err
}

// Recover uses a recovery code. won is true for one caller only.
func (s *Credentials) Recover(ctx context.Context, id, code fair.ID) (won bool, err error) {
	_, won, err = s.change(ctx, eq("_id", id, "recovery", code), update{pull: eq("recovery", code)})
	return won, err
}

// SetRecovery replaces the recovery codes.
func (s *Credentials) SetRecovery(ctx context.Context, id fair.ID, codes []fair.ID) error {
	return s.write(ctx, id, update{set: eq("recovery", codes)})
}

// DropTOTP ends one-time codes and what belongs to them.
func (s *Credentials) DropTOTP(ctx context.Context, id fair.ID, rev int64) (dropped bool, err error) {
	_, dropped, err = s.change(ctx, eq("_id", id, "rev", rev), update{
		set: eq("recovery", []fair.ID{}), unset: eq("totp", "", "totpAt", "", "totpStep", "", "trial", ""),
	})
	return dropped, err
}

// DropFactors ends one-time codes with what belongs to them, and passkeys.
func (s *Credentials) DropFactors(ctx context.Context, id fair.ID) error {
	_, _, err := s.change(ctx, eq("_id", id), update{
		set:   eq("recovery", []fair.ID{}, "passkeys", []fair.Passkey{}),
		unset: eq("totp", "", "totpAt", "", "totpStep", "", "trial", ""),
	})
	return err
}

// AddPasskey keeps a passkey. added is false when the account has limit of them
// or this one already.
func (s *Credentials) AddPasskey(ctx context.Context, id fair.ID, k fair.Passkey, limit int) (added bool, err error) {
	if err := s.ensure(ctx, id); err != nil {
		return false, err
	}
	_, added, err = s.change(ctx, bson.D{
		{Key: "_id", Value: id},
		{Key: "passkeys.id", Value: bson.D{{Key: "$ne", Value: k.ID}}},
		{Key: "passkeys", Value: bson.D{{Key: "$not", Value: bson.D{{Key: "$size", Value: limit}}}}},
	}, update{push: eq("passkeys", k)})
	return added, err
}

// UsePasskey keeps the new count of a passkey.
func (s *Credentials) UsePasskey(ctx context.Context, id fair.ID, k fair.Passkey, at time.Time) error {
	_, _, err := s.change(ctx, eq("_id", id, "passkeys.id", k.ID), update{set: eq("passkeys.$.data", k.Data, "passkeys.$.usedAt", at)})
	return err
}

// DropPasskey removes one. dropped is false when the credential has changed
// since it was read at rev.
func (s *Credentials) DropPasskey(ctx context.Context, id, key fair.ID, rev int64) (dropped bool, err error) {
	_, dropped, err = s.change(ctx, eq("_id", id, "rev", rev), update{pull: eq("passkeys", eq("id", key))})
	return dropped, err
}

// ByForeign is the credential that an issuer's account opens.
func (s *Credentials) ByForeign(ctx context.Context, foreign fair.ID) (fair.Credential, error) {
	return s.one(ctx, eq("foreign.id", foreign))
}

// AddForeign has an issuer's account open this one. Again, it changes nothing.
// Errors: Conflict where it opens another.
func (s *Credentials) AddForeign(ctx context.Context, id fair.ID, f fair.Foreign) error {
	if err := s.ensure(ctx, id); err != nil {
		return err
	}
	_, _, err := s.change(ctx, bson.D{{Key: "_id", Value: id}, {Key: "foreign.id", Value: bson.D{{Key: "$ne", Value: f.ID}}}}, update{push: eq("foreign", f)})
	return err
}

// DropForeign ends that.
func (s *Credentials) DropForeign(ctx context.Context, id, foreign fair.ID) error {
	_, _, err := s.change(ctx, eq("_id", id), update{pull: eq("foreign", eq("id", foreign))})
	return err
}

// Keep moves the date until which a credential is kept: it goes with its account.
func (s *Credentials) Keep(ctx context.Context, id fair.ID, until time.Time) error {
	_, _, err := s.change(ctx, eq("_id", id), update{set: eq("retainUntil", until)})
	return err
}

// write changes a credential, which is made when it is not there yet.
func (s *Credentials) write(ctx context.Context, id fair.ID, u update) error {
	if err := s.ensure(ctx, id); err != nil {
		return err
	}
	_, matched, err := s.change(ctx, eq("_id", id), u)
	if err == nil && !matched {
		err = s.missing()
	}
	return err
}

// keepCredential is until when one is kept that no sign-in has prolonged yet.
const keepCredential = 2 * 365 * 24 * time.Hour

// ensure makes an empty credential; one that is there stays as it is.
func (s *Credentials) ensure(ctx context.Context, id fair.ID) error {
	now := s.clock()
	until := now.Add(keepCredential)
	err := s.Insert(ctx, fair.Credential{
		ID: id, Recovery: []fair.ID{}, Passkeys: []fair.Passkey{},
		Meta: fair.Meta{Rev: 1, UpdatedAt: now, Schema: 1, RetainUntil: &until},
	})
	if duplicate(err) {
		return nil
	}
	return err
}

// Ceremonies keeps exchanges that are finished once.
type Ceremonies struct{ collection[fair.Ceremony] }

// Take finishes a ceremony of that kind. taken is true for one caller only.
func (s *Ceremonies) Take(ctx context.Context, id fair.ID, kind fair.CeremonyKind, now time.Time) (c fair.Ceremony, taken bool, err error) {
	return s.change(ctx, bson.D{
		{Key: "_id", Value: id}, {Key: "kind", Value: kind},
		{Key: "expiresAt", Value: bson.D{{Key: "$gt", Value: now}}},
		{Key: "usedAt", Value: bson.D{{Key: "$exists", Value: false}}},
	}, update{set: eq("usedAt", now)})
}

// Quotas counts what may be done so often within a time.
type Quotas struct{ collection[fair.Quota] }

// Spend counts one use. left is false, and nothing counted, when the window has
// had its fill.
func (s *Quotas) Spend(ctx context.Context, id fair.ID, a fair.Allowance, now time.Time) (left bool, err error) {
	opened := now.Add(-a.Within)
	until := now.Add(2 * a.Within)
	for range 2 { // a second round when somebody else's insert came first
		for _, try := range []struct {
			filter bson.D
			change update
		}{
			{bson.D{{Key: "windowAt", Value: bson.D{{Key: "$gt", Value: opened}}}, {Key: "used", Value: bson.D{{Key: "$lt", Value: a.Times}}}},
				update{inc: eq("used", 1)}},
			{bson.D{{Key: "windowAt", Value: bson.D{{Key: "$lte", Value: opened}}}},
				update{set: eq("used", 1, "windowAt", now, "retainUntil", until)}},
		} {
			_, left, err = s.change(ctx, append(eq("_id", id), try.filter...), try.change)
			if err != nil || left {
				return left, err
			}
		}
		err = s.Insert(ctx, fair.Quota{ID: id, Used: 1, WindowAt: now, Meta: fair.Meta{Rev: 1, UpdatedAt: now, Schema: 1, RetainUntil: &until}})
		if err == nil || !duplicate(err) {
			return err == nil, err
		}
	}
	return false, nil
}
