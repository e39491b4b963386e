package frontend_test

import (
	"encoding/json"
	"html/template"
	"time"

	"salon/frontend"
)

// noon is a fixed time in the middle of the sample fair, in its time zone.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.FixedZone("CET", 3600))

func at(days, hour, minute int) time.Time {
	return time.Date(2026, 11, 23+days, hour, minute, 0, 0, noon.Location())
}

// page is a page of the sample fair.
func page(lang, path string) frontend.Page {
	return frontend.Page{
		Lang: lang, Origin: "https://salon.example", Path: path,
		Head: frontend.Head{Title: "Rencontres de l’exemple", Description: "Un salon pour les essais."},
		Fair: &frontend.FairLink{Slug: "exemple", Name: "Rencontres de l’exemple"},
		Demo: true,
	}
}

func titled(p frontend.Page, title string) frontend.Page {
	p.Head.Title = title
	return p
}

func signedIn(p frontend.Page) frontend.Page {
	p.Me = &frontend.Me{Name: "Camille", Candidate: true}
	return p
}

var talks = []frontend.TalkItem{
	{ID: "t1", Title: "Préparer un entretien en ligne", Start: at(0, 11, 30), End: at(0, 12, 30), State: "open", Speakers: []string{"Inès Roque", "Paul Vidal"}, Stand: "Atelier des Garrigues", Language: "français", Access: "sous-titres en français"},
	{ID: "t2", Title: "Les métiers du soin à domicile : horaires, trajets, évolution", Start: at(0, 14, 0), End: at(0, 14, 45), State: "planned", Speakers: []string{"Maud Serre"}, Language: "français"},
	{ID: "t3", Title: "Changer de voie à quarante ans", Start: at(0, 16, 30), End: at(0, 17, 30), State: "ended", Language: "français"},
}

var stands = []frontend.StandItem{
	{ID: "s1", Name: "Atelier des Garrigues", Sector: "Métallerie", Place: "Lattes", Offers: 12, NextSlot: at(0, 14, 20)},
	{ID: "s2", Name: "Les Jardins de Thau", Sector: "Agriculture", Place: "Villeneuve-lès-Maguelone", Offers: 1, NextSlot: at(0, 15, 0)},
	{ID: "s3", Name: "Maison Bel Âge", Sector: "Soin", Place: "Montpellier", Offers: 0},
}

var offers = []frontend.OfferItem{
	{ID: "o1", Title: "Soudeuse / Soudeur TIG", Company: "Atelier des Garrigues", Place: "Lattes", Contract: "CDI", Pay: "2 150 € brut par mois", Posted: at(-3, 9, 0), NextSlot: at(0, 14, 20)},
	{ID: "o2", Title: "Aide à domicile (H/F) — secteur Celleneuve et Paillade, petits trajets", Company: "Maison Bel Âge", Place: "Montpellier", Contract: "CDD de 6 mois", Posted: at(-4, 9, 0)},
	{ID: "o3", Title: "Cheffe / Chef de rang", Company: "Le Grand Étang", Place: "Palavas-les-Flots", Contract: "Saisonnier", Pay: "13 € de l’heure", Posted: at(-4, 9, 0), NextSlot: at(1, 9, 0)},
}

func booking() frontend.BookingView {
	b := frontend.BookingView{StandID: "s1", OfferID: "o1", Key: "k1"}
	for day := range 5 {
		d := frontend.SlotDay{Day: at(day, 0, 0)}
		for i := range 6 {
			start := at(day, 9+i, 20*(i%3))
			d.Slots = append(d.Slots, frontend.SlotItem{
				ID: start.Format("0215") + "a", Start: start, End: start.Add(20 * time.Minute), Video: i != 2, Phone: i != 4,
			})
		}
		b.Days = append(b.Days, d)
	}
	return b
}

func posting() template.JS {
	raw, err := json.Marshal(map[string]string{"@context": "https://schema.org", "@type": "JobPosting", "title": "</script><b>"})
	if err != nil {
		panic(err)
	}
	return template.JS(raw)
}

func offer(p frontend.Page) *frontend.OfferPage {
	p.Head.JSONLD = posting()
	return &frontend.OfferPage{
		Page: titled(p, "Soudeuse / Soudeur TIG"), ID: "o1", Title: "Soudeuse / Soudeur TIG", Place: "Lattes (34)", Occupation: "Soudage manuel",
		Contract: "CDI, temps plein", Pay: "2 150 à 2 400 € brut par mois, 13e mois", Hours: "35 h, du lundi au vendredi, 7 h – 15 h", Experience: "2 ans demandés",
		Posted: at(-3, 9, 0), Reference: "118XKTB", Positions: 2,
		Description: []string{
			"L’atelier fabrique des garde-corps, des escaliers et des verrières pour des chantiers de la métropole. Vous rejoignez une équipe de neuf personnes, dans un bâtiment neuf et ventilé.",
			"Vos journées :\n- lire un plan et préparer les pièces\n- souder à l’arc TIG, inox et aluminium\n- contrôler, meuler et poser avec un collègue",
		},
		Required: []string{"Soudure TIG sur inox", "Lecture de plans"}, Wished: []string{"CACES 3", "Permis B"},
		Company: frontend.CompanyView{StandID: "s1", Name: "Atelier des Garrigues", Sector: "Métallerie", Place: "Lattes", Size: "9 personnes", Website: "https://company.example", About: []string{"Métallerie d’art et de bâtiment, née en 1998."}},
		Line:    frontend.LineView{StandID: "s1", OfferID: "o1", State: "open", Open: true, Waiting: 3, Recruiters: 2, Wait: "entre 12 et 18 min"},
		Booking: booking(),
		Similar: offers[1:],
	}
}

// samples is at least one view of every page, in every state worth looking at.
func samples(lang string) map[string]frontend.View {
	fairs, home := page(lang, "/"), page(lang, "/fairs/exemple")
	fairs.Fair = nil
	list, one := page(lang, "/fairs/exemple/offers"), page(lang, "/fairs/exemple/offers/o1")
	closed := offer(signedIn(one))
	closed.Closed, closed.Head.JSONLD, closed.Head.NoIndex = true, "", true
	taken := offer(signedIn(one))
	taken.Booking = frontend.BookingView{Taken: at(1, 9, 20)}
	taken.Line.Mine = &frontend.PlaceView{State: "waiting", Position: "3e dans la file", Wait: "entre 12 et 18 min"}
	capped := offer(signedIn(one))
	capped.Booking = frontend.BookingView{StandID: "s1", Full: "capfair", Cap: 10}
	capped.Line.Many = 5
	waiting := func(free bool) *frontend.OfferPage {
		o := offer(signedIn(one))
		o.Booking.AskPhone, o.Booking.AskNeeds, o.Booking.Standby = true, true, frontend.StandbyView{For: []time.Time{at(1, 9, 20)}, Days: booking().Days}
		if !free {
			o.Booking.Days = nil
			o.Booking.Standby.Kept = frontend.BookingChoice{Slot: "0910a", Channel: "either", Phone: "06 39", Problem: "Ce numéro ne semble pas complet."}
		}
		return o
	}
	refused := offer(signedIn(one))
	refused.Line.State, refused.Line.Message, refused.Line.Until, refused.Line.AskPhone, refused.Line.AskNeeds, refused.Line.Confirm = "paused", "Nous revenons à 14 h.", at(0, 14, 0), true, true, true
	refused.Line.Kept = frontend.LineChoice{Channel: "phone", Number: "06 39", Problem: "Ce numéro ne semble pas complet.", Phone: true}
	taken.Notice = &frontend.Notice{Kind: "done", Title: "C’est noté", Text: "Un courriel de confirmation est en route."}
	outside := page(lang, "/nowhere")
	outside.Fair = nil
	shell := signedIn(page(lang, "/me"))
	shell.Head.NoIndex = true
	return map[string]frontend.View{
		"fairs": &frontend.FairsPage{Page: titled(fairs, "Rencontres"), Fairs: []frontend.FairItem{
			{Slug: "exemple", Name: "Rencontres de l’exemple", Organiser: "Ville d’exemple", Starts: at(-5, 9, 0), Ends: at(8, 18, 0), State: "open"},
			{Slug: "alternance", Name: "Jeudis de l’alternance", Organiser: "Ville d’exemple", Starts: at(30, 9, 0), Ends: at(45, 18, 0), State: "before"}}},
		"fairs-none": &frontend.FairsPage{Page: titled(fairs, "Rencontres")},
		"fair": &frontend.FairPage{Page: home, Name: "Rencontres de l’exemple", Organiser: "Ville d’exemple",
			About:  []string{"Quatorze jours pour rencontrer les entreprises du territoire, par vidéo ou par téléphone, depuis chez vous."},
			Starts: at(-5, 9, 0), Ends: at(8, 18, 0), State: "open", Live: talks[:1], Today: talks[1:2], Soon: stands[:2], OpenTotal: 14,
			Open:     []frontend.StandItem{{ID: "s3", Name: "Maison Bel Âge", Place: "Montpellier", Open: true, Wait: "d’ici 7 min"}, {ID: "s2", Name: "Les Jardins de Thau", Place: "Sète", Open: true, Paused: true}, {ID: "s1", Name: "Atelier des Garrigues", Open: true}},
			Searches: []frontend.SearchLink{{Label: "Mécanicien / Mécanicienne automobile", Query: "rome=I1604"}, {Label: "Aide à domicile", Query: "rome=K1304"}},
			Sectors:  []frontend.Sector{{Name: "Métallerie", Stands: stands[:1]}, {Name: "Soin et aide", Stands: stands[1:]}}, Offers: 1600, Stands: 60, Talks: 1},
		"fair-over":      &frontend.FairPage{Page: home, Name: "Rencontres de l’exemple", Starts: at(-16, 9, 0), Ends: at(-3, 18, 0), State: "ended", Offers: 12, Stands: 3},
		"fair-before":    &frontend.FairPage{Page: home, Name: "Rencontres de l’exemple", Starts: at(3, 9, 0), Ends: at(16, 18, 0), State: "before", DaysLeft: 3, Offers: 1, Stands: 1},
		"offers":         &frontend.OffersPage{Page: titled(list, "Offres"), Contracts: []frontend.Option{{Value: "CDI", Label: "CDI"}, {Value: "CDD", Label: "CDD"}}, Communes: []frontend.Option{{Value: "34129", Label: "Lattes"}}, Occupations: []frontend.Option{{Value: "H2913", Label: "Soudage manuel"}}, Search: frontend.OfferSearch{Q: "soud", Commune: "34129", Radius: 10}, Offers: append(append(offers, offers...), offers...), Total: 1130, PageNumber: 4, Pages: 57},
		"offers-before":  &frontend.OffersPage{Page: titled(list, "Offres"), Without: "before"},
		"offers-over":    &frontend.OffersPage{Page: titled(list, "Offres"), Without: "over"},
		"offers-none":    &frontend.OffersPage{Page: titled(list, "Offres"), Search: frontend.OfferSearch{Q: "astronaute"}, Looser: []frontend.SearchLink{{Label: "« astronaute » dans toutes les communes", Query: "q=astronaute"}}},
		"offer":          offer(one),
		"offer-signedin": offer(signedIn(one)),
		"offer-capped":   capped,
		"offer-waiting":  waiting(true),
		"offer-full":     waiting(false),
		"offer-closed":   closed,
		"offer-taken":    taken,
		"offer-refused":  refused,
		"stand": &frontend.StandPage{Page: titled(page(lang, "/fairs/exemple/stands/s1"), "Atelier des Garrigues"), ID: "s1", Name: "Atelier des Garrigues", Sector: "Métallerie", Place: "Lattes", Size: "9 personnes", Website: "https://company.example", Links: []frontend.LinkItem{{Label: "Nos métiers en images", URL: "https://company.example/images"}},
			About:  []string{"Métallerie d’art et de bâtiment, née en 1998. Garde-corps, escaliers, verrières.", "Nous formons à la soudure ; la motivation compte plus que le diplôme."},
			People: []frontend.PersonItem{{Name: "Nora Teissier", Role: "Cheffe d’atelier"}}, Offers: offers, OfferTotal: 12, Booking: booking(), Talks: talks[:1]},
		"stand-empty": &frontend.StandPage{Page: titled(page(lang, "/fairs/exemple/stands/s3"), "Maison Bel Âge"), ID: "s3", Name: "Maison Bel Âge", Sector: "Soin", Hours: "9 h – 12 h",
			Line: frontend.LineView{State: "closed", Next: at(1, 9, 0), Message: "À demain !", Kept: frontend.LineChoice{Problem: "La file vient de fermer."}}},
		"stand-called": &frontend.StandPage{Page: titled(signedIn(page(lang, "/fairs/exemple/stands/s3")), "Maison Bel Âge"), ID: "s3", Name: "Maison Bel Âge", Sector: "Soin", Line: frontend.LineView{State: "open", Open: true, Mine: &frontend.PlaceView{State: "called"}}},
		"programme": &frontend.ProgrammePage{Page: titled(page(lang, "/fairs/exemple/programme"), "Programme"), Talks: talks,
			Days: []frontend.ProgrammeDay{{Date: at(-1, 0, 0), Talks: 2}, {Date: at(0, 0, 0), Talks: 3, Current: true}, {Date: at(1, 0, 0), Talks: 4}, {Date: at(2, 0, 0), Talks: 4}, {Date: at(3, 0, 0), Talks: 4}, {Date: at(4, 0, 0), Talks: 4}, {Date: at(5, 0, 0), Talks: 4}}},
		"programme-none":        &frontend.ProgrammePage{Page: titled(page(lang, "/fairs/exemple/programme"), "Programme")},
		"webconference":         &frontend.WebconferencePage{Page: titled(page(lang, "/fairs/exemple/webconferences/t1"), "Préparer un entretien"), Talk: talks[0], About: []string{"Une heure pour s’entraîner."}, Stands: stands[:1], Others: talks[1:2], Boot: frontend.Boot{Lang: lang, ID: "t1"}},
		"webconference-planned": &frontend.WebconferencePage{Page: titled(page(lang, "/fairs/exemple/webconferences/t2"), "Les métiers du soin"), Talk: talks[1], About: []string{"Trois aides à domicile racontent."}},
		"webconference-ended":   &frontend.WebconferencePage{Page: titled(page(lang, "/fairs/exemple/webconferences/t3"), "Changer de voie"), Talk: talks[2]},
		"signin":                &frontend.SignInPage{Page: titled(page(lang, "/sign-in"), "Se connecter"), Step: "mail", Next: "/me", Problem: "Cette adresse n’est pas complète.", Mail: "camille@", Issuers: []frontend.IssuerItem{{Key: "town", Name: "La ville"}}},
		"elsewhere":             &frontend.ElsewherePage{Page: titled(page(lang, "/sign-in"), "Un autre service"), To: "https://town.example/authorize?state=s"},
		"address":               &frontend.AddressPage{Page: titled(signedIn(page(lang, "/account")), "Votre adresse"), From: "camille@example.org", To: "camille@exemple.net"},
		"address-undo":          &frontend.AddressPage{Page: titled(page(lang, "/account"), "Votre adresse"), From: "camille@example.org", To: "eve@exemple.net", Undo: true},
		"elsewhere-leaving":     &frontend.ElsewherePage{Page: titled(page(lang, "/sign-in"), "Un autre service"), To: "https://town.example/end", Leaving: true},
		"signin-code":           &frontend.SignInPage{Page: titled(page(lang, "/sign-in"), "Se connecter"), Step: "code", Next: "/me", Mail: "camille@example.org", Problem: "Ce code n’est plus valable.", Outbox: true},
		"signin-password":       &frontend.SignInPage{Page: titled(page(lang, "/sign-in/password"), "Se connecter"), Step: "password", Next: "/desk", Mail: "remi@example.org", Problem: "L’adresse ou le mot de passe n’est pas le bon."},
		"signin-factor":         &frontend.SignInPage{Page: titled(page(lang, "/sign-in/factor"), "Se connecter"), Step: "factor", Next: "/desk", Passkey: true},
		"protect":               &frontend.ProtectPage{Page: titled(page(lang, "/account/protect"), "Protéger votre compte"), Next: "/desk", Must: true, Passkey: true, Field: "password", Problem: "Ce mot de passe est facile à deviner."},
		"protect-totp":          &frontend.ProtectPage{Page: titled(page(lang, "/account/protect"), "Protéger votre compte"), Next: "/desk", Must: true, Password: true, Secret: "ABCD EFGH", QR: "data:image/png;base64,iVBORw0KGgo=", Field: "totp", Problem: "Ce code n’est pas le bon."},
		"invitation":            &frontend.InvitationPage{Page: titled(signedIn(page(lang, "/invitations/abc")), "Invitation"), Mail: "remi@example.org", FairName: "Rencontres", Stand: "Maison Bel Âge", Role: "recruiter", Other: true},
		"searches": &frontend.SearchesPage{Page: titled(signedIn(page(lang, "/account/searches")), "Mes recherches"), Searches: []frontend.SearchItem{
			{ID: "w1", Name: "boulangère · CDI", Fair: "Rencontres", Slug: "exemple", Query: "q=boulangère", Mail: true, At: noon}, {ID: "w2", Name: "Lattes", Fair: "Rencontres", Slug: "exemple", Query: "commune=34129", At: noon}}},
		"searches-objected": &frontend.SearchesPage{Page: titled(signedIn(page(lang, "/account/searches")), "Mes recherches"), Objects: true, Searches: []frontend.SearchItem{
			{ID: "w1", Name: "boulangère · CDI", Fair: "Rencontres", Slug: "exemple", Query: "q=boulangère", Mail: true, At: noon}}},
		"searches-none": &frontend.SearchesPage{Page: titled(signedIn(page(lang, "/account/searches")), "Mes recherches")},
		"stop":          &frontend.StopPage{Page: titled(page(lang, "/searches/abc"), "Ne plus recevoir"), Token: "abc", Search: frontend.SearchItem{Name: "boulangère", Fair: "Rencontres"}},
		"stopped":       &frontend.StopPage{Page: titled(page(lang, "/searches/abc"), "Ne plus recevoir"), Token: "abc", Search: frontend.SearchItem{Name: "boulangère", Fair: "Rencontres"}, Stopped: true},
		"data": &frontend.DataPage{Page: titled(signedIn(page(lang, "/account/data")), "Mes données"), Tickets: 1, Applications: 2, CVs: 1,
			Consents:     []frontend.ConsentItem{{Kind: "needs", Given: true, Version: "2026-11-25", At: at(-1, 9, 0)}},
			Objections:   []frontend.ObjectionItem{{Kind: "mails", Since: at(-1, 9, 0)}, {Kind: "statistics"}},
			Appointments: []frontend.PlannedItem{{Stand: "Atelier des Garrigues", Start: at(1, 14, 0)}, {Stand: "Maison Bel Âge", Start: at(1, 15, 0), Desk: true}},
			Stands:       []string{"Maison Bel Âge"}, Alone: []string{"Rencontres de l’exemple"}},
		"account": &frontend.AccountPage{Page: titled(signedIn(page(lang, "/account")), "Mon compte"), Name: "Camille", Mail: "camille@example.org", Locale: lang, TOTP: true, Recovery: 9, Passkey: true, Next: "/account",
			Passkeys: []frontend.PasskeyItem{{ID: "k1", Name: "Téléphone", Made: at(-1, 9, 0)}},
			Linked:   []frontend.PasskeyItem{{ID: "f1", Name: "La ville", Made: at(-1, 9, 0)}}, Issuers: []frontend.IssuerItem{{Key: "town", Name: "La ville"}}, Claim: "La ville",
			Devices: []frontend.DeviceItem{{ID: "d1", Browser: "Firefox · Linux", Seen: noon, Here: true}, {ID: "d2", Seen: at(-1, 9, 0)}},
			Reads:   []frontend.ReadItem{{Who: "Rémi", What: "profile.read", Why: "interview", At: noon}, {What: "cv.read", Why: "application", At: noon}}},
		"protect-codes": &frontend.ProtectPage{Page: titled(page(lang, "/account/protect"), "Vos codes"), Next: "/desk", Codes: []string{"abcde-fghij-klmno", "pqrst-uvwxy-z2345"}},
		"demo":          &frontend.DemoPage{Page: titled(page(lang, "/demo"), "Démonstration")},
		"outbox":        &frontend.OutboxPage{Page: titled(page(lang, "/demo/outbox"), "Messages"), Messages: []frontend.MessageItem{{To: "camille@example.org", Subject: "Votre rendez-vous", Text: "Bonjour,\n\nVous avez rendez-vous lundi à 14 h 20.", Sent: noon, Attachments: []string{"rendez-vous.ics"}}}},
		"draw-open":     &frontend.DrawPage{Page: titled(page(lang, "/fairs/exemple/draws/d1"), "Tirage"), ID: "d1", State: "open", Closes: at(2, 18, 0), Wished: 41, Slots: 60, Hash: "ab12"},
		"draw": &frontend.DrawPage{Page: titled(page(lang, "/fairs/exemple/draws/d1"), "Tirage"), ID: "d1", State: "done", Closes: at(-2, 18, 0), Drawn: at(-2, 18, 1), Wished: 41, Slots: 60, Given: 1, Hash: "ab12", Seed: "cd34",
			Places: []frontend.DrawPlace{{Number: "k3fa 2mq7 b4xy", Stand: "Atelier des Garrigues", Start: at(1, 9, 0), Wish: 1}}},
		"stand-draw": &frontend.StandPage{Page: titled(page(lang, "/fairs/exemple/stands/s3"), "Maison Bel Âge"), ID: "s3", Name: "Maison Bel Âge", Sector: "Soin",
			Booking: frontend.BookingView{StandID: "s3", Release: frontend.ReleaseView{Draw: "d1", DrawCloses: at(2, 18, 0), Kept: true}}},
		"stand-wave": &frontend.StandPage{Page: titled(page(lang, "/fairs/exemple/stands/s3"), "Maison Bel Âge"), ID: "s3", Name: "Maison Bel Âge", Sector: "Soin",
			Booking: frontend.BookingView{StandID: "s3", Release: frontend.ReleaseView{NextWave: at(2, 18, 0)}}},
		"outbox-none": &frontend.OutboxPage{Page: titled(page(lang, "/demo/outbox"), "Messages")},
		"error-404":   &frontend.ErrorPage{Page: titled(outside, "404"), Status: 404, Request: "r1"},
		"error-418":   &frontend.ErrorPage{Page: titled(outside, "418"), Status: 418},
		"error-503":   &frontend.ErrorPage{Page: titled(home, "503"), Status: 503, RetryAfter: 30, Again: true},
		"shell":       &frontend.ShellPage{Page: titled(shell, "Mon salon"), Entry: "candidate", Boot: frontend.Boot{Lang: lang, Fair: "exemple", Name: "</script>"}},
		"shell-dark":  &frontend.ShellPage{Page: titled(shell, "Entretien"), Entry: "interview", Dark: true, Boot: frontend.Boot{Lang: lang, ID: "i1"}},
	}
}
