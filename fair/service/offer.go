package service

import (
	"context"
	"encoding/json"

	"salon/fair"
)

// Offers searches the open offers of a fair. Without a criterion it lists
// them by date, newest first, from the store's index.
func (s *Service) Offers(ctx context.Context, a fair.Actor, fairRef string, q fair.OfferQuery) (Page[fair.Offer], error) {
	return Page[fair.Offer]{}, errUnbuilt
}

// Offer finds an offer. Errors: NotFound; Gone "offer.closed", and then the
// offer is returned all the same, so that a page can say what it was.
func (s *Service) Offer(ctx context.Context, a fair.Actor, fairRef string, id fair.ID) (fair.Offer, error) {
	return fair.Offer{}, errUnbuilt
}

// SimilarOffers answers at most limit open offers close to o.
func (s *Service) SimilarOffers(ctx context.Context, a fair.Actor, o fair.Offer, limit int) ([]fair.Offer, error) {
	return nil, errUnbuilt
}

// StandOffers lists a stand's offers for its desk, closed ones too.
func (s *Service) StandOffers(ctx context.Context, a fair.Actor, stand fair.ID) ([]fair.Offer, error) {
	return nil, errUnbuilt
}

// OfferEdit changes what is not nil.
type OfferEdit struct {
	Title, Description, PayLabel, HoursLabel *string
	Positions                                *int
	State                                    *fair.OfferState
	Rev                                      int64
}

// EditOffer changes an offer of the actor's stand.
func (s *Service) EditOffer(ctx context.Context, a fair.Actor, id fair.ID, e OfferEdit) (fair.Offer, error) {
	return fair.Offer{}, errUnbuilt
}

// Imported tells what became of one record of an import.
type Imported struct {
	Index    int    // position in the request, from 0
	SourceID string // the record's own id, when it could be read
	Offer    fair.ID
	Result   string // "created", "updated", "unchanged", "refused"
	Problems []Problem
}

// Problem names one thing wrong with a record.
type Problem struct {
	Field string // "lieuTravail.commune"
	Code  string // locale key
}

// ImportOffers takes records in the shape of Offres d'emploi v2, at most 150
// a call, keeps unknown fields in Raw, creates company and stand where the
// employer is new, and is idempotent by the record's id and content. A bad
// record is named and the others go on. Only the fair's organisers.
func (s *Service) ImportOffers(ctx context.Context, a fair.Actor, fairRef string, records []json.RawMessage) ([]Imported, error) {
	return nil, errUnbuilt
}

// SitemapOffers streams id and updatedAt of every open offer of a fair.
func (s *Service) SitemapOffers(ctx context.Context, fairID fair.ID, each func(fair.Offer) error) error {
	return errUnbuilt
}
