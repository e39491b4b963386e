package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the generated parts of the papers")

// generatedParts are the tables in our papers that are written from the source.
var generatedParts = []struct {
	file, begin, end string
	write            func() string
}{
	{"README.md", "<!-- settings: generated from cmd/salon/config.go by make gen -->\n", "<!-- end of settings -->", settingsTable},
	{"CONTRIBUTING.md", "<!-- imports: generated from cmd/salon/arch_test.go by make gen -->\n", "<!-- end of imports -->", importTable},
}

func TestThePapersSayWhatTheSourceSays(t *testing.T) {
	for _, part := range generatedParts {
		t.Run(part.file, func(t *testing.T) {
			paper := string(read(t, part.file))
			before, rest, found := strings.Cut(paper, part.begin)
			_, after, ended := strings.Cut(rest, part.end)
			if !found || !ended {
				t.Fatal("the place of the generated table is gone")
			}
			fresh := before + part.begin + part.write() + part.end + after
			if fresh == paper {
				return
			}
			if !*update {
				t.Fatal("the generated table is stale: run make gen")
			}
			if err := os.WriteFile(root(part.file), []byte(fresh), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// settingsTable writes Config as a Markdown table.
func settingsTable() string {
	var b strings.Builder
	b.WriteString("| setting | default | what it is |\n|---|---|---|\n")
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		if field.Anonymous {
			continue // its own fields follow
		}
		value := "`" + field.Tag.Get("default") + "`"
		if value == "``" {
			value = ""
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", field.Tag.Get("env"), value, strings.ReplaceAll(field.Tag.Get("help"), "|", "\\|"))
	}
	return b.String()
}

// importTable writes the law of the house as a Markdown table.
func importTable() string {
	var b strings.Builder
	b.WriteString("| package | may import of ours |\n|---|---|\n")
	for _, pkg := range slices.Sorted(maps.Keys(mayImport)) {
		allowed := "nothing"
		switch names := mayImport[pkg]; {
		case slices.Contains(names, everything):
			allowed = "everything"
		case len(names) > 0:
			allowed = "`" + strings.Join(names, "` `") + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s |\n", pkg, allowed)
	}
	return b.String()
}
