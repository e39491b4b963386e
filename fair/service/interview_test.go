package service_test

import (
	"strings"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// meeting books an interview between a candidate and a recruiter, one hour
// from now, in a fair where the hours count.
func meeting(t *testing.T, channel fair.Channel) (h *house, candidate, recruiter fair.Actor, i fair.Interview) {
	t.Helper()
	h = newHouse(t)
	candidate, recruiter = h.demo(fair.Candidate, 1), h.demo(fair.Recruiter, 1)
	slot := h.slots(recruiter, 2)[0]
	booked, err := h.Book(t.Context(), candidate, slot.ID, service.BookRequest{Channel: channel, Key: "k"})
	h.must(err)
	h.dispatch()
	h = newHouseOn(h, func(c *service.Config) { c.Demo = false })
	return h, candidate, recruiter, booked.Interview
}

func TestAnInterviewIsHiddenFromAllButItsTwoParties(t *testing.T) {
	h, candidate, recruiter, i := meeting(t, fair.Video)
	h.must(h.SetNotes(t.Context(), recruiter, i.ID, "à rappeler"))
	for _, who := range []fair.Actor{h.demoLater(fair.Candidate, 2), h.demoLater(fair.Recruiter, 2), h.boss} {
		_, err := h.Interview(t.Context(), who, i.ID)
		refused(t, err, fair.NotFound, "interview.unknown")
		_, err = h.JoinInterview(t.Context(), who, i.ID, "", false)
		refused(t, err, fair.NotFound, "interview.unknown")
		_, err = h.CancelInterview(t.Context(), who, i.ID)
		refused(t, err, fair.NotFound, "interview.unknown")
		_, err = h.RevealPhone(t.Context(), who, i.ID)
		refused(t, err, fair.NotFound, "interview.unknown")
	}
	_, err := h.Interview(t.Context(), fair.Actor{}, i.ID)
	refused(t, err, fair.Unauthenticated, "sign.in")

	theirs, err := h.Interview(t.Context(), recruiter, i.ID)
	h.must(err)
	if theirs.Interview.Notes != "à rappeler" || !theirs.Candidate.HasPhone || theirs.Stand.ID != i.Stand {
		t.Errorf("the recruiter reads %+v", theirs)
	}
	mine, err := h.Interview(t.Context(), candidate, i.ID)
	h.must(err)
	if mine.Interview.Notes != "" || len(mine.Interview.Effects) != 0 {
		t.Errorf("the candidate reads notes %q", mine.Interview.Notes)
	}
	refused(t, h.SetNotes(t.Context(), candidate, i.ID, "x"), fair.Forbidden, "not.recruiter")
	for _, who := range []fair.Actor{candidate, recruiter} {
		if list, err := h.MyInterviews(t.Context(), who, opening, time.Time{}); err != nil || len(list) != 1 {
			t.Errorf("%s lists %d interviews (%v)", who.Account, len(list), err)
		}
	}
}

// demoLater signs in a demo person in a house that is no demo any more.
func (h *house) demoLater(role fair.RoleKind, n int) fair.Actor {
	h.t.Helper()
	return newHouseOn(h, func(c *service.Config) { c.Demo = true }).demo(role, n)
}

func TestTheRoomOpensAQuarterOfAnHourBeforeAndStaysTwoHours(t *testing.T) {
	h, candidate, _, i := meeting(t, fair.Video)
	_, err := h.JoinInterview(t.Context(), candidate, i.ID, "", false)
	refused(t, err, fair.Conflict, "interview.early")
	h.clock.Pass(45 * time.Minute)
	peer := fair.NewID()
	join, err := h.JoinInterview(t.Context(), candidate, i.ID, peer, false)
	h.must(err)
	e := join.Entry
	if e.Room != "interview."+string(i.ID) || e.Peer != peer || e.Role != fair.RoleParty || e.Login != candidate.Login ||
		!e.ExpiresAt.Equal(h.clock.Now().Add(2*time.Minute)) || join.WSURL == "" || len(join.ICE) == 0 {
		t.Errorf("the entry is %+v", join)
	}
	_, err = h.JoinInterview(t.Context(), candidate, i.ID, "no peer", false)
	refused(t, err, fair.Invalid, "peer.invalid")
	h.clock.Pass(3*time.Hour - time.Minute)
	_, err = h.JoinInterview(t.Context(), candidate, i.ID, "", false)
	refused(t, err, fair.Gone, "interview.late")
}

func TestABrowserThatCannotEncryptStaysOutWhereThatIsRequired(t *testing.T) {
	h, candidate, _, i := meeting(t, fair.Video)
	h.clock.Pass(45 * time.Minute)
	for _, c := range []struct {
		rule fair.Encryption
		able bool
		code string
	}{
		{fair.EncryptionPossible, false, ""}, {fair.EncryptionOff, false, ""},
		{fair.EncryptionRequired, true, ""}, {fair.EncryptionRequired, false, "interview.encrypted"},
	} {
		h.govern(func(r *fair.Rules) { r.Encryption = c.rule })
		join, err := h.JoinInterview(t.Context(), candidate, i.ID, "", c.able)
		if c.code != "" {
			refused(t, err, fair.Conflict, c.code)
			continue
		}
		h.must(err)
		if join.Encryption != c.rule {
			t.Errorf("the room is told %q instead of %q", join.Encryption, c.rule)
		}
	}
}

func TestInADemoTheRoomIsOpenAtOnce(t *testing.T) {
	h, candidate, recruiter, i := meeting(t, fair.Video)
	demo := newHouseOn(h, func(c *service.Config) { c.Demo = true })
	_, err := demo.JoinInterview(t.Context(), candidate, i.ID, "", false)
	h.must(err)
	room := fair.RoomID(fair.InterviewRoom, i.ID)
	h.must(demo.RoomJoined(t.Context(), room, candidate.Account, h.clock.Now()))
	h.must(demo.RoomJoined(t.Context(), room, recruiter.Account, h.clock.Now()))
	d, err := demo.Interview(t.Context(), candidate, i.ID)
	h.must(err)
	if !d.JoinableAt.Equal(i.BookedAt) || !d.PlannedEnd.Equal(h.clock.Now().Add(30*time.Minute)) {
		t.Errorf("joinable at %s, planned end %s", d.JoinableAt, d.PlannedEnd)
	}
}

func TestAVideoInterviewIsLiveOnceBothAreThereUntilTheRecruiterEndsIt(t *testing.T) {
	h, candidate, recruiter, i := meeting(t, fair.Video)
	h.clock.Pass(time.Hour)
	room := fair.RoomID(fair.InterviewRoom, i.ID)
	joined := func(a fair.Actor) { t.Helper(); h.must(h.RoomJoined(t.Context(), room, a.Account, h.clock.Now())) }
	state := func() fair.Interview {
		t.Helper()
		d, err := h.Interview(t.Context(), recruiter, i.ID)
		h.must(err)
		return d.Interview
	}
	joined(candidate)
	joined(candidate)
	if s := state(); s.State != fair.InterviewBooked {
		t.Fatalf("with one person the interview is %s", s.State)
	}
	joined(recruiter)
	if s := state(); s.State != fair.InterviewLive || !s.StartedAt.Equal(h.clock.Now()) {
		t.Fatalf("with both the interview is %s since %v", s.State, s.StartedAt)
	}
	for _, who := range []fair.Actor{candidate, recruiter} {
		p, err := h.store.Persons.Get(t.Context(), who.Account)
		h.must(err)
		if p.Live == nil || p.Live.Interview != i.ID || !p.Live.Until.Equal(i.EndsAt.Add(fair.LiveGrace)) {
			t.Errorf("%s counts as in %+v", who.Account, p.Live)
		}
	}
	h.must(h.RoomAlive(t.Context(), room, []fair.ID{recruiter.Account}, h.clock.Now()))
	if s := state(); len(s.Present) != 1 || s.State != fair.InterviewLive {
		t.Errorf("after a silent departure: %s, present %v", s.State, s.Present)
	}
	joined(candidate) // back after a reload
	_, err := h.CancelInterview(t.Context(), candidate, i.ID)
	refused(t, err, fair.Conflict, "interview.begun")
	_, err = h.EndInterview(t.Context(), candidate, i.ID, nil)
	refused(t, err, fair.Forbidden, "not.recruiter")

	ended, err := h.EndInterview(t.Context(), recruiter, i.ID, &fair.Outcome{Kind: fair.OutcomeNext, Message: "Venez visiter mardi."})
	h.must(err)
	if ended.State != fair.InterviewEnded || ended.Outcome == nil || !h.world.heard("closed "+room) {
		t.Errorf("after the end: %+v", ended)
	}
	if again, err := h.EndInterview(t.Context(), recruiter, i.ID, nil); err != nil || again.State != fair.InterviewEnded {
		t.Errorf("ending again: %v", err)
	}
	h.dispatch()
	if n := h.world.sent(fair.EffectMailOutcome); n != 1 {
		t.Errorf("%d mails about the outcome", n)
	}
	seen, err := h.Interview(t.Context(), candidate, i.ID)
	h.must(err)
	if seen.Interview.Outcome.Message != "Venez visiter mardi." {
		t.Errorf("the candidate sees %+v", seen.Interview.Outcome)
	}
	if p, _ := h.store.Persons.Get(t.Context(), candidate.Account); p.Live != nil {
		t.Error("the candidate still counts as in a call")
	}
	_, err = h.JoinInterview(t.Context(), candidate, i.ID, "", false)
	refused(t, err, fair.Gone, "interview.ended")
	if _, err := h.Member(t.Context(), room, candidate.Account); fair.KindOf(err) != fair.Gone {
		t.Errorf("a member of an ended interview is answered %v", err)
	}
}

func TestTwoWhoTalkOnStillCountAsInACall(t *testing.T) {
	h, candidate, recruiter, i := meeting(t, fair.Video)
	room := fair.RoomID(fair.InterviewRoom, i.ID)
	h.clock.Pass(time.Hour)
	both := []fair.ID{candidate.Account, recruiter.Account}
	h.must(h.RoomAlive(t.Context(), room, both, h.clock.Now())) // "joined" was lost
	h.clock.Pass(40 * time.Minute)
	h.must(h.RoomAlive(t.Context(), room, both, h.clock.Now()))
	p, err := h.store.Persons.Get(t.Context(), candidate.Account)
	h.must(err)
	if p.Live == nil || !p.Live.Until.Equal(h.clock.Now().Add(fair.LiveGrace)) {
		t.Errorf("the candidate counts as in %+v", p.Live)
	}
}

func TestNobodyIsInTwoRoomsAtOnce(t *testing.T) {
	h, candidate, recruiter, i := meeting(t, fair.Video)
	demo := newHouseOn(h, func(c *service.Config) { c.Demo = true })
	other := demo.slots(demo.demo(fair.Recruiter, 2), 4)[3]
	second, err := demo.book(candidate, other.ID, "k2")
	h.must(err)
	room := fair.RoomID(fair.InterviewRoom, i.ID)
	h.must(demo.RoomJoined(t.Context(), room, candidate.Account, h.clock.Now()))
	h.must(demo.RoomJoined(t.Context(), room, recruiter.Account, h.clock.Now()))
	_, err = demo.JoinInterview(t.Context(), candidate, second.Interview.ID, "", false)
	refused(t, err, fair.Conflict, "interview.elsewhere")
	h.must(demo.RoomLeft(t.Context(), room, candidate.Account, h.clock.Now()))
	if _, err = demo.JoinInterview(t.Context(), candidate, second.Interview.ID, "", false); err != nil {
		t.Errorf("having left, the candidate may not move on: %v", err)
	}
}

func TestTheNumberIsShownOnlyToThatRecruiterInALivePhoneInterview(t *testing.T) {
	h, candidate, recruiter, i := meeting(t, fair.Phone)
	audits := func() int {
		t.Helper()
		entries, err := h.store.Audits.About(t.Context(), candidate.Account, 100)
		h.must(err)
		n := 0
		for _, e := range entries {
			if e.Action == "phone.revealed" {
				n++
			}
		}
		return n
	}
	_, err := h.JoinInterview(t.Context(), candidate, i.ID, "", false)
	refused(t, err, fair.Conflict, "interview.early")
	h.clock.Pass(time.Hour)
	_, err = h.JoinInterview(t.Context(), candidate, i.ID, "", false)
	refused(t, err, fair.Conflict, "interview.phone")
	_, err = h.RevealPhone(t.Context(), recruiter, i.ID)
	refused(t, err, fair.Conflict, "interview.notlive")
	_, err = h.StartInterview(t.Context(), candidate, i.ID)
	refused(t, err, fair.Forbidden, "not.recruiter")
	live, err := h.StartInterview(t.Context(), recruiter, i.ID)
	h.must(err)
	if again, err := h.StartInterview(t.Context(), recruiter, i.ID); err != nil || !again.StartedAt.Equal(*live.StartedAt) {
		t.Errorf("starting again: %+v %v", again, err)
	}
	_, err = h.RevealPhone(t.Context(), candidate, i.ID)
	refused(t, err, fair.Forbidden, "not.recruiter")
	if audits() != 0 {
		t.Fatal("something was written down before anything was shown")
	}
	number, err := h.RevealPhone(t.Context(), recruiter, i.ID)
	h.must(err)
	if number != "+33639980001" || audits() != 1 {
		t.Errorf("shown %q, written down %d times", number, audits())
	}
	_, err = h.EndInterview(t.Context(), recruiter, i.ID, nil)
	h.must(err)
	if _, err := h.RevealPhone(t.Context(), recruiter, i.ID); err == nil {
		t.Error("the number is shown after the end")
	}
	if strings.Contains(h.log.String(), "3998") {
		t.Error("the number is in the log")
	}
}

func TestAnInterviewNobodyEndedShowsNoNumberLongAfterwards(t *testing.T) {
	h, _, recruiter, i := meeting(t, fair.Phone)
	h.clock.Pass(i.StartsAt.Sub(h.clock.Now()))
	_, err := h.StartInterview(t.Context(), recruiter, i.ID)
	h.must(err)
	h.clock.Pass(i.EndsAt.Add(fair.JoinLate).Sub(h.clock.Now()))
	_, err = h.RevealPhone(t.Context(), recruiter, i.ID)
	h.must(err)
	h.clock.Pass(time.Millisecond)
	_, err = h.RevealPhone(t.Context(), recruiter, i.ID)
	refused(t, err, fair.Gone, "interview.late")
}

func TestTheSameAnswerTwiceIsOneMail(t *testing.T) {
	h, _, recruiter, i := meeting(t, fair.Video)
	h.clock.Pass(i.StartsAt.Sub(h.clock.Now()))
	by := h.clock.Now().AddDate(0, 0, 7)
	answer := fair.Outcome{Kind: fair.OutcomeLater, By: &by}
	for range 3 { // a double click, or a program that tries again
		_, err := h.EndInterview(t.Context(), recruiter, i.ID, &answer)
		h.must(err)
		h.clock.Pass(time.Second)
	}
	_, err := h.SetOutcome(t.Context(), recruiter, i.ID, answer)
	h.must(err)
	h.dispatch()
	if n := h.world.sent(fair.EffectMailOutcome); n != 1 {
		t.Errorf("%d mails for one answer", n)
	}
	changed, err := h.SetOutcome(t.Context(), recruiter, i.ID, fair.Outcome{Kind: fair.OutcomePool})
	h.must(err)
	h.dispatch()
	if n := h.world.sent(fair.EffectMailOutcome); n != 2 || changed.Outcome.Kind != fair.OutcomePool {
		t.Errorf("%d mails after another answer, %+v", n, changed.Outcome)
	}
}

func TestWhoLeftOneMeetingMayStartTheNextByPhone(t *testing.T) {
	h := newHouse(t, func(c *service.Config) { c.Demo = true })
	recruiter, first, second := h.demo(fair.Recruiter, 1), h.demo(fair.Candidate, 1), h.demo(fair.Candidate, 2)
	slots := h.slots(recruiter, 2)
	video, err := h.book(first, slots[0].ID, "k")
	h.must(err)
	phone, err := h.Book(t.Context(), second, slots[1].ID, service.BookRequest{Channel: fair.Phone, Key: "k"})
	h.must(err)
	room := fair.RoomID(fair.InterviewRoom, video.Interview.ID)
	h.clock.Pass(time.Hour)
	for _, who := range []fair.Actor{recruiter, first} {
		h.must(h.RoomJoined(t.Context(), room, who.Account, h.clock.Now()))
	}
	_, err = h.StartInterview(t.Context(), recruiter, phone.Interview.ID)
	refused(t, err, fair.Conflict, "interview.elsewhere")
	h.must(h.RoomLeft(t.Context(), room, recruiter.Account, h.clock.Now()))
	if _, err = h.StartInterview(t.Context(), recruiter, phone.Interview.ID); err != nil {
		t.Errorf("having left without ending it, the recruiter may not call the next: %v", err)
	}
}

func TestSwitchingToPhoneClosesTheRoomAndVoidsItsTokens(t *testing.T) {
	h, candidate, recruiter, i := meeting(t, fair.Video)
	room := fair.RoomID(fair.InterviewRoom, i.ID)
	before, err := h.Member(t.Context(), room, candidate.Account)
	h.must(err)
	switched, err := h.SwitchChannel(t.Context(), candidate, i.ID, fair.Phone)
	h.must(err)
	after, err := h.Member(t.Context(), room, candidate.Account)
	h.must(err)
	if switched.Channel != fair.Phone || before.Role != fair.RoleParty || after.Role != fair.RoleNone || after.Generation <= before.Generation {
		t.Errorf("before %+v, after %+v", before, after)
	}
	if !h.world.heard("closed " + room) {
		t.Error("the room was not closed")
	}
	_, err = h.SwitchChannel(t.Context(), recruiter, i.ID, "fax")
	refused(t, err, fair.Invalid, "channel.unknown")
	back, err := h.SwitchChannel(t.Context(), recruiter, i.ID, fair.Video)
	h.must(err)
	if back.Channel != fair.Video {
		t.Errorf("the channel is %s", back.Channel)
	}
	file, err := h.Calendar(t.Context(), candidate, i.ID)
	h.must(err)
	if len(file) == 0 {
		t.Error("there is no calendar file")
	}
}

func TestAnOutcomeMustTellSomething(t *testing.T) {
	h, _, recruiter, i := meeting(t, fair.Video)
	_, err := h.SetOutcome(t.Context(), recruiter, i.ID, fair.Outcome{Kind: fair.OutcomePool})
	refused(t, err, fair.Conflict, "interview.notended")
	h.clock.Pass(2 * time.Hour)
	_, err = h.EndInterview(t.Context(), recruiter, i.ID, nil) // the candidate never came
	h.must(err)
	past, soon := opening, h.clock.Now().AddDate(0, 0, 3)
	for _, c := range []struct {
		name string
		o    fair.Outcome
		code string
	}{
		{"no kind", fair.Outcome{}, "outcome.kind"},
		{"a refusal without a word", fair.Outcome{Kind: fair.OutcomeDeclined}, "outcome.message"},
		{"a next step without a word", fair.Outcome{Kind: fair.OutcomeNext, Message: " "}, "outcome.message"},
		{"later without a date", fair.Outcome{Kind: fair.OutcomeLater}, "outcome.by"},
		{"later by yesterday", fair.Outcome{Kind: fair.OutcomeLater, By: &past}, "outcome.past"},
		{"a novel", fair.Outcome{Kind: fair.OutcomeNext, Message: strings.Repeat("x", 601)}, "text.long"},
		{"kept in the pool", fair.Outcome{Kind: fair.OutcomePool}, ""},
		{"later by a date", fair.Outcome{Kind: fair.OutcomeLater, By: &soon}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := h.SetOutcome(t.Context(), recruiter, i.ID, c.o)
			if c.code != "" {
				refused(t, err, fair.Invalid, c.code)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}
