package place

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Commune is one municipality. Lat and Lon are its centroid in degrees (WGS 84).
type Commune struct {
	INSEE, Name string
	Postcodes   []string
	Lat, Lon    float64
}

type communeTable struct {
	all    []Commune
	byCode map[string]int
	names  [][]string // the words of each name, parallel to all
}

var communes = sync.OnceValue(func() communeTable {
	table := communeTable{byCode: map[string]int{}}
	for i, row := range rows("communes.csv", 5) {
		lat, errLat := strconv.ParseFloat(row[3], 64)
		lon, errLon := strconv.ParseFloat(row[4], 64)
		if errLat != nil || errLon != nil {
			panic(fmt.Sprintf("place: centroid of %s is not two numbers", row[1]))
		}
		table.all = append(table.all, Commune{
			INSEE: row[0], Name: row[1], Postcodes: strings.Split(row[2], "|"), Lat: lat, Lon: lon,
		})
		table.byCode[row[0]] = i
		table.names = append(table.names, words(row[1]))
	}
	return table
})

// Communes lists the 31 communes by name.
func Communes() []Commune { return slices.Clone(communes().all) }

// CommuneByINSEE finds a commune by its five-character INSEE code, which is not
// its postcode. The second result is false when the code is not of the metropole.
func CommuneByINSEE(code string) (Commune, bool) {
	i, found := communes().byCode[code]
	if !found {
		return Commune{}, false
	}
	return communes().all[i], true
}

// FindCommune lists the communes whose name begins with text, with or without
// its article ("le crès", "cres"), or one of whose postcodes does. Accents, case
// and hyphens do not count, and "st" stands for "saint".
func FindCommune(text string) []Commune {
	query := words(text)
	if len(query) > 0 && query[0] == "st" {
		query[0] = "saint"
	}
	var found []Commune
	for i, commune := range communes().all {
		name := communes().names[i]
		if beginsWith(name, query) || beginsWith(withoutArticle(name), query) || hasPostcode(commune, query) {
			found = append(found, commune)
		}
	}
	return found
}

// CommuneNamed finds the one commune that a whole name, an INSEE code or a postcode
// means; a postcode that several share means none.
func CommuneNamed(text string) (Commune, bool) {
	if c, known := CommuneByINSEE(strings.TrimSpace(text)); known {
		return c, true
	}
	all := FindCommune(text)
	for _, c := range all {
		if slices.Equal(words(c.Name), words(text)) {
			return c, true
		}
	}
	if len(all) == 1 && (slices.Contains(all[0].Postcodes, strings.TrimSpace(text)) || slices.Equal(withoutArticle(words(all[0].Name)), words(text))) {
		return all[0], true
	}
	return Commune{}, false
}

func withoutArticle(name []string) []string {
	if name[0] == "le" || name[0] == "la" || name[0] == "les" {
		return name[1:]
	}
	return name
}

func hasPostcode(commune Commune, query []string) bool {
	return len(query) == 1 && slices.ContainsFunc(commune.Postcodes, func(postcode string) bool {
		return strings.HasPrefix(postcode, query[0])
	})
}

// earthRadius is the mean radius of the Earth in kilometres (IUGG R1).
const earthRadius = 6371.0088

// Distance is the great-circle distance between two centroids in kilometres, by
// the haversine formula; within the metropole it is right to a few metres.
func Distance(a, b Commune) float64 {
	return Kilometres(a.Lat, a.Lon, b.Lat, b.Lon)
}

// Kilometres is the great-circle distance between two points given in degrees.
func Kilometres(latA, lonA, latB, lonB float64) float64 {
	phiA, phiB := radians(latA), radians(latB)
	h := haversine(phiB-phiA) + math.Cos(phiA)*math.Cos(phiB)*haversine(radians(lonB-lonA))
	return 2 * earthRadius * math.Asin(math.Sqrt(min(1, h)))
}

func haversine(angle float64) float64 {
	s := math.Sin(angle / 2)
	return s * s
}

func radians(degrees float64) float64 { return degrees * math.Pi / 180 }
