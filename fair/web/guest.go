package web

import (
	"context"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// guests is what this package asks of service about third persons in an
// interview.
type guests interface {
	GuestInterview(ctx context.Context, a fair.Actor, id fair.ID) (service.GuestDetail, error)
	InviteInterpreter(ctx context.Context, a fair.Actor, id fair.ID, email, name string) (fair.Guest, error)
	UninviteInterpreter(ctx context.Context, a fair.Actor, id, guest fair.ID) error
}

// VisitView is an interview as a guest sees it: an adviser or an interpreter.
// It holds neither notes nor outcome, and of the candidate the name only.
type VisitView struct {
	ID         fair.ID             `json:"id"`
	Role       fair.RoomRole       `json:"role" enum:"adviser,interpreter"`
	Fair       FairRef             `json:"fair"`
	Stand      StandRef            `json:"stand"`
	State      fair.InterviewState `json:"state" enum:"called,booked,live,ended,cancelled"`
	Channel    fair.Channel        `json:"channel" enum:"video,phone"`
	StartsAt   time.Time           `json:"starts_at"`
	EndsAt     time.Time           `json:"ends_at"`
	PlannedEnd time.Time           `json:"planned_end"`
	JoinableAt time.Time           `json:"joinable_at"`
	SoundOnly  bool                `json:"sound_only"`
	Candidate  string              `json:"candidate" doc:"The candidate's name"`
	Recruiter  string              `json:"recruiter" doc:"The recruiter's name"`
	Encryption fair.Encryption     `json:"encryption" enum:"off,possible,required"`
	Topic      *TopicView          `json:"topic,omitempty"`
	Rev        int64               `json:"rev"`
}

func (s *Server) getVisit(ctx context.Context, k *call, in *InterviewPath) (*answer[VisitView], error) {
	d, err := s.Service.GuestInterview(ctx, k.Actor, in.Interview)
	if err != nil {
		return nil, err
	}
	i, name := d.Interview, d.Candidate
	if name == "" {
		name = s.Frontend.Locale(string(k.lang)).T("thread.anonymous")
	}
	topic, err := s.topic(k, "visit."+string(i.ID))
	return reply(VisitView{
		ID: i.ID, Role: d.Role, Fair: FairRef{d.Fair.Slug, d.Fair.Name.In(k.lang), d.Fair.TimeZone}, Stand: refStand(d.Stand),
		State: i.State, Channel: i.Channel, StartsAt: i.StartsAt.UTC(), EndsAt: i.EndsAt.UTC(), PlannedEnd: i.PlannedEnd().UTC(),
		JoinableAt: d.JoinableAt.UTC(), SoundOnly: i.SoundOnly, Candidate: name, Recruiter: d.Recruiter.Name,
		Encryption: d.Fair.Rules().Encryption, Topic: topic, Rev: i.Rev,
	}, err)
}

type inviteInput struct {
	InterviewPath
	Body struct {
		Email string `json:"email" minLength:"3" maxLength:"254"`
		Name  string `json:"name,omitempty" maxLength:"80" doc:"As the others see it; guessed from the address when empty"`
	}
}

func (s *Server) inviteInterpreter(ctx context.Context, k *call, in *inviteInput) (*created[GuestView], error) {
	g, err := s.Service.InviteInterpreter(ctx, k.Actor, in.Interview, in.Body.Email, in.Body.Name)
	if err != nil {
		return nil, err
	}
	return &created[GuestView]{GuestView{g.ID, g.Name}}, nil
}

type uninviteInput struct {
	InterviewPath
	Guest fair.ID `path:"guest"`
}

func (s *Server) uninviteInterpreter(ctx context.Context, k *call, in *uninviteInput) (*nothing, error) {
	return &nothing{}, s.Service.UninviteInterpreter(ctx, k.Actor, in.Interview, in.Guest)
}
