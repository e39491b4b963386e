package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"go.mongodb.org/mongo-driver/mongo"

	"salon/fair"
	"salon/fair/filestore"
	"salon/fair/mongostore"
	"salon/fair/mongostore/embedded"
	"salon/fair/proof"
	"salon/fair/service"
)

// outside is everything beyond the stores: it takes what it is told.
type outside struct{ code, invitation string }

func (*outside) InterviewChanged(context.Context, fair.Interview) error         { return nil }
func (*outside) SlotsChanged(context.Context, fair.ID, []fair.Slot) error       { return nil }
func (*outside) WebconferenceChanged(context.Context, fair.Webconference) error { return nil }
func (*outside) LineChanged(context.Context, fair.LineShow) error               { return nil }
func (*outside) TicketChanged(context.Context, fair.Ticket) error               { return nil }
func (*outside) ThreadChanged(context.Context, fair.Thread) error               { return nil }
func (*outside) ApplicationChanged(context.Context, fair.Application) error     { return nil }
func (*outside) Telling(fair.Account, service.Telling) (service.Told, error) {
	return service.Told{}, nil
}
func (*outside) MemberChanged(context.Context, string, fair.ID, int64, fair.RoomRole) error {
	return nil
}
func (*outside) DrawChanged(context.Context, fair.Draw) error                  { return nil }
func (*outside) WishesTold(context.Context, fair.WishList) error               { return nil }
func (*outside) RoomClosed(context.Context, string) error                      { return nil }
func (*outside) LoggedOut(context.Context, fair.ID) error                      { return nil }
func (*outside) WSURL(context.Context, string) (string, error)                 { return "ws://127.0.0.1:8080/ws", nil }
func (*outside) Viewers(context.Context, string) (int, error)                  { return 0, nil }
func (*outside) ICEServers(context.Context, fair.ID) ([]fair.ICEServer, error) { return nil, nil }
func (*outside) Send(context.Context, fair.Mail) error                         { return nil }
func (*outside) Put(context.Context, ...fair.Offer) error                      { return nil }
func (*outside) Remove(context.Context, ...fair.ID) error                      { return nil }
func (*outside) Facets(context.Context, fair.ID, fair.OfferQuery) (fair.OfferFacets, error) {
	return fair.OfferFacets{}, nil
}
func (*outside) Suggest(context.Context, fair.ID, string, int) ([]fair.Suggestion, error) {
	return nil, nil
}
func (*outside) Similar(context.Context, fair.Offer, int) ([]fair.ID, error) { return nil, nil }
func (*outside) Commune(code string) (string, float64, float64, bool) {
	return "Montpellier", 43.6, 3.9, len(code) == 5
}
func (*outside) Watch(fair.Account, service.WatchMail) (fair.Mail, error) { return fair.Mail{}, nil }
func (*outside) CommuneNamed(string) (string, bool)                       { return "34172", true }
func (*outside) Occupation(code string) (string, bool) {
	return "Soins d'hygiène", len(code) == 5
}
func (o *outside) Answers(fair.Account, service.AnswersMail) (fair.Mail, error) {
	return fair.Mail{Subject: "réponses"}, nil
}
func (o *outside) Companion(fair.Account, string) (fair.Mail, error) {
	return fair.Mail{Subject: "accompagnement"}, nil
}
func (*outside) Address(fair.Account, service.AddressMail) (fair.Mail, error) {
	return fair.Mail{Subject: "adresse"}, nil
}
func (o *outside) Invitation(_ fair.Account, in service.InvitationMail) (fair.Mail, error) {
	o.invitation = in.Token
	return fair.Mail{Subject: "invitation"}, nil
}
func (*outside) StandbyChanged(context.Context, fair.Standby, fair.ID) error { return nil }
func (*outside) Report(fair.Account, service.ReportMail) (fair.Mail, error) {
	return fair.Mail{Subject: "report"}, nil
}
func (*outside) Seat(fair.Account, service.SeatMail) (fair.Mail, error) {
	return fair.Mail{Subject: "A seat", Text: "See you."}, nil
}
func (*outside) Feed(fair.Account, []service.InterviewMail) ([]byte, error) {
	return []byte("BEGIN:VCALENDAR\r\n"), nil
}
func (*outside) Interview(fair.Account, service.InterviewMail) (fair.Mail, error) {
	return fair.Mail{}, nil
}
func (*outside) Draw(fair.Account, service.DrawMail) (fair.Mail, error) { return fair.Mail{}, nil }
func (*outside) Search(context.Context, fair.ID, fair.OfferQuery) ([]fair.ID, int, error) {
	return nil, 0, nil
}
func (o *outside) Code(_ fair.Account, code string, _ time.Time) (fair.Mail, error) {
	o.code = code
	return fair.Mail{Text: code}, nil
}

// house is the whole of the server side on the real engine: a demo fair with two
// stands, another fair, and somebody in every part. Tokens are by name.
type house struct {
	t       *testing.T
	app     *fiber.App
	svc     *service.Service
	db      *mongo.Database
	outside *outside
	tokens  map[string]string
	feed    string             // path of the candidate's calendar feed
	ids     map[string]fair.ID // what stands for :stand, :slot, ... in a route
}

func openStores(t *testing.T) (service.Stores, *mongo.Database) {
	t.Helper()
	now := func() time.Time { return noon }
	engine, err := embedded.Open(filepath.Join(t.TempDir(), "salon.db"), embedded.Options{Clock: now, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	client, err := mongo.Connect(t.Context(), engine.ClientOptions())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Disconnect(context.Background()); err != nil {
			t.Error(err)
		}
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	db := client.Database("salon")
	s := mongostore.New(db, now)
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return service.Stores{
		Accounts: s.Accounts, Persons: s.Persons, Logins: s.Logins, Codes: s.Codes, Fairs: s.Fairs,
		Credentials: s.Credentials, Ceremonies: s.Ceremonies, Quotas: s.Quotas, Invitations: s.Invitations, Keys: s.Keys, Addresses: s.Addresses,
		Companies: s.Companies, Stands: s.Stands, Offers: s.Offers, Slots: s.Slots, SlotRules: s.SlotRules, Draws: s.Draws, Wishes: s.Wishes, Interviews: s.Interviews, Standbys: s.Standbys,
		Webconferences: s.Webconferences, Tickets: s.Tickets, Lines: s.Lines, Threads: s.Threads, Applications: s.Applications, Favourites: s.Favourites,
		Pockets: s.Pockets, CVs: s.CVs, Imports: s.Imports, Watches: s.Watches, Companions: s.Companions, Mails: s.Mails, Audits: s.Audits, Reports: s.Reports, Papers: s.Papers, Erasures: s.Erasures, Effects: s.Effects,
	}, db
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, outside: &outside{}, tokens: map[string]string{"": ""}, ids: map[string]fair.ID{}}
	o := h.outside
	files, err := filestore.OpenDisk(t.TempDir())
	h.must(err)
	t.Cleanup(func() { files.Close() })
	stores, db := openStores(t)
	h.db = db
	h.svc = service.New(service.Config{
		Stores: stores, Notifier: o, Rooms: o, ICE: o, Mailer: o, Composer: o, Index: o, Places: o,
		Clock: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler),
		Secret: []byte("a secret of thirty-two bytes, ok"), Demo: true, Files: files,
	})
	h.app = serve(t, h.svc).App()
	for _, slug := range []string{service.DemoFair, "elsewhere"} {
		f, err := h.svc.CreateFair(t.Context(), fair.Fair{Slug: slug, Name: fair.Text{FR: "Rencontres"}, TimeZone: "Europe/Paris",
			Demo: true, StartsAt: noon.Add(-time.Hour), EndsAt: noon.Add(300 * time.Hour)})
		h.must(err)
		boss := h.signIn("organiser at "+slug, "boss@"+slug+".example")
		_, err = h.svc.Organise(t.Context(), f.ID, boss)
		h.must(err)
		h.equip("organiser at " + slug)
	}
	h.json("organiser at rencontres-2021", "POST /api/v1/fairs/rencontres-2021/offers/import",
		`{"resultats":[`+record("1", "Maison A")+`,`+record("2", "Maison B")+`]}`, 200, nil)
	for who, demo := range map[string]string{
		"recruiter": `{"role":"recruiter","n":1}`, "recruiter of another stand": `{"role":"recruiter","n":2}`,
		"candidate": `{"role":"candidate","n":1}`, "another candidate": `{"role":"candidate","n":2}`,
		"adviser": `{"role":"adviser","n":1}`,
	} {
		var in struct {
			Account fair.ID
			Token   string
		}
		h.json("", "POST /api/v1/demo/session", demo, 200, &in)
		h.tokens[who], h.ids[who] = in.Token, in.Account
	}
	h.furnish()
	return h
}

// furnish gives the recruiter an offer, two slots and a booked interview, and
// names them on stage.
func (h *house) furnish() {
	h.t.Helper()
	var me struct{ Stands []struct{ ID fair.ID } }
	h.json("recruiter", "GET /api/v1/me", "", 200, &me)
	h.ids["stand"] = me.Stands[0].ID
	var offers struct{ Items []struct{ ID fair.ID } }
	h.json("recruiter", "GET /api/v1/stands/:stand/offers", "", 200, &offers)
	h.ids["offer"] = offers.Items[0].ID
	var opened struct{ Items []struct{ ID fair.ID } }
	h.json("recruiter", "POST /api/v1/stands/:stand/slots",
		`{"starts_at":"2026-11-23T14:00:00Z","minutes":20,"buffer_minutes":5,"count":3,"channels":["video","phone"]}`, 201, &opened)
	h.ids["slot"] = opened.Items[0].ID
	var booked struct{ Interview struct{ ID fair.ID } }
	h.json("candidate", "POST /api/v1/slots/:slot/booking", `{"channel":"phone"}`, 201, &booked)
	h.ids["interview"] = booked.Interview.ID
	h.ids["slot"] = opened.Items[1].ID
	h.json("recruiter", "PUT /api/v1/stands/:stand/duty", `{"state":"on"}`, 200, nil)
	var place struct{ ID fair.ID }
	h.json("candidate", "POST /api/v1/stands/:stand/tickets", `{"channel":"video"}`, 201, &place)
	h.ids["ticket"] = place.ID
	var mine struct{ Stands []struct{ ID fair.ID } }
	h.json("recruiter of another stand", "GET /api/v1/me", "", 200, &mine)
	var waits struct{ ID fair.ID }
	h.json("another candidate", "POST /api/v1/stands/"+string(mine.Stands[0].ID)+"/standbys", `{"channel":"video"}`, 201, &waits)
	h.ids["standby"] = waits.ID
	var feed struct{ URL string }
	h.json("candidate", "POST /api/v1/me/calendar", "", 200, &feed)
	h.feed = strings.TrimPrefix(feed.URL, site)
	var rule struct{ ID fair.ID }
	h.json("recruiter", "POST /api/v1/stands/:stand/slot-rules",
		`{"days":[2],"from":"09:00","to":"10:00","minutes":30,"buffer_minutes":0,"channels":["video"]}`, 201, &rule)
	h.ids["rule"] = rule.ID
	h.rules("draw")
	var draw struct{ ID fair.ID }
	h.json("organiser at rencontres-2021", "POST /api/v1/fairs/:fair/draws", `{"closes_at":"2026-11-25T09:00:00Z"}`, 201, &draw)
	h.ids["draw"] = draw.ID
	var made struct{ ID fair.ID }
	h.json("recruiter", "POST /api/v1/interviews/:interview/guests", `{"email":"ines@fiction.example"}`, 201, &made)
	h.ids["guest"] = made.ID
	h.signIn("interpreter", "ines@fiction.example")
	h.json("organiser at rencontres-2021", "POST /api/v1/fairs/:fair/invitations", `{"email":"ida@fiction.example","kind":"organiser"}`, 201, &made)
	h.ids["invitation"] = made.ID
	var key struct {
		Key    struct{ ID fair.ID }
		Secret string
	}
	h.json("organiser at rencontres-2021", "POST /api/v1/fairs/:fair/keys", `{"name":"Logiciel","scopes":["read","offers","slots"],"days":30}`, 201, &key)
	h.ids["key"], h.tokens["a program of the fair"] = key.Key.ID, key.Secret
	h.json("organiser at elsewhere", "POST /api/v1/fairs/elsewhere/keys", `{"name":"Logiciel","scopes":["read","offers","slots"],"days":30}`, 201, &key)
	h.tokens["a program of another fair"] = key.Secret
	h.ids["role"] = "organiser"
	h.ids["account"] = h.ids["another candidate"]
	h.json("candidate", "POST /api/v1/me/companions", `{"email":"`+service.DemoEmail(fair.Adviser, 1)+`"}`, 201, &made)
	h.ids["companion"] = made.ID
	var talk struct{ ID fair.ID }
	h.json("organiser at rencontres-2021", "POST /api/v1/fairs/rencontres-2021/webconferences",
		`{"title":{"fr":"Parler métier"},"starts_at":"2026-11-23T14:00:00Z","ends_at":"2026-11-23T15:00:00Z",
		"speakers":[{"email":"`+service.DemoEmail(fair.Recruiter, 1)+`","name":"Rémi"}]}`, 201, &talk)
	h.ids["talk"] = talk.ID
	var issued struct{ ID fair.ID }
	h.json("recruiter", "POST /api/v1/webconferences/:talk/tokens", `{"role":"viewer"}`, 201, &issued)
	h.ids["token"] = issued.ID
	var asked, sent struct{ ID fair.ID }
	h.json("candidate", "POST /api/v1/stands/:stand/questions", `{"text":"Ouvert aux débutants ?"}`, 200, &asked)
	h.ids["cv"], h.ids["offset"] = h.upload("candidate", "cv.pdf", pdf), "0"
	h.json("candidate", "POST /api/v1/offers/:offer/applications", `{"text":"Cinq ans de métier.","cv":"`+string(h.ids["cv"])+`"}`, 201, &sent)
	h.ids["thread"], h.ids["application"] = asked.ID, sent.ID
	var thread struct{ Messages []struct{ ID fair.ID } }
	h.json("recruiter", "GET /api/v1/threads/:thread", "", 200, &thread)
	h.json("recruiter", "POST /api/v1/threads/:thread/reports", `{"message":"`+string(thread.Messages[0].ID)+`","why":"insult"}`, 204, nil)
	var reports struct{ Items []struct{ ID fair.ID } }
	h.json("organiser at rencontres-2021", "GET /api/v1/fairs/:fair/reports", "", 200, &reports)
	h.ids["report"], h.ids["paper"] = reports.Items[0].ID, "privacy"
	h.ids["kind"], h.ids["kept"] = "offer", h.ids["offer"]
	h.json("recruiter", "POST /api/v1/stands/:stand/imports", "Référence;Intitulé;Description;Contrat;Commune\n1;Boulangère;Du pain.;CDI;Montpellier", 201, &made)
	h.ids["import"], h.ids["format"], h.ids["template"] = made.ID, "csv", "offers.csv"
}

// pdf is as much of one as is needed to be taken for one.
const pdf = "%PDF-1.4\nCV de Camille, 06 99 00 00 00\n%%EOF\n"

// upload sends a CV as one part.
func (h *house) upload(who, name, content string) fair.ID {
	h.t.Helper()
	var c struct{ ID fair.ID }
	h.json(who, "POST /api/v1/me/cvs", fmt.Sprintf(`{"name":%q,"size":%d}`, name, len(content)), 201, &c)
	status, answer := h.request(who, "PUT /api/v1/me/cvs/"+string(c.ID)+"/parts/0", content, "Content-Type", "application/octet-stream")
	if status != 200 {
		h.t.Fatalf("a part of a CV: status %d: %s", status, answer)
	}
	h.json(who, "POST /api/v1/me/cvs/"+string(c.ID)+"/finish", "", 200, nil)
	return c.ID
}

// rules lets the organiser release slots in another way.
func (h *house) rules(release string) {
	h.t.Helper()
	var rules struct{ Rev int64 }
	h.json("organiser at rencontres-2021", "GET /api/v1/fairs/:fair/rules", "", 200, &rules)
	h.json("organiser at rencontres-2021", "PATCH /api/v1/fairs/:fair/rules", fmt.Sprintf(`{"book":{"release":%q,"waves":[],
		"cap_fair":10,"cap_stand":1,"offer_minutes":30,"no_show_minutes":5,"answer_days":7},"rev":%d}`, release, rules.Rev), 200, nil)
}

// record is an offer in the shape of Offres d'emploi v2.
func record(id, employer string) string {
	return fmt.Sprintf(`{"id":%q,"intitule":"Aide-soignant / Aide-soignante","description":"Vous accompagnez douze résidents.",
	"dateCreation":"2026-11-12T08:30:00.000Z","lieuTravail":{"libelle":"34 - MONTPELLIER","commune":"34172","codePostal":"34000"},
	"romeCode":"J1501","entreprise":{"nom":%q},"typeContrat":"CDI","typeContratLibelle":"CDI","nombrePostes":1}`, id, employer)
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// signIn signs somebody in by mail, over HTTP, and answers the account.
func (h *house) signIn(who, email string) fair.ID {
	h.t.Helper()
	h.json("", "POST /api/v1/sign-in/code", `{"email":"`+email+`"}`, 202, nil)
	h.must(service.NewDispatcher(h.svc).Dispatch(h.t.Context()))
	var in struct {
		Account fair.ID
		Token   string
	}
	h.json("", "POST /api/v1/sign-in", `{"email":"`+email+`","code":"`+h.outside.code+`"}`, 200, &in)
	h.tokens[who] = in.Token
	return in.Account
}

// equip gives somebody a password and one-time codes, as their role asks.
func (h *house) equip(who string) {
	h.t.Helper()
	a, err := h.svc.Halfway(h.t.Context(), h.tokens[who])
	h.must(err)
	h.must(h.svc.Stores.Credentials.SetPassword(h.t.Context(), a.Account, "$argon2id$not-compared-here", noon))
	key, err := h.svc.TryTOTP(h.t.Context(), a)
	h.must(err)
	code, err := proof.CodeAt(key.Secret, noon)
	h.must(err)
	_, in, err := h.svc.ConfirmTOTP(h.t.Context(), a, code)
	h.must(err)
	h.tokens[who] = in.Token
}

// request asks as somebody; ":stand" and its like are filled in.
func (h *house) request(who, route, body string, more ...string) (int, string) {
	h.t.Helper()
	method, path, _ := strings.Cut(route, " ")
	path = strings.Replace(path, ":fair", service.DemoFair, 1)
	for _, name := range slices.Backward(slices.Sorted(maps.Keys(h.ids))) { // standby before stand
		path = strings.Replace(path, ":"+name, string(h.ids[name]), 1)
	}
	headers := append([]string{"Origin", site, "Idempotency-Key", "of-" + strings.ReplaceAll(who, " ", "-")}, more...)
	if h.tokens[who] != "" {
		headers = append(headers, "Authorization", "Bearer "+h.tokens[who])
	}
	res, answer := ask(h.t, h.app, method, path, body, headers...)
	return res.StatusCode, answer
}

// json asks, expects a status, and reads the answer.
func (h *house) json(who, route, body string, status int, into any) {
	h.t.Helper()
	got, answer := h.request(who, route, body)
	if got != status {
		h.t.Fatalf("%s as %q: status %d, want %d: %s", route, who, got, status, answer)
	}
	if into != nil {
		h.must(json.Unmarshal([]byte(answer), into))
	}
}

// strangers are those who must be refused at a route of that kind, though they
// hold the same right elsewhere.
var strangers = map[string][]string{
	"signed in":                             {""},
	"signed in, in a demo":                  {""},
	"signed in, or setting up":              {""},
	"candidate":                             {"", "recruiter"},
	"owner of the CV":                       {"", "recruiter", "another candidate", "organiser at rencontres-2021"},
	"recruiter with whom the CV is shared":  {"", "candidate", "another candidate", "recruiter of another stand", "organiser at rencontres-2021", "organiser at elsewhere", "adviser"},
	"recruiter of the stand":                {"", "candidate"}, // a screen: what it shows is asked of the API
	"organiser of the fair":                 {"", "candidate", "recruiter", "organiser at elsewhere"},
	"recruiter or organiser":                {"", "candidate", "recruiter of another stand", "organiser at elsewhere"},
	"organiser or speaker":                  {"", "candidate", "recruiter of another stand", "organiser at elsewhere"},
	"side of the conversation":              {"", "another candidate", "recruiter of another stand", "organiser at elsewhere", "organiser at rencontres-2021"},
	"candidate or stand of the application": {"", "another candidate", "recruiter of another stand", "organiser at elsewhere", "organiser at rencontres-2021"},
	"party of the interview":                {"", "another candidate", "recruiter of another stand", "organiser at elsewhere", "organiser at rencontres-2021"},
	"party or guest of the interview":       {"", "another candidate", "recruiter of another stand", "organiser at elsewhere", "organiser at rencontres-2021"},
	"guest of the interview":                {"", "candidate", "recruiter", "another candidate", "recruiter of another stand", "organiser at rencontres-2021"},
	"party or organiser of the fair":        {"", "another candidate", "recruiter of another stand", "organiser at elsewhere"},
	"adviser":                               {"", "candidate", "recruiter", "organiser at rencontres-2021"},
}

// entitled is somebody who must get through.
var entitled = map[string]string{
	"owner of the CV": "candidate", "recruiter with whom the CV is shared": "recruiter",
	"signed in": "candidate", "signed in, or setting up": "candidate", "signed in, in a demo": "candidate", "candidate": "another candidate", "recruiter of the stand": "recruiter",
	"organiser of the fair": "organiser at rencontres-2021", "recruiter or organiser": "recruiter", "organiser or speaker": "recruiter",
	"party of the interview": "recruiter", "side of the conversation": "recruiter", "candidate or stand of the application": "recruiter",
	"party or guest of the interview": "interpreter", "guest of the interview": "interpreter",
	"party or organiser of the fair": "recruiter", "adviser": "adviser",
}

// candidatesOwn are the routes of an interview or an application that its candidate
// alone may use.
var candidatesOwn = []string{
	"GET /api/v1/applications/:application/times",
	"POST /api/v1/interviews/:interview/move", "POST /api/v1/interviews/:interview/proposal/answer", "PUT /api/v1/interviews/:interview/check",
}

func TestNoStrangerGetsThroughAtAnyRoute(t *testing.T) {
	h := newHouse(t)
	routes := slices.Sorted(maps.Keys(samples))
	for _, route := range routes {
		who := tableOf(route)
		outsiders := strangers[who]
		if route == "GET /organise" { // a screen: any organiser has one
			outsiders = []string{"", "candidate", "recruiter"}
		}
		for _, stranger := range outsiders {
			s := samples[route]
			status, answer := h.request(stranger, route, s.body, "Content-Type", s.header())
			toSignIn := status == 303 && stranger == "" && !strings.Contains(route, "/api/")
			if status != 401 && status != 403 && status != 404 && !toSignIn {
				t.Errorf("%s as %q: status %d: %s", route, stranger, status, answer)
			}
			for _, secret := range []string{"@demo.salon", "+33", "notes"} {
				if strings.Contains(answer, secret) {
					t.Errorf("%s as %q: the refusal holds %q: %s", route, stranger, secret, answer)
				}
			}
		}
	}
	slices.SortStableFunc(routes, func(a, b string) int { // what is deleted is deleted last
		return strings.Index(a, "DELETE") - strings.Index(b, "DELETE")
	})
	for _, route := range routes {
		who, known := entitled[tableOf(route)]
		if !known || strings.Contains(route, "sign-out") {
			continue
		}
		if slices.Contains(candidatesOwn, route) {
			who = "candidate"
		}
		if route == "POST /api/v1/webconferences/:talk/kick" || route == "POST /api/v1/webconferences/:talk/demote" {
			who = "organiser at rencontres-2021"
		}
		s := samples[route]
		body := strings.NewReplacer(string(slotID), string(h.ids["slot"]), string(offerID), string(h.ids["offer"]), string(standID), string(h.ids["stand"]),
			string(candID), string(h.ids["another candidate"]), string(recrID), string(h.ids["another candidate"])).Replace(s.body)
		if status, answer := h.request(who, route, body, "Content-Type", s.header()); status == 401 || status == 403 || status == 404 {
			t.Errorf("%s as %q, who may: status %d: %s", route, who, status, answer)
		}
	}
}

func TestAnAppointmentFromTheFirstCodeToTheAnswer(t *testing.T) {
	h := newHouse(t)
	const book = "POST /api/v1/slots/:slot/booking"
	camille := "another candidate"
	status, first := h.request(camille, book, `{"channel":"video"}`, "Idempotency-Key", "key-1")
	if status != 201 {
		t.Fatalf("booking: %d %s", status, first)
	}
	if status, again := h.request(camille, book, `{"channel":"video"}`, "Idempotency-Key", "key-1"); status != 201 || again != first {
		t.Errorf("the same key again: %d %s, want %s", status, again, first)
	}
	for _, refused := range []struct {
		who, body, key string
		status         int
		must           string
	}{
		{camille, `{"channel":"phone"}`, "key-1", 422, `"code":"key.reused"`},
		{camille, `{"channel":"video"}`, "", 422, `"code":"key.missing"`},
		{camille, `{"channel":"video","offer":{"$ne":null}}`, "key-2", 422, `"field":"offer"`},
		{"candidate", `{"channel":"video"}`, "key-3", 409, `"next":[{"id":`},
	} {
		if status, body := h.request(refused.who, book, refused.body, "Idempotency-Key", refused.key); status != refused.status || !strings.Contains(body, refused.must) {
			t.Errorf("%s with key %q: %d %s", refused.body, refused.key, status, body)
		}
	}
	var kept struct{ Interview struct{ ID fair.ID } }
	h.must(json.Unmarshal([]byte(first), &kept))
	h.ids["interview"] = kept.Interview.ID
	h.json("recruiter", "PUT /api/v1/interviews/:interview/notes", `{"notes":"très vive"}`, 200, nil)
	h.json("recruiter", "POST /api/v1/interviews/:interview/channel", `{"channel":"phone"}`, 200, nil)
	status, _ = h.request("recruiter", "POST /api/v1/interviews/:interview/phone", "")
	if status != 409 {
		t.Errorf("a number before the call: status %d", status)
	}
	h.json("recruiter", "POST /api/v1/interviews/:interview/start", "", 200, nil)
	var number struct{ Phone string }
	h.json("recruiter", "POST /api/v1/interviews/:interview/phone", "", 200, &number)
	if !strings.HasPrefix(number.Phone, "+33") {
		t.Errorf("the number is %q", number.Phone)
	}
	if status, body := h.request(camille, "POST /api/v1/interviews/:interview/phone", ""); status != 403 {
		t.Errorf("the candidate asks for the number: %d %s", status, body)
	}
	h.json("recruiter", "POST /api/v1/interviews/:interview/end", `{"outcome":{"kind":"next","message":"Venez nous voir","by":"2026-12-01T09:00:00Z"}}`, 200, nil)
	var seen map[string]any
	h.json(camille, "GET /api/v1/interviews/:interview", "", 200, &seen)
	outcome, _ := seen["outcome"].(map[string]any)
	if seen["state"] != "ended" || outcome["message"] != "Venez nous voir" || seen["notes"] != nil {
		t.Errorf("the candidate sees %v", seen)
	}
	_, desk := h.request("recruiter", "GET /api/v1/stands/:stand/slots", "")
	if strings.Count(desk, `"candidate_name":"candidate`) != 2 || strings.Contains(desk, number.Phone) {
		t.Errorf("the desk shows %s", desk)
	}
	h.json(camille, "POST /api/v1/sign-out", "", 204, nil)
	if status, _ := h.request(camille, "GET /api/v1/me", ""); status != 401 {
		t.Errorf("after signing out: status %d", status)
	}
}

func TestACalendarFeedIsReadByItsAddressAlone(t *testing.T) {
	h := newHouse(t)
	res, body := ask(t, h.app, "GET", h.feed, "")
	tag := res.Header.Get("ETag")
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/calendar; charset=utf-8" || tag == "" || !strings.HasPrefix(body, "BEGIN:VCALENDAR") {
		t.Fatalf("status %d, %v: %s", res.StatusCode, res.Header, body)
	}
	if res, body = ask(t, h.app, "GET", h.feed, "", "If-None-Match", tag); res.StatusCode != 304 || body != "" {
		t.Errorf("unchanged: status %d: %q", res.StatusCode, body)
	}
	for _, wrong := range []string{h.feed[:len(h.feed)-1] + "a", h.feed + "a", "/calendars/x", h.feed[:len("/calendars/")+26]} {
		if res, _ := ask(t, h.app, "GET", wrong, ""); res.StatusCode != 404 && wrong != h.feed {
			t.Errorf("%s: status %d", wrong, res.StatusCode)
		}
	}
	var again, renewed struct{ URL string }
	h.json("candidate", "GET /api/v1/me/calendar", "", 200, &again)
	h.json("candidate", "POST /api/v1/me/calendar", "", 200, &renewed)
	if again.URL != site+h.feed || renewed.URL == again.URL {
		t.Errorf("read again %s, renewed %s", again.URL, renewed.URL)
	}
	if res, _ := ask(t, h.app, "GET", h.feed, ""); res.StatusCode != 404 {
		t.Errorf("the address before: status %d", res.StatusCode)
	}
	h.json("candidate", "DELETE /api/v1/me/calendar", "", 204, nil)
	if res, _ := ask(t, h.app, "GET", strings.TrimPrefix(renewed.URL, site), ""); res.StatusCode != 404 {
		t.Errorf("a dropped address: status %d", res.StatusCode)
	}
	h.json("candidate", "GET /api/v1/me/calendar", "", 200, &again)
	if again.URL != "" {
		t.Errorf("dropped, it is still %s", again.URL)
	}
}

func TestPublicPagesStandOnTheRealHouse(t *testing.T) {
	h := newHouse(t)
	for _, path := range []string{"/", "/fairs/rencontres-2021", "/fairs/rencontres-2021/offers", "/fairs/rencontres-2021/offers/:offer",
		"/fairs/rencontres-2021/stands/maison-a", "/fairs/rencontres-2021/stands/:stand", "/fairs/rencontres-2021/programme",
		"/fairs/rencontres-2021/webconferences/parler-metier", "/fairs/rencontres-2021/webconferences/:talk", "/sitemap.xml",
		"/sitemaps/pages.xml", "/sitemaps/rencontres-2021/offers.xml", "/sign-in", "/demo"} {
		for _, who := range []string{"", "candidate", "recruiter", "organiser at elsewhere"} {
			if status, page := h.request(who, "GET "+path, ""); status != 200 || strings.Contains(page, "@demo.salon") || strings.Contains(page, "+3363998") {
				t.Errorf("%s as %q: status %d", path, who, status)
			}
		}
	}
	h.json("recruiter", "PATCH /api/v1/offers/:offer", `{"state":"closed","rev":1}`, 200, nil)
	if status, _ := h.request("", "GET /fairs/rencontres-2021/offers/:offer", ""); status != 410 {
		t.Errorf("a closed offer: status %d", status)
	}
}
