package fair_test

import (
	"testing"

	"salon/fair"
)

func TestPayIsReadOnlyFromPhrasesThatAreCertain(t *testing.T) {
	for name, c := range map[string]struct {
		label string
		want  fair.PayRate
		known bool
	}{
		"a range by the month":              {"Mensuel de 1900.00 Euros à 2080.00 Euros sur 12 mois", fair.PayRate{Low: 190000, High: 208000, Per: fair.PerMonth, Months: 12}, true},
		"one amount by the year":            {"Annuel de 25000.0 Euros", fair.PayRate{Low: 2500000, High: 2500000, Per: fair.PerYear}, true},
		"an amount by the hour, a comma":    {"Horaire de 10,25 Euros sur 12.0 mois", fair.PayRate{Low: 1025, High: 1025, Per: fair.PerHour, Months: 12}, true},
		"thirteen and a half months":        {"Mensuel de 2100 Euros sur 13.5 mois", fair.PayRate{Low: 210000, High: 210000, Per: fair.PerMonth, Months: 13.5}, true},
		"one euro in the singular":          {"Horaire de 1 Euro", fair.PayRate{Low: 100, High: 100, Per: fair.PerHour}, true},
		"a range that goes down":            {label: "Mensuel de 2300.00 Euros à 2100.00 Euros sur 12 mois"},
		"nothing at all":                    {label: "Horaire de 0 Euros"},
		"an amount that stands in a phrase": {label: "Mensuel de 1900.00 Euros, plus primes"},
		"a period that is not known":        {label: "Cachet de 200.00 Euros"},
		"three decimals":                    {label: "Horaire de 11.875 Euros"},
		"words":                             {label: "Selon profil"},
		"silence":                           {},
	} {
		t.Run(name, func(t *testing.T) {
			got, known := fair.Pay{Label: c.label}.Rate()
			if known != c.known || known && got != c.want {
				t.Errorf("%q is read as %+v, %v; want %+v, %v", c.label, got, known, c.want, c.known)
			}
		})
	}
}

func TestAContractIsReadWithItsLength(t *testing.T) {
	for name, c := range map[string]struct {
		code, label string
		want        fair.Term
		known       bool
	}{
		"without end":                  {"CDI", "Contrat à durée indéterminée", fair.Term{Contract: "CDI"}, true},
		"twelve months":                {"CDD", "Contrat à durée déterminée - 12 Mois", fair.Term{Contract: "CDD", Count: 12, Unit: fair.Months}, true},
		"the short name":               {"CDD", "CDD - 6 Mois", fair.Term{Contract: "CDD", Count: 6, Unit: fair.Months}, true},
		"days of agency work":          {"MIS", "Mission intérimaire - 15 Jour(s)", fair.Term{Contract: "MIS", Count: 15, Unit: fair.Days}, true},
		"a season":                     {"SAI", "Contrat travail saisonnier - 5 Mois", fair.Term{Contract: "SAI", Count: 5, Unit: fair.Months}, true},
		"a label that is not the code": {code: "CDI", label: "Contrat à durée déterminée - 6 Mois"},
		"a label that says more":       {code: "CDI", label: "CDI Intérimaire"},
		"a code that is not known":     {code: "LIB", label: "Profession libérale"},
		"no label":                     {code: "CDI"},
	} {
		t.Run(name, func(t *testing.T) {
			got, known := fair.Work{Contract: c.code, ContractLabel: c.label}.Term()
			if known != c.known || known && got != c.want {
				t.Errorf("%s %q is read as %+v, %v; want %+v, %v", c.code, c.label, got, known, c.want, c.known)
			}
		})
	}
}

func TestHoursOfAWeekAreRead(t *testing.T) {
	for label, want := range map[string]struct {
		hours, minutes int
		said           string
		known          bool
	}{
		"35H Horaires normaux":            {35, 0, "horaires normaux", true},
		"37H30 Travail le samedi":         {37, 30, "travail le samedi", true},
		"24H00/semaine Travail de nuit":   {24, 0, "travail de nuit", true},
		"35H":                             {35, 0, "", true},
		"Temps partiel":                   {},
		"De 20 à 30 heures, selon accord": {},
	} {
		hours, minutes, said, known := fair.Work{HoursLabel: label}.Week()
		if hours != want.hours || minutes != want.minutes || said != want.said || known != want.known {
			t.Errorf("%q is read as %d h %d, %q, %v", label, hours, minutes, said, known)
		}
	}
}

func TestATownIsWrittenAsNamesAre(t *testing.T) {
	for label, want := range map[string][2]string{
		"34 - SAINT-GEORGES-D'ORQUES":    {"Saint-Georges-d'Orques", "34"},
		"34 - VILLENEUVE-LÈS-MAGUELONE":  {"Villeneuve-lès-Maguelone", "34"},
		"34 - LE CRÈS":                   {"Le Crès", "34"},
		"34 - Lattes":                    {"Lattes", "34"},
		"2A - AJACCIO":                   {"Ajaccio", "2A"},
		"974 - LES TROIS-BASSINS":        {"Les Trois-Bassins", "974"},
		"75 - PARIS 12E  ARRONDISSEMENT": {"Paris 12E  Arrondissement", "75"},
		"Montpellier":                    {"Montpellier", ""},
		"":                               {"", ""},
	} {
		if name, department := (fair.Place{Label: label}).Town(); name != want[0] || department != want[1] {
			t.Errorf("%q is written %q (%s)", label, name, department)
		}
	}
}
