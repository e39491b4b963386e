package service

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"salon/fair"
)

type addressStore interface {
	Get(ctx context.Context, id fair.ID) (fair.AddressChange, error)
	Insert(ctx context.Context, c fair.AddressChange) error
	Turn(ctx context.Context, id fair.ID, from, to fair.AddressState, now, until time.Time, effects ...fair.Effect) (c fair.AddressChange, turned bool, err error)
	After(ctx context.Context, account fair.ID, at time.Time, limit int) ([]fair.AddressChange, error)
}

// AddressMail is what is written about a change of address: to the new one that
// it wants confirming, or that an account has it already; to the old one that it
// was changed, or changed back.
type AddressMail struct {
	Kind     string // "confirm", "taken", "changed", "back"
	From, To string
	Token    string // for the address of the page, of "confirm" and "changed"
	Until    time.Time
}

// AskAddress sends a link to the address that is to be the actor's. It answers the
// same whether somebody has that address or not. Errors: Forbidden "proof.stale";
// Invalid; Conflict "address.same", "address.demo"; TooMany "address.many".
func (s *Service) AskAddress(ctx context.Context, a fair.Actor, email string) error {
	account, _, _, err := s.equipping(ctx, a)
	if err != nil {
		return err
	}
	if email, err = parseEmail(email); err != nil {
		return err
	}
	switch {
	case account.Demo != "":
		return fair.E(fair.Conflict, "address.demo")
	case email == account.Email:
		return fair.E(fair.Conflict, "address.same")
	}
	if err := s.spend(ctx, "address.many",
		use{"addresses by", string(account.ID), fair.AddressesBy},
		use{"addresses to", email, fair.AddressesTo},
	); err != nil {
		return err
	}
	now := s.now()
	c := fair.AddressChange{
		ID: fair.NewID(), Account: account.ID, From: account.Email, To: email, Locale: account.Locale, State: fair.AddressAsked,
		At: now, ExpiresAt: now.Add(fair.AddressTime), Meta: meta(now, now.Add(fair.AddressKept), owe(fair.EffectMailAddress, account.ID, now)),
	}
	if err := s.Stores.Addresses.Insert(ctx, c); err != nil {
		return fmt.Errorf("ask for another address: %w", err)
	}
	s.wake()
	return nil
}

// addressToken is the secret of a link about a change of address; what it is for
// is part of it, so that the new address cannot take back nor the old one confirm.
func (s *Service) addressToken(c fair.AddressChange, state fair.AddressState) string {
	return string(c.ID) + "." + base64.RawURLEncoding.EncodeToString(s.keyed("address "+string(state), []byte(c.ID), []byte(c.From), []byte(c.To)))
}

// ReadAddress tells who follows a link of a change what it would do: confirm it,
// where state is "asked", or take it back, where "confirmed". It changes nothing.
// Errors: NotFound "address.unknown"; Gone "address.over"; for who is not signed in
// as the account that asked, a confirmation is NotFound too: a mistyped address
// gives nobody the account.
func (s *Service) ReadAddress(ctx context.Context, a fair.Actor, token string, state fair.AddressState) (fair.AddressChange, error) {
	unknown := fair.E(fair.NotFound, "address.unknown")
	id, _, found := strings.Cut(token, ".")
	if !found || !fair.ID(id).Valid() {
		return fair.AddressChange{}, unknown
	}
	c, err := s.Stores.Addresses.Get(ctx, fair.ID(id))
	if notFound(err) || err == nil && !hmac.Equal([]byte(token), []byte(s.addressToken(c, state))) {
		return fair.AddressChange{}, unknown
	}
	if err != nil {
		return c, fmt.Errorf("read a change of address: %w", err)
	}
	if state == fair.AddressAsked {
		if err := signedIn(a); err != nil {
			return c, err
		}
		if a.Account != c.Account {
			return c, unknown
		}
	}
	if c.State != state || !s.now().Before(c.ExpiresAt) {
		return c, fair.E(fair.Gone, "address.over")
	}
	return c, nil
}

// ConfirmAddress gives the actor's account its new address, signs its other
// devices out, and tells the old address, which may take it back. Errors: as
// ReadAddress; Conflict "address.taken".
func (s *Service) ConfirmAddress(ctx context.Context, a fair.Actor, token string) error {
	c, err := s.ReadAddress(ctx, a, token, fair.AddressAsked)
	if err != nil {
		return err
	}
	if _, err := s.Stores.Accounts.ByEmail(ctx, c.To); !notFound(err) {
		if err == nil {
			err = fair.E(fair.Conflict, "address.taken")
		}
		return err
	}
	now := s.now()
	c, turned, err := s.Stores.Addresses.Turn(ctx, c.ID, fair.AddressAsked, fair.AddressConfirmed, now, now.Add(fair.AddressBack),
		owe(fair.EffectAddress, c.Account, now), owe(fair.EffectMailAddressed, c.Account, now), oweAudit("address.changed", c.Account, c.Account, now))
	if err != nil {
		return fmt.Errorf("confirm a change of address: %w", err)
	}
	if !turned {
		return fair.E(fair.Gone, "address.over")
	}
	s.wake()
	if err := s.step("address"); err != nil {
		return err
	}
	moved, err := s.moveAddress(ctx, c)
	if err != nil {
		return err
	}
	if !moved {
		return fair.E(fair.Conflict, "address.taken")
	}
	return s.endLogins(ctx, c.Account, a.Login)
}

// moveAddress carries a confirmed change out; again, it changes nothing. moved is
// false when somebody took the address meanwhile, or the account has a third one.
func (s *Service) moveAddress(ctx context.Context, c fair.AddressChange) (moved bool, err error) {
	if c.State != fair.AddressConfirmed {
		return false, nil
	}
	_, moved, err = s.Stores.Accounts.SetEmail(ctx, c.Account, c.From, c.To)
	if err != nil && fair.KindOf(err) == fair.Conflict {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("give account %s its new address: %w", c.Account, err)
	}
	return moved, nil
}

// laterChanges is how many later changes are made void by one that is taken back;
// the limit of a day allows fewer.
const laterChanges = 50

// UndoAddress gives an account its old address back, whatever it has by then, makes
// every later change void and signs everybody out: who follows the link of the old
// address may be its owner against somebody else. Errors: as ReadAddress; Conflict
// "address.taken" where another account has the old address by now.
func (s *Service) UndoAddress(ctx context.Context, token string) error {
	c, err := s.ReadAddress(ctx, fair.Actor{}, token, fair.AddressConfirmed)
	if err != nil {
		return err
	}
	account, err := s.Stores.Accounts.Get(ctx, c.Account)
	if err != nil {
		return err
	}
	// The later ones first: none of them may put back what this one puts right.
	later, err := s.Stores.Addresses.After(ctx, c.Account, c.At, laterChanges)
	if err != nil {
		return fmt.Errorf("list later changes of address: %w", err)
	}
	now := s.now()
	for _, l := range later {
		if l.ID == c.ID {
			continue
		}
		if _, _, err := s.Stores.Addresses.Turn(ctx, l.ID, l.State, fair.AddressVoid, now, now); err != nil {
			return fmt.Errorf("make a later change of address void: %w", err)
		}
	}
	if _, _, err := s.Stores.Accounts.SetEmail(ctx, c.Account, account.Email, c.From); err != nil {
		if fair.KindOf(err) == fair.Conflict {
			return fair.E(fair.Conflict, "address.taken")
		}
		return fmt.Errorf("give account %s its old address: %w", c.Account, err)
	}
	if err := s.step("address"); err != nil {
		return err
	}
	if err := s.endLogins(ctx, c.Account, ""); err != nil {
		return err
	}
	_, _, err = s.Stores.Addresses.Turn(ctx, c.ID, fair.AddressConfirmed, fair.AddressUndone, now, now,
		owe(fair.EffectMailAddressBack, c.Account, now), oweAudit("address.undone", c.Account, c.Account, now))
	if err != nil {
		return fmt.Errorf("take a change of address back: %w", err)
	}
	s.wake()
	return nil
}

// deliverAddress does what one effect of a change of address says.
func (s *Service) deliverAddress(ctx context.Context, id fair.ID, e fair.Effect) error {
	c, err := s.Stores.Addresses.Get(ctx, id)
	if err != nil {
		return err
	}
	m := AddressMail{From: c.From, To: c.To, Until: c.ExpiresAt}
	to := c.From
	switch e.Kind {
	case fair.EffectAudit:
		return s.record(ctx, e, id, "")
	case fair.EffectAddress:
		_, err := s.moveAddress(ctx, c)
		return err
	case fair.EffectMailAddress:
		if c.State != fair.AddressAsked {
			return nil
		}
		to, m.Kind, m.Token = c.To, "confirm", s.addressToken(c, fair.AddressAsked)
		if _, err := s.Stores.Accounts.ByEmail(ctx, c.To); err == nil {
			m.Kind, m.Token = "taken", ""
		} else if !notFound(err) {
			return err
		}
	case fair.EffectMailAddressed:
		if moved, err := s.moveAddress(ctx, c); err != nil || !moved {
			return err
		}
		m.Kind, m.Token = "changed", s.addressToken(c, fair.AddressConfirmed)
	case fair.EffectMailAddressBack:
		m.Kind = "back"
	}
	mail, err := s.Composer.Address(fair.Account{Email: to, Locale: c.Locale}, m)
	if err != nil {
		return fmt.Errorf("write the mail of a change of address: %w", err)
	}
	return s.post(ctx, mail, e, to, c.Account, s.now().Add(fair.AddressKept))
}
