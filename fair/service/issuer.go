package service

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"salon/fair"
	"salon/fair/proof"
)

// Issuers are other sites that say who somebody is.
type Issuers interface {
	// List names them in the order they are shown.
	List() []fair.Issuer
	// Ask answers where a browser goes. Errors: NotFound; Unavailable "issuer.down".
	Ask(ctx context.Context, key string, x fair.Exchange) (string, error)
	// Answer reads what came back. Errors: Forbidden "issuer.refused"; Unavailable.
	Answer(ctx context.Context, key, code string, x fair.Exchange) (fair.Vouched, error)
	// Leave answers where one signs out there; false where one cannot.
	Leave(ctx context.Context, key, token, state, back string) (string, bool)
}

// foreignKept is how many accounts of issuers may open one of ours.
const foreignKept = 5

// errand is what a ceremony with an issuer remembers.
type errand struct {
	Issuer  string        `json:"issuer"`
	Next    string        `json:"next"`
	Lang    fair.Lang     `json:"lang"`
	Vouched *fair.Vouched `json:"vouched,omitempty"` // once it has answered
}

// IssuersOpen lists through which other sites one may come.
func (s *Service) IssuersOpen() []fair.Issuer {
	if s.Issuers == nil {
		return nil
	}
	return s.Issuers.List()
}

func (s *Service) issuer(key string) (fair.Issuer, error) {
	for _, i := range s.IssuersOpen() {
		if i.Key == key {
			return i, nil
		}
	}
	return fair.Issuer{}, fair.E(fair.NotFound, "notfound")
}

// exchange is what ties an issuer's answer to the browser that holds the secret
// of a ceremony: all of it follows from that secret.
func (s *Service) exchange(secret, key string) fair.Exchange {
	part := func(label string) string {
		return base64.RawURLEncoding.EncodeToString(s.keyed("issuer "+label, []byte(key), []byte(secret)))
	}
	return fair.Exchange{State: part("state"), Nonce: part("nonce"), Verifier: part("verifier"), Back: s.Site + "/sign-in/issuers/" + key + "/answer"}
}

// AskIssuer begins a sign-in through another site: the secret stays in the
// browser, which goes to the address. To add it to their account, somebody who has
// signed in lately asks with link. Errors: NotFound; Unavailable "issuer.down";
// with link also Forbidden "proof.stale".
func (s *Service) AskIssuer(ctx context.Context, a fair.Actor, key, next string, lang fair.Lang, link bool) (secret, to string, err error) {
	if _, err := s.issuer(key); err != nil {
		return "", "", err
	}
	var account fair.ID
	if link {
		holder, _, _, err := s.equipping(ctx, a)
		if err != nil {
			return "", "", err
		}
		account = holder.ID
	}
	data, err := json.Marshal(errand{Issuer: key, Next: next, Lang: lang})
	if err != nil {
		return "", "", err
	}
	if secret, err = s.openCeremony(ctx, fair.CeremonyForeign, account, data); err != nil {
		return "", "", err
	}
	to, err = s.Issuers.Ask(ctx, key, s.exchange(secret, key))
	return secret, to, err
}

// Arrival is how a sign-in through an issuer ends: signed in, or added to the
// account of who asked, or waiting until an address is proved, with the secret
// that finishes it then.
type Arrival struct {
	Next    string
	Lang    fair.Lang
	Issuer  fair.Issuer
	In      *SignedIn
	Linked  bool
	Pending string
}

// AnswerIssuer takes what an issuer sent a browser back with. An account is found
// by who this is to the issuer; else by an address the issuer has verified, and
// made where nobody has it. An address that it only repeats opens nothing: who it
// is proves their own first. Arrival.Next and Lang are set where the exchange is
// ours, also when it is refused. Errors: Gone "ceremony.over" for an answer that
// belongs to no exchange of this browser, or comes again; Forbidden
// "issuer.refused", "issuer.role", "issuer.unknown"; Conflict "issuer.taken";
// Unavailable.
func (s *Service) AnswerIssuer(ctx context.Context, a fair.Actor, secret, key, state, code string) (Arrival, error) {
	i, err := s.issuer(key)
	if err != nil {
		return Arrival{}, err
	}
	x := s.exchange(secret, key)
	if secret == "" || !hmac.Equal([]byte(state), []byte(x.State)) {
		return Arrival{}, fair.E(fair.Gone, "ceremony.over")
	}
	asked, err := s.closeCeremony(ctx, fair.CeremonyForeign, secret)
	if err != nil {
		return Arrival{}, err
	}
	var e errand
	if err := json.Unmarshal(asked.Data, &e); err != nil {
		return Arrival{}, fmt.Errorf("read a ceremony: %w", err)
	}
	at := Arrival{Next: e.Next, Lang: e.Lang, Issuer: i}
	if e.Issuer != key {
		return at, fair.E(fair.Gone, "ceremony.over")
	}
	if code == "" { // they changed their mind there
		return at, fair.E(fair.Forbidden, "issuer.refused")
	}
	v, err := s.Issuers.Answer(ctx, key, code, x)
	if err != nil {
		return at, err
	}
	if asked.Account != "" {
		if asked.Account != a.Account {
			return at, fair.E(fair.Gone, "ceremony.over")
		}
		at.Linked = true
		return at, s.link(ctx, asked.Account, i, v)
	}
	account, err := s.foreigner(ctx, i, v, e.Lang)
	if err != nil {
		return at, err
	}
	if account.ID == "" {
		e.Vouched = &v
		data, err := json.Marshal(e)
		if err != nil {
			return at, err
		}
		at.Pending, err = s.openCeremony(ctx, fair.CeremonyLink, "", data)
		return at, err
	}
	in, err := s.comeThrough(ctx, account, i, v)
	at.In = &in
	return at, err
}

// comeThrough opens a login for who came through an issuer.
func (s *Service) comeThrough(ctx context.Context, account fair.Account, i fair.Issuer, v fair.Vouched) (SignedIn, error) {
	if !i.Serves(account.Roles) {
		return SignedIn{}, fair.E(fair.Forbidden, "issuer.role")
	}
	sealed, err := proof.Seal(s.keyed("issuer tokens"), []byte(v.Token), string(account.ID))
	if err != nil {
		return SignedIn{}, err
	}
	return s.login(ctx, account, opening{proof: fair.ProofForeign, factor: v.Strong, issuer: i.Key, foreign: sealed})
}

// foreigner finds whose account an answer opens, or makes a candidate's; the zero
// Account when an address is to be proved first.
func (s *Service) foreigner(ctx context.Context, i fair.Issuer, v fair.Vouched, lang fair.Lang) (fair.Account, error) {
	c, err := s.Stores.Credentials.ByForeign(ctx, s.foreignID(i.Key, v.Subject))
	if err == nil {
		account, err := s.Stores.Accounts.Get(ctx, c.ID)
		if !notFound(err) {
			return account, err
		}
		return account, s.Stores.Credentials.DropForeign(ctx, c.ID, s.foreignID(i.Key, v.Subject)) // of an account that is gone
	}
	if !notFound(err) {
		return fair.Account{}, fmt.Errorf("find whom an issuer means: %w", err)
	}
	email, err := parseEmail(v.Email)
	if err != nil || !v.Verified {
		return fair.Account{}, nil
	}
	account, err := s.Stores.Accounts.ByEmail(ctx, email)
	switch {
	case notFound(err):
		if !i.Serves([]fair.Role{{Kind: fair.Candidate}}) {
			return account, fair.E(fair.Forbidden, "issuer.unknown")
		}
		if account, err = s.accountFor(ctx, email, v.Name, lang); err != nil {
			return account, err
		}
	case err != nil:
		return account, err
	case account.Demo != "" || !i.Serves(account.Roles):
		return account, fair.E(fair.Forbidden, "issuer.role")
	}
	return account, s.link(ctx, account.ID, i, v)
}

// link has an issuer's account open one of ours. Again, it changes nothing.
// Errors: Conflict "issuer.taken" where it opens another, "issuer.many".
func (s *Service) link(ctx context.Context, account fair.ID, i fair.Issuer, v fair.Vouched) error {
	c, err := s.Stores.Credentials.Of(ctx, account)
	if err != nil {
		return fmt.Errorf("read a credential: %w", err)
	}
	if len(c.Foreign) >= foreignKept {
		return fair.E(fair.Conflict, "issuer.many")
	}
	now := s.now()
	id := s.foreignID(i.Key, v.Subject)
	err = s.Stores.Credentials.AddForeign(ctx, account, fair.Foreign{ID: id, Issuer: i.Key, At: now})
	if fair.KindOf(err) == fair.Conflict && err != nil {
		return fair.E(fair.Conflict, "issuer.taken")
	}
	if err != nil {
		return fmt.Errorf("add an issuer to account %s: %w", account, err)
	}
	return s.note(ctx, "issuer.linked", account, id, now)
}

// note writes into the audit log what somebody did to their own account.
func (s *Service) note(ctx context.Context, action string, account, object fair.ID, now time.Time) error {
	err := s.Stores.Audits.Record(ctx, fair.AuditEntry{
		ID: fair.DeriveID("note", action, string(account), string(object), now.Format(time.RFC3339Nano)), At: now,
		Account: account, Action: action, Object: object, About: account, Meta: meta(now, now.Add(keepAudit)),
	})
	if err != nil {
		return fmt.Errorf("write down %s: %w", action, err)
	}
	return nil
}

// foreignID is who somebody is to an issuer, as we keep it: it tells nobody the
// issuer's own name for them.
func (s *Service) foreignID(key, subject string) fair.ID {
	return fair.DeriveID("foreign", string(s.keyed("foreign", []byte(key), []byte(subject))))
}

// PendingIssuer names the issuer that waits to be added to the actor's account,
// ok false when none does.
func (s *Service) PendingIssuer(ctx context.Context, a fair.Actor, secret string) (i fair.Issuer, ok bool) {
	if secret == "" || signedIn(a) != nil {
		return i, false
	}
	c, err := s.Stores.Ceremonies.Get(ctx, ceremonyID(secret))
	if err != nil || c.Kind != fair.CeremonyLink || c.UsedAt != nil || !s.now().Before(c.ExpiresAt) {
		return i, false
	}
	var e errand
	if json.Unmarshal(c.Data, &e) != nil {
		return i, false
	}
	i, err = s.issuer(e.Issuer)
	return i, err == nil
}

// ClaimIssuer adds the issuer that waits to the account of who has signed in
// since. Errors: Gone "ceremony.over"; Forbidden "proof.stale", "issuer.role";
// Conflict "issuer.taken".
func (s *Service) ClaimIssuer(ctx context.Context, a fair.Actor, secret string) error {
	account, _, _, err := s.equipping(ctx, a)
	if err != nil {
		return err
	}
	c, err := s.closeCeremony(ctx, fair.CeremonyLink, secret)
	if err != nil {
		return err
	}
	var e errand
	if err := json.Unmarshal(c.Data, &e); err != nil || e.Vouched == nil {
		return fair.E(fair.Gone, "ceremony.over")
	}
	i, err := s.issuer(e.Issuer)
	if err != nil {
		return err
	}
	if !i.Serves(account.Roles) {
		return fair.E(fair.Forbidden, "issuer.role")
	}
	return s.link(ctx, account.ID, i, *e.Vouched)
}

// DropIssuer has an issuer's account no longer open the actor's.
func (s *Service) DropIssuer(ctx context.Context, a fair.Actor, foreign fair.ID) error {
	account, _, _, err := s.equipping(ctx, a)
	if err != nil {
		return err
	}
	if err := s.Stores.Credentials.DropForeign(ctx, account.ID, foreign); err != nil {
		return fmt.Errorf("take an issuer from account %s: %w", account.ID, err)
	}
	return s.note(ctx, "issuer.dropped", account.ID, foreign, s.now())
}

// LeaveIssuer answers where the actor signs out of the issuer they came through,
// as FranceConnect asks of its sites; "" where there is nothing to do. It is asked
// before SignOut.
func (s *Service) LeaveIssuer(ctx context.Context, a fair.Actor) string {
	if s.Issuers == nil {
		return ""
	}
	login, err := s.Stores.Logins.Get(ctx, a.Login)
	if err != nil || login.Issuer == "" {
		return ""
	}
	token, err := proof.Open(s.keyed("issuer tokens"), login.Foreign, string(login.Account))
	if err != nil {
		return ""
	}
	state, err := newToken()
	if err != nil {
		return ""
	}
	to, ok := s.Issuers.Leave(ctx, login.Issuer, string(token), state, s.Site+"/")
	if !ok {
		return ""
	}
	return to
}
