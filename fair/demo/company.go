package demo

import (
	"fmt"
	"slices"
	"sync"

	"salon/fair"
)

// Company is one of the sixty invented companies and the stand it keeps.
type Company struct {
	Number      int // of its stand, from 1
	Name        string
	Sector      fair.Text
	Size        string // how many people work there, a number
	NAF         string // activity code of the French nomenclature, "87.10A"
	Adapted     bool   // "entreprise adaptée"
	Commune     string // INSEE code
	About       fair.Text
	Looking     fair.Text // what it likes in people
	Recruiters  []Recruiter
	Occupations []string // ROME codes it recruits for
}

// Recruiter is somebody one meets at a stand.
type Recruiter struct {
	Name  string `json:"name"`
	Title string `json:"title"`
}

// sectors are the words shown for the sectors, by the key the files use.
var sectors = map[string]fair.Text{
	"agriculture": {FR: "Agriculture, vigne et paysage", EN: "Farming, vines and landscaping"},
	"building":    {FR: "Bâtiment et travaux publics", EN: "Building and public works"},
	"care":        {FR: "Santé et aide à domicile", EN: "Health and home care"},
	"cleaning":    {FR: "Propreté et environnement", EN: "Cleaning and environment"},
	"culture":     {FR: "Culture, tourisme et sport", EN: "Culture, tourism and sport"},
	"energy":      {FR: "Énergie et réseaux", EN: "Energy and networks"},
	"food":        {FR: "Métiers de bouche", EN: "Food trades"},
	"hotel":       {FR: "Hôtellerie et restauration", EN: "Hotels and restaurants"},
	"industry":    {FR: "Industrie", EN: "Industry"},
	"it":          {FR: "Numérique", EN: "Digital services"},
	"logistics":   {FR: "Logistique et livraison", EN: "Logistics and deliveries"},
	"public":      {FR: "Service public et école", EN: "Public service and schools"},
	"retail":      {FR: "Commerce", EN: "Retail"},
	"services":    {FR: "Services aux entreprises", EN: "Business services"},
	"social":      {FR: "Action sociale et insertion", EN: "Social work and inclusion"},
	"training":    {FR: "Formation", EN: "Training"},
	"transport":   {FR: "Transport et mobilité", EN: "Transport and mobility"},
}

// companyFile is a company as companies.json spells it.
type companyFile struct {
	Number      int         `json:"number"`
	Name        string      `json:"name"`
	Sector      string      `json:"sector"`
	Employees   int         `json:"employees"`
	NAF         string      `json:"naf"`
	Adapted     bool        `json:"adapted"`
	Commune     string      `json:"commune"`
	About       text        `json:"about"`
	Looking     text        `json:"looking"`
	Recruiters  []Recruiter `json:"recruiters"`
	Occupations []string    `json:"occupations"`
}

var companies = sync.OnceValue(func() []Company {
	var list []Company
	for _, file := range read[[]companyFile]("companies.json") {
		sector, known := sectors[file.Sector]
		if !known {
			panic(fmt.Sprintf("demo: %s is of the unknown sector %q", file.Name, file.Sector))
		}
		list = append(list, Company{
			Number: file.Number, Name: file.Name, Sector: sector, Size: fmt.Sprint(file.Employees),
			NAF: file.NAF, Adapted: file.Adapted, Commune: file.Commune, About: file.About.both(),
			Looking: file.Looking.both(), Recruiters: file.Recruiters, Occupations: file.Occupations,
		})
	}
	return list
})

// Companies lists the companies by the number of their stand.
func Companies() []Company { return slices.Clone(companies()) }
