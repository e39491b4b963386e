package web

import (
	"context"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// webconferences is what this package asks of service about talks.
type webconferences interface {
	Webconferences(ctx context.Context, a fair.Actor, fairRef string) ([]fair.Webconference, error)
	Webconference(ctx context.Context, a fair.Actor, ref string) (fair.Webconference, error)
	StageRole(a fair.Actor, w fair.Webconference) fair.RoomRole
	CreateWebconference(ctx context.Context, a fair.Actor, fairRef string, e service.WebconferenceEdit) (fair.Webconference, error)
	EditWebconference(ctx context.Context, a fair.Actor, id fair.ID, e service.WebconferenceEdit) (fair.Webconference, error)
	SpeakerEmails(ctx context.Context, a fair.Actor, w fair.Webconference) (map[fair.ID]string, error)
	OpenWebconference(ctx context.Context, a fair.Actor, id fair.ID) (fair.Webconference, error)
	EndWebconference(ctx context.Context, a fair.Actor, id fair.ID) (fair.Webconference, error)
	JoinWebconference(ctx context.Context, a fair.Actor, id fair.ID, peer fair.ID) (service.Join, error)
	Kick(ctx context.Context, a fair.Actor, webconference, account fair.ID) error
	Demote(ctx context.Context, a fair.Actor, webconference, account fair.ID) error
	IssueEncoderToken(ctx context.Context, a fair.Actor, webconference fair.ID, role string) (token string, t fair.EncoderToken, err error)
	RevokeEncoderToken(ctx context.Context, a fair.Actor, webconference, token fair.ID) error
}

// WebconferenceView is a talk as anybody may see it, in the caller's language.
type WebconferenceView struct {
	ID            fair.ID                 `json:"id"`
	Slug          string                  `json:"slug"`
	Fair          fair.ID                 `json:"fair"`
	Stand         fair.ID                 `json:"stand,omitempty"`
	Title         string                  `json:"title"`
	Abstract      string                  `json:"abstract"`
	Language      fair.Lang               `json:"language" enum:"fr,en"`
	Accessibility string                  `json:"accessibility"`
	StartsAt      time.Time               `json:"starts_at"`
	EndsAt        time.Time               `json:"ends_at"`
	State         fair.WebconferenceState `json:"state" enum:"scheduled,open,ended"`
	Always        bool                    `json:"always" doc:"Open whatever the hour"`
	Speakers      []SpeakerView           `json:"speakers"`
	Role          fair.RoomRole           `json:"role,omitempty" enum:"host,speaker" doc:"The caller's part in it, beyond watching"`
	Rev           int64                   `json:"rev"`
}

// SpeakerView is somebody named on stage.
type SpeakerView struct {
	Name  string `json:"name"`
	Title string `json:"title"`
}

// viewState tells a talk that is open whatever the hour as open.
func viewState(w fair.Webconference) fair.WebconferenceState {
	if w.OnAir() {
		return fair.WebconferenceOpen
	}
	return w.State
}

func (s *Server) viewTalk(k *call, w fair.Webconference) WebconferenceView {
	return WebconferenceView{
		ID: w.ID, Slug: w.Slug, Fair: w.Fair, Stand: w.Stand,
		Title: w.Title.In(k.lang), Abstract: w.Abstract.In(k.lang), Language: w.Language,
		Accessibility: w.Accessibility.In(k.lang), StartsAt: w.StartsAt.UTC(), EndsAt: w.EndsAt.UTC(),
		State: viewState(w), Always: w.Always, Role: s.Service.StageRole(k.Actor, w), Rev: w.Rev,
		Speakers: mapped(w.Speakers, func(sp fair.TalkSpeaker) SpeakerView { return SpeakerView{sp.Name, sp.Title} }),
	}
}

// talkReply answers with a talk, or passes the refusal on.
func (s *Server) talkReply(k *call, w fair.Webconference, err error) (*answer[WebconferenceView], error) {
	if err != nil {
		return nil, err
	}
	return reply(s.viewTalk(k, w), nil)
}

func (s *Server) listWebconferences(ctx context.Context, k *call, in *FairPath) (*answer[List[WebconferenceView]], error) {
	found, err := s.Service.Webconferences(ctx, k.Actor, in.Fair)
	if err != nil {
		return nil, err
	}
	return reply(all(mapped(found, func(w fair.Webconference) WebconferenceView { return s.viewTalk(k, w) })), nil)
}

// TalkPath names a webconference.
type TalkPath struct {
	Talk fair.ID `path:"talk"`
}

func (s *Server) getWebconference(ctx context.Context, k *call, in *TalkPath) (*answer[WebconferenceView], error) {
	w, err := s.Service.Webconference(ctx, k.Actor, string(in.Talk))
	return s.talkReply(k, w, err)
}

// WebconferenceEditView is a talk for its organisers, in both languages.
type WebconferenceEditView struct {
	ID            fair.ID                 `json:"id"`
	Slug          string                  `json:"slug"`
	Fair          fair.ID                 `json:"fair"`
	Title         TextView                `json:"title"`
	Abstract      TextView                `json:"abstract"`
	Accessibility TextView                `json:"accessibility"`
	Language      fair.Lang               `json:"language" enum:"fr,en"`
	StartsAt      time.Time               `json:"starts_at"`
	EndsAt        time.Time               `json:"ends_at"`
	State         fair.WebconferenceState `json:"state" enum:"scheduled,open,ended"`
	Speakers      []SpeakerEditView       `json:"speakers"`
	Rev           int64                   `json:"rev"`
}

// SpeakerEditView names a speaker to an organiser, with the address one of them
// typed: sent back with an edit, it keeps the speaker's account whatever the name.
type SpeakerEditView struct {
	Account fair.ID `json:"account,omitempty"`
	Email   string  `json:"email,omitempty"`
	Name    string  `json:"name"`
	Title   string  `json:"title"`
}

// viewWebconferenceEdit refuses all but the fair's organisers.
func (s *Server) viewWebconferenceEdit(ctx context.Context, k *call, w fair.Webconference) (WebconferenceEditView, error) {
	emails, err := s.Service.SpeakerEmails(ctx, k.Actor, w)
	if err != nil {
		return WebconferenceEditView{}, err
	}
	return WebconferenceEditView{
		ID: w.ID, Slug: w.Slug, Fair: w.Fair, Title: viewText(w.Title), Abstract: viewText(w.Abstract),
		Accessibility: viewText(w.Accessibility), Language: w.Language,
		StartsAt: w.StartsAt.UTC(), EndsAt: w.EndsAt.UTC(), State: w.State, Rev: w.Rev,
		Speakers: mapped(w.Speakers, func(sp fair.TalkSpeaker) SpeakerEditView {
			return SpeakerEditView{sp.Account, emails[sp.Account], sp.Name, sp.Title}
		}),
	}, nil
}

func (s *Server) getWebconferenceEdit(ctx context.Context, k *call, in *TalkPath) (*answer[WebconferenceEditView], error) {
	w, err := s.Service.Webconference(ctx, k.Actor, string(in.Talk))
	if err != nil {
		return nil, err
	}
	return reply(s.viewWebconferenceEdit(ctx, k, w))
}

// WebconferenceRequest is what an organiser says of a talk. What is left out
// stays as it is; a new talk needs title and times.
type WebconferenceRequest struct {
	Title         *TextView         `json:"title,omitempty"`
	Abstract      *TextView         `json:"abstract,omitempty"`
	Accessibility *TextView         `json:"accessibility,omitempty"`
	Language      *string           `json:"language,omitempty" enum:"fr,en"`
	StartsAt      *time.Time        `json:"starts_at,omitempty"`
	EndsAt        *time.Time        `json:"ends_at,omitempty"`
	Speakers      *[]SpeakerRequest `json:"speakers,omitempty" maxItems:"6"`
	Rev           int64             `json:"rev,omitempty" doc:"The rev the edit was made on"`
}

// SpeakerRequest names a speaker, by mail address when they have an account.
type SpeakerRequest struct {
	Email string `json:"email,omitempty" maxLength:"254"`
	Name  string `json:"name,omitempty" maxLength:"80"`
	Title string `json:"title,omitempty" maxLength:"120"`
}

func (r WebconferenceRequest) edit() service.WebconferenceEdit {
	e := service.WebconferenceEdit{
		Title: (*fair.Text)(r.Title), Abstract: (*fair.Text)(r.Abstract),
		Accessibility: (*fair.Text)(r.Accessibility), Language: (*fair.Lang)(r.Language),
		StartsAt: r.StartsAt, EndsAt: r.EndsAt, Rev: r.Rev,
	}
	if r.Speakers != nil {
		speakers := mapped(*r.Speakers, func(sp SpeakerRequest) service.SpeakerEdit { return service.SpeakerEdit(sp) })
		e.Speakers = &speakers
	}
	return e
}

type createWebconferenceInput struct {
	FairPath
	Body WebconferenceRequest
}

func (s *Server) createWebconference(ctx context.Context, k *call, in *createWebconferenceInput) (*created[WebconferenceEditView], error) {
	w, err := s.Service.CreateWebconference(ctx, k.Actor, in.Fair, in.Body.edit())
	if err != nil {
		return nil, err
	}
	view, err := s.viewWebconferenceEdit(ctx, k, w)
	if err != nil {
		return nil, err
	}
	return &created[WebconferenceEditView]{view}, nil
}

type editWebconferenceInput struct {
	TalkPath
	Body WebconferenceRequest
}

func (s *Server) editWebconference(ctx context.Context, k *call, in *editWebconferenceInput) (*answer[WebconferenceEditView], error) {
	w, err := s.Service.EditWebconference(ctx, k.Actor, in.Talk, in.Body.edit())
	if err != nil {
		return nil, err
	}
	return reply(s.viewWebconferenceEdit(ctx, k, w))
}

func (s *Server) openWebconference(ctx context.Context, k *call, in *TalkPath) (*answer[WebconferenceView], error) {
	w, err := s.Service.OpenWebconference(ctx, k.Actor, in.Talk)
	return s.talkReply(k, w, err)
}

func (s *Server) endWebconference(ctx context.Context, k *call, in *TalkPath) (*answer[WebconferenceView], error) {
	w, err := s.Service.EndWebconference(ctx, k.Actor, in.Talk)
	return s.talkReply(k, w, err)
}

type joinWebconferenceInput struct {
	TalkPath
	Body *JoinRequest
}

func (s *Server) joinWebconference(ctx context.Context, k *call, in *joinWebconferenceInput) (*answer[JoinView], error) {
	return reply(s.viewJoin(s.Service.JoinWebconference(ctx, k.Actor, in.Talk, in.Body.peer())))
}

type memberInput struct {
	TalkPath
	Body struct {
		Account string `json:"account" pattern:"^[a-z2-7]{26}$"`
	}
}

func (s *Server) kick(ctx context.Context, k *call, in *memberInput) (*nothing, error) {
	return &nothing{}, s.Service.Kick(ctx, k.Actor, in.Talk, fair.ID(in.Body.Account))
}

func (s *Server) demote(ctx context.Context, k *call, in *memberInput) (*nothing, error) {
	return &nothing{}, s.Service.Demote(ctx, k.Actor, in.Talk, fair.ID(in.Body.Account))
}
