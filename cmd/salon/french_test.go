package main

import (
	"encoding/json"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	// breaking is a French sign that a line may end before, or a quotation mark
	// that its words may leave. Texts have U+00A0 there.
	breaking = regexp.MustCompile(`\s[:;!?»%]|«\s`)
	// quoting is the part of it that means nothing but French in a source.
	quoting = regexp.MustCompile(` »|« |\pL [:;!?](?:\s|$)`)
)

func TestNoFrenchTextBreaksBeforeItsPunctuation(t *testing.T) {
	texts := map[string]string{}
	if err := json.Unmarshal(read(t, "frontend/src/locales/fr.json"), &texts); err != nil {
		t.Fatal(err)
	}
	for key, text := range texts {
		if found := breaking.FindString(text); found != "" {
			t.Errorf("fr.json: %s has %q, where only U+00A0 belongs: %s", key, found, text)
		}
	}
	inspect(t, func(name string, files *token.FileSet, file *ast.File) {
		if strings.HasSuffix(name, "_test.go") {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if words, ok := n.(*ast.BasicLit); ok && words.Kind == token.STRING {
				if text, err := strconv.Unquote(words.Value); err != nil || quoting.MatchString(text) {
					t.Errorf("%s: a French sign follows a breaking space in %s", files.Position(words.Pos()), words.Value)
				}
			}
			return true
		})
	})
	for _, name := range trackedFiles(t) {
		if kind := path.Ext(name); kind == ".svelte" || kind == ".html" {
			if found := regexp.MustCompile(` »|« |} [:;!] *<`).Find(read(t, name)); found != nil {
				t.Errorf("%s has %q in its markup, where only U+00A0 belongs", name, found)
			}
		}
	}
}
