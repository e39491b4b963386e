package sheet_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"salon/fair"
	"salon/fair/sheet"
)

func TestATableIsReadAsSpreadsheetsWriteIt(t *testing.T) {
	wide := func(text string, low, high int) []byte {
		var out []byte
		for _, r := range text {
			pair := [2]byte{}
			pair[low], pair[high] = byte(r), byte(r>>8)
			out = append(out, pair[:]...)
		}
		return out
	}
	for name, content := range map[string][]byte{
		"UTF-8 and semicolons":       []byte("Référence;Métier\r\n1;Pâtissière, de nuit\r\n"),
		"with a byte order mark":     []byte("\ufeffRéférence;Métier\n1;Pâtissière, de nuit\n"),
		"commas and quotes":          []byte("Référence,Métier\n1,\"Pâtissière, de nuit\"\n"),
		"Windows-1252":               []byte("R\xe9f\xe9rence;M\xe9tier\r\n1;P\xe2tissi\xe8re, de nuit"),
		"tabs":                       []byte("Référence\tMétier\n1\tPâtissière, de nuit\n"),
		"UTF-16, as Unicode text":    append([]byte{0xff, 0xfe}, wide("Référence\tMétier\n1\tPâtissière, de nuit", 0, 1)...),
		"UTF-16 the other way round": append([]byte{0xfe, 0xff}, wide("Référence\tMétier\n1\tPâtissière, de nuit", 1, 0)...),
		"lines ended as Macs did":    []byte("Référence;Métier\r1;Pâtissière, de nuit\r"),
	} {
		t.Run(name, func(t *testing.T) {
			lines, err := sheet.Read(content)
			if err != nil || len(lines) != 2 {
				t.Fatalf("got %+v, %v", lines, err)
			}
			if !slices.Equal(lines[0].Cells, []string{"Référence", "Métier"}) || !slices.Equal(lines[1].Cells, []string{"1", "Pâtissière, de nuit"}) {
				t.Errorf("got %+v", lines)
			}
		})
	}
}

func TestLinesAreNumberedAsAnEditorShowsThem(t *testing.T) {
	lines, err := sheet.Read([]byte("sep=,\nA,B\n\n1,\"two\nlines\"\n,,\n2,x\n"))
	if err != nil {
		t.Fatal(err)
	}
	var numbers []int
	for _, l := range lines {
		numbers = append(numbers, l.Number)
	}
	if !slices.Equal(numbers, []int{2, 4, 7}) {
		t.Errorf("got %v: %+v", numbers, lines)
	}
}

// workbook makes an XLSX by cells.
func workbook(t *testing.T, cells map[string]any) []byte {
	t.Helper()
	book := excelize.NewFile()
	for at, value := range cells {
		if err := book.SetCellValue("Sheet1", at, value); err != nil {
			t.Fatal(err)
		}
	}
	out, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestAWorkbookIsReadByItsValues(t *testing.T) {
	lines, err := sheet.Read(workbook(t, map[string]any{"A1": "Référence", "B1": "Salaire", "A4": "x", "B4": 1900.5}))
	if err != nil || len(lines) != 2 || lines[1].Number != 4 || !slices.Equal(lines[1].Cells, []string{"x", "1900.5"}) {
		t.Errorf("got %+v, %v", lines, err)
	}
}

// archive makes a ZIP of one part of that many equal bytes.
func archive(t *testing.T, name string, size int) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	part, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	for range size >> 16 {
		if _, err := part.Write(bytes.Repeat([]byte{' '}, 1<<16)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWhatIsNoTableOrTooMuchOfOneIsRefused(t *testing.T) {
	bomb := archive(t, "xl/worksheets/sheet1.xml", 64<<20)
	liar := bytes.Clone(bomb) // says in both headers that it unfolds to little
	for at := range liar[:len(liar)-30] {
		if size := []byte{0, 0, 0, 4}; bytes.Equal(liar[at:at+4], size) {
			copy(liar[at:], []byte{0, 1, 0, 0})
		}
	}
	for name, c := range map[string]struct {
		content []byte
		code    string
	}{
		"nothing":                   {nil, "sheet.empty"},
		"blank lines":               {[]byte("\n;;;\n  ;\n"), "sheet.empty"},
		"a picture":                 {[]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "sheet.format"},
		"an old or locked workbook": {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1........"), "sheet.locked"},
		"a broken workbook":         {[]byte("PK\x03\x04rest"), "sheet.format"},
		"another kind of archive":   {archive(t, "readme.txt", 1<<16), "sheet.format"},
		"a bomb":                    {bomb, "sheet.bomb"},
		"a bomb that lies":          {liar, "sheet.format"},
		"too many bytes":            {bytes.Repeat([]byte("a;b\n"), sheet.MaxBytes/4+1), "sheet.large"},
		"too many lines":            {[]byte(strings.Repeat("a;b\n", sheet.MaxLines+2)), "sheet.lines"},
		"a row as wide as can be":   {workbook(t, map[string]any{"A1": "a", "XFD2": "b"}), "sheet.bomb"},
	} {
		t.Run(name, func(t *testing.T) {
			lines, err := sheet.Read(c.content)
			refused, ok := errors.AsType[*fair.Error](err)
			if !ok || refused.Code != c.code {
				t.Errorf("got %d lines and %v, want %s", len(lines), err, c.code)
			}
		})
	}
	if lines, err := sheet.Read([]byte(strings.Repeat("a;b\n", sheet.MaxLines+1))); err != nil || len(lines) != sheet.MaxLines+1 {
		t.Errorf("as many lines as may be: %d, %v", len(lines), err)
	}
}

// attempts are cells a spreadsheet would work out.
var attempts = []string{
	`=HYPERLINK("http://evil.example","x")`, "=1+1", "+33 4 00", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＠x",
	`=cmd|'/c calc'!A1`, "'=1", "'quoted'",
}

func TestNoCellIsAFormulaInWhatIsDownloaded(t *testing.T) {
	lines := [][]string{{"A"}}
	for _, cell := range attempts {
		lines = append(lines, []string{"x" + cell, cell})
	}
	content, err := sheet.Write(sheet.CSV, sheet.Table{Name: "A", Lines: lines})
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(strings.TrimPrefix(string(content), "\ufeff"), "\r\n") {
		for cell := range strings.SplitSeq(line, ";") {
			if bare := strings.Trim(cell, `"`); bare != "" && strings.ContainsAny(bare[:1], "=+-@\t\r") {
				t.Errorf("a spreadsheet works out %q", cell)
			}
		}
	}
	book, err := sheet.Write(sheet.XLSX, sheet.Table{Name: "A", Lines: lines})
	if err != nil {
		t.Fatal(err)
	}
	opened, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	for i := range lines {
		at := fmt.Sprintf("B%d", i+1)
		if f, err := opened.GetCellFormula("A", at); err != nil || f != "" {
			t.Errorf("%s holds the formula %q, %v", at, f, err)
		}
	}
	// Read again, each is what it was: a file that is corrected keeps its other cells.
	again, err := sheet.Read(content)
	if err != nil || len(again) != len(lines) {
		t.Fatalf("read again: %d lines, %v", len(again), err)
	}
	for i, cell := range attempts {
		if strings.HasPrefix(cell, "'=") {
			continue // an apostrophe before a formula is ours
		}
		if got := again[i+1].Cells[1]; strings.TrimSpace(got) != strings.TrimSpace(cell) && strings.ReplaceAll(got, "\n", "\r") != cell {
			t.Errorf("%q came back as %q", cell, got)
		}
	}
}

func TestATemplateOffersItsChoices(t *testing.T) {
	content, err := sheet.Write(sheet.XLSX,
		sheet.Table{Name: "Offres", Lines: [][]string{{"Référence", "Contrat"}}, Choices: map[int][]string{1: {"CDI", "CDD"}}},
		sheet.Table{Name: "Aide", Lines: [][]string{{"Colonne", "Aide"}}})
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	offered, err := book.GetDataValidations("Offres")
	if err != nil || len(offered) != 1 || !strings.HasPrefix(offered[0].Sqref, "B2:") {
		t.Errorf("got %+v, %v", offered, err)
	}
	if lines, err := sheet.Read(content); err != nil || !slices.Equal(lines[0].Cells, []string{"Référence", "Contrat"}) {
		t.Errorf("read as %+v, %v", lines, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("Référence;Métier\r\n1;x"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, content []byte) {
		lines, err := sheet.Read(content)
		if err != nil && fair.KindOf(err) == fair.Internal {
			t.Errorf("a fault of the house: %v", err)
		}
		if len(lines) > sheet.MaxLines+1 {
			t.Errorf("%d lines", len(lines))
		}
	})
}
