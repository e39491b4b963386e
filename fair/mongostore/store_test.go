package mongostore_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/mongostore"
	"salon/fair/mongostore/mongotest"
)

var noon = time.Date(2021, 1, 20, 12, 0, 0, 0, time.UTC)

func open(t *testing.T) *mongostore.Store {
	t.Helper()
	return mongotest.Open(t, func() time.Time { return noon.Add(1234567 * time.Nanosecond) })
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// freeSlot inserts a slot that begins in an hour.
func freeSlot(t *testing.T, s *mongostore.Store) fair.Slot {
	t.Helper()
	slot := fair.Slot{ID: fair.NewID(), Fair: fair.NewID(), Recruiter: "r", Start: noon.Add(time.Hour), End: noon.Add(2 * time.Hour),
		Channels: []fair.Channel{fair.Video}, State: fair.SlotFree, Meta: fair.Meta{Rev: 1}}
	must(t, s.Slots.Insert(t.Context(), slot))
	return slot
}

// A driver repeats a write whose answer was lost. Each of these decides who
// wins; done twice by the winner it must say twice that it was won.
func TestWhoDecidesRecognisesItsOwnEarlierSuccess(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	slot := freeSlot(t, s)
	person := fair.Person{ID: fair.NewID(), Busy: []fair.Busy{}, Meta: fair.Meta{Rev: 1}}
	must(t, s.Persons.Insert(ctx, person))
	hold := fair.Hold{Candidate: "c", Key: "k", Until: noon.Add(10 * time.Second)}
	booking := fair.Booking{ID: "b", Candidate: "c", Interview: "i", Channel: fair.Video, Key: "k", At: noon}
	busy := fair.Busy{ID: slot.ID, Start: slot.Start, End: slot.End}
	opening := fair.Slot{ID: fair.NewID(), State: fair.SlotOpening, Start: slot.Start, Hold: &fair.Hold{Until: noon.Add(10 * time.Second)}}
	must(t, s.Slots.Insert(ctx, opening))
	account := fair.Account{ID: fair.NewID(), Email: "a@example.org", Meta: fair.Meta{Rev: 1}}
	must(t, s.Accounts.Insert(ctx, account))
	account.Name = "Nadia"
	for _, c := range []struct {
		name string
		do   func() (bool, error)
	}{
		{"hold", func() (bool, error) { _, ok, err := s.Slots.Hold(ctx, slot.ID, hold, noon); return ok, err }},
		{"claim", func() (bool, error) { _, ok, err := s.Persons.Claim(ctx, person.ID, busy); return ok, err }},
		{"confirm", func() (bool, error) { _, ok, err := s.Slots.Confirm(ctx, slot.ID, booking, noon); return ok, err }},
		{"open", func() (bool, error) { _, ok, err := s.Slots.Open(ctx, opening.ID, noon); return ok, err }},
		{"withdraw", func() (bool, error) { _, ok, err := s.Slots.Withdraw(ctx, opening.ID, noon); return ok, err }},
		{"enter", func() (bool, error) {
			return s.Persons.Enter(ctx, person.ID, fair.Live{Interview: "i", Until: noon.Add(time.Hour)}, noon)
		}},
		{"save", func() (bool, error) { a, err := s.Accounts.Save(ctx, account); return a.Rev == 2, err }},
	} {
		for _, time := range []string{"first", "second"} {
			if ok, err := c.do(); err != nil || !ok {
				t.Errorf("%s, the %s time: %v %v", c.name, time, ok, err)
			}
		}
	}
}

func TestSomebodyElsesSuccessIsNotOnesOwn(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	slot := freeSlot(t, s)
	until := noon.Add(10 * time.Second)
	_, ok, err := s.Slots.Hold(ctx, slot.ID, fair.Hold{Candidate: "c", Key: "k", Until: until}, noon)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	for name, h := range map[string]fair.Hold{
		"another candidate": {Candidate: "d", Key: "k", Until: until},
		"another key":       {Candidate: "c", Key: "l", Until: until},
	} {
		if _, ok, err := s.Slots.Hold(ctx, slot.ID, h, noon); err != nil || ok {
			t.Errorf("%s holds it too: %v %v", name, ok, err)
		}
	}
	b := fair.Booking{ID: "b", Candidate: "c", Key: "k"}
	if _, ok, err := s.Slots.Confirm(ctx, slot.ID, b, until); err != nil || ok {
		t.Errorf("a hold that does not last long enough is confirmed: %v %v", ok, err)
	}
	if _, ok, err := s.Slots.Hold(ctx, slot.ID, fair.Hold{Candidate: "d", Key: "k", Until: until.Add(time.Minute)}, until); err != nil || !ok {
		t.Errorf("a lapsed hold still holds: %v %v", ok, err)
	}
	if _, ok, err := s.Slots.Confirm(ctx, slot.ID, b, noon); err != nil || ok {
		t.Errorf("who lost the hold confirms: %v %v", ok, err)
	}
	must(t, s.Slots.Unhold(ctx, slot.ID, fair.Hold{Candidate: "c", Key: "k", Until: until}))
	if now, err := s.Slots.Get(ctx, slot.ID); err != nil || now.State != fair.SlotHeld || now.Hold.Candidate != "d" {
		t.Errorf("who lost the hold gives it up for the other: %+v %v", now.Hold, err)
	}
}

func TestACalendarTakesNothingThatOverlaps(t *testing.T) {
	s := open(t)
	person := fair.Person{ID: fair.NewID(), Busy: []fair.Busy{}, Meta: fair.Meta{Rev: 1}}
	must(t, s.Persons.Insert(t.Context(), person))
	minutes := func(id fair.ID, from, to int) fair.Busy {
		return fair.Busy{ID: id, Start: noon.Add(time.Duration(from) * time.Minute), End: noon.Add(time.Duration(to) * time.Minute)}
	}
	for _, c := range []struct {
		b    fair.Busy
		want bool
	}{
		{minutes("a", 0, 60), true}, {minutes("b", 60, 90), true}, {minutes("c", -30, 0), true},
		{minutes("d", 59, 61), false}, {minutes("e", -60, 120), false}, {minutes("f", 10, 20), false},
		{minutes("g", 90, 91), true}, {minutes("a", 0, 60), true},
	} {
		_, claimed, err := s.Persons.Claim(t.Context(), person.ID, c.b)
		if err != nil || claimed != c.want {
			t.Errorf("%s %s to %s: %v %v", c.b.ID, c.b.Start, c.b.End, claimed, err)
		}
	}
	var winners atomic.Int32
	var wg sync.WaitGroup
	for i := range 30 {
		wg.Go(func() {
			_, claimed, err := s.Persons.Claim(t.Context(), person.ID, minutes(fair.ID(fmt.Sprint("race", i)), 200+i, 240+i))
			if err != nil {
				t.Error(err)
			}
			if claimed {
				winners.Add(1)
			}
		})
	}
	wg.Wait()
	if n := winners.Load(); n != 1 {
		t.Errorf("%d of 30 overlapping claims were granted", n)
	}
}

func TestAnEntryClaimedAgainMeanwhileIsNotDropped(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	person := fair.Person{ID: fair.NewID(), Busy: []fair.Busy{}, Meta: fair.Meta{Rev: 1}}
	must(t, s.Persons.Insert(ctx, person))
	busy := fair.Busy{ID: "slot", Start: noon, End: noon.Add(time.Hour)}
	read, _, err := s.Persons.Claim(ctx, person.ID, busy)
	must(t, err)
	// A resolver has read the person and goes to look at the slot; meanwhile the
	// same booking tries again and finds its entry there.
	if _, claimed, err := s.Persons.Claim(ctx, person.ID, busy); err != nil || !claimed {
		t.Fatal(claimed, err)
	}
	if dropped, err := s.Persons.Drop(ctx, person.ID, fair.Busy{ID: "slot"}, read.Rev); err != nil || dropped {
		t.Errorf("the entry of a living booking was dropped: %v %v", dropped, err)
	}
	now, err := s.Persons.Get(ctx, person.ID)
	must(t, err)
	if dropped, err := s.Persons.Drop(ctx, person.ID, fair.Busy{ID: "slot"}, now.Rev); err != nil || !dropped {
		t.Errorf("an entry nobody touched stays: %v %v", dropped, err)
	}
}

func TestNobodyIsInTwoCalls(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	person := fair.Person{ID: fair.NewID(), Busy: []fair.Busy{}, Meta: fair.Meta{Rev: 1}}
	must(t, s.Persons.Insert(ctx, person))
	enter := func(interview fair.ID, at time.Time) bool {
		t.Helper()
		ok, err := s.Persons.Enter(ctx, person.ID, fair.Live{Interview: interview, Until: at.Add(time.Hour)}, at)
		must(t, err)
		return ok
	}
	if !enter("i", noon) || enter("j", noon) || !enter("i", noon.Add(time.Minute)) {
		t.Error("a second call is let in, or the first one kept out")
	}
	must(t, s.Persons.Leave(ctx, person.ID, "j"))
	if enter("j", noon) {
		t.Error("leaving another call ends this one")
	}
	if !enter("j", noon.Add(61*time.Minute)) {
		t.Error("a mark that lapsed still counts")
	}
	must(t, s.Persons.Leave(ctx, person.ID, "j"))
	if !enter("k", noon) {
		t.Error("having left, the person still counts as in a call")
	}
}

func TestEveryChangeIsDatedAndCounted(t *testing.T) {
	s := open(t)
	slot := freeSlot(t, s)
	after, _, err := s.Slots.Withdraw(t.Context(), slot.ID, noon, fair.Effect{ID: "e", Kind: fair.EffectNotify, At: noon})
	must(t, err)
	if after.Rev != 2 || !after.UpdatedAt.Equal(noon.Add(time.Millisecond)) {
		t.Errorf("rev %d at %s", after.Rev, after.UpdatedAt)
	}
	debts, err := s.Effects.Pending(t.Context(), fair.NounSlot, "", 10)
	must(t, err)
	if len(debts) != 1 || debts[0].Doc != slot.ID || debts[0].Effects[0].ID != "e" {
		t.Fatalf("owed: %+v", debts)
	}
	must(t, s.Effects.Settle(t.Context(), fair.NounSlot, slot.ID, "e"))
	settled, err := s.Slots.Get(t.Context(), slot.ID)
	must(t, err)
	if len(settled.Effects) != 0 || settled.Rev != 2 {
		t.Errorf("settled: %+v", settled.Meta)
	}
	if debts, err := s.Effects.Pending(t.Context(), fair.NounSlot, "", 10); err != nil || len(debts) != 0 {
		t.Errorf("still owed: %+v %v", debts, err)
	}
}

func TestNothingACallerSendsIsAnOperator(t *testing.T) {
	s := open(t)
	account := fair.Account{ID: fair.NewID(), Email: `{"$ne":null}`, Name: "$name", Meta: fair.Meta{Rev: 1}}
	must(t, s.Accounts.Insert(t.Context(), account))
	must(t, s.Accounts.Insert(t.Context(), fair.Account{ID: fair.NewID(), Email: "b@example.org", Meta: fair.Meta{Rev: 1}}))
	if a, err := s.Accounts.ByEmail(t.Context(), `{"$ne":null}`); err != nil || a.ID != account.ID {
		t.Errorf("found %+v %v", a, err)
	}
	if _, err := s.Accounts.ByEmail(t.Context(), "$ne"); fair.KindOf(err) != fair.NotFound {
		t.Errorf("an operator's name finds somebody: %v", err)
	}
	account.Profile.About = "$set"
	if a, err := s.Accounts.Save(t.Context(), account); err != nil || a.Profile.About != "$set" {
		t.Errorf("saved %+v %v", a.Profile, err)
	}
}

func TestWhatAUniqueIndexRefusesIsAConflict(t *testing.T) {
	s := open(t)
	must(t, s.Accounts.Insert(t.Context(), fair.Account{ID: fair.NewID(), Email: "a@example.org"}))
	err := s.Accounts.Insert(t.Context(), fair.Account{ID: fair.NewID(), Email: "a@example.org"})
	if fair.KindOf(err) != fair.Conflict {
		t.Errorf("a second account of one address: %v", err)
	}
	_, err = s.Accounts.Get(t.Context(), fair.NewID())
	if fair.KindOf(err) != fair.NotFound {
		t.Errorf("an account that is not there: %v", err)
	}
}

func TestAStoreThatIsAwayIsUnavailable(t *testing.T) {
	s := mongotest.Unreachable(t, time.Now)
	_, err := s.Accounts.Get(t.Context(), fair.NewID())
	if fair.KindOf(err) != fair.Unavailable {
		t.Errorf("reading: %v", err)
	}
	if err := s.Accounts.Insert(t.Context(), fair.Account{ID: fair.NewID()}); fair.KindOf(err) != fair.Unavailable {
		t.Errorf("writing: %v", err)
	}
	if err := s.Ping(t.Context()); fair.KindOf(err) != fair.Unavailable {
		t.Errorf("asking: %v", err)
	}
	if err := s.Migrate(t.Context()); fair.KindOf(err) != fair.Unavailable {
		t.Errorf("migrating: %v", err)
	}
}

func TestALongPastNeverHidesWhatIsToCome(t *testing.T) {
	s := open(t)
	for day := range 5 {
		must(t, s.Interviews.Insert(t.Context(), fair.Interview{
			ID: fair.NewID(), Candidate: "c", StartsAt: noon.AddDate(0, 0, day), Meta: fair.Meta{Rev: 1},
		}))
	}
	for _, c := range []struct {
		name string
		from time.Time
		days [2]int
	}{
		{"the latest without a beginning", time.Time{}, [2]int{4, 3}},
		{"the first from the beginning on", noon.AddDate(0, 0, 1), [2]int{1, 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, err := s.Interviews.Of(t.Context(), "c", fair.Candidate, c.from, time.Time{}, 2)
			must(t, err)
			for i, day := range c.days {
				if want := noon.AddDate(0, 0, day); !list[i].StartsAt.Equal(want) {
					t.Errorf("number %d is of %s, not of %s", i+1, list[i].StartsAt, want)
				}
			}
		})
	}
}
