package web_test

import (
	"context"
	"encoding/json"

	"salon/fair"
	"salon/fair/service"
	"salon/fair/sheet"
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
func (d *double) OfferAuthors(context.Context, fair.Actor, fair.Offer) (map[fair.ID]string, error) {
	return map[fair.ID]string{recrID: "Rémi <b>Recruteur</b>"}, d.ask("OfferAuthors")
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

var importID = id("import")

func (d *double) offerFile() fair.Import {
	return fair.Import{
		ID: importID, Fair: fairID, Stand: standID, By: recrID, Name: "offres <b>.csv", File: id("file"), Lines: 600, Done: 50, Created: 48, Waiting: 1,
		Bad: []fair.BadLine{{Line: 3, Ref: "=1+1", Problems: []fair.LineProblem{{Field: "contract", Code: "contract.unknown"}}}}, At: noon,
	}
}

func (d *double) BeginImport(context.Context, fair.Actor, service.ImportFile) (fair.Import, error) {
	return d.offerFile(), d.ask("BeginImport")
}
func (d *double) ContinueImport(context.Context, fair.Actor, fair.ID) (fair.Import, error) {
	return d.offerFile(), d.ask("ContinueImport")
}
func (d *double) Import(context.Context, fair.Actor, fair.ID) (fair.Import, error) {
	return d.offerFile(), d.ask("Import")
}
func (d *double) Imports(context.Context, fair.Actor, string, fair.ID) ([]fair.Import, error) {
	return []fair.Import{d.offerFile()}, d.ask("Imports")
}
func (d *double) RefusedLines(_ context.Context, _ fair.Actor, _ fair.ID, _ sheet.Format, say func(string, string) string) ([]byte, error) {
	return []byte("Référence;Motif du refus\r\n'=1+1;" + say("Contrat", "contract.unknown")), d.ask("RefusedLines")
}

func (d *double) Offers(_ context.Context, _ fair.Actor, _ string, q fair.OfferQuery) (service.Page[fair.Offer], error) {
	if d.offer.State != fair.OfferOpen || d.finds != nil && !d.finds(q) {
		return service.Page[fair.Offer]{}, d.ask("Offers")
	}
	return service.Page[fair.Offer]{Items: []fair.Offer{d.offer}, Total: 1}, d.ask("Offers")
}
func (d *double) Offer(context.Context, fair.Actor, string, fair.ID) (fair.Offer, error) {
	if d.offer.State == fair.OfferClosed {
		return d.offer, fair.E(fair.Gone, "offer.closed")
	}
	return d.offer, d.ask("Offer")
}
func (d *double) SimilarOffers(context.Context, fair.Actor, fair.Offer, int) ([]fair.Offer, error) {
	return []fair.Offer{d.offer}, d.ask("SimilarOffers")
}
func (d *double) StandOffers(context.Context, fair.Actor, fair.ID) ([]fair.Offer, error) {
	return []fair.Offer{d.offer}, d.ask("StandOffers")
}
func (d *double) EditOffer(context.Context, fair.Actor, fair.ID, service.OfferEdit) (fair.Offer, error) {
	return d.offer, d.ask("EditOffer")
}
func (d *double) ImportOffers(context.Context, fair.Actor, string, []json.RawMessage) ([]service.Imported, error) {
	return []service.Imported{{SourceID: "1", Result: "refused", Problems: []service.Problem{{Field: "intitule", Code: "import.missing"}}}}, d.ask("ImportOffers")
}
func (d *double) SitemapOffers(_ context.Context, _ fair.ID, each func(fair.Offer) error) error {
	if d.offer.State == fair.OfferOpen {
		if err := each(d.offer); err != nil {
			return err
		}
	}
	return d.ask("SitemapOffers")
}
