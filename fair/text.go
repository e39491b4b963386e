package fair

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Lang is a language of the product: "fr" or "en".
type Lang string

// The languages of the product; French is the first.
const (
	French  Lang = "fr"
	English Lang = "en"
)

// Text is a short text in both languages. English may be empty.
type Text struct {
	FR string `bson:"fr"`
	EN string `bson:"en,omitempty"`
}

// In returns the text in lang, or in French where it was not translated.
func (t Text) In(lang Lang) string {
	if lang == English && t.EN != "" {
		return t.EN
	}
	return t.FR
}

// ParseLang answers the language named by s, French when it is not ours.
func ParseLang(s string) Lang {
	if Lang(s) == English {
		return English
	}
	return French
}

// TooLong reports whether s has more than limit characters.
func TooLong(s string, limit int) bool { return utf8.RuneCountInString(s) > limit }

// Clean trims s, makes its line ends \n and drops control characters, what turns
// the direction of the text around it and what is not UTF-8, so that what is stored
// can be shown anywhere.
func Clean(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\r\n", "\n"), "")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\u2028' || r == '\u2029': // line and paragraph separator
			return '\n'
		case r != '\t' && unicode.IsControl(r), turns(r):
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// turns reports whether r embeds, overrides or isolates a direction (Unicode
// Standard Annex 9, 2.1 to 2.3): "\u202egpj.exe" reads as "exe.jpg", and a name
// that opens one would turn the rest of the line it stands in. Letters of any
// script find their direction without.
func turns(r rune) bool { return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' }

// CleanLine is Clean for what stands on one line.
func CleanLine(s string) string { return strings.Join(strings.Fields(Clean(s)), " ") }

// CheckText refuses a text whose languages have more than limit characters, or
// that has no French where it is required.
func CheckText(field string, t Text, limit int, required bool) error {
	if required && t.FR == "" {
		return Refuse(field+".fr", "text.missing")
	}
	if TooLong(t.FR, limit) {
		return Refuse(field+".fr", "text.long")
	}
	if TooLong(t.EN, limit) {
		return Refuse(field+".en", "text.long")
	}
	return nil
}

// CheckURL refuses what is not an absolute https address with a host.
func CheckURL(field, s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || len(s) > 500 {
		return Refuse(field, "url.invalid")
	}
	return nil
}

// plain maps the accented letters of French, in lower case, to bare ones.
var plain = strings.NewReplacer(
	"à", "a", "â", "a", "ä", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e", "î", "i", "ï", "i",
	"ô", "o", "ö", "o", "ù", "u", "û", "u", "ü", "u", "ÿ", "y", "ñ", "n", "œ", "oe", "æ", "ae",
)

// Fold gives the words of s in lower case without accents, joined by hyphens:
// what two writings of one name have in common, and a readable address.
func Fold(s string) string {
	words := strings.FieldsFunc(plain.Replace(strings.ToLower(s)), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	return strings.Join(words, "-")
}

// Slug is Fold cut to at most limit bytes at a word's end where it can be.
func Slug(s string, limit int) string {
	slug := Fold(s)
	if len(slug) > limit {
		slug = slug[:limit]
		if cut := strings.LastIndexByte(slug, '-'); cut > limit/2 {
			slug = slug[:cut]
		}
	}
	return strings.Trim(slug, "-")
}
