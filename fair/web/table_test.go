package web_test

import (
	"archive/zip"
	"encoding/csv"
	"io"
	"slices"
	"strings"
	"testing"

	"salon/fair"
	"salon/fair/sheet"
	"salon/fair/web"
)

// hostileCells are what a spreadsheet would work out.
var hostileCells = []string{"=1+1", "+33 4", "-2+3", "@SUM(A1)", "\t=1", "\r=1", `=HYPERLINK("http://evil.example")`, "=cmd|'/c calc'!A1", "＝1+1"}

// Whatever people write, no table that is downloaded holds a cell that a spreadsheet
// works out. Every route is asked, so that a new one that writes tables is seen.
func TestNoTableThatIsDownloadedHoldsAFormula(t *testing.T) {
	h := newHouse(t)
	sent := sheet.Table{Name: "A", Lines: [][]string{{"Référence", "Intitulé", "Description", "Contrat", "Commune", "=Autre"}}}
	for n, cell := range hostileCells {
		sent.Lines = append(sent.Lines, []string{cell + strings.Repeat("x", n), cell, cell, "XYZ", cell, cell})
	}
	content, err := sheet.Write(sheet.CSV, sent)
	h.must(err)
	var made struct{ ID fair.ID }
	h.json("recruiter", "POST /api/v1/stands/:stand/imports", string(content), 201, &made)
	h.ids["import"] = made.ID
	h.json("recruiter", "POST /api/v1/imports/:import/continue", "", 200, nil)
	var tables []string
	for route, who := range web.Table() {
		if !strings.HasPrefix(route, "GET ") || who == "decided by the route's own wing" {
			continue
		}
		for _, format := range []string{"csv", "xlsx"} {
			h.ids["format"], h.ids["template"] = fair.ID(format), fair.ID("offers."+format)
			for _, who := range []string{"recruiter", "candidate", "organiser at rencontres-2021"} {
				status, body := h.request(who, route, "")
				if status == 200 && (strings.HasPrefix(body, "\ufeff") || strings.HasPrefix(body, "PK")) {
					tables = append(tables, route+" "+format)
					noFormula(t, route, body)
				}
			}
		}
	}
	slices.Sort(tables)
	want := []string{
		"GET /api/v1/imports/:import/refused/:format csv", "GET /api/v1/imports/:import/refused/:format xlsx",
		"GET /api/v1/templates/:template csv", "GET /api/v1/templates/:template xlsx",
	}
	if got := slices.Compact(tables); !slices.Equal(got, want) {
		t.Errorf("tables come from %q, want %q", got, want)
	}
}

func noFormula(t *testing.T, route, body string) {
	t.Helper()
	if text, isCSV := strings.CutPrefix(body, "\ufeff"); isCSV {
		r := csv.NewReader(strings.NewReader(text))
		r.Comma = ';'
		lines, err := r.ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", route, err)
		}
		for _, line := range lines {
			for _, cell := range line {
				if strings.HasPrefix(cell, "＝") || cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\n") {
					t.Errorf("%s: a spreadsheet works out %q", route, cell)
				}
			}
		}
		return
	}
	book, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatalf("%s: %v", route, err)
	}
	for _, part := range book.File {
		if !strings.HasPrefix(part.Name, "xl/worksheets/") {
			continue
		}
		file, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(file)
		if err != nil {
			t.Fatal(err)
		}
		if text := string(raw); strings.Contains(text, "<f>") || strings.Contains(text, "<f ") {
			t.Errorf("%s: %s holds a formula", route, part.Name)
		}
	}
}
