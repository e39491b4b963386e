package service

import (
	"context"
	"fmt"

	"salon/fair"
)

// SwitchChannel changes how the two meet. To phone: the candidate needs a
// number; either party may ask. Nobody is left in a room that no longer counts.
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
	if i.Channel == c {
		return forEyes(i, a), nil
	}
	if c == fair.Phone {
		candidate, err := s.Stores.Accounts.Get(ctx, i.Candidate)
		if err != nil {
			return fair.Interview{}, fmt.Errorf("read the candidate of interview %s: %w", id, err)
		}
		if candidate.Profile.Phone == "" {
			return fair.Interview{}, fair.Refuse("phone", "phone.missing")
		}
	}
	now := s.now()
	effects := []fair.Effect{owe(fair.EffectNotify, "", now), oweAudit("interview."+string(c), a.Self(), i.Other(a.Account), now)}
	if c == fair.Phone {
		effects = append(effects, owe(fair.EffectRoomClosed, "", now))
	}
	changed, ok, err := s.Stores.Interviews.SetChannel(ctx, id, c, effects...)
	if err != nil {
		return fair.Interview{}, fmt.Errorf("switch interview %s to %s: %w", id, c, err)
	}
	if !ok {
		if changed, err = s.party(ctx, a, id); err != nil || changed.Channel != c {
			return fair.Interview{}, fair.E(fair.Conflict, "edit.stale")
		}
		return forEyes(changed, a), nil
	}
	if c == fair.Phone {
		s.closeRoom(ctx, fair.RoomID(fair.InterviewRoom, id))
	}
	s.wake()
	return forEyes(changed, a), nil
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
