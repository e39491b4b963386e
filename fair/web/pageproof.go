package web

import (
	"context"
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"

	"salon/fair"
	"salon/fair/service"
	"salon/frontend"
)

// passwordPage is the sign-in by password, for those who have one.
func (s *Server) passwordPage(_ context.Context, k *call) error {
	return s.showSignIn(k, "password", k.fiber.Query("next"), "", nil)
}

func (s *Server) passwordForm(ctx context.Context, k *call) error {
	mail, next := k.fiber.FormValue("mail"), k.fiber.FormValue("next")
	done, err := s.usePassword(ctx, k, mail, k.fiber.FormValue("password"))
	if err != nil {
		p, err := s.refusedForm(ctx, err)
		if err != nil {
			return err
		}
		return s.showSignIn(k, "password", next, mail, p)
	}
	return k.fiber.Redirect(afterProof(k, done, next), http.StatusSeeOther)
}

// afterProof is where somebody goes who has just proved something: to what is
// still lacking, or to where they were going.
func afterProof(k *call, done service.SignedIn, next string) string {
	next = local(k, next)
	on := "?" + url.Values{"next": {next}}.Encode()
	switch done.Step {
	case fair.StepFactor:
		return k.path("sign-in", "factor") + on
	case fair.StepSetup:
		return k.path("account", "protect") + on
	}
	return next
}

// factorPage asks for the second factor that a login lacks.
func (s *Server) factorPage(_ context.Context, k *call) error {
	next := k.fiber.Query("next")
	if k.half.Step != fair.StepFactor {
		return k.fiber.Redirect(k.path("sign-in"), http.StatusSeeOther)
	}
	return s.showSignIn(k, "factor", next, "", nil)
}

func (s *Server) factorForm(ctx context.Context, k *call) error {
	next := k.fiber.FormValue("next")
	done, err := s.useFactor(ctx, k, k.fiber.FormValue("code"))
	if fair.KindOf(err) == fair.Unauthenticated && err != nil { // too slow
		return k.fiber.Redirect(k.path("sign-in"), http.StatusSeeOther)
	}
	if err != nil {
		p, err := s.refusedForm(ctx, err)
		if err != nil {
			return err
		}
		return s.showSignIn(k, "factor", next, "", p)
	}
	return k.fiber.Redirect(afterProof(k, done, next), http.StatusSeeOther)
}

// protectPage leads somebody through setting up what their role asks for.
func (s *Server) protectPage(ctx context.Context, k *call) error {
	return s.showProtect(ctx, k, k.fiber.Query("next"), "", nil)
}

// protectForm takes a password, or the first one-time code.
func (s *Server) protectForm(ctx context.Context, k *call) error {
	next := k.fiber.FormValue("next")
	switch do := k.fiber.FormValue("do"); do {
	case "password":
		done, err := s.Service.SetPassword(ctx, k.self(), k.fiber.FormValue("password"))
		if err != nil {
			return s.protectAgain(ctx, k, next, do, err)
		}
		keepSession(k.fiber, done)
		if done.Step == fair.StepDone {
			return k.fiber.Redirect(local(k, next), http.StatusSeeOther)
		}
		return k.fiber.Redirect(k.path("account", "protect")+"?"+url.Values{"next": {local(k, next)}, doneQuery: {"password"}}.Encode(), http.StatusSeeOther)
	case "totp":
		codes, done, err := s.Service.ConfirmTOTP(ctx, k.self(), k.fiber.FormValue("code"))
		if err != nil {
			return s.protectAgain(ctx, k, next, do, err)
		}
		keepSession(k.fiber, done)
		return s.showCodes(k, codes, afterProof(k, done, next))
	}
	return fair.E(fair.NotFound, "notfound")
}

// protectAgain shows the page with what was refused, or leads to a fresh sign-in.
func (s *Server) protectAgain(ctx context.Context, k *call, next, field string, err error) error {
	if stale(err) {
		return s.signInAfresh(k)
	}
	p, err := s.refusedForm(ctx, err)
	if err != nil {
		return err
	}
	return s.showProtect(ctx, k, next, field, p)
}

func (s *Server) showProtect(ctx context.Context, k *call, next, field string, refused *problem) error {
	e, err := s.Service.MyEquipment(ctx, k.self())
	if err != nil {
		return err
	}
	texts := s.Frontend.Locale(string(k.lang))
	view := &frontend.ProtectPage{
		Page: s.frame(k, texts.T("protect.title"), "account", "protect"), Next: local(k, next), Field: field,
		Must: e.Must, Password: e.PasswordAt != nil, TOTP: e.TOTPAt != nil, Passkey: e.Domain,
	}
	view.Head.NoIndex = true
	if view.Password || !e.Must {
		key, err := s.Service.TryTOTP(ctx, k.self())
		if stale(err) {
			return s.signInAfresh(k)
		}
		if err != nil {
			return err
		}
		view.Secret, view.QR = key.Text, template.URL("data:image/png;base64,"+base64.StdEncoding.EncodeToString(key.QR))
	}
	status := http.StatusOK
	if refused != nil {
		view.Problem, status = refused.Detail, refused.Status
	}
	return s.showPrivate(k, status, view)
}

// showCodes shows recovery codes, this once.
func (s *Server) showCodes(k *call, codes []string, next string) error {
	texts := s.Frontend.Locale(string(k.lang))
	view := &frontend.ProtectPage{Page: s.frame(k, texts.T("protect.codes"), "account", "protect"), Next: next, Codes: codes}
	view.Head.NoIndex = true
	return s.showPrivate(k, http.StatusOK, view)
}

// showPrivate renders a page that holds a secret: no cache keeps it.
func (s *Server) showPrivate(k *call, status int, view frontend.View) error {
	if err := s.show(k, status, view); err != nil {
		return err
	}
	k.fiber.Set("Cache-Control", "no-store")
	return nil
}

// stale reports whether something needs a sign-in that is recent.
func stale(err error) bool {
	e, ok := err.(*fair.Error)
	return ok && e.Code == "proof.stale"
}

// signInAfresh leads to the sign-in and back to one's account.
func (s *Server) signInAfresh(k *call) error {
	to := url.Values{"next": {k.path("account")}, noticeQuery: {"proof.stale"}}
	return k.fiber.Redirect(k.path("sign-in")+"?"+to.Encode(), http.StatusSeeOther)
}
