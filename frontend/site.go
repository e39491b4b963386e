package frontend

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"strings"
)

// Site renders the pages. It is made once and then only read.
type Site struct {
	locales   map[string]*Locale
	pages     map[string]map[string]*template.Template // by language, then by name
	manifest  manifest
	style     template.CSS
	styleHash string
}

// NewSite parses every page in every language. An error is a fault of the
// templates or of the build, and worth stopping the start for.
func NewSite() (*Site, error) {
	s := &Site{}
	var err error
	if s.locales, err = Locales(); err != nil {
		return nil, err
	}
	if s.manifest, err = readManifest(); err != nil {
		return nil, err
	}
	if err := s.readStyle(); err != nil {
		return nil, err
	}
	s.pages = make(map[string]map[string]*template.Template, len(Languages))
	for _, lang := range Languages {
		if s.pages[lang], err = s.parse(s.locales[lang]); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Locale is the texts of a language; an unknown language gets French.
func (s *Site) Locale(lang string) *Locale {
	if l, ok := s.locales[lang]; ok {
		return l
	}
	return s.locales[Languages[0]]
}

// StyleHash is the source expression, without quotes, that allows the one inline
// style sheet in a Content-Security-Policy: "sha256-…". It is "" before a build.
func (s *Site) StyleHash() string { return s.styleHash }

// Script is the name, among the assets, of the script of an entry; "" before a
// build.
func (s *Site) Script(entry string) string {
	js, _, _, _ := s.manifest.entry(entry)
	return strings.TrimPrefix(js, "/assets/")
}

// Render writes a page. The page is made whole in memory first, so that a template
// that fails writes nothing and the caller can still answer with an error.
// Before a build it writes the page that says to run make.
func (s *Site) Render(w io.Writer, v View) error {
	p, name := v.page(), v.template()
	lang := s.Locale(p.Lang).Lang()
	if !Built() {
		name = "unbuilt"
	}
	return s.render(w, s.pages[lang][name], name, v)
}

func (s *Site) render(w io.Writer, t *template.Template, name string, v any) error {
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "layout", v); err != nil {
		return fmt.Errorf("render the page %s: %w", name, err)
	}
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("write the page %s: %w", name, err)
	}
	return nil
}

// readStyle takes the style sheet of the public pages, which is inlined in each.
func (s *Site) readStyle() error {
	_, css, _, ok := s.manifest.entry("public")
	if !ok {
		return nil
	}
	var b strings.Builder
	for _, file := range css {
		raw, err := fs.ReadFile(dist, "dist"+file)
		if err != nil {
			return fmt.Errorf("read the style sheet of the public pages: %w", err)
		}
		b.Write(raw)
	}
	sum := sha256.Sum256([]byte(b.String()))
	s.style = template.CSS(b.String()) //nolint:gosec // our own build
	s.styleHash = "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
	return nil
}

// parse makes one set per page: the layout, the pieces shared by pages, the page.
func (s *Site) parse(l *Locale) (map[string]*template.Template, error) {
	base, err := template.New("base").Funcs(s.funcs(l)).
		ParseFS(pageFiles, "pages/layout.html", "pages/pieces.html")
	if err != nil {
		return nil, fmt.Errorf("parse the layout: %w", err)
	}
	files, err := fs.Glob(pageFiles, "pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("list the pages: %w", err)
	}
	set := make(map[string]*template.Template, len(files))
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".html")
		if name == "layout" || name == "pieces" {
			continue
		}
		t, err := base.Clone()
		if err != nil {
			return nil, fmt.Errorf("copy the layout: %w", err)
		}
		if name == "shell" {
			// Its island loads the sprite of the scripts, which holds all: one is enough.
			t.Funcs(template.FuncMap{"icon": iconOf(asset("tools-", ".svg"))})
		}
		if set[name], err = t.ParseFS(pageFiles, file); err != nil {
			return nil, fmt.Errorf("parse the page %s: %w", name, err)
		}
	}
	return set, nil
}
