package service

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"salon/fair"
	"salon/fair/proof"
)

// halfLifetime is how long a login lasts that lacks its second factor.
const halfLifetime = 15 * time.Minute

// touchEvery is how exactly it is known when a login was last used.
const touchEvery = 15 * time.Minute

// opening is how somebody got in.
type opening struct {
	proof    fair.Proof
	factor   bool
	lifetime time.Duration
	issuer   string // through which they came,
	foreign  []byte // and its token, sealed
}

// PasswordSignIn exchanges address and password for a login session. It counts
// the attempt first, whoever the address belongs to, and does the same work for
// an address nobody has: neither the answer nor its time tells who is known.
// Errors: Invalid "password.wrong"; TooMany "password.tries"; Unavailable when
// too many passwords are being compared.
func (s *Service) PasswordSignIn(ctx context.Context, email, password string) (SignedIn, error) {
	email, err := parseEmail(email)
	if err != nil {
		return SignedIn{}, err
	}
	if err := s.spend(ctx, "password.tries", use{"password", email, fair.PasswordTries}); err != nil {
		return SignedIn{}, err
	}
	account, err := s.Stores.Accounts.ByEmail(ctx, email)
	if err != nil && !notFound(err) {
		return SignedIn{}, fmt.Errorf("find an account: %w", err)
	}
	known := err == nil
	if !known {
		account.ID = s.codeID(email) // nobody's
	}
	c, err := s.Stores.Credentials.Of(ctx, account.ID)
	if err != nil {
		return SignedIn{}, fmt.Errorf("read a credential: %w", err)
	}
	if len([]rune(password)) > proof.LongestPassword {
		password = "" // no password is that long
	}
	right, err := s.hasher.Matches(ctx, password, c.Password)
	if err != nil {
		return SignedIn{}, err
	}
	if !right || !known {
		return SignedIn{}, fair.Refuse("password", "password.wrong")
	}
	return s.login(ctx, account, opening{proof: fair.ProofPassword})
}

// ProveCode gives the second factor a login lacks: a one-time code, or a
// recovery code, which is spent by it. The login goes on under a new token.
// Errors: Unauthenticated where nothing is lacking; Invalid "factor.wrong";
// TooMany "factor.tries".
func (s *Service) ProveCode(ctx context.Context, a fair.Actor, code string) (SignedIn, error) {
	account, c, login, err := s.proving(ctx, a)
	if err != nil {
		return SignedIn{}, err
	}
	if err := s.spend(ctx, "factor.tries", use{"factor", string(account.ID), fair.FactorTries}); err != nil {
		return SignedIn{}, err
	}
	right, err := s.codeProves(ctx, c, proof.BareCode(code))
	if err != nil {
		return SignedIn{}, err
	}
	if !right {
		return SignedIn{}, fair.Refuse("code", "factor.wrong")
	}
	return s.relogin(ctx, account, login, true)
}

// codeProves spends a one-time code or a recovery code; each is right once.
func (s *Service) codeProves(ctx context.Context, c fair.Credential, code string) (right bool, err error) {
	if len(c.TOTP) == 0 {
		return false, nil
	}
	secret, err := s.unseal(c.TOTP, c.ID)
	if err != nil {
		return false, err
	}
	if step, ok := proof.CodeStep(secret, code, s.now()); ok {
		won, err := s.Stores.Credentials.Spend(ctx, c.ID, c.TOTP, step)
		if err != nil {
			return false, fmt.Errorf("spend a one-time code: %w", err)
		}
		return won, nil
	}
	won, err := s.Stores.Credentials.Recover(ctx, c.ID, s.recoveryID(c.ID, code))
	if err != nil {
		return false, fmt.Errorf("spend a recovery code: %w", err)
	}
	return won, nil
}

// AskPasskey asks a browser for a passkey: one of the account whose second
// factor is due or, of a visitor, any.
func (s *Service) AskPasskey(ctx context.Context, a fair.Actor) (ceremony string, q proof.Question, err error) {
	if s.relying() == nil {
		return "", q, fair.E(fair.Conflict, "passkey.domain")
	}
	var holder *proof.Holder
	if a.Step == fair.StepFactor {
		account, c, _, err := s.proving(ctx, a)
		if err != nil {
			return "", q, err
		}
		if len(c.Passkeys) == 0 {
			return "", q, fair.E(fair.Conflict, "passkey.none")
		}
		h := holderOf(account, c)
		holder = &h
	}
	if q, err = s.relying().Ask(holder); err != nil {
		return "", q, err
	}
	var account fair.ID
	if holder != nil {
		account = holder.Account
	}
	ceremony, err = s.openCeremony(ctx, fair.CeremonyAssert, account, q.State)
	return ceremony, q, err
}

// PasskeySignIn takes the answer to AskPasskey: a visitor is signed in whole, who
// lacked a second factor has given it. Errors: Gone "ceremony.over"; Invalid
// "passkey.wrong", also for keys nobody has.
func (s *Service) PasskeySignIn(ctx context.Context, a fair.Actor, ceremony string, answer proof.Answer) (SignedIn, error) {
	asked, err := s.closeCeremony(ctx, fair.CeremonyAssert, ceremony)
	if err != nil {
		return SignedIn{}, err
	}
	if s.relying() == nil || asked.Account != "" && (asked.Account != a.Account || a.Step != fair.StepFactor) {
		return SignedIn{}, fair.E(fair.Gone, "ceremony.over")
	}
	holder, key, err := s.relying().Asked(asked.Data, answer, func(id fair.ID) (proof.Holder, error) {
		account, err := s.Stores.Accounts.Get(ctx, id)
		if notFound(err) {
			return proof.Holder{}, fair.Refuse("id", "passkey.wrong")
		}
		if err != nil {
			return proof.Holder{}, err
		}
		c, err := s.Stores.Credentials.Of(ctx, id)
		return holderOf(account, c), err
	})
	if err != nil {
		return SignedIn{}, err
	}
	if err := s.Stores.Credentials.UsePasskey(ctx, holder.Account, key, s.now()); err != nil {
		return SignedIn{}, fmt.Errorf("keep the count of a passkey: %w", err)
	}
	account, err := s.Stores.Accounts.Get(ctx, holder.Account)
	if err != nil {
		return SignedIn{}, err
	}
	if asked.Account == "" {
		return s.login(ctx, account, opening{proof: fair.ProofPasskey, factor: true})
	}
	login, err := s.Stores.Logins.Get(ctx, a.Login)
	if err != nil {
		return SignedIn{}, fmt.Errorf("read a login: %w", err)
	}
	return s.relogin(ctx, account, login, true)
}

// proving refuses all but those whose login lacks its second factor.
func (s *Service) proving(ctx context.Context, a fair.Actor) (fair.Account, fair.Credential, fair.LoginSession, error) {
	login, err := s.Stores.Logins.Get(ctx, a.Login)
	if a.Step != fair.StepFactor || notFound(err) || err == nil && !login.Valid(s.now()) {
		return fair.Account{}, fair.Credential{}, login, fair.E(fair.Unauthenticated, "sign.in")
	}
	if err != nil {
		return fair.Account{}, fair.Credential{}, login, fmt.Errorf("read a login: %w", err)
	}
	account, err := s.Stores.Accounts.Get(ctx, a.Account)
	if err != nil {
		return account, fair.Credential{}, login, err
	}
	c, err := s.Stores.Credentials.Of(ctx, a.Account)
	if err != nil {
		return account, c, login, fmt.Errorf("read a credential: %w", err)
	}
	return account, c, login, nil
}

// Halfway answers who a token would stand for if its login lacked nothing: an
// actor with a Step and without roles. Errors: Unauthenticated when the token is
// nobody's, or lacks nothing.
func (s *Service) Halfway(ctx context.Context, token string) (fair.Actor, error) {
	account, login, err := s.loginOf(ctx, token)
	if err != nil {
		return fair.Actor{}, err
	}
	step, err := s.stepOf(ctx, account, login)
	if err != nil {
		return fair.Actor{}, err
	}
	if step == fair.StepDone {
		return fair.Actor{}, fair.E(fair.Unauthenticated, "sign.in")
	}
	return fair.Actor{Account: account.ID, Login: login.ID, Locale: account.Locale, Step: step}, nil
}

// stepOf says what a login lacks now. Roles count as they are, not as they were
// when it was opened: who becomes a recruiter proves it from the next request on. For
// everybody else it was settled then, and costs no reading.
func (s *Service) stepOf(ctx context.Context, account fair.Account, login fair.LoginSession) (fair.Step, error) {
	switch {
	case s.exempt(account) || login.Ready:
		return fair.StepDone, nil
	case !fair.MustProve(account.Roles):
		return login.Lacks, nil
	}
	c, err := s.Stores.Credentials.Of(ctx, account.ID)
	if err != nil {
		return fair.StepDone, fmt.Errorf("read a credential: %w", err)
	}
	return fair.StepOf(account.Roles, c, login), nil
}

// exempt are the people of a demo, whom anybody may be.
func (s *Service) exempt(account fair.Account) bool { return s.Demo && account.Demo != "" }

// mustProve reports whether an account needs a second factor.
func (s *Service) mustProve(account fair.Account) bool {
	return fair.MustProve(account.Roles) && !s.exempt(account)
}

// login opens a login session for an account. One that lacks its second factor
// is a short one.
func (s *Service) login(ctx context.Context, account fair.Account, o opening) (SignedIn, error) {
	if account.ErasedAt != nil {
		return SignedIn{}, fair.E(fair.Gone, "account.erasing")
	}
	token, err := newToken()
	if err != nil {
		return SignedIn{}, err
	}
	now := s.now()
	login := fair.LoginSession{
		ID: loginID(token), Account: account.ID, CreatedAt: now, SeenAt: now, Proof: o.proof, Factor: o.factor,
		Issuer: o.issuer, Foreign: o.foreign, Meta: meta(now, time.Time{}),
	}
	if !s.exempt(account) {
		c, err := s.Stores.Credentials.Of(ctx, account.ID)
		if err != nil {
			return SignedIn{}, fmt.Errorf("read a credential: %w", err)
		}
		login.Lacks, login.Ready = fair.StepOf(account.Roles, c, login), login.Whole(c)
	}
	switch {
	case login.Lacks != fair.StepDone:
		o.lifetime = halfLifetime
	case o.lifetime == 0:
		o.lifetime = loginLifetime
	}
	login.ExpiresAt = now.Add(o.lifetime)
	if err := s.Stores.Logins.Insert(ctx, login); err != nil {
		return SignedIn{}, fmt.Errorf("open a login: %w", err)
	}
	if err := s.came(ctx, &account, o.proof, now); err != nil {
		return SignedIn{}, err
	}
	return SignedIn{Token: token, Login: login, Account: account, Step: login.Lacks}, nil
}

// came notes that somebody has signed in: when, and that the account is kept for
// longer.
func (s *Service) came(ctx context.Context, account *fair.Account, p fair.Proof, now time.Time) error {
	kept := account.RetainUntil
	longer := kept == nil || kept.Before(now.Add(keepAccount-30*24*time.Hour))
	if !longer && p == fair.ProofDemo {
		return nil
	}
	if longer {
		until := now.Add(keepAccount)
		account.RetainUntil = &until
		if err := s.Stores.Persons.Keep(ctx, account.ID, until.Add(keepPerson)); err != nil {
			return fmt.Errorf("keep the person of account %s: %w", account.ID, err)
		}
		if err := s.Stores.Credentials.Keep(ctx, account.ID, until); err != nil {
			return fmt.Errorf("keep the credential of account %s: %w", account.ID, err)
		}
	}
	account.CameAt = now
	if err := s.Stores.Accounts.Seen(ctx, *account); err != nil {
		return fmt.Errorf("keep account %s: %w", account.ID, err)
	}
	return nil
}

// relogin ends a login and opens another in its place, with what was proved
// since: nobody who knew the old token knows the new one.
func (s *Service) relogin(ctx context.Context, account fair.Account, old fair.LoginSession, factor bool) (SignedIn, error) {
	in, err := s.login(ctx, account, opening{proof: old.Proof, factor: factor, issuer: old.Issuer, foreign: old.Foreign})
	if err != nil {
		return in, err
	}
	if err := s.Browse(ctx, in.Login.ID, old.Browser); err != nil {
		return in, err
	}
	return in, s.endLogin(ctx, account.ID, old.ID)
}

// endLogin ends a login and closes its sockets.
func (s *Service) endLogin(ctx context.Context, account, login fair.ID) error {
	if err := s.Stores.Logins.End(ctx, login, owe(fair.EffectLoggedOut, account, s.now())); err != nil {
		return fmt.Errorf("end login %s: %w", login, err)
	}
	if s.Notifier == nil { // a command line: the sockets are told by a server, to which that is owed
		return nil
	}
	if err := s.Notifier.LoggedOut(ctx, login); err != nil {
		s.Log.WarnContext(ctx, "sockets of an ended login were not told at once", "login", login, "err", err)
	}
	s.wake()
	return nil
}

// browserLimit is the longest name of a browser, in characters.
const browserLimit = 60

// Browse notes in which browser a login is used, for its owner to recognise.
func (s *Service) Browse(ctx context.Context, login fair.ID, browser string) error {
	browser = fair.CleanLine(browser)
	if browser == "" || fair.TooLong(browser, browserLimit) {
		return nil
	}
	if err := s.Stores.Logins.SetBrowser(ctx, login, browser); err != nil {
		return fmt.Errorf("note the browser of login %s: %w", login, err)
	}
	return nil
}

// relying is the site as authenticators see it, nil where they see none.
func (s *Service) relying() *proof.Relying { return s.site }

// siteName is how authenticator apps call this site.
func (s *Service) siteName() string {
	if u, err := url.Parse(s.Site); err == nil && u.Host != "" {
		return "Salon " + u.Host
	}
	return "Salon"
}
