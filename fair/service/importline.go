package service

import (
	"cmp"
	"errors"
	"strconv"
	"strings"

	"salon/fair"
	"salon/fair/sheet"
)

// SheetColumn is a column of a file of offers.
type SheetColumn struct {
	Field   string // of the form of an offer, as refusals name it
	Name    string // at its head
	Needed  bool
	Choices []string
	also    []string                                    // other names that are understood
	put     func(l *offerLine, cell string) *fair.Error // reads a cell, or says what is wrong
}

// The fields of a line that the form of an offer has not.
const (
	fieldRef     = "reference"
	fieldCompany = "company"
)

// columnReason is what a corrected file calls the column that says what was wrong;
// it is passed over when the file comes back.
const columnReason = "Motif du refus"

// offerLine is a line of a file as it is read.
type offerLine struct {
	sheet.Line
	Ref, Company string
	OfferDraft
	problems []fair.LineProblem
}

func (l *offerLine) refuse(field, code string) {
	l.problems = append(l.problems, fair.LineProblem{Field: field, Code: code})
}

// bad is the line as one that was refused.
func (l *offerLine) bad() fair.BadLine {
	return fair.BadLine{Line: l.Number, Ref: l.Ref, Problems: l.problems}
}

// sheetColumns are the columns of a file of offers, in the order of the template.
var sheetColumns = []SheetColumn{
	{Field: fieldRef, Name: "Référence", Needed: true, also: []string{"ref", "id", "reference"}, put: func(l *offerLine, cell string) *fair.Error {
		if l.Ref = fair.CleanLine(cell); fair.TooLong(l.Ref, 50) {
			return fair.Refuse("", "text.long")
		}
		return nil
	}},
	{Field: fieldCompany, Name: "Entreprise", Needed: true, also: []string{"employeur", "société", "company", "employer"}, put: func(l *offerLine, cell string) *fair.Error {
		switch l.Company = fair.CleanLine(cell); {
		case fair.TooLong(l.Company, 120):
			return fair.Refuse("", "text.long")
		case fair.Fold(l.Company) == "":
			return fair.Refuse("", "import.shape")
		}
		return nil
	}},
	{Field: "title", Name: "Intitulé", Needed: true, also: []string{"titre", "poste", "title"}, put: text(func(l *offerLine) *string { return &l.Title })},
	{Field: "description", Name: "Description", Needed: true, also: []string{"missions"}, put: text(func(l *offerLine) *string { return &l.Description })},
	{Field: "contract", Name: "Contrat", Needed: true, also: []string{"type de contrat", "contract"}, Choices: []string{"CDI", "CDD", "Intérim", "Saisonnier"},
		put: choice(func(l *offerLine) *string { return &l.Contract }, "contract.unknown", map[string]string{
			"cdi": "CDI", "contrat-a-duree-indeterminee": "CDI", "cdd": "CDD", "contrat-a-duree-determinee": "CDD",
			"interim": "MIS", "mission-interimaire": "MIS", "mis": "MIS", "saisonnier": "SAI", "contrat-travail-saisonnier": "SAI", "sai": "SAI",
		})},
	{Field: "months", Name: "Durée (mois)", also: []string{"durée", "durée en mois", "months"}, put: whole(func(l *offerLine) *int { return &l.Months }, 120)},
	{Field: "commune", Name: "Commune", Needed: true, also: []string{"lieu", "lieu de travail", "ville", "code postal", "place"}, put: text(func(l *offerLine) *string { return &l.Commune })},
	{Field: "rome", Name: "Code ROME", also: []string{"rome"}, put: func(l *offerLine, cell string) *fair.Error {
		l.ROME = strings.ToUpper(fair.CleanLine(cell))
		return nil
	}},
	{Field: "pay_from", Name: "Salaire minimum", also: []string{"salaire", "salaire min", "pay from"}, put: amount(func(l *offerLine) *float64 { return &l.PayFrom })},
	{Field: "pay_to", Name: "Salaire maximum", also: []string{"salaire max", "pay to"}, put: amount(func(l *offerLine) *float64 { return &l.PayTo })},
	{Field: "pay_per", Name: "Période du salaire", also: []string{"période", "pay per"}, Choices: []string{"Heure", "Mois", "An"},
		put: choice(func(l *offerLine) *string { return &l.PayPer }, "offer.pay", map[string]string{
			"heure": "hour", "horaire": "hour", "hour": "hour", "mois": "month", "mensuel": "month", "month": "month", "an": "year", "annee": "year", "annuel": "year", "year": "year",
		})},
	{Field: "hours", Name: "Temps de travail", also: []string{"working time"}, Choices: []string{"Temps plein", "Temps partiel"},
		put: choice(func(l *offerLine) *string { return &l.Hours }, "offer.hours", map[string]string{
			"temps-plein": fair.FullTime, "plein": fair.FullTime, "temps-complet": fair.FullTime, "complet": fair.FullTime, "full-time": fair.FullTime,
			"temps-partiel": fair.PartTime, "partiel": fair.PartTime, "part-time": fair.PartTime,
		})},
	{Field: "hours_label", Name: "Horaires", also: []string{"hours"}, put: text(func(l *offerLine) *string { return &l.HoursLabel })},
	{Field: "experience", Name: "Expérience", also: []string{"experience"}, Choices: []string{"Débutant accepté", "Expérience exigée"},
		put: choice(func(l *offerLine) *string { return &l.Experience }, "offer.experience", map[string]string{
			"debutant-accepte": fair.Beginner, "debutant": fair.Beginner, "debutante-ou-debutant-accepte": fair.Beginner, "beginner": fair.Beginner,
			"experience-exigee": fair.Experienced, "experience-demandee": fair.Experienced, "experimente": fair.Experienced, "experienced": fair.Experienced,
		})},
	{Field: "experience_label", Name: "Précision sur l'expérience", also: []string{"experience details"}, put: text(func(l *offerLine) *string { return &l.ExperienceLabel })},
	{Field: "accessible", Name: "Ouvert aux travailleurs handicapés", also: []string{"rqth", "accessible"}, Choices: []string{"Oui", "Non"}, put: func(l *offerLine, cell string) *fair.Error {
		switch fair.Fold(cell) {
		case "oui", "yes", "o", "x", "1", "vrai", "true":
			l.Accessible = true
		case "non", "no", "n", "0", "faux", "false":
		default:
			return fair.Refuse("", "import.yesno")
		}
		return nil
	}},
	{Field: "positions", Name: "Nombre de postes", also: []string{"postes", "positions"}, put: whole(func(l *offerLine) *int { return &l.Positions }, 999)},
}

// SheetColumns lists the columns of a file of offers: a stand's has no company.
func SheetColumns(ofStand bool) []SheetColumn {
	var all []SheetColumn
	for _, c := range sheetColumns {
		if !ofStand || c.Field != fieldCompany {
			all = append(all, c)
		}
	}
	return all
}

// ColumnOf is the column of a field, as refusals name it.
func ColumnOf(field string) string {
	if field == "pay" {
		field = "pay_from"
	}
	for _, c := range sheetColumns {
		if c.Field == field {
			return c.Name
		}
	}
	return ""
}

func text(of func(*offerLine) *string) func(*offerLine, string) *fair.Error {
	return func(l *offerLine, cell string) *fair.Error {
		*of(l) = cell
		return nil
	}
}

func choice(of func(*offerLine) *string, code string, words map[string]string) func(*offerLine, string) *fair.Error {
	return func(l *offerLine, cell string) *fair.Error {
		value, known := words[fair.Fold(cell)]
		if !known {
			return fair.Refuse("", code)
		}
		*of(l) = value
		return nil
	}
}

func whole(of func(*offerLine) *int, most int) func(*offerLine, string) *fair.Error {
	return func(l *offerLine, cell string) *fair.Error {
		n, ok := number(cell)
		if !ok || n < 0 || n > float64(most) || n != float64(int(n)) {
			return fair.Refuse("", "import.number")
		}
		*of(l) = int(n)
		return nil
	}
}

func amount(of func(*offerLine) *float64) func(*offerLine, string) *fair.Error {
	return func(l *offerLine, cell string) *fair.Error {
		n, ok := number(cell)
		if !ok || n < 0 || n > 1e6 {
			return fair.Refuse("", "import.number")
		}
		*of(l) = n
		return nil
	}
}

// number reads a number as people and spreadsheets write it: "1 900,50 €".
func number(cell string) (float64, bool) {
	plain := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "€", "", "euros", "", "euro", "", ",", ".").Replace(strings.ToLower(cell))
	if strings.Trim(plain, "0123456789.") != "" { // no signs, no exponents, no infinity
		return 0, false
	}
	n, err := strconv.ParseFloat(plain, 64)
	return n, err == nil
}

// heads says which column of a file is which. Errors: Invalid "import.columns" for
// one that is needed and not there, with their names.
func heads(first sheet.Line, ofStand bool) (columns []*SheetColumn, ignored []string, err error) {
	known := map[string]*SheetColumn{}
	for i := range sheetColumns {
		c := &sheetColumns[i]
		for _, name := range append([]string{c.Name, c.Field}, c.also...) {
			known[fair.Fold(name)] = c
		}
	}
	there := map[*SheetColumn]bool{}
	for _, cell := range first.Cells {
		c := known[fair.Fold(cell)]
		if there[c] {
			c = nil
		}
		if c != nil {
			there[c] = true
		} else if name := fair.CleanLine(cell); name != "" && fair.Fold(name) != fair.Fold(columnReason) {
			ignored = append(ignored, string([]rune(name)[:min(len([]rune(name)), 60)]))
		}
		columns = append(columns, c)
	}
	var missing []string
	for i := range sheetColumns {
		if c := &sheetColumns[i]; c.Needed && !there[c] && (c.Field != fieldCompany || !ofStand) {
			missing = append(missing, c.Name)
		}
	}
	if len(missing) > 0 {
		return nil, nil, fair.Refuse("file", "import.columns").With("columns", strings.Join(missing, ", "))
	}
	return columns, ignored, nil
}

// comment tells whether a line is a remark: its first cell begins with "#".
func comment(line sheet.Line) bool {
	return len(line.Cells) > 0 && strings.HasPrefix(strings.TrimSpace(line.Cells[0]), "#")
}

// readLine reads the cells of a line. What cannot be read is noted on it.
func readLine(columns []*SheetColumn, line sheet.Line, ofStand bool) offerLine {
	l := offerLine{Line: line}
	l.Publish = true
	for i, c := range columns {
		if c == nil {
			continue
		}
		cell := ""
		if i < len(line.Cells) {
			cell = strings.TrimSpace(line.Cells[i])
		}
		if cell == "" {
			if c.Needed && (c.Field != fieldCompany || !ofStand) {
				l.refuse(c.Field, "import.missing")
			}
			continue
		}
		if wrong := c.put(&l, cell); wrong != nil {
			l.refuse(c.Field, wrong.Code)
		}
	}
	l.Positions = cmp.Or(l.Positions, 1)
	return l
}

// textOf makes the text of a line's offer, or notes all that is wrong with it.
func (s *Service) textOf(l *offerLine) (t fair.OfferText) {
	noted := map[string]bool{}
	for _, p := range l.problems {
		noted[p.Field] = true
	}
	if l.Commune != "" {
		insee, ok := s.Places.CommuneNamed(l.Commune)
		if !ok && !noted["commune"] {
			noted["commune"] = true
			l.refuse("commune", "commune.unknown")
		}
		l.Commune = insee
	}
	d := l.OfferDraft
	for range sheetColumns { // each round names one thing, and looks past it
		var err error
		if t, err = s.written(d, fair.OfferText{}); err == nil {
			break
		}
		refused, ok := errors.AsType[*fair.Error](err)
		if !ok {
			break
		}
		if !noted[refused.Field] {
			noted[refused.Field] = true
			l.refuse(refused.Field, refused.Code)
		}
		d.drop(refused.Field)
	}
	if len(l.problems) == 0 {
		if refused, ok := errors.AsType[*fair.Error](t.CheckPublish()); ok {
			l.refuse(refused.Field, refused.Code)
		}
	}
	return t
}

// drop empties a field of a draft.
func (d *OfferDraft) drop(field string) {
	switch field {
	case "title":
		d.Title = ""
	case "description":
		d.Description = ""
	case "hours_label":
		d.HoursLabel = ""
	case "experience_label":
		d.ExperienceLabel = ""
	case "contract":
		d.Contract, d.Months = "", 0
	case "rome":
		d.ROME = ""
	case "commune":
		d.Commune = ""
	case "positions":
		d.Positions = 1
	case "hours":
		d.Hours = ""
	case "experience":
		d.Experience = ""
	case "pay":
		d.PayFrom, d.PayTo, d.PayPer = 0, 0, ""
	}
}
