package fair

// The ratings of a scorecard.
const (
	LowestScore  = 1
	HighestScore = 4
)

// CheckScores refuses ratings of criteria the fair has not, and ratings out of
// bounds. Errors: Invalid "scores.unknown", "scores.range".
func (r Rules) CheckScores(scores map[string]int) error {
	known := make(map[string]bool, len(r.Scorecard))
	for _, c := range r.Scorecard {
		known[c.ID] = true
	}
	for id, score := range scores {
		if !known[id] {
			return Refuse("scores", "scores.unknown")
		}
		if score < LowestScore || score > HighestScore {
			return Refuse("scores", "scores.range")
		}
	}
	return nil
}
