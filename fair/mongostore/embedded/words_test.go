package embedded_test

import (
	"slices"
	"strings"
)

func words(s string) []string { return strings.Fields(s) }

func sortedWords(s string) string {
	w := words(s)
	slices.Sort(w)
	return strings.Join(w, " ")
}

func reversedWords(s string) string {
	w := words(s)
	slices.Reverse(w)
	return strings.Join(w, " ")
}
