package mongostore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// A Migration takes the database one step forward. It may run again after it
// was interrupted, so it must be idempotent; there is no way back.
type Migration struct {
	Number int // from 1, without gaps
	Name   string
	Up     func(context.Context, *Store) error
}

// migrations lists every step there has ever been, in order.
var migrations = []Migration{
	{1, "make the first indexes", func(ctx context.Context, s *Store) error { return s.ensureIndexes(ctx) }},
	{2, "make the indexes of lines and of the appointment book", func(ctx context.Context, s *Store) error { return s.ensureIndexes(ctx) }},
	{3, "make the index of the places of applications", func(ctx context.Context, s *Store) error { return s.ensureIndexes(ctx) }},
}

// The lock document of the migrations.
const (
	migrationLock  = "migrations"
	migrationLease = 2 * time.Minute        // a node that died in a migration blocks no longer than this
	migrationPoll  = 500 * time.Millisecond // how often a waiting node asks
)

// migrationState is the one document of the collection "state": how far the
// database is, and who is moving it.
type migrationState struct {
	ID      string    `bson:"_id"`
	Version int       `bson:"version"`
	Owner   fair.ID   `bson:"owner,omitempty"`
	Until   time.Time `bson:"until"`
}

// Migrate runs the migrations that this database has not seen, one node at a
// time. A database that is further than this program knows is refused: an old
// program must not write into a new shape.
func (s *Store) Migrate(ctx context.Context) error { return s.migrate(ctx, migrations) }

func (s *Store) migrate(ctx context.Context, steps []Migration) error {
	me := fair.NewID()
	state, err := s.lockMigrations(ctx, me)
	if err != nil {
		return err
	}
	defer s.unlockMigrations(context.WithoutCancel(ctx), me)
	if state.Version > len(steps) {
		return fmt.Errorf("the database is at version %d and this program knows %d: run the newer program", state.Version, len(steps))
	}
	for _, step := range steps[state.Version:] {
		if err := step.Up(ctx, s); err != nil {
			return fmt.Errorf("migration %d, %s: %w", step.Number, step.Name, err)
		}
		until := s.clock().Add(migrationLease)
		held, err := s.setState(ctx, bson.D{{Key: "_id", Value: migrationLock}, {Key: "owner", Value: me}},
			eq("version", step.Number, "until", until))
		if err != nil {
			return err
		}
		if !held {
			return fmt.Errorf("migration %d, %s: the lease was lost while it ran", step.Number, step.Name)
		}
	}
	return nil
}

// lockMigrations waits until this node owns the lock.
func (s *Store) lockMigrations(ctx context.Context, me fair.ID) (migrationState, error) {
	states := s.db.Collection("state")
	for {
		now := s.clock()
		call, cancel := context.WithTimeout(ctx, Timeout)
		_, err := states.InsertOne(call, migrationState{ID: migrationLock})
		cancel()
		if err != nil && !mongo.IsDuplicateKeyError(err) {
			return migrationState{}, fault("make the migration lock", err)
		}
		held, err := s.setState(ctx, bson.D{
			{Key: "_id", Value: migrationLock},
			{Key: "until", Value: bson.D{{Key: "$lte", Value: now}}},
		}, eq("owner", me, "until", now.Add(migrationLease)))
		if err != nil {
			return migrationState{}, err
		}
		state, err := s.readState(ctx)
		if err != nil || held || state.Owner == me {
			return state, err
		}
		select {
		case <-ctx.Done():
			return state, fmt.Errorf("wait for the node that migrates: %w", ctx.Err())
		case <-time.After(migrationPoll):
		}
	}
}

func (s *Store) readState(ctx context.Context) (state migrationState, err error) {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	err = s.db.Collection("state").FindOne(ctx, eq("_id", migrationLock)).Decode(&state)
	return state, fault("read the migration lock", err)
}

func (s *Store) setState(ctx context.Context, filter, set bson.D) (matched bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	err = s.db.Collection("state").FindOneAndUpdate(ctx, filter, bson.D{{Key: "$set", Value: set}},
		options.FindOneAndUpdate().SetReturnDocument(options.After).SetMaxTime(Timeout)).Err()
	if errors.Is(err, mongo.ErrNoDocuments) {
		return false, nil
	}
	return err == nil, fault("write the migration lock", err)
}

// unlockMigrations lets the next node in at once. If it fails, the lease does
// the same later.
func (s *Store) unlockMigrations(ctx context.Context, me fair.ID) {
	_, _ = s.setState(ctx, eq("_id", migrationLock, "owner", me), eq("until", time.Time{}))
}
