package service_test

import (
	"strings"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

func TestAKeyIsForAProgram(t *testing.T) {
	h := newHouse(t)
	h.boss = h.fresh("organiser@example.org")
	wish := service.KeyWish{Name: " Logiciel \n de paie ", Scopes: []fair.Scope{fair.ScopeOffers, fair.ScopeRead}, Days: 90}
	secret, d, err := h.MakeKey(t.Context(), h.boss, h.fair.Slug, wish)
	h.must(err)
	if !strings.HasPrefix(secret, "salon-key-") || len(secret) < 50 || d.Key.Name != "Logiciel de paie" || d.Maker != h.boss.Name || d.Key.UsedAt != nil {
		t.Errorf("made: %+v", d)
	}
	actor, key, err := h.KeyActor(t.Context(), secret)
	h.must(err)
	if !actor.Organises(h.fair.ID) || actor.IsCandidate() || len(actor.Roles) != 1 || !key.May(fair.ScopeOffers) || key.May(fair.ScopeSlots) {
		t.Errorf("acts as %+v", actor)
	}
	results, err := h.ImportOffers(t.Context(), actor, h.fair.Slug, records(offerRecord("by-key", "Maison 1")))
	h.must(err)
	if results[0].Result != service.ResultCreated {
		t.Errorf("imported: %+v", results[0])
	}
	if _, err := h.Authenticate(t.Context(), secret); fair.KindOf(err) != fair.Unauthenticated {
		t.Errorf("as a login: %v", err)
	}
	list, err := h.Keys(t.Context(), h.boss, h.fair.Slug)
	h.must(err)
	if len(list) != 1 || list[0].Key.UsedAt == nil || !list[0].Key.UsedAt.Equal(h.clock.Now()) {
		t.Errorf("listed: %+v", list)
	}
	for _, stored := range []string{string(list[0].Key.ID), list[0].Key.Name} {
		if strings.Contains(secret, stored) {
			t.Errorf("the secret is stored as %q", stored)
		}
	}

	// A stand's key is of that stand.
	stand := h.demo(fair.Recruiter, 1).Roles[0].Stand
	wish.Stand = stand
	ofStand, d, err := h.MakeKey(t.Context(), h.boss, h.fair.Slug, wish)
	h.must(err)
	actor, _, err = h.KeyActor(t.Context(), ofStand)
	h.must(err)
	if actor.Organises(h.fair.ID) || !actor.Recruits(stand) || d.Stand.ID != stand {
		t.Errorf("of a stand: %+v", actor)
	}
	if _, err := h.StandDesk(t.Context(), actor, h.demo(fair.Recruiter, 2).Roles[0].Stand); fair.KindOf(err) != fair.Forbidden {
		t.Errorf("another stand: %v", err)
	}

	// Ended, it opens nothing from the next request on.
	refused(t, h.EndKey(t.Context(), h.demo(fair.Recruiter, 1), d.Key.ID), fair.Forbidden, "not.organiser")
	h.must(h.EndKey(t.Context(), h.boss, d.Key.ID))
	h.must(h.EndKey(t.Context(), h.boss, d.Key.ID))
	_, _, err = h.KeyActor(t.Context(), ofStand)
	refused(t, err, fair.Unauthenticated, "key.over")
	if list, err = h.Keys(t.Context(), h.boss, h.fair.Slug); err != nil || len(list) != 1 {
		t.Errorf("listed after the end: %+v, %v", list, err)
	}
	// Nor while who made it does not organise the fair, nor once its time has come.
	role := fair.Role{Kind: fair.Organiser, Fair: h.fair.ID}
	_, err = h.store.Accounts.Revoke(t.Context(), h.boss.Account, role)
	h.must(err)
	_, _, err = h.KeyActor(t.Context(), secret)
	refused(t, err, fair.Unauthenticated, "key.over")
	_, err = h.store.Accounts.Grant(t.Context(), h.boss.Account, role)
	h.must(err)
	_, _, err = h.KeyActor(t.Context(), secret)
	h.must(err)
	h.clock.Pass(90 * 24 * time.Hour)
	_, _, err = h.KeyActor(t.Context(), secret)
	refused(t, err, fair.Unauthenticated, "key.over")
	for _, nobodys := range []string{"", "salon-key-", secret + "x", strings.TrimPrefix(secret, "salon-key-"), "salon-key-" + strings.Repeat("a", 200)} {
		_, _, err = h.KeyActor(t.Context(), nobodys)
		refused(t, err, fair.Unauthenticated, "key.over")
	}
}

func TestAKeyThatIsNoneIsNotMade(t *testing.T) {
	h := newHouse(t)
	h.boss = h.fresh("organiser@example.org")
	good := service.KeyWish{Name: "a", Scopes: []fair.Scope{fair.ScopeRead}, Days: 1}
	for field, change := range map[string]func(*service.KeyWish){
		"name":   func(w *service.KeyWish) { w.Name = " \n" },
		"scopes": func(w *service.KeyWish) { w.Scopes = []fair.Scope{fair.ScopeRead, "people"} },
		"days":   func(w *service.KeyWish) { w.Days = 400 },
		"stand":  func(w *service.KeyWish) { w.Stand = "elsewhere" },
	} {
		wish := good
		change(&wish)
		_, _, err := h.MakeKey(t.Context(), h.boss, h.fair.Slug, wish)
		if e, ok := err.(*fair.Error); !ok || e.Kind != fair.Invalid || e.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	_, _, err := h.MakeKey(t.Context(), h.demo(fair.Recruiter, 1), h.fair.Slug, good)
	refused(t, err, fair.Forbidden, "not.organiser")
	for range fair.KeysMade.Times {
		_, _, err = h.MakeKey(t.Context(), h.boss, h.fair.Slug, good)
		h.must(err)
	}
	_, _, err = h.MakeKey(t.Context(), h.boss, h.fair.Slug, good)
	refused(t, err, fair.TooMany, "key.many")
	h.clock.Pass(fair.FreshFor + time.Minute)
	_, _, err = h.MakeKey(t.Context(), h.boss, h.fair.Slug, good)
	refused(t, err, fair.Forbidden, "proof.stale")
}

// fresh signs an organiser in anew and has them set up what they must.
func (h *house) fresh(email string) fair.Actor {
	h.t.Helper()
	in := h.signIn(email)
	actor, err := h.Authenticate(h.t.Context(), in.Token)
	if err == nil {
		return actor
	}
	_, _, in = h.twoProofs(in)
	actor, err = h.Authenticate(h.t.Context(), in.Token)
	h.must(err)
	return actor
}
