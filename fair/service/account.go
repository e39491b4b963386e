package service

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"salon/fair"
)

// How long logins last, and accounts nobody uses.
const (
	loginLifetime = 14 * 24 * time.Hour
	demoLifetime  = 24 * time.Hour
	keepAccount   = 2 * 365 * 24 * time.Hour // after the last sign-in (CNIL, recruitment guide, 2023)
	keepPerson    = 30 * 24 * time.Hour      // longer than the account: none is ever without its person
)

// SignedIn is the fruit of a sign-in: Token is the secret for the cookie or
// the Authorization header; it is not kept.
type SignedIn struct {
	Token   string
	Login   fair.LoginSession
	Account fair.Account
	Step    fair.Step // what is still lacking
}

// RequestCode sends a sign-in code by mail, valid 10 minutes. It answers the
// same, after the same work, whether the address is known or not: it does not
// even look; an unknown address becomes a candidate's account when the code is
// used. Errors: Invalid (address), TooMany (5 mails an hour for one address).
func (s *Service) RequestCode(ctx context.Context, email string, lang fair.Lang) error {
	email, err := parseEmail(email)
	if err != nil {
		return err
	}
	now := s.now()
	seed := make([]byte, 16)
	if _, err := rand.Read(seed); err != nil {
		return fmt.Errorf("make a sign-in code: %w", err)
	}
	effect := owe(fair.EffectMailCode, "", now)
	code := fair.SignInCode{
		ID: s.codeID(email), Email: email, Locale: fair.ParseLang(string(lang)), Seed: seed,
		ExpiresAt: now.Add(fair.CodeLifetime), Meta: meta(now, now.Add(2*fair.CodeWindow)),
	}
	sent, err := s.Stores.Codes.Issue(ctx, code, now, effect)
	if err != nil {
		return fmt.Errorf("issue a sign-in code: %w", err)
	}
	if !sent {
		e := fair.E(fair.TooMany, "code.toomany")
		e.RetryAfter = fair.CodeWindow
		return e
	}
	s.wake()
	return nil
}

// SignIn exchanges address and code for a login session. The attempt is
// counted before the code is compared. Errors: Invalid "code.wrong" (also for
// unknown addresses), Gone "code.expired", TooMany after 5 attempts on one
// code.
func (s *Service) SignIn(ctx context.Context, email, code string, lang fair.Lang) (SignedIn, error) {
	email, err := parseEmail(email)
	if err != nil {
		return SignedIn{}, err
	}
	now := s.now()
	pending, allowed, err := s.Stores.Codes.Attempt(ctx, s.codeID(email), now)
	if err != nil {
		return SignedIn{}, fmt.Errorf("count a sign-in attempt: %w", err)
	}
	if !allowed {
		return SignedIn{}, s.refusedAttempt(ctx, email, now)
	}
	given := strings.Map(digit, code)
	if subtle.ConstantTimeCompare([]byte(given), []byte(s.codeOf(pending))) != 1 {
		return SignedIn{}, fair.Refuse("code", "code.wrong")
	}
	won, err := s.Stores.Codes.Use(ctx, pending, now)
	if err != nil {
		return SignedIn{}, fmt.Errorf("spend a sign-in code: %w", err)
	}
	if !won {
		return SignedIn{}, fair.E(fair.Gone, "code.expired")
	}
	account, err := s.accountFor(ctx, email, "", lang)
	if err != nil {
		return SignedIn{}, err
	}
	return s.login(ctx, account, opening{proof: fair.ProofCode})
}

// refusedAttempt says why an attempt was not even compared.
func (s *Service) refusedAttempt(ctx context.Context, email string, now time.Time) error {
	c, err := s.Stores.Codes.Get(ctx, s.codeID(email))
	switch {
	case notFound(err):
		return fair.Refuse("code", "code.wrong")
	case err != nil:
		return fmt.Errorf("read a sign-in code: %w", err)
	case c.UsedAt != nil || !now.Before(c.ExpiresAt):
		return fair.E(fair.Gone, "code.expired")
	}
	e := fair.E(fair.TooMany, "code.attempts")
	e.RetryAfter = c.ExpiresAt.Sub(now)
	return e
}

// Authenticate answers who a token stands for. Errors: Unauthenticated;
// Forbidden "factor.due" or "factor.missing" while its login lacks something
// (see Halfway).
func (s *Service) Authenticate(ctx context.Context, token string) (fair.Actor, error) {
	_, actor, err := s.authenticate(ctx, token)
	return actor, err
}

func (s *Service) authenticate(ctx context.Context, token string) (fair.Account, fair.Actor, error) {
	account, login, err := s.loginOf(ctx, token)
	if err != nil {
		return fair.Account{}, fair.Actor{}, err
	}
	step, err := s.stepOf(ctx, account, login)
	switch {
	case err != nil:
		return fair.Account{}, fair.Actor{}, err
	case step == fair.StepFactor:
		return fair.Account{}, fair.Actor{}, fair.E(fair.Forbidden, "factor.due")
	case step == fair.StepSetup:
		return fair.Account{}, fair.Actor{}, fair.E(fair.Forbidden, "factor.missing")
	}
	if now := s.now(); now.Sub(login.SeenAt) > touchEvery {
		if err := s.Stores.Logins.Touch(ctx, login.ID, now); err != nil {
			return fair.Account{}, fair.Actor{}, fmt.Errorf("note the use of a login: %w", err)
		}
	}
	return account, fair.Actor{
		Account: account.ID, Login: login.ID, Name: account.Name, Locale: account.Locale, Roles: account.Roles,
	}, nil
}

// loginOf finds the login of a token and its account. Errors: Unauthenticated.
func (s *Service) loginOf(ctx context.Context, token string) (fair.Account, fair.LoginSession, error) {
	unknown := fair.E(fair.Unauthenticated, "login.ended")
	if len(token) < 20 || len(token) > 100 {
		return fair.Account{}, fair.LoginSession{}, unknown
	}
	login, err := s.Stores.Logins.Get(ctx, loginID(token))
	if notFound(err) || err == nil && !login.Valid(s.now()) {
		return fair.Account{}, login, unknown
	}
	if err != nil {
		return fair.Account{}, login, fmt.Errorf("read a login: %w", err)
	}
	account, err := s.Stores.Accounts.Get(ctx, login.Account)
	if notFound(err) {
		return fair.Account{}, login, unknown
	}
	if err != nil {
		return fair.Account{}, login, fmt.Errorf("read the account of a login: %w", err)
	}
	if account.ErasedAt != nil {
		return fair.Account{}, login, unknown
	}
	return account, login, nil
}

// Login answers the actor's own login session; the websocket's handshake needs
// its end. Errors: Unauthenticated.
func (s *Service) Login(ctx context.Context, a fair.Actor) (fair.LoginSession, error) {
	login, err := s.Stores.Logins.Get(ctx, a.Login)
	if notFound(err) || err == nil && !login.Valid(s.now()) {
		return login, fair.E(fair.Unauthenticated, "login.ended")
	}
	return login, err
}

// SignOut ends the actor's login session and closes its sockets. It answers
// once the sockets were told, or leaves that to the dispatcher.
func (s *Service) SignOut(ctx context.Context, a fair.Actor) error {
	if err := signedIn(a); err != nil {
		return err
	}
	return s.endLogin(ctx, a.Account, a.Login)
}

// accountFor finds the account of an address, or makes a candidate's.
func (s *Service) accountFor(ctx context.Context, email, name string, lang fair.Lang) (fair.Account, error) {
	account, err := s.Stores.Accounts.ByEmail(ctx, email)
	if err == nil || !notFound(err) {
		return account, err
	}
	if name == "" {
		name = firstName(email)
	}
	err = s.createAccount(ctx, fair.Account{
		ID: fair.NewID(), Email: email, Name: name, Locale: fair.ParseLang(string(lang)),
		Roles: []fair.Role{{Kind: fair.Candidate}},
	})
	if err != nil && fair.KindOf(err) != fair.Conflict {
		return fair.Account{}, err
	}
	return s.Stores.Accounts.ByEmail(ctx, email)
}

// createAccount makes an account with its person: the person first. Whoever
// dies in between leaves a person nobody refers to, which its retention date
// removes; an account without a person there never is.
func (s *Service) createAccount(ctx context.Context, a fair.Account) error {
	now := s.now()
	a.CreatedAt, a.Meta = now, meta(now, now.Add(keepAccount))
	person := fair.Person{ID: a.ID, Busy: []fair.Busy{}, Meta: meta(now, now.Add(keepAccount+keepPerson))}
	if err := s.Stores.Persons.Insert(ctx, person); err != nil && fair.KindOf(err) != fair.Conflict {
		return fmt.Errorf("make the person of account %s: %w", a.ID, err)
	}
	if err := s.step("account"); err != nil {
		return err
	}
	if err := s.Stores.Accounts.Insert(ctx, a); err != nil {
		return fmt.Errorf("make account %s: %w", a.ID, err)
	}
	return nil
}

// Me returns the actor's own account.
func (s *Service) Me(ctx context.Context, a fair.Actor) (fair.Account, error) {
	if err := signedIn(a); err != nil {
		return fair.Account{}, err
	}
	return s.Stores.Accounts.Get(ctx, a.Account)
}

// ProfileEdit changes what is not nil. Phone is parsed as a French number
// unless it begins with +, kept as E.164; premium numbers are refused.
type ProfileEdit struct {
	Name, Headline, About, Commune, Availability, Phone *string
	Occupations                                         *[]string
	Locale                                              *fair.Lang
	SearchEdit
}

// EditProfile changes the actor's own account.
func (s *Service) EditProfile(ctx context.Context, a fair.Actor, e ProfileEdit) (account fair.Account, err error) {
	if err := signedIn(a); err != nil {
		return fair.Account{}, err
	}
	err = retryStale(ctx, func() error {
		if account, err = s.Stores.Accounts.Get(ctx, a.Account); err != nil {
			return err
		}
		was := account.Profile
		if err = s.applyProfile(&account, e); err != nil {
			return err
		}
		if is := account.Profile; is.Needs.Any() != was.Needs.Any() {
			account = account.Consent(fair.ConsentNeeds, is.Needs.Any(), s.now())
		}
		if is := account.Profile; is.HideCV != was.HideCV {
			account = account.Consent(fair.ConsentCV, !is.HideCV, s.now())
		}
		account, err = s.Stores.Accounts.Save(ctx, account)
		return err
	})
	if err == nil && e.Needs != nil {
		err = s.needsChanged(ctx, account.ID)
	}
	return account, err
}

// applyProfile checks an edit and writes it into the account.
func (s *Service) applyProfile(account *fair.Account, e ProfileEdit) error {
	p := &account.Profile
	lines := []struct {
		field string
		from  *string
		to    *string
		limit int
		clean func(string) string
	}{
		{"name", e.Name, &account.Name, 80, fair.CleanLine},
		{"headline", e.Headline, &p.Headline, 120, fair.CleanLine},
		{"about", e.About, &p.About, 1200, fair.Clean},
		{"availability", e.Availability, &p.Availability, 200, fair.CleanLine},
	}
	for _, l := range lines {
		if l.from == nil {
			continue
		}
		if *l.to = l.clean(*l.from); fair.TooLong(*l.to, l.limit) {
			return fair.Refuse(l.field, "text.long")
		}
	}
	if account.Name == "" {
		return fair.Refuse("name", "text.missing")
	}
	if e.Commune != nil {
		if _, _, _, ok := s.Places.Commune(*e.Commune); !ok && *e.Commune != "" {
			return fair.Refuse("commune", "commune.unknown")
		}
		p.Commune = *e.Commune
	}
	if e.Occupations != nil {
		if len(*e.Occupations) > 5 {
			return fair.Refuse("occupations", "occupations.many")
		}
		for _, code := range *e.Occupations {
			if _, ok := s.Places.Occupation(code); !ok {
				return fair.Refuse("occupations", "occupation.unknown")
			}
		}
		p.Occupations = slices.Compact(slices.Clone(*e.Occupations))
	}
	if e.Phone != nil {
		phone, err := parsePhone(*e.Phone, s.Demo)
		if err != nil {
			return err
		}
		p.Phone = phone
	}
	if e.Locale != nil {
		if *e.Locale != fair.French && *e.Locale != fair.English {
			return fair.Refuse("locale", "locale.unknown")
		}
		account.Locale = *e.Locale
	}
	return applySearch(p, e.SearchEdit)
}

// parseEmail answers the address in lower case. Errors: Invalid.
func parseEmail(text string) (string, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	address, err := mail.ParseAddress(text)
	if err != nil || address.Address != text || len(text) > 254 || !strings.Contains(text, ".") {
		return "", fair.Refuse("email", "email.invalid")
	}
	return text, nil
}

// keyed is an HMAC-SHA-256 under the house's secret, one purpose apart from
// another by its label.
func (s *Service) keyed(label string, data ...[]byte) []byte {
	h := hmac.New(sha256.New, s.Secret)
	h.Write([]byte(label))
	for _, d := range data {
		h.Write([]byte{0})
		h.Write(d)
	}
	return h.Sum(nil)
}

// codeID names the pending sign-in of an address.
func (s *Service) codeID(email string) fair.ID {
	return fair.DeriveID("code", string(s.keyed("address", []byte(email))))
}

// codeOf is the 8-digit code that belongs to a pending sign-in.
func (s *Service) codeOf(c fair.SignInCode) string {
	n := binary.BigEndian.Uint64(s.keyed("sign-in code", []byte(c.ID), c.Seed))
	return fmt.Sprintf("%08d", n%100_000_000)
}

// firstName guesses how to call somebody whose address is all we know: its
// first word. They may change it.
func firstName(email string) string {
	words := strings.FieldsFunc(email, func(r rune) bool { return !unicode.IsLetter(r) })
	if len(words) == 0 {
		return email
	}
	word := words[0]
	first, size := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(first)) + word[size:]
}

// digit keeps digits: people type codes with spaces.
func digit(r rune) rune {
	if r < '0' || r > '9' {
		return -1
	}
	return r
}

// newToken makes 256 random bits for a cookie or a header.
func newToken() (string, error) {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// loginID is the id under which the login of a token is kept.
func loginID(token string) fair.ID { return fair.DeriveID("login", token) }
