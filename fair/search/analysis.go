package search

import (
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/char/asciifolding"
	charregexp "github.com/blevesearch/bleve/v2/analysis/char/regexp"
	"github.com/blevesearch/bleve/v2/analysis/lang/fr"
	"github.com/blevesearch/bleve/v2/analysis/token/lowercase"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/registry"
)

// The two ways a text is cut into words. Both fold accents first, so that a
// title and what people type on a phone meet.
const (
	stemmed = "salon_stemmed" // gender and endings removed: to find
	plain   = "salon_plain"   // words as they are: for unfinished and mistyped ones
)

const (
	splitInclusive = "salon_inclusive"
	genderFilter   = "salon_gender"
)

// A bleve index names its filters in the settings it keeps on disk; the names
// must be known before one is opened.
func init() {
	err := registry.RegisterTokenFilter(genderFilter, func(map[string]any, *registry.Cache) (analysis.TokenFilter, error) {
		return masculineFilter{}, nil
	})
	if err != nil {
		panic("search: " + err.Error())
	}
}

// addAnalyzers declares both analyzers to a mapping.
func addAnalyzers(m *mapping.IndexMappingImpl) error {
	// "technicien·ne", "vendeur(se)" and "agent.e" are a word and an ending.
	err := m.AddCustomCharFilter(splitInclusive, map[string]any{
		"type": charregexp.Name, "regexp": `[·•‧.()_/]`, "replace": " ",
	})
	if err != nil {
		return err
	}
	for name, filters := range map[string][]string{
		plain:   {lowercase.Name, fr.ElisionName, fr.StopName},
		stemmed: {lowercase.Name, fr.ElisionName, fr.StopName, genderFilter, fr.LightStemmerName},
	} {
		err := m.AddCustomAnalyzer(name, map[string]any{
			"type":          custom.Name,
			"char_filters":  []string{splitInclusive, asciifolding.Name},
			"tokenizer":     unicode.Name,
			"token_filters": filters,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// masculineFilter applies masculine to every word.
type masculineFilter struct{}

// Filter implements bleve's TokenFilter.
func (masculineFilter) Filter(input analysis.TokenStream) analysis.TokenStream {
	for _, token := range input {
		token.Term = []byte(masculine(string(token.Term)))
	}
	return input
}
