package service

import (
	"context"
	"fmt"
	"time"

	"salon/fair"
)

// GuestDetail is an interview as a guest may know it: when, how, who meets.
// Neither notes nor outcome nor anything of the candidate but the name.
type GuestDetail struct {
	Interview fair.Interview
	Role      fair.RoomRole // adviser or interpreter
	Fair      fair.Fair
	Stand     fair.Stand
	Recruiter fair.Host
	Candidate string // the name; "" before an anonymous meeting, see nameFor
	// JoinableAt is when the room opens.
	JoinableAt time.Time
}

// guestRole is what an account that is no party is in an interview: the adviser
// the candidate consents to, the interpreter somebody named, or nothing.
func (s *Service) guestRole(ctx context.Context, i fair.Interview, who fair.Account) (fair.RoomRole, error) {
	if who.ID == "" {
		return fair.RoleNone, nil
	}
	if _, named := i.GuestWith(who.Email); named {
		return fair.RoleInterpreter, nil
	}
	c, err := s.activeCompanion(ctx, i.Candidate)
	if notFound(err) || err == nil && c.Adviser != who.ID {
		return fair.RoleNone, nil
	}
	if err != nil {
		return fair.RoleNone, err
	}
	return fair.RoleAdviser, nil
}

// visiting finds an interview for one of its guests. Errors: Unauthenticated;
// NotFound for everybody else, the parties included.
func (s *Service) visiting(ctx context.Context, a fair.Actor, id fair.ID) (i fair.Interview, who fair.Account, role fair.RoomRole, err error) {
	unknown := fair.E(fair.NotFound, "interview.unknown")
	if err := signedIn(a); err != nil {
		return i, who, fair.RoleNone, err
	}
	if !id.Valid() {
		return i, who, fair.RoleNone, unknown
	}
	if i, err = s.Stores.Interviews.Get(ctx, id); err != nil {
		return i, who, fair.RoleNone, err
	}
	if who, err = s.Stores.Accounts.Get(ctx, a.Self()); err != nil {
		return i, who, fair.RoleNone, fmt.Errorf("read account %s: %w", a.Self(), err)
	}
	role, err = s.guestRole(ctx, i, who)
	if err == nil && (role == fair.RoleNone || i.Party(who.ID)) {
		err = unknown
	}
	return i, who, role, err
}

// GuestInterview shows an interview to a guest. Errors: NotFound for everybody
// else.
func (s *Service) GuestInterview(ctx context.Context, a fair.Actor, id fair.ID) (GuestDetail, error) {
	i, who, role, err := s.visiting(ctx, a, id)
	if err != nil {
		return GuestDetail{}, err
	}
	d, err := newSurroundings(s).detail(ctx, fair.Actor{}, i)
	if err != nil {
		return GuestDetail{}, err
	}
	d.Interview.Outcome, d.Interview.Guests = nil, nil
	named, _ := i.GuestWith(who.Email)
	return GuestDetail{
		Interview: d.Interview, Role: role, Fair: d.Fair, Stand: d.Stand, Recruiter: d.Recruiter, Candidate: nameFor(d, role, named),
		JoinableAt: d.JoinableAt,
	}, nil
}

// nameFor is the candidate as a guest reads the name: before an anonymous meeting
// not at all, unless the guest comes for the candidate.
func nameFor(d InterviewDetail, role fair.RoomRole, named fair.Guest) string {
	if d.Anonymous && role == fair.RoleInterpreter && named.By != d.Interview.Candidate {
		return ""
	}
	return d.Candidate.Name
}

// joinAsGuest lets a guest into the room of an interview by video, at the hours
// of its parties. Errors: those of JoinInterview.
func (s *Service) joinAsGuest(ctx context.Context, a fair.Actor, id, peer fair.ID, able bool) (Join, error) {
	i, _, role, err := s.visiting(ctx, a, id)
	if err != nil {
		return Join{}, err
	}
	encryption, err := s.joinable(ctx, i, able)
	if err != nil {
		return Join{}, err
	}
	name := a.Name
	if a.By != "" {
		name = a.ByName
	}
	a.Account = a.Self()
	j, err := s.join(ctx, a, fair.InterviewRoom, id, peer, fair.Member{Role: role, Generation: i.GenerationOf(a.Account), Name: name})
	j.Encryption = encryption
	return j, err
}

// InviteInterpreter gives somebody, by mail address, the interpreter's seat of
// one interview, and writes to them. For the two parties, an adviser of the
// candidate, and the fair's organisers. The same address again is the same
// guest. Errors: NotFound; Gone; Invalid "email.invalid", "guest.party",
// "text.long"; Conflict "guest.many"; TooMany "asked.many".
func (s *Service) InviteInterpreter(ctx context.Context, a fair.Actor, id fair.ID, email, name string) (fair.Guest, error) {
	i, err := s.partyOrOrganiser(ctx, a, id)
	if err != nil {
		return fair.Guest{}, err
	}
	if i.Over() {
		return fair.Guest{}, i.Meetable(s.now(), true)
	}
	if email, err = parseEmail(email); err != nil {
		return fair.Guest{}, err
	}
	if name = fair.CleanLine(name); name == "" {
		name = firstName(email)
	}
	if fair.TooLong(name, 80) {
		return fair.Guest{}, fair.Refuse("name", "text.long")
	}
	if g, there := i.GuestWith(email); there {
		return g, nil
	}
	named, err := s.byAddress(ctx, email, fair.French)
	if err != nil {
		return fair.Guest{}, err
	}
	if i.Party(named.ID) {
		return fair.Guest{}, fair.Refuse("email", "guest.party")
	}
	if len(i.Guests) >= fair.MaxGuests {
		return fair.Guest{}, fair.E(fair.Conflict, "guest.many")
	}
	if err := s.mayAsk(ctx, a.Self(), id, email); err != nil {
		return fair.Guest{}, err
	}
	now := s.now()
	g := fair.Guest{ID: fair.NewID(), Email: email, Name: name, By: a.Self(), At: now}
	_, ok, err := s.Stores.Interviews.Invite(ctx, id, g,
		owe(fair.EffectMailGuest, g.ID, now), owe(fair.EffectNotify, "", now),
		oweAudit("interview.interpreter", a.Self(), i.Candidate, now))
	if err != nil {
		return fair.Guest{}, fmt.Errorf("invite an interpreter to interview %s: %w", id, err)
	}
	if !ok {
		changed, err := s.Stores.Interviews.Get(ctx, id)
		if err != nil {
			return fair.Guest{}, err
		}
		if g, there := changed.GuestWith(email); there {
			return g, nil
		}
		if changed.Over() {
			return fair.Guest{}, changed.Meetable(now, true)
		}
		return fair.Guest{}, fair.E(fair.Conflict, "guest.many")
	}
	s.wake()
	return g, nil
}

// UninviteInterpreter takes the seat back; who sits on it is put out. Again, it
// changes nothing.
func (s *Service) UninviteInterpreter(ctx context.Context, a fair.Actor, id, guest fair.ID) error {
	i, err := s.partyOrOrganiser(ctx, a, id)
	if err != nil {
		return err
	}
	g, there := i.Guest(guest)
	if !there {
		return nil
	}
	now := s.now()
	_, ok, err := s.Stores.Interviews.Uninvite(ctx, id, guest,
		owe(fair.EffectNotify, "", now), oweAudit("interview.uninvited", a.Self(), i.Candidate, now))
	if err != nil {
		return fmt.Errorf("take the seat of an interpreter at interview %s back: %w", id, err)
	}
	if !ok {
		return nil
	}
	s.wake()
	who, err := s.Stores.Accounts.ByEmail(ctx, g.Email)
	if notFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look a guest up: %w", err)
	}
	// The room asks Member again at each doubt; this only makes it doubt at once.
	if err := s.putOutOf(ctx, id, who.ID); err != nil {
		s.Log.WarnContext(ctx, "a guest was not put out at once", "interview", id, "err", err)
	}
	return nil
}

// putOutOf takes somebody who is no guest any more out of the room of an interview.
// Who is made one again later enters with what is newer.
func (s *Service) putOutOf(ctx context.Context, id, guest fair.ID) error {
	i, ok, err := s.Stores.Interviews.PutOut(ctx, id, guest)
	if err != nil || !ok {
		return err
	}
	return s.Notifier.MemberChanged(ctx, fair.RoomID(fair.InterviewRoom, id), guest, i.GenerationOf(guest), fair.RoleNone)
}

// partyOrOrganiser finds an interview for one of its parties or an organiser of
// its fair.
func (s *Service) partyOrOrganiser(ctx context.Context, a fair.Actor, id fair.ID) (fair.Interview, error) {
	i, err := s.party(ctx, a, id)
	if !notFound(err) || !id.Valid() {
		return i, err
	}
	found, other := s.Stores.Interviews.Get(ctx, id)
	if other != nil {
		return fair.Interview{}, other
	}
	if !a.Organises(found.Fair) {
		return fair.Interview{}, err
	}
	return found, nil
}

// mailGuest invites an interpreter, or tells that the interview is off.
func (s *Service) mailGuest(ctx context.Context, i fair.Interview, e fair.Effect) error {
	g, there := i.Guest(e.Account)
	if !there {
		return nil
	}
	d, err := newSurroundings(s).detail(ctx, fair.Actor{}, i)
	if err != nil {
		return err
	}
	to, err := s.byAddress(ctx, g.Email, fair.French)
	if err != nil {
		return err
	}
	to.Name = g.Name
	m, err := s.Composer.Interview(to, InterviewMail{
		Kind: e.Kind, Interview: d.Interview, Fair: d.Fair, Stand: d.Stand, With: nameFor(d, fair.RoleInterpreter, g),
	})
	if err != nil {
		return fmt.Errorf("write to an interpreter of interview %s: %w", i.ID, err)
	}
	m.About = []fair.ID{i.Candidate, i.Recruiter}
	return s.post(ctx, m, e, g.Email, to.ID, s.now().Add(keepMail))
}
