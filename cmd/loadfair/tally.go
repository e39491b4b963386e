package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// tally is what a day came to.
type tally struct {
	people, hosts             int // who came
	joins, left, missed       int // places taken, given up, and given up by the house after the grace period
	unserved                  int // places left when everybody had gone home
	served, appointments      int
	calls, unanswered         int
	double, clashes           int // calls of people in a call; calls that run into an appointment
	lost, overtaken           int // places lost; calls past somebody with a better rank who could be called
	longest                   int // line
	duty, idle                time.Duration
	waits                     []time.Duration // from joining to the first call
	joining, during           cover
	byPosition                [len(positions)]cover
	unknown, censored, judged int // ranges shown
	faults                    []string
}

// mostFaults is how many faults are described.
const mostFaults = 20

// fault describes something that should not have happened.
func (t *tally) fault(format string, args ...any) {
	if len(t.faults) < mostFaults {
		t.faults = append(t.faults, fmt.Sprintf(format, args...))
	}
}

func clockOf(t time.Time) string { return t.Format(time.TimeOnly) }

// positions are the lower ends of the groups places are looked at in.
var positions = [...]int{1, 2, 4, 8, 16}

// cover is how ranges fared.
type cover struct {
	n, inside, below, above int // below: called before the range began
	widths                  []time.Duration
	relative                []float64 // to the middle of the range
}

func (c *cover) add(s sample, wait time.Duration) {
	c.n++
	switch {
	case wait < s.shown.Low:
		c.below++
	case wait > s.shown.High:
		c.above++
	default:
		c.inside++
	}
	width := s.shown.High - s.shown.Low
	c.widths = append(c.widths, width)
	if middle := (s.shown.High + s.shown.Low) / 2; middle > 0 {
		c.relative = append(c.relative, float64(width)/float64(middle))
	}
}

// share of n in all, in per cent.
func share(n, all int) float64 { return 100 * float64(n) / max(1, float64(all)) }

// judge compares what was shown with what came. Who was never called has proved
// a range false only by having waited longer than it.
func (t *tally) judge(s sample, wait time.Duration, called bool) {
	switch {
	case !s.shown.Known:
		t.unknown++
		return
	case !called && wait <= s.shown.High:
		t.censored++
		return
	}
	t.judged++
	if s.joining {
		t.joining.add(s, wait)
	} else {
		t.during.add(s, wait)
	}
	group := 0
	for i, from := range positions {
		if s.position >= from {
			group = i
		}
	}
	t.byPosition[group].add(s, wait)
}

func (t *tally) wait(d time.Duration) { t.waits = append(t.waits, d) }

// all is every range that could be judged.
func (t *tally) all() (n, inside int) {
	return t.joining.n + t.during.n, t.joining.inside + t.during.inside
}

// idleShare is the recruiters' idle time while somebody they could call waited,
// in per cent of their time at the stand.
func (t *tally) idleShare() float64 { return 100 * t.idle.Seconds() / max(1, t.duty.Seconds()) }

// print writes the tallies of several days side by side.
func print(out io.Writer, names []string, days []*tally) error {
	w := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	line := func(what string, of func(*tally) string) {
		fmt.Fprint(w, what)
		for _, t := range days {
			fmt.Fprint(w, "\t", of(t))
		}
		fmt.Fprintln(w)
	}
	fmt.Fprint(w, " ")
	for _, name := range names {
		fmt.Fprint(w, "\t", name)
	}
	fmt.Fprintln(w)
	count := func(of func(*tally) int) func(*tally) string {
		return func(t *tally) string { return fmt.Sprint(of(t)) }
	}
	covered := func(of func(*tally) *cover) func(*tally) string {
		return func(t *tally) string {
			c := of(t)
			return fmt.Sprintf("%.1f %% of %d (early %.1f, late %.1f)", share(c.inside, c.n), c.n, share(c.below, c.n), share(c.above, c.n))
		}
	}
	line("people, recruiters", func(t *tally) string { return fmt.Sprint(t.people, ", ", t.hosts) })
	line("places taken", count(func(t *tally) int { return t.joins }))
	line("interviews from the line", count(func(t *tally) int { return t.served }))
	line("appointments held", count(func(t *tally) int { return t.appointments }))
	line("calls, unanswered", func(t *tally) string { return fmt.Sprintf("%d, %.1f %%", t.calls, share(t.unanswered, t.calls)) })
	line("places given up by their owners", count(func(t *tally) int { return t.left }))
	line("places missed by people long away", count(func(t *tally) int { return t.missed }))
	line("left in line at the end", count(func(t *tally) int { return t.unserved }))
	line("longest line", count(func(t *tally) int { return t.longest }))
	line("DOUBLE CALLS", count(func(t *tally) int { return t.double }))
	line("CALLS INTO AN APPOINTMENT", count(func(t *tally) int { return t.clashes }))
	line("LOST PLACES", count(func(t *tally) int { return t.lost }))
	line("calls past somebody before", count(func(t *tally) int { return t.overtaken }))
	line("recruiters idle while somebody could be called", func(t *tally) string { return fmt.Sprintf("%.2f %%", t.idleShare()) })
	line("wait until the call, median and p90", func(t *tally) string {
		return fmt.Sprint(minutesOf(quantile(t.waits, 0.5)), ", ", minutesOf(quantile(t.waits, 0.9)))
	})
	line("true wait in the range shown", func(t *tally) string {
		n, inside := t.all()
		return fmt.Sprintf("%.1f %% of %d", share(inside, n), n)
	})
	line("  on joining", covered(func(t *tally) *cover { return &t.joining }))
	line("  every five minutes", covered(func(t *tally) *cover { return &t.during }))
	for i, from := range positions {
		line("  "+group(i, from), covered(func(t *tally) *cover { return &t.byPosition[i] }))
	}
	line("width of the range, median", func(t *tally) string {
		n := quantile(slices.Concat(t.joining.widths, t.during.widths), 0.5)
		return fmt.Sprintf("%s, %.0f %% of its middle", minutesOf(n), 100*median(slices.Concat(t.joining.relative, t.during.relative)))
	})
	for i, from := range positions {
		line("  "+group(i, from), func(t *tally) string {
			c := t.byPosition[i]
			return fmt.Sprintf("%s, %.0f %%", minutesOf(quantile(c.widths, 0.5)), 100*median(c.relative))
		})
	}
	line("no range shown; not judged", func(t *tally) string { return fmt.Sprintf("%d; %d", t.unknown, t.censored) })
	return w.Flush()
}

// group names a group of places.
func group(i, from int) string {
	switch {
	case i == len(positions)-1:
		return fmt.Sprintf("from place %d on", from)
	case positions[i+1]-from == 1:
		return fmt.Sprintf("place %d", from)
	}
	return fmt.Sprintf("places %d to %d", from, positions[i+1]-1)
}

func minutesOf(d time.Duration) string { return fmt.Sprintf("%.1f min", d.Minutes()) }

func median(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(all))[len(all)/2]
}
