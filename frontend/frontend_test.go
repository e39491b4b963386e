package frontend_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"salon/frontend"
)

// look writes the sample pages into a folder, to look at them in a browser.
var look = flag.String("look", "", "write the sample pages into this folder")

func newSite(t *testing.T) *frontend.Site {
	t.Helper()
	site, err := frontend.NewSite()
	if err != nil {
		t.Fatal(err)
	}
	return site
}

// walk visits every element of a document.
func walk(n *html.Node, visit func(*html.Node)) {
	if n.Type == html.ElementNode {
		visit(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, visit)
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func TestEveryPageIsSafeAndComplete(t *testing.T) {
	site := newSite(t)
	if !frontend.Built() {
		t.Log("the frontend is not built: only the page that says so is seen here")
	}
	for _, lang := range frontend.Languages {
		for name, view := range samples(lang) {
			t.Run(lang+" "+name, func(t *testing.T) {
				var b bytes.Buffer
				if err := site.Render(&b, view); err != nil {
					t.Fatal(err)
				}
				if *look != "" {
					if err := os.WriteFile(filepath.Join(*look, name+"."+lang+".html"), b.Bytes(), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				checkPage(t, lang, b.Bytes())
			})
		}
	}
}

// checkPage checks what holds for every page: one title, one heading, no handler,
// style or script that a Content-Security-Policy would refuse, ids used once.
func checkPage(t *testing.T, lang string, page []byte) {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	headings, ids := 0, map[string]bool{}
	walk(doc, func(n *html.Node) {
		switch n.Data {
		case "h1":
			headings++
		case "html":
			if attr(n, "lang") != lang {
				t.Errorf("the page is marked %q, want %q", attr(n, "lang"), lang)
			}
		case "title":
			if n.FirstChild == nil || strings.TrimSpace(n.FirstChild.Data) == "" {
				t.Error("the page has no title")
			}
		case "script":
			if kind := attr(n, "type"); attr(n, "src") == "" && kind != "application/json" && kind != "application/ld+json" {
				t.Errorf("a script of type %q runs inline", kind)
			}
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
				t.Errorf("<%s> has the attribute %s", n.Data, a.Key)
			}
			if a.Key == "id" && ids[a.Val] {
				t.Errorf("the id %q is used twice", a.Val)
			} else if a.Key == "id" {
				ids[a.Val] = true
			}
		}
	})
	if headings != 1 && !bytes.Contains(page, []byte(`id="island"`)) {
		t.Errorf("the page has %d main headings, want 1", headings)
	}
	if bytes.Contains(page, []byte("ZgotmplZ")) {
		t.Error("a value was refused by the template engine")
	}
	if key := keyShown.Find(page); key != nil {
		t.Errorf("the text of %s is missing", key)
	}
}

// keyShown finds a key shown in place of its text.
var keyShown = regexp.MustCompile(`>(?:nav|fair|fairs|offer|offers|stand|talk|booking|release|draw|error|signin|demo|outbox|island|footer|date)\.[a-z0-9.]+<`)

func TestAFairSaysWhatThereIsNotYetOrNoMore(t *testing.T) {
	site, views := newSite(t), samples("fr")
	for name, words := range map[string][]string{
		"fair-before": {"Aucune entreprise n’a encore de stand", "Le salon n’est pas encore ouvert"},
		"fair-over":   {"Le salon est terminé", "restent dans"},
		"fairs-none":  {"Revenez bientôt"},
		"error-503":   {"Le salon fait une courte pause", ">Réessayer</a>"},
	} {
		var b bytes.Buffer
		if err := site.Render(&b, views[name]); err != nil {
			t.Fatal(err)
		}
		for _, said := range words {
			if frontend.Built() && !strings.Contains(b.String(), said) {
				t.Errorf("%s does not say %q", name, said)
			}
		}
	}
}

func TestOnlyAnOpenOfferCarriesAJobPosting(t *testing.T) {
	site := newSite(t)
	for name, view := range samples("fr") {
		var b bytes.Buffer
		if err := site.Render(&b, view); err != nil {
			t.Fatal(err)
		}
		open := strings.HasPrefix(name, "offer") && !strings.HasPrefix(name, "offers") && name != "offer-closed"
		if has := strings.Contains(b.String(), "application/ld+json"); has != open {
			t.Errorf("%s: has a job posting: %v, want %v", name, has, open)
		}
		if strings.Contains(b.String(), `title":"</script>`) {
			t.Errorf("%s: the job posting ends its own script element", name)
		}
	}
}

// TestTheOfferListIsLight weighs what a first visit to a full page of offers loads,
// compressed as it is sent: the page with its style sheet, the font, the icons, the
// script. The budget is 30 KB of which 5 KB of script.
func TestTheOfferListIsLight(t *testing.T) {
	if !frontend.Built() {
		t.Log("the frontend is not built: there is nothing to weigh")
		return
	}
	list, ok := samples("fr")["offers"].(*frontend.OffersPage)
	if !ok {
		t.Fatal("the sample is not a list of offers")
	}
	for len(list.Offers) < 20 {
		list.Offers = append(list.Offers, list.Offers[len(list.Offers)%3])
	}
	var page bytes.Buffer
	if err := newSite(t).Render(&page, list); err != nil {
		t.Fatal(err)
	}
	total, script := compressed(t, page.Bytes()), 0
	for _, found := range regexp.MustCompile(`/assets/([\w.-]+\.(\w+))`).FindAllSubmatch(unique(page.Bytes()), -1) {
		raw, err := fs.ReadFile(frontend.Assets(), string(found[1]))
		if err != nil {
			t.Fatal(err)
		}
		weight := compressed(t, raw)
		if string(found[2]) == "js" {
			script += weight
		}
		total += weight
	}
	t.Logf("%d bytes, of which %d of script", total, script)
	if total > 30<<10 || script > 5<<10 {
		t.Errorf("a first visit loads %d bytes, of which %d of script", total, script)
	}
}

// unique leaves one mention of each asset in a page; the sprite of the scripts and
// what completes a search are only named, not loaded.
func unique(page []byte) []byte {
	seen := map[string]bool{}
	return regexp.MustCompile(`/assets/[\w.-]+`).ReplaceAllFunc(page, func(name []byte) []byte {
		if seen[string(name)] || bytes.HasPrefix(name, []byte("/assets/tools-")) || bytes.HasPrefix(name, []byte("/assets/suggest-")) {
			return nil
		}
		seen[string(name)] = true
		return name
	})
}

func compressed(t *testing.T, raw []byte) int {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(raw); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

func TestTheTwoLanguagesHaveTheSameTexts(t *testing.T) {
	keys := map[string]map[string]string{}
	for _, lang := range frontend.Languages {
		raw, err := os.ReadFile("src/locales/" + lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		texts := map[string]string{}
		if err := json.Unmarshal(raw, &texts); err != nil {
			t.Fatal(err)
		}
		keys[lang] = texts
	}
	place := regexp.MustCompile(`\{[a-z]+\}`)
	for key, fr := range keys["fr"] {
		en, ok := keys["en"][key]
		if !ok {
			t.Errorf("%s has no English text", key)
			continue
		}
		for _, p := range place.FindAllString(fr, -1) {
			if !strings.Contains(en, p) {
				t.Errorf("%s: the English text lacks %s", key, p)
			}
		}
	}
	for key := range keys["en"] {
		if _, ok := keys["fr"][key]; !ok {
			t.Errorf("%s has no French text", key)
		}
	}
}

func TestEveryKeyAndIconInUseExists(t *testing.T) {
	locales, err := frontend.Locales()
	if err != nil {
		t.Fatal(err)
	}
	icons, err := os.ReadFile("src/ui/icons.ts")
	if err != nil {
		t.Fatal(err)
	}
	public, _, _ := bytes.Cut(icons, []byte("scriptIcons"))
	// In templates: t "key" and icon "name"; in scripts: t('key') and icon="name".
	keyUse := regexp.MustCompile(`\bt[ (]["']([a-z][a-z0-9]*\.[a-z0-9.]+)["']`)
	iconUse := regexp.MustCompile(`\bicon[ =]"([a-z0-9-]+)"`)
	seen := 0
	for _, file := range sources(t) {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range keyUse.FindAllSubmatch(raw, -1) {
			seen++
			if !locales["fr"].Has(string(m[1])) {
				t.Errorf("%s uses the text %s, which does not exist", file, m[1])
			}
		}
		for _, m := range iconUse.FindAllSubmatch(raw, -1) {
			sprite := icons
			if strings.HasPrefix(file, "pages/") {
				sprite = public
			}
			if !bytes.Contains(sprite, []byte("'"+string(m[1])+"'")) {
				t.Errorf("%s uses the icon %s, which is not in its sprite", file, m[1])
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d uses of texts found: the search is broken", seen)
	}
	for status := 400; status < 600; status++ {
		p := frontend.ErrorPage{Status: status}
		for _, part := range []string{"what", "next"} {
			if !locales["en"].Has(p.Key(part)) {
				t.Errorf("status %d has no text %s", status, p.Key(part))
			}
		}
	}
}

// sources are the files that use texts.
func sources(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("pages/*.html")
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir("src", func(path string, d os.DirEntry, err error) error {
		if err == nil && !strings.HasSuffix(path, ".test.ts") && (strings.HasSuffix(path, ".ts") || strings.HasSuffix(path, ".svelte")) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
