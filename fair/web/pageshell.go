package web

import (
	"context"
	"net/http"

	"salon/fair"
	"salon/frontend"
)

// boot is what a script is told at its start.
func (s *Server) boot(k *call, f fair.Fair, id fair.ID) frontend.Boot {
	return frontend.Boot{
		Lang: string(k.lang), Fair: f.Slug, Zone: f.TimeZone,
		Account: string(k.Account), Name: k.Name, ID: string(id),
	}
}

// shell is a page that a script draws; who may open it stands in the table.
func (s *Server) shell(entry string) func(context.Context, *call) error {
	titles := map[string]string{"candidate": "nav.me", "profile": "profile.title", "recruiter": "nav.desk", "organiser": "nav.organise", "adviser": "advise.title"}
	places := map[string][]string{"candidate": {"me"}, "profile": {"me", "profile"}, "recruiter": {"desk"}, "organiser": {"organise"}, "adviser": {"advise"}}
	return func(ctx context.Context, k *call) error {
		f, err := s.homeFair(ctx, k)
		if err != nil {
			return err
		}
		texts := s.Frontend.Locale(string(k.lang))
		return s.drawn(k, entry, texts.T(titles[entry]), s.boot(k, f, ""), places[entry]...)
	}
}

// homeFair is the fair somebody's own screens are about: the first in which they
// hold a right, else the next one.
func (s *Server) homeFair(ctx context.Context, k *call) (fair.Fair, error) {
	found, err := s.Service.Fairs(ctx, k.Actor)
	if err != nil || len(found) == 0 {
		return fair.Fair{}, err
	}
	home := found[0]
	for _, r := range k.Roles {
		for _, f := range found {
			if r.Fair == f.ID {
				home = f
			}
		}
	}
	k.fair = &frontend.FairLink{Slug: home.Slug, Name: home.Name.In(k.lang)}
	return home, nil
}

func (s *Server) interviewShell(ctx context.Context, k *call) error {
	id := fair.ID(k.fiber.Params("interview"))
	if !id.Valid() {
		return fair.E(fair.NotFound, "interview.unknown")
	}
	d, err := s.Service.Interview(ctx, k.Actor, id)
	if fair.KindOf(err) == fair.NotFound {
		return s.visitShell(ctx, k, id)
	}
	if err != nil {
		return err
	}
	k.fair = &frontend.FairLink{Slug: d.Fair.Slug, Name: d.Fair.Name.In(k.lang)}
	return s.drawn(k, "interview", d.Stand.Name, s.boot(k, d.Fair, id), "interviews", string(id))
}

// visitShell is the same page for a guest of the interview.
func (s *Server) visitShell(ctx context.Context, k *call, id fair.ID) error {
	d, err := s.Service.GuestInterview(ctx, k.Actor, id)
	if err != nil {
		return err
	}
	k.fair = &frontend.FairLink{Slug: d.Fair.Slug, Name: d.Fair.Name.In(k.lang)}
	boot := s.boot(k, d.Fair, id)
	boot.Guest = true
	return s.drawn(k, "interview", d.Stand.Name, boot, "interviews", string(id))
}

func (s *Server) stageShell(ctx context.Context, k *call) error {
	id := fair.ID(k.fiber.Params("talk"))
	if !id.Valid() {
		return fair.E(fair.NotFound, "webconference.unknown")
	}
	w, err := s.Service.Webconference(ctx, k.Actor, string(id))
	if err != nil {
		return err
	}
	if s.Service.StageRole(k.Actor, w) == fair.RoleNone {
		return fair.E(fair.Forbidden, "forbidden")
	}
	f, err := s.Service.Fair(ctx, k.Actor, string(w.Fair))
	if err != nil {
		return err
	}
	k.fair = &frontend.FairLink{Slug: f.Slug, Name: f.Name.In(k.lang)}
	return s.drawn(k, "stage", w.Title.In(k.lang), s.boot(k, f, id), "webconferences", string(id), "stage")
}

// drawn answers with a shell. Rooms are dark; none of them is for search engines.
func (s *Server) drawn(k *call, entry, title string, boot frontend.Boot, place ...string) error {
	view := &frontend.ShellPage{
		Page: s.frame(k, title, place...), Entry: entry, Boot: boot,
		Dark: entry == "interview" || entry == "stage",
	}
	view.Head.NoIndex = true
	return s.show(k, http.StatusOK, view)
}
