package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"salon/cmd/salon/client"
	"salon/fair"
	searching "salon/fair/search"
)

// search is `loadfair search`: it makes an offer of each title of a CSV file, such
// as the appellations of ROME, and measures whether people who type the title in
// the other gender, without accents or with a mistake find it. With --live it
// types the titles at a demo instead.
type search struct {
	target
	Titles  string `required:"" placeholder:"FILE" help:"A CSV file."`
	Column  string `default:"libelle_appellation_court" help:"The column of titles, of the form Masculine / Feminine."`
	Count   int    `default:"0" help:"How many titles, drawn with the same luck each time; 0 is all."`
	Live    bool   `help:"Type them at a demo, and compare what both genders find."`
	Clients int    `default:"4" help:"With --live, how many searches at once."`
	Show    int    `default:"0" help:"How many of the titles that are not found to print."`
}

// Run searches and tells shares and times.
func (s *search) Run(ctx context.Context) error {
	titles, err := s.titles()
	if err != nil {
		return err
	}
	if s.Live {
		return s.live(ctx, titles)
	}
	return s.recall(ctx, titles)
}

// goodRank is how far down a list people look.
const goodRank = 10

// wanted is the share of each way to type, in per cent, that must find its title.
var wanted = []struct {
	name  string
	share float64
}{{otherGender, 97}, {withoutAccents, 97}, {oneMistake, 90}}

// The ways to type a title.
const (
	otherGender    = "other gender"
	withoutAccents = "without accents"
	oneMistake     = "one mistake"
)

// recall measures on an index of its own, and fails where it is not good enough.
func (s *search) recall(ctx context.Context, titles []string) error {
	var masculine, feminine []string
	for _, title := range titles {
		both := genders(title)
		masculine, feminine = append(masculine, both[0]), append(feminine, both[1])
	}
	began := time.Now()
	him, err := shelve(ctx, masculine)
	if err != nil {
		return err
	}
	her, err := shelve(ctx, feminine)
	if err != nil {
		return err
	}
	fmt.Printf("%d titles, twice in an index within %s\n", len(titles), time.Since(began).Round(time.Millisecond))
	trials := map[string]*trial{otherGender: {show: s.Show}, withoutAccents: {show: s.Show}, oneMistake: {show: s.Show}}
	luck := rand.New(rand.NewPCG(3, 4))
	for i := range titles {
		for _, t := range []struct {
			name, typed, title string
			in                 shelf
		}{
			{otherGender, feminine[i], masculine[i], him},
			{otherGender, masculine[i], feminine[i], her},
			{withoutAccents, bare(masculine[i]), masculine[i], him},
			{withoutAccents, bare(feminine[i]), feminine[i], her},
			{oneMistake, mistype(masculine[i], luck), masculine[i], him},
			{oneMistake, mistype(feminine[i], luck), feminine[i], her},
		} {
			if t.typed == t.title && t.name != otherGender {
				continue // it has no accent, or no long word
			}
			if err := trials[t.name].run(ctx, t.in, t.typed, t.title); err != nil {
				return err
			}
		}
	}
	return tellShares(trials)
}

// tellShares prints what was found, and fails where it is too little.
func tellShares(trials map[string]*trial) (short error) {
	for _, w := range wanted {
		t := trials[w.name]
		share := 100 * float64(t.found) / float64(max(len(t.took), 1))
		fmt.Printf("%-16s %.1f %% of %d at rank %d or better (wanted %.0f %%); p50 %s, p99 %s\n",
			w.name, share, len(t.took), goodRank, w.share, quantile(t.took, 0.5), quantile(t.took, 0.99))
		if len(t.took) > 0 && share < w.share {
			short = errors.Join(short, fmt.Errorf("%s: %.1f %% is less than %.0f %%", w.name, share, w.share))
		}
	}
	return short
}

// shelf is an index of one offer for each title.
type shelf struct {
	*searching.Index
	titled map[string][]fair.ID
}

func shelve(ctx context.Context, titles []string) (shelf, error) {
	x := shelf{searching.New(), map[string][]fair.ID{}}
	for i, title := range titles {
		o := fair.Offer{ID: fair.ID(fmt.Sprint(i)), Fair: "fair", State: fair.OfferOpen, Title: title}
		x.titled[title] = append(x.titled[title], o.ID)
		if err := x.Put(ctx, o); err != nil {
			return x, err
		}
	}
	return x, nil
}

// trial counts what was found of one way to type.
type trial struct {
	found, show int
	took        []time.Duration
}

// run types and looks for an offer of the title among the first.
func (t *trial) run(ctx context.Context, x shelf, typed, title string) error {
	began := time.Now()
	ids, _, err := x.Search(ctx, "fair", fair.OfferQuery{Text: typed, Page: 1, Limit: goodRank})
	t.took = append(t.took, time.Since(began))
	if err != nil {
		return fmt.Errorf("search %q: %w", typed, err)
	}
	if slices.ContainsFunc(ids, func(id fair.ID) bool { return slices.Contains(x.titled[title], id) }) {
		t.found++
	} else if t.show > 0 {
		t.show--
		fmt.Printf("  %q does not find %q\n", typed, title)
	}
	return nil
}

// unaccented are the accented letters of French.
var unaccented = strings.NewReplacer("à", "a", "â", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e", "î", "i", "ï", "i",
	"ô", "o", "ù", "u", "û", "u", "œ", "oe", "É", "E", "È", "E", "Ê", "E", "À", "A", "Â", "A", "Ç", "C", "Î", "I", "Ô", "O", "Œ", "Oe")

// bare is a title as typed on a keyboard without accents.
func bare(title string) string { return unaccented.Replace(title) }

// mistype makes one mistake in one word of six letters or more: a letter left out,
// twice, another, or turned round with the next.
func mistype(title string, luck *rand.Rand) string {
	fields := strings.Fields(title)
	var long []int
	for i, field := range fields {
		if utf8.RuneCountInString(field) >= 6 && !strings.ContainsAny(field, "'’-./()") {
			long = append(long, i)
		}
	}
	if len(long) == 0 {
		return title
	}
	i := long[luck.IntN(len(long))]
	r := []rune(fields[i])
	at := luck.IntN(len(r) - 1)
	switch luck.IntN(4) {
	case 0:
		r = slices.Delete(r, at, at+1)
	case 1:
		r = slices.Insert(r, at, r[at])
	case 2:
		r[at] = 'a' + luck.Int32N(26)
	default:
		r[at], r[at+1] = r[at+1], r[at]
	}
	fields[i] = string(r)
	return strings.Join(fields, " ")
}

// live types the titles at a demo, and tells times and shares.
func (s *search) live(ctx context.Context, titles []string) error {
	c, err := client.New(s.URL, "", "fr")
	if err != nil {
		return err
	}
	var mu sync.Mutex
	var took []time.Duration
	found, alike := 0, 0
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(s.Clients)
	for _, title := range titles {
		g.Go(func() error {
			var answers [2][]string
			for i, typed := range genders(title) {
				began := time.Now()
				answer, err := s.find(ctx, c, typed)
				if err != nil {
					return fmt.Errorf("search %q: %w", typed, err)
				}
				answers[i] = answer
				mu.Lock()
				took = append(took, time.Since(began))
				mu.Unlock()
			}
			mu.Lock()
			defer mu.Unlock()
			if len(answers[0]) > 0 {
				found++
			}
			if slices.Equal(answers[0], answers[1]) {
				alike++
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	fmt.Printf("%d titles, %d searches: p50 %s, p99 %s\n", len(titles), len(took), quantile(took, 0.5), quantile(took, 0.99))
	fmt.Printf("%.1f %% find offers, %.1f %% find the same in both genders\n",
		100*float64(found)/float64(len(titles)), 100*float64(alike)/float64(len(titles)))
	return nil
}

func (s *search) find(ctx context.Context, c *client.Client, typed string) ([]string, error) {
	var out struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	path := "/fairs/" + url.PathEscape(s.Fair) + "/offers?q=" + url.QueryEscape(typed)
	if err := c.Call(ctx, http.MethodGet, path, nil, nil, &out); err != nil {
		return nil, err
	}
	var ids []string
	for _, item := range out.Items {
		ids = append(ids, item.ID)
	}
	return ids, nil
}

// titles draws titles with two genders from the file.
func (s *search) titles() ([]string, error) {
	file, err := os.Open(s.Titles)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rows := csv.NewReader(file)
	rows.LazyQuotes, rows.FieldsPerRecord = true, -1
	head, err := rows.Read()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", s.Titles, err)
	}
	column := slices.Index(head, s.Column)
	if column < 0 {
		return nil, fmt.Errorf("%s has no column %s, only %s", s.Titles, s.Column, strings.Join(head, ", "))
	}
	var titles []string
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", s.Titles, err)
		}
		if column < len(row) && strings.Contains(row[column], " / ") {
			titles = append(titles, strings.ReplaceAll(row[column], "''", "'")) // as older releases quote it
		}
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(titles), func(i, j int) { titles[i], titles[j] = titles[j], titles[i] })
	if s.Count > 0 {
		titles = titles[:min(s.Count, len(titles))]
	}
	return titles, nil
}

// genders splits "Boulanger / Boulangère de nuit" into "Boulanger de nuit" and
// "Boulangère de nuit".
func genders(title string) [2]string {
	masculine, feminine, _ := strings.Cut(title, " / ")
	words := strings.Fields(feminine)
	if own := len(strings.Fields(masculine)); own < len(words) {
		masculine += " " + strings.Join(words[own:], " ")
	}
	return [2]string{masculine, feminine}
}
