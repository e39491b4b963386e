package search

import (
	"math/bits"
	"strings"
	"unicode"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/fr"
)

// unaccented maps the accented letters of French, in lower case, to bare ones.
var unaccented = strings.NewReplacer(
	"à", "a", "â", "a", "ä", "a", "á", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e", "î", "i", "ï", "i",
	"ô", "o", "ö", "o", "ù", "u", "û", "u", "ü", "u", "ÿ", "y", "ñ", "n", "œ", "oe", "æ", "ae", "’", "'",
)

// passedOver are words that say nothing of a job: articles, prepositions, what is
// left of an elision ("l'accueil"), and the endings of the other gender where they
// stand apart ("technicien·ne", "vendeur(se)", "agent.e", "H/F").
var passedOver = func() map[string]bool {
	m := map[string]bool{}
	for word := range strings.FieldsSeq("a au aux avec c ce ces cette chez d dans de des du e elle en es est et euse f h il ils j je " +
		"l la le les leur leurs lors m n ne nes notre nous on ou par pas pour qu que qui rice s sa se ses son sont sur t trice " +
		"un une vos votre vous x") {
		m[word] = true
	}
	return m
}()

// longestWord is what is read of one word, in bytes.
const longestWord = 40

// words cuts a text into words of letters and digits, in lower case and without
// accents, those passed over left out.
func words(text string) []string {
	list := split(text)
	kept := list[:0]
	for _, word := range list {
		if !passedOver[word] {
			kept = append(kept, word[:min(len(word), longestWord)])
		}
	}
	return kept
}

// split cuts a text as words does, and leaves nothing out.
func split(text string) []string {
	plain := unaccented.Replace(strings.ToLower(text))
	return strings.FieldsFunc(plain, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

var lightStemmer = fr.NewFrenchLightStemmerFilter()

// stem is what the forms of a word have in common.
func stem(word string) string {
	token := analysis.Token{Term: []byte(masculine(word))}
	return string(lightStemmer.Filter(analysis.TokenStream{&token})[0].Term)
}

// stemmer remembers what it stemmed: offers use the same words again and again.
type stemmer map[string]string

// rememberedWords bounds a stemmer; beyond, it begins anew.
const rememberedWords = 200_000

func (s stemmer) stem(word string) string {
	stemmed, known := s[word]
	if !known {
		if len(s) >= rememberedWords {
			clear(s)
		}
		stemmed = stem(word)
		s[word] = stemmed
	}
	return stemmed
}

// bare is a word without what marks gender and number: cheaper than its stem.
func bare(word string) string { return strings.TrimSuffix(masculine(word), "s") }

// letters says which letters a word holds, one bit each; digits share the rest.
func letters(word string) (set uint32) {
	for i := range len(word) {
		if c := word[i]; c >= 'a' && c <= 'z' {
			set |= 1 << (c - 'a')
		} else {
			set |= 1 << (26 + c%6)
		}
	}
	return set
}

// far tells that two words are more than limit mistakes apart, by their letters
// alone: a mistake changes two of them at most.
func far(a, b uint32, limit int) bool { return bits.OnesCount32(a^b) > 2*limit }

// mistakes is how many typing mistakes a word of that length may hold. Numbers
// hold none.
func mistakes(word string) int {
	switch {
	case len(word) < 5 || strings.IndexFunc(word, unicode.IsLetter) < 0:
		return 0
	case len(word) < 9:
		return 1
	}
	return 2
}

// distance counts the letters left out, put in, exchanged or turned round between
// two words, or answers limit+1 when there are more than limit (optimal string
// alignment; https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance).
func distance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit || len(a) > longestWord || len(b) > longestWord {
		return limit + 1
	}
	var rows [3][longestWord + 1]int
	before, last, now := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			now[j] = d
			least = min(least, d)
		}
		if least > limit {
			return limit + 1
		}
		before, last, now = last, now, before
	}
	return min(last[len(b)], limit+1)
}
