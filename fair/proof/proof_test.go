package proof_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/proof"
)

func TestAPasswordIsLongAndNotWhatOthersWouldTry(t *testing.T) {
	about := []string{"camille.fiction@atelier.example", "Camille Fiction", "Les rencontres pour l’emploi"}
	for password, want := range map[string]string{
		"court":                      "password.short",
		"onze signes":                "password.short",
		strings.Repeat("a", 129):     "password.long",
		"mot\xffdepasse solide":      "password.long",
		"motdepasse2026":             "password.common",
		"MotDePasse1234":             "password.common",
		"azertyuiop123":              "password.common",
		"aaaaaaaaaaaaaaaa":           "password.common",
		"123456789012":               "password.common",
		"abcabcabcabc":               "password.common",
		"p@ssw0rdp@ssw0rd":           "password.common",
		"camille.fiction":            "password.common",
		"camillefiction34":           "password.common",
		"rencontres2026":             "password.common",
		"lesrencontrespourlemploi":   "password.common",
		"atelier.example1":           "password.common",
		"trois chevaux gris au trot": "",
		"xK9!mQ2#vL7p":               "",
		"vélo-lampe-cuillère":        "",
		"密码很长而且没有人会猜到它的内容": "",
	} {
		t.Run(password, func(t *testing.T) {
			err := proof.Acceptable(password, about...)
			if got := codeOf(err); got != want {
				t.Errorf("answered %q, want %q", got, want)
			}
		})
	}
}

func codeOf(err error) string {
	if e, ok := err.(*fair.Error); ok {
		return e.Code
	}
	return ""
}

func TestAHashMatchesItsPasswordAloneAndNobodysMatchesNone(t *testing.T) {
	h := proof.NewHasher()
	hash, err := h.Hash(t.Context(), "trois chevaux gris")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("%q, %v", hash, err)
	}
	for _, c := range []struct {
		password, hash string
		want           bool
	}{
		{"trois chevaux gris", hash, true}, {"trois chevaux Gris", hash, false}, {"", hash, false}, {"trois chevaux gris", "", false}, {"", "", false},
	} {
		if got, err := h.Matches(t.Context(), c.password, c.hash); err != nil || got != c.want {
			t.Errorf("%q on %.12q: %v, %v", c.password, c.hash, got, err)
		}
	}
}

func TestHashingIsBoundedAndRefusesInsteadOfQueueing(t *testing.T) {
	h := proof.NewHasher()
	if _, err := h.Matches(t.Context(), "", ""); err != nil { // the decoy is there
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	answers := map[fair.Kind]int{}
	for range 500 {
		wg.Go(func() {
			_, err := h.Matches(context.Background(), "guess", "")
			mu.Lock()
			defer mu.Unlock()
			answers[fair.KindOf(err)]++
			if e, ok := err.(*fair.Error); ok && e.RetryAfter <= 0 {
				t.Error("no word when to come back")
			}
		})
	}
	wg.Wait()
	if answers[fair.Unavailable] < 300 {
		t.Errorf("500 at once: %v, want most of them sent away", answers)
	}
}

func TestAOneTimeCodeIsRightAroundItsTime(t *testing.T) {
	key, err := proof.NewCodeKey("Salon", "camille@fiction.example")
	if err != nil || !strings.HasPrefix(key.URL, "otpauth://totp/Salon:camille") || len(key.QR) == 0 || len(key.Secret) != 20 {
		t.Fatalf("%+v, %v", key, err)
	}
	now := time.Unix(1_800_000_010, 0)
	code, err := proof.CodeAt(key.Secret, now)
	if err != nil {
		t.Fatal(err)
	}
	for off, want := range map[time.Duration]bool{0: true, 30 * time.Second: true, -30 * time.Second: true, 90 * time.Second: false, -90 * time.Second: false} {
		if _, ok := proof.CodeStep(key.Secret, code, now.Add(off)); ok != want {
			t.Errorf("%s later: %v", off, ok)
		}
	}
	if _, ok := proof.CodeStep(key.Secret, "", now); ok {
		t.Error("no code is right")
	}
}

func TestASealedSecretOpensForItsOwnerAlone(t *testing.T) {
	key := []byte("a key of thirty-two bytes, okay?")
	sealed, err := proof.Seal(key, []byte("secret"), "camille")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := proof.Open(key, sealed, "camille"); err != nil || string(got) != "secret" {
		t.Errorf("%q, %v", got, err)
	}
	for what, try := range map[string]func() ([]byte, error){
		"for somebody else": func() ([]byte, error) { return proof.Open(key, sealed, "nadia") },
		"with another key": func() ([]byte, error) {
			return proof.Open([]byte("another key of thirty-two bytes."), sealed, "camille")
		},
		"cut short": func() ([]byte, error) { return proof.Open(key, sealed[:5], "camille") },
		"changed": func() ([]byte, error) {
			return proof.Open(key, append(sealed[:len(sealed)-1:len(sealed)-1], 0), "camille")
		},
	} {
		if got, err := try(); err == nil {
			t.Errorf("%s it opened: %q", what, got)
		}
	}
}

func TestASiteWithoutADomainHasNoPasskeys(t *testing.T) {
	for site, want := range map[string]bool{"http://127.0.0.1:8080": false, "https://[::1]": false, "": false, "http://localhost:8080": true, "https://salon.example.org": true} {
		r, err := proof.NewRelying(site)
		if err != nil || (r != nil) != want {
			t.Errorf("%s: %v, %v", site, r != nil, err)
		}
	}
}
