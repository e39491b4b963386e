package web

import (
	"context"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// fairLives is what this package asks of service about a fair as it goes on.
type fairLives interface {
	FairLive(ctx context.Context, a fair.Actor, fairRef string) (service.FairLive, error)
}

// FairLiveView is a fair for its organisers.
type FairLiveView struct {
	Fair      fair.ID         `json:"fair"`
	AsOf      time.Time       `json:"as_of"`
	Waiting   int             `json:"waiting" doc:"People in lines now"`
	Today     DayView         `json:"today"`
	Yesterday DayView         `json:"yesterday" doc:"Until the same time of day"`
	Stands    []StandLiveView `json:"stands" doc:"All of them, those in trouble first"`
	Calls     []CallLiveView  `json:"calls" doc:"Interviews by video in trouble, the longest first"`
	Topic     TopicView       `json:"topic" doc:"Tells of each change of a line"`
}

// DayView is what a fair has done on a day.
type DayView struct {
	Held         int  `json:"held" doc:"Interviews that ended"`
	Answered     int  `json:"answered" doc:"Of those: with an answer to the candidate"`
	Appointments int  `json:"appointments" doc:"Whose hour has come"`
	NoShows      int  `json:"no_shows"`
	MedianWaitS  *int `json:"median_wait_s,omitempty" doc:"Seconds in a line until the call; absent when nobody was called"`
}

func viewDay(d fair.DayFigures) DayView {
	v := DayView{Held: d.Held, Answered: d.Answered, Appointments: d.Appointments, NoShows: d.NoShows}
	if d.Waits > 0 {
		seconds := int(d.MedianWait / time.Second)
		v.MedianWaitS = &seconds
	}
	return v
}

// StandLiveView is one stand of it.
type StandLiveView struct {
	Stand        StandRef       `json:"stand"`
	Number       int            `json:"number"`
	State        fair.LineState `json:"state" enum:"open,paused,closed" doc:"As those who wait are told"`
	Hand         fair.LineState `json:"hand" enum:"open,paused,closed" doc:"As set by hand"`
	Until        *time.Time     `json:"until,omitempty" doc:"When a pause ends by itself"`
	LongerUntil  *time.Time     `json:"longer_until,omitempty" doc:"Hours extended to"`
	Message      string         `json:"message"`
	Waiting      int            `json:"waiting"`
	WaitingSince *time.Time     `json:"waiting_since,omitempty" doc:"When who waits longest took the place"`
	OnDuty       int            `json:"on_duty" doc:"Recruiters who take calls"`
	OnBreak      int            `json:"on_break"`
	Away         int            `json:"away" doc:"Recruiters with a duty and without a connection"`
	InCall       int            `json:"in_call"`
	Unanswered   int            `json:"unanswered" doc:"Requests to the stand nobody has answered"`
	AskedSince   *time.Time     `json:"asked_since,omitempty"`
	Late         int            `json:"late" doc:"Answers to candidates that are overdue"`
	Troubles     []fair.Trouble `json:"troubles" enum:"unmanned,long,unanswered,late"`
}

// CallLiveView is a call in trouble. It names the stand and nobody.
type CallLiveView struct {
	Stand StandRef       `json:"stand"`
	Since time.Time      `json:"since"`
	Sides []CallSideView `json:"sides"`
}

// CallSideView is how one side of it does, and what that person was proposed.
type CallSideView struct {
	Who    fair.RoleKind `json:"who" enum:"candidate,recruiter,adviser" doc:"Adviser stands for every guest"`
	Level  string        `json:"level" enum:"weak,lost"`
	Cause  string        `json:"cause" enum:"loss,delay,freeze,cut"`
	Told   string        `json:"told,omitempty" enum:"sound,phone" doc:"What the person was proposed; absent: nothing yet"`
	ToldAt *time.Time    `json:"told_at,omitempty"`
}

func viewCall(live service.FairLive) func(fair.CallLive) CallLiveView {
	return func(c fair.CallLive) CallLiveView {
		return CallLiveView{
			Stand: refStand(live.Named[c.Stand]), Since: c.Since.UTC(),
			Sides: mapped(c.Sides, func(s fair.CallSide) CallSideView {
				return CallSideView{Who: s.Who, Level: s.Level, Cause: s.Cause, Told: s.Told, ToldAt: whenSet(s.ToldAt)}
			}),
		}
	}
}

func (s *Server) getFairLive(ctx context.Context, k *call, in *FairPath) (*answer[FairLiveView], error) {
	live, err := s.Service.FairLive(ctx, k.Actor, in.Fair)
	if err != nil {
		return nil, err
	}
	v := FairLiveView{
		Fair: live.Fair.ID, AsOf: live.At.UTC(), Waiting: live.Waiting, Today: viewDay(live.Today), Yesterday: viewDay(live.Yesterday),
		Stands: mapped(live.Stands, func(st fair.StandLive) StandLiveView {
			return StandLiveView{
				Stand: refStand(live.Named[st.Stand]), Number: st.Number, State: st.State, Hand: st.Hand,
				Until: whenSet(st.Until), LongerUntil: whenSet(st.Longer), Message: st.Message.In(k.lang),
				Waiting: st.Waiting, WaitingSince: whenSet(st.Since), OnDuty: st.OnDuty, OnBreak: st.OnBreak, Away: st.Away,
				InCall: st.InCall, Unanswered: st.Unanswered, AskedSince: whenSet(st.Asked), Late: st.Late, Troubles: st.Troubles(live.At),
			}
		}),
	}
	v.Calls = mapped(live.Calls, viewCall(live))
	v.Topic, err = s.topicOf(k, "fairlive."+string(live.Fair.ID))
	return reply(v, err)
}
