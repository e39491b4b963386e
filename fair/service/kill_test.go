package service_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/mongostore/mongotest"
	"salon/fair/service"
)

// childEnv makes this test binary book in the database file it names.
const childEnv = "SALON_SERVICE_KILL_CHILD"

// killSlots is how many slots the child has to book, each by its own candidate.
const killSlots = 40

// childConfig is that of a process which is to be killed, on the database file it was
// told of; where that cannot be opened it says so.
func childConfig(path string, now time.Time) (config service.Config, ok bool) {
	c := &clock{now: now}
	store, _, err := mongotest.At(context.Background(), path, c.Now)
	if err != nil {
		fmt.Println("error", err)
		return config, false
	}
	return configOf(store, newWorld(), c, os.Stderr), true
}

// saidSteps prints each step whose name begins so before it is taken.
func saidSteps(begin string) func(name string) error {
	var steps atomic.Int64
	return func(name string) error {
		if strings.HasPrefix(name, begin) {
			fmt.Println("booked", steps.Add(1), name, nil)
		}
		return nil
	}
}

// bookUntilKilled books every slot from four goroutines while dispatchers
// deliver, and prints each booking once it was answered.
func bookUntilKilled(path string) {
	ctx := context.Background()
	config, ok := childConfig(path, opening)
	if !ok {
		return
	}
	s := service.New(config)
	page, err := s.Slots(ctx, fair.Actor{}, service.DemoFair, fair.SlotQuery{Free: true, Limit: killSlots})
	if err != nil {
		fmt.Println("error", err)
		return
	}
	go func() { _ = service.NewDispatcher(s).Run(ctx) }()
	var out sync.Mutex
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := g; i < len(page.Items); i += 4 {
				in, err := s.DemoSession(ctx, fair.Candidate, i+1)
				if err != nil {
					fmt.Println("error", err)
					return
				}
				actor := fair.Actor{Account: in.Account.ID, Roles: in.Account.Roles}
				b, err := s.Book(ctx, actor, page.Items[i].ID, service.BookRequest{Channel: fair.Video, Key: "k"})
				out.Lock()
				fmt.Println("booked", page.Items[i].ID, b.Interview.ID, err)
				out.Unlock()
			}
		})
	}
	wg.Wait()
	select {}
}

func TestKillMinusNineInTheMiddleOfBookingsLeavesNoHalfOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "salon.db")
	h, shut := reopen(t, path, opening)
	h.open(true)
	h.slots(h.demo(fair.Recruiter, 1), killSlots)
	h.must(shut())

	acknowledged := killAfter(t, childEnv, path, 12)
	h, shut = reopen(t, path, opening.Add(time.Minute))
	h.must(h.Sweep(t.Context()))
	h.dispatch()
	slots, _, err := h.store.Slots.List(t.Context(), h.fairID(), fair.SlotQuery{Page: 1, Limit: killSlots}, h.clock.Now())
	h.must(err)
	booked := 0
	for _, slot := range slots {
		if slot.State != fair.SlotBooked {
			if slot.State != fair.SlotFree {
				t.Errorf("slot %s is left %s", slot.ID, slot.State)
			}
			continue
		}
		booked++
		consistent(h, slot.ID, fair.Actor{Account: slot.Booking.Candidate}, slot.Booking.Interview)
		delete(acknowledged, slot.ID)
	}
	if len(acknowledged) != 0 {
		t.Errorf("%d answered bookings are lost", len(acknowledged))
	}
	for i := range killSlots {
		p, err := h.store.Persons.Get(t.Context(), fair.DeriveID("demo", "candidate", fmt.Sprint(i+1)))
		if fair.KindOf(err) == fair.NotFound {
			continue
		}
		h.must(err)
		booked -= len(p.Busy)
	}
	if booked != 0 {
		t.Errorf("%d booked slots more than calendar entries", booked)
	}
	if n := owed(h); n != 0 {
		t.Errorf("%d effects are still owed", n)
	}
	h.must(shut())
}

// reopen opens a house on a database file, as a process that starts at that time
// finds it. The caller shuts it.
func reopen(t *testing.T, path string, at time.Time) (h *house, shut func() error) {
	t.Helper()
	h = &house{t: t, clock: &clock{now: at}, log: &bytes.Buffer{}, world: newWorld()}
	store, shut, err := mongotest.At(t.Context(), path, h.clock.Now)
	h.must(err)
	h.store, h.Service = store, service.New(configOf(store, h.world, h.clock, h.log))
	return h, shut
}

// fairID is the demo fair's id.
func (h *house) fairID() fair.ID {
	h.t.Helper()
	f, err := h.Fair(h.t.Context(), fair.Actor{}, service.DemoFair)
	h.must(err)
	return f.ID
}

// killAfter runs the child that mode names and kills it after so many answers,
// which it returns: slot or ticket to interview.
func killAfter(t *testing.T, mode, path string, answers int) map[fair.ID]string {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), mode+"="+path)
	pipe, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	acknowledged := map[fair.ID]string{}
	lines := bufio.NewScanner(pipe)
	for lines.Scan() {
		word := strings.Fields(lines.Text())
		if len(word) != 4 || word[0] != "booked" || word[3] != "<nil>" {
			t.Errorf("the child says %q", lines.Text())
			break
		}
		acknowledged[fair.ID(word[1])] = word[2]
		if len(acknowledged) == answers {
			break
		}
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it was killed, and says so
	if len(acknowledged) == 0 {
		t.Fatal("nothing was booked before the kill")
	}
	return acknowledged
}
