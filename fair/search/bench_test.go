package search_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/place"
)

// manyOffers makes n offers over all occupations and communes.
func manyOffers(n int) []fair.Offer {
	occupations, communes := place.Occupations(), place.Communes()
	offers := make([]fair.Offer, n)
	for i := range offers {
		occupation, commune := occupations[i%len(occupations)], communes[i%len(communes)]
		offers[i] = offer(fmt.Sprintf("%s n° %d", occupation.Titles[i/7%len(occupation.Titles)], i),
			work(occupation.Code, []string{"CDI", "CDD", "MIS"}[i%3]), in(commune.INSEE),
			func(o *fair.Offer) {
				o.Work.Occupation = occupation.Label
				o.PublishedAt = o.PublishedAt.Add(time.Duration(i) * time.Minute)
				for j := range 12 {
					o.Description += " Vous travaillez avec " + occupations[(i*31+j*17)%len(occupations)].Label + "."
				}
			})
	}
	return offers
}

var searches = []struct {
	name string
	q    fair.OfferQuery
}{
	{"word", fair.OfferQuery{Text: "conductrice"}},
	{"common word", fair.OfferQuery{Text: "agent"}},
	{"words and criteria", fair.OfferQuery{Text: "agente entretien", Contract: "CDI", Commune: "34172", Radius: 10}},
	{"unfinished", fair.OfferQuery{Text: "bou"}},
	{"mistyped", fair.OfferQuery{Text: "jardineir"}},
	{"three words, one mistyped", fair.OfferQuery{Text: "vendeuse en boulagerie"}},
	{"criteria only", fair.OfferQuery{Contract: "CDI", Commune: "34172", Radius: 10}},
	{"by distance", fair.OfferQuery{Text: "agent", Commune: "34172", Sort: fair.SortDistance}},
	{"everything by date", fair.OfferQuery{Sort: fair.SortDate}},
}

func BenchmarkSearch(b *testing.B) {
	for _, n := range []int{600, 10_000} {
		x := indexOf(b, manyOffers(n)...)
		for _, one := range searches {
			one.q.Page, one.q.Limit = 1, 20
			b.Run(fmt.Sprintf("%d offers/%s", n, one.name), func(b *testing.B) {
				median(b, func() { find(b, x, one.q) })
			})
			b.Run(fmt.Sprintf("%d offers/facets of %s", n, one.name), func(b *testing.B) {
				median(b, func() {
					if _, err := x.Facets(b.Context(), theFair, one.q); err != nil {
						b.Fatal(err)
					}
				})
			})
		}
		b.Run(fmt.Sprintf("%d offers/suggestions", n), func(b *testing.B) {
			median(b, func() {
				if _, err := x.Suggest(b.Context(), theFair, "boulang", 8); err != nil {
					b.Fatal(err)
				}
			})
		})
	}
}

// median reports the median of the times in milliseconds.
func median(b *testing.B, do func()) {
	var took []time.Duration
	for b.Loop() {
		began := time.Now()
		do()
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
}

func BenchmarkPut(b *testing.B) {
	offers := manyOffers(600)
	x := indexOf(b, offers...)
	for i := 0; b.Loop(); i++ {
		o := offers[i%len(offers)]
		o.Rev += int64(i)
		if err := x.Put(b.Context(), o); err != nil {
			b.Fatal(err)
		}
	}
}
