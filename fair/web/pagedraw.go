package web

import (
	"context"
	"encoding/hex"
	"net/http"
	"time"

	"salon/fair"
	"salon/frontend"
)

// drawPage explains a draw and shows its result, to anybody.
func (s *Server) drawPage(ctx context.Context, k *call) error {
	f, err := s.openFair(ctx, k)
	if err != nil {
		return err
	}
	id := fair.ID(k.fiber.Params("draw"))
	if !id.Valid() {
		return fair.E(fair.NotFound, "draw.unknown")
	}
	d, err := s.Service.Draw(ctx, k.Actor, id)
	if err != nil {
		return err
	}
	if d.Fair.ID != f.ID {
		return fair.E(fair.NotFound, "draw.unknown")
	}
	texts := s.Frontend.Locale(string(k.lang))
	view := &frontend.DrawPage{
		Page: s.frame(k, texts.T("draw.title"), "fairs", f.Slug, "draws", string(id)),
		ID:   string(id), State: string(d.Draw.State), Closes: d.Draw.ClosesAt.In(f.Location()),
		Wished: d.Wished, Slots: d.Slots, Given: d.Draw.Places, Hash: d.Draw.Hash, Seed: hex.EncodeToString(d.Draw.Seed),
	}
	view.Head.Description = texts.T("draw.rule1")
	if view.State == string(fair.DrawOpen) && !s.Clock().Before(d.Draw.ClosesAt) || view.State == string(fair.DrawDrawn) {
		view.State = "closed"
	}
	if d.Draw.DrawnAt != nil {
		view.Drawn = d.Draw.DrawnAt.In(f.Location())
		if view.Places, err = s.drawPlaces(ctx, k, f, id); err != nil {
			return err
		}
	}
	return s.show(k, http.StatusOK, view)
}

// drawPlaces is the result of a draw in words, by lottery number.
func (s *Server) drawPlaces(ctx context.Context, k *call, f fair.Fair, id fair.ID) ([]frontend.DrawPlace, error) {
	sheet, err := s.Service.DrawSheet(ctx, k.Actor, id)
	if err != nil {
		return nil, err
	}
	stands, err := s.fairStands(ctx, k, f)
	if err != nil {
		return nil, err
	}
	names := map[fair.ID]string{}
	for _, st := range stands {
		names[st.ID] = st.Name
	}
	slots := map[fair.ID]fair.SheetSlot{}
	for _, slot := range sheet.Sheet.Slots {
		slots[slot.ID] = slot
	}
	given := sheet.Given[:min(len(sheet.Given), frontend.PlacesShown)]
	return mapped(given, func(g fair.Given) frontend.DrawPlace {
		slot := slots[g.Slot]
		return frontend.DrawPlace{
			Number: frontend.LotteryNumber(g.Number), Stand: names[slot.Stand], Start: slot.Start.In(f.Location()), Wish: g.Wish,
		}
	}), nil
}

// fairRelease says how more slots of a fair come: the next wave, the draw that
// takes wishes.
func (s *Server) fairRelease(ctx context.Context, k *call, f fair.Fair) (v frontend.ReleaseView, err error) {
	now := s.Clock()
	book := f.Rules().Book
	if at, coming := book.NextWave(now); coming {
		v.NextWave = at.In(f.Location())
	}
	if book.Release != fair.ReleaseDraw {
		return v, nil
	}
	d, running, err := s.Service.RunningDraw(ctx, k.Actor, f.ID)
	if err == nil && running && d.State == fair.DrawOpen && now.Before(d.ClosesAt) {
		v.Draw, v.DrawCloses = string(d.ID), d.ClosesAt.In(f.Location())
	}
	return v, err
}

// standRelease is fairRelease for what one stand still has to come.
func (s *Server) standRelease(ctx context.Context, k *call, f fair.Fair, stand fair.ID) (v frontend.ReleaseView, err error) {
	if f.Rules().Book.Release == fair.ReleaseNow {
		return v, nil
	}
	if v, err = s.fairRelease(ctx, k, f); err != nil {
		return v, err
	}
	waiting, err := s.Service.Slots(ctx, k.Actor, f.Slug, fair.SlotQuery{Stand: stand, Unreleased: true, From: s.Clock(), Page: 1, Limit: maxLimit})
	if err != nil {
		return v, err
	}
	v.NextWave = time.Time{}
	for _, slot := range waiting.Items {
		v.Kept = v.Kept || slot.Kept
		if at := slot.ReleaseAt; !slot.Kept && at != nil && (v.NextWave.IsZero() || at.Before(v.NextWave)) {
			v.NextWave = at.In(f.Location())
		}
	}
	return v, nil
}
