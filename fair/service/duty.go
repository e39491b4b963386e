package service

import (
	"context"
	"time"

	"salon/fair"
)

// SetDuty says that the actor, a recruiter of the stand, is on duty, on a break
// of so many minutes (0: until they say otherwise), or off. Errors: Forbidden;
// Invalid "duty.state", "duty.minutes".
func (s *Service) SetDuty(ctx context.Context, a fair.Actor, stand fair.ID, state fair.DutyState, minutes int) (LineDesk, error) {
	rest := time.Duration(minutes) * time.Minute
	switch {
	case state != fair.OnDuty && state != fair.OnBreak && state != fair.OffDuty:
		return LineDesk{}, fair.Refuse("state", "duty.state")
	case rest < 0 || rest > fair.MaxBreak:
		return LineDesk{}, fair.Refuse("minutes", "duty.minutes")
	}
	if _, err := s.setDuty(ctx, a, stand, state, rest); err != nil {
		return LineDesk{}, err
	}
	return s.LineDesk(ctx, a, stand)
}

func (s *Service) setDuty(ctx context.Context, a fair.Actor, stand fair.ID, state fair.DutyState, rest time.Duration) (lineNow, error) {
	if err := s.recruitsStand(ctx, a, stand); err != nil {
		return lineNow{}, err
	}
	return s.changeLine(ctx, a, stand, "duty."+string(state), func(at *lineNow) error {
		d := fair.Duty{Recruiter: a.Account, State: state, Since: at.now}
		if state == fair.OnBreak && rest > 0 {
			until := at.now.Add(rest)
			d.Until = &until
		}
		at.line.Duty = at.line.WithDuty(d)
		return nil
	})
}

// recruitsStand refuses all but the recruiters of a stand who are not barred from
// its fair.
func (s *Service) recruitsStand(ctx context.Context, a fair.Actor, stand fair.ID) error {
	if err := signedIn(a); err != nil {
		return err
	}
	st, err := s.Stores.Stands.Get(ctx, stand)
	if err != nil {
		return err
	}
	if !a.Recruits(stand) {
		return fair.E(fair.Forbidden, "not.recruiter")
	}
	return s.notBarred(ctx, a.Account, st.Fair)
}
