package service_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"salon/fair"
	"salon/fair/service"
)

func matches(err error, want *fair.Error) bool {
	e, ok := errors.AsType[*fair.Error](err)
	return ok && e.Kind == want.Kind && e.Code == want.Code
}

// offerRecord is a whole record of one employer.
func offerRecord(id, employer string) string {
	return fmt.Sprintf(`{"id":%q,"intitule":"Aide-soignant / Aide-soignante (H/F)","description":"Vous accompagnez douze résidents.\r\n\r\nÉquipe de six.",
	"dateCreation":"2021-01-12T08:30:00.000Z","lieuTravail":{"libelle":"34 - MONTPELLIER","commune":"34172","codePostal":"34000"},
	"romeCode":"J1501","appellationlibelle":"Aide-soignant / Aide-soignante","entreprise":{"nom":%q,"description":"Une maison.","url":"https://maison.example"},
	"typeContrat":"CDI","typeContratLibelle":"Contrat à durée indéterminée","dureeTravailLibelle":"35H Horaires normaux","dureeTravailLibelleConverti":"Temps plein",
	"experienceExige":"D","experienceLibelle":"Débutant accepté","competences":[{"code":"1","libelle":"Soins","exigence":"E"},{"libelle":"Écoute","exigence":"S"}],
	"salaire":{"libelle":"Mensuel de 1800 Euros"},"contexteTravail":{"horaires":["Travail en journée"]},"nombrePostes":2,
	"nouveauChamp":{"gardé":"tel quel"}}`, id, employer)
}

func records(texts ...string) []json.RawMessage {
	list := make([]json.RawMessage, len(texts))
	for i, text := range texts {
		list[i] = json.RawMessage(text)
	}
	return list
}

func TestAnImportedOfferIsReadKeptAndFound(t *testing.T) {
	h := newHouse(t)
	raw := offerRecord("042ABC", "Maison Neuve")
	results, err := h.ImportOffers(t.Context(), h.boss, h.fair.Slug, records(raw))
	h.must(err)
	o, err := h.Offer(t.Context(), fair.Actor{}, h.fair.Slug, results[0].Offer)
	h.must(err)
	switch {
	case o.Title != "Aide-soignant / Aide-soignante (H/F)", o.Positions != 2, o.Work.Occupation != "Soins d'hygiène":
		t.Errorf("the offer reads %+v", o)
	case o.Description != "Vous accompagnez douze résidents.\n\nÉquipe de six.":
		t.Errorf("the description reads %q", o.Description)
	case o.Work.FullTime == nil || !*o.Work.FullTime, !o.Needs.Beginner, !o.Needs.Skills[0].Required, o.Needs.Skills[1].Required:
		t.Errorf("work and needs read %+v %+v", o.Work, o.Needs)
	case o.Place.Lat == nil || *o.Place.Lat != 43.61:
		t.Error("the place has no centroid")
	case string(o.Raw) != raw:
		t.Error("the record was not kept as it came")
	}
	st, err := h.Stand(t.Context(), fair.Actor{}, h.fair.Slug, "maison-neuve")
	h.must(err)
	if st.Offers != 1 || st.Number != 4 || st.ID != o.Stand {
		t.Errorf("the stand of the new employer is %+v", st)
	}
	if _, ok := h.world.indexed[o.ID]; !ok {
		t.Error("the offer is not in the index when the import answers")
	}
}

func TestAnImportIsIdempotentByIDAndContent(t *testing.T) {
	h := newHouse(t)
	record := offerRecord("042ABC", "Maison 0")
	for _, step := range []struct {
		name, record, want string
	}{
		{"the first time it is created", record, service.ResultCreated},
		{"the same again is unchanged", record, service.ResultUnchanged},
		{"other white space is no change", strings.ReplaceAll(record, `",`, `" ,`), service.ResultUnchanged},
		{"another text updates it", strings.ReplaceAll(record, "douze", "treize"), service.ResultUpdated},
		{"an unknown field updates it", strings.ReplaceAll(record, "tel quel", "changé"), service.ResultUpdated},
	} {
		results, err := h.ImportOffers(t.Context(), h.boss, h.fair.Slug, records(step.record))
		h.must(err)
		if results[0].Result != step.want {
			t.Errorf("%s: %s", step.name, results[0].Result)
		}
	}
	page, err := h.Stands(t.Context(), fair.Actor{}, h.fair.Slug, 1, 100)
	h.must(err)
	if page.Total != 3 || page.Items[0].Offers != 2 {
		t.Errorf("%d stands, %d offers at the first; want 3 and 2", page.Total, page.Items[0].Offers)
	}
}

func TestABadRecordIsNamedAndTheOthersGoOn(t *testing.T) {
	h := newHouse(t)
	good := offerRecord("good", "Maison 0")
	for _, c := range []struct{ name, record, field, code string }{
		{"no id", strings.Replace(good, `"id":"good"`, `"id":""`, 1), "id", "import.missing"},
		{"no title", strings.Replace(good, `"intitule"`, `"titre"`, 1), "intitule", "import.missing"},
		{"no place", strings.Replace(good, `"libelle":"34 - MONTPELLIER"`, `"nom":"x"`, 1), "lieuTravail.libelle", "import.missing"},
		{"no employer", strings.Replace(good, `"nom":"Maison 0"`, `"nom":" "`, 1), "entreprise.nom", "import.missing"},
		{"a title too long", strings.Replace(good, "(H/F)", strings.Repeat("x", 160), 1), "intitule", "text.long"},
		{"a number for a title", strings.Replace(good, `"intitule":"Aide-soignant / Aide-soignante (H/F)"`, `"intitule":12`, 1), "intitule", "import.type"},
		{"a wrong occupation code", strings.Replace(good, "J1501", "1501", 1), "romeCode", "import.shape"},
		{"a date in French", strings.Replace(good, "2021-01-12T08:30:00.000Z", "12/01/2021", 1), "dateCreation", "import.date"},
		{"half a point", strings.Replace(good, `"codePostal"`, `"latitude":43.6,"codePostal"`, 1), "lieuTravail.latitude", "import.point"},
		{"a list", `[1]`, "", "import.object"},
		{"broken JSON", `{"id":`, "", "import.json"},
		{"a huge record", strings.Replace(good, "tel quel", strings.Repeat("y", 70_000), 1), "", "import.large"},
	} {
		t.Run(c.name, func(t *testing.T) {
			results, err := h.ImportOffers(t.Context(), h.boss, h.fair.Slug, records(c.record, good))
			h.must(err)
			bad := results[0]
			if bad.Result != service.ResultRefused || len(bad.Problems) == 0 || bad.Problems[0] != (service.Problem{Field: c.field, Code: c.code}) {
				t.Errorf("the bad record got %+v", bad)
			}
			if results[1].Result == service.ResultRefused || results[1].Index != 1 {
				t.Errorf("the good record got %+v", results[1])
			}
		})
	}
}

func TestOnlyOrganisersImport(t *testing.T) {
	h := newHouse(t)
	for name, c := range map[string]struct {
		who  fair.Actor
		kind fair.Kind
		code string
	}{
		"a visitor":   {fair.Actor{}, fair.Unauthenticated, "sign.in"},
		"a candidate": {h.demo(fair.Candidate, 1), fair.Forbidden, "not.organiser"},
		"a recruiter": {h.demo(fair.Recruiter, 1), fair.Forbidden, "not.organiser"},
		"an organiser elsewhere": {fair.Actor{Account: fair.NewID(), Roles: []fair.Role{{Kind: fair.Organiser, Fair: fair.NewID()}}},
			fair.Forbidden, "not.organiser"},
	} {
		_, err := h.ImportOffers(t.Context(), c.who, h.fair.Slug, records(offerRecord("x", "y")))
		t.Run(name, func(t *testing.T) { refused(t, err, c.kind, c.code) })
	}
}

func TestAnOfferClosedAtTheDeskStaysClosed(t *testing.T) {
	h := newHouse(t)
	recruiter := h.demo(fair.Recruiter, 1)
	offers, err := h.StandOffers(t.Context(), recruiter, recruiter.Roles[0].Stand)
	h.must(err)
	closed := fair.OfferClosed
	_, err = h.EditOffer(t.Context(), recruiter, offers[0].ID, service.OfferEdit{State: &closed, Rev: offers[0].Rev})
	h.must(err)
	_, err = h.EditOffer(t.Context(), recruiter, offers[0].ID, service.OfferEdit{Positions: new(5), Rev: offers[0].Rev})
	refused(t, err, fair.Conflict, "edit.stale")
	h.dispatch()
	results, err := h.ImportOffers(t.Context(), h.boss, h.fair.Slug, records(strings.ReplaceAll(offerRecord("first-0", "Maison 0"), "douze", "dix")))
	h.must(err)
	if results[0].Result != service.ResultUpdated {
		t.Fatalf("the import answers %+v", results[0])
	}
	o, err := h.Offer(t.Context(), fair.Actor{}, h.fair.Slug, offers[0].ID)
	refused(t, err, fair.Gone, "offer.closed")
	if o.Title == "" {
		t.Error("a closed offer is not told at all")
	}
	st, err := h.Stand(t.Context(), fair.Actor{}, h.fair.Slug, string(offers[0].Stand))
	h.must(err)
	if st.Offers != 0 {
		t.Errorf("the stand counts %d open offers, want none", st.Offers)
	}
	page, err := h.Offers(t.Context(), fair.Actor{}, h.fair.Slug, fair.OfferQuery{Text: "soignant"})
	h.must(err)
	for _, o := range page.Items {
		if o.ID == offers[0].ID {
			t.Error("a closed offer shows in a search")
		}
	}
}

func TestAnImportKeepsItsOrderThoughItTakesManyAtATime(t *testing.T) {
	h := newHouse(t)
	var texts []string
	for i := range 40 {
		texts = append(texts, offerRecord(fmt.Sprint("many-", i), fmt.Sprint("Nouvelle maison ", i/4)))
	}
	texts = append(texts, `{"id":"bad"}`, strings.Replace(texts[0], "Aide-soignant", "Infirmier", 1), strings.Replace(texts[0], "Aide-soignant", "Cuisinier", 1))
	results, err := h.ImportOffers(t.Context(), h.boss, h.fair.Slug, records(texts...))
	h.must(err)
	for i, r := range results {
		want := service.ResultCreated
		switch {
		case i == 40:
			want = service.ResultRefused
		case i > 40:
			want = service.ResultUpdated
		}
		if r.Index != i || r.Result != want {
			t.Errorf("record %d: %+v, want %s", i, r, want)
		}
	}
	o, err := h.Offer(t.Context(), fair.Actor{}, h.fair.Slug, results[0].Offer)
	h.must(err)
	if !strings.HasPrefix(o.Title, "Cuisinier") {
		t.Errorf("of three records with one id, %q stays", o.Title)
	}
	for i := range 10 {
		st, err := h.Stand(t.Context(), fair.Actor{}, h.fair.Slug, fmt.Sprint("nouvelle-maison-", i))
		h.must(err)
		if st.Number != 4+i || st.Offers != 4 {
			t.Errorf("stand %d has %d offers, want stand %d with 4", st.Number, st.Offers, 4+i)
		}
	}
}

func TestAFlaggedOfferThatIsImportedWaitsForAnOrganiser(t *testing.T) {
	h := newHouse(t)
	good := offerRecord("flagged", "Maison 0")
	flagged := strings.Replace(good, "Équipe de six.", "Vous êtes jeune et motivé.", 1)
	take := func(record, want string, waits bool) fair.Offer {
		t.Helper()
		results, err := h.ImportOffers(t.Context(), h.boss, h.fair.Slug, records(record))
		h.must(err)
		if results[0].Result != want || results[0].Waits != waits {
			t.Fatalf("got %+v, want %s, waits %v", results[0], want, waits)
		}
		o, err := h.OfferDesk(t.Context(), h.boss, results[0].Offer)
		h.must(err)
		return o
	}
	o := take(flagged, service.ResultCreated, true)
	if o.State != fair.OfferWaiting {
		t.Errorf("it is %s", o.State)
	}
	_, err := h.Offer(t.Context(), fair.Actor{}, h.fair.Slug, o.ID)
	refused(t, err, fair.NotFound, "offer.unknown")
	take(flagged, service.ResultUnchanged, true)
	o, err = h.DecideOffer(t.Context(), h.boss, o.ID, service.OfferDecision{Reason: "L'âge n'est pas un critère", Rev: o.Rev})
	h.must(err)
	if o = take(flagged, service.ResultUnchanged, false); o.State != fair.OfferDraft {
		t.Errorf("what was refused comes back as %s", o.State)
	}
	if o = take(good, service.ResultUpdated, false); o.State != fair.OfferOpen || o.OpenedAt == nil || o.Refused != nil {
		t.Errorf("put right, it is %s, %+v", o.State, o.Refused)
	}
	o = take(strings.Replace(flagged, "douze", "treize", 1), service.ResultUpdated, true)
	if o.State != fair.OfferOpen || o.Proposed == nil || strings.Contains(o.Description, "jeune") {
		t.Errorf("what is shown changed without an organiser: %+v", o)
	}
	if got := o.History[len(o.History)-1]; got.Action != "proposed" || len(got.Fields) != 1 {
		t.Errorf("its history ends %+v", got)
	}
}
