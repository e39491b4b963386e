package web

import (
	"context"
	"time"

	"salon/fair"
	"salon/fair/service"
	"salon/signaling/token"
)

// threads is what this package asks of service about words between people.
type threads interface {
	MyThreads(ctx context.Context, a fair.Actor) ([]service.ThreadDetail, error)
	StandThreads(ctx context.Context, a fair.Actor, stand fair.ID) ([]service.ThreadDetail, error)
	Thread(ctx context.Context, a fair.Actor, id fair.ID) (service.ThreadDetail, error)
	Ask(ctx context.Context, a fair.Actor, stand fair.ID, w service.Words) (service.ThreadDetail, error)
	WriteTo(ctx context.Context, a fair.Actor, stand fair.ID, to service.Whom, w service.Words) (service.ThreadDetail, error)
	Write(ctx context.Context, a fair.Actor, thread fair.ID, w service.Words) (service.ThreadDetail, error)
	SeenThread(ctx context.Context, a fair.Actor, id fair.ID, count int) (service.ThreadDetail, error)
	SettleThread(ctx context.Context, a fair.Actor, id fair.ID) (service.ThreadDetail, error)
	Requests(ctx context.Context, a fair.Actor, fairRef string) ([]service.Request, error)
}

// ThreadView is a conversation as one of its sides reads it.
type ThreadView struct {
	ID        fair.ID     `json:"id"`
	Fair      string      `json:"fair" doc:"Slug"`
	Stand     StandRef    `json:"stand"`
	With      string      `json:"with" doc:"How the other side is called; empty for the organisers"`
	Anonymous bool        `json:"anonymous" doc:"The stand is not told the candidate's name yet"`
	Side      fair.Side   `json:"side" enum:"stand,candidate,organiser" doc:"The caller's"`
	Kind      fair.Side   `json:"kind" enum:"candidate,organiser" doc:"Who the stand writes with"`
	Messages  []WordsView `json:"messages" doc:"Oldest first"`
	Unread    int         `json:"unread"`
	Owes      fair.Side   `json:"owes,omitempty" enum:"stand,organiser" doc:"The side that owes an answer"`
	AskedAt   *time.Time  `json:"asked_at,omitempty" doc:"Since when"`
	Level     int         `json:"level" doc:"Who was told of an unanswered request: 0 whoever is on duty, 1 all colleagues, 2 the organisers"`
	At        time.Time   `json:"at" doc:"Of the last message"`
	Rev       int64       `json:"rev"`
}

// WordsView is one message: plain text, to be shown as it is.
type WordsView struct {
	ID   fair.ID   `json:"id"`
	Side fair.Side `json:"side" enum:"stand,candidate,organiser"`
	Name string    `json:"name,omitempty" doc:"Of who wrote for the stand"`
	Mine bool      `json:"mine"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// ThreadList is a stand's conversations, with the right to follow them.
type ThreadList struct {
	Items []ThreadView `json:"items"`
	Total int          `json:"total"`
	Topic TopicView    `json:"topic"`
}

func viewThread(k *call) func(service.ThreadDetail) ThreadView {
	return func(d service.ThreadDetail) ThreadView {
		t := d.Thread
		return ThreadView{
			ID: t.ID, Fair: d.Fair.Slug, Stand: refStand(d.Stand), With: d.With, Anonymous: d.Anonymous, Side: d.Side, Kind: t.Other(),
			Messages: mapped(t.Messages, func(m fair.Message) WordsView {
				return WordsView{ID: m.ID, Side: m.Side, Name: d.Names[m.By], Mine: m.By == k.Account, Text: m.Text, At: m.At.UTC()}
			}),
			Unread: t.Unread(d.Side), Owes: t.Owes, AskedAt: t.AskedAt, Level: int(t.Level), At: t.At.UTC(), Rev: t.Rev,
		}
	}
}

// grant is the right of the caller to follow a topic.
func (s *Server) grant(k *call, kind string, id fair.ID) (TopicView, error) {
	topic := kind + "." + string(id)
	grant, err := s.Tokens.Grant(token.Grant{Topic: topic, Account: string(k.Account)})
	return TopicView{topic, grant}, err
}

func (s *Server) myThreads(ctx context.Context, k *call, _ *struct{}) (*answer[List[ThreadView]], error) {
	found, err := s.Service.MyThreads(ctx, k.Actor)
	return reply(all(mapped(found, viewThread(k))), err)
}

func (s *Server) listThreads(ctx context.Context, k *call, in *StandPath) (*answer[ThreadList], error) {
	found, err := s.Service.StandThreads(ctx, k.Actor, in.Stand)
	if err != nil {
		return nil, err
	}
	topic, err := s.grant(k, "stand", in.Stand)
	return reply(ThreadList{mapped(found, viewThread(k)), len(found), topic}, err)
}

// ThreadPath names a thread.
type ThreadPath struct {
	Thread fair.ID `path:"thread"`
}

func (s *Server) getThread(ctx context.Context, k *call, in *ThreadPath) (*answer[ThreadView], error) {
	return thread(k)(s.Service.Thread(ctx, k.Actor, in.Thread))
}

// thread answers with a thread as it is.
func thread(k *call) func(service.ThreadDetail, error) (*answer[ThreadView], error) {
	return func(d service.ThreadDetail, err error) (*answer[ThreadView], error) {
		if err != nil {
			return nil, err
		}
		return reply(viewThread(k)(d), nil)
	}
}

// WordsRequest is a message. The sender may name it, so that one sent again
// after a lost answer is written once.
type WordsRequest struct {
	ID   string `json:"id,omitempty" pattern:"^[a-z2-7]{26}$" doc:"The sender's own"`
	Text string `json:"text" minLength:"1" maxLength:"2000" doc:"At most 1,000 characters once cleaned"`
}

func (r WordsRequest) words() service.Words { return service.Words{ID: fair.ID(r.ID), Text: r.Text} }

type askInput struct {
	StandPath
	Body WordsRequest
}

func (s *Server) ask(ctx context.Context, k *call, in *askInput) (*answer[ThreadView], error) {
	if err := s.limits.words.take(k.Account, s.Clock()); err != nil {
		return nil, err
	}
	return thread(k)(s.Service.Ask(ctx, k.Actor, in.Stand, in.Body.words()))
}

type writeToInput struct {
	StandPath
	Body struct {
		WordsRequest
		Ticket      string `json:"ticket,omitempty" pattern:"^[a-z2-7]{26}$" doc:"To the person of this place in the line"`
		Interview   string `json:"interview,omitempty" pattern:"^[a-z2-7]{26}$" doc:"To the person of this interview"`
		Application string `json:"application,omitempty" pattern:"^[a-z2-7]{26}$" doc:"To the person of this application"`
		Organisers  bool   `json:"organisers,omitempty" doc:"To the organisers of the fair"`
	}
}

func (s *Server) writeTo(ctx context.Context, k *call, in *writeToInput) (*answer[ThreadView], error) {
	if err := s.limits.words.take(k.Account, s.Clock()); err != nil {
		return nil, err
	}
	b := in.Body
	to := service.Whom{Ticket: fair.ID(b.Ticket), Interview: fair.ID(b.Interview), Application: fair.ID(b.Application), Organisers: b.Organisers}
	return thread(k)(s.Service.WriteTo(ctx, k.Actor, in.Stand, to, b.words()))
}

type writeInput struct {
	ThreadPath
	Body WordsRequest
}

func (s *Server) writeThread(ctx context.Context, k *call, in *writeInput) (*answer[ThreadView], error) {
	if err := s.limits.words.take(k.Account, s.Clock()); err != nil {
		return nil, err
	}
	return thread(k)(s.Service.Write(ctx, k.Actor, in.Thread, in.Body.words()))
}

type seenInput struct {
	ThreadPath
	Body struct {
		Messages int `json:"messages" minimum:"0" maximum:"200" doc:"How many of them have been read"`
	}
}

func (s *Server) seenThread(ctx context.Context, k *call, in *seenInput) (*answer[ThreadView], error) {
	return thread(k)(s.Service.SeenThread(ctx, k.Actor, in.Thread, in.Body.Messages))
}

func (s *Server) settleThread(ctx context.Context, k *call, in *ThreadPath) (*answer[ThreadView], error) {
	return thread(k)(s.Service.SettleThread(ctx, k.Actor, in.Thread))
}

// RequestView is an unanswered request as an organiser sees it: never who asks.
type RequestView struct {
	Stand StandRef  `json:"stand"`
	Owes  fair.Side `json:"owes" enum:"stand,organiser"`
	Since time.Time `json:"since"`
	Level int       `json:"level"`
	Text  string    `json:"text,omitempty" doc:"What is asked; of a candidate's, only once the stand's whole team has left it unanswered"`
}

// RequestList is the unanswered requests of a fair, with the right to follow them.
type RequestList struct {
	Items []RequestView `json:"items"`
	Total int           `json:"total"`
	Topic TopicView     `json:"topic"`
}

func (s *Server) listRequests(ctx context.Context, k *call, in *FairPath) (*answer[RequestList], error) {
	found, err := s.Service.Requests(ctx, k.Actor, in.Fair)
	if err != nil {
		return nil, err
	}
	f, err := s.Service.Fair(ctx, k.Actor, in.Fair)
	if err != nil {
		return nil, err
	}
	topic, err := s.grant(k, "requests", f.ID)
	views := mapped(found, func(r service.Request) RequestView {
		return RequestView{refStand(r.Stand), r.Owes, r.Since.UTC(), int(r.Level), r.Text}
	})
	return reply(RequestList{views, len(views), topic}, err)
}
