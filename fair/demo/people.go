package demo

import (
	"fmt"

	"salon/fair"
	"salon/fair/place"
	"salon/fair/service"
)

// Person is somebody one can enter as. Occupations, Commune, Availability and
// Phone are a candidate's only.
type Person struct {
	Name, Headline, About string
	Email                 string // in a domain that cannot exist
	Occupations           []string
	Commune               string // INSEE code
	Availability          string
	Phone                 string // E.164, of a range kept for fiction
}

// The ways candidates speak of themselves. Each holds for any occupation and
// anybody.
var (
	experiences = []string{
		"premier emploi recherché", "un an d’expérience", "deux ans d’expérience", "quatre ans d’expérience", "sept ans d’expérience",
		"douze ans d’expérience", "en reconversion", "de retour après une pause", "diplôme obtenu cette année",
	}
	paths = []string{
		"J’ai appris ce métier sur le tas, puis je l’ai fait reconnaître par une formation.",
		"Je viens d’un tout autre domaine et j’ai choisi celui-ci après deux stages.",
		"J’ai travaillé dans de petites équipes, où l’on fait un peu de tout.",
		"Après plusieurs contrats courts, je cherche une équipe où rester.",
		"J’ai déménagé dans la métropole l’an dernier et je veux y travailler près de chez moi.",
		"Je sors de formation avec de bons retours de stage.",
		"J’ai repris le chemin de l’emploi après avoir accompagné un proche.",
		"J’ai formé deux apprentis dans mon dernier poste et j’aimerais continuer à transmettre.",
	}
	strengths = []string{
		"On me confie volontiers ce qui demande de la patience.",
		"Je suis à l’aise avec le public, y compris quand il est pressé.",
		"Je préfère prévenir tôt qu’expliquer tard.",
		"J’aime les consignes claires et je sais les donner.",
		"Je parle deux langues et je comprends bien une troisième.",
		"Mon point fort est l’organisation, mon point faible l’informatique, que je travaille.",
		"J’apprends vite quand on me montre une fois.",
	}
	wishes = []string{
		"Je me déplace en tramway et à vélo.",
		"J’ai le permis B et une voiture.",
		"Un temps partiel m’irait, un temps plein aussi.",
		"Les horaires du matin me conviennent bien.",
		"Je préfère commencer par un échange au téléphone.",
		"Je cherche un poste durable.",
	}
	availabilities = []string{
		"Disponible tout de suite", "Disponible sous quinze jours", "Disponible dans un mois", "Disponible après un préavis de deux mois",
		"Disponible les après-midi", "Disponible du lundi au jeudi", "Disponible à la fin de ma formation",
	}
)

// Candidate is candidate n, from 1 to 10,000.
func Candidate(n int) Person {
	occupations, communes := place.Occupations(), place.Communes()
	first := occupations[n*31%len(occupations)]
	codes := []string{first.Code}
	if n%3 == 0 {
		codes = append(codes, occupations[(n*31+1)%len(occupations)].Code)
	}
	return Person{
		Name:         nameOf(n),
		Email:        service.DemoEmail(fair.Candidate, n),
		Headline:     fmt.Sprintf("%s, %s", first.Label, pick(experiences, n)),
		About:        fmt.Sprintf("%s %s %s", pick(paths, n*3+n/7), pick(strengths, n*5+n/11), pick(wishes, n/2)),
		Occupations:  codes,
		Commune:      homeOf(n, communes),
		Availability: pick(availabilities, n*2+n/5),
		Phone:        fictionPhone(n),
	}
}

// homeOf spreads people as the metropole does: more than half in Montpellier.
func homeOf(n int, communes []place.Commune) string {
	if n%9 < 5 {
		return "34172"
	}
	return communes[n*17%len(communes)].INSEE
}

// fictionPhone is a number of the ranges that the French numbering plan keeps
// for works of fiction (Arcep, decision 2018-0881, article 2.5.12): every tenth
// is a landline of the south-east, so that both are seen.
func fictionPhone(n int) string {
	if n%10 == 0 {
		return fmt.Sprintf("+3346571%04d", n%10_000)
	}
	return fmt.Sprintf("+3363998%04d", n%10_000)
}

func pick(list []string, n int) string { return list[n%len(list)] }

// Recruiter and organiser numbers beyond those the content names get names from
// a later part of the series, so that they do not bear a candidate's.
const (
	recruiterNames = 10_001
	organiserNames = 12_001
	speakerNames   = 13_001
	adviserNames   = 14_001
)

// RecruiterAt is recruiter n, who serves the stand (n-1) mod 60 + 1.
func RecruiterAt(n int) Person {
	list := companies()
	company, turn := list[(n-1)%len(list)], (n-1)/len(list)
	person := Person{Name: nameOf(recruiterNames + n), Headline: "équipe de recrutement", Email: service.DemoEmail(fair.Recruiter, n)}
	if turn < len(company.Recruiters) {
		person.Name, person.Headline = company.Recruiters[turn].Name, company.Recruiters[turn].Title
	}
	return person
}

// Organiser is organiser n.
func Organiser(n int) Person {
	return Person{Name: nameOf(organiserNames + n), Headline: "équipe des rencontres", Email: service.DemoEmail(fair.Organiser, n)}
}

// Speaker is speaker n: the first ones are on the programme, in its order.
func Speaker(n int) Person {
	person := Person{Name: nameOf(speakerNames + n), Headline: "intervention libre", Email: service.DemoEmail(fair.Speaker, n)}
	if named := speaking(); n <= len(named) {
		person.Name, person.Headline = named[n-1].Name, named[n-1].Title
	}
	return person
}

// Adviser is adviser n.
func Adviser(n int) Person {
	return Person{Name: nameOf(adviserNames + n), Headline: "accompagnement vers l’emploi", Email: service.DemoEmail(fair.Adviser, n)}
}

// Account is demo person n in that role, for service.Config.DemoAccount.
func Account(role fair.RoleKind, n int) fair.Account {
	var person Person
	switch role {
	case fair.Candidate:
		person = Candidate(n)
	case fair.Recruiter:
		person = RecruiterAt(n)
	case fair.Organiser:
		person = Organiser(n)
	case fair.Speaker:
		person = Speaker(n)
	case fair.Adviser:
		person = Adviser(n)
	}
	return fair.Account{
		Name: person.Name, Email: person.Email, Locale: fair.French,
		Profile: fair.Profile{
			Headline: person.Headline, About: person.About, Occupations: person.Occupations,
			Commune: person.Commune, Availability: person.Availability, Phone: person.Phone,
		},
	}
}
