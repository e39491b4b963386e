package search_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
	x, err := search.Rebuild(t.Context(), filepath.Join(t.TempDir(), "offers"), func(put func(fair.Offer) error) error {
		for _, o := range offers {
			if err := put(o); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
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
		offer("Cariste de nuit", work("N1110", "CDI")),
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

func TestAnIndexThatCannotBeUsedAsksToBeRebuilt(t *testing.T) {
	fill := func(put func(fair.Offer) error) error { return put(offer("Maçon")) }
	for name, damage := range map[string]func(dir string) error{
		"nothing there":     os.RemoveAll,
		"no settings":       func(dir string) error { return os.Remove(filepath.Join(dir, "index_meta.json")) },
		"root cut short":    func(dir string) error { return os.Truncate(filepath.Join(dir, "store", "root.bolt"), 100) },
		"root overwritten":  func(dir string) error { return overwrite(filepath.Join(dir, "store", "root.bolt")) },
		"a folder of fluff": func(dir string) error { return errors.Join(os.RemoveAll(dir), os.Mkdir(dir, 0o700)) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "offers")
			x, err := search.Rebuild(t.Context(), dir, fill)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(x.Close(), damage(dir)); err != nil {
				t.Fatal(err)
			}
			if _, err := search.Open(dir); !errors.Is(err, search.ErrRebuild) {
				t.Fatalf("opened with %v", err)
			}
			if x, err = search.Rebuild(t.Context(), dir, fill); err != nil {
				t.Fatal(err)
			}
			if got := find(t, x, fair.OfferQuery{Text: "maçon"}); len(got) != 1 {
				t.Errorf("rebuilt, it finds %q", got)
			}
			if err := x.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestARebuildThatFailsLeavesTheOldIndex(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "offers")
	x, err := search.Rebuild(t.Context(), dir, func(put func(fair.Offer) error) error { return put(offer("Maçon")) })
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	lost := errors.New("the store is down")
	if _, err := search.Rebuild(t.Context(), dir, func(func(fair.Offer) error) error { return lost }); !errors.Is(err, lost) {
		t.Fatalf("got %v", err)
	}
	if x, err = search.Open(dir); err != nil {
		t.Fatal(err)
	}
	if got := find(t, x, fair.OfferQuery{Text: "maçon"}); len(got) != 1 {
		t.Errorf("the old index finds %q", got)
	}
	if err := x.Close(); err != nil {
		t.Error(err)
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

func overwrite(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	return os.WriteFile(name, make([]byte, info.Size()), 0o600)
}
