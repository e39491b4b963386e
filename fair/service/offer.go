package service

import (
	"context"
	"fmt"
	"slices"

	"salon/fair"
)

// Where an offer comes from.
const sourceImport = "import"

// Offers searches the open offers of a fair. Without a criterion it lists
// them by date, newest first, from the store's index. What the offer index
// finds is read again from the store, so that a closed offer never shows.
func (s *Service) Offers(ctx context.Context, a fair.Actor, fairRef string, q fair.OfferQuery) (Page[fair.Offer], error) {
	f, err := s.Fair(ctx, a, fairRef)
	if err != nil {
		return Page[fair.Offer]{}, err
	}
	q.Page, q.Limit = paging(q.Page, q.Limit)
	q.Text = fair.CleanLine(q.Text)
	if err := s.checkQuery(q); err != nil {
		return Page[fair.Offer]{}, err
	}
	if q.Empty() && q.Sort != fair.SortDistance {
		list, total, err := s.Stores.Offers.Open(ctx, f.ID, q.Page, q.Limit)
		return Page[fair.Offer]{Items: s.stillOpen(list), Total: total}, err
	}
	if q.Now {
		if q.OpenStands, err = s.openStands(ctx, f.ID); err != nil {
			return Page[fair.Offer]{}, err
		}
	}
	ids, total, err := s.Index.Search(ctx, f.ID, q)
	if err != nil {
		return Page[fair.Offer]{}, fmt.Errorf("search offers: %w", err)
	}
	list, err := s.openOffers(ctx, ids)
	return Page[fair.Offer]{Items: list, Total: total}, err
}

// stillOpen leaves out the offers whose time is over and that nobody has closed yet.
func (s *Service) stillOpen(list []fair.Offer) []fair.Offer {
	now := s.now()
	return slices.DeleteFunc(list, func(o fair.Offer) bool { return !o.OpenAt(now) })
}

// OfferFacets counts, for each criterion of a search, the offers that each of its
// values would leave.
func (s *Service) OfferFacets(ctx context.Context, a fair.Actor, fairRef string, q fair.OfferQuery) (fair.OfferFacets, error) {
	f, err := s.Fair(ctx, a, fairRef)
	if err != nil {
		return fair.OfferFacets{}, err
	}
	q.Text = fair.CleanLine(q.Text)
	if err := s.checkQuery(q); err != nil {
		return fair.OfferFacets{}, err
	}
	if q.OpenStands, err = s.openStands(ctx, f.ID); err != nil {
		return fair.OfferFacets{}, err
	}
	facets, err := s.Index.Facets(ctx, f.ID, q)
	if err != nil {
		return fair.OfferFacets{}, fmt.Errorf("count offers: %w", err)
	}
	return facets, nil
}

// suggested is how many completions are given at most.
const suggested = 8

// SuggestOffers completes what somebody types into the search of a fair.
func (s *Service) SuggestOffers(ctx context.Context, a fair.Actor, fairRef, text string) ([]fair.Suggestion, error) {
	f, err := s.Fair(ctx, a, fairRef)
	if err != nil {
		return nil, err
	}
	text = fair.CleanLine(text)
	if fair.TooLong(text, 200) {
		return nil, fair.Refuse("q", "text.long")
	}
	found, err := s.Index.Suggest(ctx, f.ID, text, suggested)
	if err != nil {
		return nil, fmt.Errorf("complete a search: %w", err)
	}
	return found, nil
}

// checkQuery refuses a criterion that cannot be meant.
func (s *Service) checkQuery(q fair.OfferQuery) error {
	switch {
	case fair.TooLong(q.Text, 200):
		return fair.Refuse("q", "text.long")
	case fair.TooLong(q.Contract, 10):
		return fair.Refuse("contract", "contract.unknown")
	case fair.TooLong(q.ROME, 10):
		return fair.Refuse("rome", "occupation.unknown")
	case q.Hours != "" && q.Hours != fair.FullTime && q.Hours != fair.PartTime:
		return fair.Refuse("hours", "offer.hours")
	case q.Experience != "" && q.Experience != fair.Beginner && q.Experience != fair.Experienced:
		return fair.Refuse("experience", "offer.experience")
	case q.Sort != fair.SortBest && q.Sort != fair.SortDate && q.Sort != fair.SortDistance:
		return fair.Refuse("sort", "offer.sort")
	case q.Sort == fair.SortDistance && q.Commune == "":
		return fair.Refuse("commune", "offer.fromwhere")
	case q.Radius < 0 || q.Radius > 200:
		return fair.Refuse("radius", "radius.range")
	case q.Stand != "" && !q.Stand.Valid():
		return fair.E(fair.NotFound, "stand.unknown")
	}
	if q.Commune != "" {
		if _, _, _, ok := s.Places.Commune(q.Commune); !ok {
			return fair.Refuse("commune", "commune.unknown")
		}
	}
	return nil
}

// openOffers reads offers in the order of ids and leaves out what is no
// longer open.
func (s *Service) openOffers(ctx context.Context, ids []fair.ID) ([]fair.Offer, error) {
	found, err := s.Stores.Offers.ByIDs(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read the offers found: %w", err)
	}
	byID := make(map[fair.ID]fair.Offer, len(found))
	for _, o := range found {
		byID[o.ID] = o
	}
	now := s.now()
	list := make([]fair.Offer, 0, len(ids))
	for _, id := range ids {
		if o, ok := byID[id]; ok && o.OpenAt(now) {
			list = append(list, o)
		}
	}
	return list, nil
}

// Offer finds an offer. Errors: NotFound; Gone "offer.closed", and then the
// offer is returned all the same, so that a page can say what it was.
func (s *Service) Offer(ctx context.Context, a fair.Actor, fairRef string, id fair.ID) (fair.Offer, error) {
	f, err := s.Fair(ctx, a, fairRef)
	if err != nil {
		return fair.Offer{}, err
	}
	if !id.Valid() {
		return fair.Offer{}, fair.E(fair.NotFound, "offer.unknown")
	}
	o, err := s.Stores.Offers.Get(ctx, id)
	if err != nil {
		return fair.Offer{}, err
	}
	if o.Fair != f.ID || !o.Published() {
		return fair.Offer{}, fair.E(fair.NotFound, "offer.unknown")
	}
	if !o.OpenAt(s.now()) {
		return o, fair.E(fair.Gone, "offer.closed")
	}
	return o, nil
}

// SimilarOffers answers at most limit open offers close to o.
func (s *Service) SimilarOffers(ctx context.Context, a fair.Actor, o fair.Offer, limit int) ([]fair.Offer, error) {
	ids, err := s.Index.Similar(ctx, o, min(max(limit, 1), 20))
	if err != nil {
		return nil, fmt.Errorf("find offers like %s: %w", o.ID, err)
	}
	return s.openOffers(ctx, ids)
}

// StandOffers lists a stand's offers for its desk, closed ones too.
func (s *Service) StandOffers(ctx context.Context, a fair.Actor, stand fair.ID) ([]fair.Offer, error) {
	if _, err := s.StandDesk(ctx, a, stand); err != nil {
		return nil, err
	}
	return s.Stores.Offers.OfStand(ctx, stand)
}

// OfferEdit changes what is not nil.
type OfferEdit struct {
	Title, Description, PayLabel, HoursLabel *string
	Positions                                *int
	State                                    *fair.OfferState
	Rev                                      int64
}

// EditOffer changes an offer of the actor's stand. A text that is flagged waits for
// an organiser; closing and opening again do not. Errors: Conflict "offer.waits" for
// one that was never published.
func (s *Service) EditOffer(ctx context.Context, a fair.Actor, id fair.ID, e OfferEdit) (fair.Offer, error) {
	o, err := s.OfferDesk(ctx, a, id)
	if err != nil {
		return fair.Offer{}, err
	}
	edited := o
	if err := applyOffer(&edited, e); err != nil {
		return fair.Offer{}, err
	}
	if e.State != nil && !o.Published() {
		return fair.Offer{}, fair.E(fair.Conflict, "offer.waits")
	}
	change := fair.OfferChange{At: s.now(), By: a.Account, Action: offerEdited, Fields: o.Written().Changes(edited.Written())}
	switch {
	case len(change.Fields) == 0 && edited.State != o.State:
		change.Action = map[fair.OfferState]string{fair.OfferOpen: offerReopened, fair.OfferClosed: offerClosed}[edited.State]
	case len(change.Fields) > 0 && o.Published():
		if change.Action, err = publish(&o, edited.Written(), a); err != nil {
			return fair.Offer{}, err
		}
	default:
		o.Write(edited.Written())
	}
	o.State, o.Rev = edited.State, e.Rev
	return s.saveOffer(ctx, o, change)
}

// applyOffer checks an edit and writes it into the offer.
func applyOffer(o *fair.Offer, e OfferEdit) error {
	texts := []struct {
		field    string
		from     *string
		to       *string
		limit    int
		required bool
		clean    func(string) string
	}{
		{"title", e.Title, &o.Title, 160, true, fair.CleanLine},
		{"description", e.Description, &o.Description, 8000, true, fair.Clean},
		{"pay_label", e.PayLabel, &o.Pay.Label, 300, false, fair.CleanLine},
		{"hours_label", e.HoursLabel, &o.Work.HoursLabel, 200, false, fair.CleanLine},
	}
	for _, t := range texts {
		if t.from == nil {
			continue
		}
		*t.to = t.clean(*t.from)
		if *t.to == "" && t.required {
			return fair.Refuse(t.field, "text.missing")
		}
		if fair.TooLong(*t.to, t.limit) {
			return fair.Refuse(t.field, "text.long")
		}
	}
	if e.Positions != nil {
		if *e.Positions < 1 || *e.Positions > 999 {
			return fair.Refuse("positions", "offer.positions")
		}
		o.Positions = *e.Positions
	}
	if e.State != nil {
		if *e.State != fair.OfferOpen && *e.State != fair.OfferClosed {
			return fair.Refuse("state", "offer.state")
		}
		o.State = *e.State
	}
	return nil
}

// SitemapOffers streams every offer of a fair that one can apply to.
func (s *Service) SitemapOffers(ctx context.Context, fairID fair.ID, each func(fair.Offer) error) error {
	const batch = 500
	for after := fair.ID(""); ; {
		list, err := s.Stores.Offers.OpenAfter(ctx, fairID, after, batch)
		if err != nil {
			return fmt.Errorf("list offers for the sitemap: %w", err)
		}
		full := len(list) == batch
		if full {
			after = list[len(list)-1].ID
		}
		for _, o := range s.stillOpen(list) {
			if err := each(o); err != nil {
				return err
			}
		}
		if !full {
			return nil
		}
	}
}
