package service_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// canary is somebody of whom every kind of thing is known, each under a word that
// stands nowhere else.
type canary struct {
	*cvHouse
	who         fair.Actor
	colleague   fair.Actor // another candidate, who must lose nothing
	appointment fair.Interview
	held        fair.Interview
}

// sung are the words by which a canary is found.
var sung = []string{
	"zebulon.canari", "Zébulon", "Quetzalcoatl", "+33639980777", "Oiseau-moqueur", "rossignol-cv", "chardonneret",
	"bouvreuil", "mésange", "pinson", "verdier", "loriot", "geai", "linotte", "adviser-of-zebulon",
}

const canaryMail = "zebulon.canari@example.org"

// plant leaves a trace of the canary in every store that holds something of a
// person.
func plant(t *testing.T) *canary {
	t.Helper()
	c := &canary{cvHouse: newCVs(t)}
	ctx := t.Context()
	c.who = c.person(canaryMail)
	c.colleague = c.person("someone.else@example.org")
	text := func(s string) *string { return &s }
	_, err := c.EditProfile(ctx, c.who, service.ProfileEdit{
		Name: text("Zébulon Quetzalcoatl"), Headline: text("Oiseau-moqueur"), Phone: text("+33639980777"),
		SearchEdit: service.SearchEdit{Needs: &fair.InterviewNeeds{Captions: true}},
	})
	c.must(err)
	c.who = c.again(c.who)
	_, err = c.send(c.who, "cv", aPDF(3000, "rossignol-cv"), 1000)
	c.must(err)
	slots := c.slots(c.first, 4)
	past, err := c.book(c.who, slots[0].ID, "past")
	c.must(err)
	c.dispatch()
	_, err = c.InviteInterpreter(ctx, c.who, past.Interview.ID, "interpreter@example.org", "Loriot")
	c.must(err)
	c.clock.Pass(time.Hour)
	c.first = c.demo(fair.Recruiter, 1)
	_, err = c.StartInterview(ctx, c.first, past.Interview.ID)
	if err != nil { // by video it starts when both are there
		room := fair.RoomID(fair.InterviewRoom, past.Interview.ID)
		c.must(c.RoomJoined(ctx, room, c.who.Account, c.clock.Now()))
		c.must(c.RoomJoined(ctx, room, c.first.Account, c.clock.Now()))
	}
	c.must(c.SetNotes(ctx, c.first, past.Interview.ID, "chardonneret"))
	c.held, err = c.EndInterview(ctx, c.first, past.Interview.ID, &fair.Outcome{Kind: fair.OutcomeDeclined, Message: "bouvreuil"})
	c.must(err)
	c.who = c.person(canaryMail)
	future, err := c.Book(ctx, c.who, c.slots(c.other, 2)[1].ID, service.BookRequest{Channel: fair.Video, Key: "future"})
	c.must(err)
	c.appointment = future.Interview
	asked, err := c.Ask(ctx, c.who, c.stand, service.Words{Text: "mésange"})
	c.must(err)
	answered, err := c.Write(ctx, c.first, asked.Thread.ID, service.Words{Text: "Bonjour Zébulon"})
	c.must(err)
	for n, by := range []fair.Actor{c.first, c.who} { // each of the other's message
		_, err = c.ReportMessage(ctx, by, asked.Thread.ID, service.ReportRequest{Message: answered.Thread.Messages[n].ID, Why: fair.ReportOther, Words: "geai"})
		c.must(err)
	}
	list, err := c.Reports(ctx, c.boss, c.fair.Slug)
	c.must(err)
	for _, d := range list {
		_, err = c.DecideReport(ctx, c.boss, d.Report.ID, fair.DecideNothing, "linotte")
		c.must(err)
	}
	_, err = c.ApplyToStand(ctx, c.who, c.stand, service.ApplyRequest{Text: "pinson"})
	c.must(err)
	_, err = c.NameAdviser(ctx, c.who, "adviser-of-zebulon@example.org")
	c.must(err)
	c.must(c.AddFavourite(ctx, c.who, fair.FavouriteStand, c.stand))
	_, err = c.AddDevice(ctx, c.who, device("canary"))
	c.must(err)
	c.onDuty(c.first)
	ticket := c.join(c.who, c.stand)
	_, err = c.SetTicketNote(ctx, c.first, ticket.ID, "verdier")
	c.must(err)
	_, err = c.Ask(ctx, c.colleague, c.stand, service.Words{Text: "I stay"})
	c.must(err)
	c.dispatch()
	return c
}

// hears says where a word of the canary still stands: stores, files, log.
func (c *canary) hears() (where []string) {
	c.t.Helper()
	for _, word := range sung {
		held, err := c.store.Holding(c.t.Context(), word)
		c.must(err)
		for _, name := range held {
			where = append(where, word+" in "+name)
		}
		if strings.Contains(c.log.String(), word) {
			where = append(where, word+" in the log")
		}
		c.must(filepath.WalkDir(c.dir, func(path string, entry os.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			if bytes.Contains(content, []byte(word)) {
				where = append(where, word+" in the file "+path)
			}
			return err
		}))
	}
	return where
}

// settled lets the late look come, and everything be delivered.
func (c *canary) settled() {
	c.t.Helper()
	for range 3 {
		c.must(c.Sweep(c.t.Context()))
		c.dispatch()
		c.clock.Pass(fair.ErasureLate + time.Second)
	}
	c.must(c.Sweep(c.t.Context()))
}

func TestTheCanaryIsEverywhereBeforeItIsErased(t *testing.T) {
	c := plant(t)
	found := strings.Join(c.hears(), "\n")
	for _, want := range []string{
		"in accounts", "in mails", "in threads", "in applications", "in interviews", "in tickets", "in companions", "in reports", "in the file",
	} {
		if !strings.Contains(found, want) {
			t.Errorf("nothing of the canary stands %s, so nothing is proved by its absence", want)
		}
	}
	if strings.Contains(found, "in the log") {
		t.Errorf("the log knows the canary: %s", found)
	}
}

func TestWhoEraseAnAccountLeavesNoTraceAndTheOtherSideIsTold(t *testing.T) {
	c := plant(t)
	told := c.world.sent(fair.EffectMailCancelled)
	c.must(c.EraseMe(t.Context(), c.who, true))
	c.dispatch()
	if after := c.world.sent(fair.EffectMailCancelled); after != told+1 {
		t.Errorf("%d people were told of the cancelled appointment, want the recruiter alone", after-told)
	}
	if i := c.interview(c.appointment.ID); i.State != fair.InterviewCancelled {
		t.Errorf("the appointment is %s", i.State)
	}
	if i := c.interview(c.held.ID); i.State != fair.InterviewEnded || i.Outcome == nil || i.Outcome.Kind != fair.OutcomeDeclined || i.StartedAt == nil {
		t.Errorf("what the fair needs of a held interview is %+v", i)
	}
	_, err := c.Me(t.Context(), c.who)
	c.must(err) // the account is still there for those who refer to it
	if _, err := c.Login(t.Context(), c.who); fair.KindOf(err) != fair.Unauthenticated {
		t.Errorf("the login lives on: %v", err)
	}
	c.settled()
	if found := c.hears(); len(found) > 0 {
		t.Errorf("of the erased person there is still: %s", strings.Join(found, "\n"))
	}
	mine, err := c.MyThreads(t.Context(), c.colleague)
	if err != nil || len(mine) != 1 {
		t.Errorf("somebody else has %d threads left, %v", len(mine), err)
	}
	e, err := c.store.Erasures.Get(t.Context(), fair.ErasureID(c.who.Account))
	c.must(err)
	if e.Open || e.DoneAt == nil || e.Account != "" || e.Email != "" || e.Counts["threads"] != 1 || e.Counts["cvs"] != 1 || e.Counts["accounts"] != 1 {
		t.Errorf("the proof is %+v", e)
	}
	for _, list := range []func() error{ // what refers to the person can still be shown
		func() error { _, err := c.StandThreads(t.Context(), c.first, c.stand); return err },
		func() error { _, err := c.LineDesk(t.Context(), c.first, c.stand); return err },
		func() error {
			_, err := c.MyInterviews(t.Context(), c.first, time.Time{}, time.Time{})
			return err
		},
	} {
		if err := list(); err != nil {
			t.Errorf("a list that had the person in it: %v", err)
		}
	}
	if again := c.person(canaryMail); again.Account == c.who.Account {
		t.Error("the same address signs in to the erased account")
	}
}

// Whoever carries an erasure out dies at each of its steps in turn; the sweeper of
// the next process ends it.
func TestAnErasureSurvivesADeathBetweenAnyTwoSteps(t *testing.T) {
	c := plant(t)
	var steps []string
	c.Step = func(name string) error {
		if strings.HasPrefix(name, "erasure.") && !slices.Contains(steps, name) {
			steps = append(steps, name)
		}
		return nil
	}
	c.must(c.EraseMe(t.Context(), c.who, true))
	c.settled()
	if len(steps) < 20 {
		t.Fatalf("the steps of an erasure are %v", steps)
	}
	chosen := steps
	if testing.Short() {
		chosen = steps[:3]
	}
	c = plant(t)
	asked := false
	for _, deadly := range chosen {
		c.Step = func(name string) error {
			if name == deadly {
				return errors.New("killed at " + name)
			}
			return nil
		}
		if !asked {
			if err := c.EraseMe(t.Context(), c.who, true); err != nil && deadly != "erasure.begun" {
				t.Fatal(err)
			}
			asked = true
		} else {
			_ = c.Sweep(t.Context()) // it dies
		}
		if !strings.HasPrefix(deadly, "erasure.late") && deadly != "erasure.done" {
			continue
		}
		c.clock.Pass(fair.ErasureLate + time.Second)
	}
	c.Step = nil
	c.settled()
	if found := c.hears(); len(found) > 0 {
		t.Errorf("of the erased person there is still: %s", strings.Join(found, "\n"))
	}
	if e, err := c.store.Erasures.Get(t.Context(), fair.ErasureID(c.who.Account)); err != nil || e.DoneAt == nil || e.Counts["threads"] != 1 {
		t.Errorf("the proof is %+v, %v", e, err)
	}
}

// What an erasure has taken still lies in the file of the store, the address until
// the erasure is done.
func TestTheStoreIsScrubbedWhenAnErasureIsDone(t *testing.T) {
	c := plant(t)
	var done []bool
	c.Scrub = func(ctx context.Context) error {
		e, err := c.store.Erasures.Get(ctx, fair.ErasureID(c.who.Account))
		done = append(done, e.DoneAt != nil)
		return err
	}
	c.must(c.Sweep(t.Context()))
	if len(done) > 0 {
		t.Error("it is scrubbed when nothing was erased")
	}
	c.must(c.EraseMe(t.Context(), c.who, true))
	c.settled()
	if len(done) == 0 || !done[len(done)-1] {
		t.Errorf("scrubbed when the erasure was done: %v", done)
	}
}

// A place in a line is given up, not only forgotten; what was on its way when the
// account was erased goes a little later.
func TestAnErasureLeavesTheLineAndLooksOnceMore(t *testing.T) {
	c := plant(t)
	ctx := t.Context()
	before, err := c.store.Persons.Get(ctx, c.who.Account)
	c.must(err)
	c.must(c.EraseMe(ctx, c.who, true))
	waited := 0
	for _, open := range before.Open {
		for _, o := range open {
			waited++
			if got := c.ticket(o.Ticket).State; got != fair.TicketLeft {
				t.Errorf("the place is %s", got)
			}
		}
	}
	if waited == 0 {
		t.Fatal("the canary waits nowhere, so nothing is proved")
	}
	c.must(c.store.Tickets.Insert(ctx, fair.Ticket{
		ID: fair.NewID(), Fair: c.fair.ID, Stand: fair.NewID(), Candidate: c.who.Account, State: fair.TicketLeft, JoinedAt: c.clock.Now(), Note: "verdier",
	}))
	c.settled()
	if found := c.hears(); len(found) > 0 {
		t.Errorf("of what came late there is still: %s", strings.Join(found, "\n"))
	}
}

func TestNobodyErasesAnAccountOnAnOldSignIn(t *testing.T) {
	c := plant(t)
	c.clock.Pass(fair.ErasureFresh + time.Second)
	refused(t, c.EraseMe(t.Context(), c.who, true), fair.Forbidden, "proof.stale")
	refused(t, c.EraseMe(t.Context(), fair.Actor{}, true), fair.Unauthenticated, "sign.in")
}

func TestARecruiterWhoGoesLeavesNoAppointmentBehind(t *testing.T) {
	c := plant(t)
	c.other = c.demo(fair.Recruiter, 2)
	c.must(c.EraseMe(t.Context(), c.other, true))
	c.dispatch()
	if i := c.interview(c.appointment.ID); i.State != fair.InterviewCancelled {
		t.Errorf("the appointment with who has gone is %s", i.State)
	}
	st, err := c.store.Stands.Get(t.Context(), c.other.Roles[0].Stand)
	c.must(err)
	if slices.ContainsFunc(st.People, func(h fair.Host) bool { return h.Account == c.other.Account }) {
		t.Error("the stand still shows who has gone")
	}
	if free, err := c.store.Slots.Untaken(t.Context(), c.fair.ID, c.clock.Now()); err != nil || slices.ContainsFunc(free, func(s fair.Slot) bool { return s.Recruiter == c.other.Account }) {
		t.Errorf("slots of who has gone can still be booked, %v", err)
	}
}

func TestTheTimeOfAFairErasesItAndProvesIt(t *testing.T) {
	c := plant(t)
	ctx := t.Context()
	_, err := c.EditRules(ctx, c.boss, c.fair.Slug, service.RulesEdit{Rules: func() fair.Rules { r := c.fair.Rules(); r.Keep = 6; return r }(), Rev: c.now(c.fair.ID).Rev})
	c.must(err)
	c.until(c.fair.EndsAt.AddDate(0, 6, 0).Add(-time.Minute))
	c.settledBefore()
	if found := c.hears(); len(found) == 0 {
		t.Fatal("it was erased before its time")
	}
	c.clock.Pass(2 * time.Minute)
	c.settled()
	if found := c.hears(); len(found) > 0 {
		t.Errorf("after the time of the fair there is still: %s", strings.Join(found, "\n"))
	}
	r, err := c.Retention(ctx, c.boss, c.fair.Slug)
	c.must(err)
	if r.Months != 6 || r.Fair == nil || r.Fair.DoneAt == nil || r.People < 2 || r.Counts["threads"] != 2 || r.Counts["applications"] != 1 || r.Counts["interviews"] < 2 {
		t.Errorf("the proof is %+v", r)
	}
	_, err = c.Retention(ctx, c.colleague, c.fair.Slug)
	refused(t, err, fair.Forbidden, "not.organiser")
}

func TestWhatComesIntoAFairThatWasErasedIsErasedToo(t *testing.T) {
	c := plant(t)
	ctx := t.Context()
	late := func(name string) {
		c.must(c.store.Tickets.Insert(ctx, fair.Ticket{
			ID: fair.DeriveID(name), Fair: c.fair.ID, Stand: fair.NewID(), Candidate: fair.NewID(), State: fair.TicketWaiting, Open: true, JoinedAt: c.clock.Now(),
		}))
	}
	left := func() int {
		open, err := c.store.Tickets.OfFair(ctx, c.fair.ID)
		c.must(err)
		return len(open)
	}
	c.until(c.fair.RetainUntil().Add(time.Minute))
	c.settled()
	late("first")
	c.clock.Pass(25 * time.Hour)
	c.settledBefore()
	if n := left(); n != 0 {
		t.Errorf("a day later %d places are still there", n)
	}
	f := c.now(c.fair.ID)
	f.Settled.Keep = f.Rules().Months() + 3
	_, err := c.store.Fairs.SaveRules(ctx, f)
	c.must(err)
	late("kept for longer")
	c.clock.Pass(48 * time.Hour)
	c.settledBefore()
	if left() != 1 {
		t.Error("a fair that is to be kept for longer does not have its time again")
	}
	c.until(c.now(c.fair.ID).RetainUntil().Add(25 * time.Hour))
	c.settledBefore()
	if left() != 0 {
		t.Error("kept for longer and over again, the fair is not erased")
	}
	c.until(c.now(c.fair.ID).KeepAtMost().Add(25 * time.Hour))
	for range 3 {
		c.clock.Pass(25 * time.Hour)
		c.settledBefore()
	}
	if due, err := c.store.Erasures.Due(ctx, c.clock.Now().AddDate(1, 0, 0), 100); err != nil || slices.ContainsFunc(due, func(e fair.Erasure) bool { return e.ID == fair.ErasureID(c.fair.ID) }) {
		t.Errorf("after the last date it is looked at for ever, %v", err)
	}
}

func (c *canary) now(id fair.ID) fair.Fair {
	c.t.Helper()
	f, err := c.store.Fairs.Get(c.t.Context(), id)
	c.must(err)
	return f
}

func (c *canary) settledBefore() {
	c.t.Helper()
	c.must(c.Sweep(c.t.Context()))
	c.dispatch()
}

func TestWhoSignedInLatelyOrTakesPartElsewhereIsKept(t *testing.T) {
	c := plant(t)
	c.until(c.fair.RetainUntil().Add(-time.Hour))
	c.colleague = c.person("someone.else@example.org") // for the next fair
	c.clock.Pass(2 * time.Hour)
	c.settled()
	if _, err := c.Me(t.Context(), c.colleague); err != nil {
		t.Fatal(err)
	}
	account, err := c.store.Accounts.Get(t.Context(), c.colleague.Account)
	c.must(err)
	if account.ErasedAt != nil || account.Email != "someone.else@example.org" {
		t.Error("somebody who signed in an hour before is gone")
	}
	if found := c.hears(); len(found) > 0 {
		t.Errorf("the other is still there: %s", strings.Join(found, "\n"))
	}
	c.clock.Pass(fair.RetainFor + time.Hour)
	c.settled()
	if account, err = c.store.Accounts.Get(t.Context(), c.colleague.Account); err != nil || account.Email == "someone.else@example.org" {
		t.Errorf("nobody came back, and the account is still there, %v", err)
	}
}
