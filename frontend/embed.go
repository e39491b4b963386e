package frontend

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// dist is what Vite built; in a fresh clone it holds only .gitkeep.
//
//go:embed all:dist
var dist embed.FS

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed src/locales/fr.json src/locales/en.json
var localeFiles embed.FS

// Built tells whether the binary was linked with a built frontend.
func Built() bool {
	_, err := fs.Stat(dist, "dist/.vite/manifest.json")
	return err == nil
}

// Assets is the file system to serve under /assets/. Every name in it carries a
// hash of its content, so answers may be cached for a year as immutable. It is
// empty when the frontend has not been built.
func Assets() fs.FS {
	sub, err := fs.Sub(dist, "dist/assets")
	if err != nil {
		panic("frontend: dist/assets is not a valid path: " + err.Error())
	}
	return sub
}

// chunk is one record of Vite's manifest.
// Source: https://vite.dev/guide/backend-integration.
type chunk struct {
	File    string   `json:"file"`
	Name    string   `json:"name"`
	IsEntry bool     `json:"isEntry"`
	CSS     []string `json:"css"`
	Imports []string `json:"imports"`
}

// manifest finds the files of an entry by its name.
type manifest map[string]chunk

// readManifest reads the manifest of the embedded build; not built is an empty
// manifest, not an error.
func readManifest() (manifest, error) {
	m := manifest{}
	if !Built() {
		return m, nil
	}
	raw, err := dist.ReadFile("dist/.vite/manifest.json")
	if err != nil {
		return nil, fmt.Errorf("read the manifest of the build: %w", err)
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, fmt.Errorf("parse the manifest of the build: %w", err)
	}
	return m, nil
}

// entry answers the addresses of an entry: its script, its style sheets, and the
// modules it imports at once and that are worth preloading.
func (m manifest) entry(name string) (js string, css, preloads []string, ok bool) {
	for _, c := range m {
		if !c.IsEntry || c.Name != name {
			continue
		}
		seen := map[string]bool{}
		var walk func(chunk)
		walk = func(c chunk) {
			for _, f := range c.CSS {
				if !slices.Contains(css, "/"+f) {
					css = append(css, "/"+f)
				}
			}
			for _, key := range c.Imports {
				if !seen[key] {
					seen[key] = true
					preloads = append(preloads, "/"+m[key].File)
					walk(m[key])
				}
			}
		}
		walk(c)
		return "/" + c.File, css, preloads, true
	}
	return "", nil, nil, false
}

// asset answers the address of an emitted file that begins with stem and ends
// with ext, such as the font or the icon sprite, or "" when there is none.
func asset(stem, ext string) string {
	files, err := fs.ReadDir(dist, "dist/assets")
	if err != nil {
		return ""
	}
	for _, f := range files {
		if strings.HasPrefix(f.Name(), stem) && strings.HasSuffix(f.Name(), ext) {
			return "/assets/" + f.Name()
		}
	}
	return ""
}
