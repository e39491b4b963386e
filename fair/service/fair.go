package service

import (
	"context"

	"salon/fair"
)

// Fairs lists the fairs, the next one first.
func (s *Service) Fairs(ctx context.Context, a fair.Actor) ([]fair.Fair, error) {
	return nil, errUnbuilt
}

// Fair finds a fair by id or slug. Errors: NotFound "fair.unknown".
func (s *Service) Fair(ctx context.Context, a fair.Actor, ref string) (fair.Fair, error) {
	return fair.Fair{}, errUnbuilt
}

// FairFigures are the counts a fair's page tells in one line.
type FairFigures struct{ Offers, Stands, Webconferences, FreeSlots int }

// FairFigures counts.
func (s *Service) FairFigures(ctx context.Context, a fair.Actor, fairID fair.ID) (FairFigures, error) {
	return FairFigures{}, errUnbuilt
}

// CreateFair makes a fair; only cmd and the demo call it for now, with the
// zero Actor of the house.
func (s *Service) CreateFair(ctx context.Context, f fair.Fair) (fair.Fair, error) {
	return fair.Fair{}, errUnbuilt
}
