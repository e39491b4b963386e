package service

import (
	"context"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// DrawDetail is a draw as everybody may see it: Draw.Seed and the result are
// empty before it is drawn, Draw.Sheet always. Stands are those that have slots
// in it, or had.
type DrawDetail struct {
	Draw   fair.Draw
	Fair   fair.Fair
	Wished int // people who wish
	Slots  int
	Stands []DrawStand
}

// DrawStand is a stand with how many slots it has in a draw, and the half-days
// these fall on.
type DrawStand struct {
	Stand fair.Stand
	Slots int
	Halfs []string
}

// Draws lists the draws of a fair, the latest first.
func (s *Service) Draws(ctx context.Context, a fair.Actor, fairRef string) ([]DrawDetail, error) {
	f, err := s.Fair(ctx, a, fairRef)
	if err != nil {
		return nil, err
	}
	draws, err := s.Stores.Draws.List(ctx, f.ID)
	if err != nil {
		return nil, fmt.Errorf("list the draws of fair %s: %w", f.ID, err)
	}
	details := make([]DrawDetail, len(draws))
	for i, d := range draws {
		if details[i], err = s.drawDetail(ctx, f, d); err != nil {
			return nil, err
		}
	}
	return details, nil
}

// Draw finds a draw. Anybody may look.
func (s *Service) Draw(ctx context.Context, a fair.Actor, id fair.ID) (DrawDetail, error) {
	d, err := s.Stores.Draws.Get(ctx, id)
	if err != nil {
		return DrawDetail{}, err
	}
	f, err := s.Stores.Fairs.Get(ctx, d.Fair)
	if err != nil {
		return DrawDetail{}, fmt.Errorf("read the fair of draw %s: %w", id, err)
	}
	return s.drawDetail(ctx, f, d)
}

// RunningDraw is the draw of a fair that takes wishes or is being made, if there
// is one, without its seed. Anybody may look.
func (s *Service) RunningDraw(ctx context.Context, a fair.Actor, fairID fair.ID) (d fair.Draw, running bool, err error) {
	draws, err := s.Stores.Draws.List(ctx, fairID)
	if err != nil {
		return d, false, fmt.Errorf("list the draws of fair %s: %w", fairID, err)
	}
	for _, d := range draws {
		if d.Running {
			d.Seed = nil
			return d, true, nil
		}
	}
	return d, false, nil
}

// DrawSheet is all that is needed to work a draw out again, once it was drawn.
// Anybody may ask. Errors: Conflict "draw.notdrawn".
func (s *Service) DrawSheet(ctx context.Context, a fair.Actor, id fair.ID) (fair.Draw, error) {
	d, err := s.Stores.Draws.Get(ctx, id)
	if err != nil {
		return d, err
	}
	if d.DrawnAt == nil || d.Sheet == nil {
		return fair.Draw{}, fair.E(fair.Conflict, "draw.notdrawn")
	}
	return d, nil
}

// drawDetail says of a draw what everybody may know.
func (s *Service) drawDetail(ctx context.Context, f fair.Fair, d fair.Draw) (DrawDetail, error) {
	v := DrawDetail{Draw: d, Fair: f, Wished: d.Entered, Slots: d.Slots}
	v.Draw.Sheet, v.Draw.Effects = nil, nil
	if d.DrawnAt == nil {
		v.Draw.Seed = nil
	}
	if d.State != fair.DrawOpen {
		return v, nil
	}
	var err error
	if v.Wished, err = s.Stores.Wishes.Count(ctx, d.ID); err != nil {
		return v, fmt.Errorf("count the wishes of draw %s: %w", d.ID, err)
	}
	slots, err := s.keptSlots(ctx, f, s.now())
	if err != nil {
		return v, err
	}
	v.Slots = len(slots)
	v.Stands, err = s.drawStands(ctx, f, slots)
	return v, err
}

// keptSlots are the slots of a fair that wait for a draw and begin after a time.
func (s *Service) keptSlots(ctx context.Context, f fair.Fair, after time.Time) ([]fair.Slot, error) {
	slots, err := s.Stores.Slots.Unreleased(ctx, f.ID, after)
	if err != nil {
		return nil, fmt.Errorf("list the kept slots of fair %s: %w", f.ID, err)
	}
	return slices.DeleteFunc(slots, func(slot fair.Slot) bool {
		return !slot.Kept || slot.State != fair.SlotFree && slot.State != fair.SlotHeld
	}), nil
}

// drawStands counts slots by stand, the stands by number.
func (s *Service) drawStands(ctx context.Context, f fair.Fair, slots []fair.Slot) ([]DrawStand, error) {
	count, halfs := map[fair.ID]int{}, map[fair.ID][]string{}
	var ids []fair.ID
	for _, slot := range slots {
		if count[slot.Stand] == 0 {
			ids = append(ids, slot.Stand)
		}
		count[slot.Stand]++
		if half := fair.HalfDay(slot.Start, f.Location()); !slices.Contains(halfs[slot.Stand], half) {
			halfs[slot.Stand] = append(halfs[slot.Stand], half)
		}
	}
	if len(ids) == 0 {
		return []DrawStand{}, nil
	}
	found, err := s.Stores.Stands.ByIDs(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read the stands of a draw: %w", err)
	}
	slices.SortFunc(found, func(a, b fair.Stand) int { return a.Number - b.Number })
	stands := make([]DrawStand, len(found))
	for i, st := range found {
		stands[i] = DrawStand{Stand: st, Slots: count[st.ID], Halfs: halfs[st.ID]}
	}
	return stands, nil
}

// OpenDraw opens a draw over the slots that are kept when it closes, and
// publishes the hash of its seed. Only the fair's organisers, where slots are
// released by draw. Errors: Invalid "draw.closes"; Conflict "draw.release",
// "draw.running".
func (s *Service) OpenDraw(ctx context.Context, a fair.Actor, fairRef string, closes time.Time) (DrawDetail, error) {
	f, err := s.Fair(ctx, a, fairRef)
	if err != nil {
		return DrawDetail{}, err
	}
	if err := mayOrganise(a, f.ID); err != nil {
		return DrawDetail{}, err
	}
	if f.Rules().Book.Release != fair.ReleaseDraw {
		return DrawDetail{}, fair.E(fair.Conflict, "draw.release")
	}
	now, closes := s.now(), cut(closes)
	earliest := now.Add(fair.DrawShort)
	if s.Demo && f.Demo {
		earliest = now
	}
	if !closes.After(earliest) || !closes.Before(f.EndsAt) {
		return DrawDetail{}, fair.Refuse("closes_at", "draw.closes")
	}
	seed, hash, err := fair.NewSeed()
	if err != nil {
		return DrawDetail{}, err
	}
	d := fair.Draw{
		ID: fair.NewID(), Fair: f.ID, State: fair.DrawOpen, Running: true, OpenedAt: now, ClosesAt: closes, Seed: seed, Hash: hash,
		Meta: meta(now, time.Time{}, owe(fair.EffectNotify, "", now), oweAudit("draw.opened", a.Account, "", now)),
	}
	err = s.Stores.Draws.Insert(ctx, d)
	if fair.KindOf(err) == fair.Conflict {
		return DrawDetail{}, fair.E(fair.Conflict, "draw.running")
	}
	if err != nil {
		return DrawDetail{}, fmt.Errorf("open a draw of fair %s: %w", f.ID, err)
	}
	s.wake()
	return s.drawDetail(ctx, f, d)
}

// CancelDraw calls a draw off that has not been drawn; everybody who wished is
// told, and its slots stay kept until another draw or until they are released.
// Only the fair's organisers. Errors: Conflict "draw.over".
func (s *Service) CancelDraw(ctx context.Context, a fair.Actor, id fair.ID) (DrawDetail, error) {
	d, err := s.Stores.Draws.Get(ctx, id)
	if err != nil {
		return DrawDetail{}, err
	}
	if err := mayOrganise(a, d.Fair); err != nil {
		return DrawDetail{}, err
	}
	now := s.now()
	_, cancelled, err := s.Stores.Draws.Cancel(ctx, id, owe(fair.EffectNotify, "", now), oweAudit("draw.cancelled", a.Account, "", now))
	if err != nil {
		return DrawDetail{}, fmt.Errorf("cancel draw %s: %w", id, err)
	}
	after, err := s.Draw(ctx, a, id)
	if err == nil && !cancelled && after.Draw.State != fair.DrawCancelled {
		return DrawDetail{}, fair.E(fair.Conflict, "draw.over")
	}
	s.wake()
	return after, err
}

// MyWishes is what the actor wishes for in a fair's latest draw. List is empty
// (no ID) where they do not wish, Draw is nil where there is no draw.
type MyWishes struct {
	Fair   fair.ID
	Draw   *DrawDetail
	List   fair.WishList
	Stands map[fair.ID]fair.Stand // those the list names
}

// Wishes are the actor's own wishes in the latest draw of a fair that was not
// called off.
func (s *Service) Wishes(ctx context.Context, a fair.Actor, fairRef string) (MyWishes, error) {
	if err := signedIn(a); err != nil {
		return MyWishes{}, err
	}
	f, err := s.Fair(ctx, a, fairRef)
	if err != nil {
		return MyWishes{}, err
	}
	draws, err := s.Stores.Draws.List(ctx, f.ID)
	if err != nil {
		return MyWishes{}, fmt.Errorf("list the draws of fair %s: %w", f.ID, err)
	}
	if len(draws) == 0 {
		return MyWishes{Fair: f.ID}, nil
	}
	return s.wishesIn(ctx, a, f, draws[0])
}

func (s *Service) wishesIn(ctx context.Context, a fair.Actor, f fair.Fair, d fair.Draw) (MyWishes, error) {
	detail, err := s.drawDetail(ctx, f, d)
	if err != nil {
		return MyWishes{}, err
	}
	mine := MyWishes{Fair: f.ID, Draw: &detail, Stands: map[fair.ID]fair.Stand{}}
	mine.List, err = s.Stores.Wishes.Get(ctx, fair.WishListID(d.ID, a.Account))
	if notFound(err) {
		mine.List = fair.WishList{}
		return mine, nil
	}
	if err != nil {
		return mine, fmt.Errorf("read wishes in draw %s: %w", d.ID, err)
	}
	ids := make([]fair.ID, len(mine.List.Wishes))
	for i, w := range mine.List.Wishes {
		ids[i] = w.Stand
	}
	stands, err := s.Stores.Stands.ByIDs(ctx, ids)
	for _, st := range stands {
		mine.Stands[st.ID] = st
	}
	return mine, err
}

// WishEdit is what somebody wishes for, complete.
type WishEdit struct {
	Wishes []fair.Wish
	Can    []string
	Rev    int64 // of the wishes it changes; 0 for the first ones
}

// SetWishes keeps what the actor wishes for in a draw that is open. Errors:
// Invalid; Conflict "draw.closed", "draw.full", "edit.stale".
func (s *Service) SetWishes(ctx context.Context, a fair.Actor, draw fair.ID, e WishEdit) (MyWishes, error) {
	d, f, err := s.openFor(ctx, a, draw)
	if err != nil {
		return MyWishes{}, err
	}
	list := fair.WishList{
		ID: fair.WishListID(draw, a.Account), Draw: draw, Fair: d.Fair, Candidate: a.Account, Number: fair.NewNumber(),
		Wishes: e.Wishes, Can: e.Can, Closing: d.ClosesAt,
	}
	if err := s.checkWishes(ctx, a, list); err != nil {
		return MyWishes{}, err
	}
	if e.Rev > 0 {
		list.Rev = e.Rev
		_, err = s.Stores.Wishes.Save(ctx, list)
	} else {
		err = s.firstWishes(ctx, f, list)
	}
	if err != nil {
		return MyWishes{}, err
	}
	return s.wishesIn(ctx, a, f, d)
}

// firstWishes inserts a list. One that is there already is changed by its rev
// alone, so that two tabs do not overwrite each other.
func (s *Service) firstWishes(ctx context.Context, f fair.Fair, list fair.WishList) error {
	n, err := s.Stores.Wishes.Count(ctx, list.Draw)
	if err != nil {
		return fmt.Errorf("count the wishes of draw %s: %w", list.Draw, err)
	}
	if n >= fair.MaxEntries {
		return fair.E(fair.Conflict, "draw.full")
	}
	list.Meta = meta(s.now(), f.KeepAtMost())
	err = s.Stores.Wishes.Insert(ctx, list)
	if fair.KindOf(err) == fair.Conflict {
		return fair.E(fair.Conflict, "edit.stale")
	}
	return err
}

// checkWishes refuses what cannot be wished for.
func (s *Service) checkWishes(ctx context.Context, a fair.Actor, list fair.WishList) error {
	if err := list.Check(); err != nil {
		return err
	}
	ids := make([]fair.ID, len(list.Wishes))
	phone := false
	for i, w := range list.Wishes {
		ids[i] = w.Stand
		phone = phone || w.Channel == fair.Phone
	}
	stands, err := s.Stores.Stands.ByIDs(ctx, ids)
	if err != nil {
		return fmt.Errorf("read the stands somebody wishes for: %w", err)
	}
	if len(stands) != len(ids) || slices.ContainsFunc(stands, func(st fair.Stand) bool { return st.Fair != list.Fair }) {
		return fair.Refuse("wishes", "wish.stand")
	}
	if !phone {
		return nil
	}
	account, err := s.Stores.Accounts.Get(ctx, a.Account)
	if err != nil {
		return fmt.Errorf("read the candidate's account: %w", err)
	}
	if account.Profile.Phone == "" {
		return fair.Refuse("phone", "phone.missing")
	}
	return nil
}

// DropWishes withdraws the actor from a draw that is open; doing it again
// changes nothing. Errors: Conflict "draw.closed".
func (s *Service) DropWishes(ctx context.Context, a fair.Actor, draw fair.ID) (MyWishes, error) {
	d, f, err := s.openFor(ctx, a, draw)
	if err != nil {
		return MyWishes{}, err
	}
	if err := s.Stores.Wishes.Delete(ctx, fair.WishListID(draw, a.Account)); err != nil {
		return MyWishes{}, err
	}
	return s.wishesIn(ctx, a, f, d)
}

// openFor finds a draw in which the actor may change wishes now. The draw is
// made a while after closing (fair.DrawSettle): longer than a write that was
// begun in time may be on its way.
func (s *Service) openFor(ctx context.Context, a fair.Actor, id fair.ID) (fair.Draw, fair.Fair, error) {
	if err := signedIn(a); err != nil {
		return fair.Draw{}, fair.Fair{}, err
	}
	if !a.IsCandidate() {
		return fair.Draw{}, fair.Fair{}, fair.E(fair.Forbidden, "not.candidate")
	}
	d, err := s.Stores.Draws.Get(ctx, id)
	if err != nil {
		return d, fair.Fair{}, err
	}
	if d.State != fair.DrawOpen || !s.now().Before(d.ClosesAt) {
		return d, fair.Fair{}, fair.E(fair.Conflict, "draw.closed")
	}
	f, err := s.Stores.Fairs.Get(ctx, d.Fair)
	return d, f, err
}
