package main

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the generated part of the README")

const (
	settingsBegin = "<!-- settings: generated from cmd/salon/config.go by make gen -->\n"
	settingsEnd   = "<!-- end of settings -->"
)

func TestTheREADMEListsTheSettings(t *testing.T) {
	readme := string(read(t, "README.md"))
	before, rest, found := strings.Cut(readme, settingsBegin)
	_, after, ended := strings.Cut(rest, settingsEnd)
	if !found || !ended {
		t.Fatal("the README has no place for the table of settings")
	}
	fresh := before + settingsBegin + settingsTable() + settingsEnd + after
	if fresh == readme {
		return
	}
	if !*update {
		t.Fatal("the table of settings in the README is stale: run make gen")
	}
	if err := os.WriteFile(root("README.md"), []byte(fresh), 0o644); err != nil {
		t.Fatal(err)
	}
}

// settingsTable writes Config as a Markdown table.
func settingsTable() string {
	var b strings.Builder
	b.WriteString("| setting | default | what it is |\n|---|---|---|\n")
	for field := range reflect.TypeFor[Config]().Fields() {
		value := "`" + field.Tag.Get("default") + "`"
		if value == "``" {
			value = ""
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", field.Tag.Get("env"), value, strings.ReplaceAll(field.Tag.Get("help"), "|", "\\|"))
	}
	return b.String()
}
