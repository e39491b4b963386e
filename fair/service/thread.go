package service

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"salon/fair"
)

// threadStore keeps threads. Save writes only what was decided on the revision
// it was read at.
type threadStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Thread, error)
	Insert(ctx context.Context, t fair.Thread) error
	Save(ctx context.Context, t fair.Thread, more []fair.Message, effects ...fair.Effect) (after fair.Thread, saved bool, err error)
	Of(ctx context.Context, candidate fair.ID, limit int) ([]fair.Thread, error)
	OfStand(ctx context.Context, stand fair.ID, limit int) ([]fair.Thread, error)
	Block(ctx context.Context, id fair.ID, b fair.Block, effects ...fair.Effect) (full bool, err error)
	Unblock(ctx context.Context, id, of fair.ID, side fair.Side, effects ...fair.Effect) error
	Unanswered(ctx context.Context, fairID fair.ID, limit int) ([]fair.Thread, error)
	Due(ctx context.Context, now time.Time, limit int) ([]fair.Thread, error)
}

// threadsShown is how many threads a list holds.
const threadsShown = 100

// Words is a message as somebody sends it. ID is the sender's own, so that a
// message sent twice is written once; empty makes a fresh one.
type Words struct {
	ID   fair.ID
	Text string
}

// ThreadDetail is a thread as one of its sides may read it.
type ThreadDetail struct {
	Thread fair.Thread
	Side   fair.Side // the reader's
	Stand  fair.Stand
	Fair   fair.Fair
	With   string // the other side, as it is called: the stand, the candidate; empty for organisers
	// Anonymous says that the stand is not told the candidate's name yet.
	Anonymous bool
	// Names of those of the stand who wrote, by account. What organisers and
	// candidates write is signed by the side.
	Names map[fair.ID]string
}

// sideOf is on which side of a thread somebody stands; "" for nobody's.
func sideOf(a fair.Actor, t fair.Thread) fair.Side {
	switch {
	case a.Recruits(t.Stand):
		return fair.SideStand
	case t.Candidate != "" && t.Candidate == a.Account:
		return fair.SideCandidate
	case t.Candidate == "" && a.Organises(t.Fair):
		return fair.SideOrganiser
	}
	return ""
}

// thread finds a thread for one of its sides. Errors: Unauthenticated; NotFound
// for everybody else, as if there were none; Forbidden "person.barred" for a
// recruiter who is.
func (s *Service) thread(ctx context.Context, a fair.Actor, id fair.ID) (fair.Thread, fair.Side, error) {
	if err := signedIn(a); err != nil {
		return fair.Thread{}, "", err
	}
	t, err := s.Stores.Threads.Get(ctx, id)
	if err != nil {
		return t, "", err
	}
	side := sideOf(a, t)
	if side == "" {
		return fair.Thread{}, "", fair.E(fair.NotFound, "thread.unknown")
	}
	if side == fair.SideStand && t.Candidate != "" {
		err = s.notBarred(ctx, a.Account, t.Fair)
	}
	return t, side, err
}

// Thread shows one to one of its sides.
func (s *Service) Thread(ctx context.Context, a fair.Actor, id fair.ID) (ThreadDetail, error) {
	t, side, err := s.thread(ctx, a, id)
	if err != nil {
		return ThreadDetail{}, err
	}
	return s.threadDetail(ctx, newSurroundings(s), t, side)
}

// MyThreads lists the candidate's threads, the last written first.
func (s *Service) MyThreads(ctx context.Context, a fair.Actor) ([]ThreadDetail, error) {
	return s.threadsOf(ctx, a, threadsShown)
}

func (s *Service) threadsOf(ctx context.Context, a fair.Actor, limit int) ([]ThreadDetail, error) {
	if err := signedIn(a); err != nil {
		return nil, err
	}
	list, err := s.Stores.Threads.Of(ctx, a.Account, limit)
	if err != nil {
		return nil, fmt.Errorf("list threads: %w", err)
	}
	return s.threadDetails(ctx, a, list)
}

// StandThreads lists a stand's threads for its desk: all of them to its
// recruiters, only their own to the fair's organisers.
func (s *Service) StandThreads(ctx context.Context, a fair.Actor, stand fair.ID) ([]ThreadDetail, error) {
	st, err := s.StandDesk(ctx, a, stand)
	if err != nil {
		return nil, err
	}
	if !a.Recruits(st.ID) {
		t, err := s.Stores.Threads.Get(ctx, fair.ThreadID(st.ID, ""))
		if notFound(err) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		return s.threadDetails(ctx, a, []fair.Thread{t})
	}
	list, err := s.Stores.Threads.OfStand(ctx, st.ID, threadsShown)
	if err != nil {
		return nil, fmt.Errorf("list threads of stand %s: %w", stand, err)
	}
	return s.threadDetails(ctx, a, list)
}

func (s *Service) threadDetails(ctx context.Context, a fair.Actor, list []fair.Thread) ([]ThreadDetail, error) {
	around := newSurroundings(s)
	details := make([]ThreadDetail, 0, len(list))
	for _, t := range list {
		d, err := s.threadDetail(ctx, around, t, sideOf(a, t))
		if err != nil {
			return nil, err
		}
		details = append(details, d)
	}
	return details, nil
}

func (s *Service) threadDetail(ctx context.Context, around *surroundings, t fair.Thread, side fair.Side) (d ThreadDetail, err error) {
	t.Effects = nil
	d = ThreadDetail{Thread: t, Side: side, Names: map[fair.ID]string{}}
	if d.Fair, err = once(ctx, around.fairs, t.Fair, s.Stores.Fairs.Get); err != nil {
		return d, fmt.Errorf("read the fair of thread %s: %w", t.ID, err)
	}
	if d.Stand, err = once(ctx, around.stands, t.Stand, s.Stores.Stands.Get); err != nil {
		return d, fmt.Errorf("read the stand of thread %s: %w", t.ID, err)
	}
	for _, m := range t.Messages {
		if m.Side != fair.SideStand {
			continue
		}
		account, err := once(ctx, around.accounts, m.By, s.Stores.Accounts.Get)
		if err != nil {
			return d, fmt.Errorf("read who wrote in thread %s: %w", t.ID, err)
		}
		d.Names[m.By] = account.Name
	}
	switch {
	case side != fair.SideStand:
		d.With = d.Stand.Name
	case t.Candidate != "":
		if d.Anonymous, err = s.nameless(ctx, d.Fair, t.Stand, t.Candidate); err != nil || d.Anonymous {
			return d, err
		}
		account, err := once(ctx, around.accounts, t.Candidate, s.Stores.Accounts.Get)
		if err != nil {
			return d, fmt.Errorf("read the candidate of thread %s: %w", t.ID, err)
		}
		d.With = account.Name
	}
	return d, nil
}

// nameless reports whether a stand does not know a candidate's name yet: in an
// anonymous fair, until the two have met.
func (s *Service) nameless(ctx context.Context, f fair.Fair, stand, candidate fair.ID) (bool, error) {
	if !f.Rules().Anonymous {
		return false, nil
	}
	met, err := s.Stores.Interviews.Met(ctx, stand, []fair.ID{candidate}, 1)
	if err != nil {
		return true, fmt.Errorf("read whether stand %s has met %s: %w", stand, candidate, err)
	}
	return len(met) == 0, nil
}

// Ask writes to a stand: a candidate's question, or an organiser's message. It
// begins the thread where there is none. Errors: Unauthenticated; Forbidden for
// those of the stand itself and for who is neither; what Say refuses.
func (s *Service) Ask(ctx context.Context, a fair.Actor, stand fair.ID, w Words) (ThreadDetail, error) {
	if err := signedIn(a); err != nil {
		return ThreadDetail{}, err
	}
	st, err := s.Stores.Stands.Get(ctx, stand)
	if err != nil {
		return ThreadDetail{}, err
	}
	switch {
	case a.Recruits(st.ID):
		return ThreadDetail{}, fair.E(fair.Forbidden, "thread.whom")
	case a.Organises(st.Fair):
		return s.say(ctx, a, st, "", fair.SideOrganiser, w)
	case a.IsCandidate():
		return s.say(ctx, a, st, a.Account, fair.SideCandidate, w)
	}
	return ThreadDetail{}, fair.E(fair.Forbidden, "not.candidate")
}

// Whom is whom a stand writes to: the person of a ticket, an interview or an
// application, or the organisers.
type Whom struct {
	Ticket, Interview, Application fair.ID
	Organisers                     bool
}

// WriteTo writes from a stand to somebody it has to do with. Errors: Forbidden
// for all but its recruiters; Invalid "thread.whom" for whom it has nothing to
// do with.
func (s *Service) WriteTo(ctx context.Context, a fair.Actor, stand fair.ID, to Whom, w Words) (ThreadDetail, error) {
	st, err := s.StandDesk(ctx, a, stand)
	if err != nil {
		return ThreadDetail{}, err
	}
	if !a.Recruits(st.ID) {
		return ThreadDetail{}, fair.E(fair.Forbidden, "not.recruiter")
	}
	candidate, err := s.whom(ctx, st, to)
	if err != nil {
		return ThreadDetail{}, err
	}
	return s.say(ctx, a, st, candidate, fair.SideStand, w)
}

// whom finds the candidate a stand means; "" for the organisers.
func (s *Service) whom(ctx context.Context, st fair.Stand, to Whom) (fair.ID, error) {
	unknown := fair.Refuse("to", "thread.whom")
	switch {
	case to.Organisers:
		return "", nil
	case to.Ticket != "":
		t, err := s.Stores.Tickets.Get(ctx, to.Ticket)
		if notFound(err) || err == nil && t.Stand != st.ID {
			return "", unknown
		}
		return t.Candidate, err
	case to.Interview != "":
		i, err := s.Stores.Interviews.Get(ctx, to.Interview)
		if notFound(err) || err == nil && i.Stand != st.ID {
			return "", unknown
		}
		return i.Candidate, err
	case to.Application != "":
		ap, err := s.Stores.Applications.Get(ctx, to.Application)
		if notFound(err) || err == nil && ap.Stand != st.ID {
			return "", unknown
		}
		return ap.Candidate, err
	}
	return "", unknown
}

// Write adds a message to a thread. Errors: NotFound for all but its sides;
// what Say refuses.
func (s *Service) Write(ctx context.Context, a fair.Actor, thread fair.ID, w Words) (ThreadDetail, error) {
	t, side, err := s.thread(ctx, a, thread)
	if err != nil {
		return ThreadDetail{}, err
	}
	st, err := s.Stores.Stands.Get(ctx, t.Stand)
	if err != nil {
		return ThreadDetail{}, err
	}
	return s.say(ctx, a, st, t.Candidate, side, w)
}

// threadRounds is how often a change of a thread is tried against others.
const threadRounds = 8

// say writes one message into the thread of a stand with a candidate or, when
// candidate is empty, with the organisers. Sent again, it changes nothing.
func (s *Service) say(ctx context.Context, a fair.Actor, st fair.Stand, candidate fair.ID, side fair.Side, w Words) (ThreadDetail, error) {
	f, err := s.Stores.Fairs.Get(ctx, st.Fair)
	if err != nil {
		return ThreadDetail{}, fmt.Errorf("read the fair of stand %s: %w", st.ID, err)
	}
	if side != fair.SideOrganiser {
		if err := s.notBarred(ctx, a.Account, st.Fair); err != nil {
			return ThreadDetail{}, err
		}
	}
	m := fair.Message{ID: w.ID, By: a.Account, Side: side, Text: fair.Clean(w.Text), At: s.now()}
	if m.ID == "" {
		m.ID = fair.NewID()
	}
	if !m.ID.Valid() {
		return ThreadDetail{}, fair.Refuse("id", "key.invalid")
	}
	id := fair.ThreadID(st.ID, candidate)
	for range threadRounds {
		t, err := s.Stores.Threads.Get(ctx, id)
		fresh := notFound(err)
		if err != nil && !fresh {
			return ThreadDetail{}, err
		}
		if fresh {
			t = fair.Thread{ID: id, Fair: st.Fair, Stand: st.ID, Candidate: candidate, Messages: []fair.Message{}}
		}
		if t.Has(m.ID) {
			return s.threadDetail(ctx, newSurroundings(s), t, side)
		}
		next, err := t.Say(m, f.Rules().Line.Escalate)
		if err != nil {
			return ThreadDetail{}, err
		}
		effects, err := s.oweWords(ctx, st, t, next, m)
		if err != nil {
			return ThreadDetail{}, err
		}
		if err := s.step("thread.say"); err != nil {
			return ThreadDetail{}, err
		}
		after, saved, err := next, true, error(nil)
		if fresh {
			after.Meta = meta(m.At, f.KeepAtMost(), effects...)
			err = s.Stores.Threads.Insert(ctx, after)
			if fair.KindOf(err) == fair.Conflict {
				saved, err = false, nil
			}
		} else {
			after, saved, err = s.Stores.Threads.Save(ctx, next, []fair.Message{m}, effects...)
		}
		if err != nil {
			return ThreadDetail{}, fmt.Errorf("write in thread %s: %w", id, err)
		}
		if saved {
			s.wake()
			return s.threadDetail(ctx, newSurroundings(s), after, side)
		}
	}
	return ThreadDetail{}, fair.E(fair.Conflict, "edit.stale")
}

// oweWords is what a message owes: the screens, and those it is for. Somebody
// who has not read the last one yet is not told of each further one.
func (s *Service) oweWords(ctx context.Context, st fair.Stand, before, after fair.Thread, m fair.Message) ([]fair.Effect, error) {
	effects := []fair.Effect{{ID: fair.DeriveID("notify", string(m.ID)), Kind: fair.EffectNotify, At: m.At}}
	tell := func(kind fair.EffectKind, whom []fair.ID) {
		for _, account := range whom {
			effects = append(effects, fair.Effect{
				ID: fair.DeriveID(string(kind), string(m.ID), string(account)), Kind: kind, Account: account, At: m.At,
			})
		}
	}
	begun := after.AskedAt != nil && (before.AskedAt == nil || before.Owes != after.Owes)
	switch {
	case m.Side == fair.SideStand && after.Candidate != "":
		if before.Unread(fair.SideCandidate) == 0 {
			tell(fair.EffectPushMessage, []fair.ID{after.Candidate})
		}
	case begun && after.Owes == fair.SideStand:
		duty, err := s.onDuty(ctx, st)
		if err != nil {
			return nil, err
		}
		tell(fair.EffectPushAsked, duty)
	case begun && after.Owes == fair.SideOrganiser:
		whom, err := s.organisersOf(ctx, st.Fair)
		if err != nil {
			return nil, err
		}
		tell(fair.EffectPushMessage, whom)
	}
	return effects, nil
}

// organisersTold is how many organisers of a fair are told of one thing.
const organisersTold = 20

func (s *Service) organisersOf(ctx context.Context, fairID fair.ID) ([]fair.ID, error) {
	accounts, err := s.Stores.Accounts.Organisers(ctx, fairID, organisersTold)
	if err != nil {
		return nil, fmt.Errorf("list the organisers of fair %s: %w", fairID, err)
	}
	ids := make([]fair.ID, len(accounts))
	for i, account := range accounts {
		ids[i] = account.ID
	}
	return ids, nil
}

// team is the recruiters of a stand.
func team(st fair.Stand) []fair.ID {
	var ids []fair.ID
	for _, h := range st.People {
		ids = append(ids, h.Account)
	}
	return ids
}

// onDuty is who of a stand is told first: those on duty, else all.
func (s *Service) onDuty(ctx context.Context, st fair.Stand) ([]fair.ID, error) {
	l, err := s.Stores.Lines.Get(ctx, st.ID)
	if err != nil && !notFound(err) {
		return nil, fmt.Errorf("read who is on duty at stand %s: %w", st.ID, err)
	}
	var there []fair.ID
	for _, d := range l.Duty {
		if d.Available(s.now()) {
			there = append(there, d.Recruiter)
		}
	}
	if len(there) == 0 {
		return team(st), nil
	}
	return there, nil
}

// SeenThread notes that the actor's side has read the first count messages.
func (s *Service) SeenThread(ctx context.Context, a fair.Actor, id fair.ID, count int) (ThreadDetail, error) {
	return s.changeThread(ctx, a, id, func(t fair.Thread, side fair.Side) (fair.Thread, error) {
		if t.Unread(side) == 0 {
			return t, nil
		}
		return t.Read(side, max(count, 0)), nil
	})
}

// SettleThread says that the last message needs no answer. Only the side that
// owes one; where nothing is owed it changes nothing.
func (s *Service) SettleThread(ctx context.Context, a fair.Actor, id fair.ID) (ThreadDetail, error) {
	return s.changeThread(ctx, a, id, func(t fair.Thread, side fair.Side) (fair.Thread, error) {
		if t.Owes == "" {
			return t, nil
		}
		if t.Owes != side {
			return t, fair.E(fair.Forbidden, "not.own")
		}
		return t.Settled().Read(side, len(t.Messages)), nil
	})
}

// changeThread changes a thread of the actor's by a rule that may be applied
// again, and tells both sides. A rule that changes nothing writes nothing.
func (s *Service) changeThread(ctx context.Context, a fair.Actor, id fair.ID, rule func(fair.Thread, fair.Side) (fair.Thread, error)) (ThreadDetail, error) {
	for range threadRounds {
		t, side, err := s.thread(ctx, a, id)
		if err != nil {
			return ThreadDetail{}, err
		}
		next, err := rule(t, side)
		if err != nil {
			return ThreadDetail{}, err
		}
		saved := next.Seen == t.Seen && next.Owes == t.Owes
		if !saved {
			next, saved, err = s.Stores.Threads.Save(ctx, next, nil, owe(fair.EffectNotify, "", s.now()))
			if err != nil {
				return ThreadDetail{}, fmt.Errorf("change thread %s: %w", id, err)
			}
			s.wake()
		}
		if saved {
			return s.threadDetail(ctx, newSurroundings(s), next, side)
		}
	}
	return ThreadDetail{}, fair.E(fair.Conflict, "edit.stale")
}

// Request is an unanswered request as an organiser sees it. Text is the last
// thing asked, told only once nobody of the stand has answered, and never with
// the name of who asked.
type Request struct {
	Stand fair.Stand
	Owes  fair.Side
	Since time.Time
	Level fair.ThreadLevel
	Text  string
}

// Requests lists the unanswered requests of a fair, the one that waits longest
// first. Only its organisers.
func (s *Service) Requests(ctx context.Context, a fair.Actor, fairRef string) ([]Request, error) {
	f, err := s.Fair(ctx, a, fairRef)
	if err != nil {
		return nil, err
	}
	if err := mayOrganise(a, f.ID); err != nil {
		return nil, err
	}
	list, err := s.Stores.Threads.Unanswered(ctx, f.ID, threadsShown)
	if err != nil {
		return nil, fmt.Errorf("list unanswered requests: %w", err)
	}
	around := newSurroundings(s)
	requests := make([]Request, 0, len(list))
	for _, t := range list {
		r := Request{Owes: t.Owes, Since: *t.AskedAt, Level: t.Level}
		if r.Stand, err = once(ctx, around.stands, t.Stand, s.Stores.Stands.Get); err != nil {
			return nil, fmt.Errorf("read the stand of thread %s: %w", t.ID, err)
		}
		if t.Level >= fair.ToldOrganiser || t.Candidate == "" {
			r.Text = askedFor(t)
		}
		requests = append(requests, r)
	}
	return requests, nil
}

// askedFor is what the side that waits has written since it waits.
func askedFor(t fair.Thread) string {
	var lines []string
	for _, m := range t.Messages {
		if m.Side != t.Owes && !m.At.Before(*t.AskedAt) {
			lines = append(lines, m.Text)
		}
	}
	return strings.Join(lines, "\n")
}

// sweepThreads takes unanswered requests further whose time has come: to all
// colleagues of the stand, then to the organisers.
func (s *Service) sweepThreads(ctx context.Context) error {
	due, err := s.Stores.Threads.Due(ctx, s.now(), sweepBatch)
	if err != nil {
		return fmt.Errorf("list unanswered requests that are due: %w", err)
	}
	return each(due, func(t fair.Thread) error {
		return about(s.escalate(ctx, t), "take the request of thread %s further", t.ID)
	})
}

func (s *Service) escalate(ctx context.Context, t fair.Thread) error {
	now := s.now()
	f, err := s.Stores.Fairs.Get(ctx, t.Fair)
	if err != nil {
		return err
	}
	st, err := s.Stores.Stands.Get(ctx, t.Stand)
	if err != nil {
		return err
	}
	next, further := t.Escalate(now, f.Rules().Line.Escalate)
	if !further {
		return nil
	}
	kind, whom := fair.EffectPushUnanswered, team(st)
	if next.Level == fair.ToldOrganiser {
		kind = fair.EffectPushNobody
		if whom, err = s.organisersOf(ctx, t.Fair); err != nil {
			return err
		}
	}
	effects := []fair.Effect{owe(fair.EffectNotify, "", now)}
	for _, account := range slices.Compact(slices.Sorted(slices.Values(whom))) {
		effects = append(effects, fair.Effect{
			ID:   fair.DeriveID(string(kind), string(t.ID), t.AskedAt.Format(time.RFC3339Nano), string(account)),
			Kind: kind, Account: account, At: now,
		})
	}
	// Another node, or an answer, may have been first: then the revision has moved.
	_, saved, err := s.Stores.Threads.Save(ctx, next, nil, effects...)
	if saved {
		s.wake()
	}
	return err
}

// deliverThread shows a thread to its sides, or reaches one of them.
func (s *Service) deliverThread(ctx context.Context, id fair.ID, e fair.Effect) error {
	t, err := s.Stores.Threads.Get(ctx, id)
	if err != nil {
		return err
	}
	if e.Kind == fair.EffectApart {
		return s.apart(ctx, t, e.Account)
	}
	if !e.Kind.Push() {
		s.lives.changed(t.Fair)
		return s.Notifier.ThreadChanged(ctx, t)
	}
	side := fair.SideStand
	switch {
	case e.Kind == fair.EffectPushMessage:
		side = t.Other()
		if t.Unread(side) == 0 {
			return nil // read meanwhile
		}
	case t.Owes != fair.SideStand:
		return nil // answered meanwhile
	}
	st, err := s.Stores.Stands.Get(ctx, t.Stand)
	if err != nil {
		return err
	}
	return s.reach(ctx, e, Telling{Kind: e.Kind, Side: side, Topic: id, Stand: st, Since: t.AskedAt})
}
