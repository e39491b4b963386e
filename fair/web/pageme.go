package web

import (
	"context"
	"net/http"
	"net/url"

	"salon/fair"
	"salon/fair/service"
	"salon/frontend"
)

// devices is what this package asks of service about where somebody is signed
// in, and who has read what is theirs.
type devices interface {
	MyDevices(ctx context.Context, a fair.Actor) ([]fair.LoginSession, error)
	EndDevice(ctx context.Context, a fair.Actor, login fair.ID) error
	SignOutEverywhere(ctx context.Context, a fair.Actor) error
	WhoRead(ctx context.Context, a fair.Actor) ([]service.ReadingDetail, error)
}

// accountPage is "Mon compte": what proves who one is, where one is signed in,
// who has read one's data.
func (s *Server) accountPage(ctx context.Context, k *call) error {
	account, err := s.Service.Me(ctx, k.Actor)
	if err != nil {
		return err
	}
	e, err := s.Service.MyEquipment(ctx, k.Actor)
	if err != nil {
		return err
	}
	logins, err := s.Service.MyDevices(ctx, k.Actor)
	if err != nil {
		return err
	}
	reads, err := s.Service.WhoRead(ctx, k.Actor)
	if err != nil {
		return err
	}
	texts := s.Frontend.Locale(string(k.lang))
	view := &frontend.AccountPage{
		Page: s.frame(k, texts.T("account.title"), "account"), Mail: account.Email, Name: account.Name, Locale: string(account.Locale),
		Password: e.PasswordAt != nil, TOTP: e.TOTPAt != nil, Recovery: e.Recovery, Passkey: e.Domain, Next: k.path("account"),
	}
	view.Head.NoIndex = true
	for _, p := range e.Passkeys {
		view.Passkeys = append(view.Passkeys, frontend.PasskeyItem{ID: string(p.ID), Name: p.Name, Made: fair.AtHome(p.At)})
	}
	s.fillIssuers(ctx, k, view, e)
	for _, l := range logins {
		view.Devices = append(view.Devices, frontend.DeviceItem{ID: string(l.ID), Browser: l.Browser, Seen: fair.AtHome(l.SeenAt), Here: l.ID == k.Login})
	}
	for _, r := range reads {
		view.Reads = append(view.Reads, frontend.ReadItem{Who: r.Reader, What: r.Entry.Action, Why: string(r.Entry.Why), At: fair.AtHome(r.Entry.At)})
	}
	return s.showPrivate(k, http.StatusOK, view)
}

// accountForm does one thing to one's account and comes back.
func (s *Server) accountForm(ctx context.Context, k *call) error {
	done, err := "", error(nil)
	switch k.fiber.FormValue("do") {
	case "device":
		done, err = "device", s.Service.EndDevice(ctx, k.Actor, fair.ID(k.fiber.FormValue("id")))
	case "everywhere":
		if err = s.Service.SignOutEverywhere(ctx, k.Actor); err == nil {
			dropSession(k.fiber)
			return k.fiber.Redirect(k.path("sign-in"), http.StatusSeeOther)
		}
	case "password":
		var in service.SignedIn
		if in, err = s.Service.SetPassword(ctx, k.Actor, k.fiber.FormValue("password")); err == nil {
			done = "password"
			keepSession(k.fiber, in)
		}
	case "droptotp":
		done, err = "totp", s.Service.DropTOTP(ctx, k.Actor)
	case "recovery":
		var codes []string
		if codes, err = s.Service.RenewRecovery(ctx, k.Actor); err == nil {
			return s.showCodes(k, codes, k.path("account"))
		}
	case "droppasskey":
		done, err = "passkey", s.Service.DropPasskey(ctx, k.Actor, fair.ID(k.fiber.FormValue("id")))
	case "mail":
		done, err = "mailasked", s.Service.AskAddress(ctx, k.Actor, k.fiber.FormValue("mail"))
	case "link":
		if err = s.sendAway(ctx, k, k.fiber.FormValue("id"), k.path("account"), true); err == nil {
			return nil
		}
	case "claim", "dropissuer":
		done, err = s.issuerDeed(ctx, k, k.fiber.FormValue("do"))
	case "language":
		locale := fair.ParseLang(k.fiber.FormValue("locale"))
		_, err = s.Service.EditProfile(ctx, k.Actor, service.ProfileEdit{Locale: &locale})
		done = "account"
	default:
		return fair.E(fair.NotFound, "notfound")
	}
	if stale(err) {
		return s.signInAfresh(k)
	}
	q := url.Values{doneQuery: {done}}
	if err != nil {
		p := s.fail(ctx, err)
		if p.Status >= http.StatusInternalServerError && !issuerDown(err) {
			return err
		}
		q = url.Values{noticeQuery: {p.Code}}
	}
	return k.fiber.Redirect(k.path("account")+"?"+q.Encode(), http.StatusSeeOther)
}
