package place_test

import (
	"archive/zip"
	"bytes"
	"slices"
	"strings"
	"testing"

	"salon/fair/place"
)

const (
	romeCodes  = "\"code_rome\",\"code_fiche_em\",\"code_ogr\",\"libelle_rome\",\"statut\"\n\"A1101\",\"1\",\"2\",\"Conduite d'engins agricoles\",\"1\"\n\"D1102\",\"1\",\"3\",\"Boulangerie nouvelle\",\"1\"\n\"Z9999\",\"1\",\"3\",\"Fini\",\"0\"\n"
	romeTitles = "code_ogr;libelle_appellation_long;libelle_appellation_court;code_rome;statut\n1;Pilote de machines à vendanger;Pilote de machines \xe0 vendanger;A1101;1\n2;x;Tourier / Touri\xe8re;D1102;1\n"
	romeJSON   = `[{"code":"A1101","libelle":"Conduite d'engins agricoles","appellations":[{"libelle":"long","libelleCourt":"Pilote de machines à vendanger"}]},{"code":"D1102","libelle":"Boulangerie nouvelle","appellations":[{"libelle":"Tourier / Tourière"}]}]`
)

func TestAReleaseIsReadAsItIsPublished(t *testing.T) {
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	for name, content := range map[string]string{"unix_referentiel_code_rome_v460_utf8.csv": romeCodes, "x/unix_referentiel_appellation_v460_utf8.csv": romeTitles, "other.csv": "a,b\n1,2\n", "lisez-moi.txt": "x"} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, files := range map[string][][]byte{
		"two files": {[]byte(romeCodes), []byte(romeTitles)}, "an archive": {archive.Bytes()}, "the answer of the API": {[]byte(romeJSON)},
	} {
		all, err := place.ReadRelease(files...)
		if err != nil || len(all) != 2 {
			t.Fatalf("%s: %+v, %v", name, all, err)
		}
		if !slices.Equal(all[0].Titles, []string{"Conduite d'engins agricoles", "Pilote de machines à vendanger"}) || !slices.Equal(all[1].Titles, []string{"Boulangerie nouvelle", "Tourier / Tourière"}) {
			t.Errorf("%s: %+v", name, all)
		}
	}
}

func TestWhatIsNoReleaseIsSaidToBe(t *testing.T) {
	for name, content := range map[string]string{
		"empty": "", "another table": "a;b\n1;2", "broken JSON": `[{"code"`, "a broken archive": "PK\x03\x04x", "titles of nothing": strings.ReplaceAll(romeTitles, "A1101", "B9999"),
		"a list of something else": `[{"code":"x"}]`,
	} {
		if all, err := place.ReadRelease([]byte(content)); err == nil {
			t.Errorf("%s is read as %+v", name, all)
		}
	}
}

func TestAReleaseTakesThePlaceOfWhatIsShippedAndAdds(t *testing.T) {
	t.Cleanup(func() { place.UseOccupations(nil) })
	before := len(place.Occupations())
	release, err := place.ReadRelease([]byte(romeCodes), []byte(romeTitles))
	if err != nil {
		t.Fatal(err)
	}
	place.UseOccupations(release)
	if o, _ := place.OccupationByCode("D1102"); o.Label != "Boulangerie nouvelle" {
		t.Errorf("D1102 is %+v", o)
	}
	if found := place.FindOccupations("vendanger"); len(found) != 1 || found[0].Code != "A1101" {
		t.Errorf("found %+v", found)
	}
	if got := len(place.Occupations()); got < before || got > before+1 {
		t.Errorf("%d occupations, %d are shipped", got, before)
	}
	if o, known := place.OccupationByCode("J1501"); !known || len(o.Titles) < 2 {
		t.Errorf("what the release does not name is gone: %+v", o)
	}
}
