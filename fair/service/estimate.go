package service

import (
	"time"

	"salon/fair"
)

// ranges says how long each of those who wait, in their order, has to wait from
// now on. Nobody on duty means that nobody can tell.
func ranges(l fair.Line, rules fair.LineRules, waiting []fair.Ticket, now time.Time) []fair.Range {
	list := make([]fair.Range, len(waiting))
	recruiters := l.Available(now)
	if recruiters == 0 {
		return list
	}
	mean := rules.Length
	if n := len(l.Lengths.Seconds); n > 0 { // the planned length counts like three measured ones
		sum := 3 * int(rules.Length/time.Second)
		for _, s := range l.Lengths.Seconds {
			sum += s
		}
		mean = time.Duration(sum/(n+3)) * time.Second
	}
	for i := range waiting {
		low := time.Duration(i/recruiters) * mean * 6 / 10
		high := time.Duration(i/recruiters+1) * mean * 14 / 10
		if t := waiting[i]; t.NotBefore != nil && t.NotBefore.Sub(now) > low {
			wait := t.NotBefore.Sub(now)
			low, high = wait, max(high, wait+mean)
		}
		list[i] = fair.Range{Low: low, High: high, Known: true}
	}
	return list
}
