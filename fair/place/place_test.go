package place_test

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"salon/fair/place"
)

func TestTheMetropoleHasItsThirtyOneCommunes(t *testing.T) {
	communes := place.Communes()
	if len(communes) != 31 {
		t.Fatalf("got %d communes, want 31", len(communes))
	}
	codes := map[string]bool{}
	for _, c := range communes {
		if !regexp.MustCompile(`^34\d{3}$`).MatchString(c.INSEE) || codes[c.INSEE] {
			t.Errorf("%s: INSEE code %q is malformed or already used", c.Name, c.INSEE)
		}
		codes[c.INSEE] = true
		for _, postcode := range c.Postcodes {
			if !regexp.MustCompile(`^34\d{3}$`).MatchString(postcode) {
				t.Errorf("%s: postcode %q", c.Name, postcode)
			}
		}
		if c.Lat < 43.50 || c.Lat > 43.77 || c.Lon < 3.68 || c.Lon > 4.06 {
			t.Errorf("%s: centroid %.3f, %.3f lies outside the metropole", c.Name, c.Lat, c.Lon)
		}
		if found, ok := place.CommuneByINSEE(c.INSEE); !ok || found.Name != c.Name {
			t.Errorf("%s is not found by its code", c.Name)
		}
	}
	if _, found := place.CommuneByINSEE("75056"); found {
		t.Error("Paris is found in the metropole of Montpellier")
	}
}

func TestACommuneIsFoundAsPeopleTypeIt(t *testing.T) {
	for typed, want := range map[string][]string{
		"montp":              {"Montpellier"},
		"SAINT JEAN DE VEDA": {"Saint-Jean-de-Védas"},
		"st-jean":            {"Saint-Jean-de-Védas"},
		"cres":               {"Le Crès"},
		"Le Crès":            {"Le Crès"},
		"cournon":            {"Cournonsec", "Cournonterral"},
		"saint georges d'or": {"Saint-Georges-d'Orques"},
		"34080":              {"Montpellier"},
		"34830":              {"Clapiers", "Jacou"},
		"lez":                nil,
		"  ":                 nil,
		"paris":              nil,
	} {
		t.Run(typed, func(t *testing.T) {
			var got []string
			for _, c := range place.FindCommune(typed) {
				got = append(got, c.Name)
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestOneCommuneIsMeantOrNone(t *testing.T) {
	for text, want := range map[string]string{
		"34172": "34172", "montpellier": "34172", "34080": "34172", "crès": "34090", "LE CRES": "34090", "saint jean de vedas": "34270",
		"34830": "", "Cournon": "", "montp": "", "": "", "Paris": "",
	} {
		if got, found := place.CommuneNamed(text); got.INSEE != want || found != (want != "") {
			t.Errorf("%q means %q, want %q", text, got.INSEE, want)
		}
	}
}

func TestDistancesAreThoseOfTheMap(t *testing.T) {
	for _, tc := range []struct {
		a, b       string
		kilometres float64
	}{
		{"34172", "34172", 0},
		{"34172", "34057", 4.6},  // Montpellier, Castelnau-le-Lez
		{"34172", "34198", 8.8},  // Montpellier, Pérols
		{"34087", "34164", 29.9}, // Cournonsec, Montaud: across the whole metropole
	} {
		a, _ := place.CommuneByINSEE(tc.a)
		b, _ := place.CommuneByINSEE(tc.b)
		there, back := place.Distance(a, b), place.Distance(b, a)
		if math.Abs(there-tc.kilometres) > 0.3 || there != back {
			t.Errorf("%s to %s: %.2f km and %.2f km back, want about %.1f", a.Name, b.Name, there, back, tc.kilometres)
		}
	}
	if degree := place.Kilometres(43, 4, 44, 4); math.Abs(degree-111.2) > 0.1 {
		t.Errorf("a degree of latitude measures %.2f km", degree)
	}
}

func TestOccupationsHaveUniqueCodesAndTitlesInBothGenders(t *testing.T) {
	occupations := place.Occupations()
	if len(occupations) < 80 {
		t.Fatalf("got %d occupations, want at least 80", len(occupations))
	}
	gendered := 0
	codes := map[string]bool{}
	for _, o := range occupations {
		if !regexp.MustCompile(`^[A-N]\d{4}$`).MatchString(o.Code) || codes[o.Code] {
			t.Errorf("code %q of %s is malformed or already used", o.Code, o.Label)
		}
		codes[o.Code] = true
		if o.Label == "" || o.Titles[0] != o.Label {
			t.Errorf("%s: titles %q do not begin with the label", o.Code, o.Titles)
		}
		sorted := slices.Clone(o.Titles)
		slices.Sort(sorted)
		if len(slices.Compact(sorted)) != len(o.Titles) {
			t.Errorf("%s says a title twice: %q", o.Code, o.Titles)
		}
		if slices.ContainsFunc(o.Titles, func(title string) bool { return strings.Contains(title, " / ") }) {
			gendered++
		}
	}
	if gendered < 80 {
		t.Errorf("only %d occupations are named in both genders", gendered)
	}
}

func TestAnOccupationIsFoundInEitherGender(t *testing.T) {
	for typed, want := range map[string]string{
		"boulangere":      "D1102",
		"BOULANGER":       "D1102",
		"conductrice bus": "N4103",
		"infirmière":      "J1506",
		"macon":           "F1703",
		"K2303":           "K2303",
		"éboueuse":        "K2303",
	} {
		t.Run(typed, func(t *testing.T) {
			found := place.FindOccupations(typed)
			if len(found) == 0 || found[0].Code != want {
				t.Errorf("got %v, want %s first", found, want)
			}
		})
	}
	if found := place.FindOccupations(""); len(found) != 0 {
		t.Errorf("an empty text finds %d occupations", len(found))
	}
}

func TestTheTablesCannotBeChangedByTheirReaders(t *testing.T) {
	place.Communes()[0].Name = "Atlantis"
	place.Occupations()[0].Label = "Alchemist"
	if place.Communes()[0].Name != "Baillargues" || place.Occupations()[0].Label == "Alchemist" {
		t.Error("a reader has changed the table of everybody")
	}
}
