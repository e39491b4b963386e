package web_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestEveryRefusalHasItsWords reads the code of the fair for every refusal it
// can make, and looks for its text in both languages.
func TestEveryRefusalHasItsWords(t *testing.T) {
	pages, err := readSite()
	if err != nil {
		t.Fatal(err)
	}
	codes := refusals(t)
	if len(codes) < 50 {
		t.Fatalf("only %d refusals found: the reading is wrong", len(codes))
	}
	for code, where := range codes {
		for _, lang := range []string{"fr", "en"} {
			if !pages.Locale(lang).Has("error." + code) {
				t.Errorf("%s (%s) has no text in %s", code, where, lang)
			}
		}
	}
}

// refusals maps each code given to E, Refuse or a Problem to where it is made.
func refusals(t *testing.T) map[string]string {
	t.Helper()
	codes := map[string]string{}
	set := token.NewFileSet()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "embedded") {
			return err
		}
		file, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 2 || (name(call.Fun) != "E" && name(call.Fun) != "Refuse") {
				return true
			}
			if literal, ok := call.Args[1].(*ast.BasicLit); ok {
				if code, err := strconv.Unquote(literal.Value); err == nil {
					codes[code] = set.Position(call.Pos()).String()
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return codes
}

// name is the last word of a function's name.
func name(fun ast.Expr) string {
	switch fun := fun.(type) {
	case *ast.SelectorExpr:
		return fun.Sel.Name
	case *ast.Ident:
		return fun.Name
	}
	return ""
}
