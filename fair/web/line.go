package web

import (
	"context"
	"strconv"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// lines is what this package asks of service about the lines of stands.
type lines interface {
	LineDesk(ctx context.Context, a fair.Actor, stand fair.ID) (service.LineDesk, error)
	SetDuty(ctx context.Context, a fair.Actor, stand fair.ID, state fair.DutyState, minutes int) (service.LineDesk, error)
	SetLine(ctx context.Context, a fair.Actor, stand fair.ID, e service.LineEdit) (service.LineDesk, error)
	SetHours(ctx context.Context, a fair.Actor, stand fair.ID, hours []fair.Hours) (service.LineDesk, error)
	ExtendHours(ctx context.Context, a fair.Actor, stand fair.ID, until time.Time) (service.LineDesk, error)
	MoveLine(ctx context.Context, a fair.Actor, from, to fair.ID) (service.LineDesk, error)
	FairLines(ctx context.Context, a fair.Actor, fairRef string) ([]service.LineFacts, error)
	StandLine(ctx context.Context, st fair.Stand) (service.LineFacts, error)
	StandLines(ctx context.Context, fairID fair.ID, stands []fair.Stand) (map[fair.ID]service.LineFacts, error)
}

// LineFactsView is what anybody may know of a stand's line.
type LineFactsView struct {
	State      fair.LineState `json:"state" enum:"open,paused,closed"`
	OpenNow    bool           `json:"open_now" doc:"Whether one may take a place now"`
	Waiting    int            `json:"waiting"`
	Recruiters int            `json:"recruiters" doc:"Who take calls now"`
	LowS       *int           `json:"low_s,omitempty" doc:"Seconds until the call of somebody who takes a place now, at the least; absent when nobody can tell"`
	HighS      *int           `json:"high_s,omitempty"`
	OpensAt    *time.Time     `json:"opens_at,omitempty" doc:"While closed: when its hours begin again, if that is known"`
}

func viewLineFacts(l service.LineFacts) LineFactsView {
	v := LineFactsView{State: l.State, OpenNow: l.OpenNow, Waiting: l.Waiting, Recruiters: l.Recruiters, OpensAt: whenSet(l.OpensAt)}
	v.LowS, v.HighS = viewRange(l.Range)
	return v
}

// FairLineView is the line of one stand in a list of a fair's.
type FairLineView struct {
	Stand fair.ID       `json:"stand"`
	Line  LineFactsView `json:"line"`
}

func (s *Server) listLines(ctx context.Context, k *call, in *FairPath) (*answer[List[FairLineView]], error) {
	found, err := s.Service.FairLines(ctx, k.Actor, in.Fair)
	if err != nil {
		return nil, err
	}
	return reply(all(mapped(found, func(l service.LineFacts) FairLineView { return FairLineView{l.Stand, viewLineFacts(l)} })), nil)
}

// LineDeskView is a line for those who work at its stand.
type LineDeskView struct {
	Stand       fair.ID          `json:"stand"`
	State       fair.LineState   `json:"state" enum:"open,paused,closed" doc:"As set by hand"`
	Until       *time.Time       `json:"until,omitempty" doc:"When a pause ends by itself"`
	Message     string           `json:"message"`
	OpenNow     bool             `json:"open_now" doc:"Whether people may take a place: by hand, by hours and by duty"`
	Hours       []HoursView      `json:"hours"`
	LongerUntil *time.Time       `json:"longer_until,omitempty" doc:"Extended by an organiser"`
	Duty        []DutyView       `json:"duty" doc:"Of all its recruiters"`
	Mine        *DutyView        `json:"mine,omitempty"`
	Waiting     int              `json:"waiting"`
	Tickets     []LineTicketView `json:"tickets" doc:"Open ones, by rank"`
	Topic       TopicView        `json:"topic"`
}

// HoursView is one stretch of opening hours by the fair's wall clock.
type HoursView struct {
	Days []int `json:"days" minItems:"1" maxItems:"7" doc:"0 is Sunday"`
	From int   `json:"from" minimum:"0" maximum:"1439" doc:"Minutes since midnight"`
	To   int   `json:"to" minimum:"1" maximum:"1440"`
}

func viewHours(h fair.Hours) HoursView {
	return HoursView{mapped(h.Days, func(d time.Weekday) int { return int(d) }), h.From, h.To}
}

func (v HoursView) hours() fair.Hours {
	return fair.Hours{Days: mapped(v.Days, func(d int) time.Weekday { return time.Weekday(d) }), From: v.From, To: v.To}
}

// DutyView is one recruiter's being at the stand.
type DutyView struct {
	Recruiter fair.ID        `json:"recruiter"`
	Name      string         `json:"name"`
	State     fair.DutyState `json:"state" enum:"on,break,off"`
	Since     *time.Time     `json:"since,omitempty" doc:"Absent: nothing said yet"`
	Until     *time.Time     `json:"until,omitempty" doc:"Of a break"`
	Away      bool           `json:"away" doc:"On duty, without a live connection"`
}

// LineTicketView is somebody in the line as its stand sees them: what the person
// wrote for recruiters, and no address or number. In an anonymous fair not even
// the name, until they meet.
type LineTicketView struct {
	ID           fair.ID             `json:"id"`
	State        fair.TicketState    `json:"state" enum:"waiting,called,meeting,done,left,missed,moved,closed"`
	Name         string              `json:"name"`
	Anonymous    bool                `json:"anonymous"`
	Headline     string              `json:"headline"`
	About        string              `json:"about"`
	Occupations  []string            `json:"occupations"`
	Availability string              `json:"availability"`
	Channel      fair.Channel        `json:"channel" enum:"video,phone"`
	Offer        *OfferRef           `json:"offer,omitempty" doc:"Named on taking the place"`
	Applied      []OfferRef          `json:"applied" doc:"For the recruiters of the stand: its other offers this person applies for"`
	JoinedAt     time.Time           `json:"joined_at"`
	Presence     service.Presentness `json:"presence" enum:"here,away,unknown"`
	NotBefore    *time.Time          `json:"not_before,omitempty" doc:"Postponed until"`
	GraceUntil   *time.Time          `json:"grace_until,omitempty" doc:"The turn came and nobody answered"`
	Skips        int                 `json:"skips" doc:"Calls nobody answered"`
	Call         *DeskCallView       `json:"call,omitempty"`
	Interview    fair.ID             `json:"interview,omitempty" doc:"While meeting, for its recruiter"`
	Recruiter    fair.ID             `json:"recruiter,omitempty" doc:"Handed to this colleague, who alone calls"`
	Reason       string              `json:"reason,omitempty" doc:"Why called out of turn"`
	Note         string              `json:"note" doc:"The stand's own; never told to the candidate"`
	Handoffs     []HandoffView       `json:"handoffs"`
	Met          []MetView           `json:"met" doc:"Earlier interviews with this stand"`
	Skills       []string            `json:"skills"`
	Contracts    []string            `json:"contracts"`
	Languages    []string            `json:"languages"`
	Place        string              `json:"place" doc:"The commune one looks for work around"`
	Radius       int                 `json:"radius" doc:"Kilometres around it"`
	CV           *CVCardView         `json:"cv,omitempty" doc:"The person's CV, when it may be read"`
	Rev          int64               `json:"rev"`
}

// DeskCallView is a call that is on.
type DeskCallView struct {
	Interview   fair.ID   `json:"interview"`
	Recruiter   fair.ID   `json:"recruiter"`
	AnswerUntil time.Time `json:"answer_until"`
}

// HandoffView is where a ticket was before.
type HandoffView struct {
	From string    `json:"from" doc:"The stand"`
	By   string    `json:"by"`
	Note string    `json:"note"`
	At   time.Time `json:"at"`
}

// MetView is an interview held before.
type MetView struct {
	Interview fair.ID          `json:"interview"`
	At        time.Time        `json:"at"`
	Outcome   fair.OutcomeKind `json:"outcome,omitempty" enum:"next,pool,declined,later"`
}

func (s *Server) viewLineTicket(k *call, d service.DeskTicket) LineTicketView {
	t, c := d.Ticket, d.Candidate
	v := LineTicketView{
		ID: t.ID, State: t.State, Name: c.Name, Anonymous: d.Anonymous, Headline: c.Headline, About: c.About,
		Occupations: append([]string{}, occupationLabels(c.Occupations)...), Availability: c.Availability, Channel: t.Channel,
		JoinedAt: t.JoinedAt.UTC(), Presence: d.Presence, NotBefore: t.NotBefore, GraceUntil: t.GraceUntil, Skips: t.Skips,
		Recruiter: t.Recruiter, Reason: t.Reason, Note: t.Note, CV: viewCVCard(d.CV), Rev: t.Rev,
		Skills: append([]string{}, c.Skills...), Contracts: append([]string{}, c.Contracts...), Languages: append([]string{}, c.Languages...),
		Place: mobility(c.Commune), Radius: c.Radius,
		Handoffs: mapped(t.Handoffs, func(h fair.Handoff) HandoffView {
			return HandoffView{d.Names[h.Stand], d.Names[h.By], h.Note, h.At.UTC()}
		}),
		Applied: mapped(d.Applied, func(o fair.Offer) OfferRef { return OfferRef{o.ID, o.Title} }),
		Met: mapped(d.Met, func(i fair.Interview) MetView {
			m := MetView{Interview: i.ID, At: i.StartsAt.UTC()}
			if i.Outcome != nil {
				m.Outcome = i.Outcome.Kind
			}
			return m
		}),
	}
	if d.Anonymous {
		v.Name = s.Frontend.Locale(string(k.lang)).T("line.anonymous", "number", strconv.Itoa(max(t.Number, 1)))
	}
	if d.Offer != nil {
		v.Offer = &OfferRef{d.Offer.ID, d.Offer.Title}
	}
	if call := t.Call; call != nil {
		switch t.State {
		case fair.TicketCalled:
			v.Call = &DeskCallView{call.Interview, call.Recruiter, call.Until.UTC()}
		case fair.TicketMeeting:
			v.Interview = call.Interview
			v.Call = &DeskCallView{call.Interview, call.Recruiter, call.Until.UTC()}
		}
	}
	return v
}

// deskLine answers with the line as its stand sees it.
func (s *Server) deskLine(k *call, d service.LineDesk, err error) (*answer[LineDeskView], error) {
	if err != nil {
		return nil, err
	}
	v := LineDeskView{
		Stand: d.Stand.ID, State: d.State, Message: d.Line.Message.In(k.lang), OpenNow: d.OpenNow,
		Hours: mapped(d.Line.Hours, viewHours), Duty: make([]DutyView, len(d.Duty)), Waiting: d.Waiting,
		Tickets: mapped(d.Tickets, func(t service.DeskTicket) LineTicketView { return s.viewLineTicket(k, t) }),
	}
	if d.State == fair.LinePaused {
		v.Until = whenSet(d.Line.Until)
	}
	if d.Now.Before(d.Line.Longer) {
		v.LongerUntil = whenSet(d.Line.Longer)
	}
	for i, duty := range d.Duty {
		v.Duty[i] = DutyView{
			Recruiter: duty.Recruiter, Name: d.Hosts[duty.Recruiter].Name, State: duty.At(d.Now), Since: whenSet(duty.Since),
			Until: duty.Until, Away: duty.At(d.Now) != fair.OffDuty && duty.AwayAt != nil,
		}
		if v.Duty[i].State != fair.OnBreak {
			v.Duty[i].Until = nil
		}
		if duty.Recruiter == k.Account {
			v.Mine = &v.Duty[i]
		}
	}
	v.Topic, err = s.topicOf(k, "line."+string(d.Stand.ID))
	return reply(v, err)
}

func (s *Server) getLine(ctx context.Context, k *call, in *StandPath) (*answer[LineDeskView], error) {
	d, err := s.Service.LineDesk(ctx, k.Actor, in.Stand)
	return s.deskLine(k, d, err)
}

type setDutyInput struct {
	StandPath
	Body struct {
		State   string `json:"state" enum:"on,break,off"`
		Minutes int    `json:"minutes,omitempty" minimum:"0" maximum:"120" doc:"Of a break; 0: until one says otherwise"`
	}
}

func (s *Server) setDuty(ctx context.Context, k *call, in *setDutyInput) (*answer[LineDeskView], error) {
	d, err := s.Service.SetDuty(ctx, k.Actor, in.Stand, fair.DutyState(in.Body.State), in.Body.Minutes)
	return s.deskLine(k, d, err)
}

type setLineInput struct {
	StandPath
	Body struct {
		State   string `json:"state" enum:"open,paused,closed"`
		Minutes int    `json:"minutes,omitempty" minimum:"0" maximum:"240" doc:"Of a pause; 0: until somebody opens it"`
		Message string `json:"message,omitempty" maxLength:"300" doc:"To those who wait"`
		Instead string `json:"instead,omitempty" enum:"slot,callback,nothing" doc:"With closed: what everybody who waits is offered; left out, they stay in the line"`
	}
}

func (s *Server) setLine(ctx context.Context, k *call, in *setLineInput) (*answer[LineDeskView], error) {
	b := in.Body
	e := service.LineEdit{State: fair.LineState(b.State), Minutes: b.Minutes, Message: b.Message}
	if b.Instead != "" {
		e.Instead = &fair.Instead{Kind: fair.InsteadKind(b.Instead), Message: b.Message}
	}
	d, err := s.Service.SetLine(ctx, k.Actor, in.Stand, e)
	return s.deskLine(k, d, err)
}

type setHoursInput struct {
	StandPath
	Body struct {
		Hours []HoursView `json:"hours" maxItems:"21" doc:"Empty: as long as somebody is on duty"`
	}
}

func (s *Server) setHours(ctx context.Context, k *call, in *setHoursInput) (*answer[LineDeskView], error) {
	d, err := s.Service.SetHours(ctx, k.Actor, in.Stand, mapped(in.Body.Hours, HoursView.hours))
	return s.deskLine(k, d, err)
}

type extendHoursInput struct {
	StandPath
	Body struct {
		Until time.Time `json:"until" doc:"Within a day"`
	}
}

func (s *Server) extendHours(ctx context.Context, k *call, in *extendHoursInput) (*answer[LineDeskView], error) {
	d, err := s.Service.ExtendHours(ctx, k.Actor, in.Stand, in.Body.Until.UTC())
	return s.deskLine(k, d, err)
}

type moveLineInput struct {
	StandPath
	Body struct {
		To string `json:"to" maxLength:"26" doc:"The stand everybody who waits goes to"`
	}
}

func (s *Server) moveLine(ctx context.Context, k *call, in *moveLineInput) (*answer[LineDeskView], error) {
	d, err := s.Service.MoveLine(ctx, k.Actor, in.Stand, fair.ID(in.Body.To))
	return s.deskLine(k, d, err)
}
