package main

import (
	"slices"
	"time"
)

// quantile is the smallest of all that at least the share q does not exceed,
// in steps of 0.1 ms; 0 of nothing.
func quantile(all []time.Duration, q float64) time.Duration {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)].Round(100 * time.Microsecond)
}
