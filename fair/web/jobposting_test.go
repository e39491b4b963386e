package web_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/web"
)

// What search engines read of an offer, field by field: what is not said is not
// marked.
func TestAJobPostingSaysWhatTheOfferSaysAndNothingElse(t *testing.T) {
	plain := map[string]string{
		"@context": `"https://schema.org/"`, "@type": `"JobPosting"`, "title": `"Menuisière"`, "description": `"\u003cp\u003ePoser des portes.\u003c/p\u003e"`,
		"datePosted": `"2026-11-21"`, "validThrough": `"2026-12-03T12:00:00Z"`, "url": `"` + site + "/fairs/rencontres/offers/" + string(offerID) + `"`,
		"identifier":         `{"@type":"PropertyValue","name":"Atelier Fiction","value":"046XYZ"}`,
		"hiringOrganization": `{"@type":"Organization","name":"Atelier Fiction","sameAs":"https://atelier.example"}`,
		"jobLocation":        `{"@type":"Place","address":{"@type":"PostalAddress","addressLocality":"Lattes","postalCode":"34970","addressCountry":"FR"}}`,
		"totalJobOpenings":   `2`, "occupationalCategory": `"F1607 Pose de fermetures menuisées"`, "directApply": `false`,
	}
	for name, c := range map[string]struct {
		change func(*fair.Offer)
		also   map[string]string // "" takes a field away
	}{
		"as it is":     {func(*fair.Offer) {}, nil},
		"a fixed term": {func(o *fair.Offer) { o.Work.Contract = "CDD" }, map[string]string{"employmentType": `["TEMPORARY"]`}},
		"an agency":    {func(o *fair.Offer) { o.Work.Contract = "MIS" }, map[string]string{"employmentType": `["TEMPORARY"]`}},
		"a season":     {func(o *fair.Offer) { o.Work.Contract = "SAI" }, map[string]string{"employmentType": `["TEMPORARY"]`}},
		"independent":  {func(o *fair.Offer) { o.Work.Contract = "LIB" }, map[string]string{"employmentType": `["CONTRACTOR"]`}},
		"full time": {func(o *fair.Offer) { o.Work.FullTime, o.Work.HoursLabel = new(true), "35H Horaires normaux" },
			map[string]string{"employmentType": `["FULL_TIME"]`, "workHours": `"35H Horaires normaux"`}},
		"part time, a season": {func(o *fair.Offer) { o.Work.FullTime, o.Work.Contract = new(false), "SAI" }, map[string]string{"employmentType": `["PART_TIME","TEMPORARY"]`}},
		"a pay":               {func(o *fair.Offer) { o.Pay.Label = "Annuel de 24000 Euros" }, map[string]string{"baseSalary": `{"@type":"MonetaryAmount","currency":"EUR","value":{"@type":"QuantitativeValue","value":24000,"unitText":"YEAR"}}`}},
		"a range": {func(o *fair.Offer) { o.Pay.Label = "Horaire de 12.50 Euros à 14 Euros" },
			map[string]string{"baseSalary": `{"@type":"MonetaryAmount","currency":"EUR","value":{"@type":"QuantitativeValue","minValue":12.5,"maxValue":14,"unitText":"HOUR"}}`}},
		"a pay in words":         {func(o *fair.Offer) { o.Pay.Label = "Selon profil, 1 900 € environ" }, nil},
		"ends the wrong way":     {func(o *fair.Offer) { o.Pay.Label = "Mensuel de 2000 Euros à 1900 Euros" }, nil},
		"from home":              {func(o *fair.Offer) { o.Place = fair.Place{Label: "Télétravail"} }, map[string]string{"jobLocation": "", "jobLocationType": `"TELECOMMUTE"`, "applicantLocationRequirements": `{"@type":"Country","name":"FR"}`}},
		"a town that is no code": {func(o *fair.Offer) { o.Place = fair.Place{Label: "34 - SÈTE"} }, map[string]string{"jobLocation": `{"@type":"Place","address":{"@type":"PostalAddress","addressLocality":"Sète","addressCountry":"FR"}}`}},
		"for beginners":          {func(o *fair.Offer) { o.Needs.Beginner, o.Needs.Experience = true, "Débutant accepté" }, map[string]string{"experienceRequirements": `"no requirements"`}},
		"with experience":        {func(o *fair.Offer) { o.Needs.Experience = "2 ans" }, nil},
		"skills and licences": {func(o *fair.Offer) {
			o.Needs.Skills = []fair.Need{{Label: "Lire un plan", Required: true}, {Label: "Poser un vitrage"}}
			o.Needs.Training, o.Needs.Licences = []fair.Need{{Label: "CAP"}}, []fair.Need{{Label: "B", Required: true}}
		}, map[string]string{"skills": `"Lire un plan, Poser un vitrage"`, "qualifications": `"CAP, B"`}},
		"without an end": {func(o *fair.Offer) { o.ClosesAt = time.Time{} }, map[string]string{"validThrough": ""}},
		"a title that would end the script": {func(o *fair.Offer) { o.Title = `</script><script>alert(1)` },
			map[string]string{"title": `"\u003c/script\u003e\u003cscript\u003ealert(1)"`}},
	} {
		d := newDouble()
		d.offer.Title, d.offer.Description, d.offer.Needs, d.offer.Pay = "Menuisière", "Poser des portes.", fair.Needs{}, fair.Pay{}
		d.offer.Work = fair.Work{ROME: "F1607", Occupation: "Pose de fermetures menuisées", Contract: "CDI", ContractLabel: "CDI"}
		c.change(&d.offer)
		want := maps.Clone(plain)
		for field, value := range c.also {
			if want[field] = value; value == "" {
				delete(want, field)
			}
		}
		_, page := ask(t, serve(t, d).App(), "GET", "/fairs/rencontres/offers/"+string(offerID), "")
		found := jsonLD.FindAllStringSubmatch(page, -1)
		if len(found) != 1 {
			t.Fatalf("%s: %d blocks", name, len(found))
		}
		var got map[string]json.RawMessage
		if err := json.Unmarshal([]byte(found[0][1]), &got); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for field, value := range got {
			if want[field] != string(value) {
				t.Errorf("%s: %s is %s, want %q", name, field, value, want[field])
			}
			delete(want, field)
		}
		for field := range want {
			t.Errorf("%s: %s is missing", name, field)
		}
	}
}

// Both languages of a page name each other, in the map too; what is closed stands
// neither there nor in the feeds, once what was kept for a minute is made anew.
func TestListingsAreKeptForAMinuteAndNameBothLanguages(t *testing.T) {
	d := newDouble()
	asked := map[string]int{}
	d.before = func(what string) error { asked[what]++; return nil }
	now := noon
	app := serve(t, d, func(c *web.Config) { c.Clock = func() time.Time { return now } }).App()
	place := "/fairs/rencontres/offers/" + string(offerID)
	_, raw := ask(t, app, "GET", "/sitemaps/rencontres/offers.xml", "")
	body(t, raw, `xmlns:xhtml="http://www.w3.org/1999/xhtml"`, `<loc>`+site+place+`</loc>`, `<loc>`+site+"/en"+place+`</loc>`,
		`<xhtml:link rel="alternate" hreflang="fr" href="`+site+place+`"></xhtml:link><xhtml:link rel="alternate" hreflang="en" href="`+site+"/en"+place+`">`)
	listings := []string{"/sitemaps/rencontres/offers.xml", "/feeds/rencontres", "/feeds/rencontres/jobs"}
	for _, path := range listings {
		if _, raw := ask(t, app, "GET", path, ""); !strings.Contains(raw, place) {
			t.Fatalf("%s lacks an open offer: %s", path, raw)
		}
	}
	made := asked["SitemapOffers"]
	d.offer.State = fair.OfferClosed
	for range 5 {
		ask(t, app, "GET", "/sitemaps/rencontres/offers.xml", "")
	}
	if asked["SitemapOffers"] != made {
		t.Errorf("the same map was made %d times within a minute", 1+asked["SitemapOffers"]-made)
	}
	if res, _ := ask(t, app, "GET", "/sitemaps/nowhere/offers.xml", ""); res.StatusCode != 200 && res.StatusCode != 404 {
		t.Errorf("the map of another fair: %d", res.StatusCode)
	}
	now = now.Add(time.Minute)
	for _, path := range listings {
		if _, raw := ask(t, app, "GET", path, ""); strings.Contains(raw, place) {
			t.Errorf("%s still names a closed offer", path)
		}
	}
}
