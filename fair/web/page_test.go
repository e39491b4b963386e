package web_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"encoding/xml"
	"html"
	"io"
	"io/fs"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"salon/fair"
	"salon/fair/service"
	"salon/fair/web"
	"salon/frontend"
)

// body says what only the built pages hold; before a build every page says how
// to make one, inside the same frame.
func body(t *testing.T, page string, wants ...string) {
	t.Helper()
	if !frontend.Built() {
		wants = []string{"make run"}
	}
	for _, want := range wants {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestEveryPublicPageIsCompleteInBothLanguages(t *testing.T) {
	app := serve(t, newDouble()).App()
	for path, titles := range map[string][2]string{
		"/fairs/rencontres":                           {"Les rencontres", "The meetings"},
		"/fairs/rencontres/offers":                    {"Toutes les offres", "offers"},
		"/fairs/rencontres/stands/atelier-fiction":    {"Atelier Fiction", "Atelier Fiction"},
		"/fairs/rencontres/programme":                 {"Programme", "Programme"},
		"/fairs/rencontres/webconferences/parole":     {"La parole", "Speech"},
		"/fairs/rencontres/offers/" + string(offerID): {"Menuisière", "Menuisière"},
	} {
		for i, prefix := range []string{"", "/en"} {
			res, page := ask(t, app, "GET", prefix+path, "", "Accept-Language", "en")
			if res.StatusCode != 200 || res.Header.Get("Content-Language") != []string{"fr", "en"}[i] {
				t.Errorf("%s%s: status %d in %q", prefix, path, res.StatusCode, res.Header.Get("Content-Language"))
			}
			title := regexp.MustCompile(`<title>([^<]*)</title>`).FindStringSubmatch(page)
			if title == nil || !strings.Contains(strings.ToLower(title[1]), strings.ToLower(titles[i])) {
				t.Errorf("%s%s: title %q, want %q in it", prefix, path, title, titles[i])
			}
			for _, want := range []string{
				`<link rel="canonical" href="` + site + prefix + path + `">`,
				`hreflang="fr" href="` + site + path + `">`,
				`hreflang="en" href="` + site + "/en" + path + `">`,
				`<meta name="description" content="`, `property="og:title"`,
			} {
				if !strings.Contains(page, want) {
					t.Errorf("%s%s lacks %s", prefix, path, want)
				}
			}
			body(t, page, "<h1", "Atelier Fiction")
			if told := strings.Contains(page, `<h1 lang="fr">`); told != (i == 1 && strings.Contains(path, "/offers/")) {
				t.Errorf("%s%s: that the offer is French is told: %v", prefix, path, told)
			}
		}
	}
}

func TestAFairNamedByIDHasTheSameCanonicalAddress(t *testing.T) {
	_, page := ask(t, serve(t, newDouble()).App(), "GET", "/fairs/"+string(fairID)+"/offers?page=2&utm=x", "")
	if !strings.Contains(page, `rel="canonical" href="`+site+`/fairs/rencontres/offers?page=2"`) {
		t.Error("the canonical address does not name the slug and the page alone")
	}
}

func TestASearchIsNotForSearchEngines(t *testing.T) {
	_, page := ask(t, serve(t, newDouble()).App(), "GET", "/fairs/rencontres/offers?q=%3Cscript%3Ealert(1)&contract=CDI&radius=-3&page=x", "")
	if !strings.Contains(page, `name="robots" content="noindex"`) || strings.Contains(page, "<script>alert") {
		t.Error("a page of results is indexed, or repeats a script")
	}
}

var jsonLD = regexp.MustCompile(`(?s)<script type="application/ld\+json">(.*?)</script>`)

func TestAnOpenOfferCarriesAJobPostingThatASearchEngineAccepts(t *testing.T) {
	_, page := ask(t, serve(t, newDouble()).App(), "GET", "/fairs/rencontres/offers/"+string(offerID), "")
	found := jsonLD.FindAllStringSubmatch(page, -1)
	if len(found) != 1 {
		t.Fatalf("%d blocks, want exactly one", len(found))
	}
	var p map[string]any
	if err := json.Unmarshal([]byte(found[0][1]), &p); err != nil {
		t.Fatal(err)
	}
	for _, required := range []string{"title", "description", "datePosted", "validThrough", "hiringOrganization", "jobLocation", "identifier", "employmentType", "url"} {
		if p[required] == nil {
			t.Errorf("%s is missing", required)
		}
	}
	address, _ := p["jobLocation"].(map[string]any)["address"].(map[string]any)
	if p["@context"] != "https://schema.org/" || p["@type"] != "JobPosting" || address["addressLocality"] != "Lattes" || address["addressCountry"] != "FR" {
		t.Errorf("%v", p)
	}
	if p["description"] != "<p>Poser des portes.</p><p>Travailler en équipe &lt;b&gt;.</p>" {
		t.Errorf("description %q", p["description"])
	}
	if salary, _ := json.Marshal(p["baseSalary"]); string(salary) != `{"@type":"MonetaryAmount","currency":"EUR","value":`+
		`{"@type":"QuantitativeValue","maxValue":2080.5,"minValue":1900,"unitText":"MONTH"}}` {
		t.Errorf("salary %s", salary)
	}
	if p["title"] != newDouble().offer.Title {
		t.Errorf("title %q", p["title"])
	}
}

func TestAFairLeadsToTheOccupationsWithMostOffers(t *testing.T) {
	_, page := ask(t, serve(t, newDouble()).App(), "GET", "/fairs/rencontres", "")
	body(t, page, `<a href="/fairs/rencontres/offers?rome=F1607">Menuisier / Menuisière</a>`)
}

func TestThePagesOfACompanySayItsSizeAndItsSite(t *testing.T) {
	d := newDouble()
	app := serve(t, d).App()
	for _, path := range []string{"/fairs/rencontres/stands/atelier-fiction", "/fairs/rencontres/offers/" + string(offerID)} {
		d.company.Size, d.company.URL = "12", "https://atelier.example"
		_, page := ask(t, app, "GET", path, "")
		body(t, page, "12 personnes", `href="https://atelier.example"`)
		if strings.Count(page, `href="https://atelier.example"`) > 1 {
			t.Errorf("%s leads to the site twice", path)
		}
		d.company.Size, d.company.URL = "20 à 49 salariés", "javascript:alert(1)"
		_, page = ask(t, app, "GET", path, "")
		body(t, page, "20 à 49 salariés")
		if strings.Contains(page, "javascript:") {
			t.Errorf("%s leads to an address that is not https", path)
		}
	}
}

func TestATalkSaysWhatIsProvidedInTheWordsOfTheOrganiser(t *testing.T) {
	app := serve(t, newDouble()).App()
	for _, path := range []string{"/programme", "/webconferences/parole"} {
		_, page := ask(t, app, "GET", "/fairs/rencontres"+path, "")
		body(t, page, "Le texte est donné sur demande.")
	}
}

func TestAJobPostingGuessesNoSalary(t *testing.T) {
	d := newDouble()
	app := serve(t, d).App()
	for label, want := range map[string]string{
		"Selon profil, 1900 euros environ": "",
		"Horaire de 12.50 Euros":           `"baseSalary":{"@type":"MonetaryAmount","currency":"EUR","value":{"@type":"QuantitativeValue","value":12.5,"unitText":"HOUR"}}`,
	} {
		d.offer.Pay.Label = label
		_, page := ask(t, app, "GET", "/fairs/rencontres/offers/"+string(offerID), "")
		if has := strings.Contains(page, "baseSalary"); has != (want != "") || !strings.Contains(page, want) {
			t.Errorf("%q: the posting tells a salary: %v, want %q", label, has, want)
		}
	}
}

func TestPhrasesOfImportedOffersReadAsPeopleWriteThem(t *testing.T) {
	d := newDouble()
	app := serve(t, d).App()
	for path, wants := range map[string][]string{
		"":    {"1\u202f900 à 2\u202f080,50\u00a0€ par mois, sur 13 mois", "CDD, 6 mois", "35\u00a0h par semaine, horaires normaux", "Lattes (34)"},
		"/en": {"€1,900 to €2,080.50 a month, over 13 months", "Fixed term (CDD), 6 months", "35\u00a0h a week, horaires normaux", "Lattes (34)"},
	} {
		_, page := ask(t, app, "GET", path+"/fairs/rencontres/offers/"+string(offerID), "")
		body(t, page, wants...)
	}
	d.offer.Pay.Label, d.offer.Work.ContractLabel, d.offer.Work.HoursLabel = "Selon profil", "CDD, deux saisons", "Le soir"
	d.offer.Place = fair.Place{Label: "Quelque part"}
	_, page := ask(t, app, "GET", "/fairs/rencontres/offers/"+string(offerID), "")
	body(t, page, "Selon profil", "CDD, deux saisons", "Le soir", "Quelque part")
}

func TestOnlyAnOpenOfferCarriesOne(t *testing.T) {
	d := newDouble()
	app := serve(t, d).App()
	for _, path := range []string{"/", "/fairs/rencontres", "/fairs/rencontres/offers", "/fairs/rencontres/stands/atelier-fiction", "/fairs/rencontres/programme", "/sign-in"} {
		if _, page := ask(t, app, "GET", path, ""); jsonLD.MatchString(page) {
			t.Errorf("%s carries a job posting", path)
		}
	}
	d.offer.State = fair.OfferClosed
	res, page := ask(t, app, "GET", "/fairs/rencontres/offers/"+string(offerID), "")
	if res.StatusCode != 410 || jsonLD.MatchString(page) || !strings.Contains(page, "noindex") {
		t.Errorf("a closed offer: status %d", res.StatusCode)
	}
	body(t, page, "Cette offre est fermée", "Offres proches", "Menuisi")
}

func TestAPageIsPackedAndNotSentTwice(t *testing.T) {
	app := serve(t, newDouble()).App()
	res, packed := ask(t, app, "GET", "/fairs/rencontres/offers", "", "Accept-Encoding", "gzip, br")
	r, err := gzip.NewReader(strings.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(r)
	if err != nil || !strings.Contains(string(page), "<title>") {
		t.Fatalf("%v: %.100s", err, page)
	}
	if got := res.Header.Get("Cache-Control"); got != "public, no-cache" {
		t.Errorf("Cache-Control %q", got)
	}
	tag := res.Header.Get("ETag")
	res, again := ask(t, app, "GET", "/fairs/rencontres/offers", "", "If-None-Match", tag, "Accept-Encoding", "gzip")
	if res.StatusCode != 304 || again != "" {
		t.Errorf("asked again: status %d, %d bytes", res.StatusCode, len(again))
	}
	res, _ = ask(t, app, "GET", "/fairs/rencontres/offers", "", "Cookie", "__Host-salon=candidate")
	if got := res.Header.Get("Cache-Control"); got != "private, no-cache" {
		t.Errorf("a page for somebody: Cache-Control %q", got)
	}
	for _, h := range []string{"Cookie", "Accept-Encoding"} {
		if !strings.Contains(res.Header.Get("Vary"), h) {
			t.Errorf("Vary %q lacks %s", res.Header.Get("Vary"), h)
		}
	}
}

func TestEveryAnswerHasTheSecurityHeaders(t *testing.T) {
	app := serve(t, newDouble()).App()
	for _, path := range []string{"/", "/fairs/rencontres", "/api/v1/fairs", "/nowhere", "/api/v1/nowhere", "/healthz", "/assets/none"} {
		res, _ := ask(t, app, "GET", path, "")
		csp := res.Header.Get("Content-Security-Policy")
		for _, want := range []string{"script-src 'self';", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "connect-src 'self' ws://127.0.0.1:8080;", "object-src 'none'"} {
			if !strings.Contains(csp+";", want) {
				t.Errorf("%s: the policy %q lacks %s", path, csp, want)
			}
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Server": "", "Strict-Transport-Security": ""} {
			if got := res.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		if !strings.Contains(res.Header.Get("Permissions-Policy"), "camera=(self), microphone=(self), display-capture=(self)") {
			t.Errorf("%s: Permissions-Policy %q", path, res.Header.Get("Permissions-Policy"))
		}
	}
	res, _ := ask(t, serve(t, newDouble(), func(c *web.Config) { c.URL = "https://salon.example" }).App(), "GET", "/", "")
	if res.Header.Get("Strict-Transport-Security") == "" || !strings.Contains(res.Header.Get("Content-Security-Policy"), "wss://salon.example") {
		t.Error("over https the browser is not told to stay there")
	}
}

func TestAFailingPageSaysWhatToDoNextInItsLanguage(t *testing.T) {
	app := serve(t, newDouble()).App()
	for path, words := range map[string]string{"/fairs/nowhere": "Ce salon n’existe pas", "/en/fairs/nowhere": "There is no such fair", "/nothing": "Cela n’existe pas", "/en/nothing": "There is no such thing"} {
		res, page := ask(t, app, "GET", path, "")
		if res.StatusCode != 404 || !strings.Contains(page, `lang="`+res.Header.Get("Content-Language")+`"`) {
			t.Errorf("%s: status %d", path, res.StatusCode)
		}
		body(t, page, words)
	}
}

func TestSigningInWithoutAScript(t *testing.T) {
	d := newDouble()
	app := serve(t, d).App()
	post := func(path, fields string) (int, string, string) {
		res, page := ask(t, app, "POST", path, fields, "Content-Type", "application/x-www-form-urlencoded", "Origin", site)
		return res.StatusCode, res.Header.Get("Location"), page
	}
	res, _ := ask(t, app, "GET", "/en/me", "")
	if res.StatusCode != 303 || res.Header.Get("Location") != "/en/sign-in?next=%2Fen%2Fme" {
		t.Errorf("a visitor at /en/me: %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	status, _, page := post("/en/sign-in", "mail=camille%40fiction.example&next=/en/me")
	if status != 200 {
		t.Errorf("first step: status %d", status)
	}
	body(t, page, `name="code"`, "camille@fiction.example", `value="/en/me"`)
	if status, to, _ := post("/en/sign-in/code", "mail=camille%40fiction.example&code=123456&next=/en/me"); status != 303 || to != "/en/me" {
		t.Errorf("second step: %d to %q", status, to)
	}
	for _, evil := range []string{"//evil.example", "https://evil.example", `/\evil.example`, "javascript:alert(1)", "/%0d%0aSet-Cookie:a=b"} {
		if _, to, _ := post("/sign-in/code", "mail=a@b.example&code=1&next="+evil); to != "/" && strings.Contains(to, "evil") || strings.ContainsAny(to, "\r\n") || strings.HasPrefix(to, "java") {
			t.Errorf("after the sign-in one is led to %q", to)
		}
	}
	d.before = func(string) error { return fair.Refuse("code", "code.wrong") }
	status, _, page = post("/sign-in/code", "mail=camille%40fiction.example&code=1")
	if status != 422 {
		t.Errorf("a wrong code: status %d", status)
	}
	body(t, page, "Ce code n’est pas le bon", `aria-invalid="true"`)
}

func TestInADemoTheCodeCanBeReadInTheOutbox(t *testing.T) {
	h := newHouse(t)
	res, _ := ask(t, h.app, "POST", "/sign-in", "mail=new%40fiction.example", "Content-Type", "application/x-www-form-urlencoded", "Origin", site)
	h.must(service.NewDispatcher(h.svc).Dispatch(t.Context()))
	cookie, _, _ := strings.Cut(res.Header.Get("Set-Cookie"), ";")
	_, page := ask(t, h.app, "GET", "/demo/outbox", "", "Cookie", cookie)
	body(t, page, h.outside.code)
	if _, page := ask(t, h.app, "GET", "/demo/outbox", ""); strings.Contains(page, h.outside.code) {
		t.Error("somebody else reads the code")
	}
	res, _ = ask(t, serve(t, newDouble(), func(c *web.Config) { c.Demo = false }).App(), "POST", "/sign-in", "mail=new%40fiction.example",
		"Content-Type", "application/x-www-form-urlencoded", "Origin", site)
	if got := res.Header.Get("Set-Cookie"); res.StatusCode != 200 || got != "" {
		t.Errorf("outside a demo the address is remembered: %d %q", res.StatusCode, got)
	}
}

func TestBookingWithoutAScriptLeadsBackWithTheAnswer(t *testing.T) {
	d := newDouble()
	app := serve(t, d).App()
	book := func() (int, string) {
		res, _ := ask(t, app, "POST", "/fairs/rencontres/book", "slot="+string(slotID)+"&channel=video&key=k&back=/fairs/rencontres/stands/atelier-fiction?a=b",
			"Content-Type", "application/x-www-form-urlencoded", "Origin", site, "Cookie", "__Host-salon=candidate")
		return res.StatusCode, res.Header.Get("Location")
	}
	if status, to := book(); status != 303 || to != "/fairs/rencontres/stands/atelier-fiction?a=b" {
		t.Errorf("booked: %d to %q", status, to)
	}
	d.before = func(useCase string) error {
		if useCase == "Book" {
			return fair.E(fair.Conflict, "slot.taken")
		}
		return nil
	}
	status, to := book()
	if status != 303 || to != "/fairs/rencontres/stands/atelier-fiction?a=b&problem=slot.taken" {
		t.Errorf("taken: %d to %q", status, to)
	}
	_, page := ask(t, app, "GET", to, "")
	body(t, page, "Quelqu’un vient de prendre ce créneau.", `href="#book">Choisir un autre créneau`)
	_, page = ask(t, app, "GET", "/fairs/rencontres/stands/atelier-fiction?problem=Appelez+le+0899", "")
	if strings.Contains(page, "Appelez") && strings.Contains(page, `role="alert"`) {
		t.Error("an address puts words into our mouth")
	}
}

func TestBookingByPhoneAsksForANumberAndKeepsWhatWasChosen(t *testing.T) {
	d := newDouble()
	d.before = func(useCase string) error {
		switch useCase {
		case "Book":
			return fair.Refuse("phone", "phone.missing")
		case "EditProfile":
			return fair.Refuse("phone", "phone.premium")
		}
		return nil
	}
	app := serve(t, d).App()
	for _, c := range []struct{ name, from, number, want string }{
		{"no number on the page of an offer", "offer=" + string(offerID), "", "Donnez le numéro"},
		{"a premium number on the page of an offer", "offer=" + string(offerID), "0899 70 12 34", "surtaxé"},
		{"a premium number on the page of a stand", "stand=atelier-fiction", "0899 70 12 34", "surtaxé"},
	} {
		t.Run(c.name, func(t *testing.T) {
			form := c.from + "&slot=" + string(slotID) + "&channel=phone&key=k&phone=" + url.QueryEscape(c.number)
			res, page := ask(t, app, "POST", "/fairs/rencontres/book", form,
				"Content-Type", "application/x-www-form-urlencoded", "Origin", site, "Cookie", "__Host-salon=newcomer")
			if res.StatusCode != 422 || !strings.Contains(page, c.want) {
				t.Errorf("answered %d without %q", res.StatusCode, c.want)
			}
			for _, kept := range []string{
				`value="` + string(slotID) + `" required checked`, `value="phone" checked`, `value="` + c.number + `" aria-invalid="true"`,
			} {
				if !strings.Contains(page, kept) {
					t.Errorf("the page lost %s", kept)
				}
			}
		})
	}
}

func TestWhoCanHaveNoMoreAppointmentsIsToldWhyAndSeesNoForm(t *testing.T) {
	for code, want := range map[string]string{"booking.capfair": "pris 10 rendez-vous à ce salon", "booking.capstand": "eu votre rendez-vous avec cette entreprise"} {
		d := newDouble()
		d.before = func(useCase string) error {
			if useCase == "SeatLeft" {
				return fair.E(fair.Conflict, code)
			}
			return nil
		}
		for _, at := range []string{"stands/atelier-fiction", "offers/" + string(offerID)} {
			_, page := ask(t, serve(t, d).App(), "GET", "/fairs/rencontres/"+at, "", "Cookie", "__Host-salon=newcomer")
			body(t, page, want, "Voir mes rendez-vous")
			if strings.Contains(page, "Réserver ce créneau") || strings.Contains(page, "Me prévenir") {
				t.Errorf("%s at %s: a form is shown that would refuse", code, at)
			}
		}
	}
}

func TestWaitingForASeatWithoutAScriptTakesAnyChannelAndOneSlot(t *testing.T) {
	d := newDouble()
	app := serve(t, d).App()
	wait := func(who, more string) (int, string, string) {
		res, page := ask(t, app, "POST", "/fairs/rencontres/standby", "stand="+string(standID)+more+"&back=/fairs/rencontres/stands/atelier-fiction",
			"Content-Type", "application/x-www-form-urlencoded", "Origin", site, "Cookie", "__Host-salon="+who)
		return res.StatusCode, res.Header.Get("Location"), page
	}
	if status, to, _ := wait("candidate", "&channel=either&slot="+string(slotID)); status != 303 || to != "/fairs/rencontres/stands/atelier-fiction" {
		t.Errorf("joined: %d to %q", status, to)
	}
	_, page := ask(t, app, "GET", "/fairs/rencontres/stands/atelier-fiction", "", "Cookie", "__Host-salon=candidate")
	body(t, page, "Vous êtes sur la liste d’attente", "Un créneau déjà pris", `name="channel" value="either"`)
	d.before = func(useCase string) error {
		if useCase == "JoinStandby" {
			return fair.Refuse("phone", "phone.missing")
		}
		return nil
	}
	status, _, page := wait("newcomer", "&channel=either&slot="+string(slotID))
	if status != 422 {
		t.Errorf("without a number: %d", status)
	}
	body(t, page, "Donnez le numéro", `value="either" checked`, `value="`+string(slotID)+`" required checked`, `<details class="more" open>`)
}

// joinLine sends the form that takes a place, by default as a candidate.
func joinLine(t *testing.T, app *fiber.App, more string, headers ...string) (status int, to, page string) {
	t.Helper()
	const back = "&back=/fairs/rencontres/stands/atelier-fiction?a=b"
	headers = append([]string{"Content-Type", "application/x-www-form-urlencoded", "Origin", site}, headers...)
	res, page := ask(t, app, "POST", "/fairs/rencontres/line", "stand="+string(standID)+more+back, headers...)
	return res.StatusCode, res.Header.Get("Location"), page
}

func TestAPlaceIsTakenWithoutAScript(t *testing.T) {
	app := serve(t, newDouble()).App()
	candidate := []string{"Cookie", "__Host-salon=candidate"}
	if status, to, _ := joinLine(t, app, "&channel=video", candidate...); status != 303 || to != "/fairs/rencontres/stands/atelier-fiction?a=b" {
		t.Errorf("taken: %d to %q", status, to)
	}
	if status, to, _ := joinLine(t, app, "&channel=video&follow=1", candidate...); status != 303 || to != "/me" {
		t.Errorf("taken where a script follows: %d to %q", status, to)
	}
	_, page := ask(t, app, "GET", "/fairs/rencontres/stands/atelier-fiction", "", candidate...)
	body(t, page, "Suivre ma place")
}

func TestSigningInKeepsThatAPlaceWasMeant(t *testing.T) {
	d := newDouble()
	d.placeless = true
	app := serve(t, d).App()
	status, to, _ := joinLine(t, app, "&channel=phone")
	next, err := url.Parse(to)
	if status != 303 || err != nil || next.Path != "/sign-in" {
		t.Fatalf("a visitor: %d to %q", status, to)
	}
	meant := next.Query().Get("next")
	if meant != "/fairs/rencontres/stands/atelier-fiction?a=b&place=phone" {
		t.Errorf("the sign-in leads to %q", meant)
	}
	_, page := ask(t, app, "GET", meant, "", "Cookie", "__Host-salon=candidate")
	body(t, page, "Plus qu’un appui", `value="phone" checked`)
	_, page = ask(t, app, "GET", meant, "")
	if strings.Contains(page, "Plus qu’un appui") {
		t.Error("a visitor is told to be signed in")
	}
}

func TestAPlaceRefusedIsToldOnThePageWithWhatWasChosen(t *testing.T) {
	for _, c := range []struct {
		name, form, want string
		refusal          error
		status           int
		kept             []string
	}{
		{"a closed line, on a stand", "&channel=video", "La file de ce stand est fermée.", fair.E(fair.Conflict, "line.closed"), 409, []string{`tabindex="-1" autofocus`}},
		{"too many places, on an offer", "&channel=video&offer=" + string(offerID), "Vous attendez déjà à 5 stands", fair.E(fair.Conflict, "line.many").With("max", "5"), 409, nil},
		{"a premium number", "&channel=phone&phone=0899", "surtaxé", fair.Refuse("phone", "phone.premium"), 422, []string{`value="phone" checked`, `value="0899" aria-invalid="true"`}},
		{"no number", "&channel=phone", "Donnez le numéro", fair.Refuse("phone", "phone.missing"), 422, []string{`value="phone" checked`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDouble()
			d.placeless = true
			d.before = func(useCase string) error {
				if useCase == "JoinLine" || useCase == "EditProfile" {
					return c.refusal
				}
				return nil
			}
			status, _, page := joinLine(t, serve(t, d).App(), c.form, "Cookie", "__Host-salon=newcomer")
			if status != c.status {
				t.Errorf("answered %d, want %d", status, c.status)
			}
			body(t, page, append(c.kept, c.want)...)
		})
	}
}

func TestARefusedPageLeadsOn(t *testing.T) {
	app := serve(t, newDouble()).App()
	page := func(path, who string) string {
		_, page := ask(t, app, "GET", path, "", "Cookie", "__Host-salon="+who)
		return page
	}
	body(t, page("/organise", "candidate"), "Erreur 403", `href="/sign-in?next=%2Forganise">Se connecter avec un autre compte`)
	body(t, page("/interviews/nowhere", "candidate"), "Erreur 404", `href="/me#appointments">Voir mes rendez-vous`)
	if page := page("/interviews/nowhere", "recruiter"); strings.Contains(page, "/me#appointments") || !strings.Contains(page, "Erreur 404") {
		t.Error("a recruiter is led to a candidate's space")
	}
}

func TestAnApplicationRefusedIsToldWhereItWasWritten(t *testing.T) {
	d := newDouble()
	d.before = func(useCase string) error {
		if useCase == "ApplyToOffer" {
			return fair.E(fair.Conflict, "application.many")
		}
		return nil
	}
	res, page := ask(t, serve(t, d).App(), "POST", "/fairs/rencontres/apply", "offer="+string(offerID)+"&text=Disponible+lundi.",
		"Content-Type", "application/x-www-form-urlencoded", "Origin", site, "Cookie", "__Host-salon=newcomer")
	if res.StatusCode != 409 {
		t.Errorf("answered %d", res.StatusCode)
	}
	body(t, page, "50 candidatures ouvertes", `autofocus aria-invalid="true"`, "Disponible lundi.", `href="/me#applications">Voir mes candidatures`)
}

func TestAPlaceAtNoStandIsNotFound(t *testing.T) {
	res, _ := ask(t, serve(t, newDouble()).App(), "POST", "/fairs/rencontres/line", "stand=..&channel=video",
		"Content-Type", "application/x-www-form-urlencoded", "Origin", site, "Cookie", "__Host-salon=candidate")
	if res.StatusCode != 404 {
		t.Errorf("answered %d", res.StatusCode)
	}
}

func TestTheHomeOfAFairShowsItsOpenStands(t *testing.T) {
	_, page := ask(t, serve(t, newDouble()).App(), "GET", "/fairs/rencontres", "")
	body(t, page, "Ouverts maintenant", "Ouvert, attente\u00a0: entre 20 et 35")
}

func TestLocalhostLeadsToTheAddressOfTheSite(t *testing.T) {
	res, _ := ask(t, serve(t, newDouble()).App(), "GET", "/fairs/rencontres?a=b", "", "Host", "localhost:8080")
	if res.StatusCode != 307 || res.Header.Get("Location") != site+"/fairs/rencontres?a=b" {
		t.Errorf("%d to %q", res.StatusCode, res.Header.Get("Location"))
	}
}

// A fair without any offer says why, and does not ask for a wider search.
func TestAFairWithoutOffersSaysWhy(t *testing.T) {
	d := newDouble()
	now, filling := noon, false
	app := serve(t, d, func(c *web.Config) {
		c.Clock = func() time.Time { return now }
		c.Ready = func(context.Context) []web.Fault {
			if filling {
				return []web.Fault{{Part: web.PartDemo}}
			}
			return nil
		}
	}).App()
	d.offer.State = fair.OfferClosed // none is found
	says := func(query string) string {
		_, page := ask(t, app, "GET", "/fairs/rencontres/offers"+query, "")
		for _, words := range []string{"Aucune offre ne correspond", "Les offres arrivent", "Le salon est terminé"} {
			if strings.Contains(page, words) {
				return words
			}
		}
		return page
	}
	if got := says("?q=rien"); got != "Aucune offre ne correspond" {
		t.Errorf("a search that finds none of them: %s", got)
	}
	if _, page := ask(t, app, "GET", "/fairs/rencontres/offers?q=rien&stand="+string(fair.DeriveID("a stand", "two")), ""); !strings.Contains(page, "</span>"+d.stand().Name+"<") {
		t.Error("a company none of whose offers is found has no name")
	}
	if filling = true; says("?q=rien") != "Les offres arrivent" {
		t.Errorf("while a demo is filled: %s", says("?q=rien"))
	}
	if filling, d.noOffers = false, true; says("") != "Les offres arrivent" {
		t.Errorf("before the first one: %s", says(""))
	}
	if now = now.Add(1000 * time.Hour); says("") != "Le salon est terminé" {
		t.Errorf("after the end: %s", says(""))
	}
}

// A search that finds nothing leads to those that do: with any one criterion less, and
// with fewer still.
func TestASearchWithoutResultLeadsToWiderOnes(t *testing.T) {
	d := newDouble()
	app := serve(t, d).App()
	company := "stand=" + string(standID)
	for _, c := range []struct {
		name, query string
		finds       func(fair.OfferQuery) bool
		want        []string // query, words
	}{
		{"a company", company, func(q fair.OfferQuery) bool { return q.Stand == "" }, []string{"", "Sans « Atelier Fiction </option><script>alert(1) » (1)"}},
		{"met now, by date", "now=true&sort=date", func(q fair.OfferQuery) bool { return !q.Now }, []string{"", "Sans « Entreprise à rencontrer maintenant » (1)"}},
		{"words", "q=zinc", func(q fair.OfferQuery) bool { return q.Text == "" }, []string{"", "Voir toutes les offres (1)"}},
		{"words of a company", "q=zinc&" + company, func(q fair.OfferQuery) bool { return q.Text == "" || q.Stand == "" }, []string{
			"q=zinc", "Sans « Atelier Fiction </option><script>alert(1) » (1)", company, "Sans « zinc » (1)", "", "Voir toutes les offres (1)"}},
		{"each criterion", "accessible=true&contract=CDI&experience=beginner&hours=full", func(q fair.OfferQuery) bool {
			return q.Contract == "" || q.Hours == "" || q.Experience == "" || !q.Accessible
		}, []string{
			"accessible=true&experience=beginner&hours=full", "Sans « CDI » (1)",
			"accessible=true&contract=CDI&experience=beginner", "Sans « Temps plein » (1)",
			"accessible=true&contract=CDI&hours=full", "Sans « Débutant·e accepté·e » (1)",
			"contract=CDI&experience=beginner&hours=full", "Sans « Ouvert aux travailleurs handicapés » (1)", "", "Voir toutes les offres (1)"}},
		{"a commune, by distance", "commune=34172&sort=distance&radius=5", func(q fair.OfferQuery) bool { return q.Commune == "" || q.Radius >= 20 }, []string{
			"commune=34172&radius=20&sort=distance", "Montpellier, 20 km autour (1)", "", "Sans « Montpellier, 5 km autour » (1)"}},
		{"two criteria too many", "q=zinc&now=true&" + company, func(q fair.OfferQuery) bool { return !q.Now && q.Stand == "" }, []string{
			"q=zinc", "Offres pour « zinc » (1)", "", "Voir toutes les offres (1)"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d.finds = c.finds
			_, page := ask(t, app, "GET", "/fairs/rencontres/offers?"+c.query, "")
			_, box, _ := strings.Cut(page, `<div class="empty">`)
			box, _, _ = strings.Cut(box, "</div>")
			var got []string
			for _, link := range regexp.MustCompile(`<a href="/fairs/rencontres/offers\??([^"]*)">([^<]*)</a>`).FindAllStringSubmatch(box, -1) {
				got = append(got, html.UnescapeString(link[1]), html.UnescapeString(strings.ReplaceAll(link[2], "\u00a0", " ")))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("leads to %q\nwant     %q", got, c.want)
			}
		})
	}
}

func TestTheSiteMapNamesEveryPageInBothLanguages(t *testing.T) {
	app := serve(t, newDouble()).App()
	var index struct {
		Maps []struct {
			Loc string `xml:"loc"`
		} `xml:"sitemap"`
	}
	_, raw := ask(t, app, "GET", "/sitemap.xml", "")
	if err := xml.Unmarshal([]byte(raw), &index); err != nil || len(index.Maps) != 2 {
		t.Fatalf("%v: %s", err, raw)
	}
	listed := map[string]bool{}
	for _, m := range index.Maps {
		var urls struct {
			URLs []struct {
				Loc string `xml:"loc"`
			} `xml:"url"`
		}
		_, raw := ask(t, app, "GET", strings.TrimPrefix(m.Loc, site), "")
		if err := xml.Unmarshal([]byte(raw), &urls); err != nil {
			t.Fatal(err)
		}
		for _, u := range urls.URLs {
			listed[u.Loc] = true
			if res, _ := ask(t, app, "GET", strings.TrimPrefix(u.Loc, site), ""); res.StatusCode != 200 {
				t.Errorf("the map names %s, which answers %d", u.Loc, res.StatusCode)
			}
		}
	}
	for _, path := range publicPages {
		for _, want := range []string{path, inEnglish(path)} {
			if !listed[site+want] && !strings.Contains(want, "?") {
				t.Errorf("the map lacks %s", want)
			}
		}
	}
}

func TestBuiltFilesAreServedForAYear(t *testing.T) {
	app := serve(t, newDouble()).App()
	files, err := fs.Glob(frontend.Assets(), "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		res, got := ask(t, app, "GET", "/assets/"+name, "")
		want, err := fs.ReadFile(frontend.Assets(), name)
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != 200 || got != string(want) || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") || res.Header.Get("Content-Type") == "" {
			t.Errorf("%s: status %d, %d of %d bytes, %q, %q", name, res.StatusCode, len(got), len(want), res.Header.Get("Cache-Control"), res.Header.Get("Content-Type"))
		}
	}
	if frontend.Built() == (len(files) == 0) {
		t.Errorf("built: %v, with %d files", frontend.Built(), len(files))
	}
	if res, _ := ask(t, app, "GET", "/assets/any.js", ""); res.StatusCode != 404 {
		t.Errorf("a file that does not exist: status %d", res.StatusCode)
	}
}

func TestTimesOfAnAccountAreThoseOfHome(t *testing.T) {
	_, page := ask(t, serve(t, newDouble()).App(), "GET", "/account", "", "Cookie", "__Host-salon=candidate")
	body(t, page, "vu lundi 23 novembre à 13\u00a0h")
}
