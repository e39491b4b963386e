package service

import (
	"context"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// reportStore keeps reports; a decision is made once.
type reportStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Report, error)
	Insert(ctx context.Context, r fair.Report) error
	OfFair(ctx context.Context, fairID fair.ID, limit int) ([]fair.Report, error)
	By(ctx context.Context, account fair.ID, limit int) ([]fair.Report, error)
	Decide(ctx context.Context, r fair.Report, effects ...fair.Effect) (after fair.Report, decided bool, err error)
	Bars(ctx context.Context, fairID, about fair.ID, limit int) ([]fair.Report, error)
	Lift(ctx context.Context, id fair.ID, l fair.Lift, effects ...fair.Effect) (lifted bool, err error)
}

// reportsShown is how many reports a list holds; reportsOf how many one person
// may make.
const reportsShown = 200

var reportsOf = fair.Allowance{Times: 20, Within: 24 * time.Hour}

// ReportRequest is a report as somebody makes it.
type ReportRequest struct {
	Message fair.ID // one of the other side's
	Why     fair.ReportWhy
	Words   string
	Block   bool // and keeps who wrote it away
}

// ReportMail is what a mail about a report is made of. To the reporter Kind is
// EffectMailReport; to who is warned or barred, EffectMailWarned; when the bar is
// lifted, EffectMailLiftedBy and EffectMailLifted.
type ReportMail struct {
	Kind     fair.EffectKind
	Fair     fair.Fair
	Stand    fair.Stand
	Decision fair.Decision
	Answer   string
}

// ReportMessage tells the organisers that a message of the other side was not
// right. Told twice, it is one report. Errors: NotFound for all but the thread's
// sides; Invalid, also for a message that is not the other side's; TooMany.
func (s *Service) ReportMessage(ctx context.Context, a fair.Actor, thread fair.ID, q ReportRequest) (fair.Report, error) {
	t, side, err := s.thread(ctx, a, thread)
	if err != nil {
		return fair.Report{}, err
	}
	m, there := t.Message(q.Message)
	words := fair.Clean(q.Words)
	switch {
	case t.Candidate == "" || !there || m.Side == side:
		return fair.Report{}, fair.Refuse("message", "report.message")
	case !slices.Contains(fair.ReportWhys(), q.Why):
		return fair.Report{}, fair.Refuse("why", "report.why")
	case fair.TooLong(words, fair.ReportLength):
		return fair.Report{}, fair.Refuse("words", "text.long")
	}
	f, err := s.Stores.Fairs.Get(ctx, t.Fair)
	if err != nil {
		return fair.Report{}, fmt.Errorf("read the fair of a report: %w", err)
	}
	now := s.now()
	r := fair.Report{
		ID: fair.ReportID(t.ID, m.ID, a.Account), Fair: t.Fair, Stand: t.Stand, Thread: t.ID, Message: m.ID, Text: m.Text,
		By: a.Account, BySide: side, About: m.By, Why: q.Why, Words: words, Open: true, At: now,
		Meta: meta(now, f.KeepAtMost(), oweAudit("report.made", a.Account, m.By, now)),
	}
	if q.Block {
		if err := s.block(ctx, a, t, side, m.By); err != nil {
			return r, err
		}
	}
	made, err := s.Stores.Reports.Get(ctx, r.ID)
	if err == nil || !notFound(err) {
		return made, err
	}
	if err := s.spend(ctx, "report.many", use{"report", string(a.Account), reportsOf}); err != nil {
		return r, err
	}
	if err := s.Stores.Reports.Insert(ctx, r); err != nil && fair.KindOf(err) != fair.Conflict {
		return r, fmt.Errorf("keep a report: %w", err)
	}
	s.wake()
	return r, nil
}

// BlockWriter keeps who wrote a message from writing to the actor's side again; a
// candidate neither takes a place at the stand nor books there any more. What is
// booked or waiting between the two ends, as if it had been cancelled.
func (s *Service) BlockWriter(ctx context.Context, a fair.Actor, thread, message fair.ID) error {
	t, side, err := s.thread(ctx, a, thread)
	if err != nil {
		return err
	}
	m, there := t.Message(message)
	if t.Candidate == "" || !there || m.Side == side {
		return fair.Refuse("message", "report.message")
	}
	return s.block(ctx, a, t, side, m.By)
}

func (s *Service) block(ctx context.Context, a fair.Actor, t fair.Thread, side fair.Side, of fair.ID) error {
	now := s.now()
	full, err := s.Stores.Threads.Block(ctx, t.ID, fair.Block{Of: of, By: a.Account, Side: side, At: now},
		owe(fair.EffectNotify, "", now), owe(fair.EffectApart, of, now), oweAudit("person.blocked", a.Account, of, now))
	if err != nil {
		return fmt.Errorf("block somebody in thread %s: %w", t.ID, err)
	}
	if full {
		return fair.E(fair.Conflict, "block.many")
	}
	if t, err = s.Stores.Threads.Get(ctx, t.ID); err == nil { // at once; the effect does it again if this fails
		err = s.apart(ctx, t, of)
	}
	if err != nil {
		s.Log.WarnContext(ctx, "what is booked with somebody blocked ends a little later", "thread", t.ID, "err", err)
	}
	s.wake()
	return nil
}

// Unblock lets everybody write again whom the actor's side has blocked.
func (s *Service) Unblock(ctx context.Context, a fair.Actor, thread fair.ID) error {
	t, side, err := s.thread(ctx, a, thread)
	if err != nil {
		return err
	}
	now := s.now()
	for _, b := range t.Blocked {
		if b.Side != side {
			continue
		}
		err := s.Stores.Threads.Unblock(ctx, t.ID, b.Of, side, owe(fair.EffectNotify, "", now), oweAudit("person.unblocked", a.Account, b.Of, now))
		if err != nil {
			return fmt.Errorf("lift a block in thread %s: %w", t.ID, err)
		}
	}
	s.wake()
	return nil
}

// admitted refuses who is barred from a fair, or kept away from a stand. With a
// recruiter, it also refuses one who is barred, and whom that one and the candidate
// keep apart. Errors: Forbidden "person.barred", "person.blocked",
// "person.blockedby", "recruiter.barred"; on doubt it refuses too.
func (s *Service) admitted(ctx context.Context, candidate, fairID, stand, recruiter fair.ID) error {
	if err := s.notBarred(ctx, candidate, fairID); err != nil {
		return err
	}
	if recruiter != "" {
		err := s.notBarred(ctx, recruiter, fairID)
		if keptApart(err) {
			err = errRecruiterBarred
		}
		if err != nil {
			return err
		}
	}
	t, err := s.Stores.Threads.Get(ctx, fair.ThreadID(stand, candidate))
	switch {
	case notFound(err):
		return nil
	case err != nil:
		return fmt.Errorf("read who is blocked at stand %s: %w", stand, err)
	case t.Blocks(candidate):
		return fair.E(fair.Forbidden, "person.blocked")
	case recruiter != "" && t.Blocks(recruiter):
		return errBlockedBy
	}
	return nil
}

func (s *Service) notBarred(ctx context.Context, account, fairID fair.ID) error {
	p, err := s.Stores.Persons.Get(ctx, account)
	if err != nil {
		return fmt.Errorf("read whether %s is barred: %w", account, err)
	}
	if slices.Contains(p.Barred, fairID) {
		return fair.E(fair.Forbidden, "person.barred")
	}
	return nil
}

// ReportDetail is a report as its fair's organisers see it.
type ReportDetail struct {
	Report    fair.Report
	Stand     fair.Stand
	By, About string // names; how candidates are called
}

// Reports lists those of a fair. Only its organisers.
func (s *Service) Reports(ctx context.Context, a fair.Actor, fairRef string) ([]ReportDetail, error) {
	f, err := s.organised(ctx, a, fairRef)
	if err != nil {
		return nil, err
	}
	list, err := s.Stores.Reports.OfFair(ctx, f.ID, reportsShown)
	if err != nil {
		return nil, fmt.Errorf("list reports: %w", err)
	}
	around := newSurroundings(s)
	details := make([]ReportDetail, 0, len(list))
	for _, r := range list {
		d, err := s.reportDetail(ctx, around, r)
		if err != nil {
			return nil, err
		}
		details = append(details, d)
	}
	return details, nil
}

func (s *Service) reportDetail(ctx context.Context, around *surroundings, r fair.Report) (d ReportDetail, err error) {
	r.Effects = nil
	d.Report = r
	if d.Stand, err = once(ctx, around.stands, r.Stand, s.Stores.Stands.Get); err != nil {
		return d, fmt.Errorf("read the stand of a report: %w", err)
	}
	for _, who := range []struct {
		id fair.ID
		to *string
	}{{r.By, &d.By}, {r.About, &d.About}} {
		account, err := once(ctx, around.accounts, who.id, s.Stores.Accounts.Get)
		if err != nil {
			return d, fmt.Errorf("read who a report is about: %w", err)
		}
		*who.to = account.Name
	}
	return d, nil
}

// organisedReport is a report of a fair that the actor organises.
func (s *Service) organisedReport(ctx context.Context, a fair.Actor, id fair.ID) (fair.Report, error) {
	if err := signedIn(a); err != nil {
		return fair.Report{}, err
	}
	r, err := s.Stores.Reports.Get(ctx, id)
	if err == nil && !a.Organises(r.Fair) {
		err = fair.E(fair.NotFound, "report.unknown")
	}
	return r, err
}

// DecideReport is an organiser's decision, made once: the reporter is told, who is
// warned or barred too. Errors: NotFound for organisers of other fairs; Invalid;
// Conflict "report.decided".
func (s *Service) DecideReport(ctx context.Context, a fair.Actor, id fair.ID, decision fair.Decision, answer string) (ReportDetail, error) {
	r, err := s.organisedReport(ctx, a, id)
	if err != nil {
		return ReportDetail{}, err
	}
	answer = fair.Clean(answer)
	switch {
	case !slices.Contains([]fair.Decision{fair.DecideNothing, fair.DecideWarn, fair.DecideBar}, decision):
		return ReportDetail{}, fair.Refuse("decision", "report.decision")
	case fair.TooLong(answer, fair.ReportLength):
		return ReportDetail{}, fair.Refuse("answer", "text.long")
	}
	now := s.now()
	effects := []fair.Effect{owe(fair.EffectMailReport, r.By, now), oweAudit("report."+string(decision), a.Account, r.About, now)}
	if decision != fair.DecideNothing {
		effects = append(effects, owe(fair.EffectMailWarned, r.About, now))
	}
	if decision == fair.DecideBar {
		effects = append(effects, owe(fair.EffectBar, r.About, now))
	}
	r.Decision, r.Answer, r.DecidedBy, r.DecidedAt = decision, answer, a.Account, &now
	after, decided, err := s.Stores.Reports.Decide(ctx, r, effects...)
	if err != nil {
		return ReportDetail{}, fmt.Errorf("decide on report %s: %w", id, err)
	}
	if !decided {
		before, err := s.Stores.Reports.Get(ctx, id)
		if err != nil || before.DecidedBy != a.Account || before.Decision != decision || before.Answer != answer {
			return ReportDetail{}, fair.E(fair.Conflict, "report.decided")
		}
		after = before // asked for twice
	}
	if decision == fair.DecideBar { // at once; the effect does it again if this fails
		if err := s.barFrom(ctx, r.Fair, r.About, a.Account); err != nil {
			s.Log.WarnContext(ctx, "somebody is barred, all of it a little later", "report", id, "err", err)
		}
	}
	s.wake()
	return s.reportDetail(ctx, newSurroundings(s), after)
}

// deliverReport does what a report owes.
func (s *Service) deliverReport(ctx context.Context, id fair.ID, e fair.Effect) error {
	r, err := s.Stores.Reports.Get(ctx, id)
	if err != nil {
		return err
	}
	switch e.Kind {
	case fair.EffectAudit:
		return s.recordReason(ctx, e, id, r.Fair, liftReason(e, r))
	case fair.EffectBar:
		if r.Lifted == nil {
			return s.barFrom(ctx, r.Fair, e.Account, r.DecidedBy)
		}
		return s.unbar(ctx, r.Fair, e.Account)
	case fair.EffectUnbar:
		return s.unbar(ctx, r.Fair, e.Account)
	case fair.EffectMailReport, fair.EffectMailWarned, fair.EffectMailLifted, fair.EffectMailLiftedBy:
		return s.mailReport(ctx, r, e)
	}
	return nil
}

func (s *Service) mailReport(ctx context.Context, r fair.Report, e fair.Effect) error {
	in := ReportMail{Kind: e.Kind, Decision: r.Decision, Answer: r.Answer}
	if e.Kind == fair.EffectMailLifted || e.Kind == fair.EffectMailLiftedBy {
		in.Answer = "" // it came with the bar
	}
	var err error
	if in.Fair, err = s.Stores.Fairs.Get(ctx, r.Fair); err != nil {
		return err
	}
	if in.Stand, err = s.Stores.Stands.Get(ctx, r.Stand); err != nil {
		return err
	}
	to, err := s.Stores.Accounts.Get(ctx, e.Account)
	if err != nil || fair.IsErasedEmail(to.Email) {
		return err
	}
	m, err := s.Composer.Report(to, in)
	if err != nil {
		return fmt.Errorf("write about a report: %w", err)
	}
	m.About = []fair.ID{r.By, r.About}
	return s.post(ctx, m, e, to.Email, to.ID, s.now().Add(keepMail))
}
