package service

import (
	"context"
	"fmt"
	"slices"

	"salon/fair"
)

// The limits of a stand.
const (
	maxLinks = 8
	maxHosts = 20
)

// Stands lists the stands of a fair by number.
func (s *Service) Stands(ctx context.Context, a fair.Actor, fairRef string, page, limit int) (Page[fair.Stand], error) {
	f, err := s.Fair(ctx, a, fairRef)
	if err != nil {
		return Page[fair.Stand]{}, err
	}
	page, limit = paging(page, limit)
	list, total, err := s.Stores.Stands.List(ctx, f.ID, page, limit)
	return Page[fair.Stand]{Items: list, Total: total}, err
}

// Stand finds a stand of a fair by id or slug. Errors: NotFound.
func (s *Service) Stand(ctx context.Context, a fair.Actor, fairRef, standRef string) (fair.Stand, error) {
	f, err := s.Fair(ctx, a, fairRef)
	if err != nil {
		return fair.Stand{}, err
	}
	if id := fair.ID(standRef); id.Valid() {
		st, err := s.Stores.Stands.Get(ctx, id)
		if err == nil && st.Fair == f.ID {
			return st, nil
		}
		if err != nil && !notFound(err) {
			return fair.Stand{}, err
		}
	}
	return s.Stores.Stands.BySlug(ctx, f.ID, standRef)
}

// Company is the file of the company that keeps a stand, which everybody may
// read.
func (s *Service) Company(ctx context.Context, a fair.Actor, st fair.Stand) (fair.Company, error) {
	company, err := s.Stores.Companies.Get(ctx, st.Company)
	if err != nil {
		return fair.Company{}, fmt.Errorf("read the company of stand %s: %w", st.ID, err)
	}
	return company, nil
}

// StandDesk finds a stand for those who may change it: its recruiters and its
// fair's organisers. Errors: NotFound, Forbidden.
func (s *Service) StandDesk(ctx context.Context, a fair.Actor, stand fair.ID) (fair.Stand, error) {
	st, err := s.Stores.Stands.Get(ctx, stand)
	if err != nil {
		return fair.Stand{}, err
	}
	return st, s.mayDesk(ctx, a, st)
}

// MyStands lists the stands the actor recruits for.
func (s *Service) MyStands(ctx context.Context, a fair.Actor) ([]fair.Stand, error) {
	if err := signedIn(a); err != nil {
		return nil, err
	}
	var ids []fair.ID
	for _, r := range a.Roles {
		if r.Kind == fair.Recruiter && r.Stand != "" {
			ids = append(ids, r.Stand)
		}
	}
	return s.Stores.Stands.ByIDs(ctx, ids)
}

// StandEdit changes what is not nil.
type StandEdit struct {
	Sector, About, Looking, Hours *fair.Text
	Links                         *[]fair.Link
	Title                         *string // the actor's own title on the stand
	Rev                           int64   // the rev the edit was made on; another one: Conflict "edit.stale"
}

// EditStand changes a stand. Only its recruiters and the fair's organisers.
func (s *Service) EditStand(ctx context.Context, a fair.Actor, stand fair.ID, e StandEdit) (fair.Stand, error) {
	st, err := s.StandDesk(ctx, a, stand)
	if err != nil {
		return fair.Stand{}, err
	}
	if err := applyStand(&st, a, e); err != nil {
		return fair.Stand{}, err
	}
	st.Rev = e.Rev
	if st, err = s.Stores.Stands.Save(ctx, st); err != nil {
		return fair.Stand{}, fmt.Errorf("edit stand %s: %w", stand, err)
	}
	return st, nil
}

// applyStand checks an edit and writes it into the stand.
func applyStand(st *fair.Stand, a fair.Actor, e StandEdit) error {
	texts := []struct {
		field    string
		from     *fair.Text
		to       *fair.Text
		limit    int
		required bool
	}{
		{"sector", e.Sector, &st.Sector, 120, true},
		{"about", e.About, &st.About, 1500, false},
		{"looking", e.Looking, &st.Looking, 1500, false},
		{"hours", e.Hours, &st.Hours, 400, false},
	}
	for _, t := range texts {
		if t.from == nil {
			continue
		}
		*t.to = fair.Text{FR: fair.Clean(t.from.FR), EN: fair.Clean(t.from.EN)}
		if err := fair.CheckText(t.field, *t.to, t.limit, t.required); err != nil {
			return err
		}
	}
	if e.Links != nil {
		links, err := cleanLinks(*e.Links)
		if err != nil {
			return err
		}
		st.Links = links
	}
	if e.Title != nil {
		title := fair.CleanLine(*e.Title)
		if fair.TooLong(title, 80) {
			return fair.Refuse("title", "text.long")
		}
		st.People = slices.Clone(st.People)
		i := slices.IndexFunc(st.People, func(h fair.Host) bool { return h.Account == a.Account })
		if i < 0 {
			if !a.Recruits(st.ID) || len(st.People) >= maxHosts {
				return fair.Refuse("title", "stand.notshown")
			}
			st.People = append(st.People, fair.Host{Account: a.Account})
			i = len(st.People) - 1
		}
		st.People[i].Name, st.People[i].Title = a.Name, title
	}
	return nil
}

func cleanLinks(links []fair.Link) ([]fair.Link, error) {
	if len(links) > maxLinks {
		return nil, fair.Refuse("links", "links.many")
	}
	clean := make([]fair.Link, 0, len(links))
	for i, l := range links {
		l.Label = fair.CleanLine(l.Label)
		field := fmt.Sprintf("links[%d]", i)
		if l.Label == "" {
			return nil, fair.Refuse(field+".label", "text.missing")
		}
		if fair.TooLong(l.Label, 80) {
			return nil, fair.Refuse(field+".label", "text.long")
		}
		if err := fair.CheckURL(field+".url", l.URL); err != nil {
			return nil, err
		}
		clean = append(clean, l)
	}
	return clean, nil
}

// countOffers writes the number of open offers into a stand. Counts may race:
// one that was overtaken while it counted counts again.
func (s *Service) countOffers(ctx context.Context, stand fair.ID) error {
	for range 5 {
		st, err := s.Stores.Stands.Get(ctx, stand)
		if err != nil {
			return err
		}
		n, err := s.Stores.Offers.CountOpen(ctx, st.Fair, stand)
		if err != nil {
			return err
		}
		if n == st.Offers {
			return nil
		}
		if written, err := s.Stores.Stands.SetOffers(ctx, stand, n, st.Counted); err != nil || written {
			return err
		}
	}
	return fmt.Errorf("count the offers of stand %s: overtaken five times", stand)
}
