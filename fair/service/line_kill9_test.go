package service_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// lineChildEnv makes this test binary run the lines of the database file it
// names.
const lineChildEnv = "SALON_SERVICE_KILL_LINE"

// Who is at the fair that is killed.
const (
	killCandidates = 30
	killStands     = 3
)

// queueUntilKilled has everybody join, be called, answer, be handed over and met,
// from several goroutines while dispatchers and the sweeper work, and prints each
// step once it was answered.
func queueUntilKilled(path string) {
	ctx := context.Background()
	config, ok := childConfig(path, opening)
	if !ok {
		return
	}
	s := service.New(config)
	go func() { _ = service.NewDispatcher(s).Run(ctx) }()
	var out sync.Mutex
	say := func(what string, id fair.ID, err error) {
		out.Lock()
		defer out.Unlock()
		fmt.Println(what, id, "-", err)
	}
	var recruiters []fair.Actor
	for n := range killStands {
		in, err := s.DemoSession(ctx, fair.Recruiter, n+1)
		if err != nil {
			fmt.Println("error", err)
			return
		}
		recruiters = append(recruiters, fair.Actor{Account: in.Account.ID, Roles: in.Account.Roles})
	}
	for g := range 4 {
		go func() {
			for i := g; i < killCandidates; i += 4 {
				in, err := s.DemoSession(ctx, fair.Candidate, i+1)
				if err != nil {
					continue
				}
				a := fair.Actor{Account: in.Account.ID, Roles: in.Account.Roles}
				for n := range killStands {
					b, _, err := s.JoinLine(ctx, a, recruiters[n].Roles[0].Stand, service.JoinRequest{Channel: fair.Video})
					say("booked", b.Ticket.ID, err)
				}
			}
		}()
	}
	for n, r := range recruiters {
		go func() { callUntilKilled(ctx, s, r, recruiters[(n+1)%killStands].Roles[0].Stand, say) }()
	}
	select {}
}

// callUntilKilled is what one recruiter does all the time.
func callUntilKilled(ctx context.Context, s *service.Service, r fair.Actor, elsewhere fair.ID, say func(string, fair.ID, error)) {
	for turn := 0; ; turn++ {
		c, err := s.CallNext(ctx, r, r.Roles[0].Stand, service.CallRequest{})
		if err != nil || c == nil {
			continue
		}
		a := fair.Actor{Account: c.Ticket.Candidate, Roles: []fair.Role{{Kind: fair.Candidate}}}
		switch turn % 4 {
		case 0:
			_, err = s.AnswerTicket(ctx, a, c.Ticket.ID, fair.AnswerPostpone)
			if err != nil {
				_, err = s.AnswerTicket(ctx, a, c.Ticket.ID, fair.AnswerLeave)
			}
		case 1:
			_, err = s.HandOff(ctx, r, c.Ticket.ID, service.HandoffRequest{Stand: elsewhere})
		default:
			if _, err = s.AnswerTicket(ctx, a, c.Ticket.ID, fair.AnswerReady); err == nil {
				_, err = s.EndInterview(ctx, r, c.Interview.ID, nil)
			}
		}
		say("booked", c.Ticket.ID, err)
	}
}

func TestKillMinusNineInTheMiddleOfALineLosesNoPlace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "salon.db")
	h, shut := reopen(t, path, opening)
	h.open(true)
	for n := range killStands {
		h.onDuty(h.demo(fair.Recruiter, n+1))
	}
	h.must(shut())
	for round, answers := range []int{25, 60} {
		acknowledged := killAfter(t, lineChildEnv, path, answers)
		h, shut = reopen(t, path, opening.Add(time.Duration(round+1)*3*time.Minute))
		h.fair.ID = h.fairID()
		for range 3 {
			h.complete()
		}
		h.must(err(h.everybodySound(acknowledged)))
		h.must(shut())
	}
}

// err makes an error of what is not so, nil when all is well.
func err(faults []string) error {
	if len(faults) == 0 {
		return nil
	}
	return fmt.Errorf("after the kill:\n%s", strings.Join(faults, "\n"))
}

// everybodySound lists what is not so after the kill: every place that was
// answered is there, nothing is owed, and whoever is called next can be.
func (h *house) everybodySound(acknowledged map[fair.ID]string) (faults []string) {
	h.t.Helper()
	ctx := h.t.Context()
	for id := range acknowledged {
		if _, err := h.store.Tickets.Get(ctx, id); err != nil {
			faults = append(faults, fmt.Sprintf("an answered place is lost: %v", err))
		}
	}
	var people []fair.Actor
	for i := range killCandidates {
		a := fair.Actor{Account: fair.DeriveID("demo", "candidate", fmt.Sprint(i+1)), Roles: []fair.Role{{Kind: fair.Candidate}}}
		if _, err := h.store.Accounts.Get(ctx, a.Account); err == nil {
			people = append(people, a)
			// A person is made before the account: who was killed between is nobody yet.
			// A place that was never answered may be noted without its ticket: the
			// next join finds it out.
			if _, _, err := h.JoinLine(ctx, a, h.demo(fair.Recruiter, 1).Roles[0].Stand, service.JoinRequest{Channel: fair.Video}); err != nil {
				faults = append(faults, fmt.Sprintf("%s cannot join: %v", a.Account, err))
			}
		}
	}
	h.complete()
	for _, fault := range h.faults(people...) {
		if !strings.Contains(fault, "notes") {
			faults = append(faults, fault)
		}
	}
	for n := range killStands {
		r := h.demo(fair.Recruiter, n+1)
		faults = append(faults, h.faults(r)...)
		if i := h.live(r.Account); i != "" { // killed while they met
			if _, err := h.EndInterview(ctx, r, i, nil); err != nil {
				faults = append(faults, fmt.Sprintf("recruiter %d cannot end: %v", n+1, err))
			}
		}
		if _, err := h.CallNext(ctx, r, r.Roles[0].Stand, service.CallRequest{}); err != nil {
			faults = append(faults, fmt.Sprintf("recruiter %d cannot call: %v", n+1, err))
		}
	}
	h.complete()
	if n := owed(h); n != 0 {
		faults = append(faults, fmt.Sprintf("%d documents still owe something", n))
	}
	return faults
}
