package search

import "strings"

// feminine lists endings of words in the feminine, without accents, with those
// of the masculine; the first that fits is taken, so a longer ending stands
// before the one it contains. shortest is the length of the shortest word the
// rule may touch: shorter ones are seldom a person's trade ("mère", "trois").
//
// The rules need not be right about French, only the same for both sides: that
// "carrière" becomes "carrier" hurts nobody, since the offer's does too. They
// were written from grammar and are measured on the titles of the national
// nomenclature (search_test.go). On its 10,884 titles in two genders, of which
// we ship a few hundred, 99 % were read alike in both.
var feminine = []struct {
	ending, becomes string
	shortest        int
}{
	{"trice", "teur", 7}, // conductrice, directrice
	{"drice", "deur", 8}, // ambassadrice
	{"euse", "eur", 6},   // vendeuse, coiffeuse
	{"iere", "ier", 6},   // infirmière, cuisinière
	{"eure", "eur", 7},   // ingénieure, professeure
	{"ere", "er", 6},     // boulangère, conseillère
	{"enne", "en", 6},    // technicienne
	{"onne", "on", 6},    // vigneronne
	{"elle", "el", 7},    // professionnelle
	{"ette", "et", 7},    // cadette
	{"esse", "e", 6},     // hôtesse, maîtresse
	{"ffe", "f", 5},      // cheffe
	{"ive", "if", 6},     // sportive
	{"mise", "mis", 7},   // commise
	{"ee", "e", 5},       // employée, chargée
}

// masculine gives the masculine singular of a word that is lower case and
// without accents, or the word itself.
func masculine(word string) string {
	singular := word
	if len(word) > 4 {
		singular = strings.TrimSuffix(word, "s")
	}
	for _, rule := range feminine {
		if len(singular) >= rule.shortest && strings.HasSuffix(singular, rule.ending) {
			return strings.TrimSuffix(singular, rule.ending) + rule.becomes
		}
	}
	return singular
}
