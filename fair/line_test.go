package fair_test

import (
	"testing"
	"time"

	"salon/fair"
)

var everyDay = []time.Weekday{0, 1, 2, 3, 4, 5, 6}

// spring is a fair over the days on which clocks change.
func spring(zone string) fair.Fair {
	return fair.Fair{
		TimeZone: zone, StartsAt: time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC), EndsAt: time.Date(2027, 12, 1, 0, 0, 0, 0, time.UTC),
	}
}

func TestWhenPeopleMayJoinALine(t *testing.T) {
	f := spring("Europe/Paris")
	monday := time.Date(2027, 3, 15, 9, 0, 0, 0, time.UTC) // 10 h in Paris
	morning := []fair.Hours{{Days: []time.Weekday{time.Monday}, From: 9 * 60, To: 12 * 60}}
	on := []fair.Duty{{Recruiter: "r", State: fair.OnDuty, Since: monday}}
	rest := []fair.Duty{{Recruiter: "r", State: fair.OnBreak, Since: monday}}
	off := []fair.Duty{{Recruiter: "r", State: fair.OffDuty, Since: monday}}
	for name, c := range map[string]struct {
		line  fair.Line
		now   time.Time
		want  bool
		state fair.LineState
	}{
		"no hours and nobody on duty":           {fair.Line{}, monday, false, fair.LineClosed},
		"no hours and somebody on duty":         {fair.Line{Duty: on}, monday, true, fair.LineOpen},
		"no hours and somebody on a break":      {fair.Line{Duty: rest}, monday, true, fair.LineOpen},
		"no hours and everybody off":            {fair.Line{Duty: off}, monday, false, fair.LineClosed},
		"duty of yesterday":                     {fair.Line{Duty: on}, monday.Add(fair.DutyLasts), false, fair.LineClosed},
		"within hours, nobody yet":              {fair.Line{Hours: morning}, monday, true, fair.LineOpen},
		"the first minute":                      {fair.Line{Hours: morning}, monday.Add(-time.Hour), true, fair.LineOpen},
		"a minute before":                       {fair.Line{Hours: morning}, monday.Add(-61 * time.Minute), false, fair.LineClosed},
		"the last minute":                       {fair.Line{Hours: morning}, monday.Add(119 * time.Minute), true, fair.LineOpen},
		"a minute after":                        {fair.Line{Hours: morning, Duty: on}, monday.Add(2 * time.Hour), false, fair.LineClosed},
		"another day":                           {fair.Line{Hours: morning}, monday.AddDate(0, 0, 1), false, fair.LineClosed},
		"extended by an organiser":              {fair.Line{Hours: morning, Longer: monday.Add(3 * time.Hour)}, monday.Add(170 * time.Minute), true, fair.LineOpen},
		"and that over":                         {fair.Line{Hours: morning, Longer: monday.Add(3 * time.Hour)}, monday.Add(3 * time.Hour), false, fair.LineClosed},
		"closed by hand":                        {fair.Line{Hours: morning, State: fair.LineClosed, Longer: monday.Add(time.Hour)}, monday, false, fair.LineClosed},
		"paused still takes people":             {fair.Line{Hours: morning, State: fair.LinePaused}, monday, true, fair.LinePaused},
		"a pause that has ended":                {fair.Line{Hours: morning, State: fair.LinePaused, Until: monday}, monday, true, fair.LineOpen},
		"before the fair":                       {fair.Line{Hours: morning, Duty: on}, time.Date(2027, 2, 22, 9, 30, 0, 0, time.UTC), false, fair.LineClosed},
		"after the fair":                        {fair.Line{Hours: morning, Duty: on}, time.Date(2027, 12, 6, 9, 30, 0, 0, time.UTC), false, fair.LineClosed},
		"hours until midnight hold at 23:59":    {fair.Line{Hours: []fair.Hours{{Days: everyDay, From: 0, To: fair.Day}}}, time.Date(2027, 3, 15, 22, 59, 0, 0, time.UTC), true, fair.LineOpen},
		"the wall clock decides, not Greenwich": {fair.Line{Hours: morning}, time.Date(2027, 3, 15, 11, 30, 0, 0, time.UTC), false, fair.LineClosed},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.line.OpenNow(f, c.now); got != c.want {
				t.Errorf("open %v, want %v", got, c.want)
			}
			if got := c.line.StateAt(f, c.now); got != c.state {
				t.Errorf("state %s, want %s", got, c.state)
			}
		})
	}
}

func TestHoursFollowTheClocksWhenTheyChange(t *testing.T) {
	nineToTen := fair.Line{Hours: []fair.Hours{{Days: everyDay, From: 9 * 60, To: 10 * 60}}}
	early := fair.Line{Hours: []fair.Hours{{Days: everyDay, From: 2 * 60, To: 3 * 60}}}
	for name, c := range map[string]struct {
		zone string
		line fair.Line
		now  string
		want bool
	}{
		"Saturday before summer time, 9 h":              {"Europe/Paris", nineToTen, "2027-03-27T08:00:00Z", true},
		"Sunday of summer time, 9 h":                    {"Europe/Paris", nineToTen, "2027-03-28T07:00:00Z", true},
		"Sunday of summer time, an hour later":          {"Europe/Paris", nineToTen, "2027-03-28T08:00:00Z", false},
		"the hour that never comes: just before":        {"Europe/Paris", early, "2027-03-28T00:59:59Z", false},
		"the hour that never comes: just after":         {"Europe/Paris", early, "2027-03-28T01:00:00Z", false},
		"Sunday of winter time, 9 h":                    {"Europe/Paris", nineToTen, "2027-10-31T08:00:00Z", true},
		"the hour that comes twice: first":              {"Europe/Paris", early, "2027-10-31T00:30:00Z", true},
		"the hour that comes twice: second":             {"Europe/Paris", early, "2027-10-31T01:30:00Z", true},
		"the hour that comes twice: over":               {"Europe/Paris", early, "2027-10-31T02:00:00Z", false},
		"Guadeloupe knows no summer time: before":       {"America/Guadeloupe", nineToTen, "2027-03-27T13:00:00Z", true},
		"Guadeloupe knows no summer time: after":        {"America/Guadeloupe", nineToTen, "2027-03-28T13:00:00Z", true},
		"Guadeloupe knows no summer time: not at Paris": {"America/Guadeloupe", nineToTen, "2027-03-28T07:00:00Z", false},
	} {
		t.Run(name, func(t *testing.T) {
			now, err := time.Parse(time.RFC3339, c.now)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.line.OpenNow(spring(c.zone), now); got != c.want {
				t.Errorf("open %v, want %v", got, c.want)
			}
		})
	}
}

func TestWhenALineOpensNext(t *testing.T) {
	weekdays := fair.Line{Hours: []fair.Hours{{Days: []time.Weekday{1, 2, 3, 4, 5}, From: 9 * 60, To: 12 * 60}}}
	for name, c := range map[string]struct{ zone, now, want string }{
		"later the same day":        {"Europe/Paris", "2027-03-15T05:00:00Z", "2027-03-15T08:00:00Z"},
		"after the weekend":         {"Europe/Paris", "2027-03-12T11:30:00Z", "2027-03-15T08:00:00Z"},
		"after the change of clock": {"Europe/Paris", "2027-03-26T12:00:00Z", "2027-03-29T07:00:00Z"},
		"in Guadeloupe":             {"America/Guadeloupe", "2027-03-26T18:00:00Z", "2027-03-29T13:00:00Z"},
		"when the fair begins":      {"Europe/Paris", "2027-01-01T00:00:00Z", "2027-03-01T08:00:00Z"},
		"never again":               {"Europe/Paris", "2027-11-30T23:00:00Z", ""},
	} {
		t.Run(name, func(t *testing.T) {
			now, err := time.Parse(time.RFC3339, c.now)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if next := weekdays.Next(spring(c.zone), now); !next.IsZero() {
				got = next.UTC().Format(time.RFC3339)
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestHoursNobodyCouldKeepAreRefused(t *testing.T) {
	good := fair.Hours{Days: []time.Weekday{1, 2}, From: 540, To: 720}
	for name, c := range map[string]struct {
		hours []fair.Hours
		code  string
	}{
		"none":                     {nil, ""},
		"a morning":                {[]fair.Hours{good}, ""},
		"a whole day":              {[]fair.Hours{{Days: everyDay, From: 0, To: fair.Day}}, ""},
		"no day":                   {[]fair.Hours{{From: 540, To: 720}}, "hours.order"},
		"a day twice":              {[]fair.Hours{{Days: []time.Weekday{1, 1}, From: 540, To: 720}}, "hours.order"},
		"an eighth day":            {[]fair.Hours{{Days: []time.Weekday{7}, From: 540, To: 720}}, "hours.order"},
		"an end before the start":  {[]fair.Hours{{Days: everyDay, From: 720, To: 540}}, "hours.order"},
		"beyond midnight":          {[]fair.Hours{{Days: everyDay, From: 720, To: fair.Day + 1}}, "hours.order"},
		"more than anybody needs":  {make([]fair.Hours, fair.MaxHours+1), "hours.many"},
		"a negative start of hour": {[]fair.Hours{{Days: everyDay, From: -1, To: 540}}, "hours.order"},
	} {
		t.Run(name, func(t *testing.T) { wantCode(t, fair.CheckHours(c.hours), c.code) })
	}
}

func TestDutyEndsItsBreakByItself(t *testing.T) {
	rest := fair.Duty{State: fair.OnBreak, Since: clock, Until: at(10 * time.Minute)}
	if got := rest.At(clock.Add(9 * time.Minute)); got != fair.OnBreak || rest.Available(clock) {
		t.Errorf("during the break: %s", got)
	}
	if got := rest.At(clock.Add(10 * time.Minute)); got != fair.OnDuty {
		t.Errorf("after the break: %s", got)
	}
	away := fair.Duty{State: fair.OnDuty, Since: clock, AwayAt: at(0)}
	if away.Available(clock) {
		t.Error("somebody without a connection counts as available")
	}
	line := fair.Line{Duty: []fair.Duty{away, {Recruiter: "b", State: fair.OnDuty, Since: clock}}}
	line.Duty = line.WithDuty(fair.Duty{Recruiter: "b", State: fair.OffDuty, Since: clock})
	if d, said := line.DutyOf("b"); !said || d.State != fair.OffDuty || len(line.Duty) != 2 || line.Available(clock) != 0 {
		t.Errorf("the duty is %+v", line.Duty)
	}
}
