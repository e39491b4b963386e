package service_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// barred is somebody kept from the fair by two reports, the second of which is told
// by a colleague of the first.
func barred(t *testing.T) (w *words, reports []fair.Report) {
	t.Helper()
	w, thread, asked, _ := reported(t)
	for _, by := range []fair.Actor{w.first, w.second} {
		r, err := w.ReportMessage(t.Context(), by, thread, service.ReportRequest{Message: asked, Why: fair.ReportHarassment})
		w.must(err)
		_, err = w.DecideReport(t.Context(), w.boss, r.ID, fair.DecideBar, "Assez.")
		w.must(err)
		reports = append(reports, r)
		w.clock.Pass(time.Minute)
	}
	w.dispatch()
	return w, reports
}

// kept is what becomes of an attempt to take a place in the fair.
func (w *words) kept() error {
	_, _, err := w.JoinLine(w.t.Context(), w.candidate, w.stand, service.JoinRequest{Channel: fair.Video})
	return err
}

func TestABarIsLiftedForAReasonWhichOnlyTheLogKnows(t *testing.T) {
	w, reports := barred(t)
	ctx := t.Context()
	w.onDuty(w.first)
	bars, err := w.Bars(ctx, w.boss, w.fair.Slug)
	w.must(err)
	if len(bars) != 1 || bars[0].Name != w.candidate.Name || len(bars[0].Reports) != 2 || bars[0].Reports[0].Report.ID != reports[1].ID {
		t.Errorf("barred are %+v", bars)
	}
	_, err = w.Bars(ctx, w.first, w.fair.Slug)
	refused(t, err, fair.Forbidden, "not.organiser")
	for name, c := range map[string]struct {
		who    fair.Actor
		reason string
		kind   fair.Kind
		code   string
	}{
		"who reported":   {w.first, "please", fair.NotFound, "report.unknown"},
		"who is barred":  {w.candidate, "please", fair.NotFound, "report.unknown"},
		"nobody":         {fair.Actor{}, "please", fair.Unauthenticated, "sign.in"},
		"without reason": {w.boss, "  ", fair.Invalid, "bar.reason"},
	} {
		if err := w.LiftBar(ctx, c.who, reports[0].ID, c.reason); !matches(err, fair.E(c.kind, c.code)) {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	refused(t, w.kept(), fair.Forbidden, "person.barred")
	w.must(w.LiftBar(ctx, w.boss, reports[0].ID, "Un quiproquo."))
	w.must(w.kept())
	refused(t, w.LiftBar(ctx, w.boss, reports[1].ID, "Encore."), fair.Gone, "bar.unknown")
	if bars, err := w.Bars(ctx, w.boss, w.fair.Slug); err != nil || len(bars) > 0 {
		t.Errorf("still barred are %+v, %v", bars, err)
	}
	w.dispatch()
	w.dispatch()
	if author, by := w.world.sent(fair.EffectMailLifted), w.world.sent(fair.EffectMailLiftedBy); author != 1 || by != 2 {
		t.Errorf("%d authors and %d reporters were told", author, by)
	}
	w.must(w.kept())
	entries, err := w.store.Audits.About(ctx, w.candidate.Account, 100)
	w.must(err)
	kept := 0
	for _, e := range entries {
		if e.Action == "person.unbarred" && e.Reason == "Un quiproquo." && e.Account == w.boss.Account && e.Fair == w.fair.ID {
			kept++
		} else if e.Reason != "" {
			t.Errorf("%s has a reason", e.Action)
		}
	}
	if kept != 2 {
		t.Errorf("the log keeps the reason %d times", kept)
	}
}

// What a bar owes may be delivered, or still go on, when it has been lifted.
func TestABarThatIsLiftedDoesNotComeBack(t *testing.T) {
	for _, name := range []string{"delivered late", "still going on"} {
		t.Run(name, func(t *testing.T) {
			w, thread, asked, _ := reported(t)
			ctx := t.Context()
			w.onDuty(w.first)
			r, err := w.ReportMessage(ctx, w.first, thread, service.ReportRequest{Message: asked, Why: fair.ReportInsult})
			w.must(err)
			lifted := false
			w.Step = func(step string) error {
				if name == "still going on" && step == "bar.desk" && !lifted {
					lifted = true
					w.must(w.LiftBar(ctx, w.boss, r.ID, "Un quiproquo."))
					w.must(w.store.Persons.Bar(ctx, w.candidate.Account, w.fair.ID)) // as a colleague's try would
				}
				return nil
			}
			_, err = w.DecideReport(ctx, w.boss, r.ID, fair.DecideBar, "")
			w.must(err)
			if lifted {
				w.must(w.kept())
				return
			}
			w.must(w.LiftBar(ctx, w.boss, r.ID, "Un quiproquo."))
			place := w.join(w.candidate, w.stand)
			w.dispatch() // the bar, and the lift
			if got := w.ticket(place.ID).State; got != fair.TicketWaiting {
				t.Errorf("a place taken after the lift is %s", got)
			}
			entries, err := w.store.Audits.About(ctx, w.candidate.Account, 100)
			w.must(err)
			for _, e := range entries {
				if (e.Reason != "") != (e.Action == "person.unbarred") {
					t.Errorf("%s has the reason %q", e.Action, e.Reason)
				}
			}
		})
	}
}

// Of two reports one is lifted when the house stops: the bar stands and nobody is
// told that it does not.
func TestALiftThatDiesHalfWayLeavesTheBar(t *testing.T) {
	w, reports := barred(t)
	w.onDuty(w.first)
	stopped := false
	w.Step = func(name string) error {
		if name == "unbar.report" && !stopped {
			stopped = true
			return errKilled
		}
		return nil
	}
	if err := w.LiftBar(context.Background(), w.boss, reports[0].ID, "Un quiproquo."); !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	w.dispatch()
	refused(t, w.kept(), fair.Forbidden, "person.barred")
	if n := w.world.sent(fair.EffectMailLifted); n != 0 {
		t.Errorf("%d are told of what is not so", n)
	}
	w.must(w.LiftBar(t.Context(), w.boss, reports[0].ID, "Un quiproquo."))
	w.dispatch()
	w.must(w.kept())
	if n := w.world.sent(fair.EffectMailLifted); n != 1 {
		t.Errorf("%d are told", n)
	}
}

// A bar that is made while another is lifted stays.
func TestABarMadeWhileAnotherIsLiftedStays(t *testing.T) {
	w, thread, asked, _ := reported(t)
	ctx := t.Context()
	w.onDuty(w.first)
	var made []fair.Report
	for _, by := range []fair.Actor{w.first, w.second} {
		r, err := w.ReportMessage(ctx, by, thread, service.ReportRequest{Message: asked, Why: fair.ReportInsult})
		w.must(err)
		made = append(made, r)
	}
	_, err := w.DecideReport(ctx, w.boss, made[0].ID, fair.DecideBar, "")
	w.must(err)
	w.dispatch()
	w.Step = func(name string) error {
		if name == "unbar.report" {
			w.Step = nil
			_, err := w.DecideReport(ctx, w.boss, made[1].ID, fair.DecideBar, "")
			w.must(err)
		}
		return nil
	}
	w.must(w.LiftBar(ctx, w.boss, made[0].ID, "Un quiproquo."))
	refused(t, w.kept(), fair.Forbidden, "person.barred")
	w.dispatch()
	refused(t, w.kept(), fair.Forbidden, "person.barred")
}
