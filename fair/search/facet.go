package search

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"salon/fair"
	"salon/fair/place"
)

// criteria are the conditions of a search that are not words.
type criteria struct {
	fair.OfferQuery
	around   bool // the place of the search is known
	lat, lon float64
	open     map[fair.ID]bool
	since    int64
}

// criteriaOf reads the conditions of a search. Errors: Invalid "commune.unknown".
func criteriaOf(q fair.OfferQuery) (criteria, error) {
	c := criteria{OfferQuery: q, open: map[fair.ID]bool{}}
	for _, stand := range q.OpenStands {
		c.open[stand] = true
	}
	if !q.OpenedSince.IsZero() {
		c.since = q.OpenedSince.Unix()
	}
	if q.Commune != "" {
		commune, ok := place.CommuneByINSEE(q.Commune)
		if !ok && (q.Radius > 0 || q.Sort == fair.SortDistance) {
			return c, fair.Refuse("commune", "commune.unknown")
		}
		c.around, c.lat, c.lon = ok, commune.Lat, commune.Lon
	}
	return c, nil
}

// The conditions, as bits of what an offer fails.
const (
	failsContract = 1 << iota
	failsOccupation
	failsPlace
	failsStand
	failsHours
	failsExperience
	failsAccessible
	failsNow
	failsSince
)

// failing tells which conditions an offer does not meet.
func (c *criteria) failing(r *row) (fails int) {
	set := func(bit int, failed bool) {
		if failed {
			fails |= bit
		}
	}
	set(failsContract, c.Contract != "" && c.Contract != r.contract)
	set(failsOccupation, c.ROME != "" && c.ROME != r.rome)
	set(failsStand, c.Stand != "" && c.Stand != r.stand)
	set(failsHours, c.Hours != "" && c.Hours != r.hours)
	set(failsExperience, c.Experience != "" && c.Experience != r.experience)
	set(failsAccessible, c.Accessible && !r.accessible)
	set(failsNow, c.Now && !c.open[r.stand])
	set(failsSince, c.since != 0 && c.since > r.opened)
	set(failsPlace, c.Commune != "" && !c.inPlace(r))
	return fails
}

func (c *criteria) inPlace(r *row) bool {
	switch {
	case c.Sort == fair.SortDistance && c.Radius == 0:
		return true // the place says from where, not where
	case c.Radius <= 0:
		return c.Commune == r.commune
	}
	return r.located && place.Kilometres(c.lat, c.lon, r.lat, r.lon) <= c.Radius
}

// Facets counts, for each criterion, the offers that each of its values would
// leave: the other criteria of q hold, its own does not. Errors as for Search.
func (x *Index) Facets(ctx context.Context, fairID fair.ID, q fair.OfferQuery) (all fair.OfferFacets, err error) {
	c, err := criteriaOf(q)
	if err != nil {
		return all, err
	}
	err = x.within(ctx, fairID, func(s *shelf) {
		contracts, occupations, communes, stands := tally{}, tally{}, tally{}, tally{}
		hours, experience := tally{}, tally{}
		for _, f := range s.matching(q.Text) {
			r := &s.rows[f.row]
			fails := c.failing(r)
			contracts.count(fails&^failsContract == 0, r.contract, r.contract)
			occupations.count(fails&^failsOccupation == 0, r.rome, r.occupation)
			communes.count(fails&^failsPlace == 0, r.commune, r.place)
			stands.count(fails&^failsStand == 0, string(r.stand), r.company)
			hours.count(fails&^failsHours == 0, r.hours, r.hours)
			experience.count(fails&^failsExperience == 0, r.experience, r.experience)
			if r.accessible && fails&^failsAccessible == 0 {
				all.Accessible++
			}
			if c.open[r.stand] && fails&^failsNow == 0 {
				all.Now++
			}
		}
		all.Contracts, all.Occupations, all.Communes = contracts.list(), occupations.list(), communes.list()
		all.Stands, all.Hours, all.Experience = stands.list(), hours.list(), experience.list()
	})
	return all, err
}

// tally counts the values of one criterion.
type tally map[string]*fair.FacetCount

func (t tally) count(fits bool, value, label string) {
	if !fits || value == "" {
		return
	}
	counted := t[value]
	if counted == nil {
		counted = &fair.FacetCount{Value: value, Label: label}
		t[value] = counted
	}
	counted.Offers++
}

// list orders the values, the commonest first.
func (t tally) list() []fair.FacetCount {
	all := make([]fair.FacetCount, 0, len(t))
	for _, counted := range t {
		all = append(all, *counted)
	}
	slices.SortFunc(all, func(a, b fair.FacetCount) int {
		return cmp.Or(cmp.Compare(b.Offers, a.Offers), strings.Compare(a.Label, b.Label), strings.Compare(a.Value, b.Value))
	})
	return all
}
