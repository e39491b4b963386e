package fair_test

import (
	"fmt"
	"testing"
	"time"

	"salon/fair"
)

func TestASlotIsReleasedAsTheOrganiserChose(t *testing.T) {
	start := time.Date(2027, 3, 10, 8, 0, 0, 0, time.UTC)
	early, late := start.Add(-48*time.Hour), start.Add(-24*time.Hour)
	for name, c := range map[string]struct {
		rules fair.BookRules
		kept  bool
		waves []time.Time // one of these; none: at once
	}{
		"at once":                           {rules: fair.BookRules{Release: fair.ReleaseNow}},
		"by a draw":                         {rules: fair.BookRules{Release: fair.ReleaseDraw}, kept: true},
		"in two waves":                      {rules: fair.BookRules{Release: fair.ReleaseWaves, Waves: []time.Time{early, late}}, waves: []time.Time{early, late}},
		"never at its own start or later":   {rules: fair.BookRules{Release: fair.ReleaseWaves, Waves: []time.Time{early, start, start.Add(time.Hour)}}, waves: []time.Time{early}},
		"at once when every wave is behind": {rules: fair.BookRules{Release: fair.ReleaseWaves, Waves: []time.Time{start}}},
	} {
		t.Run(name, func(t *testing.T) {
			at, kept := c.rules.ReleaseOf("stand", start)
			again, _ := c.rules.ReleaseOf("stand", start)
			if kept != c.kept || (at == nil) != (len(c.waves) == 0) {
				t.Fatalf("at %v, kept %v", at, kept)
			}
			if at == nil {
				return
			}
			found := false
			for _, w := range c.waves {
				found = found || w.Equal(*at)
			}
			if !found || !again.Equal(*at) {
				t.Errorf("wave %s, then %s", at, again)
			}
		})
	}
}

// Whatever the length of the slots and the stand, each wave gets its part.
func TestASlotRunIsSpreadEvenlyOverTheWaves(t *testing.T) {
	start := time.Date(2027, 3, 10, 8, 0, 0, 0, time.UTC)
	for waves := 2; waves <= 4; waves++ {
		rules := fair.BookRules{Release: fair.ReleaseWaves}
		for i := range waves {
			rules.Waves = append(rules.Waves, start.AddDate(0, 0, i-waves-1))
		}
		for _, step := range []int{10, 15, 20, 25, 30, 35, 45, 50, 60, 90} {
			for stand := range 10 {
				counts := map[time.Time]int{}
				for i := range 24 {
					at, _ := rules.ReleaseOf(fair.ID(fmt.Sprint("stand", stand)), start.Add(time.Duration(i*step)*time.Minute))
					counts[*at]++
				}
				for wave, n := range counts {
					if part := 24 / waves; n > part+4 || n < part-4 {
						t.Errorf("%d waves, every %d minutes, stand %d: %d of 24 in wave %s", waves, step, stand, n, wave)
					}
				}
				if len(counts) != waves {
					t.Errorf("%d waves, every %d minutes: only %d of them", waves, step, len(counts))
				}
			}
		}
	}
}

func TestNobodyTakesASlotBeforeItsRelease(t *testing.T) {
	now := time.Date(2027, 3, 10, 8, 0, 0, 0, time.UTC)
	at := now.Add(time.Hour)
	slot := fair.Slot{State: fair.SlotFree, Start: now.Add(3 * time.Hour), ReleaseAt: &at}
	if slot.Claimable(now) || !slot.Claimable(at) {
		t.Errorf("before its wave %v, at it %v", slot.Claimable(now), slot.Claimable(at))
	}
	slot.Kept = true
	if slot.Claimable(at) {
		t.Error("a slot kept for a draw is free")
	}
}

func TestTheNextWaveIsTheFirstToCome(t *testing.T) {
	now := time.Date(2027, 3, 10, 8, 0, 0, 0, time.UTC)
	rules := fair.BookRules{Release: fair.ReleaseWaves, Waves: []time.Time{now, now.Add(time.Hour), now.Add(2 * time.Hour)}}
	if at, coming := rules.NextWave(now); !coming || !at.Equal(now.Add(time.Hour)) {
		t.Errorf("%s %v", at, coming)
	}
	if _, coming := rules.NextWave(now.Add(2 * time.Hour)); coming {
		t.Error("a wave after the last")
	}
	rules.Release = fair.ReleaseNow
	if _, coming := rules.NextWave(now); coming {
		t.Error("a wave where there are none")
	}
}
