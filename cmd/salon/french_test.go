package main

import (
	"encoding/json"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
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

// otherMail are the words for one thing that are not the one each language keeps to:
// "courriel", that of French public services, and "e-mail". Names in braces are none
// of them.
var otherMail = map[string]*regexp.Regexp{
	"fr": regexp.MustCompile(`(?i)(?:^|[^\pL{])(?:e-?mail|mail|mél)s?(?:$|[^\pL}])`),
	"en": regexp.MustCompile(`(?i)(?:^|[^\pL{-])(?:email|mail|courriel)s?(?:$|[^\pL}])`),
}

func TestTheTextsHaveOneWordForMail(t *testing.T) {
	for lang, other := range otherMail {
		for key, text := range texts(t, lang) {
			if found := other.FindString(text); found != "" {
				t.Errorf("%s.json: %s has another word for it, %q: %s", lang, key, found, text)
			}
		}
	}
}

// texts are those of a locale file, by key.
func texts(t *testing.T, lang string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	if err := json.Unmarshal(read(t, "frontend/src/locales/"+lang+".json"), &texts); err != nil {
		t.Fatal(err)
	}
	return texts
}

func TestNoFrenchTextBreaksBeforeItsPunctuation(t *testing.T) {
	for key, text := range texts(t, "fr") {
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

// straight are the keys whose texts are names of the State's lists, in the spelling
// of the lists.
var straight = []string{"romeLibelle", "appellationlibelle", "lieuTravail"}

func TestTheDemoIsWrittenLikeTheScreens(t *testing.T) {
	inQuotes := regexp.MustCompile(`\pL'\pL`)
	var look func(name string, v any)
	look = func(name string, v any) {
		switch v := v.(type) {
		case string:
			if strings.Contains(v, "'") || breaking.MatchString(v) {
				t.Errorf("%s: a straight apostrophe, or a breaking space before a French sign, in %s", name, v)
			}
		case []any:
			for _, one := range v {
				look(name, one)
			}
		case map[string]any:
			for key, one := range v {
				if !slices.Contains(straight, key) {
					look(name, one)
				}
			}
		}
	}
	for _, name := range trackedFiles(t) {
		if strings.HasPrefix(name, "fair/demo/") && path.Ext(name) == ".json" {
			var content any
			if err := json.Unmarshal(read(t, name), &content); err != nil {
				t.Fatal(err)
			}
			look(name, content)
		}
	}
	inspect(t, func(name string, files *token.FileSet, file *ast.File) {
		if !strings.HasPrefix(name, "fair/demo/") || strings.HasSuffix(name, "_test.go") {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if words, ok := n.(*ast.BasicLit); ok && words.Kind == token.STRING && inQuotes.MatchString(words.Value) {
				t.Errorf("%s: a straight apostrophe in %s", files.Position(words.Pos()), words.Value)
			}
			return true
		})
	})
}
