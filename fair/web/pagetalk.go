package web

import (
	"context"
	"net/http"
	"slices"
	"time"

	"salon/fair"
	"salon/frontend"
)

// talkItem is a talk in a list; stands are those among which its own is found.
func (s *Server) talkItem(k *call, f fair.Fair, w fair.Webconference, stands []fair.Stand) frontend.TalkItem {
	state := map[fair.WebconferenceState]string{
		fair.WebconferenceScheduled: "planned", fair.WebconferenceOpen: "open", fair.WebconferenceEnded: "ended",
	}[viewState(w)]
	item := frontend.TalkItem{
		ID: w.Slug, Title: w.Title.In(k.lang), State: state,
		Start: w.StartsAt.In(f.Location()), End: w.EndsAt.In(f.Location()),
		Speakers: mapped(w.Speakers, func(sp fair.TalkSpeaker) string { return sp.Name }),
		Language: s.Frontend.Locale(string(k.lang)).T("language." + string(w.Language)),
		Access:   w.Accessibility.In(k.lang),
	}
	for _, st := range stands {
		if w.Stand != "" && st.ID == w.Stand {
			item.Stand, item.StandID = st.Name, st.Slug
		}
	}
	return item
}

// findStage shows somebody who speaks the way to their stage.
func (s *Server) findStage(k *call, p *frontend.Page, talks []fair.Webconference) {
	if p.Me == nil {
		return
	}
	for _, w := range talks {
		if w.State != fair.WebconferenceEnded && s.Service.StageRole(k.Actor, w) == fair.RoleSpeaker {
			p.Me.StageID = string(w.ID)
			return
		}
	}
}

func (s *Server) programmePage(ctx context.Context, k *call) error {
	f, err := s.openFair(ctx, k)
	if err != nil {
		return err
	}
	talks, err := s.Service.Webconferences(ctx, k.Actor, f.Slug)
	if err != nil {
		return err
	}
	stands, err := s.fairStands(ctx, k, f)
	if err != nil {
		return err
	}
	texts := s.Frontend.Locale(string(k.lang))
	view := &frontend.ProgrammePage{Page: s.frame(k, texts.T("programme.title"), "fairs", f.Slug, "programme")}
	view.Head.Description = f.Tagline.In(k.lang)
	view.Days = programmeDays(talks, f.Location())
	if current := currentDay(view.Days, k.fiber.Query("day"), s.Clock(), f.Location()); current >= 0 {
		day := &view.Days[current]
		day.Current = true
		if k.fiber.Query("day") != "" {
			view.Head.CanonicalQuery = "day=" + day.Date.Format(time.DateOnly)
		}
		for _, w := range talks {
			if w.Always || sameDay(w.StartsAt, day.Date, f.Location()) {
				view.Talks = append(view.Talks, s.talkItem(k, f, w, stands))
			}
		}
	}
	s.findStage(k, &view.Page, talks)
	return s.show(k, http.StatusOK, view)
}

// programmeDays are the days on which something is planned. What is open at any
// hour belongs to every day and makes none.
func programmeDays(talks []fair.Webconference, loc *time.Location) []frontend.ProgrammeDay {
	var days []frontend.ProgrammeDay
	for _, w := range talks {
		if w.Always {
			continue
		}
		i := slices.IndexFunc(days, func(d frontend.ProgrammeDay) bool { return sameDay(d.Date, w.StartsAt, loc) })
		if i < 0 {
			days = append(days, frontend.ProgrammeDay{Date: w.StartsAt.In(loc)})
			i = len(days) - 1
		}
		days[i].Talks++
	}
	slices.SortFunc(days, func(a, b frontend.ProgrammeDay) int { return a.Date.Compare(b.Date) })
	return days
}

// currentDay is the day asked for, else today, else the next one, else the first.
func currentDay(days []frontend.ProgrammeDay, asked string, now time.Time, loc *time.Location) int {
	for i, d := range days {
		if d.Date.Format(time.DateOnly) == asked {
			return i
		}
	}
	for i, d := range days {
		if sameDay(d.Date, now, loc) || d.Date.After(now) {
			return i
		}
	}
	return min(0, len(days)-1)
}

// othersShown is how many further talks a talk leads to.
const othersShown = 4

func (s *Server) talkPage(ctx context.Context, k *call) error {
	f, err := s.openFair(ctx, k)
	if err != nil {
		return err
	}
	ref := k.fiber.Params("talk")
	if !fair.ID(ref).Valid() {
		ref = f.Slug + "/" + ref
	}
	w, err := s.Service.Webconference(ctx, k.Actor, ref)
	if err != nil {
		return err
	}
	if w.Fair != f.ID {
		return fair.E(fair.NotFound, "webconference.unknown")
	}
	talks, err := s.Service.Webconferences(ctx, k.Actor, f.Slug)
	if err != nil {
		return err
	}
	stands, err := s.fairStands(ctx, k, f)
	if err != nil {
		return err
	}
	view := &frontend.WebconferencePage{
		Page:  s.frame(k, w.Title.In(k.lang), "fairs", f.Slug, "webconferences", w.Slug),
		Talk:  s.talkItem(k, f, w, stands),
		About: paragraphs(w.Abstract.In(k.lang)),
		Boot:  s.boot(k, f, w.ID),
	}
	if about := paragraphs(w.Abstract.In(k.lang)); len(about) > 0 {
		view.Head.Description = about[0]
	}
	for _, st := range stands {
		if st.ID == w.Stand {
			view.Stands = append(view.Stands, standItem(k, st, nil, lineWords{}))
		}
	}
	for _, other := range talks {
		if other.ID != w.ID && other.State == fair.WebconferenceScheduled && other.StartsAt.After(s.Clock()) && len(view.Others) < othersShown {
			view.Others = append(view.Others, s.talkItem(k, f, other, stands))
		}
	}
	s.findStage(k, &view.Page, talks)
	return s.show(k, http.StatusOK, view)
}
