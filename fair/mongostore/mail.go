package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Mails is the outbox: what was sent or is about to be, each once by its id.
type Mails struct{ collection[fair.Mail] }

// Record puts a mail into the outbox; one that is there already stays as it is.
func (s *Mails) Record(ctx context.Context, m fair.Mail) error {
	if err := s.Insert(ctx, m); err != nil && !duplicate(err) {
		return err
	}
	return nil
}

// Claim takes the sending of a mail upon the caller until a time. claimed is
// false when it was sent, or somebody else is at it.
func (s *Mails) Claim(ctx context.Context, id fair.ID, now, until time.Time) (m fair.Mail, claimed bool, err error) {
	return s.change(ctx, bson.D{
		{Key: "_id", Value: id},
		{Key: "sentAt", Value: bson.D{{Key: "$exists", Value: false}}},
		{Key: "$or", Value: bson.A{
			bson.D{{Key: "claim", Value: bson.D{{Key: "$exists", Value: false}}}},
			bson.D{{Key: "claim", Value: bson.D{{Key: "$lte", Value: now}}}},
		}},
	}, update{set: eq("claim", until)})
}

// Sent notes that a mail was handed over.
func (s *Mails) Sent(ctx context.Context, id fair.ID, at time.Time) error {
	_, _, err := s.change(ctx, eq("_id", id), update{set: eq("sentAt", at), unset: eq("claim", "")})
	return err
}

// Unclaim lets others try.
func (s *Mails) Unclaim(ctx context.Context, id fair.ID) error {
	_, _, err := s.change(ctx, eq("_id", id), update{unset: eq("claim", "")})
	return err
}

// To lists at most limit mails to an address, newest first.
func (s *Mails) To(ctx context.Context, address string, limit int) ([]fair.Mail, error) {
	return s.find(ctx, eq("to", address), options.Find().SetSort(eq("at", -1, "_id", 1)).SetLimit(int64(limit)))
}

// OfAccount lists at most limit messages that somebody was sent, the latest first:
// mails to their address, and what reached their phone and their browsers. A mail to
// an address they have yet to prove is none of theirs.
func (s *Mails) OfAccount(ctx context.Context, account fair.ID, address string, limit int) ([]fair.Mail, error) {
	return s.find(ctx, bson.D{{Key: "$or", Value: bson.A{
		eq("to", address),
		bson.D{{Key: "account", Value: account}, {Key: "via", Value: bson.D{{Key: "$exists", Value: true}}}},
	}}}, options.Find().SetSort(eq("at", -1, "_id", 1)).SetLimit(int64(limit)))
}
