package web

import (
	"context"
	"net/http"
	"net/url"

	"salon/fair"
	"salon/frontend"
)

// addresses is what this package asks of service about changes of mail address.
type addresses interface {
	AskAddress(ctx context.Context, a fair.Actor, email string) error
	ReadAddress(ctx context.Context, a fair.Actor, token string, state fair.AddressState) (fair.AddressChange, error)
	ConfirmAddress(ctx context.Context, a fair.Actor, token string) error
	UndoAddress(ctx context.Context, token string) error
}

// addressPage says what the link of a change of address would do. A press does it:
// programs that look at mail follow links.
func (s *Server) addressPage(state fair.AddressState) func(context.Context, *call) error {
	return func(ctx context.Context, k *call) error {
		if err := s.limits.codesUsed.take(s.address(k.fiber), s.Clock()); err != nil {
			return err
		}
		c, err := s.Service.ReadAddress(ctx, k.Actor, k.fiber.Params("token"), state)
		if err != nil {
			return err
		}
		texts := s.Frontend.Locale(string(k.lang))
		view := &frontend.AddressPage{Page: s.frame(k, texts.T("address.title"), "account"), From: c.From, To: c.To, Undo: state == fair.AddressConfirmed}
		view.Head.NoIndex = true
		return s.showPrivate(k, http.StatusOK, view)
	}
}

// confirmAddressForm makes a new address the account's.
func (s *Server) confirmAddressForm(ctx context.Context, k *call) error {
	if err := s.Service.ConfirmAddress(ctx, k.Actor, k.fiber.Params("token")); err != nil {
		return err
	}
	return k.fiber.Redirect(k.path("account")+"?"+url.Values{doneQuery: {"address"}}.Encode(), http.StatusSeeOther)
}

// undoAddressForm gives an account its old address back; everybody is signed out.
func (s *Server) undoAddressForm(ctx context.Context, k *call) error {
	if err := s.limits.codesUsed.take(s.address(k.fiber), s.Clock()); err != nil {
		return err
	}
	if err := s.Service.UndoAddress(ctx, k.fiber.Params("token")); err != nil {
		return err
	}
	dropSession(k.fiber)
	return k.fiber.Redirect(k.path("sign-in")+"?"+url.Values{"next": {k.path("account")}, doneQuery: {"addressback"}}.Encode(), http.StatusSeeOther)
}
