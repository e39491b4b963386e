package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Watches keeps the searches people have kept.
type Watches struct{ collection[fair.Watch] }

// Of lists somebody's, the latest first.
func (s *Watches) Of(ctx context.Context, account fair.ID) ([]fair.Watch, error) {
	return s.find(ctx, eq("account", account), options.Find().SetSort(eq("at", -1, "_id", 1)))
}

// SetMail begins or ends the mails of one, and says when the next look is due.
func (s *Watches) SetMail(ctx context.Context, id fair.ID, mail bool, since time.Time, due *time.Time) (fair.Watch, error) {
	u := update{set: eq("mail", mail)}
	if due != nil {
		u.set = append(u.set, eq("dueAt", due, "since", since)...)
	} else {
		u.unset = eq("dueAt", "")
	}
	after, matched, err := s.change(ctx, eq("_id", id), u)
	if err == nil && !matched {
		err = s.missing()
	}
	return after, err
}

// Looked notes a look that was due at that time, once, with what it owes; a nil due
// ends them.
func (s *Watches) Looked(ctx context.Context, id fair.ID, was, since time.Time, due *time.Time, effects ...fair.Effect) (bool, error) {
	u := update{set: eq("since", since)}
	if due != nil {
		u.set = append(u.set, eq("dueAt", due)...)
	} else {
		u.unset = eq("dueAt", "")
	}
	_, matched, err := s.change(ctx, eq("_id", id, "dueAt", was), u, effects...)
	return matched, err
}

// Due lists at most limit whose look is due.
func (s *Watches) Due(ctx context.Context, now time.Time, limit int) ([]fair.Watch, error) {
	return s.find(ctx, bson.D{{Key: "dueAt", Value: bson.D{{Key: "$lte", Value: now}}}},
		options.Find().SetSort(eq("dueAt", 1)).SetLimit(int64(limit)))
}

// Remove forgets one of an account's; one that is not there is forgotten already.
func (s *Watches) Remove(ctx context.Context, account, id fair.ID) error {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	_, err := s.c.DeleteOne(ctx, eq("_id", id, "account", account))
	return fault("remove a kept search", err)
}
