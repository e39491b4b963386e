package service_test

import (
	"testing"

	"salon/fair"
	"salon/fair/service"
)

// reported is a conversation in which each side has written once.
func reported(t *testing.T) (w *words, thread fair.ID, asked, answered fair.ID) {
	t.Helper()
	w = newWords(t)
	d := w.ask("Bonjour")
	d, err := w.Write(t.Context(), w.first, d.Thread.ID, service.Words{Text: "Payez d'abord."})
	w.must(err)
	return w, d.Thread.ID, d.Thread.Messages[0].ID, d.Thread.Messages[1].ID
}

func TestAMessageIsReportedDecidedOnceAndTheReporterIsTold(t *testing.T) {
	w, thread, asked, answered := reported(t)
	ctx := t.Context()
	r, err := w.ReportMessage(ctx, w.candidate, thread, service.ReportRequest{Message: answered, Why: fair.ReportFraud, Words: "money"})
	w.must(err)
	again, err := w.ReportMessage(ctx, w.candidate, thread, service.ReportRequest{Message: answered, Why: fair.ReportOther})
	w.must(err)
	if again.ID != r.ID || r.Text != "Payez d'abord." || r.About != w.first.Account {
		t.Errorf("the report is %+v, told again it is %+v", r, again)
	}
	for name, c := range map[string]struct {
		who     fair.Actor
		message fair.ID
		why     fair.ReportWhy
		kind    fair.Kind
		code    string
	}{
		"one's own message":    {w.candidate, asked, fair.ReportFraud, fair.Invalid, "report.message"},
		"no message":           {w.candidate, thread, fair.ReportFraud, fair.Invalid, "report.message"},
		"no reason":            {w.candidate, answered, "because", fair.Invalid, "report.why"},
		"somebody else's talk": {w.other, answered, fair.ReportFraud, fair.NotFound, "thread.unknown"},
	} {
		_, err := w.ReportMessage(ctx, c.who, thread, service.ReportRequest{Message: c.message, Why: c.why})
		if !matches(err, fair.E(c.kind, c.code)) {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	queue, err := w.Reports(ctx, w.boss, w.fair.Slug)
	w.must(err)
	if len(queue) != 1 || queue[0].Report.Words != "money" || queue[0].About != w.first.Name {
		t.Errorf("the queue is %+v", queue)
	}
	_, err = w.Reports(ctx, w.first, w.fair.Slug)
	refused(t, err, fair.Forbidden, "not.organiser")
	_, err = w.DecideReport(ctx, w.first, r.ID, fair.DecideNothing, "")
	refused(t, err, fair.NotFound, "report.unknown")
	_, err = w.DecideReport(ctx, w.boss, r.ID, "shrug", "")
	refused(t, err, fair.Invalid, "report.decision")
	_, err = w.DecideReport(ctx, w.boss, r.ID, fair.DecideWarn, "We spoke to them.")
	w.must(err)
	_, err = w.DecideReport(ctx, w.boss, r.ID, fair.DecideBar, "")
	refused(t, err, fair.Conflict, "report.decided")
	w.dispatch()
	w.dispatch()
	if w.world.sent(fair.EffectMailReport) != 1 || w.world.sent(fair.EffectMailWarned) != 1 {
		t.Errorf("%d reporters and %d authors were told", w.world.sent(fair.EffectMailReport), w.world.sent(fair.EffectMailWarned))
	}
}

func TestWhoIsBlockedNeitherWritesNorTakesAPlaceNorBooks(t *testing.T) {
	w, thread, asked, _ := reported(t)
	ctx := t.Context()
	w.onDuty(w.first)
	slots := w.slots(w.second, 1)
	_, err := w.ReportMessage(ctx, w.first, thread, service.ReportRequest{Message: asked, Why: fair.ReportInsult, Block: true})
	w.must(err)
	w.must(w.BlockWriter(ctx, w.second, thread, asked)) // a colleague, again
	for name, err := range w.attempts(thread, slots[0].ID) {
		if !matches(err, fair.E(fair.Forbidden, "person.blocked")) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = w.Ask(ctx, w.candidate, w.other.Roles[0].Stand, service.Words{Text: "elsewhere"})
	w.must(err)
	w.must(w.Unblock(ctx, w.candidate, thread)) // lifts only what one's own side has blocked
	_, err = w.Write(ctx, w.candidate, thread, service.Words{Text: "and now?"})
	refused(t, err, fair.Forbidden, "person.blocked")
	w.must(w.Unblock(ctx, w.second, thread))
	for name, err := range w.attempts(thread, slots[0].ID) {
		if err != nil {
			t.Errorf("unblocked, %s: %v", name, err)
		}
	}
}

func TestACandidateIsRidOfOneRecruiterAndNotOfTheStand(t *testing.T) {
	w, thread, _, answered := reported(t)
	ctx := t.Context()
	slots := w.slots(w.first, 1)
	w.must(w.BlockWriter(ctx, w.candidate, thread, answered))
	_, err := w.Write(ctx, w.first, thread, service.Words{Text: "wait"})
	refused(t, err, fair.Forbidden, "person.blocked")
	_, err = w.book(w.candidate, slots[0].ID, "k")
	refused(t, err, fair.Forbidden, "person.blockedby")
	_, err = w.Write(ctx, w.second, thread, service.Words{Text: "may I?"})
	w.must(err)
}

func TestWhoIsBarredIsOutOfTheWholeFair(t *testing.T) {
	w, thread, asked, _ := reported(t)
	ctx := t.Context()
	w.onDuty(w.first)
	slots := w.slots(w.first, 1)
	r, err := w.ReportMessage(ctx, w.first, thread, service.ReportRequest{Message: asked, Why: fair.ReportHarassment})
	w.must(err)
	_, err = w.DecideReport(ctx, w.boss, r.ID, fair.DecideBar, "")
	w.must(err)
	attempts := w.attempts(thread, slots[0].ID)
	_, attempts["asking elsewhere"] = w.Ask(ctx, w.candidate, w.other.Roles[0].Stand, service.Words{Text: "hello"})
	for name, err := range attempts {
		if !matches(err, fair.E(fair.Forbidden, "person.barred")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// attempts are what a blocked candidate may not do.
func (w *words) attempts(thread, slot fair.ID) map[string]error {
	w.t.Helper()
	ctx, failed := w.t.Context(), map[string]error{}
	_, failed["writing"] = w.Write(ctx, w.candidate, thread, service.Words{Text: "please"})
	_, _, failed["taking a place"] = w.JoinLine(ctx, w.candidate, w.stand, service.JoinRequest{Channel: fair.Video})
	_, failed["booking"] = w.book(w.candidate, slot, "blocked")
	_, failed["applying"] = w.ApplyToStand(ctx, w.candidate, w.stand, service.ApplyRequest{Text: "please"})
	return failed
}
