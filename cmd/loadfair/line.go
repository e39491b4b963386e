package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"salon/fair"
)

// line is `loadfair line`: a day of a busy fair on a virtual clock.
type line struct {
	Stands int    `default:"60" help:"How many stands."`
	People int    `default:"5000" help:"How many candidates."`
	Seed   uint64 `default:"1" help:"Of the luck: the same seed is the same day."`
	Hours  int    `default:"8" help:"How long the fair is open."`
	V      bool   `short:"v" help:"Tells each virtual hour as it passes."`
}

// opening is when a simulated fair opens; any day would do.
var opening = time.Date(2027, 1, 19, 8, 0, 0, 0, time.UTC)

// day draws the crowd anew.
func (l *line) day() *day {
	return newDay(drawCrowd(l.Stands, l.People, time.Duration(l.Hours)*time.Hour, opening, l.Seed), fair.Rules{}.WithDefaults().Line)
}

// plainly plays the day by a plain line.
func (l *line) plainly(ctx context.Context) (*tally, error) {
	hall, d := newPlain(), l.day()
	d.hall, hall.day = hall, d
	err := d.run(ctx)
	return &d.tally, err
}

// really plays the day by the rules of Salon.
func (l *line) really(ctx context.Context) (*tally, error) {
	d := l.day()
	hall, err := openHouse(ctx, d)
	if err != nil {
		return nil, err
	}
	d.hall = hall
	if l.V {
		d.every(time.Hour, d.report)
	}
	err = d.run(ctx)
	return &d.tally, errors.Join(err, hall.close())
}

// Run plays the day and prints what it came to.
func (l *line) Run(ctx context.Context) error {
	debug.SetGCPercent(400) // the day makes much garbage and keeps little
	began := time.Now()
	board, err := l.really(ctx)
	if err != nil {
		return err
	}
	took := time.Since(began)
	plain, err := l.plainly(ctx)
	if err != nil {
		return err
	}
	if err := print(os.Stdout, []string{"Salon", "plain line"}, []*tally{board, plain}); err != nil {
		return err
	}
	for _, fault := range board.faults {
		fmt.Println(fault)
	}
	fmt.Printf("the day by Salon took %s\n", took.Round(100*time.Millisecond))
	return nil
}
