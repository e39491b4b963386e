package service

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"salon/fair"
)

// Webconferences lists the programme of a fair by time.
func (s *Service) Webconferences(ctx context.Context, a fair.Actor, fairRef string) ([]fair.Webconference, error) {
	f, err := s.Fair(ctx, a, fairRef)
	if err != nil {
		return nil, err
	}
	list, err := s.Stores.Webconferences.List(ctx, f.ID)
	for i := range list {
		list[i] = talkForEyes(list[i], a)
	}
	return list, err
}

// Webconference finds one by id, or by slug within a fair given as
// "slug-of-fair/slug". Errors: NotFound.
func (s *Service) Webconference(ctx context.Context, a fair.Actor, ref string) (fair.Webconference, error) {
	if fairRef, slug, ok := strings.Cut(ref, "/"); ok {
		f, err := s.Fair(ctx, a, fairRef)
		if err != nil {
			return fair.Webconference{}, err
		}
		w, err := s.Stores.Webconferences.BySlug(ctx, f.ID, slug)
		return talkForEyes(w, a), err
	}
	if !fair.ID(ref).Valid() {
		return fair.Webconference{}, fair.E(fair.NotFound, "webconference.unknown")
	}
	w, err := s.Stores.Webconferences.Get(ctx, fair.ID(ref))
	return talkForEyes(w, a), err
}

// talkForEyes is the talk as that actor may read it: the house's own lists are
// for organisers and speakers; others find themselves in them at most.
func talkForEyes(w fair.Webconference, a fair.Actor) fair.Webconference {
	w.Effects = nil
	if !a.Organises(w.Fair) && !w.Speaks(a.Account) {
		only := func(id fair.ID) bool { return id != a.Account }
		w.Encoders = nil
		w.Kicked = slices.DeleteFunc(slices.Clone(w.Kicked), only)
		w.Demoted = slices.DeleteFunc(slices.Clone(w.Demoted), only)
	}
	return w
}

// StageRole is the actor's part in a talk beyond watching: host, speaker or
// none.
func (s *Service) StageRole(a fair.Actor, w fair.Webconference) fair.RoomRole {
	switch {
	case a.Organises(w.Fair):
		return fair.RoleHost
	case s.speaks(w, a):
		return fair.RoleSpeaker
	}
	return fair.RoleNone
}

// WebconferenceEdit changes what is not nil. Speakers are named by account
// (mail address) or by name alone; one without an address keeps the account of
// the speaker who had that name before.
type WebconferenceEdit struct {
	Title, Abstract, Accessibility *fair.Text
	Language                       *fair.Lang
	StartsAt, EndsAt               *time.Time
	Speakers                       *[]SpeakerEdit
	Rev                            int64
}

// SpeakerEdit names a speaker. Name is required, with an address too: an
// address alone would tell the organiser whose it is.
type SpeakerEdit struct{ Email, Name, Title string }

// TalkOptions is what only the house sets when it makes a talk.
type TalkOptions struct {
	Slug   string  // empty: from the title
	Stand  fair.ID // the stand that gives it, if any
	Always bool    // open whatever the hour
}

// CreateWebconference schedules a talk. Only the fair's organisers.
func (s *Service) CreateWebconference(ctx context.Context, a fair.Actor, fairRef string, e WebconferenceEdit) (fair.Webconference, error) {
	return s.CreateTalk(ctx, a, fairRef, e, TalkOptions{})
}

// CreateTalk is CreateWebconference with what no form asks; the demo calls it.
func (s *Service) CreateTalk(ctx context.Context, a fair.Actor, fairRef string, e WebconferenceEdit, o TalkOptions) (fair.Webconference, error) {
	f, err := s.Fair(ctx, a, fairRef)
	if err != nil {
		return fair.Webconference{}, err
	}
	if err := mayOrganise(a, f.ID); err != nil {
		return fair.Webconference{}, err
	}
	now := s.now()
	w := fair.Webconference{
		ID: fair.NewID(), Fair: f.ID, Stand: o.Stand, Language: fair.French, State: fair.WebconferenceScheduled,
		Always: o.Always, Speakers: []fair.TalkSpeaker{},
		Meta: meta(now, time.Time{}, owe(fair.EffectNotify, "", now), oweAudit("webconference.created", a.Account, "", now)),
	}
	if err := s.applyTalk(ctx, &w, e); err != nil {
		return fair.Webconference{}, err
	}
	if w.StartsAt.IsZero() || w.EndsAt.IsZero() {
		return fair.Webconference{}, fair.Refuse("starts_at", "time.missing")
	}
	w.Slug = o.Slug
	if w.Slug == "" {
		w.Slug = fair.Slug(w.Title.FR, 60)
	}
	if w.Slug == "" {
		return fair.Webconference{}, fair.Refuse("title.fr", "text.missing")
	}
	err = s.Stores.Webconferences.Insert(ctx, w)
	if fair.KindOf(err) == fair.Conflict && o.Slug == "" { // two talks of one title
		w.Slug = fair.Slug(w.Title.FR, 50) + "-" + string(w.ID[:6])
		err = s.Stores.Webconferences.Insert(ctx, w)
	}
	if err != nil {
		return fair.Webconference{}, fmt.Errorf("make a webconference of fair %s: %w", f.ID, err)
	}
	s.wake()
	return talkForEyes(w, a), nil
}

// EditWebconference changes it. A speaker taken off the list loses the stage
// at once; one put back on it has it again. Only the fair's organisers.
func (s *Service) EditWebconference(ctx context.Context, a fair.Actor, id fair.ID, e WebconferenceEdit) (fair.Webconference, error) {
	w, err := s.Stores.Webconferences.Get(ctx, id)
	if err != nil {
		return fair.Webconference{}, err
	}
	if err := mayOrganise(a, w.Fair); err != nil {
		return fair.Webconference{}, err
	}
	if w.State == fair.WebconferenceEnded {
		return fair.Webconference{}, fair.E(fair.Gone, "webconference.ended")
	}
	before := w
	if err := s.applyTalk(ctx, &w, e); err != nil {
		return fair.Webconference{}, err
	}
	now := s.now()
	effects := []fair.Effect{owe(fair.EffectNotify, "", now), oweAudit("webconference.edited", a.Account, "", now)}
	moved := changedStage(before, &w)
	for _, account := range moved {
		effects = append(effects, owe(fair.EffectMember, account, now))
	}
	followHours(before, &w)
	w.Rev = e.Rev
	if w, err = s.Stores.Webconferences.Save(ctx, w, effects...); err != nil {
		return fair.Webconference{}, fmt.Errorf("edit webconference %s: %w", id, err)
	}
	s.announceAll(ctx, w, moved...)
	return talkForEyes(w, a), nil
}

// changedStage raises the generation of everybody whose right to the stage an
// edit has changed, and lists them. Who is named anew is no longer demoted.
func changedStage(before fair.Webconference, w *fair.Webconference) []fair.ID {
	named := func(list []fair.TalkSpeaker, id fair.ID) bool {
		return slices.ContainsFunc(list, func(sp fair.TalkSpeaker) bool { return sp.Account == id })
	}
	for _, sp := range w.Speakers {
		if !named(before.Speakers, sp.Account) {
			w.Demoted = slices.DeleteFunc(slices.Clone(w.Demoted), func(id fair.ID) bool { return id == sp.Account })
		}
	}
	var moved []fair.ID
	for _, sp := range append(slices.Clone(before.Speakers), w.Speakers...) {
		if before.Speaks(sp.Account) != w.Speaks(sp.Account) && !slices.Contains(moved, sp.Account) {
			moved = append(moved, sp.Account)
		}
	}
	if len(moved) == 0 {
		return nil
	}
	if w.Generations = maps.Clone(w.Generations); w.Generations == nil {
		w.Generations = fair.Generations{}
	}
	for _, account := range moved {
		w.Generations[account]++
	}
	return moved
}

// followHours moves the end of the encoders' rights with the end of the talk.
func followHours(before fair.Webconference, w *fair.Webconference) {
	if w.Always || w.EndsAt.Equal(before.EndsAt) {
		return
	}
	w.Encoders = slices.Clone(w.Encoders)
	for i := range w.Encoders {
		w.Encoders[i].ExpiresAt = w.EndsAt.Add(fair.EncoderGrace)
	}
}

// applyTalk checks an edit and writes it into the talk.
func (s *Service) applyTalk(ctx context.Context, w *fair.Webconference, e WebconferenceEdit) error {
	for _, t := range []struct {
		field    string
		from, to *fair.Text
		limit    int
		required bool
	}{
		{"title", e.Title, &w.Title, 160, true},
		{"abstract", e.Abstract, &w.Abstract, 3000, false},
		{"accessibility", e.Accessibility, &w.Accessibility, 400, false},
	} {
		if t.from != nil {
			*t.to = fair.Text{FR: fair.Clean(t.from.FR), EN: fair.Clean(t.from.EN)}
		}
		if err := fair.CheckText(t.field, *t.to, t.limit, t.required); err != nil {
			return err
		}
	}
	if e.Language != nil {
		if *e.Language != fair.French && *e.Language != fair.English {
			return fair.Refuse("language", "locale.unknown")
		}
		w.Language = *e.Language
	}
	if e.StartsAt != nil {
		w.StartsAt = cut(*e.StartsAt)
	}
	if e.EndsAt != nil {
		w.EndsAt = cut(*e.EndsAt)
	}
	if length := w.EndsAt.Sub(w.StartsAt); !w.EndsAt.IsZero() && length <= 0 {
		return fair.Refuse("ends_at", "time.order")
	} else if length > 24*time.Hour && !w.Always {
		return fair.Refuse("ends_at", "webconference.long")
	}
	if e.Speakers == nil {
		return nil
	}
	speakers, err := s.speakers(ctx, w.Speakers, *e.Speakers, w.Language)
	if err == nil {
		w.Speakers = speakers
	}
	return err
}

// speakers reads the list of an edit. An address gets an account if it has
// none; nobody is told which it was.
func (s *Service) speakers(ctx context.Context, before []fair.TalkSpeaker, edits []SpeakerEdit, lang fair.Lang) ([]fair.TalkSpeaker, error) {
	if len(edits) > fair.MaxSpeakers {
		return nil, fair.Refuse("speakers", "speakers.many")
	}
	list := make([]fair.TalkSpeaker, 0, len(edits))
	for i, e := range edits {
		field := fmt.Sprintf("speakers[%d]", i)
		sp := fair.TalkSpeaker{Name: fair.CleanLine(e.Name), Title: fair.CleanLine(e.Title)}
		switch {
		case sp.Name == "":
			return nil, fair.Refuse(field+".name", "text.missing")
		case fair.TooLong(sp.Name, 80):
			return nil, fair.Refuse(field+".name", "text.long")
		case fair.TooLong(sp.Title, 120):
			return nil, fair.Refuse(field+".title", "text.long")
		}
		if e.Email != "" {
			email, err := parseEmail(e.Email)
			if err != nil {
				return nil, fair.Refuse(field+".email", "email.invalid")
			}
			account, err := s.accountFor(ctx, email, sp.Name, lang)
			if err != nil {
				return nil, fmt.Errorf("find the account of a speaker: %w", err)
			}
			sp.Account = account.ID
		} else if j := slices.IndexFunc(before, func(b fair.TalkSpeaker) bool { return b.Name == sp.Name }); j >= 0 {
			sp.Account = before[j].Account
		}
		if sp.Account != "" && slices.ContainsFunc(list, func(o fair.TalkSpeaker) bool { return o.Account == sp.Account }) {
			return nil, fair.Refuse(field, "speakers.twice")
		}
		list = append(list, sp)
	}
	return list, nil
}

// SpeakerEmails are the addresses of the talk's speakers by account: an organiser
// typed them and types them again with every edit. Only the fair's organisers.
func (s *Service) SpeakerEmails(ctx context.Context, a fair.Actor, w fair.Webconference) (map[fair.ID]string, error) {
	if err := mayOrganise(a, w.Fair); err != nil {
		return nil, err
	}
	emails := map[fair.ID]string{}
	for _, sp := range w.Speakers {
		if sp.Account == "" {
			continue
		}
		account, err := s.Stores.Accounts.Get(ctx, sp.Account)
		if notFound(err) {
			continue // their account has been deleted since
		}
		if err != nil {
			return nil, fmt.Errorf("read the account of a speaker: %w", err)
		}
		emails[sp.Account] = account.Email
	}
	return emails, nil
}

// staged finds a talk for those on its stage: organisers and speakers.
func (s *Service) staged(ctx context.Context, a fair.Actor, id fair.ID) (fair.Webconference, error) {
	if err := signedIn(a); err != nil {
		return fair.Webconference{}, err
	}
	w, err := s.Stores.Webconferences.Get(ctx, id)
	if err == nil && !a.Organises(w.Fair) && !s.speaks(w, a) {
		return fair.Webconference{}, fair.E(fair.Forbidden, "not.stage")
	}
	return w, err
}

// speaks reports whether the actor may be on stage: named there, or, in a
// demo, one of its speakers at a talk that is always open.
func (s *Service) speaks(w fair.Webconference, a fair.Actor) bool {
	if w.Speaks(a.Account) {
		return true
	}
	guest := slices.Contains(a.Roles, fair.Role{Kind: fair.Speaker, Fair: w.Fair})
	return s.Demo && w.Always && guest && !w.Off(a.Account)
}

// OpenWebconference puts it on air. Organisers and its speakers.
func (s *Service) OpenWebconference(ctx context.Context, a fair.Actor, id fair.ID) (fair.Webconference, error) {
	if _, err := s.staged(ctx, a, id); err != nil {
		return fair.Webconference{}, err
	}
	return s.setTalkState(ctx, a, id, fair.WebconferenceOpen, []fair.WebconferenceState{fair.WebconferenceScheduled})
}

// EndWebconference ends it and closes its room. Organisers and its speakers,
// but not a talk that is always open.
func (s *Service) EndWebconference(ctx context.Context, a fair.Actor, id fair.ID) (fair.Webconference, error) {
	w, err := s.staged(ctx, a, id)
	if err != nil {
		return fair.Webconference{}, err
	}
	if w.Always {
		return fair.Webconference{}, fair.E(fair.Conflict, "webconference.always")
	}
	return s.setTalkState(ctx, a, id, fair.WebconferenceEnded,
		[]fair.WebconferenceState{fair.WebconferenceScheduled, fair.WebconferenceOpen})
}

func (s *Service) setTalkState(ctx context.Context, a fair.Actor, id fair.ID, to fair.WebconferenceState, from []fair.WebconferenceState) (fair.Webconference, error) {
	now := s.now()
	effects := []fair.Effect{owe(fair.EffectNotify, "", now), oweAudit("webconference."+string(to), a.Account, "", now)}
	if to == fair.WebconferenceEnded {
		effects = append(effects, owe(fair.EffectRoomClosed, "", now))
	}
	w, changed, err := s.Stores.Webconferences.SetState(ctx, id, to, from, effects...)
	if err != nil {
		return w, fmt.Errorf("make webconference %s %s: %w", id, to, err)
	}
	if !changed {
		if w, err = s.Stores.Webconferences.Get(ctx, id); err != nil || w.State != to {
			return fair.Webconference{}, fair.E(fair.Gone, "webconference.ended")
		}
		return talkForEyes(w, a), nil
	}
	if to == fair.WebconferenceEnded {
		s.closeRoom(ctx, fair.RoomID(fair.WebconferenceRoom, id))
	}
	s.wake()
	return talkForEyes(w, a), nil
}

// talkMember is what an actor may do in the room of a talk. Errors: Gone.
func (s *Service) talkMember(w fair.Webconference, a fair.Actor) (fair.Member, error) {
	if w.State == fair.WebconferenceEnded {
		return fair.Member{}, fair.E(fair.Gone, "webconference.ended")
	}
	m := fair.Member{Generation: w.GenerationOf(a.Account), Name: a.Name}
	switch {
	case a.SignedIn() && slices.Contains(w.Kicked, a.Account):
	case a.Organises(w.Fair):
		m.Role = fair.RoleHost
	case s.speaks(w, a):
		m.Role = fair.RoleSpeaker
	case w.OnAir():
		m.Role = fair.RoleViewer
	}
	return m, nil
}

// JoinWebconference lets the actor in: organisers as host, named speakers as
// speaker (also before it opens: the green room), everybody else, visitors
// without an account included, as viewer once it is open. Errors: Conflict
// "webconference.early", Gone "webconference.ended", Forbidden "room.kicked".
func (s *Service) JoinWebconference(ctx context.Context, a fair.Actor, id fair.ID, peer fair.ID) (Join, error) {
	w, err := s.Stores.Webconferences.Get(ctx, id)
	if err != nil {
		return Join{}, err
	}
	m, err := s.talkMember(w, a)
	if err != nil {
		return Join{}, err
	}
	if m.Role == fair.RoleNone {
		if slices.Contains(w.Kicked, a.Account) {
			return Join{}, fair.E(fair.Forbidden, "room.kicked")
		}
		return Join{}, fair.E(fair.Conflict, "webconference.early")
	}
	return s.join(ctx, a, fair.WebconferenceRoom, id, peer, m)
}

// Kick puts somebody out of a talk for good (viewer, speaker). Only the fair's
// organisers, and none of them. Doing it again tells the room again.
func (s *Service) Kick(ctx context.Context, a fair.Actor, webconference, account fair.ID) error {
	return s.exclude(ctx, a, webconference, account, "kicked")
}

// Demote takes a speaker off the stage, to the audience.
func (s *Service) Demote(ctx context.Context, a fair.Actor, webconference, account fair.ID) error {
	return s.exclude(ctx, a, webconference, account, "demoted")
}

func (s *Service) exclude(ctx context.Context, a fair.Actor, id, account fair.ID, list string) error {
	w, err := s.Stores.Webconferences.Get(ctx, id)
	if err != nil {
		return err
	}
	if err := mayOrganise(a, w.Fair); err != nil {
		return err
	}
	if !account.Valid() {
		return fair.Refuse("account", "account.unknown")
	}
	who, err := s.Stores.Accounts.Get(ctx, account)
	if err != nil {
		return err
	}
	if (fair.Actor{Roles: who.Roles}).Organises(w.Fair) {
		return fair.E(fair.Forbidden, "room.host")
	}
	now := s.now()
	w, changed, err := s.Stores.Webconferences.Exclude(ctx, id, account, list,
		owe(fair.EffectMember, account, now), oweAudit("webconference."+list, a.Account, account, now))
	if err != nil {
		return fmt.Errorf("exclude somebody from webconference %s: %w", id, err)
	}
	if !changed {
		if w, err = s.Stores.Webconferences.Get(ctx, id); err != nil {
			return err
		}
	}
	s.announceAll(ctx, w, account)
	return nil
}

// announceAll tells the room at once whose rights have changed. What fails is
// owed by the document and told again by the dispatcher.
func (s *Service) announceAll(ctx context.Context, w fair.Webconference, accounts ...fair.ID) {
	for _, account := range accounts {
		if err := s.announce(ctx, w, account); err != nil {
			s.Log.WarnContext(ctx, "a room was not told at once of a changed right", "webconference", w.ID, "err", err)
		}
	}
	s.wake()
}

// announce tells the room what an account may do there now.
func (s *Service) announce(ctx context.Context, w fair.Webconference, account fair.ID) error {
	room := fair.RoomID(fair.WebconferenceRoom, w.ID)
	m, err := s.Member(ctx, room, account)
	if fair.KindOf(err) == fair.Gone {
		return s.Notifier.RoomClosed(ctx, room)
	}
	if err != nil {
		return err
	}
	return s.Notifier.MemberChanged(ctx, room, account, m.Generation, m.Role)
}
