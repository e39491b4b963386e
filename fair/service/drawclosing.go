package service

import (
	"context"
	"fmt"
	"time"

	"salon/fair"
)

// ExtendDraw has a draw that still takes wishes close later; everybody who
// wishes is told, once for each closing. Doing it again changes nothing. Only
// the fair's organisers. Errors: Invalid "draw.later"; Conflict "draw.closed".
func (s *Service) ExtendDraw(ctx context.Context, a fair.Actor, id fair.ID, closes time.Time) (DrawDetail, error) {
	d, err := s.Stores.Draws.Get(ctx, id)
	if err != nil {
		return DrawDetail{}, err
	}
	if err := mayOrganise(a, d.Fair); err != nil {
		return DrawDetail{}, err
	}
	f, err := s.Stores.Fairs.Get(ctx, d.Fair)
	if err != nil {
		return DrawDetail{}, fmt.Errorf("read the fair of draw %s: %w", id, err)
	}
	closes = cut(closes)
	if closes.Before(d.ClosesAt) || !closes.Before(f.EndsAt) {
		return DrawDetail{}, fair.Refuse("closes_at", "draw.later")
	}
	now := s.now()
	after, extended, err := s.Stores.Draws.Extend(ctx, id, now, closes,
		owe(fair.EffectClosing, "", now), owe(fair.EffectNotify, "", now), oweAudit("draw.extended", a.Account, "", now))
	if err != nil {
		return DrawDetail{}, fmt.Errorf("extend draw %s: %w", id, err)
	}
	if !extended {
		if after, err = s.Stores.Draws.Get(ctx, id); err != nil {
			return DrawDetail{}, err
		}
		switch {
		case after.State != fair.DrawOpen || !now.Before(after.ClosesAt):
			return DrawDetail{}, fair.E(fair.Conflict, "draw.closed")
		case !after.ClosesAt.Equal(closes): // a colleague has just chosen a later one
			return DrawDetail{}, fair.Refuse("closes_at", "draw.later")
		}
	}
	s.wake()
	return s.drawDetail(ctx, f, after)
}

// tellClosing owes a mail to everybody who wishes in a draw and does not know
// when it closes now. Doing it again tells only those who were left.
func (s *Service) tellClosing(ctx context.Context, d fair.Draw) error {
	for d.State == fair.DrawOpen {
		lists, err := s.Stores.Wishes.Uninformed(ctx, d.ID, d.ClosesAt, drawBatch)
		if err != nil || len(lists) == 0 {
			return err
		}
		for _, list := range lists {
			if err := s.step("draw.closing"); err != nil {
				return err
			}
			if err := s.Stores.Wishes.Inform(ctx, list.ID, d.ClosesAt, owe(fair.EffectMailClosing, list.Candidate, s.now())); err != nil {
				return fmt.Errorf("tell of the closing of draw %s: %w", d.ID, err)
			}
		}
		s.wake()
	}
	return nil
}
