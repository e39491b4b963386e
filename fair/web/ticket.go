package web

import (
	"context"
	"net/http"
	"time"

	"salon/fair"
	"salon/fair/service"
	"salon/signaling/token"
)

// tickets is what this package asks of service about places in lines.
type tickets interface {
	JoinLine(ctx context.Context, a fair.Actor, stand fair.ID, r service.JoinRequest) (service.BoardTicket, bool, error)
	Board(ctx context.Context, a fair.Actor, fairRef string) (service.Board, error)
	AnswerTicket(ctx context.Context, a fair.Actor, id fair.ID, answer fair.Answer) (service.BoardTicket, error)
	CallNext(ctx context.Context, a fair.Actor, stand fair.ID, r service.CallRequest) (*service.Called, error)
	SendBack(ctx context.Context, a fair.Actor, id fair.ID) (fair.Ticket, error)
	HandOff(ctx context.Context, a fair.Actor, id fair.ID, r service.HandoffRequest) (fair.Ticket, error)
	CloseTicket(ctx context.Context, a fair.Actor, id fair.ID, r service.InsteadRequest) (fair.Ticket, error)
	SetTicketNote(ctx context.Context, a fair.Actor, id fair.ID, note string) (fair.Ticket, error)
	OneDeskTicket(ctx context.Context, a fair.Actor, id fair.ID) (service.DeskTicket, error)
}

// BoardView is a candidate's places over all the stands of a fair.
type BoardView struct {
	Fair     FairRef           `json:"fair"`
	Max      int               `json:"max" doc:"Open places the organiser allows"`
	Postpone int               `json:"postpone_minutes" doc:"How long a postponed place is not called"`
	Tickets  []BoardTicketView `json:"tickets" doc:"Open ones; those that want an answer first"`
	Past     []BoardTicketView `json:"past" doc:"Closed today, the latest first"`
}

// BoardTicketView is one place in a line as its owner sees it; nothing of
// anybody else in the line is told.
type BoardTicketView struct {
	ID          fair.ID          `json:"id"`
	Stand       StandRef         `json:"stand"`
	Offer       fair.ID          `json:"offer,omitempty"`
	Channel     fair.Channel     `json:"channel" enum:"video,phone"`
	State       fair.TicketState `json:"state" enum:"waiting,called,meeting,done,left,missed,moved,closed"`
	Position    int              `json:"position" doc:"From 1 while waiting; else 0"`
	Ahead       int              `json:"ahead" doc:"Who waits with a better rank"`
	LowS        *int             `json:"low_s,omitempty" doc:"Seconds from as_of until the call, at the least; absent when nobody can tell"`
	HighS       *int             `json:"high_s,omitempty"`
	AsOf        time.Time        `json:"as_of"`
	JoinedAt    time.Time        `json:"joined_at"`
	NotBefore   *time.Time       `json:"not_before,omitempty" doc:"Postponed until"`
	GraceUntil  *time.Time       `json:"grace_until,omitempty" doc:"The turn came and nobody answered: the place is kept until then"`
	Postponable bool             `json:"postponable"`
	Away        bool             `json:"away" doc:"The turn came and nobody answered; say here"`
	Call        *CallView        `json:"call,omitempty"`
	Interview   fair.ID          `json:"interview,omitempty" doc:"The one to join; while meeting"`
	Line        LineStateView    `json:"line"`
	ClosedAt    *time.Time       `json:"closed_at,omitempty"`
	Instead     *InsteadView     `json:"instead,omitempty" doc:"What the stand offers instead"`
	Rev         int64            `json:"rev"`
	Topic       TopicView        `json:"topic"`
}

// CallView is the question "ready now?".
type CallView struct {
	Interview   fair.ID   `json:"interview"`
	Recruiter   HostView  `json:"recruiter"`
	AnswerUntil time.Time `json:"answer_until"`
}

// LineStateView is a line as those who wait in it see it.
type LineStateView struct {
	State   fair.LineState `json:"state" enum:"open,paused,closed"`
	Until   *time.Time     `json:"until,omitempty" doc:"When a pause ends by itself"`
	Message string         `json:"message"`
}

// InsteadView is what a stand offers somebody it cannot call.
type InsteadView struct {
	Kind    fair.InsteadKind `json:"kind" enum:"slot,callback,nothing"`
	Message string           `json:"message"`
	Slot    fair.ID          `json:"slot,omitempty" doc:"Held for the person until then; booked with key"`
	Until   *time.Time       `json:"until,omitempty"`
	Key     string           `json:"key,omitempty" doc:"The Idempotency-Key that books the slot held"`
}

func (s *Server) viewBoardTicket(k *call, b service.BoardTicket) (BoardTicketView, error) {
	t := b.Ticket
	v := BoardTicketView{
		ID: t.ID, Stand: refStand(b.Stand), Offer: t.Offer, Channel: t.Channel, State: t.State,
		Position: b.Position, Ahead: b.Ahead, AsOf: b.AsOf.UTC(), JoinedAt: t.JoinedAt.UTC(), NotBefore: t.NotBefore,
		GraceUntil: t.GraceUntil, Postponable: t.Postponable(b.AsOf), Away: b.Away(), ClosedAt: t.ClosedAt, Rev: t.Rev,
		Line: LineStateView{b.State, whenSet(b.Until), b.Message.In(k.lang)},
	}
	v.LowS, v.HighS = viewRange(b.Range)
	if c := t.Call; c != nil && b.Recruiter != nil {
		switch t.State {
		case fair.TicketCalled:
			v.Call = &CallView{c.Interview, viewHost(*b.Recruiter), c.Until.UTC()}
		case fair.TicketMeeting:
			v.Interview = c.Interview
		}
	}
	if i := t.Instead; i != nil {
		v.Instead = &InsteadView{Kind: i.Kind, Message: i.Message, Slot: i.Slot, Until: i.Until}
		if i.Slot != "" {
			v.Instead.Key = service.InsteadKey(t.ID)
		}
	}
	topic, err := s.topicOf(k, "line."+string(t.Stand))
	v.Topic = topic
	return v, err
}

// whenSet is a time, or nothing.
func whenSet(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// viewRange is a wait in seconds; nothing when nobody can tell.
func viewRange(r fair.Range) (low, high *int) {
	if !r.Known {
		return nil, nil
	}
	l, h := int(r.Low/time.Second), int(r.High/time.Second)
	return &l, &h
}

// topicOf is the right of the caller to follow a topic.
func (s *Server) topicOf(k *call, name string) (TopicView, error) {
	grant, err := s.Tokens.Grant(token.Grant{Topic: name, Account: string(k.Self())})
	return TopicView{name, grant}, err
}

type myBoardInput struct {
	Fair string `query:"fair" maxLength:"60" doc:"Id or slug; left out, the fair where one waits"`
}

func (s *Server) myBoard(ctx context.Context, k *call, in *myBoardInput) (*answer[BoardView], error) {
	b, err := s.Service.Board(ctx, k.Actor, in.Fair)
	if err != nil {
		return nil, err
	}
	v := BoardView{
		Fair: FairRef{b.Fair.Slug, b.Fair.Name.In(k.lang), b.Fair.TimeZone}, Max: b.Max, Postpone: int(b.Fair.Rules().Line.Postpone / time.Minute),
		Tickets: make([]BoardTicketView, len(b.Tickets)), Past: make([]BoardTicketView, len(b.Past)),
	}
	for i, t := range b.Tickets {
		if v.Tickets[i], err = s.viewBoardTicket(k, t); err != nil {
			return nil, err
		}
	}
	for i, t := range b.Past {
		if v.Past[i], err = s.viewBoardTicket(k, t); err != nil {
			return nil, err
		}
	}
	return reply(v, nil)
}

type joinLineInput struct {
	StandPath
	Body struct {
		Channel string `json:"channel" enum:"video,phone"`
		Offer   string `json:"offer,omitempty" maxLength:"26" doc:"The offer it is about"`
	}
}

// joined is a place in a line: 201 when it is new, 200 when it was there.
type joined struct {
	Status int
	Body   BoardTicketView
}

func (joined) status() int { return http.StatusCreated }

func (s *Server) joinLine(ctx context.Context, k *call, in *joinLineInput) (*joined, error) {
	t, again, err := s.Service.JoinLine(ctx, k.Actor, in.Stand, service.JoinRequest{
		Channel: fair.Channel(in.Body.Channel), Offer: fair.ID(in.Body.Offer),
	})
	if err != nil {
		return nil, err
	}
	v, err := s.viewBoardTicket(k, t)
	if err != nil {
		return nil, err
	}
	if again {
		return &joined{http.StatusOK, v}, nil
	}
	return &joined{http.StatusCreated, v}, nil
}

// TicketPath names a ticket.
type TicketPath struct {
	Ticket fair.ID `path:"ticket"`
}

type answerTicketInput struct {
	TicketPath
	Body struct {
		Answer string `json:"answer" enum:"ready,postpone,leave,here"`
	}
}

func (s *Server) answerTicket(ctx context.Context, k *call, in *answerTicketInput) (*answer[BoardTicketView], error) {
	t, err := s.Service.AnswerTicket(ctx, k.Actor, in.Ticket, fair.Answer(in.Body.Answer))
	if err != nil {
		return nil, err
	}
	return reply(s.viewBoardTicket(k, t))
}

type callNextInput struct {
	StandPath
	Body *struct {
		Ticket string `json:"ticket,omitempty" maxLength:"26" doc:"This one; left out, whose turn it is"`
		Reason string `json:"reason,omitempty" maxLength:"300" doc:"Why it is not the turn of somebody else; kept"`
	}
}

// CalledView is somebody who is being asked "ready now?".
type CalledView struct {
	Interview   fair.ID   `json:"interview"`
	Ticket      fair.ID   `json:"ticket"`
	AnswerUntil time.Time `json:"answer_until"`
}

// called is 201 with who is called, or 204 when nobody can be.
type called struct {
	Status int
	Body   *CalledView
}

func (called) status() int { return http.StatusCreated }

func (s *Server) callNext(ctx context.Context, k *call, in *callNextInput) (*called, error) {
	var r service.CallRequest
	if in.Body != nil {
		r = service.CallRequest{Ticket: fair.ID(in.Body.Ticket), Reason: in.Body.Reason}
	}
	c, err := s.Service.CallNext(ctx, k.Actor, in.Stand, r)
	if err != nil {
		return nil, err
	}
	if c == nil {
		return &called{Status: http.StatusNoContent}, nil
	}
	return &called{http.StatusCreated, &CalledView{c.Interview.ID, c.Ticket.ID, c.Ticket.Call.Until.UTC()}}, nil
}

// deskTicket answers with a ticket as the stand that changed it sees it.
func (s *Server) deskTicket(ctx context.Context, k *call, t fair.Ticket, err error) (*answer[LineTicketView], error) {
	if err != nil {
		return nil, err
	}
	d, err := s.Service.OneDeskTicket(ctx, k.Actor, t.ID)
	if err != nil {
		return nil, err
	}
	return reply(s.viewLineTicket(k, d), nil)
}

func (s *Server) sendBack(ctx context.Context, k *call, in *TicketPath) (*answer[LineTicketView], error) {
	t, err := s.Service.SendBack(ctx, k.Actor, in.Ticket)
	return s.deskTicket(ctx, k, t, err)
}

type handOffInput struct {
	TicketPath
	Body struct {
		Stand     string `json:"stand,omitempty" maxLength:"26" doc:"Another stand of the fair"`
		Recruiter string `json:"recruiter,omitempty" maxLength:"26" doc:"A colleague of this stand"`
		Note      string `json:"note,omitempty" maxLength:"2000" doc:"For the colleague"`
	}
}

func (s *Server) handOff(ctx context.Context, k *call, in *handOffInput) (*answer[LineTicketView], error) {
	b := in.Body
	t, err := s.Service.HandOff(ctx, k.Actor, in.Ticket, service.HandoffRequest{Stand: fair.ID(b.Stand), Recruiter: fair.ID(b.Recruiter), Note: b.Note})
	return s.deskTicket(ctx, k, t, err)
}

type closeTicketInput struct {
	TicketPath
	Body struct {
		Instead string `json:"instead" enum:"slot,callback,nothing"`
		Message string `json:"message,omitempty" maxLength:"300" doc:"To the candidate"`
		Slot    string `json:"slot,omitempty" maxLength:"26" doc:"With slot: one to hold for the person"`
	}
}

func (s *Server) closeTicket(ctx context.Context, k *call, in *closeTicketInput) (*answer[LineTicketView], error) {
	b := in.Body
	t, err := s.Service.CloseTicket(ctx, k.Actor, in.Ticket, service.InsteadRequest{Kind: fair.InsteadKind(b.Instead), Message: b.Message, Slot: fair.ID(b.Slot)})
	return s.deskTicket(ctx, k, t, err)
}

type setTicketNoteInput struct {
	TicketPath
	Body struct {
		Note string `json:"note" maxLength:"5000"`
	}
}

func (s *Server) setTicketNote(ctx context.Context, k *call, in *setTicketNoteInput) (*answer[LineTicketView], error) {
	t, err := s.Service.SetTicketNote(ctx, k.Actor, in.Ticket, in.Body.Note)
	return s.deskTicket(ctx, k, t, err)
}
