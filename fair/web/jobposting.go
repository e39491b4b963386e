package web

import (
	"encoding/json"
	"fmt"
	"html"
	"html/template"
	"strings"
	"time"

	"salon/fair"
)

// posting is an offer as search engines read it
// (https://schema.org/JobPosting,
// https://developers.google.com/search/docs/appearance/structured-data/job-posting).
// Pay is left out unless the employer's words say it in figures: amounts are
// never guessed.
type posting struct {
	Context      string       `json:"@context"`
	Type         string       `json:"@type"`
	Title        string       `json:"title"`
	Description  string       `json:"description"` // HTML
	DatePosted   string       `json:"datePosted"`
	ValidThrough string       `json:"validThrough,omitempty"`
	URL          string       `json:"url"`
	Identifier   property     `json:"identifier"`
	Organisation organisation `json:"hiringOrganization"`
	Location     *location    `json:"jobLocation,omitempty"`
	Remote       string       `json:"jobLocationType,omitempty"`
	From         *country     `json:"applicantLocationRequirements,omitempty"`
	Employment   []string     `json:"employmentType,omitempty"`
	Openings     int          `json:"totalJobOpenings,omitempty"`
	Occupation   string       `json:"occupationalCategory,omitempty"`
	Hours        string       `json:"workHours,omitempty"`
	Skills       string       `json:"skills,omitempty"`
	Asked        string       `json:"qualifications,omitempty"`
	Experience   string       `json:"experienceRequirements,omitempty"`
	Salary       *salary      `json:"baseSalary,omitempty"`
	DirectApply  bool         `json:"directApply"`
}

type property struct {
	Type  string `json:"@type"`
	Name  string `json:"name"`
	Value string `json:"value"`
}

type organisation struct {
	Type   string `json:"@type"`
	Name   string `json:"name"`
	SameAs string `json:"sameAs,omitempty"`
}

type location struct {
	Type    string  `json:"@type"`
	Address address `json:"address"`
}

// country is a Country.
type country struct {
	Type string `json:"@type"`
	Name string `json:"name"`
}

// salary is a MonetaryAmount.
type salary struct {
	Type     string   `json:"@type"`
	Currency string   `json:"currency"`
	Value    quantity `json:"value"`
}

// quantity holds one value or two ends.
type quantity struct {
	Type  string  `json:"@type"`
	Value float64 `json:"value,omitempty"`
	Min   float64 `json:"minValue,omitempty"`
	Max   float64 `json:"maxValue,omitempty"`
	Unit  string  `json:"unitText"`
}

type address struct {
	Type     string `json:"@type"`
	Locality string `json:"addressLocality"`
	Postcode string `json:"postalCode,omitempty"`
	Country  string `json:"addressCountry"`
}

// jobPosting makes the block of an open offer of a company with that website. encoding/json escapes "<", so no
// text can end the script element it stands in.
func jobPosting(o fair.Offer, website, canonical string) (template.JS, error) {
	p := posting{
		Context: "https://schema.org/", Type: "JobPosting",
		Title: o.Title, Description: asHTML(o.Description), URL: canonical,
		DatePosted:   o.PublishedAt.UTC().Format(time.DateOnly),
		Identifier:   property{"PropertyValue", o.CompanyName, o.SourceID},
		Organisation: organisation{Type: "Organization", Name: o.CompanyName, SameAs: website},
		Employment:   employment(o.Work), Openings: o.Positions, Hours: o.Work.HoursLabel,
		Occupation: strings.TrimSpace(o.Work.ROME + " " + o.Work.Occupation), Salary: baseSalary(o.Pay),
		Skills: labels(o.Needs.Skills), Asked: labels(o.Needs.Training, o.Needs.Licences, o.Needs.Languages),
	}
	if !o.ClosesAt.IsZero() {
		p.ValidThrough = o.ClosesAt.UTC().Format(time.RFC3339)
	}
	if o.Needs.Level() == fair.Beginner {
		p.Experience = "no requirements" // the one text that search engines read
	}
	if o.Place.Remote() {
		p.Remote, p.From = "TELECOMMUTE", &country{"Country", "FR"}
	} else {
		p.Location = &location{"Place", address{"PostalAddress", locality(o.Place), o.Place.Postcode, "FR"}}
	}
	raw, err := json.Marshal(p)
	if err != nil {
		return "", fmt.Errorf("describe an offer for search engines: %w", err)
	}
	return template.JS(raw), nil
}

// labels names what is asked for, parted by commas.
func labels(kinds ...[]fair.Need) string {
	var all []string
	for _, needs := range kinds {
		for _, n := range needs {
			all = append(all, n.Label)
		}
	}
	return strings.Join(all, ", ")
}

// asHTML keeps the paragraphs and nothing else.
func asHTML(text string) string {
	var b strings.Builder
	for _, p := range paragraphs(text) {
		b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(p), "\n", "<br>") + "</p>")
	}
	return b.String()
}

// baseSalary is the pay in figures, nil where the employer's words are not
// certain.
func baseSalary(p fair.Pay) *salary {
	rate, known := p.Rate()
	if !known {
		return nil
	}
	value := quantity{Type: "QuantitativeValue", Unit: strings.ToUpper(string(rate.Per))}
	if low, high := euros(rate.Low), euros(rate.High); low == high {
		value.Value = low
	} else {
		value.Min, value.Max = low, high
	}
	return &salary{"MonetaryAmount", "EUR", value}
}

func euros(cents int64) float64 { return float64(cents) / 100 }

// locality is the town where the work is.
func locality(p fair.Place) string {
	if name := communeName(p.Commune); name != "" {
		return name
	}
	name, _ := p.Town()
	return name
}

// employment maps contract and hours to Google's words; what is not said stays
// unsaid.
func employment(w fair.Work) []string {
	var types []string
	if w.FullTime != nil && *w.FullTime {
		types = append(types, "FULL_TIME")
	}
	if w.FullTime != nil && !*w.FullTime {
		types = append(types, "PART_TIME")
	}
	switch w.Contract {
	case "CDD", "MIS", "SAI":
		types = append(types, "TEMPORARY")
	case "LIB":
		types = append(types, "CONTRACTOR")
	}
	return types
}
