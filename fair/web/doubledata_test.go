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
		Notes: []service.KeptNote{{
			Fair: d.theFair(), Stand: standID, About: fair.NounInterview, At: noon, Text: "à revoir en mars", Rated: []service.Rated{{Label: fair.Text{FR: "Clarté"}, Score: 3}},
		}},
		Mails:   []fair.Mail{{To: "camille@fiction.example", Subject: "Votre code", Text: "12345678", At: noon}, {Account: candID, Subject: "Un rappel", Text: "à demain", At: noon}},
		Reports: []fair.Report{{Text: "Payez d’abord.", Why: fair.ReportFraud, Words: "pas correct", About: recrID, At: noon}},
		CVs:     []fair.CV{cv}, Stands: map[fair.ID]string{standID: "Atelier Fiction"},
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
		"account.json": "camille@fiction.example", "profile.json": "+33199000017", "consents.json": fair.ConsentVersion, "tickets.json": "Atelier Fiction", "notes.json": "à revoir en mars",
		"needs.json": "captions", "mails.json": "à demain", "files/1-CV Camille .pdf": "%PDF-1.4 ...", "LISEZMOI.txt": "Salon", "readings.json": "[", "reports.json": "pas correct", "logins.json": "[",
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

func (d *double) report() service.ReportDetail {
	return service.ReportDetail{
		Report: fair.Report{
			ID: id("report"), Fair: fairID, Stand: standID, Thread: wordsID, Message: id("message"), Text: "Payez <b>d'abord</b>.",
			By: candID, BySide: fair.SideCandidate, About: recrID, Why: fair.ReportFraud, Words: "Voyez.", Open: true, At: noon,
		},
		Stand: d.stand(), By: "Camille Fiction", About: "Rémi Fiction",
	}
}
func (d *double) ReportMessage(context.Context, fair.Actor, fair.ID, service.ReportRequest) (fair.Report, error) {
	return d.report().Report, d.ask("ReportMessage")
}
func (d *double) BlockWriter(context.Context, fair.Actor, fair.ID, fair.ID) error {
	return d.ask("BlockWriter")
}
func (d *double) Unblock(context.Context, fair.Actor, fair.ID) error { return d.ask("Unblock") }
func (d *double) Reports(context.Context, fair.Actor, string) ([]service.ReportDetail, error) {
	return []service.ReportDetail{d.report()}, d.ask("Reports")
}
func (d *double) Bars(context.Context, fair.Actor, string) ([]service.BarDetail, error) {
	r := d.report()
	r.Report.Open, r.Report.Decision, r.Report.DecidedAt = false, fair.DecideBar, new(noon)
	return []service.BarDetail{{Name: r.About, Reports: []service.ReportDetail{r}}}, d.ask("Bars")
}
func (d *double) LiftBar(context.Context, fair.Actor, fair.ID, string) error {
	return d.ask("LiftBar")
}
func (d *double) DecideReport(context.Context, fair.Actor, fair.ID, fair.Decision, string) (service.ReportDetail, error) {
	return d.report(), d.ask("DecideReport")
}

func (d *double) paper(kind fair.PaperKind) service.PaperOf {
	return service.PaperOf{Fair: d.theFair(), Paper: fair.Paper{
		ID: fair.PaperID(fairID, kind), Fair: fairID, Kind: kind, Version: 3, PublishedAt: noon,
		Fields: map[string]fair.Text{fair.PaperFields(kind)[0]: {FR: "La ville <b>.\n\nEt son maire.", EN: "The town."}},
	}}
}
func (d *double) Paper(_ context.Context, _ fair.Actor, _ string, kind fair.PaperKind) (service.PaperOf, error) {
	return d.paper(kind), d.ask("Paper")
}
func (d *double) Papers(context.Context, fair.Actor, string) ([]service.PaperOf, error) {
	var all []service.PaperOf
	for _, kind := range fair.PaperKinds() {
		all = append(all, d.paper(kind))
	}
	return all, d.ask("Papers")
}
func (d *double) PublishPaper(_ context.Context, _ fair.Actor, _ string, kind fair.PaperKind, _ service.PaperEdit) (service.PaperOf, error) {
	return d.paper(kind), d.ask("PublishPaper")
}
func (d *double) Retention(context.Context, fair.Actor, string) (service.RetentionReport, error) {
	return service.RetentionReport{Months: 3, Until: noon, People: 2, Since: noon, Counts: map[string]int{"threads": 4, "accounts": 2}}, d.ask("Retention")
}

func TestWhatBelongsToOneIsNotToldByRights(t *testing.T) {
	report := `{"message":"` + string(id("message")) + `","why":"fraud"}`
	play(t, []scenario{
		{name: "a report is taken without a word about who wrote", as: "candidate", request: "POST /api/v1/threads/" + string(wordsID) + "/reports", body: report, status: 204,
			mustNot: append([]string{string(recrID)}, private...)},
		{name: "a report of no known kind is refused", as: "candidate", request: "POST /api/v1/threads/" + string(wordsID) + "/reports",
			body: `{"message":"` + string(id("message")) + `","why":{"$ne":1}}`, status: 422, must: []string{`"field":"why"`}},
		{name: "the queue names both and tells neither address nor number", as: "organiser", request: "GET /api/v1/fairs/rencontres/reports", status: 200,
			must: []string{`"about":"Rémi Fiction"`, `"by":"Camille Fiction"`, `"text":"Payez <b>d'abord`}, mustNot: append([]string{string(candID), string(recrID)}, private...)},
		{name: "the list of who is barred says why and tells neither address nor number", as: "organiser", request: "GET /api/v1/fairs/rencontres/bars", status: 200,
			must: []string{`"name":"Rémi Fiction"`, `"why":"fraud"`, `"decision":"bar"`}, mustNot: append([]string{string(candID), string(recrID)}, private...)},
		{name: "nobody else reads who is barred", as: "recruiter", request: "GET /api/v1/fairs/rencontres/bars", status: 403, mustNot: []string{"Payez", "Rémi"}},
		{name: "a bar is lifted for a reason", as: "organiser", request: "POST /api/v1/reports/" + string(id("report")) + "/lift", body: `{"reason":""}`, status: 422, must: []string{`"field":"reason"`}},
		{name: "and in silence", as: "organiser", request: "POST /api/v1/reports/" + string(id("report")) + "/lift", body: `{"reason":"Une erreur."}`, status: 204,
			mustNot: append([]string{"erreur", string(recrID)}, private...)},
		{name: "nobody else reads the queue", as: "recruiter", request: "GET /api/v1/fairs/rencontres/reports", status: 403, mustNot: []string{"Payez", "Camille"}},
		{name: "the proof of what was erased has numbers and no names", as: "organiser", request: "GET /api/v1/fairs/rencontres/retention", status: 200,
			must: []string{`"counts":[{"kind":"accounts","count":2},{"kind":"threads","count":4}]`, `"people":2`}, mustNot: append([]string{"Camille", string(candID)}, private...)},
		{name: "a candidate does not read it", as: "candidate", request: "GET /api/v1/fairs/rencontres/retention", status: 403},
		{name: "a paper is edited in both languages", as: "organiser", request: "GET /api/v1/fairs/rencontres/papers", status: 200,
			must: []string{`"version":3`, `"name":"controller"`, `"en":"The town."`}},
	})
	app := serve(t, newDouble()).App()
	res, page := ask(t, app, "GET", "/fairs/rencontres/papers/privacy", "")
	for _, want := range []string{"La ville &lt;b&gt;.</p><p>Et son maire.", "Version 3", `href="/fairs/rencontres/papers/legal"`, "3 mois"} {
		if res.StatusCode != 200 || !strings.Contains(page, want) {
			t.Errorf("the page (%d) lacks %q", res.StatusCode, want)
		}
	}
	res, page = ask(t, app, "GET", "/conversations/"+string(wordsID)+"/report", "", "Cookie", "__Host-salon=candidate")
	if res.StatusCode != 200 || !strings.Contains(page, "Bloquer sans signaler") || strings.Contains(page, string(recrID)) {
		t.Errorf("the page to report is %d", res.StatusCode)
	}
}
