package web_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"salon/fair"
	"salon/fair/service"
)

func (d *double) Export(_ context.Context, a fair.Actor) (service.Holdings, error) {
	cv := d.cv()
	cv.Name = "../../etc/CV \"Camille\"\r\n.pdf"
	h := service.Holdings{
		Account: d.account(), Tickets: []fair.Ticket{d.ticket(fair.TicketWaiting)},
		Mails: []fair.Mail{{To: "camille@fiction.example", Subject: "Votre code", Text: "12345678", At: noon}, {Account: candID, Subject: "Un rappel", Text: "à demain", At: noon}},
		CVs:   []fair.CV{cv}, Stands: map[fair.ID]string{standID: "Atelier Fiction"},
		Content: func(fair.CV) io.Reader { return strings.NewReader("%PDF-1.4 ...") },
	}
	h.Account.Consents = []fair.Consent{{Kind: fair.ConsentNeeds, Given: true, Version: fair.ConsentVersion, At: noon}}
	return h, d.ask("Export")
}

func (d *double) PlanErasure(context.Context, fair.Actor) (service.ErasurePlan, error) {
	return service.ErasurePlan{Tickets: 2, Applications: 1, CVs: 1, Alone: []fair.Fair{d.theFair()}}, d.ask("PlanErasure")
}
func (d *double) EraseMe(_ context.Context, _ fair.Actor, sure bool) error {
	if !sure {
		return fair.Refuse("sure", "erasure.sure")
	}
	return d.ask("EraseMe")
}
func (d *double) Object(context.Context, fair.Actor, []fair.ObjectionKind) error {
	return d.ask("Object")
}

// formed posts a form as the candidate.
func formed(t *testing.T, d *double, place, body string) (status int, header func(string) string, page string) {
	t.Helper()
	res, page := ask(t, serve(t, d).App(), "POST", place, body, "Cookie", "__Host-salon=candidate", "Origin", site, "Content-Type", "application/x-www-form-urlencoded")
	return res.StatusCode, res.Header.Get, page
}

func TestACopyOfMyDataIsAnArchiveOfMine(t *testing.T) {
	status, header, body := formed(t, newDouble(), "/account/data", "do=export")
	if status != 200 || header("Content-Type") != "application/zip" || header("Cache-Control") != "no-store" || header("X-Content-Type-Options") != "nosniff" {
		t.Fatalf("the answer is %d, %s, %s", status, header("Content-Type"), header("Cache-Control"))
	}
	archive, err := zip.NewReader(bytes.NewReader([]byte(body)), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(content)
		if strings.Contains(f.Name, "..") || strings.Count(f.Name, "/") > 1 {
			t.Errorf("the archive would write to %q", f.Name)
		}
	}
	for name, want := range map[string]string{
		"account.json": "camille@fiction.example", "profile.json": "+33199000017", "consents.json": fair.ConsentVersion, "tickets.json": "Atelier Fiction",
		"needs.json": "captions", "mails.json": "à demain", "files/1-CV Camille .pdf": "%PDF-1.4 ...", "LISEZMOI.txt": "Salon", "readings.json": "[", "logins.json": "[",
	} {
		if !strings.Contains(files[name], want) {
			t.Errorf("%s lacks %q: %q", name, want, files[name])
		}
	}
	for name, content := range files {
		for _, secret := range []string{"12345678", "à rappeler mardi", "hash-of-a-token", "remi@fiction.example"} {
			if strings.Contains(content, secret) {
				t.Errorf("%s tells %q", name, secret)
			}
		}
	}
}

func TestMyDataIsErasedOnlyWhenOneIsSureAndFresh(t *testing.T) {
	d := newDouble()
	status, _, page := formed(t, d, "/account/data", "do=erase")
	if status != 422 || !strings.Contains(page, "Cochez la case") {
		t.Errorf("not sure: %d", status)
	}
	status, header, _ := formed(t, d, "/account/data", "do=erase&sure=yes")
	if status != 303 || header("Location") != "/?done=erased" || !strings.Contains(header("Set-Cookie"), "__Host-salon=;") {
		t.Errorf("sure: %d to %q, cookie %q", status, header("Location"), header("Set-Cookie"))
	}
	res, page := ask(t, serve(t, d).App(), "GET", "/account/data", "", "Cookie", "__Host-salon=candidate")
	for _, want := range []string{"2 places dans des files", "aura plus d’organisateur", "Télécharger mes données"} {
		if res.StatusCode != 200 || !strings.Contains(page, want) {
			t.Errorf("the page (%d) lacks %q", res.StatusCode, want)
		}
	}
}
