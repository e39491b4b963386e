package service_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// trades knows every occupation but one.
type trades struct{ service.Places }

func (trades) Occupation(rome string) (string, bool) { return "Métier " + rome, rome != "Z9999" }

func TestTheOccupationsWithMostOpenOffersAreNamed(t *testing.T) {
	h := newHouse(t, func(c *service.Config) { c.Places = trades{c.Places} })
	offers := map[string]int{"K1304": 5, "D1102": 4, "N1103": 1, "Z9999": 6} // and J1501, three times
	var texts []string
	for rome, count := range offers {
		for i := range count {
			texts = append(texts, strings.Replace(offerRecord(fmt.Sprint(rome, i), "Maison 1"), "J1501", rome, 1))
		}
	}
	results, err := h.ImportOffers(t.Context(), h.boss, h.fair.Slug, records(texts...))
	h.must(err)
	common := func() (codes []string) {
		t.Helper()
		list, err := h.CommonOccupations(t.Context(), fair.Actor{}, h.fair.ID, 3)
		h.must(err)
		for _, o := range list {
			codes = append(codes, o.ROME)
			if o.Label != "Métier "+o.ROME {
				t.Errorf("%s is called %q", o.ROME, o.Label)
			}
		}
		return codes
	}
	if got := common(); !slices.Equal(got, []string{"K1304", "D1102", "J1501"}) {
		t.Fatalf("the commonest are %q", got)
	}
	for _, r := range results {
		if !strings.HasPrefix(r.SourceID, "K1304") {
			continue
		}
		o, err := h.Offer(t.Context(), fair.Actor{}, h.fair.Slug, r.Offer)
		h.must(err)
		closed := fair.OfferClosed
		_, err = h.EditOffer(t.Context(), h.boss, o.ID, service.OfferEdit{State: &closed, Rev: o.Rev})
		h.must(err)
	}
	h.clock.Pass(time.Minute)
	if got := common(); !slices.Equal(got, []string{"D1102", "J1501", "N1103"}) {
		t.Errorf("a minute after K1304 was filled, the commonest are %q", got)
	}
}
