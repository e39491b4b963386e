package web

import (
	"context"

	"salon/fair"
	"salon/fair/place"
	"salon/fair/service"
)

// stands is what this package asks of service about companies' places.
type stands interface {
	Stands(ctx context.Context, a fair.Actor, fairRef string, page, limit int) (service.Page[fair.Stand], error)
	Stand(ctx context.Context, a fair.Actor, fairRef, standRef string) (fair.Stand, error)
	Company(ctx context.Context, a fair.Actor, st fair.Stand) (fair.Company, error)
	StandDesk(ctx context.Context, a fair.Actor, stand fair.ID) (fair.Stand, error)
	MyStands(ctx context.Context, a fair.Actor) ([]fair.Stand, error)
	EditStand(ctx context.Context, a fair.Actor, stand fair.ID, e service.StandEdit) (fair.Stand, error)
}

// StandView is a stand as anybody may see it, in the caller's language.
type StandView struct {
	ID      fair.ID       `json:"id"`
	Number  int           `json:"number"`
	Slug    string        `json:"slug"`
	Name    string        `json:"name"`
	Sector  string        `json:"sector"`
	Commune *CommuneView  `json:"commune,omitempty"`
	About   string        `json:"about"`
	Looking string        `json:"looking"`
	Hours   string        `json:"hours"`
	Links   []LinkView    `json:"links"`
	People  []HostView    `json:"people"`
	Offers  int           `json:"offers" doc:"Open offers"`
	Line    LineFactsView `json:"line"`
	Rev     int64         `json:"rev"`
}

// CommuneView names a commune.
type CommuneView struct {
	INSEE string `json:"insee"`
	Name  string `json:"name"`
}

// LinkView is an address a stand shows.
type LinkView struct {
	Label string `json:"label" minLength:"1" maxLength:"60"`
	URL   string `json:"url" maxLength:"300" doc:"https only"`
}

// HostView is somebody one will meet.
type HostView struct {
	Name  string `json:"name"`
	Title string `json:"title"`
}

// TextView is a text in both languages.
type TextView struct {
	FR string `json:"fr" maxLength:"4000"`
	EN string `json:"en" maxLength:"4000" required:"false"`
}

// StandRef is a stand as other views name it.
type StandRef struct {
	ID   fair.ID `json:"id"`
	Slug string  `json:"slug"`
	Name string  `json:"name"`
}

func refStand(st fair.Stand) StandRef { return StandRef{st.ID, st.Slug, st.Name} }

func viewCommune(insee string) *CommuneView {
	c, known := place.CommuneByINSEE(insee)
	if !known {
		return nil
	}
	return &CommuneView{c.INSEE, c.Name}
}

func viewLink(l fair.Link) LinkView { return LinkView(l) }
func viewHost(h fair.Host) HostView { return HostView{h.Name, h.Title} }
func viewText(t fair.Text) TextView { return TextView(t) }

func viewStand(k *call, st fair.Stand, line service.LineFacts) StandView {
	return StandView{
		ID: st.ID, Number: st.Number, Slug: st.Slug, Name: st.Name,
		Sector: st.Sector.In(k.lang), Commune: viewCommune(st.Commune),
		About: st.About.In(k.lang), Looking: st.Looking.In(k.lang), Hours: st.Hours.In(k.lang),
		Links: mapped(st.Links, viewLink), People: mapped(st.People, viewHost),
		Offers: st.Offers, Line: viewLineFacts(line), Rev: st.Rev,
	}
}

type listStandsInput struct {
	FairPath
	Paging
}

func (s *Server) listStands(ctx context.Context, k *call, in *listStandsInput) (*answer[List[StandView]], error) {
	page, err := s.Service.Stands(ctx, k.Actor, in.Fair, in.Page, in.Limit)
	if err != nil {
		return nil, err
	}
	if len(page.Items) == 0 {
		return reply(List[StandView]{Items: []StandView{}, Total: page.Total}, nil)
	}
	lines, err := s.Service.StandLines(ctx, page.Items[0].Fair, page.Items)
	if err != nil {
		return nil, err
	}
	return reply(pageOf(page, func(st fair.Stand) StandView { return viewStand(k, st, lines[st.ID]) }), nil)
}

type getStandInput struct {
	FairPath
	Stand string `path:"stand" doc:"Id or slug"`
}

func (s *Server) getStand(ctx context.Context, k *call, in *getStandInput) (*answer[StandView], error) {
	st, err := s.Service.Stand(ctx, k.Actor, in.Fair, in.Stand)
	if err != nil {
		return nil, err
	}
	line, err := s.Service.StandLine(ctx, st)
	if err != nil {
		return nil, err
	}
	return reply(viewStand(k, st, line), nil)
}

// StandEditView is a stand for its desk, in both languages.
type StandEditView struct {
	ID      fair.ID    `json:"id"`
	Fair    fair.ID    `json:"fair"`
	Slug    string     `json:"slug"`
	Name    string     `json:"name"`
	Sector  TextView   `json:"sector"`
	About   TextView   `json:"about"`
	Looking TextView   `json:"looking"`
	Hours   TextView   `json:"hours"`
	Links   []LinkView `json:"links"`
	Title   string     `json:"title" doc:"One's own title on the stand"`
	Rev     int64      `json:"rev"`
}

func viewStandEdit(k *call, st fair.Stand) StandEditView {
	v := StandEditView{
		ID: st.ID, Fair: st.Fair, Slug: st.Slug, Name: st.Name,
		Sector: viewText(st.Sector), About: viewText(st.About),
		Looking: viewText(st.Looking), Hours: viewText(st.Hours),
		Links: mapped(st.Links, viewLink), Rev: st.Rev,
	}
	for _, p := range st.People {
		if p.Account == k.Account {
			v.Title = p.Title
		}
	}
	return v
}

// StandPath names a stand by id.
type StandPath struct {
	Stand fair.ID `path:"stand"`
}

func (s *Server) getStandEdit(ctx context.Context, k *call, in *StandPath) (*answer[StandEditView], error) {
	st, err := s.Service.StandDesk(ctx, k.Actor, in.Stand)
	if err != nil {
		return nil, err
	}
	return reply(viewStandEdit(k, st), nil)
}

type editStandInput struct {
	StandPath
	Body struct {
		Sector  *TextView   `json:"sector,omitempty"`
		About   *TextView   `json:"about,omitempty"`
		Looking *TextView   `json:"looking,omitempty"`
		Hours   *TextView   `json:"hours,omitempty"`
		Links   *[]LinkView `json:"links,omitempty" maxItems:"8"`
		Title   *string     `json:"title,omitempty" maxLength:"80"`
		Rev     int64       `json:"rev" doc:"The rev the edit was made on"`
	}
}

func (s *Server) editStand(ctx context.Context, k *call, in *editStandInput) (*answer[StandEditView], error) {
	e := service.StandEdit{
		Sector: (*fair.Text)(in.Body.Sector), About: (*fair.Text)(in.Body.About),
		Looking: (*fair.Text)(in.Body.Looking), Hours: (*fair.Text)(in.Body.Hours),
		Title: in.Body.Title, Rev: in.Body.Rev,
	}
	if in.Body.Links != nil {
		links := mapped(*in.Body.Links, func(l LinkView) fair.Link { return fair.Link(l) })
		e.Links = &links
	}
	st, err := s.Service.EditStand(ctx, k.Actor, in.Stand, e)
	if err != nil {
		return nil, err
	}
	return reply(viewStandEdit(k, st), nil)
}

func (s *Server) listStandOffers(ctx context.Context, k *call, in *StandPath) (*answer[List[OfferEditView]], error) {
	found, err := s.Service.StandOffers(ctx, k.Actor, in.Stand)
	if err != nil {
		return nil, err
	}
	texts := s.Frontend.Locale(string(k.lang))
	return reply(all(mapped(found, func(o fair.Offer) OfferEditView { return viewOfferEdit(texts, o) })), nil)
}
