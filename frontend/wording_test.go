package frontend

import "testing"

func TestPhrasesOfImportedOffersReadAsPeopleWriteThem(t *testing.T) {
	locales, err := Locales()
	if err != nil {
		t.Fatal(err)
	}
	fr, en := locales["fr"], locales["en"]
	for name, c := range map[string]struct{ got, want string }{
		"a range of monthly pay":              {fr.Pay("Mensuel de 2170.00 Euros à 2300.00 Euros sur 12 mois"), "2\u202f170 à 2\u202f300\u00a0€ par mois"},
		"pay over thirteen months":            {fr.Pay("Mensuel de 1900.00 Euros sur 13.0 mois"), "1\u202f900\u00a0€ par mois, sur 13 mois"},
		"pay by the hour with cents":          {fr.Pay("Horaire de 12.5 Euros"), "12,50\u00a0€ de l’heure"},
		"pay by the hour in English":          {en.Pay("Horaire de 12.50 Euros à 14.00 Euros"), "€12.50 to 14 an hour"},
		"pay in other words is left":          {fr.Pay("Selon profil"), "Selon profil"},
		"pay with a unit we do not know":      {fr.Pay("Cachet de 200.00 Euros"), "Cachet de 200.00 Euros"},
		"usual hours":                         {fr.Hours("35H Horaires normaux"), "35\u00a0h par semaine, horaires normaux"},
		"hours and minutes":                   {fr.Hours("37H30 Travail le samedi"), "37\u00a0h\u00a030 par semaine, travail le samedi"},
		"hours in other words are left":       {fr.Hours("Temps partiel"), "Temps partiel"},
		"a place in capitals":                 {Place("34 - SAINT-JEAN-DE-VÉDAS"), "Saint-Jean-de-Védas (34)"},
		"a place with an article":             {Place("34 - LE CRÈS"), "Le Crès (34)"},
		"a place with lès":                    {Place("34 - VILLENEUVE-LÈS-MAGUELONE"), "Villeneuve-lès-Maguelone (34)"},
		"a place already written well":        {Place("34 - Lattes"), "Lattes (34)"},
		"a place without a department stands": {Place("Montpellier"), "Montpellier"},
		"a department of Corsica":             {Place("2A - AJACCIO"), "Ajaccio (2A)"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", name, c.got, c.want)
		}
	}
}
