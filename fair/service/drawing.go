package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"salon/fair"
)

// The measures of carrying a draw out.
const (
	drawBatch    = 100              // people read at once
	toldTogether = 8                // people whose places are booked at the same time
	drawLead     = 30 * time.Minute // slots that begin sooner after closing are not drawn: nobody would know in time
	drawPatience = 2 * fair.HoldTime
)

// CarryDraws carries out every draw for which something is to be done. Any node
// may, at any moment, several at once, and stop anywhere: of a draw
//
//  1. the sheet is written and the result with it, once, in one update, a while
//     after closing; who draws again draws the same;
//  2. the places of each person are booked, like any booking, with keys that
//     follow from the draw;
//  3. that person is told what became of each wish, once;
//  4. when everybody was told, what was not given is released;
//  5. the draw is done.
//
// Each step recognises itself, so that another node completes what one began.
func (s *Service) CarryDraws(ctx context.Context) error {
	due, err := s.Stores.Draws.Due(ctx, s.now().Add(-fair.DrawSettle), sweepBatch)
	if err != nil {
		return fmt.Errorf("list the draws that are due: %w", err)
	}
	return each(due, func(d fair.Draw) error { return about(s.carryDraw(ctx, d), "carry out draw %s", d.ID) })
}

func (s *Service) carryDraw(ctx context.Context, d fair.Draw) error {
	f, err := s.Stores.Fairs.Get(ctx, d.Fair)
	if err != nil {
		return err
	}
	if d.State == fair.DrawOpen {
		if d, err = s.draw(ctx, f, d); err != nil || d.State == fair.DrawOpen { // it was extended at the last moment
			return err
		}
	}
	if d.State == fair.DrawDrawn && d.Sheet == nil { // read from a list
		if d, err = s.Stores.Draws.Get(ctx, d.ID); err != nil {
			return err
		}
	}
	waiting, err := s.tellEverybody(ctx, d)
	if err != nil || waiting {
		return err
	}
	to := d.State
	if d.State == fair.DrawDrawn {
		to = fair.DrawDone
		if err := s.releaseRest(ctx, *d.Sheet); err != nil {
			return err
		}
	}
	if err := s.step("draw.done"); err != nil {
		return err
	}
	err = s.Stores.Draws.Over(ctx, d.ID, to, owe(fair.EffectNotify, "", s.now()))
	s.wake()
	return err
}

// draw writes the sheet of a closed draw and what it gives.
func (s *Service) draw(ctx context.Context, f fair.Fair, d fair.Draw) (fair.Draw, error) {
	if err := s.step("draw.sheet"); err != nil {
		return d, err
	}
	sheet, err := s.sheet(ctx, f, d)
	if err != nil {
		return d, err
	}
	now := s.now()
	d.DrawnAt, d.Sheet, d.Given = &now, &sheet, fair.RunDraw(d.Seed, sheet)
	d.Entered, d.Slots, d.Places = len(sheet.Entries), len(sheet.Slots), len(d.Given)
	if err := s.step("draw.fix"); err != nil {
		return d, err
	}
	after, first, err := s.Stores.Draws.Drawn(ctx, d, owe(fair.EffectNotify, "", now))
	if err != nil {
		return d, fmt.Errorf("fix the result: %w", err)
	}
	if !first { // another node's counts, or it was cancelled or extended at the last moment
		return s.Stores.Draws.Get(ctx, d.ID)
	}
	s.wake()
	return after, nil
}

// sheet gathers all a draw is drawn from: the slots that are kept, and for each
// person the wishes and what their calendar rules out.
func (s *Service) sheet(ctx context.Context, f fair.Fair, d fair.Draw) (sheet fair.Sheet, err error) {
	slots, err := s.keptSlots(ctx, f, s.now().Add(drawLead))
	if err != nil {
		return sheet, err
	}
	at := map[fair.ID][]fair.Slot{}
	for _, slot := range slots {
		at[slot.Stand] = append(at[slot.Stand], slot)
		sheet.Slots = append(sheet.Slots, fair.SheetSlot{
			ID: slot.ID, Stand: slot.Stand, Start: slot.Start, End: slot.End, Channels: slot.Channels,
			Half: fair.HalfDay(slot.Start, f.Location()),
		})
	}
	for after := fair.ID(""); ; {
		lists, err := s.Stores.Wishes.Of(ctx, d.ID, after, drawBatch)
		if err != nil {
			return sheet, fmt.Errorf("list the wishes: %w", err)
		}
		entries := make([]fair.SheetEntry, len(lists))
		group, groupCtx := errgroup.WithContext(ctx)
		group.SetLimit(toldTogether)
		for i, list := range lists {
			group.Go(func() (err error) { entries[i], err = s.entry(groupCtx, f, list, at); return err })
		}
		if err := group.Wait(); err != nil {
			return sheet, err
		}
		sheet.Entries = append(sheet.Entries, entries...)
		if len(lists) < drawBatch {
			return sheet, nil
		}
		after = lists[len(lists)-1].ID
	}
}

// entry is one person on the sheet.
func (s *Service) entry(ctx context.Context, f fair.Fair, list fair.WishList, at map[fair.ID][]fair.Slot) (fair.SheetEntry, error) {
	e := fair.SheetEntry{Number: list.Number, Wishes: list.Wishes, Can: list.Can}
	p, err := s.Stores.Persons.Get(ctx, list.Candidate)
	if notFound(err) {
		return e, nil // without seats: the account is gone
	}
	if err != nil {
		return e, fmt.Errorf("read the calendar of somebody who wishes: %w", err)
	}
	caps := f.Rules().Book
	e.Seats = max(0, caps.CapFair-len(p.Seats[f.ID]))
	for _, w := range list.Wishes {
		full := len(p.Seats[w.Stand]) >= caps.CapStand
		for _, slot := range at[w.Stand] {
			if full || slot.Recruiter == list.Candidate ||
				slices.ContainsFunc(p.Busy, func(b fair.Busy) bool { return b.Overlaps(slot.Start, slot.End) }) {
				e.Not = append(e.Not, slot.ID)
			}
		}
	}
	return e, nil
}

// tellEverybody books what everybody was given and tells them. waiting means
// that somebody's turn has to come again.
func (s *Service) tellEverybody(ctx context.Context, d fair.Draw) (waiting bool, err error) {
	given := map[string][]fair.Given{}
	for _, g := range d.Given {
		given[g.Number] = append(given[g.Number], g)
	}
	for {
		lists, err := s.Stores.Wishes.Untold(ctx, d.ID, drawBatch)
		if err != nil || len(lists) == 0 {
			return false, err
		}
		failed := make([]error, len(lists))
		var group errgroup.Group
		group.SetLimit(toldTogether)
		for i, list := range lists {
			group.Go(func() error { failed[i] = s.tellWishes(ctx, d, list, given[list.Number]); return nil })
		}
		_ = group.Wait() // each error is kept at its place
		s.wake()
		if err := errors.Join(failed...); err != nil {
			if slices.ContainsFunc(failed, func(err error) bool { return err != nil && !errors.Is(err, errLater) }) {
				return false, err
			}
			return true, nil
		}
	}
}

// errLater says that a place cannot be booked yet, though perhaps soon.
var errLater = errors.New("the place is looked at again")

// tellWishes books one person's places and writes what became of each wish.
func (s *Service) tellWishes(ctx context.Context, d fair.Draw, list fair.WishList, given []fair.Given) error {
	results := make([]fair.WishResult, len(list.Wishes))
	for i, w := range list.Wishes {
		results[i] = fair.WishResult{Stand: w.Stand, State: fair.WishFull}
		if d.State == fair.DrawCancelled {
			results[i].State = fair.WishCancelled
		}
	}
	for _, g := range given {
		if g.Wish > len(results) {
			continue
		}
		booked, err := s.bookGiven(ctx, d, list, g)
		if err != nil {
			return err
		}
		results[g.Wish-1].State = fair.WishLost
		if booked.ID != "" {
			results[g.Wish-1] = fair.WishResult{Stand: booked.Stand, State: fair.WishGiven, Interview: booked.ID, Start: booked.StartsAt}
		}
	}
	if err := s.step("draw.tell"); err != nil {
		return err
	}
	now := s.now()
	_, err := s.Stores.Wishes.Tell(ctx, list.ID, results,
		owe(fair.EffectMailDraw, list.Candidate, now), owe(fair.EffectNotify, list.Candidate, now))
	return err
}

// bookGiven books one place of a result for who has won it. No interview means
// that it cannot be: the slot was withdrawn since, or the person has promised
// that time elsewhere.
func (s *Service) bookGiven(ctx context.Context, d fair.Draw, list fair.WishList, g fair.Given) (fair.Interview, error) {
	account, err := s.Stores.Accounts.Get(ctx, list.Candidate)
	if notFound(err) {
		return fair.Interview{}, nil
	}
	if err != nil {
		return fair.Interview{}, fmt.Errorf("read the account of somebody drawn: %w", err)
	}
	actor := fair.Actor{Account: account.ID, Name: account.Name, Locale: account.Locale, Roles: account.Roles}
	r := BookRequest{Channel: list.Wishes[g.Wish-1].Channel, Key: "draw-" + string(d.ID), draw: d.ID}
	booked, err := s.Book(ctx, actor, g.Slot, r)
	switch {
	case err == nil:
		return booked.Interview, nil
	case errors.Is(err, fair.E(fair.Conflict, "booking.cancelled")): // they had it, and gave it back
		_, interview := fair.BookingIDs(g.Slot, account.ID, r.Key)
		return s.Stores.Interviews.Get(ctx, interview)
	case errors.Is(err, fair.E(fair.Conflict, "booking.overlap")) && s.now().Before(d.DrawnAt.Add(drawPatience)):
		return fair.Interview{}, errLater // perhaps the trace of a booking nobody completes
	}
	switch fair.KindOf(err) {
	case fair.Conflict, fair.Invalid, fair.Forbidden, fair.NotFound, fair.Gone:
		return fair.Interview{}, nil
	}
	return fair.Interview{}, err
}

// releaseRest makes what a draw has not given bookable.
func (s *Service) releaseRest(ctx context.Context, sheet fair.Sheet) error {
	slots := make([]fair.Slot, len(sheet.Slots))
	for i, slot := range sheet.Slots {
		slots[i].ID = slot.ID
	}
	return s.eachSlot(ctx, slots, func(ctx context.Context, slot fair.Slot) error {
		return s.setRelease(ctx, slot.ID, nil, false)
	})
}

// deliverDraw pays what a draw owes.
func (s *Service) deliverDraw(ctx context.Context, id fair.ID, e fair.Effect) error {
	d, err := s.Stores.Draws.Get(ctx, id)
	if err != nil {
		return err
	}
	if e.Kind == fair.EffectAudit {
		return s.record(ctx, e, id, d.Fair)
	}
	if e.Kind == fair.EffectClosing {
		return s.tellClosing(ctx, d)
	}
	return s.Notifier.DrawChanged(ctx, d)
}

// deliverWishes pays what is owed to somebody who wished.
func (s *Service) deliverWishes(ctx context.Context, id fair.ID, e fair.Effect) error {
	list, err := s.Stores.Wishes.Get(ctx, id)
	if err != nil {
		return err
	}
	if !e.Kind.Mail() {
		return s.Notifier.WishesTold(ctx, list)
	}
	account, err := s.Stores.Accounts.Get(ctx, list.Candidate)
	if err != nil {
		return err
	}
	d, err := s.Stores.Draws.Get(ctx, list.Draw)
	if err != nil {
		return err
	}
	f, err := s.Stores.Fairs.Get(ctx, list.Fair)
	if err != nil {
		return err
	}
	if e.Kind == fair.EffectMailClosing && d.State != fair.DrawOpen {
		return nil // it closed or was called off meanwhile, and a mail says what became of the wishes
	}
	in := DrawMail{Kind: e.Kind, Fair: f, Draw: d, Number: list.Number}
	for _, r := range list.Results {
		st, err := s.Stores.Stands.Get(ctx, r.Stand)
		if err != nil && !notFound(err) {
			return err
		}
		in.Wishes = append(in.Wishes, WishOutcome{Stand: st, WishResult: r})
	}
	m, err := s.Composer.Draw(account, in)
	if err != nil {
		return fmt.Errorf("write the mail about draw %s: %w", d.ID, err)
	}
	return s.post(ctx, m, e, account.Email, account.ID, s.now().Add(keepMail))
}
