package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// mayImport is the law of the house: for each package, the packages of ours
// that its code may import. A new package gets its row here first. Tests are
// free to stand real neighbours around the package under test; only the roof,
// cmd, is out of their reach.
var mayImport = map[string][]string{
	"fair":                         {},
	"fair/service":                 {"fair", "fair/proof", "fair/sheet"},
	"fair/proof":                   {"fair"},
	"fair/issuer":                  {"fair"},
	"fair/issuer/issuertest":       {},
	"fair/mongostore":              {"fair"},
	"fair/mongostore/embedded":     {},
	"fair/mongostore/mongotest":    {"fair/mongostore", "fair/mongostore/embedded"},
	"fair/filestore":               {"fair"},
	"fair/clamd":                   {},
	"fair/search":                  {"fair", "fair/place"},
	"fair/sheet":                   {"fair"},
	"fair/mail":                    {"fair", "frontend"},
	"fair/mail/mailtest":           {},
	"fair/push":                    {"fair"},
	"fair/picture":                 {},
	"fair/place":                   {},
	"fair/demo":                    {"fair", "fair/service", "fair/place"},
	"fair/live":                    {"fair", "fair/service", "signaling", "signaling/message"},
	"fair/web":                     {"fair", "fair/picture", "fair/proof", "fair/service", "fair/sheet", "fair/place", "signaling/token", "frontend"},
	"signaling":                    {"signaling/message", "media"},
	"signaling/message":            {},
	"signaling/token":              {},
	"signaling/ws":                 {"signaling", "signaling/message", "signaling/token"},
	"signaling/redisbus":           {"signaling", "signaling/message"},
	"signaling/redisbus/redistest": {},
	"media":                        {},
	"media/mediatest":              {"media", "media/netlab"},
	"media/netlab":                 {},
	"frontend":                     {},
	"cmd/salon":                    {everything},
	"cmd/salon/client":             {},
	"cmd/apispec":                  {everything},
	"cmd/apispec/spec":             {"fair/web", "signaling/message"},
	"cmd/loadfair":                 {everything},
}

// everything is what the roof may import.
const everything = "*"

// homes says in which packages a third-party module may be imported, tests
// included. A path stands for itself and what is below it. Modules of the Go
// project (golang.org/x) may be used anywhere.
var homes = map[string][]string{
	"github.com/gofiber/":              {"fair/web", "signaling/ws", "cmd"},
	"github.com/fasthttp/websocket":    {"signaling/ws", "fair/web", "cmd"},
	"github.com/valyala/fasthttp":      {"fair/web", "signaling/ws", "cmd"},
	"github.com/danielgtaylor/huma/":   {"fair/web", "cmd"},
	"go.mongodb.org/mongo-driver/":     {"fair/mongostore", "cmd"},
	"go.etcd.io/bbolt":                 {"fair/mongostore/embedded"},
	"github.com/redis/go-redis/":       {"signaling/redisbus", "cmd"},
	"github.com/alicebob/miniredis/":   {"signaling/redisbus", "cmd"},
	"github.com/pion/":                 {"media", "cmd/loadfair", inTests},
	"github.com/golang-jwt/jwt/":       {"signaling/token"},
	"github.com/blevesearch/bleve":     {"fair/search"},
	"github.com/wneessen/go-mail":      {"fair/mail"},
	"github.com/SherClockHolmes/":      {"fair/push"},
	"github.com/emersion/go-ical":      {"fair/mail"},
	"github.com/minio/minio-go/":       {"fair/filestore"},
	"github.com/xuri/excelize/":        {"fair/sheet"},
	"github.com/alexedwards/argon2id":  {"fair/proof"},
	"github.com/ccojocar/zxcvbn-go":    {"fair/proof"},
	"github.com/pquerna/otp":           {"fair/proof"},
	"github.com/go-webauthn/":          {"fair/proof"},
	"github.com/coreos/go-oidc/":       {"fair/issuer"},
	"github.com/nyaruka/phonenumbers":  {"fair/service"},
	"github.com/alecthomas/kong":       {"cmd"},
	"github.com/prometheus/":           {"media", "signaling", "fair/web", "cmd"},
	"github.com/rogpeppe/go-internal/": {"cmd"},
	"gopkg.in/yaml.v3":                 {"cmd"},
	"go.uber.org/goleak":               {inTests},
	"pgregory.net/rapid":               {inTests},
	"golang.org/x/":                    {"fair", "signaling", "media", "cmd", "frontend"},
}

// inTests stands for the test files of any package.
const inTests = "test files"

// topLevel is what may stand in the first folder, beside dot files.
var topLevel = []string{
	"cmd", "fair", "signaling", "media", "frontend", "go.mod", "go.sum",
	"Makefile", "Dockerfile", "docker-compose.yml",
	"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "NOTICE",
}

func TestEveryPackageImportsOnlyWhatTheTableAllows(t *testing.T) {
	for _, file := range goFiles(t) {
		pkg := path.Dir(file.path)
		allowed, known := mayImport[pkg]
		if !known {
			t.Errorf("%s: package %s has no row in the import table", file.path, pkg)
			continue
		}
		for _, imported := range file.imports {
			ours, isOurs := strings.CutPrefix(imported, "salon/")
			switch {
			case !isOurs || ours == pkg:
			case file.test() && !strings.HasPrefix(ours, "cmd/"):
			case slices.Contains(allowed, ours) || slices.Contains(allowed, everything):
			default:
				t.Errorf("%s: package %s must not import %s", file.path, pkg, ours)
			}
		}
	}
}

func TestTheImportTableNamesNoPackageThatIsGone(t *testing.T) {
	seen := map[string]bool{}
	for _, file := range goFiles(t) {
		seen[path.Dir(file.path)] = true
	}
	for _, pkg := range slices.Sorted(maps.Keys(mayImport)) {
		if !seen[pkg] {
			t.Errorf("the import table has a row for %s, which does not exist", pkg)
		}
	}
}

// testHomes adds to homes for tests alone: these stand a service on the real
// embedded engine, which is spoken to through the driver.
var testHomes = map[string][]string{
	"go.mongodb.org/mongo-driver/": {"fair/service", "fair/demo", "fair/web"},
}

func TestEveryThirdPartyModuleStaysAtHome(t *testing.T) {
	for _, file := range goFiles(t) {
		for _, imported := range file.imports {
			first, _, _ := strings.Cut(imported, "/")
			if !strings.Contains(first, ".") {
				continue // the standard library, or ours
			}
			home, found := homeOf(homes, imported)
			if guest, allowed := homeOf(testHomes, imported); allowed && strings.HasSuffix(file.path, "_test.go") {
				home = slices.Concat(home, guest)
			}
			if !found {
				t.Errorf("%s: %s has no home in the table of third parties", file.path, imported)
			} else if !file.livesIn(home) {
				t.Errorf("%s: %s may only be imported by %s", file.path, imported, strings.Join(home, ", "))
			}
		}
	}
}

func TestTheFirstFolderHoldsOnlyWhatItShould(t *testing.T) {
	for _, name := range trackedFiles(t) {
		first, _, _ := strings.Cut(name, "/")
		if !strings.HasPrefix(first, ".") && !slices.Contains(topLevel, first) {
			t.Errorf("%s does not belong in the first folder", first)
		}
	}
}

func homeOf(homes map[string][]string, imported string) ([]string, bool) {
	for prefix, home := range homes {
		if strings.HasPrefix(imported, prefix) {
			return home, true
		}
	}
	return nil, false
}

// goFile is one Go source file of the module and what it imports.
type goFile struct {
	path    string // from the module's root, with slashes
	imports []string
}

func (f goFile) test() bool { return strings.HasSuffix(f.path, "_test.go") }

func (f goFile) livesIn(home []string) bool {
	return slices.ContainsFunc(home, func(place string) bool {
		return place == inTests && f.test() || strings.HasPrefix(f.path, place+"/")
	})
}

func goFiles(t *testing.T) []goFile {
	t.Helper()
	var files []goFile
	for _, name := range trackedFiles(t) {
		if path.Ext(name) != ".go" || strings.Contains(name, "/testdata/") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), root(name), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		file := goFile{path: name}
		for _, spec := range parsed.Imports {
			file.imports = append(file.imports, strings.Trim(spec.Path.Value, `"`))
		}
		files = append(files, file)
	}
	return files
}

// trackedFiles lists what is committed or about to be: ignored files are not
// of the house.
func trackedFiles(t *testing.T) []string {
	t.Helper()
	list := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = root(".")
	out, err := list.Output()
	if err != nil {
		t.Fatalf("list the repository's files with git: %v", err)
	}
	names := strings.Split(strings.TrimRight(string(out), "\x00"), "\x00")
	return slices.DeleteFunc(names, func(name string) bool {
		info, err := os.Lstat(root(name))
		return err != nil || info.Mode()&fs.ModeType != 0 // removed, not yet committed
	})
}

// root gives the path, from this package's folder, of a file of the module.
func root(name string) string { return filepath.Join("..", "..", filepath.FromSlash(name)) }
