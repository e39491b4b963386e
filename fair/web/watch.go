package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"salon/fair"
	"salon/fair/place"
	"salon/fair/service"
	"salon/frontend"
)

// watches is what this package asks of service about searches people keep.
type watches interface {
	KeepSearch(ctx context.Context, a fair.Actor, fairRef string, q fair.OfferQuery, address string) (fair.Watch, error)
	MyWatches(ctx context.Context, a fair.Actor) ([]service.WatchDetail, error)
	MailWatch(ctx context.Context, a fair.Actor, id fair.ID, mail bool) error
	DropWatch(ctx context.Context, a fair.Actor, id fair.ID) error
	WatchOf(ctx context.Context, token string) (service.WatchDetail, error)
	StopWatch(ctx context.Context, token string) (service.WatchDetail, error)
}

// watchPages are those of searches that are kept; they work without a script.
func (s *Server) watchPages() {
	s.page("POST /fairs/:fair/searches", s.keepSearchForm)
	s.page("GET /account/searches", s.searchesPage)
	s.page("POST /account/searches", s.searchesForm)
	s.page("GET /searches/:token", s.stopPage)
	s.page("POST /searches/:token", s.stopForm)
}

// keepSearchForm keeps the search that the address of the form holds.
func (s *Server) keepSearchForm(ctx context.Context, k *call) error {
	f, err := s.openFair(ctx, k)
	if err != nil {
		return err
	}
	search := readSearch(k)
	w, err := s.Service.KeepSearch(ctx, k.Actor, f.Slug, queryOf(search), search.Encode(1))
	if e, refused := errors.AsType[*fair.Error](err); refused && (e.Kind == fair.Conflict || e.Kind == fair.Invalid) {
		return k.fiber.Redirect(withProblem(offersAddress(k, f, search.Encode(1)), e.Code), http.StatusSeeOther)
	}
	if err != nil {
		return err
	}
	done := "searchkept"
	if !w.Mail { // they object to such mails, or have ended those of this search
		done = "searchsilent"
	}
	return k.fiber.Redirect(k.path("account", "searches")+"?"+url.Values{doneQuery: {done}}.Encode(), http.StatusSeeOther)
}

func offersAddress(k *call, f fair.Fair, search string) string {
	return k.path("fairs", f.Slug, "offers") + "?" + search
}

// searchesPage is "Mes recherches".
func (s *Server) searchesPage(ctx context.Context, k *call) error {
	kept, err := s.Service.MyWatches(ctx, k.Actor)
	if err != nil {
		return err
	}
	account, err := s.Service.Me(ctx, k.Actor)
	if err != nil {
		return err
	}
	texts := s.Frontend.Locale(string(k.lang))
	view := &frontend.SearchesPage{
		Page: s.frame(k, texts.T("searches.title"), "account", "searches"), Objects: account.Objects(fair.ObjectMails),
	}
	view.Head.NoIndex = true
	for _, d := range kept {
		view.Searches = append(view.Searches, s.viewWatch(k, d))
	}
	return s.showPrivate(k, http.StatusOK, view)
}

func (s *Server) viewWatch(k *call, d service.WatchDetail) frontend.SearchItem {
	return frontend.SearchItem{
		ID: string(d.Watch.ID), Name: s.searchName(k, d.Watch), Fair: d.Fair.Name.In(k.lang), Slug: d.Fair.Slug,
		Query: d.Watch.Address, Mail: d.Watch.Mail, At: d.Watch.At.In(d.Fair.Location()),
	}
}

// searchName is what a search looks for, in words.
func (s *Server) searchName(k *call, w fair.Watch) string {
	texts := s.Frontend.Locale(string(k.lang))
	q := w.Query
	var words []string
	add := func(word string) {
		if word != "" {
			words = append(words, word)
		}
	}
	add(q.Text)
	if q.Contract != "" {
		add(contractWords(texts, fair.Work{Contract: q.Contract, ContractLabel: q.Contract}))
	}
	if o, known := place.OccupationByCode(q.ROME); known {
		add(o.Label)
	} else {
		add(q.ROME)
	}
	if name := communeName(q.Commune); name != "" {
		if q.Radius > 0 {
			name += ", " + texts.T("offers.radiuskm", "km", int(q.Radius))
		}
		add(name)
	}
	if q.Hours != "" {
		add(texts.T("offers.hours." + q.Hours))
	}
	if q.Experience != "" {
		add(texts.T("offers.experience." + q.Experience))
	}
	if q.Accessible {
		add(texts.T("offers.accessible"))
	}
	if q.Stand != "" {
		add(texts.T("searches.onestand"))
	}
	return strings.Join(words, " · ")
}

// searchesForm does one thing to a search that is kept.
func (s *Server) searchesForm(ctx context.Context, k *call) error {
	id := fair.ID(k.fiber.FormValue("id"))
	if !id.Valid() {
		return fair.E(fair.NotFound, "watch.unknown")
	}
	var err error
	done := k.fiber.FormValue("do")
	switch done {
	case "mail", "nomail":
		err = s.Service.MailWatch(ctx, k.Actor, id, done == "mail")
	case "drop":
		err = s.Service.DropWatch(ctx, k.Actor, id)
	default:
		return fair.E(fair.NotFound, "notfound")
	}
	said := url.Values{doneQuery: {"search" + done}}
	if e, refused := errors.AsType[*fair.Error](err); refused && (e.Kind == fair.NotFound || e.Kind == fair.Conflict) {
		said, err = url.Values{noticeQuery: {e.Code}}, nil // removed meanwhile on another page, or objected to
	}
	if err != nil {
		return err
	}
	return k.fiber.Redirect(k.path("account", "searches")+"?"+said.Encode(), http.StatusSeeOther)
}

// stopPage asks whether the mails of a search shall end: who follows the link of a
// mail may be a scanner.
func (s *Server) stopPage(ctx context.Context, k *call) error {
	d, err := s.Service.WatchOf(ctx, k.fiber.Params("token"))
	if err != nil {
		return err
	}
	return s.showStop(k, d, !d.Watch.Mail)
}

// stopForm ends them: from the page, or from a mail program that follows RFC 8058.
func (s *Server) stopForm(ctx context.Context, k *call) error {
	d, err := s.Service.StopWatch(ctx, k.fiber.Params("token"))
	if err != nil {
		return err
	}
	return s.showStop(k, d, true)
}

func (s *Server) showStop(k *call, d service.WatchDetail, stopped bool) error {
	texts := s.Frontend.Locale(string(k.lang))
	view := &frontend.StopPage{Page: s.frame(k, texts.T("searches.stop"), "searches", k.fiber.Params("token")), Search: s.viewWatch(k, d), Stopped: stopped}
	view.Token, view.Head.NoIndex = k.fiber.Params("token"), true
	return s.showPrivate(k, http.StatusOK, view)
}
