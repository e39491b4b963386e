package web_test

import (
	"compress/gzip"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"salon/fair/web"
)

// publicPages are one of every kind that search engines and newcomers meet.
var publicPages = []string{
	"/", "/fairs/rencontres", "/fairs/rencontres/offers", "/fairs/rencontres/offers?page=2", "/fairs/rencontres/offers/" + string(offerID),
	"/fairs/rencontres/stands/atelier-fiction", "/fairs/rencontres/programme", "/fairs/rencontres/webconferences/parole",
	"/fairs/rencontres/draws/" + string(drawID),
	"/fairs/rencontres/papers/privacy", "/fairs/rencontres/papers/accessibility", "/fairs/rencontres/papers/legal",
}

func TestEveryPublicPageIsFoundAndSharedInBothLanguages(t *testing.T) {
	app := serve(t, newDouble()).App()
	for _, path := range publicPages {
		french, english := site+path, site+inEnglish(path)
		for address, lang := range map[string]string{french: "fr", english: "en"} {
			_, page := ask(t, app, "GET", strings.TrimPrefix(address, site), "")
			wants := []string{
				`<link rel="canonical" href="` + address + `">`,
				`<link rel="alternate" hreflang="fr" href="` + french + `">`,
				`<link rel="alternate" hreflang="en" href="` + english + `">`,
				`<link rel="alternate" hreflang="x-default" href="` + french + `">`,
				`<meta property="og:url" content="` + address + `">`, `<meta property="og:type" content="website">`,
				`<meta property="og:title" content="`, `<meta property="og:locale" content="` + lang + "_", `<html lang="` + lang + `"`,
				`<meta name="description" content="`, `<meta property="og:description" content="`,
			}
			if path != "/" {
				wants = append(wants, `<meta property="og:image" content="`+site, `<meta property="og:site_name" content="`)
			}
			for _, want := range wants {
				if strings.Count(page, want) != 1 {
					t.Errorf("%s has %d times %s, want it once", address, strings.Count(page, want), want)
				}
			}
			if strings.Contains(page, "noindex") {
				t.Errorf("%s is kept from search engines", address)
			}
		}
	}
}

func inEnglish(path string) string { return strings.TrimSuffix("/en"+path, "/") }

func TestEveryPageIsFoundOrKeptFromSearchEngines(t *testing.T) {
	app := serve(t, newDouble()).App()
	_, robots := ask(t, app, "GET", "/robots.txt", "")
	if !strings.Contains(robots, "Sitemap: "+site+"/sitemap.xml\n") {
		t.Errorf("robots.txt names no map: %s", robots)
	}
	for route := range web.Table() {
		pattern, get := strings.CutPrefix(route, "GET ")
		if !get || strings.HasPrefix(pattern, "/api/") {
			continue
		}
		for _, path := range []string{fill(pattern), inEnglish(fill(pattern))} {
			res, page := ask(t, app, "GET", path, "")
			found, hidden := strings.Contains(page, `rel="canonical"`), strings.Contains(page, `content="noindex"`)
			if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") && found == hidden {
				t.Errorf("%s: found %v, kept from search engines %v", path, found, hidden)
			}
			if strings.Contains(res.Header.Get("Location"), "/sign-in") || hidden && res.StatusCode == 200 {
				found, hidden = false, true
			}
			place, _, _ := strings.Cut(strings.TrimPrefix(pattern, "/"), "/")
			rule := "\nDisallow: " + strings.TrimSuffix(path, strings.TrimPrefix(fill(pattern), "/"+place)) + "\n"
			if asked := !strings.Contains(robots, rule); res.StatusCode < 400 && (found && !asked || hidden && asked) {
				t.Errorf("%s: found %v, kept from search engines %v, but robots may come %v (%q)", path, found, hidden, asked, rule)
			}
		}
	}
}

func TestEveryPublicAnswerIsKeptAndPacked(t *testing.T) {
	const page, hour, minutes = "public, no-cache", "public, max-age=3600", "public, max-age=300"
	kept := map[string]string{
		"/pictures/rencontres": hour, "/robots.txt": hour, "/sitemap.xml": minutes, "/sitemaps/pages.xml": minutes,
		"/sitemaps/rencontres/offers.xml": minutes, "/feeds/rencontres": minutes, "/feeds/rencontres/jobs": minutes, "/worker.js": "no-cache",
	}
	for _, path := range publicPages {
		kept[path], kept[inEnglish(path)] = page, page
	}
	for _, keep := range []time.Duration{0, time.Second} {
		app := serve(t, newDouble(), func(c *web.Config) { c.KeepPages = keep }).App()
		for path, cache := range kept {
			plain, want := ask(t, app, "GET", path, "")
			if plain.StatusCode == 404 && path == "/worker.js" {
				continue // before a build
			}
			res, got := ask(t, app, "GET", path, "", "Accept-Encoding", "gzip, br")
			tag := res.Header.Get("ETag")
			if res.Header.Get("Cache-Control") != cache || tag == "" || tag != plain.Header.Get("ETag") {
				t.Errorf("%s: Cache-Control %q, want %q; ETag %q, before %q", path, res.Header.Get("Cache-Control"), cache, tag, plain.Header.Get("ETag"))
			}
			if packed := res.Header.Get("Content-Encoding") == "gzip"; packed {
				got = unpack(t, got)
			} else if len(got) >= 1024 && !strings.HasPrefix(path, "/pictures") {
				t.Errorf("%s: %d bytes are not packed", path, len(got))
			}
			if got != want || plain.Header.Get("Content-Encoding") != "" {
				t.Errorf("%s is not the same packed", path)
			}
			if vary := res.Header.Get("Vary"); cache == page && !strings.Contains(vary, "Cookie") || !strings.HasPrefix(path, "/pictures") && !strings.Contains(vary, "Accept-Encoding") {
				t.Errorf("%s: Vary %q", path, vary)
			}
			if res, again := ask(t, app, "GET", path, "", "If-None-Match", tag); res.StatusCode != 304 || again != "" {
				t.Errorf("%s again: %d, %d bytes", path, res.StatusCode, len(again))
			}
		}
	}
}

func unpack(t *testing.T, packed string) string {
	t.Helper()
	r, err := gzip.NewReader(strings.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

func TestWhatVisitorsAreShownIsMadeOnceAMoment(t *testing.T) {
	d := newDouble()
	var now atomic.Pointer[time.Time]
	now.Store(new(noon))
	var made atomic.Int64
	begun, goOn := make(chan struct{}), make(chan struct{})
	d.before = func(useCase string) error {
		if useCase == "FairFigures" && made.Add(1) == 1 {
			close(begun)
			<-goOn
		}
		return nil
	}
	const people = 21
	var told atomic.Int64
	clock := func() time.Time {
		if told.Add(1) == 2*people { // the log and the pages kept have asked the time for each: all are inside
			close(goOn)
		}
		return *now.Load()
	}
	app := serve(t, d, func(c *web.Config) { c.KeepPages, c.Clock = time.Second, clock }).App()
	look := func(path string, headers ...string) string {
		res, page := ask(t, app, "GET", path, "", headers...)
		if res.StatusCode != 200 {
			t.Errorf("%s: status %d", path, res.StatusCode)
		}
		return page
	}
	var crowd sync.WaitGroup
	crowd.Go(func() { look("/fairs/rencontres") })
	<-begun
	for range people - 1 {
		crowd.Go(func() { look("/fairs/rencontres") })
	}
	crowd.Wait()
	if n := made.Load(); n != 1 {
		t.Errorf("%d visitors at once: the page was made %d times", people, n)
	}
	for _, c := range []struct {
		who, path string
		headers   []string
		more      int64
	}{
		{"the next visitor", "/fairs/rencontres", nil, 0},
		{"one who reads English", "/en/fairs/rencontres", nil, 1},
		{"one with another query", "/fairs/rencontres?done=searchkept", nil, 1},
		{"one who has signed in", "/fairs/rencontres", []string{"Cookie", "__Host-salon=candidate"}, 1},
		{"a visitor after that one", "/fairs/rencontres", nil, 0},
	} {
		before := made.Load()
		page := look(c.path, c.headers...)
		if n := made.Load() - before; n != c.more || strings.Contains(page, `action="/sign-out"`) != (c.headers != nil) {
			t.Errorf("%s: the page was made %d times, want %d, or is somebody else's", c.who, n, c.more)
		}
	}
	now.Store(new(noon.Add(time.Second)))
	if before := made.Load(); look("/fairs/rencontres") == "" || made.Load() != before+1 {
		t.Error("a second later the page is as it was")
	}
}
