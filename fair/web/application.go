package web

import (
	"context"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// applications is what this package asks of service about applications.
type applications interface {
	ApplyToOffer(ctx context.Context, a fair.Actor, offer fair.ID, r service.ApplyRequest) (service.ApplicationDetail, error)
	ApplyToStand(ctx context.Context, a fair.Actor, stand fair.ID, r service.ApplyRequest) (service.ApplicationDetail, error)
	HasApplied(ctx context.Context, a fair.Actor, target fair.ID) (bool, error)
	MyApplications(ctx context.Context, a fair.Actor) ([]service.ApplicationDetail, error)
	StandApplications(ctx context.Context, a fair.Actor, stand fair.ID, page, limit int) (service.Page[service.ApplicationDetail], error)
	EditApplication(ctx context.Context, a fair.Actor, id fair.ID, e service.ApplicationEdit) (service.ApplicationDetail, error)
	TimesToMeet(ctx context.Context, a fair.Actor, id fair.ID) (service.Invited, error)
}

func (s *Server) applicationRoutes() {
	register(s, "POST /offers/{offer}/applications", "applyToOffer", "Applies for an offer", s.applyToOffer)
	register(s, "POST /stands/{stand}/applications", "applyToStand", "Applies to a stand without naming an offer", s.applyToStand)
	register(s, "GET /me/applications", "myApplications", "One's applications, the latest first", s.myApplications)
	register(s, "GET /stands/{stand}/applications", "listApplications", "A stand's applications, the latest first", s.listApplications)
	register(s, "PATCH /applications/{application}", "editApplication", "Moves an application on, or takes one's own back", s.editApplication)
	register(s, "GET /applications/{application}/times", "timesToMeet", "When one can meet a stand that has asked to", s.timesToMeet)
}

// ApplicationView is an application as its candidate or its stand sees it.
type ApplicationView struct {
	ID        fair.ID               `json:"id"`
	Fair      string                `json:"fair" doc:"Slug"`
	Stand     StandRef              `json:"stand"`
	Offer     *OfferRef             `json:"offer,omitempty" doc:"Absent when it names no offer"`
	State     fair.ApplicationState `json:"state" enum:"received,meet,met,next,closed,withdrawn"`
	Open      bool                  `json:"open"`
	Text      string                `json:"text" doc:"The candidate's lines"`
	Answer    string                `json:"answer" doc:"The stand's words to the candidate"`
	By        *time.Time            `json:"by,omitempty" doc:"Until when the stand promised to answer"`
	At        time.Time             `json:"at"`
	Since     time.Time             `json:"since" doc:"Since when it is in this state"`
	Anonymous bool                  `json:"anonymous" doc:"The stand is not told the candidate's name yet"`
	With      *WithView             `json:"with,omitempty" doc:"The candidate, for the stand"`
	CV        *CVCardView           `json:"cv,omitempty" doc:"The CV that came with it, for those who may read it"`
	Rev       int64                 `json:"rev"`
}

func viewApplication(d service.ApplicationDetail) ApplicationView {
	a := d.Application
	v := ApplicationView{
		ID: a.ID, Fair: d.Fair.Slug, Stand: refStand(d.Stand), State: a.State, Open: a.Open, Text: a.Text, Answer: a.Answer,
		By: a.By, Anonymous: d.Anonymous, At: a.At.UTC(), Since: a.At.UTC(), CV: viewCVCard(d.CV), Rev: a.Rev,
	}
	if d.Offer != nil {
		v.Offer = &OfferRef{d.Offer.ID, d.Offer.Title}
	}
	if n := len(a.History); n > 0 {
		v.Since = a.History[n-1].At.UTC()
	}
	if c := d.Candidate; c.Account != "" {
		with := viewWith(c)
		v.With = &with
	}
	return v
}

// applied answers with an application that was made.
func applied(d service.ApplicationDetail, err error) (*created[ApplicationView], error) {
	if err != nil {
		return nil, err
	}
	return &created[ApplicationView]{viewApplication(d)}, nil
}

// ApplyRequest is three lines from a candidate.
type ApplyRequest struct {
	Text string `json:"text" minLength:"1" maxLength:"1200" doc:"At most 600 characters once cleaned"`
	CV   string `json:"cv,omitempty" pattern:"^[a-z2-7]{26}$" doc:"One of one's own CVs, to be read by the stand"`
}

func (r ApplyRequest) request() service.ApplyRequest {
	return service.ApplyRequest{Text: r.Text, CV: fair.ID(r.CV)}
}

type applyToOfferInput struct {
	Offer fair.ID `path:"offer"`
	Body  ApplyRequest
}

func (s *Server) applyToOffer(ctx context.Context, k *call, in *applyToOfferInput) (*created[ApplicationView], error) {
	return applied(s.Service.ApplyToOffer(ctx, k.Actor, in.Offer, in.Body.request()))
}

type applyToStandInput struct {
	StandPath
	Body ApplyRequest
}

func (s *Server) applyToStand(ctx context.Context, k *call, in *applyToStandInput) (*created[ApplicationView], error) {
	return applied(s.Service.ApplyToStand(ctx, k.Actor, in.Stand, in.Body.request()))
}

func (s *Server) myApplications(ctx context.Context, k *call, _ *struct{}) (*answer[List[ApplicationView]], error) {
	found, err := s.Service.MyApplications(ctx, k.Actor)
	return reply(all(mapped(found, viewApplication)), err)
}

type listApplicationsInput struct {
	StandPath
	Paging
}

// ApplicationList is a page of a stand's applications, with the right to follow
// them.
type ApplicationList struct {
	Items []ApplicationView `json:"items"`
	Total int               `json:"total"`
	Topic TopicView         `json:"topic"`
}

func (s *Server) listApplications(ctx context.Context, k *call, in *listApplicationsInput) (*answer[ApplicationList], error) {
	found, err := s.Service.StandApplications(ctx, k.Actor, in.Stand, in.Page, in.Limit)
	if err != nil {
		return nil, err
	}
	topic, err := s.grant(k, "stand", in.Stand)
	return reply(ApplicationList{mapped(found.Items, viewApplication), found.Total, topic}, err)
}

type editApplicationInput struct {
	Application fair.ID `path:"application"`
	Body        struct {
		State  string     `json:"state" enum:"received,meet,met,next,closed,withdrawn"`
		Answer string     `json:"answer,omitempty" maxLength:"1200" doc:"To the candidate"`
		By     *time.Time `json:"by,omitempty" doc:"Until when an answer is promised"`
		Rev    int64      `json:"rev"`
	}
}

func (s *Server) editApplication(ctx context.Context, k *call, in *editApplicationInput) (*answer[ApplicationView], error) {
	b := in.Body
	d, err := s.Service.EditApplication(ctx, k.Actor, in.Application, service.ApplicationEdit{
		State: fair.ApplicationState(b.State), Answer: b.Answer, By: b.By, Rev: b.Rev,
	})
	if err != nil {
		return nil, err
	}
	return reply(viewApplication(d), nil)
}

// InvitedView is how the candidate of an application may meet its stand.
type InvitedView struct {
	Interview *InterviewRef `json:"interview,omitempty" doc:"Booked with the stand already"`
	Times     []SlotView    `json:"times" doc:"Free slots that suit; none is held"`
	Line      bool          `json:"line" doc:"The stand's line is open"`
}

type timesToMeetInput struct {
	Application fair.ID `path:"application"`
}

func (s *Server) timesToMeet(ctx context.Context, k *call, in *timesToMeetInput) (*answer[InvitedView], error) {
	found, err := s.Service.TimesToMeet(ctx, k.Actor, in.Application)
	if err != nil {
		return nil, err
	}
	now := s.Clock()
	v := InvitedView{Times: mapped(found.Times, func(slot fair.Slot) SlotView { return viewSlot(slot, now) }), Line: found.Line}
	if i := found.Interview; i != nil {
		ref := refInterview(*i)
		v.Interview = &ref
	}
	return reply(v, nil)
}
