package issuer_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"salon/fair"
	"salon/fair/issuer"
	"salon/fair/issuer/issuertest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreTopFunction("net/http.(*persistConn).writeLoop"))
}

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func exchange() fair.Exchange {
	return fair.Exchange{State: "the state", Nonce: "the nonce", Verifier: strings.Repeat("v", 43), Back: "http://127.0.0.1:8080/back"}
}

// ours are the issuers of a site that knows one.
func ours(i *issuertest.Issuer, clock func() time.Time) *issuer.Issuers {
	return issuer.New([]issuer.Config{{
		Key: "town", Name: "La ville", Issuer: i.URL, Client: issuertest.Client, Secret: issuertest.Secret,
		Roles: []fair.RoleKind{fair.Candidate}, Ask: []string{"eidas2", "eidas1"}, Strong: []string{"eidas2"},
	}}, clock)
}

func TestAnAnswerCountsOnlyWhenItIsForUsAndForThisExchange(t *testing.T) {
	verified := map[string]any{"email": "Ada@Fiction.Example", "email_verified": true, "given_name": "Ada Marie"}
	with := func(more map[string]any) map[string]any {
		all := map[string]any{}
		for _, m := range []map[string]any{verified, more} {
			for k, v := range m {
				all[k] = v
			}
		}
		return all
	}
	for _, c := range []struct {
		name   string
		claims map[string]any
		told   map[string]any
		before func(i *issuertest.Issuer)
		code   string // of the refusal, "" for none
		want   fair.Vouched
	}{
		{name: "a good one", claims: verified, want: fair.Vouched{Subject: "subject-1", Email: "ada@fiction.example", Verified: true, Name: "Ada"}},
		{name: "with a strong acr", claims: with(map[string]any{"acr": "eidas2"}), want: fair.Vouched{Subject: "subject-1", Email: "ada@fiction.example", Verified: true, Name: "Ada", Strong: true}},
		{name: "with another acr", claims: with(map[string]any{"acr": "eidas1"}), want: fair.Vouched{Subject: "subject-1", Email: "ada@fiction.example", Verified: true, Name: "Ada"}},
		{name: "an address that nobody verified", claims: with(map[string]any{"email_verified": false}), want: fair.Vouched{Subject: "subject-1", Email: "ada@fiction.example", Name: "Ada"}},
		{name: "an address told beside, with an acr nobody signed", told: with(map[string]any{"acr": "eidas2"}), want: fair.Vouched{Subject: "subject-1", Email: "ada@fiction.example", Verified: true, Name: "Ada"}},
		{name: "after the keys were rotated", claims: verified, before: func(i *issuertest.Issuer) { i.Rotate() }, want: fair.Vouched{Subject: "subject-1", Email: "ada@fiction.example", Verified: true, Name: "Ada"}},
		{name: "told about somebody else", told: with(map[string]any{"sub": "subject-2"}), code: "issuer.refused"},
		{name: "a key it does not publish", claims: verified, before: func(i *issuertest.Issuer) { i.Forge() }, code: "issuer.refused"},
		{name: "another nonce", claims: with(map[string]any{"nonce": "of another exchange"}), code: "issuer.refused"},
		{name: "no nonce", claims: with(map[string]any{"nonce": nil}), code: "issuer.refused"},
		{name: "another audience", claims: with(map[string]any{"aud": "another client"}), code: "issuer.refused"},
		{name: "many audiences without a party", claims: with(map[string]any{"aud": []string{issuertest.Client, "b"}}), code: "issuer.refused"},
		{name: "many audiences and another party", claims: with(map[string]any{"aud": []string{issuertest.Client, "b"}, "azp": "b"}), code: "issuer.refused"},
		{name: "another issuer", claims: with(map[string]any{"iss": "https://elsewhere.example"}), code: "issuer.refused"},
		{name: "lapsed", claims: with(map[string]any{"exp": noon.Add(-time.Hour).Unix()}), code: "issuer.refused"},
		{name: "not yet", claims: with(map[string]any{"nbf": noon.Add(time.Hour).Unix()}), code: "issuer.refused"},
		{name: "nobody", claims: with(map[string]any{"sub": ""}), code: "issuer.refused"},
		{name: "another access token", claims: with(map[string]any{"at_hash": "bm90IHRoaXMgb25l"}), code: "issuer.refused"},
		{name: "not signed", claims: with(map[string]any{"alg": "none"}), code: "issuer.refused"},
		{name: "signed with what everybody knows", claims: with(map[string]any{"alg": "HS256"}), code: "issuer.refused"},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := issuertest.New(t, func() time.Time { return noon })
			all := ours(i, func() time.Time { return noon })
			// A first sign-in, so that the keys are known before they change.
			at, err := all.Ask(t.Context(), "town", exchange())
			if err != nil {
				t.Fatal(err)
			}
			first, _ := i.Visit(at)
			if _, err := all.Answer(t.Context(), "town", first, exchange()); err != nil {
				t.Fatal(err)
			}
			i.Say(c.claims)
			i.Tell(c.told)
			if c.before != nil {
				c.before(i)
			}
			code, state := i.Visit(at)
			if state != "the state" {
				t.Errorf("sent back with the state %q", state)
			}
			got, err := all.Answer(t.Context(), "town", code, exchange())
			if c.code != "" {
				e, refused := errors.AsType[*fair.Error](err)
				if !refused || e.Code != c.code || e.Kind != fair.Forbidden {
					t.Fatalf("got %+v, %v, want %s", got, err, c.code)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got.Token == "" {
				t.Error("no token to sign out with")
			}
			got.Token = ""
			if got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestACodeWorksOnceAndOnlyWithItsVerifier(t *testing.T) {
	i := issuertest.New(t, func() time.Time { return noon })
	all := ours(i, func() time.Time { return noon })
	at, err := all.Ask(t.Context(), "town", exchange())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"scope": "openid email given_name", "acr_values": "eidas2 eidas1", "nonce": "the nonce", "redirect_uri": "http://127.0.0.1:8080/back", "response_type": "code"} {
		if u, _ := url.Parse(at); u.Query().Get(name) != want {
			t.Errorf("%s is %q, want %q", name, u.Query().Get(name), want)
		}
	}
	if strings.Contains(at, issuertest.Secret) || strings.Contains(at, exchange().Verifier) {
		t.Error("the address tells a secret")
	}
	code, _ := i.Visit(at)
	if _, err := all.Answer(t.Context(), "town", code, exchange()); err != nil {
		t.Fatal(err)
	}
	if _, err := all.Answer(t.Context(), "town", code, exchange()); fair.KindOf(err) != fair.Forbidden {
		t.Errorf("again: %v", err)
	}
	code, _ = i.Visit(at)
	other := exchange()
	other.Verifier = strings.Repeat("w", 43)
	if _, err := all.Answer(t.Context(), "town", code, other); fair.KindOf(err) != fair.Forbidden {
		t.Errorf("with another verifier: %v", err)
	}
	if _, err := all.Ask(t.Context(), "nowhere", exchange()); fair.KindOf(err) != fair.NotFound {
		t.Errorf("an issuer that is not there: %v", err)
	}
}

func TestAnIssuerThatIsDownIsAskedAgainLater(t *testing.T) {
	now := noon
	i := issuertest.New(t, func() time.Time { return now })
	i.Down(true)
	all := ours(i, func() time.Time { return now }) // starts all the same
	if list := all.List(); len(list) != 1 || list[0].Name != "La ville" {
		t.Errorf("listed: %v", list)
	}
	if _, err := all.Ask(t.Context(), "town", exchange()); fair.KindOf(err) != fair.Unavailable {
		t.Errorf("down: %v", err)
	}
	i.Down(false)
	if _, err := all.Ask(t.Context(), "town", exchange()); fair.KindOf(err) != fair.Unavailable || i.Lookups != 0 {
		t.Errorf("asked again at once: %v", err)
	}
	now = now.Add(11 * time.Second)
	if _, err := all.Ask(t.Context(), "town", exchange()); err != nil {
		t.Errorf("back: %v", err)
	}
	// What it said of itself outlives its next failure.
	now = now.Add(25 * time.Hour)
	i.Down(true)
	if _, err := all.Ask(t.Context(), "town", exchange()); err != nil {
		t.Errorf("down a day later: %v", err)
	}
	i.Down(false)
	now = now.Add(time.Minute)
	if _, err := all.Ask(t.Context(), "town", exchange()); err != nil || i.Lookups != 2 {
		t.Errorf("back: %v, asked what it is %d times", err, i.Lookups)
	}
	if to, ok := all.Leave(t.Context(), "town", "its token", "s", "http://127.0.0.1:8080/"); !ok || !strings.Contains(to, "id_token_hint=its+token") || !strings.HasPrefix(to, i.URL+"/end?") {
		t.Errorf("leave: %q, %v", to, ok)
	}
}

func TestTheFileOfIssuersIsReadWholeOrNotAtAll(t *testing.T) {
	good := `{"key":"town","name":"La ville","issuer":"https://id.example","client":"c","secret":"hush","roles":["candidate"]`
	for name, c := range map[string]struct{ file, fault string }{
		"good":            {`[` + good + `}]`, ""},
		"none":            {`[]`, ""},
		"not a list":      {`{}`, "not a JSON list"},
		"an unknown word": {`[` + good + `,"secrets":1}]`, "secrets"},
		"without https":   {`[` + strings.Replace(good, "https", "http", 1) + `}]`, "https"},
		"twice":           {`[` + good + `},` + good + `}]`, "twice"},
		"no such role":    {`[` + strings.Replace(good, "candidate", "king", 1) + `}]`, "king"},
		"a bad key":       {`[` + strings.Replace(good, "town", "../x", 1) + `}]`, "key"},
		"no secret":       {`[` + strings.Replace(good, "hush", "", 1) + `}]`, "secret"},
	} {
		_, err := issuer.Read(strings.NewReader(c.file))
		if (err == nil) != (c.fault == "") || err != nil && (!strings.Contains(err.Error(), c.fault) || strings.Contains(err.Error(), "hush")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
