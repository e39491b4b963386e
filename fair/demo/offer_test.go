package demo_test

import (
	"encoding/json"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"salon/fair/demo"
	"salon/fair/place"
)

// record is what the tests read of an offer.
type record struct {
	ID                string    `json:"id"`
	Intitule          string    `json:"intitule"`
	Description       string    `json:"description"`
	DateCreation      time.Time `json:"dateCreation"`
	DateActualisation time.Time `json:"dateActualisation"`
	LieuTravail       struct {
		CodePostal string  `json:"codePostal"`
		Commune    string  `json:"commune"`
		Latitude   float64 `json:"latitude"`
		Longitude  float64 `json:"longitude"`
	} `json:"lieuTravail"`
	RomeCode    string `json:"romeCode"`
	RomeLibelle string `json:"romeLibelle"`
	Entreprise  struct {
		Nom string `json:"nom"`
	} `json:"entreprise"`
	Alternance bool   `json:"alternance"`
	Duree      string `json:"dureeTravailLibelle"`
	Salaire    struct {
		Libelle string `json:"libelle"`
	} `json:"salaire"`
	Competences []struct {
		Libelle string `json:"libelle"`
	} `json:"competences"`
}

// resultats reads one file of offers.
func resultats(t testing.TB, file demo.OfferFile) []record {
	t.Helper()
	var answer struct {
		Resultats []record `json:"resultats"`
	}
	if err := json.Unmarshal(file.JSON, &answer); err != nil {
		t.Fatalf("%s: %v", file.Name, err)
	}
	return answer.Resultats
}

var today = time.Date(2026, time.March, 17, 8, 30, 0, 0, time.UTC)

func allOffers(t testing.TB) []record {
	t.Helper()
	files, err := demo.Offers(today)
	if err != nil {
		t.Fatal(err)
	}
	var all []record
	for _, file := range files {
		all = append(all, resultats(t, file)...)
	}
	return all
}

func TestSixHundredOffersFitTheImport(t *testing.T) {
	total := 0
	err := fs.WalkDir(demo.OfferFiles(), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		total += int(info.Size())
		if info.Size() > 700_000 {
			t.Errorf("%s weighs %d bytes", path, info.Size())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if total > 2_000_000 {
		t.Errorf("the offers weigh %d bytes together", total)
	}
	files, err := demo.Offers(today)
	if err != nil {
		t.Fatal(err)
	}
	ids, occupations := map[string]bool{}, map[string]bool{}
	for _, file := range files {
		offers := resultats(t, file)
		if len(offers) == 0 || len(offers) > 150 {
			t.Errorf("%s holds %d offers, an import takes 1 to 150", file.Name, len(offers))
		}
		for _, o := range offers {
			ids[o.ID], occupations[o.RomeCode] = true, true
		}
	}
	if len(ids) != 600 || len(occupations) < 80 {
		t.Errorf("got %d different offers over %d occupations, want 600 over at least 80", len(ids), len(occupations))
	}
}

func TestAnOfferSaysOnlyTrueFacts(t *testing.T) {
	hiring := map[string]demo.Company{}
	for _, c := range demo.Companies() {
		hiring[c.Name] = c
	}
	contact := regexp.MustCompile(`@|https?:|www\.|(\d\d[ .]){4}\d\d|\+33`)
	for _, o := range allOffers(t) {
		commune, ok := place.CommuneByINSEE(o.LieuTravail.Commune)
		if !ok || !slices.Contains(commune.Postcodes, o.LieuTravail.CodePostal) ||
			o.LieuTravail.Latitude != commune.Lat || o.LieuTravail.Longitude != commune.Lon {
			t.Errorf("%s: no such place %+v", o.ID, o.LieuTravail)
		}
		if occupation, ok := place.OccupationByCode(o.RomeCode); !ok || occupation.Label != o.RomeLibelle {
			t.Errorf("%s: %s is not called %q", o.ID, o.RomeCode, o.RomeLibelle)
		}
		company, ok := hiring[o.Entreprise.Nom]
		if !ok || !slices.Contains(company.Occupations, o.RomeCode) {
			t.Errorf("%s: %q does not recruit for %s", o.ID, o.Entreprise.Nom, o.RomeCode)
		}
		if found := contact.FindString(o.Description); found != "" {
			t.Errorf("%s holds the contact %q", o.ID, found)
		}
		if length := len([]rune(o.Description)); length < 500 || length > 2000 {
			t.Errorf("%s: the description has %d characters", o.ID, length)
		}
		if !strings.Contains(o.Description, "euros") && !strings.Contains(o.Description, "Smic") ||
			strings.Count(o.Description, "\n\n") < 3 {
			t.Errorf("%s does not tell pay, tasks, conditions and needs:\n%s", o.ID, o.Description)
		}
		if len(o.Competences) < 3 {
			t.Errorf("%s asks for %d skills", o.ID, len(o.Competences))
		}
	}
}

func TestNoOfferPaysUnderTheMinimumWageOf2021(t *testing.T) {
	const hourly, weekly = 10.25, 35.0
	pay := regexp.MustCompile(`^(Mensuel|Horaire) de (\d+\.\d\d) Euros`)
	for _, o := range allOffers(t) {
		if o.Alternance {
			continue // paid on a scale of its own
		}
		hours, err := strconv.ParseFloat(o.Duree[:2], 64)
		if err != nil {
			t.Fatalf("%s: hours %q", o.ID, o.Duree)
		}
		found := pay.FindStringSubmatch(o.Salaire.Libelle)
		if found == nil {
			if o.Salaire.Libelle != "Horaire de 10,25 Euros sur 12 mois" {
				t.Errorf("%s: pay %q", o.ID, o.Salaire.Libelle)
			}
			continue
		}
		amount, err := strconv.ParseFloat(found[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		least := hourly
		if found[1] == "Mensuel" {
			least = hourly * min(hours, weekly) * 52 / 12
		}
		if amount < least-0.5 {
			t.Errorf("%s pays %.2f for %v hours a week, under %.2f", o.ID, amount, hours, least)
		}
	}
}

var sentenceEnd = regexp.MustCompile(`[.!?»\n:]+`)

// sentences are the sentences of a text of at least 25 characters, without
// their punctuation.
func sentences(text string) map[string]bool {
	set := map[string]bool{}
	for _, s := range sentenceEnd.Split(text, -1) {
		if s = strings.ToLower(strings.TrimSpace(s)); len(s) >= 25 {
			set[s] = true
		}
	}
	return set
}

func TestNoTwoOffersOfAnOccupationReadAlike(t *testing.T) {
	const most = 1.0 / 3
	byOccupation := map[string][]record{}
	for _, o := range allOffers(t) {
		byOccupation[o.RomeCode] = append(byOccupation[o.RomeCode], o)
	}
	for _, offers := range byOccupation {
		said := make([]map[string]bool, len(offers))
		for i, o := range offers {
			said[i] = sentences(o.Description)
		}
		for i, a := range offers {
			for j, b := range offers[i+1:] {
				first, second, shared := said[i], said[i+1+j], 0
				for s := range first {
					if second[s] {
						shared++
					}
				}
				if share := float64(shared) / float64(min(len(first), len(second))); share > most {
					t.Errorf("%s and %s share %d sentences, %.0f %%", a.ID, b.ID, shared, 100*share)
				}
			}
		}
	}
}

func TestOffersAreDatedFromTheDayTheyAreLoaded(t *testing.T) {
	newest := time.Time{}
	for _, o := range allOffers(t) {
		if o.DateActualisation.Before(o.DateCreation) || o.DateCreation.Before(today.AddDate(0, 0, -21)) {
			t.Errorf("%s was published %s and changed %s", o.ID, o.DateCreation, o.DateActualisation)
		}
		if o.DateActualisation.After(newest) {
			newest = o.DateActualisation
		}
	}
	if newest.After(today) || newest.Before(today.AddDate(0, 0, -2)) {
		t.Errorf("the newest offer is of %s, want the day before %s", newest, today)
	}
	morning, _ := demo.Offers(today)
	evening, _ := demo.Offers(today.Add(12 * time.Hour))
	if !slices.EqualFunc(morning, evening, func(a, b demo.OfferFile) bool { return string(a.JSON) == string(b.JSON) }) {
		t.Error("the same day gives other bytes in the evening")
	}
}
