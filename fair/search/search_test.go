package search_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/place"
	"salon/fair/search"
)

const theFair fair.ID = "fair"

// indexOf gives an index of these offers, closed when the test ends.
func indexOf(t testing.TB, offers ...fair.Offer) *search.Index {
	t.Helper()
	x := search.New()
	if err := x.Put(t.Context(), offers...); err != nil {
		t.Fatal(err)
	}
	return x
}

// offer is an open offer titled title; its id is the title.
func offer(title string, change ...func(*fair.Offer)) fair.Offer {
	o := fair.Offer{
		ID: fair.ID(title), Fair: theFair, State: fair.OfferOpen, Title: title,
		PublishedAt: time.Date(2021, 1, 11, 9, 0, 0, 0, time.UTC),
		Meta:        fair.Meta{Rev: 1},
	}
	for _, c := range change {
		c(&o)
	}
	return o
}

func in(insee string) func(*fair.Offer) { return func(o *fair.Offer) { o.Place.Commune = insee } }
func work(rome, contract string) func(*fair.Offer) {
	return func(o *fair.Offer) { o.Work.ROME, o.Work.Contract = rome, contract }
}

func find(t testing.TB, x *search.Index, q fair.OfferQuery) []string {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 20
	}
	ids, total, err := x.Search(t.Context(), theFair, q)
	if err != nil {
		t.Fatal(err)
	}
	if q.Page <= 1 && total < len(ids) {
		t.Errorf("%d offers listed, %d said", len(ids), total)
	}
	titles := []string{}
	for _, id := range ids {
		titles = append(titles, string(id))
	}
	return titles
}

func TestOffersAreFoundAsPeopleType(t *testing.T) {
	x := indexOf(t,
		offer("Boulanger"), offer("Vendeuse en prêt-à-porter"), offer("Conducteur de bus"), offer("Développeur web"),
		offer("Infirmière de nuit"), offer("Technicien·ne de maintenance"), offer("Agent(e) d'accueil"), offer("Employée de ménage"),
		offer("Chef de cuisine", func(o *fair.Offer) { o.CompanyName = "Les Tables du Lez" }),
		offer("Éboueur", func(o *fair.Offer) { o.Description = "Vous ramassez les déchets avant l'aube." }),
		offer("Cariste de nuit", work("N1110", "CDI")), offer("Releveur d’eau"),
	)
	for typed, want := range map[string]string{
		"boulangere":                "Boulanger",
		"BOULANGÈRES":               "Boulanger",
		"vendeur":                   "Vendeuse en prêt-à-porter",
		"pret a porter":             "Vendeuse en prêt-à-porter",
		"conductrice":               "Conducteur de bus",
		"conductrices de bus":       "Conducteur de bus",
		"infirmier":                 "Infirmière de nuit",
		"technicienne":              "Technicien·ne de maintenance",
		"technicien maintenance":    "Technicien·ne de maintenance",
		"agente d'accueil":          "Agent(e) d'accueil",
		"agent d’accueil":           "Agent(e) d'accueil",
		"d'eau":                     "Releveur d’eau",
		"releveuse d’eau":           "Releveur d’eau",
		"employé":                   "Employée de ménage",
		"cheffe":                    "Chef de cuisine",
		"tables du lez":             "Chef de cuisine",
		"dechet":                    "Éboueur",
		"éboueuse":                  "Éboueur",
		"develo":                    "Développeur web",
		"devlopeur":                 "Développeur web",
		"infirmeire":                "Infirmière de nuit",
		"receptionnaire magasinage": "Cariste de nuit",    // another title of the same occupation
		"infirmière pédiatrique":    "Infirmière de nuit", // half of the words
		"  boulanger,  (H/F) !":     "Boulanger",
		"le boulanger de la ville":  "Boulanger",
	} {
		t.Run(typed, func(t *testing.T) {
			if got := find(t, x, fair.OfferQuery{Text: typed}); len(got) == 0 || got[0] != want {
				t.Errorf("got %q, want %q first", got, want)
			}
		})
	}
	for _, typed := range []string{"astronaute", "zzzz", "12345"} {
		if got := find(t, x, fair.OfferQuery{Text: typed}); len(got) != 0 {
			t.Errorf("%q finds %q", typed, got)
		}
	}
}

func TestTheTitleWeighsMoreThanTheRest(t *testing.T) {
	says := func(text string) func(*fair.Offer) { return func(o *fair.Offer) { o.Description = text } }
	x := indexOf(t,
		offer("Comptable", says("Vous travaillez avec le serveur de la cantine.")),
		offer("Commis", work("G1803", "CDI")), // whose occupation is to wait at table
		offer("Serveur"),
		offer("Plongeur", func(o *fair.Offer) { o.CompanyName = "Au Bon Serveur" }),
	)
	want := []string{"Serveur", "Commis", "Plongeur", "Comptable"}
	if got := find(t, x, fair.OfferQuery{Text: "serveuse"}); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCriteriaNarrowTheSearch(t *testing.T) {
	coordinates := func(lat, lon float64) func(*fair.Offer) {
		return func(o *fair.Offer) { o.Place.Lat, o.Place.Lon = &lat, &lon }
	}
	stand := func(o *fair.Offer) { o.Stand = "stand" }
	x := indexOf(t,
		offer("A", in("34172"), work("J1506", "CDI")),                     // Montpellier
		offer("B", in("34057"), work("J1506", "CDD"), stand),              // Castelnau-le-Lez, 4.6 km away
		offer("C", in("34198"), work("K2303", "CDI")),                     // Pérols, 8.8 km away
		offer("D", coordinates(43.61, 3.88), work("K2303", "MIS"), stand), // in Montpellier, but only by its point
		offer("other", func(o *fair.Offer) { o.Fair = "another" }, in("34172"), work("J1506", "CDI")),
		offer("closed", func(o *fair.Offer) { o.State = fair.OfferClosed }, in("34172")),
	)
	for _, tc := range []struct {
		name string
		q    fair.OfferQuery
		want []string
	}{
		{"no criterion is the whole fair", fair.OfferQuery{}, []string{"A", "B", "C", "D"}},
		{"by contract", fair.OfferQuery{Contract: "CDI"}, []string{"A", "C"}},
		{"by occupation", fair.OfferQuery{ROME: "K2303"}, []string{"C", "D"}},
		{"by stand", fair.OfferQuery{Stand: "stand"}, []string{"B", "D"}},
		{"by commune", fair.OfferQuery{Commune: "34172"}, []string{"A"}},
		{"within 5 km", fair.OfferQuery{Commune: "34172", Radius: 5}, []string{"A", "B", "D"}},
		{"within 10 km", fair.OfferQuery{Commune: "34172", Radius: 10}, []string{"A", "B", "C", "D"}},
		{"all at once", fair.OfferQuery{Commune: "34172", Radius: 10, Contract: "CDI", ROME: "K2303"}, []string{"C"}},
		{"words and criteria", fair.OfferQuery{Text: "infirmière", Contract: "CDD"}, []string{"B"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := find(t, x, tc.q)
			slices.Sort(got)
			if !slices.Equal(got, tc.want) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
	_, _, err := x.Search(t.Context(), theFair, fair.OfferQuery{Commune: "75056", Radius: 10})
	if !errors.Is(err, fair.Refuse("commune", "commune.unknown")) {
		t.Errorf("a radius around Paris: got %v", err)
	}
}

func TestPagesShareOutTheResultsOnce(t *testing.T) {
	var offers []fair.Offer
	for i := range 45 {
		offers = append(offers, offer("Serveur "+string(rune('a'+i%26))+string(rune('a'+i/26)), func(o *fair.Offer) {
			o.PublishedAt = o.PublishedAt.Add(time.Duration(i%7) * time.Hour)
		}))
	}
	x := indexOf(t, offers...)
	for _, text := range []string{"", "serveuse"} {
		seen := map[fair.ID]bool{}
		for page := 1; page <= 4; page++ {
			ids, total, err := x.Search(t.Context(), theFair, fair.OfferQuery{Text: text, Page: page, Limit: 20})
			if err != nil || total != 45 {
				t.Fatalf("page %d of %q: total %d, %v", page, text, total, err)
			}
			for _, id := range ids {
				if seen[id] {
					t.Errorf("%s is on two pages of %q", id, text)
				}
				seen[id] = true
			}
		}
		if len(seen) != 45 {
			t.Errorf("the pages of %q hold %d offers of 45", text, len(seen))
		}
	}
}

func TestSimilarOffersAreOfTheSameWorkAndNearby(t *testing.T) {
	x := indexOf(t,
		offer("Infirmier de bloc", work("J1506", "CDI"), in("34172")),
		offer("Infirmière à Pérols", work("J1506", "CDD"), in("34198")),
		offer("Infirmier à Montpellier", work("J1506", "CDD"), in("34172")),
		offer("Aide-soignant", work("J1501", "CDI"), in("34172")),
		offer("Maçon", work("F1703", "CDI"), in("34172")),
	)
	ids, err := x.Similar(t.Context(), offer("Infirmier de bloc", work("J1506", "CDI"), in("34172")), 5)
	want := []fair.ID{"Infirmier à Montpellier", "Infirmière à Pérols", "Aide-soignant"}
	if err != nil || !slices.Equal(ids, want) {
		t.Errorf("got %q, %v, want %q", ids, err, want)
	}
}

func TestPutAndRemoveMayComeTwiceLateAndOutOfOrder(t *testing.T) {
	x := indexOf(t)
	rev := func(rev int64, title string, state fair.OfferState) fair.Offer {
		return offer("id", func(o *fair.Offer) { o.Rev, o.Title, o.State = rev, title, state })
	}
	for _, step := range []struct {
		name  string
		do    func() error
		text  string
		found int
	}{
		{"put", func() error { return x.Put(t.Context(), rev(2, "Maçon", fair.OfferOpen)) }, "maçon", 1},
		{"put again", func() error { return x.Put(t.Context(), rev(2, "Maçon", fair.OfferOpen)) }, "maçon", 1},
		{"a late older revision changes nothing", func() error { return x.Put(t.Context(), rev(1, "Carreleur", fair.OfferOpen)) }, "carreleur", 0},
		{"a newer one replaces", func() error { return x.Put(t.Context(), rev(3, "Plombier", fair.OfferOpen)) }, "maçon", 0},
		{"closed is out", func() error { return x.Put(t.Context(), rev(4, "Plombier", fair.OfferClosed)) }, "plombier", 0},
		{"a late open one stays out", func() error { return x.Put(t.Context(), rev(3, "Plombier", fair.OfferOpen)) }, "plombier", 0},
		{"open again", func() error { return x.Put(t.Context(), rev(5, "Plombier", fair.OfferOpen)) }, "plombier", 1},
		{"removed", func() error { return x.Remove(t.Context(), "id") }, "plombier", 0},
		{"removed again", func() error { return x.Remove(t.Context(), "id", "never there") }, "plombier", 0},
		{"nothing to write", func() error { return x.Put(t.Context()) }, "plombier", 0},
	} {
		t.Run(step.name, func(t *testing.T) {
			if err := step.do(); err != nil {
				t.Fatal(err)
			}
			if got := find(t, x, fair.OfferQuery{Text: step.text}); len(got) != step.found {
				t.Errorf("%q finds %q", step.text, got)
			}
		})
	}
}

func TestASearchThatIsGivenUpStops(t *testing.T) {
	x := indexOf(t, offer("Maçon"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := x.Search(ctx, theFair, fair.OfferQuery{Text: "maçon", Limit: 20}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// The titles of the nomenclature are the held-out set: the endings in gender.go
// were written from grammar. Each offer has one title in one gender and no
// occupation, so that nothing but the reading of words can find it.
func TestEitherGenderOfATitleFindsTheOther(t *testing.T) {
	pairs := genderedTitles()
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
	sample := pairs[:min(300, len(pairs))]
	var offers []fair.Offer
	for _, p := range sample {
		offers = append(offers, offer(p.masculine), offer(p.feminine))
	}
	x := indexOf(t, offers...)
	missed := 0
	for _, p := range sample {
		for typed, want := range map[string]string{p.masculine: p.feminine, p.feminine: p.masculine} {
			if got := find(t, x, fair.OfferQuery{Text: typed, Limit: 50}); !slices.Contains(got, want) {
				missed++
				t.Logf("%q does not find %q", typed, want)
			}
		}
	}
	found := 100 * float64(2*len(sample)-missed) / float64(2*len(sample))
	t.Logf("%.1f %% of %d searches find the other gender", found, 2*len(sample))
	if found < 97 {
		t.Errorf("only %.1f %% of the titles are found in the other gender", found)
	}
}

type titlePair struct{ masculine, feminine string }

// genderedTitles are the titles "Masculin / Féminine reste" of the shipped
// occupations, the rest given to both.
func genderedTitles() []titlePair {
	var pairs []titlePair
	for _, occupation := range place.Occupations() {
		for _, title := range occupation.Titles {
			m, f, found := strings.Cut(title, " / ")
			if !found {
				continue
			}
			words := strings.Fields(f)
			if rest := len(strings.Fields(m)); rest < len(words) {
				m += " " + strings.Join(words[rest:], " ")
			}
			pairs = append(pairs, titlePair{m, f})
		}
	}
	return pairs
}

func TestTheOrderIsTheOneAskedFor(t *testing.T) {
	day := func(n int) func(*fair.Offer) {
		return func(o *fair.Offer) { o.PublishedAt = o.PublishedAt.AddDate(0, 0, n) }
	}
	x := indexOf(t,
		offer("Serveur", in("34172"), day(1)),         // Montpellier
		offer("Serveur de nuit", in("34057"), day(3)), // Castelnau-le-Lez
		offer("Serveur en salle et au bar", in("34198"), day(2)),
		offer("Serveur itinérant", day(4)),
	)
	for _, tc := range []struct {
		q    fair.OfferQuery
		want []string
	}{
		{fair.OfferQuery{Text: "serveuse"}, []string{"Serveur", "Serveur itinérant", "Serveur de nuit", "Serveur en salle et au bar"}},
		{fair.OfferQuery{Text: "serveuse", Sort: fair.SortDate}, []string{"Serveur itinérant", "Serveur de nuit", "Serveur en salle et au bar", "Serveur"}},
		{fair.OfferQuery{Text: "serveuse", Commune: "34198", Sort: fair.SortDistance}, []string{"Serveur en salle et au bar", "Serveur", "Serveur de nuit", "Serveur itinérant"}},
		{fair.OfferQuery{Text: "serveuse", Commune: "34057", Radius: 5, Sort: fair.SortDistance}, []string{"Serveur de nuit", "Serveur"}},
		{fair.OfferQuery{Sort: fair.SortDistance}, []string{"Serveur itinérant", "Serveur de nuit", "Serveur en salle et au bar", "Serveur"}},
	} {
		if got := find(t, x, tc.q); !slices.Equal(got, tc.want) {
			t.Errorf("%+v: got %q, want %q", tc.q, got, tc.want)
		}
	}
}

func TestFacetsCountWhatEachChoiceWouldLeave(t *testing.T) {
	yes, no := true, false
	hours := func(full *bool) func(*fair.Offer) { return func(o *fair.Offer) { o.Work.FullTime = full } }
	of := func(stand fair.ID, company string) func(*fair.Offer) {
		return func(o *fair.Offer) { o.Stand, o.CompanyName = stand, company }
	}
	open := func(o *fair.Offer) { o.Work.Accessible, o.Needs.Beginner = true, true }
	asks := func(o *fair.Offer) { o.Needs.Experience = "2 ans" }
	x := indexOf(t,
		offer("A", in("34172"), work("J1506", "CDI"), of("one", "Un"), hours(&yes), open),
		offer("B", in("34172"), work("J1506", "CDD"), of("one", "Un"), hours(&no), asks),
		offer("C", in("34198"), work("K2303", "CDI"), of("two", "Deux"), hours(&yes), asks),
		offer("D", in("34057"), work("K2303", "MIS"), of("two", "Deux")),
	)
	facets := func(q fair.OfferQuery) fair.OfferFacets {
		t.Helper()
		q.OpenStands = []fair.ID{"two"}
		f, err := x.Facets(t.Context(), theFair, q)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	said := func(list []fair.FacetCount) (s string) {
		for _, one := range list {
			s += fmt.Sprintf("%s %d ", one.Value, one.Offers)
		}
		return strings.TrimSpace(s)
	}
	for _, tc := range []struct {
		name, got, want string
	}{
		{"of everything", said(facets(fair.OfferQuery{}).Contracts), "CDI 2 CDD 1 MIS 1"},
		{"its own choice does not narrow a criterion", said(facets(fair.OfferQuery{Contract: "CDI"}).Contracts), "CDI 2 CDD 1 MIS 1"},
		{"the others do", said(facets(fair.OfferQuery{Contract: "CDI"}).Communes), "34172 1 34198 1"},
		{"of a place", said(facets(fair.OfferQuery{Commune: "34172"}).Communes), "34172 2 34057 1 34198 1"},
		{"occupations", said(facets(fair.OfferQuery{Commune: "34172"}).Occupations), "J1506 2"},
		{"companies", said(facets(fair.OfferQuery{Contract: "CDI"}).Stands), "two 1 one 1"},
		{"hours not said count for nothing", said(facets(fair.OfferQuery{}).Hours), "full 2 part 1"},
		{"experience", said(facets(fair.OfferQuery{}).Experience), "experienced 2 beginner 1"},
		{"words", said(facets(fair.OfferQuery{Text: "un"}).Stands), "two 2 one 2"}, // "un" says nothing
		{"accessible", fmt.Sprint(facets(fair.OfferQuery{Accessible: true, Contract: "CDI"}).Accessible), "1"},
		{"met now", fmt.Sprint(facets(fair.OfferQuery{}).Now), "2"},
		{"met now of a contract", fmt.Sprint(facets(fair.OfferQuery{Contract: "MIS"}).Now), "1"},
		{"another fair", said(facets(fair.OfferQuery{Stand: "nobody"}).Contracts), ""},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.name, tc.got, tc.want)
		}
	}
	for _, q := range []fair.OfferQuery{
		{Hours: "full"}, {Experience: "beginner"}, {Accessible: true}, {Now: true}, {Now: true, Contract: "CDI"},
		{OpenedSince: time.Date(2021, 1, 12, 0, 0, 0, 0, time.UTC)},
	} {
		q.OpenStands = []fair.ID{"two"}
		want := map[string]int{"full": 2}[q.Hours] + map[string]int{"beginner": 1}[q.Experience]
		switch {
		case q.Accessible:
			want = 1
		case q.Now && q.Contract != "":
			want = 1
		case q.Now:
			want = 2
		}
		if got := find(t, x, q); len(got) != want {
			t.Errorf("%+v: got %q, want %d", q, got, want)
		}
	}
}

func TestWhatIsTypedIsCompleted(t *testing.T) {
	of := func(stand fair.ID, company string) func(*fair.Offer) {
		return func(o *fair.Offer) { o.Stand, o.CompanyName = stand, company }
	}
	x := indexOf(t,
		offer("Boulangère", in("34172"), of("one", "Le Fournil du Lez")),
		offer("Aide-boulanger", in("34057"), of("two", "Castel Restauration")),
		offer("Serveur", in("34057"), of("two", "Castel Restauration")),
		offer("closed boulangerie", func(o *fair.Offer) { o.State = fair.OfferClosed }),
		offer("of another fair: boulangerie", func(o *fair.Offer) { o.Fair = "another" }),
	)
	for typed, want := range map[string]string{
		"boul":        "title Boulangère, title Aide-boulanger",
		"BOULANGERE":  "title Boulangère, title Aide-boulanger", // either gender
		"boulnager":   "title Boulangère, title Aide-boulanger", // a mistake
		"cast":        "company Castel Restauration, commune Castelnau-le-Lez",
		"lez":         "company Le Fournil du Lez, commune Castelnau-le-Lez",
		"montpel":     "commune Montpellier",
		"restaurt":    "company Castel Restauration",
		"le":          "company Le Fournil du Lez, commune Castelnau-le-Lez",
		"la":          "",
		"b":           "",
		"astronaute":  "",
		"<script> ( ": "",
	} {
		all, err := x.Suggest(t.Context(), theFair, typed, 8)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range all {
			got = append(got, string(s.Kind)+" "+s.Label)
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
	}
	if all, _ := x.Suggest(t.Context(), theFair, "boul", 1); len(all) != 1 {
		t.Errorf("asked for one, got %d", len(all))
	}
}

func TestMistakesAreCounted(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want int
	}{
		{"maçon", "maçon", 0}, {"macon", "macno", 1}, {"macon", "acon", 1}, {"macon", "maacon", 1}, {"macon", "mazon", 1},
		{"macon", "azon", 2}, {"macon", "plombier", 3}, {"", "ab", 2}, {"abcd", "badc", 2},
	} {
		if got := search.Distance(tc.a, tc.b, 2); got != tc.want {
			t.Errorf("%q to %q: got %d, want %d", tc.a, tc.b, got, tc.want)
		}
	}
}

func TestSearchesAndWritersDoNotDisturbEachOther(t *testing.T) {
	x := indexOf(t, manyOffers(200)...)
	var group sync.WaitGroup
	for n := range 4 {
		group.Go(func() {
			for i, o := range manyOffers(100) {
				o.Rev = int64(2 + n)
				if i%3 == n%3 {
					o.State = fair.OfferClosed
				}
				if err := x.Put(t.Context(), o); err != nil {
					t.Error(err)
				}
				find(t, x, fair.OfferQuery{Text: "agent entretien"})
				if _, err := x.Facets(t.Context(), theFair, fair.OfferQuery{Text: "agnet"}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
}
