package place

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Occupation is one entry of ROME 4.0. Label is its official wording; Titles are
// that label and other names of the same work, each in both genders when the
// language has two.
type Occupation struct {
	Code, Label string
	Titles      []string
}

type occupationTable struct {
	all    []Occupation
	byCode map[string]int
	titles [][][]string // the words of each title, parallel to all
}

// shipped is the selection in this package.
var shipped = sync.OnceValue(func() *occupationTable {
	var all []Occupation
	for _, row := range rows("occupations.csv", 3) {
		occupation := Occupation{Code: row[0], Label: row[1], Titles: []string{row[1]}}
		if row[2] != "" {
			occupation.Titles = append(occupation.Titles, strings.Split(row[2], "|")...)
		}
		all = append(all, occupation)
	}
	return tableOf(all)
})

func tableOf(all []Occupation) *occupationTable {
	table := &occupationTable{all: all, byCode: map[string]int{}}
	for i, occupation := range all {
		var titles [][]string
		for _, title := range occupation.Titles {
			titles = append(titles, words(title))
		}
		table.byCode[occupation.Code] = i
		table.titles = append(table.titles, titles)
	}
	return table
}

// released is the table in use once a release was brought in.
var released atomic.Pointer[occupationTable]

func occupations() *occupationTable {
	if table := released.Load(); table != nil {
		return table
	}
	return shipped()
}

// UseOccupations puts a release in place of what is shipped: what it does not name
// stays as it is. None takes every release away.
func UseOccupations(release []Occupation) {
	if len(release) == 0 {
		released.Store(nil)
		return
	}
	all := slices.Clone(release)
	for _, o := range shipped().all {
		if !slices.ContainsFunc(release, func(r Occupation) bool { return r.Code == o.Code }) {
			all = append(all, o)
		}
	}
	slices.SortFunc(all, func(a, b Occupation) int { return strings.Compare(a.Code, b.Code) })
	released.Store(tableOf(all))
}

// Occupations lists the occupations by code.
func Occupations() []Occupation { return slices.Clone(occupations().all) }

// OccupationByCode finds an occupation by its ROME code, a capital letter and
// four digits.
func OccupationByCode(code string) (Occupation, bool) {
	i, found := occupations().byCode[code]
	if !found {
		return Occupation{}, false
	}
	return occupations().all[i], true
}

// FindOccupations lists the occupations with a title in which every word of text
// begins a word ("bouch", "conductrice bus"), or whose code begins with text.
// Those whose title itself begins with the text come first.
func FindOccupations(text string) []Occupation {
	query := words(text)
	var leading, others []Occupation
	for i, occupation := range occupations().all {
		begins, holds := false, len(query) == 1 && strings.HasPrefix(strings.ToLower(occupation.Code), query[0])
		for _, title := range occupations().titles[i] {
			begins = begins || beginsWith(title, query)
			holds = holds || holdsAll(title, query)
		}
		switch {
		case begins:
			leading = append(leading, occupation)
		case holds:
			others = append(others, occupation)
		}
	}
	return append(leading, others...)
}
