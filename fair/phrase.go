package fair

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Imported offers say pay, contract, hours and place in the fixed phrases of
// the French public employment service's API "Offres d'emploi v2": "Mensuel de
// 1900.00 Euros à 2080.00 Euros sur 12 mois", "Mission intérimaire - 3 Mois",
// "35H Horaires normaux", "34 - SAINT-GEORGES-D'ORQUES". The methods of this file
// read those phrases. A phrase of another form is not read at all: it is shown
// as it came, and no amount is ever computed.

// PayPeriod is the time an amount of pay is for.
type PayPeriod string

// The periods of pay.
const (
	PerHour  PayPeriod = "hour"
	PerMonth PayPeriod = "month"
	PerYear  PayPeriod = "year"
)

// PayRate is pay in figures, before tax.
type PayRate struct {
	Low, High int64 // cents of a euro; equal where one amount is said
	Per       PayPeriod
	Months    float64 // so many monthly payments a year; 0 where it is not said
}

var (
	payPhrase  = regexp.MustCompile(`^(Horaire|Mensuel|Annuel) de (\d{1,9}(?:[.,]\d{1,2})?) Euros?(?: à (\d{1,9}(?:[.,]\d{1,2})?) Euros?)?(?: sur (\d{1,2}(?:[.,]\d)?) mois)?$`)
	payPeriods = map[string]PayPeriod{"Horaire": PerHour, "Mensuel": PerMonth, "Annuel": PerYear}
)

// Rate reads the label. It is false for what is not a known phrase, and for a
// range whose ends are the wrong way round.
func (p Pay) Rate() (PayRate, bool) {
	m := payPhrase.FindStringSubmatch(p.Label)
	if m == nil {
		return PayRate{}, false
	}
	rate := PayRate{Per: payPeriods[m[1]], Low: int64(math.Round(100 * number(m[2]))), Months: number(m[4])}
	rate.High = rate.Low
	if m[3] != "" {
		rate.High = int64(math.Round(100 * number(m[3])))
	}
	return rate, rate.Low > 0 && rate.High >= rate.Low
}

// number reads a number the pattern around it has checked; 0 for none.
func number(text string) float64 {
	n, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil {
		return 0
	}
	return n
}

// Term is a contract with its length: 12 months. Count is 0 for one without end.
type Term struct {
	Contract string // code: CDI CDD MIS SAI
	Count    int
	Unit     TermUnit
}

// TermUnit is what the length of a contract is counted in.
type TermUnit string

// The units of a term.
const (
	Days   TermUnit = "days"
	Weeks  TermUnit = "weeks"
	Months TermUnit = "months"
	Years  TermUnit = "years"
)

var (
	termPhrase    = regexp.MustCompile(`^(.+?)(?: - (\d{1,3}) (Jour|Semaine|Mois|An)(?:s|\(s\))?)?$`)
	termUnits     = map[string]TermUnit{"Jour": Days, "Semaine": Weeks, "Mois": Months, "An": Years}
	contractNames = map[string][]string{
		"CDI": {"CDI", "Contrat à durée indéterminée"},
		"CDD": {"CDD", "Contrat à durée déterminée"},
		"MIS": {"Intérim", "Mission intérimaire"},
		"SAI": {"Saisonnier", "Contrat travail saisonnier"},
	}
)

// Term reads the label of the contract. It is false where the label says more
// than the code and a length, or something else than the code.
func (w Work) Term() (Term, bool) {
	m := termPhrase.FindStringSubmatch(w.ContractLabel)
	if m == nil || !slices.Contains(contractNames[w.Contract], m[1]) {
		return Term{}, false
	}
	return Term{Contract: w.Contract, Count: int(number(m[2])), Unit: termUnits[m[3]]}, true
}

var weekPhrase = regexp.MustCompile(`^(\d{1,2})H(\d\d)?(?:/semaine)?[ ,]*(.*)$`)

// Week reads the label of the hours: so many hours and minutes a week, and what
// is said of them ("horaires normaux", in lower case as within a sentence).
func (w Work) Week() (hours, minutes int, said string, ok bool) {
	m := weekPhrase.FindStringSubmatch(w.HoursLabel)
	if m == nil {
		return 0, 0, "", false
	}
	rest := []rune(m[3])
	if len(rest) > 1 && !unicode.IsUpper(rest[1]) {
		rest[0] = unicode.ToLower(rest[0])
	}
	return int(number(m[1])), int(number(m[2])), string(rest), true
}

var placePhrase = regexp.MustCompile(`^(\d{2,3}|2[AB]) - (.+)$`)

// Town reads the label of the place: the name of the town as names are written,
// and the number of its department, empty where the label does not say it.
func (p Place) Town() (name, department string) {
	m := placePhrase.FindStringSubmatch(p.Label)
	if m == nil {
		return p.Label, ""
	}
	return townName(m[2]), m[1]
}

// Remote reports whether the employer names no town and says that the work is done
// from home instead; nothing else in an offer tells it.
func (p Place) Remote() bool {
	return p.Commune == "" && slices.Contains([]string{"teletravail", "100-teletravail", "teletravail-complet", "a-distance"}, Fold(p.Label))
}

// within are the words of a town's name that have no capital, unless they come
// first.
var within = []string{"à", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "lès", "lez", "sous", "sur"}

// townName writes a name in capitals as names of towns are written. A name with
// small letters is left as it is.
func townName(name string) string {
	if name != strings.ToUpper(name) {
		return name
	}
	var b strings.Builder
	for rest := []rune(name); len(rest) > 0; {
		end := slices.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) })
		if end < 0 {
			end = len(rest)
		}
		word := []rune(strings.ToLower(string(rest[:end])))
		if len(word) > 0 && (b.Len() == 0 || !slices.Contains(within, string(word))) {
			word[0] = unicode.ToUpper(word[0])
		}
		b.WriteString(string(word))
		if end < len(rest) {
			b.WriteRune(rest[end])
			end++
		}
		rest = rest[end:]
	}
	return b.String()
}
