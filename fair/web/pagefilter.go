package web

import (
	"context"
	"slices"

	"salon/fair"
	"salon/fair/place"
	"salon/frontend"
)

// choicesShown is how many choices one list of the form holds: the commonest.
const choicesShown = 60

// fillFilters tells the form what can be chosen, with how many offers each choice
// would leave, and which criteria hold.
func fillFilters(texts *frontend.Locale, view *frontend.OffersPage, facets fair.OfferFacets) {
	search := view.Search
	view.Contracts = options(texts, facets.Contracts, search.Contract, func(c fair.FacetCount) string { return contractName(texts, c.Value) })
	view.Communes = options(texts, facets.Communes, search.Commune, func(c fair.FacetCount) string { return communeLabel(c) })
	view.Occupations = options(texts, facets.Occupations, search.Rome, occupationLabel)
	view.Companies = options(texts, facets.Stands, search.Stand, func(c fair.FacetCount) string { return c.Label })
	view.Hours = options(texts, facets.Hours, search.Hours, func(c fair.FacetCount) string { return texts.T("offers.hours." + c.Value) })
	view.Experience = options(texts, facets.Experience, search.Experience, func(c fair.FacetCount) string { return texts.T("offers.experience." + c.Value) })
	view.Accessible, view.Now = facets.Accessible, facets.Now
	view.Active = mapped(activeFilters(texts, view), otherSearch.link)
	view.Sorts = sorts(texts, search)
}

// options are the choices of one list; the one in use is there though nothing
// would be left.
func options(texts *frontend.Locale, counts []fair.FacetCount, used string, label func(fair.FacetCount) string) []frontend.Option {
	shown := counts[:min(len(counts), choicesShown)]
	if used != "" && !slices.ContainsFunc(shown, func(c fair.FacetCount) bool { return c.Value == used }) {
		at := slices.IndexFunc(counts, func(c fair.FacetCount) bool { return c.Value == used })
		if at < 0 {
			shown = append(slices.Clip(shown), fair.FacetCount{Value: used})
		} else {
			shown = append(slices.Clip(shown), counts[at])
		}
	}
	return mapped(shown, func(c fair.FacetCount) frontend.Option {
		name := label(c)
		if name == "" {
			name = c.Value
		}
		if c.Offers == 0 {
			return frontend.Option{Value: c.Value, Name: name, Label: name}
		}
		return frontend.Option{Value: c.Value, Name: name, Label: texts.T("offers.withcount", "label", name, "count", c.Offers)}
	})
}

func contractName(texts *frontend.Locale, code string) string {
	if key := "contract." + code; texts.Has(key) {
		return texts.T(key)
	}
	return code
}

func communeLabel(c fair.FacetCount) string {
	if name := communeName(c.Value); name != "" {
		return name
	}
	return c.Label
}

func occupationLabel(c fair.FacetCount) string {
	if o, ok := place.OccupationByCode(c.Value); ok {
		return o.Label
	}
	return c.Label
}

// otherSearch is a search that is near the one that was asked.
type otherSearch struct {
	label string
	frontend.OfferSearch
}

func (o otherSearch) link() frontend.SearchLink {
	return frontend.SearchLink{Label: o.label, Query: o.Encode(1)}
}

// activeFilters are the criteria that hold, each with the search without it.
func activeFilters(texts *frontend.Locale, view *frontend.OffersPage) []otherSearch {
	var found []otherSearch
	add := func(active bool, label string, without func(*frontend.OfferSearch)) {
		if !active {
			return
		}
		other := view.Search
		without(&other)
		found = append(found, otherSearch{label, other})
	}
	s := view.Search
	add(s.Contract != "", optionName(view.Contracts, s.Contract), func(o *frontend.OfferSearch) { o.Contract = "" })
	where := optionName(view.Communes, s.Commune)
	if s.Radius > 0 {
		where += ", " + texts.T("offers.radiuskm", "km", s.Radius)
	}
	add(s.Commune != "", where, func(o *frontend.OfferSearch) {
		o.Commune, o.Radius = "", 0
		if o.Sort == string(fair.SortDistance) {
			o.Sort = ""
		}
	})
	add(s.Rome != "", optionName(view.Occupations, s.Rome), func(o *frontend.OfferSearch) { o.Rome = "" })
	add(s.Stand != "", optionName(view.Companies, s.Stand), func(o *frontend.OfferSearch) { o.Stand = "" })
	add(s.Hours != "", optionName(view.Hours, s.Hours), func(o *frontend.OfferSearch) { o.Hours = "" })
	add(s.Experience != "", optionName(view.Experience, s.Experience), func(o *frontend.OfferSearch) { o.Experience = "" })
	add(s.Accessible, texts.T("offers.accessible"), func(o *frontend.OfferSearch) { o.Accessible = false })
	add(s.Now, texts.T("offers.now"), func(o *frontend.OfferSearch) { o.Now = false })
	return found
}

// looser are the searches that find something where the one of the view finds nothing:
// further around the commune, with a criterion less, by the words alone.
func (s *Server) looser(ctx context.Context, k *call, f fair.Fair, view *frontend.OffersPage) ([]frontend.SearchLink, error) {
	texts, was := s.Frontend.Locale(string(k.lang)), view.Search
	var links []frontend.SearchLink
	try := func(o otherSearch) (found bool, err error) {
		if o.OfferSearch == (frontend.OfferSearch{Sort: o.Sort}) {
			o.Sort = "" // it is every offer
		}
		link := o.link()
		if slices.ContainsFunc(links, func(l frontend.SearchLink) bool { return l.Query == link.Query }) {
			return false, nil
		}
		asked := queryOf(o.OfferSearch)
		asked.Limit = 1
		page, err := s.Service.Offers(ctx, k.Actor, f.Slug, asked)
		if err != nil || page.Total == 0 {
			return false, err
		}
		link.Label = texts.T("offers.withcount", "label", o.label, "count", page.Total)
		links = append(links, link)
		return true, nil
	}
	for _, wide := range view.Radii() {
		if was.Commune == "" || was.Radius >= wide {
			continue
		}
		more := was
		more.Radius = wide
		label := communeName(was.Commune) + ", " + texts.T("offers.radiuskm", "km", wide)
		if found, err := try(otherSearch{label, more}); err != nil {
			return nil, err
		} else if found {
			break
		}
	}
	others := mapped(activeFilters(texts, view), func(o otherSearch) otherSearch {
		return otherSearch{texts.T("offers.without", "label", o.label), o.OfferSearch}
	})
	if was.Q != "" && len(others) > 0 {
		wordless := was
		wordless.Q = ""
		others = append(others, otherSearch{texts.T("offers.without", "label", was.Q), wordless},
			otherSearch{texts.T("offers.for", "q", was.Q), frontend.OfferSearch{Q: was.Q}})
	}
	for _, o := range append(others, otherSearch{texts.T("offers.all"), frontend.OfferSearch{}}) {
		if _, err := try(o); err != nil {
			return nil, err
		}
	}
	return links, nil
}

func optionName(options []frontend.Option, value string) string {
	for _, o := range options {
		if o.Value == value {
			return o.Name
		}
	}
	return value
}

// sorts are the orders one may choose, the one in use without a query. Distance is
// from the commune that was chosen.
func sorts(texts *frontend.Locale, search frontend.OfferSearch) []frontend.SearchLink {
	var links []frontend.SearchLink
	for _, by := range []fair.OfferSort{fair.SortBest, fair.SortDate, fair.SortDistance} {
		if by == fair.SortDistance && search.Commune == "" || by == fair.SortBest && search.Q == "" && search.Sort == "" {
			continue
		}
		name := string(by)
		if by == fair.SortBest {
			name = "best"
		}
		link := frontend.SearchLink{Label: texts.T("offers.sort." + name)}
		inUse := search.Sort == string(by) || by == fair.SortDate && search.Sort == "" && search.Q == ""
		if !inUse {
			other := search
			other.Sort = string(by)
			link.Query = other.Encode(1)
			if link.Query == "" {
				link.Query = "page=1"
			}
		}
		links = append(links, link)
	}
	if len(links) < 2 {
		return nil
	}
	return links
}
