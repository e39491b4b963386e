package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The sizes nothing in the house may exceed.
const (
	longestFile     = 700     // lines of hand-written source
	longestFunction = 150     // lines, signature and braces included
	heaviestFile    = 1 << 20 // bytes of anything tracked
)

var handWritten = []string{".go", ".ts", ".svelte", ".css", ".html", ".mjs", ".lua", ".sh"}

func TestNoFileIsTooLong(t *testing.T) {
	for _, name := range trackedFiles(t) {
		content := read(t, name)
		if len(content) > heaviestFile {
			t.Errorf("%s weighs %d bytes, more than 1 MiB", name, len(content))
		}
		if !slices.Contains(handWritten, path.Ext(name)) || generated(content) {
			continue
		}
		if lines := bytes.Count(content, []byte("\n")); lines > longestFile {
			t.Errorf("%s has %d lines, more than %d", name, lines, longestFile)
		}
	}
}

func TestNoFunctionIsTooLong(t *testing.T) {
	inspect(t, func(name string, files *token.FileSet, file *ast.File) {
		for _, declared := range file.Decls {
			function, ok := declared.(*ast.FuncDecl)
			if !ok {
				continue
			}
			lines := files.Position(function.End()).Line - files.Position(function.Pos()).Line + 1
			if lines > longestFunction {
				t.Errorf("%s: %s has %d lines, more than %d", name, function.Name.Name, lines, longestFunction)
			}
		}
	})
}

func TestEveryPackageAndEveryExportedNameIsDocumented(t *testing.T) {
	documented := map[string]bool{}
	inspect(t, func(name string, files *token.FileSet, file *ast.File) {
		if strings.HasSuffix(name, "_test.go") {
			return
		}
		pkg := path.Dir(name)
		documented[pkg] = documented[pkg] || file.Doc != nil
		for _, declared := range file.Decls {
			for _, bare := range undocumented(declared) {
				t.Errorf("%s: %s is exported without a comment", files.Position(bare.Pos()), bare.Name)
			}
		}
	})
	for pkg, has := range documented {
		if !has {
			t.Errorf("package %s has no package comment", pkg)
		}
	}
}

// undocumented lists the exported names of a declaration that carry neither a
// comment of their own nor one for their group.
func undocumented(declared ast.Decl) []*ast.Ident {
	var bare []*ast.Ident
	switch d := declared.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && d.Name.IsExported() && exportedReceiver(d) {
			bare = append(bare, d.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if d.Doc == nil && s.Doc == nil && s.Comment == nil && s.Name.IsExported() {
					bare = append(bare, s.Name)
				}
			case *ast.ValueSpec:
				if d.Doc == nil && s.Doc == nil && s.Comment == nil && s.Names[0].IsExported() {
					bare = append(bare, s.Names[0])
				}
			}
		}
	}
	return bare
}

func exportedReceiver(function *ast.FuncDecl) bool {
	if function.Recv == nil {
		return true
	}
	exported := false
	ast.Inspect(function.Recv.List[0].Type, func(n ast.Node) bool {
		if ident, ok := n.(*ast.Ident); ok && !exported {
			exported = ident.IsExported()
			return false
		}
		return true
	})
	return exported
}

// forbidden are texts that must not stand in some files, each with the reason.
// The patterns are written so that they do not match themselves.
var forbidden = []struct {
	name   string
	in     func(name string) bool
	text   *regexp.Regexp
	reason string
}{
	{"no test sleeps", isGoTest, regexp.MustCompile(`time\.Sleep[(]`), "wait for the event, or use a fake clock"},
	{"no test is skipped", isGoTest, regexp.MustCompile(`\b[tb]\.Skip(Now|f)?[(]`), "a skipped test is no test"},
	{"no journey is skipped or alone", isTypeScript, regexp.MustCompile(`\b(test|it|describe)\.(only|skip|fixme)[(]`), "a skipped test is no test"},
	{"no screen takes a text for markup", isScreen, regexp.MustCompile(`[{]@html|[.](inner|outer)HTML|insertAdjacent(HTML)|document[.]write|\beval[(]|new Function[(]`),
		"what people write would run; show it as text"},
	{"no file names a package registry", anyText, regexp.MustCompile(`registry[.](npmjs|yarnpkg)|proxy[.]golang[.]org|"resolved": ?"http`),
		"where packages come from is the business of the machine that builds"},
}

func isGoTest(name string) bool     { return strings.HasSuffix(name, "_test.go") }
func isTypeScript(name string) bool { return path.Ext(name) == ".ts" }
func isScreen(name string) bool {
	return strings.HasPrefix(name, "frontend/src/") && slices.Contains([]string{".svelte", ".ts"}, path.Ext(name))
}
func anyText(name string) bool {
	return !slices.Contains([]string{".png", ".woff2", ".jpg"}, path.Ext(name))
}

func TestForbiddenTexts(t *testing.T) {
	for _, rule := range forbidden {
		t.Run(rule.name, func(t *testing.T) {
			for _, name := range trackedFiles(t) {
				if !rule.in(name) {
					continue
				}
				content := read(t, name)
				if at := rule.text.FindIndex(content); at != nil {
					line := 1 + bytes.Count(content[:at[0]], []byte("\n"))
					t.Errorf("%s:%d: %q: %s", name, line, content[at[0]:at[1]], rule.reason)
				}
			}
		})
	}
}

// inspect parses every hand-written Go file.
func inspect(t *testing.T, look func(name string, files *token.FileSet, file *ast.File)) {
	t.Helper()
	for _, file := range goFiles(t) {
		content := read(t, file.path)
		if generated(content) {
			continue
		}
		files := token.NewFileSet()
		parsed, err := parser.ParseFile(files, file.path, content, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		look(file.path, files, parsed)
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(root(name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// generated reports whether the first words say that nobody edits the file.
func generated(content []byte) bool {
	return bytes.Contains(bytes.ToLower(content[:min(80, len(content))]), []byte("generated"))
}
