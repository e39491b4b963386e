package search

import (
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/mapping"

	"salon/fair"
	"salon/fair/place"
)

// The fields of an offer in the index.
const (
	fieldFair        = "fair"
	fieldStand       = "stand"
	fieldContract    = "contract"
	fieldROME        = "rome"
	fieldDomain      = "domain"  // first three characters of the ROME code: a professional field
	fieldCommune     = "commune" // INSEE code
	fieldPoint       = "point"
	fieldPublished   = "published"
	fieldTitle       = "title"
	fieldOccupation  = "occupation" // every title of the occupation, in both genders
	fieldCompany     = "company"
	fieldPlace       = "place"
	fieldDescription = "description" // and whatever else is said in words
	fieldPlain       = "plain"       // title, occupation and company, unstemmed
)

// layout says how documents are made; an index of another layout is rebuilt.
// It must change with every change to this file or to analysis.go.
const layout = "1"

func newMapping() (mapping.IndexMapping, error) {
	offer := bleve.NewDocumentStaticMapping()
	for _, name := range []string{fieldFair, fieldStand, fieldContract, fieldROME, fieldDomain, fieldCommune} {
		offer.AddFieldMappingsAt(name, textField(keyword.Name))
	}
	for _, name := range []string{fieldTitle, fieldOccupation, fieldCompany, fieldPlace, fieldDescription} {
		offer.AddFieldMappingsAt(name, textField(stemmed))
	}
	offer.AddFieldMappingsAt(fieldPlain, textField(plain))

	point := bleve.NewGeoPointFieldMapping()
	point.Store, point.IncludeInAll = false, false
	offer.AddFieldMappingsAt(fieldPoint, point)

	published := bleve.NewNumericFieldMapping()
	published.Store, published.IncludeInAll = false, false
	offer.AddFieldMappingsAt(fieldPublished, published)

	m := bleve.NewIndexMapping()
	offer.AddSubDocumentMapping("_all", bleve.NewDocumentDisabledMapping())
	m.DefaultMapping = offer
	return m, addAnalyzers(m)
}

func textField(analyzer string) *mapping.FieldMapping {
	field := bleve.NewTextFieldMapping()
	field.Analyzer = analyzer
	field.Store, field.IncludeInAll, field.IncludeTermVectors, field.DocValues = false, false, false, false
	return field
}

// document says an offer in the fields of the index.
func document(o fair.Offer) map[string]any {
	titles := []string{o.Work.Occupation, o.Work.Appellation}
	if occupation, ok := place.OccupationByCode(o.Work.ROME); ok {
		titles = append(titles, occupation.Titles...)
	}
	doc := map[string]any{
		fieldFair:        string(o.Fair),
		fieldStand:       string(o.Stand),
		fieldContract:    o.Work.Contract,
		fieldROME:        o.Work.ROME,
		fieldDomain:      domain(o.Work.ROME),
		fieldCommune:     o.Place.Commune,
		fieldPublished:   float64(o.PublishedAt.Unix()),
		fieldTitle:       o.Title,
		fieldOccupation:  titles,
		fieldCompany:     o.CompanyName,
		fieldPlace:       o.Place.Label,
		fieldDescription: described(o),
		fieldPlain:       append([]string{o.Title, o.CompanyName}, titles...),
	}
	if lat, lon, ok := point(o.Place); ok {
		// A map of any: bleve drops a map of float64 without a word.
		doc[fieldPoint] = map[string]any{"lon": lon, "lat": lat}
	}
	return doc
}

func domain(rome string) string { return rome[:min(3, len(rome))] }

func described(o fair.Offer) []string {
	texts := []string{o.Description, o.Work.ContractLabel, o.Work.Nature, o.Work.HoursLabel, o.Work.Qualification, o.Needs.Experience}
	texts = append(texts, o.Work.Schedule...)
	texts = append(texts, o.Work.Conditions...)
	for _, needs := range [][]fair.Need{o.Needs.Skills, o.Needs.Training, o.Needs.Languages, o.Needs.Licences, o.Needs.Qualities} {
		for _, need := range needs {
			texts = append(texts, need.Label)
		}
	}
	return texts
}

// point is where the work is done: as the offer says, else the centroid of its
// commune.
func point(p fair.Place) (lat, lon float64, ok bool) {
	if p.Lat != nil && p.Lon != nil {
		return *p.Lat, *p.Lon, true
	}
	commune, ok := place.CommuneByINSEE(strings.TrimSpace(p.Commune))
	return commune.Lat, commune.Lon, ok
}
