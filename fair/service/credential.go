package service

import (
	"context"
	"fmt"
	"time"

	"salon/fair"
	"salon/fair/proof"
)

type credentialStore interface {
	Of(ctx context.Context, account fair.ID) (fair.Credential, error)
	SetPassword(ctx context.Context, id fair.ID, hash string, at time.Time) error
	Try(ctx context.Context, id fair.ID, sealed []byte) error
	Confirm(ctx context.Context, id fair.ID, sealed []byte, step int64, recovery []fair.ID, at time.Time) (done bool, err error)
	Spend(ctx context.Context, id fair.ID, sealed []byte, step int64) (won bool, err error)
	Recover(ctx context.Context, id, code fair.ID) (won bool, err error)
	SetRecovery(ctx context.Context, id fair.ID, codes []fair.ID) error
	DropTOTP(ctx context.Context, id fair.ID, rev int64) (dropped bool, err error)
	DropFactors(ctx context.Context, id fair.ID) error
	AddPasskey(ctx context.Context, id fair.ID, k fair.Passkey, limit int) (added bool, err error)
	UsePasskey(ctx context.Context, id fair.ID, k fair.Passkey, at time.Time) error
	DropPasskey(ctx context.Context, id, key fair.ID, rev int64) (dropped bool, err error)
	ByForeign(ctx context.Context, foreign fair.ID) (fair.Credential, error)
	AddForeign(ctx context.Context, id fair.ID, f fair.Foreign) error
	DropForeign(ctx context.Context, id, foreign fair.ID) error
	Keep(ctx context.Context, id fair.ID, until time.Time) error
}

type ceremonyStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Ceremony, error)
	Insert(ctx context.Context, c fair.Ceremony) error
	Take(ctx context.Context, id fair.ID, kind fair.CeremonyKind, now time.Time) (c fair.Ceremony, taken bool, err error)
}

type quotaStore interface {
	Spend(ctx context.Context, id fair.ID, a fair.Allowance, now time.Time) (left bool, err error)
}

// use is one use of something about somebody, and how many there may be.
type use struct {
	what, whom string
	fair.Allowance
}

// spend counts uses, or refuses the first of which there were too many, with TooMany
// and code.
func (s *Service) spend(ctx context.Context, code string, uses ...use) error {
	for _, u := range uses {
		id := fair.DeriveID("quota", u.what, string(s.keyed("quota", []byte(u.whom))))
		left, err := s.Stores.Quotas.Spend(ctx, id, u.Allowance, s.now())
		if err != nil {
			return fmt.Errorf("count a use of %s: %w", u.what, err)
		}
		if !left {
			e := fair.E(fair.TooMany, code)
			e.RetryAfter = u.Within
			return e
		}
	}
	return nil
}

// equipping refuses those who may not set up or change what an account proves
// itself with: only who is signed in, or is led through it, and has signed in
// lately.
func (s *Service) equipping(ctx context.Context, a fair.Actor) (fair.Account, fair.Credential, fair.LoginSession, error) {
	var c fair.Credential
	login, err := s.Stores.Logins.Get(ctx, a.Login)
	if a.Account == "" || a.Step == fair.StepFactor || notFound(err) || err == nil && !login.Valid(s.now()) {
		return fair.Account{}, c, login, fair.E(fair.Unauthenticated, "sign.in")
	}
	if err != nil {
		return fair.Account{}, c, login, fmt.Errorf("read a login: %w", err)
	}
	if s.now().Sub(login.CreatedAt) > fair.FreshFor {
		return fair.Account{}, c, login, fair.E(fair.Forbidden, "proof.stale")
	}
	account, err := s.Stores.Accounts.Get(ctx, a.Account)
	if err != nil {
		return account, c, login, err
	}
	c, err = s.Stores.Credentials.Of(ctx, a.Account)
	if err != nil {
		return account, c, login, fmt.Errorf("read a credential: %w", err)
	}
	return account, c, login, nil
}

// Equipment is what an account proves itself with, as its owner sees it.
type Equipment struct {
	PasswordAt, TOTPAt *time.Time
	Recovery           int // codes left
	Passkeys           []fair.Passkey
	Foreign            []fair.Foreign
	Must               bool // a role asks for a second factor
	Equipped           bool
	Domain             bool // browsers give this site passkeys
	Site               string
}

// MyEquipment tells the actor what the account proves itself with.
func (s *Service) MyEquipment(ctx context.Context, a fair.Actor) (Equipment, error) {
	if a.Account == "" || a.Step == fair.StepFactor {
		return Equipment{}, fair.E(fair.Unauthenticated, "sign.in")
	}
	account, err := s.Stores.Accounts.Get(ctx, a.Account)
	if err != nil {
		return Equipment{}, err
	}
	c, err := s.Stores.Credentials.Of(ctx, a.Account)
	if err != nil {
		return Equipment{}, fmt.Errorf("read a credential: %w", err)
	}
	return Equipment{
		PasswordAt: c.PasswordAt, TOTPAt: c.TOTPAt, Recovery: len(c.Recovery), Passkeys: c.Passkeys, Foreign: c.Foreign,
		Must: s.mustProve(account), Equipped: c.Equipped(), Domain: s.relying() != nil, Site: s.Site,
	}, nil
}

// SetPassword gives the account a password, or another one; every other device
// is signed out. The login goes on under a new token. Errors: Invalid; Forbidden
// "proof.stale" when the sign-in was long ago; Unavailable.
func (s *Service) SetPassword(ctx context.Context, a fair.Actor, password string) (SignedIn, error) {
	account, _, login, err := s.equipping(ctx, a)
	if err != nil {
		return SignedIn{}, err
	}
	about := []string{account.Email, account.Name, "salon"}
	fairs, err := s.Stores.Fairs.List(ctx)
	if err != nil {
		return SignedIn{}, fmt.Errorf("list the fairs a password must not name: %w", err)
	}
	for _, f := range fairs {
		about = append(about, f.Name.FR, f.Name.EN, f.Organiser)
	}
	if err := proof.Acceptable(password, about...); err != nil {
		return SignedIn{}, err
	}
	hash, err := s.hasher.Hash(ctx, password)
	if err != nil {
		return SignedIn{}, err
	}
	if err := s.Stores.Credentials.SetPassword(ctx, account.ID, hash, s.now()); err != nil {
		return SignedIn{}, fmt.Errorf("keep a password: %w", err)
	}
	if err := s.endLogins(ctx, account.ID, login.ID); err != nil {
		return SignedIn{}, err
	}
	return s.relogin(ctx, account, login, login.Factor)
}

// TryTOTP makes a secret for one-time codes, which counts once a code of it was
// given back.
func (s *Service) TryTOTP(ctx context.Context, a fair.Actor) (proof.CodeKey, error) {
	account, c, _, err := s.equipping(ctx, a)
	if err != nil {
		return proof.CodeKey{}, err
	}
	if len(c.Trial) > 0 { // a page that is loaded again shows the same
		if secret, err := s.unseal(c.Trial, account.ID); err == nil {
			return proof.KeyOf(secret, s.siteName(), account.Email)
		}
	}
	key, err := proof.NewCodeKey(s.siteName(), account.Email)
	if err != nil {
		return key, err
	}
	sealed, err := proof.Seal(s.keyed("one-time codes"), key.Secret, string(account.ID))
	if err != nil {
		return key, err
	}
	if err := s.Stores.Credentials.Try(ctx, account.ID, sealed); err != nil {
		return key, fmt.Errorf("keep a secret on trial: %w", err)
	}
	return key, nil
}

// ConfirmTOTP takes a code of the secret on trial, which counts from now on, and
// gives the recovery codes, which are shown this once. The login goes on under a
// new token with its second factor given. Errors: Invalid "factor.wrong";
// TooMany; Conflict "edit.stale" when another secret is on trial by now.
func (s *Service) ConfirmTOTP(ctx context.Context, a fair.Actor, code string) ([]string, SignedIn, error) {
	account, c, login, err := s.equipping(ctx, a)
	if err != nil {
		return nil, SignedIn{}, err
	}
	if err := s.spend(ctx, "factor.tries", use{"factor", string(account.ID), fair.FactorTries}); err != nil {
		return nil, SignedIn{}, err
	}
	if len(c.Trial) == 0 {
		return nil, SignedIn{}, fair.E(fair.Conflict, "edit.stale")
	}
	secret, err := s.unseal(c.Trial, account.ID)
	if err != nil {
		return nil, SignedIn{}, err
	}
	step, right := proof.CodeStep(secret, proof.BareCode(code), s.now())
	if !right {
		return nil, SignedIn{}, fair.Refuse("code", "factor.wrong")
	}
	codes, hashes, err := s.recoveryCodes(account.ID)
	if err != nil {
		return nil, SignedIn{}, err
	}
	done, err := s.Stores.Credentials.Confirm(ctx, account.ID, c.Trial, step, hashes, s.now())
	if err != nil {
		return nil, SignedIn{}, fmt.Errorf("confirm one-time codes: %w", err)
	}
	if !done {
		return nil, SignedIn{}, fair.E(fair.Conflict, "edit.stale")
	}
	in, err := s.relogin(ctx, account, login, true)
	return codes, in, err
}

// DropTOTP ends one-time codes. Errors: Conflict "factor.last" for recruiters
// and organisers without a passkey.
func (s *Service) DropTOTP(ctx context.Context, a fair.Actor) error {
	account, c, _, err := s.equipping(ctx, a)
	if err != nil {
		return err
	}
	if s.mustProve(account) && len(c.Passkeys) == 0 {
		return fair.E(fair.Conflict, "factor.last")
	}
	dropped, err := s.Stores.Credentials.DropTOTP(ctx, account.ID, c.Rev)
	if err == nil && !dropped {
		err = fair.E(fair.Conflict, "edit.stale")
	}
	return err
}

// RenewRecovery replaces the recovery codes; the new ones are shown this once.
// Errors: Conflict "factor.none" without one-time codes.
func (s *Service) RenewRecovery(ctx context.Context, a fair.Actor) ([]string, error) {
	account, c, _, err := s.equipping(ctx, a)
	if err != nil {
		return nil, err
	}
	if len(c.TOTP) == 0 {
		return nil, fair.E(fair.Conflict, "factor.none")
	}
	codes, hashes, err := s.recoveryCodes(account.ID)
	if err == nil {
		err = s.Stores.Credentials.SetRecovery(ctx, account.ID, hashes)
	}
	return codes, err
}

// recoveryCodes makes a set and what is kept of it.
func (s *Service) recoveryCodes(account fair.ID) (codes []string, hashes []fair.ID, err error) {
	if codes, err = proof.NewRecoveryCodes(); err != nil {
		return nil, nil, err
	}
	for _, code := range codes {
		hashes = append(hashes, s.recoveryID(account, proof.BareCode(code)))
	}
	return codes, hashes, nil
}

func (s *Service) recoveryID(account fair.ID, bare string) fair.ID {
	return fair.DeriveID("recovery", string(s.keyed("recovery", []byte(account), []byte(bare))))
}

func (s *Service) unseal(sealed []byte, account fair.ID) ([]byte, error) {
	secret, err := proof.Open(s.keyed("one-time codes"), sealed, string(account))
	if err != nil {
		return nil, fmt.Errorf("read the secret of one-time codes: %w", err)
	}
	return secret, nil
}

// passkeysKept is how many an account may have.
const passkeysKept = 10

// NewPasskey asks the actor's browser for a new passkey; the ceremony names what
// comes back. Errors: Conflict "passkey.domain" where browsers give none.
func (s *Service) NewPasskey(ctx context.Context, a fair.Actor) (ceremony string, q proof.Question, err error) {
	account, c, _, err := s.equipping(ctx, a)
	if err != nil {
		return "", q, err
	}
	if s.relying() == nil {
		return "", q, fair.E(fair.Conflict, "passkey.domain")
	}
	if q, err = s.relying().Register(holderOf(account, c)); err != nil {
		return "", q, err
	}
	ceremony, err = s.openCeremony(ctx, fair.CeremonyRegister, account.ID, q.State)
	return ceremony, q, err
}

// AddPasskey keeps what the authenticator answered. The login goes on under a
// new token, with its second factor given. Errors: Gone "ceremony.over"; Invalid
// "passkey.wrong"; Conflict "passkey.many".
func (s *Service) AddPasskey(ctx context.Context, a fair.Actor, ceremony string, answer proof.Answer, name string) (SignedIn, error) {
	account, c, login, err := s.equipping(ctx, a)
	if err != nil {
		return SignedIn{}, err
	}
	asked, err := s.closeCeremony(ctx, fair.CeremonyRegister, ceremony)
	if err != nil {
		return SignedIn{}, err
	}
	if asked.Account != account.ID || s.relying() == nil {
		return SignedIn{}, fair.E(fair.Gone, "ceremony.over")
	}
	key, err := s.relying().Registered(holderOf(account, c), asked.Data, answer)
	if err != nil {
		return SignedIn{}, err
	}
	if key.Name = fair.CleanLine(name); key.Name == "" || fair.TooLong(key.Name, 60) {
		key.Name = login.Browser
	}
	key.At = s.now()
	added, err := s.Stores.Credentials.AddPasskey(ctx, account.ID, key, passkeysKept)
	if err != nil {
		return SignedIn{}, fmt.Errorf("keep a passkey: %w", err)
	}
	if !added {
		return SignedIn{}, fair.E(fair.Conflict, "passkey.many")
	}
	return s.relogin(ctx, account, login, true)
}

// DropPasskey removes one; one that is not there changes nothing. Errors:
// Conflict "factor.last" where it is the last thing a recruiter or organiser has.
func (s *Service) DropPasskey(ctx context.Context, a fair.Actor, key fair.ID) error {
	account, c, _, err := s.equipping(ctx, a)
	if err != nil {
		return err
	}
	left := c
	left.Passkeys = nil
	for _, k := range c.Passkeys {
		if k.ID != key {
			left.Passkeys = append(left.Passkeys, k)
		}
	}
	switch {
	case len(left.Passkeys) == len(c.Passkeys):
		return nil
	case s.mustProve(account) && !left.Equipped():
		return fair.E(fair.Conflict, "factor.last")
	}
	dropped, err := s.Stores.Credentials.DropPasskey(ctx, account.ID, key, c.Rev)
	if err == nil && !dropped {
		err = fair.E(fair.Conflict, "edit.stale")
	}
	return err
}

// ResetFactors takes the second factors of somebody who has lost them, and signs
// them out everywhere: whoever must have one sets another up at the next sign-in.
// The audit log says so. It asks no rights: the command line of who runs the
// machine does. Errors: NotFound; Invalid.
func (s *Service) ResetFactors(ctx context.Context, email string) (fair.Account, error) {
	address, err := parseEmail(email)
	if err != nil {
		return fair.Account{}, err
	}
	account, err := s.Stores.Accounts.ByEmail(ctx, address)
	if err != nil {
		return account, err
	}
	if err := s.Stores.Credentials.DropFactors(ctx, account.ID); err != nil {
		return account, fmt.Errorf("drop the second factors of %s: %w", account.ID, err)
	}
	now := s.now()
	err = s.Stores.Audits.Record(ctx, fair.AuditEntry{
		ID: fair.DeriveID("factors", string(account.ID), now.Format(time.RFC3339Nano)), At: now,
		Action: "factors.reset", About: account.ID, Meta: meta(now, now.Add(keepAudit)),
	})
	if err != nil {
		return account, fmt.Errorf("write down that second factors were reset: %w", err)
	}
	return account, s.endLogins(ctx, account.ID, "")
}

func holderOf(a fair.Account, c fair.Credential) proof.Holder {
	return proof.Holder{Account: a.ID, Email: a.Email, Name: a.Name, Keys: c.Passkeys}
}

// openCeremony opens a ceremony and answers the secret that finishes it.
func (s *Service) openCeremony(ctx context.Context, kind fair.CeremonyKind, account fair.ID, data []byte) (string, error) {
	token, err := newToken()
	if err != nil {
		return "", err
	}
	now := s.now()
	err = s.Stores.Ceremonies.Insert(ctx, fair.Ceremony{
		ID: ceremonyID(token), Kind: kind, Account: account, Data: data, ExpiresAt: now.Add(fair.CeremonyTime), Meta: meta(now, time.Time{}),
	})
	if err != nil {
		return "", fmt.Errorf("open a ceremony: %w", err)
	}
	return token, nil
}

// closeCeremony finishes a ceremony, once. Errors: Gone "ceremony.over".
func (s *Service) closeCeremony(ctx context.Context, kind fair.CeremonyKind, token string) (fair.Ceremony, error) {
	c, taken, err := s.Stores.Ceremonies.Take(ctx, ceremonyID(token), kind, s.now())
	if err != nil {
		return c, fmt.Errorf("finish a ceremony: %w", err)
	}
	if !taken {
		return c, fair.E(fair.Gone, "ceremony.over")
	}
	return c, nil
}

func ceremonyID(token string) fair.ID { return fair.DeriveID("ceremony", token) }
