package web_test

import (
	"context"

	"salon/fair"
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
