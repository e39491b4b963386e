package fair_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"salon/fair"
)

// outlook is a line of n people before so many idle recruiters, with 20 measured
// interviews of about ten minutes, where nobody ever left or failed to answer.
func outlook(n, recruiters int) fair.Outlook {
	o := fair.Outlook{At: noon, Rules: fair.Rules{}.WithDefaults().Line, Waiting: make([]fair.Waiter, n), Lengths: measured(20, 600),
		Habits: fair.Habits{Borne: 1e12, Calls: 200}}
	for i := range recruiters {
		o.Desks = append(o.Desks, fair.Desk{Recruiter: fair.ID(fmt.Sprint("r", i))})
	}
	return o
}

// measured are n interviews of about so many seconds.
func measured(n, seconds int) fair.Lengths {
	var l fair.Lengths
	for i := range n {
		l.Seconds = append(l.Seconds, seconds*(70+60*(i%11)/10)/100)
	}
	return l
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

func TestARangeIsAboutTheWorkBeforeOne(t *testing.T) {
	inCall := func(o fair.Outlook, since int) fair.Outlook {
		at := o.At.Add(-minutes(since))
		o.Desks[0].Since, o.Desks[0].Free = &at, at.Add(minutes(10))
		return o
	}
	with := func(o fair.Outlook, change func(*fair.Outlook)) fair.Outlook { change(&o); return o }
	for _, c := range []struct {
		name           string
		o              fair.Outlook
		from, to, wide int // minutes: the range holds from and to, and is no wider
	}{
		{"first, and the recruiter is idle", outlook(1, 1), 0, 1, 4},
		{"first, and the recruiter is in a call", inCall(outlook(1, 1), 5), 3, 7, 20},
		{"in a call for longer than ever", inCall(outlook(1, 1), 60), 1, 4, 16},
		{"sixth", outlook(6, 1), 45, 70, 60},
		{"sixth of two recruiters", outlook(6, 2), 20, 25, 30},
		{"fiftieth of three recruiters", outlook(50, 3), 160, 220, 130},
		{"sixth where interviews take half as long", with(outlook(6, 1), func(o *fair.Outlook) { o.Lengths = measured(30, 300) }), 25, 30, 30},
		{"sixth where nothing was measured", with(outlook(6, 1), func(o *fair.Outlook) { o.Lengths = fair.Lengths{} }), 35, 65, 100},
		{"first, before a break's end", with(outlook(1, 1), func(o *fair.Outlook) { o.Desks[0].Free = noon.Add(minutes(10)) }), 10, 11, 8},
		{"first, before an appointment that begins in eight minutes", with(outlook(1, 1), func(o *fair.Outlook) {
			o.Desks[0].Busy = []fair.Busy{{Start: noon.Add(minutes(8)), End: noon.Add(minutes(28))}}
		}), 24, 28, 10},
		{"second, before an appointment that begins in twenty minutes", with(outlook(2, 1), func(o *fair.Outlook) {
			o.Desks[0].Busy = []fair.Busy{{Start: noon.Add(minutes(20)), End: noon.Add(minutes(40))}}
		}), 41, 41, 45},
		{"first, with an appointment oneself", with(outlook(1, 1), func(o *fair.Outlook) {
			o.Waiting[0].Busy = []fair.Busy{{Start: noon.Add(minutes(5)), End: noon.Add(minutes(25))}}
		}), 25, 25, 3},
		{"postponed", with(outlook(1, 1), func(o *fair.Outlook) { o.Waiting[0].Ready = noon.Add(minutes(9)) }), 9, 9, 3},
		{"second, behind somebody postponed", with(outlook(2, 1), func(o *fair.Outlook) { o.Waiting[0].Ready = noon.Add(minutes(30)) }), 0, 1, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := c.o.Ranges()[len(c.o.Waiting)-1]
			if !got.Known || got.Low > minutes(c.from) || got.High < minutes(c.to) || got.High-got.Low > minutes(c.wide) {
				t.Errorf("from %s to %s; want %d and %d min within, at most %d min wide", got.Low, got.High, c.from, c.to, c.wide)
			}
		})
	}
}

func TestWhereNobodyCanTellThereIsNoRange(t *testing.T) {
	if r := outlook(3, 0).Ranges(); len(r) != 3 || r[0] != (fair.Range{}) || r[2] != (fair.Range{}) {
		t.Errorf("nobody on duty: %+v", r)
	}
	o := outlook(3, 1)
	o.Waiting[1].Recruiter = "somebody at home"
	r := o.Ranges()
	if r[1].Known || !r[0].Known || !r[2].Known {
		t.Errorf("the second waits for a recruiter who is not here: %+v", r)
	}
	if r := outlook(0, 1).Joining(); !r.Known || r.High > minutes(5) {
		t.Errorf("who joins an empty line waits %+v", r)
	}
	if r := outlook(0, 0).Joining(); r.Known {
		t.Errorf("who joins a line with nobody on duty waits %+v", r)
	}
	if got, want := outlook(4, 1).Joining(), outlook(5, 1).Ranges()[4]; got != want {
		t.Errorf("who joins behind four is told %+v, once there %+v", got, want)
	}
}

func TestThoseWhoMayNotComeCountForLess(t *testing.T) {
	sum := func(change func(*fair.Outlook)) (all time.Duration) {
		o := outlook(8, 1)
		change(&o)
		r := o.Ranges()[7]
		return r.Low + r.High
	}
	present := sum(func(*fair.Outlook) {})
	for name, change := range map[string]func(*fair.Outlook){
		"who have waited for long": func(o *fair.Outlook) {
			o.Habits = fair.Habits{Borne: 5 * 3600 * 3600, Left: 4}
			setAll(o.Waiting[:7], func(w *fair.Waiter) { w.Joined = noon.Add(-time.Hour) })
		},
		"away":                      func(o *fair.Outlook) { setAll(o.Waiting[:7], func(w *fair.Waiter) { w.Away = true }) },
		"skipped once":              func(o *fair.Outlook) { setAll(o.Waiting[:7], func(w *fair.Waiter) { w.Skips = 1 }) },
		"of a line many leave":      func(o *fair.Outlook) { o.Habits = fair.Habits{Borne: 40 * 1800 * 1800, Left: 40} },
		"of a line nobody answers":  func(o *fair.Outlook) { o.Habits = fair.Habits{Calls: 40, Unanswered: 30} },
		"bound to another's return": func(o *fair.Outlook) { setAll(o.Waiting[:7], func(w *fair.Waiter) { w.Recruiter = "x" }) },
	} {
		if got := sum(change); got >= present*9/10 {
			t.Errorf("behind seven people %s the wait is %s, behind seven present %s", name, got/2, present/2)
		}
	}
}

func setAll(all []fair.Waiter, set func(*fair.Waiter)) {
	for i := range all {
		set(&all[i])
	}
}

// drawOutlook draws any line; plain, one where people differ in nothing.
func drawOutlook(t *rapid.T, plain bool) fair.Outlook {
	some := func(most int, name string) time.Time {
		return noon.Add(time.Duration(rapid.IntRange(-60, most).Draw(t, name)) * time.Minute)
	}
	busy := func(name string) (all []fair.Busy) {
		for at := noon; len(all) < rapid.IntRange(0, 3).Draw(t, name); {
			at = at.Add(minutes(rapid.IntRange(1, 90).Draw(t, "gap")))
			all = append(all, fair.Busy{Start: at, End: at.Add(minutes(15))})
			at = at.Add(minutes(15))
		}
		return all
	}
	o := outlook(rapid.IntRange(1, 40).Draw(t, "people"), 0)
	o.Lengths = fair.Lengths{Seconds: rapid.SliceOfN(rapid.IntRange(0, 20000), 0, fair.KeptLengths).Draw(t, "lengths")}
	o.Habits = fair.Habits{Borne: int64(rapid.IntRange(0, 1e9).Draw(t, "borne")), Left: rapid.IntRange(0, 50).Draw(t, "left")}
	for i := range rapid.IntRange(1, 4).Draw(t, "desks") {
		d := fair.Desk{Recruiter: fair.ID(fmt.Sprint("r", i)), Free: some(60, "free"), Busy: busy("appointments")}
		if rapid.Bool().Draw(t, "meeting") {
			d.Since, d.Booked = new(some(0, "since")), rapid.Bool().Draw(t, "booked")
		}
		d.Asked = rapid.Bool().Draw(t, "asked")
		o.Desks = append(o.Desks, d)
	}
	for i := range o.Waiting {
		if plain {
			continue
		}
		o.Waiting[i] = fair.Waiter{
			Away: rapid.Bool().Draw(t, "away"), Skips: rapid.IntRange(0, 1).Draw(t, "skips"),
			Others: rapid.IntRange(0, 9).Draw(t, "others"), Ready: some(40, "ready"), Busy: busy("own"),
			Recruiter: rapid.SampledFrom([]fair.ID{"", "", "", "r0", "r9"}).Draw(t, "bound"),
		}
	}
	return o
}

func TestAnyLineHasRangesThatMakeSense(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := drawOutlook(t, false)
		got := o.Ranges()
		for i, r := range got {
			if r.Low < 0 || r.High < r.Low || r.Known && r.High < time.Minute || !r.Known && r != (fair.Range{}) {
				t.Errorf("place %d: %+v", i, r)
			}
			if here := o.Waiting[i].Recruiter != "r9"; r.Known != here {
				t.Errorf("place %d, whose recruiter is here: %v, has a range: %v", i, here, r.Known)
			}
		}
		if !reflect.DeepEqual(got, o.Ranges()) {
			t.Error("the same line has other ranges the second time")
		}
	})
}

func TestWhoStandsBehindIsNotToldLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ranges := drawOutlook(t, true).Ranges()
		for i, r := range ranges[1:] {
			if r.Low < ranges[i].Low || r.High < ranges[i].High {
				t.Errorf("place %d: %+v, the next: %+v", i+1, ranges[i], r)
			}
		}
	})
}

func TestMoreRecruitersMeanAShorterWaitToldMoreSurely(t *testing.T) {
	for n := 4; n <= 60; n += 7 {
		var before fair.Range
		for recruiters := 1; recruiters <= 4; recruiters++ {
			r := outlook(n, recruiters).Ranges()[n-1]
			if recruiters > 1 && (r.High > before.High || r.Low > before.Low || r.High-r.Low > before.High-before.Low) {
				t.Errorf("place %d: %+v with %d recruiters, %+v with one more", n, before, recruiters-1, r)
			}
			before = r
		}
	}
}

func TestMeasurementsOverruleThePlan(t *testing.T) {
	// The last of ten; interviews are planned for 10 minutes and take 20.
	var before time.Duration
	for n := 0; n <= fair.KeptLengths; n += 5 {
		o := outlook(10, 1)
		o.Lengths = measured(n, 1200)
		r := o.Ranges()[9]
		if middle := (r.Low + r.High) / 2; middle < before*19/20 {
			t.Errorf("after %d interviews the middle is %s, it was %s", n, middle, before)
		} else {
			before = middle
		}
	}
	if before < minutes(140) || before > minutes(240) {
		t.Errorf("behind nine interviews of 20 minutes: %s", before)
	}
}

// busyLine is 200 people, most of them plain, some of each other kind.
func busyLine() fair.Outlook {
	o := outlook(200, 3)
	random := rand.New(rand.NewPCG(1, 2))
	at := noon.Add(-minutes(4))
	o.Desks[0].Since, o.Desks[0].Free = &at, at.Add(minutes(10))
	o.Desks[1].Busy = []fair.Busy{{Start: noon.Add(minutes(30)), End: noon.Add(minutes(45))}}
	for i := range o.Waiting {
		w := &o.Waiting[i]
		w.Others = random.IntN(5)
		switch random.IntN(10) {
		case 0:
			w.Away = true
		case 1:
			w.Ready = noon.Add(minutes(random.IntN(10)))
		case 2:
			w.Busy = []fair.Busy{{Start: noon.Add(minutes(60)), End: noon.Add(minutes(75))}}
		}
	}
	return o
}

func BenchmarkRangesOfALineOf200(b *testing.B) {
	o := busyLine()
	b.ReportAllocs()
	for b.Loop() {
		o.Ranges()
	}
}

// The worst case: nobody can be called for a long time.
func BenchmarkRangesOfALineOf200AllPostponed(b *testing.B) {
	o := busyLine()
	for i := range o.Waiting {
		o.Waiting[i].Ready = noon.Add(minutes(5) + time.Duration(i)*time.Second)
	}
	for b.Loop() {
		o.Ranges()
	}
}

func TestExtraTimeMakesThoseBehindWaitLonger(t *testing.T) {
	plain, longer := outlook(6, 1), outlook(6, 1)
	for i := range longer.Waiting {
		longer.Waiting[i].Extra = true
	}
	before, after := plain.Ranges(), longer.Ranges()
	if after[5].Low <= before[5].Low || after[5].High <= before[5].High {
		t.Errorf("the sixth waits %v where five need extra time, %v where nobody does", after[5], before[5])
	}
	if after[0] != before[0] {
		t.Errorf("the first waits %v, want %v", after[0], before[0])
	}
}
