package main

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// styled are the files a style sheet draws from; imported are the modules that a
// built script needs before it runs.
var (
	styled   = regexp.MustCompile(`url\(["']?(/[^"')]+)["']?\)`)
	imported = regexp.MustCompile(`(?:from|import)\s*"\./([^"]+)"`)
)

// partsOf lists what a browser loads at once with a page of this site, each once.
func partsOf(page []byte) []string {
	var parts []string
	add := func(address string) {
		address, _, _ = strings.Cut(address, "#")
		if strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "//") && !slices.Contains(parts, address) {
			parts = append(parts, address)
		}
	}
	for read := html.NewTokenizer(bytes.NewReader(page)); ; {
		switch read.Next() {
		case html.ErrorToken:
			return parts
		case html.TextToken: // a style sheet in the page; nothing else has this form
			for _, found := range styled.FindAllStringSubmatch(string(read.Raw()), -1) {
				add(found[1])
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			add(partOf(read.Token()))
		}
	}
}

// partOf is what an element loads, "" for nothing.
func partOf(t html.Token) string {
	of := map[string]string{}
	for _, a := range t.Attr {
		of[a.Key] = a.Val
	}
	switch t.Data {
	case "script", "img":
		return of["src"]
	case "use":
		return of["href"]
	case "link":
		if slices.Contains([]string{"stylesheet", "preload", "modulepreload", "icon"}, of["rel"]) {
			return of["href"]
		}
	}
	return ""
}

// importsOf lists the modules beside a script that it imports.
func importsOf(script string, body []byte) []string {
	if path.Ext(script) != ".js" {
		return nil
	}
	var found []string
	for _, name := range imported.FindAllSubmatch(body, -1) {
		found = append(found, path.Join(path.Dir(script), string(name[1])))
	}
	return found
}
