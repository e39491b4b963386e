package mongostore

import (
	"context"
	"regexp"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Invitations keeps who was asked to take which role. A unique index allows one
// open invitation for an address and a role.
type Invitations struct{ collection[fair.Invitation] }

// OpenFor finds the open invitation of an address to a role. Errors: NotFound.
func (s *Invitations) OpenFor(ctx context.Context, email string, r fair.Role) (fair.Invitation, error) {
	return s.one(ctx, eq("fair", r.Fair, "email", email, "role", r, "open", true))
}

// OfFair lists the open invitations of a fair, the latest first.
func (s *Invitations) OfFair(ctx context.Context, fairID fair.ID, limit int) ([]fair.Invitation, error) {
	return s.find(ctx, eq("fair", fairID, "open", true), options.Find().SetSort(eq("at", -1)).SetLimit(int64(limit)))
}

// Resend gives an open invitation a new secret and a new time.
func (s *Invitations) Resend(ctx context.Context, id fair.ID, seed []byte, now, until time.Time, effects ...fair.Effect) (fair.Invitation, bool, error) {
	return s.change(ctx, eq("_id", id, "open", true), update{set: eq("seed", seed, "sentAt", now, "expiresAt", until)}, effects...)
}

// Take gives an invitation to an account. taken is true for one caller only.
func (s *Invitations) Take(ctx context.Context, i fair.Invitation, account fair.ID, now time.Time, effects ...fair.Effect) (fair.Invitation, bool, error) {
	return s.change(ctx, bson.D{
		{Key: "_id", Value: i.ID}, {Key: "open", Value: true}, {Key: "seed", Value: i.Seed},
		{Key: "expiresAt", Value: bson.D{{Key: "$gt", Value: now}}},
	}, update{set: eq("state", fair.InvitationTaken, "account", account), unset: eq("open", "")}, effects...)
}

// Withdraw takes an open invitation back.
func (s *Invitations) Withdraw(ctx context.Context, id fair.ID) (fair.Invitation, bool, error) {
	return s.change(ctx, eq("_id", id, "open", true), update{set: eq("state", fair.InvitationWithdrawn), unset: eq("open", "")})
}

// OfFair lists those who hold a role in a fair and whose name or address holds
// the words, by name.
func (s *Accounts) OfFair(ctx context.Context, fairID fair.ID, words string, page, limit int) ([]fair.Account, int, error) {
	filter := eq("roles.fair", fairID)
	if words != "" {
		like := bson.D{{Key: "$regex", Value: regexp.QuoteMeta(words)}, {Key: "$options", Value: "i"}}
		filter = append(filter, bson.E{Key: "$or", Value: bson.A{bson.D{{Key: "name", Value: like}}, bson.D{{Key: "email", Value: like}}}})
	}
	return s.page(ctx, filter, eq("name", 1, "_id", 1), page, limit)
}

// Revoke takes a role away; one the account has not changes nothing but rev.
func (s *Accounts) Revoke(ctx context.Context, id fair.ID, role fair.Role) (fair.Account, error) {
	match := eq("kind", role.Kind, "fair", role.Fair)
	if role.Stand != "" {
		match = append(match, bson.E{Key: "stand", Value: role.Stand})
	}
	a, matched, err := s.change(ctx, eq("_id", id), update{pull: eq("roles", match)})
	if err == nil && !matched {
		err = s.missing()
	}
	return a, err
}

// RemoveHost takes somebody out of those a stand shows.
func (s *Stands) RemoveHost(ctx context.Context, id, account fair.ID) error {
	_, _, err := s.change(ctx, eq("_id", id), update{pull: eq("people", eq("account", account))})
	return err
}
