package search

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"salon/fair"
	"salon/fair/place"
)

// suggestedOfKind is how many names of one kind are suggested at most.
const suggestedOfKind = 4

// Suggest completes what is being typed by titles, companies and communes that
// have open offers at a fair: those that begin so before those that hold the words,
// the commonest first. A word nobody uses may hold a typing mistake.
func (x *Index) Suggest(ctx context.Context, fairID fair.ID, text string, limit int) (all []fair.Suggestion, err error) {
	typed := typedWords(text)
	if len(typed) == 0 || len(text) < 2 {
		return nil, ctx.Err()
	}
	err = x.within(ctx, fairID, func(s *shelf) {
		all = s.suggest(typed)
		if len(all) == 0 {
			all = s.suggest(s.corrected(typed))
		}
	})
	return all[:min(len(all), max(limit, 0))], err
}

// suggest lists the names that hold all that was typed, titles first.
func (s *shelf) suggest(typed []string) []fair.Suggestion {
	titles, companies, communes := names{}, names{}, names{}
	for n := range s.rows {
		r := &s.rows[n]
		if r.id == "" {
			continue
		}
		if holds(r.titleWords, typed) {
			titles.count(strings.Join(r.titleWords, " "), fair.Suggestion{Kind: fair.SuggestTitle, Label: r.title, Value: r.title})
		}
		companies.count(string(r.stand), fair.Suggestion{Kind: fair.SuggestCompany, Label: r.company, Value: string(r.stand)})
		if r.commune != "" {
			communes.count(r.commune, fair.Suggestion{Kind: fair.SuggestCommune, Label: r.place, Value: r.commune})
		}
	}
	all := titles.best(typed)
	for _, others := range []names{companies, communes} {
		for key, one := range others {
			if one.Kind == fair.SuggestCommune {
				if c, ok := place.CommuneByINSEE(one.Value); ok {
					one.Label = c.Name
				}
			}
			if !holds(words(one.Label), typed) {
				delete(others, key)
			}
		}
		all = append(all, others.best(typed)...)
	}
	return all
}

// names are those of one kind that could be suggested.
type names map[string]*fair.Suggestion

func (n names) count(key string, s fair.Suggestion) {
	one := n[key]
	if one == nil {
		one = &s
		n[key] = one
	}
	one.Offers++
}

// best orders the names: those that begin as was typed, then the commonest.
func (n names) best(typed []string) []fair.Suggestion {
	all := make([]fair.Suggestion, 0, len(n))
	for _, one := range n {
		all = append(all, *one)
	}
	begin := strings.Join(typed, " ")
	later := func(s fair.Suggestion) int {
		if strings.HasPrefix(strings.Join(words(s.Label), " "), begin) {
			return 0
		}
		return 1
	}
	slices.SortFunc(all, func(a, b fair.Suggestion) int {
		return cmp.Or(cmp.Compare(later(a), later(b)), cmp.Compare(b.Offers, a.Offers), strings.Compare(a.Label, b.Label))
	})
	return all[:min(len(all), suggestedOfKind)]
}

// holds tells whether each word that was typed begins a word of a name, or is one
// in the other gender.
func holds(name, typed []string) bool {
	for _, wanted := range typed {
		if !slices.ContainsFunc(name, func(word string) bool {
			return strings.HasPrefix(word, wanted) ||
				len(wanted) > 4 && strings.HasPrefix(word, wanted[:4]) && masculine(word) == masculine(wanted)
		}) {
			return false
		}
	}
	return true
}

// corrected puts for each word that begins none in use the nearest that does. The
// last may be unfinished, so it is compared with as many letters as were typed.
func (s *shelf) corrected(typed []string) []string {
	right := slices.Clone(typed)
	for i, word := range typed {
		limit := mistakes(word)
		nearest, in := limit+1, 0
		for other, entry := range s.plain {
			begin := other
			if i == len(typed)-1 && len(begin) > len(word) {
				begin = begin[:len(word)]
			}
			if d := distance(word, begin, limit); d < nearest || d == nearest && d <= limit && len(entry.postings) > in {
				nearest, in, right[i] = d, len(entry.postings), begin
			}
		}
		if nearest > limit {
			right[i] = word
		}
	}
	return right
}
