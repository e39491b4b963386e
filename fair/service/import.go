package service

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"salon/fair"
)

// maxRecords is how many records one import takes: a page of the API they
// come from.
const maxRecords = 150

// Imported tells what became of one record of an import.
type Imported struct {
	Index    int    // position in the request, from 0
	SourceID string // the record's own id, when it could be read
	Offer    fair.ID
	Result   string // "created", "updated", "unchanged", "refused"
	Problems []Problem
}

// The results of importing a record.
const (
	ResultCreated   = "created"
	ResultUpdated   = "updated"
	ResultUnchanged = "unchanged"
	ResultRefused   = "refused"
)

// Problem names one thing wrong with a record.
type Problem struct {
	Field string // "lieuTravail.commune"
	Code  string // locale key
}

// ImportOffers takes records in the shape of Offres d'emploi v2, at most 150
// a call, keeps unknown fields in Raw, creates company and stand where the
// employer is new, and is idempotent by the record's id and content. A bad
// record is named and the others go on. Only the fair's organisers. What a
// recruiter closed stays closed.
func (s *Service) ImportOffers(ctx context.Context, a fair.Actor, fairRef string, records []json.RawMessage) ([]Imported, error) {
	f, err := s.Fair(ctx, a, fairRef)
	if err != nil {
		return nil, err
	}
	if err := mayOrganise(a, f.ID); err != nil {
		return nil, err
	}
	if len(records) == 0 {
		return nil, fair.Refuse("resultats", "import.empty")
	}
	if len(records) > maxRecords {
		return nil, fair.Refuse("resultats", "import.toomany")
	}
	results := make([]Imported, len(records))
	var changed []fair.Debt
	for i, raw := range records {
		results[i], err = s.importOne(ctx, f, raw, &changed)
		if err != nil {
			return nil, fmt.Errorf("import record %d: %w", i, err)
		}
		results[i].Index = i
	}
	if err := s.deliverOffers(ctx, changed); err != nil {
		s.Log.WarnContext(ctx, "imported offers are not indexed yet", "fair", f.ID, "err", err)
		s.wake()
	}
	return results, nil
}

// importOne takes one record. Only faults of the house are errors.
func (s *Service) importOne(ctx context.Context, f fair.Fair, raw json.RawMessage, changed *[]fair.Debt) (Imported, error) {
	r, problems := parseRecord(raw)
	done := Imported{SourceID: r.ID, Result: ResultRefused, Problems: problems}
	if len(problems) > 0 {
		return done, nil
	}
	now := s.now()
	offer := r.offer(raw, s.Places, now)
	offer.ID = fair.DeriveID("offer", string(f.ID), sourceImport, r.ID)
	effect := owe(fair.EffectIndex, "", now)
	err := retryStale(ctx, func() (err error) {
		done.Result, err = s.putOffer(ctx, f, r, offer, effect)
		return err
	})
	if err != nil {
		return done, err
	}
	done.Offer = offer.ID
	if done.Result != ResultUnchanged {
		*changed = append(*changed, fair.Debt{Noun: fair.NounOffer, Doc: offer.ID, Effects: []fair.Effect{effect}})
	}
	return done, nil
}

// putOffer inserts the offer of a record, or writes what changed.
func (s *Service) putOffer(ctx context.Context, f fair.Fair, r record, offer fair.Offer, effect fair.Effect) (string, error) {
	existing, err := s.Stores.Offers.Get(ctx, offer.ID)
	switch {
	case err == nil && bytes.Equal(existing.RawHash, offer.RawHash):
		return ResultUnchanged, nil
	case err != nil && !notFound(err):
		return "", err
	}
	company, errCompany := s.companyOf(ctx, f, r)
	if errCompany != nil {
		return "", errCompany
	}
	stand, errStand := s.standOf(ctx, f, r, company)
	if errStand != nil {
		return "", errStand
	}
	offer.Fair, offer.Stand, offer.Company, offer.CompanyName = f.ID, stand, company.ID, company.Name
	offer.ClosesAt = f.EndsAt
	if notFound(err) {
		offer.Meta = meta(effect.At, f.RetainUntil(), effect)
		return ResultCreated, s.Stores.Offers.Insert(ctx, offer)
	}
	offer.State, offer.Rev = existing.State, existing.Rev
	_, err = s.Stores.Offers.Save(ctx, offer, effect)
	return ResultUpdated, err
}

// companyOf finds or makes the company of a record. Its id follows from the
// folded name, so that two imports at once make one.
func (s *Service) companyOf(ctx context.Context, f fair.Fair, r record) (fair.Company, error) {
	key := fair.Fold(r.Entreprise.Nom)
	id := fair.DeriveID("company", string(f.ID), key)
	company, err := s.Stores.Companies.Get(ctx, id)
	if !notFound(err) {
		return company, err
	}
	company = fair.Company{
		ID: id, Fair: f.ID, Name: r.Entreprise.Nom, Key: key, Sector: fair.Text{FR: r.Secteur}, Size: r.Effectif,
		Commune: r.LieuTravail.Commune, Adapted: r.Entreprise.Adaptee, Meta: meta(s.now(), time.Time{}),
	}
	if fair.CheckURL("", r.Entreprise.URL) == nil {
		company.URL = r.Entreprise.URL
	}
	if err := s.Stores.Companies.Insert(ctx, company); err != nil && fair.KindOf(err) != fair.Conflict {
		return company, fmt.Errorf("make company %s: %w", id, err)
	}
	return s.Stores.Companies.Get(ctx, id)
}

// standOf finds or makes the stand of a company, with the next number.
func (s *Service) standOf(ctx context.Context, f fair.Fair, r record, c fair.Company) (fair.ID, error) {
	id := fair.DeriveID("stand", string(f.ID), c.Key)
	_, err := s.Stores.Stands.Get(ctx, id)
	if !notFound(err) {
		return id, err
	}
	stand := fair.Stand{
		ID: id, Fair: f.ID, Company: c.ID, Name: c.Name, Slug: fair.Slug(c.Name, 60), Sector: c.Sector, Commune: c.Commune,
		About: fair.Text{FR: r.Entreprise.Description}, Links: []fair.Link{}, People: []fair.Host{}, Meta: meta(s.now(), time.Time{}),
	}
	if c.URL != "" {
		stand.Links = append(stand.Links, fair.Link{Label: c.Name, URL: c.URL})
	}
	for range 20 { // numbers and slugs are unique: somebody may take the next one first
		last, err := s.Stores.Stands.LastNumber(ctx, f.ID)
		if err != nil {
			return "", err
		}
		stand.Number = last + 1
		err = s.Stores.Stands.Insert(ctx, stand)
		if err == nil {
			return id, nil
		}
		if fair.KindOf(err) != fair.Conflict {
			return "", err
		}
		if _, err := s.Stores.Stands.Get(ctx, id); !notFound(err) {
			return id, err
		}
		if _, err := s.Stores.Stands.BySlug(ctx, f.ID, stand.Slug); err == nil {
			stand.Slug = fmt.Sprintf("%s-%d", fair.Slug(c.Name, 50), stand.Number)
		}
	}
	return "", fmt.Errorf("make the stand of company %s: no number was free", c.ID)
}
