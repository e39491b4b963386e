package web

import (
	"context"
	"fmt"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// slotRules is what this package asks of service about weekly availability.
type slotRules interface {
	SlotRules(ctx context.Context, a fair.Actor, stand fair.ID) ([]fair.SlotRule, error)
	PreviewSlotRule(ctx context.Context, a fair.Actor, stand fair.ID, r fair.SlotRule) (service.RulePreview, error)
	CreateSlotRule(ctx context.Context, a fair.Actor, stand fair.ID, r fair.SlotRule) (fair.SlotRule, error)
	EditSlotRule(ctx context.Context, a fair.Actor, rule fair.ID, r fair.SlotRule) (fair.SlotRule, error)
	DeleteSlotRule(ctx context.Context, a fair.Actor, rule fair.ID) error
}

// SlotRuleView is a weekly availability, by the clocks of the fair.
type SlotRuleView struct {
	ID        fair.ID `json:"id"`
	Recruiter fair.ID `json:"recruiter"`
	SlotRuleShape
	Rev int64 `json:"rev"`
}

// SlotRuleShape is what a weekly availability says.
type SlotRuleShape struct {
	Days          []int          `json:"days" minItems:"1" maxItems:"7" minimum:"0" maximum:"6" doc:"Of the week; 0 is Sunday"`
	From          string         `json:"from" pattern:"^[0-2][0-9]:[0-5][0-9]$" doc:"09:00"`
	To            string         `json:"to" pattern:"^[0-2][0-9]:[0-5][0-9]$" doc:"12:00; 24:00 is midnight"`
	Since         string         `json:"since,omitempty" maxLength:"10" doc:"First day, 2027-03-01; none: from now on"`
	Until         string         `json:"until,omitempty" maxLength:"10" doc:"Last day; none: to the end of the fair"`
	Minutes       int            `json:"minutes" minimum:"10" maximum:"90"`
	BufferMinutes int            `json:"buffer_minutes" minimum:"0" maximum:"30"`
	Channels      []fair.Channel `json:"channels" minItems:"1" maxItems:"2" enum:"video,phone"`
}

// SlotRuleRequest is a weekly availability as it shall be.
type SlotRuleRequest struct {
	SlotRuleShape
	Recruiter string `json:"recruiter,omitempty" maxLength:"26" doc:"In a new one. Empty: oneself"`
	Rev       int64  `json:"rev,omitempty" doc:"The rev an edit was made on"`
}

func viewSlotRule(r fair.SlotRule) SlotRuleView {
	return SlotRuleView{ID: r.ID, Recruiter: r.Recruiter, Rev: r.Rev, SlotRuleShape: SlotRuleShape{
		Days: mapped(r.Days, func(d time.Weekday) int { return int(d) }), From: clockOf(r.From), To: clockOf(r.To),
		Since: r.Since, Until: r.Until, Minutes: minutes(r.Duration), BufferMinutes: minutes(r.Buffer), Channels: append([]fair.Channel{}, r.Channels...),
	}}
}

func (r SlotRuleRequest) rule() fair.SlotRule {
	return fair.SlotRule{
		Recruiter: fair.ID(r.Recruiter), Days: mapped(r.Days, func(d int) time.Weekday { return time.Weekday(d) }),
		From: minuteOf(r.From), To: minuteOf(r.To), Since: r.Since, Until: r.Until,
		Duration: time.Duration(r.Minutes) * time.Minute, Buffer: time.Duration(r.BufferMinutes) * time.Minute,
		Channels: r.Channels, Meta: fair.Meta{Rev: r.Rev},
	}
}

// clockOf is a minute of the day as "09:00".
func clockOf(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// minuteOf reads it back; the pattern of the field has been checked.
func minuteOf(clock string) int {
	hour, minute := atoi(clock[:2]), atoi(clock[3:])
	return hour*60 + minute
}

func (s *Server) listSlotRules(ctx context.Context, k *call, in *StandPath) (*answer[List[SlotRuleView]], error) {
	found, err := s.Service.SlotRules(ctx, k.Actor, in.Stand)
	if err != nil {
		return nil, err
	}
	return reply(all(mapped(found, viewSlotRule)), nil)
}

type standSlotRuleInput struct {
	StandPath
	Body SlotRuleRequest
}

// SlotRulePreviewView is what a weekly availability would make.
type SlotRulePreviewView struct {
	Items []SpanView `json:"items" doc:"The first ones"`
	Total int        `json:"total"`
	Until time.Time  `json:"until" doc:"As far ahead as slots are made now"`
}

// SpanView is a stretch of time.
type SpanView struct {
	StartsAt time.Time `json:"starts_at"`
	EndsAt   time.Time `json:"ends_at"`
}

func (s *Server) previewSlotRule(ctx context.Context, k *call, in *standSlotRuleInput) (*answer[SlotRulePreviewView], error) {
	p, err := s.Service.PreviewSlotRule(ctx, k.Actor, in.Stand, in.Body.rule())
	if err != nil {
		return nil, err
	}
	items := mapped(p.Times, func(at [2]time.Time) SpanView { return SpanView{at[0].UTC(), at[1].UTC()} })
	return reply(SlotRulePreviewView{items, p.Total, p.Until.UTC()}, nil)
}

func (s *Server) createSlotRule(ctx context.Context, k *call, in *standSlotRuleInput) (*created[SlotRuleView], error) {
	r, err := s.Service.CreateSlotRule(ctx, k.Actor, in.Stand, in.Body.rule())
	if err != nil {
		return nil, err
	}
	return &created[SlotRuleView]{viewSlotRule(r)}, nil
}

// SlotRulePath names a weekly availability.
type SlotRulePath struct {
	Rule fair.ID `path:"rule"`
}

type editSlotRuleInput struct {
	SlotRulePath
	Body SlotRuleRequest
}

func (s *Server) editSlotRule(ctx context.Context, k *call, in *editSlotRuleInput) (*answer[SlotRuleView], error) {
	r, err := s.Service.EditSlotRule(ctx, k.Actor, in.Rule, in.Body.rule())
	if err != nil {
		return nil, err
	}
	return reply(viewSlotRule(r), nil)
}

func (s *Server) deleteSlotRule(ctx context.Context, k *call, in *SlotRulePath) (*nothing, error) {
	return &nothing{}, s.Service.DeleteSlotRule(ctx, k.Actor, in.Rule)
}
