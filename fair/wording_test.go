package fair_test

import (
	"strings"
	"testing"

	"salon/fair"
)

func TestWordingThatTheLawForbidsIsNamed(t *testing.T) {
	for text, rule := range map[string]fair.WordingRule{
		"Nous recherchons un jeune diplômé":                fair.WordingAge,
		"Jeunes vendeuses pour notre boutique":             fair.WordingAge,
		"Vous êtes jeune et motivé":                        fair.WordingAge,
		"Équipe de jeunes dynamiques":                      fair.WordingAge,
		"Âgé de moins de 30 ans":                           fair.WordingAge,
		"Candidate âgée entre 25 et 35 ans":                fair.WordingAge,
		"Âge maximum : 40 ans":                             fair.WordingAge,
		"Vous avez entre 25 et 40 ans":                     fair.WordingAge,
		"Profil 25-35 ans":                                 fair.WordingAge,
		"Recherche jeunes de 18 à 25 ans":                  fair.WordingAge,
		"Seniors s'abstenir":                               fair.WordingAge,
		"Profil jeune souhaité":                            fair.WordingAge,
		"moins de 26 ans exigé":                            fair.WordingAge,
		"Recherchons homme pour manutention":               fair.WordingSex,
		"Femmes uniquement":                                fair.WordingSex,
		"Poste pour un homme":                              fair.WordingSex,
		"Cherche dame pour ménage":                         fair.WordingSex,
		"Femme de ménage (H/F)":                            fair.WordingSex,
		"De préférence une femme":                          fair.WordingSex,
		"Sexe masculin":                                    fair.WordingSex,
		"Idéal pour une jeune fille":                       fair.WordingSex,
		"Anglais langue maternelle":                        fair.WordingOrigin,
		"Locuteur natif allemand":                          fair.WordingOrigin,
		"Native speaker only":                              fair.WordingOrigin,
		"Nationalité française exigée":                     fair.WordingOrigin,
		"Personne de type européen":                        fair.WordingOrigin,
		"Français de souche":                               fair.WordingOrigin,
		"Parler sans accent":                               fair.WordingOrigin,
		"Célibataire, mobile":                              fair.WordingFamily,
		"Personne sans enfant":                             fair.WordingFamily,
		"Libre de toute contrainte familiale":              fair.WordingFamily,
		"Précisez votre situation familiale":               fair.WordingFamily,
		"Mère de famille bienvenue":                        fair.WordingFamily,
		"Bonne santé exigée":                               fair.WordingHealth,
		"Excellente condition physique":                    fair.WordingHealth,
		"Non-fumeur":                                       fair.WordingHealth,
		"Pas de handicap":                                  fair.WordingHealth,
		"Bonne présentation exigée":                        fair.WordingLooks,
		"CV avec photo":                                    fair.WordingLooks,
		"Physique agréable":                                fair.WordingLooks,
		"Pas de tatouage":                                  fair.WordingLooks,
		"De confession catholique":                         fair.WordingBelief,
		"Sans signe religieux":                             fair.WordingBelief,
		"Syndiqués s'abstenir":                             fair.WordingUnion,
		"Habiter impérativement Montpellier":               fair.WordingHome,
		"Frais de dossier de 50 € à votre charge":          fair.WordingMoney,
		"Formation payante":                                fair.WordingMoney,
		"Appelez le 08 99 12 34 56":                        fair.WordingMoney,
		"Revenus illimités":                                fair.WordingMislead,
		"Argent facile, gagnez 500 € par jour":             fair.WordingMislead,
		"Période d’essai non rémunérée":                    fair.WordingMislead,
		"NOUS CHERCHONS UNE JEUNE FEMME POUR NOTRE EQUIPE": fair.WordingAge,
	} {
		got := fair.CheckWording(text)
		if len(got) == 0 || got[0].Rule != rule {
			t.Errorf("%q: got %+v, want %s", text, got, rule)
			continue
		}
		if w := got[0]; text[w.Start:w.End] == "" || !strings.Contains(text, w.Found) {
			t.Errorf("%q: the passage %q is not where it is said to be", text, w.Found)
		}
	}
}

func TestGoodWordingIsLeftAlone(t *testing.T) {
	for _, text := range []string{
		"Éducateur de jeunes enfants", "Vous accompagnez de jeunes adultes", "Animation auprès des jeunes",
		"Aide aux personnes âgées", "Une entreprise qui existe depuis plus de 30 ans", "Plus de 20 ans d'expérience dans le bâtiment",
		"Débutant·e accepté·e", "Femme de chambre / Valet de chambre", "Égalité femmes-hommes", "Développement d'applications natives",
		"Animatrice jeunesse 11-17 ans", "Un groupe de neuf adolescents et adolescentes de 13 à 17 ans", "Vous accompagnez 70 jeunes de 16 à 25 ans vers un emploi",
		"React Native et JavaScript", "Vente de vêtements pour femmes", "Rayon hommes", "Organisation de mariages",
		"Présentation des produits en rayon", "Frais de déplacement remboursés", "Poste ouvert aux travailleurs handicapés",
		"Accessible aux personnes handicapées", "Homme ou femme (H/F)", "Candidature ouverte aux femmes et aux hommes",
		"35 heures du lundi au vendredi", "Salaire de 1 900 à 2 080 € par mois", "De 25 à 35 heures par semaine", "Contrat de 12 à 24 mois",
		"Niveau bilingue anglais (C1)", "Port de charges jusqu'à 15 kg", "Permis B exigé", "Appelez le 04 67 00 00 00",
		"Accompagner des enfants de 3 à 6 ans en crèche, avec bienveillance", "Mission locale jeunes", "Mutuelle pour vous et vos enfants",
		"Vous parlez français et espagnol", "Formation assurée et payée", "Jeune entreprise du numérique",
	} {
		if got := fair.CheckWording(text); len(got) > 0 {
			t.Errorf("%q is flagged: %+v", text, got)
		}
	}
}

func TestEveryPassageIsFoundOnceAndInOrder(t *testing.T) {
	text := "Jeune diplômé célibataire, bonne présentation. Anglais langue maternelle."
	var rules []string
	for _, w := range fair.CheckWording(text) {
		rules = append(rules, string(w.Rule))
	}
	if got := strings.Join(rules, " "); got != "age family looks origin" {
		t.Errorf("got %q", got)
	}
	if got := fair.CheckWording(""); len(got) != 0 {
		t.Errorf("nothing is flagged: %+v", got)
	}
	fair.CheckWording(strings.Repeat("jeune ", 20_000) + "\xff\xfe") // takes its time, but ends
}

func TestAnOfferMustReadAsFrench(t *testing.T) {
	for text, want := range map[string]bool{
		"Vous préparez les commandes et vous conseillez les clients dans la boutique.":                           true,
		"You will prepare the orders and advise our customers in the shop with your team, and you are friendly.": false,
		"Développeur full stack": true,
		"":                       true,
		"Nous recherchons un lead developer pour notre équipe et nos clients : you will work.": true,
	} {
		if got := fair.ReadsFrench(text); got != want {
			t.Errorf("%q: got %v", text, got)
		}
	}
}
