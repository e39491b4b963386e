package fair_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"salon/fair"
)

var codePattern = regexp.MustCompile(`^[a-z]+(\.[a-z]+)*$`)

// usedCodes collects the codes that the code of a folder names: string
// literals that are the code of E, Refuse, Problem and their helpers.
func usedCodes(t *testing.T, folder string, used map[string]bool) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	makers := []string{"E", "Refuse", "add", "reread", "Problem", "spend", "refuse"}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			var maker ast.Expr
			var args []ast.Expr
			switch n := n.(type) {
			case *ast.CallExpr:
				maker, args = n.Fun, n.Args
			case *ast.CompositeLit:
				maker, args = n.Type, n.Elts
				if maker == nil && len(args) == 2 { // an element of []Problem
					maker = ast.NewIdent("Problem")
				}
			}
			if selector, ok := maker.(*ast.SelectorExpr); ok {
				maker = selector.Sel
			}
			ident, ok := maker.(*ast.Ident)
			if !ok || len(args) == 0 || !slices.Contains(makers, ident.Name) {
				return true
			}
			last := len(args) - 1
			if ident.Name == "spend" { // the uses come after the code
				last = 1
			}
			if code, ok := args[last].(*ast.BasicLit); ok && code.Kind == token.STRING {
				if text, err := strconv.Unquote(code.Value); err == nil && codePattern.MatchString(text) {
					used[text] = true
				}
			}
			return true
		})
	}
}

func TestCodesListsWhatIsUsed(t *testing.T) {
	used := map[string]bool{}
	for _, folder := range []string{".", "service", "mongostore", "proof", "push", "issuer", "sheet"} {
		usedCodes(t, folder, used)
	}
	if len(used) < 80 {
		t.Fatalf("only %d codes were found: the search is broken", len(used))
	}
	for code := range used {
		if !slices.Contains(fair.Codes, code) {
			t.Errorf("%q is used and not listed", code)
		}
	}
	for _, code := range fair.Codes {
		if noun, unknown := strings.CutSuffix(code, ".unknown"); !used[code] && !(unknown && noun != "") {
			t.Errorf("%q is listed and not used", code)
		}
	}
	if !slices.IsSorted(fair.Codes) {
		t.Error("the list is not sorted")
	}
}

func TestEveryCodeHasATextInBothLanguages(t *testing.T) {
	for _, lang := range []string{"fr", "en"} {
		raw, err := os.ReadFile(filepath.Join("..", "frontend", "src", "locales", lang+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]string
		if err := json.Unmarshal(raw, &texts); err != nil {
			t.Fatal(err)
		}
		if len(slices.Collect(maps.Keys(texts))) == 0 {
			t.Fatalf("%s holds no text", lang)
		}
		for _, code := range fair.Codes {
			if texts["error."+code] == "" {
				t.Errorf("%s has no text for error.%s", lang, code)
			}
		}
	}
}
