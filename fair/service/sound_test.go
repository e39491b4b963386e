package service_test

import (
	"fmt"
	"slices"
	"sync/atomic"

	"salon/fair"
	"salon/fair/service"
)

// dying is a process on the same database that dies before a step: from then on
// it takes no other.
func dying(h *house, step string) *house {
	return newHouseOn(h, func(c *service.Config) {
		var dead atomic.Bool
		c.Step = func(name string) error {
			if name == step {
				dead.Store(true)
			}
			if dead.Load() {
				return errKilled
			}
			return nil
		}
	})
}

// complete lets other processes complete what was begun.
func (h *house) complete() {
	h.t.Helper()
	h.must(h.Sweep(h.t.Context()))
	h.dispatch()
	h.dispatch() // what was delivered may owe something in its turn
}

// sound checks that people, tickets and interviews tell one story: what each of
// them says of another is so, and nobody is in two places.
func (h *house) sound(people ...fair.Actor) {
	h.t.Helper()
	for _, fault := range h.faults(people...) {
		h.t.Error(fault)
	}
}

// faults lists what is not so.
func (h *house) faults(people ...fair.Actor) (faults []string) {
	h.t.Helper()
	for _, a := range people {
		p, err := h.store.Persons.Get(h.t.Context(), a.Account)
		h.must(err)
		faults = append(faults, h.liveFaults(p)...)
		faults = append(faults, h.ticketsFaults(p)...)
	}
	return faults
}

// liveFaults checks the interview a person counts as being in.
func (h *house) liveFaults(p fair.Person) (faults []string) {
	h.t.Helper()
	now := h.clock.Now()
	if p.Live == nil || !now.Before(p.Live.Until) {
		return nil
	}
	i := h.interview(p.Live.Interview)
	if i.Over() {
		faults = append(faults, fmt.Sprintf("%s counts as in interview %s, which is %s", p.ID, i.ID, i.State))
	}
	if !i.Party(p.ID) {
		faults = append(faults, fmt.Sprintf("%s counts as in interview %s of others", p.ID, i.ID))
	}
	for _, b := range p.Busy {
		if i.Walkin() && b.Overlaps(i.StartsAt, i.EndsAt) {
			faults = append(faults, fmt.Sprintf("%s is called from %s to %s and has an appointment at %s", p.ID, i.StartsAt, i.EndsAt, b.Start))
		}
	}
	return faults
}

// ticketsFaults checks the tickets of a person against what the person says.
func (h *house) ticketsFaults(p fair.Person) (faults []string) {
	h.t.Helper()
	tickets, err := h.store.Tickets.Of(h.t.Context(), p.ID, opening.AddDate(0, 0, -1), 500)
	h.must(err)
	stands, open := map[fair.ID]bool{}, 0
	for _, t := range tickets {
		if t.Open != t.State.Open() {
			faults = append(faults, fmt.Sprintf("ticket %s is %s and open: %v", t.ID, t.State, t.Open))
		}
		if !t.Open {
			if p.Queues(t.Fair, t.ID) {
				faults = append(faults, fmt.Sprintf("closed ticket %s still counts", t.ID))
			}
			continue
		}
		open++
		if stands[t.Stand] {
			faults = append(faults, fmt.Sprintf("%s has two places at stand %s", p.ID, t.Stand))
		}
		stands[t.Stand] = true
		if !p.Queues(t.Fair, t.ID) {
			faults = append(faults, fmt.Sprintf("open ticket %s is not noted with its person", t.ID))
		}
		faults = append(faults, h.ticketFaults(t)...)
	}
	if noted := len(p.Open[h.fair.ID]); noted != open {
		faults = append(faults, fmt.Sprintf("%s has %d open tickets and %d notes", p.ID, open, noted))
	}
	return faults
}

// ticketFaults checks an open ticket against its interview.
func (h *house) ticketFaults(t fair.Ticket) (faults []string) {
	h.t.Helper()
	i, err := h.store.Interviews.OfTicket(h.t.Context(), t.ID)
	if t.State == fair.TicketWaiting {
		if fair.KindOf(err) != fair.NotFound {
			faults = append(faults, fmt.Sprintf("ticket %s waits and has interview %s, %s (%v)", t.ID, i.ID, i.State, err))
		}
		return faults
	}
	wanted := []fair.InterviewState{fair.InterviewCalled}
	if t.State == fair.TicketMeeting {
		wanted = []fair.InterviewState{fair.InterviewBooked, fair.InterviewLive}
	}
	if err != nil || i.ID != t.Call.Interview || !slices.Contains(wanted, i.State) {
		return append(faults, fmt.Sprintf("ticket %s is %s and its interview %s is %s (%v)", t.ID, t.State, i.ID, i.State, err))
	}
	for _, person := range []fair.ID{i.Candidate, i.Recruiter} {
		if live := h.live(person); live != i.ID {
			faults = append(faults, fmt.Sprintf("ticket %s is %s and %s counts as in %q", t.ID, t.State, person, live))
		}
	}
	return faults
}
