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
			Companies: store.Companies, Stands: store.Stands, Offers: store.Offers, Slots: store.Slots,
			Interviews: store.Interviews, Webconferences: store.Webconferences, Mails: store.Mails, Audits: store.Audits,
			Effects: store.Effects,
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

func TestTheDemoFairIsLoadedOnce(t *testing.T) {
	h := newHouse(t)
	h.load(t)
	figures, documents := h.state(t)
	if figures.Stands != 60 || figures.Webconferences != len(demo.Webconferences(today)) || figures.FreeSlots < 1000 {
		t.Fatalf("the fair holds %+v", figures)
	}
	h.load(t)
	again, same := h.state(t)
	if again != figures || !reflect.DeepEqual(documents, same) {
		t.Errorf("the second start has changed the fair: %+v, then %+v", figures, again)
	}
	h.now = h.now.AddDate(0, 0, 1)
	h.load(t)
	if tomorrow, _ := h.state(t); tomorrow.Stands != 60 || tomorrow.Webconferences != figures.Webconferences || tomorrow.FreeSlots < 900 {
		t.Errorf("the day after, the fair holds %+v", tomorrow)
	}
}

func TestTheOffersFindTheStandsOfTheirCompanies(t *testing.T) {
	h := newHouse(t)
	f := h.load(t)
	session, err := h.DemoSession(context.Background(), fair.Organiser, 1)
	if err != nil {
		t.Fatal(err)
	}
	organiser, err := h.Authenticate(context.Background(), session.Token)
	if err != nil {
		t.Fatal(err)
	}
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
			results, err := h.ImportOffers(context.Background(), organiser, service.DemoFair, answer.Resultats)
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
	stands, err := h.Stands(context.Background(), fair.Actor{}, service.DemoFair, 1, 100)
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

func TestADemoSpeakerIsOnTheStageThatIsAlwaysOpen(t *testing.T) {
	h := newHouse(t)
	h.load(t)
	talk, err := h.Webconference(context.Background(), fair.Actor{}, service.DemoFair+"/"+demo.LiveSlug)
	if err != nil {
		t.Fatal(err)
	}
	session, err := h.DemoSession(context.Background(), fair.Speaker, 1)
	if err != nil {
		t.Fatal(err)
	}
	if !talk.OnAir() || !talk.Speaks(session.Account.ID) {
		t.Errorf("on air: %v, speaker 1 on stage: %v", talk.OnAir(), talk.Speaks(session.Account.ID))
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		newHouse(b).load(b)
	}
}
