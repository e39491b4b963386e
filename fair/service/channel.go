package service

import (
	"context"
	"fmt"
	"time"

	"salon/fair"
)

// askedWithin is how long a question for a number is looked at. An interview is
// seldom booked longer ahead, and the number may still be given in its room.
const askedWithin = 60 * 24 * time.Hour

// SwitchChannel changes how the two meet; either party may. To phone: when no
// number is known a candidate is refused, and for a recruiter the candidate is
// asked, on whatever screen they have; once the number is given, the interview
// goes on by phone. To video while the question stands: it is taken back, or
// declined. Nobody is left in a room that no longer counts. Errors: NotFound;
// Gone; Invalid "channel.unknown", "phone.missing"; Conflict "edit.stale".
func (s *Service) SwitchChannel(ctx context.Context, a fair.Actor, id fair.ID, c fair.Channel) (fair.Interview, error) {
	i, err := s.party(ctx, a, id)
	if err != nil {
		return i, err
	}
	if c != fair.Video && c != fair.Phone {
		return fair.Interview{}, fair.Refuse("channel", "channel.unknown")
	}
	if err := i.Meetable(s.now(), true); err != nil {
		return fair.Interview{}, err
	}
	switch {
	case i.Channel == c && i.PhoneAsked != nil:
		i, err = s.askPhone(ctx, a, i, time.Time{})
		return forEyes(i, a), err
	case i.Channel == c:
		return forEyes(i, a), nil
	}
	if c == fair.Phone {
		known, err := s.hasPhone(ctx, i.Candidate)
		if err != nil {
			return fair.Interview{}, err
		}
		if !known && a.Account == i.Recruiter {
			i, err = s.askPhone(ctx, a, i, s.now())
			return forEyes(i, a), err
		}
		if !known {
			return fair.Interview{}, fair.Refuse("phone", "phone.missing")
		}
	}
	changed, ok, err := s.setChannel(ctx, i, c, a.Self(), i.Other(a.Account))
	if err != nil {
		return fair.Interview{}, err
	}
	if !ok {
		if changed, err = s.party(ctx, a, id); err != nil || changed.Channel != c {
			return fair.Interview{}, fair.E(fair.Conflict, "edit.stale")
		}
	}
	return forEyes(changed, a), nil
}

// hasPhone reports whether a candidate has given a number.
func (s *Service) hasPhone(ctx context.Context, candidate fair.ID) (bool, error) {
	account, err := s.Stores.Accounts.Get(ctx, candidate)
	if err != nil {
		return false, fmt.Errorf("read candidate %s: %w", candidate, err)
	}
	return account.Profile.Phone != "", nil
}

// askPhone asks the candidate for a number, or takes the question back with the
// zero time. Done already, it answers what there is.
func (s *Service) askPhone(ctx context.Context, a fair.Actor, i fair.Interview, at time.Time) (fair.Interview, error) {
	now := s.now()
	effects := []fair.Effect{owe(fair.EffectNotify, "", now)}
	if at.IsZero() {
		effects = append(effects, oweAudit("interview.phoneunasked", a.Self(), i.Other(a.Account), now))
	} else {
		effects = append(effects, owe(fair.EffectPushPhone, i.Candidate, now), oweAudit("interview.phoneasked", a.Self(), i.Other(a.Account), now))
	}
	asked, ok, err := s.Stores.Interviews.AskPhone(ctx, i.ID, at, effects...)
	if err != nil {
		return fair.Interview{}, fmt.Errorf("ask for a number for interview %s: %w", i.ID, err)
	}
	if !ok {
		return s.party(ctx, a, i.ID)
	}
	s.wake()
	return asked, nil
}

// pushPhone tells a candidate without an open page that a number is asked for,
// as long as the question stands.
func (s *Service) pushPhone(ctx context.Context, i fair.Interview, e fair.Effect) error {
	if i.PhoneAsked == nil || i.Over() || s.hasPage(ctx, e.Account) {
		return nil
	}
	d, err := newSurroundings(s).detail(ctx, fair.Actor{Account: e.Account}, i)
	if err != nil {
		return err
	}
	return s.reach(ctx, e, Telling{Kind: e.Kind, Side: fair.SideCandidate, Topic: i.ID, Stand: d.Stand, Fair: d.Fair, When: i.StartsAt, Until: i.EndsAt})
}

// setChannel changes how two meet, by somebody's will and told about the other,
// if it is still otherwise.
func (s *Service) setChannel(ctx context.Context, i fair.Interview, c fair.Channel, by, about fair.ID) (fair.Interview, bool, error) {
	now := s.now()
	effects := []fair.Effect{owe(fair.EffectNotify, "", now), oweAudit("interview."+string(c), by, about, now)}
	if c == fair.Phone {
		effects = append(effects, owe(fair.EffectRoomClosed, "", now))
	}
	changed, ok, err := s.Stores.Interviews.SetChannel(ctx, i.ID, c, effects...)
	if err != nil {
		return changed, false, fmt.Errorf("switch interview %s to %s: %w", i.ID, c, err)
	}
	if ok && c == fair.Phone {
		s.closeRoom(ctx, fair.RoomID(fair.InterviewRoom, i.ID))
	}
	s.wake()
	return changed, ok, nil
}

// sweepPhones completes what was asked of candidates whose number is known by
// now: given in the room, in the profile, or with a booking elsewhere.
func (s *Service) sweepPhones(ctx context.Context) error {
	list, err := s.Stores.Interviews.PhoneAsked(ctx, s.now().Add(-askedWithin), sweepBatch)
	if err != nil {
		return fmt.Errorf("list interviews that wait for a number: %w", err)
	}
	return each(list, func(i fair.Interview) error { return s.phoneGiven(ctx, i) })
}

func (s *Service) phoneGiven(ctx context.Context, i fair.Interview) error {
	known, err := s.hasPhone(ctx, i.Candidate)
	if err != nil || !known {
		return err
	}
	_, _, err = s.setChannel(ctx, i, fair.Phone, i.Recruiter, i.Candidate)
	return err
}

// RevealPhone shows the candidate's number to the recruiter of a live phone
// interview, until the hours of its room are over: one that nobody ended goes on
// for ever. That is written into the audit log before it is answered; when it
// cannot be written, the number is not shown. Errors: NotFound; Forbidden;
// Conflict "interview.notlive"; Gone "interview.late"; Invalid "phone.missing".
func (s *Service) RevealPhone(ctx context.Context, a fair.Actor, id fair.ID) (string, error) {
	i, err := s.recruiting(ctx, a, id)
	if err != nil {
		return "", err
	}
	if i.State != fair.InterviewLive || i.Channel != fair.Phone {
		return "", fair.E(fair.Conflict, "interview.notlive")
	}
	if err := s.meetable(ctx, i); err != nil {
		return "", err
	}
	candidate, err := s.Stores.Accounts.Get(ctx, i.Candidate)
	if err != nil {
		return "", fmt.Errorf("read the candidate of interview %s: %w", id, err)
	}
	if candidate.Profile.Phone == "" {
		return "", fair.Refuse("phone", "phone.missing")
	}
	now := s.now()
	err = s.Stores.Audits.Record(ctx, fair.AuditEntry{
		ID: fair.NewID(), At: now, Account: a.Account, Action: string(fair.ReadPhone), Object: id, About: i.Candidate,
		Fair: i.Fair, Why: fair.NounInterview, Meta: meta(now, now.Add(keepAudit)),
	})
	if err != nil {
		return "", fmt.Errorf("write down that a number was shown: %w", err)
	}
	return candidate.Profile.Phone, nil
}
