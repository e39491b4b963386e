package service_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

func (a appointment) propose(h *house, slots ...fair.Slot) (fair.Interview, error) {
	r := service.ProposalRequest{Message: "Une réunion est tombée sur cette heure."}
	for _, s := range slots {
		r.Slots = append(r.Slots, s.ID)
	}
	return h.Propose(a.t.Context(), a.recruiter, a.interview, r)
}

func (a appointment) answer(h *house, slot fair.ID) (fair.Interview, error) {
	return h.AnswerProposal(a.t.Context(), a.candidate, a.interview, service.MoveRequest{Slot: slot})
}

// state is that of a slot now.
func (a appointment) state(s fair.Slot) fair.SlotState {
	a.t.Helper()
	slot, err := a.store.Slots.Get(a.t.Context(), s.ID)
	a.must(err)
	return slot.State
}

func TestAProposalHoldsItsSlotsUntilTheAnswer(t *testing.T) {
	a := newAppointment(t)
	proposed, err := a.propose(a.house, a.slots[1], a.slots[2], a.theirs[0])
	a.must(err)
	if p := proposed.Proposal; p == nil || len(p.Slots) != 3 || !p.Until.Equal(a.slots[0].Start) {
		t.Fatalf("the proposal is %+v", p)
	}
	a.dispatch()
	if n := a.world.sent(fair.EffectMailProposal); n != 1 {
		t.Errorf("%d mails", n)
	}
	_, err = a.book(a.demo(fair.Candidate, 2), a.slots[1].ID, "key")
	refused(t, err, fair.Conflict, "slot.taken")
	_, err = a.propose(a.house, a.slots[3])
	refused(t, err, fair.Conflict, "proposal.pending")
	if n := a.state(a.slots[3]); n != fair.SlotFree {
		t.Errorf("a refused proposal leaves its slot %s", n)
	}

	moved, err := a.answer(a.house, a.slots[2].ID)
	a.must(err)
	if moved.Slot != a.slots[2].ID || moved.Proposal != nil {
		t.Errorf("accepted: %+v", moved)
	}
	_, err = a.answer(a.house, a.slots[2].ID)
	a.must(err) // the same answer again
	_, err = a.answer(a.house, a.slots[1].ID)
	refused(t, err, fair.Conflict, "proposal.over")
	a.standsAt(a.slots[2])
	if moved, kept := a.world.sent(fair.EffectMailMoved), a.world.sent(fair.EffectMailKept); moved != 2 || kept != 0 {
		t.Errorf("%d moved and %d kept", moved, kept)
	}
}

func TestAnAppointmentStandsWhenNothingComesOfAProposal(t *testing.T) {
	for name, end := range map[string]func(a appointment) error{
		"declined": func(a appointment) error { _, err := a.answer(a.house, ""); return err },
		"withdrawn": func(a appointment) error {
			_, err := a.WithdrawProposal(t.Context(), a.recruiter, a.interview)
			return err
		},
		"unanswered": func(a appointment) error {
			a.clock.Pass(time.Hour)
			_, err := a.answer(a.house, a.slots[1].ID)
			refused(t, err, fair.Conflict, "proposal.over")
			return a.Sweep(t.Context())
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAppointment(t)
			_, err := a.propose(a.house, a.slots[1], a.slots[2])
			a.must(err)
			a.must(end(a))
			i := a.standsAt(a.slots[0])
			if i.Proposal != nil || i.Sequence != 0 {
				t.Errorf("the interview is %+v", i)
			}
			if n := a.world.sent(fair.EffectMailKept); n != 1 {
				t.Errorf("%d told that it stands, want one", n)
			}
		})
	}
}

func TestWhatAProposalHoldsIsFreeOnceTheInterviewIsCancelled(t *testing.T) {
	a := newAppointment(t)
	_, err := a.propose(a.house, a.slots[1])
	a.must(err)
	_, err = a.CancelInterview(t.Context(), a.candidate, a.interview)
	a.must(err)
	a.dispatch()
	for _, s := range a.slots {
		if state := a.state(s); state != fair.SlotFree {
			t.Errorf("a slot is left %s", state)
		}
	}
	_, err = a.answer(a.house, a.slots[1].ID)
	refused(t, err, fair.Gone, "interview.cancelled")
}

func TestWhoMayProposeWhat(t *testing.T) {
	a := newAppointment(t)
	_, err := a.Propose(t.Context(), a.candidate, a.interview, service.ProposalRequest{Slots: []fair.ID{a.slots[1].ID}})
	refused(t, err, fair.Forbidden, "not.recruiter")
	_, err = a.AnswerProposal(t.Context(), a.recruiter, a.interview, service.MoveRequest{})
	refused(t, err, fair.Forbidden, "not.candidate")
	_, err = a.propose(a.house)
	refused(t, err, fair.Invalid, "proposal.slots")
	_, err = a.propose(a.house, a.slots...)
	refused(t, err, fair.Invalid, "proposal.slots")
	_, err = a.propose(a.house, a.slots[1], a.slots[1])
	refused(t, err, fair.Invalid, "proposal.slots")
	_, err = a.propose(a.house, a.slots[0])
	refused(t, err, fair.Conflict, "slot.taken")
	_, err = a.propose(a.house, a.house.slots(a.demo(fair.Recruiter, 2), 1)[0])
	refused(t, err, fair.Invalid, "slot.elsewhere")
	a.clock.Pass(57 * time.Minute)
	_, err = a.propose(a.house, a.slots[2])
	refused(t, err, fair.Conflict, "proposal.late")
	a.standsAt(a.slots[0])
}

func TestAProposalKilledBetweenAnyTwoStepsLeavesNothingHeld(t *testing.T) {
	for _, step := range []string{"propose.hold", "propose.offer"} {
		t.Run("before "+step, func(t *testing.T) {
			a := newAppointment(t)
			left := 1 // of the steps of that name before the last
			dying := newHouseOn(a.house, func(c *service.Config) {
				c.Step = func(name string) error {
					if name != step {
						return nil
					}
					if left--; left >= 0 && step == "propose.hold" {
						return nil
					}
					return errKilled
				}
			})
			if _, err := a.propose(dying, a.slots[1], a.slots[2]); !errors.Is(err, errKilled) {
				t.Fatal(err)
			}
			a.dispatch()
			if a.state(a.slots[1]) != fair.SlotHeld {
				t.Error("a hold is given up while its proposal may still be on its way")
			}
			a.clock.Pass(fair.HoldTime + 2*time.Second)
			a.standsAt(a.slots[0])
			_, err := a.propose(a.house, a.slots[1], a.slots[2])
			a.must(err)
		})
	}
}

func TestAnAcceptanceKilledBetweenAnyTwoStepsIsCompletedByAskingAgain(t *testing.T) {
	for _, step := range []string{"move.hold", "move.claim", "move.confirm", "move.interview", "release.slot"} {
		t.Run("before "+step, func(t *testing.T) {
			a := newAppointment(t)
			_, err := a.propose(a.house, a.slots[1], a.slots[2])
			a.must(err)
			a.dispatch()
			_, _ = a.answer(a.dying(step), a.slots[1].ID)
			a.clock.Pass(2 * fair.HoldTime) // a proposal's hold outlasts a booking's
			a.must(a.Sweep(t.Context()))
			_, err = a.answer(a.house, a.slots[1].ID)
			a.must(err)
			a.standsAt(a.slots[1])
		})
	}
}

func TestTwoAnswersAtOnceAreOneAnswer(t *testing.T) {
	for round := range 10 {
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			a := newAppointment(t)
			_, err := a.propose(a.house, a.slots[1], a.slots[2])
			a.must(err)
			var wg sync.WaitGroup
			for _, slot := range []fair.ID{a.slots[1].ID, a.slots[2].ID, ""} {
				wg.Go(func() {
					if _, err := a.answer(a.house, slot); err != nil && fair.KindOf(err) != fair.Conflict {
						t.Errorf("an answer is told %v", err)
					}
				})
			}
			wg.Wait()
			a.clock.Pass(fair.HoldTime)
			a.must(a.Sweep(t.Context()))
			a.dispatch()
			i, err := a.store.Interviews.Get(t.Context(), a.interview)
			a.must(err)
			at, err := a.store.Slots.Get(t.Context(), i.Slot)
			a.must(err)
			a.standsAt(at)
		})
	}
}
