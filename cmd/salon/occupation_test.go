package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/mongostore/mongotest"
	"salon/fair/place"
	"salon/fair/search"
)

const aRelease = `[{"code":"D1102","libelle":"Boulangerie - viennoiserie","appellations":[{"libelleCourt":"Tourier / Tourière","libelle":"x"}]}]`

func TestAServerFollowsAReleaseOfOccupations(t *testing.T) {
	t.Cleanup(func() { place.UseOccupations(nil) })
	h := &house{store: mongotest.Open(t, time.Now), index: search.New(), log: slog.New(slog.DiscardHandler)}
	f := fair.Fair{ID: fair.NewID(), Slug: "salon", Meta: fair.Meta{Rev: 1}}
	if err := h.store.Fairs.Insert(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	o := fair.Offer{ID: fair.NewID(), Fair: f.ID, State: fair.OfferOpen, Title: "Emploi de nuit", Work: fair.Work{ROME: "D1102"}, Meta: fair.Meta{Rev: 1}}
	if err := h.store.Offers.Insert(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if err := h.eachOpenOffer(t.Context(), func(o fair.Offer) error { return h.index.Put(t.Context(), o) }); err != nil {
		t.Fatal(err)
	}
	found := func() int {
		_, n, err := h.index.Search(t.Context(), f.ID, fair.OfferQuery{Text: "tourière", Page: 1, Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	release, err := place.ReadRelease([]byte(aRelease))
	if err != nil {
		t.Fatal(err)
	}
	if err := h.takeRelease(t.Context()); err != nil || found() != 0 {
		t.Fatalf("before a release, %d are found, %v", found(), err)
	}
	for range 2 { // the second time it is replaced
		if err := h.store.Nomenclatures.Put(t.Context(), []fair.Occupation{fair.Occupation(release[0])}); err != nil {
			t.Fatal(err)
		}
		if err := h.takeRelease(t.Context()); err != nil || found() != 1 {
			t.Fatalf("after it, %d are found, %v", found(), err)
		}
	}
	if rev, err := h.store.Nomenclatures.Rev(t.Context()); rev != 2 || h.release != 2 || err != nil {
		t.Errorf("revision %d is kept, %d in use, %v", rev, h.release, err)
	}
}

func TestAReleaseOfOccupationsIsKept(t *testing.T) {
	folder := t.TempDir()
	env := []string{"SALON_DATA=" + filepath.Join(folder, "data")}
	name := filepath.Join(folder, "rome.json")
	if err := os.WriteFile(name, []byte(aRelease), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		must(t, env, "1 occupations with 2 titles are kept", "import", "occupations", name)
	}
	if err := os.WriteFile(name, []byte("a;b"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, []string{"import", "occupations", name}, "no part of ROME")
}
