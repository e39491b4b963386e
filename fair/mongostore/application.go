package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Applications keeps the candidates' applications.
type Applications struct {
	collection[fair.Application]
}

// Save writes what a change has made of an application. Errors: Conflict
// "edit.stale" when it has moved on since it was read.
func (s *Applications) Save(ctx context.Context, a fair.Application, effects ...fair.Effect) (fair.Application, error) {
	set := eq("state", a.State, "answer", a.Answer, "history", a.History)
	u := update{set: set}
	if a.By != nil {
		u.set = append(u.set, eq("by", a.By, "promiser", a.Promiser, "answering", a.Answering)...)
	} else {
		u.unset = append(u.unset, eq("by", "", "promiser", "", "answering", "")...)
	}
	if !a.Open {
		u.unset = append(u.unset, eq("open", "", "place", "")...)
	}
	after, matched, err := s.change(ctx, eq("_id", a.ID, "rev", a.Rev), u, effects...)
	if err != nil || matched {
		return after, err
	}
	return s.mine(ctx, eq("_id", a.ID), a.Rev+1, set)
}

// OpenOf finds somebody's open application to an offer or a stand. Errors: NotFound.
func (s *Applications) OpenOf(ctx context.Context, candidate, target fair.ID) (fair.Application, error) {
	return s.one(ctx, eq("candidate", candidate, "target", target, "open", true))
}

// Of lists the applications of a candidate, the latest first.
func (s *Applications) Of(ctx context.Context, candidate fair.ID, limit int) ([]fair.Application, error) {
	return s.find(ctx, eq("candidate", candidate), options.Find().SetSort(eq("at", -1, "_id", 1)).SetLimit(int64(limit)))
}

// OfStand lists the applications to a stand, the latest first.
func (s *Applications) OfStand(ctx context.Context, stand fair.ID, page, limit int) ([]fair.Application, int, error) {
	return s.page(ctx, eq("stand", stand), eq("at", -1, "_id", 1), page, limit)
}

// OpenAt lists what these candidates apply for at a stand and is not over, the
// latest first, at most limit.
func (s *Applications) OpenAt(ctx context.Context, stand fair.ID, candidates []fair.ID, limit int) ([]fair.Application, error) {
	if len(candidates) == 0 {
		return nil, nil
	}
	return s.find(ctx, bson.D{
		{Key: "candidate", Value: bson.D{{Key: "$in", Value: candidates}}},
		{Key: "open", Value: true},
		{Key: "stand", Value: stand},
	}, options.Find().SetSort(eq("at", -1, "_id", 1)).SetLimit(int64(limit)))
}

// CountOpen counts the open applications of a candidate.
func (s *Applications) CountOpen(ctx context.Context, candidate fair.ID) (int, error) {
	return s.count(ctx, eq("candidate", candidate, "open", true))
}

// Places lists which places the open applications of a candidate take.
func (s *Applications) Places(ctx context.Context, candidate fair.ID) ([]int, error) {
	list, err := s.find(ctx, eq("candidate", candidate, "open", true), options.Find().SetProjection(eq("place", 1)))
	places := make([]int, len(list))
	for i, a := range list {
		places[i] = a.Place
	}
	return places, err
}

// AnswersDue lists applications whose reminder is due at now, the longest due
// first.
func (s *Applications) AnswersDue(ctx context.Context, now time.Time, limit int) ([]fair.Application, error) {
	due := bson.D{{Key: "answering.next", Value: bson.D{{Key: "$lte", Value: now}}}}
	return s.find(ctx, due, options.Find().SetSort(eq("answering.next", 1)).SetLimit(int64(limit)))
}

// Remind moves the clock of a promised answer on, if nobody has meanwhile and no
// answer came.
func (s *Applications) Remind(ctx context.Context, id fair.ID, from, to fair.Answering, effects ...fair.Effect) (fair.Application, bool, error) {
	return s.change(ctx, eq("_id", id, "answering.reminders", from.Reminders, "answering.next", from.Next),
		update{set: eq("answering", to)}, effects...)
}

// Owed lists at most limit applications to which somebody promised an answer, the
// first due first.
func (s *Applications) Owed(ctx context.Context, promiser fair.ID, limit int) ([]fair.Application, error) {
	return s.find(ctx, eq("promiser", promiser), options.Find().SetSort(eq("answering.due", 1)).SetLimit(int64(limit)))
}

// Overdue lists the applications of a fair whose promised answer was due before
// now, with their stands and nothing else.
func (s *Applications) Overdue(ctx context.Context, fairID fair.ID, now time.Time, limit int) ([]fair.Application, error) {
	return s.find(ctx, bson.D{
		{Key: "fair", Value: fairID},
		{Key: "answering.due", Value: bson.D{{Key: "$lt", Value: now}}},
	}, options.Find().SetSort(eq("answering.due", 1)).SetLimit(int64(limit)).SetProjection(eq("stand", 1)))
}
