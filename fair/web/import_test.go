package web_test

import (
	"strings"
	"testing"

	"salon/fair"
	"salon/fair/sheet"
)

func TestAnswersAboutFilesOfOffers(t *testing.T) {
	one, file := "/api/v1/imports/"+string(importID), []string{"Content-Type", "application/octet-stream"}
	ofStand, ofFair := "/api/v1/stands/"+string(standID)+"/imports", "/api/v1/fairs/rencontres/imports"
	secret := []string{string(id("file")), string(recrID)}
	play(t, []scenario{
		{name: "a recruiter sends a file", as: "recruiter", request: "POST " + ofStand + "?name=offres.csv", body: "Référence;Intitulé", headers: file, status: 201,
			must: []string{`"lines":600`, `"done":50`, `"finished":false`, `"line":3`, `"ref":"=1+1"`, `"column":"Contrat"`, `"code":"contract.unknown"`}, mustNot: secret},
		{name: "as an organiser does for the whole fair", as: "organiser", request: "POST " + ofFair, body: "Référence;Intitulé", headers: file, status: 201, mustNot: secret},
		{name: "a recruiter does not", as: "recruiter", request: "POST " + ofFair, body: "Référence;Intitulé", headers: file, status: 403, mustNot: []string{`"lines"`}},
		{name: "nor does a candidate at a stand", as: "candidate", request: "POST " + ofStand, body: "x", headers: file, status: 403, mustNot: []string{`"lines"`}},
		{name: "nor a visitor", request: "POST " + ofStand, body: "x", headers: file, status: 401},
		{name: "nobody reads how far it is by chance", request: "GET " + one, status: 401, mustNot: []string{"offres"}},
		{name: "a file over 5 MB is refused", as: "recruiter", request: "POST " + ofStand, body: strings.Repeat("x", sheet.MaxBytes+1), headers: file, status: 413},
		{name: "a name longer than names are, too", as: "recruiter", request: "POST " + ofStand + "?name=" + strings.Repeat("x", 301), body: "x", headers: file, status: 422},
		{name: "what is no table is refused in words", as: "recruiter", request: "POST " + ofStand, body: "x", headers: file, refuse: fair.Refuse("file", "sheet.format"), status: 422,
			must: []string{"ni un CSV ni un XLSX"}},
		{name: "columns that are missing are named", as: "recruiter", request: "POST " + ofStand, body: "x", headers: file, refuse: fair.Refuse("file", "import.columns").With("columns", "Intitulé, Contrat"), status: 422,
			must: []string{"Il manque des colonnes\u00a0: Intitulé, Contrat."}},
		{name: "a reason is told in the caller's language", as: "recruiter", request: "GET " + one, headers: []string{"Accept-Language", "en"}, status: 200, must: []string{`"message":"This`}},
		{name: "there is no refused file of another kind", as: "recruiter", request: "GET " + one + "/refused/html", status: 404},
		{name: "nor another template", request: "GET /api/v1/templates/people.csv", status: 404},
	})
}

// What is downloaded is a file for the disk, named by us and sniffed by nobody.
func TestFilesOfOffersAreServedAsFiles(t *testing.T) {
	app := serve(t, newDouble()).App()
	for path, name := range map[string]string{
		"/api/v1/imports/" + string(importID) + "/refused/csv":  "offres-a-corriger.csv",
		"/api/v1/imports/" + string(importID) + "/refused/xlsx": "offres-a-corriger.xlsx",
		"/api/v1/templates/offers.csv":                          "modele-offres.csv",
		"/api/v1/templates/stand.xlsx":                          "modele-offres.xlsx",
	} {
		res, body := ask(t, app, "GET", path, "", "Authorization", "Bearer all")
		if res.StatusCode != 200 || body == "" {
			t.Fatalf("%s: %d", path, res.StatusCode)
		}
		if got := res.Header.Get("Content-Disposition"); got != "attachment; filename="+name {
			t.Errorf("%s comes as %q", path, got)
		}
		if got := res.Header.Get("X-Content-Type-Options"); got != "nosniff" {
			t.Errorf("%s may be sniffed: %q", path, got)
		}
		if !strings.Contains(path, "templates") {
			continue
		}
		lines, err := sheet.Read([]byte(body))
		if err != nil || lines[0].Cells[0] != "Référence" || !strings.HasPrefix(lines[1].Cells[0], "# ") {
			t.Errorf("%s reads %+v, %v", path, lines, err)
		}
		if company := lines[0].Cells[1] == "Entreprise"; company != strings.Contains(path, "offers.") {
			t.Errorf("%s names a company: %v", path, company)
		}
	}
}
