package service

import (
	"context"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// applicationStore keeps applications; unique indexes admit one open one for a
// person and a target, and one for a person and a place.
type applicationStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Application, error)
	Insert(ctx context.Context, a fair.Application) error
	Save(ctx context.Context, a fair.Application, effects ...fair.Effect) (fair.Application, error)
	OpenOf(ctx context.Context, candidate, target fair.ID) (fair.Application, error)
	Of(ctx context.Context, candidate fair.ID, limit int) ([]fair.Application, error)
	OfStand(ctx context.Context, stand fair.ID, page, limit int) ([]fair.Application, int, error)
	OpenAt(ctx context.Context, stand fair.ID, candidates []fair.ID, limit int) ([]fair.Application, error)
	CountOpen(ctx context.Context, candidate fair.ID) (int, error)
	Places(ctx context.Context, candidate fair.ID) ([]int, error)
	AnswersDue(ctx context.Context, now time.Time, limit int) ([]fair.Application, error)
	Remind(ctx context.Context, id fair.ID, from, to fair.Answering, effects ...fair.Effect) (fair.Application, bool, error)
	Owed(ctx context.Context, promiser fair.ID, limit int) ([]fair.Application, error)
	Overdue(ctx context.Context, fairID fair.ID, now time.Time, limit int) ([]fair.Application, error)
}

// applicationsShown is how many a candidate's list holds.
const applicationsShown = 200

// ApplicationDetail is an application as its candidate or its stand may read it.
type ApplicationDetail struct {
	Application fair.Application
	Fair        fair.Fair
	Stand       fair.Stand
	Offer       *fair.Offer
	Candidate   CandidateCard // only for the stand
	Anonymous   bool          // the stand is not told the candidate's name yet
	CV          *CVCard       // for those who may read it: its candidate, and the stand once it knows the name
}

// ApplyRequest is three lines and, if it is named, one of one's own CVs.
type ApplyRequest struct {
	Text string
	CV   fair.ID
}

// ApplyToOffer applies for an offer. Errors: NotFound; Gone "offer.closed";
// Conflict "application.open" when one is open already, which comes along;
// Invalid.
func (s *Service) ApplyToOffer(ctx context.Context, a fair.Actor, offer fair.ID, r ApplyRequest) (ApplicationDetail, error) {
	o, err := s.Stores.Offers.Get(ctx, offer)
	if err != nil {
		return ApplicationDetail{}, err
	}
	if !o.OpenAt(s.now()) {
		return ApplicationDetail{}, fair.E(fair.Gone, "offer.closed")
	}
	return s.apply(ctx, a, fair.Application{Fair: o.Fair, Stand: o.Stand, Offer: o.ID, Target: o.ID, Text: r.Text, CV: r.CV})
}

// ApplyToStand applies to a stand without naming an offer.
func (s *Service) ApplyToStand(ctx context.Context, a fair.Actor, stand fair.ID, r ApplyRequest) (ApplicationDetail, error) {
	st, err := s.Stores.Stands.Get(ctx, stand)
	if err != nil {
		return ApplicationDetail{}, err
	}
	return s.apply(ctx, a, fair.Application{Fair: st.Fair, Stand: st.ID, Target: st.ID, Text: r.Text, CV: r.CV})
}

func (s *Service) apply(ctx context.Context, a fair.Actor, ap fair.Application) (ApplicationDetail, error) {
	if err := signedIn(a); err != nil {
		return ApplicationDetail{}, err
	}
	if !a.IsCandidate() {
		return ApplicationDetail{}, fair.E(fair.Forbidden, "not.candidate")
	}
	if err := s.admitted(ctx, a.Account, ap.Fair, ap.Stand, ""); err != nil {
		return ApplicationDetail{}, err
	}
	ap.Text = fair.Clean(ap.Text)
	switch {
	case ap.Text == "":
		return ApplicationDetail{}, fair.Refuse("text", "text.missing")
	case fair.TooLong(ap.Text, fair.ApplicationLength):
		return ApplicationDetail{}, fair.Refuse("text", "text.long")
	}
	if ap.CV != "" {
		if cv, err := s.ownCV(ctx, a, ap.CV); err != nil || !cv.Whole() {
			if err == nil {
				err = fair.E(fair.Conflict, "cv.notready")
			}
			return ApplicationDetail{}, err
		}
	}
	f, err := s.Stores.Fairs.Get(ctx, ap.Fair)
	if err != nil {
		return ApplicationDetail{}, fmt.Errorf("read the fair of an application: %w", err)
	}
	now := s.now()
	ap.ID, ap.Candidate, ap.State, ap.Open, ap.At = fair.NewID(), a.Account, fair.ApplicationReceived, true, now
	ap.Meta = meta(now, f.KeepAtMost(), owe(fair.EffectNotify, "", now), oweAudit("application.sent", a.Account, a.Account, now))
	mine, err := s.insertApplication(ctx, ap)
	switch {
	case err != nil:
		return ApplicationDetail{}, fmt.Errorf("apply: %w", err)
	case mine.ID != ap.ID && (mine.Text != ap.Text || mine.CV != ap.CV):
		return ApplicationDetail{}, fair.E(fair.Conflict, "application.open")
	}
	s.wake()
	return s.applicationDetail(ctx, newSurroundings(s), a, mine)
}

// insertApplication gives an application the first place that is free, or answers
// the open one to the same target. Whoever takes a place in between has it: the
// next is tried. Errors: Conflict "application.many".
func (s *Service) insertApplication(ctx context.Context, ap fair.Application) (fair.Application, error) {
	taken, err := s.Stores.Applications.Places(ctx, ap.Candidate)
	if err != nil {
		return ap, err
	}
	for ap.Place = 1; ap.Place <= fair.OpenApplications && len(taken) < fair.OpenApplications; ap.Place++ {
		if slices.Contains(taken, ap.Place) {
			continue
		}
		if err = s.Stores.Applications.Insert(ctx, ap); fair.KindOf(err) != fair.Conflict {
			return ap, err
		}
		if mine, err := s.Stores.Applications.OpenOf(ctx, ap.Candidate, ap.Target); !notFound(err) {
			return mine, err
		}
	}
	if mine, err := s.Stores.Applications.OpenOf(ctx, ap.Candidate, ap.Target); !notFound(err) {
		return mine, err
	}
	return ap, fair.E(fair.Conflict, "application.many")
}

// HasApplied reports whether the actor has an open application to an offer or,
// naming none, to a stand.
func (s *Service) HasApplied(ctx context.Context, a fair.Actor, target fair.ID) (bool, error) {
	if !a.SignedIn() {
		return false, nil
	}
	_, err := s.Stores.Applications.OpenOf(ctx, a.Account, target)
	if notFound(err) {
		return false, nil
	}
	return err == nil, err
}

// application finds one for its candidate or its stand's recruiters. Errors:
// NotFound for everybody else, as if there were none.
func (s *Service) application(ctx context.Context, a fair.Actor, id fair.ID) (fair.Application, error) {
	if err := signedIn(a); err != nil {
		return fair.Application{}, err
	}
	ap, err := s.Stores.Applications.Get(ctx, id)
	if err == nil && ap.Candidate != a.Account && !a.Recruits(ap.Stand) {
		return fair.Application{}, fair.E(fair.NotFound, "application.unknown")
	}
	if err == nil && ap.Candidate != a.Account {
		err = s.notBarred(ctx, a.Account, ap.Fair)
	}
	return ap, err
}

// MyApplications lists the candidate's applications, the latest first.
func (s *Service) MyApplications(ctx context.Context, a fair.Actor) ([]ApplicationDetail, error) {
	return s.applicationsOf(ctx, a, applicationsShown)
}

func (s *Service) applicationsOf(ctx context.Context, a fair.Actor, limit int) ([]ApplicationDetail, error) {
	if err := signedIn(a); err != nil {
		return nil, err
	}
	list, err := s.Stores.Applications.Of(ctx, a.Account, limit)
	if err != nil {
		return nil, fmt.Errorf("list applications: %w", err)
	}
	return s.applicationDetails(ctx, a, list)
}

// StandApplications lists a stand's applications, the latest first. Only its
// recruiters: an organiser has no part in who is taken.
func (s *Service) StandApplications(ctx context.Context, a fair.Actor, stand fair.ID, page, limit int) (Page[ApplicationDetail], error) {
	st, err := s.StandDesk(ctx, a, stand)
	if err != nil {
		return Page[ApplicationDetail]{}, err
	}
	if !a.Recruits(st.ID) {
		return Page[ApplicationDetail]{}, fair.E(fair.Forbidden, "not.recruiter")
	}
	page, limit = paging(page, limit)
	list, total, err := s.Stores.Applications.OfStand(ctx, st.ID, page, limit)
	if err != nil {
		return Page[ApplicationDetail]{}, fmt.Errorf("list the applications of stand %s: %w", stand, err)
	}
	details, err := s.applicationDetails(ctx, a, list)
	return Page[ApplicationDetail]{Items: details, Total: total}, err
}

func (s *Service) applicationDetails(ctx context.Context, a fair.Actor, list []fair.Application) ([]ApplicationDetail, error) {
	around := newSurroundings(s)
	details := make([]ApplicationDetail, 0, len(list))
	var read []fair.Reading
	for _, ap := range list {
		d, err := s.applicationDetail(ctx, around, a, ap)
		if err != nil {
			return nil, err
		}
		details = append(details, d)
		if d.Candidate.Account != "" && !d.Anonymous {
			read = append(read, applicantOf(ap))
		}
	}
	return details, s.noteReadings(ctx, a, read...)
}

// applicantOf is the reading of the candidate's profile that an application is to
// its stand.
func applicantOf(ap fair.Application) fair.Reading {
	return fair.Reading{What: fair.ReadProfile, Of: ap.Candidate, Why: fair.NounApplication, Object: ap.ID, Fair: ap.Fair}
}

func (s *Service) applicationDetail(ctx context.Context, around *surroundings, a fair.Actor, ap fair.Application) (d ApplicationDetail, err error) {
	ap.Effects = nil
	d.Application = ap
	if d.Fair, err = once(ctx, around.fairs, ap.Fair, s.Stores.Fairs.Get); err != nil {
		return d, fmt.Errorf("read the fair of application %s: %w", ap.ID, err)
	}
	if d.Stand, err = once(ctx, around.stands, ap.Stand, s.Stores.Stands.Get); err != nil {
		return d, fmt.Errorf("read the stand of application %s: %w", ap.ID, err)
	}
	offer, err := once(ctx, around.offers, ap.Offer, s.Stores.Offers.Get)
	if err != nil {
		return d, fmt.Errorf("read the offer of application %s: %w", ap.ID, err)
	}
	if offer.ID != "" {
		d.Offer = &offer
	}
	if !a.Recruits(ap.Stand) {
		cv, err := around.applicationCV(ctx, ap, false)
		d.CV = card(cv, ap.At)
		return d, err
	}
	candidate, err := once(ctx, around.accounts, ap.Candidate, s.Stores.Accounts.Get)
	if err != nil {
		return d, fmt.Errorf("read the candidate of application %s: %w", ap.ID, err)
	}
	if d.Candidate = candidateCard(candidate); ap.State == fair.ApplicationWithdrawn {
		d.Candidate = d.Candidate.nameOnly()
	}
	if d.Anonymous, err = s.nameless(ctx, d.Fair, ap.Stand, ap.Candidate); d.Anonymous {
		d.Candidate.Name, d.Candidate.About = "", ""
	}
	if err != nil {
		return d, err
	}
	cv, err := around.applicationCV(ctx, ap, d.Anonymous)
	d.CV = card(cv, ap.At)
	return d, err
}

// ApplicationEdit is what a stand says of an application: where it stands, its
// words to the candidate, and until when it promises to answer. Or, from its
// candidate, that it is taken back.
type ApplicationEdit struct {
	State  fair.ApplicationState
	Answer string
	By     *time.Time
	Rev    int64 // the rev the edit was made on; another one: Conflict "edit.stale"
}

// EditApplication changes one: its stand's recruiters set it to a state, its
// candidate withdraws it. Errors: NotFound; Forbidden "application.withdraw" for
// a candidate who wants another state; Gone when it is over; Conflict; Invalid.
func (s *Service) EditApplication(ctx context.Context, a fair.Actor, id fair.ID, e ApplicationEdit) (ApplicationDetail, error) {
	ap, err := s.application(ctx, a, id)
	if err != nil {
		return ApplicationDetail{}, err
	}
	now := s.now()
	mine := ap.Candidate == a.Account
	if e.State == fair.ApplicationWithdrawn && mine && ap.State == fair.ApplicationWithdrawn {
		return s.applicationDetail(ctx, newSurroundings(s), a, ap) // asked for twice
	}
	next, effects := ap, []fair.Effect{owe(fair.EffectNotify, "", now)}
	switch {
	case mine && e.State == fair.ApplicationWithdrawn:
		next, err = ap.Withdraw(now)
	case mine:
		err = fair.E(fair.Forbidden, "application.withdraw")
	default:
		if e.By != nil {
			by := cut(*e.By)
			e.By = &by
		}
		if next, err = ap.Move(e.State, fair.Clean(e.Answer), e.By, a.Account, now); err == nil {
			next.Rev = e.Rev
			effects = append(effects, oweAudit("application."+string(e.State), a.Account, ap.Candidate, now))
			switch {
			case next.State == fair.ApplicationMeet && ap.State != next.State:
				effects = append(effects, owe(fair.EffectPushMeet, ap.Candidate, now))
			case next.State != ap.State || next.Answer != ap.Answer:
				effects = append(effects, owe(fair.EffectPushApplication, ap.Candidate, now))
			}
		}
	}
	if err != nil {
		return ApplicationDetail{}, err
	}
	if next, err = s.Stores.Applications.Save(ctx, next, effects...); err != nil {
		return ApplicationDetail{}, fmt.Errorf("change application %s: %w", id, err)
	}
	s.wake()
	if !mine {
		if err := s.noteReadings(ctx, a, applicantOf(next)); err != nil {
			return ApplicationDetail{}, err
		}
	}
	return s.applicationDetail(ctx, newSurroundings(s), a, next)
}

// deliverApplication shows an application to both sides, writes it down, or
// tells its candidate; of several pieces of news only the last is told.
func (s *Service) deliverApplication(ctx context.Context, id fair.ID, e fair.Effect) error {
	ap, err := s.Stores.Applications.Get(ctx, id)
	if err != nil {
		return err
	}
	switch {
	case e.Kind == fair.EffectAudit:
		return s.record(ctx, e, id, ap.Fair)
	case e.Kind.Mail():
		return s.mailAnswers(ctx, ap.Fair, ap.Stand, e)
	case !e.Kind.Push():
		return s.Notifier.ApplicationChanged(ctx, ap)
	}
	newest := e.ID
	for _, other := range ap.Effects { // in the order of the changes
		if other.Kind.Push() {
			newest = other.ID
		}
	}
	if newest != e.ID {
		return nil
	}
	st, err := s.Stores.Stands.Get(ctx, ap.Stand)
	if err != nil {
		return err
	}
	return s.reach(ctx, e, Telling{Kind: e.Kind, Side: fair.SideCandidate, Topic: id, Stand: st})
}
