package service_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"salon/fair"
	"salon/fair/mongostore"
	"salon/fair/service"
)

// owed counts what documents still owe.
func owed(h *house) (n int) {
	h.t.Helper()
	for _, noun := range fair.Nouns() {
		debts, err := h.store.Effects.Pending(h.t.Context(), noun, "", 1000)
		h.must(err)
		for _, d := range debts {
			n += len(d.Effects)
		}
	}
	return n
}

func TestADispatcherKilledAtAnyStepOfADeliverySendsEachMailOnce(t *testing.T) {
	const steps = 30 // more than one booking has
	for k := range steps {
		h := newHouse(t)
		slot := h.slots(h.demo(fair.Recruiter, 1), 1)[0]
		_, err := h.book(h.demo(fair.Candidate, 1), slot.ID, "k")
		h.must(err)
		passed := 0
		dying := newHouseOn(h, func(c *service.Config) {
			c.Step = func(string) error {
				if passed++; passed > k {
					return errKilled
				}
				return nil
			}
		})
		if err := service.NewDispatcher(dying.Service).Dispatch(t.Context()); err != nil && !errors.Is(err, errKilled) {
			t.Fatal(err)
		}
		h.clock.Pass(2 * time.Minute) // longer than the dead one's claim on a mail
		h.dispatch()
		if n := h.world.sent(fair.EffectMailBooked); n != 2 {
			t.Errorf("killed at step %d: %d mails, want 2", k, n)
		}
		if n := owed(h); n != 0 {
			t.Errorf("killed at step %d: %d effects still owed", k, n)
		}
		if passed <= k {
			return // the dispatcher finished before step k: all were tried
		}
	}
	t.Errorf("a booking has more than %d steps", steps)
}

func TestTwoDispatchersAtOnceSendEachMailOnce(t *testing.T) {
	h := newHouse(t)
	slots := h.slots(h.demo(fair.Recruiter, 1), 10)
	for i, slot := range slots {
		_, err := h.book(h.demo(fair.Candidate, i+1), slot.ID, "k")
		h.must(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := service.NewDispatcher(h.Service).Dispatch(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	h.dispatch()
	if n := h.world.sent(fair.EffectMailBooked); n != 20 {
		t.Errorf("%d mails were sent, want 20", n)
	}
	if n := owed(h); n != 0 {
		t.Errorf("%d effects still owed", n)
	}
	entries, err := h.store.Audits.About(t.Context(), slots[0].Recruiter, 100)
	h.must(err)
	if len(entries) != 10 {
		t.Errorf("%d lines in the audit log, want 10", len(entries))
	}
}

func TestWhileOneDispatcherSendsAMailNobodyElseDoes(t *testing.T) {
	h := newHouse(t)
	slot := h.slots(h.demo(fair.Recruiter, 1), 1)[0]
	h.dispatch()
	_, err := h.book(h.demo(fair.Candidate, 1), slot.ID, "k")
	h.must(err)
	begun, end := make(chan struct{}), make(chan struct{})
	var first atomic.Bool
	h.world.sending = func() {
		if first.CompareAndSwap(false, true) {
			close(begun)
			<-end
		}
	}
	done := make(chan error)
	go func() { done <- service.NewDispatcher(h.Service).Dispatch(t.Context()) }()
	<-begun
	other := service.NewDispatcher(newHouseOn(h, func(*service.Config) {}).Service)
	h.must(other.Dispatch(t.Context()))
	if n := owed(h); n == 0 {
		t.Error("a mail that is still on its way is struck off by another dispatcher")
	}
	close(end)
	h.must(<-done)
	if n := h.world.sent(fair.EffectMailBooked); n != 2 {
		t.Errorf("%d mails were sent, want 2", n)
	}
}

func TestAMailThatCannotBeSentIsTriedAgainAndHoldsUpNothing(t *testing.T) {
	h := newHouse(t)
	slot := h.slots(h.demo(fair.Recruiter, 1), 1)[0]
	h.dispatch()
	_, err := h.book(h.demo(fair.Candidate, 1), slot.ID, "k")
	h.must(err)
	h.world.mailErr = errors.New("the mail server is away")
	d := service.NewDispatcher(h.Service)
	if err := d.Dispatch(t.Context()); err == nil {
		t.Error("the failure is told to nobody")
	}
	if n := owed(h); n != 2 {
		t.Errorf("%d effects are owed, want the two mails alone", n)
	}
	h.world.mailErr = nil
	h.must(d.Dispatch(t.Context()))
	if n := h.world.sent(fair.EffectMailBooked); n != 0 {
		t.Error("the mail server is not left in peace for a while")
	}
	h.clock.Pass(5 * time.Second)
	h.must(d.Dispatch(t.Context()))
	if n := h.world.sent(fair.EffectMailBooked); n != 2 {
		t.Errorf("%d mails after the server is back, want 2", n)
	}
}

func TestAMailServerThatDoesNotAnswerHoldsUpMailsOnly(t *testing.T) {
	h := newHouse(t)
	slot := h.slots(h.demo(fair.Recruiter, 1), 1)[0]
	h.dispatch()
	sending, answer := make(chan struct{}, 10), make(chan struct{})
	h.world.sending = func() {
		sending <- struct{}{}
		<-answer
	}
	booked, err := h.book(h.demo(fair.Candidate, 1), slot.ID, "k")
	h.must(err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- service.NewDispatcher(h.Service).Run(ctx) }()
	<-sending // the first invitation is on its way and stays there
	h.must(h.RequestCode(t.Context(), "ada@example.org", fair.French))
	eventually(t, "the screens hear of the booking", func() bool {
		return h.world.heard(fmt.Sprintf("interview %s booked", booked.Interview.ID))
	})
	eventually(t, "a code is written", func() bool {
		h.world.mu.Lock()
		defer h.world.mu.Unlock()
		return h.world.codes["ada@example.org"] != ""
	})
	cancel()
	close(answer)
	h.must(<-done)
}

func TestAMailNobodyTakesIsTriedLessAndLessAndThenNoMore(t *testing.T) {
	h := newHouse(t)
	slot := h.slots(h.demo(fair.Recruiter, 1), 1)[0]
	h.dispatch()
	tries := 0
	h.world.sending = func() { tries++ }
	h.world.mailErr = fair.E(fair.Invalid, "mail.undelivered")
	_, err := h.book(h.demo(fair.Candidate, 1), slot.ID, "k")
	h.must(err)
	d := service.NewDispatcher(h.Service)
	for begun := h.clock.Now(); h.clock.Now().Before(begun.Add(60 * time.Hour)); {
		_ = d.Dispatch(t.Context()) // says each time that it failed
		step := 5 * time.Minute
		if h.clock.Now().After(begun.Add(2 * time.Hour)) {
			step = 20 * time.Minute // still more often than a mail may be tried by then
		}
		h.clock.Pass(step)
	}
	if n := owed(h); n != 0 {
		t.Errorf("%d effects are owed after two days and a half", n)
	}
	if tries > 2*60 || tries < 2*24 {
		t.Errorf("two mails were tried %d times", tries)
	}
}

// eventually waits until ok, for at most 10 s.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	limit := time.After(10 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("never: %s", what)
		}
	}
}

func TestAMailToWhoCancelledAtOnceSpeaksOfTheCancellationOnly(t *testing.T) {
	h := newHouse(t)
	slot := h.slots(h.demo(fair.Recruiter, 1), 1)[0]
	candidate := h.demo(fair.Candidate, 1)
	booked, err := h.book(candidate, slot.ID, "k")
	h.must(err)
	_, err = h.CancelInterview(t.Context(), candidate, booked.Interview.ID)
	h.must(err)
	h.dispatch()
	if a, b := h.world.sent(fair.EffectMailBooked), h.world.sent(fair.EffectMailCancelled); a != 0 || b != 2 {
		t.Errorf("%d invitations and %d cancellations, want 0 and 2", a, b)
	}
	mails, err := h.MailSent(t.Context(), candidate, 10)
	h.must(err)
	if len(mails) != 1 || mails[0].SentAt == nil {
		t.Errorf("the candidate's outbox holds %+v", mails)
	}
}

func TestEveryRecordAboutAPersonHasADateOfErasure(t *testing.T) {
	h := newHouse(t)
	slot := h.slots(h.demo(fair.Recruiter, 1), 1)[0]
	candidate := h.demo(fair.Candidate, 1)
	booked, err := h.book(candidate, slot.ID, "k")
	h.must(err)
	h.dispatch()
	account, err := h.store.Accounts.Get(t.Context(), candidate.Account)
	h.must(err)
	mails, err := h.MailSent(t.Context(), candidate, 1)
	h.must(err)
	audits, err := h.store.Audits.About(t.Context(), booked.Interview.Recruiter, 1)
	h.must(err)
	person, err := h.store.Persons.Get(t.Context(), candidate.Account)
	h.must(err)
	end := h.fair.KeepAtMost()
	for name, c := range map[string]struct {
		got  *time.Time
		want time.Time
	}{
		"interview": {booked.Interview.RetainUntil, end},
		"slot":      {booked.Slot.RetainUntil, end},
		"account":   {account.RetainUntil, opening.Add(2 * 365 * 24 * time.Hour)},
		"person":    {person.RetainUntil, opening.Add((2*365 + 30) * 24 * time.Hour)},
		"mail":      {mails[0].RetainUntil, opening.Add(fair.RetainFor)},
		"audit":     {audits[0].RetainUntil, opening.Add(365 * 24 * time.Hour)},
	} {
		if c.got == nil || !c.got.Equal(c.want) {
			t.Errorf("%s is kept until %v, want %s", name, c.got, c.want)
		}
	}
}

func TestNoAccountOutlivesItsPerson(t *testing.T) {
	h := newHouse(t)
	for range 5 {
		who := h.person("ada@example.org")
		account, err := h.store.Accounts.Get(t.Context(), who.Account)
		h.must(err)
		person, err := h.store.Persons.Get(t.Context(), who.Account)
		h.must(err)
		if person.RetainUntil == nil || !person.RetainUntil.After(*account.RetainUntil) || !account.RetainUntil.After(h.clock.Now().AddDate(1, 10, 0)) {
			t.Errorf("on %s the account is kept until %v, the person until %v", h.clock.Now(), account.RetainUntil, person.RetainUntil)
		}
		h.clock.Pass(100 * 24 * time.Hour)
	}
}

func TestOffersWhoseTimeIsOverAreClosedAndLeaveTheIndex(t *testing.T) {
	h := newHouse(t)
	h.clock.Pass(h.fair.EndsAt.Sub(h.clock.Now()))
	h.must(h.Sweep(t.Context()))
	h.dispatch()
	if len(h.world.indexed) != 0 {
		t.Errorf("%d offers are still in the index", len(h.world.indexed))
	}
	figures, err := h.FairFigures(t.Context(), fair.Actor{}, h.fair.ID)
	h.must(err)
	if figures != (service.FairFigures{Stands: 3}) {
		t.Errorf("the fair counts %+v", figures)
	}
}

func TestRunDeliversWhenWokenAndStopsWhenAsked(t *testing.T) {
	h := newHouse(t)
	h.dispatch()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		world := newWorld()
		delivered := make(chan struct{}, 1)
		s := service.New(service.Config{
			Stores: oneDebt(delivered), Notifier: world, Clock: time.Now, Log: h.Log, Secret: h.Secret,
		})
		done := make(chan error)
		go func() { done <- service.NewDispatcher(s).Run(ctx) }()
		<-delivered
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run ends with %v", err)
		}
		if !world.heard("out login") {
			t.Error("what was owed was not delivered")
		}
	})
}

// oneDebt is a set of stores in which one login owes one effect.
func oneDebt(delivered chan<- struct{}) service.Stores {
	return service.Stores{Effects: &debts{delivered: delivered}, Slots: noSlots{}, SlotRules: noSlotRules{}, Draws: noDraws{}, Offers: noOffers{}, Lines: noLines{}, Tickets: noTickets{}, Interviews: noInterviews{}, Standbys: noStandbys{}, Fairs: noFairs{}, Threads: noThreads{}, Applications: noApplications{}, CVs: noCVs{}, Imports: noImports{}, Watches: noWatches{}, Erasures: noErasures{}, Accounts: noAccounts{}}
}

type debts struct {
	mu        sync.Mutex
	settled   bool
	delivered chan<- struct{}
}

func (d *debts) Pending(_ context.Context, noun fair.Noun, _ fair.ID, _ int) ([]fair.Debt, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if noun != fair.NounLogin || d.settled {
		return nil, nil
	}
	return []fair.Debt{{Noun: noun, Doc: "login", Effects: []fair.Effect{{ID: "e", Kind: fair.EffectLoggedOut}}}}, nil
}

func (d *debts) Settle(_ context.Context, _ fair.Noun, doc fair.ID, effects ...fair.ID) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if doc != "login" || fmt.Sprint(effects) != "[e]" {
		return errors.New("another debt was settled")
	}
	d.settled = true
	d.delivered <- struct{}{}
	return nil
}

// noSlots, noOffers and noInterviews have nothing to tidy and nothing new.
type (
	noSlots   struct{ *mongostore.Slots }
	noOffers  struct{ *mongostore.Offers }
	noThreads struct{ *mongostore.Threads }
)

func (noThreads) Due(context.Context, time.Time, int) ([]fair.Thread, error) { return nil, nil }
func (noInterviews) AnswersDue(context.Context, time.Time, int) ([]fair.Interview, error) {
	return nil, nil
}

func (noSlots) Lapsed(context.Context, time.Time, int) ([]fair.Slot, error)     { return nil, nil }
func (noSlots) DueRelease(context.Context, time.Time, int) ([]fair.Slot, error) { return nil, nil }
func (noOffers) Expired(context.Context, time.Time, int) ([]fair.Offer, error)  { return nil, nil }
func (noSlots) Handed(context.Context, time.Time, int) ([]fair.Slot, error)     { return nil, nil }
func (noOffers) ChangedSince(context.Context, time.Time, fair.ID, int) ([]fair.Revision, error) {
	return nil, nil
}

type noLines struct{ *mongostore.Lines }

func (noLines) Tick(context.Context, time.Time, time.Duration, time.Duration) ([]fair.Outage, error) {
	return nil, nil
}

type noTickets struct{ *mongostore.Tickets }

func (noTickets) Due(context.Context, time.Time, int) ([]fair.Ticket, error) { return nil, nil }

type noInterviews struct{ *mongostore.Interviews }

func (noInterviews) DeskRemindersDue(context.Context, time.Time, int) ([]fair.Interview, error) {
	return nil, nil
}

func (noInterviews) PhoneAsked(context.Context, time.Time, int) ([]fair.Interview, error) {
	return nil, nil
}

func (noInterviews) Unanswered(context.Context, time.Time, int) ([]fair.Interview, error) {
	return nil, nil
}

type noApplications struct{ *mongostore.Applications }

func (noApplications) AnswersDue(context.Context, time.Time, int) ([]fair.Application, error) {
	return nil, nil
}

type noErasures struct{ *mongostore.Erasures }

func (noErasures) Due(context.Context, time.Time, int) ([]fair.Erasure, error) { return nil, nil }

type noAccounts struct{ *mongostore.Accounts }

func (noAccounts) Forgotten(context.Context, time.Time, int) ([]fair.Account, error) { return nil, nil }

func (noFairs) Ended(context.Context, time.Time) ([]fair.Fair, error) { return nil, nil }

type noWatches struct{ *mongostore.Watches }

func (noWatches) Due(context.Context, time.Time, int) ([]fair.Watch, error) { return nil, nil }

type noImports struct{ *mongostore.Imports }

func (noImports) Due(context.Context, time.Time, int) ([]fair.Import, error) { return nil, nil }

type noCVs struct{ *mongostore.CVs }

func (noCVs) Due(context.Context, time.Time, int) ([]fair.CV, error) { return nil, nil }

type noFairs struct{ *mongostore.Fairs }

func (noFairs) List(context.Context) ([]fair.Fair, error) { return nil, nil }

type noSlotRules struct{ *mongostore.SlotRules }

func (noSlotRules) Due(context.Context, time.Time, int) ([]fair.SlotRule, error) { return nil, nil }

type noDraws struct{ *mongostore.Draws }

func (noDraws) Due(context.Context, time.Time, int) ([]fair.Draw, error) { return nil, nil }

func (noInterviews) Waiting(context.Context, time.Time, time.Time, int) ([]fair.Interview, error) {
	return nil, nil
}
func (noInterviews) RemindersDue(context.Context, time.Time, int) ([]fair.Interview, error) {
	return nil, nil
}
func (noInterviews) ProposalsOver(context.Context, time.Time, int) ([]fair.Interview, error) {
	return nil, nil
}

// noStandbys is a store where nobody waits for a seat.
type noStandbys struct{ *mongostore.Standbys }

func (noStandbys) Due(context.Context, time.Time, int) ([]fair.Standby, error) { return nil, nil }
func (noStandbys) StandAfter(context.Context, fair.ID) (fair.ID, error)        { return "", nil }
