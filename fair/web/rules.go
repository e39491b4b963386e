package web

import (
	"context"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// rules is what this package asks of service about what an organiser settles.
type rules interface {
	FairRules(ctx context.Context, a fair.Actor, fairRef string) (service.RulesOf, error)
	EditRules(ctx context.Context, a fair.Actor, fairRef string, e service.RulesEdit) (service.RulesOf, error)
	ReleaseNow(ctx context.Context, a fair.Actor, fairRef string) error
}

// RulesView is what an organiser has settled for a fair.
type RulesView struct {
	Line      LineRulesView   `json:"line"`
	Book      BookRulesView   `json:"book"`
	Scorecard []CriterionView `json:"scorecard"`
	Anonymous bool            `json:"anonymous" doc:"Recruiters see \"candidate 14\" until they meet"`

	Encryption fair.Encryption `json:"encryption" enum:"off,possible,required" doc:"Of interviews by video, from browser to browser"`

	Keep  int             `json:"keep_months" doc:"Months that personal data is kept after the end of the fair, 1 to 24"`
	Slots BookFiguresView `json:"slots"`
	Rev   int64           `json:"rev"`
}

// LineRulesView are the rules of every line of a fair.
type LineRulesView struct {
	MaxTickets      int `json:"max_tickets" minimum:"1" maximum:"10"`
	AnswerSeconds   int `json:"answer_seconds" minimum:"20" maximum:"300"`
	GraceMinutes    int `json:"grace_minutes" minimum:"1" maximum:"60"`
	LengthMinutes   int `json:"length_minutes" minimum:"5" maximum:"60"`
	GuardMinutes    int `json:"guard_minutes" minimum:"0" maximum:"15"`
	PostponeMinutes int `json:"postpone_minutes" minimum:"2" maximum:"30"`
	WarnMinutes     int `json:"warn_minutes" minimum:"2" maximum:"30"`
	MaxDelayMinutes int `json:"max_delay_minutes" minimum:"0" maximum:"15"`
	EscalateMinutes int `json:"escalate_minutes" minimum:"2" maximum:"120"`
}

// BookRulesView are the rules of every appointment book of a fair.
type BookRulesView struct {
	Release       string      `json:"release" enum:"now,waves,draw"`
	Waves         []time.Time `json:"waves" maxItems:"12"`
	CapFair       int         `json:"cap_fair" minimum:"1" maximum:"50"`
	CapStand      int         `json:"cap_stand" minimum:"1" maximum:"5"`
	OfferMinutes  int         `json:"offer_minutes" minimum:"5" maximum:"240"`
	NoShowMinutes int         `json:"no_show_minutes" minimum:"3" maximum:"30"`
	AnswerDays    int         `json:"answer_days" minimum:"1" maximum:"30"`
}

// CriterionView is one line of the scorecard.
type CriterionView struct {
	ID    string   `json:"id,omitempty" maxLength:"40" doc:"Empty in a new one: follows from its label"`
	Label TextView `json:"label"`
}

// BookFiguresView count the slots to come that nobody has.
type BookFiguresView struct {
	Free    int `json:"free" doc:"Can be booked now"`
	Waiting int `json:"waiting" doc:"Wait for their wave"`
	Kept    int `json:"kept" doc:"Kept for a draw"`
}

func minutes(d time.Duration) int { return int(d / time.Minute) }

func viewRules(r service.RulesOf) RulesView {
	l, b := r.Rules.Line, r.Rules.Book
	return RulesView{
		Line: LineRulesView{
			MaxTickets: l.MaxTickets, AnswerSeconds: int(l.Answer / time.Second), GraceMinutes: minutes(l.Grace),
			LengthMinutes: minutes(l.Length), GuardMinutes: minutes(l.Guard), PostponeMinutes: minutes(l.Postpone),
			WarnMinutes: minutes(l.Warn), MaxDelayMinutes: minutes(l.MaxDelay), EscalateMinutes: minutes(l.Escalate),
		},
		Book: BookRulesView{
			Release: string(b.Release), Waves: mapped(b.Waves, time.Time.UTC), CapFair: b.CapFair, CapStand: b.CapStand,
			OfferMinutes: minutes(b.OfferTime), NoShowMinutes: minutes(b.NoShow), AnswerDays: b.AnswerDays,
		},
		Scorecard: mapped(r.Rules.Scorecard, func(c fair.Criterion) CriterionView { return CriterionView{c.ID, viewText(c.Label)} }),
		Anonymous: r.Rules.Anonymous, Encryption: r.Rules.Encryption, Keep: r.Rules.Months(), Slots: BookFiguresView(r.Book), Rev: r.Fair.Rev,
	}
}

func (s *Server) getRules(ctx context.Context, k *call, in *FairPath) (*answer[RulesView], error) {
	found, err := s.Service.FairRules(ctx, k.Actor, in.Fair)
	if err != nil {
		return nil, err
	}
	return reply(viewRules(found), nil)
}

type editRulesInput struct {
	FairPath
	Body struct {
		Line      *LineRulesView   `json:"line,omitempty"`
		Book      *BookRulesView   `json:"book,omitempty"`
		Scorecard *[]CriterionView `json:"scorecard,omitempty" maxItems:"6"`
		Anonymous *bool            `json:"anonymous,omitempty"`
		Keep      *int             `json:"keep_months,omitempty" minimum:"1" maximum:"24"`

		Encryption string `json:"encryption,omitempty" enum:"off,possible,required"`

		Open bool  `json:"open,omitempty" doc:"A changed release applies to slots that are free already, too"`
		Rev  int64 `json:"rev" doc:"The rev the edit was made on"`
	}
}

func (s *Server) editRules(ctx context.Context, k *call, in *editRulesInput) (*answer[RulesView], error) {
	found, err := s.Service.FairRules(ctx, k.Actor, in.Fair)
	if err != nil {
		return nil, err
	}
	r, b := found.Rules, in.Body
	if l := b.Line; l != nil {
		minute := func(n int) time.Duration { return time.Duration(n) * time.Minute }
		r.Line = fair.LineRules{
			MaxTickets: l.MaxTickets, Answer: time.Duration(l.AnswerSeconds) * time.Second, Grace: minute(l.GraceMinutes),
			Length: minute(l.LengthMinutes), Guard: minute(l.GuardMinutes), Postpone: minute(l.PostponeMinutes),
			Warn: minute(l.WarnMinutes), MaxDelay: minute(l.MaxDelayMinutes), Escalate: minute(l.EscalateMinutes),
		}
	}
	if book := b.Book; book != nil {
		r.Book = fair.BookRules{
			Release: fair.Release(book.Release), Waves: mapped(book.Waves, time.Time.UTC), CapFair: book.CapFair, CapStand: book.CapStand,
			OfferTime: time.Duration(book.OfferMinutes) * time.Minute, NoShow: time.Duration(book.NoShowMinutes) * time.Minute,
			AnswerDays: book.AnswerDays,
		}
	}
	if b.Scorecard != nil {
		r.Scorecard = mapped(*b.Scorecard, func(c CriterionView) fair.Criterion { return fair.Criterion{ID: c.ID, Label: fair.Text(c.Label)} })
	}
	if b.Anonymous != nil {
		r.Anonymous = *b.Anonymous
	}
	if b.Encryption != "" {
		r.Encryption = fair.Encryption(b.Encryption)
	}
	if b.Keep != nil {
		r.Keep = *b.Keep
	}
	after, err := s.Service.EditRules(ctx, k.Actor, in.Fair, service.RulesEdit{Rules: r, All: b.Open, Rev: b.Rev})
	if err != nil {
		return nil, err
	}
	return reply(viewRules(after), nil)
}

func (s *Server) releaseSlots(ctx context.Context, k *call, in *FairPath) (*nothing, error) {
	return &nothing{}, s.Service.ReleaseNow(ctx, k.Actor, in.Fair)
}
