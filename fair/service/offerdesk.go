package service

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"salon/fair"
)

// Where an offer comes from that a desk has written.
const sourceDesk = "desk"

// The actions of an offer's history.
const (
	offerWritten  = "written"
	offerEdited   = "edited"
	offerProposed = "proposed"
	offerApproved = "approved"
	offerRefused  = "refused"
	offerClosed   = "closed"
	offerReopened = "reopened"
)

// maxDeskOffers is how many offers one stand may keep.
const maxDeskOffers = 1000

// OfferDraft is what a desk's form holds. Pay is told as a range when it is known.
type OfferDraft struct {
	Title, Description string
	Contract           string // a code
	Months             int    // of a contract that ends; 0 when not said
	ROME, Commune      string // codes
	PayFrom, PayTo     float64
	PayPer             string // "hour", "month", "year"
	HoursLabel         string
	Hours, Experience  string // as in a search
	ExperienceLabel    string
	Accessible         bool
	Positions          int
	Publish            bool // else it stays a draft, or as it was published
	Rev                int64
}

// deskContracts are the contracts a desk may offer, with their words.
var deskContracts = map[string]string{
	"CDI": "Contrat à durée indéterminée", "CDD": "Contrat à durée déterminée", "MIS": "Mission intérimaire", "SAI": "Contrat travail saisonnier",
}

// payPeriods are the words Offres d'emploi v2 uses.
var payPeriods = map[string]string{"hour": "Horaire", "month": "Mensuel", "year": "Annuel"}

// written checks a draft and makes it the text of an offer.
func (s *Service) written(d OfferDraft, was fair.OfferText) (fair.OfferText, error) {
	t := was
	t.Title, t.Description = fair.CleanLine(d.Title), fair.Clean(d.Description)
	t.Work.HoursLabel, t.Needs.Experience = fair.CleanLine(d.HoursLabel), fair.CleanLine(d.ExperienceLabel)
	for _, f := range []struct {
		field, text string
		limit       int
	}{{"title", t.Title, 160}, {"description", t.Description, 8000}, {"hours_label", t.Work.HoursLabel, 200}, {"experience_label", t.Needs.Experience, 200}} {
		if fair.TooLong(f.text, f.limit) {
			return t, fair.Refuse(f.field, "text.long")
		}
	}
	words, known := deskContracts[d.Contract]
	if d.Contract != "" && !known {
		return t, fair.Refuse("contract", "contract.unknown")
	}
	if d.Contract != was.Work.Contract || d.Months > 0 {
		t.Work.Contract, t.Work.ContractLabel = d.Contract, words
		if d.Months > 0 && d.Contract != "CDI" {
			t.Work.ContractLabel += " - " + strconv.Itoa(d.Months) + " Mois"
		}
	}
	t.Work.ROME, t.Work.Occupation = d.ROME, ""
	if d.ROME != "" {
		label, ok := s.Places.Occupation(d.ROME)
		if !ok {
			return t, fair.Refuse("rome", "occupation.unknown")
		}
		t.Work.Occupation = label
	}
	if d.Commune != was.Place.Commune {
		t.Place = fair.Place{}
		if d.Commune != "" {
			name, lat, lon, ok := s.Places.Commune(d.Commune)
			if !ok {
				return t, fair.Refuse("commune", "commune.unknown")
			}
			t.Place = fair.Place{Label: d.Commune[:2] + " - " + strings.ToUpper(name), Commune: d.Commune, Lat: &lat, Lon: &lon}
		}
	}
	if d.Positions < 1 || d.Positions > 999 {
		return t, fair.Refuse("positions", "offer.positions")
	}
	t.Positions, t.Work.Accessible = d.Positions, d.Accessible
	return t, s.writtenChoices(d, &t)
}

// writtenChoices writes hours, experience and pay.
func (s *Service) writtenChoices(d OfferDraft, t *fair.OfferText) error {
	switch d.Hours {
	case "":
		t.Work.FullTime = nil
	case fair.FullTime, fair.PartTime:
		t.Work.FullTime = new(d.Hours == fair.FullTime)
	default:
		return fair.Refuse("hours", "offer.hours")
	}
	switch d.Experience {
	case "", fair.Experienced:
		t.Needs.Beginner = false
	case fair.Beginner:
		t.Needs.Beginner = true
	default:
		return fair.Refuse("experience", "offer.experience")
	}
	if d.PayFrom == 0 && d.PayTo == 0 {
		if d.PayPer == "" {
			return nil // as it was: an imported offer says its pay in other words
		}
		t.Pay.Label = ""
		return nil
	}
	period, known := payPeriods[d.PayPer]
	if !known || d.PayFrom <= 0 || d.PayTo < 0 || d.PayTo > 0 && d.PayTo < d.PayFrom || d.PayFrom > 1e6 || d.PayTo > 1e6 {
		return fair.Refuse("pay", "offer.pay")
	}
	t.Pay.Label = fmt.Sprintf("%s de %.2f Euros", period, d.PayFrom)
	if d.PayTo > d.PayFrom {
		t.Pay.Label += fmt.Sprintf(" à %.2f Euros", d.PayTo)
	}
	return nil
}

// WriteOffer makes an offer of a stand: a draft, or published where nothing in it
// is flagged or an organiser writes it, else waiting for an organiser.
func (s *Service) WriteOffer(ctx context.Context, a fair.Actor, stand fair.ID, d OfferDraft) (fair.Offer, error) {
	st, err := s.StandDesk(ctx, a, stand)
	if err != nil {
		return fair.Offer{}, err
	}
	f, err := s.Stores.Fairs.Get(ctx, st.Fair)
	if err != nil {
		return fair.Offer{}, err
	}
	if err := s.roomForOne(ctx, stand); err != nil {
		return fair.Offer{}, err
	}
	text, err := s.written(d, fair.OfferText{})
	if err != nil {
		return fair.Offer{}, err
	}
	now := s.now()
	o := fair.Offer{
		ID: fair.NewID(), Fair: f.ID, Stand: st.ID, Company: st.Company, CompanyName: st.Name,
		Source: sourceDesk, State: fair.OfferDraft, PublishedAt: now, ClosesAt: f.EndsAt,
	}
	o.SourceID = string(o.ID)
	o.Write(text)
	change := fair.OfferChange{At: now, By: a.Account, Action: offerWritten}
	if d.Publish {
		if change.Action, err = publish(&o, text, a); err != nil {
			return fair.Offer{}, err
		}
	}
	o.History = []fair.OfferChange{change}
	o.Meta = meta(now, f.KeepAtMost(), owe(fair.EffectIndex, "", now))
	if o.State == fair.OfferOpen {
		o.OpenedAt = &now
	}
	if err := s.Stores.Offers.Insert(ctx, o); err != nil {
		return fair.Offer{}, fmt.Errorf("write an offer of stand %s: %w", stand, err)
	}
	s.wake()
	return o, nil
}

// publish puts a text on an offer as far as the actor may, and names what that was.
func publish(o *fair.Offer, text fair.OfferText, a fair.Actor) (action string, err error) {
	if err := text.CheckPublish(); err != nil {
		return "", err
	}
	shown := o.State == fair.OfferOpen || o.State == fair.OfferClosed
	o.Refused = nil
	if len(text.Wordings()) > 0 && !a.Organises(o.Fair) {
		if shown {
			o.Proposed = &text
		} else {
			o.Write(text)
			o.State = fair.OfferWaiting
		}
		return offerProposed, nil
	}
	o.Write(text)
	o.Proposed = nil
	if !shown {
		o.State = fair.OfferOpen
	}
	return offerEdited, nil
}

// RewriteOffer puts a form's text on an offer of the actor's stand. A draft that is
// not to be published stays one.
func (s *Service) RewriteOffer(ctx context.Context, a fair.Actor, id fair.ID, d OfferDraft) (fair.Offer, error) {
	o, err := s.OfferDesk(ctx, a, id)
	if err != nil {
		return fair.Offer{}, err
	}
	was := o.Written()
	if o.Proposed != nil {
		was = *o.Proposed
	}
	text, err := s.written(d, was)
	if err != nil {
		return fair.Offer{}, err
	}
	change := fair.OfferChange{At: s.now(), By: a.Account, Action: offerEdited, Fields: was.Changes(text)}
	before := o.State
	if d.Publish || before == fair.OfferOpen || before == fair.OfferClosed {
		if change.Action, err = publish(&o, text, a); err != nil {
			return fair.Offer{}, err
		}
	} else {
		o.Write(text)
		o.State = fair.OfferDraft
	}
	o.Rev = d.Rev
	return s.saveOffer(ctx, o, change)
}

// saveOffer writes a desk's change with its line of history.
func (s *Service) saveOffer(ctx context.Context, o fair.Offer, change fair.OfferChange) (fair.Offer, error) {
	o.Raw = nil // the imported record stays as it came
	if o.State == fair.OfferOpen && o.OpenedAt == nil {
		o.OpenedAt, o.PublishedAt = &change.At, change.At
	}
	saved, err := s.Stores.Offers.Rewrite(ctx, o, change, owe(fair.EffectIndex, "", change.At))
	if err != nil {
		return fair.Offer{}, fmt.Errorf("save offer %s: %w", o.ID, err)
	}
	s.wake()
	return saved, nil
}

// OfferDesk reads an offer as its desk sees it, drafts and history too. Errors:
// NotFound, Forbidden.
func (s *Service) OfferDesk(ctx context.Context, a fair.Actor, id fair.ID) (fair.Offer, error) {
	o, err := s.Stores.Offers.Get(ctx, id)
	if err != nil {
		return fair.Offer{}, err
	}
	_, err = s.StandDesk(ctx, a, o.Stand)
	return o, err
}

// OfferAuthors names those who changed an offer of the actor's desk. Whose account
// is gone has no name any more.
func (s *Service) OfferAuthors(ctx context.Context, a fair.Actor, o fair.Offer) (map[fair.ID]string, error) {
	if _, err := s.StandDesk(ctx, a, o.Stand); err != nil {
		return nil, err
	}
	names := map[fair.ID]string{}
	for _, change := range o.History {
		if _, known := names[change.By]; known || change.By == "" {
			continue
		}
		account, err := s.Stores.Accounts.Get(ctx, change.By)
		if err != nil && !notFound(err) {
			return nil, fmt.Errorf("name who changed offer %s: %w", o.ID, err)
		}
		names[change.By] = account.Name
	}
	return names, nil
}

// DuplicateOffer makes a draft with the text of an offer of the actor's stand.
func (s *Service) DuplicateOffer(ctx context.Context, a fair.Actor, id fair.ID) (fair.Offer, error) {
	o, err := s.OfferDesk(ctx, a, id)
	if err != nil {
		return fair.Offer{}, err
	}
	if err := s.roomForOne(ctx, o.Stand); err != nil {
		return fair.Offer{}, err
	}
	f, err := s.Stores.Fairs.Get(ctx, o.Fair)
	if err != nil {
		return fair.Offer{}, err
	}
	now := s.now()
	twin := fair.Offer{
		ID: fair.NewID(), Fair: o.Fair, Stand: o.Stand, Company: o.Company, CompanyName: o.CompanyName, Source: sourceDesk,
		State: fair.OfferDraft, PublishedAt: now, ClosesAt: f.EndsAt,
		History: []fair.OfferChange{{At: now, By: a.Account, Action: offerWritten}}, Meta: meta(now, f.KeepAtMost()),
	}
	twin.SourceID = string(twin.ID)
	twin.Write(o.Written())
	if err := s.Stores.Offers.Insert(ctx, twin); err != nil {
		return fair.Offer{}, fmt.Errorf("duplicate offer %s: %w", id, err)
	}
	return twin, nil
}

// OfferDecision is an organiser's answer to an offer that waits.
type OfferDecision struct {
	Approve bool
	Reason  string // of a refusal, for the desk
	Rev     int64
}

// DecideOffer approves or refuses what waits to be published. Errors: Conflict
// "offer.decided" when nothing waits any more, "edit.stale" when it was written
// anew meanwhile.
func (s *Service) DecideOffer(ctx context.Context, a fair.Actor, id fair.ID, d OfferDecision) (fair.Offer, error) {
	o, err := s.Stores.Offers.Get(ctx, id)
	if err != nil {
		return fair.Offer{}, err
	}
	if err := mayOrganise(a, o.Fair); err != nil {
		return fair.Offer{}, err
	}
	if !o.Waits() {
		return fair.Offer{}, fair.E(fair.Conflict, "offer.decided")
	}
	now := s.now()
	reason := fair.CleanLine(d.Reason)
	change := fair.OfferChange{At: now, By: a.Account, Action: offerApproved, Reason: reason}
	switch {
	case fair.TooLong(reason, 500):
		return fair.Offer{}, fair.Refuse("reason", "text.long")
	case d.Approve:
		if o.Proposed != nil {
			change.Fields = o.Written().Changes(*o.Proposed)
			o.Write(*o.Proposed)
			o.Proposed = nil
		} else {
			o.State = fair.OfferOpen
		}
	case reason == "":
		return fair.Offer{}, fair.Refuse("reason", "text.missing")
	default:
		change.Action = offerRefused
		o.Refused = &fair.Refusal{Reason: reason, By: a.Account, At: now}
		if o.State == fair.OfferWaiting {
			o.State = fair.OfferDraft
		}
		if o.Proposed != nil {
			change.Fields = o.Written().Changes(*o.Proposed)
		}
		o.Proposed = nil
	}
	o.Rev = d.Rev
	return s.saveOffer(ctx, o, change)
}

// WaitingOffers lists what waits for a fair's organisers, the longest wait first.
func (s *Service) WaitingOffers(ctx context.Context, a fair.Actor, fairRef string) ([]fair.Offer, error) {
	f, err := s.Fair(ctx, a, fairRef)
	if err != nil {
		return nil, err
	}
	if err := mayOrganise(a, f.ID); err != nil {
		return nil, err
	}
	return s.Stores.Offers.Waiting(ctx, f.ID, 200)
}

// CheckOffer tells what is wrong with a form's text while it is written: what the
// law lacks in it, and the passages it forbids, by field.
func (s *Service) CheckOffer(ctx context.Context, a fair.Actor, stand fair.ID, d OfferDraft) (map[string][]fair.Wording, error) {
	if _, err := s.StandDesk(ctx, a, stand); err != nil {
		return nil, err
	}
	text := fair.OfferText{Title: d.Title, Description: d.Description, Work: fair.Work{HoursLabel: d.HoursLabel}, Needs: fair.Needs{Experience: d.ExperienceLabel}}
	if fair.TooLong(d.Title, 1000) || fair.TooLong(d.Description, 20_000) {
		return nil, fair.Refuse("description", "text.long")
	}
	return text.Wordings(), nil
}
