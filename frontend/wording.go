package frontend

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// Imported offers say pay, hours and places in the fixed phrases of the employment
// service's Offres d'emploi v2 interface: "Mensuel de 2170.00 Euros à 2300.00 Euros
// sur 12 mois", "35H Horaires normaux", "34 - FABRÈGUES". The functions of this file
// set these phrases as a person would; what has another form is left as it is, and no
// amount is ever computed.

var payPhrase = regexp.MustCompile(`^(Annuel|Mensuel|Horaire) de (\d+)(?:[.,](\d+))? Euros?(?: à (\d+)(?:[.,](\d+))? Euros?)?(?: sur ([\d.]+) mois)?$`)

// Pay writes a phrase of pay: "2 170 à 2 300 € par mois, sur 12 mois".
func (l *Locale) Pay(phrase string) string {
	m := payPhrase.FindStringSubmatch(strings.TrimSpace(phrase))
	if m == nil {
		return phrase
	}
	key := map[string]string{"Annuel": "pay.year", "Mensuel": "pay.month", "Horaire": "pay.hour"}[m[1]]
	amount := l.amount(m[2], m[3])
	if m[4] != "" {
		amount = l.T("pay.range", "low", amount, "high", l.amount(m[4], m[5]))
	}
	text := l.T(key, "amount", amount)
	if months := strings.TrimSuffix(m[6], ".0"); months != "" && months != "12" {
		text = l.T("pay.months", "pay", text, "months", months)
	}
	return text
}

// amount groups the thousands of an amount and leaves out cents that are none.
func (l *Locale) amount(whole, cents string) string {
	n, err := strconv.Atoi(whole)
	if err != nil {
		return whole
	}
	text := l.Number(n)
	if strings.Trim(cents, "0") == "" {
		return text
	}
	if len(cents) == 1 {
		cents += "0"
	}
	if l.lang == "fr" {
		return text + "," + cents
	}
	return text + "." + cents
}

var hoursPhrase = regexp.MustCompile(`^(\d+)H(\d\d)?(?:/semaine)?[ ,]*(.*)$`)

// Hours writes a phrase of hours: "35 h par semaine, horaires normaux".
func (l *Locale) Hours(phrase string) string {
	m := hoursPhrase.FindStringSubmatch(strings.TrimSpace(phrase))
	if m == nil {
		return phrase
	}
	hours := m[1] + "\u00a0h"
	if m[2] != "" && m[2] != "00" {
		hours += "\u00a0" + m[2]
	}
	text := l.T("hours.week", "hours", hours)
	if rest := []rune(strings.TrimSpace(m[3])); len(rest) > 0 {
		rest[0] = unicode.ToLower(rest[0])
		text += ", " + string(rest)
	}
	return text
}

var placePhrase = regexp.MustCompile(`^(\d{2,3}|2[AB]) - (.+)$`)

// Place writes a phrase of place: "Fabrègues (34)".
func Place(phrase string) string {
	m := placePhrase.FindStringSubmatch(strings.TrimSpace(phrase))
	if m == nil {
		return phrase
	}
	return capitals(m[2]) + " (" + m[1] + ")"
}

// linking are the words within a name of a place that have no capital.
var linking = map[string]bool{"de": true, "du": true, "des": true, "la": true, "le": true, "les": true, "lès": true, "sur": true, "sous": true, "en": true, "et": true, "d": true, "l": true, "aux": true}

// capitals writes a name in capitals as names of places are written. A name that has
// small letters already is left as it is.
func capitals(name string) string {
	if name != strings.ToUpper(name) {
		return name
	}
	var b strings.Builder
	word := []rune{}
	first := true
	flush := func() {
		lower := strings.ToLower(string(word))
		if !linking[lower] || first {
			r := []rune(lower)
			if len(r) > 0 {
				r[0] = unicode.ToUpper(r[0])
			}
			lower = string(r)
		}
		b.WriteString(lower)
		first = first && len(word) == 0
		word = word[:0]
	}
	for _, r := range name {
		if unicode.IsLetter(r) {
			word = append(word, r)
			continue
		}
		flush()
		b.WriteRune(r)
	}
	flush()
	return b.String()
}
