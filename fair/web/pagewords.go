package web

import (
	"context"
	"errors"
	"net/http"

	"salon/fair"
	"salon/fair/service"
	"salon/frontend"
)

// wordsView is what a page offers beside meeting: a question, an application, to
// keep it among one's favourites.
func (s *Server) wordsView(ctx context.Context, k *call, st fair.Stand, offer fair.ID, chosen frontend.WordsChoice) (frontend.WordsView, error) {
	v := frontend.WordsView{StandID: string(st.ID), OfferID: string(offer), Key: string(fair.NewID()), Kept: chosen}
	if !k.SignedIn() {
		return v, nil
	}
	kind, id := fair.FavouriteStand, st.ID
	if offer != "" {
		kind, id = fair.FavouriteOffer, offer
	}
	var err error
	if v.Favourite, err = s.Service.IsFavourite(ctx, k.Actor, kind, id); err != nil || !k.IsCandidate() {
		return v, err
	}
	v.Candidate = true
	if v.Applied, err = s.Service.HasApplied(ctx, k.Actor, id); err != nil || v.Applied {
		return v, err
	}
	mine, err := s.Service.MyCVs(ctx, k.Actor)
	if cv, has := fair.CurrentCV(mine); has {
		v.CV, v.CVName = string(cv.ID), cv.Name
	}
	return v, err
}

// askForm asks a stand a question, applyForm applies, both without a script. What
// was written is shown again when it is refused.
func (s *Server) askForm(ctx context.Context, k *call) error {
	stand := fair.ID(k.fiber.FormValue("stand"))
	if !stand.Valid() {
		return fair.E(fair.NotFound, "stand.unknown")
	}
	if err := s.limits.words.take(k.Account, s.Clock()); err != nil {
		return err
	}
	text := k.fiber.FormValue("question")
	_, err := s.Service.Ask(ctx, k.Actor, stand, service.Words{ID: fair.ID(k.fiber.FormValue("key")), Text: text})
	return s.written(ctx, k, err, "asked", frontend.WordsChoice{Question: text, Asking: true})
}

func (s *Server) applyForm(ctx context.Context, k *call) error {
	r := service.ApplyRequest{Text: k.fiber.FormValue("text"), CV: fair.ID(k.fiber.FormValue("cv"))}
	offer, stand := fair.ID(k.fiber.FormValue("offer")), fair.ID(k.fiber.FormValue("stand"))
	var err error
	switch {
	case offer.Valid():
		_, err = s.Service.ApplyToOffer(ctx, k.Actor, offer, r)
	case stand.Valid():
		_, err = s.Service.ApplyToStand(ctx, k.Actor, stand, r)
	default:
		err = fair.E(fair.NotFound, "stand.unknown")
	}
	return s.written(ctx, k, err, "applied", frontend.WordsChoice{Application: r.Text, Applying: true})
}

// written leads back to the page one came from, which says what was done, or
// shows it again with what was written and the reason of the refusal.
func (s *Server) written(ctx context.Context, k *call, err error, done string, was frontend.WordsChoice) error {
	e, refused := errors.AsType[*fair.Error](err)
	if !refused || e.Kind != fair.Conflict && e.Kind != fair.Invalid {
		if err != nil {
			return err
		}
		return k.fiber.Redirect(withQuery(local(k, k.fiber.FormValue("back")), doneQuery, done), http.StatusSeeOther)
	}
	p := s.fail(ctx, e)
	was.Problem, was.Way = p.Detail, s.wayOut(k, p.Code)
	chosen := kept{status: p.Status, words: was}
	if offer := fair.ID(k.fiber.FormValue("offer")); offer.Valid() {
		return s.showOffer(ctx, k, offer, chosen)
	}
	return s.showStand(ctx, k, k.fiber.FormValue("stand"), chosen)
}

// keepForm keeps an offer or a stand among one's favourites, or no longer.
func (s *Server) keepForm(ctx context.Context, k *call) error {
	kind, id := fair.FavouriteStand, fair.ID(k.fiber.FormValue("stand"))
	if offer := fair.ID(k.fiber.FormValue("offer")); offer != "" {
		kind, id = fair.FavouriteOffer, offer
	}
	if !id.Valid() {
		return fair.E(fair.NotFound, "notfound")
	}
	change := s.Service.AddFavourite
	if k.fiber.FormValue("keep") == "no" {
		change = s.Service.RemoveFavourite
	}
	back := local(k, k.fiber.FormValue("back"))
	err := change(ctx, k.Actor, kind, id)
	if e, refused := errors.AsType[*fair.Error](err); refused && e.Kind == fair.Conflict {
		return k.fiber.Redirect(withProblem(back, e.Code), http.StatusSeeOther)
	}
	if err != nil {
		return err
	}
	return k.fiber.Redirect(back, http.StatusSeeOther)
}
