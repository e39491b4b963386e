package service_test

import (
	"slices"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

func TestACopyHoldsWhatIsHeldHoweverMuchItIs(t *testing.T) {
	w, thread, asked, answered := reported(t)
	ctx := t.Context()
	_, err := w.ReportMessage(ctx, w.candidate, thread, service.ReportRequest{Message: answered, Why: fair.ReportInsult, Words: "pas correct"})
	w.must(err)
	_, err = w.ReportMessage(ctx, w.first, thread, service.ReportRequest{Message: asked, Why: fair.ReportOther, Words: "theirs"})
	w.must(err)
	for n := range 120 { // more than any screen lists
		w.must(w.store.Threads.Insert(ctx, fair.Thread{
			ID: fair.NewID(), Fair: w.fair.ID, Stand: w.stand, Candidate: w.candidate.Account, At: w.clock.Now().Add(time.Duration(n) * time.Second), Messages: []fair.Message{},
		}))
	}
	w.must(w.store.Credentials.AddForeign(ctx, w.candidate.Account, fair.Foreign{ID: fair.NewID(), Issuer: "city", At: w.clock.Now()}))
	account, err := w.Me(ctx, w.candidate)
	w.must(err)
	for _, m := range []fair.Mail{
		{Via: fair.BySMS, Account: account.ID, Text: "your turn"},
		{To: "new@example.org", Account: account.ID, Text: "the link that proves another address"},
		{To: account.Email, Account: account.ID, Text: "a reminder"},
	} {
		m.ID, m.At = fair.NewID(), w.clock.Now()
		w.must(w.store.Mails.Insert(ctx, m))
	}
	h, err := w.Export(ctx, w.candidate)
	w.must(err)
	if len(h.Threads) != 121 {
		t.Errorf("%d conversations of 121", len(h.Threads))
	}
	if len(h.Reports) != 1 || h.Reports[0].Words != "pas correct" {
		t.Errorf("the reports are %+v", h.Reports)
	}
	has := func(text string) bool {
		return slices.ContainsFunc(h.Mails, func(m fair.Mail) bool { return m.Text == text })
	}
	if !has("your turn") || !has("a reminder") || has("the link that proves another address") {
		t.Errorf("the messages are %+v", h.Mails)
	}
	if len(h.Equipment.Foreign) != 1 {
		t.Errorf("the sites are %+v", h.Equipment.Foreign)
	}
}
