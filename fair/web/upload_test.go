package web_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"salon/fair"
)

// eicar is what every scanner takes for malware (https://www.eicar.org), in two
// halves so that no scanner finds it here.
const eicar = `X5O!P%@AP[4\PZX54(P^)7CC)7}` + `$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`

// suspicious is a scanner that knows one signature.
type suspicious struct{}

func (suspicious) Scan(_ context.Context, r io.Reader) (string, error) {
	content, err := io.ReadAll(r)
	if bytes.Contains(content, []byte(eicar)) {
		return "Eicar-Signature", err
	}
	return "", err
}

// packed is an archive of names and contents.
func packed(t *testing.T, pairs ...string) string {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i < len(pairs); i += 2 {
		part, err := z.Create(pairs[i])
		if err == nil {
			_, err = io.WriteString(part, pairs[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// saysWhy checks a refusal in one language.
func saysWhy(t *testing.T, what, lang, answer, code string) {
	t.Helper()
	var p struct{ Code, Detail string }
	if err := json.Unmarshal([]byte(answer), &p); err != nil {
		t.Fatalf("%s: %v: %.200s", what, err, answer)
	}
	french := strings.ContainsAny(p.Detail, "éèêà’") || strings.Contains(p.Detail, " le ") || strings.Contains(p.Detail, " un ")
	if p.Code != code || len(p.Detail) < 20 || french != (lang == "fr") {
		t.Errorf("%s in %s: %s, %q, want %s", what, lang, p.Code, p.Detail, code)
	}
}

func TestHostileFilesAreRefusedInBothLanguages(t *testing.T) {
	h := newHouse(t)
	h.svc.Scanner = suspicious{}
	word := packed(t, "[Content_Types].xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", "word/vbaProject.bin", "x")
	n := 0
	for what, c := range map[string]struct{ name, content, code string }{
		"malware":                   {"cv.pdf", "%PDF-1.4\n" + eicar + "\n%%EOF\n", "cv.infected"},
		"a page named as a PDF":     {"cv.pdf", "<html><script>alert(1)</script></html>", "cv.format"},
		"a drawing with a script":   {"cv.pdf", `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, "cv.format"},
		"a PDF that is an archive":  {"cv.pdf", pdf + packed(t, "a", "b"), "cv.format"},
		"macros in a document":      {"../../cv.docx", word, "cv.active"},
		"a name out of the archive": {"cv.docx", packed(t, "../../etc/cron.d/x", "x"), "cv.damaged"},
		"half a file":               {"cv.pdf", "%PDF-1.4\nhalf", "cv.damaged"},
	} {
		for _, lang := range []string{"fr", "en"} {
			n++
			var made struct{ ID fair.ID }
			status, answer := h.request("candidate", "POST /api/v1/me/cvs", fmt.Sprintf(`{"name":%q,"size":%d}`, c.name, len(c.content)), "Idempotency-Key", fmt.Sprint("file-", n))
			if status != 201 {
				t.Fatalf("%s: %d %s", what, status, answer)
			}
			h.must(json.Unmarshal([]byte(answer), &made))
			h.request("candidate", "PUT /api/v1/me/cvs/"+string(made.ID)+"/parts/0", c.content, "Content-Type", "application/octet-stream")
			status, answer = h.request("candidate", "POST /api/v1/me/cvs/"+string(made.ID)+"/finish?lang="+lang, "")
			if status != 422 {
				t.Errorf("%s: status %d: %s", what, status, answer)
			}
			saysWhy(t, what, lang, answer, c.code)
			if status, _ = h.request("candidate", "GET /api/v1/me/cvs/"+string(made.ID)+"/file", ""); status < 400 {
				t.Errorf("%s can be downloaded: status %d", what, status)
			}
		}
	}
	for what, c := range map[string]struct {
		content string
		status  int
		code    string
	}{
		"nothing":            {"", 422, "sheet.empty"},
		"a workbook, broken": {"PK\x03\x04rest", 422, "sheet.format"},
		"an archive":         {packed(t, "readme.txt", "x"), 422, "sheet.format"},
		"a locked workbook":  {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1........", 422, "sheet.locked"},
	} {
		for _, lang := range []string{"fr", "en"} {
			status, answer := h.request("recruiter", "POST /api/v1/stands/:stand/imports?lang="+lang, c.content, "Content-Type", "application/octet-stream")
			if status != c.status {
				t.Errorf("%s: status %d: %s", what, status, answer)
			}
			saysWhy(t, what, lang, answer, c.code)
		}
	}
	status, answer := h.request("candidate", "POST /api/v1/me/cvs?lang=en", fmt.Sprintf(`{"name":"cv.pdf","size":%d}`, fair.CVSize+1), "Idempotency-Key", "large")
	if status != 413 {
		t.Errorf("5 MB and a byte: %d", status)
	}
	saysWhy(t, "5 MB and a byte", "en", answer, "cv.large")
}
