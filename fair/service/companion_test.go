package service_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// accompanied is a candidate who has named an adviser, who has agreed.
func accompanied(t *testing.T) (h *house, candidate, adviser fair.Actor, c fair.Companion) {
	t.Helper()
	h = newHouse(t)
	candidate, adviser = h.demo(fair.Candidate, 1), h.demo(fair.Adviser, 1)
	c, err := h.NameAdviser(t.Context(), candidate, service.DemoEmail(fair.Adviser, 1))
	h.must(err)
	c, err = h.AcceptCompanion(t.Context(), adviser, c.ID)
	h.must(err)
	h.dispatch()
	return h, candidate, adviser, c
}

func TestAConsentIsAskedAcceptedAndEndedByEither(t *testing.T) {
	h := newHouse(t)
	candidate, adviser, other := h.demo(fair.Candidate, 1), h.demo(fair.Adviser, 1), h.demo(fair.Adviser, 2)
	mail := service.DemoEmail(fair.Adviser, 1)
	_, err := h.NameAdviser(t.Context(), fair.Actor{}, mail)
	refused(t, err, fair.Unauthenticated, "sign.in")
	_, err = h.NameAdviser(t.Context(), adviser, mail)
	refused(t, err, fair.Forbidden, "not.candidate")
	_, err = h.NameAdviser(t.Context(), candidate, "nobody")
	refused(t, err, fair.Invalid, "email.invalid")
	_, err = h.NameAdviser(t.Context(), candidate, service.DemoEmail(fair.Candidate, 1))
	refused(t, err, fair.Invalid, "companion.self")
	c, err := h.NameAdviser(t.Context(), candidate, mail)
	h.must(err)
	again, err := h.NameAdviser(t.Context(), candidate, mail)
	h.must(err)
	if again.ID != c.ID {
		t.Error("asked twice, there are two consents")
	}
	_, err = h.NameAdviser(t.Context(), candidate, "another@example.org")
	refused(t, err, fair.Conflict, "companion.open")
	h.dispatch()
	if n := h.world.sent(fair.EffectMailCompanion); n != 1 {
		t.Errorf("%d mails to the adviser", n)
	}

	// Before it is accepted nobody may act, and only who was asked may accept.
	_, err = h.ActFor(t.Context(), adviser, candidate.Account, "")
	refused(t, err, fair.Forbidden, "companion.none")
	_, err = h.AcceptCompanion(t.Context(), other, c.ID)
	refused(t, err, fair.NotFound, "companion.unknown")
	_, err = h.AcceptCompanion(t.Context(), candidate, c.ID)
	refused(t, err, fair.Forbidden, "not.adviser")
	refused(t, h.EndCompanion(t.Context(), other, c.ID), fair.NotFound, "companion.unknown")
	for range 2 {
		_, err = h.AcceptCompanion(t.Context(), adviser, c.ID)
		h.must(err)
	}
	list, err := h.Accompanied(t.Context(), adviser)
	h.must(err)
	if len(list) != 1 || list[0].Companion.Candidate != candidate.Account || list[0].Candidate == "" {
		t.Errorf("the adviser sees %+v", list)
	}
	if others, err := h.Accompanied(t.Context(), other); err != nil || len(others) != 0 {
		t.Errorf("another adviser sees %+v (%v)", others, err)
	}
	acting, err := h.ActFor(t.Context(), adviser, candidate.Account, "")
	h.must(err)
	if acting.Account != candidate.Account || acting.Self() != adviser.Account || acting.ByName != adviser.Name {
		t.Errorf("acts as %+v", acting)
	}
	for _, ender := range []fair.Actor{adviser, candidate} {
		h.must(h.EndCompanion(t.Context(), ender, c.ID))
		_, err = h.ActFor(t.Context(), adviser, candidate.Account, "")
		refused(t, err, fair.Forbidden, "companion.none")
		_, err = h.AcceptCompanion(t.Context(), adviser, c.ID)
		refused(t, err, fair.Gone, "companion.ended")
		c, err = h.NameAdviser(t.Context(), candidate, mail)
		h.must(err)
		_, err = h.AcceptCompanion(t.Context(), adviser, c.ID)
		h.must(err)
	}
	h.clock.Pass(fair.CompanionTime)
	_, err = h.ActFor(t.Context(), adviser, candidate.Account, "")
	refused(t, err, fair.Forbidden, "companion.none")
}

func TestACandidateHasOneOpenConsentHoweverManyAskAtOnce(t *testing.T) {
	h := newHouse(t)
	candidate := h.demo(fair.Candidate, 1)
	var asks sync.WaitGroup
	for n := range 10 {
		asks.Go(func() {
			_, err := h.NameAdviser(t.Context(), candidate, service.DemoEmail(fair.Adviser, n+1))
			if err != nil && fair.KindOf(err) != fair.Conflict {
				t.Error(err)
			}
		})
	}
	asks.Wait()
	list, err := h.MyCompanions(t.Context(), candidate)
	h.must(err)
	if len(list) != 1 {
		t.Errorf("%d consents are open", len(list))
	}
}

func TestAnAdviserBooksForSomebodyWhoSeesIt(t *testing.T) {
	h, candidate, adviser, c := accompanied(t)
	recruiter := h.demo(fair.Recruiter, 1)
	slot := h.slots(recruiter, 1)[0]
	_, err := h.Book(t.Context(), adviser, slot.ID, service.BookRequest{Channel: fair.Video, Key: "own"})
	refused(t, err, fair.Forbidden, "not.candidate")
	acting, err := h.ActFor(t.Context(), adviser, candidate.Account, "booking")
	h.must(err)
	booked, err := h.book(acting, slot.ID, "k")
	h.must(err)
	if booked.Interview.Candidate != candidate.Account {
		t.Fatalf("booked for %s", booked.Interview.Candidate)
	}
	mine, err := h.MyCompanions(t.Context(), candidate)
	h.must(err)
	if len(mine) != 1 || len(mine[0].Did) != 1 || mine[0].Did[0].Action != "booking" {
		t.Errorf("the candidate sees %+v", mine)
	}
	entries, err := h.store.Audits.About(t.Context(), candidate.Account, 10)
	h.must(err)
	if !slices.ContainsFunc(entries, func(e fair.AuditEntry) bool {
		return e.Action == "adviser.booking" && e.Account == adviser.Account && e.About == candidate.Account && e.Object == c.ID
	}) {
		t.Errorf("written down: %+v", entries)
	}
	// The recruiter is told beforehand who may come along.
	d, err := h.Interview(t.Context(), recruiter, booked.Interview.ID)
	h.must(err)
	if d.Adviser != adviser.Name {
		t.Errorf("the recruiter reads the adviser %q, want %q", d.Adviser, adviser.Name)
	}
}

func TestAnAdviserEntersAsThemselfWhileTheConsentHolds(t *testing.T) {
	h, candidate, adviser, c := accompanied(t)
	recruiter := h.demo(fair.Recruiter, 1)
	booked, err := h.book(candidate, h.slots(recruiter, 1)[0].ID, "k")
	h.must(err)
	i := booked.Interview
	h.clock.Pass(time.Hour)
	room := fair.RoomID(fair.InterviewRoom, i.ID)
	acting, err := h.ActFor(t.Context(), adviser, candidate.Account, "join")
	h.must(err)
	for name, who := range map[string]fair.Actor{"for the candidate": acting, "as a guest": adviser} {
		join, err := h.JoinInterview(t.Context(), who, i.ID, "", false)
		h.must(err)
		if e := join.Entry; e.Account != adviser.Account || e.Role != fair.RoleAdviser || e.Name != adviser.Name || e.Login != adviser.Login {
			t.Errorf("%s the entry is %+v", name, e)
		}
	}
	m, err := h.Member(t.Context(), room, adviser.Account)
	h.must(err)
	if m.Role != fair.RoleAdviser || m.Name != adviser.Name {
		t.Errorf("in the room: %+v", m)
	}
	// Coming in neither starts the interview nor is a guest's alone its end.
	h.must(h.RoomJoined(t.Context(), room, adviser.Account, h.clock.Now()))
	h.both(i, candidate)
	if got, _ := h.store.Interviews.Get(t.Context(), i.ID); got.State != fair.InterviewBooked {
		t.Errorf("with the candidate and the adviser it is %s", got.State)
	}
	// The adviser reads neither notes nor number nor outcome as a guest.
	h.must(h.SetNotes(t.Context(), recruiter, i.ID, "à rappeler"))
	seen, err := h.GuestInterview(t.Context(), adviser, i.ID)
	h.must(err)
	if seen.Role != fair.RoleAdviser || seen.Interview.Notes != "" || seen.Interview.Outcome != nil || seen.Interview.Scores != nil {
		t.Errorf("the guest reads %+v", seen)
	}
	refused(t, h.SetNotes(t.Context(), acting, i.ID, "x"), fair.Forbidden, "not.recruiter")
	_, err = h.RevealPhone(t.Context(), acting, i.ID)
	refused(t, err, fair.Forbidden, "not.recruiter")

	h.must(h.EndCompanion(t.Context(), candidate, c.ID))
	h.dispatch()
	if !h.world.heard(`member ` + string(adviser.Account) + ` "" 1`) {
		t.Errorf("the adviser was not put out: %v", h.world.told)
	}
	if m, err := h.Member(t.Context(), room, adviser.Account); err != nil || m.Role != fair.RoleNone {
		t.Errorf("afterwards in the room: %+v (%v)", m, err)
	}
	_, err = h.JoinInterview(t.Context(), adviser, i.ID, "", false)
	refused(t, err, fair.NotFound, "interview.unknown")
	_, err = h.GuestInterview(t.Context(), adviser, i.ID)
	refused(t, err, fair.NotFound, "interview.unknown")
}

func TestAnInterpreterHasASeatInOneInterview(t *testing.T) {
	h, candidate, recruiter, i := meeting(t, fair.Video)
	interpreter, stranger := h.person("ines@example.org"), h.person("other@example.org")
	invite := func(by fair.Actor, mail string) (fair.Guest, error) {
		return h.InviteInterpreter(t.Context(), by, i.ID, mail, "Inès")
	}
	_, err := invite(stranger, "ines@example.org")
	refused(t, err, fair.NotFound, "interview.unknown")
	_, err = invite(candidate, "ines")
	refused(t, err, fair.Invalid, "email.invalid")
	_, err = invite(candidate, service.DemoEmail(fair.Recruiter, 1))
	refused(t, err, fair.Invalid, "guest.party")
	g, err := invite(candidate, "Ines@Example.org")
	h.must(err)
	for _, by := range []fair.Actor{candidate, recruiter, h.boss} {
		again, err := invite(by, "ines@example.org")
		h.must(err)
		if again.ID != g.ID {
			t.Errorf("named again, there are two seats")
		}
		_, err = invite(by, "another@example.org")
		refused(t, err, fair.Conflict, "guest.many")
	}
	h.dispatch()
	if n := h.world.sent(fair.EffectMailGuest); n != 1 {
		t.Errorf("%d mails to the interpreter", n)
	}
	h.clock.Pass(time.Hour)
	h.must(h.SetNotes(t.Context(), recruiter, i.ID, "à rappeler"))
	seen, err := h.GuestInterview(t.Context(), interpreter, i.ID)
	h.must(err)
	if seen.Role != fair.RoleInterpreter || seen.Candidate == "" || seen.Interview.Notes != "" || len(seen.Interview.Guests) != 0 {
		t.Errorf("the interpreter reads %+v", seen)
	}
	_, err = h.Interview(t.Context(), interpreter, i.ID)
	refused(t, err, fair.NotFound, "interview.unknown")
	join, err := h.JoinInterview(t.Context(), interpreter, i.ID, "", false)
	h.must(err)
	if join.Entry.Role != fair.RoleInterpreter {
		t.Errorf("enters as %+v", join.Entry)
	}
	for _, who := range []fair.Actor{stranger, h.boss} {
		_, err = h.JoinInterview(t.Context(), who, i.ID, "", false)
		refused(t, err, fair.NotFound, "interview.unknown")
		_, err = h.GuestInterview(t.Context(), who, i.ID)
		refused(t, err, fair.NotFound, "interview.unknown")
	}
	h.must(h.UninviteInterpreter(t.Context(), recruiter, i.ID, g.ID))
	if m, err := h.Member(t.Context(), fair.RoomID(fair.InterviewRoom, i.ID), interpreter.Account); err != nil || m.Role != fair.RoleNone {
		t.Errorf("without the seat: %+v (%v)", m, err)
	}
	back, err := invite(recruiter, "ines@example.org")
	h.must(err)
	join, err = h.JoinInterview(t.Context(), interpreter, i.ID, "", false)
	h.must(err)
	if out := fmt.Sprintf("member %s %q %d", interpreter.Account, fair.RoleNone, join.Entry.Generation); !h.world.heard(out) {
		t.Errorf("invited again the guest enters with generation %d, older than that of being put out", join.Entry.Generation)
	}
	h.must(h.UninviteInterpreter(t.Context(), recruiter, i.ID, back.ID))
	_, err = invite(recruiter, "another@example.org")
	h.must(err)
}

func TestAnInterpreterIsToldWhenItIsOff(t *testing.T) {
	h, candidate, recruiter, i := meeting(t, fair.Video)
	_, err := h.InviteInterpreter(t.Context(), recruiter, i.ID, "ines@example.org", "")
	h.must(err)
	h.dispatch()
	_, err = h.CancelInterview(t.Context(), candidate, i.ID)
	h.must(err)
	h.dispatch()
	if n := h.world.sent(fair.EffectMailGuest); n != 2 {
		t.Errorf("%d mails to the interpreter", n)
	}
	_, err = h.InviteInterpreter(t.Context(), recruiter, i.ID, "late@example.org", "")
	refused(t, err, fair.Gone, "interview.cancelled")
}

func TestAnAdviserSeesTheWaitingListOfACandidateChange(t *testing.T) {
	h, candidate, adviser, c := accompanied(t)
	recruiter := h.demo(fair.Recruiter, 1)
	made, _, err := h.OpenSlots(t.Context(), recruiter, recruiter.Roles[0].Stand, fair.SlotPlan{
		Start: h.clock.Now().Add(24 * time.Hour), Duration: 30 * time.Minute, Count: 1, Channels: []fair.Channel{fair.Video},
	})
	h.must(err)
	_, err = h.book(h.demo(fair.Candidate, 2), made[0].ID, "key")
	h.must(err)
	d, _, err := h.JoinStandby(t.Context(), candidate, made[0].Stand, service.StandbyRequest{Channel: fair.Video})
	h.must(err)
	h.dispatch()
	told := func(state fair.StandbyState) bool {
		return h.world.heard(fmt.Sprintf("standby %s %s %s", d.Standby.ID, state, adviser.Account))
	}
	if !told(fair.StandbyWaiting) {
		t.Error("the adviser is not told that the candidate waits")
	}
	h.must(h.EndCompanion(t.Context(), candidate, c.ID))
	_, err = h.AnswerStandby(t.Context(), candidate, d.Standby.ID, service.LeaveStandby, "")
	h.must(err)
	h.dispatch()
	left, err := h.store.Standbys.Get(t.Context(), d.Standby.ID)
	h.must(err)
	if left.State == fair.StandbyWaiting || told(left.State) {
		t.Errorf("%s, and who is no adviser any more is told of it", left.State)
	}
}

func TestAnAdviserOfSomebodyWhoRecruitsActsForTheCandidateAlone(t *testing.T) {
	h := newHouse(t)
	camille, adviser := h.demo(fair.Candidate, 1), h.demo(fair.Adviser, 1)
	remi := h.person("remi@example.org")
	stand := h.demo(fair.Recruiter, 1).Roles[0].Stand
	_, err := h.Recruit(t.Context(), stand, remi.Account)
	h.must(err)
	remi = h.again(remi)
	made, _, err := h.OpenSlots(t.Context(), remi, stand, fair.SlotPlan{
		Start: h.clock.Now().Add(time.Hour), Duration: 30 * time.Minute, Count: 1, Channels: []fair.Channel{fair.Video},
	})
	h.must(err)
	booked, err := h.book(camille, made[0].ID, "k")
	h.must(err)
	c, err := h.NameAdviser(t.Context(), remi, service.DemoEmail(fair.Adviser, 1))
	h.must(err)
	_, err = h.AcceptCompanion(t.Context(), adviser, c.ID)
	h.must(err)
	acting, err := h.ActFor(t.Context(), adviser, remi.Account, "")
	h.must(err)
	if list, err := h.MyInterviews(t.Context(), acting, time.Time{}, time.Time{}); err != nil || len(list) != 0 {
		t.Errorf("the adviser reads of %d people the recruiter meets (%v)", len(list), err)
	}
	for name, do := range map[string]func() error{
		"read": func() error { _, err := h.Interview(t.Context(), acting, booked.Interview.ID); return err },
		"invite": func() error {
			_, err := h.InviteInterpreter(t.Context(), acting, booked.Interview.ID, "x@example.org", "")
			return err
		},
		"cancel": func() error { _, err := h.CancelInterview(t.Context(), acting, booked.Interview.ID); return err },
	} {
		if err := do(); fair.KindOf(err) != fair.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
}
