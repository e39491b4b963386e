package search_test

import (
	"fmt"
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

func BenchmarkSearch(b *testing.B) {
	for _, n := range []int{600, 10_000} {
		x := indexOf(b, manyOffers(n)...)
		for name, q := range map[string]fair.OfferQuery{
			"word":               {Text: "conductrice"},
			"words and criteria": {Text: "agente entretien", Contract: "CDI", Commune: "34172", Radius: 10},
			"unfinished":         {Text: "bou"},
			"mistyped":           {Text: "jardineir"},
			"criteria only":      {Contract: "CDI", Commune: "34172", Radius: 10},
		} {
			q.Page, q.Limit = 1, 20
			b.Run(fmt.Sprintf("%d offers/%s", n, name), func(b *testing.B) {
				for b.Loop() {
					find(b, x, q)
				}
			})
		}
	}
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
