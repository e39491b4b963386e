package fair_test

import (
	"slices"
	"testing"
	"time"

	"salon/fair"
)

func TestStandsAreOrderedByTrouble(t *testing.T) {
	now := time.Date(2027, 3, 10, 15, 0, 0, 0, time.UTC)
	since := func(minutes int) time.Time { return now.Add(-time.Duration(minutes) * time.Minute) }
	list := []fair.StandLive{
		{Stand: "quiet", Number: 9},
		{Stand: "quiet before", Number: 8},
		{Stand: "late answers", Number: 7, Late: 2},
		{Stand: "unanswered", Number: 6, Unanswered: 1, Late: 9},
		{Stand: "short wait", Number: 5, Waiting: 9, Since: since(5), OnDuty: 1},
		{Stand: "long wait", Number: 4, Waiting: 1, Since: since(50), OnDuty: 1},
		{Stand: "unmanned", Number: 3, Waiting: 1, Since: since(1), OnBreak: 1},
		{Stand: "unmanned for longer", Number: 2, Waiting: 1, Since: since(2), Away: 1},
	}
	fair.ByTrouble(list)
	var got []fair.ID
	for _, s := range list {
		got = append(got, s.Stand)
	}
	want := []fair.ID{"unmanned for longer", "unmanned", "long wait", "short wait", "unanswered", "late answers", "quiet before", "quiet"}
	if !slices.Equal(got, want) {
		t.Errorf("in the order %q, want %q", got, want)
	}
}

func TestTroublesAreNamedWorstFirst(t *testing.T) {
	now := time.Date(2027, 3, 10, 15, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		stand fair.StandLive
		want  []fair.Trouble
	}{
		"quiet":                      {fair.StandLive{OnDuty: 1}, []fair.Trouble{}},
		"nobody there, nobody waits": {fair.StandLive{}, []fair.Trouble{}},
		"half an hour is not long":   {fair.StandLive{OnDuty: 1, Waiting: 1, Since: now.Add(-fair.LongWait)}, []fair.Trouble{}},
		"everything": {fair.StandLive{Waiting: 1, Since: now.Add(-time.Hour), Unanswered: 1, Late: 1},
			[]fair.Trouble{fair.TroubleUnmanned, fair.TroubleLong, fair.TroubleUnanswered, fair.TroubleLate}},
	} {
		if got := c.stand.Troubles(now); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestAMedianIsTheMiddleOne(t *testing.T) {
	for _, c := range []struct {
		of   []time.Duration
		want time.Duration
	}{{nil, 0}, {[]time.Duration{5}, 5}, {[]time.Duration{9, 1}, 1}, {[]time.Duration{9, 1, 4}, 4}} {
		if got := fair.Median(c.of); got != c.want {
			t.Errorf("of %v: %d, want %d", c.of, got, c.want)
		}
	}
}
