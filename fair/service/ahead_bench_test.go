package service_test

import (
	"fmt"
	"testing"
	"time"

	"salon/fair"
)

// fullFair is a fair of 60 stands with two recruiters each, where 5,000 people
// wait in three lines each.
func fullFair(b *testing.B) (h *house, somebody fair.Actor) {
	b.Helper()
	h = newHouse(b)
	const stands, people, lines = 60, 5000, 3
	ctx, now := b.Context(), h.clock.Now()
	ids := make([]fair.ID, stands)
	for i := range ids {
		ids[i] = fair.NewID()
		h.must(h.store.Stands.Insert(ctx, fair.Stand{ID: ids[i], Fair: h.fair.ID, Company: fair.NewID(), Number: 100 + i, Slug: fmt.Sprint("full-", i), Name: fmt.Sprint("Maison ", i)}))
		l := fair.Line{ID: ids[i], Fair: h.fair.ID, State: fair.LineOpen, Lengths: fair.Lengths{Seconds: []int{540, 610, 700, 480}}}
		for range 2 {
			r := fair.NewID()
			h.must(h.store.Persons.Insert(ctx, fair.Person{ID: r, Busy: []fair.Busy{}}))
			l.Duty = append(l.Duty, fair.Duty{Recruiter: r, State: fair.OnDuty, Since: now})
		}
		h.must(h.store.Lines.Insert(ctx, l))
	}
	for i := range people {
		p := fair.Person{ID: fair.NewID(), Busy: []fair.Busy{}, Open: map[fair.ID][]fair.OpenTicket{}}
		for k := range lines {
			t := fair.Ticket{
				ID: fair.NewID(), Fair: h.fair.ID, Stand: ids[(i+k*7)%stands], Candidate: p.ID, Channel: fair.Video,
				State: fair.TicketWaiting, Open: true, JoinedAt: now.Add(-time.Duration(people-i) * time.Second), WarnedAt: &now,
			}
			if i < people*9/10 { // those behind are not warned yet
				t.WarnedAt = nil
			}
			p.Open[h.fair.ID] = append(p.Open[h.fair.ID], fair.OpenTicket{Ticket: t.ID, At: t.JoinedAt})
			h.must(h.store.Tickets.Insert(ctx, t))
		}
		h.must(h.store.Persons.Insert(ctx, p))
		somebody = fair.Actor{Account: p.ID, Roles: []fair.Role{{Kind: fair.Candidate}}}
	}
	h.must(h.Sweep(ctx)) // warns
	h.dispatch()
	return h, somebody
}

// BenchmarkAFullFair tells what each of those who look at a full fair costs while
// nothing changes, and with a change before each look.
func BenchmarkAFullFair(b *testing.B) {
	h, somebody := fullFair(b)
	ctx := b.Context()
	for _, look := range []struct {
		name string
		do   func() error
	}{
		{"public page", func() error { _, err := h.FairLines(ctx, fair.Actor{}, h.fair.Slug); return err }},
		{"organiser's board", func() error { _, err := h.FairLive(ctx, h.boss, h.fair.Slug); return err }},
		{"turns that are near", func() error { return h.Near(ctx) }},
		{"somebody's board", func() error { _, err := h.Board(ctx, somebody, h.fair.Slug); return err }},
	} {
		b.Run(look.name, func(b *testing.B) {
			for b.Loop() {
				h.clock.Pass(time.Second)
				h.must(look.do())
			}
		})
	}
}
