package service

import "context"

// Near looks for turns that are near, however long ago the last look was.
func (s *Service) Near(ctx context.Context) error {
	return s.nearAll(ctx)
}
