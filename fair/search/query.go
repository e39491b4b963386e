package search

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"salon/fair"
	"salon/fair/place"
)

// maxWords bounds the work of one search; what comes after is not looked at.
const maxWords = 12

// What a word is worth that is not as typed.
const (
	unfinished    = 0.4
	mistypedOnce  = 0.6
	mistypedTwice = 0.35
)

// weightWhole is added where the title and what was typed are the same words,
// and in proportion where they share some: so that the short title comes first.
const weightWhole = 30

// A text is first taken at its word, except that words nobody uses may be
// mistyped. When nothing is found that way, all may; and then half of the words.
type strictness int

const (
	exact strictness = iota
	mistyped
	half
)

// found is an offer that a text leads to.
type found struct {
	row       int32
	score     float32
	km        float32 // from where the search looks; only when sorted by it
	published int64   // as in its row, which is seldom looked at
}

// Search answers the page of ids q asks for and how many offers there are in
// all. Unless q says how to sort, with words the best come first, without the
// newest. Errors: Invalid "commune.unknown" for a radius or a distance from a
// commune we do not know.
func (x *Index) Search(ctx context.Context, fairID fair.ID, q fair.OfferQuery) (ids []fair.ID, total int, err error) {
	fits, err := criteriaOf(q)
	if err != nil {
		return nil, 0, err
	}
	err = x.within(ctx, fairID, func(s *shelf) {
		all := s.matching(q.Text)
		all = slices.DeleteFunc(all, func(f found) bool { return fits.failing(&s.rows[f.row]) != 0 })
		total = len(all)
		s.sort(all, q, fits)
		ids = s.page(all, q)
	})
	return ids, total, err
}

func (s *shelf) page(all []found, q fair.OfferQuery) []fair.ID {
	limit := max(q.Limit, 0)
	from := min((max(q.Page, 1)-1)*limit, len(all))
	ids := make([]fair.ID, 0, limit)
	for _, f := range all[from:min(from+limit, len(all))] {
		ids = append(ids, s.rows[f.row].id)
	}
	return ids
}

// sort orders what was found. Offers of unknown place are the furthest.
func (s *shelf) sort(all []found, q fair.OfferQuery, c criteria) {
	by := q.Sort
	if by == fair.SortDistance && c.around {
		for i := range all {
			if r := &s.rows[all[i].row]; r.located {
				all[i].km = float32(math.Round(10 * place.Kilometres(c.lat, c.lon, r.lat, r.lon)))
			} else {
				all[i].km = math.MaxFloat32
			}
		}
	}
	for i := range all {
		all[i].published = s.rows[all[i].row].published
		if by == fair.SortDate {
			all[i].score = 0
		}
	}
	slices.SortFunc(all, func(a, b found) int {
		switch {
		case a.km != b.km:
			return cmp.Compare(a.km, b.km)
		case a.score != b.score:
			return cmp.Compare(b.score, a.score)
		case a.published != b.published:
			return cmp.Compare(b.published, a.published)
		}
		return strings.Compare(string(s.rows[a.row].id), string(s.rows[b.row].id))
	})
}

// matching lists the offers a text leads to, all of them when it has no words.
func (s *shelf) matching(text string) []found {
	typed := typedWords(text)
	if len(typed) == 0 {
		all := make([]found, 0, len(s.numbers))
		for i := range s.rows {
			if s.rows[i].id != "" {
				all = append(all, found{row: int32(i)})
			}
		}
		return all
	}
	for strict := exact; ; strict++ {
		if all := s.weigh(typed, strict); len(all) > 0 || strict == half {
			return all
		}
	}
}

// typedWords are the words of a search, each once.
func typedWords(text string) []string {
	var typed []string
	for _, word := range words(text) {
		if len(typed) < maxWords && !slices.Contains(typed, word) {
			typed = append(typed, word)
		}
	}
	return typed
}

// weigh finds the offers that hold the words, and how well.
func (s *shelf) weigh(typed []string, strict strictness) []found {
	type tally struct {
		sum, best, title, titleBest float32
		words                       uint8
	}
	tallies := make([]tally, len(s.rows))
	for i, word := range typed {
		for _, a := range s.alternatives(word, i == len(typed)-1, strict) {
			rare := a.worth * float32(math.Log(1+float64(len(s.numbers))/float64(len(a.postings))))
			for _, p := range a.postings {
				t := &tallies[p.row]
				t.best = max(t.best, rare*p.weight)
				if p.title {
					t.titleBest = max(t.titleBest, a.worth)
				}
			}
		}
		for n := range tallies {
			if t := &tallies[n]; t.best > 0 {
				t.sum, t.title, t.words = t.sum+t.best, t.title+t.titleBest, t.words+1
				t.best, t.titleBest = 0, 0
			}
		}
	}
	need := len(typed)
	if strict == half {
		need = (need + 1) / 2
	}
	var all []found
	for n := range tallies {
		if t := &tallies[n]; int(t.words) >= need {
			shared := 2 * t.title / float32(len(typed)+len(s.rows[n].titleWords))
			all = append(all, found{row: int32(n), score: t.sum + weightWhole*shared})
		}
	}
	return all
}

// alternative is a way to understand a word that was typed.
type alternative struct {
	postings []posting
	worth    float32
}

// alternatives are the ways to understand a word: as it is, as the beginning of
// one when it is the last, or with a typing mistake.
func (s *shelf) alternatives(word string, last bool, strict strictness) []alternative {
	var all []alternative
	stemmed := stem(word)
	list := postings(s.stems, stemmed)
	if len(list) > 0 {
		all = append(all, alternative{list, 1})
	}
	named := slices.ContainsFunc(list, func(p posting) bool { return p.weight > weightDescription })
	if last && len(word) >= 3 {
		for other, e := range s.plain {
			if len(other) > len(word) && strings.HasPrefix(other, word) {
				named = true
				all = append(all, alternative{e.postings, unfinished})
			}
		}
	}
	if limit := mistakes(word); limit > 0 && (strict > exact || !named) {
		all = append(all, s.similarWords(word, stemmed, limit)...)
	}
	return all
}

// similarWords are the words of titles and names that may have been meant: those
// with one mistake, and only when there is none those with two.
func (s *shelf) similarWords(word, stemmed string, limit int) []alternative {
	var near [3][]alternative // by mistakes
	own, stemLetters := letters(word), letters(stemmed)
	for other, e := range s.plain {
		d := limit + 1
		if !far(own, e.letters, limit) {
			d = distance(word, other, limit)
		}
		if d > 1 && !far(stemLetters, e.letters, 2) && distance(stemmed, e.bare, 1) <= 1 {
			d = 1
		}
		if d <= limit {
			near[d] = append(near[d], alternative{e.postings, mistypedOnce})
		}
	}
	if once := append(near[0], near[1]...); len(once) > 0 {
		return once
	}
	for i := range near[2] {
		near[2][i].worth = mistypedTwice
	}
	return near[2]
}

// Similar answers open offers close to o, the closest first: the same
// occupation, its professional field or words of its title, nearby before far.
func (x *Index) Similar(ctx context.Context, o fair.Offer, limit int) (ids []fair.ID, err error) {
	own := read(o, stemmer{})
	err = x.within(ctx, o.Fair, func(s *shelf) {
		ids = s.page(s.like(own), fair.OfferQuery{Page: 1, Limit: limit})
	})
	return ids, err
}

func (s *shelf) like(own row) []found {
	scores := make([]float32, len(s.rows))
	for _, word := range own.titleWords {
		list := postings(s.stems, stem(word))
		for _, p := range list {
			if p.title {
				scores[p.row] += float32(math.Log(1 + float64(len(s.numbers))/float64(len(list))))
			}
		}
	}
	var all []found
	for n := range s.rows {
		r := &s.rows[n]
		if r.id == "" || r.id == own.id {
			continue
		}
		score := scores[n]
		switch {
		case own.rome == "":
		case r.rome == own.rome:
			score += 12
		case domain(r.rome) == domain(own.rome):
			score += 4
		}
		if score == 0 {
			continue
		}
		if own.located && r.located {
			km := place.Kilometres(own.lat, own.lon, r.lat, r.lon)
			score += float32(3 / (1 + km/3))
		}
		all = append(all, found{row: int32(n), score: score})
	}
	s.sort(all, fair.OfferQuery{}, criteria{})
	return all
}
