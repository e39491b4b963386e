package service_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// inCall is an interview by video that both have entered at its hour, three
// minutes before its end; the recruiter's next slot follows at once.
func inCall(t *testing.T) (h *house, candidate, recruiter fair.Actor, i fair.Interview) {
	t.Helper()
	h, candidate, recruiter, i = meeting(t, fair.Video)
	h.clock.Pass(i.StartsAt.Sub(h.clock.Now()))
	h.both(i, candidate, recruiter)
	h.clock.Pass(27 * time.Minute)
	return h, candidate, recruiter, i
}

// both brings the two into the room.
func (h *house) both(i fair.Interview, people ...fair.Actor) {
	h.t.Helper()
	for _, who := range people {
		h.must(h.RoomJoined(h.t.Context(), fair.RoomID(fair.InterviewRoom, i.ID), who.Account, h.clock.Now()))
	}
}

// liveOf is the mark of somebody's call.
func (h *house) liveOf(a fair.Actor) *fair.Live {
	h.t.Helper()
	p, err := h.store.Persons.Get(h.t.Context(), a.Account)
	h.must(err)
	return p.Live
}

func TestEitherGetsFiveMinutesMoreWhenNobodyWaits(t *testing.T) {
	for _, who := range []string{"candidate", "recruiter"} {
		t.Run(who, func(t *testing.T) {
			h, candidate, recruiter, i := inCall(t)
			asking := map[string]fair.Actor{"candidate": candidate, "recruiter": recruiter}[who]
			end := i.EndsAt
			for n := range fair.MaxExtensions {
				longer, err := h.ExtendInterview(t.Context(), asking, i.ID, end)
				h.must(err)
				if want := end.Add(fair.ExtensionTime); !longer.PlannedEnd().Equal(want) || len(longer.Extensions) != n+1 {
					t.Fatalf("after wish %d it ends at %s, want %s", n+1, longer.PlannedEnd(), want)
				}
				again, err := h.ExtendInterview(t.Context(), asking, i.ID, end) // the answer was lost
				h.must(err)
				if len(again.Extensions) != n+1 {
					t.Fatalf("asked twice, %d extensions", len(again.Extensions))
				}
				end = longer.PlannedEnd()
				for _, p := range []fair.Actor{candidate, recruiter} {
					if live := h.liveOf(p); live == nil || !live.Until.Equal(end.Add(fair.LiveGrace)) {
						t.Errorf("%s counts as in %+v", p.Account, live)
					}
				}
				h.clock.Pass(fair.ExtensionTime)
			}
			_, err := h.ExtendInterview(t.Context(), asking, i.ID, end)
			refused(t, err, fair.Conflict, "extension.many")
			// Its unbooked slot gave way, and nothing is left of it in the calendar.
			p, err := h.store.Persons.Get(t.Context(), recruiter.Account)
			h.must(err)
			if len(p.Busy) != 1 {
				t.Errorf("the recruiter's calendar holds %+v", p.Busy)
			}
		})
	}
}

func TestMoreTimeIsRefusedWithAReasonAndAnotherWay(t *testing.T) {
	for _, c := range []struct {
		name    string
		prepare func(h *house, candidate, recruiter fair.Actor, i fair.Interview) (who fair.Actor)
		kind    fair.Kind
		code    string
	}{
		{"to a stranger, as if there were none", func(h *house, _, _ fair.Actor, _ fair.Interview) fair.Actor { return h.boss }, fair.NotFound, "interview.unknown"},
		{"while there is plenty", func(h *house, c, _ fair.Actor, _ fair.Interview) fair.Actor {
			h.clock.Pass(-20 * time.Minute)
			return c
		}, fair.Conflict, "extension.early"},
		{"after the end", func(h *house, c, r fair.Actor, i fair.Interview) fair.Actor {
			_, err := h.EndInterview(h.t.Context(), r, i.ID, nil)
			h.must(err)
			return c
		}, fair.Gone, "interview.ended"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, candidate, recruiter, i := inCall(t)
			who := c.prepare(h, candidate, recruiter, i)
			_, err := h.ExtendInterview(t.Context(), who, i.ID, i.EndsAt)
			refused(t, err, c.kind, c.code)
		})
	}
}

func TestAnAppointmentIsDelayedByNoMoreThanTheRuleAllows(t *testing.T) {
	for name, nextOf := range map[string]string{"the recruiter's": "recruiter", "the candidate's": "candidate"} {
		t.Run(name, func(t *testing.T) {
			h, candidate, recruiter, i := inCall(t)
			demo := newHouseOn(h, func(c *service.Config) { c.Demo = true })
			other := demo.demo(fair.Recruiter, 2)
			var next fair.Slot
			if nextOf == "recruiter" {
				slots, _, err := h.store.Slots.List(t.Context(), h.fair.ID, fair.SlotQuery{Free: true, Page: 1, Limit: 1}, h.clock.Now())
				h.must(err)
				next = slots[0]
				_, err = demo.book(demo.demo(fair.Candidate, 2), next.ID, "k2")
				h.must(err)
			} else {
				made, _, err := h.OpenSlots(t.Context(), other, other.Roles[0].Stand, fair.SlotPlan{
					Start: i.EndsAt, Duration: 20 * time.Minute, Count: 1, Channels: []fair.Channel{fair.Video},
				})
				h.must(err)
				next = made[0]
				_, err = h.book(candidate, next.ID, "k2")
				h.must(err)
			}
			longer, err := h.ExtendInterview(t.Context(), candidate, i.ID, i.EndsAt)
			h.must(err) // five minutes are the rule
			h.clock.Pass(5 * time.Minute)
			_, err = h.ExtendInterview(t.Context(), recruiter, i.ID, longer.PlannedEnd())
			refused(t, err, fair.Conflict, "extension.appointment")
			taken, ok := errors.AsType[*service.SlotTaken](err)
			if !ok || slices.ContainsFunc(taken.Next, func(s fair.Slot) bool { return s.Stand != i.Stand || s.Recruiter != "" && s.Booking != nil }) {
				t.Errorf("instead it offers %+v", taken)
			}
			// Nobody's mark was left longer than the interview.
			for _, who := range []fair.Actor{candidate, recruiter} {
				if live := h.liveOf(who); !live.Until.Equal(longer.PlannedEnd().Add(fair.LiveGrace)) {
					t.Errorf("%s counts as in the call until %s", who.Account, live.Until)
				}
			}
		})
	}
}

func TestTwoWhoAskAtOnceGetFiveMinutesAndNotTen(t *testing.T) {
	h, candidate, recruiter, i := inCall(t)
	var asks sync.WaitGroup
	for range 8 {
		for _, who := range []fair.Actor{candidate, recruiter} {
			asks.Go(func() {
				if _, err := h.ExtendInterview(t.Context(), who, i.ID, i.EndsAt); err != nil {
					t.Errorf("%s is refused: %v", who.Account, err)
				}
			})
		}
	}
	asks.Wait()
	got, err := h.store.Interviews.Get(t.Context(), i.ID)
	h.must(err)
	if len(got.Extensions) != 1 || !got.PlannedEnd().Equal(i.EndsAt.Add(fair.ExtensionTime)) {
		t.Errorf("%d extensions, the end at %s", len(got.Extensions), got.PlannedEnd())
	}
	h.dispatch()
	for _, who := range []fair.Actor{candidate, recruiter} {
		if live := h.liveOf(who); !live.Until.Equal(got.PlannedEnd().Add(fair.LiveGrace)) {
			t.Errorf("%s counts as in the call until %s", who.Account, live.Until)
		}
	}
}

func TestTheEndAgainstMoreTimeLeavesNobodyInACall(t *testing.T) {
	for round := range 30 {
		h, candidate, recruiter, i := inCall(t)
		var race sync.WaitGroup
		race.Go(func() {
			_, err := h.ExtendInterview(t.Context(), candidate, i.ID, i.EndsAt)
			if err != nil && fair.KindOf(err) != fair.Gone {
				t.Errorf("more time: %v", err)
			}
		})
		race.Go(func() {
			if _, err := h.EndInterview(t.Context(), recruiter, i.ID, nil); err != nil {
				t.Errorf("the end: %v", err)
			}
		})
		race.Wait()
		h.dispatch()
		for _, who := range []fair.Actor{candidate, recruiter} {
			if live := h.liveOf(who); live != nil {
				t.Fatalf("round %d: %s still counts as in %+v", round, who.Account, live)
			}
		}
	}
}

func TestWhoeverDiesInTheMiddleOfAnExtensionLeavesNothingThatDoesNotLapse(t *testing.T) {
	died := errors.New("died")
	for _, c := range []struct {
		step   string
		passes int // how often the step is passed first
		given  bool
	}{
		{"extension.person", 0, false}, {"extension.person", 1, false}, {"extension.interview", 0, false},
		{"extension.prolong", 0, true}, {"extension.prolong", 1, true},
	} {
		t.Run(c.step, func(t *testing.T) {
			h, candidate, recruiter, i := inCall(t)
			passes := c.passes
			dying := newHouseOn(h, func(s *service.Config) {
				s.Step = func(name string) error {
					if name == c.step {
						if passes--; passes < 0 {
							return died
						}
					}
					return nil
				}
			})
			if _, err := dying.ExtendInterview(t.Context(), candidate, i.ID, i.EndsAt); !c.given && !errors.Is(err, died) {
				t.Fatalf("it did not die: %v", err)
			}
			h.dispatch() // another node
			got, err := h.store.Interviews.Get(t.Context(), i.ID)
			h.must(err)
			if given := len(got.Extensions) == 1; given != c.given {
				t.Fatalf("given %v, want %v", given, c.given)
			}
			late := i.EndsAt.Add(fair.ExtensionTime + fair.LiveGrace)
			for _, who := range []fair.Actor{candidate, recruiter} {
				live := h.liveOf(who)
				if live == nil || live.Until.After(late) || c.given && !live.Until.Equal(late) {
					t.Errorf("%s counts as in %+v", who.Account, live)
				}
			}
			// The same wish again completes what was begun.
			again, err := h.ExtendInterview(t.Context(), candidate, i.ID, i.EndsAt)
			h.must(err)
			if len(again.Extensions) != 1 {
				t.Errorf("%d extensions after asking again", len(again.Extensions))
			}
			if _, err := h.EndInterview(t.Context(), recruiter, i.ID, nil); err != nil || h.liveOf(candidate) != nil {
				t.Errorf("after the end: %v, %+v", err, h.liveOf(candidate))
			}
		})
	}
}

func TestSoundOnlyIsAnAgreementEitherMakesAndUndoes(t *testing.T) {
	h, candidate, recruiter, i := inCall(t)
	_, err := h.SetSoundOnly(t.Context(), h.boss, i.ID, true)
	refused(t, err, fair.NotFound, "interview.unknown")
	sound, err := h.SetSoundOnly(t.Context(), candidate, i.ID, true)
	h.must(err)
	again, err := h.SetSoundOnly(t.Context(), recruiter, i.ID, true)
	h.must(err)
	if !sound.SoundOnly || again.Rev != sound.Rev || sound.State != fair.InterviewLive {
		t.Errorf("%+v, then %+v", sound, again)
	}
	picture, err := h.SetSoundOnly(t.Context(), recruiter, i.ID, false)
	h.must(err)
	if picture.SoundOnly {
		t.Error("the pictures stay out")
	}
	// By phone and back the interview stays the same one, with its start.
	h.must(h.SetNotes(t.Context(), recruiter, i.ID, "à suivre"))
	phone, err := h.SwitchChannel(t.Context(), candidate, i.ID, fair.Phone)
	h.must(err)
	_, err = h.SetSoundOnly(t.Context(), candidate, i.ID, true)
	refused(t, err, fair.Conflict, "interview.phone")
	number, err := h.RevealPhone(t.Context(), recruiter, i.ID)
	h.must(err)
	back, err := h.SwitchChannel(t.Context(), recruiter, i.ID, fair.Video)
	h.must(err)
	if number == "" || !back.StartedAt.Equal(*phone.StartedAt) || back.State != fair.InterviewLive || back.Notes != "à suivre" {
		t.Errorf("back by video: %+v", back)
	}
	_, err = h.EndInterview(t.Context(), recruiter, i.ID, nil)
	h.must(err)
	_, err = h.SetSoundOnly(t.Context(), candidate, i.ID, true)
	refused(t, err, fair.Gone, "interview.ended")
}

func TestTheScorecardIsTheRecruitersAndTheFairs(t *testing.T) {
	h, candidate, recruiter, i := inCall(t)
	refused(t, h.SetScores(t.Context(), candidate, i.ID, nil), fair.Forbidden, "not.recruiter")
	refused(t, h.SetScores(t.Context(), h.boss, i.ID, nil), fair.NotFound, "interview.unknown")
	refused(t, h.SetScores(t.Context(), recruiter, i.ID, map[string]int{"clarte": 3}), fair.Invalid, "scores.unknown")
	rules := fair.Rules{Scorecard: []fair.Criterion{{ID: "clarte", Label: fair.Text{FR: "Clarté"}}}}
	for score, code := range map[int]string{0: "scores.range", 1: "", 4: "", 5: "scores.range", -1: "scores.range"} {
		err := rules.CheckScores(map[string]int{"clarte": score})
		if code == "" && err != nil || code != "" && !matches(err, fair.Refuse("scores", code)) {
			t.Errorf("%d: %v", score, err)
		}
	}
	h.must(h.store.Interviews.SetScores(t.Context(), i.ID, map[string]int{"clarte": 3}))
	theirs, err := h.Interview(t.Context(), recruiter, i.ID)
	h.must(err)
	mine, err := h.Interview(t.Context(), candidate, i.ID)
	h.must(err)
	if theirs.Interview.Scores["clarte"] != 3 || mine.Interview.Scores != nil {
		t.Errorf("the recruiter reads %v, the candidate %v", theirs.Interview.Scores, mine.Interview.Scores)
	}
}
