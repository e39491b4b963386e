package proof

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"salon/fair"
)

// Relying is this site as authenticators see it (Web Authentication, level 3).
// It is read-only and may be used by many goroutines.
type Relying struct{ site *webauthn.WebAuthn }

// NewRelying returns the Relying of a site's public address, or nil where
// browsers give no passkeys: a site reached by an IP address.
func NewRelying(site string) (*Relying, error) {
	if site == "" {
		return nil, nil
	}
	u, err := url.Parse(site)
	if err != nil {
		return nil, fmt.Errorf("read the address of the site: %w", err)
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil {
		return nil, nil
	}
	w, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: "Salon", RPOrigins: []string{u.Scheme + "://" + u.Host},
		AttestationPreference: protocol.PreferNoAttestation,
	})
	if err != nil {
		return nil, fmt.Errorf("prepare for passkeys: %w", err)
	}
	return &Relying{w}, nil
}

// Holder is somebody with passkeys, or about to have one.
type Holder struct {
	Account     fair.ID
	Email, Name string
	Keys        []fair.Passkey
}

// WebAuthnID implements webauthn.User: the account's id is the user handle.
func (h Holder) WebAuthnID() []byte { return []byte(h.Account) }

// WebAuthnName implements webauthn.User.
func (h Holder) WebAuthnName() string { return h.Email }

// WebAuthnDisplayName implements webauthn.User.
func (h Holder) WebAuthnDisplayName() string { return h.Name }

// WebAuthnCredentials implements webauthn.User.
func (h Holder) WebAuthnCredentials() []webauthn.Credential {
	var all []webauthn.Credential
	for _, k := range h.Keys {
		var c webauthn.Credential
		if err := json.Unmarshal(k.Data, &c); err == nil {
			all = append(all, c)
		}
	}
	return all
}

// Question is what a browser is asked, in the words of the standard; State is
// kept here until the answer comes and never leaves the house.
type Question struct {
	Challenge string   // base64url
	Site      string   // the relying party's id
	User      string   // base64url, of a registration
	Email     string   // of a registration
	Name      string   // of a registration
	Keys      []string // base64url: those to leave out, or those that may answer
	Verify    string   // "required", "preferred": whether the device must know its owner
	State     []byte
}

// Answer is what the browser answered, base64url as it is.
type Answer struct {
	ID, ClientData           string
	Attestation              string // of a registration
	Authenticator, Signature string // of an assertion
	User                     string // of an assertion
}

// Register asks for a new passkey.
func (r *Relying) Register(h Holder) (Question, error) {
	exclude := webauthn.Credentials(h.WebAuthnCredentials()).CredentialDescriptors()
	made, session, err := r.site.BeginRegistration(h,
		webauthn.WithExclusions(exclude),
		webauthn.WithResidentKeyRequirement(protocol.ResidentKeyRequirementPreferred))
	if err != nil {
		return Question{}, fmt.Errorf("ask for a passkey: %w", err)
	}
	q := Question{
		Challenge: base64.RawURLEncoding.EncodeToString(made.Response.Challenge), Site: made.Response.RelyingParty.ID,
		User: base64.RawURLEncoding.EncodeToString(h.WebAuthnID()), Email: h.Email, Name: h.Name, Verify: string(protocol.VerificationPreferred),
	}
	return q.with(session, exclude)
}

// Registered checks the answer to Register. Errors: Invalid.
func (r *Relying) Registered(h Holder, state []byte, a Answer) (fair.Passkey, error) {
	var session webauthn.SessionData
	if err := json.Unmarshal(state, &session); err != nil {
		return fair.Passkey{}, fmt.Errorf("read what was asked of an authenticator: %w", err)
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(a.json(map[string]string{"attestationObject": a.Attestation}))
	if err != nil {
		return fair.Passkey{}, fair.Refuse("id", "passkey.wrong").Because(err)
	}
	made, err := r.site.CreateCredential(h, session, parsed)
	if err != nil {
		return fair.Passkey{}, fair.Refuse("id", "passkey.wrong").Because(err)
	}
	return keyOf(made)
}

// Ask asks for a passkey: one of the holder's or, without a holder, any that the
// device keeps and whose owner it has verified.
func (r *Relying) Ask(h *Holder) (Question, error) {
	var (
		made    *protocol.CredentialAssertion
		session *webauthn.SessionData
		err     error
	)
	if h == nil {
		made, session, err = r.site.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	} else {
		made, session, err = r.site.BeginLogin(*h, webauthn.WithUserVerification(protocol.VerificationPreferred))
	}
	if err != nil {
		return Question{}, fmt.Errorf("ask for a passkey: %w", err)
	}
	q := Question{
		Challenge: base64.RawURLEncoding.EncodeToString(made.Response.Challenge), Site: made.Response.RelyingPartyID,
		Verify: string(made.Response.UserVerification),
	}
	return q.with(session, made.Response.AllowedCredentials)
}

// Asked checks the answer to Ask: find answers the holder of an account. It
// answers whose key it was and the key with its new count. Errors: Invalid; those
// of find.
func (r *Relying) Asked(state []byte, a Answer, find func(fair.ID) (Holder, error)) (Holder, fair.Passkey, error) {
	var session webauthn.SessionData
	if err := json.Unmarshal(state, &session); err != nil {
		return Holder{}, fair.Passkey{}, fmt.Errorf("read what was asked of an authenticator: %w", err)
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(a.json(map[string]string{
		"authenticatorData": a.Authenticator, "signature": a.Signature, "userHandle": a.User,
	}))
	if err != nil {
		return Holder{}, fair.Passkey{}, fair.Refuse("id", "passkey.wrong").Because(err)
	}
	account := fair.ID(session.UserID)
	if account == "" {
		account = fair.ID(parsed.Response.UserHandle)
	}
	if !account.Valid() {
		return Holder{}, fair.Passkey{}, fair.Refuse("id", "passkey.wrong")
	}
	holder, err := find(account)
	if err != nil {
		return Holder{}, fair.Passkey{}, err
	}
	var used *webauthn.Credential
	if len(session.UserID) > 0 {
		used, err = r.site.ValidateLogin(holder, session, parsed)
	} else {
		_, used, err = r.site.ValidatePasskeyLogin(func(_, _ []byte) (webauthn.User, error) { return holder, nil }, session, parsed)
	}
	if err == nil && used.Authenticator.CloneWarning {
		err = errors.New("the authenticator's counter went backwards")
	}
	if err != nil {
		return Holder{}, fair.Passkey{}, fair.Refuse("id", "passkey.wrong").Because(err)
	}
	key, err := keyOf(used)
	return holder, key, err
}

func (q Question) with(session *webauthn.SessionData, keys []protocol.CredentialDescriptor) (Question, error) {
	for _, k := range keys {
		q.Keys = append(q.Keys, base64.RawURLEncoding.EncodeToString(k.CredentialID))
	}
	state, err := json.Marshal(session)
	if err != nil {
		return q, fmt.Errorf("keep what was asked of an authenticator: %w", err)
	}
	q.State = state
	return q, nil
}

func keyOf(c *webauthn.Credential) (fair.Passkey, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return fair.Passkey{}, fmt.Errorf("keep a passkey: %w", err)
	}
	return fair.Passkey{ID: fair.DeriveID("passkey", string(c.ID)), Key: bytes.Clone(c.ID), Data: data}, nil
}

// json puts an answer into the form the standard gives it (PublicKeyCredential
// as JSON), from texts alone: what a browser sends beside them does not reach
// the parser.
func (a Answer) json(response map[string]string) []byte {
	response["clientDataJSON"] = a.ClientData
	raw, err := json.Marshal(map[string]any{"id": a.ID, "rawId": a.ID, "type": "public-key", "response": response})
	if err != nil {
		panic("proof: texts do not encode: " + err.Error())
	}
	return raw
}
