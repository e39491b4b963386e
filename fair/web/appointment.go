package web

import (
	"context"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// appointments is what this package asks of service about an interview that is
// booked: another time, another recruiter, whether it will work.
type appointments interface {
	MoveInterview(ctx context.Context, a fair.Actor, id fair.ID, r service.MoveRequest) (fair.Interview, error)
	Propose(ctx context.Context, a fair.Actor, id fair.ID, r service.ProposalRequest) (fair.Interview, error)
	AnswerProposal(ctx context.Context, a fair.Actor, id fair.ID, r service.MoveRequest) (fair.Interview, error)
	WithdrawProposal(ctx context.Context, a fair.Actor, id fair.ID) (fair.Interview, error)
	GiveInterview(ctx context.Context, a fair.Actor, id, to fair.ID) (fair.Interview, error)
	MissInterview(ctx context.Context, a fair.Actor, id fair.ID) (fair.Interview, error)
	SetCheck(ctx context.Context, a fair.Actor, id fair.ID, c fair.Check) (fair.Interview, error)
	Team(ctx context.Context, a fair.Actor, stand fair.ID) ([]fair.Host, error)
}

// ProposalView is another time that a recruiter proposes.
type ProposalView struct {
	ID      fair.ID            `json:"id"`
	Slots   []ProposedSlotView `json:"slots"`
	Message string             `json:"message"`
	Until   time.Time          `json:"until" doc:"Until when the slots are kept for the candidate"`
}

// ProposedSlotView is one of its times.
type ProposedSlotView struct {
	ID       fair.ID        `json:"id"`
	StartsAt time.Time      `json:"starts_at"`
	EndsAt   time.Time      `json:"ends_at"`
	Channels []fair.Channel `json:"channels"`
}

func viewProposal(p *fair.Proposal) *ProposalView {
	if p == nil {
		return nil
	}
	return &ProposalView{p.ID, mapped(p.Slots, func(s fair.ProposedSlot) ProposedSlotView {
		return ProposedSlotView{s.ID, s.Start.UTC(), s.End.UTC(), append([]fair.Channel{}, s.Channels...)}
	}), p.Message, p.Until.UTC()}
}

// CheckView is what came of the candidate's try of camera, microphone and
// network for this interview.
type CheckView struct {
	Camera     fair.DeviceState  `json:"camera" enum:"ok,missing,refused"`
	Microphone fair.DeviceState  `json:"microphone" enum:"ok,missing,refused"`
	Network    fair.NetworkState `json:"network" enum:"good,fair,poor,none"`
	Suggests   fair.Channel      `json:"suggests" enum:"video,phone" doc:"The channel that serves these devices best"`
	At         time.Time         `json:"at"`
}

func viewCheck(c *fair.Check) *CheckView {
	if c == nil {
		return nil
	}
	return &CheckView{c.Camera, c.Microphone, c.Network, c.Suggests(), c.At.UTC()}
}

type moveInterviewInput struct {
	InterviewPath
	Body struct {
		Slot    string `json:"slot" maxLength:"26"`
		Channel string `json:"channel,omitempty" enum:"video,phone" doc:"Left out: as before, or the one the slot has"`
		Short   bool   `json:"short,omitempty" doc:"Also where there is no room for the extra time one needs"`
	}
}

func (s *Server) moveInterview(ctx context.Context, k *call, in *moveInterviewInput) (*answer[InterviewView], error) {
	r := service.MoveRequest{Slot: fair.ID(in.Body.Slot), Channel: fair.Channel(in.Body.Channel), Short: in.Body.Short}
	_, err := s.Service.MoveInterview(ctx, k.Actor, in.Interview, r)
	return s.changed(ctx, k, in.Interview, err)
}

type proposeInput struct {
	InterviewPath
	Body struct {
		Slots   []string `json:"slots" minItems:"1" maxItems:"3"`
		Message string   `json:"message,omitempty" maxLength:"300" doc:"To the candidate"`
	}
}

func (s *Server) propose(ctx context.Context, k *call, in *proposeInput) (*answer[InterviewView], error) {
	r := service.ProposalRequest{Slots: mapped(in.Body.Slots, func(id string) fair.ID { return fair.ID(id) }), Message: in.Body.Message}
	_, err := s.Service.Propose(ctx, k.Actor, in.Interview, r)
	return s.changed(ctx, k, in.Interview, err)
}

type answerProposalInput struct {
	InterviewPath
	Body struct {
		Slot    string `json:"slot,omitempty" maxLength:"26" doc:"One of the proposal's; left out: the appointment stands"`
		Channel string `json:"channel,omitempty" enum:"video,phone"`
	}
}

func (s *Server) answerProposal(ctx context.Context, k *call, in *answerProposalInput) (*answer[InterviewView], error) {
	r := service.MoveRequest{Slot: fair.ID(in.Body.Slot), Channel: fair.Channel(in.Body.Channel)}
	_, err := s.Service.AnswerProposal(ctx, k.Actor, in.Interview, r)
	return s.changed(ctx, k, in.Interview, err)
}

func (s *Server) withdrawProposal(ctx context.Context, k *call, in *InterviewPath) (*answer[InterviewView], error) {
	_, err := s.Service.WithdrawProposal(ctx, k.Actor, in.Interview)
	return s.changed(ctx, k, in.Interview, err)
}

type giveInterviewInput struct {
	InterviewPath
	Body struct {
		Recruiter string `json:"recruiter" maxLength:"26" doc:"A colleague of the stand"`
	}
}

func (s *Server) giveInterview(ctx context.Context, k *call, in *giveInterviewInput) (*nothing, error) {
	_, err := s.Service.GiveInterview(ctx, k.Actor, in.Interview, fair.ID(in.Body.Recruiter))
	return &nothing{}, err
}

func (s *Server) missInterview(ctx context.Context, k *call, in *InterviewPath) (*answer[InterviewView], error) {
	_, err := s.Service.MissInterview(ctx, k.Actor, in.Interview)
	return s.changed(ctx, k, in.Interview, err)
}

type setCheckInput struct {
	InterviewPath
	Body struct {
		Camera     string `json:"camera" enum:"ok,missing,refused"`
		Microphone string `json:"microphone" enum:"ok,missing,refused"`
		Network    string `json:"network" enum:"good,fair,poor,none"`
	}
}

func (s *Server) setCheck(ctx context.Context, k *call, in *setCheckInput) (*answer[InterviewView], error) {
	_, err := s.Service.SetCheck(ctx, k.Actor, in.Interview, fair.Check{
		Camera: fair.DeviceState(in.Body.Camera), Microphone: fair.DeviceState(in.Body.Microphone),
		Network: fair.NetworkState(in.Body.Network),
	})
	return s.changed(ctx, k, in.Interview, err)
}

// ColleagueView is a recruiter of a stand for its desk.
type ColleagueView struct {
	Recruiter fair.ID `json:"recruiter"`
	Name      string  `json:"name"`
	Title     string  `json:"title"`
	Me        bool    `json:"me"`
}

func (s *Server) listTeam(ctx context.Context, k *call, in *StandPath) (*answer[List[ColleagueView]], error) {
	team, err := s.Service.Team(ctx, k.Actor, in.Stand)
	if err != nil {
		return nil, err
	}
	return reply(all(mapped(team, func(h fair.Host) ColleagueView {
		return ColleagueView{h.Account, h.Name, h.Title, h.Account == k.Account}
	})), nil)
}
