package frontend

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Locale is the texts of one language. The format is flat: a key has one text, with
// {name} where a value goes; a text that depends on a number has two keys, ending
// in _one and _other. src/locales/vectors.json holds the cases that this type and
// its TypeScript sibling src/locales/text.ts must both satisfy.
type Locale struct {
	lang  string
	texts map[string]string
}

// Locales reads the texts of every language, keyed by "fr" and "en".
func Locales() (map[string]*Locale, error) {
	all := make(map[string]*Locale, len(Languages))
	for _, lang := range Languages {
		raw, err := localeFiles.ReadFile("src/locales/" + lang + ".json")
		if err != nil {
			return nil, fmt.Errorf("read the texts in %s: %w", lang, err)
		}
		l := &Locale{lang: lang}
		if err := json.Unmarshal(raw, &l.texts); err != nil {
			return nil, fmt.Errorf("parse the texts in %s: %w", lang, err)
		}
		all[lang] = l
	}
	return all, nil
}

// Lang is "fr" or "en".
func (l *Locale) Lang() string { return l.lang }

// Has tells whether a text exists under key, singular and plural included.
func (l *Locale) Has(key string) bool {
	if _, ok := l.texts[key]; ok {
		return true
	}
	_, one := l.texts[key+"_one"]
	_, other := l.texts[key+"_other"]
	return one && other
}

// T is the text of key with its values put in; args are pairs of a name and a
// value. A value named count chooses between key_one and key_other: in French 0 and
// 1 are one, in English only 1 is. Whole numbers are grouped by thousands. A key
// that does not exist is returned as it is, so that it is seen.
func (l *Locale) T(key string, args ...any) string {
	text, ok := l.texts[key]
	if !ok {
		text, ok = l.texts[key+l.pluralSuffix(args)]
	}
	if !ok {
		return key
	}
	if len(args) < 2 {
		return text
	}
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		pairs = append(pairs, "{"+fmt.Sprint(args[i])+"}", l.value(args[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

func (l *Locale) pluralSuffix(args []any) string {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] != "count" {
			continue
		}
		if n, ok := args[i+1].(int); ok && (n == 1 || n == 0 && l.lang == "fr") {
			return "_one"
		}
	}
	return "_other"
}

func (l *Locale) value(v any) string {
	if n, ok := v.(int); ok {
		return l.Number(n)
	}
	return fmt.Sprint(v)
}

// Number writes a whole number with its thousands grouped: "1 200" in French (with
// a narrow no-break space), "1,200" in English.
func (l *Locale) Number(n int) string {
	sep := ","
	if l.lang == "fr" {
		sep = "\u202f"
	}
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	var b strings.Builder
	b.WriteString(sign)
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(sep)
		}
		b.WriteRune(d)
	}
	return b.String()
}

// Hundredths writes an amount given in hundredths, with its decimals where there
// are some: "1 900" and "12,50" in French, "1,900" and "12.50" in English.
func (l *Locale) Hundredths(n int) string {
	text := l.Number(n / 100)
	if n%100 == 0 {
		return text
	}
	point := "."
	if l.lang == "fr" {
		point = ","
	}
	return fmt.Sprintf("%s%s%02d", text, point, n%100)
}

// Date writes a day in full: "lundi 23 novembre 2026", "Monday 23 November 2026".
func (l *Locale) Date(t time.Time) string {
	return l.Day(t) + " " + strconv.Itoa(t.Year())
}

// Day writes a day without its year: "lundi 23 novembre".
func (l *Locale) Day(t time.Time) string {
	return l.weekday(t) + " " + l.dayOfMonth(t)
}

// ShortDay writes a day where there is little room: "lun. 23".
func (l *Locale) ShortDay(t time.Time) string {
	short := []rune(l.weekday(t))[:3]
	if l.lang == "fr" {
		return string(short) + ". " + strconv.Itoa(t.Day())
	}
	return string(short) + " " + strconv.Itoa(t.Day())
}

// Clock writes a time of day: "14 h 30" with no-break spaces, or "14:30".
func (l *Locale) Clock(t time.Time) string {
	if l.lang != "fr" {
		return t.Format("15:04")
	}
	if t.Minute() == 0 {
		return strconv.Itoa(t.Hour()) + "\u00a0h"
	}
	return fmt.Sprintf("%d\u00a0h\u00a0%02d", t.Hour(), t.Minute())
}

// When writes a day and a time: "lundi 23 novembre à 14 h 30".
func (l *Locale) When(t time.Time) string {
	return l.T("date.when", "day", l.Day(t), "time", l.Clock(t))
}

// ShortWhen writes both where there is little room: "lun. 23 à 14 h 30".
func (l *Locale) ShortWhen(t time.Time) string {
	return l.T("date.when", "day", l.ShortDay(t), "time", l.Clock(t))
}

// Duration writes how long something lasts: "45 min", "2 h 30".
func (l *Locale) Duration(d time.Duration) string {
	minutes := int(d.Minutes())
	if minutes < 100 {
		return l.T("talk.minutes", "count", minutes)
	}
	if minutes%60 == 0 {
		return l.T("talk.hours", "hours", minutes/60)
	}
	return l.T("talk.hoursminutes", "hours", minutes/60, "minutes", fmt.Sprintf("%02d", minutes%60))
}

// Span writes the days from a to b: "du 11 au 24 janvier 2021".
func (l *Locale) Span(a, b time.Time) string {
	from := l.dayOfMonth(a)
	switch {
	case a.Year() != b.Year():
		from += " " + strconv.Itoa(a.Year())
	case a.Month() == b.Month() && a.Day() == b.Day():
		return l.Date(a)
	case a.Month() == b.Month():
		from = l.dayNumber(a)
	}
	return l.T("date.span", "from", from, "to", l.dayOfMonth(b)+" "+strconv.Itoa(b.Year()))
}

func (l *Locale) weekday(t time.Time) string {
	return l.texts["date.weekday."+strconv.Itoa(int(t.Weekday()))]
}

func (l *Locale) dayOfMonth(t time.Time) string {
	return l.dayNumber(t) + " " + l.texts["date.month."+strconv.Itoa(int(t.Month()))]
}

func (l *Locale) dayNumber(t time.Time) string {
	if l.lang == "fr" && t.Day() == 1 {
		return "1er"
	}
	return strconv.Itoa(t.Day())
}
