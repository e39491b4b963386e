package mongostore

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Lines keeps the state of each stand's line; a line is inserted when it is
// first asked for.
type Lines struct{ collection[fair.Line] }

// OfFair lists the lines of a fair that were asked for yet.
func (s *Lines) OfFair(ctx context.Context, fairID fair.ID) ([]fair.Line, error) {
	return s.find(ctx, eq("fair", fairID), options.Find().SetSort(eq("_id", 1)))
}

// OfRecruiter lists the lines where somebody has said anything about duty.
func (s *Lines) OfRecruiter(ctx context.Context, recruiter fair.ID) ([]fair.Line, error) {
	return s.find(ctx, eq("duty.recruiter", recruiter), options.Find().SetSort(eq("_id", 1)))
}

// Deserted lists the lines where a recruiter with a duty is away.
func (s *Lines) Deserted(ctx context.Context, limit int) ([]fair.Line, error) {
	return s.find(ctx, bson.D{{Key: "duty.awayAt", Value: bson.D{{Key: "$gt", Value: time.Time{}}}}},
		options.Find().SetSort(eq("duty.awayAt", 1)).SetLimit(int64(limit)))
}

// Save writes what people say about a line. Errors: Conflict "edit.stale".
func (s *Lines) Save(ctx context.Context, l fair.Line, effects ...fair.Effect) (fair.Line, error) {
	return s.save(ctx, l.ID, l.Rev, eq(
		"state", l.State, "until", l.Until, "message", l.Message, "hours", l.Hours, "longer", l.Longer,
		"duty", l.Duty, "instead", l.Instead), effects...)
}

// Measure remembers how long an interview took, once, and the last ones only.
func (s *Lines) Measure(ctx context.Context, id, interview fair.ID, seconds int) error {
	last := func(what any) bson.D {
		return bson.D{{Key: "$each", Value: bson.A{what}}, {Key: "$slice", Value: -fair.KeptLengths}}
	}
	_, err := s.c.UpdateOne(ctx, eq("_id", id, "lengths.of", bson.D{{Key: "$ne", Value: interview}}), bson.D{
		{Key: "$push", Value: eq("lengths.seconds", last(seconds), "lengths.of", last(interview))},
		{Key: "$inc", Value: eq("rev", int64(1))},
		{Key: "$set", Value: eq("updatedAt", s.clock())},
	})
	return fault("measure an interview", err)
}

// Learn adds to what is known of those who wait. Nobody edits it, so rev stays and
// an edit under way still holds.
func (s *Lines) Learn(ctx context.Context, id fair.ID, h fair.Habits) error {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	_, err := s.c.UpdateOne(ctx, eq("_id", id), bson.D{{Key: "$inc", Value: eq(
		"habits.borne", h.Borne, "habits.left", h.Left, "habits.calls", h.Calls, "habits.unanswered", h.Unanswered)}})
	return fault("learn of those who wait", err)
}

// Number gives the next number of a person in an anonymous fair.
func (s *Lines) Number(ctx context.Context, id fair.ID) (int, error) {
	l, _, err := s.change(ctx, eq("_id", id), update{inc: eq("joined", 1)})
	return l.Joined, err
}

// Watch is the one document of the collection "state" that says when a sweeper
// last looked after the lines, and when none did for a while.
type watch struct {
	ID      string        `bson:"_id"`
	At      time.Time     `bson:"at"`
	Outages []fair.Outage `bson:"outages"`
}

const (
	lineWatch   = "lines"
	keptOutages = 20 // the last ones: a grace period is an hour at most
)

// Tick notes that a sweeper looks after the lines now, and gives the times when
// none did: gaps longer than gap between two ticks. Of several nodes one writes.
func (s *Lines) Tick(ctx context.Context, now time.Time, gap, every time.Duration) ([]fair.Outage, error) {
	states := s.c.Database().Collection("state")
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	for {
		var w watch
		err := states.FindOne(ctx, eq("_id", lineWatch)).Decode(&w)
		if errors.Is(err, mongo.ErrNoDocuments) {
			_, err = states.InsertOne(ctx, watch{ID: lineWatch, At: now, Outages: []fair.Outage{}})
			if err == nil || mongo.IsDuplicateKeyError(err) {
				continue
			}
		}
		if err != nil {
			return nil, fault("read when the lines were last looked after", err)
		}
		if now.Sub(w.At) < every {
			return w.Outages, nil
		}
		u := bson.D{{Key: "$set", Value: eq("at", now)}}
		if now.Sub(w.At) > gap {
			u = append(u, bson.E{Key: "$push", Value: bson.D{{Key: "outages", Value: bson.D{
				{Key: "$each", Value: bson.A{fair.Outage{From: w.At, To: now}}}, {Key: "$slice", Value: -keptOutages},
			}}}})
		}
		if _, err := states.UpdateOne(ctx, eq("_id", lineWatch, "at", w.At), u); err != nil {
			return nil, fault("note that the lines are looked after", err)
		}
	}
}
