package service

import (
	"context"
	"fmt"
	"slices"
	"time"

	"salon/fair"
)

// entryLifetime is how long a right of entry may wait before it is used.
const entryLifetime = 2 * time.Minute

// Join is what one needs to enter a room.
type Join struct {
	WSURL string
	Entry fair.Entry
	ICE   []fair.ICEServer
	// Encryption is what the fair wants of an interview's room; empty elsewhere.
	Encryption fair.Encryption
}

// join makes the right of entry and finds the way.
func (s *Service) join(ctx context.Context, a fair.Actor, kind fair.RoomKind, id, peer fair.ID, m fair.Member) (Join, error) {
	if peer == "" {
		peer = fair.NewID()
	}
	if !peer.Valid() {
		return Join{}, fair.Refuse("peer", "peer.invalid")
	}
	room := fair.RoomID(kind, id)
	url, err := s.Rooms.WSURL(ctx, room)
	if err != nil {
		return Join{}, fmt.Errorf("find room %s: %w", room, err)
	}
	ice, err := s.ICE.ICEServers(ctx, a.Account)
	if err != nil {
		return Join{}, fmt.Errorf("list the ways into room %s: %w", room, err)
	}
	return Join{WSURL: url, ICE: ice, Entry: fair.Entry{
		Room: room, Kind: kind, Account: a.Account, Login: a.Login, Peer: peer,
		Name: m.Name, Role: m.Role, Generation: m.Generation, ExpiresAt: s.now().Add(entryLifetime),
	}}, nil
}

// JoinInterview lets a party or a guest into the room, from 15 minutes before
// the start until 2 hours after the planned end; in a demo, at a demo fair, at
// any time. An adviser who acts for the candidate enters as themself. Able says
// that the browser can encrypt end to end.
// Errors: NotFound; Conflict "interview.phone", "interview.early",
// "interview.elsewhere", "interview.encrypted" for a browser that cannot do what the fair
// requires; Gone "interview.ended", "interview.cancelled",
// "interview.late".
func (s *Service) JoinInterview(ctx context.Context, a fair.Actor, id fair.ID, peer fair.ID, able bool) (Join, error) {
	if a.By != "" {
		return s.joinAsGuest(ctx, a, id, peer, able)
	}
	i, err := s.party(ctx, a, id)
	if notFound(err) {
		return s.joinAsGuest(ctx, a, id, peer, able)
	}
	if err != nil {
		return Join{}, err
	}
	encryption, err := s.joinable(ctx, i, able)
	if err != nil {
		return Join{}, err
	}
	if err := s.leaveElsewhere(ctx, a.Account, id); err != nil {
		return Join{}, err
	}
	j, err := s.join(ctx, a, fair.InterviewRoom, id, peer,
		fair.Member{Role: fair.RoleParty, Generation: i.Generation, Name: a.Name})
	j.Encryption = encryption
	return j, err
}

// joinable refuses the room of an interview at the wrong hour, in the wrong
// state, or to a browser that cannot encrypt where that is required.
func (s *Service) joinable(ctx context.Context, i fair.Interview, able bool) (fair.Encryption, error) {
	f, err := s.Stores.Fairs.Get(ctx, i.Fair)
	if err != nil {
		return "", fmt.Errorf("read the fair of interview %s: %w", i.ID, err)
	}
	if err := i.Meetable(s.now(), s.anytime(f)); err != nil {
		return "", err
	}
	encryption := f.Rules().Encryption
	switch {
	case i.Channel == fair.Phone:
		return "", fair.E(fair.Conflict, "interview.phone")
	case encryption == fair.EncryptionRequired && !able:
		return "", fair.E(fair.Conflict, "interview.encrypted")
	}
	return encryption, nil
}

// leaveElsewhere refuses somebody who is in the room of another interview. One
// who left that room without its having ended moves on freely.
func (s *Service) leaveElsewhere(ctx context.Context, account, id fair.ID) error {
	p, err := s.Stores.Persons.Get(ctx, account)
	if err != nil {
		return fmt.Errorf("read the calendar of %s: %w", account, err)
	}
	if p.Live == nil || p.Live.Interview == id || !s.now().Before(p.Live.Until) {
		return nil
	}
	other, err := s.Stores.Interviews.Get(ctx, p.Live.Interview)
	if err != nil && !notFound(err) {
		return fmt.Errorf("read the interview %s is in: %w", account, err)
	}
	// Nothing in its room tells that somebody is being called, or met by phone.
	inCall := other.Walkin() || other.Channel == fair.Phone && other.State == fair.InterviewLive
	if err == nil && !other.Over() && (inCall || slices.Contains(other.Present, account)) {
		return fair.E(fair.Conflict, "interview.elsewhere")
	}
	return s.Stores.Persons.Leave(ctx, account, p.Live.Interview)
}

// Member answers what an account may do in a room now; the owner of the room
// asks it on entry, on resume and after each change. Whoever was put out, or
// is no party, has RoleNone. A visitor is the empty account. Errors: NotFound,
// Gone when the room is closed.
func (s *Service) Member(ctx context.Context, room string, account fair.ID) (fair.Member, error) {
	kind, id, ok := fair.ParseRoomID(room)
	if !ok {
		return fair.Member{}, fair.E(fair.NotFound, "room.unknown")
	}
	var who fair.Account
	if account != "" {
		var err error
		if who, err = s.Stores.Accounts.Get(ctx, account); err != nil {
			return fair.Member{}, fmt.Errorf("read member %s of room %s: %w", account, room, err)
		}
	}
	if kind == fair.InterviewRoom {
		i, err := s.Stores.Interviews.Get(ctx, id)
		if err != nil {
			return fair.Member{}, err
		}
		if err := i.Meetable(s.now(), true); err != nil {
			return fair.Member{}, err
		}
		return s.interviewMember(ctx, i, who)
	}
	w, err := s.Stores.Webconferences.Get(ctx, id)
	if err != nil {
		return fair.Member{}, err
	}
	return s.talkMember(w, fair.Actor{Account: account, Name: who.Name, Roles: who.Roles})
}

// interviewMember is what an account may do in the room of an interview, which
// a phone interview has not.
func (s *Service) interviewMember(ctx context.Context, i fair.Interview, who fair.Account) (m fair.Member, err error) {
	m = fair.Member{Generation: i.GenerationOf(who.ID), Name: who.Name}
	switch {
	case i.Channel != fair.Video:
	case i.Party(who.ID):
		m.Role = fair.RoleParty
	default:
		m.Role, err = s.guestRole(ctx, i, who)
	}
	return m, err
}

// RoomJoined, RoomLeft, RoomAlive and RoomClosed are what the live plane saw;
// live calls them. They are idempotent and may come late or twice. A video
// interview is live from the moment both are in its room.
func (s *Service) RoomJoined(ctx context.Context, room string, account fair.ID, at time.Time) error {
	i, ok, err := s.interviewOf(ctx, room, account)
	if err != nil || !ok || i.Over() || i.State == fair.InterviewCalled {
		return err
	}
	if i, err = s.Stores.Interviews.Enter(ctx, i.ID, account); err != nil {
		return fmt.Errorf("note who is in interview %s: %w", i.ID, err)
	}
	if i.State == fair.InterviewLive {
		return s.enterLive(ctx, i, account)
	}
	if !slices.Contains(i.Present, i.Candidate) || !slices.Contains(i.Present, i.Recruiter) {
		return nil
	}
	now := s.now()
	owed, err := s.owedAfter(ctx, i, nil, now)
	if err != nil {
		return err
	}
	started, ok, err := s.Stores.Interviews.Start(ctx, i.ID, now, owed,
		owe(fair.EffectNotify, "", now), oweAudit("interview.started", account, i.Other(account), now))
	if err != nil || !ok {
		return err
	}
	s.wake()
	return s.enterLive(ctx, started, i.Recruiter, i.Candidate)
}

// enterLive marks people as in the call of a live interview. That they are in
// its room is a fact: a mark of another call they walked out of gives way when
// it lapses, and until then stays.
func (s *Service) enterLive(ctx context.Context, i fair.Interview, people ...fair.ID) error {
	live := fair.Live{Interview: i.ID, Until: liveUntil(i, s.now())}
	if i.Walkin() {
		live.End = i.PlannedEnd()
	}
	return s.markLive(ctx, live, people...)
}

// markLive marks people as in an interview. It may have ended since it was read:
// then its end came before the marks, which are taken back.
func (s *Service) markLive(ctx context.Context, live fair.Live, people ...fair.ID) error {
	for _, person := range people {
		if _, err := s.mark(ctx, person, live); err != nil {
			return err
		}
	}
	i, err := s.Stores.Interviews.Get(ctx, live.Interview)
	if err != nil || !i.Over() {
		return err
	}
	return s.free(ctx, i)
}

// mark marks one person as in an interview, unless they are in another one.
func (s *Service) mark(ctx context.Context, person fair.ID, live fair.Live) (bool, error) {
	entered, err := s.Stores.Persons.Enter(ctx, person, live, s.now())
	if err != nil {
		return false, fmt.Errorf("mark %s as in interview %s: %w", person, live.Interview, err)
	}
	return entered, nil
}

// liveUntil is how long the two of an interview count as in it, seen at now.
func liveUntil(i fair.Interview, now time.Time) time.Time {
	until := i.PlannedEnd().Add(fair.LiveGrace)
	if soon := now.Add(fair.LiveGrace); until.Before(soon) {
		return soon
	}
	return until
}

// interviewIn finds the interview of a room; false when it is no interview's room.
func (s *Service) interviewIn(ctx context.Context, room string) (i fair.Interview, ok bool, err error) {
	kind, id, ok := fair.ParseRoomID(room)
	if !ok || kind != fair.InterviewRoom {
		return i, false, nil
	}
	i, err = s.Stores.Interviews.Get(ctx, id)
	if notFound(err) {
		return i, false, nil
	}
	return i, err == nil, err
}

// interviewOf finds the interview of a room if the account is a party.
func (s *Service) interviewOf(ctx context.Context, room string, account fair.ID) (fair.Interview, bool, error) {
	i, ok, err := s.interviewIn(ctx, room)
	return i, ok && i.Party(account), err
}

// RoomLeft tells that the account's last peer is gone. The interview goes on:
// a reload is no end.
func (s *Service) RoomLeft(ctx context.Context, room string, account fair.ID, at time.Time) error {
	kind, id, ok := fair.ParseRoomID(room)
	if !ok || kind != fair.InterviewRoom {
		return nil
	}
	return s.Stores.Interviews.Leave(ctx, id, account)
}

// RoomAlive comes every 10 s with the accounts still there. Who is noted as
// present and is not among them went down with a node. Two who talk on past
// the planned end still count as in a call.
func (s *Service) RoomAlive(ctx context.Context, room string, accounts []fair.ID, at time.Time) error {
	i, ok, err := s.interviewIn(ctx, room)
	if err != nil || !ok || i.Over() {
		return err
	}
	for _, account := range accounts {
		if i.Party(account) && !slices.Contains(i.Present, account) {
			if err := s.RoomJoined(ctx, room, account, at); err != nil {
				return err
			}
		}
	}
	if gone := slices.DeleteFunc(slices.Clone(i.Present), func(id fair.ID) bool { return slices.Contains(accounts, id) }); len(gone) > 0 {
		if err := s.Stores.Interviews.Leave(ctx, i.ID, gone...); err != nil {
			return err
		}
	}
	if i.State == fair.InterviewLive && s.now().After(i.PlannedEnd()) {
		return s.enterLive(ctx, i, slices.DeleteFunc(slices.Clone(accounts), func(id fair.ID) bool { return !i.Party(id) })...)
	}
	return nil
}

// RoomClosed tells that nobody is in the room any more.
func (s *Service) RoomClosed(ctx context.Context, room string, at time.Time) error {
	i, ok, err := s.interviewIn(ctx, room)
	if err != nil || !ok || len(i.Present) == 0 {
		return err
	}
	return s.Stores.Interviews.Leave(ctx, i.ID, i.Present...)
}
