package service_test

import (
	"errors"
	"strings"
	"testing"

	"salon/fair"
	"salon/fair/service"
)

// draft is a form that can be published.
func draft(change ...func(*service.OfferDraft)) service.OfferDraft {
	d := service.OfferDraft{
		Title: "Boulanger / Boulangère", Description: "Vous préparez le pain et les viennoiseries avec l'équipe de nuit.",
		Contract: "CDD", Months: 6, Commune: "34172", PayFrom: 1900, PayTo: 2080.5, PayPer: "month",
		Hours: fair.FullTime, Experience: fair.Beginner, Positions: 1, Publish: true,
	}
	for _, c := range change {
		c(&d)
	}
	return d
}

func TestAnOfferIsWrittenPublishedAndFound(t *testing.T) {
	h := newHouse(t)
	recruiter := h.demo(fair.Recruiter, 1)
	o, err := h.WriteOffer(t.Context(), recruiter, recruiter.Roles[0].Stand, draft())
	if err != nil {
		t.Fatal(err)
	}
	if o.State != fair.OfferOpen || o.OpenedAt == nil || o.Work.ContractLabel != "Contrat à durée déterminée - 6 Mois" ||
		o.Pay.Label != "Mensuel de 1900.00 Euros à 2080.50 Euros" || o.Place.Label != "34 - MONTPELLIER" || !o.Needs.Beginner {
		t.Errorf("written as %+v", o)
	}
	if _, err := h.Offer(t.Context(), fair.Actor{}, string(o.Fair), o.ID); err != nil {
		t.Errorf("nobody else finds it: %v", err)
	}
	twin, err := h.DuplicateOffer(t.Context(), recruiter, o.ID)
	if err != nil || twin.State != fair.OfferDraft || twin.Title != o.Title {
		t.Fatalf("the twin is %+v, %v", twin, err)
	}
	if _, err := h.Offer(t.Context(), fair.Actor{}, string(o.Fair), twin.ID); fair.KindOf(err) != fair.NotFound {
		t.Errorf("a draft is shown to everybody: %v", err)
	}
}

// Nobody finds an offer from the moment its fair ends on, though no sweep has closed it yet.
func TestAnOfferWhoseTimeIsOverIsFoundNowhere(t *testing.T) {
	h := newHouse(t)
	recruiter := h.demo(fair.Recruiter, 1)
	o, err := h.WriteOffer(t.Context(), recruiter, recruiter.Roles[0].Stand, draft())
	if err != nil {
		t.Fatal(err)
	}
	found := func() (places []string) {
		if _, err := h.Offer(t.Context(), fair.Actor{}, string(o.Fair), o.ID); fair.KindOf(err) != fair.Gone {
			places = append(places, "its page")
		}
		all, err := h.Offers(t.Context(), fair.Actor{}, string(o.Fair), fair.OfferQuery{Sort: fair.SortDate})
		if err != nil {
			t.Fatal(err)
		}
		if len(all.Items) > 0 {
			places = append(places, "the list")
		}
		if err := h.SitemapOffers(t.Context(), o.Fair, func(fair.Offer) error { places = append(places, "the map"); return nil }); err != nil {
			t.Fatal(err)
		}
		return places
	}
	if places := found(); len(places) < 3 {
		t.Fatalf("an open offer is found at %v alone", places)
	}
	h.clock.Pass(o.ClosesAt.Sub(h.clock.Now()))
	if places := found(); len(places) > 0 {
		t.Errorf("after the end it is found at %v", places)
	}
}

func TestWhatTheLawAsksIsNeededToPublish(t *testing.T) {
	h := newHouse(t)
	recruiter := h.demo(fair.Recruiter, 1)
	stand := recruiter.Roles[0].Stand
	for code, lacks := range map[string]func(*service.OfferDraft){
		"text.missing":       func(d *service.OfferDraft) { d.Title = " " },
		"offer.contract":     func(d *service.OfferDraft) { d.Contract = "" },
		"offer.place":        func(d *service.OfferDraft) { d.Commune = "" },
		"contract.unknown":   func(d *service.OfferDraft) { d.Contract = "XYZ" },
		"commune.unknown":    func(d *service.OfferDraft) { d.Commune = "75056" },
		"occupation.unknown": func(d *service.OfferDraft) { d.ROME = "Z9999" },
		"offer.pay":          func(d *service.OfferDraft) { d.PayTo = 10 },
		"offer.positions":    func(d *service.OfferDraft) { d.Positions = 0 },
		"text.long":          func(d *service.OfferDraft) { d.Description = strings.Repeat("a", 8001) },
		"offer.hours":        func(d *service.OfferDraft) { d.Hours = "half" },
	} {
		_, err := h.WriteOffer(t.Context(), recruiter, stand, draft(lacks))
		var refused *fair.Error
		if !errors.As(err, &refused) || refused.Code != code {
			t.Errorf("want %s, got %v", code, err)
		}
	}
	if o, err := h.WriteOffer(t.Context(), recruiter, stand, service.OfferDraft{Positions: 1}); err != nil || o.State != fair.OfferDraft {
		t.Errorf("an empty draft: %+v, %v", o.State, err)
	}
}

func TestFlaggedWordingWaitsForAnOrganiser(t *testing.T) {
	h := newHouse(t)
	recruiter, organiser := h.demo(fair.Recruiter, 1), h.boss
	stand := recruiter.Roles[0].Stand
	flagged := func(d *service.OfferDraft) { d.Title = "Jeune vendeuse dynamique" }
	o, err := h.WriteOffer(t.Context(), recruiter, stand, draft(flagged))
	if err != nil || o.State != fair.OfferWaiting {
		t.Fatalf("got %s, %v", o.State, err)
	}
	if _, err := h.Offer(t.Context(), fair.Actor{}, string(o.Fair), o.ID); fair.KindOf(err) != fair.NotFound {
		t.Errorf("it is shown to everybody: %v", err)
	}
	if _, err := h.DecideOffer(t.Context(), recruiter, o.ID, service.OfferDecision{Approve: true, Rev: o.Rev}); fair.KindOf(err) != fair.Forbidden {
		t.Errorf("a recruiter approves: %v", err)
	}
	waiting, err := h.WaitingOffers(t.Context(), organiser, string(o.Fair))
	if err != nil || len(waiting) != 1 || waiting[0].ID != o.ID {
		t.Fatalf("waiting: %+v, %v", waiting, err)
	}
	if _, err := h.DecideOffer(t.Context(), organiser, o.ID, service.OfferDecision{Rev: o.Rev}); fair.KindOf(err) != fair.Invalid {
		t.Errorf("a refusal without a reason: %v", err)
	}
	o, err = h.DecideOffer(t.Context(), organiser, o.ID, service.OfferDecision{Reason: "Pas de critère d'âge", Rev: o.Rev})
	if err != nil || o.State != fair.OfferDraft || o.Refused == nil {
		t.Fatalf("refused: %+v, %v", o, err)
	}
	again := draft()
	again.Rev = o.Rev
	o, err = h.RewriteOffer(t.Context(), recruiter, o.ID, again)
	if err != nil || o.State != fair.OfferOpen || o.Refused != nil {
		t.Fatalf("written anew: %s, %v", o.State, err)
	}
	again = draft(flagged)
	again.Rev = o.Rev
	o, err = h.RewriteOffer(t.Context(), recruiter, o.ID, again)
	if err != nil || o.State != fair.OfferOpen || o.Proposed == nil || o.Title != "Boulanger / Boulangère" {
		t.Fatalf("what is shown must not change: %+v, %v", o, err)
	}
	if _, err := h.DecideOffer(t.Context(), organiser, o.ID, service.OfferDecision{Approve: true, Rev: o.Rev - 1}); fair.KindOf(err) != fair.Conflict {
		t.Errorf("a decision on what was written before: %v", err)
	}
	o, err = h.DecideOffer(t.Context(), organiser, o.ID, service.OfferDecision{Approve: true, Rev: o.Rev})
	if err != nil || o.Proposed != nil || o.Title != "Jeune vendeuse dynamique" {
		t.Fatalf("approved: %+v, %v", o, err)
	}
	if _, err := h.DecideOffer(t.Context(), organiser, o.ID, service.OfferDecision{Approve: true, Rev: o.Rev}); fair.KindOf(err) != fair.Conflict {
		t.Errorf("decided twice: %v", err)
	}
	o, err = h.OfferDesk(t.Context(), recruiter, o.ID)
	names, named := h.OfferAuthors(t.Context(), recruiter, o)
	if named != nil || len(names) != 2 || names[recruiter.Account] == "" {
		t.Errorf("who changed it: %v, %v", names, named)
	}
	if _, err := h.OfferAuthors(t.Context(), h.demo(fair.Recruiter, 2), o); fair.KindOf(err) != fair.Forbidden {
		t.Errorf("another stand reads who changed it: %v", err)
	}
	var actions []string
	for _, c := range o.History {
		actions = append(actions, c.Action)
	}
	if got := strings.Join(actions, " "); err != nil || got != "proposed refused edited proposed approved" {
		t.Errorf("its history: %s, %v", got, err)
	}
}

func TestAnOrganiserPublishesWhatTheyWrite(t *testing.T) {
	h := newHouse(t)
	o, err := h.WriteOffer(t.Context(), h.boss, h.demo(fair.Recruiter, 1).Roles[0].Stand, draft(func(d *service.OfferDraft) { d.Description = "Bonne présentation exigée, vous servez en salle." }))
	if err != nil || o.State != fair.OfferOpen {
		t.Errorf("got %s, %v", o.State, err)
	}
}
