package place

import (
	"embed"
	"encoding/csv"
	"fmt"
	"strings"
	"unicode"
)

//go:embed communes.csv occupations.csv
var tables embed.FS

// rows reads one embedded table. A fault in it is a programmer's mistake, so it
// panics on first use, which the tests of this package are.
func rows(name string, fields int) [][]string {
	file, err := tables.Open(name)
	if err != nil {
		panic(fmt.Sprintf("place: open %s: %v", name, err))
	}
	defer file.Close()
	reader := csv.NewReader(file)
	reader.Comma, reader.Comment, reader.FieldsPerRecord = ';', '#', fields
	records, err := reader.ReadAll()
	if err != nil {
		panic(fmt.Sprintf("place: read %s: %v", name, err))
	}
	return records
}

// unaccented maps the accented letters of French to their plain form.
var unaccented = strings.NewReplacer(
	"à", "a", "â", "a", "ä", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e",
	"î", "i", "ï", "i", "ô", "o", "ö", "o", "ù", "u", "û", "u", "ü", "u", "ÿ", "y",
	"œ", "oe", "æ", "ae",
)

// words cuts a text into lower-case, unaccented words of letters and digits.
func words(text string) []string {
	plain := unaccented.Replace(strings.ToLower(text))
	return strings.FieldsFunc(plain, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// beginsWith tells whether the words of text begin with the words of query, the
// last word of the query being allowed to be unfinished.
func beginsWith(text, query []string) bool {
	if len(query) == 0 || len(query) > len(text) {
		return false
	}
	last := len(query) - 1
	for i, word := range query[:last] {
		if text[i] != word {
			return false
		}
	}
	return strings.HasPrefix(text[last], query[last])
}

// holdsAll tells whether every word of query is the beginning of a word of text,
// in any order.
func holdsAll(text, query []string) bool {
	for _, wanted := range query {
		found := false
		for _, word := range text {
			if strings.HasPrefix(word, wanted) {
				found = true
				break
			}
		}
		if !found {
			return false
		}
	}
	return len(query) > 0
}
