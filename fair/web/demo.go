package web

import (
	"context"
	"time"

	"salon/fair"
	"salon/fair/service"
)

type demoSessionInput struct {
	Body struct {
		Role string `json:"role" enum:"candidate,recruiter,organiser,speaker,adviser"`
		N    int    `json:"n" minimum:"1" maximum:"10000" doc:"Which of them; made on first use"`
	}
}

// SignedInView is the fruit of a sign-in. The token works in an Authorization
// header wherever the cookie does, and as long.
type SignedInView struct {
	Account   fair.ID   `json:"account"`
	Token     string    `json:"token"`
	ExpiresAt time.Time `json:"expires_at"`
	Lacks     fair.Step `json:"lacks,omitempty" enum:"factor,setup" doc:"What is needed before the token stands for anybody: the second factor, or setting one up"`
}

func viewSignedIn(in service.SignedIn) SignedInView {
	return SignedInView{in.Account.ID, in.Token, in.Login.ExpiresAt, in.Step}
}

func (s *Server) demoSession(ctx context.Context, k *call, in *demoSessionInput) (*answer[SignedInView], error) {
	if err := s.limits.demo.take(s.address(k.fiber), s.Clock()); err != nil {
		return nil, err
	}
	done, err := s.Service.DemoSession(ctx, fair.RoleKind(in.Body.Role), in.Body.N)
	if err != nil {
		return nil, err
	}
	keepSession(k.fiber, done)
	return reply(viewSignedIn(done), nil)
}

// MailView is a message of the demo's outbox. The address it went to is the
// reader's own and is not repeated.
type MailView struct {
	ID       fair.ID   `json:"id"`
	Subject  string    `json:"subject"`
	Text     string    `json:"text"`
	At       time.Time `json:"at"`
	Calendar bool      `json:"calendar" doc:"Whether a calendar file is attached"`
}

// mailsShown is how many messages the outbox shows.
const mailsShown = 50

func (s *Server) myMails(ctx context.Context, k *call, _ *struct{}) (*answer[List[MailView]], error) {
	mails, err := s.Service.MailSent(ctx, k.Actor, mailsShown)
	if err != nil {
		return nil, err
	}
	return reply(all(mapped(mails, func(m fair.Mail) MailView {
		return MailView{m.ID, m.Subject, m.Text, m.At.UTC(), len(m.Calendar) > 0}
	})), nil)
}
