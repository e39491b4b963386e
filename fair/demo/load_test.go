package demo_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"reflect"
	"testing"
	"time"

	"go.uber.org/goleak"

	"salon/fair"
	"salon/fair/demo"
	"salon/fair/mongostore/mongotest"
	"salon/fair/place"
	"salon/fair/service"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// outside is the world around a service, deaf and empty: every method that the
// load needs answers nothing.
type outside struct {
	service.Notifier
	service.Index
}

func (outside) WebconferenceChanged(context.Context, fair.Webconference) error { return nil }
func (outside) RoomClosed(context.Context, string) error                       { return nil }
func (outside) MemberChanged(context.Context, string, fair.ID, int64, fair.RoomRole) error {
	return nil
}
func (outside) Put(context.Context, ...fair.Offer) error { return nil }

func (outside) Commune(insee string) (string, float64, float64, bool) {
	c, ok := place.CommuneByINSEE(insee)
	return c.Name, c.Lat, c.Lon, ok
}

func (outside) CommuneNamed(string) (string, bool) { return "", false }

func (outside) Occupation(rome string) (string, bool) {
	o, ok := place.OccupationByCode(rome)
	return o.Label, ok
}

// house is a demo's service on the real engine, at a time the test sets.
type house struct {
	*service.Service
	now time.Time
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{now: today}
	clock := func() time.Time { return h.now }
	store := mongotest.Open(t, clock)
	h.Service = service.New(service.Config{
		Stores: service.Stores{
			Accounts: store.Accounts, Persons: store.Persons, Logins: store.Logins, Codes: store.Codes, Fairs: store.Fairs,
			Credentials: store.Credentials, Ceremonies: store.Ceremonies, Quotas: store.Quotas, Invitations: store.Invitations, Keys: store.Keys, Addresses: store.Addresses,
			Companies: store.Companies, Stands: store.Stands, Offers: store.Offers, Slots: store.Slots, SlotRules: store.SlotRules, Draws: store.Draws, Wishes: store.Wishes,
			Interviews: store.Interviews, Webconferences: store.Webconferences, Tickets: store.Tickets, Lines: store.Lines, Companions: store.Companions, Mails: store.Mails, Audits: store.Audits,
			Standbys: store.Standbys, Threads: store.Threads, Applications: store.Applications, Favourites: store.Favourites, Pockets: store.Pockets, CVs: store.CVs, Imports: store.Imports, Watches: store.Watches,
			Reports: store.Reports, Papers: store.Papers, Erasures: store.Erasures, Effects: store.Effects,
		},
		Notifier: outside{}, Index: outside{}, Places: outside{}, Clock: clock, Log: slog.New(slog.DiscardHandler),
		Secret: make([]byte, 32), Demo: true, DemoAccount: demo.Account,
	})
	return h
}

// load loads the demo as of now.
func (h *house) load(t testing.TB) fair.Fair {
	t.Helper()
	f, err := demo.Load(context.Background(), h.Service, h.now)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// state is all that a visitor can see.
func (h *house) state(t testing.TB) (figures service.FairFigures, documents []any) {
	t.Helper()
	ctx := context.Background()
	f, err := h.Fair(ctx, fair.Actor{}, service.DemoFair)
	if err != nil {
		t.Fatal(err)
	}
	if figures, err = h.FairFigures(ctx, fair.Actor{}, f.ID); err != nil {
		t.Fatal(err)
	}
	stands, err := h.Stands(ctx, fair.Actor{}, service.DemoFair, 1, 100)
	if err != nil {
		t.Fatal(err)
	}
	talks, err := h.Webconferences(ctx, fair.Actor{}, service.DemoFair)
	if err != nil {
		t.Fatal(err)
	}
	return figures, []any{f, stands, talks}
}

// TestTheLoadedFair loads the demo once, for it takes a while, and looks at it
// from all sides; the parts build on each other.
func TestTheLoadedFair(t *testing.T) {
	h := newHouse(t)
	f := h.load(t)
	figures, _ := h.state(t)
	t.Run("holds stands, talks and slots", func(t *testing.T) {
		if figures.Stands != 60 || figures.Webconferences != len(demo.Webconferences(today)) || figures.FreeSlots < 800 {
			t.Errorf("the fair holds %+v", figures)
		}
	})
	t.Run("has a demo speaker on the stage that is always open", h.hasSpeaker)
	t.Run("has appointments on every desk", h.hasAppointments)
	t.Run("lets the offers find the stands of their companies", func(t *testing.T) { h.findsStands(t, f) })
	t.Run("is not changed by a second start", func(t *testing.T) {
		_, documents := h.state(t)
		h.load(t)
		again, same := h.state(t)
		figures.Offers = again.Offers // imported since
		if again != figures || !reflect.DeepEqual(documents, same) {
			t.Errorf("the second start has changed the fair: %+v, then %+v", figures, again)
		}
	})
	t.Run("gets the slots of a later day", func(t *testing.T) {
		h.now = h.now.AddDate(0, 0, 1)
		h.load(t)
		if tomorrow, _ := h.state(t); tomorrow.Stands != 60 || tomorrow.Webconferences != figures.Webconferences || tomorrow.FreeSlots < 700 {
			t.Errorf("the day after, the fair holds %+v", tomorrow)
		}
	})
}

// enter is the demo person of that role and number.
func (h *house) enter(t *testing.T, role fair.RoleKind, n int) fair.Actor {
	t.Helper()
	account, err := h.DemoPerson(t.Context(), role, n)
	if err != nil {
		t.Fatal(err)
	}
	return fair.Actor{Account: account.ID, Name: account.Name, Roles: account.Roles}
}

func (h *house) hasSpeaker(t *testing.T) {
	talk, err := h.Webconference(t.Context(), fair.Actor{}, service.DemoFair+"/"+demo.LiveSlug)
	if err != nil {
		t.Fatal(err)
	}
	if speaker := h.enter(t, fair.Speaker, 1); !talk.OnAir() || !talk.Speaks(speaker.Account) {
		t.Errorf("on air: %v, speaker 1 on stage: %v", talk.OnAir(), talk.Speaks(speaker.Account))
	}
}

func (h *house) hasAppointments(t *testing.T) {
	total := 0
	for role, last := range map[fair.RoleKind]int{fair.Recruiter: 60, fair.Candidate: 20} {
		for n := 1; n <= last; n++ {
			mine, err := h.MyInterviews(t.Context(), h.enter(t, role, n), time.Time{}, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			if len(mine) < 1 || role == fair.Recruiter && len(mine) > 4 && n != demo.FullStand {
				t.Errorf("%s %d has %d appointments", role, n, len(mine))
			}
			total += len(mine)
		}
	}
	t.Logf("%d appointments seen", total)
}

func (h *house) findsStands(t *testing.T, f fair.Fair) {
	organiser := h.enter(t, fair.Organiser, 1)
	files, err := demo.Offers(demo.Day(f))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{service.ResultCreated, service.ResultUnchanged} {
		for _, file := range files {
			var answer struct {
				Resultats []json.RawMessage `json:"resultats"`
			}
			if err := json.Unmarshal(file.JSON, &answer); err != nil {
				t.Fatal(err)
			}
			results, err := h.ImportOffers(t.Context(), organiser, service.DemoFair, answer.Resultats)
			if err != nil {
				t.Fatalf("import %s: %v", file.Name, err)
			}
			for _, r := range results {
				if r.Result != want {
					t.Errorf("%s: %s %v, want %s", r.SourceID, r.Result, r.Problems, want)
				}
			}
		}
	}
	stands, err := h.Stands(t.Context(), fair.Actor{}, service.DemoFair, 1, 100)
	if err != nil {
		t.Fatal(err)
	}
	offers := 0
	for _, stand := range stands.Items {
		if stand.Offers == 0 || len(stand.People) != 2 {
			t.Errorf("%s shows %d offers and %d people", stand.Name, stand.Offers, len(stand.People))
		}
		offers += stand.Offers
	}
	if stands.Total != 60 || offers != 600 {
		t.Errorf("%d offers at %d stands, want 600 at 60", offers, stands.Total)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		newHouse(b).load(b)
	}
}
