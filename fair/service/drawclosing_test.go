package service_test

import (
	"errors"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

func TestADrawClosesLaterAndEverybodyWhoWishesIsToldOnce(t *testing.T) {
	h := newDraw(t, 1)
	ctx, later := t.Context(), opening.Add(80*time.Minute)
	ada, _ := h.wish(1, 0)
	bob, _ := h.wish(2, 1)
	for name, c := range map[string]struct {
		who    fair.Actor
		closes time.Time
		kind   fair.Kind
		code   string
	}{
		"who wishes":              {ada, later, fair.Forbidden, "not.organiser"},
		"a visitor":               {fair.Actor{}, later, fair.Unauthenticated, "sign.in"},
		"earlier":                 {h.boss, opening.Add(50 * time.Minute), fair.Invalid, "draw.later"},
		"after the fair":          {h.boss, h.fair.EndsAt, fair.Invalid, "draw.later"},
		"not at all, in the past": {h.boss, opening.Add(-time.Hour), fair.Invalid, "draw.later"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := h.ExtendDraw(ctx, c.who, h.draw, c.closes)
			refused(t, err, c.kind, c.code)
		})
	}
	for range 2 { // the second is the first again
		d, err := h.ExtendDraw(ctx, h.boss, h.draw, later)
		h.must(err)
		if !d.Draw.ClosesAt.Equal(later) || d.Draw.Seed != nil {
			t.Errorf("%+v", d.Draw)
		}
	}
	// The process that tells them dies after the first of the two.
	told := 0
	dead := newHouseOn(h.house, func(c *service.Config) {
		c.Step = func(name string) error {
			if name != "draw.closing" {
				return nil
			}
			if told++; told > 1 {
				return errKilled
			}
			return nil
		}
	})
	if err := service.NewDispatcher(dead.Service).Dispatch(ctx); err != nil && !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	h.clock.Pass(3 * time.Minute)
	h.complete()
	if n := h.world.sent(fair.EffectMailClosing); n != 2 {
		t.Errorf("%d mails about the closing, want one for each of 2", n)
	}
	zoe, mine := h.wish(3, 2) // knows it already
	if _, err := h.SetWishes(ctx, ada, h.draw, service.WishEdit{Wishes: mine.List.Wishes, Rev: h.wishRev(ada)}); err != nil {
		t.Errorf("wishes cannot be changed after the first closing was moved: %v", err)
	}
	h.clock.Pass(time.Hour)
	h.must(h.CarryDraws(ctx)) // the first closing is over: nothing happens
	if _, err := h.DrawSheet(ctx, fair.Actor{}, h.draw); !matches(err, fair.E(fair.Conflict, "draw.notdrawn")) {
		t.Errorf("drawn at the closing that was moved: %v", err)
	}
	h.clock.Pass(20*time.Minute + fair.DrawSettle)
	_, err := h.ExtendDraw(ctx, h.boss, h.draw, later.Add(time.Hour))
	refused(t, err, fair.Conflict, "draw.closed")
	h.must(h.CarryDraws(ctx))
	h.sound(ada, bob, zoe)
	if n := h.world.sent(fair.EffectMailClosing); n != 2 {
		t.Errorf("%d mails about the closing in the end", n)
	}
}

// wishRev is the revision of somebody's wishes.
func (h *drawHouse) wishRev(who fair.Actor) int64 {
	h.t.Helper()
	list, err := h.store.Wishes.Get(h.t.Context(), fair.WishListID(h.draw, who.Account))
	h.must(err)
	return list.Rev
}

// Nodes' clocks differ, and a request may be slow: an organiser may still move a
// closing while another node has begun to draw. One of the two holds.
func TestADrawThatIsExtendedAsItIsMadeWaitsForItsNewClosing(t *testing.T) {
	h := newDraw(t, 1)
	who, _ := h.wish(1, 0)
	slow := newHouseOn(h.house, func(c *service.Config) { c.Clock = func() time.Time { return opening.Add(59 * time.Minute) } })
	drawing := newHouseOn(h.house, func(c *service.Config) {
		c.Step = func(name string) error {
			if name != "draw.fix" {
				return nil
			}
			_, err := slow.ExtendDraw(t.Context(), h.boss, h.draw, opening.Add(80*time.Minute))
			return err
		}
	})
	h.close()
	h.must(drawing.CarryDraws(t.Context()))
	d, err := h.Draw(t.Context(), who, h.draw)
	h.must(err)
	mine, err := h.Wishes(t.Context(), who, h.fair.Slug)
	h.must(err)
	if d.Draw.State != fair.DrawOpen || d.Draw.Seed != nil || mine.List.Told {
		t.Errorf("the draw is %s, somebody was told: %v", d.Draw.State, mine.List.Told)
	}
	h.clock.Pass(20 * time.Minute)
	h.must(h.CarryDraws(t.Context()))
	h.sound(who)
}
