package web

import (
	"context"
	"encoding/json"
	"time"

	"salon/fair"
	"salon/fair/service"
	"salon/frontend"
)

// offers is what this package asks of service about job offers.
type offers interface {
	Offers(ctx context.Context, a fair.Actor, fairRef string, q fair.OfferQuery) (service.Page[fair.Offer], error)
	Offer(ctx context.Context, a fair.Actor, fairRef string, id fair.ID) (fair.Offer, error)
	SimilarOffers(ctx context.Context, a fair.Actor, o fair.Offer, limit int) ([]fair.Offer, error)
	OfferFacets(ctx context.Context, a fair.Actor, fairRef string, q fair.OfferQuery) (fair.OfferFacets, error)
	SuggestOffers(ctx context.Context, a fair.Actor, fairRef, text string) ([]fair.Suggestion, error)
	StandOffers(ctx context.Context, a fair.Actor, stand fair.ID) ([]fair.Offer, error)
	EditOffer(ctx context.Context, a fair.Actor, id fair.ID, e service.OfferEdit) (fair.Offer, error)
	ImportOffers(ctx context.Context, a fair.Actor, fairRef string, records []json.RawMessage) ([]service.Imported, error)
	SitemapOffers(ctx context.Context, fairID fair.ID, each func(fair.Offer) error) error
}

// OfferView is an offer in a list.
type OfferView struct {
	ID            fair.ID         `json:"id"`
	Title         string          `json:"title"`
	Company       string          `json:"company"`
	Stand         StandRef        `json:"stand"`
	Contract      string          `json:"contract" doc:"Code, as in Offres d'emploi v2"`
	ContractLabel string          `json:"contract_label" doc:"In words, with its length where it has one"`
	Place         PlaceView       `json:"place"`
	Pay           string          `json:"pay" doc:"In words, in the caller's language; empty when not said"`
	PayLabel      string          `json:"pay_label" doc:"In the employer's words, as they came"`
	Hours         string          `json:"hours" doc:"In words"`
	Occupation    OccupationView  `json:"occupation"`
	PublishedAt   time.Time       `json:"published_at"`
	ClosesAt      time.Time       `json:"closes_at"`
	State         fair.OfferState `json:"state" enum:"open,closed"`
}

// PlaceView is where the work is done.
type PlaceView struct {
	Label    string `json:"label"`
	Commune  string `json:"commune" doc:"INSEE code"`
	Postcode string `json:"postcode"`
}

// OccupationView is an occupation of the ROME nomenclature.
type OccupationView struct {
	Code  string `json:"code"`
	Label string `json:"label"`
}

// OfferDetail is an offer with everything it says.
type OfferDetail struct {
	OfferView
	Description   string    `json:"description" doc:"Plain text, paragraphs by blank lines"`
	Appellation   string    `json:"appellation"`
	Schedule      []string  `json:"schedule"`
	Conditions    []string  `json:"conditions"`
	Travel        string    `json:"travel"`
	Qualification string    `json:"qualification"`
	Accessible    bool      `json:"accessible" doc:"Open to people with a recognised disability"`
	Experience    string    `json:"experience"`
	Needs         NeedsView `json:"needs"`
	Positions     int       `json:"positions"`
	SourceID      string    `json:"source_id"`
}

// NeedsView is what is asked of the person.
type NeedsView struct {
	Skills    []NeedView `json:"skills"`
	Training  []NeedView `json:"training"`
	Languages []NeedView `json:"languages"`
	Licences  []NeedView `json:"licences"`
	Qualities []NeedView `json:"qualities"`
}

// NeedView is one thing asked.
type NeedView struct {
	Label    string `json:"label"`
	Required bool   `json:"required"`
}

func viewNeed(n fair.Need) NeedView { return NeedView(n) }

// viewOffer needs the slug of the stand; without it the id serves as well.
func viewOffer(texts *frontend.Locale, o fair.Offer, slugs map[fair.ID]string) OfferView {
	slug, known := slugs[o.Stand]
	if !known {
		slug = string(o.Stand)
	}
	return OfferView{
		ID: o.ID, Title: o.Title, Company: o.CompanyName,
		Stand:    StandRef{o.Stand, slug, o.CompanyName},
		Contract: o.Work.Contract, ContractLabel: contractWords(texts, o.Work),
		Place: PlaceView{placeWords(o.Place), o.Place.Commune, o.Place.Postcode},
		Pay:   payWords(texts, o.Pay), PayLabel: o.Pay.Label, Hours: hoursWords(texts, o.Work),
		Occupation:  OccupationView{o.Work.ROME, o.Work.Occupation},
		PublishedAt: o.PublishedAt.UTC(), ClosesAt: o.ClosesAt.UTC(), State: o.State,
	}
}

func viewOfferDetail(texts *frontend.Locale, o fair.Offer, slugs map[fair.ID]string) OfferDetail {
	return OfferDetail{
		OfferView: viewOffer(texts, o, slugs), Description: o.Description, Appellation: o.Work.Appellation,
		Schedule:   append([]string{}, o.Work.Schedule...),
		Conditions: append([]string{}, o.Work.Conditions...),
		Travel:     o.Work.Travel, Qualification: o.Work.Qualification, Accessible: o.Work.Accessible,
		Experience: o.Needs.Experience,
		Needs: NeedsView{
			Skills: mapped(o.Needs.Skills, viewNeed), Training: mapped(o.Needs.Training, viewNeed),
			Languages: mapped(o.Needs.Languages, viewNeed), Licences: mapped(o.Needs.Licences, viewNeed),
			Qualities: mapped(o.Needs.Qualities, viewNeed),
		},
		Positions: o.Positions, SourceID: o.SourceID,
	}
}

// standSlugs reads the slugs of all stands of a fair: there are tens of them.
func (s *Server) standSlugs(ctx context.Context, k *call, fairRef string) (map[fair.ID]string, error) {
	slugs := map[fair.ID]string{}
	for page, total := 1, 1; len(slugs) < total; page++ {
		found, err := s.Service.Stands(ctx, k.Actor, fairRef, page, maxLimit)
		if err != nil {
			return nil, err
		}
		if len(found.Items) == 0 {
			break
		}
		for _, st := range found.Items {
			slugs[st.ID] = st.Slug
		}
		total = found.Total
	}
	return slugs, nil
}

type listOffersInput struct {
	FairPath
	Paging
	OfferFilter
}

// OfferFilter narrows a search of offers.
type OfferFilter struct {
	Q        string  `query:"q" maxLength:"200" doc:"Words, as people type them"`
	Contract string  `query:"contract" maxLength:"10" doc:"Contract code"`
	ROME     string  `query:"rome" maxLength:"5" doc:"Occupation code"`
	Commune  string  `query:"commune" maxLength:"5" doc:"INSEE code"`
	Radius   float64 `query:"radius" minimum:"0" maximum:"200" doc:"Kilometres around the commune"`
	Stand    string  `query:"stand" maxLength:"60" doc:"Id of a stand"`

	Hours      string `query:"hours" enum:"full,part" doc:"Full or part time"`
	Experience string `query:"experience" enum:"beginner,experienced" doc:"Beginners welcome, or experience asked"`
	Accessible bool   `query:"accessible" doc:"Only those open to people with a recognised disability"`
	Now        bool   `query:"now" doc:"Only those of stands whose line is open"`
	Sort       string `query:"sort" enum:"date,distance" doc:"By date or by distance from the commune; without it by relevance where there are words"`
}

func (f OfferFilter) query(p Paging) fair.OfferQuery {
	return fair.OfferQuery{
		Text: f.Q, Contract: f.Contract, ROME: f.ROME, Commune: f.Commune, Radius: f.Radius,
		Stand: fair.ID(f.Stand), Hours: f.Hours, Experience: f.Experience, Accessible: f.Accessible, Now: f.Now,
		Sort: fair.OfferSort(f.Sort), Page: p.Page, Limit: p.Limit,
	}
}

func (s *Server) listOffers(ctx context.Context, k *call, in *listOffersInput) (*answer[List[OfferView]], error) {
	page, err := s.Service.Offers(ctx, k.Actor, in.Fair, in.query(in.Paging))
	if err != nil {
		return nil, err
	}
	slugs, err := s.standSlugs(ctx, k, in.Fair)
	if err != nil {
		return nil, err
	}
	texts := s.Frontend.Locale(string(k.lang))
	return reply(pageOf(page, func(o fair.Offer) OfferView { return viewOffer(texts, o, slugs) }), nil)
}

type getOfferInput struct {
	FairPath
	OfferPath
}

// OfferPath names an offer.
type OfferPath struct {
	Offer fair.ID `path:"offer"`
}

func (s *Server) getOffer(ctx context.Context, k *call, in *getOfferInput) (*answer[OfferDetail], error) {
	o, err := s.Service.Offer(ctx, k.Actor, in.Fair, in.Offer)
	if err != nil {
		return nil, err
	}
	st, err := s.Service.Stand(ctx, k.Actor, in.Fair, string(o.Stand))
	if err != nil {
		return nil, err
	}
	return reply(viewOfferDetail(s.Frontend.Locale(string(k.lang)), o, map[fair.ID]string{st.ID: st.Slug}), nil)
}

// OfferEditView is an offer for the desk of its stand.
type OfferEditView struct {
	ID          fair.ID         `json:"id"`
	Title       string          `json:"title"`
	Place       string          `json:"place" doc:"In words"`
	Contract    string          `json:"contract" doc:"In words"`
	Reference   string          `json:"reference" doc:"The number people know it by; empty when there is none"`
	Description string          `json:"description"`
	PayLabel    string          `json:"pay_label"`
	HoursLabel  string          `json:"hours_label"`
	Positions   int             `json:"positions"`
	State       fair.OfferState `json:"state" enum:"draft,waiting,open,closed"`
	Proposed    bool            `json:"proposed" doc:"A new text waits, and the former is shown meanwhile"`
	Refused     bool            `json:"refused" doc:"An organiser refused the last text"`
	ClosesAt    time.Time       `json:"closes_at"`
	Rev         int64           `json:"rev"`
}

func viewOfferEdit(texts *frontend.Locale, o fair.Offer) OfferEditView {
	return OfferEditView{
		ID: o.ID, Title: o.Title, Place: placeWords(o.Place), Contract: contractWords(texts, o.Work),
		Reference: reference(o), Description: o.Description, PayLabel: o.Pay.Label,
		HoursLabel: o.Work.HoursLabel, Positions: o.Positions, State: o.State,
		Proposed: o.Proposed != nil, Refused: o.Refused != nil,
		ClosesAt: o.ClosesAt.UTC(), Rev: o.Rev,
	}
}

type editOfferInput struct {
	OfferPath
	Body struct {
		Title       *string `json:"title,omitempty" minLength:"1" maxLength:"200"`
		Description *string `json:"description,omitempty" minLength:"1" maxLength:"20000"`
		PayLabel    *string `json:"pay_label,omitempty" maxLength:"200"`
		HoursLabel  *string `json:"hours_label,omitempty" maxLength:"200"`
		Positions   *int    `json:"positions,omitempty" minimum:"1" maximum:"1000"`
		State       *string `json:"state,omitempty" enum:"open,closed"`
		Rev         int64   `json:"rev" doc:"The rev the edit was made on"`
	}
}

func (s *Server) editOffer(ctx context.Context, k *call, in *editOfferInput) (*answer[OfferEditView], error) {
	b := in.Body
	o, err := s.Service.EditOffer(ctx, k.Actor, in.Offer, service.OfferEdit{
		Title: b.Title, Description: b.Description, PayLabel: b.PayLabel, HoursLabel: b.HoursLabel,
		Positions: b.Positions, State: (*fair.OfferState)(b.State), Rev: b.Rev,
	})
	if err != nil {
		return nil, err
	}
	return reply(viewOfferEdit(s.Frontend.Locale(string(k.lang)), o), nil)
}

type importOffersInput struct {
	FairPath
	Body struct {
		Results []json.RawMessage `json:"resultats" maxItems:"150" doc:"Records of Offres d'emploi v2, unknown fields kept"`
	}
}

// ImportView tells what became of an import.
type ImportView struct {
	Results   []ImportedView `json:"results"`
	Created   int            `json:"created"`
	Updated   int            `json:"updated"`
	Unchanged int            `json:"unchanged"`
	Refused   int            `json:"refused"`
	Waiting   int            `json:"waiting" doc:"How many wait for an organiser"`
}

// ImportedView tells what became of one record.
type ImportedView struct {
	Index    int             `json:"index" doc:"Position in the request, from 0"`
	SourceID string          `json:"source_id"`
	Offer    fair.ID         `json:"offer,omitempty"`
	Result   string          `json:"result" enum:"created,updated,unchanged,refused"`
	Waits    bool            `json:"waits" doc:"Something in it is flagged: an organiser is asked before it is published"`
	Problems []RecordProblem `json:"problems"`
}

// RecordProblem names one thing wrong with a record.
type RecordProblem struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message" doc:"In the caller's language"`
}

func (s *Server) importOffers(ctx context.Context, k *call, in *importOffersInput) (*answer[ImportView], error) {
	results, err := s.Service.ImportOffers(ctx, k.Actor, in.Fair, in.Body.Results)
	if err != nil {
		return nil, err
	}
	v := ImportView{Results: []ImportedView{}}
	texts := s.Frontend.Locale(string(k.lang))
	for _, r := range results {
		v.Results = append(v.Results, ImportedView{r.Index, r.SourceID, r.Offer, r.Result, r.Waits,
			mapped(r.Problems, func(p service.Problem) RecordProblem {
				return RecordProblem{p.Field, p.Code, texts.T("error." + p.Code)}
			})})
		if r.Waits {
			v.Waiting++
		}
		switch r.Result {
		case "created":
			v.Created++
		case "updated":
			v.Updated++
		case "unchanged":
			v.Unchanged++
		default:
			v.Refused++
		}
	}
	return reply(v, nil)
}
