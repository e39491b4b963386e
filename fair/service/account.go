package service

import (
	"context"
	"time"

	"salon/fair"
)

// SignedIn is the fruit of a sign-in: Token is the secret for the cookie or
// the Authorization header; it is not kept.
type SignedIn struct {
	Token   string
	Login   fair.LoginSession
	Account fair.Account
}

// RequestCode sends a sign-in code by mail, valid 10 minutes. It answers the
// same, after the same work, whether the address is known or not; an unknown
// address becomes a candidate's account when the code is used. Errors:
// Invalid (address), TooMany (5 mails an hour for one address).
func (s *Service) RequestCode(ctx context.Context, email string, lang fair.Lang) error {
	return errUnbuilt
}

// SignIn exchanges address and code for a login session. Errors: Invalid
// "code.wrong" (also for unknown addresses), Gone "code.expired", TooMany
// after 5 attempts on one code.
func (s *Service) SignIn(ctx context.Context, email, code string, lang fair.Lang) (SignedIn, error) {
	return SignedIn{}, errUnbuilt
}

// Authenticate answers who a token stands for. Errors: Unauthenticated.
func (s *Service) Authenticate(ctx context.Context, token string) (fair.Actor, error) {
	return fair.Actor{}, errUnbuilt
}

// SignOut ends the actor's login session and closes its sockets.
func (s *Service) SignOut(ctx context.Context, a fair.Actor) error { return errUnbuilt }

// DemoSession signs in as one of the demo people, made on first use. Errors:
// NotFound unless Config.Demo; Invalid for another role or n outside 1..10000.
func (s *Service) DemoSession(ctx context.Context, role fair.RoleKind, n int) (SignedIn, error) {
	return SignedIn{}, errUnbuilt
}

// Me returns the actor's own account.
func (s *Service) Me(ctx context.Context, a fair.Actor) (fair.Account, error) {
	return fair.Account{}, errUnbuilt
}

// ProfileEdit changes what is not nil. Phone is parsed as a French number
// unless it begins with +, kept as E.164; premium numbers are refused.
type ProfileEdit struct {
	Name, Headline, About, Commune, Availability, Phone *string
	Occupations                                         *[]string
	Locale                                              *fair.Lang
}

// EditProfile changes the actor's own account.
func (s *Service) EditProfile(ctx context.Context, a fair.Actor, e ProfileEdit) (fair.Account, error) {
	return fair.Account{}, errUnbuilt
}

// MailSent is the demo's outbox, newest first: only with Config.Demo, only
// messages to the actor.
func (s *Service) MailSent(ctx context.Context, a fair.Actor, limit int) ([]fair.Mail, error) {
	return nil, errUnbuilt
}

var _ = time.Now
