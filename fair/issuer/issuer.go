package issuer

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"salon/fair"
)

// How long things may take and last.
const (
	askTime   = 4 * time.Second  // of one request to an issuer; shorter than one of ours
	knownFor  = 24 * time.Hour   // what it says of itself
	restAfter = 10 * time.Second // without asking again after a failure
)

// largestAnswer is how long an answer of an issuer may be, in bytes.
const largestAnswer = 1 << 20

// Issuers are those of the settings.
type Issuers struct {
	list  []*issuer
	clock func() time.Time
}

// issuer is one of them.
type issuer struct {
	Config
	client *http.Client

	mu     sync.Mutex
	found  *found    // guarded by mu; nil until it was reached
	failed time.Time // guarded by mu: the last time it was not
}

// found is what an issuer says of itself.
type found struct {
	at       time.Time
	provider *oidc.Provider
	end      string // where one signs out, "" where nowhere
	post     bool   // it takes our secret in the form, not in a header
}

// New makes the issuers. Nothing is asked of them yet.
func New(list []Config, clock func() time.Time) *Issuers {
	all := &Issuers{clock: clock}
	for _, c := range list {
		all.list = append(all.list, &issuer{Config: c, client: &http.Client{Timeout: askTime, Transport: bounded{http.DefaultTransport}}})
	}
	return all
}

// bounded cuts answers that are too long.
type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, largestAnswer), res.Body}
	}
	return res, err
}

// List names them, in the order of the settings.
func (all *Issuers) List() []fair.Issuer {
	var list []fair.Issuer
	for _, i := range all.list {
		list = append(list, fair.Issuer{Key: i.Key, Name: i.Name, Roles: i.Roles})
	}
	return list
}

func (all *Issuers) of(key string) (*issuer, error) {
	for _, i := range all.list {
		if i.Key == key {
			return i, nil
		}
	}
	return nil, fair.E(fair.NotFound, "notfound")
}

// Ask answers the address to which a browser is sent. Errors: NotFound;
// Unavailable "issuer.down".
func (all *Issuers) Ask(ctx context.Context, key string, x fair.Exchange) (string, error) {
	i, err := all.of(key)
	if err != nil {
		return "", err
	}
	f, err := i.reach(ctx, all.clock())
	if err != nil {
		return "", err
	}
	more := []oauth2.AuthCodeOption{oidc.Nonce(x.Nonce), oauth2.S256ChallengeOption(x.Verifier)}
	if len(i.Ask) > 0 {
		more = append(more, oauth2.SetAuthURLParam("acr_values", strings.Join(i.Ask, " ")))
	}
	return i.oauth(f, x).AuthCodeURL(x.State, more...), nil
}

// Answer exchanges the code an issuer sent back for what it says of somebody.
// Errors: Unavailable "issuer.down"; Forbidden "issuer.refused" for an answer that
// is not worth anything.
func (all *Issuers) Answer(ctx context.Context, key, code string, x fair.Exchange) (fair.Vouched, error) {
	i, err := all.of(key)
	if err != nil {
		return fair.Vouched{}, err
	}
	f, err := i.reach(ctx, all.clock())
	if err != nil {
		return fair.Vouched{}, err
	}
	ctx = oidc.ClientContext(ctx, i.client)
	token, err := i.oauth(f, x).Exchange(ctx, code, oauth2.VerifierOption(x.Verifier))
	if err != nil {
		if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok && refused.Response.StatusCode < http.StatusInternalServerError {
			return fair.Vouched{}, refuse(errors.New(refused.ErrorCode))
		}
		return fair.Vouched{}, down(err)
	}
	raw, _ := token.Extra("id_token").(string)
	claims, err := i.verify(ctx, f, raw, x.Nonce, token.AccessToken, all.clock)
	if err != nil {
		return fair.Vouched{}, err
	}
	if claims.Email == "" {
		if err := i.more(ctx, f, token, &claims); err != nil {
			return fair.Vouched{}, err
		}
	}
	return fair.Vouched{
		Subject: claims.Subject, Email: strings.ToLower(strings.TrimSpace(claims.Email)), Verified: claims.verified() || i.Trust,
		Name: claims.name(), Strong: claims.ACR != "" && slices.Contains(i.Strong, claims.ACR), Token: raw,
	}, nil
}

// Leave answers the address where somebody signs out of the issuer as well, and
// is sent back to back; ok is false where it has none or cannot be reached.
func (all *Issuers) Leave(ctx context.Context, key, token, state, back string) (to string, ok bool) {
	i, err := all.of(key)
	if err != nil {
		return "", false
	}
	f, err := i.reach(ctx, all.clock())
	if err != nil || f.end == "" {
		return "", false
	}
	u, err := url.Parse(f.end)
	if err != nil || !safe(f.end) {
		return "", false
	}
	q := u.Query()
	q.Set("id_token_hint", token)
	q.Set("state", state)
	q.Set("post_logout_redirect_uri", back)
	u.RawQuery = q.Encode()
	return u.String(), true
}

func (i *issuer) oauth(f *found, x fair.Exchange) *oauth2.Config {
	at := f.provider.Endpoint()
	at.AuthStyle = oauth2.AuthStyleInHeader
	if f.post {
		at.AuthStyle = oauth2.AuthStyleInParams
	}
	scopes := i.Scopes
	if len(scopes) == 0 {
		scopes = []string{"email", "given_name"}
	}
	return &oauth2.Config{ClientID: i.Client, ClientSecret: i.Secret, Endpoint: at, RedirectURL: x.Back, Scopes: append([]string{oidc.ScopeOpenID}, scopes...)}
}

// reach answers what the issuer says of itself, asked when it is not known.
func (i *issuer) reach(ctx context.Context, now time.Time) (*found, error) {
	i.mu.Lock()
	f, failed := i.found, i.failed
	i.mu.Unlock()
	resting := now.Sub(failed) < restAfter && !now.Before(failed)
	switch {
	case f != nil && (resting || now.Sub(f.at) < knownFor):
		return f, nil
	case f == nil && resting:
		return nil, down(errors.New("it failed just now"))
	}
	fresh, err := i.discover(ctx, now)
	i.mu.Lock()
	defer i.mu.Unlock()
	if err != nil {
		i.failed = now
		if f != nil {
			return f, nil // what was true yesterday
		}
		return nil, down(err)
	}
	i.found = fresh
	return fresh, nil
}

func (i *issuer) discover(ctx context.Context, now time.Time) (*found, error) {
	// The keys are read through this context for as long as the provider is kept.
	provider, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), i.client), i.Issuer)
	if err != nil {
		return nil, err
	}
	var said struct {
		End     string   `json:"end_session_endpoint"`
		Methods []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := provider.Claims(&said); err != nil {
		return nil, err
	}
	at := provider.Endpoint()
	for _, address := range []string{at.AuthURL, at.TokenURL} {
		if !safe(address) {
			return nil, errors.New("it names an address without https")
		}
	}
	return &found{
		at: now, provider: provider, end: said.End,
		post: slices.Contains(said.Methods, "client_secret_post") && !slices.Contains(said.Methods, "client_secret_basic"),
	}, nil
}

func down(err error) error {
	e := fair.E(fair.Unavailable, "issuer.down").Because(err)
	e.RetryAfter = restAfter
	return e
}

func refuse(err error) error { return fair.E(fair.Forbidden, "issuer.refused").Because(err) }

// verify checks an ID token (OpenID Connect Core 1.0, 3.1.3.7).
func (i *issuer) verify(ctx context.Context, f *found, raw, nonce, access string, clock func() time.Time) (claims, error) {
	token, err := f.provider.VerifierContext(ctx, &oidc.Config{ClientID: i.Client, Now: clock}).Verify(ctx, raw)
	if err != nil {
		return claims{}, refuse(err)
	}
	var c claims
	if err := token.Claims(&c); err != nil {
		return c, refuse(err)
	}
	switch {
	case nonce == "" || subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(nonce)) != 1:
		return c, refuse(errors.New("another nonce"))
	case token.Subject == "":
		return c, refuse(errors.New("nobody"))
	case len(token.Audience) > 1 && c.Party != i.Client || c.Party != "" && c.Party != i.Client:
		return c, refuse(errors.New("meant for another client"))
	}
	if token.AccessTokenHash != "" {
		if err := token.VerifyAccessToken(access); err != nil {
			return c, refuse(err)
		}
	}
	return c, nil
}

// more reads what the ID token does not say.
func (i *issuer) more(ctx context.Context, f *found, token *oauth2.Token, c *claims) error {
	if f.provider.UserInfoEndpoint() == "" {
		return nil
	}
	info, err := f.provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return down(err)
	}
	if info.Subject != c.Subject {
		return refuse(errors.New("told about somebody else"))
	}
	acr := c.ACR // what the signed token says
	if err := info.Claims(c); err != nil {
		return refuse(fmt.Errorf("read what it tells: %w", err))
	}
	c.ACR = acr
	return nil
}

// claims is what we read of somebody.
type claims struct {
	Subject  string `json:"sub"`
	ACR      string `json:"acr"`
	Party    string `json:"azp"`
	Email    string `json:"email"`
	Verified any    `json:"email_verified"` // a boolean; some write it as text
	Given    string `json:"given_name"`
}

func (c claims) verified() bool { return c.Verified == true || c.Verified == "true" }

// name is how to call them: the first of their given names, which is what others
// at a fair are shown until they say otherwise.
func (c claims) name() string {
	first, _, _ := strings.Cut(fair.CleanLine(c.Given), " ")
	if fair.TooLong(first, 60) {
		return ""
	}
	return first
}
