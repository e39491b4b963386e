package service_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"salon/fair"
	"salon/fair/service"
)

// there is a service.Presence that a test sets; nobody can tell while unknown.
type there struct {
	mu      sync.Mutex
	unknown bool
	away    map[fair.ID]bool
}

func (p *there) Online(_ context.Context, people []fair.ID) (map[fair.ID]bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.unknown {
		return nil, errors.New("the bus is down")
	}
	online := map[fair.ID]bool{}
	for _, id := range people {
		online[id] = !p.away[id]
	}
	return online, nil
}

// history drives one house through what people may do in any order, and knows
// what must hold all along.
type history struct {
	*house
	presence   *there
	recruiters []fair.Actor
	candidates []fair.Actor
	slots      []fair.Slot
	ranks      map[fair.ID]time.Time // the best each ticket was seen with
	lines      []fair.ID
	cap        int
}

func newHistory(t *testing.T) *history {
	t.Helper()
	p := &there{away: map[fair.ID]bool{}}
	h := &history{presence: p, ranks: map[fair.ID]time.Time{}, cap: 2}
	h.house = newHouse(t, func(c *service.Config) { c.Presence = p })
	h.settle(func(r *fair.Rules) { r.Line.MaxTickets = h.cap })
	for i := range 2 {
		a := h.demo(fair.Recruiter, i+1)
		h.recruiters = append(h.recruiters, a)
		h.lines = append(h.lines, h.onDuty(a))
	}
	b := h.person("colleague@example.org")
	_, err := h.Recruit(t.Context(), h.lines[0], b.Account)
	h.must(err)
	h.recruiters = append(h.recruiters, h.again(b))
	for i := range 4 {
		h.candidates = append(h.candidates, h.demo(fair.Candidate, i+1))
	}
	for _, r := range h.recruiters[:2] {
		made, _, err := h.OpenSlots(t.Context(), r, r.Roles[0].Stand, fair.SlotPlan{
			Start: h.clock.Now().Add(15 * time.Minute), Duration: 10 * time.Minute, Buffer: 20 * time.Minute, Count: 4, Channels: []fair.Channel{fair.Video},
		})
		h.must(err)
		h.slots = append(h.slots, made...)
	}
	return h
}

// taken checks that a refusal is one the rules give.
func (h *history) taken(r *rapid.T, what string, err error) {
	if err == nil {
		return
	}
	if kind := fair.KindOf(err); kind == fair.Internal || kind == fair.Unavailable {
		r.Fatalf("%s: %v", what, err)
	}
}

func (h *history) candidate(r *rapid.T) fair.Actor {
	return rapid.SampledFrom(h.candidates).Draw(r, "candidate")
}

func (h *history) recruiter(r *rapid.T) fair.Actor {
	return rapid.SampledFrom(h.recruiters).Draw(r, "recruiter")
}

// place draws one of all the tickets there are.
func (h *history) place(r *rapid.T) (t fair.Ticket, ok bool) {
	var all []fair.Ticket
	for _, a := range h.candidates {
		tickets, err := h.store.Tickets.Of(h.t.Context(), a.Account, opening, 100)
		h.must(err)
		for _, t := range tickets {
			if t.Open || len(all) == 0 {
				all = append(all, t)
			}
		}
	}
	if len(all) == 0 {
		return t, false
	}
	return rapid.SampledFrom(all).Draw(r, "ticket"), true
}

func (h *history) owner(t fair.Ticket) fair.Actor {
	for _, a := range h.candidates {
		if a.Account == t.Candidate {
			return a
		}
	}
	panic("a ticket of nobody")
}

// actions are what people may do, each at any moment.
func (h *history) actions(t *testing.T) map[string]func(*rapid.T) {
	onTicket := func(do func(*rapid.T, fair.Ticket) error) func(*rapid.T) {
		return func(r *rapid.T) {
			if x, ok := h.place(r); ok {
				h.taken(r, "on a ticket", do(r, x))
			}
		}
	}
	return map[string]func(*rapid.T){
		"join": func(r *rapid.T) {
			stand := rapid.SampledFrom(h.lines).Draw(r, "stand")
			_, _, err := h.JoinLine(t.Context(), h.candidate(r), stand, service.JoinRequest{Channel: fair.Video})
			h.taken(r, "join", err)
		},
		"call": func(r *rapid.T) {
			a := h.recruiter(r)
			_, err := h.CallNext(t.Context(), a, standOf(a), service.CallRequest{})
			h.taken(r, "call", err)
		},
		"call this one": onTicket(func(r *rapid.T, x fair.Ticket) error {
			_, err := h.CallNext(t.Context(), h.recruiter(r), x.Stand, service.CallRequest{Ticket: x.ID, Reason: "recommended"})
			return err
		}),
		"answer": onTicket(func(r *rapid.T, x fair.Ticket) error {
			answers := []fair.Answer{fair.AnswerReady, fair.AnswerReady, fair.AnswerReady, fair.AnswerPostpone, fair.AnswerLeave, fair.AnswerHere}
			_, err := h.AnswerTicket(t.Context(), h.owner(x), x.ID, rapid.SampledFrom(answers).Draw(r, "answer"))
			return err
		}),
		"send back": onTicket(func(r *rapid.T, x fair.Ticket) error {
			_, err := h.SendBack(t.Context(), h.recruiter(r), x.ID)
			return err
		}),
		"hand to a stand": onTicket(func(r *rapid.T, x fair.Ticket) error {
			_, err := h.HandOff(t.Context(), h.boss, x.ID, service.HandoffRequest{Stand: rapid.SampledFrom(h.lines).Draw(r, "to")})
			return err
		}),
		"hand to a colleague": onTicket(func(r *rapid.T, x fair.Ticket) error {
			_, err := h.HandOff(t.Context(), h.boss, x.ID, service.HandoffRequest{Recruiter: h.recruiter(r).Account})
			return err
		}),
		"close": onTicket(func(r *rapid.T, x fair.Ticket) error {
			_, err := h.CloseTicket(t.Context(), h.boss, x.ID, service.InsteadRequest{Kind: fair.InsteadNothing})
			return err
		}),
		"meet":   onTicket(h.meet),
		"end":    onTicket(h.end),
		"cancel": onTicket(h.giveUp),
		"book": func(r *rapid.T) {
			slot := rapid.SampledFrom(h.slots).Draw(r, "slot")
			_, err := h.book(h.candidate(r), slot.ID, "key")
			h.taken(r, "book", err)
		},
		"come or go": func(r *rapid.T) {
			h.presence.unknown = rapid.Bool().Draw(r, "unknown")
			h.presence.away[h.candidate(r).Account] = rapid.Bool().Draw(r, "away")
		},
		"time passes": func(r *rapid.T) {
			h.elapse(rapid.SampledFrom([]time.Duration{time.Second, 30 * time.Second, time.Minute, 4 * time.Minute}).Draw(r, "time"))
		},
		"": h.check,
	}
}

// standOf is where a recruiter recruits.
func standOf(a fair.Actor) fair.ID {
	for _, role := range a.Roles {
		if role.Kind == fair.Recruiter {
			return role.Stand
		}
	}
	return ""
}

// elapse lets time go by: rooms tell that people are in them, and the sweeper works.
func (h *history) elapse(d time.Duration) {
	for step := 10 * time.Second; d > 0; d -= step {
		for _, a := range h.recruiters {
			if id := h.live(a.Account); id != "" {
				i := h.interview(id)
				h.must(h.RoomAlive(h.t.Context(), fair.RoomID(fair.InterviewRoom, id), i.Present, h.clock.Now()))
			}
		}
		h.clock.Pass(min(step, d))
		h.must(h.Sweep(h.t.Context()))
	}
	h.dispatch()
}

// walkin is the interview of a ticket that is meeting.
func (h *history) walkin(x fair.Ticket) (fair.Interview, bool) {
	if x.State != fair.TicketMeeting {
		return fair.Interview{}, false
	}
	return h.interview(x.Call.Interview), true
}

func (h *history) meet(_ *rapid.T, x fair.Ticket) error {
	i, ok := h.walkin(x)
	if !ok {
		return nil
	}
	room := fair.RoomID(fair.InterviewRoom, i.ID)
	return errors.Join(h.RoomJoined(h.t.Context(), room, i.Candidate, h.clock.Now()), h.RoomJoined(h.t.Context(), room, i.Recruiter, h.clock.Now()))
}

func (h *history) end(_ *rapid.T, x fair.Ticket) error {
	i, ok := h.walkin(x)
	if !ok {
		return nil
	}
	_, err := h.EndInterview(h.t.Context(), fair.Actor{Account: i.Recruiter, Login: "x"}, i.ID, nil)
	return err
}

func (h *history) giveUp(r *rapid.T, x fair.Ticket) error {
	i, ok := h.walkin(x)
	if !ok {
		return nil
	}
	by := rapid.SampledFrom([]fair.ID{i.Candidate, i.Recruiter}).Draw(r, "by")
	_, err := h.CancelInterview(h.t.Context(), fair.Actor{Account: by}, i.ID)
	return err
}

// check is what holds after every step.
func (h *history) check(r *rapid.T) {
	for _, fault := range h.faults(append(h.candidates, h.recruiters...)...) {
		r.Error(fault)
	}
	for _, a := range h.candidates {
		tickets, err := h.store.Tickets.Of(h.t.Context(), a.Account, opening, 200)
		h.must(err)
		open := 0
		for _, x := range tickets {
			if x.Open {
				open++
			}
			if fault := h.rankFault(x, tickets); fault != "" {
				r.Error(fault)
			}
			if x.Postpones > 1 {
				r.Errorf("ticket %s was postponed %d times", x.ID, x.Postpones)
			}
		}
		if open > h.cap {
			r.Errorf("%s has %d open places, more than %d", a.Account, open, h.cap)
		}
	}
}

// rankFault checks that a rank is the one it was, or that of another place of
// the same person that was joined with it.
func (h *history) rankFault(x fair.Ticket, all []fair.Ticket) string {
	before, known := h.ranks[x.ID]
	h.ranks[x.ID] = x.JoinedAt
	if !known || before.Equal(x.JoinedAt) {
		return ""
	}
	if x.JoinedAt.After(before) {
		return fmt.Sprintf("ticket %s lost rank: %s, then %s", x.ID, before, x.JoinedAt)
	}
	for _, o := range all {
		if o.State == fair.TicketMoved && o.JoinedAt.Equal(x.JoinedAt) {
			return ""
		}
	}
	return fmt.Sprintf("ticket %s gained a rank that was nobody's", x.ID)
}

func TestAnyHistoryKeepsTheRulesOfTheLine(t *testing.T) {
	// Every history stands on a database of its own: fewer of them by default
	// than rapid's hundred. -rapid.checks sets another number.
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		if err := flag.Set("rapid.checks", "6"); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = flag.Set("rapid.checks", f.DefValue) }()
	}
	rapid.Check(t, func(r *rapid.T) {
		h := newHistory(t)
		r.Repeat(h.actions(t))
		// The day ends: whatever was open closes, and nothing is owed.
		h.elapse(time.Minute)
		for _, stand := range h.lines {
			_, err := h.SetLine(t.Context(), h.boss, stand, service.LineEdit{State: fair.LineClosed, Instead: &fair.Instead{Kind: fair.InsteadSlot}})
			h.must(err)
		}
		h.elapse(20 * time.Minute)
		h.check(r)
	})
}
