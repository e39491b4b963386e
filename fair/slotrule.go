package fair

import (
	"slices"
	"strconv"
	"time"
)

// SlotRule is a weekly availability: "every weekday from 9 to 12". The house
// makes its slots ahead, by the wall clock of the fair's zone.
type SlotRule struct {
	ID        ID             `bson:"_id"`
	Fair      ID             `bson:"fair"`
	Stand     ID             `bson:"stand"`
	Recruiter ID             `bson:"recruiter"`
	Days      []time.Weekday `bson:"days"`            // 0 is Sunday
	From      int            `bson:"from"`            // minutes since midnight
	To        int            `bson:"to"`              // after From, at most 1440
	Since     string         `bson:"since,omitempty"` // first day, "2027-03-01"; empty: from now on
	Until     string         `bson:"until,omitempty"` // last day; empty: to the fair's end
	Duration  time.Duration  `bson:"duration"`        // 10 to 90 minutes
	Buffer    time.Duration  `bson:"buffer"`          // 0 to 30 minutes
	Channels  []Channel      `bson:"channels"`
	// Edition grows with each edit. A slot carries the edition that made it; those
	// of an earlier one that nobody has booked are withdrawn.
	Edition int `bson:"edition"`
	// Skips are starts that were taken back by hand under an earlier edition; they
	// do not come back.
	Skips []time.Time `bson:"skips,omitempty"`
	Ended bool        `bson:"ended,omitempty"` // deleted: it makes nothing and its free slots go
	DueAt time.Time   `bson:"dueAt"`           // when it is looked after next
	Meta  `bson:",inline"`
}

// RuleAhead is how far ahead of now, or of the beginning of the fair, the slots
// of a rule are made.
const RuleAhead = 14 * 24 * time.Hour

// dateLayout is how a rule writes a day.
const dateLayout = time.DateOnly

// Check refuses a rule nobody could keep. Errors: Invalid.
func (r SlotRule) Check() error {
	if len(r.Days) == 0 || len(r.Days) > 7 {
		return Refuse("days", "slotrule.days")
	}
	for i, d := range r.Days {
		if d < time.Sunday || d > time.Saturday || slices.Contains(r.Days[:i], d) {
			return Refuse("days", "slotrule.days")
		}
	}
	shape := SlotPlan{Start: time.Unix(1, 0), Duration: r.Duration, Buffer: r.Buffer, Count: 1, Channels: r.Channels}
	if err := shape.Check(time.Unix(0, 0)); err != nil {
		return err
	}
	if r.From < 0 || r.To > 24*60 || r.From >= r.To {
		return Refuse("to", "time.order")
	}
	if time.Duration(r.To-r.From)*time.Minute < r.Duration {
		return Refuse("to", "slotrule.short")
	}
	for field, date := range map[string]string{"since": r.Since, "until": r.Until} {
		if _, err := time.Parse(dateLayout, date); date != "" && err != nil {
			return Refuse(field, "slotrule.date")
		}
	}
	if r.Since != "" && r.Until != "" && r.Until < r.Since {
		return Refuse("until", "time.order")
	}
	return nil
}

// Ahead is the time within which the slots of a fair's rules are to be there at
// now: RuleAhead from now, or from the fair's beginning, and not beyond its end.
func (f Fair) Ahead(now time.Time) (from, to time.Time) {
	from = now
	if f.StartsAt.After(from) {
		from = f.StartsAt
	}
	to = from.Add(RuleAhead)
	if f.EndsAt.Before(to) {
		to = f.EndsAt
	}
	return from, to
}

// Times lists the starts and ends the rule asks for that begin at or after from
// and end at or before to, in order. Where the clocks change, a stretch is as
// long as the time that really passes: an hour that is skipped holds no slot, an
// hour that comes twice holds slots twice.
func (r SlotRule) Times(loc *time.Location, from, to time.Time) [][2]time.Time {
	var times [][2]time.Time
	y, m, d := from.In(loc).Date()
	for n := -1; ; n++ { // one day earlier: midnight need not be where the zone of from puts it
		day := time.Date(y, m, d+n, 0, 0, 0, 0, time.UTC)
		date := day.Format(dateLayout)
		opens := wallClock(day, r.From, loc)
		if !opens.Before(to) || r.Until != "" && date > r.Until {
			return times
		}
		if !slices.Contains(r.Days, day.Weekday()) || date < r.Since {
			continue
		}
		closes := wallClock(day, r.To, loc)
		for start := opens; ; start = start.Add(r.Duration + r.Buffer) {
			end := start.Add(r.Duration)
			if end.After(closes) || end.After(to) {
				break
			}
			if !start.Before(from) && !slices.ContainsFunc(r.Skips, start.Equal) {
				times = append(times, [2]time.Time{start.UTC(), end.UTC()})
			}
		}
	}
}

// SlotID is the id of the slot that this edition of the rule makes at a start:
// derived, so that making it twice is recognised.
func (r SlotRule) SlotID(start time.Time) ID {
	return DeriveID("slotrule", string(r.ID), strconv.Itoa(r.Edition), start.UTC().Format(time.RFC3339))
}

// wallClock is the instant at which the clocks of a zone show minute of a day.
// A time they skip is the instant of the skip; of one that comes twice it is the
// first.
func wallClock(day time.Time, minute int, loc *time.Location) time.Time {
	y, m, d := day.Date()
	t := time.Date(y, m, d, 0, minute, 0, 0, loc)
	wanted := time.Date(y, m, d, 0, minute, 0, 0, time.UTC)
	begins, ends := t.ZoneBounds()
	switch shown := asShown(t); {
	case shown.Before(wanted): // read with the offset after the skip: an instant before it
		return ends
	case shown.After(wanted): // read with the offset before the skip: an instant after it
		return begins
	case begins.IsZero():
		return t
	}
	_, offset := t.Zone()
	_, before := begins.Add(-time.Second).Zone()
	if first := t.Add(time.Duration(offset-before) * time.Second); before > offset && first.Before(begins) {
		return first
	}
	return t
}

// asShown is what the clocks of t's zone show, written as if it were UTC.
func asShown(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}
