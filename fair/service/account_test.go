package service_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/mongostore/mongotest"
	"salon/fair/service"
)

func TestAFreshAddressBecomesACandidateWithAPerson(t *testing.T) {
	h := newHouse(t)
	in := h.signIn("marie.dupont@example.org")
	if in.Account.Name != "Marie" || !in.Login.ExpiresAt.Equal(opening.Add(14*24*time.Hour)) {
		t.Errorf("signed in as %+v until %s", in.Account, in.Login.ExpiresAt)
	}
	actor, err := h.Authenticate(t.Context(), in.Token)
	h.must(err)
	if !actor.IsCandidate() || actor.Login != in.Login.ID || strings.Contains(string(actor.Login), in.Token) {
		t.Errorf("the actor is %+v", actor)
	}
	if _, err := h.store.Persons.Get(t.Context(), actor.Account); err != nil {
		t.Errorf("the account has no person: %v", err)
	}
	if again := h.signIn("Marie.Dupont@Example.ORG"); again.Account.ID != in.Account.ID {
		t.Error("the same address in capitals is somebody else")
	}
}

func TestAnAddressWithoutALetterIsStillSomebody(t *testing.T) {
	h := newHouse(t)
	if account := h.signIn("1@2.3").Account; account.Name == "" {
		t.Error("nobody has no name")
	}
}

func TestASignInCodeIsCountedLimitedAndUsedOnce(t *testing.T) {
	const email = "nadia@example.org"
	wrong := func(h *house) error {
		_, err := h.SignIn(t.Context(), email, "00000000", fair.French)
		return err
	}
	right := func(h *house) error {
		_, err := h.SignIn(t.Context(), email, h.world.codes[email], fair.French)
		return err
	}
	for _, c := range []struct {
		name string
		do   func(h *house) error
		kind fair.Kind
		code string
	}{
		{"a wrong code", wrong, fair.Invalid, "code.wrong"},
		{"the right code after five wrong ones", func(h *house) error {
			for range fair.CodeAttempts {
				_ = wrong(h)
			}
			return right(h)
		}, fair.TooMany, "code.attempts"},
		{"the right code twice", func(h *house) error { h.must(right(h)); return right(h) }, fair.Gone, "code.expired"},
		{"the right code too late", func(h *house) error { h.clock.Pass(fair.CodeLifetime); return right(h) }, fair.Gone, "code.expired"},
		{"the code before the newest one", func(h *house) error {
			old := h.world.codes[email]
			h.must(h.RequestCode(t.Context(), email, fair.French))
			_, err := h.SignIn(t.Context(), email, old, fair.French)
			return err
		}, fair.Invalid, "code.wrong"},
		{"an address nobody asked for", func(h *house) error {
			_, err := h.SignIn(t.Context(), "unknown@example.org", "12345678", fair.French)
			return err
		}, fair.Invalid, "code.wrong"},
		{"a sixth mail within the hour", func(h *house) error {
			for range fair.CodesPerWindow - 1 {
				h.must(h.RequestCode(t.Context(), email, fair.French))
			}
			return h.RequestCode(t.Context(), email, fair.French)
		}, fair.TooMany, "code.toomany"},
		{"no address at all", func(h *house) error { return h.RequestCode(t.Context(), "nadia", fair.French) }, fair.Invalid, "email.invalid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			h.must(h.RequestCode(t.Context(), email, fair.French))
			h.dispatch()
			refused(t, c.do(h), c.kind, c.code)
		})
	}
}

func TestMailsAreAllowedAgainAfterAnHour(t *testing.T) {
	h := newHouse(t)
	for range fair.CodesPerWindow {
		h.must(h.RequestCode(t.Context(), "nadia@example.org", fair.French))
	}
	h.clock.Pass(fair.CodeWindow)
	h.must(h.RequestCode(t.Context(), "nadia@example.org", fair.French))
}

func TestGuessingInParallelHasFiveAttempts(t *testing.T) {
	h := newHouse(t)
	h.must(h.RequestCode(t.Context(), "nadia@example.org", fair.French))
	var compared atomic.Int32
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			_, err := h.SignIn(t.Context(), "nadia@example.org", fmt.Sprintf("%08d", i), fair.French)
			if matches(err, fair.E(fair.Invalid, "code.wrong")) {
				compared.Add(1)
			}
		})
	}
	wg.Wait()
	if n := compared.Load(); n != fair.CodeAttempts {
		t.Errorf("%d guesses were compared, want %d", n, fair.CodeAttempts)
	}
}

func TestSigningOutEndsTheLoginAndItsSockets(t *testing.T) {
	h := newHouse(t)
	in := h.signIn("nadia@example.org")
	actor, err := h.Authenticate(t.Context(), in.Token)
	h.must(err)
	h.must(h.SignOut(t.Context(), actor))
	_, err = h.Authenticate(t.Context(), in.Token)
	refused(t, err, fair.Unauthenticated, "login.ended")
	if !h.world.heard("out " + string(actor.Login)) {
		t.Error("the sockets were not told")
	}
}

func TestATokenThatStandsForNobodyIsRefused(t *testing.T) {
	h := newHouse(t)
	in := h.signIn("nadia@example.org")
	for name, token := range map[string]string{"empty": "", "short": "x", "unknown": strings.Repeat("a", 43), "huge": strings.Repeat("a", 1000)} {
		_, err := h.Authenticate(t.Context(), token)
		t.Run(name, func(t *testing.T) { refused(t, err, fair.Unauthenticated, "login.ended") })
	}
	h.clock.Pass(14 * 24 * time.Hour)
	_, err := h.Authenticate(t.Context(), in.Token)
	refused(t, err, fair.Unauthenticated, "login.ended")
}

func TestAnAccountKilledBetweenItsTwoDocumentsIsMadeByTheNextTry(t *testing.T) {
	h := newHouse(t)
	dying := newHouseOn(h, func(c *service.Config) { c.Step = func(string) error { return errKilled } })
	if _, err := dying.DemoSession(t.Context(), fair.Candidate, 7); !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	if a := h.demo(fair.Candidate, 7); !a.IsCandidate() {
		t.Errorf("the next try made %+v", a)
	}
}

func TestDemoPeopleAreMadeOnFirstUseAndStay(t *testing.T) {
	h := newHouse(t)
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() { h.demo(fair.Candidate, 3) })
	}
	wg.Wait()
	one, two := h.demo(fair.Recruiter, 2), h.demo(fair.Recruiter, 62)
	if one.Account == two.Account || one.Roles[0].Stand != two.Roles[0].Stand {
		t.Errorf("recruiters 2 and 62 serve %s and %s", one.Roles[0].Stand, two.Roles[0].Stand)
	}
	if !h.demo(fair.Organiser, 1).Organises(h.fair.ID) {
		t.Error("the demo's organiser organises nothing")
	}
	me, err := h.Me(t.Context(), h.demo(fair.Candidate, 9999))
	h.must(err)
	if me.Profile.Phone != "+33639989999" {
		t.Errorf("candidate 9999 has the number %q", me.Profile.Phone)
	}
	for _, c := range []struct {
		name string
		role fair.RoleKind
		n    int
		kind fair.Kind
		code string
	}{
		{"number 0", fair.Candidate, 0, fair.Invalid, "demo.number"},
		{"number 10,001", fair.Candidate, 10_001, fair.Invalid, "demo.number"},
		{"a role of no one", "facilitator", 1, fair.Invalid, "demo.role"},
		{"a stand that is not loaded", fair.Recruiter, 4, fair.Unavailable, "demo.empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := h.DemoSession(t.Context(), c.role, c.n)
			refused(t, err, c.kind, c.code)
		})
	}
	serious := newHouseOn(h, func(c *service.Config) { c.Demo = false })
	_, err = serious.DemoSession(t.Context(), fair.Candidate, 1)
	refused(t, err, fair.NotFound, "demo.off")
	_, err = serious.MailSent(t.Context(), one, 10)
	refused(t, err, fair.NotFound, "demo.off")
}

func TestAProfileIsCheckedPieceByPiece(t *testing.T) {
	h := newHouse(t)
	serious := newHouseOn(h, func(c *service.Config) { c.Demo = false })
	me := h.person("nadia@example.org")
	for _, c := range []struct {
		name  string
		in    *house
		edit  service.ProfileEdit
		code  string
		phone string
	}{
		{"a French mobile number", h, service.ProfileEdit{Phone: new("06 12 34 56 78")}, "", "+33612345678"},
		{"a Spanish number", h, service.ProfileEdit{Phone: new("+34 612 34 56 78")}, "", "+34612345678"},
		{"a number of fiction in the demo", h, service.ProfileEdit{Phone: new("01 99 00 12 34")}, "", "+33199001234"},
		{"a number of fiction in earnest", serious, service.ProfileEdit{Phone: new("06 39 98 12 34")}, "phone.invalid", ""},
		{"a premium number", h, service.ProfileEdit{Phone: new("0 899 70 11 11")}, "phone.premium", ""},
		{"a number too short", h, service.ProfileEdit{Phone: new("06 12")}, "phone.invalid", ""},
		{"words for a number", h, service.ProfileEdit{Phone: new("appelez-moi")}, "phone.invalid", ""},
		{"no number any more", h, service.ProfileEdit{Phone: new("")}, "", ""},
		{"an empty name", h, service.ProfileEdit{Name: new("  ")}, "text.missing", ""},
		{"a headline too long", h, service.ProfileEdit{Headline: new(strings.Repeat("é", 121))}, "text.long", ""},
		{"a commune elsewhere", h, service.ProfileEdit{Commune: new("75056")}, "commune.unknown", ""},
		{"an occupation nobody knows", h, service.ProfileEdit{Occupations: &[]string{"J1501", "Z9999"}}, "occupation.unknown", ""},
		{"another language", h, service.ProfileEdit{Locale: new(fair.Lang("de"))}, "locale.unknown", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			account, err := c.in.EditProfile(t.Context(), me, c.edit)
			if c.code != "" {
				refused(t, err, fair.Invalid, c.code)
				return
			}
			if err != nil || account.Profile.Phone != c.phone {
				t.Errorf("the number is %q (%v), want %q", account.Profile.Phone, err, c.phone)
			}
		})
	}
	_, err := h.EditProfile(t.Context(), fair.Actor{}, service.ProfileEdit{})
	refused(t, err, fair.Unauthenticated, "sign.in")
}

func TestTwoEditsAtOnceBothCount(t *testing.T) {
	h := newHouse(t)
	me := h.person("nadia@example.org")
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := h.EditProfile(t.Context(), me, service.ProfileEdit{Headline: new("Aide-soignante")}); err != nil {
			t.Error(err)
		}
	})
	wg.Go(func() {
		if _, err := h.EditProfile(t.Context(), me, service.ProfileEdit{Commune: new("34172")}); err != nil {
			t.Error(err)
		}
	})
	wg.Wait()
	account, err := h.Me(t.Context(), me)
	h.must(err)
	if account.Profile.Headline == "" || account.Profile.Commune == "" {
		t.Errorf("one edit swallowed the other: %+v", account.Profile)
	}
}

func TestAStoreThatIsDownIsToldAsUnavailable(t *testing.T) {
	h := newHouse(t)
	down := newHouseOn(h, func(c *service.Config) { c.Stores = stores(mongotest.Unreachable(t, h.clock.Now)) })
	_, err := down.Fairs(t.Context(), fair.Actor{})
	refused(t, err, fair.Unavailable, "store.down")
	if e, _ := errors.AsType[*fair.Error](err); e.RetryAfter <= 0 {
		t.Error("nobody is told when to come again")
	}
	_, err = down.book(fair.Actor{Account: fair.NewID(), Roles: []fair.Role{{Kind: fair.Candidate}}}, fair.NewID(), "k")
	refused(t, err, fair.Unavailable, "store.down")
	_, err = down.Authenticate(t.Context(), strings.Repeat("a", 43))
	refused(t, err, fair.Unavailable, "store.down")
}
