// Package issuertest is a small OpenID Connect issuer on the loopback for tests:
// discovery, keys, codes that work once, tokens, what it tells of people, and the
// ways to get each of these wrong. It says yes to whoever comes. It owns its state
// under one mutex and never serves anything but a test.
package issuertest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// The client every test is.
const (
	Client = "salon"
	Secret = "a secret of the client"
)

// Issuer is the issuer of a test.
type Issuer struct {
	*httptest.Server
	t testing.TB

	mu      sync.Mutex
	clock   func() time.Time
	key     *ecdsa.PrivateKey
	kid     int
	claims  map[string]any // what its next ID tokens say beside the usual
	told    map[string]any // what it tells at its userinfo endpoint
	down    bool
	codes   map[string]grant
	Asked   url.Values // guarded by mu: the last request for a sign-in
	Lookups int        // guarded by mu: how often it was asked what it is
}

type grant struct{ nonce, challenge, back string }

// New starts an issuer, which ends with the test.
func New(t testing.TB, clock func() time.Time) *Issuer {
	t.Helper()
	i := &Issuer{t: t, clock: clock, codes: map[string]grant{}}
	i.Rotate()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", i.discovery)
	mux.HandleFunc("GET /keys", i.keys)
	mux.HandleFunc("GET /authorize", i.authorize)
	mux.HandleFunc("POST /token", i.token)
	mux.HandleFunc("GET /userinfo", i.userinfo)
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.mu.Lock()
		defer i.mu.Unlock()
		if i.down {
			http.Error(w, "down", http.StatusBadGateway)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(i.Close)
	return i
}

// Rotate gives it a new key; those before are published no more.
func (i *Issuer) Rotate() {
	i.mu.Lock()
	defer i.mu.Unlock()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		i.t.Fatal(err)
	}
	i.key, i.kid = key, i.kid+1
}

// Forge signs with a key it does not publish, under the name of the one it does.
func (i *Issuer) Forge() {
	i.Rotate()
	i.mu.Lock()
	defer i.mu.Unlock()
	i.kid = -i.kid
}

// Say sets what its ID tokens say; nil takes a claim out.
func (i *Issuer) Say(claims map[string]any) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.claims = claims
}

// Tell sets what it tells at its userinfo endpoint.
func (i *Issuer) Tell(claims map[string]any) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.told = claims
}

// Down makes it fail at everything, or no longer.
func (i *Issuer) Down(down bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.down = down
}

// Visit follows the address a browser was sent to and answers the code and the
// state it is sent back with.
func (i *Issuer) Visit(address string) (code, state string) {
	i.t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Get(address)
	if err != nil {
		i.t.Fatal(err)
	}
	res.Body.Close()
	back, err := res.Location()
	if err != nil {
		i.t.Fatalf("the issuer sent nobody back from %s: %v", address, err)
	}
	return back.Query().Get("code"), back.Query().Get("state")
}

func (i *Issuer) discovery(w http.ResponseWriter, r *http.Request) {
	i.Lookups++
	at := "http://" + r.Host
	answer(w, map[string]any{
		"issuer": at, "authorization_endpoint": at + "/authorize", "token_endpoint": at + "/token",
		"jwks_uri": at + "/keys", "userinfo_endpoint": at + "/userinfo", "end_session_endpoint": at + "/end",
		"id_token_signing_alg_values_supported": []string{"ES256", "HS256", "none"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_post"},
	})
}

func (i *Issuer) keys(w http.ResponseWriter, _ *http.Request) {
	key := i.key
	if i.kid < 0 { // a forger's
		other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			i.t.Error(err)
		}
		key = other
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		i.t.Error(err)
	}
	answer(w, map[string]any{"keys": []any{map[string]any{
		"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": fmt.Sprint(i.kid), "x": b64(point[1:33]), "y": b64(point[33:]),
	}}})
}

func (i *Issuer) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	i.Asked = q
	if q.Get("client_id") != Client || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" {
		http.Error(w, "refused", http.StatusBadRequest)
		return
	}
	code := rand.Text()
	i.codes[code] = grant{q.Get("nonce"), q.Get("code_challenge"), q.Get("redirect_uri")}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+url.Values{"code": {code}, "state": {q.Get("state")}}.Encode(), http.StatusFound)
}

func (i *Issuer) token(w http.ResponseWriter, r *http.Request) {
	g, known := i.codes[r.PostFormValue("code")]
	delete(i.codes, r.PostFormValue("code"))
	proof := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !known || r.PostFormValue("client_id") != Client || r.PostFormValue("client_secret") != Secret ||
		b64(proof[:]) != g.challenge || r.PostFormValue("redirect_uri") != g.back {
		w.WriteHeader(http.StatusBadRequest)
		answer(w, map[string]any{"error": "invalid_grant"})
		return
	}
	now := i.clock()
	claims := map[string]any{
		"iss": "http://" + r.Host, "sub": "subject-1", "aud": Client, "nonce": g.nonce, "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(),
	}
	for name, value := range i.claims {
		if claims[name] = value; value == nil {
			delete(claims, name)
		}
	}
	answer(w, map[string]any{"access_token": "access", "token_type": "Bearer", "expires_in": 60, "id_token": i.sign(claims)})
}

func (i *Issuer) userinfo(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer access" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	told := map[string]any{"sub": "subject-1"}
	for name, value := range i.told {
		told[name] = value
	}
	answer(w, told)
}

// sign makes a token of RFC 7519, by ES256 unless the claim "alg" asks for
// another, which is then not signed at all.
func (i *Issuer) sign(claims map[string]any) string {
	alg := "ES256"
	if other, asked := claims["alg"].(string); asked {
		alg = other
	}
	delete(claims, "alg")
	head, err := json.Marshal(map[string]any{"alg": alg, "kid": fmt.Sprint(i.kid), "typ": "JWT"})
	if err != nil {
		i.t.Error(err)
	}
	body, err := json.Marshal(claims)
	if err != nil {
		i.t.Error(err)
	}
	text := b64(head) + "." + b64(body)
	if alg != "ES256" {
		return text + "."
	}
	sum := sha256.Sum256([]byte(text))
	one, two, err := ecdsa.Sign(rand.Reader, i.key, sum[:])
	if err != nil {
		i.t.Error(err)
	}
	return text + "." + b64(append(one.FillBytes(make([]byte, 32)), two.FillBytes(make([]byte, 32))...))
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(body) //nolint:errcheck // a test's browser that hung up
}

func b64(raw []byte) string { return strings.TrimRight(base64.URLEncoding.EncodeToString(raw), "=") }
