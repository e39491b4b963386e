package service_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// erasureChildEnv makes this test binary erase the first candidate of the database
// file it names, or go on with it.
const erasureChildEnv = "SALON_SERVICE_KILL_ERASURE"

// eraseUntilKilled prints each step before it takes it.
func eraseUntilKilled(path string) {
	ctx := context.Background()
	config, ok := childConfig(path, opening)
	if !ok {
		return
	}
	config.Step = saidSteps("erasure.")
	s := service.New(config)
	open, err := config.Stores.Erasures.Due(ctx, opening.Add(fair.ErasureLate), 1)
	if err == nil && len(open) == 0 {
		var in service.SignedIn
		if in, err = s.DemoSession(ctx, fair.Candidate, 1); err == nil {
			var a fair.Actor
			if a, err = s.Authenticate(ctx, in.Token); err == nil {
				err = s.EraseMe(ctx, a, true)
			}
		}
	} else if err == nil {
		err = s.Sweep(ctx)
	}
	if err != nil {
		fmt.Println("error", err)
	}
	select {} // the test waits for a number of steps
}

// One process dies as it closes the door, the next as it cancels, the last as it
// removes what is written: whoever comes then ends it.
func TestKillMinusNineInTheMiddleOfAnErasureLeavesNoHalfOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "salon.db")
	h, shut := reopen(t, path, opening)
	h.open(true)
	ctx := t.Context()
	who, recruiter := h.demo(fair.Candidate, 1), h.demo(fair.Recruiter, 1)
	stand := recruiter.Roles[0].Stand
	name := "Zébulon Quetzalcoatl"
	_, err := h.EditProfile(ctx, who, service.ProfileEdit{Name: &name})
	h.must(err)
	b, err := h.Book(ctx, who, h.slots(recruiter, 1)[0].ID, service.BookRequest{Channel: fair.Video, Key: "k"})
	h.must(err)
	h.must(h.SetNotes(ctx, recruiter, b.Interview.ID, "chardonneret"))
	_, err = h.Ask(ctx, who, stand, service.Words{Text: "mésange"})
	h.must(err)
	_, err = h.ApplyToStand(ctx, who, stand, service.ApplyRequest{Text: "pinson"})
	h.must(err)
	_, err = h.NameAdviser(ctx, who, "loriot@example.org")
	h.must(err)
	h.must(shut())

	for _, steps := range []int{2, 6, 14} {
		killAfter(t, erasureChildEnv, path, steps)
		h, shut = reopen(t, path, opening)
		e, err := h.store.Erasures.Get(ctx, fair.ErasureID(who.Account))
		if err != nil || !e.Open {
			t.Fatalf("after %d steps the erasure is %+v, %v", steps, e, err)
		}
		account, err := h.store.Accounts.Get(ctx, who.Account)
		if err != nil || account.ErasedAt == nil {
			t.Errorf("after %d steps the door is open: %v", steps, err)
		}
		h.must(shut())
	}

	h, shut = reopen(t, path, opening.Add(time.Minute))
	for range 3 {
		h.must(h.Sweep(ctx))
		h.dispatch()
		h.clock.Pass(fair.ErasureLate + time.Second)
	}
	for _, word := range []string{"Zébulon", "Quetzalcoatl", "chardonneret", "mésange", "pinson", "loriot@", who.Name, service.DemoEmail(fair.Candidate, 1)} {
		if held, err := h.store.Holding(ctx, word); err != nil || word != "" && len(held) > 0 {
			t.Errorf("%q still stands in %v, %v", word, held, err)
		}
	}
	if i := h.interview(b.Interview.ID); i.State != fair.InterviewCancelled {
		t.Errorf("the appointment is %s", i.State)
	}
	if e, err := h.store.Erasures.Get(ctx, fair.ErasureID(who.Account)); err != nil || e.Open || e.Counts["threads"] != 1 || e.Counts["applications"] != 1 {
		t.Errorf("the proof is %+v, %v", e, err)
	}
	if n := owed(h); n != 0 {
		t.Errorf("%d documents still owe something", n)
	}
	h.must(shut())
}
