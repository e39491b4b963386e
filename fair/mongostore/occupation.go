package mongostore

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Nomenclatures keeps the release of occupations that was brought in.
type Nomenclatures struct{ collection[fair.Nomenclature] }

// Rev tells which revision is kept, 0 for none: cheap to ask again and again.
func (s *Nomenclatures) Rev(ctx context.Context) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	var kept struct{ Rev int64 }
	err := s.c.FindOne(ctx, eq("_id", fair.TheNomenclature), options.FindOne().SetProjection(eq("rev", 1))).Decode(&kept)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return 0, nil
	}
	return kept.Rev, fault("find the revision of the occupations", err)
}

// Put keeps a release in place of the one before.
func (s *Nomenclatures) Put(ctx context.Context, all []fair.Occupation) error {
	n := fair.Nomenclature{ID: fair.TheNomenclature, Occupations: all, Meta: fair.Meta{Rev: 1, UpdatedAt: s.clock(), Schema: 1}}
	if err := s.Insert(ctx, n); !duplicate(err) {
		return err
	}
	_, _, err := s.change(ctx, eq("_id", fair.TheNomenclature), update{set: eq("occupations", all)})
	return err
}
