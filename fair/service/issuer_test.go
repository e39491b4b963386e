package service_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// gates are issuers that say what a test wants: one for everybody, one for
// candidates alone.
type gates struct {
	mu   sync.Mutex
	says fair.Vouched
	err  error
	x    fair.Exchange // of the last question
}

func (*gates) List() []fair.Issuer {
	return []fair.Issuer{
		{Key: "all", Name: "Pour tous", Roles: []fair.RoleKind{fair.Candidate, fair.Recruiter, fair.Organiser, fair.Adviser}},
		{Key: "town", Name: "La ville", Roles: []fair.RoleKind{fair.Candidate}},
		{Key: "work", Name: "Le travail", Roles: []fair.RoleKind{fair.Recruiter}},
	}
}
func (g *gates) Ask(_ context.Context, key string, x fair.Exchange) (string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.x = x
	return "https://" + key + ".example/?state=" + x.State, g.err
}
func (g *gates) Answer(_ context.Context, _, code string, x fair.Exchange) (fair.Vouched, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if code != "good" || x != g.x {
		return fair.Vouched{}, fair.E(fair.Forbidden, "issuer.refused")
	}
	return g.says, g.err
}
func (g *gates) Leave(_ context.Context, key, token, _, back string) (string, bool) {
	return fmt.Sprintf("https://%s.example/end?%s&%s", key, token, back), true
}

func gated(t *testing.T) (*house, *gates) {
	g := &gates{}
	return newHouse(t, func(c *service.Config) { c.Issuers, c.Site = g, "http://127.0.0.1:8080" }), g
}

// through goes through an issuer, as somebody or as nobody yet.
func (h *house) through(a fair.Actor, key string, link bool) (service.Arrival, error) {
	h.t.Helper()
	secret, _, err := h.AskIssuer(h.t.Context(), a, key, "/fairs/x", fair.English, link)
	if err != nil {
		return service.Arrival{}, err
	}
	return h.AnswerIssuer(h.t.Context(), a, secret, key, h.Issuers.(*gates).x.State, "good")
}

func TestAnIssuerOpensTheAccountItVouchesFor(t *testing.T) {
	h, g := gated(t)
	// Nobody has the address: a candidate's account.
	g.says = fair.Vouched{Subject: "1", Email: "ada@fiction.example", Verified: true, Name: "Ada", Token: "its token"}
	at, err := h.through(fair.Actor{}, "town", false)
	h.must(err)
	ada := at.In.Account
	if at.Next != "/fairs/x" || at.Lang != fair.English || ada.Name != "Ada" || ada.Email != "ada@fiction.example" || at.In.Step != fair.StepDone || ada.Locale != fair.English {
		t.Errorf("arrived: %+v", at)
	}
	// Known by who it is, whatever the address says by then.
	g.says = fair.Vouched{Subject: "1", Email: "other@fiction.example", Token: "its token"}
	if at, err = h.through(fair.Actor{}, "town", false); err != nil || at.In.Account.ID != ada.ID {
		t.Errorf("again: %+v, %v", at, err)
	}
	// The token is sealed in the login, and comes back for signing out.
	actor, err := h.Authenticate(t.Context(), at.In.Token)
	h.must(err)
	if to := h.LeaveIssuer(t.Context(), actor); to != "https://town.example/end?its token&http://127.0.0.1:8080/" {
		t.Errorf("leaves to %q", to)
	}
	if other := h.person("mail@fiction.example"); h.LeaveIssuer(t.Context(), other) != "" {
		t.Error("who came by mail leaves an issuer")
	}
	// The same person of another issuer is somebody else.
	if at, err = h.through(fair.Actor{}, "all", false); err != nil || at.In != nil || at.Pending == "" {
		t.Errorf("by another issuer: %+v, %v", at, err)
	}
	// A verified address finds its account, and stays.
	bea := h.person("bea@fiction.example")
	g.says = fair.Vouched{Subject: "2", Email: "Bea@Fiction.example", Verified: true}
	if at, err = h.through(fair.Actor{}, "town", false); err != nil || at.In.Account.ID != bea.Account {
		t.Errorf("by her address: %+v, %v", at, err)
	}
	c, err := h.store.Credentials.Of(t.Context(), bea.Account)
	h.must(err)
	if len(c.Foreign) != 1 || c.Foreign[0].Issuer != "town" {
		t.Errorf("kept: %+v", c.Foreign)
	}
}

func TestAnIssuerOpensNothingElse(t *testing.T) {
	h, g := gated(t)
	bea := h.person("bea@fiction.example")
	// An address that is only repeated takes nobody's account.
	g.says = fair.Vouched{Subject: "1", Email: "bea@fiction.example"}
	at, err := h.through(fair.Actor{}, "town", false)
	h.must(err)
	if at.In != nil || at.Pending == "" {
		t.Fatalf("an address nobody verified: %+v", at)
	}
	if _, ok := h.PendingIssuer(t.Context(), fair.Actor{}, at.Pending); ok {
		t.Error("it waits for a visitor")
	}
	if i, ok := h.PendingIssuer(t.Context(), bea, at.Pending); !ok || i.Key != "town" {
		t.Errorf("waits: %+v, %v", i, ok)
	}
	h.must(h.ClaimIssuer(t.Context(), bea, at.Pending))
	refused(t, h.ClaimIssuer(t.Context(), bea, at.Pending), fair.Gone, "ceremony.over")
	if at, err = h.through(fair.Actor{}, "town", false); err != nil || at.In == nil || at.In.Account.ID != bea.Account {
		t.Errorf("once it was claimed: %+v, %v", at, err)
	}
	// What opens one account opens no other.
	carl := h.person("carl@fiction.example")
	_, err = h.through(carl, "town", true)
	refused(t, err, fair.Conflict, "issuer.taken")
	// Until its owner takes it out.
	c, err := h.store.Credentials.Of(t.Context(), bea.Account)
	h.must(err)
	h.must(h.DropIssuer(t.Context(), bea, c.Foreign[0].ID))
	if at, err = h.through(carl, "town", true); err != nil || !at.Linked {
		t.Errorf("linked: %+v, %v", at, err)
	}

	for name, c := range map[string]struct {
		key  string
		says fair.Vouched
		kind fair.Kind
		code string
	}{
		"a recruiter, where only candidates come": {"town", fair.Vouched{Subject: "9", Email: "remi@fiction.example", Verified: true}, fair.Forbidden, "issuer.role"},
		"nobody known, where recruiters come":     {"work", fair.Vouched{Subject: "9", Email: "new@fiction.example", Verified: true}, fair.Forbidden, "issuer.unknown"},
		"somebody of the demo":                    {"all", fair.Vouched{Subject: "9", Email: "demo", Verified: true}, fair.Forbidden, "issuer.role"},
	} {
		if c.says.Email == "remi@fiction.example" {
			h.equipped(c.says.Email)
		}
		if c.says.Email == "demo" {
			account, err := h.store.Accounts.Get(t.Context(), h.demo(fair.Candidate, 1).Account)
			h.must(err)
			c.says.Email = account.Email
		}
		g.says = c.says
		_, err := h.through(fair.Actor{}, c.key, false)
		if e, ok := err.(*fair.Error); !ok || e.Kind != c.kind || e.Code != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnAnswerBelongsToTheBrowserThatAsked(t *testing.T) {
	h, g := gated(t)
	g.says = fair.Vouched{Subject: "1", Email: "ada@fiction.example", Verified: true}
	ask := func(a fair.Actor, link bool) (secret, state string) {
		secret, _, err := h.AskIssuer(t.Context(), a, "town", "/", fair.French, link)
		h.must(err)
		return secret, g.x.State
	}
	secret, state := ask(fair.Actor{}, false)
	for name, c := range map[string][3]string{
		"another state":   {secret, "town", state + "x"},
		"no state":        {secret, "town", ""},
		"another browser": {"", "town", state},
		"another issuer":  {secret, "all", state},
	} {
		_, err := h.AnswerIssuer(t.Context(), fair.Actor{}, c[0], c[1], c[2], "good")
		if fair.KindOf(err) != fair.Gone {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := h.AnswerIssuer(t.Context(), fair.Actor{}, secret, "town", state, "good")
	h.must(err)
	_, err = h.AnswerIssuer(t.Context(), fair.Actor{}, secret, "town", state, "good")
	refused(t, err, fair.Gone, "ceremony.over")
	// Who asked for their account must still be there.
	ada := h.person("zoe@fiction.example")
	secret, state = ask(ada, true)
	_, err = h.AnswerIssuer(t.Context(), h.person("eve@fiction.example"), secret, "town", state, "good")
	refused(t, err, fair.Gone, "ceremony.over")
	// Who changes their mind there is told where to go on.
	secret, state = ask(fair.Actor{}, false)
	at, err := h.AnswerIssuer(t.Context(), fair.Actor{}, secret, "town", state, "")
	refused(t, err, fair.Forbidden, "issuer.refused")
	if at.Next != "/" || at.Lang != fair.French {
		t.Errorf("goes on to %+v", at)
	}
	// Adding one to an account needs a sign-in that is recent.
	h.clock.Pass(fair.FreshFor + time.Second)
	_, _, err = h.AskIssuer(t.Context(), ada, "town", "/", fair.French, true)
	refused(t, err, fair.Forbidden, "proof.stale")
	// One that is down says so, and others are not concerned.
	g.err = fair.E(fair.Unavailable, "issuer.down")
	_, _, err = h.AskIssuer(t.Context(), fair.Actor{}, "town", "/", fair.French, false)
	refused(t, err, fair.Unavailable, "issuer.down")
	h.person("mail@fiction.example")
}

func TestAStrongIssuerIsASecondFactorAndAWeakOneIsNot(t *testing.T) {
	h, g := gated(t)
	h.equipped("remi@fiction.example")
	g.says = fair.Vouched{Subject: "1", Email: "remi@fiction.example", Verified: true}
	at, err := h.through(fair.Actor{}, "all", false)
	h.must(err)
	if at.In.Step != fair.StepFactor {
		t.Errorf("weak: %q", at.In.Step)
	}
	_, err = h.Authenticate(t.Context(), at.In.Token)
	refused(t, err, fair.Forbidden, "factor.due")
	g.says.Strong = true
	at, err = h.through(fair.Actor{}, "all", false)
	h.must(err)
	if at.In.Step != fair.StepDone {
		t.Errorf("strong: %q", at.In.Step)
	}
	_, err = h.Authenticate(t.Context(), at.In.Token)
	h.must(err)

	// A recruiter who never set anything up comes in by a strong one alone.
	nina := h.person("nina@fiction.example")
	_, err = h.Recruit(t.Context(), h.demo(fair.Recruiter, 1).Roles[0].Stand, nina.Account)
	h.must(err)
	g.says = fair.Vouched{Subject: "2", Email: "nina@fiction.example", Verified: true}
	at, err = h.through(fair.Actor{}, "all", false)
	h.must(err)
	if at.In.Step != fair.StepSetup {
		t.Errorf("weak, nothing set up: %q", at.In.Step)
	}
	g.says.Strong = true
	at, err = h.through(fair.Actor{}, "all", false)
	h.must(err)
	if _, err = h.Authenticate(t.Context(), at.In.Token); err != nil || at.In.Step != fair.StepDone {
		t.Errorf("strong, nothing set up: %q, %v", at.In.Step, err)
	}
}

func TestTwoFirstVisitsAtOnceMakeOneAccount(t *testing.T) {
	h, g := gated(t)
	g.says = fair.Vouched{Subject: "1", Email: "ada@fiction.example", Verified: true}
	type asked struct{ secret, state string }
	var all []asked
	for range 8 {
		secret, _, err := h.AskIssuer(t.Context(), fair.Actor{}, "town", "/", fair.French, false)
		h.must(err)
		all = append(all, asked{secret, g.x.State})
	}
	g.mu.Lock()
	g.x = fair.Exchange{}
	g.mu.Unlock()
	h.Issuers = anyExchange{g}
	accounts := make([]fair.ID, len(all))
	var group sync.WaitGroup
	for n, a := range all {
		group.Go(func() {
			at, err := h.AnswerIssuer(t.Context(), fair.Actor{}, a.secret, "town", a.state, "good")
			if err != nil {
				t.Error(err)
				return
			}
			accounts[n] = at.In.Account.ID
		})
	}
	group.Wait()
	for _, account := range accounts {
		if account != accounts[0] {
			t.Fatalf("several accounts: %v", accounts)
		}
	}
}

// anyExchange answers whatever was asked.
type anyExchange struct{ *gates }

func (g anyExchange) Answer(context.Context, string, string, fair.Exchange) (fair.Vouched, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.says, nil
}
