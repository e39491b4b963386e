package search

// Distance is distance, for tests.
func Distance(a, b string, limit int) int { return distance(a, b, limit) }
