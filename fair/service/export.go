package service

import (
	"context"
	"fmt"
	"io"
	"time"

	"salon/fair"
)

// Holdings are everything held about a person, for that person: also the notes and
// ratings of recruiters, but not what names others.
type Holdings struct {
	Account      fair.Account
	Equipment    Equipment
	Logins       []fair.LoginSession
	Interviews   []InterviewDetail
	Tickets      []fair.Ticket
	Notes        []KeptNote
	Standbys     []StandbyDetail
	Threads      []ThreadDetail
	Applications []ApplicationDetail
	Favourites   Favourites
	Searches     []WatchDetail
	Wishes       []fair.WishList
	Companions   []CompanionDetail
	Mails        []fair.Mail
	Readings     []ReadingDetail
	Reports      []fair.Report // which the person made
	Pocket       Pocket
	CVs          []fair.CV
	Stands       map[fair.ID]string // names, by id
	// Content reads a CV; it may be called when the request is over.
	Content func(fair.CV) io.Reader
}

// Exports are what one person may take away in a day; each reads every store.
var exportsOf = fair.Allowance{Times: 5, Within: 24 * time.Hour}

// exportsAtOnce is how many are gathered at one time by one node, and exportRead
// how much of each kind.
const (
	exportsAtOnce = 2
	exportRead    = 5000
)

// Export gathers everything held about the actor. Errors: TooMany "export.many"
// after five in a day; Unavailable "export.busy" while others are gathered.
func (s *Service) Export(ctx context.Context, a fair.Actor) (h Holdings, err error) {
	if err := signedIn(a); err != nil {
		return h, err
	}
	select {
	case s.exporting <- struct{}{}:
		defer func() { <-s.exporting }()
	default:
		busy := fair.E(fair.Unavailable, "export.busy")
		busy.RetryAfter = 10 * time.Second
		return h, busy
	}
	if err := s.spend(ctx, "export.many", use{"export", string(a.Account), exportsOf}); err != nil {
		return h, err
	}
	if h.Account, err = s.Stores.Accounts.Get(ctx, a.Account); err != nil {
		return h, err
	}
	for _, part := range []struct {
		name string
		read func() error
	}{
		{"equipment", func() error { h.Equipment, err = s.MyEquipment(ctx, a); return err }},
		{"logins", func() error { h.Logins, err = s.MyDevices(ctx, a); return err }},
		{"interviews", func() error {
			h.Interviews, err = s.interviewsOf(ctx, a, time.Time{}, time.Time{}, exportRead)
			return err
		}},
		{"tickets", func() error {
			h.Tickets, err = s.Stores.Tickets.Of(ctx, a.Account, time.Time{}, exportRead)
			return err
		}},
		{"notes", func() error { h.Notes, err = s.keptNotes(ctx, a.Account, h.Tickets); return err }},
		{"standbys", func() error { h.Standbys, err = s.MyStandbys(ctx, a); return err }},
		{"threads", func() error { h.Threads, err = s.threadsOf(ctx, a, exportRead); return err }},
		{"applications", func() error { h.Applications, err = s.applicationsOf(ctx, a, exportRead); return err }},
		{"favourites", func() error { h.Favourites, err = s.MyFavourites(ctx, a); return err }},
		{"searches", func() error { h.Searches, err = s.MyWatches(ctx, a); return err }},
		{"wishes", func() error { h.Wishes, err = s.Stores.Wishes.OfCandidate(ctx, a.Account, exportRead); return err }},
		{"companions", func() error { h.Companions, err = s.MyCompanions(ctx, a); return err }},
		{"mails", func() error {
			h.Mails, err = s.Stores.Mails.OfAccount(ctx, a.Account, h.Account.Email, exportRead)
			return err
		}},
		{"readings", func() error { h.Readings, err = s.readingsOf(ctx, a, exportRead); return err }},
		{"reports", func() error { h.Reports, err = s.Stores.Reports.By(ctx, a.Account, exportRead); return err }},
		{"pocket", func() error { h.Pocket, err = s.MyPocket(ctx, a); return err }},
		{"CVs", func() error { h.CVs, err = s.Stores.CVs.Of(ctx, a.Account); return err }},
		{"stands", func() error { return s.nameStands(ctx, &h) }},
	} {
		if err := part.read(); err != nil {
			return h, fmt.Errorf("gather the %s of %s: %w", part.name, a.Account, err)
		}
	}
	h.Content = func(c fair.CV) io.Reader { return s.cvContent(ctx, c) }
	return h, nil
}

// nameStands reads what the stands are called that tickets, notes and wishes name.
func (s *Service) nameStands(ctx context.Context, h *Holdings) error {
	h.Stands = map[fair.ID]string{}
	for _, t := range h.Tickets {
		h.Stands[t.Stand] = ""
	}
	for _, n := range h.Notes {
		h.Stands[n.Stand] = ""
	}
	for _, l := range h.Wishes {
		for _, w := range l.Wishes {
			h.Stands[w.Stand] = ""
		}
	}
	ids := make([]fair.ID, 0, len(h.Stands))
	for id := range h.Stands {
		ids = append(ids, id)
	}
	stands, err := s.Stores.Stands.ByIDs(ctx, ids)
	for _, st := range stands {
		h.Stands[st.ID] = st.Name
	}
	return err
}

// Object notes to exactly which uses of their data the actor objects.
func (s *Service) Object(ctx context.Context, a fair.Actor, kinds []fair.ObjectionKind) error {
	if err := signedIn(a); err != nil {
		return err
	}
	return retryStale(ctx, func() error {
		account, err := s.Stores.Accounts.Get(ctx, a.Account)
		if err != nil {
			return err
		}
		if account, err = account.Objecting(kinds, s.now()); err != nil {
			return err
		}
		_, err = s.Stores.Accounts.SaveObjections(ctx, account)
		return err
	})
}

// objects reports whether somebody objects to a use. On doubt they do.
func (s *Service) objects(ctx context.Context, who fair.ID, kind fair.ObjectionKind) bool {
	account, err := s.Stores.Accounts.Get(ctx, who)
	return err != nil || account.Objects(kind)
}
