package media

import (
	"slices"
	"testing"
	"time"
)

// ladder is a camera in three encodings, the cheapest with fewer pictures a second too.
func ladder() []choice {
	return []choice{
		{aim{0, 0, 0}, 60_000, 180, true}, {aim{0, 0, 0xff}, 100_000, 180, true},
		{aim{1, 0, 0xff}, 400_000, 360, true}, {aim{2, 0, 0xff}, 1_200_000, 720, true},
	}
}

func TestWhatTheNetworkCarriesIsSharedByRank(t *testing.T) {
	screen := []choice{{aim{0, 0, 0xff}, 300_000, 720, true}, {aim{1, 0, 0xff}, 1_500_000, 1080, true}}
	for name, c := range map[string]struct {
		budget   int64
		mayPause bool
		want     [4]int // a screen, the speaker, two others
	}{
		"enough for all":                        {9_000_000, true, [4]int{1, 3, 3, 3}},
		"the screen first, then the speaker":    {2_500_000, true, [4]int{1, 2, 2, 1}},
		"the others keep their cheapest":        {700_000, true, [4]int{0, 1, 1, 1}},
		"a screen and the speaker":              {370_000, true, [4]int{0, 0, -1, -1}},
		"not even the screen":                   {130_000, true, [4]int{-1, 0, 0, -1}},
		"nothing":                               {10_000, true, [4]int{-1, -1, -1, -1}},
		"nobody is paused before it was tried":  {10_000, false, [4]int{0, 0, 0, 0}},
		"equals share evenly, cheapest upwards": {680_000, true, [4]int{0, 1, 1, 1}},
	} {
		all := []*demand{
			{rank: rankOther, choices: ladder(), want: 3}, {rank: rankOther, choices: ladder(), want: 3},
			{rank: rankSpeaker, choices: ladder(), want: 3}, {rank: rankScreen, choices: screen, want: 1},
		}
		allocate(c.budget, all, c.mayPause)
		var got [4]int
		for i, d := range all {
			got[i] = d.got
		}
		if got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	hidden := []*demand{{rank: rankScreen, choices: screen, want: -1}, {rank: rankOther, choices: ladder(), want: 1}}
	if allocate(9_000_000, hidden, false); hidden[0].got != -1 || hidden[1].got != 1 {
		t.Errorf("hidden and small: %d, %d", hidden[0].got, hidden[1].got)
	}
}

func TestATileGetsTheSmallestPictureThatFillsIt(t *testing.T) {
	for height, want := range map[int]int{-5: -1, 0: -1, 1: 1, 180: 1, 195: 1, 210: 2, 360: 2, 700: 3, 720: 3, 2000: 3} {
		if got := fit(ladder(), height); got != want {
			t.Errorf("%d pixels: choice %d, want %d", height, got, want)
		}
	}
	if got := fit(ladder()[3:], 100); got != 0 {
		t.Errorf("with one encoding: choice %d", got)
	}
}

// A raise that the network refused waits, each time longer, and nothing else
// moves meanwhile; what was paused is tried again when the wait is over.
func TestARefusedRaiseWaitsLongerEachTime(t *testing.T) {
	now := time.Unix(1000, 0)
	s := newSteered(now.Add(-time.Hour))
	var waits []time.Duration
	for i := range 5 {
		s.raised = now
		now = now.Add(2 * time.Second)
		s.strain(int64(i+1), now)
		waits = append(waits, s.blind.hold.Sub(now))
		d := &demand{choices: ladder(), want: 3, before: 1}
		s.demands = []*demand{d}
		allocate(2_000_000, s.demands, true)
		if s.hesitate(2_000_000, true, 0, now.Add(time.Second)); d.got != 1 {
			t.Fatalf("raised to %d while it should wait", d.got)
		}
		now = s.blind.hold
		allocate(2_000_000, s.demands, true)
		if s.hesitate(2_000_000, true, 0, now); d.got != 3 {
			t.Fatalf("not raised after the wait: %d", d.got)
		}
	}
	if want := []time.Duration{8 * time.Second, 16 * time.Second, 32 * time.Second, time.Minute, time.Minute}; !slices.Equal(waits, want) {
		t.Errorf("waits %v, want %v", waits, want)
	}
	// Lowering never waits, and what just fits is kept but not reached for.
	d := &demand{choices: ladder(), want: 3, before: 3}
	s.demands = []*demand{d}
	allocate(450_000, s.demands, true)
	if s.hesitate(450_000, true, 0, now); d.got != 2 {
		t.Errorf("lowered to %d, want 2", d.got)
	}
	d.before = 1
	allocate(410_000, s.demands, true)
	if s.hesitate(410_000, true, 0, now); d.got != 1 {
		t.Errorf("raised to %d without room to spare", d.got)
	}
}

// Resolution goes before pictures a second: an interview keeps its 20 a second
// as long as there is anything smaller (EN 301 549, 6.5.3).
func TestFewerPixelsComeBeforeFewerPictures(t *testing.T) {
	pub := &publisher{}
	st := newSteering(&Room{})
	now := time.Unix(1, 0)
	for i, e := range []struct {
		height uint32
		rates  [2]int64
	}{{720, [2]int64{700_000, 500_000}}, {180, [2]int64{60_000, 40_000}}, {360, [2]int64{250_000, 150_000}}} {
		enc := &encoding{pub: pub, layer: uint8(i), rid: string("fqh"[i])}
		enc.heights[0].Store(e.height)
		pub.encodings[i].Store(enc)
		r := &rate{active: now}
		r.bitrate[0] = e.rates
		st.rates[enc] = r
	}
	var got []aim
	for _, c := range st.choices(pub, now) {
		got = append(got, c.aim)
	}
	want := []aim{{1, 0, 0}, {1, 0, 0xff}, {2, 0, 0xff}, {0, 0, 0xff}}
	if !slices.Equal(got, want) {
		t.Errorf("choices %v, want %v", got, want)
	}
}

// It takes several steps down to empty a queue: one refusal all the same.
func TestARaiseIsBlamedOnce(t *testing.T) {
	now := time.Unix(1000, 0)
	s := newSteered(now.Add(-time.Hour))
	s.raised = now
	for i := range 6 {
		now = now.Add(500 * time.Millisecond)
		s.strain(int64(i+1), now)
	}
	if got := s.blind.hold.Sub(now); got != 2*raiseAgain {
		t.Errorf("the next try waits %v, want %v", got, 2*raiseAgain)
	}
	// A network that became worse by itself refused nothing.
	s.strain(100, now.Add(time.Hour))
	if s.blind.backoff != 2*raiseAgain {
		t.Errorf("a fall without a raise counts: %v", s.blind.backoff)
	}
}

// Ten tries were refused; then packets that left together show that there is room.
func TestRoomThatIsShownIsTakenThoughTriesHaveToWait(t *testing.T) {
	now := time.Unix(1000, 0)
	s := newSteered(now.Add(-time.Hour))
	for i := range 10 {
		s.raised = now
		s.strain(int64(i+1), now.Add(time.Second))
		now = now.Add(11 * time.Second)
	}
	for shown, want := range map[int64]int{0: 1, 600_000: 1, 3_000_000: 3} {
		d := &demand{choices: ladder(), want: 3, before: 1}
		s.demands = []*demand{d}
		allocate(2_000_000, s.demands, true)
		if s.hesitate(2_000_000, true, shown, now); d.got != want {
			t.Errorf("with %d bit/s shown: choice %d, want %d", shown, d.got, want)
		}
	}
	// Where what is shown is not true, that waits in its turn.
	s.raised = now
	s.by = &s.seen
	s.strain(100, now)
	if got := s.seen.hold.Sub(now); got != 2*raiseAgain {
		t.Errorf("the next one that is shown waits %v, want %v", got, 2*raiseAgain)
	}
}

// A picture is paused where the network cannot carry it, not for one low estimate, and not
// where that changes nothing.
func TestAPauseHasToBeOfUse(t *testing.T) {
	now := time.Unix(1000, 0)
	s := newSteered(now)
	s.demands = []*demand{{choices: ladder(), want: 3}}
	s.blind.hold = now.Add(time.Hour)
	after := func(d time.Duration, budget int64, full, want bool) {
		t.Helper()
		now = now.Add(d)
		crowded := int64(0)
		if full {
			crowded = now.Add(-2 * time.Second).UnixNano()
		}
		if got := s.mayPause(budget, crowded, now); got != want {
			t.Errorf("at %v may pause: %v", now.Sub(time.Unix(1000, 0)), got)
		}
	}
	after(0, 10_000, false, false)
	after(2*time.Second, 10_000, false, false)
	after(time.Second, 500_000, false, false)
	after(time.Second, 10_000, false, false)
	after(2*time.Second, 10_000, true, true) // sound waits in the queue
	s.paused = []string{"ann.camera"}
	after(2*time.Second, 10_000, false, true)
	after(4*time.Second, 10_000, true, false) // with sound alone it is as full
	s.paused = nil
	after(30*time.Second, 10_000, true, false)
	after(40*time.Second, 10_000, true, true)
}
