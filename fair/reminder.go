package fair

import "time"

// When a candidate is reminded of an interview.
const (
	RemindDay  = 24 * time.Hour
	RemindHour = time.Hour
)

// NextReminder is when the next reminder of an interview at start is due, seen
// from now; nil when none is left. A time that has passed counts as said: it was,
// or the appointment was made later than that.
func NextReminder(start, now time.Time) *time.Time {
	for _, before := range []time.Duration{RemindDay, RemindHour} {
		if due := start.Add(-before); due.After(now) {
			return &due
		}
	}
	return nil
}
