package service_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/proof"
	"salon/fair/service"
)

// goodPassword is one that nobody would guess.
const goodPassword = "trois chevaux gris au trot"

// halfway is who a token would stand for.
func (h *house) halfway(token string) fair.Actor {
	h.t.Helper()
	a, err := h.Halfway(h.t.Context(), token)
	h.must(err)
	return a
}

// equipped is a real recruiter with a password and one-time codes, the secret of
// those, the recovery codes, and the token the setting up ended with.
func (h *house) equipped(email string) (secret []byte, codes []string, in service.SignedIn) {
	h.t.Helper()
	stand := h.demo(fair.Recruiter, 1).Roles[0].Stand
	in = h.signIn(email)
	_, err := h.Recruit(h.t.Context(), stand, in.Account.ID)
	h.must(err)
	return h.twoProofs(in)
}

// twoProofs sets up a password and an authenticator app in a login that is halfway.
func (h *house) twoProofs(in service.SignedIn) (secret []byte, codes []string, after service.SignedIn) {
	h.t.Helper()
	in, err := h.SetPassword(h.t.Context(), h.halfway(in.Token), goodPassword)
	h.must(err)
	key, err := h.TryTOTP(h.t.Context(), h.halfway(in.Token))
	h.must(err)
	code, err := proof.CodeAt(key.Secret, h.clock.Now())
	h.must(err)
	codes, in, err = h.ConfirmTOTP(h.t.Context(), h.halfway(in.Token), code)
	h.must(err)
	return key.Secret, codes, in
}

func TestARecruiterIsNobodyBeforeTheSecondFactor(t *testing.T) {
	h := newHouse(t)
	in := h.signIn("remi@example.org")
	_, err := h.Authenticate(t.Context(), in.Token)
	h.must(err)
	stand := h.demo(fair.Recruiter, 1).Roles[0].Stand
	_, err = h.Recruit(t.Context(), stand, in.Account.ID)
	h.must(err)

	_, err = h.Authenticate(t.Context(), in.Token)
	refused(t, err, fair.Forbidden, "factor.missing")
	half := h.halfway(in.Token)
	if half.Step != fair.StepSetup || len(half.Roles) != 0 || half.SignedIn() {
		t.Errorf("on the way: %+v", half)
	}
	if _, err := h.LineDesk(t.Context(), half, stand); fair.KindOf(err) != fair.Unauthenticated {
		t.Errorf("the desk answers %v", err)
	}
	secret, _, equipped := h.equipped("remi@example.org")
	actor, err := h.Authenticate(t.Context(), equipped.Token)
	h.must(err)
	if !actor.Recruits(stand) {
		t.Errorf("equipped: %+v", actor)
	}

	// The next time: the password, then a code that was not used before.
	in, err = h.PasswordSignIn(t.Context(), "Remi@example.org", goodPassword)
	h.must(err)
	_, err = h.Authenticate(t.Context(), in.Token)
	refused(t, err, fair.Forbidden, "factor.due")
	if in.Step != fair.StepFactor || in.Login.ExpiresAt.After(h.clock.Now().Add(15*time.Minute)) {
		t.Errorf("after the password: %+v", in)
	}
	half = h.halfway(in.Token)
	_, err = h.SetPassword(t.Context(), half, goodPassword+" encore")
	refused(t, err, fair.Unauthenticated, "sign.in")
	_, err = h.TryTOTP(t.Context(), half)
	refused(t, err, fair.Unauthenticated, "sign.in")
	used, err := proof.CodeAt(secret, h.clock.Now())
	h.must(err)
	_, err = h.ProveCode(t.Context(), half, used)
	refused(t, err, fair.Invalid, "factor.wrong")
	h.clock.Pass(30 * time.Second)
	fresh, err := proof.CodeAt(secret, h.clock.Now())
	h.must(err)
	done, err := h.ProveCode(t.Context(), half, fresh[:3]+" "+fresh[3:])
	h.must(err)
	if done.Token == in.Token || done.Step != fair.StepDone || !h.world.heard("out "+string(in.Login.ID)) {
		t.Errorf("the second factor left the token, or the old one: %+v", done)
	}
	_, err = h.Authenticate(t.Context(), in.Token)
	refused(t, err, fair.Unauthenticated, "login.ended")
	_, err = h.ProveCode(t.Context(), half, fresh)
	refused(t, err, fair.Unauthenticated, "sign.in")
}

func TestARecoveryCodeOpensOnceWhoeverComesFirst(t *testing.T) {
	h := newHouse(t)
	_, codes, _ := h.equipped("remi@example.org")
	if len(codes) != proof.RecoveryCodes {
		t.Fatalf("%d codes", len(codes))
	}
	var halves []fair.Actor
	for range 5 {
		in, err := h.PasswordSignIn(t.Context(), "remi@example.org", goodPassword)
		h.must(err)
		halves = append(halves, h.halfway(in.Token))
	}
	var wg sync.WaitGroup
	won := make(chan error, len(halves))
	for _, half := range halves {
		wg.Go(func() {
			_, err := h.ProveCode(t.Context(), half, strings.ToUpper(codes[3]))
			won <- err
		})
	}
	wg.Wait()
	close(won)
	opened := 0
	for err := range won {
		if err == nil {
			opened++
		}
	}
	if opened != 1 {
		t.Errorf("the same recovery code opened %d times", opened)
	}
}

func TestTwoThousandGuessesAreMostlyNotEvenCompared(t *testing.T) {
	h := newHouse(t)
	h.equipped("remi@example.org")
	compared := 0
	for range 2_000 {
		_, err := h.PasswordSignIn(t.Context(), "remi@example.org", "guess")
		switch fair.KindOf(err) {
		case fair.Invalid:
			compared++
		case fair.TooMany:
		default:
			t.Fatal(err)
		}
	}
	if compared > fair.PasswordTries.Times {
		t.Errorf("%d guesses were compared", compared)
	}
	// The one who has the address still gets in, by mail and the second factor.
	in := h.signIn("remi@example.org")
	if in.Step != fair.StepFactor {
		t.Errorf("by mail: %+v", in)
	}
	h.clock.Pass(fair.PasswordTries.Within)
	_, err := h.PasswordSignIn(t.Context(), "remi@example.org", goodPassword)
	h.must(err)
}

func TestGuessingTheSecondFactorIsCountedToo(t *testing.T) {
	h := newHouse(t)
	_, codes, _ := h.equipped("remi@example.org")
	in, err := h.PasswordSignIn(t.Context(), "remi@example.org", goodPassword)
	h.must(err)
	half := h.halfway(in.Token)
	for range fair.FactorTries.Times {
		if _, err := h.ProveCode(t.Context(), half, "000000"); err == nil {
			t.Fatal("a wrong code proves something")
		}
	}
	_, err = h.ProveCode(t.Context(), half, codes[0])
	refused(t, err, fair.TooMany, "factor.tries")
}

func TestWhoIsKnownCannotBeToldByTheAnswerOrItsTime(t *testing.T) {
	h := newHouse(t)
	h.equipped("remi@example.org")
	h.signIn("nadia@example.org") // known, without a password
	emails := []string{"remi@example.org", "nadia@example.org", "nobody@example.org"}
	least := map[string]time.Duration{} // what the machine does besides only adds to it
	for range 9 {                       // in turn, so that the load of the machine is the same for all
		for _, email := range emails {
			from := time.Now()
			_, err := h.PasswordSignIn(t.Context(), email, "a wrong password")
			if took := time.Since(from); least[email] == 0 || took < least[email] {
				least[email] = took
			}
			if e, ok := err.(*fair.Error); !ok || e.Code != "password.wrong" || e.Field != "password" {
				t.Errorf("%s: %v", email, err)
			}
		}
	}
	for _, email := range emails[1:] {
		if r := float64(least[email]) / float64(least[emails[0]]); r < 0.5 || r > 2 {
			t.Errorf("%s takes %.2f times as long as somebody with a password", email, r)
		}
	}
}

func TestWhatProvesAnAccountIsChangedSoonAfterSigningInOnly(t *testing.T) {
	h := newHouse(t)
	_, _, in := h.equipped("remi@example.org")
	actor, err := h.Authenticate(t.Context(), in.Token)
	h.must(err)
	refused(t, h.DropTOTP(t.Context(), actor), fair.Conflict, "factor.last")
	again, err := h.SetPassword(t.Context(), actor, goodPassword+" encore")
	h.must(err)
	actor, err = h.Authenticate(t.Context(), again.Token)
	h.must(err)
	h.clock.Pass(fair.FreshFor + time.Minute)
	for what, err := range map[string]error{
		"the password": func() error { _, err := h.SetPassword(t.Context(), actor, goodPassword); return err }(),
		"the app":      func() error { _, err := h.TryTOTP(t.Context(), actor); return err }(),
		"the codes":    func() error { _, err := h.RenewRecovery(t.Context(), actor); return err }(),
	} {
		if e, ok := err.(*fair.Error); !ok || e.Code != "proof.stale" {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestAPasswordThatNamesThePersonOrTheFairIsRefused(t *testing.T) {
	h := newHouse(t)
	actor := h.person("camille.durandal@example.org")
	for _, password := range []string{"rencontres2021", "camille.durandal", "Durandal2021!"} {
		_, err := h.SetPassword(t.Context(), actor, password)
		if e, ok := err.(*fair.Error); !ok || e.Code != "password.common" {
			t.Errorf("%s: %v", password, err)
		}
	}
}

func TestACandidateNeedsNoSecondFactorUntilTheyWantOne(t *testing.T) {
	h := newHouse(t)
	in := h.signIn("camille@example.org")
	actor, err := h.Authenticate(t.Context(), in.Token)
	h.must(err)
	key, err := h.TryTOTP(t.Context(), actor)
	h.must(err)
	if shown, err := h.TryTOTP(t.Context(), actor); err != nil || shown.Text != key.Text {
		t.Errorf("read again, the page shows another secret: %v", err)
	}
	code, err := proof.CodeAt(key.Secret, h.clock.Now())
	h.must(err)
	_, _, err = h.ConfirmTOTP(t.Context(), actor, code)
	h.must(err)
	if again := h.signIn("camille@example.org"); again.Step != fair.StepFactor {
		t.Errorf("signing in again asks for %q", again.Step)
	}
	if raw := fmt.Sprintf("%+v", h.log.String()); strings.Contains(raw, "camille") {
		t.Errorf("the log knows the address: %s", raw)
	}
}

func TestAnotherPasswordSignsOtherDevicesOut(t *testing.T) {
	h := newHouse(t)
	phone := h.person("ada@example.org")
	in := h.signIn("ada@example.org")
	ada, err := h.Authenticate(t.Context(), in.Token)
	h.must(err)
	in, err = h.SetPassword(t.Context(), ada, goodPassword)
	h.must(err)
	if _, err := h.Login(t.Context(), phone); fair.KindOf(err) != fair.Unauthenticated || !h.world.heard("out "+string(phone.Login)) {
		t.Errorf("who knew the old password is still in: %v", err)
	}
	if _, err := h.Authenticate(t.Context(), in.Token); err != nil {
		t.Errorf("this device: %v", err)
	}
}

func TestWhoLostTheirSecondFactorBeginsAgain(t *testing.T) {
	h := newHouse(t)
	_, _, in := h.equipped("boss@example.org")
	boss, err := h.Authenticate(t.Context(), in.Token)
	h.must(err)
	if _, err := h.ResetFactors(t.Context(), "Boss@Example.org"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Login(t.Context(), boss); fair.KindOf(err) != fair.Unauthenticated {
		t.Errorf("a login from before goes on: %v", err)
	}
	c, err := h.Stores.Credentials.Of(t.Context(), boss.Account)
	h.must(err)
	if c.Equipped() || len(c.Recovery) > 0 {
		t.Errorf("there is a second factor still: %+v", c)
	}
}
