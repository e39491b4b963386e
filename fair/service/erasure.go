package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// erasureStore keeps what is being erased and the proof of what was, and knows
// what of each collection belongs to a person or a fair.
type erasureStore interface {
	Get(ctx context.Context, id fair.ID) (fair.Erasure, error)
	Insert(ctx context.Context, e fair.Erasure) error
	Due(ctx context.Context, now time.Time, limit int) ([]fair.Erasure, error)
	Later(ctx context.Context, id fair.ID, due time.Time) error
	Counted(ctx context.Context, id fair.ID, kind string, n int) error
	Done(ctx context.Context, id fair.ID, at time.Time, again *time.Time) error
	Again(ctx context.Context, id fair.ID, at *time.Time) error
	OfFair(ctx context.Context, fairID fair.ID, limit int) ([]fair.Erasure, error)
	People(ctx context.Context, fairID fair.ID) ([]fair.ID, error)
	TakesPart(ctx context.Context, account fair.ID) (bool, error)
	Kinds(w fair.Erased) []string
	Count(ctx context.Context, w fair.Erased, kind string) (int, error)
	Wipe(ctx context.Context, w fair.Erased, kind string) error
}

// keepErasure is how long the proof of an erasure is kept, and what is left of an
// account: longer than anything that refers to it.
const keepErasure = keepAccount + keepPerson

// erasedAtOnce bounds what one round of an erasure cancels of each kind.
const erasedAtOnce = 1000

// ErasurePlan is what an erasure would end, told before it is asked for.
type ErasurePlan struct {
	Appointments []InterviewDetail // to come, as candidate or recruiter
	Tickets      int               // places in lines
	Applications int               // open ones
	CVs          int
	Stands       []fair.Stand // left by a recruiter
	Alone        []fair.Fair  // fairs that would have no organiser any more
}

// PlanErasure tells the actor what erasing the account would end.
func (s *Service) PlanErasure(ctx context.Context, a fair.Actor) (p ErasurePlan, err error) {
	if err := signedIn(a); err != nil {
		return p, err
	}
	meetings, err := s.MyInterviews(ctx, a, s.now(), time.Time{})
	if err != nil {
		return p, err
	}
	for _, d := range meetings {
		if !d.Interview.Over() {
			p.Appointments = append(p.Appointments, d)
		}
	}
	person, err := s.Stores.Persons.Get(ctx, a.Account)
	if err != nil {
		return p, fmt.Errorf("read the calendar of %s: %w", a.Account, err)
	}
	for _, open := range person.Open {
		p.Tickets += len(open)
	}
	if p.Applications, err = s.Stores.Applications.CountOpen(ctx, a.Account); err != nil {
		return p, fmt.Errorf("count applications: %w", err)
	}
	cvs, err := s.Stores.CVs.Of(ctx, a.Account)
	if err != nil {
		return p, fmt.Errorf("list CVs: %w", err)
	}
	p.CVs = len(cvs)
	if p.Stands, err = s.MyStands(ctx, a); err != nil {
		return p, err
	}
	for _, r := range a.Roles {
		if r.Kind != fair.Organiser {
			continue
		}
		others, err := s.Stores.Accounts.Organisers(ctx, r.Fair, 2)
		if err != nil {
			return p, fmt.Errorf("list the organisers of fair %s: %w", r.Fair, err)
		}
		if len(others) < 2 {
			f, err := s.Stores.Fairs.Get(ctx, r.Fair)
			if err != nil {
				return p, err
			}
			p.Alone = append(p.Alone, f)
		}
	}
	return p, nil
}

// EraseMe erases the actor's account and everything held about the person. It
// refuses nothing: what is to come is cancelled and the other side told. Once it
// answers, nobody signs in to the account any more; what could not be done at
// once is done by the sweeper. Errors: Invalid "erasure.sure" unless the person
// says so; Forbidden "proof.stale" unless the sign-in was a moment ago.
func (s *Service) EraseMe(ctx context.Context, a fair.Actor, sure bool) error {
	if err := signedIn(a); err != nil {
		return err
	}
	if !sure {
		return fair.Refuse("sure", "erasure.sure")
	}
	login, err := s.Login(ctx, a)
	if err != nil {
		return err
	}
	if s.now().Sub(login.CreatedAt) > fair.ErasureFresh {
		return fair.E(fair.Forbidden, "proof.stale")
	}
	account, err := s.Stores.Accounts.Get(ctx, a.Account)
	if err != nil {
		return err
	}
	e, err := s.beginErasure(ctx, account, "", fair.ErasedByOwner)
	if err != nil {
		return err
	}
	if err := s.erase(ctx, e); err != nil {
		s.Log.WarnContext(ctx, "an erasure goes on later", "erasure", e.ID, "err", err)
	}
	return nil
}

// beginErasure writes down that an account is to be erased, which the sweeper
// does from then on, and closes its door.
func (s *Service) beginErasure(ctx context.Context, account fair.Account, fairID fair.ID, why fair.ErasureCause) (fair.Erasure, error) {
	now := s.now()
	e := fair.Erasure{
		ID: fair.ErasureID(account.ID), Account: account.ID, Email: account.Email, Fair: fairID, Cause: why,
		Open: true, At: now, DueAt: &now, Meta: meta(now, now.Add(keepErasure)),
	}
	if err := s.Stores.Erasures.Insert(ctx, e); err != nil && fair.KindOf(err) != fair.Conflict {
		return e, fmt.Errorf("begin an erasure: %w", err)
	}
	if err := s.step("erasure.begun"); err != nil {
		return e, err
	}
	if err := s.Stores.Accounts.Erase(ctx, account.ID, now); err != nil {
		return e, fmt.Errorf("close account %s: %w", account.ID, err)
	}
	return e, nil
}

// sweepErasures goes on with what is being erased.
func (s *Service) sweepErasures(ctx context.Context) error {
	due, err := s.Stores.Erasures.Due(ctx, s.now(), sweepBatch)
	if err != nil {
		return fmt.Errorf("list erasures that are due: %w", err)
	}
	err = each(due, func(e fair.Erasure) error { return about(s.erase(ctx, e), "go on with erasure %s", e.ID) })
	if len(due) == 0 || s.Scrub == nil {
		return err
	}
	return errors.Join(err, s.Scrub(ctx)) // last: the end of an erasure lets go of an address
}

// erase takes an erasure as far as it goes. Every step finds what an earlier try
// has left, so it may stop anywhere and begin again.
func (s *Service) erase(ctx context.Context, e fair.Erasure) error {
	if e.Account == "" {
		return s.eraseFair(ctx, e)
	}
	account, err := s.Stores.Accounts.Get(ctx, e.Account)
	if notFound(err) { // its time was over
		account = fair.Account{ID: e.Account, Email: fair.ErasedEmail(e.Account)}
	} else if err != nil {
		return fmt.Errorf("read the account to erase: %w", err)
	}
	if fair.IsErasedEmail(account.Email) {
		return s.finishErasure(ctx, e)
	}
	steps := []struct {
		name string
		do   func(context.Context, fair.Erasure, fair.Account) error
	}{
		{"mark", func(ctx context.Context, e fair.Erasure, _ fair.Account) error {
			return s.Stores.Accounts.Erase(ctx, e.Account, s.now())
		}},
		{"logins", func(ctx context.Context, e fair.Erasure, _ fair.Account) error {
			return s.endLogins(ctx, e.Account, "")
		}},
		{"companions", s.eraseCompanions},
		{"waiting", s.eraseWaiting},
		{"meetings", s.eraseMeetings},
		{"lines", s.eraseLines},
		{"desk", s.eraseDesk},
		{"cvs", s.eraseCVs},
		{"wipe", s.wipe},
		{"blank", s.blankAccount},
	}
	for _, step := range steps {
		if err := s.step("erasure." + step.name); err != nil {
			return err
		}
		if err := step.do(ctx, e, account); err != nil {
			return fmt.Errorf("erase an account, %s: %w", step.name, err)
		}
	}
	s.wake()
	return s.Stores.Erasures.Later(ctx, e.ID, s.now().Add(fair.ErasureLate))
}

// finishErasure looks once more, when all that was on its way has arrived: a mail
// that was being written, a login that was being opened.
func (s *Service) finishErasure(ctx context.Context, e fair.Erasure) error {
	if due := e.DueAt; due == nil || s.now().Before(*due) {
		return nil
	}
	if s.now().Sub(e.At) < fair.ErasureLate { // stopped between the last two writes
		return s.Stores.Erasures.Later(ctx, e.ID, e.At.Add(fair.ErasureLate))
	}
	if err := s.endLogins(ctx, e.Account, ""); err != nil {
		return err
	}
	if err := s.step("erasure.late"); err != nil {
		return err
	}
	if err := s.wipe(ctx, e, fair.Account{}); err != nil {
		return err
	}
	if err := s.step("erasure.done"); err != nil {
		return err
	}
	return s.Stores.Erasures.Done(ctx, e.ID, s.now(), nil)
}

// wipe takes everything the stores hold of a person or a fair, counting first:
// the proof is never less than what went.
func (s *Service) wipe(ctx context.Context, e fair.Erasure, _ fair.Account) error {
	w := e.Of()
	for _, kind := range s.Stores.Erasures.Kinds(w) {
		n, err := s.Stores.Erasures.Count(ctx, w, kind)
		if err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		if err := s.Stores.Erasures.Counted(ctx, e.ID, kind, n); err != nil {
			return err
		}
		if err := s.step("erasure.wipe." + kind); err != nil {
			return err
		}
		if err := s.Stores.Erasures.Wipe(ctx, w, kind); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) blankAccount(ctx context.Context, e fair.Erasure, _ fair.Account) error {
	until := s.now().Add(keepErasure)
	if err := s.Stores.Erasures.Counted(ctx, e.ID, "accounts", 1); err != nil {
		return err
	}
	if err := s.Stores.Persons.Blank(ctx, e.Account, until); err != nil {
		return err
	}
	return s.Stores.Accounts.Blank(ctx, e.Account, until)
}

// asOwner is the actor in whose name an erasure cancels: the person it is about.
func asOwner(account fair.Account) fair.Actor {
	return fair.Actor{Account: account.ID, Name: account.Name, Locale: account.Locale, Roles: account.Roles}
}

func (s *Service) eraseCompanions(ctx context.Context, e fair.Erasure, account fair.Account) error {
	own, err := s.Stores.Companions.OfCandidate(ctx, e.Account, erasedAtOnce)
	if err != nil {
		return err
	}
	advised, err := s.Stores.Companions.OfAdviser(ctx, e.Account, e.Email, erasedAtOnce)
	if err != nil {
		return err
	}
	for _, c := range append(own, advised...) {
		if !c.Open {
			continue
		}
		if err := s.EndCompanion(ctx, asOwner(account), c.ID); err != nil && !notFound(err) {
			return err
		}
	}
	return nil
}

func (s *Service) eraseWaiting(ctx context.Context, e fair.Erasure, _ fair.Account) error {
	return s.leaveStandbys(ctx, e.Account, func(fair.Standby) bool { return true })
}

// eraseMeetings cancels every appointment to come, on both sides of the table,
// and ends a meeting that is under way. The other side is told.
func (s *Service) eraseMeetings(ctx context.Context, e fair.Erasure, account fair.Account) error {
	for _, as := range []fair.RoleKind{fair.Candidate, fair.Recruiter} {
		list, err := s.Stores.Interviews.Of(ctx, e.Account, as, time.Time{}, time.Time{}, erasedAtOnce)
		if err != nil {
			return err
		}
		for _, i := range list {
			if i.Over() {
				continue
			}
			if err := s.endMeeting(ctx, account, i); err != nil {
				return fmt.Errorf("interview %s: %w", i.ID, err)
			}
		}
	}
	return nil
}

func (s *Service) endMeeting(ctx context.Context, account fair.Account, i fair.Interview) error {
	if i.State == fair.InterviewBooked {
		_, err := s.CancelInterview(ctx, asOwner(account), i.ID)
		if fair.KindOf(err) != fair.Conflict { // it has begun meanwhile
			return err
		}
	}
	now := s.now()
	effects := []fair.Effect{owe(fair.EffectNotify, "", now), owe(fair.EffectRoomClosed, "", now), oweAudit("interview.ended", account.ID, i.Other(account.ID), now)}
	if i.Walkin() {
		effects = append(effects, oweTicket(fair.TicketDone, now))
	}
	ended, ok, err := s.Stores.Interviews.End(ctx, i.ID, now, nil, nil, effects...)
	if err != nil || !ok {
		return err
	}
	s.leaveLive(ctx, ended)
	s.tellTicket(ctx, ended, fair.TicketDone)
	s.closeRoom(ctx, fair.RoomID(fair.InterviewRoom, i.ID))
	return nil
}

func (s *Service) eraseLines(ctx context.Context, e fair.Erasure, account fair.Account) error {
	person, err := s.Stores.Persons.Get(ctx, e.Account)
	if notFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, open := range person.Open {
		for _, o := range open {
			t, err := s.Stores.Tickets.Get(ctx, o.Ticket)
			if notFound(err) || err == nil && !t.State.Open() {
				continue
			}
			if err == nil {
				_, err = s.answer(ctx, asOwner(account), t, fair.AnswerLeave)
			}
			if err != nil && fair.KindOf(err) != fair.Gone {
				return fmt.Errorf("leave the line of stand %s: %w", t.Stand, err)
			}
		}
	}
	return nil
}

// eraseDesk takes back what a recruiter has opened and nobody has booked.
func (s *Service) eraseDesk(ctx context.Context, e fair.Erasure, account fair.Account) error {
	for _, role := range account.Roles {
		if role.Kind != fair.Recruiter {
			continue
		}
		if err := s.closeDesk(ctx, forDesk(e.Account, role.Fair), e.Account, role); err != nil {
			return err
		}
	}
	return nil
}

// closeDesk ends a recruiter's availabilities at a stand and withdraws the slots
// that nobody has booked.
func (s *Service) closeDesk(ctx context.Context, actor fair.Actor, recruiter fair.ID, role fair.Role) error {
	rules, err := s.Stores.SlotRules.OfStand(ctx, role.Stand)
	if err != nil {
		return err
	}
	for _, r := range rules {
		if r.Recruiter != recruiter || r.Ended {
			continue
		}
		if err := s.DeleteSlotRule(ctx, actor, r.ID); err != nil && !notFound(err) {
			return err
		}
	}
	slots, err := s.Stores.Slots.Untaken(ctx, role.Fair, s.now())
	if err != nil {
		return err
	}
	for _, slot := range slots {
		if slot.Recruiter != recruiter {
			continue
		}
		if err := s.WithdrawSlot(ctx, actor, slot.ID); err != nil && !slices.Contains([]fair.Kind{fair.Conflict, fair.NotFound}, fair.KindOf(err)) {
			return err
		}
	}
	return nil
}

// eraseCVs takes every CV away, its name at once with it; the sweeper forgets the
// rest, and removes a part that was still on its way.
func (s *Service) eraseCVs(ctx context.Context, e fair.Erasure, _ fair.Account) error {
	list, err := s.Stores.CVs.Of(ctx, e.Account)
	if err != nil {
		return err
	}
	if len(list) > 0 {
		if err := s.Stores.Erasures.Counted(ctx, e.ID, "cvs", len(list)); err != nil {
			return err
		}
	}
	for _, c := range list {
		if err := s.dropFiles(ctx, c.Files()); err != nil {
			return fmt.Errorf("remove the files of CV %s: %w", c.ID, err)
		}
		c.Name = ""
		if err := s.discardCV(ctx, c); err != nil {
			return err
		}
	}
	return nil
}
