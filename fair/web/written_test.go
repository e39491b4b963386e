package web_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// attempt breaks out of an attribute, a script and a text at once.
const attempt = `"'></script><img src=x onerror=alert(1)>`

// TestWhatPeopleWriteIsInertWhereverItIsShown writes the attempt into every text of
// every body of the API, one at a time, on the real engine, and reads every page
// and feed afterwards, as those who may.
func TestWhatPeopleWriteIsInertWhereverItIsShown(t *testing.T) {
	e := &everyField{house: newHouse(t)}
	written := e.writeEverywhere()
	met := 0
	for _, route := range slices.Sorted(maps.Keys(samples)) {
		if !strings.HasPrefix(route, "GET ") || strings.HasPrefix(route, "GET /api/") || strings.HasPrefix(route, "GET /assets/") || strings.HasPrefix(route, "GET /pictures/") {
			continue
		}
		for _, who := range []string{"candidate", "recruiter", "organiser at rencontres-2021"} {
			kind, content := e.get(who, route)
			met += strings.Count(content, "alert(1)")
			inert(t, route, kind, content)
		}
	}
	t.Logf("%d of %d texts were taken; they are shown %d times", written, e.tried, met)
	if written < 50 || met < 100 {
		t.Errorf("only %d texts were taken and shown %d times", written, met)
	}
}

// writeEverywhere writes the attempt wherever it is taken, and sees to it that no
// address of a link is one of a script.
func (e *everyField) writeEverywhere() (written int) {
	e.t.Helper()
	_, raw := e.request("", "GET /api/openapi.json", "")
	var d described
	e.must(json.Unmarshal([]byte(raw), &d))
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for method, op := range d.Paths[path] {
			route := strings.ToUpper(method) + " " + strings.NewReplacer("{", ":", "}", "").Replace(path)
			if method == "delete" || strings.Contains(path, "/sign-") {
				continue
			}
			for _, at := range e.bodyTexts(d, op) {
				body, err := json.Marshal(with(e.good(route), at, attempt))
				e.must(err)
				if status, _ := e.try(whoAt(route), route, e.revised(route, string(body))); status < 300 {
					written++
				}
				if last := at[len(at)-1]; last != "url" && last != "endpoint" {
					continue
				}
				for _, evil := range []string{"javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "//evil.example", "https://a@evil.example", " https://a.example\x00"} {
					body, err := json.Marshal(with(e.good(route), at, evil))
					e.must(err)
					if status, answer := e.try(whoAt(route), route, e.revised(route, string(body))); status < 400 {
						e.t.Errorf("%s takes %q as an address: %d %.300s", route, evil, status, answer)
					}
				}
			}
		}
	}
	return written
}

// revised puts the present revision of what is changed into a body.
func (e *everyField) revised(route, body string) string {
	e.t.Helper()
	if !strings.Contains(body, `"rev":1`) {
		return body
	}
	for _, look := range [][2]string{
		{"/offers/:offer", "GET /api/v1/offers/:offer/desk"}, {"/stands/:stand", "GET /api/v1/stands/:stand/edit"}, {"/rules", "GET /api/v1/fairs/:fair/rules"},
		{"/webconferences/", "GET /api/v1/webconferences/:talk/edit"}, {"/applications/", "GET /api/v1/stands/:stand/applications"},
	} {
		if !strings.Contains(route, look[0]) {
			continue
		}
		_, answer := e.request(whoAt(look[1]), look[1], "")
		if _, rest, found := strings.Cut(answer, `"rev":`); found {
			rev := rest[:strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })]
			return strings.Replace(body, `"rev":1`, `"rev":`+rev, 1)
		}
	}
	return body
}

// get reads a page or a feed.
func (e *everyField) get(who, route string) (kind, content string) {
	e.t.Helper()
	_, content = e.request(who, route, "")
	switch {
	case strings.HasPrefix(content, "<?xml"):
		return "xml", content
	case strings.HasPrefix(content, "<!"):
		return "html", content
	}
	return "", content
}

// inert sees to it that nothing in a document runs but what is ours.
func inert(t *testing.T, where, kind, content string) {
	t.Helper()
	switch kind {
	case "html":
		page, err := html.Parse(strings.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		for node := range page.Descendants() {
			if node.Type == html.ElementNode {
				calm(t, where, node)
			}
		}
	case "xml":
		for read := xml.NewDecoder(strings.NewReader(content)); ; {
			token, err := read.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Errorf("%s is no XML: %v", where, err)
				break
			}
			if tag, is := token.(xml.StartElement); is && slices.Contains([]string{"script", "img"}, tag.Name.Local) {
				t.Errorf("%s holds <%s>", where, tag.Name.Local)
			}
		}
	}
}

// calm looks at one element: no handler, no address that runs, no script but files
// of ours and data.
func calm(t *testing.T, where string, node *html.Node) {
	t.Helper()
	var kind, source string
	for _, a := range node.Attr {
		value := strings.ToLower(strings.TrimSpace(a.Val))
		if strings.HasPrefix(a.Key, "on") || a.Key == "srcdoc" || strings.ContainsAny(a.Key, `"'<`) {
			t.Errorf("%s: <%s %s=%q>", where, node.Data, a.Key, a.Val)
		}
		for _, runs := range []string{"javascript:", "data:text", "vbscript:"} {
			if strings.HasPrefix(value, runs) {
				t.Errorf("%s: <%s %s=%q>", where, node.Data, a.Key, a.Val)
			}
		}
		switch a.Key {
		case "src":
			source = a.Val
		case "type":
			kind = a.Val
		}
	}
	switch node.Data {
	case "script":
		data := kind == "application/ld+json" || kind == "application/json"
		if source == "" && !data || source != "" && !strings.HasPrefix(source, "/") {
			t.Errorf("%s: a script of type %q from %q", where, kind, source)
		}
		if data && (node.FirstChild == nil || !json.Valid([]byte(node.FirstChild.Data))) {
			t.Errorf("%s: data that is no JSON", where)
		}
	case "img":
		if !strings.HasPrefix(source, "/") && !strings.HasPrefix(source, "data:image/") {
			t.Errorf("%s: a picture from %q", where, source)
		}
	case "iframe", "object", "embed", "base":
		t.Errorf("%s: <%s>", where, node.Data)
	}
}
