package mongostore

import (
	"context"

	"salon/fair"
)

// Papers keeps the texts a fair's organiser answers for.
type Papers struct{ collection[fair.Paper] }

// Save writes an edition decided on the one that was read. Errors: Conflict
// "edit.stale".
func (s *Papers) Save(ctx context.Context, p fair.Paper) (fair.Paper, error) {
	return s.save(ctx, p.ID, p.Rev, eq("state", p.State, "fields", p.Fields, "version", p.Version, "publishedAt", p.PublishedAt, "past", p.Past))
}
