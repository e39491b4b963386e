package search

import (
	"strings"

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
)

// row is what the index knows of an offer.
type row struct {
	id               fair.ID // "" where the row is free
	title            string
	titleWords       []string // unstemmed
	titleKey         string   // the same, joined
	stand            fair.ID
	company          string
	contract         string
	rome, occupation string
	commune, place   string
	lat, lon         float64 // degrees; nothing when not located
	located          bool
	hours            string // as in fair.OfferQuery
	experience       string
	accessible       bool
	published        int64 // Unix seconds
	opened           int64

	stems []term // what leads here
	plain []term
}

// term is a word that leads to an offer.
type term struct {
	word   string
	weight float32
	title  bool // it stands in the title
}

// read makes the row of an offer.
func read(o fair.Offer, s stemmer) row {
	r := row{
		id: o.ID, title: o.Title, titleWords: words(o.Title), stand: o.Stand, company: o.CompanyName,
		contract: o.Work.Contract, rome: o.Work.ROME, occupation: o.Work.Occupation,
		commune: strings.TrimSpace(o.Place.Commune), place: o.Place.Label,
		hours: o.Work.Hours(), experience: o.Needs.Level(), accessible: o.Work.Accessible,
		published: o.PublishedAt.Unix(), opened: o.Opened().Unix(),
	}
	r.titleKey = strings.Join(r.titleWords, " ")
	r.locate(o.Place)
	titles := o.Work.Occupation + " " + o.Work.Appellation
	if occupation, ok := place.OccupationByCode(o.Work.ROME); ok {
		titles += " " + strings.Join(occupation.Titles, " ")
		if r.occupation == "" {
			r.occupation = occupation.Label
		}
	}
	stems, plain := map[string]term{}, map[string]term{}
	for _, part := range []struct {
		words  []string
		weight float32
		named  bool // whether unfinished and mistyped words find it
	}{
		{r.titleWords, weightTitle, true},
		{words(titles), weightOccupation, true},
		{words(o.CompanyName), weightCompany, true},
		{words(r.place), weightPlace, true},
		{words(described(o)), weightDescription, false},
	} {
		seen := map[string]bool{}
		for _, word := range part.words {
			if seen[word] {
				continue
			}
			seen[word] = true
			add(stems, s.stem(word), part.weight)
			if part.named {
				add(plain, word, part.weight)
			}
		}
	}
	r.stems, r.plain = list(stems), list(plain)
	return r
}

func add(to map[string]term, word string, weight float32) {
	t := to[word]
	t.word, t.title = word, t.title || weight == weightTitle
	if t.weight += weight; t.weight > weightTitle+weightOccupation {
		t.weight = weightTitle + weightOccupation
	}
	to[word] = t
}

func list(terms map[string]term) []term {
	all := make([]term, 0, len(terms))
	for _, t := range terms {
		all = append(all, t)
	}
	return all
}

// described is whatever else an offer says in words.
func described(o fair.Offer) string {
	texts := []string{o.Description, o.Work.ContractLabel, o.Work.Nature, o.Work.HoursLabel, o.Work.Qualification, o.Needs.Experience}
	texts = append(texts, o.Work.Schedule...)
	texts = append(texts, o.Work.Conditions...)
	for _, needs := range [][]fair.Need{o.Needs.Skills, o.Needs.Training, o.Needs.Languages, o.Needs.Licences, o.Needs.Qualities} {
		for _, need := range needs {
			texts = append(texts, need.Label)
		}
	}
	return strings.Join(texts, " ")
}

// locate says where the work is done: as the offer says, else the centroid of its
// commune.
func (r *row) locate(p fair.Place) {
	if p.Lat != nil && p.Lon != nil {
		r.lat, r.lon, r.located = *p.Lat, *p.Lon, true
		return
	}
	if c, ok := place.CommuneByINSEE(r.commune); ok {
		r.lat, r.lon, r.located = c.Lat, c.Lon, true
		if r.place == "" {
			r.place = c.Name
		}
	}
}

// domain is the professional field of an occupation.
func domain(rome string) string { return rome[:min(3, len(rome))] }
