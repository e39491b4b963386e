package service_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// drawHouse is a house with a draw open for an hour over slots of three stands,
// and who recruits at them.
type drawHouse struct {
	*house
	draw   fair.ID
	stands []fair.ID
}

// newDraw keeps so many slots at each of three stands, an hour after closing,
// each half an hour long and all at the same times.
func newDraw(t *testing.T, slots int) *drawHouse {
	h := &drawHouse{house: newHouse(t)}
	h.fill(slots)
	return h
}

// fill is what newDraw does in a house that is there.
func (h *drawHouse) fill(slots int) {
	h.t.Helper()
	h.govern(func(r *fair.Rules) { r.Book.Release = fair.ReleaseDraw })
	for n := range 3 {
		recruiter := h.demo(fair.Recruiter, n+1)
		h.stands = append(h.stands, recruiter.Roles[0].Stand)
		_, _, err := h.OpenSlots(h.t.Context(), recruiter, h.stands[n], fair.SlotPlan{
			Start: opening.Add(2 * time.Hour), Duration: 30 * time.Minute, Count: slots, Channels: []fair.Channel{fair.Video, fair.Phone},
		})
		h.must(err)
	}
	opened, err := h.OpenDraw(h.t.Context(), h.boss, h.fair.Slug, opening.Add(time.Hour))
	h.must(err)
	h.draw = opened.Draw.ID
}

// wish has a demo candidate wish for stands by video.
func (h *drawHouse) wish(n int, stands ...int) (fair.Actor, service.MyWishes) {
	h.t.Helper()
	who := h.demo(fair.Candidate, n)
	e := service.WishEdit{}
	for _, st := range stands {
		e.Wishes = append(e.Wishes, fair.Wish{Stand: h.stands[st], Channel: fair.Video})
	}
	mine, err := h.SetWishes(h.t.Context(), who, h.draw, e)
	h.must(err)
	return who, mine
}

// close lets the time of the draw come.
func (h *drawHouse) close() { h.clock.Pass(time.Hour + fair.DrawSettle) }

// seats is how many appointments somebody has.
func (h *drawHouse) seats(who fair.Actor) int {
	h.t.Helper()
	list, err := h.MyInterviews(h.t.Context(), who, time.Time{}, time.Time{})
	h.must(err)
	return len(list)
}

// sound checks that the draw is done and holds: the result is what the seed
// gives, each place is a booking, everybody was told, the rest is free.
func (h *drawHouse) sound(people ...fair.Actor) fair.Draw {
	h.t.Helper()
	d, err := h.DrawSheet(h.t.Context(), fair.Actor{}, h.draw)
	h.must(err)
	if d.State != fair.DrawDone || d.Running || !d.Told {
		h.t.Errorf("the draw is %s, running %v, told %v", d.State, d.Running, d.Told)
	}
	h.must(fair.VerifyDraw(d.Hash, d.Seed, *d.Sheet, d.Given))
	seats := 0
	for _, who := range people {
		seats += h.seats(who)
		mine, err := h.Wishes(h.t.Context(), who, h.fair.Slug)
		h.must(err)
		given := 0
		for _, r := range mine.List.Results {
			if r.State == fair.WishGiven {
				given++
			}
		}
		if !mine.List.Told || given != h.seats(who) {
			h.t.Errorf("told %v of %d places, has %d", mine.List.Told, given, h.seats(who))
		}
	}
	if seats != len(d.Given) {
		h.t.Errorf("%d places are given and %d booked", len(d.Given), seats)
	}
	if left, err := h.store.Slots.Unreleased(h.t.Context(), h.fair.ID, h.clock.Now()); err != nil || len(left) != 0 {
		h.t.Errorf("%d slots stay kept (%v)", len(left), err)
	}
	if n := len(h.free()); n != len(d.Sheet.Slots)-len(d.Given) {
		h.t.Errorf("%d of %d slots are free, %d were given", n, len(d.Sheet.Slots), len(d.Given))
	}
	h.dispatch()
	if n := h.world.sent(fair.EffectMailDraw); n != len(people) {
		h.t.Errorf("%d were told by mail, want %d", n, len(people))
	}
	if n := h.world.sent(fair.EffectMailBooked); n != 2*len(d.Given) {
		h.t.Errorf("%d invitations for %d places", n, len(d.Given))
	}
	return d
}

func TestADrawGivesItsSlotsOutAndTellsEverybody(t *testing.T) {
	h := newDraw(t, 2)
	var people []fair.Actor
	for n := range 5 {
		who, mine := h.wish(n+1, 0, 1)
		people = append(people, who)
		if len(mine.List.Number) != 12 || mine.List.Told {
			t.Errorf("%+v", mine.List)
		}
	}
	before, err := h.Draw(t.Context(), fair.Actor{}, h.draw)
	h.must(err)
	if before.Draw.Seed != nil || before.Wished != 5 || before.Slots != 6 || len(before.Stands) != 3 || before.Stands[0].Slots != 2 {
		t.Errorf("before: %+v", before)
	}
	if _, err := h.DrawSheet(t.Context(), fair.Actor{}, h.draw); !matches(err, fair.E(fair.Conflict, "draw.notdrawn")) {
		t.Errorf("the sheet before the draw: %v", err)
	}
	h.must(h.CarryDraws(t.Context())) // too early: nothing happens
	h.close()
	h.must(h.CarryDraws(t.Context()))
	d := h.sound(people...)
	if len(d.Given) != 4 || d.Entered != 5 || d.Slots != 6 {
		t.Errorf("%d given, %d entered, %d slots", len(d.Given), d.Entered, d.Slots)
	}
	h.must(h.CarryDraws(t.Context()))
	h.sound(people...)
	if before.Draw.Hash != d.Hash {
		t.Error("another seed was drawn with than the one announced")
	}
}

func TestAnEmptyDrawFreesItsSlots(t *testing.T) {
	h := newDraw(t, 2)
	h.close()
	h.must(h.CarryDraws(t.Context()))
	if d := h.sound(); len(d.Given) != 0 {
		t.Errorf("%+v", d.Given)
	}
}

func TestADrawKeepsToCalendarsAndCaps(t *testing.T) {
	h := newDraw(t, 1) // one slot at each stand, all at the same time
	busy := h.demo(fair.Candidate, 1)
	h.must(h.ReleaseNowFor(0, busy))
	_, mine := h.wish(1, 1)
	other, _ := h.wish(2, 1, 2)
	h.close()
	h.must(h.CarryDraws(t.Context()))
	d, err := h.DrawSheet(t.Context(), fair.Actor{}, h.draw)
	h.must(err)
	if len(d.Given) != 1 || h.seats(busy) != 1 || h.seats(other) != 1 {
		t.Errorf("%+v", d.Given)
	}
	for _, e := range d.Sheet.Entries {
		if e.Number == mine.List.Number && (len(e.Not) != 1 || e.Seats != 9) {
			t.Errorf("%+v", e)
		}
	}
}

// ReleaseNowFor books the first slot of a stand for somebody, beside the draw.
func (h *drawHouse) ReleaseNowFor(stand int, who fair.Actor) error {
	slots, err := h.store.Slots.Unreleased(h.t.Context(), h.fair.ID, h.clock.Now())
	h.must(err)
	for _, s := range slots {
		if s.Stand == h.stands[stand] {
			if _, err := h.store.Slots.SetRelease(h.t.Context(), s.ID, nil, false); err != nil {
				return err
			}
			_, err := h.book(who, s.ID, "beside")
			return err
		}
	}
	return errors.New("no slot")
}

func TestWishesAreChangedWithdrawnAndClosed(t *testing.T) {
	h := newDraw(t, 1)
	who, mine := h.wish(1, 0)
	list := func(stands ...int) (wishes []fair.Wish) {
		for _, st := range stands {
			wishes = append(wishes, fair.Wish{Stand: h.stands[st], Channel: fair.Phone})
		}
		return wishes
	}
	again, err := h.SetWishes(t.Context(), who, h.draw, service.WishEdit{Wishes: list(2, 1), Can: []string{"2021-01-20/am"}, Rev: mine.List.Rev})
	h.must(err)
	if again.List.Number != mine.List.Number || again.List.Wishes[0].Stand != h.stands[2] || len(again.Stands) != 2 {
		t.Errorf("%+v", again.List)
	}
	for name, c := range map[string]struct {
		who  fair.Actor
		e    service.WishEdit
		kind fair.Kind
		code string
	}{
		"a stale edit":        {who, service.WishEdit{Wishes: list(0), Rev: mine.List.Rev}, fair.Conflict, "edit.stale"},
		"a second first list": {who, service.WishEdit{Wishes: list(0)}, fair.Conflict, "edit.stale"},
		"a stand of nowhere":  {who, service.WishEdit{Wishes: []fair.Wish{{Stand: fair.NewID(), Channel: fair.Video}}}, fair.Invalid, "wish.stand"},
		"nothing":             {who, service.WishEdit{}, fair.Invalid, "wish.count"},
		"a recruiter":         {h.demo(fair.Recruiter, 1), service.WishEdit{Wishes: list(0)}, fair.Forbidden, "not.candidate"},
		"a visitor":           {fair.Actor{}, service.WishEdit{Wishes: list(0)}, fair.Unauthenticated, "sign.in"},
		"by phone without a number": {h.person("phoneless@example.org"), service.WishEdit{Wishes: list(0)},
			fair.Invalid, "phone.missing"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := h.SetWishes(t.Context(), c.who, h.draw, c.e)
			refused(t, err, c.kind, c.code)
		})
	}
	for range 2 {
		gone, err := h.DropWishes(t.Context(), who, h.draw)
		h.must(err)
		if gone.List.ID != "" || gone.Draw.Wished != 0 {
			t.Errorf("%+v", gone)
		}
	}
	other, mine := h.wish(2, 0)
	h.clock.Pass(time.Hour)
	_, err = h.SetWishes(t.Context(), other, h.draw, service.WishEdit{Wishes: list(1), Rev: mine.List.Rev})
	refused(t, err, fair.Conflict, "draw.closed")
	_, err = h.DropWishes(t.Context(), other, h.draw)
	refused(t, err, fair.Conflict, "draw.closed")
	h.clock.Pass(fair.DrawSettle)
	h.must(h.CarryDraws(t.Context()))
	h.sound(other)
}

func TestAnOrganiserOpensOneDrawAndMayCancelIt(t *testing.T) {
	h := newDraw(t, 1)
	who, _ := h.wish(1, 0)
	_, err := h.OpenDraw(t.Context(), h.boss, h.fair.Slug, opening.Add(time.Hour))
	refused(t, err, fair.Conflict, "draw.running")
	_, err = h.OpenDraw(t.Context(), who, h.fair.Slug, opening.Add(time.Hour))
	refused(t, err, fair.Forbidden, "not.organiser")
	refused(t, h.ReleaseNow(t.Context(), h.boss, h.fair.Slug), fair.Conflict, "draw.running")
	_, err = h.CancelDraw(t.Context(), who, h.draw)
	refused(t, err, fair.Forbidden, "not.organiser")
	for range 2 {
		off, err := h.CancelDraw(t.Context(), h.boss, h.draw)
		h.must(err)
		if off.Draw.State != fair.DrawCancelled || off.Draw.Running {
			t.Errorf("%+v", off.Draw)
		}
	}
	h.close()
	h.must(h.CarryDraws(t.Context()))
	h.dispatch()
	mine, err := h.Wishes(t.Context(), who, h.fair.Slug)
	h.must(err)
	if h.world.sent(fair.EffectMailDraw) != 1 || mine.List.Results[0].State != fair.WishCancelled || h.seats(who) != 0 {
		t.Errorf("%d told, %+v", h.world.sent(fair.EffectMailDraw), mine.List)
	}
	if n := len(h.free()); n != 0 {
		t.Errorf("%d slots are free after a draw that was called off", n)
	}
	_, err = h.OpenDraw(t.Context(), h.boss, h.fair.Slug, h.clock.Now().Add(-time.Minute))
	refused(t, err, fair.Invalid, "draw.closes")
	h.govern(func(r *fair.Rules) { r.Book.Release = fair.ReleaseNow })
	_, err = h.OpenDraw(t.Context(), h.boss, h.fair.Slug, h.clock.Now().Add(time.Hour))
	refused(t, err, fair.Conflict, "draw.release")
	if n := len(h.free()); n != 3 {
		t.Errorf("%d of 3 are free once slots are released at once", n)
	}
}

func TestAPlaceThatCanNoLongerBeIsLostAndSaid(t *testing.T) {
	h := newDraw(t, 1)
	who, _ := h.wish(1, 0)
	stopped := newHouseOn(h.house, func(c *service.Config) { c.Step = stopAt("hold") })
	h.close()
	if err := stopped.CarryDraws(t.Context()); !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	d, err := h.DrawSheet(t.Context(), fair.Actor{}, h.draw)
	h.must(err)
	h.must(h.WithdrawSlot(t.Context(), h.demo(fair.Recruiter, 1), d.Given[0].Slot))
	h.must(h.CarryDraws(t.Context()))
	mine, err := h.Wishes(t.Context(), who, h.fair.Slug)
	h.must(err)
	if mine.List.Results[0].State != fair.WishLost || h.seats(who) != 0 {
		t.Errorf("%+v", mine.List)
	}
}

// stopAt kills at the first time a step is reached.
func stopAt(step string) func(string) error {
	return func(name string) error {
		if name == step {
			return errKilled
		}
		return nil
	}
}

// drawSteps are the names of the steps that carrying out a draw announces.
var drawSteps = slices.Concat([]string{"draw.sheet", "draw.fix"}, bookingSteps, []string{"draw.tell", "release", "draw.done"})

func TestADrawKilledBetweenAnyTwoStepsIsCompletedByAnotherNode(t *testing.T) {
	for _, step := range drawSteps {
		for _, wait := range []time.Duration{0, fair.HoldTime + time.Second} {
			t.Run(fmt.Sprintf("before %s, again after %s", step, wait), func(t *testing.T) {
				h := newDraw(t, 2)
				var people []fair.Actor
				for n := range 4 {
					who, _ := h.wish(n+1, n%3, (n+1)%3)
					people = append(people, who)
				}
				h.close()
				dying := newHouseOn(h.house, func(c *service.Config) { c.Step = stopAt(step) })
				if err := dying.CarryDraws(t.Context()); !errors.Is(err, errKilled) {
					t.Fatalf("killed before %s: %v", step, err)
				}
				h.clock.Pass(wait)
				h.must(h.CarryDraws(t.Context()))
				h.sound(people...)
			})
		}
	}
}

func TestTwoNodesDrawingAtOnceGiveEveryPlaceOnce(t *testing.T) {
	h := newDraw(t, 4)
	var people []fair.Actor
	for n := range 30 {
		who, _ := h.wish(n+1, n%3, (n+1)%3, (n+2)%3)
		people = append(people, who)
	}
	h.close()
	other := newHouseOn(h.house, func(*service.Config) {})
	var wg sync.WaitGroup
	for _, node := range []*house{h.house, other, h.house, other} {
		wg.Go(func() {
			if err := node.CarryDraws(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	h.must(h.CarryDraws(t.Context()))
	if d := h.sound(people...); len(d.Given) != 12 {
		t.Errorf("%d places of 12 are given", len(d.Given))
	}
}

// A node that has drawn, and stops before it writes its result, finds later that
// another one was first: that one's result stands, though the wishes it saw were
// others.
func TestTheFirstResultStands(t *testing.T) {
	h := newDraw(t, 1)
	var people []fair.Actor
	for n := range 12 {
		who, _ := h.wish(n+1, 0)
		people = append(people, who)
	}
	late, _ := h.wish(13, 0)
	h.must(h.store.Wishes.Delete(t.Context(), fair.WishListID(h.draw, late.Account)))
	h.close()
	slow := newHouseOn(h.house, func(c *service.Config) {
		first := true
		c.Step = func(name string) error {
			if name != "draw.fix" || !first {
				return nil
			}
			first = false
			h.must(h.store.Wishes.Insert(t.Context(), fair.WishList{
				ID: fair.WishListID(h.draw, late.Account), Draw: h.draw, Fair: h.fair.ID, Candidate: late.Account, Number: fair.NewNumber(),
				Wishes: []fair.Wish{{Stand: h.stands[0], Channel: fair.Video}}, Meta: fair.Meta{Rev: 1, UpdatedAt: h.clock.Now()},
			}))
			return h.CarryDraws(t.Context())
		}
	})
	h.must(slow.CarryDraws(t.Context()))
	if d := h.sound(append(people, late)...); d.Entered != 13 {
		t.Errorf("the result is of %d people", d.Entered)
	}
}

func TestMorePeopleThanSlotsAllAreToldAndTheCalendarHolds(t *testing.T) {
	h := newDraw(t, 3)
	var people []fair.Actor
	for n := range 40 {
		who, _ := h.wish(n+1, 0, 1, 2)
		people = append(people, who)
	}
	h.close()
	h.must(h.CarryDraws(t.Context()))
	d := h.sound(people...)
	if len(d.Given) != 9 {
		t.Errorf("%d of 9 places", len(d.Given))
	}
	winners := map[string]bool{}
	for _, g := range d.Given {
		winners[g.Number] = true
	}
	if len(winners) != 9 {
		t.Errorf("9 places go to %d people, though 40 wish and one suffices each", len(winners))
	}
}
