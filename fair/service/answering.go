package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// owedAfter is the answer owed once o, or nothing, was said at now.
func (s *Service) owedAfter(ctx context.Context, i fair.Interview, o *fair.Outcome, now time.Time) (*fair.Answering, error) {
	f, err := s.Stores.Fairs.Get(ctx, i.Fair)
	if err != nil {
		return nil, fmt.Errorf("read the fair of interview %s: %w", i.ID, err)
	}
	return fair.AfterOutcome(o, now, f.Rules().Book.AnswerDays), nil
}

// endUnsaid ends an interview without a word about it; the answer is owed where
// the two have met and nobody else goes on.
func (s *Service) endUnsaid(ctx context.Context, i fair.Interview, last bool, now time.Time, effects ...fair.Effect) error {
	var owed *fair.Answering
	if last && i.StartedAt != nil {
		var err error
		if owed, err = s.owedAfter(ctx, i, nil, now); err != nil {
			return err
		}
	}
	_, _, err := s.Stores.Interviews.End(ctx, i.ID, now, nil, owed, effects...)
	return err
}

// sweepAnswers reminds of answers, owed after an interview or promised to an
// application: the recruiter before the day, the organisers once it has passed.
// Each reminder is one conditional update that owes its mails, so that none is
// sent twice however many nodes sweep.
func (s *Service) sweepAnswers(ctx context.Context) error {
	now := s.now()
	met, err := s.Stores.Interviews.AnswersDue(ctx, now, sweepBatch)
	if err != nil {
		return fmt.Errorf("list answers due: %w", err)
	}
	promised, err := s.Stores.Applications.AnswersDue(ctx, now, sweepBatch)
	if err != nil {
		return fmt.Errorf("list promised answers due: %w", err)
	}
	var failed []error
	organisers := map[fair.ID][]fair.ID{}
	for _, i := range met {
		effects, err := s.reminders(ctx, i.Fair, i.Stand, i.Recruiter, *i.Answering, organisers)
		if err == nil {
			_, _, err = s.Stores.Interviews.Remind(ctx, i.ID, *i.Answering, i.Answering.Reminded(), effects...)
		}
		failed = append(failed, about(err, "remind of the answer to interview %s", i.ID))
	}
	for _, a := range promised {
		effects, err := s.reminders(ctx, a.Fair, a.Stand, a.Promiser, *a.Answering, organisers)
		if err == nil {
			_, _, err = s.Stores.Applications.Remind(ctx, a.ID, *a.Answering, a.Answering.Reminded(), effects...)
		}
		failed = append(failed, about(err, "remind of the answer to application %s", a.ID))
	}
	if len(met)+len(promised) > 0 {
		s.wake()
	}
	return errors.Join(failed...)
}

// reminders are the mails owed with the next reminder of an answer; organisers
// remembers those of each fair.
func (s *Service) reminders(ctx context.Context, fairID, stand, recruiter fair.ID, was fair.Answering, organisers map[fair.ID][]fair.ID) ([]fair.Effect, error) {
	now := s.now()
	effects := []fair.Effect{owe(fair.EffectNotify, "", now)}
	if was.Reminders == 0 {
		return append(effects, oweDaily(fair.EffectMailAnswer, recruiter, stand, now)), nil
	}
	if _, known := organisers[fairID]; !known {
		found, err := s.organisersOf(ctx, fairID)
		if err != nil {
			return nil, err
		}
		organisers[fairID] = found
	}
	for _, o := range organisers[fairID] {
		effects = append(effects, oweDaily(fair.EffectMailLate, o, stand, now))
	}
	return effects, nil
}

// oweDaily makes a mail that comes once a day for one person and stand, however
// many interviews owe it: the effect's id, which becomes the mail's, follows
// from the three.
func oweDaily(kind fair.EffectKind, to, stand fair.ID, now time.Time) fair.Effect {
	e := owe(kind, to, now)
	e.ID = fair.DeriveID(string(kind), string(to), string(stand), now.Format(time.DateOnly))
	return e
}

// mailAnswers writes a reminder of all that one stand owes, to its recruiter
// (their own interviews) or to an organiser (the late ones).
func (s *Service) mailAnswers(ctx context.Context, fairID, stand fair.ID, e fair.Effect) error {
	in := AnswersMail{Kind: e.Kind, Due: s.now()}
	var err error
	if in.Fair, err = s.Stores.Fairs.Get(ctx, fairID); err != nil {
		return err
	}
	if in.Stand, err = s.Stores.Stands.Get(ctx, stand); err != nil {
		return err
	}
	to, err := s.Stores.Accounts.Get(ctx, e.Account)
	if err != nil {
		return err
	}
	if e.Kind == fair.EffectMailAnswer {
		var due []time.Time
		if due, err = s.owedSoon(ctx, e.Account, stand); err == nil && len(due) > 0 {
			in.Count, in.Due = len(due), due[0]
		}
	} else {
		var figure fair.AnswerFigure
		figure, err = s.figure(ctx, fairID, stand)
		in.Count = figure.Late
	}
	if err != nil || in.Count == 0 { // answered meanwhile: nothing to say
		return err
	}
	m, err := s.Composer.Answers(to, in)
	if err != nil {
		return fmt.Errorf("write a reminder of answers: %w", err)
	}
	return s.post(ctx, m, e, to.Email, to.ID, s.now().Add(keepMail))
}

// owedSoon lists when the answers are due that a recruiter owes at one stand
// within two days, after interviews and to applications, the first first.
func (s *Service) owedSoon(ctx context.Context, recruiter, stand fair.ID) (soon []time.Time, err error) {
	met, err := s.Stores.Interviews.Owed(ctx, recruiter, 200)
	if err != nil {
		return nil, fmt.Errorf("list the answers %s owes: %w", recruiter, err)
	}
	promised, err := s.Stores.Applications.Owed(ctx, recruiter, 200)
	if err != nil {
		return nil, fmt.Errorf("list the answers %s promised: %w", recruiter, err)
	}
	limit := s.now().Add(48 * time.Hour)
	add := func(at fair.ID, a *fair.Answering) {
		if at == stand && a != nil && a.Due.Before(limit) {
			soon = append(soon, a.Due)
		}
	}
	for _, i := range met {
		add(i.Stand, i.Answering)
	}
	for _, ap := range promised {
		add(ap.Stand, ap.Answering)
	}
	slices.SortFunc(soon, time.Time.Compare)
	return soon, nil
}

// lateApplications counts, by stand, the applications of a fair whose promised
// answer did not come.
func (s *Service) lateApplications(ctx context.Context, fairID fair.ID) (map[fair.ID]int, error) {
	list, err := s.Stores.Applications.Overdue(ctx, fairID, s.now(), dayLimit)
	if err != nil {
		return nil, fmt.Errorf("list the late applications of fair %s: %w", fairID, err)
	}
	late := map[fair.ID]int{}
	for _, ap := range list {
		late[ap.Stand]++
	}
	return late, nil
}

// StandAnswers is how one stand answers those it has met.
type StandAnswers struct {
	Stand  fair.Stand
	Figure fair.AnswerFigure
	// Owed are the actor's own interviews that wait for an answer, the first due
	// first; only where a recruiter asks.
	Owed []InterviewDetail
}

// figuresBatch is how many interviews are read at once to be counted.
const figuresBatch = 500

// Answers lists how every stand of a fair answers, by its number. Organisers
// only.
func (s *Service) Answers(ctx context.Context, a fair.Actor, fairRef string) ([]StandAnswers, error) {
	f, err := s.Fair(ctx, a, fairRef)
	if err != nil {
		return nil, err
	}
	if err := mayOrganise(a, f.ID); err != nil {
		return nil, err
	}
	by := map[fair.ID][]fair.Interview{}
	err = s.eachFigure(ctx, f.ID, "", func(i fair.Interview) { by[i.Stand] = append(by[i.Stand], i) })
	if err != nil {
		return nil, err
	}
	late, err := s.lateApplications(ctx, f.ID)
	if err != nil {
		return nil, err
	}
	var all []StandAnswers
	for page := 1; ; page++ {
		stands, total, err := s.Stores.Stands.List(ctx, f.ID, page, 100)
		if err != nil {
			return nil, fmt.Errorf("list the stands of fair %s: %w", f.ID, err)
		}
		for _, st := range stands {
			figure := fair.CountAnswers(by[st.ID], s.now())
			figure.Late += late[st.ID]
			all = append(all, StandAnswers{Stand: st, Figure: figure})
		}
		if len(stands) == 0 || len(all) >= total {
			return all, nil
		}
	}
}

// StandAnswers is how one stand answers, and what the actor owes there. For its
// recruiters and the fair's organisers.
func (s *Service) StandAnswers(ctx context.Context, a fair.Actor, stand fair.ID) (StandAnswers, error) {
	st, err := s.StandDesk(ctx, a, stand)
	if err != nil {
		return StandAnswers{}, err
	}
	answers := StandAnswers{Stand: st}
	if answers.Figure, err = s.figure(ctx, st.Fair, stand); err != nil {
		return StandAnswers{}, err
	}
	owed, err := s.Stores.Interviews.Owed(ctx, a.Account, 100)
	if err != nil {
		return StandAnswers{}, fmt.Errorf("list the answers %s owes: %w", a.Account, err)
	}
	around := newSurroundings(s)
	for _, i := range owed {
		if i.Stand != stand || i.State != fair.InterviewEnded {
			continue
		}
		d, err := around.detail(ctx, a, i)
		if err != nil {
			return StandAnswers{}, err
		}
		answers.Owed = append(answers.Owed, d)
	}
	return answers, nil
}

func (s *Service) figure(ctx context.Context, fairID, stand fair.ID) (fair.AnswerFigure, error) {
	var list []fair.Interview
	if err := s.eachFigure(ctx, fairID, stand, func(i fair.Interview) { list = append(list, i) }); err != nil {
		return fair.AnswerFigure{}, err
	}
	late, err := s.lateApplications(ctx, fairID)
	figure := fair.CountAnswers(list, s.now())
	figure.Late += late[stand]
	return figure, err
}

func (s *Service) eachFigure(ctx context.Context, fairID, stand fair.ID, count func(fair.Interview)) error {
	for after := fair.ID(""); ; {
		list, err := s.Stores.Interviews.Figures(ctx, fairID, stand, after, figuresBatch)
		if err != nil {
			return fmt.Errorf("count the answers of fair %s: %w", fairID, err)
		}
		for _, i := range list {
			count(i)
			after = i.ID
		}
		if len(list) < figuresBatch {
			return nil
		}
	}
}
