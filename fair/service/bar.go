package service

import (
	"context"
	"fmt"
	"slices"

	"salon/fair"
)

// auditUnbarred is the action of the audit log that carries the reason of a lift.
const auditUnbarred = "person.unbarred"

// BarDetail is somebody who is kept from a fair, as its organisers see it.
type BarDetail struct {
	Name    string
	Reports []ReportDetail // for which they are, the latest first; never none
}

// Bars lists who is barred from a fair, the latest first. Only its organisers.
func (s *Service) Bars(ctx context.Context, a fair.Actor, fairRef string) ([]BarDetail, error) {
	f, err := s.organised(ctx, a, fairRef)
	if err != nil {
		return nil, err
	}
	list, err := s.Stores.Reports.Bars(ctx, f.ID, "", reportsShown)
	if err != nil {
		return nil, fmt.Errorf("list who is barred from fair %s: %w", f.ID, err)
	}
	around := newSurroundings(s)
	var bars []BarDetail
	for _, r := range list {
		d, err := s.reportDetail(ctx, around, r)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(bars, func(b BarDetail) bool { return b.Reports[0].Report.About == r.About })
		if at < 0 {
			at, bars = len(bars), append(bars, BarDetail{Name: d.About})
		}
		bars[at].Reports = append(bars[at].Reports, d)
	}
	return bars, nil
}

// LiftBar lets whom a report has barred write, take places and book in the fair
// again, whatever else was reported of them; what the bar has cancelled stays so. The
// reason is for the log; who was barred is told, and who reported them. Errors:
// NotFound for organisers of other fairs; Gone "bar.unknown" when no bar stands;
// Invalid.
func (s *Service) LiftBar(ctx context.Context, a fair.Actor, report fair.ID, reason string) error {
	lifted, err := s.organisedReport(ctx, a, report)
	if err != nil {
		return err
	}
	reason = fair.Clean(reason)
	switch {
	case reason == "":
		return fair.Refuse("reason", "bar.reason")
	case fair.TooLong(reason, fair.ReportLength):
		return fair.Refuse("reason", "text.long")
	}
	fairID, account := lifted.Fair, lifted.About
	standing, err := s.Stores.Reports.Bars(ctx, fairID, account, reportsShown)
	if err != nil {
		return fmt.Errorf("list for what %s is barred from fair %s: %w", account, fairID, err)
	}
	if len(standing) == 0 {
		return fair.E(fair.Gone, "bar.unknown")
	}
	now := s.now()
	for n, r := range standing {
		effects := []fair.Effect{
			owe(fair.EffectUnbar, account, now), owe(fair.EffectMailLiftedBy, r.By, now), oweAudit(auditUnbarred, a.Account, account, now),
		}
		if n == len(standing)-1 { // not before: until then the bar stands
			effects = append(effects, owe(fair.EffectMailLifted, account, now))
		}
		if _, err := s.Stores.Reports.Lift(ctx, r.ID, fair.Lift{By: a.Account, At: now, Reason: reason}, effects...); err != nil {
			return fmt.Errorf("lift the bar of report %s: %w", r.ID, err)
		}
		if err := s.step("unbar.report"); err != nil {
			return err
		}
	}
	if err := s.unbar(ctx, fairID, account); err != nil { // the effect does it again
		s.Log.WarnContext(ctx, "a bar is lifted a little later", "fair", fairID, "err", err)
	}
	s.wake()
	return nil
}

// unbar lets somebody into a fair again for whom no report stands that bars them.
// The person is read first and the reports second: a bar made in between has moved
// the person, and is looked for again.
func (s *Service) unbar(ctx context.Context, fairID, account fair.ID) error {
	return retryStale(ctx, func() error {
		p, err := s.Stores.Persons.Get(ctx, account)
		if notFound(err) || err == nil && !slices.Contains(p.Barred, fairID) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read from which fairs %s is barred: %w", account, err)
		}
		standing, err := s.Stores.Reports.Bars(ctx, fairID, account, 1)
		if err != nil || len(standing) > 0 {
			return err
		}
		lifted, err := s.Stores.Persons.Unbar(ctx, account, fairID, p.Rev)
		if err == nil && !lifted {
			err = fair.E(fair.Conflict, "edit.stale")
		}
		return err
	})
}

// liftReason is the reason that an entry of the audit log carries.
func liftReason(e fair.Effect, r fair.Report) string {
	if e.Action != auditUnbarred || r.Lifted == nil {
		return ""
	}
	return r.Lifted.Reason
}
