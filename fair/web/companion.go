package web

import (
	"context"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// companions is what this package asks of service about advisers.
type companions interface {
	NameAdviser(ctx context.Context, a fair.Actor, email string) (fair.Companion, error)
	MyCompanions(ctx context.Context, a fair.Actor) ([]service.CompanionDetail, error)
	Accompanied(ctx context.Context, a fair.Actor) ([]service.CompanionDetail, error)
	AcceptCompanion(ctx context.Context, a fair.Actor, id fair.ID) (fair.Companion, error)
	EndCompanion(ctx context.Context, a fair.Actor, id fair.ID) error
	ActFor(ctx context.Context, a fair.Actor, candidate fair.ID, action string) (fair.Actor, error)
}

// actsFor are the operations that an adviser may ask for somebody who has
// consented, with ?for=ACCOUNT, and the word under which each is written into
// the audit log; those that only read have none. Everything else people do
// themselves.
var actsFor = map[string]string{
	"GET /me/board":                                 "",
	"GET /me/interviews":                            "",
	"GET /me/standbys":                              "",
	"GET /interviews/{interview}":                   "",
	"GET /interviews/{interview}/calendar":          "",
	"POST /stands/{stand}/tickets":                  "line",
	"POST /tickets/{ticket}/answer":                 "answer",
	"POST /slots/{slot}/booking":                    "booking",
	"POST /interviews/{interview}/move":             "move",
	"POST /interviews/{interview}/proposal/answer":  "move",
	"POST /interviews/{interview}/cancel":           "cancel",
	"POST /stands/{stand}/standbys":                 "standby",
	"POST /standbys/{standby}/answer":               "standby",
	"POST /interviews/{interview}/channel":          "channel",
	"POST /interviews/{interview}/join":             "join",
	"POST /interviews/{interview}/guests":           "interpreter",
	"DELETE /interviews/{interview}/guests/{guest}": "interpreter",
}

// onBehalf makes the call one of the candidate whom ?for= names, if the
// operation is one that may be asked so and the candidate consents.
func (s *Server) onBehalf(ctx context.Context, k *call, route string) error {
	account := k.fiber.Query("for")
	if account == "" {
		return nil
	}
	action, listed := actsFor[route]
	if !listed {
		return fair.Refuse("for", "companion.refused")
	}
	actor, err := s.Service.ActFor(ctx, k.Actor, fair.ID(account), action)
	if err == nil {
		k.Actor = actor
	}
	return err
}

// CompanionView is a consent as the candidate sees it: who, since when, what
// that person may do and what they did.
type CompanionView struct {
	ID         fair.ID             `json:"id"`
	Email      string              `json:"email"`
	Name       string              `json:"name,omitempty" doc:"Once accepted"`
	State      fair.CompanionState `json:"state" enum:"asked,active,ended"`
	AskedAt    time.Time           `json:"asked_at"`
	AcceptedAt *time.Time          `json:"accepted_at,omitempty"`
	EndedAt    *time.Time          `json:"ended_at,omitempty"`
	Until      *time.Time          `json:"until,omitempty" doc:"When it ends by itself"`
	May        []string            `json:"may" doc:"read, book, move, cancel, standby, line, answer, join"`
	Did        []ActView           `json:"did" doc:"The latest first"`
}

// ActView is one thing an adviser did for the candidate.
type ActView struct {
	Action string    `json:"action" doc:"line, answer, booking, move, cancel, standby, channel, join, interpreter"`
	At     time.Time `json:"at"`
}

func viewCompanion(d service.CompanionDetail) CompanionView {
	c := d.Companion
	v := CompanionView{
		ID: c.ID, Email: c.Email, Name: c.Name, State: c.State, AskedAt: c.AskedAt.UTC(), AcceptedAt: c.AcceptedAt, EndedAt: c.EndedAt,
		May: service.AdviserMay, Did: mapped(d.Did, func(a service.AdviserAct) ActView { return ActView{a.Action, a.At.UTC()} }),
	}
	if c.AcceptedAt != nil {
		until := c.AcceptedAt.Add(fair.CompanionTime).UTC()
		v.Until = &until
	}
	return v
}

func (s *Server) myCompanions(ctx context.Context, k *call, _ *struct{}) (*answer[List[CompanionView]], error) {
	list, err := s.Service.MyCompanions(ctx, k.Actor)
	return reply(all(mapped(list, viewCompanion)), err)
}

type nameAdviserInput struct {
	Body struct {
		Email string `json:"email" minLength:"3" maxLength:"254"`
	}
}

func (s *Server) nameAdviser(ctx context.Context, k *call, in *nameAdviserInput) (*created[CompanionView], error) {
	c, err := s.Service.NameAdviser(ctx, k.Actor, in.Body.Email)
	if err != nil {
		return nil, err
	}
	return &created[CompanionView]{viewCompanion(service.CompanionDetail{Companion: c})}, nil
}

// AccompaniedView is somebody an adviser acts for, or is asked to act for. The
// account is what ?for= names, once accepted.
type AccompaniedView struct {
	ID      fair.ID             `json:"id"`
	Account fair.ID             `json:"account,omitempty"`
	Name    string              `json:"name"`
	State   fair.CompanionState `json:"state" enum:"asked,active"`
	Since   time.Time           `json:"since"`
}

func viewAccompanied(d service.CompanionDetail) AccompaniedView {
	v := AccompaniedView{ID: d.Companion.ID, Name: d.Candidate, State: d.Companion.State, Since: d.Companion.AskedAt.UTC()}
	if d.Companion.AcceptedAt != nil {
		v.Account, v.Since = d.Companion.Candidate, d.Companion.AcceptedAt.UTC()
	}
	return v
}

func (s *Server) accompanied(ctx context.Context, k *call, _ *struct{}) (*answer[List[AccompaniedView]], error) {
	list, err := s.Service.Accompanied(ctx, k.Actor)
	return reply(all(mapped(list, viewAccompanied)), err)
}

// CompanionPath names a consent.
type CompanionPath struct {
	Companion fair.ID `path:"companion"`
}

func (s *Server) acceptCompanion(ctx context.Context, k *call, in *CompanionPath) (*nothing, error) {
	_, err := s.Service.AcceptCompanion(ctx, k.Actor, in.Companion)
	return &nothing{}, err
}

func (s *Server) endCompanion(ctx context.Context, k *call, in *CompanionPath) (*nothing, error) {
	return &nothing{}, s.Service.EndCompanion(ctx, k.Actor, in.Companion)
}
