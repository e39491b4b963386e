package demo

import (
	"sync"
	"time"

	"salon/fair"
	"salon/fair/service"
)

const (
	timeZone   = "Europe/Paris"
	daysBefore = 3  // the fair has begun so many days before today...
	daysAfter  = 10 // ...and ends so many days after: fourteen in all
)

// paris is the time zone of the fair. It panics where the machine has none and
// the binary carries none, which is a fault of the build.
var paris = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation(timeZone)
	if err != nil {
		panic("demo: " + err.Error())
	}
	return zone
})

// day is the time of day clock ("14:30") in Paris, so many days after now.
func day(now time.Time, days int, clock string) time.Time {
	at, err := time.Parse("15:04", clock)
	if err != nil {
		panic("demo: " + err.Error())
	}
	local := now.In(paris())
	return time.Date(local.Year(), local.Month(), local.Day()+days, at.Hour(), at.Minute(), 0, 0, local.Location()).UTC()
}

// Fair is the demo fair placed around now.
func Fair(now time.Time) fair.Fair {
	return fair.Fair{
		ID:   fair.DeriveID("demo", "fair", service.DemoFair),
		Slug: service.DemoFair,
		Name: fair.Text{FR: "Rencontres pour l’emploi", EN: "Meet your next job"},
		Tagline: fair.Text{
			FR: "Quatorze jours en ligne, soixante entreprises du territoire, des entretiens par vidéo ou par téléphone.",
			EN: "Fourteen days online, sixty local companies, interviews by video or by phone.",
		},
		Description: fair.Text{
			FR: "Les entreprises des trente et une communes recrutent et le disent ici, offre par offre. " +
				"Cherchez un métier, une commune ou un contrat, lisez ce qu’on vous demandera vraiment, " +
				"puis réservez un entretien avec la personne qui recrute.\n\n" +
				"Chaque entretien se fait par vidéo ou par téléphone, au choix, et se termine par une réponse. " +
				"Des webconférences ouvertes à tous présentent les métiers, aident à préparer un CV ou un appel, " +
				"et répondent aux questions que l’on n’ose pas toujours poser.",
			EN: "Companies from thirty-one towns are hiring and say so here, offer by offer. " +
				"Look for a trade, a town or a contract, read what will really be asked of you, " +
				"then book an interview with the person who recruits.\n\n" +
				"Every interview is by video or by phone, as you like, and ends with an answer. " +
				"Talks open to everybody present the trades, help prepare a CV or a call, " +
				"and answer the questions people do not always dare to ask.",
		},
		Organiser: "Service Emploi et Territoire de la métropole",
		StartsAt:  day(now, -daysBefore, "09:00"),
		EndsAt:    day(now, daysAfter, "18:00"),
		TimeZone:  timeZone,
		Demo:      true,
	}
}

// Day is the day a stored demo fair was placed around: give it to Offers, so
// that offers keep the dates they were first loaded with.
func Day(f fair.Fair) time.Time { return f.StartsAt.AddDate(0, 0, daysBefore) }
