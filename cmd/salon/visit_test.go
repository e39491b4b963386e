package main

import (
	"io"
	"net/http"
	"net/http/httputil"
	"path/filepath"
	"regexp"
	"testing"

	"salon/frontend"
)

// lightVisit is what a first visit to a fair's page may cost on the wire, in bytes,
// heads of answers included.
const lightVisit = 30_000

// loaded is what a browser fetches with a page; scripts that a page only names are
// in attributes of their own.
var loaded = regexp.MustCompile(`(?: (?:href|src)="|url\()(/assets/[\w.-]+)`)

func TestAFirstVisitToTheDemosFairIsLight(t *testing.T) {
	if !frontend.Built() {
		t.Log("the frontend is not built: there is nothing to weigh")
		return
	}
	server := start(t, filepath.Join(t.TempDir(), "data"))
	total := server.weigh(t, "/fairs/rencontres-2021")
	seen := map[string]bool{}
	for _, found := range loaded.FindAllStringSubmatch(server.page(t, "/fairs/rencontres-2021"), -1) {
		if name := found[1]; !seen[name] {
			seen[name] = true
			total += server.weigh(t, name)
		}
	}
	t.Logf("%d bytes in %d answers", total, len(seen)+1)
	if total > lightVisit || len(seen) < 4 { // font, icons, script, favicon
		t.Errorf("a first visit loads %d bytes in %d answers, more than %d, or not all was found", total, len(seen)+1, lightVisit)
	}
}

// weigh counts the bytes of an answer to a browser over HTTP/1.1.
func (r *running) weigh(t *testing.T, path string) int {
	t.Helper()
	res := r.get(t, path, "gzip, deflate, br, zstd")
	defer res.Body.Close()
	raw, err := httputil.DumpResponse(res, true)
	if err != nil {
		t.Fatal(err)
	}
	return len(raw)
}

func (r *running) page(t *testing.T, path string) string {
	t.Helper()
	res := r.get(t, path, "identity")
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func (r *running) get(t *testing.T, path, encodings string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+r.addr+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", encodings)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		res.Body.Close()
		t.Fatalf("%s answers %d", path, res.StatusCode)
	}
	return res
}
