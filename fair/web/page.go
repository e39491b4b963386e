package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"

	"salon/fair"
	"salon/fair/service"
	"salon/frontend"
)

// pages is everything a person may open. Each address exists in French at the
// root and in English under /en.
func (s *Server) pages() {
	s.page("GET /", s.forVisitors(s.fairsPage))
	s.page("GET /fairs/:fair", s.forVisitors(s.fairPage))
	s.page("GET /fairs/:fair/offers", s.forVisitors(s.offersPage))
	s.page("GET /fairs/:fair/offers/:offer", s.forVisitors(s.offerPage))
	s.page("GET /fairs/:fair/stands/:stand", s.forVisitors(s.standPage))
	s.page("GET /fairs/:fair/draws/:draw", s.forVisitors(s.drawPage))
	s.page("GET /fairs/:fair/programme", s.forVisitors(s.programmePage))
	s.page("GET /fairs/:fair/webconferences/:talk", s.forVisitors(s.talkPage))
	s.page("GET /pictures/:fair", s.fairPicture)
	s.page("GET /pictures/:fair/stands/:stand", s.standPicture)
	s.page("GET /pictures/:fair/offers/:offer", s.offerPicture)
	s.page("GET /feeds/:fair", s.offersFeed)
	s.page("GET /feeds/:fair/jobs", s.jobsFeed)
	s.page("POST /fairs/:fair/book", s.bookForm)
	s.page("POST /fairs/:fair/line", s.lineForm)
	s.page("POST /fairs/:fair/ask", s.askForm)
	s.page("POST /fairs/:fair/apply", s.applyForm)
	s.page("POST /fairs/:fair/keep", s.keepForm)
	s.page("POST /fairs/:fair/standby", s.standbyForm)
	s.watchPages()

	s.page("GET /sign-in", s.signInPage)
	s.page("POST /sign-in", s.codeForm)
	s.page("GET /sign-in/code", s.signInAgain)
	s.page("POST /sign-in/code", s.signInForm)
	s.page("GET /sign-in/password", s.passwordPage)
	s.page("POST /sign-in/password", s.passwordForm)
	s.page("GET /sign-in/factor", s.factorPage)
	s.page("POST /sign-in/factor", s.factorForm)
	s.page("POST /sign-in/issuers/:issuer", s.issuerForm)
	s.page("GET /sign-in/issuers/:issuer/answer", s.issuerAnswer)
	s.page("GET /account", s.accountPage)
	s.page("POST /account", s.accountForm)
	s.page("GET /conversations/:thread/report", s.reportPage)
	s.page("POST /conversations/:thread/report", s.reportForm)
	s.page("GET /fairs/:fair/papers/:paper", s.paperPage)
	s.page("GET /papers/:paper", s.anyPaper)
	s.page("GET /account/data", s.dataPage)
	s.page("POST /account/data", s.dataForm)
	s.page("GET /account/mail/:token", s.addressPage(fair.AddressAsked))
	s.page("POST /account/mail/:token", s.confirmAddressForm)
	s.page("GET /account/undo/:token", s.addressPage(fair.AddressConfirmed))
	s.page("POST /account/undo/:token", s.undoAddressForm)
	s.page("GET /invitations/:token", s.invitationPage)
	s.page("POST /invitations/:token", s.invitationForm)
	s.page("GET /account/protect", s.protectPage)
	s.page("POST /account/protect", s.protectForm)
	s.page("POST /sign-out", s.signOutForm)
	s.page("GET /demo", s.demoPage)
	s.page("POST /demo/enter", s.demoForm)
	s.page("GET /demo/outbox", s.outboxPage)

	s.page("GET /me", s.shell("candidate"))
	s.page("GET /me/profile", s.shell("profile"))
	s.page("GET /desk", s.shell("recruiter"))
	s.page("GET /desk/offers/:offer", s.previewPage)
	s.page("GET /organise", s.shell("organiser"))
	s.page("GET /advise", s.shell("adviser"))
	s.page("GET /interviews/:interview", s.interviewShell)
	s.page("GET /webconferences/:talk/stage", s.stageShell)

	s.plain("/sitemap.xml", s.sitemapIndex)
	s.plain("/sitemaps/pages.xml", s.sitemapPages)
	s.plain("/sitemaps/:fair/offers.xml", s.sitemapOffers)
	s.plain("/robots.txt", s.robots)
	s.plain("/assets/:name", s.asset)
	s.plain("/worker.js", s.worker)
}

// page adds one page, in both languages.
func (s *Server) page(route string, do func(context.Context, *call) error) {
	method, place, _ := strings.Cut(route, " ")
	who := accessOf(method, place)
	handler := func(c *fiber.Ctx) error {
		if to := s.elsewhere(c); to != "" {
			return c.Redirect(to, http.StatusTemporaryRedirect)
		}
		k := callOf(c.UserContext())
		err := s.admit(c.UserContext(), k, who, "")
		if fair.KindOf(err) == fair.Unauthenticated && err != nil {
			if next := afterSignIn(k, method, place); next != "" {
				return c.Redirect(withQuery(k.path("sign-in"), "next", next), http.StatusSeeOther)
			}
		}
		if k.half.Account != "" && fair.KindOf(err) == fair.Forbidden {
			return c.Redirect(afterProof(k, service.SignedIn{Step: k.half.Step}, afterSignIn(k, method, place)), http.StatusSeeOther)
		}
		if err == nil && len(c.Body()) > bodyBytes {
			err = fair.E(fair.TooLarge, "body.large")
		}
		if err != nil {
			return err
		}
		return do(c.UserContext(), k)
	}
	for _, lang := range frontend.Languages {
		s.app.Add(method, translated(lang, place), handler)
		if method == http.MethodGet {
			s.app.Head(translated(lang, place), handler)
		}
	}
}

// afterSignIn is the page to come back to for who must sign in first: the one asked
// for or, of the form that takes a place in a line, the one it stands on, which
// remembers what was meant. "" for other forms.
func afterSignIn(k *call, method, place string) string {
	switch {
	case method == http.MethodGet:
		return k.fiber.OriginalURL()
	case place == "/fairs/:fair/searches": // the search, to be kept with one press more
		return strings.Replace(k.fiber.OriginalURL(), "/searches?", "/offers?", 1)
	case place == "/fairs/:fair/line":
		return withQuery(local(k, k.fiber.FormValue("back")), placeQuery, k.fiber.FormValue("channel"))
	}
	return ""
}

// translated is the pattern of a page in a language.
func translated(lang, place string) string {
	if lang == frontend.Languages[0] {
		return place
	}
	return strings.TrimSuffix("/"+lang+place, "/")
}

// path makes the address of a page in the language of the call.
func (k *call) path(parts ...string) string { return frontend.Path(string(k.lang), parts...) }

// elsewhere is where a page must be opened instead, "" for here. On a machine
// that serves itself, localhost and 127.0.0.1 are one place to people and two
// origins to a browser.
func (s *Server) elsewhere(c *fiber.Ctx) string {
	port, found := strings.CutPrefix(s.host, "127.0.0.1")
	if !found || c.Hostname() != "localhost"+port || c.Method() != http.MethodGet {
		return ""
	}
	return s.origin + c.OriginalURL()
}

// frame fills what surrounds every page. Place is the address without language,
// made of names that do not change, so that a page has one canonical address.
func (s *Server) frame(k *call, title string, place ...string) frontend.Page {
	p := frontend.Page{
		Lang: string(k.lang), Origin: s.origin,
		Path:  frontend.Path(frontend.Languages[0], place...),
		Query: query(k.fiber).Encode(), Fair: k.fair, Demo: s.Demo,
		Head: frontend.Head{Title: title}, Notice: s.notice(k),
	}
	if k.fair != nil {
		p.Head.Picture = s.pictureOf(k, k.fair.Slug)
	}
	if k.SignedIn() {
		p.Me = &frontend.Me{Name: k.Name, Candidate: k.IsCandidate()}
		for _, r := range k.Roles {
			p.Me.Recruiter = p.Me.Recruiter || r.Kind == fair.Recruiter
			p.Me.Organiser = p.Me.Organiser || r.Kind == fair.Organiser
			p.Me.Adviser = p.Me.Adviser || r.Kind == fair.Adviser
		}
	}
	return p
}

// noticeQuery carries the code of a refusal over the redirect after a form.
const noticeQuery = "problem"

// doneQuery says over the redirect after a form what was done.
const doneQuery = "done"

// shortQuery names the slot that was refused for want of extra time: chosen again,
// it is booked as it is.
const shortQuery = "short"

// query is what the address asks, without what a redirect added.
func query(c *fiber.Ctx) url.Values {
	q, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return url.Values{}
	}
	q.Del(noticeQuery)
	q.Del(doneQuery)
	q.Del(shortQuery)
	return q
}

// notice says what became of the form that led here. Only codes that have a
// text are shown, so an address cannot put words into our mouth.
func (s *Server) notice(k *call) *frontend.Notice {
	texts := s.Frontend.Locale(string(k.lang))
	if done := "done." + k.fiber.Query(doneQuery); done != "done." && texts.Has(done) {
		what, next := sentences(texts.T(done))
		return &frontend.Notice{Kind: "done", Title: what, Text: next}
	}
	key := "error." + k.fiber.Query(noticeQuery)
	if key == "error." || !texts.Has(key) || strings.Contains(texts.T(key), "{") {
		return nil
	}
	what, next := sentences(texts.T(key))
	return &frontend.Notice{Kind: "problem", Title: what, Text: next, Way: s.wayOut(k, k.fiber.Query(noticeQuery))}
}

// waysOut are where something is done about a refusal, by its code: a part of the page
// itself or of "Mon salon", and the key of the words.
var waysOut = map[string]struct{ to, words string }{
	"application.many":  {"me#applications", "words.seeall"},
	"application.open":  {"me#applications", "words.seeall"},
	"booking.extra":     {"#book", "booking.another"},
	"booking.noextra":   {"#book", "booking.another"},
	"booking.overlap":   {"#book", "booking.another"},
	"favourites.many":   {"me#favourites", "words.seekept"},
	"interview.unknown": {"me#appointments", "booking.see"},
	"invitation.over":   {"sign-in", "nav.signin"},
	"slot.channel":      {"#book", "booking.another"},
	"slot.past":         {"#book", "booking.another"},
	"slot.taken":        {"#book", "booking.another"},
	"slot.unknown":      {"#book", "booking.another"},
	"standby.free":      {"#book", "booking.another"},
	"standby.many":      {"me#waiting", "standby.see"},
}

func (s *Server) wayOut(k *call, code string) frontend.Way {
	way, known := waysOut[code]
	place, _, _ := strings.Cut(way.to, "#")
	if !known || place == "me" && !k.IsCandidate() || place == "sign-in" && k.SignedIn() {
		return frontend.Way{}
	}
	to := way.to
	if place != "" {
		to = k.path(place) + strings.TrimPrefix(to, place)
	}
	return frontend.Way{Href: to, Words: s.Frontend.Locale(string(k.lang)).T(way.words)}
}

// sentences parts what happened from what to do next.
func sentences(text string) (what, next string) {
	what, next, found := strings.Cut(text, ". ")
	if found {
		what += "."
	}
	return what, next
}

// show renders a page. Visitors' pages may be kept by a cache that asks again;
// a page for somebody is theirs alone.
func (s *Server) show(k *call, status int, view frontend.View) error {
	var body bytes.Buffer
	if err := s.Frontend.Render(&body, view); err != nil {
		return fmt.Errorf("show a page: %w", err)
	}
	t := &text{body: body.Bytes()}
	if k.made != nil && status == http.StatusOK {
		if err := t.pack(well); err != nil {
			return err
		}
		k.made(t)
	}
	return s.sendPage(k, status, t)
}

// sendPage sends a page that was made for the caller, or for every visitor.
func (s *Server) sendPage(k *call, status int, t *text) error {
	k.fiber.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	k.fiber.Set(fiber.HeaderContentLanguage, string(k.lang))
	k.fiber.Vary(fiber.HeaderCookie)
	cache := "public, no-cache"
	if k.SignedIn() || status != http.StatusOK {
		cache = "private, no-cache"
	}
	k.fiber.Set(fiber.HeaderCacheControl, cache)
	k.fiber.Status(status)
	return t.send(k.fiber)
}

// worthPacking is the size in bytes from which packing pays.
const worthPacking = 1 << 10

// packers pack for one answer, quickly, or for many, well.
var quickly, well = packers(gzip.BestSpeed), packers(gzip.DefaultCompression)

func packers(level int) *sync.Pool {
	return &sync.Pool{New: func() any {
		w, err := gzip.NewWriterLevel(nil, level)
		if err != nil {
			panic("web: " + err.Error()) // the level is a constant
		}
		return w
	}}
}

// text is what is sent with an entity tag (RFC 9110, 8.8.3), packed when the client
// takes it.
type text struct {
	body, packed []byte
	tag          string
}

// sendText sends a text that is made for one answer.
func sendText(c *fiber.Ctx, body []byte) error { return (&text{body: body}).send(c) }

// pack fills tag and packed, as far as packing pays.
func (t *text) pack(packers *sync.Pool) error {
	t.tag = tagOf(t.body)
	if len(t.body) < worthPacking {
		return nil
	}
	var packed bytes.Buffer
	w := packers.Get().(*gzip.Writer)
	defer packers.Put(w)
	w.Reset(&packed)
	if _, err := w.Write(t.body); err != nil {
		return fmt.Errorf("pack a page: %w", err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("pack a page: %w", err)
	}
	t.packed = packed.Bytes()
	return nil
}

func (t *text) send(c *fiber.Ctx) error {
	if t.tag == "" {
		t.tag = tagOf(t.body)
	}
	c.Vary(fiber.HeaderAcceptEncoding)
	c.Set(fiber.HeaderETag, t.tag)
	if c.Response().StatusCode() == http.StatusOK && strings.Contains(c.Get(fiber.HeaderIfNoneMatch), t.tag) {
		return c.SendStatus(http.StatusNotModified)
	}
	if len(t.body) < worthPacking || !takesGzip(c) {
		return c.Send(t.body)
	}
	if t.packed == nil {
		if err := t.pack(quickly); err != nil {
			return err
		}
	}
	c.Set(fiber.HeaderContentEncoding, "gzip")
	return c.Send(t.packed)
}

// tagOf is the entity tag of a body.
func tagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return `W/"` + hex.EncodeToString(sum[:12]) + `"`
}

// takesGzip reads Accept-Encoding; Fiber takes its absence for a yes.
func takesGzip(c *fiber.Ctx) bool {
	return c.Get(fiber.HeaderAcceptEncoding) != "" && c.AcceptsEncodings("gzip") == "gzip"
}

// errorPage says what happened and what to do next.
func (s *Server) errorPage(c *fiber.Ctx, p *problem) error {
	k := callOf(c.UserContext())
	view := &frontend.ErrorPage{Page: s.frame(k, http.StatusText(p.Status)), Status: p.Status}
	view.Path = untranslated(c.Path())
	view.Head.NoIndex = true
	texts := s.Frontend.Locale(string(k.lang))
	view.Head.Title = texts.T("error.status", "status", view.Number())
	if texts.Has("error." + p.Code) {
		view.What, view.Next = sentences(p.Detail)
	}
	if p.retryAfter > 0 {
		view.RetryAfter = seconds(p.retryAfter)
	}
	if c.Method() == http.MethodGet {
		view.Way = s.wayOut(k, p.Code)
		if p.Status == http.StatusForbidden && k.SignedIn() {
			view.Way = frontend.Way{Href: withQuery(k.path("sign-in"), "next", view.In(string(k.lang))), Words: texts.T("error.another")}
		}
	}
	if p.Status >= http.StatusInternalServerError {
		view.Request = p.RequestID
		view.Again = c.Method() == http.MethodGet // what was sent is not sent twice
	}
	return s.show(k, p.Status, view)
}

// local keeps an address given by a form on this site: a path, never another
// host ("//host", "/\host"), else home.
func local(k *call, to string) string {
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t\x00") {
		return k.path()
	}
	return to
}
