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

// full is a stand with one slot, which somebody has, and people who wait for it.
type full struct {
	*house
	slot      fair.Slot
	holder    fair.Actor
	interview fair.ID
	people    []fair.Actor
	places    []fair.ID // their standbys
}

func newFull(t *testing.T, waiting int) full {
	t.Helper()
	h := newHouse(t)
	f := full{house: h, holder: h.demo(fair.Candidate, 1)}
	made, _, err := h.OpenSlots(t.Context(), h.demo(fair.Recruiter, 1), h.demo(fair.Recruiter, 1).Roles[0].Stand, fair.SlotPlan{
		Start: h.clock.Now().Add(24 * time.Hour), Duration: 30 * time.Minute, Count: 1, Channels: []fair.Channel{fair.Video, fair.Phone},
	})
	h.must(err)
	f.slot = made[0]
	booked, err := h.book(f.holder, f.slot.ID, "key")
	h.must(err)
	f.interview = booked.Interview.ID
	for i := range waiting {
		f.wait(h.demo(fair.Candidate, i+2))
		h.clock.Pass(time.Millisecond)
	}
	h.dispatch()
	return f
}

func (f *full) wait(who fair.Actor) {
	f.t.Helper()
	d, made, err := f.JoinStandby(f.t.Context(), who, f.slot.Stand, service.StandbyRequest{Channel: fair.Video})
	f.must(err)
	if !made || d.Ahead != len(f.people) {
		f.t.Errorf("joined: made %v, %d ahead, want %d", made, d.Ahead, len(f.people))
	}
	f.people = append(f.people, who)
	f.places = append(f.places, d.Standby.ID)
}

func (f full) free(h *house) {
	f.t.Helper()
	_, err := h.CancelInterview(f.t.Context(), f.holder, f.interview)
	f.must(err)
}

func (f full) answer(h *house, who int, answer service.StandbyAnswer) (fair.Standby, error) {
	d, err := h.AnswerStandby(f.t.Context(), f.people[who], f.places[who], answer, "")
	return d.Standby, err
}

// offeredTo checks that the seat is held for that person alone, and nobody else
// is offered it; -1: for nobody.
func (f full) offeredTo(who int) {
	f.t.Helper()
	f.dispatch()
	f.dispatch()
	slot, err := f.store.Slots.Get(f.t.Context(), f.slot.ID)
	f.must(err)
	for i, id := range f.places {
		b, err := f.store.Standbys.Get(f.t.Context(), id)
		f.must(err)
		if offered := b.Offered(f.slot.ID); offered != (i == who) {
			f.t.Errorf("person %d of the list is %s", i, b.State)
		}
		if i == who && (slot.State != fair.SlotHeld || slot.Hold.Candidate != f.people[i].Account || slot.Hold.Key != b.Key() || !slot.Hold.Until.Equal(b.Seat().Until)) {
			f.t.Errorf("the slot is %s, hold %+v, offered until %s", slot.State, slot.Hold, b.Seat().Until)
		}
	}
	if who < 0 && slot.State == fair.SlotHeld {
		f.t.Errorf("the slot is held: %+v", slot.Hold)
	}
	if n := owed(f.house); n != 0 {
		f.t.Errorf("%d effects are still owed", n)
	}
}

func TestAFreedSeatIsOfferedToOneThenTheNext(t *testing.T) {
	f := newFull(t, 3)
	f.free(f.house)
	f.offeredTo(0)
	if n := f.world.sent(fair.EffectMailSeat); n != 1 {
		t.Errorf("%d mails, want one", n)
	}
	_, err := f.book(f.demo(fair.Candidate, 50), f.slot.ID, "key")
	refused(t, err, fair.Conflict, "slot.taken")

	_, err = f.answer(f.house, 0, service.DeclineSeat)
	f.must(err)
	f.offeredTo(1) // declined: the next at once
	b, err := f.answer(f.house, 0, service.DeclineSeat)
	f.must(err)
	if b.State != fair.StandbyWaiting || !b.Open {
		t.Errorf("who declined one seat is %s", b.State)
	}

	f.clock.Pass(30 * time.Minute) // unanswered: the next by itself
	_, err = f.answer(f.house, 1, service.AcceptSeat)
	refused(t, err, fair.Conflict, "standby.over")
	f.must(f.Sweep(t.Context()))
	f.offeredTo(2)
	if n := f.world.sent(fair.EffectMailSeatGone); n != 1 {
		t.Errorf("%d told that it is gone, want one", n)
	}

	b, err = f.answer(f.house, 2, service.AcceptSeat)
	f.must(err)
	again, err := f.answer(f.house, 2, service.AcceptSeat)
	f.must(err)
	if b.State != fair.StandbyBooked || b.Interview == "" || again.Interview != b.Interview {
		t.Errorf("accepted: %+v, again %+v", b, again)
	}
	f.offeredTo(-1)
	consistent(f.house, f.slot.ID, f.people[2], b.Interview)
}

func TestTwoUnansweredOffersCloseAPlaceAndAClosedListFreesTheSeat(t *testing.T) {
	f := newFull(t, 1)
	f.free(f.house)
	f.offeredTo(0)
	f.clock.Pass(30 * time.Minute)
	f.must(f.Sweep(t.Context()))
	f.offeredTo(-1)
	if slot, err := f.store.Slots.Get(t.Context(), f.slot.ID); err != nil || slot.State != fair.SlotFree {
		t.Errorf("nobody wants it, and the slot is %s, %v", slot.State, err)
	}
	made, _, err := f.OpenSlots(t.Context(), f.demo(fair.Recruiter, 1), f.slot.Stand, planAt(f.slot.End))
	f.must(err)
	f.must(f.Sweep(t.Context())) // a new slot is offered, too
	b, err := f.store.Standbys.Get(t.Context(), f.places[0])
	f.must(err)
	if !b.Offered(made[0].ID) {
		t.Errorf("a new slot, and the first of the list is %s", b.State)
	}
	f.clock.Pass(30 * time.Minute)
	f.must(f.Sweep(t.Context()))
	f.dispatch()
	if b, err = f.store.Standbys.Get(t.Context(), f.places[0]); err != nil || b.State != fair.StandbyLapsed || b.Open {
		t.Errorf("after two unanswered offers: %s, %v", b.State, err)
	}
	d, err := f.AnswerStandby(t.Context(), f.people[0], f.places[0], service.LeaveStandby, "")
	if err != nil || d.Standby.State != fair.StandbyLapsed {
		t.Errorf("leaving what is closed: %s, %v", d.Standby.State, err)
	}
}

func TestASeatIsOfferedOnlyToThoseWhoCanHaveIt(t *testing.T) {
	f := newFull(t, 2)
	other, _, err := f.OpenSlots(t.Context(), f.demo(fair.Recruiter, 2), f.demo(fair.Recruiter, 2).Roles[0].Stand, planAt(f.slot.Start))
	f.must(err)
	kept, err := f.book(f.people[0], other[0].ID, "elsewhere")
	f.must(err)
	f.free(f.house)
	f.offeredTo(1) // the first has something else then
	_, err = f.CancelInterview(t.Context(), f.people[0], kept.Interview.ID)
	f.must(err)
	_, err = f.answer(f.house, 1, service.DeclineSeat)
	f.must(err)
	f.offeredTo(0) // and kept the rank
}

func TestASeatGoesToWhoWaitsForItsChannel(t *testing.T) {
	f := newFull(t, 1) // by video
	either := f.demo(fair.Candidate, 30)
	d, _, err := f.JoinStandby(t.Context(), either, f.slot.Stand, service.StandbyRequest{Channel: fair.EitherChannel})
	f.must(err)
	made, _, err := f.OpenSlots(t.Context(), f.demo(fair.Recruiter, 1), f.slot.Stand, fair.SlotPlan{
		Start: f.slot.End, Duration: 30 * time.Minute, Count: 1, Channels: []fair.Channel{fair.Phone},
	})
	f.must(err)
	f.must(f.Sweep(t.Context()))
	f.offeredTo(-1)
	b, err := f.store.Standbys.Get(t.Context(), d.Standby.ID)
	f.must(err)
	if !b.Offered(made[0].ID) {
		t.Fatalf("a seat by phone, and who takes any is %s", b.State)
	}
	taken, err := f.Slots(t.Context(), fair.Actor{}, f.fair.Slug, fair.SlotQuery{Stand: f.slot.Stand, Taken: true})
	f.must(err)
	if len(taken.Items) != 2 || taken.Items[1].ID != made[0].ID || taken.Items[0].Booking != nil {
		t.Errorf("what somebody has, or is offered: %+v", taken.Items)
	}
	_, err = f.AnswerStandby(t.Context(), either, b.ID, service.AcceptSeat, "")
	f.must(err)
	mine, err := f.MyInterviews(t.Context(), either, f.clock.Now(), time.Time{})
	if err != nil || len(mine) != 1 || mine[0].Interview.Channel != fair.Phone {
		t.Errorf("the appointment: %+v, %v", mine, err)
	}
}

func TestWhoStandsBeforeIsCountedByTheChannelsOfTheSeats(t *testing.T) {
	for _, c := range []struct {
		seats []fair.Channel
		ahead int // of those by phone, by video and by any, for who waits by video
	}{
		{[]fair.Channel{fair.Video}, 2},
		{[]fair.Channel{fair.Video, fair.Phone}, 3}, // a seat by video goes to who waits by phone
	} {
		h := newHouse(t)
		stand := h.demo(fair.Recruiter, 1).Roles[0].Stand
		made, _, err := h.OpenSlots(t.Context(), h.demo(fair.Recruiter, 1), stand, fair.SlotPlan{
			Start: h.clock.Now().Add(24 * time.Hour), Duration: 30 * time.Minute, Count: 1, Channels: c.seats,
		})
		h.must(err)
		_, err = h.book(h.demo(fair.Candidate, 1), made[0].ID, "key")
		h.must(err)
		for i, channel := range []fair.Channel{fair.Phone, fair.Video, fair.EitherChannel} {
			_, _, err := h.JoinStandby(t.Context(), h.demo(fair.Candidate, i+2), stand, service.StandbyRequest{Channel: channel})
			h.must(err)
			h.clock.Pass(time.Millisecond)
		}
		for i, slot := range []fair.ID{"", made[0].ID} {
			d, _, err := h.JoinStandby(t.Context(), h.demo(fair.Candidate, 5+i), stand, service.StandbyRequest{Slot: slot, Channel: fair.Video})
			h.must(err)
			h.clock.Pass(time.Millisecond)
			if want := c.ahead + i; d.Ahead != want {
				t.Errorf("seats by %v, slot %q: %d before, want %d", c.seats, slot, d.Ahead, want)
			}
		}
	}
}

func TestWhoLeavesTheListIsOfferedNothingAndASeatInHandGoesOn(t *testing.T) {
	f := newFull(t, 3)
	_, err := f.answer(f.house, 0, service.LeaveStandby)
	f.must(err)
	f.free(f.house)
	f.offeredTo(1)
	_, err = f.answer(f.house, 1, service.LeaveStandby)
	f.must(err)
	f.offeredTo(2)
}

func TestABookingAtTheStandClosesWhatOneWaitsFor(t *testing.T) {
	f := newFull(t, 1)
	_, _, err := f.JoinStandby(t.Context(), f.people[0], f.slot.Stand, service.StandbyRequest{Slot: f.slot.ID, Channel: fair.Video})
	f.must(err)
	made, _, err := f.OpenSlots(t.Context(), f.demo(fair.Recruiter, 1), f.slot.Stand, planAt(f.slot.End))
	f.must(err)
	_, err = f.book(f.people[0], made[0].ID, "mine")
	f.must(err)
	f.dispatch()
	mine, err := f.MyStandbys(t.Context(), f.people[0])
	f.must(err)
	for _, d := range mine {
		if d.Standby.State != fair.StandbyBooked {
			t.Errorf("still %s", d.Standby.State)
		}
	}
	f.free(f.house)
	f.offeredTo(-1)
}

func TestWhoMayWaitForWhat(t *testing.T) {
	f := newFull(t, 1)
	someone := f.demo(fair.Candidate, 30)
	free := f.house.slots(f.demo(fair.Recruiter, 2), 1)[0]
	video := service.StandbyRequest{Channel: fair.Video}
	for _, c := range []struct {
		name  string
		who   fair.Actor
		stand fair.ID
		r     service.StandbyRequest
		kind  fair.Kind
		code  string
	}{
		{"a visitor", fair.Actor{}, f.slot.Stand, video, fair.Unauthenticated, "sign.in"},
		{"a recruiter", f.demo(fair.Recruiter, 2), f.slot.Stand, video, fair.Forbidden, "not.candidate"},
		{"at no stand", someone, fair.NewID(), video, fair.NotFound, "stand.unknown"},
		{"where a slot is free", someone, free.Stand, video, fair.Conflict, "standby.free"},
		{"for a free slot", someone, free.Stand, service.StandbyRequest{Slot: free.ID, Channel: fair.Video}, fair.Conflict, "standby.free"},
		{"for a slot of another stand", someone, free.Stand, service.StandbyRequest{Slot: f.slot.ID, Channel: fair.Video}, fair.Invalid, "slot.elsewhere"},
		{"by fax", someone, f.slot.Stand, service.StandbyRequest{Channel: "fax"}, fair.Invalid, "channel.unknown"},
		{"by phone without a number", f.person("nadia@example.org"), f.slot.Stand, service.StandbyRequest{Channel: fair.Phone}, fair.Invalid, "phone.missing"},
		{"by either without a number", f.person("nadia@example.org"), f.slot.Stand, service.StandbyRequest{Channel: fair.EitherChannel}, fair.Invalid, "phone.missing"},
		{"with an appointment there", f.holder, f.slot.Stand, video, fair.Conflict, "booking.capstand"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := f.JoinStandby(t.Context(), c.who, c.stand, c.r)
			refused(t, err, c.kind, c.code)
		})
	}
	_, err := f.AnswerStandby(t.Context(), someone, f.places[0], service.LeaveStandby, "")
	refused(t, err, fair.NotFound, "standby.unknown")
	d, made, err := f.JoinStandby(t.Context(), f.people[0], f.slot.Stand, video)
	if err != nil || made || d.Standby.ID != f.places[0] {
		t.Errorf("joining again: %v, made %v", err, made)
	}
	f.clock.Pass(25 * time.Hour)
	_, _, err = f.JoinStandby(t.Context(), someone, f.slot.Stand, service.StandbyRequest{Slot: f.slot.ID, Channel: fair.Video})
	refused(t, err, fair.Conflict, "slot.past")
}

func TestAnOfferKilledBetweenAnyTwoStepsIsMadeToSomebody(t *testing.T) {
	for _, step := range []string{"release.slot", "seat.hold", "seat.offer", "release.calendar"} {
		t.Run("freed, killed before "+step, func(t *testing.T) {
			f := newFull(t, 2)
			f.free(f.dying(step))
			f.clock.Pass(fair.HoldTime)
			f.must(f.Sweep(t.Context()))
			f.offeredTo(0)
			if n := f.world.sent(fair.EffectMailSeat); n != 1 {
				t.Errorf("%d mails, want one", n)
			}
		})
	}
	for _, step := range []string{"seat.next", "seat.hold", "seat.offer"} {
		t.Run("declined, killed before "+step, func(t *testing.T) {
			f := newFull(t, 2)
			f.free(f.house)
			f.dispatch()
			if _, err := f.answer(f.dying(step), 0, service.DeclineSeat); err != nil && !errors.Is(err, errKilled) {
				t.Fatal(err)
			}
			f.dispatch()
			f.clock.Pass(fair.HoldTime)
			f.must(f.Sweep(t.Context()))
			f.offeredTo(1)
		})
	}
}

func TestAnAcceptanceOfASeatKilledBetweenAnyTwoStepsIsCompleted(t *testing.T) {
	for _, step := range append([]string{"seat.close"}, bookingSteps...) {
		for _, again := range []bool{true, false} {
			t.Run(fmt.Sprintf("before %s, asked again: %v", step, again), func(t *testing.T) {
				f := newFull(t, 2)
				f.free(f.house)
				f.dispatch()
				if _, err := f.answer(f.dying(step), 0, service.AcceptSeat); !errors.Is(err, errKilled) {
					t.Fatal(err)
				}
				if again {
					b, err := f.answer(f.house, 0, service.AcceptSeat)
					f.must(err)
					f.offeredTo(-1)
					consistent(f.house, f.slot.ID, f.people[0], b.Interview)
					return
				}
				f.clock.Pass(31 * time.Minute)
				f.must(f.Sweep(t.Context()))
				if step != "seat.close" && step != "interview" {
					f.offeredTo(1)
					p, err := f.store.Persons.Get(t.Context(), f.people[0].Account)
					if err != nil || len(p.Busy) != 0 {
						t.Errorf("who did not get it has %+v, %v", p.Busy, err)
					}
					return
				}
				f.offeredTo(-1)
				b, err := f.store.Standbys.Get(t.Context(), f.places[0])
				f.must(err)
				if b.State != fair.StandbyBooked {
					t.Errorf("the standby is %s", b.State)
				}
			})
		}
	}
}

func TestManyOffersAndAnswersAtOnceGiveASeatToOnePerson(t *testing.T) {
	f := newFull(t, 6)
	for round := range 6 {
		if round == 0 {
			f.free(f.house)
		}
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() { _ = f.Sweep(t.Context()) })
			wg.Go(func() { _ = service.NewDispatcher(f.Service).Dispatch(t.Context()) })
		}
		for i := range f.people {
			wg.Go(func() {
				if i == 5 {
					_, _ = f.answer(f.house, i, service.AcceptSeat)
					return
				}
				_, _ = f.answer(f.house, i, service.DeclineSeat)
			})
		}
		wg.Wait()
		f.clock.Pass(fair.HoldTime)
		f.must(f.Sweep(t.Context()))
		f.dispatch()
		holders := 0
		for _, id := range f.places {
			b, err := f.store.Standbys.Get(t.Context(), id)
			f.must(err)
			if b.Offered(f.slot.ID) || b.State == fair.StandbyBooked {
				holders++
			}
		}
		if holders > 1 {
			t.Fatalf("%d people have the one seat", holders)
		}
	}
	slot, err := f.store.Slots.Get(t.Context(), f.slot.ID)
	f.must(err)
	b, err := f.store.Standbys.Get(t.Context(), f.places[5])
	f.must(err)
	if _, err := f.answer(f.house, 5, service.AcceptSeat); err != nil && b.State != fair.StandbyBooked {
		t.Errorf("everybody else declined; the last is told %v, slot %s %+v", err, slot.State, slot.Hold)
	}
}
