package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"salon/fair"
	"salon/frontend"
)

func (s *Server) signInPage(_ context.Context, k *call) error {
	return s.showSignIn(k, "mail", k.fiber.Query("next"), "", nil)
}

// signInAgain serves who reloads the second step: it begins anew.
func (s *Server) signInAgain(_ context.Context, k *call) error {
	return k.fiber.Redirect(k.path("sign-in"), http.StatusSeeOther)
}

// showSignIn renders a step of the sign-in. The address is carried in the form
// and never in the address of the page, which logs and histories keep.
func (s *Server) showSignIn(k *call, step, next, mail string, refused *problem) error {
	texts := s.Frontend.Locale(string(k.lang))
	view := &frontend.SignInPage{
		Page: s.frame(k, texts.T("signin.title"), "sign-in"),
		Next: local(k, next), Step: step, Mail: mail, Outbox: s.Demo, Passkey: s.domain, Issuers: s.issuerItems(),
	}
	view.Head.NoIndex = true
	if refused == nil {
		return s.show(k, http.StatusOK, view)
	}
	for name, values := range refused.GetHeaders() {
		k.fiber.Set(name, values[0])
	}
	view.Problem = refused.Detail
	return s.show(k, refused.Status, view)
}

// refusedForm tells a refusal that belongs into the form from one that does not.
func (s *Server) refusedForm(ctx context.Context, err error) (*problem, error) {
	e, classified := errors.AsType[*fair.Error](err)
	if !classified || e.Kind != fair.Invalid && e.Kind != fair.Gone && e.Kind != fair.TooMany {
		return nil, err
	}
	return s.fail(ctx, err), nil
}

// codeForm takes the first step: an address, to which a code is sent.
func (s *Server) codeForm(ctx context.Context, k *call) error {
	mail, next := k.fiber.FormValue("mail"), k.fiber.FormValue("next")
	if err := s.sendCode(ctx, k, mail, ""); err != nil {
		p, err := s.refusedForm(ctx, err)
		if err != nil {
			return err
		}
		return s.showSignIn(k, "mail", next, mail, p)
	}
	if s.Demo {
		k.fiber.Cookie(&fiber.Cookie{
			Name: waitingCookie, Value: url.QueryEscape(mail), Path: "/", SessionOnly: true,
			Secure: true, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
		})
	}
	return s.showSignIn(k, "code", next, mail, nil)
}

// waitingCookie remembers, in a demo alone, to which address a code was sent:
// its outbox is where that code can be read.
const waitingCookie = "salon-demo-mail"

// signInForm takes the second step: the code.
func (s *Server) signInForm(ctx context.Context, k *call) error {
	mail, next := k.fiber.FormValue("mail"), k.fiber.FormValue("next")
	done, err := s.useCode(ctx, k, mail, k.fiber.FormValue("code"), "")
	if err != nil {
		p, err := s.refusedForm(ctx, err)
		if err != nil {
			return err
		}
		return s.showSignIn(k, "code", next, mail, p)
	}
	return k.fiber.Redirect(afterProof(k, done, next), http.StatusSeeOther)
}

func (s *Server) signOutForm(ctx context.Context, k *call) error {
	onward := ""
	if k.SignedIn() {
		onward = s.Service.LeaveIssuer(ctx, k.Actor)
		if err := s.Service.SignOut(ctx, k.Actor); err != nil {
			return err
		}
	}
	dropSession(k.fiber)
	if onward != "" {
		k.Actor = fair.Actor{}
		return s.showElsewhere(k, onward, true)
	}
	return k.fiber.Redirect(k.path(), http.StatusSeeOther)
}

func (s *Server) demoPage(_ context.Context, k *call) error {
	texts := s.Frontend.Locale(string(k.lang))
	view := &frontend.DemoPage{Page: s.frame(k, texts.T("demo.title"), "demo")}
	view.Head.NoIndex = true
	return s.show(k, http.StatusOK, view)
}

// demoForm enters the demo and leads to the place of that role.
func (s *Server) demoForm(ctx context.Context, k *call) error {
	if err := s.limits.demo.take(s.address(k.fiber), s.Clock()); err != nil {
		return err
	}
	role := fair.RoleKind(k.fiber.FormValue("role"))
	done, err := s.Service.DemoSession(ctx, role, max(1, atoi(k.fiber.FormValue("n"))))
	if err != nil {
		return err
	}
	keepSession(k.fiber, done)
	k.Actor = fair.Actor{Account: done.Account.ID, Login: done.Login.ID, Name: done.Account.Name, Roles: done.Account.Roles}
	to, err := s.demoPlace(ctx, k, role)
	if err != nil {
		return err
	}
	return k.fiber.Redirect(to, http.StatusSeeOther)
}

func (s *Server) demoPlace(ctx context.Context, k *call, role fair.RoleKind) (string, error) {
	switch role {
	case fair.Recruiter:
		return k.path("desk"), nil
	case fair.Organiser:
		return k.path("organise"), nil
	case fair.Adviser:
		return k.path("advise"), nil
	}
	f, err := s.homeFair(ctx, k)
	if err != nil || f.ID == "" {
		return k.path(), err
	}
	if role != fair.Speaker {
		return k.path("fairs", f.Slug), nil
	}
	talks, err := s.Service.Webconferences(ctx, k.Actor, f.Slug)
	if err != nil {
		return "", err
	}
	for _, w := range talks {
		if w.State != fair.WebconferenceEnded && s.Service.StageRole(k.Actor, w) == fair.RoleSpeaker {
			return k.path("webconferences", string(w.ID), "stage"), nil
		}
	}
	return k.path("fairs", f.Slug, "programme"), nil
}

// outbox is one's own messages or, for somebody who waits for a code, those to
// that address.
func (s *Server) outbox(ctx context.Context, k *call) ([]fair.Mail, error) {
	if k.SignedIn() {
		return s.Service.MailSent(ctx, k.Actor, mailsShown)
	}
	waiting, err := url.QueryUnescape(k.fiber.Cookies(waitingCookie))
	if err != nil || waiting == "" {
		return nil, nil
	}
	return s.Service.MailTo(ctx, waiting, mailsShown)
}

func (s *Server) outboxPage(ctx context.Context, k *call) error {
	mails, err := s.outbox(ctx, k)
	if err != nil {
		return err
	}
	texts := s.Frontend.Locale(string(k.lang))
	view := &frontend.OutboxPage{Page: s.frame(k, texts.T("outbox.title"), "demo", "outbox")}
	view.Head.NoIndex = true
	for _, m := range mails {
		item := frontend.MessageItem{To: m.To, Subject: m.Subject, Text: m.Text, Sent: fair.AtHome(m.At)}
		if len(m.Calendar) > 0 {
			item.Attachments = []string{"invite.ics"}
		}
		view.Messages = append(view.Messages, item)
	}
	return s.show(k, http.StatusOK, view)
}
