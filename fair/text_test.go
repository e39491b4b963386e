package fair_test

import (
	"testing"

	"salon/fair"
)

func TestACleanTextCanBeShownAnywhere(t *testing.T) {
	for name, c := range map[string]struct{ text, clean, line string }{
		"as people write":               {" Zoé\tB.\r\n d'Arc ", "Zoé\tB.\n d'Arc", "Zoé B. d'Arc"},
		"controls":                      {"a\x00\x1b[2J\u0085b\x7f", "a[2Jb", "a[2Jb"},
		"no UTF-8":                      {"a\xed\xa0\x80b\xff", "ab", "ab"},
		"separators of lines":           {"a\u2028b\u2029c", "a\nb\nc", "a b c"},
		"a file that hides its kind":    {"cv\u202efdp.exe", "cvfdp.exe", "cvfdp.exe"},
		"a name that turns its line":    {"\u2066\u202bEve\u2069\u202c", "Eve", "Eve"},
		"letters from right to left":    {"נועה السلام", "נועה السلام", "נועה السلام"},
		"a family, joined by no spaces": {"👩\u200d👧", "👩\u200d👧", "👩\u200d👧"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := fair.Clean(c.text); got != c.clean {
				t.Errorf("clean: %q, want %q", got, c.clean)
			}
			if got := fair.CleanLine(c.text); got != c.line {
				t.Errorf("on a line: %q, want %q", got, c.line)
			}
		})
	}
}
