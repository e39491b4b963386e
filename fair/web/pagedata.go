package web

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"salon/fair"
	"salon/fair/service"
	"salon/frontend"
)

// holdings is what this package asks of service about what is held of a person,
// for that person.
type holdings interface {
	Export(ctx context.Context, a fair.Actor) (service.Holdings, error)
	PlanErasure(ctx context.Context, a fair.Actor) (service.ErasurePlan, error)
	EraseMe(ctx context.Context, a fair.Actor, sure bool) error
	Object(ctx context.Context, a fair.Actor, kinds []fair.ObjectionKind) error
}

// dataPage is "Mes données": what one agreed to, what one does not want, a copy of
// everything, and its erasure.
func (s *Server) dataPage(ctx context.Context, k *call) error {
	return s.showData(ctx, k, http.StatusOK, "")
}

func (s *Server) showData(ctx context.Context, k *call, status int, problem string) error {
	account, err := s.Service.Me(ctx, k.Actor)
	if err != nil {
		return err
	}
	plan, err := s.Service.PlanErasure(ctx, k.Actor)
	if err != nil {
		return err
	}
	texts := s.Frontend.Locale(string(k.lang))
	view := &frontend.DataPage{
		Page: s.frame(k, texts.T("data.title"), "account", "data"), Problem: problem,
		Tickets: plan.Tickets, Applications: plan.Applications, CVs: plan.CVs,
	}
	view.Head.NoIndex = true
	for i := len(account.Consents) - 1; i >= 0; i-- {
		c := account.Consents[i]
		view.Consents = append(view.Consents, frontend.ConsentItem{Kind: string(c.Kind), Given: c.Given, Version: c.Version, At: fair.AtHome(c.At)})
	}
	for _, kind := range fair.ObjectionKinds() {
		item := frontend.ObjectionItem{Kind: string(kind)}
		for _, o := range account.Objections {
			if o.Kind == kind {
				item.Since = fair.AtHome(o.At)
			}
		}
		view.Objections = append(view.Objections, item)
	}
	for _, d := range plan.Appointments {
		item := frontend.PlannedItem{Stand: d.Stand.Name, Start: d.Interview.StartsAt.In(d.Fair.Location())}
		if d.Interview.Candidate != k.Account {
			item.Desk = true
		}
		view.Appointments = append(view.Appointments, item)
	}
	for _, st := range plan.Stands {
		view.Stands = append(view.Stands, st.Name)
	}
	for _, f := range plan.Alone {
		view.Alone = append(view.Alone, f.Name.In(k.lang))
	}
	return s.showPrivate(k, status, view)
}

// dataForm does one thing to what is held of a person.
func (s *Server) dataForm(ctx context.Context, k *call) error {
	switch k.fiber.FormValue("do") {
	case "export":
		h, err := s.Service.Export(ctx, k.Actor)
		if err != nil {
			return s.dataAgain(ctx, k, err)
		}
		return s.sendExport(k, h)
	case "objections":
		var kinds []fair.ObjectionKind
		for _, kind := range fair.ObjectionKinds() {
			if k.fiber.FormValue("object-"+string(kind)) != "" {
				kinds = append(kinds, kind)
			}
		}
		if err := s.Service.Object(ctx, k.Actor, kinds); err != nil {
			return s.dataAgain(ctx, k, err)
		}
		return k.fiber.Redirect(k.path("account", "data")+"?"+url.Values{doneQuery: {"objections"}}.Encode(), http.StatusSeeOther)
	case "erase":
		err := s.Service.EraseMe(ctx, k.Actor, k.fiber.FormValue("sure") != "")
		if stale(err) {
			to := url.Values{"next": {k.path("account", "data")}, noticeQuery: {"proof.stale"}}
			return k.fiber.Redirect(k.path("sign-in")+"?"+to.Encode(), http.StatusSeeOther)
		}
		if err != nil {
			return s.dataAgain(ctx, k, err)
		}
		dropSession(k.fiber)
		return k.fiber.Redirect(k.path()+"?"+url.Values{doneQuery: {"erased"}}.Encode(), http.StatusSeeOther)
	}
	return fair.E(fair.NotFound, "notfound")
}

// dataAgain shows the page with what was refused, and passes on what is no
// refusal.
func (s *Server) dataAgain(ctx context.Context, k *call, err error) error {
	p := s.fail(ctx, err)
	if p.Status >= http.StatusInternalServerError && p.Status != http.StatusServiceUnavailable {
		return err
	}
	for name, values := range p.GetHeaders() {
		k.fiber.Set(name, values[0])
	}
	return s.showData(ctx, k, p.Status, p.Detail)
}

// sendExport streams the archive: nothing of it is kept here.
func (s *Server) sendExport(k *call, h service.Holdings) error {
	archive := s.archive(h, k)
	name := "salon-" + s.Clock().UTC().Format(time.DateOnly) + ".zip"
	k.fiber.Set(fiber.HeaderContentType, "application/zip")
	k.fiber.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	k.fiber.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	k.fiber.Set(fiber.HeaderCacheControl, "no-store")
	conn := k.fiber.Context().Conn()
	return k.fiber.SendStream(&patientCloser{patient{archive, conn, time.Now().Add(exportSendTime)}, archive}, -1)
}

// exportSendTime is how long the sending of one export may take in all.
const exportSendTime = 15 * time.Minute
