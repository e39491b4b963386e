package web

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"salon/fair"
	"salon/fair/service"
	"salon/frontend"
)

// papers is what this package asks of service about the texts an organiser
// answers for, and how long data is kept.
type papers interface {
	Paper(ctx context.Context, a fair.Actor, fairRef string, kind fair.PaperKind) (service.PaperOf, error)
	Papers(ctx context.Context, a fair.Actor, fairRef string) ([]service.PaperOf, error)
	PublishPaper(ctx context.Context, a fair.Actor, fairRef string, kind fair.PaperKind, e service.PaperEdit) (service.PaperOf, error)
	Retention(ctx context.Context, a fair.Actor, fairRef string) (service.RetentionReport, error)
}

// PaperView is a paper as its organiser fills it in.
type PaperView struct {
	Kind        fair.PaperKind   `json:"kind" enum:"privacy,accessibility,legal"`
	State       fair.Conformity  `json:"state,omitempty" enum:"full,partial,none" doc:"Of an accessibility declaration"`
	Fields      []PaperFieldView `json:"fields" doc:"In the order of the page"`
	Version     int              `json:"version" doc:"0: not published yet"`
	PublishedAt *time.Time       `json:"published_at,omitempty"`
}

// PaperFieldView is one field.
type PaperFieldView struct {
	Name string   `json:"name"`
	Text TextView `json:"text"`
}

func viewPaper(p service.PaperOf) PaperView {
	v := PaperView{Kind: p.Paper.Kind, State: p.Paper.State, Version: p.Paper.Version}
	if p.Paper.Version > 0 {
		v.PublishedAt = &p.Paper.PublishedAt
	}
	v.Fields = mapped(fair.PaperFields(p.Paper.Kind), func(name string) PaperFieldView {
		return PaperFieldView{name, viewText(p.Paper.Fields[name])}
	})
	return v
}

func (s *Server) listPapers(ctx context.Context, k *call, in *FairPath) (*answer[List[PaperView]], error) {
	found, err := s.Service.Papers(ctx, k.Actor, in.Fair)
	return reply(all(mapped(found, viewPaper)), err)
}

type publishPaperInput struct {
	FairPath
	Kind string `path:"paper" enum:"privacy,accessibility,legal"`
	Body struct {
		State   string           `json:"state,omitempty" enum:"full,partial,none"`
		Fields  []PaperFieldView `json:"fields" maxItems:"10"`
		Version int              `json:"version" doc:"The version the edit was made on"`
	}
}

func (s *Server) publishPaper(ctx context.Context, k *call, in *publishPaperInput) (*answer[PaperView], error) {
	e := service.PaperEdit{State: fair.Conformity(in.Body.State), Version: in.Body.Version, Fields: map[string]fair.Text{}}
	for _, f := range in.Body.Fields {
		e.Fields[f.Name] = fair.Text(f.Text)
	}
	p, err := s.Service.PublishPaper(ctx, k.Actor, in.Fair, fair.PaperKind(in.Kind), e)
	if err != nil {
		return nil, err
	}
	return reply(viewPaper(p), nil)
}

// RetentionView says how long a fair's personal data is kept and proves what was
// erased: numbers and dates, no names.
type RetentionView struct {
	Months   int         `json:"months" doc:"After the end of the fair"`
	Until    time.Time   `json:"until" doc:"When the fair's personal data is erased"`
	ErasedAt *time.Time  `json:"erased_at,omitempty" doc:"When it was"`
	People   int         `json:"people" doc:"Accounts erased because of it"`
	LastAt   *time.Time  `json:"last_at,omitempty" doc:"When the last of them was"`
	Counts   []CountView `json:"counts" doc:"What was erased, by kind"`
}

// CountView is how many documents of a kind were erased.
type CountView struct {
	Kind  string `json:"kind"`
	Count int    `json:"count"`
}

func (s *Server) getRetention(ctx context.Context, k *call, in *FairPath) (*answer[RetentionView], error) {
	r, err := s.Service.Retention(ctx, k.Actor, in.Fair)
	if err != nil {
		return nil, err
	}
	v := RetentionView{Months: r.Months, Until: r.Until.UTC(), People: r.People, Counts: []CountView{}}
	if r.Fair != nil {
		v.ErasedAt = r.Fair.DoneAt
	}
	if !r.Since.IsZero() {
		v.LastAt = &r.Since
	}
	for _, kind := range slices.Sorted(maps.Keys(r.Counts)) {
		v.Counts = append(v.Counts, CountView{kind, r.Counts[kind]})
	}
	return reply(v, nil)
}

// paperPage is one of the three texts that stand in every footer.
func (s *Server) paperPage(ctx context.Context, k *call) error {
	p, err := s.Service.Paper(ctx, k.Actor, k.fiber.Params("fair"), fair.PaperKind(k.fiber.Params("paper")))
	if err != nil {
		return err
	}
	kind := string(p.Paper.Kind)
	k.fair = &frontend.FairLink{Slug: p.Fair.Slug, Name: p.Fair.Name.In(k.lang)}
	texts := s.Frontend.Locale(string(k.lang))
	view := &frontend.PaperPage{
		Page: s.frame(k, texts.T("paper."+kind), "fairs", p.Fair.Slug, "papers", kind), Kind: kind, State: string(p.Paper.State),
		Version: p.Paper.Version, Published: p.Paper.PublishedAt, Months: p.Fair.Rules().Months(), Until: p.Fair.RetainUntil(),
	}
	view.Head.Description = texts.T("paper."+kind+".intro", "name", p.Fair.Organiser)
	if view.State == "" {
		view.State = string(fair.ConformNot)
	}
	for _, name := range fair.PaperFields(p.Paper.Kind) {
		if text := p.Paper.Fields[name].In(k.lang); text != "" {
			view.Fields = append(view.Fields, frontend.PaperField{Name: name, Text: strings.Split(text, "\n\n")})
		}
	}
	return s.show(k, http.StatusOK, view)
}

// anyPaper leads from a page of no fair to the paper of the next one.
func (s *Server) anyPaper(ctx context.Context, k *call) error {
	f, err := s.homeFair(ctx, k)
	if err == nil && f.ID == "" {
		err = fair.E(fair.NotFound, "notfound")
	}
	if err != nil {
		return err
	}
	return k.fiber.Redirect(k.path("fairs", f.Slug, "papers", k.fiber.Params("paper")), http.StatusSeeOther)
}
