package search

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"salon/fair"
)

// suggestedOfKind is how many names of one kind are suggested at most.
const suggestedOfKind = 4

// Suggest completes what is being typed by titles, companies and communes that
// have open offers at a fair: those that begin so before those that hold the words,
// the commonest first. A word nobody uses may hold a typing mistake, and an article
// alone may be the beginning of a word: "la" of "Lattes".
func (x *Index) Suggest(ctx context.Context, fairID fair.ID, text string, limit int) (all []fair.Suggestion, err error) {
	typed := typedWords(text)
	if all := split(text); len(typed) == 0 && len(all) > 0 {
		typed = all[len(all)-1:]
	}
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

// named is a name that could be suggested.
type named struct {
	fair.Suggestion
	words  []string
	key    string // the words, joined
	begins bool   // as was typed; while a text is completed
}

// suggest lists the names that hold all that was typed, titles first.
func (s *shelf) suggest(typed []string) []fair.Suggestion {
	titles := map[string]*named{}
	for _, n := range s.titled(typed) {
		r := &s.rows[n]
		if !holds(r.titleWords, typed) {
			continue
		}
		one := titles[r.titleKey]
		if one == nil {
			one = &named{Suggestion: fair.Suggestion{Kind: fair.SuggestTitle, Label: r.title, Value: r.title}, words: r.titleWords, key: r.titleKey}
			titles[r.titleKey] = one
		}
		one.Offers++
	}
	all := best(titles, typed)
	all = append(all, best(s.companies, typed)...)
	return append(all, best(s.communes, typed)...)
}

// titled lists the rows whose title may hold what was typed: those of its longest
// word, which leads to the fewest.
func (s *shelf) titled(typed []string) (rows []int32) {
	longest := slices.MaxFunc(typed, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	seen := make([]bool, len(s.rows))
	for word, e := range s.plain {
		if !begins(word, longest) {
			continue
		}
		for _, p := range e.postings {
			if p.title && !seen[p.row] {
				seen[p.row] = true
				rows = append(rows, p.row)
			}
		}
	}
	slices.Sort(rows) // so that of two writings of a title the same is told each time
	return rows
}

// best orders the names that hold what was typed: those that begin so, then the
// commonest.
func best(names map[string]*named, typed []string) []fair.Suggestion {
	begin := strings.Join(typed, " ")
	var fit []named
	for _, one := range names {
		if holds(one.words, typed) {
			n := *one
			n.begins = strings.HasPrefix(n.key, begin)
			fit = append(fit, n)
		}
	}
	slices.SortFunc(fit, func(a, b named) int {
		if a.begins != b.begins {
			if a.begins {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(b.Offers, a.Offers), strings.Compare(a.Label, b.Label))
	})
	var all []fair.Suggestion
	for _, n := range fit[:min(len(fit), suggestedOfKind)] {
		all = append(all, n.Suggestion)
	}
	return all
}

// holds tells whether each word that was typed begins a word of a name, or is one
// in the other gender.
func holds(name, typed []string) bool {
	for _, wanted := range typed {
		if !slices.ContainsFunc(name, func(word string) bool { return begins(word, wanted) }) {
			return false
		}
	}
	return true
}

func begins(word, wanted string) bool {
	return strings.HasPrefix(word, wanted) ||
		len(wanted) > 4 && strings.HasPrefix(word, wanted[:4]) && masculine(word) == masculine(wanted)
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
