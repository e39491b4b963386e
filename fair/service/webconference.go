package service

import (
	"context"
	"time"

	"salon/fair"
)

// Webconferences lists the programme of a fair by time.
func (s *Service) Webconferences(ctx context.Context, a fair.Actor, fairRef string) ([]fair.Webconference, error) {
	return nil, errUnbuilt
}

// Webconference finds one by id, or by slug within a fair given as
// "slug-of-fair/slug". Errors: NotFound.
func (s *Service) Webconference(ctx context.Context, a fair.Actor, ref string) (fair.Webconference, error) {
	return fair.Webconference{}, errUnbuilt
}

// WebconferenceEdit changes what is not nil. Speakers are named by account
// (mail address) or by name alone.
type WebconferenceEdit struct {
	Title, Abstract, Accessibility *fair.Text
	Language                       *fair.Lang
	StartsAt, EndsAt               *time.Time
	Speakers                       *[]SpeakerEdit
	Rev                            int64
}

// SpeakerEdit names a speaker.
type SpeakerEdit struct{ Email, Name, Title string }

// CreateWebconference schedules a talk. Only the fair's organisers.
func (s *Service) CreateWebconference(ctx context.Context, a fair.Actor, fairRef string, e WebconferenceEdit) (fair.Webconference, error) {
	return fair.Webconference{}, errUnbuilt
}

// EditWebconference changes it. A speaker taken off the list loses the stage
// at once.
func (s *Service) EditWebconference(ctx context.Context, a fair.Actor, id fair.ID, e WebconferenceEdit) (fair.Webconference, error) {
	return fair.Webconference{}, errUnbuilt
}

// OpenWebconference puts it on air. Organisers and its speakers.
func (s *Service) OpenWebconference(ctx context.Context, a fair.Actor, id fair.ID) (fair.Webconference, error) {
	return fair.Webconference{}, errUnbuilt
}

// EndWebconference ends it and closes its room.
func (s *Service) EndWebconference(ctx context.Context, a fair.Actor, id fair.ID) (fair.Webconference, error) {
	return fair.Webconference{}, errUnbuilt
}

// JoinWebconference lets the actor in: organisers as host, named speakers as
// speaker (also before it opens: the green room), everybody else, visitors
// without an account included, as viewer once it is open. Errors: Conflict
// "webconference.early", Gone "webconference.ended", Forbidden "room.kicked".
func (s *Service) JoinWebconference(ctx context.Context, a fair.Actor, id fair.ID, peer fair.ID) (Join, error) {
	return Join{}, errUnbuilt
}

// Kick puts somebody out of a room for good (viewer, speaker); only hosts and
// organisers. Demote takes a speaker off stage, to the audience.
func (s *Service) Kick(ctx context.Context, a fair.Actor, webconference, account fair.ID) error {
	return errUnbuilt
}

// Demote takes a speaker off the stage.
func (s *Service) Demote(ctx context.Context, a fair.Actor, webconference, account fair.ID) error {
	return errUnbuilt
}

// IssueEncoderToken gives a program the right to send or to watch. Organisers
// and speakers; the token is returned once.
func (s *Service) IssueEncoderToken(ctx context.Context, a fair.Actor, webconference fair.ID, role string) (token string, t fair.EncoderToken, err error) {
	return "", fair.EncoderToken{}, errUnbuilt
}

// RevokeEncoderToken ends it.
func (s *Service) RevokeEncoderToken(ctx context.Context, a fair.Actor, webconference, token fair.ID) error {
	return errUnbuilt
}

// Encoder says what a bearer may do on the encoders' routes: room and role
// for a stream name. In a demo any demo bearer may use streams beginning with
// "bench". Errors: Unauthenticated, Forbidden, NotFound, Gone.
func (s *Service) Encoder(ctx context.Context, bearer, stream string) (room string, publish, view bool, err error) {
	return "", false, false, errUnbuilt
}
