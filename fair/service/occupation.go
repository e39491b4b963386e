package service

import (
	"context"
	"sync"
	"time"

	"salon/fair"
)

// countAgain is how long the occupations of a fair are told before they are
// counted again: counting reads every open offer.
const countAgain = time.Minute

// countedOccupations is how many are counted; those nobody can name are passed
// over.
const countedOccupations = 20

// Occupation is an occupation by its code and its name.
type Occupation struct{ ROME, Label string }

// occupations remembers what was counted, by fair.
type occupations struct {
	mu     sync.Mutex
	byFair map[fair.ID]countedFair // guarded by mu
}

type countedFair struct {
	list []Occupation
	at   time.Time
}

// CommonOccupations lists the occupations with the most open offers at a fair,
// the commonest first, at most limit and countedOccupations. What it tells may be
// a minute old.
func (s *Service) CommonOccupations(ctx context.Context, a fair.Actor, fairID fair.ID, limit int) ([]Occupation, error) {
	now := s.now()
	s.occupations.mu.Lock()
	counted, known := s.occupations.byFair[fairID]
	s.occupations.mu.Unlock()
	if !known || now.Sub(counted.at) >= countAgain {
		figures, err := s.Stores.Offers.Occupations(ctx, fairID, countedOccupations)
		if err != nil {
			return nil, err
		}
		counted = countedFair{at: now}
		for _, figure := range figures {
			if label, ok := s.Places.Occupation(figure.ROME); ok {
				counted.list = append(counted.list, Occupation{ROME: figure.ROME, Label: label})
			}
		}
		s.occupations.mu.Lock()
		s.occupations.byFair[fairID] = counted
		s.occupations.mu.Unlock()
	}
	return counted.list[:min(limit, len(counted.list))], nil
}
