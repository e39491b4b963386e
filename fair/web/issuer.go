package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"salon/fair"
	"salon/fair/service"
	"salon/frontend"
)

// issuers is what this package asks of service about other sites that say who
// somebody is.
type issuers interface {
	IssuersOpen() []fair.Issuer
	AskIssuer(ctx context.Context, a fair.Actor, key, next string, lang fair.Lang, link bool) (secret, to string, err error)
	AnswerIssuer(ctx context.Context, a fair.Actor, secret, key, state, code string) (service.Arrival, error)
	PendingIssuer(ctx context.Context, a fair.Actor, secret string) (fair.Issuer, bool)
	ClaimIssuer(ctx context.Context, a fair.Actor, secret string) error
	DropIssuer(ctx context.Context, a fair.Actor, foreign fair.ID) error
	LeaveIssuer(ctx context.Context, a fair.Actor) string
}

// issuerCookie holds the secret of an exchange with an issuer, so that its answer
// counts in the browser that asked and in no other. Nobody else can put it there.
const issuerCookie = "__Host-salon-issuer"

func keepExchange(c *fiber.Ctx, secret string) {
	cookie := &fiber.Cookie{
		Name: issuerCookie, Value: secret, Path: "/", MaxAge: int(fair.CeremonyTime.Seconds()),
		Secure: true, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
	}
	if secret == "" {
		cookie.MaxAge = -1
	}
	c.Cookie(cookie)
}

// issuerItems are the issuers as pages show them.
func (s *Server) issuerItems() []frontend.IssuerItem {
	return mapped(s.Service.IssuersOpen(), func(i fair.Issuer) frontend.IssuerItem { return frontend.IssuerItem{Key: i.Key, Name: i.Name} })
}

// issuerForm begins a sign-in through an issuer.
func (s *Server) issuerForm(ctx context.Context, k *call) error {
	next := k.fiber.FormValue("next")
	err := s.limits.codesUsed.take(s.address(k.fiber), s.Clock())
	if err == nil {
		if err = s.sendAway(ctx, k, k.fiber.Params("issuer"), next, false); err == nil {
			return nil
		}
	}
	if !issuerDown(err) && fair.KindOf(err) != fair.TooMany {
		return err
	}
	return s.showSignIn(k, "mail", next, "", s.fail(ctx, err))
}

// sendAway sends a browser to an issuer by a page that goes on by itself: a form
// may not lead to another site (form-action of our policy).
func (s *Server) sendAway(ctx context.Context, k *call, key, next string, link bool) error {
	secret, to, err := s.Service.AskIssuer(ctx, k.Actor, key, local(k, next), k.lang, link)
	if err != nil {
		return err
	}
	keepExchange(k.fiber, secret)
	return s.showElsewhere(k, to, false)
}

func (s *Server) showElsewhere(k *call, to string, leaving bool) error {
	texts := s.Frontend.Locale(string(k.lang))
	view := &frontend.ElsewherePage{Page: s.frame(k, texts.T("elsewhere.title"), "sign-in"), To: to, Leaving: leaving}
	view.Head.NoIndex, view.Head.Refresh = true, to
	return s.showPrivate(k, http.StatusOK, view)
}

// Largest answers of an issuer that are looked at, in bytes.
const (
	longestCode  = 4096
	longestState = 200
)

// issuerAnswer takes a browser that an issuer sent back.
func (s *Server) issuerAnswer(ctx context.Context, k *call) error {
	if err := s.limits.codesUsed.take(s.address(k.fiber), s.Clock()); err != nil {
		return err
	}
	code, state := k.fiber.Query("code"), k.fiber.Query("state")
	if len(code) > longestCode || k.fiber.Query("error") != "" {
		code = ""
	}
	if len(state) > longestState {
		state = ""
	}
	at, err := s.Service.AnswerIssuer(ctx, k.Actor, k.fiber.Cookies(issuerCookie), k.fiber.Params("issuer"), state, code)
	if at.Lang != "" {
		k.lang = at.Lang
	}
	keepExchange(k.fiber, at.Pending)
	to := "sign-in"
	if k.SignedIn() {
		to = "account"
	}
	switch {
	case err != nil:
		p := s.fail(ctx, err)
		if p.Status >= http.StatusInternalServerError && !issuerDown(err) || p.Status == http.StatusNotFound {
			return err
		}
		q := url.Values{noticeQuery: {p.Code}}
		if at.Next != "" {
			q.Set("next", local(k, at.Next))
		}
		return k.fiber.Redirect(k.path(to)+"?"+q.Encode(), http.StatusSeeOther)
	case at.Linked:
		return k.fiber.Redirect(k.path("account")+"?"+url.Values{doneQuery: {"issuer"}}.Encode(), http.StatusSeeOther)
	case at.In == nil && k.SignedIn():
		return k.fiber.Redirect(k.path("account"), http.StatusSeeOther)
	case at.In == nil: // an address is to be proved first
		return k.fiber.Redirect(k.path("sign-in")+"?"+url.Values{"next": {k.path("account")}, doneQuery: {"vouched"}}.Encode(), http.StatusSeeOther)
	}
	if err := s.enter(ctx, k, *at.In); err != nil {
		return err
	}
	return k.fiber.Redirect(afterProof(k, *at.In, at.Next), http.StatusSeeOther)
}

// issuerDown reports whether it is an issuer that does not answer, rather than a
// part of ours.
func issuerDown(err error) bool {
	e, ok := errors.AsType[*fair.Error](err)
	return ok && e.Code == "issuer.down"
}

// fillIssuers shows on "Mon compte" what other sites open it.
func (s *Server) fillIssuers(ctx context.Context, k *call, view *frontend.AccountPage, e service.Equipment) {
	open := s.Service.IssuersOpen()
	for _, f := range e.Foreign {
		name := f.Issuer // one that the settings name no longer
		for _, i := range open {
			if i.Key == f.Issuer {
				name = i.Name
			}
		}
		view.Linked = append(view.Linked, frontend.PasskeyItem{ID: string(f.ID), Name: name, Made: fair.AtHome(f.At)})
	}
	view.Issuers = s.issuerItems()
	if i, waits := s.Service.PendingIssuer(ctx, k.Actor, k.fiber.Cookies(issuerCookie)); waits {
		view.Claim = i.Name
	}
}

// issuerDeed does what the forms about issuers on "Mon compte" ask.
func (s *Server) issuerDeed(ctx context.Context, k *call, do string) (done string, err error) {
	if do == "dropissuer" {
		return "account", s.Service.DropIssuer(ctx, k.Actor, fair.ID(k.fiber.FormValue("id")))
	}
	err = s.Service.ClaimIssuer(ctx, k.Actor, k.fiber.Cookies(issuerCookie))
	if !stale(err) {
		keepExchange(k.fiber, "")
	}
	return "issuer", err
}
