package service

import (
	"context"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// apart ends what is booked or waiting between the two sides of a block. It
// follows the block, which keeps anything new from being made: what was being
// made at that moment is found by apartSince, or when it is called. An interview
// under way goes on; whoever blocks may leave it. Doing it again changes nothing.
func (s *Service) apart(ctx context.Context, t fair.Thread, of fair.ID) error {
	at := slices.IndexFunc(t.Blocked, func(b fair.Block) bool { return b.Of == of })
	if at < 0 {
		return nil // lifted meanwhile
	}
	by := t.Blocked[at].By
	if err := s.step("apart.meetings"); err != nil {
		return err
	}
	err := s.cancelAll(ctx, t.Candidate, fair.Candidate, by, func(i fair.Interview) bool {
		return i.Stand == t.Stand && (of == t.Candidate || of == i.Recruiter)
	})
	if err != nil {
		return err
	}
	if err := s.step("apart.line"); err != nil {
		return err
	}
	if err := s.apartInLine(ctx, t.Stand, t.Candidate, of, by); err != nil || of != t.Candidate {
		return err
	}
	if err := s.step("apart.waiting"); err != nil {
		return err
	}
	return s.leaveStandbys(ctx, of, func(b fair.Standby) bool { return b.Stand == t.Stand })
}

// cancelAll cancels the appointments of somebody, as a candidate or a recruiter,
// that are meant. Those of a line end with their ticket.
func (s *Service) cancelAll(ctx context.Context, account fair.ID, as fair.RoleKind, by fair.ID, meant func(fair.Interview) bool) error {
	list, err := s.Stores.Interviews.Of(ctx, account, as, time.Time{}, time.Time{}, erasedAtOnce)
	if err != nil {
		return fmt.Errorf("list the interviews of %s: %w", account, err)
	}
	return each(list, func(i fair.Interview) error {
		if i.State != fair.InterviewBooked || i.Walkin() || !meant(i) {
			return nil
		}
		_, _, err := s.cancelBooked(ctx, i, by, account)
		return err
	})
}

// apartInLine takes somebody's place in the line of a stand away, or makes it
// anybody's but one recruiter's.
func (s *Service) apartInLine(ctx context.Context, stand, candidate, of, by fair.ID) (err error) {
	for range callTries {
		var t fair.Ticket
		t, err = s.Stores.Tickets.OpenAt(ctx, stand, candidate)
		if notFound(err) {
			return nil
		}
		if err == nil {
			err = s.apartTicket(ctx, t, of, by)
		}
		if fair.KindOf(err) != fair.Conflict {
			return err
		}
	}
	return err
}

// apartTicket answers Conflict when the ticket has moved on meanwhile.
func (s *Service) apartTicket(ctx context.Context, t fair.Ticket, of, by fair.ID) error {
	called := t.State != fair.TicketWaiting && t.Call != nil
	if called {
		i, err := s.Stores.Interviews.Get(ctx, t.Call.Interview)
		if err == nil && i.State == fair.InterviewLive {
			return nil
		}
		if err != nil && !notFound(err) {
			return fmt.Errorf("read the interview of ticket %s: %w", t.ID, err)
		}
	}
	if of == t.Candidate {
		_, err := s.leave(ctx, fair.Actor{Account: by}, t)
		return err
	}
	if t.Recruiter == of || called && t.Call.Recruiter == of {
		return s.anybody(ctx, t, by)
	}
	return nil
}

// anybody puts a ticket into the line again, where its rank is, for whichever
// recruiter is next.
func (s *Service) anybody(ctx context.Context, t fair.Ticket, by fair.ID) error {
	now := s.now()
	release := s.oweRelease(t, now)
	effects := append([]fair.Effect{
		owe(fair.EffectNotify, t.Candidate, now), s.oweLine(t.Stand, now), oweAudit("ticket.back", by, t.Candidate, now),
	}, release...)
	_, ok, err := s.Stores.Tickets.Anybody(ctx, t, effects...)
	if err != nil {
		return fmt.Errorf("make ticket %s anybody's: %w", t.ID, err)
	}
	if !ok {
		return fair.E(fair.Conflict, "edit.stale")
	}
	s.wake()
	s.released(ctx, release)
	return nil
}

// leaveStandbys gives up the places of somebody on waiting lists that are meant.
func (s *Service) leaveStandbys(ctx context.Context, account fair.ID, meant func(fair.Standby) bool) error {
	list, err := s.Stores.Standbys.Of(ctx, account, erasedAtOnce)
	if err != nil {
		return fmt.Errorf("list what %s waits for: %w", account, err)
	}
	return each(list, func(b fair.Standby) error {
		if !meant(b) {
			return nil
		}
		_, err := s.leaveStandby(ctx, b)
		if notFound(err) {
			err = nil
		}
		return err
	})
}

// apartSince cancels an appointment whose two people came to be kept apart while
// it was made: the block, or the bar, looked for it before it was there.
func (s *Service) apartSince(ctx context.Context, i fair.Interview) error {
	if i.State != fair.InterviewBooked {
		return nil
	}
	err := s.admitted(ctx, i.Candidate, i.Fair, i.Stand, i.Recruiter)
	if !keptApart(err) {
		return err
	}
	_, _, err = s.cancelBooked(ctx, i, i.Recruiter, i.Candidate)
	return err
}

// followedApart is apartSince for an interview that has followed its slot to
// another time or a colleague.
func (s *Service) followedApart(ctx context.Context, slot fair.Slot) error {
	if slot.Booking == nil {
		return nil
	}
	i, err := s.Stores.Interviews.Get(ctx, slot.Booking.Interview)
	if err != nil {
		if notFound(err) {
			return nil
		}
		return fmt.Errorf("read the interview of slot %s: %w", slot.ID, err)
	}
	return s.apartSince(ctx, i)
}

// What keeps one recruiter, and not the stand, from somebody.
var (
	errBlockedBy       = fair.E(fair.Forbidden, "person.blockedby")
	errRecruiterBarred = fair.E(fair.Forbidden, "recruiter.barred")
)

// keptApart reports whether an answer of admitted says that two people are not to
// meet, rather than that nobody knows.
func keptApart(err error) bool { return fair.KindOf(err) == fair.Forbidden }

// unfit turns two people who are kept apart into a colleague who cannot take
// something over, so that nobody learns who has blocked whom.
func unfit(err error, code string) error {
	if keptApart(err) {
		return fair.Refuse("recruiter", code)
	}
	return err
}

// barFrom keeps somebody out of a fair and ends all that is booked or waiting of
// theirs there, on both sides of a stand; a meeting under way too. Each step finds
// what an earlier try has left.
func (s *Service) barFrom(ctx context.Context, fairID, account, by fair.ID) error {
	if err := s.Stores.Persons.Bar(ctx, account, fairID); err != nil {
		return fmt.Errorf("bar %s from fair %s: %w", account, fairID, err)
	}
	who, err := s.Stores.Accounts.Get(ctx, account)
	if err != nil {
		return err
	}
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"candidate", func() error { return s.barMeetings(ctx, who, fairID, fair.Candidate, by) }},
		{"recruiter", func() error { return s.barMeetings(ctx, who, fairID, fair.Recruiter, by) }},
		{"lines", func() error { return s.barLines(ctx, fairID, account, by) }},
		{"waiting", func() error {
			return s.leaveStandbys(ctx, account, func(b fair.Standby) bool { return b.Fair == fairID })
		}},
		{"desk", func() error { return s.barDesk(ctx, who, fairID, by) }},
	} {
		if err := s.step("bar." + step.name); err != nil {
			return err
		}
		if err := step.do(); err != nil {
			return fmt.Errorf("bar somebody from fair %s, %s: %w", fairID, step.name, err)
		}
	}
	s.wake()
	return s.unbar(ctx, fairID, account) // it may have been lifted while this went on
}

func (s *Service) barMeetings(ctx context.Context, who fair.Account, fairID fair.ID, as fair.RoleKind, by fair.ID) error {
	if err := s.cancelAll(ctx, who.ID, as, by, func(i fair.Interview) bool { return i.Fair == fairID }); err != nil {
		return err
	}
	list, err := s.Stores.Interviews.Of(ctx, who.ID, as, time.Time{}, time.Time{}, erasedAtOnce)
	if err != nil {
		return err
	}
	return each(list, func(i fair.Interview) error {
		if i.Fair != fairID || i.State != fair.InterviewLive {
			return nil
		}
		return s.endMeeting(ctx, who, i)
	})
}

// barLines takes the person's places away, and gives the tickets that a recruiter
// has called, or was handed, back to the line.
func (s *Service) barLines(ctx context.Context, fairID, account, by fair.ID) error {
	open, err := s.Stores.Tickets.OfFair(ctx, fairID)
	if err != nil {
		return fmt.Errorf("list who waits in fair %s: %w", fairID, err)
	}
	return each(open, func(t fair.Ticket) error {
		if t.Candidate != account && t.Recruiter != account && (t.Call == nil || t.Call.Recruiter != account) {
			return nil
		}
		return s.apartInLine(ctx, t.Stand, t.Candidate, account, by)
	})
}

// barDesk takes a recruiter off duty and withdraws what nobody has booked.
func (s *Service) barDesk(ctx context.Context, who fair.Account, fairID, by fair.ID) error {
	return each(who.Roles, func(r fair.Role) error {
		if r.Kind != fair.Recruiter || r.Fair != fairID {
			return nil
		}
		actor := forDesk(by, fairID)
		_, err := s.changeLine(ctx, actor, r.Stand, "duty."+string(fair.OffDuty), func(at *lineNow) error {
			if d, said := at.line.DutyOf(who.ID); said && d.State != fair.OffDuty {
				at.line.Duty = at.line.WithDuty(fair.Duty{Recruiter: who.ID, State: fair.OffDuty, Since: at.now})
			}
			return nil
		})
		if err != nil && !notFound(err) {
			return err
		}
		return s.closeDesk(ctx, actor, who.ID, r)
	})
}

// forDesk is who acts at the stands of a fair for somebody that may be barred
// from it.
func forDesk(by, fairID fair.ID) fair.Actor {
	return fair.Actor{Account: by, Roles: []fair.Role{{Kind: fair.Organiser, Fair: fairID}}}
}
