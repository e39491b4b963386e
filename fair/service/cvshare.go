package service

import (
	"context"
	"fmt"
	"io"
	"time"

	"salon/fair"
)

// CVFile is the content of a CV, to be read once.
type CVFile struct {
	Name    string // for the disk of who reads it
	Type    string
	Size    int64
	Content io.Reader
}

// CVCard is what a stand that may read a CV sees of it beforehand.
type CVCard struct {
	Format fair.CVFormat
	Size   int64
	Since  time.Time // from when the stand may read it
}

// card is what is shown of a CV shared at a time; nil when there is none.
func card(c fair.CV, shared time.Time) *CVCard {
	if c.ID == "" || c.State != fair.CVReady {
		return nil
	}
	if c.ChosenAt != nil && c.ChosenAt.After(shared) {
		shared = *c.ChosenAt
	}
	return &CVCard{c.Format, c.Size, shared}
}

// currentCV is the CV that somebody shows to stands, the zero value when there is
// none.
func (s *Service) currentCV(ctx context.Context, candidate fair.ID) (fair.CV, error) {
	list, err := s.Stores.CVs.Of(ctx, candidate)
	if err != nil {
		return fair.CV{}, fmt.Errorf("list the CVs of %s: %w", candidate, err)
	}
	c, _ := fair.CurrentCV(list)
	return c, nil
}

func ofCandidate(list []fair.CV, candidate fair.ID) (of []fair.CV) {
	for _, c := range list {
		if c.Candidate == candidate {
			of = append(of, c)
		}
	}
	return of
}

// shownTo reports whether somebody's current CV is shown to the stands where they
// take a place.
func shownTo(owner fair.Account) bool { return owner.ID != "" && !owner.Profile.HideCV }

// interviewCV is the CV that the recruiter of an interview reads: until the
// answer, and in an anonymous fair not before they meet.
func (r *surroundings) interviewCV(ctx context.Context, owner fair.Account, i fair.Interview, anonymous bool) (fair.CV, error) {
	if !i.ReadsCV(r.s.now()) || anonymous || !shownTo(owner) {
		return fair.CV{}, nil
	}
	return once(ctx, r.cvs, i.Candidate, r.s.currentCV)
}

// applicationCV is the CV that came with an application, until it is withdrawn
// or the CV deleted.
func (r *surroundings) applicationCV(ctx context.Context, ap fair.Application, anonymous bool) (fair.CV, error) {
	if ap.CV == "" || ap.State == fair.ApplicationWithdrawn || anonymous {
		return fair.CV{}, nil
	}
	c, err := r.s.Stores.CVs.Get(ctx, ap.CV)
	if notFound(err) || err == nil && (c.State != fair.CVReady || c.Candidate != ap.Candidate) {
		return fair.CV{}, nil
	}
	return c, err
}

// MyCV reads one of the actor's own. Errors: NotFound; Conflict "cv.notready".
func (s *Service) MyCV(ctx context.Context, a fair.Actor, id fair.ID) (CVFile, error) {
	c, err := s.ownCV(ctx, a, id)
	if err != nil {
		return CVFile{}, err
	}
	if !c.Whole() {
		return CVFile{}, fair.E(fair.Conflict, "cv.notready")
	}
	return s.cvFile(ctx, c, c.Name), nil
}

// ApplicationCV, TicketCV and InterviewCV read somebody's CV for a recruiter of a
// stand to which that gives the right. It is written into the audit log first:
// when it cannot be written, the CV is not shown. Errors: NotFound, also where
// there is no CV to be read.
func (s *Service) ApplicationCV(ctx context.Context, a fair.Actor, id fair.ID) (CVFile, error) {
	ap, err := s.application(ctx, a, id)
	if err != nil {
		return CVFile{}, err
	}
	if !a.Recruits(ap.Stand) {
		return CVFile{}, fair.E(fair.Forbidden, "not.recruiter")
	}
	f, err := s.Stores.Fairs.Get(ctx, ap.Fair)
	if err != nil {
		return CVFile{}, fmt.Errorf("read the fair of application %s: %w", id, err)
	}
	anonymous, err := s.nameless(ctx, f, ap.Stand, ap.Candidate)
	if err != nil {
		return CVFile{}, err
	}
	c, err := newSurroundings(s).applicationCV(ctx, ap, anonymous)
	return s.readCV(ctx, a, c, err, fair.Reading{Of: ap.Candidate, Why: fair.NounApplication, Object: id, Fair: ap.Fair})
}

// TicketCV is as ApplicationCV.
func (s *Service) TicketCV(ctx context.Context, a fair.Actor, id fair.ID) (CVFile, error) {
	if err := signedIn(a); err != nil {
		return CVFile{}, err
	}
	t, err := s.Stores.Tickets.Get(ctx, id)
	if err == nil && !a.Recruits(t.Stand) {
		err = fair.E(fair.NotFound, "ticket.unknown")
	}
	if err == nil {
		err = s.notBarred(ctx, a.Account, t.Fair)
	}
	if err != nil {
		return CVFile{}, err
	}
	d, err := s.deskTicketOf(ctx, a, t)
	if err != nil {
		return CVFile{}, err
	}
	return s.readCV(ctx, a, d.cv, nil, fair.Reading{Of: t.Candidate, Why: fair.NounTicket, Object: id, Fair: t.Fair})
}

// InterviewCV is as ApplicationCV, for the recruiter of the interview.
func (s *Service) InterviewCV(ctx context.Context, a fair.Actor, id fair.ID) (CVFile, error) {
	i, err := s.recruiting(ctx, a, id)
	if err != nil {
		return CVFile{}, err
	}
	d, err := newSurroundings(s).detail(ctx, a, i)
	return s.readCV(ctx, a, d.cv, err, fair.Reading{Of: i.Candidate, Why: fair.NounInterview, Object: id, Fair: i.Fair})
}

func (s *Service) readCV(ctx context.Context, a fair.Actor, c fair.CV, err error, why fair.Reading) (CVFile, error) {
	if err != nil {
		return CVFile{}, err
	}
	if c.ID == "" {
		return CVFile{}, fair.E(fair.NotFound, "cv.unknown")
	}
	owner, err := s.Stores.Accounts.Get(ctx, c.Candidate)
	if err != nil {
		return CVFile{}, fmt.Errorf("read the owner of CV %s: %w", c.ID, err)
	}
	why.What = fair.ReadCV
	if err := s.noteReadings(ctx, a, why); err != nil {
		return CVFile{}, err
	}
	return s.cvFile(ctx, c, "CV "+owner.Name+"."+string(c.Format)), nil
}

func (s *Service) cvFile(ctx context.Context, c fair.CV, name string) CVFile {
	return CVFile{Name: fair.CVName(name), Type: c.Format.Type(), Size: c.Size, Content: s.cvContent(ctx, c)}
}
