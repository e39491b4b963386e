package web

import (
	"fmt"
	"strconv"
	"strings"

	"salon/fair"
	"salon/frontend"
)

// The functions of this file say in words what fair reads from the fixed
// phrases of imported offers. What fair cannot read is shown as it came.

// payWords is "1 900 à 2 080 € par mois, sur 13 mois". Twelve months go without
// saying.
func payWords(texts *frontend.Locale, p fair.Pay) string {
	rate, known := p.Rate()
	if !known {
		return p.Label
	}
	amount := texts.Hundredths(int(rate.Low))
	if rate.High != rate.Low {
		amount = texts.T("pay.range", "low", amount, "high", texts.Hundredths(int(rate.High)))
	}
	words := texts.T("pay."+string(rate.Per), "amount", amount)
	if rate.Months == 0 || rate.Months == 12 {
		return words
	}
	months := strconv.FormatFloat(rate.Months, 'f', -1, 64)
	if texts.Lang() == string(fair.French) {
		months = strings.Replace(months, ".", ",", 1)
	}
	return texts.T("pay.months", "pay", words, "months", months)
}

// contractWords is "CDD, 12 mois".
func contractWords(texts *frontend.Locale, w fair.Work) string {
	term, known := w.Term()
	switch {
	case known && term.Count == 0:
		return texts.T("contract." + term.Contract)
	case known:
		return texts.T("contract."+term.Contract) + ", " + texts.T("contract."+string(term.Unit), "count", term.Count)
	case w.ContractLabel != "":
		return w.ContractLabel
	}
	return w.Contract
}

// hoursWords is "35 h par semaine, horaires normaux".
func hoursWords(texts *frontend.Locale, w fair.Work) string {
	hours, minutes, said, known := w.Week()
	if !known {
		return w.HoursLabel
	}
	week := strconv.Itoa(hours) + "\u00a0h"
	if minutes > 0 {
		week += fmt.Sprintf("\u00a0%02d", minutes)
	}
	words := texts.T("hours.week", "hours", week)
	if said != "" {
		words += ", " + said
	}
	return words
}

// sizeWords is "12 personnes": a company's size is a number, or words already.
func sizeWords(texts *frontend.Locale, c fair.Company) string {
	if n, err := strconv.Atoi(c.Size); err == nil && n > 0 {
		return texts.T("company.size", "count", n)
	}
	return c.Size
}

// website is the company's address, empty unless it is a safe one.
func website(c fair.Company) string {
	if fair.CheckURL("", c.URL) != nil {
		return ""
	}
	return c.URL
}

// placeWords is "Saint-Georges-d'Orques (34)".
func placeWords(p fair.Place) string {
	town, department := p.Town()
	if name := communeName(p.Commune); name != "" {
		town, department = name, p.Commune[:2] // the metropole is not overseas, where a department has three figures
	}
	if department == "" {
		return town
	}
	return town + " (" + department + ")"
}

// reference gives the number people know an offer by, not ours; empty when there is none.
func reference(o fair.Offer) string {
	if o.SourceID == string(o.ID) {
		return ""
	}
	return o.SourceID
}
