package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"salon/fair"
)

// line is `loadfair line`: a day of a busy fair on a virtual clock.
type line struct {
	Stands int    `default:"60" help:"How many stands."`
	People int    `default:"5000" help:"How many candidates."`
	Seed   uint64 `default:"1" help:"Of the luck: the same seed is the same day."`
	Hours  int    `default:"8" help:"How long the fair is open."`
}

// opening is when a simulated fair opens; any day would do.
var opening = time.Date(2027, 1, 19, 8, 0, 0, 0, time.UTC)

// plainly plays the day by a plain line.
func (l *line) plainly(ctx context.Context) (*tally, error) {
	hall := newPlain()
	d := newDay(drawCrowd(l.Stands, l.People, time.Duration(l.Hours)*time.Hour, opening, l.Seed), fair.Rules{}.WithDefaults().Line)
	d.hall, hall.day = hall, d
	err := d.run(ctx)
	return &d.tally, err
}

// Run plays the day and prints what it came to.
func (l *line) Run(ctx context.Context) error {
	began := time.Now()
	t, err := l.plainly(ctx)
	if err != nil {
		return err
	}
	if err := print(os.Stdout, []string{"plain line"}, []*tally{t}); err != nil {
		return err
	}
	fmt.Printf("took %s\n", time.Since(began).Round(100*time.Millisecond))
	return nil
}
