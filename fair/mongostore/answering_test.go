package mongostore_test

import (
	"errors"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/mongostore"
	"salon/fair/mongostore/mongotest"
)

// Two nodes that found the same reminder due: one of them notes it and owes its
// mails. Who was answered, or promised another day, meanwhile is not reminded of.
func TestAReminderIsNotedByOneOfThoseWhoFoundItDue(t *testing.T) {
	now := time.Date(2021, 1, 20, 9, 0, 0, 0, time.UTC)
	store := mongostore.New(mongotest.Database(t, func() time.Time { return now }), func() time.Time { return now })
	first := *fair.OweAnswer(now, now.Add(48*time.Hour))
	other := *fair.OweAnswer(now, now.Add(96*time.Hour))
	interview := fair.Interview{ID: fair.NewID(), State: fair.InterviewEnded, Answering: &first}
	application := fair.Application{ID: fair.NewID(), State: fair.ApplicationMet, Answering: &first}
	if err := errors.Join(store.Interviews.Insert(t.Context(), interview), store.Applications.Insert(t.Context(), application)); err != nil {
		t.Fatal(err)
	}
	for name, remind := range map[string]func(from fair.Answering) (bool, error){
		"of an interview": func(from fair.Answering) (bool, error) {
			_, noted, err := store.Interviews.Remind(t.Context(), interview.ID, from, from.Reminded())
			return noted, err
		},
		"of an application": func(from fair.Answering) (bool, error) {
			_, noted, err := store.Applications.Remind(t.Context(), application.ID, from, from.Reminded())
			return noted, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, c := range []struct {
				what string
				from fair.Answering
				want bool
			}{
				{"another day was promised", other, false},
				{"the recruiter", first, true},
				{"the recruiter, by another node", first, false},
				{"the organisers", first.Reminded(), true},
				{"the organisers, by another node", first.Reminded(), false},
			} {
				if noted, err := remind(c.from); err != nil || noted != c.want {
					t.Errorf("%s: noted %v, want %v (%v)", c.what, noted, c.want, err)
				}
			}
		})
	}
}

func TestAnApplicationIsSavedAsItWasReadOrNotAtAll(t *testing.T) {
	now := time.Date(2021, 1, 20, 9, 0, 0, 0, time.UTC)
	store := mongostore.New(mongotest.Database(t, func() time.Time { return now }), func() time.Time { return now })
	read := fair.Application{ID: fair.NewID(), State: fair.ApplicationReceived, Open: true, Meta: fair.Meta{Rev: 1}}
	if err := store.Applications.Insert(t.Context(), read); err != nil {
		t.Fatal(err)
	}
	mine, theirs := read, read
	mine.State, theirs.State = fair.ApplicationMeet, fair.ApplicationMet
	for range 2 { // the second time is our own earlier success
		if after, err := store.Applications.Save(t.Context(), mine); err != nil || after.State != fair.ApplicationMeet || after.Rev != 2 {
			t.Fatalf("saved as %+v (%v)", after, err)
		}
	}
	if _, err := store.Applications.Save(t.Context(), theirs); !errors.Is(err, fair.E(fair.Conflict, "edit.stale")) {
		t.Errorf("what was read before is answered %v", err)
	}
	if kept, err := store.Applications.Get(t.Context(), read.ID); err != nil || kept.State != fair.ApplicationMeet {
		t.Errorf("it is %s (%v)", kept.State, err)
	}
}
