package mongostore

import (
	"context"

	"salon/fair"
)

// Audits is the audit log. Entries are added and expire; nothing changes one.
type Audits struct{ collection[fair.AuditEntry] }

// Record adds an entry; one that is there already stays as it is.
func (s *Audits) Record(ctx context.Context, e fair.AuditEntry) error {
	if err := s.Insert(ctx, e); err != nil && !duplicate(err) {
		return err
	}
	return nil
}
