package service

import (
	"context"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// KeptNote is what a stand wrote down about somebody: notes and ratings of an
// interview, the note of a place in a line, the reason of a call out of turn, a
// word at a handoff. The person may read all of it (CNIL, recruitment guide of
// 2023, on the right of access: the notes and assessments of a recruiter are data
// of the candidate). Who wrote it is not told: that would be a third person's.
type KeptNote struct {
	Fair  fair.Fair
	Stand fair.ID
	About fair.Noun // NounInterview or NounTicket
	At    time.Time // of the interview, or of joining the line
	Text  string
	Rated []Rated
}

// Rated is one line of a scorecard with its rating, 1 to 4.
type Rated struct {
	Label fair.Text
	Score int
}

// keptNotes gathers what stands wrote down about a candidate.
func (s *Service) keptNotes(ctx context.Context, candidate fair.ID, tickets []fair.Ticket) (kept []KeptNote, err error) {
	around := newSurroundings(s)
	add := func(n KeptNote, fairID fair.ID) error {
		if n.Text == "" && len(n.Rated) == 0 {
			return nil
		}
		if n.Fair, err = once(ctx, around.fairs, fairID, s.Stores.Fairs.Get); err != nil {
			return fmt.Errorf("read the fair of a note: %w", err)
		}
		kept = append(kept, n)
		return nil
	}
	list, err := s.Stores.Interviews.Of(ctx, candidate, fair.Candidate, time.Time{}, time.Time{}, exportRead)
	if err != nil {
		return nil, err
	}
	for _, i := range list {
		n := KeptNote{Stand: i.Stand, About: fair.NounInterview, At: i.StartsAt, Text: i.Notes}
		if len(i.Scores) > 0 {
			f, err := once(ctx, around.fairs, i.Fair, s.Stores.Fairs.Get)
			if err != nil {
				return nil, fmt.Errorf("read the fair of a scorecard: %w", err)
			}
			n.Rated = rated(f.Rules().Scorecard, i.Scores)
		}
		if err := add(n, i.Fair); err != nil {
			return nil, err
		}
	}
	for _, t := range tickets {
		texts := []string{t.Note, t.Reason}
		for _, h := range t.Handoffs {
			texts = append(texts, h.Note)
		}
		for _, text := range texts {
			if err := add(KeptNote{Stand: t.Stand, About: fair.NounTicket, At: t.JoinedAt, Text: text}, t.Fair); err != nil {
				return nil, err
			}
		}
	}
	return kept, nil
}

// rated names what was rated. A criterion that the fair has no more is called by
// its id.
func rated(card []fair.Criterion, scores map[string]int) (list []Rated) {
	left := make(map[string]int, len(scores))
	for id, score := range scores {
		left[id] = score
	}
	for _, c := range card {
		if score, ok := left[c.ID]; ok {
			list = append(list, Rated{c.Label, score})
			delete(left, c.ID)
		}
	}
	ids := make([]string, 0, len(left))
	for id := range left {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		list = append(list, Rated{fair.Text{FR: id, EN: id}, left[id]})
	}
	return list
}
