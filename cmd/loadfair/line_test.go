package main

import (
	"testing"
	"time"

	"salon/fair"
)

func TestAShortDayOnTheRealRulesLosesNobody(t *testing.T) {
	l := line{Stands: 2, People: 50, Hours: 1, Seed: 4}
	board, err := l.really(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if board.double != 0 || board.clashes != 0 || board.lost != 0 {
		t.Errorf("%d double calls, %d calls into an appointment, %d lost places", board.double, board.clashes, board.lost)
	}
	if board.served < 20 || board.unserved > 0 {
		t.Errorf("%d people served, %d left in line", board.served, board.unserved)
	}
	if idle := board.idleShare(); idle > 2 {
		t.Errorf("recruiters were idle for %.1f %% of their time while somebody could be called", idle)
	}
	// So short a day has few interviews, which depend on each other: the full day
	// is what the goal of 80 % is for.
	if n, inside := board.all(); n < 50 || share(inside, n) < 60 {
		t.Errorf("%d ranges, %.1f %% of them true", n, share(inside, n))
	}
	plain, err := l.plainly(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("with the board %d served, plain %d served, %d double calls, %d lost places", board.served, plain.served, plain.double, plain.lost)
	if plain.double == 0 || plain.lost == 0 || plain.served >= board.served+30 {
		t.Errorf("the plain line: %d double calls, %d lost places, %d served (%d with the board)", plain.double, plain.lost, plain.served, board.served)
	}
}

func TestTheSameSeedDrawsTheSameCrowd(t *testing.T) {
	l := line{Stands: 5, People: 100, Hours: 8, Seed: 7}
	a, b := l.day(), l.day()
	l.Seed = 8
	other := l.day()
	same := 0
	for i, v := range a.people {
		if v.comes != b.people[i].comes || v.tolerance != b.people[i].tolerance || len(v.wishes) != len(b.people[i].wishes) {
			t.Fatalf("person %d is another the second time", v.n)
		}
		if v.comes == other.people[i].comes {
			same++
		}
	}
	if same > 5 {
		t.Errorf("%d people are the same with another seed", same)
	}
}

func TestARangeIsJudgedByWhatCame(t *testing.T) {
	shown := fair.Range{Known: true, Low: 5 * time.Minute, High: 10 * time.Minute}
	for _, c := range []struct {
		name   string
		shown  fair.Range
		wait   time.Duration
		called bool
		want   [5]int // inside, early, late, censored, unknown
	}{
		{"called within", shown, 7 * time.Minute, true, [5]int{1, 0, 0, 0, 0}},
		{"called before", shown, time.Minute, true, [5]int{0, 1, 0, 0, 0}},
		{"called after", shown, time.Hour, true, [5]int{0, 0, 1, 0, 0}},
		{"left before it was over", shown, 7 * time.Minute, false, [5]int{0, 0, 0, 1, 0}},
		{"left after it was over", shown, time.Hour, false, [5]int{0, 0, 1, 0, 0}},
		{"no range", fair.Range{}, time.Hour, true, [5]int{0, 0, 0, 0, 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var all tally
			all.judge(sample{position: 3, shown: c.shown}, c.wait, c.called)
			got := [5]int{all.during.inside, all.during.below, all.during.above, all.censored, all.unknown}
			if got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
