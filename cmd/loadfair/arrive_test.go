package main

import (
	"compress/gzip"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// lobby is a server with one page and what it shows.
type lobby struct {
	asked   atomic.Int64
	refuses string // a path that is refused
}

func (h *lobby) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.asked.Add(1)
	switch {
	case r.URL.Path == h.refuses:
		w.WriteHeader(http.StatusTooManyRequests)
	case r.Header.Get("Cookie") != "" || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip"):
		w.WriteHeader(http.StatusBadRequest)
	case r.URL.Path == "/fairs/f":
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Set-Cookie", "a=b")
		packed := gzip.NewWriter(w)
		defer packed.Close()
		fmt.Fprint(packed, lobbyPage)
	case strings.HasSuffix(r.URL.Path, ".js"):
		fmt.Fprint(w, `import{a as b}from"./c.js";import("./later.js")`)
	default:
		fmt.Fprint(w, strings.Repeat("x", 1000))
	}
}

const lobbyPage = `<!doctype html><link rel="alternate" href="/elsewhere"><link rel="preload" href="/a/font.woff2"><style>@font-face{src:url(/a/font.woff2)}
.x{background:url("/a/x.svg")}</style><script type="module" src="/a/p.js"></script><svg><use href="/a/i.svg#one"/></svg><svg><use href="/a/i.svg#two"/></svg>
<img src="https://other.example/a.png"><a href="/b">b</a>`

func TestAVisitLoadsAPageAsABrowserDoes(t *testing.T) {
	want := []string{"/a/font.woff2", "/a/x.svg", "/a/p.js", "/a/i.svg"}
	if got := partsOf([]byte(lobbyPage)); !slices.Equal(got, want) {
		t.Errorf("it loads %q, want %q", got, want)
	}
	h := &lobby{}
	s := httptest.NewServer(h)
	defer s.Close()
	v := (&arrive{target: target{URL: s.URL}, Patience: time.Minute}).visit(t.Context(), "/fairs/f")
	if v.err != nil || v.requests != 6 || h.asked.Load() != 6 || v.bytes < 3000 || v.bytes > 6000 || v.page > v.all {
		t.Errorf("the visit is %+v of %d requests; want the page, four parts and one import", v, h.asked.Load())
	}
}

func TestArrivingTellsAServerThatHoldsFromOneThatRefuses(t *testing.T) {
	for _, refuses := range []string{"", "/fairs/f", "/a/c.js"} {
		s := httptest.NewServer(&lobby{refuses: refuses})
		err := (&arrive{target: target{URL: s.URL, Fair: "f"}, Visits: 5, Within: time.Millisecond, Patience: time.Minute}).Run(t.Context())
		s.Close()
		if refuses == "" != (err == nil) || err != nil && !strings.Contains(err.Error(), "5 visits failed (5: "+refuses+" answers 429)") {
			t.Errorf("it refuses %q: got %v", refuses, err)
		}
	}
}
