package frontend

import (
	"fmt"
	"hash/fnv"
	"html"
	"html/template"
	"strings"
	"time"
	"unicode"
)

// funcs are what the templates of one language may call.
func (s *Site) funcs(l *Locale) template.FuncMap {
	sprite, tools := asset("icons-", ".svg"), asset("tools-", ".svg")
	favicon := asset("favicon-", ".svg")
	font := asset("figtree-", ".woff2")
	return template.FuncMap{
		"t":         l.T,
		"number":    l.Number,
		"date":      l.Date,
		"day":       l.Day,
		"shortday":  l.ShortDay,
		"clock":     l.Clock,
		"when":      l.When,
		"shortwhen": l.ShortWhen,
		"span":      l.Span,
		"iso":       func(t time.Time) string { return t.Format(time.RFC3339) },
		"isoday":    func(t time.Time) string { return t.Format(time.DateOnly) },
		"href":      func(parts ...string) string { return Path(l.lang, parts...) },
		"monogram":  Monogram,
		"paragraph": paragraph,
		"duration":  func(a, b time.Time) string { return l.Duration(b.Sub(a)) },
		"query":     func(encoded string) template.URL { return template.URL(encoded) },
		"notice":    noticeIcon,
		"favicon":   func() string { return favicon },
		"dict":      dict,
		"sprite":    func() string { return sprite },
		"tools":     func() string { return tools },
		"font":      func() string { return font },
		"style":     func() template.CSS { return s.style },
		"entry":     s.entry,
		"french":    func() template.HTMLAttr { return french(l) },
		"icon":      iconOf(sprite),
	}
}

// french says, in another language, that what follows is French: the law wants
// offers in it, and who has a page read aloud wants them read as such.
func french(l *Locale) template.HTMLAttr {
	if l.lang == "fr" {
		return ""
	}
	return ` lang="fr"`
}

// iconOf draws icons of a sprite.
func iconOf(sprite string) func(name string) template.HTML {
	return func(name string) template.HTML {
		return template.HTML(`<svg class="icon" aria-hidden="true" focusable="false"><use href="` +
			html.EscapeString(sprite) + `#` + html.EscapeString(name) + `"/></svg>`)
	}
}

// noticeIcon is the icon of a Notice.
func noticeIcon(kind string) string {
	if kind == "problem" {
		return "circle-alert"
	}
	return "circle-check"
}

// Entry is what a page needs to load a script.
type Entry struct {
	JS            string
	CSS, Preloads []string
}

// entry finds a script of the build; before a build it is empty and not shown.
func (s *Site) entry(name string) Entry {
	js, css, preloads, _ := s.manifest.entry(name)
	return Entry{JS: js, CSS: css, Preloads: preloads}
}

// dict makes a map of pairs, to hand several values to a piece.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict wants pairs and got %d values", len(pairs))
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict wants names and got %v", pairs[i])
		}
		m[key] = pairs[i+1]
	}
	return m, nil
}

// Block is one paragraph or one list of a text.
type Block struct {
	Text  string
	Items []string
}

// paragraph reads one paragraph of a text: lines that all begin with a dash or a
// bullet are the items of a list; a first line without one introduces them.
func paragraph(text string) Block {
	var b Block
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if item, ok := cutBullet(line); ok {
			b.Items = append(b.Items, item)
		} else if line != "" && len(b.Items) == 0 {
			b.Text = strings.TrimSpace(b.Text + " " + line)
		} else if line != "" {
			b.Items[len(b.Items)-1] += " " + line
		}
	}
	return b
}

func cutBullet(line string) (string, bool) {
	for _, bullet := range []string{"- ", "• ", "* ", "– "} {
		if item, ok := strings.CutPrefix(line, bullet); ok {
			return strings.TrimSpace(item), true
		}
	}
	return "", false
}

// monogramTints is how many .monogram-N classes the style sheet has, each with a
// contrast of at least 4.5:1.
const monogramTints = 6

// Monogram draws the tile of a company without a logo: its initials on a tint that
// always is the same for the same name. src/ui/monogram.ts draws the same.
func Monogram(name string) template.HTML {
	h := fnv.New32a()
	h.Write([]byte(name))
	return template.HTML(fmt.Sprintf(
		`<svg class="monogram monogram-%d" viewBox="0 0 48 48" aria-hidden="true" focusable="false">`+
			`<rect width="48" height="48" rx="10"/><text x="24" y="25">%s</text></svg>`,
		h.Sum32()%monogramTints, html.EscapeString(initials(name))))
}

// smallWords do not give an initial.
var smallWords = map[string]bool{
	"de": true, "du": true, "des": true, "la": true, "le": true, "les": true, "et": true,
	"à": true, "au": true, "aux": true, "of": true, "the": true, "and": true, "en": true, "sur": true,
}

// initials are the first letters of the first two words that count.
func initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	var letters []rune
	for _, w := range words {
		if len(letters) < 2 && (!smallWords[strings.ToLower(w)] && len([]rune(w)) > 1 || len(words) == 1) {
			letters = append(letters, unicode.ToUpper([]rune(w)[0]))
		}
	}
	if len(letters) == 0 {
		for _, w := range words[:min(2, len(words))] {
			letters = append(letters, unicode.ToUpper([]rune(w)[0]))
		}
	}
	return string(letters)
}

// LotteryNumber writes a lottery number in groups of four, as people read it.
func LotteryNumber(number string) string {
	var groups []string
	for len(number) > 4 {
		groups = append(groups, number[:4])
		number = number[4:]
	}
	return strings.Join(append(groups, number), " ")
}
