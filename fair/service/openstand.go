package service

import (
	"context"
	"sync"
	"time"

	"salon/fair"
)

// openFresh is how old what is told of open lines in a search may be: people look
// for whom they can meet now, and minutes pass before they have read an offer.
const openFresh = 5 * time.Second

// opens remembers the stands with an open line, by fair.
type opens struct {
	mu     sync.Mutex
	byFair map[fair.ID]openNow // guarded by mu
}

type openNow struct {
	stands []fair.ID // never written to
	at     time.Time
}

// openStands lists the stands of a fair whose line is open.
func (s *Service) openStands(ctx context.Context, fairID fair.ID) ([]fair.ID, error) {
	now := s.now()
	s.opens.mu.Lock()
	kept, known := s.opens.byFair[fairID]
	s.opens.mu.Unlock()
	if known && now.Sub(kept.at) < openFresh {
		return kept.stands, nil
	}
	lines, err := s.FairLines(ctx, fair.Actor{}, string(fairID))
	if err != nil {
		return nil, err
	}
	kept = openNow{at: now}
	for _, line := range lines {
		if line.OpenNow {
			kept.stands = append(kept.stands, line.Stand)
		}
	}
	s.opens.mu.Lock()
	s.opens.byFair[fairID] = kept
	s.opens.mu.Unlock()
	return kept.stands, nil
}
