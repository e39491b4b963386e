package frontend

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

func (*FairsPage) template() string         { return "fairs" }
func (*FairPage) template() string          { return "fair" }
func (*OffersPage) template() string        { return "offers" }
func (*OfferPage) template() string         { return "offer" }
func (*StandPage) template() string         { return "stand" }
func (*DrawPage) template() string          { return "draw" }
func (*ProgrammePage) template() string     { return "programme" }
func (*WebconferencePage) template() string { return "webconference" }
func (*SignInPage) template() string        { return "signin" }
func (*InvitationPage) template() string    { return "invitation" }
func (*ElsewherePage) template() string     { return "elsewhere" }
func (*AddressPage) template() string       { return "address" }
func (*AccountPage) template() string       { return "account" }
func (*ReportPage) template() string        { return "report" }
func (*PaperPage) template() string         { return "paper" }
func (*DataPage) template() string          { return "data" }
func (*SearchesPage) template() string      { return "searches" }
func (*StopPage) template() string          { return "stop" }
func (*ProtectPage) template() string       { return "protect" }
func (*DemoPage) template() string          { return "demo" }
func (*OutboxPage) template() string        { return "outbox" }
func (*ErrorPage) template() string         { return "error" }
func (*ShellPage) template() string         { return "shell" }

// Languages are the languages of the site, the first one being the default.
var Languages = []string{"fr", "en"}

// Path makes the address of a page: French at the root, English under /en. Parts
// are escaped, so that Path("en", "fairs", slug) is "/en/fairs/…".
func Path(lang string, parts ...string) string {
	var b strings.Builder
	if lang != Languages[0] {
		b.WriteString("/" + lang)
	}
	for _, p := range parts {
		b.WriteString("/" + url.PathEscape(p))
	}
	if b.Len() == 0 {
		return "/"
	}
	return b.String()
}

// In is the address of this page in a language, with its query.
func (p *Page) In(lang string) string {
	return withQuery(p.at(lang), p.Query)
}

// Canonical is the one address of the page in its language.
func (p *Page) Canonical() string {
	return withQuery(p.Origin+p.at(p.Lang), p.Head.CanonicalQuery)
}

// Alternate is the absolute address of the page in a language.
func (p *Page) Alternate(lang string) string {
	return withQuery(p.Origin+p.at(lang), p.Head.CanonicalQuery)
}

func (p *Page) at(lang string) string {
	if lang == Languages[0] {
		return p.Path
	}
	return strings.TrimSuffix("/"+lang+p.Path, "/")
}

func withQuery(path, query string) string {
	if query == "" {
		return path
	}
	return path + "?" + query
}

// Under tells whether the page is in a section of its fair, such as "offers".
func (p *Page) Under(section string) bool {
	if p.Fair == nil {
		return false
	}
	rest, ok := strings.CutPrefix(p.Path, "/fairs/"+p.Fair.Slug+"/"+section)
	return ok && (rest == "" || rest[0] == '/')
}

// IsDark tells whether the page is a room, which is dark.
func (p *Page) IsDark() bool { return false }

// IsDark tells whether the page is a room, which is dark.
func (s *ShellPage) IsDark() bool { return s.Dark }

// Number is the status as three digits, never grouped.
func (e *ErrorPage) Number() string { return strconv.Itoa(e.Status) }

// statusesWithWords are those that have words of their own in the locale files.
var statusesWithWords = []int{400, 401, 403, 404, 409, 410, 413, 422, 429, 500, 503}

// Key is the key of a text about the status; part is "what" or "next". A status
// without words of its own gets those of its family.
func (e *ErrorPage) Key(part string) string {
	status := e.Status
	if !slices.Contains(statusesWithWords, status) {
		status = 400
		if e.Status >= 500 {
			status = 500
		}
	}
	return "error." + strconv.Itoa(status) + "." + part
}

// Encode writes the search as the query of a page of its results; page 1 and empty
// fields are left out, so that each result page has one address.
func (s OfferSearch) Encode(page int) string {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("q", s.Q)
	set("contract", s.Contract)
	set("rome", s.Rome)
	set("commune", s.Commune)
	set("stand", s.Stand)
	set("hours", s.Hours)
	set("experience", s.Experience)
	set("sort", s.Sort)
	if s.Accessible {
		q.Set("accessible", "true")
	}
	if s.Now {
		q.Set("now", "true")
	}
	if s.Radius > 0 {
		q.Set("radius", strconv.Itoa(s.Radius))
	}
	if page > 1 {
		q.Set("page", strconv.Itoa(page))
	}
	return q.Encode()
}

// More counts the active filters that are folded away.
func (s OfferSearch) More() int {
	n := 0
	for _, active := range []bool{s.Radius > 0, s.Rome != "", s.Stand != "", s.Hours != "", s.Experience != "", s.Accessible, s.Now} {
		if active {
			n++
		}
	}
	return n
}

// Radii are the choices of the form, in kilometres.
func (p *OffersPage) Radii() []int { return []int{0, 5, 10, 20} }

// PagerLink is one element of the pager.
type PagerLink struct {
	Number  int
	Query   string
	Current bool
	// Gap stands for pages left out.
	Gap bool
	// Rel is "prev", "next" or "".
	Rel string
}

// Pager is the links to the other pages of results: the previous one, the first,
// those beside this one, the last, the next.
func (p *OffersPage) Pager() []PagerLink {
	var links []PagerLink
	if p.PageNumber > 1 {
		links = append(links, PagerLink{Number: p.PageNumber - 1, Query: p.Search.Encode(p.PageNumber - 1), Rel: "prev"})
	}
	last := 0
	for n := 1; n <= p.Pages; n++ {
		if n != 1 && n != p.Pages && (n < p.PageNumber-1 || n > p.PageNumber+1) {
			continue
		}
		if n > last+1 {
			links = append(links, PagerLink{Gap: true})
		}
		links = append(links, PagerLink{Number: n, Query: p.Search.Encode(n), Current: n == p.PageNumber})
		last = n
	}
	if p.PageNumber < p.Pages {
		links = append(links, PagerLink{Number: p.PageNumber + 1, Query: p.Search.Encode(p.PageNumber + 1), Rel: "next"})
	}
	return links
}
