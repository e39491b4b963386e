package web

import (
	"context"

	"salon/fair"
)

// FacetsView says how many offers each choice of a search would leave.
type FacetsView struct {
	Contracts   []FacetView `json:"contracts" doc:"The commonest first, as all lists here"`
	Occupations []FacetView `json:"occupations"`
	Communes    []FacetView `json:"communes"`
	Companies   []FacetView `json:"companies" doc:"By the id of the stand"`
	Hours       []FacetView `json:"hours"`
	Experience  []FacetView `json:"experience"`
	Accessible  int         `json:"accessible" doc:"Offers open to people with a recognised disability"`
	Now         int         `json:"now" doc:"Offers of stands whose line is open"`
}

// FacetView is one choice.
type FacetView struct {
	Value string `json:"value"`
	Label string `json:"label" doc:"As the offers name it"`
	Count int    `json:"count"`
}

func viewFacet(f fair.FacetCount) FacetView { return FacetView{f.Value, f.Label, f.Offers} }

type facetsInput struct {
	FairPath
	OfferFilter
}

func (s *Server) getFacets(ctx context.Context, k *call, in *facetsInput) (*answer[FacetsView], error) {
	f, err := s.Service.OfferFacets(ctx, k.Actor, in.Fair, in.query(Paging{}))
	if err != nil {
		return nil, err
	}
	return reply(FacetsView{
		Contracts: mapped(f.Contracts, viewFacet), Occupations: mapped(f.Occupations, viewFacet),
		Communes: mapped(f.Communes, viewFacet), Companies: mapped(f.Stands, viewFacet),
		Hours: mapped(f.Hours, viewFacet), Experience: mapped(f.Experience, viewFacet),
		Accessible: f.Accessible, Now: f.Now,
	}, nil)
}

// SuggestionView completes what somebody types.
type SuggestionView struct {
	Kind  fair.SuggestionKind `json:"kind" enum:"title,company,commune"`
	Label string              `json:"label"`
	Value string              `json:"value" doc:"The title, the id of a stand, or an INSEE code"`
	Count int                 `json:"count" doc:"How many open offers it leads to"`
}

type suggestInput struct {
	FairPath
	Q string `query:"q" maxLength:"200" doc:"What was typed so far"`
}

func (s *Server) suggestOffers(ctx context.Context, k *call, in *suggestInput) (*answer[List[SuggestionView]], error) {
	found, err := s.Service.SuggestOffers(ctx, k.Actor, in.Fair, in.Q)
	if err != nil {
		return nil, err
	}
	return reply(all(mapped(found, func(one fair.Suggestion) SuggestionView {
		return SuggestionView{one.Kind, one.Label, one.Value, one.Offers}
	})), nil)
}
