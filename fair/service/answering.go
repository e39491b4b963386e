package service

import (
	"context"
	"errors"
	"fmt"
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
// the two have met.
func (s *Service) endUnsaid(ctx context.Context, i fair.Interview, now time.Time, effects ...fair.Effect) error {
	var owed *fair.Answering
	if i.StartedAt != nil {
		var err error
		if owed, err = s.owedAfter(ctx, i, nil, now); err != nil {
			return err
		}
	}
	_, _, err := s.Stores.Interviews.End(ctx, i.ID, now, nil, owed, effects...)
	return err
}

// sweepAnswers reminds of answers: the recruiter before the day, the organisers
// once it has passed. Each reminder is one conditional update that owes its
// mails, so that none is sent twice however many nodes sweep.
func (s *Service) sweepAnswers(ctx context.Context) error {
	now := s.now()
	due, err := s.Stores.Interviews.AnswersDue(ctx, now, sweepBatch)
	if err != nil {
		return fmt.Errorf("list answers due: %w", err)
	}
	var failed []error
	organisers := map[fair.ID][]fair.ID{}
	for _, i := range due {
		failed = append(failed, s.remind(ctx, i, organisers, now))
	}
	if len(due) > 0 {
		s.wake()
	}
	return errors.Join(failed...)
}

func (s *Service) remind(ctx context.Context, i fair.Interview, organisers map[fair.ID][]fair.ID, now time.Time) error {
	was := *i.Answering
	effects := []fair.Effect{owe(fair.EffectNotify, "", now)}
	if was.Reminders == 0 {
		effects = append(effects, oweDaily(fair.EffectMailAnswer, i.Recruiter, i.Stand, now))
	} else {
		if _, known := organisers[i.Fair]; !known {
			found, err := s.organisersOf(ctx, i.Fair)
			if err != nil {
				return err
			}
			organisers[i.Fair] = found
		}
		for _, o := range organisers[i.Fair] {
			effects = append(effects, oweDaily(fair.EffectMailLate, o, i.Stand, now))
		}
	}
	if _, _, err := s.Stores.Interviews.Remind(ctx, i.ID, was, was.Reminded(), effects...); err != nil {
		return fmt.Errorf("remind of the answer to interview %s: %w", i.ID, err)
	}
	return nil
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
func (s *Service) mailAnswers(ctx context.Context, i fair.Interview, e fair.Effect) error {
	in := AnswersMail{Kind: e.Kind, Due: s.now()}
	var err error
	if in.Fair, err = s.Stores.Fairs.Get(ctx, i.Fair); err != nil {
		return err
	}
	if in.Stand, err = s.Stores.Stands.Get(ctx, i.Stand); err != nil {
		return err
	}
	to, err := s.Stores.Accounts.Get(ctx, e.Account)
	if err != nil {
		return err
	}
	if e.Kind == fair.EffectMailAnswer {
		var owed []fair.Interview
		if owed, err = s.owedSoon(ctx, i.Recruiter, i.Stand); err == nil && len(owed) > 0 {
			in.Count, in.Due = len(owed), owed[0].Answering.Due
		}
	} else {
		var figure fair.AnswerFigure
		figure, err = s.figure(ctx, i.Fair, i.Stand)
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

// owedSoon lists what a recruiter owes at one stand within two days, the first
// due first.
func (s *Service) owedSoon(ctx context.Context, recruiter, stand fair.ID) ([]fair.Interview, error) {
	owed, err := s.Stores.Interviews.Owed(ctx, recruiter, 200)
	if err != nil {
		return nil, fmt.Errorf("list the answers %s owes: %w", recruiter, err)
	}
	soon := owed[:0]
	for _, i := range owed {
		if i.Stand == stand && i.Answering.Due.Before(s.now().Add(48*time.Hour)) {
			soon = append(soon, i)
		}
	}
	return soon, nil
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
	var all []StandAnswers
	for page := 1; ; page++ {
		stands, total, err := s.Stores.Stands.List(ctx, f.ID, page, 100)
		if err != nil {
			return nil, fmt.Errorf("list the stands of fair %s: %w", f.ID, err)
		}
		for _, st := range stands {
			all = append(all, StandAnswers{Stand: st, Figure: fair.CountAnswers(by[st.ID], s.now())})
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
	err := s.eachFigure(ctx, fairID, stand, func(i fair.Interview) { list = append(list, i) })
	return fair.CountAnswers(list, s.now()), err
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
