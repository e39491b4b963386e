package web

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"time"

	"salon/fair"
	"salon/fair/service"
	"salon/frontend"
)

// offerDesks is what this package asks of service about offers being written.
type offerDesks interface {
	OfferDesk(ctx context.Context, a fair.Actor, id fair.ID) (fair.Offer, error)
	OfferAuthors(ctx context.Context, a fair.Actor, o fair.Offer) (map[fair.ID]string, error)
	WriteOffer(ctx context.Context, a fair.Actor, stand fair.ID, d service.OfferDraft) (fair.Offer, error)
	RewriteOffer(ctx context.Context, a fair.Actor, id fair.ID, d service.OfferDraft) (fair.Offer, error)
	DuplicateOffer(ctx context.Context, a fair.Actor, id fair.ID) (fair.Offer, error)
	CheckOffer(ctx context.Context, a fair.Actor, stand fair.ID, d service.OfferDraft) (map[string][]fair.Wording, error)
	DecideOffer(ctx context.Context, a fair.Actor, id fair.ID, d service.OfferDecision) (fair.Offer, error)
	WaitingOffers(ctx context.Context, a fair.Actor, fairRef string) ([]fair.Offer, error)
}

// offerDeskRoutes are for who writes offers, and who answers for them.
func (s *Server) offerDeskRoutes() {
	register(s, "POST /stands/{stand}/offers", "writeOffer", "Writes an offer: a draft, published, or waiting for an organiser", s.writeOffer)
	register(s, "POST /stands/{stand}/offers/check", "checkOffer", "Names wording that the law forbids or that misleads", s.checkOffer)
	register(s, "GET /offers/{offer}/desk", "getOfferDesk", "An offer as its desk sees it, with its history", s.getOfferDesk)
	register(s, "PUT /offers/{offer}", "rewriteOffer", "Puts a text on an offer of one's stand", s.rewriteOffer)
	register(s, "POST /offers/{offer}/duplicate", "duplicateOffer", "Makes a draft with the same text", s.duplicateOffer)
	register(s, "POST /offers/{offer}/decision", "decideOffer", "Approves or refuses what waits to be published", s.decideOffer)
	register(s, "GET /fairs/{fair}/offers/waiting", "listWaitingOffers", "What waits for the organisers, the longest wait first", s.listWaitingOffers)
	s.importRoutes()
}

// OfferForm is what a desk's form holds.
type OfferForm struct {
	Title           string  `json:"title" maxLength:"200"`
	Description     string  `json:"description" maxLength:"20000"`
	Contract        string  `json:"contract" maxLength:"10" doc:"CDI, CDD, MIS or SAI; needed to publish"`
	Months          int     `json:"months" minimum:"0" maximum:"120" doc:"How long, of a contract that ends; 0 when not said"`
	ROME            string  `json:"rome" maxLength:"5" doc:"Occupation code"`
	Commune         string  `json:"commune" maxLength:"5" doc:"INSEE code; needed to publish"`
	PayFrom         float64 `json:"pay_from" minimum:"0" doc:"Euros before tax; 0 when not said"`
	PayTo           float64 `json:"pay_to" minimum:"0"`
	PayPer          string  `json:"pay_per" enum:",hour,month,year" doc:"Empty leaves the pay as it was"`
	HoursLabel      string  `json:"hours_label" maxLength:"200"`
	Hours           string  `json:"hours" enum:",full,part"`
	Experience      string  `json:"experience" enum:",beginner,experienced"`
	ExperienceLabel string  `json:"experience_label" maxLength:"200"`
	Accessible      bool    `json:"accessible"`
	Positions       int     `json:"positions" minimum:"1" maximum:"999"`
}

func (f OfferForm) draft() service.OfferDraft {
	return service.OfferDraft{
		Title: f.Title, Description: f.Description, Contract: f.Contract, Months: f.Months, ROME: f.ROME, Commune: f.Commune,
		PayFrom: f.PayFrom, PayTo: f.PayTo, PayPer: f.PayPer, HoursLabel: f.HoursLabel, Hours: f.Hours,
		Experience: f.Experience, ExperienceLabel: f.ExperienceLabel, Accessible: f.Accessible, Positions: f.Positions,
	}
}

// OfferDeskView is an offer for those who write it.
type OfferDeskView struct {
	ID         fair.ID           `json:"id"`
	State      fair.OfferState   `json:"state" enum:"draft,waiting,open,closed"`
	Form       OfferForm         `json:"form" doc:"What waits to be published where something does, else what is published"`
	Occupation string            `json:"occupation" doc:"Its name"`
	Commune    string            `json:"commune" doc:"Its name"`
	PayLabel   string            `json:"pay_label" doc:"As it is published"`
	Company    string            `json:"company"`
	Proposed   bool              `json:"proposed" doc:"A new text waits, and the former is shown meanwhile"`
	Refused    string            `json:"refused" doc:"Why an organiser refused the last text; empty when nobody did"`
	Wordings   []WordingView     `json:"wordings"`
	Changes    []FieldChangeView `json:"changes" doc:"What the proposed text changes in the published one"`
	History    []OfferChangeView `json:"history" doc:"The latest first"`
	ClosesAt   time.Time         `json:"closes_at"`
	Rev        int64             `json:"rev"`
}

// WordingView is a passage that is not in order.
type WordingView struct {
	Field   string `json:"field"`
	Rule    string `json:"rule"`
	Found   string `json:"found" doc:"The passage; empty when it is the whole text"`
	Law     string `json:"law" doc:"Why, with the article of law, in the caller's language"`
	Instead string `json:"instead" doc:"A neutral wording in French; empty where the passage is to go"`
}

// FieldChangeView is what a field said and says.
type FieldChangeView struct {
	Field string `json:"field"`
	From  string `json:"from"`
	To    string `json:"to"`
}

// OfferChangeView is one line of an offer's history.
type OfferChangeView struct {
	At     time.Time         `json:"at"`
	By     string            `json:"by" doc:"The name of who did it; empty where a program did, in lists, and where the account is gone"`
	Action string            `json:"action" enum:"written,edited,proposed,approved,refused,closed,reopened"`
	Reason string            `json:"reason"`
	Fields []FieldChangeView `json:"fields"`
}

var (
	monthsPattern = regexp.MustCompile(`(\d+) Mois`)
	payPattern    = regexp.MustCompile(`^(Horaire|Mensuel|Annuel) de (\d+(?:\.\d+)?) Euros(?: à (\d+(?:\.\d+)?) Euros)?$`)
	payPeriod     = map[string]string{"Horaire": "hour", "Mensuel": "month", "Annuel": "year"}
)

// formOf is a text as the form holds it. A pay said in other words stays as it is.
func formOf(t fair.OfferText) OfferForm {
	f := OfferForm{
		Title: t.Title, Description: t.Description, Contract: t.Work.Contract, ROME: t.Work.ROME, Commune: t.Place.Commune,
		HoursLabel: t.Work.HoursLabel, Hours: t.Work.Hours(), Experience: t.Needs.Level(), ExperienceLabel: t.Needs.Experience,
		Accessible: t.Work.Accessible, Positions: max(t.Positions, 1),
	}
	if m := monthsPattern.FindStringSubmatch(t.Work.ContractLabel); m != nil {
		f.Months = min(atoi(m[1]), 120)
	}
	if m := payPattern.FindStringSubmatch(t.Pay.Label); m != nil {
		f.PayPer = payPeriod[m[1]]
		f.PayFrom, _ = strconv.ParseFloat(m[2], 64) // the pattern holds a number
		f.PayTo, _ = strconv.ParseFloat(m[3], 64)   // or nothing, which is 0
	}
	return f
}

// viewOfferDesk needs the names of those in the history; without them it names nobody.
func viewOfferDesk(texts *frontend.Locale, o fair.Offer, names map[fair.ID]string) OfferDeskView {
	text := o.Written()
	v := OfferDeskView{
		ID: o.ID, State: o.State, Company: o.CompanyName, ClosesAt: o.ClosesAt.UTC(), Rev: o.Rev, PayLabel: payWords(texts, o.Pay),
		Changes: []FieldChangeView{}, History: []OfferChangeView{},
	}
	if o.Proposed != nil {
		v.Proposed = true
		v.Changes = mapped(text.Changes(*o.Proposed), viewFieldChange)
		text = *o.Proposed
	}
	v.Form, v.Occupation, v.Commune = formOf(text), text.Work.Occupation, placeWords(text.Place)
	if o.Refused != nil {
		v.Refused = o.Refused.Reason
	}
	v.Wordings = viewWordings(texts, text.Wordings())
	for _, c := range slices.Backward(o.History) {
		v.History = append(v.History, OfferChangeView{c.At.UTC(), names[c.By], c.Action, c.Reason, mapped(c.Fields, viewFieldChange)})
	}
	return v
}

func viewFieldChange(c fair.FieldChange) FieldChangeView {
	return FieldChangeView{c.Field, c.From, c.To}
}

// wordingFields is the order of the form.
var wordingFields = []string{"title", "description", "pay", "hours", "experience"}

func viewWordings(texts *frontend.Locale, found map[string][]fair.Wording) []WordingView {
	views := []WordingView{}
	for _, field := range wordingFields {
		for _, w := range found[field] {
			views = append(views, WordingView{field, string(w.Rule), w.Found, texts.T("wording." + string(w.Rule)), w.Instead})
		}
	}
	return views
}

func (s *Server) deskView(ctx context.Context, k *call, o fair.Offer, err error) (OfferDeskView, error) {
	if err != nil {
		return OfferDeskView{}, err
	}
	names, err := s.Service.OfferAuthors(ctx, k.Actor, o)
	return viewOfferDesk(s.Frontend.Locale(string(k.lang)), o, names), err
}

func (s *Server) deskAnswer(ctx context.Context, k *call, o fair.Offer, err error) (*answer[OfferDeskView], error) {
	return reply(s.deskView(ctx, k, o, err))
}

func (s *Server) deskCreated(ctx context.Context, k *call, o fair.Offer, err error) (*created[OfferDeskView], error) {
	view, err := s.deskView(ctx, k, o, err)
	if err != nil {
		return nil, err
	}
	return &created[OfferDeskView]{view}, nil
}

func (s *Server) getOfferDesk(ctx context.Context, k *call, in *OfferPath) (*answer[OfferDeskView], error) {
	o, err := s.Service.OfferDesk(ctx, k.Actor, in.Offer)
	return s.deskAnswer(ctx, k, o, err)
}

type writeOfferInput struct {
	StandPath
	Body struct {
		OfferForm
		Publish bool `json:"publish" doc:"Else it stays a draft"`
	}
}

func (s *Server) writeOffer(ctx context.Context, k *call, in *writeOfferInput) (*created[OfferDeskView], error) {
	d := in.Body.draft()
	d.Publish = in.Body.Publish
	o, err := s.Service.WriteOffer(ctx, k.Actor, in.Stand, d)
	return s.deskCreated(ctx, k, o, err)
}

type rewriteOfferInput struct {
	OfferPath
	Body struct {
		OfferForm
		Publish bool  `json:"publish" doc:"A draft is published, if nothing in it is flagged, else shown to an organiser"`
		Rev     int64 `json:"rev" doc:"The rev the text was written on"`
	}
}

func (s *Server) rewriteOffer(ctx context.Context, k *call, in *rewriteOfferInput) (*answer[OfferDeskView], error) {
	d := in.Body.draft()
	d.Publish, d.Rev = in.Body.Publish, in.Body.Rev
	o, err := s.Service.RewriteOffer(ctx, k.Actor, in.Offer, d)
	return s.deskAnswer(ctx, k, o, err)
}

func (s *Server) duplicateOffer(ctx context.Context, k *call, in *OfferPath) (*created[OfferDeskView], error) {
	o, err := s.Service.DuplicateOffer(ctx, k.Actor, in.Offer)
	return s.deskCreated(ctx, k, o, err)
}

type checkOfferInput struct {
	StandPath
	Body struct {
		Title           string `json:"title" maxLength:"1000"`
		Description     string `json:"description" maxLength:"20000"`
		HoursLabel      string `json:"hours_label" maxLength:"1000"`
		ExperienceLabel string `json:"experience_label" maxLength:"1000"`
	}
}

func (s *Server) checkOffer(ctx context.Context, k *call, in *checkOfferInput) (*answer[List[WordingView]], error) {
	b := in.Body
	found, err := s.Service.CheckOffer(ctx, k.Actor, in.Stand, service.OfferDraft{
		Title: b.Title, Description: b.Description, HoursLabel: b.HoursLabel, ExperienceLabel: b.ExperienceLabel,
	})
	if err != nil {
		return nil, err
	}
	return reply(all(viewWordings(s.Frontend.Locale(string(k.lang)), found)), nil)
}

func (s *Server) listWaitingOffers(ctx context.Context, k *call, in *FairPath) (*answer[List[OfferDeskView]], error) {
	found, err := s.Service.WaitingOffers(ctx, k.Actor, in.Fair)
	if err != nil {
		return nil, err
	}
	texts := s.Frontend.Locale(string(k.lang))
	return reply(all(mapped(found, func(o fair.Offer) OfferDeskView { return viewOfferDesk(texts, o, nil) })), nil)
}

type decideOfferInput struct {
	OfferPath
	Body struct {
		Approve bool   `json:"approve"`
		Reason  string `json:"reason" maxLength:"500" doc:"Of a refusal, for the desk; needed then"`
		Rev     int64  `json:"rev" doc:"The rev that was read"`
	}
}

func (s *Server) decideOffer(ctx context.Context, k *call, in *decideOfferInput) (*answer[OfferDeskView], error) {
	o, err := s.Service.DecideOffer(ctx, k.Actor, in.Offer, service.OfferDecision{Approve: in.Body.Approve, Reason: in.Body.Reason, Rev: in.Body.Rev})
	return s.deskAnswer(ctx, k, o, err)
}

// previewPage shows an offer to its desk as the public page will.
func (s *Server) previewPage(ctx context.Context, k *call) error {
	o, err := s.Service.OfferDesk(ctx, k.Actor, fair.ID(k.fiber.Params("offer")))
	if err != nil {
		return err
	}
	f, err := s.Service.Fair(ctx, k.Actor, string(o.Fair))
	if err != nil {
		return err
	}
	k.fair = &frontend.FairLink{Slug: f.Slug, Name: f.Name.In(k.lang)}
	st, err := s.Service.Stand(ctx, k.Actor, f.Slug, string(o.Stand))
	if err != nil {
		return err
	}
	company, err := s.Service.Company(ctx, k.Actor, st)
	if err != nil {
		return err
	}
	if o.Proposed != nil {
		o.Write(*o.Proposed)
	}
	view := s.viewOfferPage(k, f, o, st)
	view.Company.Size, view.Company.Website = sizeWords(s.Frontend.Locale(string(k.lang)), company), website(company)
	view.Preview, view.Head.NoIndex = true, true
	return s.show(k, http.StatusOK, view)
}
