package web

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"salon/fair"
	"salon/fair/service"
	"salon/frontend"
)

// reports is what this package asks of service about messages that were not right.
type reports interface {
	ReportMessage(ctx context.Context, a fair.Actor, thread fair.ID, q service.ReportRequest) (fair.Report, error)
	BlockWriter(ctx context.Context, a fair.Actor, thread, message fair.ID) error
	Unblock(ctx context.Context, a fair.Actor, thread fair.ID) error
	Reports(ctx context.Context, a fair.Actor, fairRef string) ([]service.ReportDetail, error)
	Bars(ctx context.Context, a fair.Actor, fairRef string) ([]service.BarDetail, error)
	LiftBar(ctx context.Context, a fair.Actor, report fair.ID, reason string) error
	DecideReport(ctx context.Context, a fair.Actor, id fair.ID, decision fair.Decision, answer string) (service.ReportDetail, error)
}

// ReportView is a report as its fair's organisers see it.
type ReportView struct {
	ID        fair.ID        `json:"id"`
	Stand     StandRef       `json:"stand"`
	By        string         `json:"by" doc:"Name of who reported"`
	BySide    fair.Side      `json:"by_side" enum:"stand,candidate"`
	About     string         `json:"about" doc:"Name of who wrote the message"`
	Text      string         `json:"text" doc:"The message, as it stood"`
	Why       fair.ReportWhy `json:"why" enum:"insult,harassment,discrimination,fraud,other"`
	Words     string         `json:"words" doc:"The reporter's own"`
	At        time.Time      `json:"at"`
	Open      bool           `json:"open" doc:"Waits for a decision"`
	Decision  fair.Decision  `json:"decision,omitempty" enum:"nothing,warn,bar"`
	Answer    string         `json:"answer"`
	DecidedAt *time.Time     `json:"decided_at,omitempty"`
	LiftedAt  *time.Time     `json:"lifted_at,omitempty" doc:"Since when a bar no longer stands"`
	Reason    string         `json:"lift_reason,omitempty" doc:"Of that, for organisers alone"`
}

func viewReport(d service.ReportDetail) ReportView {
	r := d.Report
	v := ReportView{
		ID: r.ID, Stand: refStand(d.Stand), By: d.By, BySide: r.BySide, About: d.About, Text: r.Text, Why: r.Why, Words: r.Words,
		At: r.At.UTC(), Open: r.Open, Decision: r.Decision, Answer: r.Answer, DecidedAt: r.DecidedAt,
	}
	if r.Lifted != nil {
		v.LiftedAt, v.Reason = new(r.Lifted.At.UTC()), r.Lifted.Reason
	}
	return v
}

// BarView is somebody who is kept from a fair, as its organisers see it.
type BarView struct {
	Name    string       `json:"name"`
	Reports []ReportView `json:"reports" doc:"For which they are, the latest first"`
}

func viewBar(d service.BarDetail) BarView {
	return BarView{Name: d.Name, Reports: mapped(d.Reports, viewReport)}
}

type reportInput struct {
	ThreadPath
	Body struct {
		Message string `json:"message" pattern:"^[a-z2-7]{26}$" doc:"One of the other side's"`
		Why     string `json:"why" enum:"insult,harassment,discrimination,fraud,other"`
		Words   string `json:"words,omitempty" maxLength:"1200"`
		Block   bool   `json:"block,omitempty" doc:"Keeps who wrote it from writing to one's side again"`
	}
}

func (s *Server) reportMessage(ctx context.Context, k *call, in *reportInput) (*nothing, error) {
	if err := s.limits.words.take(k.Account, s.Clock()); err != nil {
		return nil, err
	}
	b := in.Body
	_, err := s.Service.ReportMessage(ctx, k.Actor, in.Thread, service.ReportRequest{
		Message: fair.ID(b.Message), Why: fair.ReportWhy(b.Why), Words: b.Words, Block: b.Block,
	})
	return &nothing{}, err
}

type blockInput struct {
	ThreadPath
	Body struct {
		Message string `json:"message" pattern:"^[a-z2-7]{26}$" doc:"By whom"`
	}
}

func (s *Server) blockWriter(ctx context.Context, k *call, in *blockInput) (*nothing, error) {
	return &nothing{}, s.Service.BlockWriter(ctx, k.Actor, in.Thread, fair.ID(in.Body.Message))
}

func (s *Server) unblock(ctx context.Context, k *call, in *ThreadPath) (*nothing, error) {
	return &nothing{}, s.Service.Unblock(ctx, k.Actor, in.Thread)
}

func (s *Server) listReports(ctx context.Context, k *call, in *FairPath) (*answer[List[ReportView]], error) {
	found, err := s.Service.Reports(ctx, k.Actor, in.Fair)
	return reply(all(mapped(found, viewReport)), err)
}

type decideReportInput struct {
	Report fair.ID `path:"report"`
	Body   struct {
		Decision string `json:"decision" enum:"nothing,warn,bar"`
		Answer   string `json:"answer,omitempty" maxLength:"1200" doc:"To the reporter, and to who is warned or barred"`
	}
}

func (s *Server) decideReport(ctx context.Context, k *call, in *decideReportInput) (*answer[ReportView], error) {
	d, err := s.Service.DecideReport(ctx, k.Actor, in.Report, fair.Decision(in.Body.Decision), in.Body.Answer)
	if err != nil {
		return nil, err
	}
	return reply(viewReport(d), nil)
}

func (s *Server) listBars(ctx context.Context, k *call, in *FairPath) (*answer[List[BarView]], error) {
	found, err := s.Service.Bars(ctx, k.Actor, in.Fair)
	return reply(all(mapped(found, viewBar)), err)
}

type liftBarInput struct {
	Report fair.ID `path:"report"`
	Body   struct {
		Reason string `json:"reason" minLength:"1" maxLength:"1200" doc:"For the log; nobody is sent it"`
	}
}

func (s *Server) liftBar(ctx context.Context, k *call, in *liftBarInput) (*nothing, error) {
	return &nothing{}, s.Service.LiftBar(ctx, k.Actor, in.Report, in.Body.Reason)
}

// reportPage is where a message is reported and its writer blocked, by either
// side, without a script.
func (s *Server) reportPage(ctx context.Context, k *call) error {
	return s.showReport(ctx, k, http.StatusOK, "")
}

func (s *Server) showReport(ctx context.Context, k *call, status int, problem string) error {
	d, err := s.reportable(ctx, k)
	if err != nil {
		return err
	}
	texts := s.Frontend.Locale(string(k.lang))
	view := &frontend.ReportPage{
		Page: s.frame(k, texts.T("report.title"), "conversations", string(d.Thread.ID), "report"), Problem: problem,
		With: d.With, Desk: d.Side == fair.SideStand, Chosen: k.fiber.FormValue("message"), Why: k.fiber.FormValue("why"), Words: k.fiber.FormValue("words"),
	}
	view.Head.NoIndex = true
	for _, m := range d.Thread.Messages {
		if m.Side != d.Side {
			view.Messages = append(view.Messages, frontend.ReportedItem{ID: string(m.ID), Text: m.Text, By: d.Names[m.By], At: m.At.In(d.Fair.Location()), Blocked: d.Thread.Blocks(m.By)})
		}
	}
	for _, b := range d.Thread.Blocked {
		view.Blocks = view.Blocks || b.Side == d.Side
	}
	for _, why := range fair.ReportWhys() {
		view.Whys = append(view.Whys, string(why))
	}
	return s.showPrivate(k, status, view)
}

// reportable is the thread that the address names.
func (s *Server) reportable(ctx context.Context, k *call) (service.ThreadDetail, error) {
	id := fair.ID(k.fiber.Params("thread"))
	if !id.Valid() {
		return service.ThreadDetail{}, fair.E(fair.NotFound, "thread.unknown")
	}
	d, err := s.Service.Thread(ctx, k.Actor, id)
	if err == nil && d.Thread.Candidate == "" {
		err = fair.E(fair.NotFound, "thread.unknown")
	}
	if err == nil {
		k.fair = &frontend.FairLink{Slug: d.Fair.Slug, Name: d.Fair.Name.In(k.lang)}
	}
	return d, err
}

func (s *Server) reportForm(ctx context.Context, k *call) error {
	if err := s.limits.words.take(k.Account, s.Clock()); err != nil {
		return err
	}
	id, message, done := fair.ID(k.fiber.Params("thread")), fair.ID(k.fiber.FormValue("message")), "reported"
	var err error
	switch k.fiber.FormValue("do") {
	case "unblock":
		done, err = "unblocked", s.Service.Unblock(ctx, k.Actor, id)
	case "block":
		done, err = "blocked", s.Service.BlockWriter(ctx, k.Actor, id, message)
	default:
		_, err = s.Service.ReportMessage(ctx, k.Actor, id, service.ReportRequest{
			Message: message, Why: fair.ReportWhy(k.fiber.FormValue("why")), Words: k.fiber.FormValue("words"), Block: k.fiber.FormValue("block") != "",
		})
	}
	if err != nil {
		p := s.fail(ctx, err)
		if p.Status >= http.StatusInternalServerError || p.Code == "thread.unknown" {
			return err
		}
		return s.showReport(ctx, k, p.Status, p.Detail)
	}
	return k.fiber.Redirect(k.path("conversations", string(id), "report")+"?"+url.Values{doneQuery: {done}}.Encode(), http.StatusSeeOther)
}
