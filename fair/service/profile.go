package service

import (
	"context"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// SearchEdit changes what is not nil of what a candidate looks for and needs.
type SearchEdit struct {
	Skills, Contracts, Languages *[]string
	Radius                       *int
	Needs                        *fair.InterviewNeeds
	HideCV                       *bool
}

// applySearch checks an edit and writes it into the profile.
func applySearch(p *fair.Profile, e SearchEdit) (err error) {
	for _, list := range []struct {
		field string
		from  *[]string
		to    *[]string
		limit int
	}{
		{"skills", e.Skills, &p.Skills, fair.MaxSkills},
		{"languages", e.Languages, &p.Languages, fair.MaxLanguages},
		{"contracts", e.Contracts, &p.Contracts, len(fair.Contracts())},
	} {
		if list.from == nil {
			continue
		}
		if *list.to, err = fair.CheckItems(list.field, *list.from, list.limit); err != nil {
			return err
		}
	}
	for _, c := range p.Contracts {
		if !slices.Contains(fair.Contracts(), c) {
			return fair.Refuse("contracts", "contract.unknown")
		}
	}
	if e.Radius != nil {
		if *e.Radius < 0 || *e.Radius > fair.MaxRadius {
			return fair.Refuse("radius", "profile.radius")
		}
		p.Radius = *e.Radius
	}
	if e.Needs != nil {
		p.Needs = *e.Needs
	}
	if e.HideCV != nil {
		p.HideCV = *e.HideCV
	}
	return nil
}

// candidateCard is what a stand sees of somebody, without needs and number.
func candidateCard(account fair.Account) CandidateCard {
	p := account.Profile
	return CandidateCard{
		Account: account.ID, Name: account.Name, Headline: p.Headline, About: p.About, Occupations: p.Occupations,
		Commune: p.Commune, Radius: p.Radius, Availability: p.Availability, Skills: p.Skills, Contracts: p.Contracts, Languages: p.Languages,
		HasPhone: p.Phone != "",
	}
}

// nameOnly is the card of somebody whose profile is not shared any more.
func (c CandidateCard) nameOnly() CandidateCard {
	return CandidateCard{Account: c.Account, Name: c.Name}
}

// Share is what a stand may read of somebody, and why.
type Share struct {
	Stand   fair.Stand
	Fair    fair.Fair
	Why     fair.Noun // application, ticket, interview or, for the words and the name alone, thread
	Object  fair.ID
	Since   time.Time
	Named   bool    // the stand knows the name
	CV      *CVCard // the CV it may read
	Needs   bool    // it sees what is needed for the interview
	ByPhone bool    // its recruiter may ask for the number, during the interview
}

// sharesShown bounds what is listed of each kind.
const sharesShown = 200

// Shares lists what the stands may read of the actor now, and why: each because
// of something the actor did.
func (s *Service) Shares(ctx context.Context, a fair.Actor) ([]Share, error) {
	if err := signedIn(a); err != nil {
		return nil, err
	}
	owner, err := s.Stores.Accounts.Get(ctx, a.Account)
	if err != nil {
		return nil, err
	}
	list := sharing{surroundings: newSurroundings(s), owner: owner}
	for _, part := range []func(context.Context) error{list.applications, list.tickets, list.interviews, list.threads} {
		if err := part(ctx); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(list.all, func(a, b Share) int { return b.Since.Compare(a.Since) })
	return list.all, nil
}

// sharing gathers shares, owned by one call.
type sharing struct {
	*surroundings
	owner fair.Account
	all   []Share
}

func (r *sharing) add(ctx context.Context, fairID, stand fair.ID, share Share) (err error) {
	if share.Fair, err = once(ctx, r.fairs, fairID, r.s.Stores.Fairs.Get); err != nil {
		return fmt.Errorf("read fair %s: %w", fairID, err)
	}
	if share.Stand, err = once(ctx, r.stands, stand, r.s.Stores.Stands.Get); err != nil {
		return fmt.Errorf("read stand %s: %w", stand, err)
	}
	if share.Stand.ID != "" {
		r.all = append(r.all, share)
	}
	return nil
}

// hidden reports whether a stand does not know the name yet.
func (r *sharing) hidden(ctx context.Context, fairID, stand fair.ID) (bool, error) {
	f, err := once(ctx, r.fairs, fairID, r.s.Stores.Fairs.Get)
	if err != nil {
		return true, fmt.Errorf("read fair %s: %w", fairID, err)
	}
	return r.s.nameless(ctx, f, stand, r.owner.ID)
}

func (r *sharing) applications(ctx context.Context) error {
	list, err := r.s.Stores.Applications.Of(ctx, r.owner.ID, sharesShown)
	if err != nil {
		return fmt.Errorf("list applications: %w", err)
	}
	for _, ap := range list {
		if ap.State == fair.ApplicationWithdrawn {
			continue
		}
		hidden, err := r.hidden(ctx, ap.Fair, ap.Stand)
		if err != nil {
			return err
		}
		cv, err := r.applicationCV(ctx, ap, hidden)
		if err != nil {
			return err
		}
		err = r.add(ctx, ap.Fair, ap.Stand, Share{Why: fair.NounApplication, Object: ap.ID, Since: ap.At, Named: !hidden, CV: card(cv, ap.At)})
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *sharing) tickets(ctx context.Context) error {
	list, err := r.s.Stores.Tickets.Of(ctx, r.owner.ID, r.s.now(), sharesShown)
	if err != nil {
		return fmt.Errorf("list places: %w", err)
	}
	for _, t := range list {
		if !t.Open {
			continue
		}
		hidden, err := r.hidden(ctx, t.Fair, t.Stand)
		if err != nil {
			return err
		}
		share := Share{Why: fair.NounTicket, Object: t.ID, Since: t.JoinedAt, Named: !hidden || t.State == fair.TicketMeeting}
		if share.Named && shownTo(r.owner) {
			cv, err := once(ctx, r.cvs, r.owner.ID, r.s.currentCV)
			if err != nil {
				return err
			}
			share.CV = card(cv, t.JoinedAt)
		}
		if err := r.add(ctx, t.Fair, t.Stand, share); err != nil {
			return err
		}
	}
	return nil
}

func (r *sharing) interviews(ctx context.Context) error {
	list, err := r.s.Stores.Interviews.Of(ctx, r.owner.ID, fair.Candidate, r.s.now().Add(-2*fair.CVAfter), time.Time{}, sharesShown)
	if err != nil {
		return fmt.Errorf("list interviews: %w", err)
	}
	for _, i := range list {
		if !i.ReadsCV(r.s.now()) {
			continue
		}
		hidden := false
		if i.State == fair.InterviewBooked {
			var err error
			if hidden, err = r.hidden(ctx, i.Fair, i.Stand); err != nil {
				return err
			}
		}
		cv, err := r.interviewCV(ctx, r.owner, i, hidden)
		if err != nil {
			return err
		}
		err = r.add(ctx, i.Fair, i.Stand, Share{
			Why: fair.NounInterview, Object: i.ID, Since: i.BookedAt, Named: !hidden, CV: card(cv, i.BookedAt),
			Needs: i.ShowsNeeds() && r.owner.Profile.Needs.Any(), ByPhone: i.Channel == fair.Phone && !i.Over(),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *sharing) threads(ctx context.Context) error {
	list, err := r.s.Stores.Threads.Of(ctx, r.owner.ID, sharesShown)
	if err != nil {
		return fmt.Errorf("list threads: %w", err)
	}
	for _, t := range list {
		hidden, err := r.hidden(ctx, t.Fair, t.Stand)
		if err != nil {
			return err
		}
		since := t.At
		if len(t.Messages) > 0 {
			since = t.Messages[0].At
		}
		if err := r.add(ctx, t.Fair, t.Stand, Share{Why: fair.NounThread, Object: t.ID, Since: since, Named: !hidden}); err != nil {
			return err
		}
	}
	return nil
}
