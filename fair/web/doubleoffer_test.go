package web_test

import (
	"context"

	"salon/fair"
	"salon/fair/service"
)

func (d *double) OfferFacets(context.Context, fair.Actor, string, fair.OfferQuery) (fair.OfferFacets, error) {
	return fair.OfferFacets{
		Contracts: []fair.FacetCount{{Value: "CDD", Label: "CDD", Offers: 1}}, Communes: []fair.FacetCount{{Value: "34129", Label: "34 - LATTES", Offers: 1}},
		Stands: []fair.FacetCount{{Value: string(standID), Label: "Atelier Fiction </option><script>alert(1)", Offers: 1}}, Now: 1,
	}, d.ask("OfferFacets")
}

func (d *double) SuggestOffers(context.Context, fair.Actor, string, string) ([]fair.Suggestion, error) {
	return []fair.Suggestion{{Kind: fair.SuggestTitle, Label: "Menuisière", Value: "Menuisière", Offers: 1}}, d.ask("SuggestOffers")
}

func (d *double) OfferDesk(context.Context, fair.Actor, fair.ID) (fair.Offer, error) {
	return d.offer, d.ask("OfferDesk")
}
func (d *double) WriteOffer(context.Context, fair.Actor, fair.ID, service.OfferDraft) (fair.Offer, error) {
	return d.offer, d.ask("WriteOffer")
}
func (d *double) RewriteOffer(context.Context, fair.Actor, fair.ID, service.OfferDraft) (fair.Offer, error) {
	return d.offer, d.ask("RewriteOffer")
}
func (d *double) DuplicateOffer(context.Context, fair.Actor, fair.ID) (fair.Offer, error) {
	return d.offer, d.ask("DuplicateOffer")
}
func (d *double) CheckOffer(context.Context, fair.Actor, fair.ID, service.OfferDraft) (map[string][]fair.Wording, error) {
	return map[string][]fair.Wording{"title": {{Rule: fair.WordingAge, Found: "jeune <b>"}}}, d.ask("CheckOffer")
}
func (d *double) DecideOffer(context.Context, fair.Actor, fair.ID, service.OfferDecision) (fair.Offer, error) {
	return d.offer, d.ask("DecideOffer")
}
func (d *double) WaitingOffers(context.Context, fair.Actor, string) ([]fair.Offer, error) {
	return []fair.Offer{d.offer}, d.ask("WaitingOffers")
}
