package service_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// talk schedules a webconference in an hour, with one speaker by mail.
func talk(t *testing.T, h *house, speakers ...service.SpeakerEdit) fair.Webconference {
	t.Helper()
	start, end := h.clock.Now().Add(time.Hour), h.clock.Now().Add(2*time.Hour)
	w, err := h.CreateWebconference(t.Context(), h.boss, h.fair.Slug, service.WebconferenceEdit{
		Title: &fair.Text{FR: "Les métiers du soin"}, StartsAt: &start, EndsAt: &end, Speakers: &speakers,
	})
	h.must(err)
	return w
}

func TestATalkIsScheduledOpenedWatchedAndEnded(t *testing.T) {
	h := newHouse(t)
	w := talk(t, h, service.SpeakerEdit{Email: "speaker@example.org", Name: "Inès M.", Title: "infirmière"})
	if w.Slug != "les-metiers-du-soin" || w.Speakers[0].Account == "" {
		t.Fatalf("scheduled: %+v", w)
	}
	speaker, viewer := h.person("speaker@example.org"), h.demo(fair.Candidate, 1)
	if speaker.Account != w.Speakers[0].Account || speaker.Name != "Inès M." {
		t.Errorf("the speaker signs in as %+v", speaker)
	}
	role := func(a fair.Actor) fair.RoomRole {
		t.Helper()
		join, err := h.JoinWebconference(t.Context(), a, w.ID, "")
		h.must(err)
		return join.Entry.Role
	}
	if role(h.boss) != fair.RoleHost || role(speaker) != fair.RoleSpeaker {
		t.Error("host and speaker are not let into the green room")
	}
	_, err := h.JoinWebconference(t.Context(), viewer, w.ID, "")
	refused(t, err, fair.Conflict, "webconference.early")
	_, err = h.OpenWebconference(t.Context(), viewer, w.ID)
	refused(t, err, fair.Forbidden, "not.stage")
	opened, err := h.OpenWebconference(t.Context(), speaker, w.ID)
	h.must(err)
	if opened.State != fair.WebconferenceOpen || role(viewer) != fair.RoleViewer || role(fair.Actor{}) != fair.RoleViewer {
		t.Error("the audience is not let in")
	}
	bySlug, err := h.Webconference(t.Context(), viewer, h.fair.Slug+"/"+w.Slug)
	h.must(err)
	if bySlug.ID != w.ID || bySlug.Encoders != nil {
		t.Errorf("by slug: %+v", bySlug)
	}
	_, err = h.EndWebconference(t.Context(), h.boss, w.ID)
	h.must(err)
	if _, err := h.EndWebconference(t.Context(), h.boss, w.ID); err != nil {
		t.Errorf("ending again: %v", err)
	}
	if !h.world.heard("closed " + fair.RoomID(fair.WebconferenceRoom, w.ID)) {
		t.Error("the room was not closed")
	}
	_, err = h.JoinWebconference(t.Context(), viewer, w.ID, "")
	refused(t, err, fair.Gone, "webconference.ended")
	_, err = h.OpenWebconference(t.Context(), h.boss, w.ID)
	refused(t, err, fair.Gone, "webconference.ended")
}

func TestKickDemoteAndEditTellTheRoomAfterTheStore(t *testing.T) {
	h := newHouse(t)
	w := talk(t, h, service.SpeakerEdit{Email: "ines@example.org", Name: "Inès M."}, service.SpeakerEdit{Email: "paul@example.org", Name: "Paul T."})
	ines, paul, viewer := h.person("ines@example.org"), h.person("paul@example.org"), h.demo(fair.Candidate, 1)
	_, err := h.OpenWebconference(t.Context(), h.boss, w.ID)
	h.must(err)
	room := fair.RoomID(fair.WebconferenceRoom, w.ID)
	expect := func(who fair.Actor, role fair.RoomRole, generation int64) {
		t.Helper()
		m, err := h.Member(t.Context(), room, who.Account)
		h.must(err)
		if m.Role != role || m.Generation != generation {
			t.Errorf("%s is %q in generation %d, want %q in %d", who.Name, m.Role, m.Generation, role, generation)
		}
		if generation > 0 && !h.world.heard(fmt.Sprintf("member %s %q %d", who.Account, role, generation)) {
			t.Errorf("the room did not hear that %s is %q", who.Name, role)
		}
	}
	expect(viewer, fair.RoleViewer, 0)
	h.must(h.Kick(t.Context(), h.boss, w.ID, viewer.Account))
	expect(viewer, fair.RoleNone, 1)
	h.must(h.Kick(t.Context(), h.boss, w.ID, viewer.Account))
	expect(viewer, fair.RoleNone, 1)
	_, err = h.JoinWebconference(t.Context(), viewer, w.ID, "")
	refused(t, err, fair.Forbidden, "room.kicked")

	h.must(h.Demote(t.Context(), h.boss, w.ID, ines.Account))
	expect(ines, fair.RoleViewer, 1)
	_, err = h.EndWebconference(t.Context(), ines, w.ID)
	refused(t, err, fair.Forbidden, "not.stage")

	now, err := h.Webconference(t.Context(), h.boss, string(w.ID))
	h.must(err)
	_, err = h.EditWebconference(t.Context(), h.boss, w.ID, service.WebconferenceEdit{Rev: now.Rev, Speakers: &[]service.SpeakerEdit{{Name: "Inès M."}}})
	h.must(err)
	expect(paul, fair.RoleViewer, 1)
	now, err = h.EditWebconference(t.Context(), h.boss, w.ID, service.WebconferenceEdit{Rev: now.Rev + 1, Speakers: &[]service.SpeakerEdit{{Name: "Inès M."}, {Email: "paul@example.org", Name: "Paul T."}}})
	h.must(err)
	expect(paul, fair.RoleSpeaker, 2)
	expect(ines, fair.RoleViewer, 1)
	_, err = h.EditWebconference(t.Context(), h.boss, w.ID, service.WebconferenceEdit{Rev: now.Rev - 1, Title: &fair.Text{FR: "x"}})
	refused(t, err, fair.Conflict, "edit.stale")

	for _, who := range []fair.Actor{viewer, paul, h.demo(fair.Recruiter, 1)} {
		refused(t, h.Kick(t.Context(), who, w.ID, ines.Account), fair.Forbidden, "not.organiser")
	}
	refused(t, h.Kick(t.Context(), h.boss, w.ID, h.boss.Account), fair.Forbidden, "room.host")
	if _, err := h.Member(t.Context(), "webconference."+string(fair.NewID()), ines.Account); fair.KindOf(err) != fair.NotFound {
		t.Errorf("an unknown room answers %v", err)
	}
}

func TestAnOrganiserSavesATalkAgainAndNoSpeakerIsLost(t *testing.T) {
	h := newHouse(t)
	w := talk(t, h, service.SpeakerEdit{Email: "speaker@example.org", Name: "Inès M."}, service.SpeakerEdit{Name: "Paul, sans compte"})
	speaker := h.person("speaker@example.org")
	emails, err := h.SpeakerEmails(t.Context(), h.boss, w)
	h.must(err)
	if len(emails) != 1 || emails[speaker.Account] != "speaker@example.org" {
		t.Fatalf("the organiser reads %v", emails)
	}
	again := []service.SpeakerEdit{{Email: emails[speaker.Account], Name: "Inès Martin"}, {Name: "Paul, sans compte"}}
	w, err = h.EditWebconference(t.Context(), h.boss, w.ID, service.WebconferenceEdit{Speakers: &again, Rev: w.Rev})
	h.must(err)
	if !w.Speaks(speaker.Account) || w.Speakers[0].Name != "Inès Martin" || w.Speakers[1].Account != "" {
		t.Errorf("saved again, on stage are %+v", w.Speakers)
	}
	other := h.person("another@example.org")
	other.Roles = []fair.Role{{Kind: fair.Organiser, Fair: fair.NewID()}}
	for name, a := range map[string]fair.Actor{
		"the organiser of another fair": other, "the speaker": speaker, "a candidate": h.demo(fair.Candidate, 1), "a recruiter": h.demo(fair.Recruiter, 1),
	} {
		t.Run(name+" reads no address", func(t *testing.T) {
			_, err := h.SpeakerEmails(t.Context(), a, w)
			refused(t, err, fair.Forbidden, "not.organiser")
		})
	}
	_, err = h.SpeakerEmails(t.Context(), fair.Actor{}, w)
	refused(t, err, fair.Unauthenticated, "sign.in")
}

func TestATalkIsCheckedBeforeItIsScheduled(t *testing.T) {
	h := newHouse(t)
	start, end := h.clock.Now().Add(time.Hour), h.clock.Now().Add(2*time.Hour)
	title := &fair.Text{FR: "Titre"}
	for _, c := range []struct {
		name, field, code string
		e                 service.WebconferenceEdit
	}{
		{"no title", "title.fr", "text.missing", service.WebconferenceEdit{StartsAt: &start, EndsAt: &end}},
		{"no time", "starts_at", "time.missing", service.WebconferenceEdit{Title: title}},
		{"an end before the start", "ends_at", "time.order", service.WebconferenceEdit{Title: title, StartsAt: &end, EndsAt: &start}},
		{"a title too long", "title.fr", "text.long", service.WebconferenceEdit{Title: &fair.Text{FR: strings.Repeat("x", 161)}, StartsAt: &start, EndsAt: &end}},
		{"seven speakers", "speakers", "speakers.many", service.WebconferenceEdit{Title: title, StartsAt: &start, EndsAt: &end, Speakers: &[]service.SpeakerEdit{{}, {}, {}, {}, {}, {}, {}}}},
		{"a speaker without a name", "speakers[0].name", "text.missing", service.WebconferenceEdit{Title: title, StartsAt: &start, EndsAt: &end, Speakers: &[]service.SpeakerEdit{{Email: "a@example.org"}}}},
		{"a speaker with half an address", "speakers[0].email", "email.invalid", service.WebconferenceEdit{Title: title, StartsAt: &start, EndsAt: &end, Speakers: &[]service.SpeakerEdit{{Email: "a@", Name: "A"}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := h.CreateWebconference(t.Context(), h.boss, h.fair.Slug, c.e)
			refused(t, err, fair.Invalid, c.code)
			if !strings.HasPrefix(err.Error(), c.code+" ("+c.field+")") {
				t.Errorf("the field is not named: %v", err)
			}
		})
	}
	_, err := h.CreateWebconference(t.Context(), h.demo(fair.Recruiter, 1), h.fair.Slug, service.WebconferenceEdit{Title: title})
	refused(t, err, fair.Forbidden, "not.organiser")
	if first, second := talk(t, h), talk(t, h); first.Slug == second.Slug {
		t.Error("two talks of one title have one address")
	}
}

func TestEncoderTokensGiveWhatTheySayAndNoLonger(t *testing.T) {
	h := newHouse(t)
	w := talk(t, h)
	room := fair.RoomID(fair.WebconferenceRoom, w.ID)
	ask := func(bearer string) (string, bool, bool, error) { return h.Encoder(t.Context(), bearer, string(w.ID)) }
	publisher, p, err := h.IssueEncoderToken(t.Context(), h.boss, w.ID, fair.EncoderPublisher)
	h.must(err)
	viewer, v, err := h.IssueEncoderToken(t.Context(), h.boss, w.ID, fair.EncoderViewer)
	h.must(err)
	if in, publish, view, err := ask(publisher); err != nil || in != room || !publish || !view {
		t.Errorf("a publisher gets %s %v %v %v", in, publish, view, err)
	}
	if _, publish, view, err := ask(viewer); err != nil || publish || !view {
		t.Errorf("a viewer gets %v %v %v", publish, view, err)
	}
	_, _, _, err = ask("guess")
	refused(t, err, fair.Unauthenticated, "encoder.token")
	_, _, _, err = h.Encoder(t.Context(), publisher, string(fair.NewID()))
	refused(t, err, fair.NotFound, "webconference.unknown")
	_, _, err = h.IssueEncoderToken(t.Context(), h.demo(fair.Candidate, 1), w.ID, fair.EncoderViewer)
	refused(t, err, fair.Forbidden, "not.stage")
	_, _, err = h.IssueEncoderToken(t.Context(), h.boss, w.ID, "director")
	refused(t, err, fair.Invalid, "encoder.role")

	listed, err := h.Webconference(t.Context(), h.boss, string(w.ID))
	h.must(err)
	if len(listed.Encoders) != 2 || strings.Contains(fmt.Sprint(listed.Encoders), publisher) {
		t.Errorf("listed: %+v", listed.Encoders)
	}
	h.must(h.RevokeEncoderToken(t.Context(), h.boss, w.ID, v.ID))
	h.must(h.RevokeEncoderToken(t.Context(), h.boss, w.ID, v.ID))
	_, _, _, err = ask(viewer)
	refused(t, err, fair.Gone, "encoder.expired")
	refused(t, h.RevokeEncoderToken(t.Context(), h.boss, w.ID, fair.NewID()), fair.NotFound, "encoder.unknown")

	h.clock.Pass(p.ExpiresAt.Sub(h.clock.Now()) - time.Millisecond)
	_, _, _, err = ask(publisher)
	h.must(err)
	h.clock.Pass(time.Millisecond)
	_, _, _, err = ask(publisher)
	refused(t, err, fair.Gone, "encoder.expired")
}

func TestWhoIsPutOffTheStageKeepsNoWayBackToIt(t *testing.T) {
	for name, put := range map[string]func(h *house, w fair.Webconference, who fair.ID) error{
		"kicked": func(h *house, w fair.Webconference, who fair.ID) error {
			return h.Kick(t.Context(), h.boss, w.ID, who)
		},
		"demoted": func(h *house, w fair.Webconference, who fair.ID) error {
			return h.Demote(t.Context(), h.boss, w.ID, who)
		},
		"no longer named": func(h *house, w fair.Webconference, _ fair.ID) error {
			_, err := h.EditWebconference(t.Context(), h.boss, w.ID, service.WebconferenceEdit{Rev: w.Rev, Speakers: &[]service.SpeakerEdit{}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			w := talk(t, h, service.SpeakerEdit{Email: "ines@example.org", Name: "Inès M."})
			ines := h.person("ines@example.org")
			hers, _, err := h.IssueEncoderToken(t.Context(), ines, w.ID, fair.EncoderPublisher)
			h.must(err)
			ours, _, err := h.IssueEncoderToken(t.Context(), h.boss, w.ID, fair.EncoderPublisher)
			h.must(err)
			w, err = h.Webconference(t.Context(), h.boss, string(w.ID))
			h.must(err)
			h.must(put(h, w, ines.Account))

			_, _, _, err = h.Encoder(t.Context(), hers, string(w.ID))
			refused(t, err, fair.Gone, "encoder.expired")
			_, _, err = h.IssueEncoderToken(t.Context(), ines, w.ID, fair.EncoderPublisher)
			refused(t, err, fair.Forbidden, "not.stage")
			_, err = h.EndWebconference(t.Context(), ines, w.ID)
			refused(t, err, fair.Forbidden, "not.stage")
			now, err := h.Webconference(t.Context(), h.boss, string(w.ID))
			h.must(err)
			if role := h.StageRole(ines, now); role != fair.RoleNone {
				t.Errorf("still %q on stage", role)
			}
			_, _, _, err = h.Encoder(t.Context(), ours, string(w.ID))
			h.must(err)
		})
	}
}

func TestTheTokensOfATalkFollowItsHours(t *testing.T) {
	h := newHouse(t)
	w := talk(t, h)
	token, _, err := h.IssueEncoderToken(t.Context(), h.boss, w.ID, fair.EncoderPublisher)
	h.must(err)
	w, err = h.Webconference(t.Context(), h.boss, string(w.ID))
	h.must(err)
	later := w.EndsAt.Add(time.Hour)
	w, err = h.EditWebconference(t.Context(), h.boss, w.ID, service.WebconferenceEdit{Rev: w.Rev, EndsAt: &later})
	h.must(err)
	h.clock.Pass(later.Sub(h.clock.Now()))
	if _, _, _, err := h.Encoder(t.Context(), token, string(w.ID)); err != nil {
		t.Errorf("the talk goes on and its encoder is refused: %v", err)
	}
	h.clock.Pass(fair.EncoderGrace)
	_, _, _, err = h.Encoder(t.Context(), token, string(w.ID))
	refused(t, err, fair.Gone, "encoder.expired")
}

func TestDemoPeopleMayMeasureAndSpeakWhereItIsAlwaysOpen(t *testing.T) {
	h := newHouse(t)
	start, end := h.fair.StartsAt, h.fair.EndsAt
	always, err := h.CreateTalk(t.Context(), h.boss, h.fair.Slug,
		service.WebconferenceEdit{Title: &fair.Text{FR: "Démo"}, StartsAt: &start, EndsAt: &end}, service.TalkOptions{Slug: "demo-live", Always: true})
	h.must(err)
	speaker, candidate := h.demo(fair.Speaker, 1), h.demo(fair.Candidate, 1)
	for _, c := range []struct {
		who  fair.Actor
		role fair.RoomRole
	}{{speaker, fair.RoleSpeaker}, {candidate, fair.RoleViewer}, {fair.Actor{}, fair.RoleViewer}} {
		join, err := h.JoinWebconference(t.Context(), c.who, always.ID, "")
		if err != nil || join.Entry.Role != c.role {
			t.Errorf("joined as %q (%v), want %q", join.Entry.Role, err, c.role)
		}
	}
	_, token, err := h.IssueEncoderToken(t.Context(), speaker, always.ID, fair.EncoderPublisher)
	h.must(err)
	if !token.ExpiresAt.Equal(h.clock.Now().Add(fair.EncoderAlways)) {
		t.Errorf("the token lasts until %s", token.ExpiresAt)
	}
	_, err = h.EndWebconference(t.Context(), speaker, always.ID)
	refused(t, err, fair.Conflict, "webconference.always")

	in, err := h.DemoSession(t.Context(), fair.Candidate, 1)
	h.must(err)
	room, publish, view, err := h.Encoder(t.Context(), in.Token, "bench-7")
	if err != nil || !publish || !view {
		t.Fatalf("bench: %v %v %v", publish, view, err)
	}
	if _, _, ok := fair.ParseRoomID(room); !ok {
		t.Errorf("the room of a bench stream is called %q", room)
	}
	_, _, _, err = h.Encoder(t.Context(), h.signIn("nadia@example.org").Token, "bench-7")
	refused(t, err, fair.Forbidden, "not.stage")
	_, _, _, err = h.Encoder(t.Context(), "nobody", "bench-7")
	refused(t, err, fair.Unauthenticated, "login.ended")
	serious := newHouseOn(h, func(c *service.Config) { c.Demo = false })
	_, _, _, err = serious.Encoder(t.Context(), in.Token, "bench-7")
	refused(t, err, fair.NotFound, "webconference.unknown")
}
