package web

import (
	"context"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// answers is what this package asks of service about how stands answer.
type answers interface {
	Answers(ctx context.Context, a fair.Actor, fairRef string) ([]service.StandAnswers, error)
	StandAnswers(ctx context.Context, a fair.Actor, stand fair.ID) (service.StandAnswers, error)
}

// AnswersView is how a stand answers those it has met.
type AnswersView struct {
	Stand         StandRef `json:"stand"`
	Held          int      `json:"held" doc:"Interviews that took place"`
	Answered      int      `json:"answered"`
	Promised      int      `json:"promised" doc:"An answer was promised for a day to come"`
	Open          int      `json:"open" doc:"Without a word, still in time"`
	Late          int      `json:"late" doc:"Due and not given"`
	MedianSeconds *int     `json:"median_seconds,omitempty" doc:"From the end of an interview to its answer; absent when none was given"`
}

func viewAnswers(a service.StandAnswers) AnswersView {
	f := a.Figure
	v := AnswersView{refStand(a.Stand), f.Held, f.Answered, f.Promised, f.Open, f.Late, nil}
	if f.Answered > 0 {
		median := int(f.Median.Seconds())
		v.MedianSeconds = &median
	}
	return v
}

func (s *Server) listAnswers(ctx context.Context, k *call, in *FairPath) (*answer[List[AnswersView]], error) {
	list, err := s.Service.Answers(ctx, k.Actor, in.Fair)
	return reply(all(mapped(list, viewAnswers)), err)
}

// StandAnswersView adds what the caller owes there.
type StandAnswersView struct {
	AnswersView
	Owed []OwedView `json:"owed" doc:"The caller's own interviews that wait for an answer, the first due first"`
}

// OwedView is an interview that waits for its recruiter's answer.
type OwedView struct {
	Interview fair.ID   `json:"interview"`
	Name      string    `json:"name"`
	EndedAt   time.Time `json:"ended_at"`
	Due       time.Time `json:"due"`
	Promised  bool      `json:"promised" doc:"The candidate was told that day"`
	Reminded  bool      `json:"reminded"`
}

func viewOwed(d service.InterviewDetail) OwedView {
	i := d.Interview
	v := OwedView{Interview: i.ID, Name: d.Candidate.Name, Promised: i.Outcome != nil}
	if i.EndedAt != nil {
		v.EndedAt = i.EndedAt.UTC()
	}
	if i.Answering != nil {
		v.Due, v.Reminded = i.Answering.Due.UTC(), i.Answering.Reminders > 0
	}
	return v
}

func (s *Server) getStandAnswers(ctx context.Context, k *call, in *StandPath) (*answer[StandAnswersView], error) {
	a, err := s.Service.StandAnswers(ctx, k.Actor, in.Stand)
	return reply(StandAnswersView{viewAnswers(a), mapped(a.Owed, viewOwed)}, err)
}
