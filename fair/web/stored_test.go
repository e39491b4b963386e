package web_test

import (
	"strings"
	"testing"
)

// What people can write stands on pages as text, whatever it says: every page, in
// both languages, with hostile words in every text of the fair, its stand, its
// offer, its talk, its company and whoever looks.
func TestWhatSomebodyWroteRunsOnNoPage(t *testing.T) {
	for _, attempt := range []string{
		`<img src=x onerror=alert(1)>`, `</script><script>alert(1)</script>`, `"><svg onload=alert(1)>`, `'-alert(1)-'<x>`,
		`</title><script>alert(1)</script>`, `</textarea><script>alert(1)</script>`, `{{.}}<iframe srcdoc=x>`, `]]><script>alert(1)</script>`,
	} {
		d := newDouble()
		d.hostile = attempt
		o := &d.offer
		for _, text := range []*string{
			&o.Title, &o.Description, &o.CompanyName, &o.SourceID, &o.Work.Occupation, &o.Work.ContractLabel, &o.Work.HoursLabel,
			&o.Pay.Label, &o.Place.Label, &o.Place.Postcode, &o.Needs.Skills[0].Label, &o.Needs.Experience,
			&d.company.Name, &d.company.Size, &d.talk.Title.FR, &d.talk.Title.EN, &d.talk.Abstract.FR, &d.talk.Accessibility.FR, &d.talk.Speakers[0].Name,
		} {
			*text += attempt
		}
		d.company.URL = "javascript:alert(1)//" + attempt
		for token, a := range d.people {
			a.Name += attempt
			d.people[token] = a
		}
		app, met := serve(t, d).App(), 0
		for route, s := range samples {
			method, pattern, _ := strings.Cut(route, " ")
			if method != "GET" || strings.HasPrefix(pattern, "/api/") || strings.HasPrefix(pattern, "/assets/") {
				continue
			}
			for _, lang := range []string{"", "/en"} {
				if lang != "" && strings.Contains(pattern, ".") {
					continue
				}
				res, body := ask(t, app, method, lang+fill(pattern), s.body, "Cookie", "__Host-salon=all")
				kind := res.Header.Get("Content-Type")
				if !strings.HasPrefix(kind, "text/html") && !strings.Contains(kind, "xml") {
					continue
				}
				low := strings.ToLower(body)
				if strings.Contains(low, "alert(1)") || strings.Contains(low, "srcdoc=x") {
					met++
				}
				for _, runs := range []string{"<img src=x", "<script>alert", "<svg onload", "<iframe srcdoc", "<x>", `href="javascript:`, `src="javascript:`} {
					if strings.Contains(low, runs) {
						t.Errorf("%s%s, given %s: %q stands in the page", lang, pattern, attempt, runs)
					}
				}
			}
		}
		if met < 16 {
			t.Errorf("given %s: only %d pages show it as text", attempt, met)
		}
	}
}
