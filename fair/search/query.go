package search

import (
	"context"
	"fmt"
	"strconv"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/query"

	"salon/fair"
	"salon/fair/place"
)

// The weight of a word by where it is found.
const (
	weightTitle       = 8
	weightOccupation  = 4
	weightCompany     = 2
	weightPlace       = 1.5
	weightDescription = 1
	weightUnfinished  = 2
	weightMistyped    = 1
)

// maxWords bounds the work of one search; what comes after is not looked at.
const maxWords = 12

// A text is first taken at its word. When nothing is found that way, typing
// mistakes are allowed; and then half of the words.
type strictness int

const (
	exact strictness = iota
	mistyped
	half
)

// Search answers the page of ids q asks for and how many offers there are in
// all. With words, the best come first; without, the newest. Errors: Invalid
// "commune.unknown" for a radius around a commune we do not know.
func (x *Index) Search(ctx context.Context, fairID fair.ID, q fair.OfferQuery) ([]fair.ID, int, error) {
	filters, err := criteria(fairID, q)
	if err != nil {
		return nil, 0, err
	}
	words := x.words(q.Text)
	if len(words) == 0 {
		return x.run(ctx, bleve.NewConjunctionQuery(filters...), q, "-"+fieldPublished, "_id")
	}
	for strict := exact; ; strict++ {
		all := append(filters[:len(filters):len(filters)], wanted(words, strict))
		ids, total, err := x.run(ctx, bleve.NewConjunctionQuery(all...), q, "-_score", "-"+fieldPublished, "_id")
		if err != nil || total > 0 || strict == half {
			return ids, total, err
		}
	}
}

// Similar answers open offers close to o, the closest first: the same
// occupation, its professional field or words of its title, nearby before far.
func (x *Index) Similar(ctx context.Context, o fair.Offer, limit int) ([]fair.ID, error) {
	alike := bleve.NewDisjunctionQuery(
		term(fieldROME, o.Work.ROME, 3),
		term(fieldDomain, domain(o.Work.ROME), 1),
		match(fieldTitle, o.Title, 2),
	)
	q := bleve.NewBooleanQuery()
	q.AddMust(term(fieldFair, string(o.Fair), 0), alike)
	q.AddMustNot(bleve.NewDocIDQuery([]string{string(o.ID)}))
	if lat, lon, ok := point(o.Place); ok {
		for _, kilometres := range []float64{3, 10} {
			q.AddShould(near(lat, lon, kilometres))
		}
	}
	ids, _, err := x.run(ctx, q, fair.OfferQuery{Page: 1, Limit: limit}, "-_score", "-"+fieldPublished, "_id")
	return ids, err
}

func (x *Index) run(ctx context.Context, q query.Query, page fair.OfferQuery, order ...string) ([]fair.ID, int, error) {
	limit := max(page.Limit, 0)
	request := bleve.NewSearchRequestOptions(q, limit, (max(page.Page, 1)-1)*limit, false)
	request.SortBy(order)
	result, err := x.index.SearchInContext(ctx, request)
	if err != nil {
		return nil, 0, fmt.Errorf("search the offer index: %w", err)
	}
	ids := make([]fair.ID, len(result.Hits))
	for i, hit := range result.Hits {
		ids[i] = fair.ID(hit.ID)
	}
	return ids, int(result.Total), nil
}

// criteria are the conditions of q that are not words. They do not weigh.
func criteria(fairID fair.ID, q fair.OfferQuery) ([]query.Query, error) {
	filters := []query.Query{term(fieldFair, string(fairID), 0)}
	for _, c := range []struct{ field, value string }{
		{fieldStand, string(q.Stand)}, {fieldContract, q.Contract}, {fieldROME, q.ROME},
	} {
		if c.value != "" {
			filters = append(filters, term(c.field, c.value, 0))
		}
	}
	switch {
	case q.Commune == "":
	case q.Radius <= 0:
		filters = append(filters, term(fieldCommune, q.Commune, 0))
	default:
		commune, ok := place.CommuneByINSEE(q.Commune)
		if !ok {
			return nil, fair.Refuse("commune", "commune.unknown")
		}
		around := near(commune.Lat, commune.Lon, q.Radius)
		around.SetBoost(0)
		filters = append(filters, around)
	}
	return filters, nil
}

// words cuts a text as titles are cut. Articles and the like are left out, and
// so is the "H/F" that people copy from advertisements.
func (x *Index) words(text string) []string {
	var words []string
	for _, token := range x.index.Mapping().AnalyzerNamed(plain).Analyze([]byte(text)) {
		word := string(token.Term)
		if word != "h" && word != "f" && len(words) < maxWords {
			words = append(words, word)
		}
	}
	return words
}

// wanted asks for every word, or half of them, somewhere in the offer. The last
// word may be unfinished: results follow the typing.
func wanted(words []string, strict strictness) query.Query {
	each := make([]query.Query, len(words))
	for i, word := range words {
		places := []query.Query{
			match(fieldTitle, word, weightTitle),
			match(fieldOccupation, word, weightOccupation),
			match(fieldCompany, word, weightCompany),
			match(fieldPlace, word, weightPlace),
			match(fieldDescription, word, weightDescription),
		}
		if i == len(words)-1 && len(word) >= 3 {
			unfinished := bleve.NewPrefixQuery(word)
			unfinished.SetField(fieldPlain)
			unfinished.SetBoost(weightUnfinished)
			places = append(places, unfinished)
		}
		if edits := typos(word); strict > exact && edits > 0 {
			near := bleve.NewFuzzyQuery(word)
			near.SetField(fieldPlain)
			near.SetFuzziness(edits)
			near.SetPrefix(1)
			near.SetBoost(weightMistyped)
			places = append(places, near)
		}
		each[i] = bleve.NewDisjunctionQuery(places...)
	}
	if strict == half {
		some := bleve.NewDisjunctionQuery(each...)
		some.SetMin(float64((len(each) + 1) / 2))
		return some
	}
	return bleve.NewConjunctionQuery(each...)
}

// typos is how many mistakes a word of that length may hold. Numbers hold none.
func typos(word string) int {
	if _, err := strconv.Atoi(word); err == nil || len(word) < 5 {
		return 0
	}
	if len(word) < 9 {
		return 1
	}
	return 2
}

func term(field, value string, boost float64) *query.TermQuery {
	q := bleve.NewTermQuery(value)
	q.SetField(field)
	q.SetBoost(boost)
	return q
}

func match(field, text string, boost float64) *query.MatchQuery {
	q := bleve.NewMatchQuery(text)
	q.SetField(field)
	q.SetBoost(boost)
	return q
}

func near(lat, lon, kilometres float64) *query.GeoDistanceQuery {
	q := bleve.NewGeoDistanceQuery(lon, lat, strconv.FormatFloat(kilometres, 'f', 3, 64)+"km")
	q.SetField(fieldPoint)
	return q
}
