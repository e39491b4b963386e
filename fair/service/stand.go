package service

import (
	"context"

	"salon/fair"
)

// Stands lists the stands of a fair by number.
func (s *Service) Stands(ctx context.Context, a fair.Actor, fairRef string, page, limit int) (Page[fair.Stand], error) {
	return Page[fair.Stand]{}, errUnbuilt
}

// Stand finds a stand of a fair by id or slug. Errors: NotFound.
func (s *Service) Stand(ctx context.Context, a fair.Actor, fairRef, standRef string) (fair.Stand, error) {
	return fair.Stand{}, errUnbuilt
}

// MyStands lists the stands the actor recruits for.
func (s *Service) MyStands(ctx context.Context, a fair.Actor) ([]fair.Stand, error) {
	return nil, errUnbuilt
}

// StandEdit changes what is not nil.
type StandEdit struct {
	Sector, About, Looking, Hours *fair.Text
	Links                         *[]fair.Link
	Title                         *string // the actor's own title on the stand
	Rev                           int64   // the rev the edit was made on; another one: Conflict "edit.stale"
}

// EditStand changes a stand. Only its recruiters and the fair's organisers.
func (s *Service) EditStand(ctx context.Context, a fair.Actor, stand fair.ID, e StandEdit) (fair.Stand, error) {
	return fair.Stand{}, errUnbuilt
}
