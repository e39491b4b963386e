package fair_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"salon/fair"
)

// mornings is "every day from 9 to 12, 30 minutes".
func mornings(change func(*fair.SlotRule)) fair.SlotRule {
	r := fair.SlotRule{ID: "rule", Days: weekdays(), From: 9 * 60, To: 12 * 60, Duration: 30 * time.Minute, Channels: []fair.Channel{fair.Video}}
	if change != nil {
		change(&r)
	}
	return r
}

func weekdays() []time.Weekday {
	return []time.Weekday{time.Sunday, time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday}
}

func zone(t interface{ Fatal(...any) }, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// starts are the starts of a day in UTC, "07:00".
func starts(r fair.SlotRule, loc *time.Location, date string) []string {
	day, err := time.ParseInLocation(time.DateOnly, date, loc)
	if err != nil {
		panic(err)
	}
	var list []string
	for _, at := range r.Times(loc, day, day.AddDate(0, 0, 1)) {
		list = append(list, at[0].UTC().Format("02 15:04"))
	}
	return list
}

func TestARuleFollowsTheClocksOfTheFair(t *testing.T) {
	hours := func(from, to int) func(*fair.SlotRule) {
		return func(r *fair.SlotRule) { r.From, r.To, r.Duration = from*60, to*60, time.Hour }
	}
	for _, c := range []struct {
		name, zone, day string
		rule            fair.SlotRule
		want            []string
	}{
		{"the day before the clocks go forward", "Europe/Paris", "2027-03-27", mornings(hours(9, 11)), []string{"27 08:00", "27 09:00"}},
		{"the day they go forward", "Europe/Paris", "2027-03-28", mornings(hours(9, 11)), []string{"28 07:00", "28 08:00"}},
		{"over the hour that is skipped", "Europe/Paris", "2027-03-28", mornings(hours(1, 4)), []string{"28 00:00", "28 01:00"}},
		{"in the hour that is skipped", "Europe/Paris", "2027-03-28", mornings(hours(2, 3)), nil},
		{"from the hour that is skipped", "Europe/Paris", "2027-03-28", mornings(hours(2, 4)), []string{"28 01:00"}},
		{"the day before the clocks go back", "Europe/Paris", "2027-10-30", mornings(hours(9, 11)), []string{"30 07:00", "30 08:00"}},
		{"the day they go back", "Europe/Paris", "2027-10-31", mornings(hours(9, 11)), []string{"31 08:00", "31 09:00"}},
		{"over the hour that comes twice", "Europe/Paris", "2027-10-31", mornings(hours(1, 4)), []string{"30 23:00", "31 00:00", "31 01:00", "31 02:00"}},
		{"up to the hour that comes twice", "Europe/Paris", "2027-10-31", mornings(hours(1, 2)), []string{"30 23:00"}},
		{"in Guadeloupe, where clocks never change", "America/Guadeloupe", "2027-03-28", mornings(hours(9, 11)), []string{"28 13:00", "28 14:00"}},
		{"in Guadeloupe in autumn", "America/Guadeloupe", "2027-10-31", mornings(hours(9, 11)), []string{"31 13:00", "31 14:00"}},
		{"up to midnight", "America/Guadeloupe", "2027-10-31", mornings(hours(22, 24)), []string{"01 02:00", "01 03:00"}},
		{"on the leap day", "Europe/Paris", "2028-02-29", mornings(hours(9, 11)), []string{"29 08:00", "29 09:00"}},
		{"where clocks change by half an hour", "Australia/Lord_Howe", "2027-10-03", mornings(hours(1, 4)), []string{"02 14:30", "02 15:30"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := starts(c.rule, zone(t, c.zone), c.day); !slices.Equal(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

func TestARuleKeepsToItsDaysDatesAndSkips(t *testing.T) {
	paris := zone(t, "Europe/Paris")
	from := time.Date(2028, 2, 21, 0, 0, 0, 0, paris)
	weekdays := mornings(func(r *fair.SlotRule) {
		r.Days, r.To, r.Duration = []time.Weekday{time.Monday, time.Tuesday}, 10*60, time.Hour
		r.Since, r.Until = "2028-02-22", "2028-02-29"
	})
	days := func(r fair.SlotRule) (list []string) {
		for _, at := range r.Times(paris, from, from.AddDate(0, 0, 20)) {
			list = append(list, at[0].In(paris).Format("2006-01-02 15:04"))
		}
		return list
	}
	want := []string{"2028-02-22 09:00", "2028-02-28 09:00", "2028-02-29 09:00"}
	if got := days(weekdays); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	weekdays.Skips = []time.Time{time.Date(2028, 2, 28, 8, 0, 0, 0, time.UTC)}
	if got := days(weekdays); !slices.Equal(got, []string{want[0], want[2]}) {
		t.Errorf("with a skip: %v", got)
	}
}

func TestARuleNobodyCouldKeepIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*fair.SlotRule)
		field  string
	}{
		"no day":                {func(r *fair.SlotRule) { r.Days = nil }, "days"},
		"one day twice":         {func(r *fair.SlotRule) { r.Days = []time.Weekday{1, 1} }, "days"},
		"an eighth day":         {func(r *fair.SlotRule) { r.Days = []time.Weekday{7} }, "days"},
		"an end before":         {func(r *fair.SlotRule) { r.To = r.From }, "to"},
		"an end after midnight": {func(r *fair.SlotRule) { r.To = 1441 }, "to"},
		"too short for one":     {func(r *fair.SlotRule) { r.To = r.From + 29 }, "to"},
		"slots of a minute":     {func(r *fair.SlotRule) { r.Duration = time.Minute }, "minutes"},
		"no channel":            {func(r *fair.SlotRule) { r.Channels = nil }, "channels"},
		"30 February":           {func(r *fair.SlotRule) { r.Since = "2028-02-30" }, "since"},
		"an end before its day": {func(r *fair.SlotRule) { r.Since, r.Until = "2028-02-29", "2028-02-28" }, "until"},
	} {
		t.Run(name, func(t *testing.T) {
			refusal, ok := errors.AsType[*fair.Error](mornings(c.change).Check())
			if !ok || refusal.Field != c.field {
				t.Errorf("%v", refusal)
			}
		})
	}
	if err := mornings(nil).Check(); err != nil {
		t.Error(err)
	}
}

func TestTheSlotsOfARuleAreMadeWithinTheFair(t *testing.T) {
	f := fair.Fair{StartsAt: time.Date(2027, 3, 1, 8, 0, 0, 0, time.UTC), EndsAt: time.Date(2027, 3, 31, 16, 0, 0, 0, time.UTC)}
	for name, c := range map[string]struct{ now, from, to time.Time }{
		"before it begins": {f.StartsAt.AddDate(0, -2, 0), f.StartsAt, f.StartsAt.Add(fair.RuleAhead)},
		"in the middle":    {f.StartsAt.AddDate(0, 0, 3), f.StartsAt.AddDate(0, 0, 3), f.StartsAt.AddDate(0, 0, 17)},
		"near the end":     {f.EndsAt.AddDate(0, 0, -1), f.EndsAt.AddDate(0, 0, -1), f.EndsAt},
	} {
		if from, to := f.Ahead(c.now); !from.Equal(c.from) || !to.Equal(c.to) {
			t.Errorf("%s: %s to %s", name, from, to)
		}
	}
}

// For any rule, zone and days: slots do not overlap, keep their length and
// buffer, lie on the days and between the hours that the clocks of the zone show,
// and asking for a part of the time gives that part of the slots.
func TestTheSlotsOfAnyRuleKeepToTheClocks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc := zone(t, rapid.SampledFrom([]string{
			"Europe/Paris", "America/Guadeloupe", "UTC", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Auckland", "America/St_Johns",
		}).Draw(t, "zone"))
		around := rapid.SampledFrom([]time.Time{
			time.Date(2027, 3, 28, 0, 0, 0, 0, loc), time.Date(2027, 10, 31, 0, 0, 0, 0, loc), time.Date(2028, 2, 28, 0, 0, 0, 0, loc),
			time.Date(2027, 10, 3, 0, 0, 0, 0, loc), time.Date(2027, 12, 31, 0, 0, 0, 0, loc),
		}).Draw(t, "around")
		from := around.Add(time.Duration(rapid.IntRange(-72, 24).Draw(t, "hours before")) * time.Hour)
		to := from.Add(time.Duration(rapid.IntRange(1, 120).Draw(t, "hours")) * time.Hour)
		rule := fair.SlotRule{
			ID: "rule", Days: rapid.SliceOfNDistinct(rapid.SampledFrom(weekdays()), 1, 7, rapid.ID[time.Weekday]).Draw(t, "days"),
			From: rapid.IntRange(0, 1380).Draw(t, "from"), Channels: []fair.Channel{fair.Phone},
			Duration: time.Duration(rapid.IntRange(10, 90).Draw(t, "duration")) * time.Minute,
			Buffer:   time.Duration(rapid.IntRange(0, 30).Draw(t, "buffer")) * time.Minute,
		}
		rule.To = rapid.IntRange(rule.From+1, 1440).Draw(t, "to")
		times := rule.Times(loc, from, to)
		ids := map[fair.ID]bool{}
		for i, at := range times {
			checkRuleSlot(t, rule, loc, at, from, to)
			if i > 0 && at[0].Before(times[i-1][1].Add(0)) {
				t.Fatalf("%s begins before %s ends", at[0], times[i-1][1])
			}
			if i > 0 && sameDate(at[0].In(loc), times[i-1][0].In(loc)) && at[0].Sub(times[i-1][1]) != rule.Buffer {
				t.Fatalf("%s after %s: the buffer is not kept", at[0], times[i-1][1])
			}
			ids[rule.SlotID(at[0])] = true
		}
		if len(ids) != len(times) {
			t.Fatalf("%d ids for %d slots", len(ids), len(times))
		}
		middle := from.Add(to.Sub(from) / 2)
		later := rule.Times(loc, middle, to)
		wanted := slices.DeleteFunc(slices.Clone(times), func(at [2]time.Time) bool { return at[0].Before(middle) })
		if !slices.Equal(later, wanted) {
			t.Fatalf("asked from the middle on: %v, want %v", later, wanted)
		}
	})
}

func sameDate(a, b time.Time) bool { return a.Format(time.DateOnly) == b.Format(time.DateOnly) }

func checkRuleSlot(t *rapid.T, rule fair.SlotRule, loc *time.Location, at [2]time.Time, from, to time.Time) {
	start, end := at[0].In(loc), at[1].In(loc)
	if end.Sub(start) != rule.Duration || start.Before(from) || end.After(to) {
		t.Fatalf("%s to %s, asked within %s to %s", start, end, from, to)
	}
	if !slices.Contains(rule.Days, start.Weekday()) {
		t.Fatalf("%s is no day of the rule", start)
	}
	minutes := start.Hour()*60 + start.Minute()
	if minutes < rule.From && !shiftedOn(start) || minutes >= rule.To {
		t.Fatalf("%s is not between minute %d and %d", start, rule.From, rule.To)
	}
	if last := end.Add(-time.Nanosecond); !sameDate(start, last) {
		t.Fatalf("%s to %s goes over midnight", start, end)
	}
}

// shiftedOn reports whether the clocks change on that day: then a stretch that
// begins in an hour that comes twice may show an earlier time later on.
func shiftedOn(at time.Time) bool {
	y, m, d := at.Date()
	_, before := time.Date(y, m, d, 0, 0, 0, 0, at.Location()).Zone()
	_, after := time.Date(y, m, d+1, 0, 0, 0, 0, at.Location()).Zone()
	return before != after
}
