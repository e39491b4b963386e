package service

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"time"

	"salon/fair"
)

// maxRecord is the size of one imported record, in bytes. The largest real
// ones are under 20 kB.
const maxRecord = 64 << 10

// record is what Salon reads of an offer in the shape of the French public
// employment service's API "Offres d'emploi v2". What is not named here is kept
// in Offer.Raw all the same.
type record struct {
	ID                string  `json:"id"`
	Intitule          string  `json:"intitule"`
	Description       string  `json:"description"`
	DateCreation      string  `json:"dateCreation"`
	DateActualisation string  `json:"dateActualisation"`
	RomeCode          string  `json:"romeCode"`
	RomeLibelle       string  `json:"romeLibelle"`
	Appellation       string  `json:"appellationlibelle"`
	TypeContrat       string  `json:"typeContrat"`
	ContratLibelle    string  `json:"typeContratLibelle"`
	NatureContrat     string  `json:"natureContrat"`
	Alternance        bool    `json:"alternance"`
	Duree             string  `json:"dureeTravailLibelle"`
	DureeConvertie    string  `json:"dureeTravailLibelleConverti"`
	NombrePostes      int     `json:"nombrePostes"`
	ExperienceExige   string  `json:"experienceExige"`
	Experience        string  `json:"experienceLibelle"`
	ExperienceDetail  string  `json:"experienceCommentaire"`
	Competences       []asked `json:"competences"`
	Formations        []asked `json:"formations"`
	Langues           []asked `json:"langues"`
	Permis            []asked `json:"permis"`
	Qualites          []asked `json:"qualitesProfessionnelles"`
	Qualification     string  `json:"qualificationLibelle"`
	Deplacement       string  `json:"deplacementLibelle"`
	ConditionExercice string  `json:"conditionExercice"`
	Complement        string  `json:"complementExercice"`
	AccessibleTH      bool    `json:"accessibleTH"`
	Secteur           string  `json:"secteurActiviteLibelle"`
	Effectif          string  `json:"trancheEffectifEtab"`
	LieuTravail       struct {
		Libelle    string   `json:"libelle"`
		CodePostal string   `json:"codePostal"`
		Commune    string   `json:"commune"`
		Latitude   *float64 `json:"latitude"`
		Longitude  *float64 `json:"longitude"`
	} `json:"lieuTravail"`
	Entreprise struct {
		Nom         string `json:"nom"`
		Description string `json:"description"`
		URL         string `json:"url"`
		Adaptee     bool   `json:"entrepriseAdaptee"`
	} `json:"entreprise"`
	Salaire struct {
		Libelle     string  `json:"libelle"`
		Commentaire string  `json:"commentaire"`
		Complement1 string  `json:"complement1"`
		Complement2 string  `json:"complement2"`
		Complements []asked `json:"listeComplements"`
	} `json:"salaire"`
	Contexte struct {
		Horaires   []string `json:"horaires"`
		Conditions []string `json:"conditionsExercice"`
	} `json:"contexteTravail"`
}

// asked is one requirement; E in Exigence means that it is required.
type asked struct {
	Libelle     string `json:"libelle"`
	Niveau      string `json:"niveauLibelle"`
	Domaine     string `json:"domaineLibelle"`
	Commentaire string `json:"commentaire"`
	Exigence    string `json:"exigence"`
}

var (
	romePattern     = regexp.MustCompile(`^[A-Z][0-9]{4}$`)
	contractPattern = regexp.MustCompile(`^[A-Z]{2,4}$`)
	inseePattern    = regexp.MustCompile(`^[0-9][0-9AB][0-9]{3}$`)
	postcodePattern = regexp.MustCompile(`^[0-9]{5}$`)
)

// parseRecord reads one record. Problems say everything that is wrong with it;
// a record with problems is not taken.
func parseRecord(raw json.RawMessage) (r record, problems []Problem) {
	if len(raw) > maxRecord {
		return r, []Problem{{"", "import.large"}}
	}
	if bytes.IndexByte(bytes.TrimSpace(raw), '{') != 0 {
		return r, []Problem{{"", "import.object"}}
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		mistyped, ok := errors.AsType[*json.UnmarshalTypeError](err)
		if !ok {
			return r, []Problem{{"", "import.json"}}
		}
		problems = append(problems, Problem{mistyped.Field, "import.type"})
	}
	r.clean()
	return r, append(problems, r.check()...)
}

// clean tidies the texts that are checked or shown.
func (r *record) clean() {
	for _, line := range []*string{
		&r.ID, &r.Intitule, &r.RomeCode, &r.RomeLibelle, &r.Appellation, &r.TypeContrat, &r.ContratLibelle,
		&r.NatureContrat, &r.Duree, &r.DureeConvertie, &r.Experience, &r.ExperienceDetail, &r.Qualification,
		&r.Deplacement, &r.ConditionExercice, &r.Complement, &r.Secteur, &r.Effectif,
		&r.LieuTravail.Libelle, &r.LieuTravail.CodePostal, &r.LieuTravail.Commune,
		&r.Entreprise.Nom, &r.Entreprise.URL, &r.Salaire.Libelle, &r.Salaire.Commentaire,
		&r.Salaire.Complement1, &r.Salaire.Complement2,
	} {
		*line = fair.CleanLine(*line)
	}
	r.Description = fair.Clean(r.Description)
	r.Entreprise.Description = fair.Clean(r.Entreprise.Description)
}

// check lists what is missing, too long or malformed.
func (r *record) check() (problems []Problem) {
	add := func(field, code string) { problems = append(problems, Problem{field, code}) }
	for _, f := range []struct {
		field, value string
		required     bool
		limit        int
		shape        *regexp.Regexp
	}{
		{"id", r.ID, true, 50, nil},
		{"intitule", r.Intitule, true, 160, nil},
		{"description", r.Description, true, 8000, nil},
		{"lieuTravail.libelle", r.LieuTravail.Libelle, true, 120, nil},
		{"lieuTravail.commune", r.LieuTravail.Commune, false, 5, inseePattern},
		{"lieuTravail.codePostal", r.LieuTravail.CodePostal, false, 5, postcodePattern},
		{"typeContrat", r.TypeContrat, true, 4, contractPattern},
		{"typeContratLibelle", r.ContratLibelle, false, 120, nil},
		{"natureContrat", r.NatureContrat, false, 120, nil},
		{"entreprise.nom", r.Entreprise.Nom, true, 120, nil},
		{"entreprise.description", r.Entreprise.Description, false, 4000, nil},
		{"romeCode", r.RomeCode, false, 5, romePattern},
		{"romeLibelle", r.RomeLibelle, false, 200, nil},
		{"appellationlibelle", r.Appellation, false, 200, nil},
		{"dureeTravailLibelle", r.Duree, false, 200, nil},
		{"experienceLibelle", r.Experience, false, 200, nil},
		{"salaire.libelle", r.Salaire.Libelle, false, 300, nil},
		{"salaire.commentaire", r.Salaire.Commentaire, false, 500, nil},
		{"secteurActiviteLibelle", r.Secteur, false, 200, nil},
	} {
		switch {
		case f.value == "" && f.required:
			add(f.field, "import.missing")
		case fair.TooLong(f.value, f.limit):
			add(f.field, "text.long")
		case f.value != "" && f.shape != nil && !f.shape.MatchString(f.value):
			add(f.field, "import.shape")
		}
	}
	if r.Entreprise.Nom != "" && fair.Fold(r.Entreprise.Nom) == "" {
		add("entreprise.nom", "import.shape")
	}
	if r.NombrePostes < 0 || r.NombrePostes > 999 {
		add("nombrePostes", "offer.positions")
	}
	for field, date := range map[string]string{"dateCreation": r.DateCreation, "dateActualisation": r.DateActualisation} {
		if _, err := time.Parse(time.RFC3339, date); date != "" && err != nil {
			add(field, "import.date")
		}
	}
	if lat, lon := r.LieuTravail.Latitude, r.LieuTravail.Longitude; (lat == nil) != (lon == nil) ||
		lat != nil && (*lat < -90 || *lat > 90 || *lon < -180 || *lon > 180) {
		add("lieuTravail.latitude", "import.point")
	}
	for field, list := range map[string]int{
		"competences": len(r.Competences), "formations": len(r.Formations), "langues": len(r.Langues),
		"permis": len(r.Permis), "qualitesProfessionnelles": len(r.Qualites),
		"contexteTravail.horaires": len(r.Contexte.Horaires), "contexteTravail.conditionsExercice": len(r.Contexte.Conditions),
	} {
		if list > 40 {
			add(field, "import.many")
		}
	}
	return problems
}

// offer is what the record says about the job. Dates are at most now.
func (r *record) offer(raw json.RawMessage, places Places, now time.Time) fair.Offer {
	o := fair.Offer{
		Source: sourceImport, SourceID: r.ID, State: fair.OfferOpen,
		Title: r.Intitule, Description: r.Description, CompanyName: r.Entreprise.Nom,
		Work: fair.Work{
			ROME: r.RomeCode, Occupation: r.RomeLibelle, Appellation: r.Appellation,
			Contract: r.TypeContrat, ContractLabel: r.ContratLibelle, Nature: r.NatureContrat, Alternance: r.Alternance,
			HoursLabel: r.Duree, FullTime: fullTime(r.DureeConvertie),
			Schedule: lines(r.Contexte.Horaires...), Conditions: lines(append(r.Contexte.Conditions, r.ConditionExercice, r.Complement)...),
			Travel: r.Deplacement, Qualification: r.Qualification, Accessible: r.AccessibleTH,
		},
		Place: fair.Place{
			Label: r.LieuTravail.Libelle, Commune: r.LieuTravail.Commune, Postcode: r.LieuTravail.CodePostal,
			Lat: r.LieuTravail.Latitude, Lon: r.LieuTravail.Longitude,
		},
		Pay: fair.Pay{Label: r.Salaire.Libelle, Comment: r.Salaire.Commentaire, Extras: r.extras()},
		Needs: fair.Needs{
			Experience: strings.Join(lines(r.Experience, r.ExperienceDetail), " · "), Beginner: r.ExperienceExige == "D",
			Skills: needs(r.Competences), Training: needs(r.Formations), Languages: needs(r.Langues),
			Licences: needs(r.Permis), Qualities: needs(r.Qualites),
		},
		Positions: max(r.NombrePostes, 1), PublishedAt: now,
		Raw: bytes.Clone(raw), RawHash: contentHash(raw),
	}
	if at, err := time.Parse(time.RFC3339, r.DateCreation); err == nil && at.Before(now) {
		o.PublishedAt = cut(at)
	}
	if o.Work.ContractLabel == "" {
		o.Work.ContractLabel = o.Work.Contract
	}
	if label, ok := places.Occupation(o.Work.ROME); ok && o.Work.Occupation == "" {
		o.Work.Occupation = label
	}
	if _, lat, lon, ok := places.Commune(o.Place.Commune); ok && o.Place.Lat == nil {
		o.Place.Lat, o.Place.Lon = &lat, &lon
	}
	return o
}

func (r *record) extras() []string {
	extras := []string{r.Salaire.Complement1, r.Salaire.Complement2}
	for _, c := range r.Salaire.Complements {
		extras = append(extras, c.Libelle)
	}
	return lines(extras...)
}

// contentHash is the SHA-256 of the record without insignificant space.
func contentHash(raw json.RawMessage) []byte {
	var compact bytes.Buffer
	if err := json.Compact(&compact, raw); err != nil {
		compact.Reset()
		compact.Write(raw)
	}
	sum := sha256.Sum256(compact.Bytes())
	return sum[:]
}

// fullTime reads "Temps plein" or "Temps partiel"; nil when it is neither.
func fullTime(text string) *bool {
	switch text = strings.ToLower(text); {
	case strings.Contains(text, "plein"):
		return new(true)
	case strings.Contains(text, "partiel"):
		return new(false)
	}
	return nil
}

// lines tidies a list of short texts, each cut at 300 characters, and leaves
// out what is empty or said twice.
func lines(texts ...string) []string {
	var kept []string
	seen := map[string]bool{}
	for _, text := range texts {
		text = fair.CleanLine(text)
		if cut := []rune(text); len(cut) > 300 {
			text = string(cut[:299]) + "…"
		}
		if text != "" && !seen[text] {
			seen[text] = true
			kept = append(kept, text)
		}
	}
	return kept
}

func needs(list []asked) []fair.Need {
	var needs []fair.Need
	for _, a := range list {
		label := strings.Join(lines(a.Libelle, a.Niveau, a.Domaine, a.Commentaire), " · ")
		if label != "" {
			needs = append(needs, fair.Need{Label: label, Required: a.Exigence == "E"})
		}
	}
	return needs
}
