package service_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// offer is an open offer of the stand.
func (w *words) offer() fair.Offer {
	w.t.Helper()
	list, err := w.StandOffers(w.t.Context(), w.first, w.stand)
	w.must(err)
	return list[0]
}

func (w *words) applies(text string) service.ApplicationDetail {
	w.t.Helper()
	d, err := w.ApplyToOffer(w.t.Context(), w.candidate, w.offer().ID, service.ApplyRequest{Text: text})
	w.must(err)
	return d
}

func TestAnApplicationIsForItsCandidateAndItsStand(t *testing.T) {
	w := newWords(t)
	d := w.applies("Cinq ans de métier.\r\nDisponible\x00 lundi.")
	if d.Application.Text != "Cinq ans de métier.\nDisponible lundi." || d.Candidate.Account != "" || d.Offer == nil {
		t.Errorf("the candidate sees %+v", d)
	}
	for _, who := range []fair.Actor{w.demo(fair.Candidate, 2), w.other, w.boss} {
		_, err := w.EditApplication(t.Context(), who, d.Application.ID, service.ApplicationEdit{State: fair.ApplicationMeet, Rev: 1})
		refused(t, err, fair.NotFound, "application.unknown")
	}
	_, err := w.StandApplications(t.Context(), w.boss, w.stand, 1, 20)
	refused(t, err, fair.Forbidden, "not.recruiter")
	_, err = w.StandApplications(t.Context(), w.other, w.stand, 1, 20)
	refused(t, err, fair.Forbidden, "not.recruiter")
	_, err = w.ApplyToStand(t.Context(), w.first, w.stand, service.ApplyRequest{Text: "x"})
	refused(t, err, fair.Forbidden, "not.candidate")
	_, err = w.ApplyToStand(t.Context(), fair.Actor{}, w.stand, service.ApplyRequest{Text: "x"})
	refused(t, err, fair.Unauthenticated, "sign.in")
	_, err = w.ApplyToStand(t.Context(), w.candidate, w.stand, service.ApplyRequest{Text: " \x00 "})
	refused(t, err, fair.Invalid, "text.missing")
	_, err = w.ApplyToStand(t.Context(), w.candidate, w.stand, service.ApplyRequest{Text: strings.Repeat("é", 601)})
	refused(t, err, fair.Invalid, "text.long")

	theirs, err := w.StandApplications(t.Context(), w.second, w.stand, 1, 20)
	w.must(err)
	if theirs.Total != 1 || theirs.Items[0].Candidate.Name != w.candidate.Name || len(theirs.Items[0].Application.Effects) != 0 {
		t.Errorf("the stand sees %+v", theirs)
	}
}

// Its guard is the unique index on candidate and target: without it two are open.
func TestAtMostOneApplicationIsOpenForAnOfferAndAPerson(t *testing.T) {
	w := newWords(t)
	offer := w.offer().ID
	var group sync.WaitGroup
	for _, text := range []string{"un", "deux", "trois", "quatre", "cinq", "six"} {
		group.Go(func() {
			if _, err := w.ApplyToOffer(t.Context(), w.candidate, offer, service.ApplyRequest{Text: text}); err != nil && fair.KindOf(err) != fair.Conflict {
				t.Error(err)
			}
		})
	}
	group.Wait()
	mine, err := w.MyApplications(t.Context(), w.candidate)
	w.must(err)
	if len(mine) != 1 {
		t.Fatalf("%d are open", len(mine))
	}
	again, err := w.ApplyToOffer(t.Context(), w.candidate, offer, service.ApplyRequest{Text: mine[0].Application.Text})
	w.must(err)
	if again.Application.ID != mine[0].Application.ID {
		t.Error("the same sent twice is another application")
	}
	_, err = w.ApplyToOffer(t.Context(), w.candidate, offer, service.ApplyRequest{Text: "autre chose"})
	refused(t, err, fair.Conflict, "application.open")
	_, err = w.ApplyToStand(t.Context(), w.candidate, w.stand, service.ApplyRequest{Text: "sans offre"})
	w.must(err)
	_, err = w.EditApplication(t.Context(), w.candidate, mine[0].Application.ID, service.ApplicationEdit{State: fair.ApplicationWithdrawn})
	w.must(err)
	_, err = w.EditApplication(t.Context(), w.candidate, mine[0].Application.ID, service.ApplicationEdit{State: fair.ApplicationWithdrawn})
	w.must(err) // asked for twice
	_, err = w.ApplyToOffer(t.Context(), w.candidate, offer, service.ApplyRequest{Text: "de nouveau"})
	w.must(err)
}

func TestAStandMovesAnApplicationOnAndTheCandidateIsToldOnce(t *testing.T) {
	w := newWords(t)
	d := w.applies("Cinq ans de métier.")
	w.dispatch()
	id, by := d.Application.ID, opening.Add(72*time.Hour)
	for _, bad := range []struct {
		e    service.ApplicationEdit
		kind fair.Kind
		code string
	}{
		{service.ApplicationEdit{State: "hired", Rev: 1}, fair.Invalid, "application.state"},
		{service.ApplicationEdit{State: fair.ApplicationWithdrawn, Rev: 1}, fair.Invalid, "application.state"},
		{service.ApplicationEdit{State: fair.ApplicationMeet, Rev: 9}, fair.Conflict, "edit.stale"},
		{service.ApplicationEdit{State: fair.ApplicationMeet, Answer: strings.Repeat("x", 601), Rev: 1}, fair.Invalid, "text.long"},
		{service.ApplicationEdit{State: fair.ApplicationMeet, By: &opening, Rev: 1}, fair.Invalid, "application.by"},
	} {
		_, err := w.EditApplication(t.Context(), w.first, id, bad.e)
		refused(t, err, bad.kind, bad.code)
	}
	_, err := w.EditApplication(t.Context(), w.candidate, id, service.ApplicationEdit{State: fair.ApplicationNext})
	refused(t, err, fair.Forbidden, "application.withdraw")

	moved, err := w.EditApplication(t.Context(), w.first, id, service.ApplicationEdit{State: fair.ApplicationMeet, Answer: "Venez nous voir.", By: &by, Rev: 1})
	w.must(err)
	moved, err = w.EditApplication(t.Context(), w.second, id, service.ApplicationEdit{State: fair.ApplicationNext, Answer: "Essai mardi.", By: &by, Rev: moved.Application.Rev})
	w.must(err)
	w.dispatch()
	if n := w.phones.count(endpoint); n != 1 {
		t.Errorf("told %d times of two changes in a row", n)
	}
	mine, err := w.MyApplications(t.Context(), w.candidate)
	w.must(err)
	a := mine[0].Application
	if a.State != fair.ApplicationNext || a.Answer != "Essai mardi." || !a.By.Equal(by) || len(a.History) != 2 {
		t.Errorf("the candidate sees %+v", a)
	}
	_, err = w.EditApplication(t.Context(), w.first, id, service.ApplicationEdit{State: fair.ApplicationClosed, Answer: "Merci.", Rev: moved.Application.Rev})
	w.must(err)
	_, err = w.EditApplication(t.Context(), w.first, id, service.ApplicationEdit{State: fair.ApplicationMet, Rev: moved.Application.Rev + 1})
	refused(t, err, fair.Gone, "application.over")
	w.dispatch()
	if !w.world.heard("application " + string(id) + " closed") {
		t.Error("the screens were not told")
	}
}

func TestFavouritesAreKeptOnceAndOnlyWhatThereIs(t *testing.T) {
	w := newWords(t)
	offer := w.offer().ID
	for range 2 {
		w.must(w.AddFavourite(t.Context(), w.candidate, fair.FavouriteOffer, offer))
		w.must(w.AddFavourite(t.Context(), w.candidate, fair.FavouriteStand, w.stand))
	}
	kept, err := w.MyFavourites(t.Context(), w.candidate)
	w.must(err)
	if len(kept.Offers) != 1 || len(kept.Stands) != 1 {
		t.Errorf("%d offers and %d stands", len(kept.Offers), len(kept.Stands))
	}
	refused(t, w.AddFavourite(t.Context(), w.candidate, fair.FavouriteOffer, fair.NewID()), fair.NotFound, "offer.unknown")
	refused(t, w.AddFavourite(t.Context(), w.candidate, "talk", offer), fair.Invalid, "favourite.kind")
	refused(t, w.AddFavourite(t.Context(), fair.Actor{}, fair.FavouriteOffer, offer), fair.Unauthenticated, "sign.in")
	if yes, err := w.IsFavourite(t.Context(), fair.Actor{}, fair.FavouriteOffer, offer); err != nil || yes {
		t.Errorf("a visitor keeps something (%v)", err)
	}
	for range 2 {
		w.must(w.RemoveFavourite(t.Context(), w.candidate, fair.FavouriteOffer, offer))
	}
	if yes, err := w.IsFavourite(t.Context(), w.candidate, fair.FavouriteOffer, offer); err != nil || yes {
		t.Errorf("removed and still kept (%v)", err)
	}
	if kept, err = w.MyFavourites(t.Context(), w.demo(fair.Candidate, 2)); err != nil || len(kept.Stands) != 0 {
		t.Errorf("another one's favourites: %+v (%v)", kept, err)
	}
}

func TestInAnAnonymousFairAStandReadsNoNameBeforeItHasMet(t *testing.T) {
	w := newWords(t)
	w.settle(func(r *fair.Rules) { r.Anonymous = true })
	d := w.ask("Bonjour")
	w.applies("Cinq ans de métier.")
	threads, err := w.StandThreads(t.Context(), w.first, w.stand)
	w.must(err)
	if !threads[0].Anonymous || threads[0].With != "" {
		t.Errorf("the stand reads %q", threads[0].With)
	}
	list, err := w.StandApplications(t.Context(), w.first, w.stand, 1, 20)
	w.must(err)
	if c := list.Items[0].Candidate; !list.Items[0].Anonymous || c.Name != "" || c.About != "" {
		t.Errorf("the stand reads %+v", c)
	}
	if mine, err := w.Thread(t.Context(), w.candidate, d.Thread.ID); err != nil || mine.Anonymous || mine.With == "" {
		t.Errorf("the candidate reads %+v (%v)", mine, err)
	}
}

func TestAPromisedAnswerIsRemindedOfThenToldToTheOrganisers(t *testing.T) {
	w := newWords(t)
	d := w.applies("Cinq ans de métier.")
	id, by := d.Application.ID, opening.Add(72*time.Hour)
	moved, err := w.EditApplication(t.Context(), w.first, id, service.ApplicationEdit{State: fair.ApplicationMet, By: &by, Rev: 1})
	w.must(err)
	w.dispatch()
	if w.pass(47 * time.Hour); w.world.sent(fair.EffectMailAnswer) != 0 {
		t.Error("reminded two days before")
	}
	if w.pass(2 * time.Hour); w.world.sent(fair.EffectMailAnswer) != 1 {
		t.Errorf("%d reminders the day before", w.world.sent(fair.EffectMailAnswer))
	}
	if w.pass(time.Hour); w.world.sent(fair.EffectMailAnswer) != 1 || w.world.sent(fair.EffectMailLate) != 0 {
		t.Error("reminded twice, or told too soon")
	}
	w.pass(24 * time.Hour)
	if w.world.sent(fair.EffectMailLate) != 1 {
		t.Errorf("%d organisers were told", w.world.sent(fair.EffectMailLate))
	}
	live, err := w.FairLive(t.Context(), w.boss, w.fair.Slug)
	w.must(err)
	if live.Stands[0].Stand != w.stand || live.Stands[0].Late != 1 {
		t.Errorf("the organiser sees %+v", live.Stands[0])
	}
	answers, err := w.StandAnswers(t.Context(), w.boss, w.stand)
	w.must(err)
	if answers.Figure.Late != 1 {
		t.Errorf("the figures are %+v", answers.Figure)
	}
	_, err = w.EditApplication(t.Context(), w.first, id, service.ApplicationEdit{State: fair.ApplicationClosed, Rev: moved.Application.Rev + 2})
	refused(t, err, fair.Invalid, "application.reason")
	list, err := w.StandApplications(t.Context(), w.first, w.stand, 1, 20)
	w.must(err)
	_, err = w.EditApplication(t.Context(), w.first, id, service.ApplicationEdit{State: fair.ApplicationClosed, Answer: "Le poste est pourvu.", Rev: list.Items[0].Application.Rev})
	w.must(err)
	if answers, err = w.StandAnswers(t.Context(), w.boss, w.stand); err != nil || answers.Figure.Late != 0 {
		t.Errorf("answered and still late: %+v (%v)", answers.Figure, err)
	}
}

// Its guard is the unique index on candidate and place: without it all are open.
func TestNobodyHasMoreOpenApplicationsThanFiftyHoweverManyAtOnce(t *testing.T) {
	w := newWords(t)
	texts := make([]string, fair.OpenApplications+10)
	for i := range texts {
		texts[i] = offerRecord(fmt.Sprint("many-", i), "Maison 0")
	}
	_, err := w.ImportOffers(t.Context(), w.boss, w.fair.Slug, records(texts...))
	w.must(err)
	offers, err := w.StandOffers(t.Context(), w.first, w.stand)
	w.must(err)
	if len(offers) < len(texts) {
		t.Fatalf("%d offers", len(offers))
	}
	var group sync.WaitGroup
	for _, o := range offers[:len(texts)] {
		group.Go(func() {
			_, err := w.ApplyToOffer(t.Context(), w.candidate, o.ID, service.ApplyRequest{Text: "moi"})
			if err != nil && !matches(err, fair.E(fair.Conflict, "application.many")) {
				t.Error(err)
			}
		})
	}
	group.Wait()
	mine, err := w.MyApplications(t.Context(), w.candidate)
	w.must(err)
	if len(mine) != fair.OpenApplications {
		t.Fatalf("%d are open, want %d", len(mine), fair.OpenApplications)
	}
	again, err := w.ApplyToOffer(t.Context(), w.candidate, mine[0].Application.Target, service.ApplyRequest{Text: "moi"})
	w.must(err) // sent twice
	if again.Application.ID != mine[0].Application.ID {
		t.Error("the same sent twice is another application")
	}
	_, err = w.ApplyToStand(t.Context(), w.candidate, w.stand, service.ApplyRequest{Text: "moi"})
	refused(t, err, fair.Conflict, "application.many")
	_, err = w.EditApplication(t.Context(), w.candidate, mine[7].Application.ID, service.ApplicationEdit{State: fair.ApplicationWithdrawn})
	w.must(err)
	_, err = w.ApplyToStand(t.Context(), w.candidate, w.stand, service.ApplyRequest{Text: "moi"})
	w.must(err)
}
