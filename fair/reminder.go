package fair

import "time"

// When the two of an interview are reminded of it: the candidate the day and the
// hour before, the recruiter the hour before the first one of a day and shortly
// before each.
const (
	RemindDay  = 24 * time.Hour
	RemindHour = time.Hour
	RemindSoon = 10 * time.Minute
)

// NextReminder is when the candidate's next reminder of an interview at start is
// due, seen from now; nil when none is left. A time that has passed counts as
// said: it was, or the appointment was made later than that.
func NextReminder(start, now time.Time) *time.Time {
	return nextOf(start, now, RemindDay, RemindHour)
}

// NextDeskReminder is NextReminder for the recruiter.
func NextDeskReminder(start, now time.Time) *time.Time {
	return nextOf(start, now, RemindHour, RemindSoon)
}

func nextOf(start, now time.Time, leads ...time.Duration) *time.Time {
	for _, before := range leads {
		if due := start.Add(-before); due.After(now) {
			return &due
		}
	}
	return nil
}
