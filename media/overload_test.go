package media

import (
	"testing"
	"time"
)

func TestPicturesAreLeftOutWhenPacketsWaitAndComeBackWhenTheyDoNot(t *testing.T) {
	o, now := &overload{}, time.Unix(1000, 0)
	wait := func(lag, during time.Duration) int32 {
		for end := now.Add(during); now.Before(end); now = now.Add(20 * time.Millisecond) {
			o.note(lag, now)
		}
		return o.shed.Load()
	}
	if n := wait(5*time.Millisecond, time.Second); n != 0 {
		t.Errorf("in a quiet second %d of 256 go without", n)
	}
	if n := wait(100*time.Millisecond, 50*time.Millisecond); n != 0 || wait(time.Millisecond, time.Second) != 0 {
		t.Error("a hiccup costs pictures")
	}
	high := wait(100*time.Millisecond, time.Second)
	if high < 128 || wait(time.Second, 10*time.Second) > shedMost {
		t.Errorf("after a late second %d of 256 go without", high)
	}
	before := o.shed.Load()
	if n := wait(30*time.Millisecond, 5*time.Second); n != before {
		t.Errorf("neither late nor calm: %d became %d", before, n)
	}
	if n := wait(time.Millisecond, time.Minute); n != 0 {
		t.Errorf("after a calm minute %d of 256 go without", n)
	}
}

func TestNoMoreIsLeftOutWhileTheQueueEmpties(t *testing.T) {
	o, now := &overload{}, time.Unix(1000, 0)
	judge := func(lag time.Duration) int32 {
		now = now.Add(loadEvery)
		o.note(lag, now)
		return o.shed.Load()
	}
	for _, lag := range []time.Duration{300, 300, 400} {
		judge(lag * time.Millisecond)
	}
	level := o.shed.Load()
	if level == 0 {
		t.Fatal("nothing is left out")
	}
	for lag := 390 * time.Millisecond; lag > lagHigh; lag -= 20 * time.Millisecond {
		if n := judge(lag); n != level {
			t.Fatalf("at %v and falling, %d became %d", lag, level, n)
		}
	}
	judge(200 * time.Millisecond)
	if n := judge(200 * time.Millisecond); n <= level {
		t.Errorf("it has grown again, and still %d go without", n)
	}
}

func TestWhoGoesWithoutGoesWithoutWholePicturesUpToAKeyframe(t *testing.T) {
	d := &shedding{rank: 10}
	for i, c := range []struct {
		stamp uint32
		key   bool
		level int32
		want  verdict
	}{
		{1, true, 0, pass}, {1, false, 0, pass},
		{1, false, 100, pass}, // the rest of a picture that has begun
		{2, false, 100, drop}, {2, false, 100, drop}, {3, true, 100, drop},
		{4, false, 0, await}, {4, false, 0, await}, {5, true, 0, pass}, {5, false, 0, pass}, {6, false, 5, pass},
	} {
		if got := d.decide(&packet{facts: facts{stamp: c.stamp, key: c.key}}, c.level, 0); got != c.want {
			t.Errorf("packet %d: %v, want %v", i, got, c.want)
		}
	}
}
