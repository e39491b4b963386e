package service

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"salon/fair"
)

// How often the house looks after itself.
const (
	dispatchEvery = time.Second      // between looks at what is owed; a write wakes the dispatcher at once
	showEvery     = time.Second      // between showings of a line for what changes without a write to it
	sweepEvery    = 5 * time.Second  // between looks at lapsed holds and offers whose time is over
	lineEvery     = time.Second      // between looks at calls and grace periods: people watch a countdown
	followEvery   = 2 * time.Second  // between looks at offers changed on other nodes
	firstRetry    = 2 * time.Second  // after a delivery failed; doubles up to lastRetry
	lastRetry     = 2 * time.Minute  //
	lastRefusal   = time.Hour        // instead of lastRetry for a mail that its server refuses
	giveUp        = 48 * time.Hour   // after which such a mail is tried no more
	mailClaim     = time.Minute      // how long one dispatcher may be at one mail
	debtBatch     = 200              // documents read at once
	followOverlap = 30 * time.Second // the index re-reads this much: clocks differ and writes take time
)

// How long records about people are kept.
const (
	keepAudit = 365 * 24 * time.Hour
	keepMail  = fair.RetainFor
)

// Dispatcher delivers what changes owe the world and tidies what lapsed. Any
// number of them may run, on any nodes: each effect is delivered at least once,
// under an id that makes a second delivery recognisable, and struck off
// afterwards.
type Dispatcher struct {
	s     *Service
	lanes []*lane
}

// lane is a part of what is owed. Its state is owned by one goroutine. A mail
// server that does not answer takes many seconds of each mail, so mails have
// lanes of their own, and those somebody waits for at the door another than
// the rest; so do the push services of browsers.
type lane struct {
	s       *Service
	nouns   []fair.Noun
	takes   func(fair.EffectKind) bool
	wake    chan struct{}     // one waiting token is enough
	retries map[fair.ID]retry // effects whose delivery failed here
	shown   map[fair.ID]error // lines shown since the debts at hand were read
}

// retry says when a failed delivery is tried again.
type retry struct {
	at    time.Time
	delay time.Duration
}

// atOnce are the effects that wait for nobody outside.
func atOnce(k fair.EffectKind) bool { return !k.Mail() && !k.Push() }

// pushing are the nouns whose changes reach for people with closed pages.
var pushing = []fair.Noun{fair.NounInterview, fair.NounStandby, fair.NounTicket, fair.NounThread, fair.NounApplication}

// NewDispatcher returns the dispatcher of a service.
func NewDispatcher(s *Service) *Dispatcher {
	d := &Dispatcher{s: s}
	for _, l := range []lane{
		{nouns: fair.Nouns(), takes: atOnce},
		{nouns: []fair.Noun{fair.NounCode, fair.NounInvitation, fair.NounAddress}, takes: fair.EffectKind.Mail},
		{nouns: []fair.Noun{fair.NounInterview, fair.NounWish, fair.NounCompanion, fair.NounStandby, fair.NounApplication, fair.NounReport, fair.NounWatch}, takes: fair.EffectKind.Mail},
		{nouns: pushing, takes: fair.EffectKind.Push},
	} {
		l.s, l.wake, l.retries = s, make(chan struct{}, 1), map[fair.ID]retry{}
		d.lanes = append(d.lanes, &l)
	}
	return d
}

// Run delivers, sweeps and feeds the offer index until ctx ends; then it
// answers nil. What fails is tried again.
func (d *Dispatcher) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, l := range d.lanes {
		g.Go(func() error { return d.loop(ctx, dispatchEvery, l.wake, "effects are not delivered", l.dispatch) })
	}
	g.Go(func() error { return d.spread(ctx) })
	g.Go(func() error { return d.loop(ctx, showEvery, nil, "lines are not shown", d.s.ShowStale) })
	g.Go(func() error { return d.loop(ctx, sweepEvery, nil, "the sweep failed", d.s.Sweep) })
	g.Go(func() error { return d.loop(ctx, lineEvery, nil, "the lines are not swept", d.s.sweepLines) })
	g.Go(func() error { return d.loop(ctx, sweepEvery, nil, "a draw is not carried out", d.s.CarryDraws) })
	f := &follower{s: d.s, seen: map[fair.ID]int64{}}
	g.Go(func() error { return d.loop(ctx, followEvery, nil, "the offer index is not fed", f.follow) })
	return g.Wait()
}

// spread wakes every lane when something is owed.
func (d *Dispatcher) spread(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-d.s.pending:
		}
		for _, l := range d.lanes {
			select {
			case l.wake <- struct{}{}:
			default:
			}
		}
	}
}

// loop does work at once, then whenever it is woken and at each tick.
func (d *Dispatcher) loop(ctx context.Context, every time.Duration, wake <-chan struct{}, complaint string, work func(context.Context) error) error {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		if err := work(ctx); err != nil && ctx.Err() == nil {
			d.s.Log.WarnContext(ctx, complaint, "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-wake:
		case <-ticker.C:
		}
	}
}

// Dispatch delivers everything that is owed now, once. One failed delivery
// holds up no other.
func (d *Dispatcher) Dispatch(ctx context.Context) error {
	failed := make([]error, len(d.lanes))
	for i, l := range d.lanes {
		failed[i] = l.dispatch(ctx)
	}
	return errors.Join(failed...)
}

// dispatch delivers what is owed now on one lane.
func (l *lane) dispatch(ctx context.Context) error {
	var failed []error
	for _, noun := range l.nouns {
		for after := fair.ID(""); ; {
			debts, err := l.s.Stores.Effects.Pending(ctx, noun, after, debtBatch)
			if err != nil {
				return errors.Join(append(failed, err)...)
			}
			l.shown = map[fair.ID]error{}
			if noun == fair.NounOffer {
				failed = append(failed, l.s.deliverOffers(ctx, debts))
			} else {
				for _, debt := range debts {
					failed = append(failed, l.pay(ctx, debt))
				}
			}
			if len(debts) < debtBatch {
				break
			}
			after = debts[len(debts)-1].Doc
		}
	}
	l.forget()
	return errors.Join(failed...)
}

// forget drops the retries of what is owed no more: what is still owed was
// tried again long ago.
func (l *lane) forget() {
	now := l.s.now()
	for id, r := range l.retries {
		if now.Sub(r.at) > lastRefusal {
			delete(l.retries, id)
		}
	}
}

// pay delivers this lane's effects of one document in their order, each struck
// off before the next.
func (l *lane) pay(ctx context.Context, debt fair.Debt) error {
	var failed []error
	for _, e := range debt.Effects {
		now := l.s.now()
		if r, ok := l.retries[e.ID]; !l.takes(e.Kind) || ok && now.Before(r.at) {
			continue
		}
		err := l.deliver(ctx, debt, e)
		hopeless := fair.KindOf(err) == fair.Invalid && now.Sub(e.At) >= giveUp
		if hopeless {
			l.s.Log.ErrorContext(ctx, "a mail nobody takes is given up", "effect", e.ID, string(debt.Noun), debt.Doc, "err", err)
			err = nil
		}
		if err == nil {
			err = l.s.step("settle")
		}
		if err == nil {
			err = l.s.Stores.Effects.Settle(ctx, debt.Noun, debt.Doc, e.ID)
		}
		if err == nil {
			delete(l.retries, e.ID)
			continue
		}
		l.postpone(e, now, err)
		if errors.Is(err, errElsewhere) {
			continue
		}
		failed = append(failed, fmt.Errorf("deliver %s of %s %s: %w", e.Kind, debt.Noun, debt.Doc, err))
	}
	return errors.Join(failed...)
}

// deliver does what one effect says. A line that many changes concern is shown
// once for all of them: its present state, read after they were.
func (l *lane) deliver(ctx context.Context, debt fair.Debt, e fair.Effect) error {
	if e.Kind != fair.EffectLine {
		return l.s.deliver(ctx, debt, e)
	}
	err, shown := l.shown[e.Object]
	if !shown {
		err = l.s.showLine(ctx, e.Object)
		l.shown[e.Object] = err
	}
	return err
}

// postpone has a failed delivery tried again later, and later each time.
func (l *lane) postpone(e fair.Effect, now time.Time, err error) {
	longest := lastRetry
	if fair.KindOf(err) == fair.Invalid {
		longest = lastRefusal
	}
	delay := min(max(2*l.retries[e.ID].delay, firstRetry), longest)
	l.retries[e.ID] = retry{at: now.Add(delay), delay: delay}
}

// deliver does what one effect says. What no longer applies (the document is
// gone) counts as delivered.
func (s *Service) deliver(ctx context.Context, debt fair.Debt, e fair.Effect) error {
	if err := s.step("deliver"); err != nil {
		return err
	}
	var err error
	switch debt.Noun {
	case fair.NounCode:
		err = s.deliverCode(ctx, debt.Doc, e)
	case fair.NounInvitation:
		err = s.deliverInvitation(ctx, debt.Doc, e)
	case fair.NounAddress:
		err = s.deliverAddress(ctx, debt.Doc, e)
	case fair.NounWatch:
		err = s.deliverWatch(ctx, debt.Doc, e)
	case fair.NounLogin:
		err = s.Notifier.LoggedOut(ctx, debt.Doc)
	case fair.NounFair:
		err = s.deliverFair(ctx, debt.Doc, e)
	case fair.NounSlot:
		err = s.deliverSlot(ctx, debt.Doc, e)
	case fair.NounDraw:
		err = s.deliverDraw(ctx, debt.Doc, e)
	case fair.NounWish:
		err = s.deliverWishes(ctx, debt.Doc, e)
	case fair.NounInterview:
		err = s.deliverInterview(ctx, debt.Doc, e)
	case fair.NounStandby:
		err = s.deliverStandby(ctx, debt.Doc, e)
	case fair.NounWebconference:
		err = s.deliverWebconference(ctx, debt.Doc, e)
	case fair.NounTicket:
		err = s.deliverTicket(ctx, debt.Doc, e)
	case fair.NounLine:
		err = s.deliverLine(ctx, debt.Doc, e)
	case fair.NounThread:
		err = s.deliverThread(ctx, debt.Doc, e)
	case fair.NounApplication:
		err = s.deliverApplication(ctx, debt.Doc, e)
	case fair.NounCompanion:
		err = s.deliverCompanion(ctx, debt.Doc, e)
	case fair.NounReport:
		err = s.deliverReport(ctx, debt.Doc, e)
	}
	if notFound(err) {
		return nil
	}
	return err
}

func (s *Service) deliverCode(ctx context.Context, id fair.ID, e fair.Effect) error {
	c, err := s.Stores.Codes.Get(ctx, id)
	if err != nil {
		return err
	}
	if c.UsedAt != nil || !s.now().Before(c.ExpiresAt) || latest(c.Effects) != e.ID {
		return nil // a later mail carries the code that counts
	}
	m, err := s.Composer.Code(fair.Account{Email: c.Email, Locale: c.Locale}, s.codeOf(c), c.ExpiresAt)
	if err != nil {
		return fmt.Errorf("write the mail of a sign-in code: %w", err)
	}
	return s.post(ctx, m, e, c.Email, "", s.now().Add(fair.CodeWindow))
}

// latest is the id of the newest effect; of several mails owed to one address
// only that one carries a code that still counts.
func latest(effects []fair.Effect) (id fair.ID) {
	var at time.Time
	for _, e := range effects {
		if !e.At.Before(at) {
			id, at = e.ID, e.At
		}
	}
	return id
}

func (s *Service) deliverSlot(ctx context.Context, id fair.ID, e fair.Effect) error {
	slot, err := s.Stores.Slots.Get(ctx, id)
	if err != nil {
		return err
	}
	if e.Kind == fair.EffectInterview {
		if slot.Booking == nil {
			return nil // cancelled since, so the interview was there
		}
		i, err := s.makeInterview(ctx, slot)
		if err != nil {
			return err
		}
		if err := s.apartSince(ctx, i); err != nil {
			return err
		}
		if err := s.tendExtra(ctx, id); err != nil { // what is needed may have changed while it was booked
			return err
		}
		return s.closeStandbys(ctx, i)
	}
	switch e.Kind {
	case fair.EffectFollow:
		if err := s.follow(ctx, slot); err != nil {
			return err
		}
		if err := s.followedApart(ctx, slot); err != nil {
			return err
		}
		if err := s.tendExtra(ctx, id); err != nil {
			return err
		}
		return s.settleCalendar(ctx, e.Account, id) // of whoever may have lost the slot meanwhile
	case fair.EffectHeld:
		return s.holdReason(ctx, slot, e)
	case fair.EffectExtra:
		if b := slot.Booking; b != nil && b.Extra != nil && b.Extra.Open {
			return s.tendExtra(ctx, id)
		}
		return s.follow(ctx, slot)
	case fair.EffectUnhold:
		return s.unhold(ctx, e.Slot, e.Key)
	}
	return s.Notifier.SlotsChanged(ctx, slot.Fair, []fair.Slot{slot})
}

func (s *Service) deliverInterview(ctx context.Context, id fair.ID, e fair.Effect) error {
	i, err := s.Stores.Interviews.Get(ctx, id)
	if err != nil {
		return err
	}
	switch e.Kind {
	case fair.EffectMailAnswer, fair.EffectMailLate:
		return s.mailAnswers(ctx, i.Fair, i.Stand, e)
	case fair.EffectMailGuest:
		return s.mailGuest(ctx, i, e)
	case fair.EffectProlong:
		return s.prolong(ctx, i)
	case fair.EffectRelease:
		if e.Slot != "" {
			return s.releaseSlot(ctx, i, e)
		}
		return s.release(ctx, i)
	case fair.EffectTicket:
		return s.settleTicket(ctx, i, fair.TicketState(e.Action))
	case fair.EffectUnhold:
		return s.unhold(ctx, e.Slot, e.Key)
	case fair.EffectPushReminder:
		return s.pushReminder(ctx, i, e)
	case fair.EffectPushFirst, fair.EffectPushSoon:
		return s.pushDesk(ctx, i, e)
	case fair.EffectPushPhone:
		return s.pushPhone(ctx, i, e)
	case fair.EffectRoomClosed:
		if i.Over() { // whoever ended it may have died before both were free
			if err := s.free(ctx, i); err != nil {
				return err
			}
		}
		return s.Notifier.RoomClosed(ctx, fair.RoomID(fair.InterviewRoom, id))
	case fair.EffectAudit:
		return s.record(ctx, e, id, i.Fair)
	}
	if e.Kind.Mail() {
		return s.mailInterview(ctx, i, e)
	}
	if e.Account != "" { // whose interview it was until a colleague took it
		i.Recruiter = e.Account
	}
	return s.Notifier.InterviewChanged(ctx, i)
}

// tellable reports whether a mail about an interview still says something true:
// an invitation to what was cancelled or given to a colleague since does not, and
// the mail that says so says enough.
func tellable(i fair.Interview, e fair.Effect, now time.Time) bool {
	switch e.Kind {
	case fair.EffectMailBooked, fair.EffectMailMoved, fair.EffectMailKept:
		return i.State != fair.InterviewCancelled && i.Party(e.Account)
	case fair.EffectMailReminder:
		return i.State == fair.InterviewBooked && i.StartsAt.After(now)
	case fair.EffectMailProposal:
		return i.State == fair.InterviewBooked && i.Proposal != nil
	case fair.EffectMailGiven:
		return !i.Party(e.Account)
	}
	return true
}

// mailInterview tells one party.
func (s *Service) mailInterview(ctx context.Context, i fair.Interview, e fair.Effect) error {
	if !tellable(i, e, s.now()) || e.Kind == fair.EffectMailReminder && s.objects(ctx, e.Account, fair.ObjectMails) {
		return nil
	}
	m, err := s.composeInterview(ctx, e.Kind, i, e.Account)
	if err != nil {
		return err
	}
	return s.post(ctx, m, e, m.To, e.Account, s.now().Add(keepMail))
}

// composeInterview writes a message about an interview to one of its parties.
func (s *Service) composeInterview(ctx context.Context, kind fair.EffectKind, i fair.Interview, to fair.ID) (fair.Mail, error) {
	around := newSurroundings(s)
	d, err := around.detail(ctx, fair.Actor{Account: to}, i)
	if err != nil {
		return fair.Mail{}, err
	}
	in := mailOf(d, to)
	in.Kind = kind
	account, err := once(ctx, around.accounts, to, s.Stores.Accounts.Get)
	if err != nil {
		return fair.Mail{}, fmt.Errorf("read the account %s: %w", to, err)
	}
	if account.ID == "" {
		return fair.Mail{}, fair.E(fair.NotFound, "account.unknown")
	}
	m, err := s.Composer.Interview(account, in)
	if err != nil {
		return m, fmt.Errorf("write a mail about interview %s: %w", i.ID, err)
	}
	m.To = account.Email
	m.About = []fair.ID{i.Other(to)}
	return m, nil
}

// post records a mail in the outbox under the effect's id and hands it over.
// Of several dispatchers one sends; if it dies, its claim lapses and another
// sends the same Message-ID.
func (s *Service) post(ctx context.Context, m fair.Mail, e fair.Effect, to string, account fair.ID, retain time.Time) error {
	if fair.IsErasedEmail(to) {
		return nil
	}
	now := s.now()
	m.ID, m.To, m.Account, m.At, m.Meta = e.ID, to, account, e.At, meta(now, retain)
	if err := s.Stores.Mails.Record(ctx, m); err != nil {
		return fmt.Errorf("record mail %s: %w", m.ID, err)
	}
	if err := s.step("send"); err != nil {
		return err
	}
	recorded, claimed, err := s.Stores.Mails.Claim(ctx, m.ID, now, now.Add(mailClaim))
	if err != nil {
		return fmt.Errorf("claim mail %s: %w", m.ID, err)
	}
	if !claimed {
		return s.sentByOther(ctx, m.ID)
	}
	if err := s.Mailer.Send(ctx, recorded); err != nil {
		return errors.Join(fmt.Errorf("send mail %s: %w", m.ID, err), s.Stores.Mails.Unclaim(ctx, m.ID))
	}
	return s.Stores.Mails.Sent(ctx, m.ID, s.now())
}

// errElsewhere says that another dispatcher is at a delivery. The effect stays
// owed until that one is known to have succeeded.
var errElsewhere = errors.New("another dispatcher is at it")

// sentByOther is nil when a mail that could not be claimed was sent.
func (s *Service) sentByOther(ctx context.Context, id fair.ID) error {
	m, err := s.Stores.Mails.Get(ctx, id)
	if notFound(err) { // erased with who it was about
		return nil
	}
	if err != nil {
		return fmt.Errorf("read mail %s: %w", id, err)
	}
	if m.SentAt == nil {
		return errElsewhere
	}
	return nil
}

// record writes an audit line.
func (s *Service) record(ctx context.Context, e fair.Effect, object, fairID fair.ID) error {
	return s.recordReason(ctx, e, object, fairID, "")
}

// recordReason is record with the words of who acted.
func (s *Service) recordReason(ctx context.Context, e fair.Effect, object, fairID fair.ID, reason string) error {
	return s.Stores.Audits.Record(ctx, fair.AuditEntry{
		ID: e.ID, At: e.At, Account: e.By, Action: e.Action, Object: object, About: e.Account, Fair: fairID, Reason: reason,
		Meta: meta(s.now(), e.At.Add(keepAudit)),
	})
}

func (s *Service) deliverWebconference(ctx context.Context, id fair.ID, e fair.Effect) error {
	w, err := s.Stores.Webconferences.Get(ctx, id)
	if err != nil {
		return err
	}
	switch e.Kind {
	case fair.EffectMember:
		return s.announce(ctx, w, e.Account)
	case fair.EffectRoomClosed:
		return s.Notifier.RoomClosed(ctx, fair.RoomID(fair.WebconferenceRoom, id))
	case fair.EffectAudit:
		return s.record(ctx, e, id, w.Fair)
	}
	return s.Notifier.WebconferenceChanged(ctx, w)
}

// deliverOffers indexes offers in one go and counts their stands'.
func (s *Service) deliverOffers(ctx context.Context, debts []fair.Debt) error {
	if len(debts) == 0 {
		return nil
	}
	ids := make([]fair.ID, len(debts))
	for i, debt := range debts {
		ids[i] = debt.Doc
	}
	offers, err := s.Stores.Offers.ByIDs(ctx, ids)
	if err != nil {
		return fmt.Errorf("read offers for the index: %w", err)
	}
	if err := s.indexOffers(ctx, offers); err != nil {
		return err
	}
	counted := map[fair.ID]bool{}
	for _, o := range offers {
		if counted[o.Stand] {
			continue
		}
		counted[o.Stand] = true
		if err := s.countOffers(ctx, o.Stand); err != nil && !notFound(err) {
			return err
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(importedTogether)
	for _, debt := range debts {
		ids := make([]fair.ID, len(debt.Effects))
		for i, e := range debt.Effects {
			ids[i] = e.ID
		}
		group.Go(func() error { return s.Stores.Effects.Settle(ctx, fair.NounOffer, debt.Doc, ids...) })
	}
	return group.Wait()
}

// indexOffers puts open offers into the index and takes the others out.
func (s *Service) indexOffers(ctx context.Context, offers []fair.Offer) error {
	var open []fair.Offer
	var closed []fair.ID
	for _, o := range offers {
		if o.OpenAt(s.now()) {
			open = append(open, o)
		} else {
			closed = append(closed, o.ID)
		}
	}
	if len(open) > 0 {
		if err := s.Index.Put(ctx, open...); err != nil {
			return fmt.Errorf("index %d offers: %w", len(open), err)
		}
	}
	if len(closed) > 0 {
		if err := s.Index.Remove(ctx, closed...); err != nil {
			return fmt.Errorf("take %d offers out of the index: %w", len(closed), err)
		}
	}
	return nil
}
