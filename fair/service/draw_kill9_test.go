package service_test

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// drawChildEnv makes this test binary carry out the draws of the database file
// it names.
const drawChildEnv = "SALON_SERVICE_KILL_DRAW"

// drawnAt is when the draw of the file is due.
var drawnAt = opening.Add(time.Hour + fair.DrawSettle)

// drawUntilKilled carries out what is due and prints each step before it takes
// it.
func drawUntilKilled(path string) {
	ctx := context.Background()
	config, ok := childConfig(path, drawnAt)
	if !ok {
		return
	}
	config.Step = saidSteps("")
	if err := service.New(config).CarryDraws(ctx); err != nil {
		fmt.Println("error", err)
	}
	select {} // the test waits for a number of steps
}

// Each process dies a little further on: as the result is written, while places
// are booked and people told, and later there. Whoever comes next draws the same.
func TestKillMinusNineInTheMiddleOfADrawLeavesTheSameResult(t *testing.T) {
	path := filepath.Join(t.TempDir(), "salon.db")
	reopened := func(at time.Time) (*drawHouse, func() error) {
		h, shut := reopen(t, path, at)
		return &drawHouse{house: h}, shut
	}
	h, shut := reopened(opening)
	h.open(true)
	h.fill(4)
	before := h.draw
	var people []fair.Actor
	for n := range 24 {
		who, _ := h.wish(n+1, n%3, (n+1)%3)
		people = append(people, who)
	}
	seed, err := h.store.Draws.Get(t.Context(), before)
	h.must(err)
	h.must(shut())

	var first fair.Draw // as it was when its result was seen first
	for _, steps := range []int{2, 25, 45} {
		killAfter(t, drawChildEnv, path, steps)
		h, shut = reopened(drawnAt)
		d, err := h.store.Draws.Get(t.Context(), before)
		h.must(err)
		if d.State == fair.DrawDone {
			t.Fatalf("nothing was left to do after %d steps", steps)
		}
		if first.DrawnAt == nil {
			first = d
		}
		sameDraw(t, first, d)
		h.must(shut())
	}
	if first.DrawnAt == nil {
		t.Fatal("no process came as far as the result")
	}

	h, shut = reopened(drawnAt.Add(fair.HoldTime + time.Second))
	h.draw = before
	h.fair, err = h.Fair(t.Context(), fair.Actor{}, service.DemoFair)
	h.must(err)
	h.complete()
	h.must(h.CarryDraws(t.Context()))
	after := h.sound(people...)
	sameDraw(t, first, after)
	if len(after.Given) != 12 || after.Hash != seed.Hash || !reflect.DeepEqual(after.Seed, seed.Seed) {
		t.Errorf("%d places of 12 are given", len(after.Given))
	}
	if n := owed(h.house); n != 0 {
		t.Errorf("%d documents still owe something", n)
	}
	h.must(shut())
}

// sameDraw checks that a result that was written once stays what it was.
func sameDraw(t *testing.T, first, now fair.Draw) {
	t.Helper()
	if first.DrawnAt == nil {
		return
	}
	if now.DrawnAt == nil || !now.DrawnAt.Equal(*first.DrawnAt) || !reflect.DeepEqual(now.Given, first.Given) || !reflect.DeepEqual(now.Sheet, first.Sheet) {
		t.Errorf("a result was written and is another now: %d places, then %d", len(first.Given), len(now.Given))
	}
}
