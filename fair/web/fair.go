package web

import (
	"context"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// fairs is what this package asks of service about the event.
type fairs interface {
	Fairs(ctx context.Context, a fair.Actor) ([]fair.Fair, error)
	Fair(ctx context.Context, a fair.Actor, ref string) (fair.Fair, error)
	CommonOccupations(ctx context.Context, a fair.Actor, fairID fair.ID, limit int) ([]service.Occupation, error)
	FairFigures(ctx context.Context, a fair.Actor, fairID fair.ID) (service.FairFigures, error)
}

// FairView is the event as anybody may see it, in the caller's language.
type FairView struct {
	ID          fair.ID     `json:"id"`
	Slug        string      `json:"slug"`
	Name        string      `json:"name"`
	Tagline     string      `json:"tagline"`
	Description string      `json:"description"`
	Organiser   string      `json:"organiser"`
	StartsAt    time.Time   `json:"starts_at"`
	EndsAt      time.Time   `json:"ends_at"`
	TimeZone    string      `json:"time_zone" doc:"IANA name"`
	Figures     FiguresView `json:"figures"`
}

// FiguresView are the counts of a fair.
type FiguresView struct {
	Offers         int `json:"offers"`
	Stands         int `json:"stands"`
	Webconferences int `json:"webconferences"`
	FreeSlots      int `json:"free_slots"`
}

// FairPath names a fair by id or slug.
type FairPath struct {
	Fair string `path:"fair" doc:"Id or slug"`
}

func (s *Server) viewFair(ctx context.Context, k *call, f fair.Fair) (FairView, error) {
	n, err := s.Service.FairFigures(ctx, k.Actor, f.ID)
	if err != nil {
		return FairView{}, err
	}
	return FairView{
		ID: f.ID, Slug: f.Slug, Name: f.Name.In(k.lang), Tagline: f.Tagline.In(k.lang),
		Description: f.Description.In(k.lang), Organiser: f.Organiser,
		StartsAt: f.StartsAt.UTC(), EndsAt: f.EndsAt.UTC(), TimeZone: f.TimeZone,
		Figures: FiguresView{n.Offers, n.Stands, n.Webconferences, n.FreeSlots},
	}, nil
}

func (s *Server) listFairs(ctx context.Context, k *call, _ *struct{}) (*answer[List[FairView]], error) {
	found, err := s.Service.Fairs(ctx, k.Actor)
	if err != nil {
		return nil, err
	}
	views := make([]FairView, len(found))
	for i, f := range found {
		if views[i], err = s.viewFair(ctx, k, f); err != nil {
			return nil, err
		}
	}
	return reply(all(views), nil)
}

func (s *Server) getFair(ctx context.Context, k *call, in *FairPath) (*answer[FairView], error) {
	f, err := s.Service.Fair(ctx, k.Actor, in.Fair)
	if err != nil {
		return nil, err
	}
	return reply(s.viewFair(ctx, k, f))
}
