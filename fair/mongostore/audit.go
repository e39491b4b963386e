package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/mongo/options"

	"salon/fair"
)

// Audits is the audit log. Entries are added and expire; nothing changes one but an
// erasure, which takes the words in it.
type Audits struct{ collection[fair.AuditEntry] }

// Record adds an entry; one that is there already stays as it is.
func (s *Audits) Record(ctx context.Context, e fair.AuditEntry) error {
	if err := s.Insert(ctx, e); err != nil && !duplicate(err) {
		return err
	}
	return nil
}

// About lists at most limit entries concerning a person, the latest first.
func (s *Audits) About(ctx context.Context, about fair.ID, limit int) ([]fair.AuditEntry, error) {
	return s.find(ctx, eq("about", about), options.Find().SetSort(eq("at", -1)).SetLimit(int64(limit)))
}
