package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"salon/fair"
	"salon/fair/place"
	"salon/fair/service"
	"salon/frontend"
)

// openFair finds the fair of a page and tells the frame about it.
func (s *Server) openFair(ctx context.Context, k *call) (fair.Fair, error) {
	f, err := s.Service.Fair(ctx, k.Actor, k.fiber.Params("fair"))
	if err != nil {
		return fair.Fair{}, err
	}
	k.fair = &frontend.FairLink{Slug: f.Slug, Name: f.Name.In(k.lang)}
	return f, nil
}

func (s *Server) fairsPage(ctx context.Context, k *call) error {
	found, err := s.Service.Fairs(ctx, k.Actor)
	if err != nil {
		return err
	}
	texts := s.Frontend.Locale(string(k.lang))
	view := &frontend.FairsPage{Page: s.frame(k, texts.T("fairs.title"))}
	view.Head.Description = texts.T("fairs.about")
	for _, f := range found {
		view.Fairs = append(view.Fairs, frontend.FairItem{
			Slug: f.Slug, Name: f.Name.In(k.lang), Organiser: f.Organiser,
			Starts: f.StartsAt.In(f.Location()), Ends: f.EndsAt.In(f.Location()), State: fairState(f, s.Clock()),
		})
	}
	return s.show(k, http.StatusOK, view)
}

func fairState(f fair.Fair, now time.Time) string {
	switch {
	case now.Before(f.StartsAt):
		return "before"
	case now.Before(f.EndsAt):
		return "open"
	}
	return "ended"
}

// What the home of a fair shows at most.
const (
	searchesShown = 3             // ready-made searches
	soonStands    = 4             // stands with free slots...
	soonWithin    = 3 * time.Hour // ...as near as this
)

func (s *Server) fairPage(ctx context.Context, k *call) error {
	f, err := s.openFair(ctx, k)
	if err != nil {
		return err
	}
	figures, err := s.Service.FairFigures(ctx, k.Actor, f.ID)
	if err != nil {
		return err
	}
	stands, err := s.fairStands(ctx, k, f)
	if err != nil {
		return err
	}
	next, err := s.nextSlots(ctx, k, f)
	if err != nil {
		return err
	}
	lines, err := s.Service.StandLines(ctx, f.ID, stands)
	if err != nil {
		return err
	}
	talks, err := s.Service.Webconferences(ctx, k.Actor, f.Slug)
	if err != nil {
		return err
	}
	common, err := s.Service.CommonOccupations(ctx, k.Actor, f.ID, searchesShown)
	if err != nil {
		return err
	}
	now := s.Clock()
	view := &frontend.FairPage{
		Page: s.frame(k, f.Name.In(k.lang), "fairs", f.Slug),
		Name: f.Name.In(k.lang), Organiser: f.Organiser,
		About:  append([]string{f.Tagline.In(k.lang)}, paragraphs(f.Description.In(k.lang))...),
		Starts: f.StartsAt.In(f.Location()), Ends: f.EndsAt.In(f.Location()),
		State: fairState(f, now), DaysLeft: daysBetween(now, f.StartsAt, f.Location()),
		Offers: figures.Offers, Stands: figures.Stands, Talks: figures.Webconferences,
	}
	view.Head.Description = f.Tagline.In(k.lang)
	if view.Release, err = s.fairRelease(ctx, k, f); err != nil {
		return err
	}
	items := mapped(stands, func(st fair.Stand) frontend.StandItem { return standItem(k, st, next, s.lineWords(k, lines[st.ID])) })
	view.Sectors = sectors(items)
	view.Open, view.OpenTotal = openStands(items, lines, stands)
	view.Searches = mapped(common, func(o service.Occupation) frontend.SearchLink {
		return frontend.SearchLink{Label: o.Label, Query: frontend.OfferSearch{Rome: o.ROME}.Encode(1)}
	})
	for i, st := range stands {
		if at, free := next[st.ID]; free && at.Before(now.Add(soonWithin)) {
			view.Soon = append(view.Soon, items[i])
		}
	}
	slices.SortStableFunc(view.Soon, func(a, b frontend.StandItem) int { return a.NextSlot.Compare(b.NextSlot) })
	view.Soon = view.Soon[:min(len(view.Soon), soonStands)]
	for _, w := range talks {
		item := s.talkItem(k, f, w, stands)
		switch {
		case w.OnAir():
			view.Live = append(view.Live, item)
		case w.State == fair.WebconferenceScheduled && sameDay(w.StartsAt, now, f.Location()):
			view.Today = append(view.Today, item)
		}
	}
	s.findStage(k, &view.Page, talks)
	return s.show(k, http.StatusOK, view)
}

// fairStands lists every stand of a fair by number; there are tens of them.
func (s *Server) fairStands(ctx context.Context, k *call, f fair.Fair) ([]fair.Stand, error) {
	var found []fair.Stand
	for page := 1; ; page++ {
		some, err := s.Service.Stands(ctx, k.Actor, f.Slug, page, maxLimit)
		if err != nil {
			return nil, err
		}
		found = append(found, some.Items...)
		if len(some.Items) == 0 || len(found) >= some.Total {
			return found, nil
		}
	}
}

// nextSlots is when the earliest free slot of each stand begins, in the fair's zone.
func (s *Server) nextSlots(ctx context.Context, k *call, f fair.Fair) (map[fair.ID]time.Time, error) {
	next, err := s.Service.NextSlots(ctx, k.Actor, f.ID)
	for stand, at := range next {
		next[stand] = at.In(f.Location())
	}
	return next, err
}

func standItem(k *call, st fair.Stand, next map[fair.ID]time.Time, line lineWords) frontend.StandItem {
	return frontend.StandItem{
		ID: st.Slug, Name: st.Name, Sector: st.Sector.In(k.lang), Place: communeName(st.Commune),
		Offers: st.Offers, NextSlot: next[st.ID], Open: line.open, Wait: line.wait, Paused: line.paused,
	}
}

// sectors groups stands by field of activity, the fields by name.
func sectors(items []frontend.StandItem) []frontend.Sector {
	var groups []frontend.Sector
	for _, item := range items {
		i := slices.IndexFunc(groups, func(g frontend.Sector) bool { return g.Name == item.Sector })
		if i < 0 {
			groups = append(groups, frontend.Sector{Name: item.Sector})
			i = len(groups) - 1
		}
		groups[i].Stands = append(groups[i].Stands, item)
	}
	slices.SortStableFunc(groups, func(a, b frontend.Sector) int { return strings.Compare(fair.Fold(a.Name), fair.Fold(b.Name)) })
	return groups
}

func communeName(insee string) string {
	c, _ := place.CommuneByINSEE(insee)
	return c.Name
}

// paragraphs cuts a text at its blank lines.
func paragraphs(text string) []string {
	var found []string
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			found = append(found, part)
		}
	}
	return found
}

// daysBetween counts midnights, so that "tomorrow" is one day away at any hour.
func daysBetween(from, to time.Time, loc *time.Location) int {
	midnight := func(t time.Time) time.Time {
		y, m, d := t.In(loc).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return max(0, int(midnight(to).Sub(midnight(from)).Hours()/24))
}

func sameDay(a, b time.Time, loc *time.Location) bool {
	return a.In(loc).Format(time.DateOnly) == b.In(loc).Format(time.DateOnly)
}
