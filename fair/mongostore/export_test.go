package mongostore

import "context"

// MigrateWith runs other steps than the product's.
func (s *Store) MigrateWith(ctx context.Context, steps []Migration) error {
	return s.migrate(ctx, steps)
}
