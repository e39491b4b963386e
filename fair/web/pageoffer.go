package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"salon/fair"
	"salon/fair/place"
	"salon/frontend"
)

// offersShown is how many offers one page of results holds.
const offersShown = 20

// queryOf is what a search of the page asks.
func queryOf(search frontend.OfferSearch) fair.OfferQuery {
	return fair.OfferQuery{
		Text: search.Q, Contract: search.Contract, ROME: search.Rome, Commune: search.Commune, Radius: float64(search.Radius),
		Stand: fair.ID(search.Stand), Hours: search.Hours, Experience: search.Experience,
		Accessible: search.Accessible, Now: search.Now, Sort: fair.OfferSort(search.Sort),
	}
}

func (s *Server) offersPage(ctx context.Context, k *call) error {
	f, err := s.openFair(ctx, k)
	if err != nil {
		return err
	}
	search := readSearch(k)
	number := max(1, atoi(k.fiber.Query("page")))
	asked := queryOf(search)
	asked.Page, asked.Limit = number, offersShown
	found, err := s.Service.Offers(ctx, k.Actor, f.Slug, asked)
	if err != nil {
		return err
	}
	facets, err := s.Service.OfferFacets(ctx, k.Actor, f.Slug, asked)
	if err != nil {
		return err
	}
	if err := s.nameCompany(ctx, k, f, &facets, search.Stand); err != nil {
		return err
	}
	next, err := s.nextSlots(ctx, k, f)
	if err != nil {
		return err
	}
	texts := s.Frontend.Locale(string(k.lang))
	view := &frontend.OffersPage{
		Page: s.frame(k, texts.T("offers.title"), "fairs", f.Slug, "offers"), Search: search,
		Total: found.Total, PageNumber: number, Pages: (found.Total + offersShown - 1) / offersShown,
		Offers: mapped(found.Items, func(o fair.Offer) frontend.OfferItem { return offerItem(texts, f, o, next) }),
	}
	fillFilters(texts, view, facets)
	view.Head.Description = f.Tagline.In(k.lang)
	if search == (frontend.OfferSearch{}) {
		view.Head.CanonicalQuery = search.Encode(number)
	} else {
		view.Head.NoIndex = true // every search is another address of the same offers
		if search.Q != "" {
			view.Head.Title = texts.T("offers.for", "q", search.Q)
		}
	}
	if found.Total == 0 {
		if view.Looser, err = s.looser(ctx, k, f, view); err != nil {
			return err
		}
		if view.Without, err = s.withoutOffers(ctx, k, f); err != nil {
			return err
		}
	}
	return s.show(k, http.StatusOK, view)
}

// withoutOffers says why a fair has no offer at all: "" when it has some, or when they
// are merely not found. While a demo is filled, some of them are not to be found yet.
func (s *Server) withoutOffers(ctx context.Context, k *call, f fair.Fair) (string, error) {
	figures, err := s.Service.FairFigures(ctx, k.Actor, f.ID)
	switch {
	case err != nil:
		return "", err
	case !s.Clock().Before(f.EndsAt):
		return "over", nil
	case figures.Offers == 0, slices.ContainsFunc(s.Ready(ctx), func(fault Fault) bool { return fault.Part == PartDemo }):
		return "before", nil
	}
	return "", nil
}

// Longest search that is looked at, in bytes, and largest radius, in km.
const (
	maxSearch = 200
	maxRadius = 200
)

// readSearch takes what the form sent. What cannot be meant is dropped: a page
// of results is better than a refusal.
func readSearch(k *call) frontend.OfferSearch {
	q := k.fiber.Query("q")
	if len(q) > maxSearch {
		q = q[:maxSearch]
	}
	search := frontend.OfferSearch{
		Q: validText(q), Contract: code(k.fiber.Query("contract")), Rome: code(k.fiber.Query("rome")),
		Commune: code(k.fiber.Query("commune")), Radius: min(max(0, atoi(k.fiber.Query("radius"))), maxRadius),
		Hours:      among(k.fiber.Query("hours"), fair.FullTime, fair.PartTime),
		Experience: among(k.fiber.Query("experience"), fair.Beginner, fair.Experienced),
		Sort:       among(k.fiber.Query("sort"), string(fair.SortDate), string(fair.SortDistance)),
		Accessible: k.fiber.Query("accessible") == "true", Now: k.fiber.Query("now") == "true",
	}
	if stand := fair.ID(k.fiber.Query("stand")); stand.Valid() {
		search.Stand = string(stand)
	}
	if _, known := place.CommuneByINSEE(search.Commune); !known {
		search.Commune, search.Radius = "", 0
	}
	if search.Commune == "" && search.Sort == string(fair.SortDistance) {
		search.Sort = ""
	}
	return search
}

// among is value when it is one of those allowed, else "".
func among(value string, allowed ...string) string {
	if slices.Contains(allowed, value) {
		return value
	}
	return ""
}

// nameCompany tells the form the name of the company that was chosen, which no
// offer tells when none is left.
func (s *Server) nameCompany(ctx context.Context, k *call, f fair.Fair, facets *fair.OfferFacets, stand string) error {
	if stand == "" || slices.ContainsFunc(facets.Stands, func(c fair.FacetCount) bool { return c.Value == stand }) {
		return nil
	}
	st, err := s.Service.Stand(ctx, k.Actor, f.Slug, stand)
	if err != nil {
		if fair.KindOf(err) == fair.NotFound {
			return nil
		}
		return err
	}
	facets.Stands = append(facets.Stands, fair.FacetCount{Value: stand, Label: st.Name})
	return nil
}

func offerItem(texts *frontend.Locale, f fair.Fair, o fair.Offer, next map[fair.ID]time.Time) frontend.OfferItem {
	return frontend.OfferItem{
		ID: string(o.ID), Title: o.Title, Company: o.CompanyName, Place: placeWords(o.Place),
		Contract: contractWords(texts, o.Work), Pay: payWords(texts, o.Pay), Posted: o.PublishedAt.In(f.Location()), NextSlot: next[o.Stand],
	}
}

// similarShown is how many similar offers an offer leads to.
const similarShown = 4

func (s *Server) offerPage(ctx context.Context, k *call) error {
	return s.showOffer(ctx, k, fair.ID(k.fiber.Params("offer")), kept{})
}

// showOffer renders an offer, with what was refused if there is something.
func (s *Server) showOffer(ctx context.Context, k *call, id fair.ID, chosen kept) error {
	f, err := s.openFair(ctx, k)
	if err != nil {
		return err
	}
	if !id.Valid() {
		return fair.E(fair.NotFound, "offer.unknown")
	}
	o, err := s.Service.Offer(ctx, k.Actor, f.Slug, id)
	closed := fair.KindOf(err) == fair.Gone && err != nil && o.ID != ""
	if err != nil && !closed {
		return err
	}
	st, err := s.Service.Stand(ctx, k.Actor, f.Slug, string(o.Stand))
	if err != nil {
		return err
	}
	company, err := s.Service.Company(ctx, k.Actor, st)
	if err != nil {
		return err
	}
	similar, err := s.Service.SimilarOffers(ctx, k.Actor, o, similarShown)
	if err != nil {
		return err
	}
	next, err := s.nextSlots(ctx, k, f)
	if err != nil {
		return err
	}
	texts := s.Frontend.Locale(string(k.lang))
	view := s.viewOfferPage(k, f, o, st)
	view.Company.Size, view.Company.Website = sizeWords(texts, company), website(company)
	view.Closed = closed
	view.Similar = mapped(similar, func(o fair.Offer) frontend.OfferItem { return offerItem(texts, f, o, next) })
	if closed {
		view.Head.NoIndex = true
		return s.show(k, http.StatusGone, view)
	}
	if view.Line, err = s.lineView(ctx, k, f, st, o.ID, chosen.line); err != nil {
		return err
	}
	if view.Booking, err = s.booking(ctx, k, f, st, o.ID, chosen); err != nil {
		return err
	}
	if view.Words, err = s.wordsView(ctx, k, st, o.ID, chosen.words); err != nil {
		return err
	}
	if view.Head.JSONLD, err = jobPosting(o, view.Company.Website, view.Canonical()); err != nil {
		return err
	}
	return s.show(k, chosen.Status(), view)
}

func (s *Server) viewOfferPage(k *call, f fair.Fair, o fair.Offer, st fair.Stand) *frontend.OfferPage {
	texts := s.Frontend.Locale(string(k.lang))
	view := &frontend.OfferPage{
		Page: s.frame(k, o.Title, "fairs", f.Slug, "offers", string(o.ID)),
		ID:   string(o.ID), Title: o.Title, Place: placeWords(o.Place), Occupation: o.Work.Occupation,
		Contract: contractWords(texts, o.Work), Pay: payWords(texts, o.Pay), Hours: hoursWords(texts, o.Work), Experience: o.Needs.Experience,
		Posted: o.PublishedAt.In(f.Location()), Positions: o.Positions, Reference: reference(o),
		Description: paragraphs(o.Description),
		Company: frontend.CompanyView{
			StandID: st.Slug, Name: st.Name, Sector: st.Sector.In(k.lang), Place: communeName(st.Commune),
			About: paragraphs(st.About.In(k.lang)),
		},
	}
	view.Head.Picture = s.pictureOf(k, k.fair.Slug, "offers", string(o.ID))
	view.Head.Description = o.Title + " · " + o.CompanyName + " · " + view.Place + " · " + view.Contract
	for _, needs := range [][]fair.Need{o.Needs.Skills, o.Needs.Training, o.Needs.Languages, o.Needs.Licences, o.Needs.Qualities} {
		for _, n := range needs {
			if n.Required {
				view.Required = append(view.Required, n.Label)
			} else {
				view.Wished = append(view.Wished, n.Label)
			}
		}
	}
	return view
}

// atoi is 0 for what is not a number.
func atoi(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

// code is "" for what cannot be a code.
func code(text string) string {
	if len(text) > 5 || url.QueryEscape(text) != text {
		return ""
	}
	return text
}
