package service_test

import (
	"slices"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// invited is an application that the stand's second recruiter wants to meet.
func (w *words) invited() fair.ID {
	w.t.Helper()
	d := w.applies("Cinq ans de métier.")
	_, err := w.EditApplication(w.t.Context(), w.second, d.Application.ID, service.ApplicationEdit{State: fair.ApplicationMeet, Rev: 1})
	w.must(err)
	return d.Application.ID
}

func (w *words) times(id fair.ID) service.Invited {
	w.t.Helper()
	v, err := w.TimesToMeet(w.t.Context(), w.candidate, id)
	w.must(err)
	return v
}

func TestAnInvitationShowsFreeTimesOfWhoeverMadeIt(t *testing.T) {
	w := newWords(t)
	w.settle(func(r *fair.Rules) { r.Book.CapStand, r.Book.CapFair = 1, 9 })
	theirs, ours := w.slots(w.first, 6), w.slots(w.second, 3)
	d := w.applies("Cinq ans de métier.")
	id := d.Application.ID
	_, err := w.SetDuty(t.Context(), w.first, w.stand, fair.OnDuty, 0)
	w.must(err)
	if v := w.times(id); v.Interview != nil || len(v.Times) > 0 || v.Line {
		t.Errorf("nobody has asked yet: %+v", v)
	}
	_, err = w.EditApplication(t.Context(), w.second, id, service.ApplicationEdit{State: fair.ApplicationMeet, Rev: 1})
	w.must(err)
	for _, who := range []fair.Actor{w.demo(fair.Candidate, 2), w.first, w.other, w.boss} {
		_, err := w.TimesToMeet(t.Context(), who, id)
		refused(t, err, fair.NotFound, "application.unknown")
	}
	_, err = w.TimesToMeet(t.Context(), fair.Actor{}, id)
	refused(t, err, fair.Unauthenticated, "sign.in")

	v := w.times(id)
	var of []fair.ID
	for n, slot := range v.Times {
		of = append(of, slot.Recruiter)
		if slot.Hold != nil || slot.Booking != nil || n > 0 && slot.Start.Before(v.Times[n-1].Start) {
			t.Errorf("time %d: %+v", n, slot)
		}
	}
	if len(of) != 4 || !v.Line || count(of, w.second.Account) != 3 || count(of, w.first.Account) != 1 {
		t.Errorf("the times are of %v, three of them of %s", of, w.second.Account)
	}
	_, err = w.book(w.demo(fair.Candidate, 2), ours[0].ID, "theirs")
	w.must(err)
	if v = w.times(id); slices.ContainsFunc(v.Times, func(s fair.Slot) bool { return s.ID == ours[0].ID }) {
		t.Error("a time that is gone is shown")
	}
	booked, err := w.book(w.candidate, theirs[1].ID, "mine")
	w.must(err)
	if v = w.times(id); v.Interview == nil || v.Interview.ID != booked.Interview.ID || len(v.Times) > 0 {
		t.Errorf("what is booked is not told: %+v", v)
	}
	_, err = w.CancelInterview(t.Context(), w.candidate, booked.Interview.ID)
	w.must(err)
	if v = w.times(id); v.Interview != nil || len(v.Times) != 4 {
		t.Errorf("after a cancellation: %+v", v)
	}
}

func count(list []fair.ID, id fair.ID) (n int) {
	for _, other := range list {
		if other == id {
			n++
		}
	}
	return n
}

func TestAnInvitationShowsNoTimeThatCouldNotBeBooked(t *testing.T) {
	w := newWords(t)
	w.settle(func(r *fair.Rules) { r.Book.CapStand, r.Book.CapFair = 1, 1 })
	id, slots := w.invited(), w.slots(w.first, 2)
	elsewhere := w.slots(w.other, 1) // at the time of the first
	booked, err := w.book(w.candidate, elsewhere[0].ID, "elsewhere")
	w.must(err)
	_, err = w.SetDuty(t.Context(), w.first, w.stand, fair.OnDuty, 0)
	w.must(err)
	if v := w.times(id); len(v.Times) > 0 || !v.Line {
		t.Errorf("the cap of the fair leaves no room, and the line is open: %+v", v)
	}
	w.settle(func(r *fair.Rules) { r.Book.CapStand, r.Book.CapFair = 1, 2 })
	if v := w.times(id); len(v.Times) != 1 || v.Times[0].ID != slots[1].ID {
		t.Errorf("beside the appointment of %s: %+v", booked.Interview.StartsAt, v.Times)
	}
	w.clock.Pass(100 * time.Minute)
	if v := w.times(id); len(v.Times) > 0 {
		t.Errorf("after the last of them: %+v", v.Times)
	}
	w.must(w.store.Persons.Bar(t.Context(), w.first.Account, w.fair.ID))
	w.slots(w.second, 1)
	w.must(w.store.Persons.Bar(t.Context(), w.second.Account, w.fair.ID))
	if v := w.times(id); len(v.Times) > 0 {
		t.Errorf("of a recruiter who is barred: %+v", v.Times)
	}
	w.must(w.store.Persons.Bar(t.Context(), w.candidate.Account, w.fair.ID))
	_, err = w.TimesToMeet(t.Context(), w.candidate, id)
	refused(t, err, fair.Forbidden, "person.barred")
}
