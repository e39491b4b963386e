package service_test

import (
	"testing"

	"salon/fair"
	"salon/fair/service"
)

// phoneless is an interview by video, tomorrow, of somebody who has given no number.
func phoneless(t *testing.T) (h *house, candidate, recruiter fair.Actor, i fair.Interview) {
	t.Helper()
	h = newHouse(t)
	candidate, recruiter = h.person("nadia@example.org"), h.demo(fair.Recruiter, 1)
	booked, err := h.Book(t.Context(), candidate, h.slots(recruiter, 1)[0].ID, service.BookRequest{Channel: fair.Video, Key: "k"})
	h.must(err)
	h.dispatch()
	h = newHouseOn(h, func(c *service.Config) { c.Demo = false })
	return h, candidate, recruiter, booked.Interview
}

func TestARecruiterAsksForTheNumberAndTheInterviewGoesOnByPhone(t *testing.T) {
	h, candidate, recruiter, i := phoneless(t)
	_, err := h.SwitchChannel(t.Context(), candidate, i.ID, fair.Phone)
	refused(t, err, fair.Invalid, "phone.missing")

	asked, err := h.SwitchChannel(t.Context(), recruiter, i.ID, fair.Phone)
	h.must(err)
	if asked.Channel != fair.Video || asked.PhoneAsked == nil {
		t.Fatalf("asked: %+v", asked)
	}
	again, err := h.SwitchChannel(t.Context(), recruiter, i.ID, fair.Phone)
	h.must(err)
	if again.Rev != asked.Rev || !again.PhoneAsked.Equal(*asked.PhoneAsked) {
		t.Errorf("asked twice: rev %d, then %d", asked.Rev, again.Rev)
	}
	h.dispatch()
	if !h.world.heard("interview " + string(i.ID) + " booked") {
		t.Error("the candidate's screens were not told")
	}

	for number, code := range map[string]string{"12": "phone.invalid", "0899123456": "phone.premium"} {
		_, err := h.EditProfile(t.Context(), candidate, service.ProfileEdit{Phone: &number})
		refused(t, err, fair.Invalid, code)
	}
	h.must(h.Sweep(t.Context()))
	if h.interview(i.ID).Channel != fair.Video {
		t.Error("it goes on by phone without a number")
	}
	number := "06 12 34 56 78"
	_, err = h.EditProfile(t.Context(), candidate, service.ProfileEdit{Phone: &number})
	h.must(err)
	h.must(h.Sweep(t.Context())) // the page that gave it may have died before it switched
	switched := h.interview(i.ID)
	if switched.Channel != fair.Phone || switched.PhoneAsked != nil {
		t.Errorf("with a number: %+v", switched)
	}
	if !h.world.heard("closed " + fair.RoomID(fair.InterviewRoom, i.ID)) {
		t.Error("the room was not closed")
	}
	h.must(h.Sweep(t.Context()))
	if h.interview(i.ID).Rev != switched.Rev {
		t.Error("a second sweep changes it")
	}
	back, err := h.SwitchChannel(t.Context(), recruiter, i.ID, fair.Video)
	h.must(err)
	h.must(h.Sweep(t.Context()))
	if back.Channel != fair.Video || h.interview(i.ID).Channel != fair.Video {
		t.Error("back by video it does not stay so")
	}
}

func TestTheQuestionForANumberIsDeclinedOrTakenBack(t *testing.T) {
	h, candidate, recruiter, i := phoneless(t)
	for name, who := range map[string]fair.Actor{"declined": candidate, "taken back": recruiter} {
		_, err := h.SwitchChannel(t.Context(), recruiter, i.ID, fair.Phone)
		h.must(err)
		rest, err := h.SwitchChannel(t.Context(), who, i.ID, fair.Video)
		h.must(err)
		if rest.PhoneAsked != nil || rest.Channel != fair.Video {
			t.Errorf("%s: %+v", name, rest)
		}
	}
	_, err := h.SwitchChannel(t.Context(), h.person("other@example.org"), i.ID, fair.Phone)
	refused(t, err, fair.NotFound, "interview.unknown")
	_, err = h.CancelInterview(t.Context(), recruiter, i.ID)
	h.must(err)
	_, err = h.SwitchChannel(t.Context(), recruiter, i.ID, fair.Phone)
	refused(t, err, fair.Gone, "interview.cancelled")
}

func TestWhoHasNoPageOpenIsToldThatANumberIsAskedFor(t *testing.T) {
	h, candidate, recruiter, i := phoneless(t)
	s, pushes := &sight{online: map[fair.ID]bool{}}, &phones{gone: map[string]error{}}
	h = newHouseOn(h, func(c *service.Config) { c.Demo, c.Presence, c.Pusher = false, s, pushes })
	ask := func(c fair.Channel) {
		t.Helper()
		_, err := h.SwitchChannel(t.Context(), recruiter, i.ID, c)
		h.must(err)
	}
	told := func(push, mails int, when string) {
		t.Helper()
		h.dispatch()
		if p, m := pushes.count(endpoint), h.world.sent(fair.EffectPushPhone); p != push || m != mails {
			t.Errorf("%s: %d pushes and %d mails, not %d and %d", when, p, m, push, mails)
		}
	}
	s.set(candidate.Account, true)
	ask(fair.Phone)
	told(0, 0, "with a page open")
	ask(fair.Video)
	s.set(candidate.Account, false)
	ask(fair.Phone)
	ask(fair.Video)
	told(0, 0, "taken back before it was told")
	ask(fair.Phone)
	told(0, 1, "without a device")
	ask(fair.Video)
	_, err := h.AddDevice(t.Context(), candidate, device("candidate"))
	h.must(err)
	ask(fair.Phone)
	told(1, 1, "on a device")
}
