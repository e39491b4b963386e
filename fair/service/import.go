package service

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

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
	Waits    bool   // something in it is flagged: an organiser is asked first
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
// recruiter closed stays closed; what is flagged waits for an organiser.
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
	results, changed, err := s.importAll(ctx, f, records)
	if err != nil {
		return nil, err
	}
	if err := s.deliverOffers(ctx, changed); err != nil {
		s.Log.WarnContext(ctx, "imported offers are not indexed yet", "fair", f.ID, "err", err)
		s.wake()
	}
	return results, nil
}

// importedTogether is how many records are taken at the same time: the store
// commits at once what arrives together.
const importedTogether = 8

// employer is who a record's offer is of.
type employer struct {
	company fair.Company
	stand   fair.ID
}

// importAll takes the records of a call. Employers are made first, in the order of
// the records, so that new stands are numbered in it; then the offers, several
// at a time, except that records of one id keep their order: the last one stays.
// It answers what became of each, and what is owed to the index.
func (s *Service) importAll(ctx context.Context, f fair.Fair, records []json.RawMessage) ([]Imported, []fair.Debt, error) {
	parsed, results := make([]record, len(records)), make([]Imported, len(records))
	employers, sameID := map[string]employer{}, map[string][]int{}
	for i, raw := range records {
		r, problems := parseRecord(raw)
		parsed[i], results[i] = r, Imported{Index: i, SourceID: r.ID, Result: ResultRefused, Problems: problems}
		if len(problems) > 0 {
			continue
		}
		sameID[r.ID] = append(sameID[r.ID], i)
		if _, known := employers[fair.Fold(r.Entreprise.Nom)]; known {
			continue
		}
		e, err := s.employerOf(ctx, f, r)
		if err != nil {
			return nil, nil, fmt.Errorf("make the employer of record %d: %w", i, err)
		}
		employers[fair.Fold(r.Entreprise.Nom)] = e
	}
	debts := make([][]fair.Debt, len(records)) // each written by one goroutine
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(importedTogether)
	for _, indexes := range sameID {
		group.Go(func() (err error) {
			for _, i := range indexes {
				r := parsed[i]
				if debts[i], err = s.importOne(ctx, f, r, records[i], employers[fair.Fold(r.Entreprise.Nom)], &results[i]); err != nil {
					return fmt.Errorf("import record %d: %w", i, err)
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, nil, err
	}
	return results, slices.Concat(debts...), nil
}

// employerOf finds or makes the company of a record and its stand.
func (s *Service) employerOf(ctx context.Context, f fair.Fair, r record) (e employer, err error) {
	if e.company, err = s.companyOf(ctx, f, r); err != nil {
		return e, err
	}
	e.stand, err = s.standOf(ctx, f, r, e.company)
	return e, err
}

// importOne takes one good record, tells in done what became of it, and answers
// what is owed for it. Only faults of the house are errors.
func (s *Service) importOne(ctx context.Context, f fair.Fair, r record, raw json.RawMessage, e employer, done *Imported) ([]fair.Debt, error) {
	offer := r.offer(raw, s.Places, s.now())
	offer.ID = fair.DeriveID("offer", string(f.ID), sourceImport, r.ID)
	var debts []fair.Debt
	err := retryStale(ctx, func() (err error) {
		done.Result, done.Waits, debts, err = s.putOffer(ctx, "", f, e, offer)
		return err
	})
	done.Offer = offer.ID
	return debts, err
}

// nobody publishes nothing that is flagged: who imports has not read each offer.
var nobody = fair.Actor{}

// putOffer inserts an imported offer, or puts what it says now on the one there is.
// A text that is flagged waits for an organiser, as one written at a desk does. It
// answers what became of it, whether it waits, and what is owed to the index. by is
// who imports, "" for a program.
func (s *Service) putOffer(ctx context.Context, by fair.ID, f fair.Fair, e employer, offer fair.Offer) (result string, waits bool, owed []fair.Debt, err error) {
	existing, err := s.Stores.Offers.Get(ctx, offer.ID)
	switch {
	case err == nil && bytes.Equal(existing.RawHash, offer.RawHash):
		return ResultUnchanged, existing.Waits(), nil, nil
	case err != nil && !notFound(err):
		return "", false, nil, err
	}
	effect, text := owe(fair.EffectIndex, "", s.now()), offer.Written()
	change := fair.OfferChange{At: effect.At, By: by}
	offer.Fair, offer.Stand, offer.Company, offer.CompanyName = f.ID, e.stand, e.company.ID, e.company.Name
	offer.ClosesAt = f.EndsAt
	owed = []fair.Debt{{Noun: fair.NounOffer, Doc: offer.ID, Effects: []fair.Effect{effect}}}
	if notFound(err) {
		offer.State, offer.Meta = fair.OfferDraft, meta(effect.At, f.KeepAtMost(), effect)
		if change.Action, err = publish(&offer, text, nobody); err != nil {
			return "", false, nil, err
		}
		if change.Action == offerEdited {
			change.Action = offerWritten
		}
		if offer.State == fair.OfferOpen {
			offer.OpenedAt = &effect.At
		}
		offer.History = []fair.OfferChange{change}
		return ResultCreated, offer.Waits(), owed, s.Stores.Offers.Insert(ctx, offer)
	}
	offer.Meta, offer.State, offer.OpenedAt, offer.Proposed = existing.Meta, existing.State, existing.OpenedAt, existing.Proposed
	offer.Write(existing.Written())
	change.Fields = existing.Written().Changes(text)
	if change.Action, err = publish(&offer, text, nobody); err != nil {
		return "", false, nil, err
	}
	if offer.State == fair.OfferOpen && offer.OpenedAt == nil {
		offer.OpenedAt = &effect.At
	}
	_, err = s.Stores.Offers.Rewrite(ctx, offer, change, effect)
	return ResultUpdated, offer.Waits(), owed, err
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
