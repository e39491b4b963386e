package service

import (
	"context"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// ExtendInterview gives five minutes more, at most three times, when either of
// the two asks. Seen is the end the one who asks has before their eyes: when it
// was moved meanwhile, the wish is granted already and nothing happens, so that
// two who press at once get five minutes and not ten.
//
// It is granted when nobody waits for either of them; otherwise only as far as
// it delays the next appointment of either, or the first of the line, by no
// more than the fair allows. The recruiter's next slot gives way when nobody
// has booked it. Steps:
//
//  1. both persons: the mark of the call moves, unless a promise is in the way;
//     the first is moved back when the second cannot follow;
//  2. the interview, if it is live and has had as many extensions as was read;
//     that update owes
//  3. the marks once more, to what the interview now says.
//
// Whoever dies in between leaves a mark that lapses five minutes late.
//
// Errors: NotFound; Gone; Conflict "interview.notlive", "extension.early",
// "extension.many", "interview.elsewhere"; *SlotTaken with
// "extension.appointment" or "extension.line" and the stand's next free slots.
func (s *Service) ExtendInterview(ctx context.Context, a fair.Actor, id fair.ID, seen time.Time) (fair.Interview, error) {
	i, err := s.party(ctx, a, id)
	if err != nil {
		return i, err
	}
	now := s.now()
	if i.State == fair.InterviewLive && len(i.Extensions) > 0 && i.PlannedEnd().After(seen) {
		return forEyes(i, a), nil
	}
	if err := i.Extendable(now); err != nil {
		return fair.Interview{}, err
	}
	f, err := s.Stores.Fairs.Get(ctx, i.Fair)
	if err != nil {
		return fair.Interview{}, fmt.Errorf("read the fair of interview %s: %w", id, err)
	}
	e := i.Longer(a.Account, now)
	if err := s.lineAllows(ctx, i, e, f.Rules().Line); err != nil {
		return fair.Interview{}, err
	}
	if err := s.extendBoth(ctx, i, e, f.Rules().Line.MaxDelay); err != nil {
		return fair.Interview{}, err
	}
	if err := s.step("extension.interview"); err != nil {
		return fair.Interview{}, err
	}
	longer, ok, err := s.Stores.Interviews.Extend(ctx, id, len(i.Extensions), e,
		owe(fair.EffectProlong, "", now), owe(fair.EffectNotify, "", now),
		oweAudit("interview.extended", a.Self(), i.Other(a.Account), now))
	if err != nil {
		return fair.Interview{}, fmt.Errorf("extend interview %s: %w", id, err)
	}
	if !ok {
		return s.extendedAlready(ctx, a, i)
	}
	if err := s.prolong(ctx, longer); err != nil {
		s.Log.WarnContext(ctx, "the marks of an interview are not prolonged yet", "interview", id, "err", err)
	}
	s.wake()
	return forEyes(longer, a), nil
}

// extendedAlready answers a wish that came second: granted by the other's, or
// too late because the interview has ended, whose marks go again.
func (s *Service) extendedAlready(ctx context.Context, a fair.Actor, was fair.Interview) (fair.Interview, error) {
	i, err := s.party(ctx, a, was.ID)
	if err != nil {
		return i, err
	}
	if i.Over() {
		s.leaveLive(ctx, i)
		return fair.Interview{}, i.Meetable(s.now(), true)
	}
	return forEyes(i, a), nil
}

// extendBoth moves the marks of the two, or of nobody.
func (s *Service) extendBoth(ctx context.Context, i fair.Interview, e fair.Extension, delay time.Duration) error {
	ask := fair.NewID()
	live := fair.Live{Interview: i.ID, Until: e.Until.Add(fair.LiveGrace), Ask: ask}
	before := fair.Live{Interview: i.ID, Until: i.PlannedEnd().Add(fair.LiveGrace)}
	own := []fair.ID{i.Slot}
	if slot, err := s.Stores.Slots.Get(ctx, i.Slot); err == nil && slot.Booking != nil && slot.Booking.Extra != nil {
		own = append(own, slot.Booking.Extra.Slots...)
	}
	for n, person := range []fair.ID{i.Recruiter, i.Candidate} {
		if err := s.step("extension.person"); err != nil {
			return err
		}
		err := s.extendOne(ctx, i, person, live, own, e.Until.Add(-delay))
		if err == nil {
			continue
		}
		if n > 0 {
			if err := s.Stores.Persons.Shorten(ctx, i.Recruiter, before, ask); err != nil {
				s.Log.WarnContext(ctx, "a mark stays longer than it should", "interview", i.ID, "err", err)
			}
		}
		return err
	}
	return nil
}

// extendOne moves one mark. An unbooked slot of the recruiter that stands in
// the way is withdrawn: nobody waits for it.
func (s *Service) extendOne(ctx context.Context, i fair.Interview, person fair.ID, live fair.Live, own []fair.ID, before time.Time) error {
	for range 3 {
		now := s.now()
		extended, err := s.Stores.Persons.Extend(ctx, person, live, own, now, before)
		if err != nil {
			return fmt.Errorf("extend the call of %s: %w", person, err)
		}
		if extended {
			return nil
		}
		p, err := s.Stores.Persons.Get(ctx, person)
		if err != nil {
			return fmt.Errorf("read the calendar of %s: %w", person, err)
		}
		if l := p.Live; l != nil && l.Interview != i.ID && now.Before(l.Until) {
			return fair.E(fair.Conflict, "interview.elsewhere")
		}
		again, err := s.clearFor(ctx, i, p, own, now, before)
		if err != nil {
			return err
		}
		if !again {
			break
		}
	}
	return s.noTime(ctx, i, fair.E(fair.Conflict, "extension.appointment"))
}

// clearFor clears a calendar of what nobody waits for: entries without backing,
// and the recruiter's own slots that nobody has booked. again is false when a
// real promise stands in the way.
func (s *Service) clearFor(ctx context.Context, i fair.Interview, p fair.Person, own []fair.ID, now, before time.Time) (again bool, err error) {
	for _, b := range p.Busy {
		if slices.Contains(own, b.ID) || !b.Start.Before(before) || !b.End.After(now) {
			continue
		}
		if p.ID == i.Recruiter {
			if _, _, err := s.Stores.Slots.Withdraw(ctx, b.ID, now, owe(fair.EffectNotify, "", now)); err != nil {
				return false, fmt.Errorf("withdraw slot %s before an extension: %w", b.ID, err)
			}
		}
		backed, err := s.backed(ctx, p.ID, b)
		if err != nil || backed {
			return false, err
		}
		if _, err := s.Stores.Persons.Drop(ctx, p.ID, b, p.Rev); err != nil {
			return false, err
		}
		return true, nil
	}
	return true, nil // the calendar moved meanwhile
}

// lineAllows refuses more time that would keep the first callable person of the
// recruiter's line waiting longer than the rule allows, counted from the end
// the interview was to have. It is a courtesy and no right: somebody who joins
// between this look and the extension waits a little.
func (s *Service) lineAllows(ctx context.Context, i fair.Interview, e fair.Extension, rules fair.LineRules) error {
	if e.Until.Sub(i.FirstEnd()) <= rules.MaxDelay {
		return nil
	}
	tickets, err := s.Stores.Tickets.Line(ctx, i.Stand, lineLimit)
	if err != nil {
		return fmt.Errorf("list those who wait at stand %s: %w", i.Stand, err)
	}
	for _, t := range fair.CallOrder(tickets, i.Recruiter, s.away(ctx, tickets), e.At) {
		p, err := s.Stores.Persons.Get(ctx, t.Candidate)
		if err != nil {
			return fmt.Errorf("read the calendar of %s: %w", t.Candidate, err)
		}
		if p.FreeFor(e.At, e.Until) {
			return s.noTime(ctx, i, fair.E(fair.Conflict, "extension.line"))
		}
	}
	return nil
}

// noTime refuses with the stand's next free slots: there the two may go on.
func (s *Service) noTime(ctx context.Context, i fair.Interview, refusal error) error {
	return s.taken(ctx, fair.Slot{Fair: i.Fair, Stand: i.Stand}, refusal)
}

// prolong brings the marks of the two to the planned end. Who is not marked as
// in this interview stays so.
func (s *Service) prolong(ctx context.Context, i fair.Interview) error {
	if i.Over() {
		return nil
	}
	live := fair.Live{Interview: i.ID, Until: i.PlannedEnd().Add(fair.LiveGrace), Ask: fair.NewID()}
	for _, person := range []fair.ID{i.Recruiter, i.Candidate} {
		if err := s.step("extension.prolong"); err != nil {
			return err
		}
		if err := s.Stores.Persons.Prolong(ctx, person, live); err != nil {
			return fmt.Errorf("prolong the call of %s: %w", person, err)
		}
	}
	return nil
}

// SetSoundOnly puts both cameras out, or allows pictures again: an agreement
// that either party may make and undo. Errors: NotFound; Gone; Conflict
// "interview.phone".
func (s *Service) SetSoundOnly(ctx context.Context, a fair.Actor, id fair.ID, only bool) (fair.Interview, error) {
	i, err := s.party(ctx, a, id)
	switch {
	case err != nil:
		return i, err
	case i.Over():
		return fair.Interview{}, i.Meetable(s.now(), true)
	case i.Channel == fair.Phone:
		return fair.Interview{}, fair.E(fair.Conflict, "interview.phone")
	case i.SoundOnly == only:
		return forEyes(i, a), nil
	}
	action := "interview.picture"
	if only {
		action = "interview.sound"
	}
	now := s.now()
	changed, ok, err := s.Stores.Interviews.SetSoundOnly(ctx, id, only,
		owe(fair.EffectNotify, "", now), oweAudit(action, a.Self(), i.Other(a.Account), now))
	if err != nil {
		return fair.Interview{}, fmt.Errorf("switch the pictures of interview %s: %w", id, err)
	}
	if !ok {
		if changed, err = s.party(ctx, a, id); err != nil || changed.SoundOnly != only {
			return fair.Interview{}, fair.E(fair.Conflict, "edit.stale")
		}
		return forEyes(changed, a), nil
	}
	s.wake()
	return forEyes(changed, a), nil
}

// SetScores keeps the recruiter's ratings on the fair's scorecard; all of them,
// those left out are taken back. Errors: NotFound; Forbidden; Invalid.
func (s *Service) SetScores(ctx context.Context, a fair.Actor, id fair.ID, scores map[string]int) error {
	i, err := s.recruiting(ctx, a, id)
	if err != nil {
		return err
	}
	f, err := s.Stores.Fairs.Get(ctx, i.Fair)
	if err != nil {
		return fmt.Errorf("read the fair of interview %s: %w", id, err)
	}
	if err := f.Rules().CheckScores(scores); err != nil {
		return err
	}
	return s.Stores.Interviews.SetScores(ctx, id, scores)
}
