package frontend

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"
)

// vector is one case of src/locales/vectors.json, which the TypeScript side runs too.
type vector struct {
	Name  string            `json:"name"`
	Lang  string            `json:"lang"`
	Texts map[string]string `json:"texts"`
	Key   string            `json:"key"`
	Args  map[string]any    `json:"args"`
	Want  string            `json:"want"`
}

func TestTextsFollowTheSharedVectors(t *testing.T) {
	raw, err := os.ReadFile("src/locales/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []vector
	if err := json.Unmarshal(raw, &vectors); err != nil {
		t.Fatal(err)
	}
	for _, v := range vectors {
		t.Run(v.Name, func(t *testing.T) {
			l := &Locale{lang: v.Lang, texts: v.Texts}
			var args []any
			for name, value := range v.Args {
				if n, ok := value.(float64); ok && n == math.Trunc(n) {
					value = int(n)
				}
				args = append(args, name, value)
			}
			if got := l.T(v.Key, args...); got != v.Want {
				t.Errorf("got %q, want %q", got, v.Want)
			}
		})
	}
}

func TestDatesReadAsPeopleWriteThem(t *testing.T) {
	locales, err := Locales()
	if err != nil {
		t.Fatal(err)
	}
	first := time.Date(2026, 2, 1, 9, 0, 0, 0, time.UTC)
	half := time.Date(2026, 2, 14, 14, 5, 0, 0, time.UTC)
	fr, en := locales["fr"], locales["en"]
	for name, c := range map[string]struct{ got, want string }{
		"the first of a month in French":       {fr.Date(first), "dimanche 1er février 2026"},
		"a day in English":                     {en.Date(half), "Saturday 14 February 2026"},
		"a full hour in French":                {fr.Clock(first), "9\u00a0h"},
		"minutes in French have two digits":    {fr.Clock(half), "14\u00a0h\u00a005"},
		"a time in English":                    {en.Clock(first), "09:00"},
		"less than a hundred minutes":          {fr.Duration(45 * time.Minute), "45\u00a0min"},
		"whole hours":                          {fr.Duration(10 * time.Hour), "10\u00a0h"},
		"hours and minutes":                    {en.Duration(125 * time.Minute), "2\u00a0h\u00a005"},
		"a day and a time":                     {fr.When(half), "samedi 14 février à 14\u00a0h\u00a005"},
		"a span within a month says it once":   {fr.Span(first, half), "du 1er au 14 février 2026"},
		"a span of one day is that day":        {en.Span(first, first), "Sunday 1 February 2026"},
		"a span over two months names both":    {fr.Span(first, half.AddDate(0, 1, 0)), "du 1er février au 14 mars 2026"},
		"a span over two years names both":     {en.Span(first, half.AddDate(1, 0, 0)), "1 February 2026 to 14 February 2027"},
		"a day where there is little room":     {fr.ShortDay(half), "sam. 14"},
		"a day where there is little room, en": {en.ShortDay(half), "Sat 14"},
		"both where there is little room":      {fr.ShortWhen(half), "sam. 14 à 14\u00a0h\u00a005"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", name, c.got, c.want)
		}
	}
}

func TestMonogramsFollowTheSharedVectors(t *testing.T) {
	raw, err := os.ReadFile("src/ui/monograms.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Name, Initials string
		Tint           int
	}
	if err := json.Unmarshal(raw, &vectors); err != nil {
		t.Fatal(err)
	}
	for _, v := range vectors {
		svg := string(Monogram(v.Name))
		if got := initials(v.Name); got != v.Initials {
			t.Errorf("%q: got %q, want %q", v.Name, got, v.Initials)
		}
		if class := fmt.Sprintf("monogram-%d\"", v.Tint); !strings.Contains(svg, class) {
			t.Errorf("%q: want the tint %d in %s", v.Name, v.Tint, svg)
		}
	}
}

func TestPagerShowsTheEndsAndTheNeighbours(t *testing.T) {
	for name, c := range map[string]struct {
		page, pages int
		want        string
	}{
		"first of three":    {1, 3, "[1] 2 3 >"},
		"middle of many":    {10, 57, "< 1 … 9 [10] 11 … 57 >"},
		"last of many":      {57, 57, "< 1 … 56 [57]"},
		"second has no gap": {2, 4, "< 1 [2] 3 4 >"},
	} {
		t.Run(name, func(t *testing.T) {
			p := OffersPage{PageNumber: c.page, Pages: c.pages}
			if got := spell(p.Pager()); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func spell(links []PagerLink) string {
	l := &Locale{lang: "en"}
	s := ""
	for _, link := range links {
		word := l.Number(link.Number)
		switch {
		case link.Gap:
			word = "…"
		case link.Current:
			word = "[" + word + "]"
		case link.Rel == "prev":
			word = "<"
		case link.Rel == "next":
			word = ">"
		}
		if s != "" {
			s += " "
		}
		s += word
	}
	return s
}

func TestAddressesChangeLanguageAndKeepTheirQuery(t *testing.T) {
	p := Page{Lang: "en", Origin: "https://salon.example", Path: "/fairs/x/offers", Query: "q=a&page=2", Head: Head{CanonicalQuery: "page=2"}}
	for name, c := range map[string]struct{ got, want string }{
		"in French":              {p.In("fr"), "/fairs/x/offers?q=a&page=2"},
		"in English":             {p.In("en"), "/en/fairs/x/offers?q=a&page=2"},
		"canonical":              {p.Canonical(), "https://salon.example/en/fairs/x/offers?page=2"},
		"the home in English":    {(&Page{Path: "/"}).In("en"), "/en"},
		"the home in French":     {Path("fr"), "/"},
		"a part with a slash":    {Path("en", "fairs", "a/b"), "/en/fairs/a%2Fb"},
		"an address in a French": {Path("fr", "me"), "/me"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", name, c.got, c.want)
		}
	}
}

func TestHundredthsShowDecimalsOnlyWhereThereAreSome(t *testing.T) {
	locales, err := Locales()
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int][2]string{
		190000: {"1\u202f900", "1,900"}, 1250: {"12,50", "12.50"}, 1205: {"12,05", "12.05"}, 0: {"0", "0"},
	} {
		if fr, en := locales["fr"].Hundredths(n), locales["en"].Hundredths(n); fr != want[0] || en != want[1] {
			t.Errorf("%d is written %q and %q", n, fr, en)
		}
	}
}

func TestWaitsFollowTheSharedVectors(t *testing.T) {
	raw, err := os.ReadFile("src/locales/waits.json")
	if err != nil {
		t.Fatal(err)
	}
	var waits []struct {
		Low, High *int
		FR, EN    string
	}
	if err := json.Unmarshal(raw, &waits); err != nil {
		t.Fatal(err)
	}
	locales, err := Locales()
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range waits {
		var low, high time.Duration
		if w.Low != nil {
			low, high = time.Duration(*w.Low)*time.Second, time.Duration(*w.High)*time.Second
		}
		for lang, want := range map[string]string{"fr": w.FR, "en": w.EN} {
			if got := locales[lang].Wait(low, high, w.Low != nil); got != want {
				t.Errorf("from %v to %v: got %q, want %q", low, high, got, want)
			}
		}
	}
}

func TestAPlaceInALineIsToldInWords(t *testing.T) {
	locales, err := Locales()
	if err != nil {
		t.Fatal(err)
	}
	for position, want := range map[int]string{0: "", 1: "Vous êtes la prochaine personne", 12: "12e dans la file"} {
		if got := locales["fr"].Place(position); got != want {
			t.Errorf("position %d: got %q, want %q", position, got, want)
		}
	}
}
